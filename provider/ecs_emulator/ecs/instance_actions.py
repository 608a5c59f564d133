"""The actions of instances: making, changing, deleting and reading them."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Sequence
from datetime import datetime

from ..actions import Context, takes
from ..errors import CommonErrors, EcsError
from ..filters import filters_of
from ..paging import IDS_MAX, numbered, paged
from ..wire import Answer, Params
from .disks import DiskRequest
from .errors import Errors
from .instance_types import family_of, vcpus_and_gib
from .instances import LOCK_REASONS, STATUSES, Instance, InstanceChange, InstanceQuery, RunRequest, Settings
from .tagging import tag_filter, tags_of_instance

_PRICE = re.compile(r"[0-9]{1,9}(\.[0-9]{1,3})?")


@takes(
    *("RegionId", "ZoneId", "VSwitchId", "SecurityGroupId", "SecurityGroupIds.N", "PrivateIpAddress"),
    *("ImageId", "ImageFamily", "InstanceType", "Amount", "Tag.N.Key", "Tag.N.Value", "DryRun", "ClientToken"),
    *("InstanceName", "Description", "HostName", "UserData", "Password", "PasswordInherit", "KeyPairName"),
    *("RamRoleName", "DeletionProtection", "SecurityEnhancementStrategy", "NetworkOptions.EnableJumboFrame"),
    *("InstanceChargeType", "SpotStrategy", "SpotPriceLimit", "SpotDuration", "HttpEndpoint", "HttpTokens"),
    *("InternetChargeType", "InternetMaxBandwidthIn", "InternetMaxBandwidthOut"),
    *("SystemDisk.Size", "SystemDisk.Category", "SystemDisk.PerformanceLevel", "SystemDisk.DiskName"),
    *("SystemDisk.Description", "SystemDisk.Encrypted", "SystemDisk.KMSKeyId", "MinAmount"),
    # "The default value is none for retired instance types and optimized for other instance types."
    only={"IoOptimized": frozenset({"optimized"})},
)
def run_instances(context: Context, params: Params) -> Answer:
    """Start instances from an image, in a vSwitch and with security groups."""
    region = params.require("RegionId")
    family = params.get("ImageFamily")
    image_id = params.get("ImageId") if family else params.require("ImageId")
    instance_type = params.require("InstanceType")
    groups = _security_groups(params)
    amount = params.integer("Amount", 1, 1)
    # Stock never runs out, so Amount instances are always available.
    params.integer("MinAmount", 1, 1, amount)
    _check_charge_type(params.get("InstanceChargeType", "PostPaid"))
    if "[" in params.get("InstanceName"):
        # "name_prefix[begin_number,bits]": names in a row.
        raise CommonErrors.PARAMETER_NOT_HONOURED(name="InstanceName")
    request = RunRequest(
        instance_type=instance_type,
        vswitch_id=params.require("VSwitchId"),
        security_group_ids=tuple(groups),
        image_id=image_id,
        image_family=family,
        amount=amount,
        zone_id=params.get("ZoneId"),
        private_ip=params.get("PrivateIpAddress"),
        password=_password(params),
        hardened=hardened(params),
        settings=_settings(params),
        disk=DiskRequest(
            size=params.integer("SystemDisk.Size", 0, 0),
            encrypted=bool(params.boolean("SystemDisk.Encrypted")),
            kms_key_id=params.get("SystemDisk.KMSKeyId"),
            category=params.get("SystemDisk.Category"),
            performance_level=params.get("SystemDisk.PerformanceLevel"),
            name=params.get("SystemDisk.DiskName"),
            description=params.get("SystemDisk.Description"),
        ),
        tags=tags_of_instance(params.pairs("Tag", "Key", "Value")),
        dry_run=bool(params.boolean("DryRun")),
    )

    def run() -> list[str]:
        return [i.id for i in context.cloud.instances.run(context.account, region, request)]

    ids = context.cloud.once(context.account, "RunInstances", params.get("ClientToken"), params.raw, run)
    return {"InstanceIdSets": {"InstanceIdSet": ids}}


def _security_groups(params: Params) -> list[str]:
    one, several = params.get("SecurityGroupId"), params.repeated("SecurityGroupIds")
    if one and several:
        raise Errors.SECURITY_GROUPS_CONFLICT()
    return several or [params.require("SecurityGroupId")]


def _check_charge_type(charge_type: str) -> None:
    if charge_type == "PrePaid":
        # There are no subscriptions here: no instance expires.
        raise CommonErrors.PARAMETER_NOT_HONOURED(name="InstanceChargeType")
    if charge_type != "PostPaid":
        raise Errors.INSTANCE_CHARGE_TYPE_NOT_FOUND()


def _password(params: Params) -> str | None:
    """The password, or None. It is checked and not stored."""
    password = params.get("Password")
    if password and params.boolean("PasswordInherit"):
        raise Errors.PASSWORD_OF_IMAGE_WANTED()
    return password or None


def hardened(params: Params) -> bool:
    """Whether SecurityEnhancementStrategy asks for Security Center."""
    strategy = params.get("SecurityEnhancementStrategy", "Deactive")
    if strategy not in ("Active", "Deactive"):
        raise CommonErrors.INVALID_PARAMETER(name="SecurityEnhancementStrategy")
    return strategy == "Active"


def _settings(params: Params) -> Settings:
    strategy, price = params.get("SpotStrategy", "NoSpot"), _price(params)
    bandwidth_out = params.integer("InternetMaxBandwidthOut", 0, 0)
    return Settings(
        name=params.get("InstanceName"),
        description=params.get("Description"),
        host_name=params.get("HostName"),
        user_data=params.get("UserData"),
        key_pair_name=params.get("KeyPairName"),
        ram_role_name=params.get("RamRoleName"),
        deletion_protection=bool(params.boolean("DeletionProtection")),
        internet_charge_type=params.get("InternetChargeType", "PayByTraffic"),
        bandwidth_in=params.integer("InternetMaxBandwidthIn", max(10, bandwidth_out), 0),
        bandwidth_out=bandwidth_out,
        spot_strategy=strategy,
        # "This parameter takes effect only when SpotStrategy is set to SpotWithPriceLimit."
        spot_price_limit=price if strategy == "SpotWithPriceLimit" else 0.0,
        spot_duration=_spot_duration(params),
        http_endpoint=params.get("HttpEndpoint", "enabled"),
        http_tokens=params.get("HttpTokens", "optional"),
        jumbo_frame=bool(params.boolean("NetworkOptions.EnableJumboFrame")),
    )


def _price(params: Params) -> float:
    text = params.get("SpotPriceLimit", "0")
    # "The value can have up to three decimal places."
    if not _PRICE.fullmatch(text):
        raise Errors.SPOT_PRICE_LIMIT_NOT_VALID()
    return float(text)


def _spot_duration(params: Params) -> int:
    text = params.get("SpotDuration", "1")
    if text not in ("0", "1"):
        raise Errors.SPOT_DURATION_NOT_VALID()
    return int(text)


# -- the actions of one instance -------------------------------------------------------------------------------------
#
# Clients in Go send RegionId with every call, even if it is not documented.


def _own(context: Context, params: Params) -> Instance:
    return context.cloud.instances.own(context.account, params.require("InstanceId"), params.get("RegionId"))


@takes("RegionId", "InstanceId", "ForceStop", "ConfirmStop", "StoppedMode", "DryRun")
def stop_instance(context: Context, params: Params) -> Answer:
    """Stop a running instance. ForceStop makes no difference here, and ConfirmStop has no effect, as documented."""
    params.boolean("ForceStop")
    mode = params.get("StoppedMode", "KeepCharging")
    if mode not in ("KeepCharging", "StopCharging"):
        raise CommonErrors.INVALID_PARAMETER(name="StoppedMode")
    context.cloud.instances.stop(_own(context, params), mode, dry_run=bool(params.boolean("DryRun")))
    return {}


@takes("RegionId", "InstanceId", "DryRun")
def start_instance(context: Context, params: Params) -> Answer:
    """Start a stopped instance."""
    context.cloud.instances.start(_own(context, params), dry_run=bool(params.boolean("DryRun")))
    return {}


@takes("RegionId", "InstanceId", "ForceStop", "DryRun")
def reboot_instance(context: Context, params: Params) -> Answer:
    """Stop a running instance and start it again."""
    params.boolean("ForceStop")
    context.cloud.instances.reboot(_own(context, params), dry_run=bool(params.boolean("DryRun")))
    return {}


@takes("RegionId", "InstanceId", "Force", "ForceStop", "DryRun")
def delete_instance(context: Context, params: Params) -> Answer:
    """Delete a stopped instance, or with Force a running one."""
    params.boolean("ForceStop")
    force, dry_run = bool(params.boolean("Force")), bool(params.boolean("DryRun"))
    context.cloud.instances.delete(_own(context, params), force, dry_run=dry_run)
    return {}


@takes(
    *("RegionId", "InstanceId", "InstanceName", "Description", "HostName", "Password", "UserData"),
    *("DeletionProtection", "EnableJumboFrame", "SecurityGroupIds.N", "ClientToken"),
)
def modify_instance_attribute(context: Context, params: Params) -> Answer:
    """Change the names, settings, protection or security groups of an instance."""
    # An empty value is an absent one: a description can be changed but not removed.
    change = InstanceChange(
        name=params.get("InstanceName") or None,
        description=params.get("Description") or None,
        host_name=params.get("HostName") or None,
        password=params.get("Password") or None,
        user_data=params.get("UserData") or None,
        deletion_protection=params.boolean("DeletionProtection"),
        jumbo_frame=params.boolean("EnableJumboFrame"),
        security_group_ids=params.repeated("SecurityGroupIds"),
    )

    def modify(instance: Instance) -> None:
        context.cloud.instance_changes.modify(instance, change)

    return _changed(context, params, "ModifyInstanceAttribute", modify)


@takes(
    *("RegionId", "InstanceId", "InstanceType", "DryRun", "ClientToken"),
    only={"Async": frozenset({"false"})},
)
def modify_instance_spec(context: Context, params: Params) -> Answer:
    """Change the type of a stopped instance."""
    instance_type, dry_run = params.require("InstanceType"), bool(params.boolean("DryRun"))

    def modify(instance: Instance) -> None:
        context.cloud.instance_changes.change_type(instance, instance_type, dry_run)

    return _changed(context, params, "ModifyInstanceSpec", modify)


@takes("RegionId", "InstanceId", "VSwitchId", "PrivateIpAddress", "VpcId", "SecurityGroupId.N")
def modify_instance_vpc_attribute(context: Context, params: Params) -> Answer:
    """Move a stopped instance to another vSwitch or address."""
    instance, vpc_id, groups = _own(context, params), params.get("VpcId"), params.repeated("SecurityGroupId")
    if vpc_id and not groups:
        raise CommonErrors.MISSING_PARAMETER(name="SecurityGroupId.N")
    if groups and not vpc_id:
        raise CommonErrors.INVALID_PARAMETER(name="SecurityGroupId.N")
    vswitch_id, address = params.require("VSwitchId"), params.get("PrivateIpAddress")
    context.cloud.instance_changes.move(instance, vswitch_id, address, vpc_id, groups)
    return {}


@takes("RegionId", "InstanceId", "SecurityGroupId")
def join_security_group(context: Context, params: Params) -> Answer:
    """Add an instance to a security group."""
    context.cloud.instance_changes.join_group(_own(context, params), params.require("SecurityGroupId"))
    return {}


@takes("RegionId", "InstanceId", "SecurityGroupId")
def leave_security_group(context: Context, params: Params) -> Answer:
    """Remove an instance from a security group."""
    context.cloud.instance_changes.leave_group(_own(context, params), params.require("SecurityGroupId"))
    return {}


def _changed(context: Context, params: Params, action: str, change: Callable[[Instance], None]) -> Answer:
    """Change the named instance, once for each ClientToken."""
    context.cloud.once(
        context.account, action, params.get("ClientToken"), params.raw, lambda: change(_own(context, params))
    )
    return {}


# -- reading -----------------------------------------------------------------------------------------------------------


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
        created=filters_of(params, Errors.INSTANCE_FILTER_KEY_NOT_FOUND, Errors.INSTANCE_FILTER_VALUE_NOT_VALID)[0],
    )


@takes("RegionId", "InstanceId.N", "ZoneId", "PageNumber", "PageSize")
def describe_instance_status(context: Context, params: Params) -> Answer:
    """The status of the caller's instances in a region: the named ones, or all."""
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
    """All attributes of one instance."""
    instance_id = params.require("InstanceId")
    return attribute(context.cloud.instances.own(context.account, instance_id, params.get("RegionId")))


