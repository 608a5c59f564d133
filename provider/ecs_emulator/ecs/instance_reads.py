"""The actions that read instances, a function each."""

from __future__ import annotations

from collections.abc import Sequence

from ..actions import Context, takes
from ..errors import CommonErrors, EcsError
from ..paging import IDS_MAX, numbered, paged
from ..wire import Answer, Params
from .errors import Errors
from .instance_answers import attribute, description
from .instance_model import Instance
from .instance_query import LOCK_REASONS, STATUSES, InstanceQuery, creation_span
from .tagging import tag_filter

_ROLE_IDS_MAX = 50
_ADDITIONAL = frozenset(
    (
        *("META_OPTIONS", "DDH_CLUSTER", "NETWORK_PRIMARY_ENI_IP", "LOGIN_AS_NON_ROOT", "DISK_HIGH_DENSITY_MODE"),
        "CPU_OPTIONS_TOPOLOGY_TYPE",
    )
)


@takes(
    *("RegionId", "InstanceIds", "InstanceName", "ImageId", "Status", "InstanceType", "InstanceTypeFamily", "ZoneId"),
    *("VpcId", "VSwitchId", "SecurityGroupId", "InstanceNetworkType", "InstanceChargeType", "InternetChargeType"),
    *("KeyPairName", "IoOptimized", "LockReason", "HttpEndpoint", "HttpTokens", "PrivateIpAddresses"),
    *("PublicIpAddresses", "InnerIpAddresses", "EipAddresses", "Tag.N.Key", "Tag.N.Value", "Filter.N.Key"),
    *("Filter.N.Value", "AdditionalAttributes.N", "DryRun", "PageNumber", "PageSize", "MaxResults", "NextToken"),
)
def describe_instances(context: Context, params: Params) -> Answer:
    """The caller's instances in a region."""
    region = params.require("RegionId")
    query, additional = _instance_query(params), params.repeated("AdditionalAttributes")
    if not _ADDITIONAL.issuperset(additional):
        raise CommonErrors.INVALID_PARAMETER(name="AdditionalAttributes")
    found = [i for i in context.cloud.instances.all_of(context.account, region) if query.matches(i)]
    if params.boolean("DryRun"):
        raise CommonErrors.DRY_RUN_PASSED()

    def render(instance: Instance) -> Answer:
        return description(instance, additional)

    return paged(params, context.reading, found, 100, "Instances", "Instance", render)


def _instance_query(params: Params) -> InstanceQuery:
    status, network = params.get("Status"), params.get("InstanceNetworkType", "vpc")
    charge_type, internet = params.get("InstanceChargeType", "PostPaid"), params.get("InternetChargeType")
    lock_reason = params.get("LockReason")
    if status and status not in STATUSES:
        raise Errors.INSTANCE_STATUS_NOT_FOUND()
    if network not in ("vpc", "classic"):
        raise Errors.NETWORK_TYPE_NOT_FOUND()
    if charge_type not in ("PostPaid", "PrePaid"):
        raise Errors.INSTANCE_CHARGE_TYPE_NOT_FOUND()
    if internet not in ("", "PayByTraffic", "PayByBandwidth"):
        raise Errors.INTERNET_CHARGE_TYPE_NOT_FOUND()
    if lock_reason and lock_reason not in LOCK_REASONS:
        raise Errors.LOCK_REASON_NOT_FOUND()
    return InstanceQuery(
        ids=params.json_list("InstanceIds", IDS_MAX),
        name=params.get("InstanceName"),
        image_id=params.get("ImageId"),
        status=status,
        instance_type=params.get("InstanceType"),
        family=params.get("InstanceTypeFamily"),
        zone_id=params.get("ZoneId"),
        vpc_id=params.get("VpcId"),
        vswitch_id=params.get("VSwitchId"),
        security_group_id=params.get("SecurityGroupId"),
        key_pair_name=params.get("KeyPairName"),
        internet_charge_type=internet,
        http_endpoint=params.get("HttpEndpoint"),
        http_tokens=params.get("HttpTokens"),
        private_ips=params.json_list("PrivateIpAddresses", IDS_MAX),
        public_ips=params.json_list("PublicIpAddresses", IDS_MAX),
        none_at_all=network == "classic"
        or charge_type == "PrePaid"
        or bool(lock_reason)
        or params.boolean("IoOptimized") is False
        or params.json_list("InnerIpAddresses", IDS_MAX) is not None
        or params.json_list("EipAddresses", IDS_MAX) is not None,
        tags=tag_filter(params.pairs("Tag", "Key", "Value")),
        created=creation_span(params.pairs("Filter", "Key", "Value")),
    )


