"""The actions of images, a function each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..actions import Context, takes
from ..errors import CommonErrors
from ..filters import filters_of
from ..paging import IDS_MAX, page_of
from ..wire import Answer, Params
from .attributes import AttributeChange
from .copies import CopyRequest
from .errors import Errors
from .image import ARCHITECTURES
from .image_answers import described_image, image_of_family
from .image_query import FEATURES, ImageQuery, is_instance_type
from .tagging import tag_filter, tags_of_copy

_STATUSES = frozenset({"Creating", "Waiting", "Available", "UnAvailable", "CreateFailed", "Deprecated"})


@takes(
    *("RegionId", "ImageId", "ImageName", "ImageFamily", "ImageOwnerAlias", "ImageOwnerId", "IsPublic"),
    *("Status", "Usable", "Usage", "OSType", "Architecture", "SnapshotId", "ResourceGroupId", "InstanceType"),
    *("IsSupportCloudinit", "IsSupportIoOptimized", "ShowExpired", "ActionType"),
    *("Tag.N.Key", "Tag.N.Value", "Filter.N.Key", "Filter.N.Value", "PageNumber", "PageSize", "DryRun"),
    # Nothing here has expired, and whether ShowExpired=true shows it alone or beside the rest is not documented;
    # neither is which images ChangeOS leaves out.
    only={"ShowExpired": frozenset({"false"}), "ActionType": frozenset({"createecs"})},
    # "If you set ImageOwnerAlias to system or others [...], Resource Access Management (RAM) policies are ignored."
    is_open=lambda params: params.get("ImageOwnerAlias") in ("system", "others"),
)
def describe_images(context: Context, params: Params) -> Answer:
    """The images that the caller sees in a region, as their owner or as one they are shared with."""
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
    # "Takes effect only when you query shared or community images", says one page; an error in any other context, says
    # the table. The stricter: an error.
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
    """What DescribeImages asks of the machines that the images run on."""
    os_type, architecture, instance_type = (params.get(name) for name in ("OSType", "Architecture", "InstanceType"))
    if os_type not in ("", "windows", "linux"):
        raise Errors.IMAGE_OS_TYPE_INVALID()
    if architecture and architecture not in ARCHITECTURES:
        raise Errors.IMAGE_ARCHITECTURE_INVALID()
    if instance_type and not is_instance_type(instance_type):
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
    """The statuses asked for; None for all of them."""
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
    """Stop a copy that is under way, by the region and the ID of what it would have become."""
    region, image_id = params.require("RegionId"), params.require("ImageId")
    context.cloud.copies.cancel(context.account, region, image_id)
    return {}


@takes(
    *("RegionId", "ImageId", "ImageName", "Description", "ImageFamily", "Status", "BootMode", "DryRun"),
    *("Features.NvmeSupport", "Features.ImdsSupport"),
    # What every image here has, and what clients send back as they have read it.
    only={"Features.NvmeSupport": frozenset({"supported"}), "Features.ImdsSupport": frozenset({"v2"})},
)
def modify_image_attribute(context: Context, params: Params) -> Answer:
    """Change an own image's name, description, family, status or boot mode."""
    region, image_id = params.require("RegionId"), params.require("ImageId")
    # "This parameter is empty by default, which specifies that the original description is retained", and so for the
    # name: empty is absent, so that a description or a family that an image has can be changed and never taken away.
    change = AttributeChange(
        name=params.get("ImageName"),
        description=params.get("Description"),
        family=params.get("ImageFamily"),
        status=params.get("Status"),
        boot_mode=params.get("BootMode"),
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
