"""Instances: the model, the rules of RunInstances, and all later changes. No HTTP; `Cloud` locks.

An account can run its own images and those that are shared with it. Each instance has one disk, its system disk.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from fnmatch import fnmatchcase
from ipaddress import IPv4Address

from ..accounts import Accounts
from ..catalogue import zones_of
from ..clock import Clock
from ..errors import CommonErrors, EcsError
from ..filters import ANY_TIME, CreatedBetween
from ..ids import new_id
from ..seed import role_arn
from ..tags import has_tags
from .disks import Disk, DiskExtra, DiskRequest, OnDisk, settled_disk
from .errors import Errors
from .image import Image
from .images import Images
from .instance_types import architecture_of, family_of, is_instance_type
from .key_pairs import KeyPairs
from .naming import is_description, is_resource_name, literal_pattern
from .networks import PUBLIC, CheckPlace, Place


@dataclass
class Settings:
    """The settings of an instance from RunInstances. Most of them can be changed later."""

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
class RunRequest:
    """The request of RunInstances."""

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


@dataclass
class Instance:
    """An instance with its one disk. `coming` holds its next statuses, each with its monotonic time."""

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
        """Enter the statuses whose time has come."""
        while self.coming and self.coming[0][0] <= at:
            self.status = self.coming.pop(0)[1]

    def go(self, at: float, seconds: float, *statuses: str) -> None:
        """Enter these statuses one after the other from `at` on, each but the last for `seconds`."""
        self.coming = [(at + seconds * place, status) for place, status in enumerate(statuses)]
        self.settle(at)


STATUSES = frozenset({"Pending", "Running", "Starting", "Stopping", "Stopped"})
LOCK_REASONS = frozenset({"financial", "security", "Recycling", "recycling", "dedicatedhostfinancial", "refunded"})


@dataclass(frozen=True)
class InstanceQuery:
    """The query of DescribeInstances; None and empty values match everything."""

    ids: Sequence[str] | None = None
    name: str = ""
    image_id: str = ""
    status: str = ""
    instance_type: str = ""
    family: str = ""
    zone_id: str = ""
    vpc_id: str = ""
    vswitch_id: str = ""
    security_group_id: str = ""
    key_pair_name: str = ""
    internet_charge_type: str = ""
    http_endpoint: str = ""
    http_tokens: str = ""
    private_ips: Sequence[str] | None = None
    public_ips: Sequence[str] | None = None
    none_at_all: bool = False
    """Whether it asks for a property that no instance here has: classic network, subscription, locked, EIP."""
    tags: Mapping[str, str | None] = field(default_factory=dict)
    created: CreatedBetween = ANY_TIME

    def matches(self, instance: Instance) -> bool:
        """Whether the query matches the instance."""
        settings = instance.settings
        equal = (
            (self.image_id, instance.image_id),
            (self.status, instance.status),
            (self.instance_type, instance.type),
            (self.family, family_of(instance.type)),
            (self.zone_id, instance.zone_id),
            (self.vpc_id, instance.vpc_id),
            (self.vswitch_id, instance.vswitch_id),
            (self.key_pair_name, settings.key_pair_name),
            (self.internet_charge_type, settings.internet_charge_type),
            (self.http_endpoint, settings.http_endpoint),
            (self.http_tokens, settings.http_tokens),
        )
        return (
            not self.none_at_all
            and (self.ids is None or instance.id in self.ids)
            and (not self.name or fnmatchcase(settings.name, literal_pattern(self.name)))
            and all(not wanted or wanted == there for wanted, there in equal)
            and (not self.security_group_id or self.security_group_id in instance.security_group_ids)
            and (self.private_ips is None or str(instance.private_ip) in self.private_ips)
            and (self.public_ips is None or str(instance.public_ip) in self.public_ips)
            and has_tags(instance.tags, self.tags)
            and self.created.holds(instance.created, ends=True)
        )


# -- forms and ranges --------------------------------------------------------------------------------------------------


SECURITY_GROUPS_MAX = 5
""""An instance can be added to a maximum of five security groups"."""
_USER_DATA_MAX = 32 * 1024
# ModifyInstanceAttribute has another rule: "It must start with a letter and cannot start with http:// or https://."
_NEW_NAME = re.compile(r"[^\W\d_][\w.:-]{1,127}")
_HOST_PART = re.compile(r"[A-Za-z0-9](-?[A-Za-z0-9])*")
_SPECIAL = "()`~!@#$%^&*-_+=|{}[]:;'\\\"<>,.?/"


def check_name(text: str) -> None:
    """Raise unless this can be the name of a new instance, or is empty."""
    if text and not is_resource_name(text):
        raise Errors.INSTANCE_NAME_MALFORMED()


def check_new_name(text: str) -> None:
    """Raise unless an instance can be renamed to this, or it is empty."""
    if text and not _NEW_NAME.fullmatch(text):
        raise Errors.INSTANCE_NAME_MALFORMED()


def check_settings(settings: Settings, os_type: str) -> None:
    """Raise the error of the first setting that is malformed."""
    if settings.description and not is_description(settings.description):
        raise Errors.INSTANCE_DESCRIPTION_MALFORMED()
    # "k8s-${instance_id}": an ID of 22 characters replaces the placeholder.
    check_host_name(settings.host_name.replace("${instance_id}", f"i-{'0' * 20}"), os_type)
    check_user_data(settings.user_data)
    check_bandwidth(settings)
    check_spot(settings)
    if settings.internet_charge_type not in ("PayByTraffic", "PayByBandwidth"):
        raise Errors.INTERNET_CHARGE_TYPE_NOT_SUPPORTED()
    if settings.http_endpoint not in ("enabled", "disabled"):
        raise Errors.HTTP_ENDPOINT_NOT_SUPPORTED()
    if settings.http_tokens not in ("optional", "required"):
        raise Errors.HTTP_TOKENS_NOT_SUPPORTED()


def check_host_name(text: str, os_type: str) -> None:
    """Raise unless this can be a host name, or is empty."""
    if not text:
        return
    if os_type == "windows":
        good = 2 <= len(text) <= 15 and _HOST_PART.fullmatch(text) is not None and not text.isdigit()
    else:
        good = 2 <= len(text) <= 64 and all(_HOST_PART.fullmatch(part) for part in text.split("."))
    if not good:
        raise Errors.HOST_NAME_MALFORMED()


def check_password(text: str | None, os_type: str) -> None:
    """Raise unless this can be a password, or is None."""
    if text is None:
        return
    kinds = (
        any("a" <= c <= "z" for c in text),
        any("A" <= c <= "Z" for c in text),
        any("0" <= c <= "9" for c in text),
        any(c in _SPECIAL for c in text),
    )
    known = all(c in _SPECIAL or (c.isascii() and c.isalnum()) for c in text)
    slash = os_type == "windows" and text.startswith("/")
    if not 8 <= len(text) <= 30 or sum(kinds) < 3 or not known or slash:
        raise Errors.PASSWORD_MALFORMED()


def check_user_data(text: str) -> None:
    """Raise unless this is at most 32 KB in Base64."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Errors.USER_DATA_NOT_BASE64() from None
    if len(data) > _USER_DATA_MAX:
        raise Errors.USER_DATA_TOO_LONG()


