"""The actions of images: reading, copying, making, changing, deleting and sharing them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..actions import Context, takes
from ..clock import format_time
from ..errors import CommonErrors
from ..filters import filters_of
from ..paging import IDS_MAX, page_of
from ..wire import Answer, Params
from .copies import CopyRequest
from .errors import Errors
from .image import ARCHITECTURES, FEATURES, ImageQuery, ImageView
from .image_making import MakeRequest
from .images import AttributeChange
from .instance_types import is_queryable_type
from .tagging import tag_filter, tags_of_copy

_STATUSES = frozenset({"Creating", "Waiting", "Available", "UnAvailable", "CreateFailed", "Deprecated"})


@takes(
    *("RegionId", "ImageId", "ImageName", "ImageFamily", "ImageOwnerAlias", "ImageOwnerId", "IsPublic"),
    *("Status", "Usable", "Usage", "OSType", "Architecture", "SnapshotId", "ResourceGroupId", "InstanceType"),
    *("IsSupportCloudinit", "IsSupportIoOptimized", "ShowExpired", "ActionType"),
    *("Tag.N.Key", "Tag.N.Value", "Filter.N.Key", "Filter.N.Value", "PageNumber", "PageSize", "DryRun"),
    # No image here expires. It is not documented whether ShowExpired=true adds expired images or shows only those, nor
    # which images ChangeOS leaves out.
    only={"ShowExpired": frozenset({"false"}), "ActionType": frozenset({"createecs"})},
    # "If you set ImageOwnerAlias to system or others [...], Resource Access Management (RAM) policies are ignored."
    is_open=lambda params: params.get("ImageOwnerAlias") in ("system", "others"),
)
def describe_images(context: Context, params: Params) -> Answer:
    """The images that the caller sees in a region, as their owner or as a consumer."""
    region = params.require("RegionId")
    page, size = page_of(params)
    size = context.reading.page_size(size)
    query = _image_query(params)
    context.cloud.images.check_region(region)
    if params.boolean("DryRun"):
        raise CommonErrors.DRY_RUN_PASSED()
    views = context.cloud.images.describe(context.account, region, query, context.reading.lag_s)
    return {
        "PageNumber": page,
        "PageSize": size,
        "TotalCount": len(views),
        "RegionId": region,
        "Images": {"Image": [described_image(view) for view in context.reading.page(views, page, size)]},
    }


def _image_query(params: Params) -> ImageQuery:
    alias, owner_id = params.get("ImageOwnerAlias"), params.get("ImageOwnerId")
    if alias not in ("", "self", "others", "system", "marketplace"):
        raise Errors.IMAGE_OWNER_ALIAS_UNSUPPORTED()
    public = bool(params.boolean("IsPublic"))
    if public and alias != "others":
        raise Errors.PUBLIC_IMAGE_ALIAS_UNSUPPORTED()
    # One page says "Takes effect only when you query shared or community images", the table has an error for any other
    # query. The stricter reading: an error.
    if owner_id and alias != "others":
        raise Errors.IMAGE_OWNER_ID_UNSUPPORTED()
    ids = [i for i in params.get("ImageId").split(",") if i]
    if len(ids) > IDS_MAX:
        raise CommonErrors.INVALID_PARAMETER(name="ImageId")
    usage = params.get("Usage")
    if usage not in ("", "instance", "none"):
        raise Errors.IMAGE_USAGE_INVALID()
    created, features = filters_of(
        params, Errors.IMAGE_FILTER_KEY_UNKNOWN, Errors.IMAGE_FILTER_VALUE_INVALID, *FEATURES
    )
    return ImageQuery(
        ids=tuple(ids) if ids else None,
        alias=alias,
        owner_id=owner_id,
        is_public=public,
        name=params.get("ImageName"),
        family=params.get("ImageFamily"),
        statuses=_statuses(params),
        tags=tag_filter(params.pairs("Tag", "Key", "Value")),
        usage=usage,
        snapshot_id=params.get("SnapshotId"),
        resource_group_id=params.get("ResourceGroupId"),
        supports_cloudinit=params.boolean("IsSupportCloudinit"),
        supports_io_optimized=params.boolean("IsSupportIoOptimized"),
        created=created,
        features=_features(features),
        **_machine(params),
    )


def _machine(params: Params) -> dict[str, Any]:
    """The part of the query that is about the machines that images run on."""
    os_type, architecture, instance_type = (params.get(name) for name in ("OSType", "Architecture", "InstanceType"))
    if os_type not in ("", "windows", "linux"):
        raise Errors.IMAGE_OS_TYPE_INVALID()
    if architecture and architecture not in ARCHITECTURES:
        raise Errors.IMAGE_ARCHITECTURE_INVALID()
    if instance_type and not is_queryable_type(instance_type):
        raise Errors.IMAGE_INSTANCE_TYPE_UNSUPPORTED(name=instance_type)
    return {"os_type": os_type, "architecture": architecture, "instance_type": instance_type}


def _features(filters: Mapping[str, str]) -> Mapping[str, str]:
    for key, value in filters.items():
        if key == "NetworkType" and value not in ("vpc", "classic"):
            raise Errors.IMAGE_NETWORK_TYPE_INVALID()
        if key != "NetworkType" and value not in ("supported", "unsupported"):
            raise Errors.IMAGE_FILTER_VALUE_INVALID()
    return filters


def _statuses(params: Params) -> frozenset[str] | None:
    """The requested statuses; None for all."""
    usable = params.boolean("Usable")
    # "When Usable is used, Status is required and has no default value."
    text = params.require("Status") if usable is not None else params.get("Status", "Available")
    statuses = frozenset(text.split(","))
    if "ALL" in statuses:
        if len(statuses) > 1:
            raise CommonErrors.INVALID_PARAMETER(name="Status")
        wanted: frozenset[str] | None = None
    elif statuses <= _STATUSES:
        wanted = statuses
    else:
        raise CommonErrors.INVALID_PARAMETER(name="Status")
    if usable is None:
        return wanted
    able = frozenset({"Available"}) if usable else _STATUSES - {"Available"}
    return able if wanted is None else wanted & able


@takes("RegionId", "ImageFamily")
def describe_image_from_family(context: Context, params: Params) -> Answer:
    """The newest available image of a family; "if no available image exists in a family, the response is empty"."""
    region, family = params.require("RegionId"), params.require("ImageFamily")
    images = context.cloud.images
    if not images.has_region(region):
        raise Errors.FAMILY_REGION_NOT_FOUND()
    image = images.find_family(context.account, region, family)
    return {} if image is None else {"Image": image_of_family(images.view(context.account, image))}


@takes(
    *("RegionId", "ImageId", "DestinationRegionId", "DestinationImageName", "DestinationDescription"),
    *("Encrypted", "KMSKeyId", "EncryptAlgorithm", "ResourceGroupId", "Tag.N.Key", "Tag.N.Value"),
    *("DryRun", "ClientToken"),
)
def copy_image(context: Context, params: Params) -> Answer:
    """Copy an image to another region or within one."""
    region, image_id = params.require("RegionId"), params.require("ImageId")
    if params.get("EncryptAlgorithm"):
        raise (
            Errors.ENCRYPT_ALGORITHM_INVALID()
            if params.boolean("Encrypted")
            else Errors.ENCRYPT_ALGORITHM_WITHOUT_ENCRYPTION()
        )
    request = CopyRequest(
        destination_region=params.get("DestinationRegionId", region),
        name=params.get("DestinationImageName"),
        description=params.get("DestinationDescription"),
        encrypted=params.boolean("Encrypted"),
        kms_key_id=params.get("KMSKeyId"),
        resource_group_id=params.get("ResourceGroupId"),
        tags=tags_of_copy(params.pairs("Tag", "Key", "Value")),
    )
    if params.boolean("DryRun"):
        raise CommonErrors.DRY_RUN_PASSED()

    def copy() -> str:
        return context.cloud.copies.start(context.account, region, image_id, request).id

    return {"ImageId": context.cloud.once(context.account, "CopyImage", params.get("ClientToken"), params.raw, copy)}


@takes("RegionId", "ImageId")
def cancel_copy_image(context: Context, params: Params) -> Answer:
    """Stop a copy that is in progress, by the region and the ID of the new image."""
    region, image_id = params.require("RegionId"), params.require("ImageId")
    context.cloud.copies.cancel(context.account, region, image_id)
    return {}


@takes(
    *("RegionId", "ImageId", "ImageName", "Description", "ImageFamily", "Status", "BootMode", "DryRun"),
    *("Features.NvmeSupport", "Features.ImdsSupport"),
    # The values of every image here, which clients send back as they read them.
    only={"Features.NvmeSupport": frozenset({"supported"}), "Features.ImdsSupport": frozenset({"v2"})},
)
def modify_image_attribute(context: Context, params: Params) -> Answer:
    """Change an own image's name, description, family, status or boot mode."""
    region, image_id = params.require("RegionId"), params.require("ImageId")
    # "This parameter is empty by default, which specifies that the original description is retained", and the same for
    # the name. So an empty value is an absent one: a description or a family can be changed but not removed.
    change = AttributeChange(
        name=params.get("ImageName"),
        description=params.get("Description"),
        family=params.get("ImageFamily"),
        status=params.get("Status"),
        boot_mode=params.get("BootMode"),
    )
    # DryRun is listed without documentation, as in ModifyImageSharePermission, and has no effect here.
    context.cloud.attributes.modify(context.account, region, image_id, change)
    return {}


