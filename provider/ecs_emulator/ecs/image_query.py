"""What DescribeImages can ask for, and which images are it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from ..filters import ANY_TIME, CreatedBetween
from .image import Image, ImageView

_INSTANCE_TYPE = re.compile(r"ecs\.(?P<family>[a-z][a-z0-9-]*)\.[a-z0-9]+(?:\.[a-z0-9]+)?")
# "y" at the end of a family's generation, as in g8y, is Arm, and "r" in the sixth, as in c6r, which i4r is not.
_ARM_FAMILY = re.compile(r"[a-z]+(\d+y|6r)")


@dataclass(frozen=True)
class ImageQuery:
    """What DescribeImages can ask for; None means that it does not matter."""

    ids: tuple[str, ...] | None = None
    alias: str = ""
    owner_id: str = ""
    is_public: bool = False
    name: str = ""
    family: str = ""
    statuses: frozenset[str] | None = frozenset({"Available"})
    tags: Mapping[str, str | None] = field(default_factory=dict)
    usage: str = ""
    os_type: str = ""
    architecture: str = ""
    snapshot_id: str = ""
    resource_group_id: str = ""
    instance_type: str = ""
    supports_cloudinit: bool | None = None
    supports_io_optimized: bool | None = None
    created: CreatedBetween = ANY_TIME
    features: Mapping[str, str] = field(default_factory=dict)

    def matches(self, view: ImageView, account: str) -> bool:
        """Whether an image, as the account sees it, is one that is asked for."""
        image, tags = view.image, view.tags
        return (
            (self.ids is None or image.id in self.ids)
            and self.owner_id in ("", image.owner)
            and (not self.name or fnmatchcase(image.name, _literal(self.name)))
            and self.family in ("", view.family)
            and (self.statuses is None or image.status in self.statuses)
            and all(key in tags and value in (None, tags[key]) for key, value in self.tags.items())
            and (not self.usage or (self.usage == "instance") == view.in_use)
            and self.os_type in ("", image.os_type)
            and self.architecture in ("", image.architecture)
            and self.supports_cloudinit in (None, image.supports_cloudinit)
            and self.supports_io_optimized in (None, True)
            and self.created.holds(image.created)
            and (not self.instance_type or image.architecture == architecture_of(self.instance_type))
            and (not self.snapshot_id or image.snapshot_id == self.snapshot_id)
            # "The resource group to which the custom image belongs": which group an image of somebody else's is in is
            # its owner's affair.
            and (not self.resource_group_id or _is_in(image, self.resource_group_id, account))
            and all(FEATURES[key] == value for key, value in self.features.items())
        )


# What the images here have of what a filter can ask for. Instances here are in VPCs alone.
FEATURES: Mapping[str, str] = {
    "NetworkType": "vpc",
    "CpuOnlineUpgrade": "unsupported",
    "CpuOnlineDowngrade": "unsupported",
    "MemoryOnlineUpgrade": "unsupported",
    "MemoryOnlineDowngrade": "unsupported",
}


def is_instance_type(name: str) -> bool:
    """Whether this can be the name of an instance type: ecs.g7.large."""
    return _INSTANCE_TYPE.fullmatch(name) is not None


def architecture_of(instance_type: str) -> str:
    """That of the images that an instance type runs. 32-bit ones need one of the few small ones, and are none here."""
    match = _INSTANCE_TYPE.fullmatch(instance_type)
    return "arm64" if match and _ARM_FAMILY.fullmatch(match["family"]) else "x86_64"


def _is_in(image: Image, resource_group_id: str, account: str) -> bool:
    return image.owner == account and image.resource_group_id == resource_group_id


def _literal(pattern: str) -> str:
    """An ImageName with * as its only wildcard, and a part of the name enough ("Fuzzy search is supported")."""
    escaped = pattern.replace("[", "[[]").replace("?", "[?]")
    return escaped if "*" in pattern else f"*{escaped}*"
