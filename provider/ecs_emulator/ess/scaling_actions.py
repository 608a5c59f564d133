"""The actions of scaling groups, of their configurations and of tags."""

from __future__ import annotations

from ..actions import Context, takes
from ..clock import format_time
from ..errors import CommonErrors
from ..paging import numbered
from ..wire import Answer, Params
from .errors import Errors
from .scaling import (
    CONFIGURATION_SETTINGS,
    GROUP_SETTINGS,
    PAGE_SIZE_MAX,
    Configuration,
    ConfigurationChange,
    GroupChange,
    ScalingGroup,
    instance_tags,
    number,
    price_limits,
    read_settings,
    user_data,
)

_GROUP_KEPT = tuple(setting.parameter for setting in GROUP_SETTINGS)
_GROUP_FIELDS = (
    "ScalingGroupName",
    "MinSize",
    "MaxSize",
    "DefaultCooldown",
    "VSwitchIds.N",
    "RemovalPolicy.N",
    *_GROUP_KEPT,
)
_SIZES = range(2001)
_GROUPS_A_CALL = 20


def _group_change(params: Params) -> GroupChange:
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


@takes("RegionId", *_GROUP_FIELDS, "VSwitchId", "GroupType", "ClientToken")
def create_scaling_group(context: Context, params: Params) -> Answer:
    """Create a scaling group, which starts Inactive."""
    region = params.require("RegionId")
    for name in ("MinSize", "MaxSize"):
        params.require(name)
    # Groups of container instances (ECI) belong to another product.
    if params.get("GroupType", "ECS") != "ECS":
        raise Errors.PARAMETER_INVALID(name="GroupType")
    change = _group_change(params)
    if not change.vswitch_ids:
        # "If VSwitchId or VSwitchIds.N is not specified, the network type of the scaling group is classic network",
        # which no longer exists.
        raise CommonErrors.MISSING_PARAMETER(name="VSwitchIds.1")

    def create() -> str:
        return context.cloud.scaling.create_group(context.account, region, change).id

    token = params.get("ClientToken")
    return {"ScalingGroupId": context.cloud.once(context.account, "CreateScalingGroup", token, params.raw, create)}


@takes("RegionId", "ScalingGroupId.N", "ScalingGroupName.N", "PageNumber", "PageSize")
def describe_scaling_groups(context: Context, params: Params) -> Answer:
    """The caller's scaling groups in a region. Unknown IDs and names are ignored."""
    region = params.require("RegionId")
    ids, names = params.repeated("ScalingGroupId"), params.repeated("ScalingGroupName")
    for name, given in (("ScalingGroupId", ids), ("ScalingGroupName", names)):
        if len(given) > _GROUPS_A_CALL:
            raise Errors.PARAMETER_INVALID(name=name)
    found = [
        group
        for group in context.cloud.scaling.groups_of(context.account, region)
        if (not ids or group.id in ids) and (not names or group.name in names)
    ]
    return numbered(params, context.reading, found, PAGE_SIZE_MAX, "ScalingGroups", "ScalingGroup", _group)


@takes("RegionId", "ScalingGroupId", "ActiveScalingConfigurationId", *_GROUP_FIELDS)
def modify_scaling_group(context: Context, params: Params) -> Answer:
    """Change a scaling group, and which configuration is its active one."""
    scaling = context.cloud.scaling
    group = _own_group(context, params)
    change, active_id = _group_change(params), params.get("ActiveScalingConfigurationId")
    if active_id:
        scaling.check_configuration_of(group, active_id)
    scaling.change_group(group, change)
    if active_id:
        scaling.activate(group, active_id)
    return {}


@takes("RegionId", "ScalingGroupId", "ActiveScalingConfigurationId")
def enable_scaling_group(context: Context, params: Params) -> Answer:
    """Enable an Inactive scaling group. It starts no instances here, whatever its MinSize."""
    group = _own_group(context, params)
    context.cloud.scaling.enable(group, params.get("ActiveScalingConfigurationId"))
    return {}


@takes("RegionId", "ScalingGroupId")
def disable_scaling_group(context: Context, params: Params) -> Answer:
    """Disable an Active scaling group."""
    group = _own_group(context, params)
    context.cloud.scaling.disable(group)
    return {}


@takes("RegionId", "ScalingGroupId", "ForceDelete")
def delete_scaling_group(context: Context, params: Params) -> Answer:
    """Delete a scaling group with its configurations."""
    # ForceDelete also deletes a group's instances. Groups here have no instances.
    params.boolean("ForceDelete")
    context.cloud.scaling.delete_group(_own_group(context, params))
    return {}


@takes(
    *("RegionId", "ScalingGroupId", "ScalingConfigurationId", "InstanceId.N", "HealthStatus", "LifecycleState"),
    *("CreationType", "PageNumber", "PageSize"),
)
def describe_scaling_instances(context: Context, params: Params) -> Answer:
    """The instances of scaling groups: always an empty list."""
    context.cloud.scaling.check_region(params.require("RegionId"))
    none: list[Answer] = []
    return numbered(params, context.reading, none, PAGE_SIZE_MAX, "ScalingInstances", "ScalingInstance", dict)