@takes("RegionId", "InstanceId.N", "ZoneId", "PageNumber", "PageSize")
def describe_instance_status(context: Context, params: Params) -> Answer:
    """The status of the caller's instances in a region, of those that are named or of all."""
    ids = params.repeated("InstanceId")
    if len(ids) > IDS_MAX:
        raise CommonErrors.INVALID_PARAMETER(name="InstanceId")
    query = InstanceQuery(ids=ids or None, zone_id=params.get("ZoneId"))
    found = context.cloud.instances.all_of(context.account, params.require("RegionId"))

    def render(instance: Instance) -> Answer:
        return {"InstanceId": instance.id, "Status": instance.status}

    found = [instance for instance in found if query.matches(instance)]
    return numbered(params, context.reading, found, 50, "InstanceStatuses", "InstanceStatus", render)


@takes("RegionId", "InstanceId")
def describe_instance_attribute(context: Context, params: Params) -> Answer:
    """All of one instance."""
    instance_id = params.require("InstanceId")
    return attribute(context.cloud.instances.own(context.account, instance_id, params.get("RegionId")))


@takes("RegionId", "InstanceId")
def describe_user_data(context: Context, params: Params) -> Answer:
    """What an instance was told to do when it starts, in Base64."""
    region, instance_id = params.require("RegionId"), params.require("InstanceId")
    instance = context.cloud.instances.own(context.account, instance_id, region)
    return {"RegionId": region, "InstanceId": instance_id, "UserData": instance.settings.user_data}


@takes("RegionId", "InstanceIds", "RamRoleName", "PageNumber", "PageSize")
def describe_instance_ram_role(context: Context, params: Params) -> Answer:
    """The RAM role of each instance that is named, if it has one, or the instances that have the role."""
    region, role = params.require("RegionId"), params.get("RamRoleName")
    if not params.get("InstanceIds") and not role:
        raise Errors.NEITHER_IDS_NOR_ROLE()
    try:
        ids = params.json_list("InstanceIds", _ROLE_IDS_MAX)
    except EcsError:
        raise Errors.RAM_ROLE_INSTANCE_IDS_MALFORMED() from None
    found = context.cloud.instances.all_of(context.account, region)
    if ids is not None:
        _check_all_there(ids, found, Errors.INSTANCE_NOT_FOUND())
        found = [instance for instance in found if instance.id in ids]
    found = [instance for instance in found if role in ("", instance.settings.ram_role_name)]

    def render(instance: Instance) -> Answer:
        return {"InstanceId": instance.id, "RamRoleName": instance.settings.ram_role_name}

    rows = numbered(params, context.reading, found, 50, "InstanceRamRoleSets", "InstanceRamRoleSet", render)
    return {"RegionId": region, **rows}


@takes("RegionId", "InstanceIds", "PageNumber", "PageSize")
def describe_instance_attachment_attributes(context: Context, params: Params) -> Answer:
    """The private pool of each instance, of which there are none here."""
    if not params.get("RegionId"):
        raise Errors.ATTACHMENT_REGION_MISSING()
    params.require("InstanceIds")
    ids = params.json_list("InstanceIds", IDS_MAX) or []
    found = context.cloud.instances.all_of(context.account, params.get("RegionId"))
    _check_all_there(ids, found, Errors.ATTACHMENT_INSTANCE_IDS_NOT_FOUND())
    found = [instance for instance in found if instance.id in ids]

    def render(instance: Instance) -> Answer:
        # "None: no private pool mode. Default value: None."
        return {"InstanceId": instance.id, "PrivatePoolOptionsMatchCriteria": "None", "PrivatePoolOptionsId": ""}

    return numbered(params, context.reading, found, 100, "Instances", "Instance", render)


@takes("RegionId", "InstanceId.N", "PageNumber", "PageSize")
def describe_instance_maintenance_attributes(context: Context, params: Params) -> Answer:
    """How instances are maintained: as every instance is that nobody has said anything of."""
    ids = params.repeated("InstanceId")
    if len(ids) > IDS_MAX:
        raise Errors.TOO_MANY_INSTANCE_IDS()
    found = context.cloud.instances.all_of(context.account, params.require("RegionId"))
    _check_all_there(ids, found, Errors.INSTANCE_NOT_FOUND())
    found = [instance for instance in found if not ids or instance.id in ids]
    return numbered(params, context.reading, found, 100, "MaintenanceAttributes", "MaintenanceAttribute", _maintenance)


def _maintenance(instance: Instance) -> Answer:
    values = ["Stop", "AutoRecover", "AutoRedeploy"]
    return {
        "InstanceId": instance.id,
        "NotifyOnMaintenance": False,
        "MaintenanceWindows": {"MaintenanceWindow": []},
        "ActionOnMaintenance": {
            "Value": "AutoRecover",
            "DefaultValue": "AutoRecover",
            "SupportedValues": {"SupportedValue": values},
        },
    }


def _check_all_there(ids: Sequence[str], found: Sequence[Instance], error: EcsError) -> None:
    if not {instance.id for instance in found}.issuperset(ids):
        raise error
