"""The actions that make, change and delete instances, a function each."""

from __future__ import annotations

import re
from collections.abc import Callable

from ..actions import Context, takes
from ..errors import CommonErrors
from ..wire import Answer, Params
from .errors import Errors
from .instance_changes import InstanceChange
from .instance_model import DiskRequest, Instance, RunRequest, Settings
from .tagging import tags_of_instance

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
    # What is on offer never runs out, so that there are always as many as Amount says.
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
        # Nothing here is paid for, and nothing runs out.
        raise CommonErrors.PARAMETER_NOT_HONOURED(name="InstanceChargeType")
    if charge_type != "PostPaid":
        raise Errors.INSTANCE_CHARGE_TYPE_NOT_FOUND()


def _password(params: Params) -> str | None:
    """The password, which is looked at and not kept; none if there is none."""
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
# Clients in Go send RegionId with every call, published or not: it is where the endpoint of all regions looks.


def _own(context: Context, params: Params) -> Instance:
    return context.cloud.instances.own(context.account, params.require("InstanceId"), params.get("RegionId"))


@takes("RegionId", "InstanceId", "ForceStop", "ConfirmStop", "StoppedMode", "DryRun")
def stop_instance(context: Context, params: Params) -> Answer:
    """Stop a running instance. By force or not is the same here, and ConfirmStop means nothing, as documented."""
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
    """Change what an instance is called, what it is told, how it is protected, what groups it is in."""
    # As everywhere, what is empty is not given: a description can be changed and never taken away.
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
    """Make a stopped instance one of another type."""
    instance_type, dry_run = params.require("InstanceType"), bool(params.boolean("DryRun"))

    def modify(instance: Instance) -> None:
        context.cloud.instance_changes.change_type(instance, instance_type, dry_run)

    return _changed(context, params, "ModifyInstanceSpec", modify)


@takes("RegionId", "InstanceId", "VSwitchId", "PrivateIpAddress", "VpcId", "SecurityGroupId.N")
def modify_instance_vpc_attribute(context: Context, params: Params) -> Answer:
    """Put a stopped instance into another vSwitch, or at another address."""
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
    """Put an instance into one more security group."""
    context.cloud.instance_changes.join_group(_own(context, params), params.require("SecurityGroupId"))
    return {}


@takes("RegionId", "InstanceId", "SecurityGroupId")
def leave_security_group(context: Context, params: Params) -> Answer:
    """Take an instance out of a security group."""
    context.cloud.instance_changes.leave_group(_own(context, params), params.require("SecurityGroupId"))
    return {}


def _changed(context: Context, params: Params, action: str, change: Callable[[Instance], None]) -> Answer:
    """Change the instance that is named, once for a ClientToken."""
    context.cloud.once(
        context.account, action, params.get("ClientToken"), params.raw, lambda: change(_own(context, params))
    )
    return {}