def _own_group(context: Context, params: Params) -> ScalingGroup:
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


# -- scaling configurations --------------------------------------------------------------------------------------------


_CONFIGURATION_KEPT = tuple(setting.parameter for setting in CONFIGURATION_SETTINGS)
_CONFIGURATION_FIELDS = (
    *("ScalingConfigurationName", "ImageId", "InstanceTypes.N", "SecurityGroupId", "SecurityGroupIds.N"),
    *("UserData", "Tags", "SpotPriceLimit.N.InstanceType", "SpotPriceLimit.N.PriceLimit", *_CONFIGURATION_KEPT),
)
_CONFIGURATIONS_A_CALL = 10


def _configuration_change(params: Params) -> ConfigurationChange:
    one, several = params.get("SecurityGroupId"), params.repeated("SecurityGroupIds")
    if one and several:
        # "You cannot specify both SecurityGroupId and SecurityGroupIds.N at the same time."
        raise Errors.PARAMETERS_CONFLICT(one="SecurityGroupId", other="SecurityGroupIds")
    return ConfigurationChange(
        name=params.get("ScalingConfigurationName"),
        image_id=params.get("ImageId"),
        # "If you specify this parameter, InstanceType is ignored."
        instance_types=params.repeated("InstanceTypes") or [t for t in [params.get("InstanceType")] if t],
        security_group_ids=several or [g for g in [one] if g],
        settings=read_settings(params, CONFIGURATION_SETTINGS) | user_data(params),
        price_limits=price_limits(params),
        tags=instance_tags(params),
    )


@takes("RegionId", "ScalingGroupId", "InstanceType", *_CONFIGURATION_FIELDS, "ClientToken")
def create_scaling_configuration(context: Context, params: Params) -> Answer:
    """Create a configuration of a scaling group, which starts Inactive."""
    scaling = context.cloud.scaling
    group = scaling.group(context.account, params.get("RegionId"), params.require("ScalingGroupId"))
    params.require("ImageId")
    change = _configuration_change(params)
    for name, given in (("InstanceTypes.1", change.instance_types), ("SecurityGroupId", change.security_group_ids)):
        if not given:
            raise CommonErrors.MISSING_PARAMETER(name=name)

    def create() -> str:
        return scaling.create_configuration(group, change).id

    token = params.get("ClientToken")
    made = context.cloud.once(context.account, "CreateScalingConfiguration", token, params.raw, create)
    return {"ScalingConfigurationId": made}


@takes(
    *("RegionId", "ScalingGroupId", "ScalingConfigurationId.N", "ScalingConfigurationName.N"),
    *("PageNumber", "PageSize"),
)
def describe_scaling_configurations(context: Context, params: Params) -> Answer:
    """The caller's scaling configurations in a region. Unknown IDs and names are ignored."""
    region = params.require("RegionId")
    ids, names = params.repeated("ScalingConfigurationId"), params.repeated("ScalingConfigurationName")
    for name, given in (("ScalingConfigurationId", ids), ("ScalingConfigurationName", names)):
        if len(given) > _CONFIGURATIONS_A_CALL:
            raise Errors.PARAMETER_INVALID(name=name)
    found = [
        each
        for each in context.cloud.scaling.configurations_of(context.account, region, params.get("ScalingGroupId"))
        if (not ids or each.id in ids) and (not names or each.name in names)
    ]
    return numbered(
        params, context.reading, found, PAGE_SIZE_MAX, "ScalingConfigurations", "ScalingConfiguration", _configuration
    )


@takes(
    "RegionId",
    "ScalingConfigurationId",
    *(field for field in _CONFIGURATION_FIELDS if field != "SecurityEnhancementStrategy"),
)
def modify_scaling_configuration(context: Context, params: Params) -> Answer:
    """Change a scaling configuration in place."""
    configuration = _own_configuration(context, params)
    context.cloud.scaling.change_configuration(configuration, _configuration_change(params))
    return {}


@takes("RegionId", "ScalingConfigurationId")
def delete_scaling_configuration(context: Context, params: Params) -> Answer:
    """Delete a configuration that is not its group's active one."""
    configuration = _own_configuration(context, params)
    context.cloud.scaling.delete_configuration(configuration)
    return {}


def _own_configuration(context: Context, params: Params) -> Configuration:
    configuration_id = params.require("ScalingConfigurationId")
    return context.cloud.scaling.configuration(context.account, params.get("RegionId"), configuration_id)