def check_hardened(hardened: bool, image: Image) -> None:
    """Raise if Security Center is requested with an image of Alibaba Cloud or of the Marketplace."""
    # "Active: [...] This value takes effect only for public images." There is no Security Center here.
    if hardened and not image.is_custom:
        raise CommonErrors.PARAMETER_NOT_HONOURED(name="SecurityEnhancementStrategy")


def check_architecture(architecture: str, instance_type: str) -> None:
    """Raise unless the instance type has this architecture."""
    if architecture != architecture_of(instance_type):
        raise Errors.IMAGE_NOT_FOR_INSTANCE_TYPE()


def check_bandwidth(settings: Settings) -> None:
    """Raise unless the bandwidths are in their ranges."""
    if settings.bandwidth_out > 100:
        raise CommonErrors.INVALID_PARAMETER(name="InternetMaxBandwidthOut")
    if not 1 <= settings.bandwidth_in <= max(10, settings.bandwidth_out):
        raise CommonErrors.INVALID_PARAMETER(name="InternetMaxBandwidthIn")


def check_spot(settings: Settings) -> None:
    """Raise unless the spot strategy is valid and has the price that it needs."""
    if settings.spot_strategy not in ("NoSpot", "SpotAsPriceGo", "SpotWithPriceLimit"):
        raise Errors.SPOT_STRATEGY_NOT_VALID()
    if settings.spot_strategy == "SpotWithPriceLimit" and settings.spot_price_limit <= 0:
        raise Errors.SPOT_PRICE_LIMIT_NOT_VALID()


_AMOUNT_MAX = 100


