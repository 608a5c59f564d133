"""What the name of an instance type says, and how big the disks of each category are. Pure."""

from __future__ import annotations

import re

_TYPE = re.compile(r"(?P<family>ecs\.(?P<series>[a-z]+)(?P<generation>\d{0,3})[a-z0-9-]*)\.(?P<size>[a-z0-9-]+)")
_SIZE = re.compile(r"(?P<many>\d{0,4})-?(?P<name>nano|micro|small|medium|large|xlarge)")
_VCPUS = {"nano": 1, "micro": 1, "small": 1, "medium": 1, "large": 2, "xlarge": 4}
_GIB_A_VCPU = {"c": 2, "r": 8}
# Whose system disks can be of cloud_essd_entry: "u1" and "e".
_ENTRY = re.compile(r"ecs\.(u1|e)(-[a-z0-9-]+)?")

_PERFORMANCE_LEVELS = {"PL0": (1, 2048), "PL1": (20, 2048), "PL2": (461, 2048), "PL3": (1261, 2048)}
_CATEGORIES = {
    "cloud": (20, 500),
    "cloud_efficiency": (20, 2048),
    "cloud_ssd": (20, 2048),
    "cloud_auto": (1, 2048),
    "cloud_essd_entry": (20, 2048),
}


def is_instance_type(text: str) -> bool:
    """Whether this has the form of an instance type's name: ecs.g7.large."""
    return _TYPE.fullmatch(text) is not None


def family_of(instance_type: str) -> str:
    """The family of a type: ecs.g7 of ecs.g7.large."""
    return instance_type.rpartition(".")[0]


def vcpus_and_gib(instance_type: str) -> tuple[int, int]:
    """How many vCPUs and GiB of memory a type has, as the names of the common families tell it."""
    match = _TYPE.fullmatch(instance_type)
    size = _SIZE.fullmatch(match["size"]) if match else None
    if match is None or size is None:
        return 2, 8
    vcpus = int(size["many"] or 1) * _VCPUS[size["name"]]
    return vcpus, vcpus * _GIB_A_VCPU.get(match["series"], 4)


def default_disk(instance_type: str) -> tuple[str, str]:
    """The category and the performance level of a system disk that nothing is said of."""
    # "In other cases, the default value is cloud_efficiency. After January 30, 2026, for instance types that only
    # support cloud_essd, the default value will be changed from cloud_efficiency to cloud_essd PL0": the seventh
    # generation and later.
    match = _TYPE.fullmatch(instance_type)
    if match and int(match["generation"] or 0) >= 7:
        return "cloud_essd", "PL0"
    return "cloud_efficiency", ""


def is_category(category: str, instance_type: str) -> bool:
    """Whether the system disk of such an instance can be of this category."""
    if category == "cloud_essd_entry":
        return _ENTRY.fullmatch(family_of(instance_type)) is not None
    return category == "cloud_essd" or category in _CATEGORIES


def is_performance_level(level: str, category: str) -> bool:
    """Whether a disk of the category can have this performance level."""
    return level in _PERFORMANCE_LEVELS and category == "cloud_essd"


def disk_size_range(category: str, level: str) -> tuple[int, int]:
    """The smallest and the biggest system disk of a category, in GiB."""
    return _PERFORMANCE_LEVELS[level] if category == "cloud_essd" else _CATEGORIES[category]
