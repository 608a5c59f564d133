"""Instances and their system disks, and what an image's sharing means to them. No HTTP; not locked: `Cloud` locks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase

from .. import errors
from ..clock import Clock
from . import image_errors, instance_errors
from .images import Image, Images, new_id

_AMOUNT_MAX = 100


@dataclass
class Disk:
    """A system disk."""

    id: str
    region: str
    owner: str
    instance_id: str
    image_id: str
    size: int
    encrypted: bool
    kms_key_id: str
    created: datetime
    of_shared_image: bool


@dataclass
class Instance:
    """An instance with its one disk."""

    id: str
    region: str
    owner: str
    name: str
    type: str
    image_id: str
    os_type: str
    disk_id: str
    created: datetime
    status: str = "Running"


@dataclass(frozen=True)
class RunRequest:
    """What RunInstances asks for."""

    instance_type: str
    image_id: str = ""
    image_family: str = ""
    amount: int = 1
    name: str = ""
    disk_size: int = 0
    encrypted: bool = False
    kms_key_id: str = ""
    dry_run: bool = False


class Instances:
    """All instances of all regions.

    An instance goes from one stable status to the next at once: Pending, Starting and Stopping are never seen.
    """

    def __init__(self, images: Images, clock: Clock) -> None:
        self._images = images
        self._clock = clock
        self._instances: dict[str, Instance] = {}
        self._disks: dict[str, Disk] = {}
        images.used_by = self.use

    def use(self, account: str | None, image: Image) -> bool:
        """Whether the account (None: any) has instances made from the image."""
        return any(
            i.image_id == image.id and i.region == image.region and account in (None, i.owner)
            for i in self._instances.values()
        )

    def run(self, account: str, region: str, request: RunRequest) -> list[Instance]:
        """Start instances from an image that the account may use."""
        self._images.check_region(region)
        if request.image_id and request.image_family:
            raise instance_errors.image_family_unneeded()
        if request.image_id:
            image = self._images.usable(account, region, request.image_id)
        else:
            image = self._images.newest_of_family(account, region, request.image_family)
        self._check_encryption(account, image, request.encrypted, request.kms_key_id)
        if not 1 <= request.amount <= _AMOUNT_MAX:
            raise errors.invalid_parameter("Amount")
        if request.dry_run:
            raise errors.dry_run_passed()
        started = []
        for _ in range(request.amount):
            instance_id = new_id("i", region)
            disk = self._new_disk(account, image, instance_id, request.disk_size, request.encrypted, request.kms_key_id)
            instance = Instance(
                id=instance_id,
                region=region,
                owner=account,
                name=request.name or instance_id,
                type=request.instance_type,
                image_id=image.id,
                os_type=image.os_type,
                disk_id=disk.id,
                created=self._clock.now(),
            )
            self._instances[instance_id] = instance
            started.append(instance)
        return started

    def _check_encryption(self, account: str, image: Image, encrypted: bool, kms_key_id: str) -> None:
        if kms_key_id and not encrypted:
            raise image_errors.key_without_encryption()
        if image.encrypted and image.owner != account and not encrypted:
            raise instance_errors.encryption_key_needed()

    def _new_disk(
        self, account: str, image: Image, instance_id: str, size: int, encrypted: bool, kms_key_id: str
    ) -> Disk:
        disk = Disk(
            id=new_id("d", image.region),
            region=image.region,
            owner=account,
            instance_id=instance_id,
            image_id=image.id,
            size=max(size or 40, image.size),
            encrypted=encrypted or image.encrypted,
            kms_key_id=kms_key_id or image.kms_key_id,
            created=self._clock.now(),
            of_shared_image=image.is_custom and image.owner != account,
        )
        self._disks[disk.id] = disk
        return disk

    def describe(
        self,
        account: str,
        region: str,
        ids: list[str] | None = None,
        image_id: str = "",
        name: str = "",
        status: str = "",
    ) -> list[Instance]:
        """The account's instances, newest first."""
        self._images.check_region(region)
        found = [
            i
            for i in self._instances.values()
            if i.owner == account
            and i.region == region
            and (ids is None or i.id in ids)
            and (not image_id or i.image_id == image_id)
            and (not name or fnmatchcase(i.name, name))
            and (not status or i.status == status)
        ]
        return sorted(found, key=lambda i: (-i.created.timestamp(), i.id))

    def describe_disks(
        self, account: str, region: str, ids: list[str] | None = None, instance_id: str = "", disk_type: str = "all"
    ) -> list[Disk]:
        """The account's disks, newest first; every disk here is a system disk."""
        self._images.check_region(region)
        found = [
            d
            for d in self._disks.values()
            if d.owner == account
            and d.region == region
            and (ids is None or d.id in ids)
            and (not instance_id or d.instance_id == instance_id)
            and disk_type in ("all", "system")
        ]
        return sorted(found, key=lambda d: (-d.created.timestamp(), d.id))

    def _own(self, account: str, instance_id: str) -> Instance:
        instance = self._instances.get(instance_id)
        if instance is None or instance.owner != account:
            raise instance_errors.instance_not_found()
        return instance

    def _stopped(self, account: str, instance_id: str) -> Instance:
        instance = self._own(account, instance_id)
        if instance.status != "Stopped":
            raise instance_errors.instance_status()
        return instance

    def stop(self, account: str, instance_id: str, dry_run: bool) -> None:
        """Stop a running instance."""
        self._switch(account, instance_id, "Running", "Stopped", dry_run)

    def start(self, account: str, instance_id: str, dry_run: bool) -> None:
        """Start a stopped instance."""
        self._switch(account, instance_id, "Stopped", "Running", dry_run)

    def _switch(self, account: str, instance_id: str, before: str, after: str, dry_run: bool) -> None:
        instance = self._own(account, instance_id)
        if instance.status != before:
            raise instance_errors.instance_status()
        if dry_run:
            raise errors.dry_run_passed()
        instance.status = after

    def replace_system_disk(
        self, account: str, instance_id: str, image_id: str, size: int, encrypted: bool, kms_key_id: str
    ) -> Disk:
        """Give a stopped instance a new system disk, made from an image that the account may use now."""
        instance = self._stopped(account, instance_id)
        image = self._images.usable(account, instance.region, image_id)
        self._check_encryption(account, image, encrypted, kms_key_id)
        disk = self._new_disk(account, image, instance.id, size, encrypted, kms_key_id)
        del self._disks[instance.disk_id]
        instance.disk_id, instance.image_id, instance.os_type = disk.id, image.id, image.os_type
        return disk

    def reinit_disk(self, account: str, disk_id: str, start: bool) -> None:
        """Put a stopped instance's system disk back to its image, which must still be there for the account."""
        disk = self._disks.get(disk_id)
        if disk is None or disk.owner != account:
            raise instance_errors.disk_not_found()
        instance = self._stopped(account, disk.instance_id)
        image = self._images.find(disk.region, disk.image_id)
        if image is None:
            raise instance_errors.shared_image_deleted() if disk.of_shared_image else instance_errors.disk_image_gone()
        # Documented: not after the owner unshares the image. The table has no code of its own for that; the one for an
        # image that does "not exist in this account" is the one that holds.
        if not self._images.may_use(account, image):
            raise image_errors.image_not_found(image.id)
        if start:
            instance.status = "Running"
