"""The actions of disks."""

from __future__ import annotations

from ..actions import Context, takes
from ..clock import format_time
from ..errors import CommonErrors, EcsError
from ..filters import filters_of
from ..paging import IDS_MAX, paged
from ..wire import Answer, Params
from .disks import Disk, DiskExtra, DiskQuery, DiskRequest
from .errors import Errors
from .instance_actions import hardened
from .instances import LOCK_REASONS
from .tagging import tag_filter

_STATUSES = frozenset({"In_use", "Available", "Attaching", "Detaching", "Creating", "ReIniting", "All"})
_CATEGORIES = frozenset(
    (
        *("all", "cloud", "cloud_efficiency", "cloud_ssd", "cloud_essd", "cloud_auto", "cloud_regional_disk_auto"),
        *("cloud_essd_entry", "elastic_ephemeral_disk_standard", "elastic_ephemeral_disk_premium"),
        *("local_ssd_pro", "local_hdd_pro", "ephemeral", "ephemeral_ssd"),
    )
)


@takes(
    *("RegionId", "DiskIds", "InstanceId", "DiskName", "DiskType", "Category", "PerformanceLevel", "Status", "ZoneId"),
    *("Encrypted", "KMSKeyId", "DiskChargeType", "LockReason", "Portable", "DeleteWithInstance", "Tag.N.Key"),
    *("Tag.N.Value", "Filter.N.Key", "Filter.N.Value", "DryRun", "PageNumber", "PageSize", "MaxResults", "NextToken"),
)
def describe_disks(context: Context, params: Params) -> Answer:
    """The caller's disks in a region."""
    region = params.require("RegionId")
    query = _disk_query(params)
    disks = [disk for disk in context.cloud.instances.disks_of(context.account, region) if query.matches(disk)]
    if params.boolean("DryRun"):
        raise CommonErrors.DRY_RUN_PASSED()
    return paged(params, context.reading, disks, 500, "Disks", "Disk", _disk)


def _disk_query(params: Params) -> DiskQuery:
    kind, category = params.get("DiskType", "all"), params.get("Category", "all")
    status, charge_type = params.get("Status", "All"), params.get("DiskChargeType", "PostPaid")
    lock_reason = params.get("LockReason")
    if kind not in ("all", "system", "data"):
        raise Errors.DISK_TYPE_NOT_SUPPORTED()
    if category not in _CATEGORIES:
        raise Errors.DISK_CATEGORY_NOT_SUPPORTED()
    if status not in _STATUSES:
        raise Errors.DISK_STATUS_NOT_SUPPORTED()
    if charge_type not in ("PostPaid", "PrePaid"):
        raise Errors.DISK_CHARGE_TYPE_NOT_FOUND()
    if lock_reason and lock_reason not in LOCK_REASONS:
        raise Errors.LOCK_REASON_NOT_FOUND()
    return DiskQuery(
        ids=_disk_ids(params),
        instance_id=params.get("InstanceId"),
        name=params.get("DiskName"),
        category="" if category == "all" else category,
        performance_level=params.get("PerformanceLevel"),
        zone_id=params.get("ZoneId"),
        kms_key_id=params.get("KMSKeyId"),
        encrypted_alone=bool(params.boolean("Encrypted")),
        # Every disk here is a system disk in use, pay-as-you-go, not locked, and deleted with its instance.
        none_at_all=kind == "data"
        or status not in ("All", "In_use")
        or charge_type != "PostPaid"
        or bool(lock_reason)
        or params.boolean("Portable") is True
        or params.boolean("DeleteWithInstance") is False,
        tags=tag_filter(params.pairs("Tag", "Key", "Value")),
        created=filters_of(params, Errors.INSTANCE_FILTER_KEY_NOT_FOUND, Errors.INSTANCE_FILTER_VALUE_NOT_VALID)[0],
    )


def _disk_ids(params: Params) -> list[str] | None:
    try:
        ids = params.json_list("DiskIds", 10_000)
    except EcsError:
        raise Errors.DISK_IDS_NOT_VALID() from None
    if ids is not None and len(ids) > IDS_MAX:
        raise Errors.TOO_MANY_DISK_IDS()
    return ids


def _disk(disk: Disk) -> Answer:
    answer: Answer = {
        "DiskId": disk.id,
        "DiskName": disk.name,
        "Description": disk.description,
        "Type": "system",
        "Category": disk.category,
        "Status": "In_use",
        "Size": disk.size,
        "Encrypted": disk.encrypted,
        "KMSKeyId": disk.kms_key_id,
        "ImageId": disk.image_id,
        "SourceSnapshotId": "",
        "InstanceId": disk.instance_id,
        "Device": "/dev/xvda",
        "Portable": False,
        "DeleteWithInstance": True,
        "DeleteAutoSnapshot": True,
        "EnableAutoSnapshot": True,
        "EnableAutomatedSnapshotPolicy": False,
        "AutoSnapshotPolicyId": "",
        "MultiAttach": "Disabled",
        "MountInstances": {"MountInstance": []},
        "OperationLocks": {"OperationLock": []},
        "Tags": {"Tag": [{"TagKey": key, "TagValue": value} for key, value in disk.tags.items()]},
        "RegionId": disk.region,
        "ZoneId": disk.zone_id,
        "ResourceGroupId": "",
        "ProductCode": "",
        "DiskChargeType": "PostPaid",
        "ExpiredTime": "2999-09-08T16:00Z",
        "CreationTime": format_time(disk.created),
        "AttachedTime": format_time(disk.created),
        "DetachedTime": "",
    }
    if disk.performance_level:
        answer["PerformanceLevel"] = disk.performance_level
    return answer


@takes(
    *("RegionId", "InstanceId", "ImageId", "SystemDisk.Size", "Encrypted", "KMSKeyId", "ClientToken"),
    *("Password", "PasswordInherit", "KeyPairName", "SecurityEnhancementStrategy"),
)
def replace_system_disk(context: Context, params: Params) -> Answer:
    """Give a stopped instance a new system disk from an image."""
    instance_id, image_id = params.require("InstanceId"), params.require("ImageId")
    password, key_pair = params.get("Password") or None, params.get("KeyPairName")
    if password and params.boolean("PasswordInherit"):
        raise Errors.PASSWORD_OF_IMAGE_WANTED()
    asked = DiskRequest(
        size=params.integer("SystemDisk.Size", 0, 0),
        encrypted=bool(params.boolean("Encrypted")),
        kms_key_id=params.get("KMSKeyId"),
    )
    extra = DiskExtra(password, key_pair, hardened(params))

    def replace() -> str:
        instance = context.cloud.instances.own(context.account, instance_id, params.get("RegionId"))
        return context.cloud.instances.replace_system_disk(instance, image_id, asked, extra).id

    token = params.get("ClientToken")
    return {"DiskId": context.cloud.once(context.account, "ReplaceSystemDisk", token, params.raw, replace)}


@takes("RegionId", "DiskId", "AutoStartInstance")
def reinit_disk(context: Context, params: Params) -> Answer:
    """Reset a stopped instance's system disk to its image."""
    disk_id, start = params.require("DiskId"), bool(params.boolean("AutoStartInstance"))
    context.cloud.instances.reinit_disk(context.account, disk_id, start, params.get("RegionId"))
    return {}