@takes("RegionId", "ImageId", "Force")
def delete_image(context: Context, params: Params) -> Answer:
    """Delete an own image that is not shared and, without Force, not in use."""
    region, image_id = params.require("RegionId"), params.require("ImageId")
    context.cloud.images.delete(context.account, region, image_id, bool(params.boolean("Force")))
    return {}


# -- making images -----------------------------------------------------------------------------------------------------


_MAPPING = "DiskDeviceMapping"


@takes(
    *("RegionId", "InstanceId", "SnapshotId", "ImageName", "ImageFamily", "ImageVersion", "Description", "Platform"),
    *("Architecture", "BootMode", "ResourceGroupId", "DetectionStrategy", "Tag.N.Key", "Tag.N.Value", "ClientToken"),
    *(f"{_MAPPING}.N.SnapshotId", f"{_MAPPING}.N.Size", f"{_MAPPING}.N.Device", f"{_MAPPING}.N.DiskType"),
    # "Only the standard check mode is supported."
    only={"DetectionStrategy": frozenset({"standard"})},
)
def create_image(context: Context, params: Params) -> Answer:
    """Create an image of an instance or of a snapshot, without data disks."""
    region = params.require("RegionId")
    # "The following request parameters are sorted by priority: InstanceId > DiskDeviceMapping > SnapshotId."
    instance_id, snapshot_id, size = params.get("InstanceId"), params.get("SnapshotId"), 0
    if params.has(_MAPPING) and not instance_id:
        snapshot_id, size = _mapped_system_disk(params)
    if not instance_id and not snapshot_id:
        raise Errors.NOTHING_TO_IMAGE()
    request = MakeRequest(
        instance_id=instance_id,
        snapshot_id=snapshot_id,
        size=size,
        name=params.get("ImageName"),
        description=params.get("Description"),
        family=params.get("ImageFamily"),
        version=params.get("ImageVersion"),
        platform=params.get("Platform"),
        architecture=params.get("Architecture"),
        boot_mode=params.get("BootMode"),
        resource_group_id=params.get("ResourceGroupId"),
        is_checked=params.get("DetectionStrategy").lower() == "standard",
        tags=tags_of_copy(params.pairs("Tag", "Key", "Value")),
    )

    def make() -> str:
        return context.cloud.image_making.start(context.account, region, request).id

    token, reused = params.get("ClientToken"), Errors.TOKEN_OF_OTHER_IMAGE
    return {"ImageId": context.cloud.once(context.account, "CreateImage", token, params.raw, make, reused)}


