"""A launch: the instances that Auto Scaling stores and ECS checks. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Launch:
    """An image, instance types and their settings; ECS chooses for empty values and for 0."""

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
    """ECS would refuse the launch. `parameter` is the name of the wrong parameter in Auto Scaling and ECS."""

    def __init__(self, parameter: str) -> None:
        super().__init__(parameter)
        self.parameter = parameter


CheckLaunch = Callable[[str, str, Launch], None]
"""Takes account, region and launch; raises LaunchRefusedError, or the error of ECS for a disk's encryption."""