class Instances:
    """All instances of all regions.

    `status_seconds` is how long an instance stays Pending, Starting or Stopping. With 0 it skips these statuses.
    """

    def __init__(
        self, images: Images, key_pairs: KeyPairs, accounts: Accounts, check_place: CheckPlace, clock: Clock
    ) -> None:
        self._images = images
        self._key_pairs = key_pairs
        self._accounts = accounts
        self._clock = clock
        self._instances: dict[str, Instance] = {}
        self._disks: dict[str, Disk] = {}
        self.status_seconds = 0.0
        self.check_place = check_place
        """Checks the vSwitch and the security groups of an instance and returns the place."""
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
        if not is_instance_type(request.instance_type):
            raise Errors.INSTANCE_TYPE_NOT_SUPPORTED()
        image = self._image(account, region, request)
        check_architecture(image.architecture, request.instance_type)
        self._check_encryption(account, image, request.disk)
        settings = self._checked_settings(account, region, request, image)
        settled_disk(request.disk, request.instance_type, image.size)
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
        check_name(settings.name)
        check_settings(settings, image.os_type)
        check_password(request.password, image.os_type)
        check_hardened(request.hardened, image)
        if settings.ram_role_name and self._accounts.role(role_arn(account, settings.ram_role_name)) is None:
            raise Errors.RAM_ROLE_NOT_FOUND()
        if image.os_type == "windows":
            # The newest page: "For Windows instances, this parameter is ignored". The table still has
            # DependencyViolation.WindowsInstance.
            return replace(settings, key_pair_name="")
        if settings.key_pair_name and self._key_pairs.find(account, region, settings.key_pair_name) is None:
            raise Errors.KEY_PAIR_TO_RUN_WITH_NOT_FOUND()
        return settings

    def _checked_place(self, account: str, region: str, request: RunRequest) -> Place:
        groups = request.security_group_ids
        if len(set(groups)) < len(groups):
            raise Errors.SECURITY_GROUP_REPEATED()
        if len(groups) > SECURITY_GROUPS_MAX:
            raise Errors.TOO_MANY_SECURITY_GROUPS()
        if request.zone_id and request.zone_id not in zones_of(region):
            raise Errors.ZONE_NOT_FOUND()
        place = self.check_place(account, region, request.vswitch_id, groups)
        if request.zone_id not in ("", place.zone_id):
            raise Errors.VSWITCH_NOT_IN_ZONE()
        return place

    def _addresses(self, place: Place, request: RunRequest) -> list[IPv4Address]:
        """A private address for each instance: the requested one and those after it, or any free ones."""
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
        """The addresses of the vSwitch that are in use."""
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
                # The default host name is not documented; this is what ECS shows.
                host_name=settings.host_name.replace("${instance_id}", instance_id) or f"iZ{instance_id[2:]}Z",
            ),
            tags=dict(request.tags),
        )
        instance.go(self._clock.monotonic(), self.status_seconds, "Pending", "Starting", "Running")
        self._instances[instance_id] = instance
        return instance

    def _public_address(self) -> IPv4Address | None:
        taken = {i.public_ip for i in self._instances.values() if i.public_ip is not None}
        return Place(PUBLIC, "", "").free_address(taken)

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
        category, level, size = settled_disk(asked, instance_type, image.size)
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
            # The key of another account is never used: without its own key, the account's service key encrypts.
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
        """The account's instance of that ID, in the region unless it is empty, or InvalidInstanceId.NotFound."""
        instance = self._instances.get(instance_id)
        if instance is None or instance.owner != account or region not in ("", instance.region):
            raise Errors.INSTANCE_NOT_FOUND()
        instance.settle(self._clock.monotonic())
        return instance

    def owner_of(self, instance_id: str) -> str:
        """The ID of the account that owns the instance, or InvalidInstanceId.NotFound."""
        if instance_id not in self._instances:
            raise Errors.INSTANCE_NOT_FOUND()
        return self._instances[instance_id].owner

    # -- changing the status ----------------------------------------------------------------------------------------

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
        check_architecture(image.architecture, instance.type)
        self._check_encryption(account, image, asked)
        check_hardened(extra.hardened, image)
        check_password(extra.password, image.os_type)
        key_pair = extra.key_pair_name
        if key_pair and self._key_pairs.find(account, instance.region, key_pair) is None:
            raise Errors.KEY_PAIR_TO_REPLACE_WITH_NOT_FOUND()
        # The newest page: "SystemDisk.Size [...] cannot be smaller than the capacity of the original system disk". Its
        # default is max{40, the image's size} all the same.
        if 0 < asked.size < old.size:
            raise Errors.SYSTEM_DISK_SIZE_NOT_SUPPORTED()
        # "You cannot change the category of the system disk."
        asked = replace(asked, category=old.category, performance_level=old.performance_level)
        asked = replace(asked, name=old.name, description=old.description)
        disk = self._new_disk(account, image, instance.id, instance.zone_id, instance.type, asked)
        # It is not documented whether the new disk keeps the tags. The ID is new, so it does not.
        del self._disks[old.id]
        instance.disk_id, instance.image_id, instance.os_type = disk.id, image.id, image.os_type
        # A key pair belongs to the content of the disk: clients attach it again, or name it here.
        instance.settings.key_pair_name = key_pair if image.os_type != "windows" else ""
        return disk

    def reinit_disk(self, account: str, disk_id: str, start: bool, region: str = "") -> None:
        """Reset a stopped instance's system disk to its image, which the account must still be able to use."""
        disk = self._disks.get(disk_id)
        if disk is None or disk.owner != account or region not in ("", disk.region):
            raise Errors.DISK_NOT_FOUND()
        instance = self.own(account, disk.instance_id)
        if instance.status != "Stopped":
            raise Errors.INSTANCE_STATUS_INCORRECT()
        image = self._images.find(disk.region, disk.image_id)
        if image is None:
            raise Errors.SHARED_IMAGE_DELETED() if disk.of_shared_image else Errors.DISK_IMAGE_GONE()
        # The page forbids it after the owner unshares the image, but the table has no code for that. The one for an
        # image that does "not exist in this account" fits.
        if not self._images.may_use(account, image):
            raise Errors.IMAGE_NOT_FOUND(image_id=image.id)
        if start:
            self.start(instance)


