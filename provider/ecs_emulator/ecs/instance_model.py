"""What instances and disks are, and what is asked for when they are made. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import IPv4Address

from .image import Image


@dataclass
class Settings:
    """What an instance is told when it is run, most of which can be changed afterwards."""

    name: str = ""
    description: str = ""
    host_name: str = ""
    user_data: str = ""
    key_pair_name: str = ""
    ram_role_name: str = ""
    deletion_protection: bool = False
    internet_charge_type: str = "PayByTraffic"
    bandwidth_in: int = 10
    bandwidth_out: int = 0
    spot_strategy: str = "NoSpot"
    spot_price_limit: float = 0.0
    spot_duration: int = 1
    http_endpoint: str = "enabled"
    http_tokens: str = "optional"
    jumbo_frame: bool = False


@dataclass(frozen=True)
class DiskRequest:
    """What is asked of a system disk; a size of 0 and what is empty are left to ECS."""

    size: int = 0
    encrypted: bool = False
    kms_key_id: str = ""
    category: str = ""
    performance_level: str = ""
    name: str = ""
    description: str = ""


@dataclass(frozen=True)
class DiskExtra:
    """What is asked of what is on a new system disk; `hardened` is with Security Center."""

    password: str | None = field(default=None, repr=False)
    key_pair_name: str = ""
    hardened: bool = False


@dataclass(frozen=True)
class RunRequest:
    """What RunInstances asks for."""

    instance_type: str
    vswitch_id: str
    security_group_ids: tuple[str, ...]
    image_id: str = ""
    image_family: str = ""
    amount: int = 1
    zone_id: str = ""
    private_ip: str = ""
    password: str | None = field(default=None, repr=False)
    hardened: bool = False
    settings: Settings = field(default_factory=Settings)
    disk: DiskRequest = field(default_factory=DiskRequest)
    tags: Mapping[str, str] = field(default_factory=dict)
    dry_run: bool = False


@dataclass(frozen=True)
class OnDisk:
    """What is on a system disk: it stays when the image that it came from is deleted."""

    platform: str
    architecture: str
    boot_mode: str
    product_code: str
    version: str

    @classmethod
    def of(cls, image: Image) -> OnDisk:
        """What a disk has from its image."""
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


@dataclass
class Instance:
    """An instance with its one disk. `coming` are the statuses that it goes on to, each with when."""

    id: str
    region: str
    zone_id: str
    owner: str
    type: str
    image_id: str
    os_type: str
    disk_id: str
    vpc_id: str
    vswitch_id: str
    security_group_ids: list[str]
    private_ip: IPv4Address
    public_ip: IPv4Address | None
    created: datetime
    started: datetime
    settings: Settings
    tags: dict[str, str] = field(default_factory=dict)
    status: str = "Running"
    stopped_mode: str = "KeepCharging"
    coming: list[tuple[float, str]] = field(default_factory=list)

    def settle(self, at: float) -> None:
        """Go on to the statuses whose time has come."""
        while self.coming and self.coming[0][0] <= at:
            self.status = self.coming.pop(0)[1]

    def go(self, at: float, seconds: float, *statuses: str) -> None:
        """Go through these statuses from now on, so many seconds in each but the last."""
        self.coming = [(at + seconds * place, status) for place, status in enumerate(statuses)]
        self.settle(at)