def _mapped_system_disk(params: Params) -> tuple[str, int]:
    """Snapshot and size of the system disk in DiskDeviceMapping, which must be the only disk."""
    system = []
    for n in params.numbers(_MAPPING):
        kind = params.get(f"{_MAPPING}.{n}.DiskType")
        if kind not in ("", "system", "data"):
            raise Errors.DISK_TYPE_NOT_SUPPORTED()
        if params.get(f"{_MAPPING}.{n}.SnapshotId") and kind != "data":
            system.append(n)
    if len(system) != 1:
        raise (Errors.MAPPING_OF_SYSTEM_DISKS() if system else Errors.MAPPING_WITHOUT_SYSTEM_DISK())
    [n] = system
    data = [other for other in params.numbers(_MAPPING) if other != n]
    if data:
        raise CommonErrors.PARAMETER_NOT_HONOURED(name=f"{_MAPPING}.{data[0]}")
    if params.get(f"{_MAPPING}.{n}.Device", "/dev/xvda") != "/dev/xvda":
        raise Errors.MAPPING_DEVICE_MALFORMED()
    return params.get(f"{_MAPPING}.{n}.SnapshotId"), params.integer(f"{_MAPPING}.{n}.Size", 0, 0)


# -- sharing images ----------------------------------------------------------------------------------------------------


@takes("RegionId", "ImageId", "AddAccount.N", "RemoveAccount.N", "IsPublic", "LaunchPermission", "DryRun")
def modify_image_share_permission(context: Context, params: Params) -> Answer:
    """Share an image with accounts, unshare it from others, or publish it."""
    region, image_id = params.require("RegionId"), params.require("ImageId")
    add, remove = params.repeated("AddAccount"), params.repeated("RemoveAccount")
    public = params.boolean("IsPublic")
    sharing = context.cloud.sharing
    if params.get("LaunchPermission"):
        # "This parameter is in invitational preview and is not publicly available."
        raise (Errors.LAUNCH_PERMISSION_UNNEEDED() if add or remove else Errors.LAUNCH_PERMISSION_FORBIDDEN())
    # DryRun is listed without documentation and has no effect here: the call is a real one.
    if public and (add or remove):
        raise Errors.IS_PUBLIC_CONFLICT()
    if public is not None and not add and not remove:
        sharing.set_public(context.account, region, image_id, public)
    else:
        sharing.modify(context.caller.account, region, image_id, add, remove)
    return {}


