"""The rules of changing an image in place: ModifyImageAttribute. No HTTP; not locked: `Cloud` locks."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import CommonErrors
from .errors import Errors
from .image import BOOT_MODES, Image, boots
from .images import Images
from .naming import is_description, is_name


@dataclass(frozen=True)
class AttributeChange:
    """What ModifyImageAttribute asks for; what is empty stays as it is."""

    name: str = ""
    description: str = ""
    family: str = ""
    status: str = ""
    boot_mode: str = ""


class Attributes:
    """Who may change what of an image."""

    def __init__(self, images: Images) -> None:
        self._images = images

    def modify(self, account: str, region: str, image_id: str, change: AttributeChange) -> None:
        """Change an own image: all that is asked for, or nothing and an error."""
        self._images.check_region(region)
        _check_forms(change)
        image = self._images.own(account, region, image_id, Errors.IMAGE_ID_NOT_FOUND())
        # The table does not say which changes a new image refuses. The stricter reading: every one.
        if image.status in ("Creating", "Waiting"):
            raise Errors.CREATING_IMAGE_NOT_CHANGED()
        if change.name and self._images.name_taken(account, region, change.name, image_id):
            raise Errors.NEW_IMAGE_NAME_DUPLICATED()
        if change.status:
            _check_status(image, change.status)
        if change.boot_mode:
            self._check_boot_mode(image, change.boot_mode)
        image.name = change.name or image.name
        image.description = change.description or image.description
        image.family = change.family or image.family
        image.status = change.status or image.status
        image.boot_mode = change.boot_mode or image.boot_mode

    def _check_boot_mode(self, image: Image, boot_mode: str) -> None:
        if not boots(image.architecture, boot_mode):
            raise Errors.BOOT_MODE_UNSUPPORTED_BY_ARCHITECTURE()
        if boot_mode != image.boot_mode and self._images.used_by(None, image):
            raise Errors.BOOT_MODE_IN_USE()


def _check_forms(change: AttributeChange) -> None:
    if change.name and not is_name(change.name):
        raise Errors.NEW_IMAGE_NAME_MALFORMED()
    if change.description and not is_description(change.description):
        raise Errors.IMAGE_DESCRIPTION_MALFORMED()
    if change.family and not is_name(change.family):
        raise Errors.NEW_IMAGE_FAMILY_MALFORMED()
    if change.boot_mode and change.boot_mode not in BOOT_MODES:
        raise Errors.BOOT_MODE_UNSUPPORTED()
    if change.status not in ("", "Available", "Deprecated"):
        raise CommonErrors.INVALID_PARAMETER(name="Status")


def _check_status(image: Image, status: str) -> None:
    if status == "Available":
        if image.status != "Deprecated":
            raise Errors.IMAGE_NOT_DEPRECATED()
        return
    if image.is_shared:
        raise Errors.SHARED_IMAGE_NOT_DEPRECATED()
    if image.status != "Available":
        raise Errors.IMAGE_NOT_AVAILABLE()
