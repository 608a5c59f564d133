"""What the name of an instance type says: its form, family, size, generation and architecture. Pure."""

from __future__ import annotations

import re

_TYPE = re.compile(r"(?P<family>ecs\.(?P<series>[a-z]+)(?P<generation>\d{0,3})[a-z0-9-]*)\.(?P<size>[a-z0-9-]+)")
_SIZE = re.compile(r"(?P<many>\d{0,4})-?(?P<name>nano|micro|small|medium|large|xlarge)")
_VCPUS = {"nano": 1, "micro": 1, "small": 1, "medium": 1, "large": 2, "xlarge": 4}
_GIB_A_VCPU = {"c": 2, "r": 8}
_QUERYABLE = re.compile(r"ecs\.(?P<family>[a-z][a-z0-9-]*)\.[a-z0-9]+(?:\.[a-z0-9]+)?")
# A family whose generation ends in "y" is Arm, such as g8y; in the sixth generation "r" is, as in c6r, but not in i4r.
_ARM_FAMILY = re.compile(r"[a-z]+(\d+y|6r)")


def is_instance_type(text: str) -> bool:
    """Whether this has the form of an instance type's name: ecs.g7.large."""
    return _TYPE.fullmatch(text) is not None


def is_queryable_type(text: str) -> bool:
    """Whether DescribeImages accepts this as its InstanceType: also a name of four parts, but no hyphen in the size."""
    return _QUERYABLE.fullmatch(text) is not None


def family_of(instance_type: str) -> str:
    """The family of a type: ecs.g7 of ecs.g7.large."""
    return instance_type.rpartition(".")[0]


def generation_of(instance_type: str) -> int:
    """The generation of a type: 7 of ecs.g7.large, and 0 if its name has none."""
    match = _TYPE.fullmatch(instance_type)
    return int(match["generation"] or 0) if match else 0


def vcpus_and_gib(instance_type: str) -> tuple[int, int]:
    """How many vCPUs and GiB of memory a type has, by the names of the common families."""
    match = _TYPE.fullmatch(instance_type)
    size = _SIZE.fullmatch(match["size"]) if match else None
    if match is None or size is None:
        return 2, 8
    vcpus = int(size["many"] or 1) * _VCPUS[size["name"]]
    return vcpus, vcpus * _GIB_A_VCPU.get(match["series"], 4)


def architecture_of(instance_type: str) -> str:
    """The architecture of the images that a type runs: arm64 or x86_64. No type here runs 32-bit images."""
    match = _QUERYABLE.fullmatch(instance_type)
    return "arm64" if match and _ARM_FAMILY.fullmatch(match["family"]) else "x86_64"