def _configuration(configuration: Configuration) -> Answer:
    return {
        "ScalingConfigurationId": configuration.id,
        "ScalingConfigurationName": configuration.name,
        "ScalingGroupId": configuration.group.id,
        "LifecycleState": "Active" if configuration.is_active else "Inactive",
        "ImageId": configuration.image_id,
        "InstanceType": configuration.instance_types[0],
        "InstanceTypes": {"InstanceType": configuration.instance_types},
        "SecurityGroupId": configuration.security_group_ids[0],
        "SecurityGroupIds": {"SecurityGroupId": configuration.security_group_ids},
        "DataDisks": {"DataDisk": []},
        "ResourceGroupId": "",
        "CreationTime": format_time(configuration.created),
        "Tags": {"Tag": [{"Key": key, "Value": value} for key, value in configuration.tags.items()]},
        "SpotPriceLimit": {
            "SpotPriceModel": [
                {"InstanceType": type_id, "PriceLimit": price} for type_id, price in configuration.price_limits
            ]
        },
        **configuration.settings,
    }


# -- tags of scaling groups --------------------------------------------------------------------------------------------


TAGS_MAX = 20
RESOURCES_A_CALL = 50
_TAGS_A_PAGE = 50
_RESERVED = ("acs:", "aliyun")
_ADDRESSES = ("http://", "https://")


@takes("RegionId", "ResourceType", "ResourceId.N", "Tag.N.Key", "Tag.N.Value")
def tag_resources(context: Context, params: Params) -> Answer:
    """Put all tags on all of these scaling groups of the caller. An existing tag gets the new value."""
    groups = _tagged_groups(context, params)
    tags = _tags(params)
    if not groups or not tags:
        raise CommonErrors.MISSING_PARAMETER(name="Tag.1.Key" if groups else "ResourceId.1")
    for key, value in tags.items():
        if len(key) > 128 or key.startswith(_RESERVED) or any(part in key for part in _ADDRESSES):
            raise Errors.PARAMETER_INVALID(name="Tag.Key")
        if value and (len(value) > 128 or value.startswith(_RESERVED) or any(part in value for part in _ADDRESSES)):
            raise Errors.PARAMETER_INVALID(name="Tag.Value")
    # "An error message is returned if the maximum number is reached": no page gives the code.
    if any(len(group.tags.keys() | tags.keys()) > TAGS_MAX for group in groups):
        raise Errors.PARAMETER_INVALID(name="Tag")
    for group in groups:
        group.tags.update({key: value or "" for key, value in tags.items()})
    return {}


@takes("RegionId", "ResourceType", "ResourceId.N", "TagKey.N", "All")
def untag_resources(context: Context, params: Params) -> Answer:
    """Remove tags from the caller's scaling groups; with All=true and no TagKey, all tags."""
    groups, keys = _tagged_groups(context, params), params.repeated("TagKey")
    everything = bool(params.boolean("All"))
    if not groups:
        raise CommonErrors.MISSING_PARAMETER(name="ResourceId.1")
    for group in groups:
        # The page, on All without a TagKey: "false: No tags are unbound".
        for key in keys or (list(group.tags) if everything else []):
            group.tags.pop(key, None)
    return {}


@takes("RegionId", "ResourceType", "ResourceId.N", "Tag.N.Key", "Tag.N.Value", "NextToken")
def list_tag_resources(context: Context, params: Params) -> Answer:
    """The tags of the caller's scaling groups, found by IDs, by tags, or by both."""
    groups, wanted = _tagged_groups(context, params), _tags(params)
    if not groups and not wanted:
        raise CommonErrors.MISSING_PARAMETER(name="ResourceId.1")
    region = params.require("RegionId")
    tags = sorted(
        (group.id, key, value)
        for group in groups or context.cloud.scaling.groups_of(context.account, region)
        if all(key in group.tags and value in (None, group.tags[key]) for key, value in wanted.items())
        for key, value in group.tags.items()
    )
    token = params.get("NextToken", "0")
    if not token.isdecimal() or len(token) > 9 or int(token) > len(tags):
        raise Errors.PARAMETER_INVALID(name="NextToken")
    end = int(token) + _TAGS_A_PAGE
    shown = [
        {"ResourceType": "scalinggroup", "ResourceId": group_id, "TagKey": key, "TagValue": value}
        for group_id, key, value in tags[int(token) : end]
    ]
    return {"NextToken": str(end) if end < len(tags) else "", "TagResources": {"TagResource": shown}}


def _tagged_groups(context: Context, params: Params) -> list[ScalingGroup]:
    region = params.require("RegionId")
    context.cloud.scaling.check_region(region)
    # "Only scaling groups are supported."
    if params.require("ResourceType") != "scalinggroup":
        raise Errors.PARAMETER_INVALID(name="ResourceType")
    ids = params.repeated("ResourceId")
    if len(ids) > RESOURCES_A_CALL:
        raise Errors.PARAMETER_INVALID(name="ResourceId")
    return [context.cloud.scaling.group(context.account, region, group_id) for group_id in ids]


def _tags(params: Params) -> dict[str, str | None]:
    pairs = params.pairs("Tag", "Key", "Value")
    if any(not key for key, _ in pairs):
        raise Errors.TAG_KEY_MISSING()
    if len(pairs) > TAGS_MAX or len({key for key, _ in pairs}) < len(pairs):
        raise Errors.PARAMETER_INVALID(name="Tag")
    return {key: value for key, value in pairs if key}