@takes("RegionId", "InstanceId")
def describe_user_data(context: Context, params: Params) -> Answer:
    """The user data of an instance, in Base64."""
    region, instance_id = params.require("RegionId"), params.require("InstanceId")
    instance = context.cloud.instances.own(context.account, instance_id, region)
    return {"RegionId": region, "InstanceId": instance_id, "UserData": instance.settings.user_data}


@takes("RegionId", "InstanceIds", "RamRoleName", "PageNumber", "PageSize")
def describe_instance_ram_role(context: Context, params: Params) -> Answer:
    """The RAM role of each named instance, or the instances that have a role."""
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
    """The private pool of each instance; there are no pools here."""
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
    """The maintenance settings of instances, which always have their defaults."""
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


# -- answers -----------------------------------------------------------------------------------------------------------


def description(instance: Instance, additional: Container[str]) -> Answer:
    """The instance in the answer of DescribeInstances, with the additional attributes that were requested."""
    settings = instance.settings
    answer: Answer = {
        **_common(instance),
        "IoOptimized": True,
        "OSType": instance.os_type,
        "OSName": "",
        "OSNameEn": "",
        "InstanceTypeFamily": family_of(instance.type),
        "KeyPairName": settings.key_pair_name,
        "StartTime": _minutes(instance.started),
        "AutoReleaseTime": "",
        "DeletionProtection": settings.deletion_protection,
        "SpotStrategy": settings.spot_strategy,
        "SpotPriceLimit": settings.spot_price_limit,
        "SpotDuration": settings.spot_duration,
        "DeviceAvailable": True,
        "Recyclable": False,
        "GPUAmount": 0,
        "GPUSpec": "",
        "HpcClusterId": "",
        "DeploymentSetId": "",
        "ResourceGroupId": "",
        "SaleCycle": "",
        # Network interfaces are not resources here.
        "NetworkInterfaces": {"NetworkInterface": []},
        "RdmaIpAddress": {"IpAddress": []},
        "DedicatedInstanceAttribute": {"Tenancy": "", "Affinity": ""},
        "EcsCapacityReservationAttr": {"CapacityReservationId": "", "CapacityReservationPreference": ""},
        "HibernationOptions": {"Configured": False},
        "Tags": {"Tag": [{"TagKey": key, "TagValue": value} for key, value in instance.tags.items()]},
    }
    if "META_OPTIONS" in additional:
        answer["MetadataOptions"] = {
            "HttpEndpoint": settings.http_endpoint,
            "HttpTokens": settings.http_tokens,
            "HttpPutResponseHopLimit": 0,
        }
    if "LOGIN_AS_NON_ROOT" in additional:
        answer["ImageOptions"] = {"LoginAsNonRoot": False}
    return answer