@takes("RegionId", "ImageId", "PageNumber", "PageSize")
def describe_image_share_permission(context: Context, params: Params) -> Answer:
    """The accounts, and the share groups, that an own image is shared with."""
    region, image_id = params.require("RegionId"), params.require("ImageId")
    page, size = page_of(params)
    size = context.reading.page_size(size)
    shares = context.cloud.sharing.permission(context.account, region, image_id, context.reading.lag_s)
    groups = context.cloud.sharing.groups(context.account, region, image_id, context.reading.lag_s)
    # The page's example shows AliyunId as a number, its table and the SDK's model as a string: a string.
    shown = context.reading.page(context.reading.rows(shares), page, size)
    accounts = [{"AliyunId": account, "SharedTime": format_time(time)} for account, time in shown]
    return {
        "PageNumber": page,
        "PageSize": size,
        # Counts and pages only cover accounts: the page's example has a group, an account and a count of 1.
        "TotalCount": context.reading.total_count(len(shares)),
        "RegionId": region,
        "ImageId": image_id,
        "ShareGroups": {"ShareGroup": [{"Group": group} for group in groups]},
        "Accounts": {"Account": accounts},
    }


# -- answers -----------------------------------------------------------------------------------------------------------


_OS_NAMES = {
    "linux": ("Alibaba Cloud Linux 3.2104 LTS 64位", "Alibaba Cloud Linux  3.2104 LTS 64 bit"),
    "windows": ("Windows Server 2022 数据中心版", "Windows Server 2022"),
}
_OF_FAMILY = frozenset(
    (
        *("Architecture", "CreationTime", "Description", "DiskDeviceMappings", "ImageFamily", "ImageId", "ImageName"),
        *("ImageOwnerAlias", "ImageVersion", "IsCopied", "IsSelfShared", "IsSubscribed", "IsSupportCloudinit"),
        *("IsSupportIoOptimized", "OSName", "OSType", "Platform", "ProductCode", "Progress", "Size", "Status", "Tags"),
        "Usage",
    )
)


def described_image(view: ImageView) -> Answer:
    """An image in the answer of DescribeImages."""
    image = view.image
    # The newest page and the SDK's model have no KMSKeyId here: the key of an image cannot be read.
    mapping = {
        "Device": "/dev/xvda",
        "Type": "system",
        "Size": str(image.size),
        "SnapshotId": image.snapshot_id,
        "Format": "",
        "Progress": f"{view.progress}%",
        "Encrypted": image.encrypted,
    }
    name, name_in_english = _OS_NAMES[image.os_type]
    answer: dict[str, Any] = {
        "ImageId": image.id,
        "ImageName": image.name,
        "Description": image.description,
        "ImageFamily": view.family,
        "ImageVersion": image.version,
        "ImageOwnerAlias": view.alias,
        "IsSelfShared": view.is_self_shared,
        "IsPublic": image.is_public,
        "IsCopied": image.is_copied,
        "IsSubscribed": False,
        "IsSupportCloudinit": image.supports_cloudinit,
        "IsSupportIoOptimized": True,
        "LoginAsNonRootSupported": False,
        "ProductCode": image.product_code,
        "Status": image.status,
        "Progress": f"{view.progress}%",
        "Usable": image.status == "Available",
        "Usage": "instance" if view.in_use else "none",
        "Size": image.size,
        "OSType": image.os_type,
        "OSName": name,
        "OSNameEn": name_in_english,
        "Platform": image.platform,
        "Architecture": image.architecture,
        "BootMode": image.boot_mode,
        "ResourceGroupId": image.resource_group_id if view.alias == "self" else "",
        "CreationTime": format_time(image.created),
        "DiskDeviceMappings": {"DiskDeviceMapping": [mapping]},
        "Tags": {"Tag": [{"TagKey": key, "TagValue": value} for key, value in view.tags.items()]},
        "Features": {
            "NvmeSupport": "supported",
            "ImdsSupport": "v2",
            **{key: value for key, value in FEATURES.items() if key != "NetworkType"},
        },
    }
    if image.is_custom:
        # The SDK's model says int; 16 digits still fit a double.
        answer["ImageOwnerId"] = int(image.owner)
    if image.is_checked:
        checked = image.status == "Available"
        answer["DetectionOptions"] = {"Status": "Finished" if checked else "Processing", "Items": {"Item": []}}
    return answer


def image_of_family(view: ImageView) -> Answer:
    """An image in the answer of DescribeImageFromFamily, which has fewer fields."""
    return {name: value for name, value in described_image(view).items() if name in _OF_FAMILY}
