"""System disks: the model, the sizes of each category, and the query of DescribeDisks. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase

from ..filters import ANY_TIME, CreatedBetween
from ..tags import has_tags
from .errors import Errors
from .image import Image
from .instance_types import family_of, generation_of
from .naming import is_description, is_resource_name, literal_pattern


@dataclass(frozen=True)
class DiskRequest:
    """A requested system disk; ECS chooses for a size of 0 and for empty values."""

    size: int = 0
    encrypted: bool = False
    kms_key_id: str = ""
    category: str = ""
    performance_level: str = ""
    name: str = ""
    description: str = ""


@dataclass(frozen=True)
class DiskExtra:
    """The requested content of a new system disk; `hardened` means with Security Center."""

    password: str | None = field(default=None, repr=False)
    key_pair_name: str = ""
    hardened: bool = False


@dataclass(frozen=True)
class OnDisk:
    """The content of a system disk, which stays when its image is deleted."""

    platform: str
    architecture: str
    boot_mode: str
    product_code: str
    version: str

    @classmethod
    def of(cls, image: Image) -> OnDisk:
        """The content of a disk that is made from the image."""
        return cls(image.platform, image.architecture, image.boot_mode, image.product_code, image.version)


@dataclass
class Disk:
    """A system disk."""

    id: str
    region: str
    zone_id: str
    owner: str
    instance_id: str
    image_id: str
    size: int
    category: str
    performance_level: str
    encrypted: bool
    kms_key_id: str
    created: datetime
    of_shared_image: bool
    content: OnDisk
    name: str = ""
    description: str = ""
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class DiskQuery:
    """The query of DescribeDisks; None and empty values match everything."""

    ids: Sequence[str] | None = None
    instance_id: str = ""
    name: str = ""
    category: str = ""
    performance_level: str = ""
    zone_id: str = ""
    kms_key_id: str = ""
    encrypted_alone: bool = False
    """Whether it asks for encrypted disks only; otherwise for all disks."""
    none_at_all: bool = False
    """Whether it asks for a property that no disk here has: a data disk, detachable, locked."""
    tags: Mapping[str, str | None] = field(default_factory=dict)
    created: CreatedBetween = ANY_TIME

    def matches(self, disk: Disk) -> bool:
        """Whether the query matches the disk."""
        equal = (
            (self.instance_id, disk.instance_id),
            (self.category, disk.category),
            (self.performance_level, disk.performance_level),
            (self.zone_id, disk.zone_id),
            (self.kms_key_id, disk.kms_key_id),
        )
        return (
            not self.none_at_all
            and (self.ids is None or disk.id in self.ids)
            and (not self.name or fnmatchcase(disk.name, literal_pattern(self.name)))
            and all(not wanted or wanted == there for wanted, there in equal)
            and (disk.encrypted or not self.encrypted_alone)
            and has_tags(disk.tags, self.tags)
            and self.created.holds(disk.created, ends=True)
        )


# The families with cloud_essd_entry: u1 and e.
_ENTRY = re.compile(r"ecs\.(u1|e)(-[a-z0-9-]+)?")

_PERFORMANCE_LEVELS = {"PL0": (1, 2048), "PL1": (20, 2048), "PL2": (461, 2048), "PL3": (1261, 2048)}
_CATEGORIES = {
    "cloud": (20, 500),
    "cloud_efficiency": (20, 2048),
    "cloud_ssd": (20, 2048),
    "cloud_auto": (1, 2048),
    "cloud_essd_entry": (20, 2048),
}


def default_disk(instance_type: str) -> tuple[str, str]:
    """The default category and performance level of a system disk."""
    # "In other cases, the default value is cloud_efficiency. After January 30, 2026, for instance types that only
    # support cloud_essd, the default value will be changed from cloud_efficiency to cloud_essd PL0": the seventh
    # generation and later.
    if generation_of(instance_type) >= 7:
        return "cloud_essd", "PL0"
    return "cloud_efficiency", ""


def is_category(category: str, instance_type: str) -> bool:
    """Whether the system disk of such an instance can have this category."""
    if category == "cloud_essd_entry":
        return _ENTRY.fullmatch(family_of(instance_type)) is not None
    return category == "cloud_essd" or category in _CATEGORIES


def is_performance_level(level: str, category: str) -> bool:
    """Whether a disk of the category can have this performance level."""
    return level in _PERFORMANCE_LEVELS and category == "cloud_essd"


def disk_size_range(category: str, level: str) -> tuple[int, int]:
    """The smallest and the biggest system disk of a category, in GiB."""
    return _PERFORMANCE_LEVELS[level] if category == "cloud_essd" else _CATEGORIES[category]


def settled_disk(asked: DiskRequest, instance_type: str, image_size: int) -> tuple[str, str, int]:
    """Category, performance level and size of a requested system disk. Raises the error of RunInstances."""
    if asked.name and not is_resource_name(asked.name):
        raise Errors.DISK_NAME_MALFORMED()
    if asked.description and not is_description(asked.description):
        raise Errors.DISK_DESCRIPTION_MALFORMED()
    category, level = default_disk(instance_type)
    if asked.category:
        if not is_category(asked.category, instance_type):
            raise Errors.SYSTEM_DISK_CATEGORY_NOT_SUPPORTED()
        category, level = asked.category, "PL1" if asked.category == "cloud_essd" else ""
    if asked.performance_level:
        if not is_performance_level(asked.performance_level, category):
            raise Errors.PERFORMANCE_LEVEL_MALFORMED()
        level = asked.performance_level
    return category, level, disk_size(asked.size, category, level, image_size)


def disk_size(asked: int, category: str, level: str, image_size: int) -> int:
    """The size of a system disk of an image: "Default value: max{40, the size of the image}"."""
    low, high = disk_size_range(category, level)
    # The default is not documented for a category whose minimum is above 40 GiB. Here it is the minimum.
    size = asked or max(40, image_size, low)
    if not max(low, image_size) <= size <= high:
        raise Errors.SYSTEM_DISK_SIZE_NOT_SUPPORTED()
    return size
