"""An image, how it comes to be, and how one account sees it. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ..seed import MARKETPLACE, SYSTEM
from .shares import Shares

BOOT_MODES = frozenset({"BIOS", "UEFI", "UEFI-Preferred"})
ARCHITECTURES = frozenset({"i386", "x86_64", "arm64"})


@dataclass
class Making:
    """An image under way: a copy of the image of that region and ID or, with no source, one of a disk or a snapshot.

    It waits until it has `started`, by the monotonic clock. One that fails does so `fails_after` seconds from then.
    """

    source: tuple[str, str] | None
    seconds: float
    fails_after: float | None = None
    started: float | None = None

    @property
    def ends(self) -> float:
        """When it is done, or has failed; never, while it waits."""
        if self.started is None:
            return math.inf
        return self.started + (self.seconds if self.fails_after is None else self.fails_after)

    def status(self, at: float) -> str:
        """What the image has become at that time."""
        if self.started is None:
            return "Waiting"
        if at < self.ends:
            return "Creating"
        return "Available" if self.fails_after is None else "CreateFailed"

    def progress(self, at: float) -> int:
        """How far it is, in per cent; never all the way."""
        if self.started is None or not self.seconds:
            return 0
        return min(99, int(100 * (min(at, self.ends) - self.started) / self.seconds))

    def fail(self, at: float) -> None:
        """Let it have failed at that time."""
        self.started = at if self.started is None else self.started
        self.fails_after = at - self.started


@dataclass
class Image:
    """An image in one region. `owner` is an account's ID, or "system" or "marketplace"."""

    id: str
    region: str
    owner: str
    name: str
    created: datetime
    description: str = ""
    family: str = ""
    status: str = "Available"
    product_code: str = ""
    is_public: bool = False
    encrypted: bool = False
    kms_key_id: str = ""
    size: int = 20
    os_type: str = "linux"
    platform: str = ""
    architecture: str = "x86_64"
    boot_mode: str = ""
    version: str = ""
    supports_cloudinit: bool = True
    resource_group_id: str = ""
    tags: dict[str, str] = field(default_factory=dict)
    is_copied: bool = False
    is_checked: bool = False
    """Whether it was made with DetectionStrategy."""
    snapshot_id: str = ""
    """Of the snapshot of its system disk, which images of Alibaba Cloud and of the Marketplace don't show."""
    making: Making | None = None
    failed_at: int = 0
    """Of an image that could not be made: how far it was, in per cent."""
    shares: Shares = field(default_factory=Shares)
    groups: Shares = field(default_factory=Shares)
    """The share groups that it is shared with."""

    def __post_init__(self) -> None:
        self.platform = self.platform or ("Aliyun" if self.os_type == "linux" else "Windows Server 2022")
        self.boot_mode = self.boot_mode or ("UEFI" if self.architecture == "arm64" else "BIOS")
        # What a custom image says that was given none is not documented; the clients that compare it expect nothing.
        if self.product_code or not self.is_custom:
            self.version = self.version or "1"
        if self.is_custom and not self.snapshot_id:
            self.snapshot_id = f"s-{self.id.partition('-')[2]}"

    def finish(self, making: Making, at: float) -> None:
        """Let an image that has taken its time be what its making has come to."""
        self.status, self.making = making.status(at), None
        # Whether a failed image still shows how far it was is not documented; nothing says that it starts again at 0.
        self.failed_at = making.progress(at) if self.status == "CreateFailed" else 0

    def progress(self, at: float) -> int:
        """How far an image that is being made is, in per cent."""
        if self.making is not None:
            return self.making.progress(at)
        return 100 if self.status in ("Available", "Deprecated", "UnAvailable") else self.failed_at

    def family_for(self, account: str) -> str:
        """The family as the account sees it: an image of somebody else's names its owner there."""
        # "The sharee sees acs:<UID of sharing account>:<family name>", says the overview of image families.
        foreign = self.family and self.is_custom and self.owner != account
        return f"acs:{self.owner}:{self.family}" if foreign else self.family

    @property
    def is_shared(self) -> bool:
        """Whether it is shared with an account or a share group, truly and with no lag."""
        return bool(self.shares.current or self.groups.current)

    @property
    def is_custom(self) -> bool:
        """Whether an account made it, rather than Alibaba Cloud or the Marketplace."""
        return self.owner not in (SYSTEM, MARKETPLACE)

    @property
    def is_copying(self) -> bool:
        """Whether it is a copy that is under way or waits."""
        return self.making is not None and self.making.source is not None


def boots(architecture: str, boot_mode: str) -> bool:
    """Whether a machine of that architecture starts in that mode: Arm has no BIOS."""
    return boot_mode == "UEFI" if architecture == "arm64" else boot_mode in BOOT_MODES


@dataclass(frozen=True)
class ImageView:
    """An image as one account sees it."""

    image: Image
    alias: str
    family: str
    is_self_shared: str
    in_use: bool
    progress: int
    tags: Mapping[str, str]
