"""The actions of scaling groups, a function each."""

from __future__ import annotations

from ..actions import Context, takes
from ..clock import format_time
from ..errors import CommonErrors
from ..paging import numbered
from ..wire import Answer, Params
from .errors import Errors
from .scaling import GroupChange, ScalingGroup
from .settings import GROUP_SETTINGS, PAGE_SIZE_MAX, number, read_settings

_KEPT = tuple(setting.parameter for setting in GROUP_SETTINGS)
_FIELDS = ("ScalingGroupName", "MinSize", "MaxSize", "DefaultCooldown", "VSwitchIds.N", "RemovalPolicy.N", *_KEPT)
_SIZES = range(2001)
_NAMES_A_CALL = 20


def _change(params: Params) -> GroupChange:
    return GroupChange(
        name=params.get("ScalingGroupName"),
        min_size=number(params, "MinSize", _SIZES),
        max_size=number(params, "MaxSize", _SIZES),
        cooldown=number(params, "DefaultCooldown", range(86401)),
        # "If you use the VSwitchIds.N parameter, the VSwitchId parameter is ignored."
        vswitch_ids=params.repeated("VSwitchIds") or [v for v in [params.get("VSwitchId")] if v],
        removal_policies=params.repeated("RemovalPolicy"),
        settings=read_settings(params, GROUP_SETTINGS),
    )


@takes("RegionId", *_FIELDS, "VSwitchId", "GroupType", "ClientToken")
def create_scaling_group(context: Context, params: Params) -> Answer:
    """Make a scaling group, which is Inactive."""
    region = params.require("RegionId")
    for name in ("MinSize", "MaxSize"):
        params.require(name)
    # Groups of container instances (ECI) are another product's.
    if params.get("GroupType", "ECS") != "ECS":
        raise Errors.PARAMETER_INVALID(name="GroupType")
    change = _change(params)
    if not change.vswitch_ids:
        # "If VSwitchId or VSwitchIds.N is not specified, the network type of the scaling group is classic network",
        # of which there is none any more.
        raise CommonErrors.MISSING_PARAMETER(name="VSwitchIds.1")

    def create() -> str:
        return context.cloud.scaling.create_group(context.account, region, change).id

    token = params.get("ClientToken")
    return {"ScalingGroupId": context.cloud.once(context.account, "CreateScalingGroup", token, params.raw, create)}


@takes("RegionId", "ScalingGroupId.N", "ScalingGroupName.N", "PageNumber", "PageSize")
def describe_scaling_groups(context: Context, params: Params) -> Answer:
    """The caller's scaling groups in a region; one that is not there is left out."""
    region = params.require("RegionId")
    ids, names = params.repeated("ScalingGroupId"), params.repeated("ScalingGroupName")
    for name, given in (("ScalingGroupId", ids), ("ScalingGroupName", names)):
        if len(given) > _NAMES_A_CALL:
            raise Errors.PARAMETER_INVALID(name=name)
    found = [
        group
        for group in context.cloud.scaling.groups_of(context.account, region)
        if (not ids or group.id in ids) and (not names or group.name in names)
    ]
    return numbered(params, context.reading, found, PAGE_SIZE_MAX, "ScalingGroups", "ScalingGroup", _group)


@takes("RegionId", "ScalingGroupId", "ActiveScalingConfigurationId", *_FIELDS)
def modify_scaling_group(context: Context, params: Params) -> Answer:
    """Change a scaling group, and which configuration is its active one."""
    scaling = context.cloud.scaling
    group = _own(context, params)
    change, active_id = _change(params), params.get("ActiveScalingConfigurationId")
    if active_id:
        scaling.check_configuration_of(group, active_id)
    scaling.change_group(group, change)
    if active_id:
        scaling.activate(group, active_id)
    return {}


@takes("RegionId", "ScalingGroupId", "ActiveScalingConfigurationId")
def enable_scaling_group(context: Context, params: Params) -> Answer:
    """Enable an Inactive scaling group. It starts no instances here, whatever its MinSize is."""
    group = _own(context, params)
    context.cloud.scaling.enable(group, params.get("ActiveScalingConfigurationId"))
    return {}


@takes("RegionId", "ScalingGroupId")
def disable_scaling_group(context: Context, params: Params) -> Answer:
    """Disable an Active scaling group."""
    group = _own(context, params)
    context.cloud.scaling.disable(group)
    return {}


@takes("RegionId", "ScalingGroupId", "ForceDelete")
def delete_scaling_group(context: Context, params: Params) -> Answer:
    """Delete a scaling group with its configurations."""
    # By force go a group's instances, of which there are none here.
    params.boolean("ForceDelete")
    context.cloud.scaling.delete_group(_own(context, params))
    return {}


@takes(
    *("RegionId", "ScalingGroupId", "ScalingConfigurationId", "InstanceId.N", "HealthStatus", "LifecycleState"),
    *("CreationType", "PageNumber", "PageSize"),
)
def describe_scaling_instances(context: Context, params: Params) -> Answer:
    """The instances of scaling groups: none."""
    context.cloud.scaling.check_region(params.require("RegionId"))
    none: list[Answer] = []
    return numbered(params, context.reading, none, PAGE_SIZE_MAX, "ScalingInstances", "ScalingInstance", dict)


def _own(context: Context, params: Params) -> ScalingGroup:
    return context.cloud.scaling.group(context.account, params.get("RegionId"), params.require("ScalingGroupId"))


def _group(group: ScalingGroup) -> Answer:
    capacities = ("Total", "Active", "Pending", "PendingWait", "Removing", "RemovingWait", "Standby", "Protected")
    return {
        "ScalingGroupId": group.id,
        "ScalingGroupName": group.name,
        "RegionId": group.region,
        "LifecycleState": "Active" if group.is_enabled else "Inactive",
        "MinSize": group.min_size,
        "MaxSize": group.max_size,
        "DefaultCooldown": group.cooldown,
        "ActiveScalingConfigurationId": group.active_id,
        "GroupType": "ECS",
        "VpcId": group.vpc_id,
        "VSwitchId": group.vswitch_ids[0],
        "VSwitchIds": {"VSwitchId": group.vswitch_ids},
        "RemovalPolicies": {"RemovalPolicy": group.removal_policies},
        "LoadBalancerIds": {"LoadBalancerId": []},
        "DBInstanceIds": {"DBInstanceId": []},
        "SuspendedProcesses": {"SuspendedProcess": []},
        "GroupDeletionProtection": False,
        "SystemSuspended": False,
        "ResourceGroupId": "",
        "CreationTime": format_time(group.created),
        "ModificationTime": format_time(group.created),
        "TotalInstanceCount": 0,
        **{f"{kind}Capacity": 0 for kind in capacities},
        **group.settings,
    }
