"""Snapshots, and the rules of DescribeSnapshots and DeleteSnapshot. No HTTP; `Cloud` locks.

Every custom image has a snapshot of its system disk, which stays when the image is deleted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ..filters import ANY_TIME, CreatedBetween
from .errors import Errors
from .image import Image, Making

_STATUSES = {"Waiting": "progressing", "Creating": "progressing", "Available": "accomplished", "CreateFailed": "failed"}


@dataclass
class Snapshot:
    """A snapshot of a system disk, with the properties that an image of it inherits."""

    id: str
    region: str
    owner: str
    created: datetime
    size: int
    disk_id: str = ""
    instance_id: str = ""
    encrypted: bool = False
    kms_key_id: str = ""
    product_code: str = ""
    os_type: str = "linux"
    platform: str = ""
    architecture: str = "x86_64"
    boot_mode: str = ""
    resource_group_id: str = ""
    tags: dict[str, str] = field(default_factory=dict)
    making: Making | None = None
    images: list[Image] = field(default_factory=list)
    """The images that are made from it."""
    former_images: list[Image] = field(default_factory=list)
    """The deleted images that were made from it."""

    def status(self, at: float) -> str:
        """Progressing, accomplished or failed."""
        return _STATUSES[self.making.status(at)] if self.making else "accomplished"

    def progress(self, at: float) -> int:
        """The progress in percent."""
        return 100 if self.making is None or self.status(at) == "accomplished" else self.making.progress(at)


@dataclass(frozen=True)
class SnapshotQuery:
    """The query of DescribeSnapshots; empty values match everything."""

    ids: tuple[str, ...] | None = None
    instance_id: str = ""
    disk_id: str = ""
    status: str = "all"
    snapshot_type: str = "all"
    source_disk_type: str = ""
    usage: str = ""
    category: str = ""
    encrypted: bool = False
    kms_key_id: str = ""
    resource_group_id: str = ""
    name: str = ""
    tags: Mapping[str, str | None] = field(default_factory=dict)
    created: CreatedBetween = ANY_TIME


@dataclass(frozen=True)
class SnapshotView:
    """A snapshot with its status, progress and usage at one time."""

    snapshot: Snapshot
    status: str
    progress: int
    usage: str


class Snapshots:
    """All snapshots of all regions."""

    def __init__(self) -> None:
        self._snapshots: dict[tuple[str, str], Snapshot] = {}
        # Whether an account (None: any) has disks made from an image.
        self.used_by: Callable[[str | None, Image], bool] = lambda account, image: False

    def take_in(self, image: Image, snapshot: Snapshot | None = None) -> None:
        """Record that an image is made from its snapshot: `snapshot`, an existing one, or one created for it."""
        key = image.region, image.snapshot_id
        if snapshot is not None or key not in self._snapshots:
            self._snapshots[key] = snapshot or _snapshot_of(image)
        self._snapshots[key].images.append(image)

    def let_go(self, image: Image) -> None:
        """Record that an image is deleted. Its snapshot stays."""
        snapshot = self._snapshots.get((image.region, image.snapshot_id))
        if snapshot is not None:
            snapshot.images = [other for other in snapshot.images if other is not image]
            snapshot.former_images.append(image)

    def discard(self, image: Image) -> None:
        """Remove the snapshot of a copy that was cancelled."""
        self._snapshots.pop((image.region, image.snapshot_id), None)

    def own(self, account: str, region: str, snapshot_id: str) -> Snapshot | None:
        """The account's own snapshot in the region, or None."""
        snapshot = self._snapshots.get((region, snapshot_id))
        return snapshot if snapshot is not None and snapshot.owner == account else None

    def describe(self, account: str, region: str, query: SnapshotQuery, at: float) -> list[SnapshotView]:
        """The account's snapshots in a region, newest first."""
        views = [
            SnapshotView(snapshot, snapshot.status(at), snapshot.progress(at), self._usage(snapshot))
            for snapshot in self._snapshots.values()
            if snapshot.region == region and snapshot.owner == account
        ]
        found = [view for view in views if _matches(view, query)]
        return sorted(found, key=lambda view: (-view.snapshot.created.timestamp(), view.snapshot.id))

    def delete(self, account: str, region: str, snapshot_id: str, force: bool) -> None:
        """Delete an own snapshot, in any region if `region` is empty. An unknown one is ignored."""
        found = [s for s in self._snapshots.values() if s.id == snapshot_id and region in ("", s.region)]
        own = [snapshot for snapshot in found if snapshot.owner == account]
        # The page says: "If the snapshot does not exist, the request is ignored", and its table has a 404. As for
        # images, the 404 is for another account's snapshot.
        if found and not own:
            raise Errors.SNAPSHOT_NOT_FOUND()
        for snapshot in own:
            if snapshot.images:
                raise Errors.SNAPSHOT_CREATED_IMAGE()
            if not force and self._has_disks(snapshot):
                raise Errors.SNAPSHOT_CREATED_DISK()
            del self._snapshots[snapshot.region, snapshot.id]

    def _has_disks(self, snapshot: Snapshot) -> bool:
        # It is not documented whether an image's snapshot counts as the source of an instance's system disk. The
        # stricter reading: it does.
        return any(self.used_by(snapshot.owner, image) for image in (*snapshot.images, *snapshot.former_images))

    def _usage(self, snapshot: Snapshot) -> str:
        in_disks = self._has_disks(snapshot)
        if snapshot.images:
            return "image_disk" if in_disks else "image"
        return "disk" if in_disks else "none"


def _matches(view: SnapshotView, query: SnapshotQuery) -> bool:
    snapshot = view.snapshot
    return (
        (query.ids is None or snapshot.id in query.ids)
        and query.instance_id in ("", snapshot.instance_id)
        and query.disk_id in ("", snapshot.disk_id)
        and query.status in ("all", view.status)
        # Every snapshot here is a manual, standard one of a system disk.
        and query.snapshot_type in ("all", "user")
        and query.source_disk_type in ("", "system")
        and query.category in ("", "standard")
        and query.usage in ("", view.usage)
        and (not query.encrypted or snapshot.encrypted)
        and query.kms_key_id in ("", snapshot.kms_key_id)
        and query.resource_group_id in ("", snapshot.resource_group_id)
        # "Returned only if a snapshot name was specified when the snapshot was created": snapshots here have no names.
        and not query.name
        and all(key in snapshot.tags and value in (None, snapshot.tags[key]) for key, value in query.tags.items())
        and query.created.holds(snapshot.created)
    )


def _snapshot_of(image: Image) -> Snapshot:
    return Snapshot(
        id=image.snapshot_id,
        region=image.region,
        owner=image.owner,
        created=image.created,
        size=image.size,
        encrypted=image.encrypted,
        kms_key_id=image.kms_key_id,
        product_code=image.product_code,
        os_type=image.os_type,
        platform=image.platform,
        architecture=image.architecture,
        boot_mode=image.boot_mode,
        resource_group_id=image.resource_group_id,
        making=image.making,
    )
