"""The actions of images, a function each."""

from __future__ import annotations

from typing import Any

from .. import errors
from ..actions import Context, takes
from ..clock import format_time
from ..paging import IDS_MAX, page_of
from ..wire import Answer, Params
from . import image_errors
from .attributes import AttributeChange
from .copies import CopyRequest
from .images import ImageQuery, ImageView
from .tagging import tag_filter, tags_of_copy

_STATUSES = frozenset({"Creating", "Waiting", "Available", "UnAvailable", "CreateFailed", "Deprecated"})


@takes(
    *("RegionId", "ImageId", "ImageName", "ImageFamily", "ImageOwnerAlias", "ImageOwnerId", "IsPublic"),
    *("Status", "Usable", "Usage", "OSType", "Architecture", "Tag.N.Key", "Tag.N.Value"),
    *("PageNumber", "PageSize", "DryRun"),
)
def describe_images(context: Context, params: Params) -> Answer:
    """The images that the caller sees in a region, as their owner or as one they are shared with."""
    region = params.require("RegionId")
    page, size = page_of(params)
    size = context.reading.page_size(size)
    query = _image_query(params)
    context.cloud.images.check_region(region)
    if params.boolean("DryRun"):
        raise errors.dry_run_passed()
    views = context.cloud.images.describe(context.account, region, query, context.reading.lag_s)
    return {
        "PageNumber": page,
        "PageSize": size,
        "TotalCount": len(views),
        "RegionId": region,
        "Images": {"Image": [_image(view) for view in context.reading.page(views, page, size)]},
    }


def _image_query(params: Params) -> ImageQuery:
    alias, owner_id = params.get("ImageOwnerAlias"), params.get("ImageOwnerId")
    if alias not in ("", "self", "others", "system", "marketplace"):
        raise image_errors.image_owner_alias_unsupported()
    public = bool(params.boolean("IsPublic"))
    if public and alias != "others":
        raise image_errors.public_image_alias_unsupported()
    # "Takes effect only when you query shared or community images", says one page; an error in any other context, says
    # the table. The stricter: an error.
    if owner_id and alias != "others":
        raise image_errors.image_owner_id_unsupported()
    ids = [i for i in params.get("ImageId").split(",") if i]
    if len(ids) > IDS_MAX:
        raise errors.invalid_parameter("ImageId")
    usage = params.get("Usage")
    if usage not in ("", "instance", "none"):
        raise image_errors.invalid_usage()
    statuses = _statuses(params)
    return ImageQuery(
        ids=tuple(ids) if ids else None,
        alias=alias,
        owner_id=owner_id,
        is_public=public,
        name=params.get("ImageName"),
        family=params.get("ImageFamily"),
        statuses=statuses,
        tags=tag_filter(params.pairs("Tag", "Key", "Value")),
        usage=usage,
        os_type=params.get("OSType"),
        architecture=params.get("Architecture"),
    )


def _statuses(params: Params) -> frozenset[str] | None:
    """The statuses asked for; None for all of them."""
    usable = params.boolean("Usable")
    # "When Usable is used, Status is required and has no default value."
    text = params.require("Status") if usable is not None else params.get("Status", "Available")
    statuses = frozenset(text.split(","))
    if "ALL" in statuses:
        if len(statuses) > 1:
            raise errors.invalid_parameter("Status")
        wanted: frozenset[str] | None = None
    elif statuses <= _STATUSES:
        wanted = statuses
    else:
        raise errors.invalid_parameter("Status")
    if usable is None:
        return wanted
    able = frozenset({"Available"}) if usable else _STATUSES - {"Available"}
    return able if wanted is None else wanted & able


