"""Whether RunInstances would accept a launch that Auto Scaling stores. No HTTP; `Cloud` locks."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ..accounts import Accounts
from ..errors import EcsError
from ..launch import Launch, LaunchRefusedError
from .disks import DiskRequest, settled_disk
from .errors import Errors
from .image import Image
from .images import Images
from .instance_types import architecture_of, is_instance_type
from .instances import Settings, check_name, check_settings


class Launches:
    """The rules of RunInstances for launches that are stored and not run."""

    def __init__(self, images: Images, accounts: Accounts) -> None:
        self._images = images
        self._accounts = accounts

    def check(self, account: str, region: str, launch: Launch) -> None:
        """Raise LaunchRefusedError or the error of RunInstances. An image that no longer exists is not checked."""
        image = self._images.find(region, launch.image_id)
        if not all(map(is_instance_type, launch.instance_types)):
            raise LaunchRefusedError("InstanceTypes")
        os_type, image_size = (image.os_type, image.size) if image else ("linux", 0)
        _check_settings(launch, os_type)
        _check_disk(launch, image_size)
        self._check_encryption(account, region, launch, image)
        if image and any(architecture_of(type_id) != image.architecture for type_id in launch.instance_types):
            raise LaunchRefusedError("ImageId")

    def _check_encryption(self, account: str, region: str, launch: Launch, image: Image | None) -> None:
        if launch.disk_kms_key_id and not launch.disk_encrypted:
            raise Errors.KMS_KEY_WITHOUT_ENCRYPTION()
        if launch.disk_kms_key_id and not self._accounts.get(account).has_key(region, launch.disk_kms_key_id):
            raise Errors.KMS_KEY_NOT_FOUND()
        if image and image.encrypted and image.owner != account and not launch.disk_encrypted:
            raise Errors.ENCRYPTION_KEY_NEEDED()


def _check_settings(launch: Launch, os_type: str) -> None:
    _check("InstanceName", partial(check_name, launch.name))
    for parameter, settings in (
        ("InstanceDescription", Settings(description=launch.description)),
        ("HostName", Settings(host_name=launch.host_name)),
    ):
        _check(parameter, partial(check_settings, settings, os_type))


def _check_disk(launch: Launch, image_size: int) -> None:
    category, level = launch.disk_category, launch.disk_performance_level
    for parameter, asked in (
        ("SystemDisk.DiskName", DiskRequest(name=launch.disk_name)),
        ("SystemDisk.Description", DiskRequest(description=launch.disk_description)),
        ("SystemDisk.Category", DiskRequest(category=category)),
        ("SystemDisk.PerformanceLevel", DiskRequest(category=category, performance_level=level)),
        ("SystemDisk.Size", DiskRequest(launch.disk_size, category=category, performance_level=level)),
    ):
        for type_id in launch.instance_types:
            _check(parameter, partial(settled_disk, asked, type_id, image_size))


def _check(parameter: str, check: Callable[[], object]) -> None:
    try:
        check()
    except EcsError:
        raise LaunchRefusedError(parameter) from None