def attribute(instance: Instance) -> Answer:
    """The instance in the answer of DescribeInstanceAttribute."""
    return {
        **_common(instance),
        # A word here, but a boolean in DescribeInstances.
        "IoOptimized": "optimized",
        "EnableJumboFrame": instance.settings.jumbo_frame,
        "EnableNetworkEncryption": False,
    }


def _common(instance: Instance) -> Answer:
    settings = instance.settings
    vcpus, gib = vcpus_and_gib(instance.type)
    public = [str(instance.public_ip)] if instance.public_ip else []
    return {
        "InstanceId": instance.id,
        "InstanceName": settings.name,
        "Description": settings.description,
        "HostName": settings.host_name,
        "ImageId": instance.image_id,
        "InstanceType": instance.type,
        "Cpu": vcpus,
        "Memory": 1024 * gib,
        "Status": instance.status,
        # The sample of the page has it for a running instance too. Clients send it back when they stop the instance.
        "StoppedMode": instance.stopped_mode,
        "RegionId": instance.region,
        "ZoneId": instance.zone_id,
        "ClusterId": "",
        "VlanId": "",
        "SerialNumber": "",
        "InstanceChargeType": "PostPaid",
        "InstanceNetworkType": "vpc",
        "InternetChargeType": settings.internet_charge_type,
        "InternetMaxBandwidthIn": settings.bandwidth_in,
        "InternetMaxBandwidthOut": settings.bandwidth_out,
        "CreditSpecification": "",
        "CreationTime": _minutes(instance.created),
        "ExpiredTime": "2099-12-31T15:59Z",
        "PublicIpAddress": {"IpAddress": public},
        "InnerIpAddress": {"IpAddress": []},
        "EipAddress": {"AllocationId": "", "IpAddress": "", "InternetChargeType": ""},
        "VpcAttributes": {
            "VpcId": instance.vpc_id,
            "VSwitchId": instance.vswitch_id,
            "PrivateIpAddress": {"IpAddress": [str(instance.private_ip)]},
            "NatIpAddress": "",
        },
        "SecurityGroupIds": {"SecurityGroupId": list(instance.security_group_ids)},
        "DedicatedHostAttribute": {"DedicatedHostId": "", "DedicatedHostName": "", "DedicatedHostClusterId": ""},
        "OperationLocks": {"LockReason": []},
    }


def _minutes(moment: datetime) -> str:
    # The page says yyyy-MM-ddTHH:mm:ssZ, but its samples and ECS itself show no seconds.
    return moment.strftime("%Y-%m-%dT%H:%MZ")
