"""The catalogue: zones, instance types and disk categories. A few of the real ones, the same in every zone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

DISK_CATEGORIES: Final = ("cloud_essd", "cloud_auto", "cloud_efficiency", "cloud_ssd")
_ZONES: Final = {
    "cn-hangzhou": "hijk",
    "cn-shanghai": "befg",
    "cn-beijing": "hijk",
    "ap-southeast-1": "abc",
    "eu-central-1": "abc",
    "us-west-1": "ab",
}


@dataclass(frozen=True)
class InstanceType:
    """A size of instances; `architecture` as DescribeInstanceTypes names it, X86 or ARM."""

    id: str
    cores: int
    memory_gib: float
    architecture: str = "X86"
    category: str = "General-purpose"
    level: str = "EnterpriseLevel"
    enis: int = 3
    addresses_an_eni: int = 6

    @property
    def family(self) -> str:
        """The family: ecs.g7 of ecs.g7.large."""
        return self.id.rpartition(".")[0]


INSTANCE_TYPES: Final = (
    InstanceType("ecs.g7.large", 2, 8),
    InstanceType("ecs.g7.xlarge", 4, 16, enis=4, addresses_an_eni=15),
    InstanceType("ecs.g7.2xlarge", 8, 32, enis=4, addresses_an_eni=15),
    InstanceType("ecs.c7.large", 2, 4, category="Compute-optimized"),
    InstanceType("ecs.c7.xlarge", 4, 8, category="Compute-optimized", enis=4, addresses_an_eni=15),
    InstanceType("ecs.r7.large", 2, 16, category="Memory-optimized"),
    InstanceType("ecs.g6.large", 2, 8, enis=2),
    InstanceType("ecs.g8y.large", 2, 8, architecture="ARM"),
    InstanceType("ecs.t6-c1m2.large", 2, 4, category="Shared", level="CreditEntryLevel", enis=2, addresses_an_eni=2),
)


def zones_of(region: str) -> tuple[str, ...]:
    """The IDs of the zones of a region; a region that is not listed here has two, a and b."""
    letters = _ZONES.get(region, "ab")
    # If a region's name ends in a digit, the letter of the zone follows without a hyphen: eu-central-1a.
    joint = "" if region[-1:].isdigit() else "-"
    return tuple(f"{region}{joint}{letter}" for letter in letters)


def instance_type(type_id: str) -> InstanceType | None:
    """The instance type of that ID, if it is on offer."""
    return next((offered for offered in INSTANCE_TYPES if offered.id == type_id), None)
