"""The rules of CreateImage, from an instance or from a snapshot. No HTTP; `Cloud` locks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..accounts import Accounts
from ..clock import Clock
from ..ids import new_id
from .errors import Errors
from .image import ARCHITECTURES, BOOT_MODES, Image, boots
from .images import Images, Pace
from .instances import Instances
from .naming import is_description, is_name
from .snapshots import Snapshot

SIZE_MAX = 2048
"""Of a system disk, in GiB."""
_PLATFORMS = frozenset(
    (
        *("Aliyun", "Anolis", "CentOS", "Ubuntu", "CoreOS", "SUSE", "Debian", "OpenSUSE", "FreeBSD", "RedHat", "Kylin"),
        *("UOS", "Fedora", "Fedora CoreOS", "CentOS Stream", "AlmaLinux", "Rocky Linux", "Gentoo", "Customized Linux"),
        *("Others Linux", "Windows Server 2022", "Windows Server 2019", "Windows Server 2016", "Windows Server 2012"),
        *("Windows Server 2008", "Windows Server 2003"),
    )
)


@dataclass(frozen=True)
class MakeRequest:
    """The request of CreateImage: an image of an instance or, without one, of a snapshot."""

    instance_id: str = ""
    snapshot_id: str = ""
    size: int = 0
    name: str = ""
    description: str = ""
    family: str = ""
    version: str = ""
    platform: str = ""
    architecture: str = ""
    boot_mode: str = ""
    resource_group_id: str = ""
    is_checked: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)


class ImageMaking:
    """The rules of creating images."""

    def __init__(self, images: Images, instances: Instances, accounts: Accounts, clock: Clock, seconds: float) -> None:
        self._images = images
        self._instances = instances
        self._accounts = accounts
        self._clock = clock
        self.pace = Pace(seconds)

    def start(self, account: str, region: str, request: MakeRequest) -> Image:
        """Start to create an image, which is Creating until its time is up."""
        self._images.check_region(region)
        _check_forms(request)
        if request.name and self._images.name_taken(account, region, request.name):
            raise Errors.MADE_IMAGE_NAME_DUPLICATED()
        if request.resource_group_id and request.resource_group_id not in self._accounts.get(account).resource_groups:
            raise Errors.RESOURCE_GROUP_NOT_FOUND()
        if request.instance_id:
            snapshot, version = self._snapshot_of_instance(account, region, request)
        else:
            snapshot, version = self._snapshot(account, region, request), ""
        image = self._image_of(snapshot, request, version)
        making = self.pace.making(None)
        if request.instance_id:
            snapshot.making = making
        self._images.add(image, making, snapshot if request.instance_id else None)
        return image

    def fail(self, account: str, region: str, image_id: str) -> None:
        """Make the creation of an image fail now."""
        image = self._images.own(account, region, image_id)
        if image.making is None or image.is_copying:
            raise Errors.IMAGE_NOT_BEING_MADE()
        image.making.fail(self._clock.monotonic())

    def _snapshot_of_instance(self, account: str, region: str, request: MakeRequest) -> tuple[Snapshot, str]:
        """A new snapshot of the instance's system disk, and the version inherited from its Marketplace image."""
        found = [i for i in self._instances.all_of(account, region) if i.id == request.instance_id]
        if not found:
            raise Errors.INSTANCE_TO_IMAGE_NOT_FOUND(instance_id=request.instance_id)
        [instance] = found
        if instance.status not in ("Running", "Stopped"):
            raise Errors.INSTANCE_TO_IMAGE_STATUS()
        disk = self._instances.system_disk(instance)
        content = disk.content
        version = content.version if content.product_code else ""
        if version and request.version not in ("", version):
            raise Errors.MADE_IMAGE_VERSION_MALFORMED()
        snapshot = Snapshot(
            id=new_id("s", region),
            region=region,
            owner=account,
            created=self._clock.now(),
            size=disk.size,
            disk_id=disk.id,
            instance_id=instance.id,
            encrypted=disk.encrypted,
            kms_key_id=disk.kms_key_id,
            os_type=instance.os_type,
            resource_group_id=request.resource_group_id,
            product_code=content.product_code,
            platform=content.platform,
            architecture=content.architecture,
            boot_mode=content.boot_mode,
        )
        return snapshot, version

    def _snapshot(self, account: str, region: str, request: MakeRequest) -> Snapshot:
        self._images.settle()
        snapshot = self._images.snapshots.own(account, region, request.snapshot_id)
        if snapshot is None:
            raise Errors.SNAPSHOT_TO_IMAGE_NOT_FOUND()
        if snapshot.status(self._clock.monotonic()) != "accomplished":
            raise Errors.SNAPSHOT_NOT_READY()
        if request.size and not snapshot.size <= request.size <= SIZE_MAX:
            raise Errors.MAPPING_SIZE_UNSUPPORTED()
        return snapshot

    def _image_of(self, snapshot: Snapshot, request: MakeRequest, version: str) -> Image:
        architecture = request.architecture or snapshot.architecture
        boot_mode = request.boot_mode or (snapshot.boot_mode if architecture == snapshot.architecture else "")
        if boot_mode and not boots(architecture, boot_mode):
            raise Errors.BOOT_MODE_UNSUPPORTED_BY_ARCHITECTURE()
        os_type = snapshot.os_type
        if request.platform:
            os_type = "windows" if request.platform.startswith("Windows") else "linux"
        image = Image(
            id=new_id("m", snapshot.region),
            region=snapshot.region,
            owner=snapshot.owner,
            name=request.name,
            created=self._clock.now(),
            description=request.description,
            family=request.family,
            product_code=snapshot.product_code,
            encrypted=snapshot.encrypted,
            kms_key_id=snapshot.kms_key_id,
            size=request.size or snapshot.size,
            os_type=os_type,
            platform=request.platform or snapshot.platform,
            architecture=architecture,
            boot_mode=boot_mode,
            version=request.version or version,
            resource_group_id=request.resource_group_id,
            tags=dict(request.tags),
            is_checked=request.is_checked,
            snapshot_id=snapshot.id,
        )
        image.name = image.name or image.id
        return image


def _check_forms(request: MakeRequest) -> None:
    if request.name and not is_name(request.name):
        raise Errors.MADE_IMAGE_NAME_MALFORMED()
    if request.description and not is_description(request.description):
        raise Errors.IMAGE_DESCRIPTION_MALFORMED()
    if request.family and not is_name(request.family):
        raise Errors.MADE_IMAGE_FAMILY_MALFORMED()
    if request.architecture and request.architecture not in ARCHITECTURES:
        raise Errors.MADE_IMAGE_ARCHITECTURE_MALFORMED()
    if request.platform and request.platform not in _PLATFORMS:
        raise Errors.MADE_IMAGE_PLATFORM_MALFORMED()
    if request.boot_mode and request.boot_mode not in BOOT_MODES:
        raise Errors.BOOT_MODE_UNSUPPORTED_BY_ARCHITECTURE()
