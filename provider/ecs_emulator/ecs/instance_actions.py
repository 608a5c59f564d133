"""The actions of instances and disks, a function each."""

from __future__ import annotations

from .. import errors
from ..actions import Context, takes
from ..clock import format_time
from ..paging import IDS_MAX, paged
from ..wire import Answer, Params
from .instances import Disk, Instance, RunRequest

# Where an instance is put, and what it costs, makes no difference here: there are no networks and no bills.
_NOT_LOOKED_AT = (
    *("ZoneId", "VSwitchId", "SecurityGroupId", "SecurityGroupIds.N", "SystemDisk.Category"),
    *("InstanceChargeType", "SpotStrategy", "InternetChargeType", "InternetMaxBandwidthIn", "InternetMaxBandwidthOut"),
)


@takes(
    *("RegionId", "ImageId", "ImageFamily", "InstanceType", "Amount", "InstanceName"),
    *("SystemDisk.Size", "SystemDisk.Encrypted", "SystemDisk.KMSKeyId", "DryRun", "ClientToken"),
    *_NOT_LOOKED_AT,
)
def run_instances(context: Context, params: Params) -> Answer:
    """Start instances from an image. Networks, security groups and prices are not looked at."""
    region = params.require("RegionId")
    family = params.get("ImageFamily")
    request = RunRequest(
        image_id=params.get("ImageId") if family else params.require("ImageId"),
        image_family=family,
        instance_type=params.require("InstanceType"),
        amount=params.integer("Amount", 1, 1, 100),
        name=params.get("InstanceName"),
        disk_size=params.integer("SystemDisk.Size", 0, 1, 2048),
        encrypted=bool(params.boolean("SystemDisk.Encrypted")),
        kms_key_id=params.get("SystemDisk.KMSKeyId"),
        dry_run=bool(params.boolean("DryRun")),
    )

    def run() -> list[str]:
        return [i.id for i in context.cloud.instances.run(context.account, region, request)]

    ids = context.cloud.once(context.account, "RunInstances", params.get("ClientToken"), params.raw, run)
    return {"InstanceIdSets": {"InstanceIdSet": ids}}


@takes(
    *("RegionId", "InstanceIds", "ImageId", "InstanceName", "Status"),
    *("PageNumber", "PageSize", "MaxResults", "NextToken"),
)
def describe_instances(context: Context, params: Params) -> Answer:
    """The caller's instances in a region."""
    region = params.require("RegionId")
    instances = context.cloud.instances.describe(
        context.account,
        region,
        ids=params.json_list("InstanceIds", IDS_MAX),
        image_id=params.get("ImageId"),
        name=params.get("InstanceName"),
        status=params.get("Status"),
    )
    return paged(params, context.reading, instances, 100, "Instances", "Instance", _instance)


def _instance(instance: Instance) -> Answer:
    return {
        "InstanceId": instance.id,
        "InstanceName": instance.name,
        "HostName": instance.name,
        "ImageId": instance.image_id,
        "InstanceType": instance.type,
        "Status": instance.status,
        "RegionId": instance.region,
        "ZoneId": f"{instance.region}-a",
        "OSType": instance.os_type,
        "InstanceChargeType": "PostPaid",
        "InstanceNetworkType": "vpc",
        "CreationTime": format_time(instance.created),
        "StartTime": format_time(instance.created),
        "OperationLocks": {"LockReason": []},
        "Tags": {"Tag": []},
    }


@takes(
    *("RegionId", "DiskIds", "InstanceId", "DiskType", "PageNumber", "PageSize", "MaxResults", "NextToken"),
)
def describe_disks(context: Context, params: Params) -> Answer:
    """The caller's disks in a region."""
    region = params.require("RegionId")
    kind = params.get("DiskType", "all")
    if kind not in ("all", "system", "data"):
        raise errors.invalid_parameter("DiskType")
    disks = context.cloud.instances.describe_disks(
        context.account,
        region,
        ids=params.json_list("DiskIds", IDS_MAX),
        instance_id=params.get("InstanceId"),
        disk_type=kind,
    )
    return paged(params, context.reading, disks, 500, "Disks", "Disk", _disk)


def _disk(disk: Disk) -> Answer:
    return {
        "DiskId": disk.id,
        "DiskName": "",
        "Type": "system",
        "Category": "cloud_essd",
        "Status": "In_use",
        "Size": disk.size,
        "Encrypted": disk.encrypted,
        "KMSKeyId": disk.kms_key_id,
        "ImageId": disk.image_id,
        "InstanceId": disk.instance_id,
        "Device": "/dev/xvda",
        "Portable": False,
        "DeleteWithInstance": True,
        "RegionId": disk.region,
        "ZoneId": f"{disk.region}-a",
        "DiskChargeType": "PostPaid",
        "CreationTime": format_time(disk.created),
    }


@takes("InstanceId", "DryRun")
def stop_instance(context: Context, params: Params) -> Answer:
    """Stop a running instance."""
    context.cloud.instances.stop(context.account, params.require("InstanceId"), bool(params.boolean("DryRun")))
    return {}


@takes("InstanceId", "DryRun")
def start_instance(context: Context, params: Params) -> Answer:
    """Start a stopped instance."""
    context.cloud.instances.start(context.account, params.require("InstanceId"), bool(params.boolean("DryRun")))
    return {}


@takes("InstanceId", "ImageId", "SystemDisk.Size", "Encrypted", "KMSKeyId", "ClientToken")
def replace_system_disk(context: Context, params: Params) -> Answer:
    """Give a stopped instance a new system disk from an image."""
    instance_id, image_id = params.require("InstanceId"), params.require("ImageId")
    size = params.integer("SystemDisk.Size", 0, 1, 2048)
    encrypted = bool(params.boolean("Encrypted"))
    key = params.get("KMSKeyId")

    def replace() -> str:
        return context.cloud.instances.replace_system_disk(
            context.account, instance_id, image_id, size, encrypted, key
        ).id

    token = params.get("ClientToken")
    return {"DiskId": context.cloud.once(context.account, "ReplaceSystemDisk", token, params.raw, replace)}


@takes("DiskId", "AutoStartInstance")
def reinit_disk(context: Context, params: Params) -> Answer:
    """Put a stopped instance's system disk back to its image."""
    disk_id, start = params.require("DiskId"), bool(params.boolean("AutoStartInstance"))
    context.cloud.instances.reinit_disk(context.account, disk_id, start)
    return {}
