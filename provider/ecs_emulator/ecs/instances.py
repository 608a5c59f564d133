"""Instances and their system disks, and what an image's sharing means to them. No HTTP; not locked: `Cloud` locks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from ipaddress import IPv4Address

from ..accounts import Accounts
from ..catalogue import zones_of
from ..clock import Clock
from ..errors import CommonErrors
from ..ids import new_id
from ..seed import role_arn
from . import instance_rules, places, sizes
from .errors import Errors
from .images import Image, Images
from .instance_model import Disk, DiskExtra, DiskRequest, Instance, OnDisk, RunRequest, Settings
from .key_pairs import KeyPairs
from .places import Place

_AMOUNT_MAX = 100


class Instances:
    """All instances of all regions.

    An instance goes from one stable status to the next at once, unless `status_seconds` says how long it is Pending,
    Starting or Stopping before.
    """

    def __init__(
        self, images: Images, key_pairs: KeyPairs, accounts: Accounts, check_place: places.CheckPlace, clock: Clock
    ) -> None:
        self._images = images
        self._key_pairs = key_pairs
        self._accounts = accounts
        self._clock = clock
        self._instances: dict[str, Instance] = {}
        self._disks: dict[str, Disk] = {}
        self.status_seconds = 0.0
        self.check_place = check_place
        """Whether an account can put an instance into that vSwitch and those security groups, and what place it is."""
        images.used_by = self.use

    def use(self, account: str | None, image: Image) -> bool:
        """Whether the account (None: any) has instances made from the image."""
        return any(
            i.image_id == image.id and i.region == image.region and account in (None, i.owner)
            for i in self._instances.values()
        )

    def are_in_group(self, security_group_id: str) -> bool:
        """Whether an instance is in the security group."""
        return any(security_group_id in i.security_group_ids for i in self._instances.values())

    # -- running ----------------------------------------------------------------------------------------------------

    def run(self, account: str, region: str, request: RunRequest) -> list[Instance]:
        """Start instances from an image that the account may use."""
        self._images.check_region(region)
        if request.image_id and request.image_family:
            raise Errors.IMAGE_FAMILY_UNNEEDED()
        if not sizes.is_instance_type(request.instance_type):
            raise Errors.INSTANCE_TYPE_NOT_SUPPORTED()
        image = self._image(account, region, request)
        instance_rules.check_architecture(image.architecture, request.instance_type)
        self._check_encryption(account, image, request.disk)
        settings = self._checked_settings(account, region, request, image)
        instance_rules.settled_disk(request.disk, request.instance_type, image.size)
        if request.amount > _AMOUNT_MAX:
            raise CommonErrors.INVALID_PARAMETER(name="Amount")
        place = self._checked_place(account, region, request)
        addresses = self._addresses(place, request)
        if request.dry_run:
            raise CommonErrors.DRY_RUN_PASSED()
        return [self._new_instance(account, image, place, address, request, settings) for address in addresses]

    def _image(self, account: str, region: str, request: RunRequest) -> Image:
        if request.image_id:
            return self._images.usable(account, region, request.image_id)
        return self._images.newest_of_family(account, region, request.image_family)

    def _checked_settings(self, account: str, region: str, request: RunRequest, image: Image) -> Settings:
        settings = request.settings
        instance_rules.check_name(settings.name)
        instance_rules.check_settings(settings, image.os_type)
        instance_rules.check_password(request.password, image.os_type)
        instance_rules.check_hardened(request.hardened, image)
        if settings.ram_role_name and self._accounts.role(role_arn(account, settings.ram_role_name)) is None:
            raise Errors.RAM_ROLE_NOT_FOUND()
        if image.os_type == "windows":
            # "For Windows instances, this parameter is ignored", says the newest page; the table still has
            # DependencyViolation.WindowsInstance.
            return replace(settings, key_pair_name="")
        if settings.key_pair_name and self._key_pairs.find(account, region, settings.key_pair_name) is None:
            raise Errors.KEY_PAIR_TO_RUN_WITH_NOT_FOUND()
        return settings

    def _checked_place(self, account: str, region: str, request: RunRequest) -> Place:
        groups = request.security_group_ids
        if len(set(groups)) < len(groups):
            raise Errors.SECURITY_GROUP_REPEATED()
        if len(groups) > instance_rules.SECURITY_GROUPS_MAX:
            raise Errors.TOO_MANY_SECURITY_GROUPS()
        if request.zone_id and request.zone_id not in zones_of(region):
            raise Errors.ZONE_NOT_FOUND()
        place = self.check_place(account, region, request.vswitch_id, groups)
        if request.zone_id not in ("", place.zone_id):
            raise Errors.VSWITCH_NOT_IN_ZONE()
        return place

    def _addresses(self, place: Place, request: RunRequest) -> list[IPv4Address]:
        """A private address for each instance: the one asked for and those after it, or whatever is free."""
        taken = self.private_addresses(request.vswitch_id)
        found: list[IPv4Address] = []
        if request.private_ip:
            first = private_address(request.private_ip)
            found = [first + place_in_row for place_in_row in range(request.amount)]
            if not all(place.has(address) for address in found):
                raise Errors.PRIVATE_IP_NOT_IN_VSWITCH()
            if taken.intersection(found):
                raise Errors.PRIVATE_IP_TAKEN()
            return found
        for _ in range(request.amount):
            address = place.free_address(taken)
            if address is None:
                raise Errors.NO_PRIVATE_IP_LEFT()
            taken.add(address)
            found.append(address)
        return found

    def private_addresses(self, vswitch_id: str) -> set[IPv4Address]:
        """The addresses of the vSwitch that instances have."""
        return {i.private_ip for i in self._instances.values() if i.vswitch_id == vswitch_id}

    def _new_instance(
        self, account: str, image: Image, place: Place, address: IPv4Address, request: RunRequest, settings: Settings
    ) -> Instance:
        instance_id = new_id("i", image.region)
        now = self._clock.now()
        disk = self._new_disk(account, image, instance_id, place.zone_id, request.instance_type, request.disk)
        disk.tags = dict(request.tags)
        instance = Instance(
            id=instance_id,
            region=image.region,
            zone_id=place.zone_id,
            owner=account,
            type=request.instance_type,
            image_id=image.id,
            os_type=image.os_type,
            disk_id=disk.id,
            vpc_id=place.vpc_id,
            vswitch_id=request.vswitch_id,
            security_group_ids=list(request.security_group_ids),
            private_ip=address,
            public_ip=self._public_address() if settings.bandwidth_out else None,
            created=now,
            started=now,
            settings=replace(
                settings,
                name=settings.name or instance_id,
                # What a host is called that is given no name is not documented; this is what one sees.
                host_name=settings.host_name.replace("${instance_id}", instance_id) or f"iZ{instance_id[2:]}Z",
            ),
            tags=dict(request.tags),
        )
        instance.go(self._clock.monotonic(), self.status_seconds, "Pending", "Starting", "Running")
        self._instances[instance_id] = instance
        return instance

    def _public_address(self) -> IPv4Address | None:
        taken = {i.public_ip for i in self._instances.values() if i.public_ip is not None}
        return Place(places.PUBLIC, "", "").free_address(taken)

    def _check_encryption(self, account: str, image: Image, asked: DiskRequest) -> None:
        if asked.kms_key_id and not asked.encrypted:
            raise Errors.KMS_KEY_WITHOUT_ENCRYPTION()
        if asked.kms_key_id and not self._accounts.get(account).has_key(image.region, asked.kms_key_id):
            raise Errors.KMS_KEY_NOT_FOUND()
        if image.encrypted and image.owner != account and not asked.encrypted:
            raise Errors.ENCRYPTION_KEY_NEEDED()

    def _new_disk(
        self, account: str, image: Image, instance_id: str, zone_id: str, instance_type: str, asked: DiskRequest
    ) -> Disk:
        category, level, size = instance_rules.settled_disk(asked, instance_type, image.size)
        disk = Disk(
            id=new_id("d", image.region),
            region=image.region,
            zone_id=zone_id,
            owner=account,
            instance_id=instance_id,
            image_id=image.id,
            size=size,
            category=category,
            performance_level=level,
            encrypted=asked.encrypted or image.encrypted,
            # A key of somebody else's encrypts nothing here: without one of its own, the account's service key does.
            kms_key_id=asked.kms_key_id or (image.kms_key_id if image.owner == account else ""),
            created=self._clock.now(),
            of_shared_image=image.is_custom and image.owner != account,
            content=OnDisk.of(image),
            name=asked.name,
            description=asked.description,
        )
        self._disks[disk.id] = disk
        return disk

    # -- finding ----------------------------------------------------------------------------------------------------

    def all_of(self, account: str, region: str) -> list[Instance]:
        """The account's instances in the region, newest first."""
        self._images.check_region(region)
        found = [i for i in self._instances.values() if i.owner == account and i.region == region]
        for instance in found:
            instance.settle(self._clock.monotonic())
        return sorted(found, key=lambda i: (-i.created.timestamp(), i.id))

    def disks_of(self, account: str, region: str) -> list[Disk]:
        """The account's disks in the region, newest first; every disk here is a system disk."""
        self._images.check_region(region)
        found = [d for d in self._disks.values() if d.owner == account and d.region == region]
        return sorted(found, key=lambda d: (-d.created.timestamp(), d.id))

    def system_disk(self, instance: Instance) -> Disk:
        """The instance's one disk."""
        return self._disks[instance.disk_id]

    def own(self, account: str, instance_id: str, region: str = "") -> Instance:
        """The account's instance of that ID, in the region if one is named; InvalidInstanceId.NotFound without one."""
        instance = self._instances.get(instance_id)
        if instance is None or instance.owner != account or region not in ("", instance.region):
            raise Errors.INSTANCE_NOT_FOUND()
        instance.settle(self._clock.monotonic())
        return instance

    def owner_of(self, instance_id: str) -> str:
        """The ID of the account that the instance belongs to; InvalidInstanceId.NotFound if there is none."""
        if instance_id not in self._instances:
            raise Errors.INSTANCE_NOT_FOUND()
        return self._instances[instance_id].owner

    # -- from one status to the next --------------------------------------------------------------------------------

    def stop(self, instance: Instance, mode: str = "KeepCharging", *, dry_run: bool = False) -> None:
        """Stop a running instance."""
        self._check_switch(instance, ("Running",), dry_run)
        self._go(instance, "Stopping", "Stopped")
        instance.stopped_mode = mode
        if mode == "StopCharging":
            # "Its resources such as vCPUs, memory, and public IP address are released."
            instance.public_ip = None

    def start(self, instance: Instance, *, dry_run: bool = False) -> None:
        """Start a stopped instance."""
        self._check_switch(instance, ("Stopped",), dry_run)
        self._go(instance, "Starting", "Running")
        self._started(instance)

    def reboot(self, instance: Instance, *, dry_run: bool = False) -> None:
        """Stop a running instance and start it again."""
        self._check_switch(instance, ("Running",), dry_run)
        self._go(instance, "Stopping", "Starting", "Running")
        self._started(instance)

    def delete(self, instance: Instance, force: bool, *, dry_run: bool = False) -> None:
        """Delete a stopped instance, or by force a running one, with its disk."""
        if instance.status == "Pending":
            raise Errors.INSTANCE_INITIALIZING()
        if instance.settings.deletion_protection:
            raise Errors.DELETION_PROTECTED()
        self._check_switch(instance, ("Stopped", "Running") if force else ("Stopped",), dry_run)
        del self._disks[instance.disk_id]
        del self._instances[instance.id]

    def _check_switch(self, instance: Instance, before: Sequence[str], dry_run: bool) -> None:
        if instance.status not in before:
            raise Errors.INSTANCE_STATUS_INCORRECT()
        if dry_run:
            raise CommonErrors.DRY_RUN_PASSED()

    def _go(self, instance: Instance, *statuses: str) -> None:
        instance.go(self._clock.monotonic(), self.status_seconds, *statuses)

    def _started(self, instance: Instance) -> None:
        instance.started, instance.stopped_mode = self._clock.now(), "KeepCharging"
        if instance.settings.bandwidth_out and instance.public_ip is None:
            instance.public_ip = self._public_address()

    # -- the system disk --------------------------------------------------------------------------------------------

    def replace_system_disk(self, instance: Instance, image_id: str, asked: DiskRequest, extra: DiskExtra) -> Disk:
        """Give a stopped instance a new system disk, made from an image that the account may use now."""
        if instance.status != "Stopped":
            raise Errors.INSTANCE_STATUS_INCORRECT()
        account, old = instance.owner, self._disks[instance.disk_id]
        image = self._images.usable(account, instance.region, image_id)
        instance_rules.check_architecture(image.architecture, instance.type)
        self._check_encryption(account, image, asked)
        instance_rules.check_hardened(extra.hardened, image)
        instance_rules.check_password(extra.password, image.os_type)
        key_pair = extra.key_pair_name
        if key_pair and self._key_pairs.find(account, instance.region, key_pair) is None:
            raise Errors.KEY_PAIR_TO_REPLACE_WITH_NOT_FOUND()
        # "SystemDisk.Size [...] cannot be smaller than the capacity of the original system disk", says the newest page,
        # whose default is max{40, the image's size} all the same.
        if 0 < asked.size < old.size:
            raise Errors.SYSTEM_DISK_SIZE_NOT_SUPPORTED()
        # "You cannot change the category of the system disk."
        asked = replace(asked, category=old.category, performance_level=old.performance_level)
        asked = replace(asked, name=old.name, description=old.description)
        disk = self._new_disk(account, image, instance.id, instance.zone_id, instance.type, asked)
        # Whether the new disk has the old one's tags is not documented. They belong to an ID, and that is a new one.
        del self._disks[old.id]
        instance.disk_id, instance.image_id, instance.os_type = disk.id, image.id, image.os_type
        # A key pair is bound to what is on the disk: clients attach it again, or name it here.
        instance.settings.key_pair_name = key_pair if image.os_type != "windows" else ""
        return disk

    def reinit_disk(self, account: str, disk_id: str, start: bool, region: str = "") -> None:
        """Put a stopped instance's system disk back to its image, which must still be there for the account."""
        disk = self._disks.get(disk_id)
        if disk is None or disk.owner != account or region not in ("", disk.region):
            raise Errors.DISK_NOT_FOUND()
        instance = self.own(account, disk.instance_id)
        if instance.status != "Stopped":
            raise Errors.INSTANCE_STATUS_INCORRECT()
        image = self._images.find(disk.region, disk.image_id)
        if image is None:
            raise Errors.SHARED_IMAGE_DELETED() if disk.of_shared_image else Errors.DISK_IMAGE_GONE()
        # Documented: not after the owner unshares the image. The table has no code of its own for that; the one for an
        # image that does "not exist in this account" is the one that holds.
        if not self._images.may_use(account, image):
            raise Errors.IMAGE_NOT_FOUND(image_id=image.id)
        if start:
            self.start(instance)


def private_address(text: str) -> IPv4Address:
    """The address that is asked for."""
    try:
        return IPv4Address(text)
    except ValueError:
        raise Errors.PRIVATE_IP_MALFORMED() from None
