"""An image: its shares, its creation, how one account sees it, and the query of DescribeImages. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase

from ..filters import ANY_TIME, CreatedBetween
from ..seed import MARKETPLACE, SYSTEM
from .instance_types import architecture_of

_KEPT_STATES = 200


@dataclass
class Shares:
    """The accounts, or the share groups, that one image is shared with. Rules use `current`; reads may lag behind."""

    current: dict[str, datetime] = field(default_factory=dict)
    _past: list[tuple[float, dict[str, datetime]]] = field(default_factory=list)

    def change(self, add: Iterable[str], remove: Iterable[str], now: datetime, at: float) -> None:
        """Share and unshare at the time `now`, which is `at` on the monotonic clock."""
        before = dict(self.current)
        for name in add:
            self.current.setdefault(name, now)
        for name in remove:
            self.current.pop(name, None)
        if self.current.keys() != before.keys():
            self._past.append((at, before))
            del self._past[:-_KEPT_STATES]

    def as_of(self, at: float) -> Mapping[str, datetime]:
        """Each of them and when it was shared, as of the monotonic time `at`."""
        for changed_at, before in self._past:
            if changed_at > at:
                return before
        return self.current


BOOT_MODES = frozenset({"BIOS", "UEFI", "UEFI-Preferred"})
ARCHITECTURES = frozenset({"i386", "x86_64", "arm64"})


@dataclass
class Making:
    """The creation of an image: a copy of `source` (region, ID) or, without one, an image of a disk or a snapshot.

    It waits until it is `started` (monotonic time). With `fails_after` it fails that many seconds later.
    """

    source: tuple[str, str] | None
    seconds: float
    fails_after: float | None = None
    started: float | None = None

    @property
    def ends(self) -> float:
        """The monotonic time at which it finishes or fails; infinite while it waits."""
        if self.started is None:
            return math.inf
        return self.started + (self.seconds if self.fails_after is None else self.fails_after)

    def status(self, at: float) -> str:
        """The status of the image at a monotonic time."""
        if self.started is None:
            return "Waiting"
        if at < self.ends:
            return "Creating"
        return "Available" if self.fails_after is None else "CreateFailed"

    def progress(self, at: float) -> int:
        """The progress in percent, 0 to 99."""
        if self.started is None or not self.seconds:
            return 0
        # Not by `ends`: `started` is a large number, which rounds what is added to it.
        elapsed = at - self.started if self.fails_after is None else min(at - self.started, self.fails_after)
        return min(99, int(100 * elapsed / self.seconds))

    def fail(self, at: float) -> None:
        """Fail at a monotonic time."""
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
    """Whether it was created with DetectionStrategy."""
    snapshot_id: str = ""
    """The snapshot of its system disk. Images of Alibaba Cloud and of the Marketplace show none."""
    making: Making | None = None
    failed_at: int = 0
    """The progress in percent at which its creation failed."""
    shares: Shares = field(default_factory=Shares)
    groups: Shares = field(default_factory=Shares)
    """The share groups that it is shared with."""

    def __post_init__(self) -> None:
        self.platform = self.platform or ("Aliyun" if self.os_type == "linux" else "Windows Server 2022")
        self.boot_mode = self.boot_mode or ("UEFI" if self.architecture == "arm64" else "BIOS")
        # The version of a custom image that was created without one is not documented. Clients expect an empty one.
        if self.product_code or not self.is_custom:
            self.version = self.version or "1"
        if self.is_custom and not self.snapshot_id:
            self.snapshot_id = f"s-{self.id.partition('-')[2]}"

    def finish(self, making: Making, at: float) -> None:
        """Take over the result of a creation that has ended at `at`."""
        self.status, self.making = making.status(at), None
        # It is not documented whether a failed image keeps its progress. It does here.
        self.failed_at = making.progress(at) if self.status == "CreateFailed" else 0

    def progress(self, at: float) -> int:
        """The progress of its creation in percent."""
        if self.making is not None:
            return self.making.progress(at)
        return 100 if self.status in ("Available", "Deprecated", "UnAvailable") else self.failed_at

    def family_for(self, account: str) -> str:
        """The family as an account sees it: with the owner's ID if the image belongs to another account."""
        # The overview of image families: "The sharee sees acs:<UID of sharing account>:<family name>".
        foreign = self.family and self.is_custom and self.owner != account
        return f"acs:{self.owner}:{self.family}" if foreign else self.family

    @property
    def is_shared(self) -> bool:
        """Whether it is shared with an account or a share group now, without lag."""
        return bool(self.shares.current or self.groups.current)

    @property
    def is_custom(self) -> bool:
        """Whether an account made it, rather than Alibaba Cloud or the Marketplace."""
        return self.owner not in (SYSTEM, MARKETPLACE)

    @property
    def is_copying(self) -> bool:
        """Whether it is a copy that is waiting or in progress."""
        return self.making is not None and self.making.source is not None


def boots(architecture: str, boot_mode: str) -> bool:
    """Whether a machine of that architecture can start in that mode: Arm has no BIOS."""
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


@dataclass(frozen=True)
class ImageQuery:
    """The query of DescribeImages; None matches everything."""

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
        """Whether the query matches an image, as the account sees it."""
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
            # "The resource group to which the custom image belongs": consumers do not see the owner's groups.
            and (not self.resource_group_id or _is_in(image, self.resource_group_id, account))
            and all(FEATURES[key] == value for key, value in self.features.items())
        )


# The features that a filter can ask for, and their values for every image here. Instances here are in VPCs only.
FEATURES: Mapping[str, str] = {
    "NetworkType": "vpc",
    "CpuOnlineUpgrade": "unsupported",
    "CpuOnlineDowngrade": "unsupported",
    "MemoryOnlineUpgrade": "unsupported",
    "MemoryOnlineDowngrade": "unsupported",
}


def _is_in(image: Image, resource_group_id: str, account: str) -> bool:
    return image.owner == account and image.resource_group_id == resource_group_id


def _literal(pattern: str) -> str:
    """An ImageName as a pattern: * is the only wildcard, and part of a name matches ("Fuzzy search is supported")."""
    escaped = pattern.replace("[", "[[]").replace("?", "[?]")
    return escaped if "*" in pattern else f"*{escaped}*"
