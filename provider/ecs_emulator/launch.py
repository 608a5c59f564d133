"""What instances are to be like that one product is told of and another runs. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Launch:
    """An image, instance types and what instances of them are told; what is empty, or 0, is left to ECS."""

    image_id: str
    instance_types: Sequence[str]
    name: str = ""
    description: str = ""
    host_name: str = ""
    disk_category: str = ""
    disk_performance_level: str = ""
    disk_size: int = 0
    disk_name: str = ""
    disk_description: str = ""
    disk_encrypted: bool = False
    disk_kms_key_id: str = ""


class LaunchRefusedError(Exception):
    """Instances can't be like that. `parameter` is what is wrong: its name, as Auto Scaling and ECS have it."""

    def __init__(self, parameter: str) -> None:
        super().__init__(parameter)
        self.parameter = parameter


CheckLaunch = Callable[[str, str, Launch], None]
"""Account, region and what is asked for; raises LaunchRefusedError, or what ECS says of a disk's encryption."""