def _image(view: ImageView) -> Answer:
    image = view.image
    # The newest page and the SDK's model have no KMSKeyId here, so which key an image is encrypted with can't be read.
    mapping = {
        "Device": "/dev/xvda",
        "Type": "system",
        "Size": str(image.size),
        "SnapshotId": f"s-{image.id.partition('-')[2]}",
        "Format": "",
        "Progress": f"{view.progress}%",
        "Encrypted": image.encrypted,
    }
    answer: dict[str, Any] = {
        "ImageId": image.id,
        "ImageName": image.name,
        "Description": image.description,
        "ImageFamily": view.family,
        "ImageVersion": "1",
        "ImageOwnerAlias": view.alias,
        "IsSelfShared": view.is_self_shared,
        "IsPublic": image.is_public,
        "IsCopied": image.is_copied,
        "IsSubscribed": False,
        "IsSupportCloudinit": True,
        "IsSupportIoOptimized": True,
        "LoginAsNonRootSupported": False,
        "ProductCode": image.product_code,
        "Status": image.status,
        "Progress": f"{view.progress}%",
        "Usable": image.status == "Available",
        "Usage": "instance" if view.in_use else "none",
        "Size": image.size,
        "OSType": image.os_type,
        "OSName": "Alibaba Cloud Linux 3.2104 LTS 64位"
        if image.os_type == "linux"
        else "Windows Server 2022 数据中心版",
        "OSNameEn": "Alibaba Cloud Linux  3.2104 LTS 64 bit" if image.os_type == "linux" else "Windows Server 2022",
        "Platform": "Aliyun" if image.os_type == "linux" else "Windows Server 2022",
        "Architecture": image.architecture,
        "BootMode": "BIOS",
        "ResourceGroupId": "",
        "CreationTime": format_time(image.created),
        "DiskDeviceMappings": {"DiskDeviceMapping": [mapping]},
        "Tags": {"Tag": [{"TagKey": key, "TagValue": value} for key, value in view.tags.items()]},
        "Features": {"NvmeSupport": "supported", "ImdsSupport": "v2"},
    }
    if image.is_custom:
        # A number on the wire, where 16 digits still fit a double; the SDK's model says int.
        answer["ImageOwnerId"] = int(image.owner)
    return answer


@takes(
    *("RegionId", "ImageId", "DestinationRegionId", "DestinationImageName", "DestinationDescription"),
    *("Encrypted", "KMSKeyId", "Tag.N.Key", "Tag.N.Value", "DryRun", "ClientToken"),
)
def copy_image(context: Context, params: Params) -> Answer:
    """Copy an image to another region or within one."""
    region, image_id = params.require("RegionId"), params.require("ImageId")
    request = CopyRequest(
        destination_region=params.get("DestinationRegionId", region),
        name=params.get("DestinationImageName"),
        description=params.get("DestinationDescription"),
        encrypted=params.boolean("Encrypted"),
        kms_key_id=params.get("KMSKeyId"),
        tags=tags_of_copy(params.pairs("Tag", "Key", "Value")),
    )
    if params.boolean("DryRun"):
        raise errors.dry_run_passed()

    def copy() -> str:
        return context.cloud.copies.start(context.account, region, image_id, request).id

    return {"ImageId": context.cloud.once(context.account, "CopyImage", params.get("ClientToken"), params.raw, copy)}


@takes("RegionId", "ImageId")
def cancel_copy_image(context: Context, params: Params) -> Answer:
    """Stop a copy that is under way, by the region and the ID of what it would have become."""
    region, image_id = params.require("RegionId"), params.require("ImageId")
    context.cloud.copies.cancel(context.account, region, image_id)
    return {}


@takes("RegionId", "ImageId", "ImageName", "Description", "ImageFamily", "Status", "DryRun")
def modify_image_attribute(context: Context, params: Params) -> Answer:
    """Change an own image's name, description, family or status."""
    region, image_id = params.require("RegionId"), params.require("ImageId")
    # "This parameter is empty by default, which specifies that the original description is retained", and so for the
    # name: empty is absent, so that a description or a family that an image has can be changed and never taken away.
    change = AttributeChange(
        name=params.get("ImageName"),
        description=params.get("Description"),
        family=params.get("ImageFamily"),
        status=params.get("Status"),
    )
    # DryRun is as in ModifyImageSharePermission: among the parameters without a word of documentation.
    context.cloud.attributes.modify(context.account, region, image_id, change)
    return {}


@takes("RegionId", "ImageId", "Force")
def delete_image(context: Context, params: Params) -> Answer:
    """Delete an own image that nobody else uses."""
    region, image_id = params.require("RegionId"), params.require("ImageId")
    context.cloud.images.delete(context.account, region, image_id, bool(params.boolean("Force")))
    return {}
