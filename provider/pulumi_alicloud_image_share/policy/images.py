"""The images of a stack: which resources use one, which make one, and whose each is at the bottom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from pulumi_policy import PolicyResource, StackValidationArgs

from ..cloud.settings import ALICLOUD
from ..copy.resource import CopyResource
from ..share.resource import ShareResource
from ..values import UNKNOWN
from .image_rules import NAMED_ONLY, Copy, ImageUse, Origin, image_fault, origin_of
from .owners import Account, ImageOwners
from .settings import TrustedImages
from .stack import (
    SHARE_TYPES,
    config_of,
    known,
    made_by,
    plugin_config_of,
    record_of,
    stack_config,
    value,
)
from .violation import Violation

_LAUNCHES_NOW: Final = frozenset({"alicloud:ecs/instance:Instance", "alicloud:ecs/ecsInstanceSet:EcsInstanceSet"})
_LAUNCHES_LATER: Final = frozenset(
    {
        "alicloud:ecs/ecsLaunchTemplate:EcsLaunchTemplate",
        "alicloud:ecs/launchTemplate:LaunchTemplate",
        "alicloud:ess/scalingConfiguration:ScalingConfiguration",
    }
)
_COPY_TYPES: Final = frozenset({CopyResource.dynamic_type, CopyResource.plugin_type()})
_ALICLOUD_COPY_TYPES: Final = frozenset({"alicloud:ecs/imageCopy:ImageCopy", "alicloud:ecs/copyImage:CopyImage"})
_ALICLOUD_IMAGES: Final = frozenset({"alicloud:ecs/image:Image", "alicloud:ecs/imageImport:ImageImport"})


@dataclass(frozen=True)
class MadeCopy:
    """A copy that the stack makes, and as whom its source is seen: None where the preview can't know that yet."""

    copy: Copy
    account: Account | None


def image_violations(args: StackValidationArgs, trusted: TrustedImages, owners: ImageOwners) -> list[Violation]:
    """What is wrong with the images that a stack makes instances from. Asks ECS only whose images nothing else tells.

    Args:
        args: The stack.
        trusted: Whose images may be used.
        owners: Looks images up.
    """
    copies = [made for made in map(_made_copy, args.resources) if made is not None]
    own = set(map(_own_image, args.resources)) - {None, UNKNOWN}
    accounts = {made.copy.urn: made.account for made in copies}
    found = []
    for resource in args.resources:
        use = _image_use(resource)
        if use is None:
            continue
        origin = origin_of(use, [made.copy for made in copies], own)
        account = _account(resource) if origin is None or not origin.copies else accounts[origin.copies[-1].urn]
        if account is not None:
            found.append(_judge(use, origin, account, trusted, owners))
    return [violation for violation in found if violation is not None]


def _judge(
    use: ImageUse, origin: Origin | None, account: Account, trusted: TrustedImages, owners: ImageOwners
) -> Violation | None:
    if origin is None:
        return image_fault(use, origin, NAMED_ONLY, trusted)
    if origin.is_own or origin.image_id is UNKNOWN:
        return None
    return image_fault(use, origin, owners.find(origin.image_id, account), trusted)


def _image_use(resource: PolicyResource) -> ImageUse | None:
    """What a resource makes instances from; None if nothing, or if nobody can know it yet."""
    if resource.resource_type not in _LAUNCHES_NOW | _LAUNCHES_LATER:
        return None
    image_id, image_name = (value(resource.props, name) or None for name in ("imageId", "imageName"))
    if image_id is None and image_name in (None, UNKNOWN):
        return None
    return ImageUse(
        resource.urn,
        image_id,
        image_name,
        made_by=made_by(resource, "imageId"),
        launches_later=resource.resource_type in _LAUNCHES_LATER,
    )


def _account(resource: PolicyResource) -> Account | None:
    config = config_of(resource)
    return None if config is None else Account(config, namespaces=(ALICLOUD,))


def _own_image(resource: PolicyResource) -> Any:
    """The ID of an image that is surely one of this account, None or UNKNOWN for none."""
    if resource.resource_type in SHARE_TYPES:
        # Its preview has made sure of that. An ImageSharePermission has not.
        return record_of(ShareResource, resource).image_id
    return value(resource.props, "id") if resource.resource_type in _ALICLOUD_IMAGES else None


def _made_copy(resource: PolicyResource) -> MadeCopy | None:
    if resource.resource_type in _COPY_TYPES:
        return _own_copy(resource)
    if resource.resource_type in _ALICLOUD_COPY_TYPES:
        return _alicloud_copy(resource)
    return None


def _own_copy(resource: PolicyResource) -> MadeCopy:
    """An ImageCopy of this package: it is made as the stack, or as the profile or role that it names."""
    found = record_of(CopyResource, resource)
    region, source_region = found.region, found.source_region
    copy = Copy(
        urn=resource.urn,
        image_id=found.image_id,
        source_image_id=found.source_image_id,
        source_made_by=made_by(resource, "source_image_id"),
        crosses_regions=UNKNOWN not in (region, source_region) and region != source_region,
    )
    is_plugins = resource.resource_type == CopyResource.plugin_type()
    config = plugin_config_of(resource) if is_plugins else stack_config
    if config is None or source_region is UNKNOWN or found.identity is UNKNOWN:
        return MadeCopy(copy, None)
    return MadeCopy(copy, Account(config, source_region, found.identity))


def _alicloud_copy(resource: PolicyResource) -> MadeCopy:
    """A copy that pulumi-alicloud makes: into the region of its provider."""
    props = resource.props
    config = config_of(resource)
    source_region = known(props, "sourceRegionId")
    region = config(f"{ALICLOUD}:region") if config else None
    copy = Copy(
        urn=resource.urn,
        image_id=known(props, "id"),
        source_image_id=known(props, "sourceImageId"),
        source_made_by=made_by(resource, "sourceImageId"),
        crosses_regions=source_region is not UNKNOWN and region is not None and region != source_region,
    )
    if config is None or source_region is UNKNOWN:
        return MadeCopy(copy, None)
    return MadeCopy(copy, Account(config, source_region, namespaces=(ALICLOUD,)))