def private_address(text: str) -> IPv4Address:
    """The requested address."""
    try:
        return IPv4Address(text)
    except ValueError:
        raise Errors.PRIVATE_IP_MALFORMED() from None


# -- changes in place --------------------------------------------------------------------------------------------------


_STABLE = ("Running", "Stopped")


@dataclass(frozen=True)
class InstanceChange:
    """The changes of ModifyInstanceAttribute; None changes nothing."""

    name: str | None = None
    description: str | None = None
    host_name: str | None = None
    password: str | None = field(default=None, repr=False)
    user_data: str | None = None
    deletion_protection: bool | None = None
    jumbo_frame: bool | None = None
    security_group_ids: Sequence[str] = ()


@dataclass(frozen=True)
class Outcome:
    """The result for one instance of several."""

    instance_id: str
    error: EcsError | None = None


class InstanceChanges:
    """The rules of changing an instance in place."""

    def __init__(self, instances: Instances, key_pairs: KeyPairs) -> None:
        self._instances = instances
        self._key_pairs = key_pairs

    def modify(self, instance: Instance, change: InstanceChange) -> None:
        """Apply all changes, or raise and change nothing."""
        _check_change(instance, change)
        if change.host_name is not None and instance.status in ("Pending", "Starting"):
            raise Errors.INSTANCE_STATUS_INCORRECT()
        if change.password is not None and instance.status == "Starting":
            raise Errors.INSTANCE_STATUS_INCORRECT()
        if change.jumbo_frame is not None and instance.status not in _STABLE:
            raise Errors.INSTANCE_STATUS_INCORRECT()
        # The page of March 2024 on UserData: "The instance must be in the Stopped state"
        # (https://www.alibabacloud.com/help/doc-detail/25503.html); the newest
        # (https://alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-modifyinstanceattribute) and the
        # SDK no longer do.
        if change.security_group_ids:
            self._check_groups(instance, change.security_group_ids)
            instance.security_group_ids = list(change.security_group_ids)
        settings = instance.settings
        for name in ("name", "description", "host_name", "user_data", "deletion_protection", "jumbo_frame"):
            if (value := getattr(change, name)) is not None:
                setattr(settings, name, value)

    def _check_groups(self, instance: Instance, groups: Sequence[str]) -> None:
        if len(set(groups)) < len(groups):
            raise Errors.SECURITY_GROUP_REPEATED()
        if len(groups) > SECURITY_GROUPS_MAX:
            raise Errors.IN_TOO_MANY_SECURITY_GROUPS()
        self._instances.check_place(instance.owner, instance.region, instance.vswitch_id, groups)

    def join_group(self, instance: Instance, group: str) -> None:
        """Add an instance to a security group."""
        groups = [*instance.security_group_ids, group]
        self._instances.check_place(instance.owner, instance.region, instance.vswitch_id, groups)
        if instance.status not in _STABLE:
            raise Errors.INSTANCE_STATUS_INCORRECT()
        if group in instance.security_group_ids:
            raise Errors.ALREADY_IN_SECURITY_GROUP()
        if len(instance.security_group_ids) >= SECURITY_GROUPS_MAX:
            raise Errors.IN_TOO_MANY_SECURITY_GROUPS()
        instance.security_group_ids.append(group)

    def leave_group(self, instance: Instance, group: str) -> None:
        """Remove an instance from a security group that is not its last."""
        if instance.status not in _STABLE:
            raise Errors.INSTANCE_STATUS_INCORRECT()
        if group not in instance.security_group_ids:
            raise Errors.NOT_IN_SECURITY_GROUP()
        if len(instance.security_group_ids) == 1:
            raise Errors.LAST_SECURITY_GROUP()
        instance.security_group_ids.remove(group)

    def move(self, instance: Instance, vswitch_id: str, private_ip: str, vpc_id: str, groups: Sequence[str]) -> None:
        """Move a stopped instance to another vSwitch of its zone, in its VPC or in another one."""
        if instance.status != "Stopped":
            raise Errors.INSTANCE_MUST_BE_STOPPED()
        groups = groups if vpc_id else instance.security_group_ids
        if len(set(groups)) < len(groups):
            raise Errors.SECURITY_GROUP_REPEATED()
        place = self._instances.check_place(instance.owner, instance.region, vswitch_id, groups)
        if place.zone_id != instance.zone_id:
            raise Errors.VSWITCH_IN_OTHER_ZONE()
        if place.vpc_id != (vpc_id or instance.vpc_id):
            raise Errors.VSWITCH_IN_OTHER_VPC()
        self._move_address(instance, vswitch_id, place, private_ip)
        instance.vswitch_id, instance.vpc_id, instance.security_group_ids = vswitch_id, place.vpc_id, list(groups)

    def _move_address(self, instance: Instance, vswitch_id: str, place: Place, private_ip: str) -> None:
        taken = self._instances.private_addresses(vswitch_id)
        if private_ip:
            address = private_address(private_ip)
            if not place.has(address):
                raise Errors.NEW_PRIVATE_IP_NOT_IN_VSWITCH()
            # "error new ip is the same with old ip" has the same code.
            if address in taken:
                raise Errors.PRIVATE_IP_TAKEN()
            instance.private_ip = address
        elif vswitch_id != instance.vswitch_id:
            free = place.free_address(taken)
            if free is None:
                raise Errors.NO_PRIVATE_IP_LEFT()
            instance.private_ip = free

    def change_type(self, instance: Instance, instance_type: str, dry_run: bool) -> None:
        """Change the type of a stopped instance."""
        if not is_instance_type(instance_type):
            raise Errors.INSTANCE_TYPE_NOT_SUPPORTED()
        if instance.status != "Stopped":
            raise Errors.INSTANCE_NOT_STOPPED()
        disk = self._instances.system_disk(instance)
        check_architecture(disk.content.architecture, instance_type)
        if dry_run:
            raise CommonErrors.DRY_RUN_PASSED()
        instance.type = instance_type

    def attach_key_pair(self, account: str, region: str, name: str, instance_ids: Sequence[str]) -> list[Outcome]:
        """Bind a key pair to instances, replacing the one that they have. Returns the result for each."""
        return self._bind(account, region, name, instance_ids, attach=True)

    def detach_key_pair(self, account: str, region: str, name: str, instance_ids: Sequence[str]) -> list[Outcome]:
        """Unbind a key pair from instances. Instances with another one are unchanged."""
        return self._bind(account, region, name, instance_ids, attach=False)

    def _bind(
        self, account: str, region: str, name: str, instance_ids: Sequence[str], *, attach: bool
    ) -> list[Outcome]:
        if self._key_pairs.find(account, region, name) is None:
            raise Errors.KEY_PAIR_NOT_FOUND()
        found: dict[str, Instance | EcsError] = {}
        for instance_id in instance_ids:
            try:
                found[instance_id] = self._instances.own(account, instance_id, region)
            except EcsError as error:
                found[instance_id] = error
        instances = [instance for instance in found.values() if isinstance(instance, Instance)]
        if any(instance.os_type == "windows" for instance in instances):
            raise Errors.WINDOWS_HAS_NO_KEY_PAIRS()
        for instance in instances:
            if attach:
                instance.settings.key_pair_name = name
            elif instance.settings.key_pair_name == name:
                instance.settings.key_pair_name = ""
        return [Outcome(i, result if isinstance(result, EcsError) else None) for i, result in found.items()]


def _check_change(instance: Instance, change: InstanceChange) -> None:
    if change.name is not None:
        check_new_name(change.name)
    if change.description and not is_description(change.description):
        raise Errors.INSTANCE_DESCRIPTION_MALFORMED()
    if change.host_name is not None:
        check_host_name(change.host_name, instance.os_type)
    check_password(change.password, instance.os_type)
    if change.user_data is not None:
        check_user_data(change.user_data)
