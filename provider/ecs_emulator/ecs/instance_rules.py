"""What instances and their disks can be told: the forms and ranges, each with its error. Pure."""

from __future__ import annotations

import base64
import binascii
import re

from ..errors import CommonErrors
from . import sizes
from .errors import Errors
from .image import Image
from .image_query import architecture_of
from .instance_model import DiskRequest, Settings
from .naming import is_description

SECURITY_GROUPS_MAX = 5
"""Of an instance: "An instance can be added to a maximum of five security groups"."""
_USER_DATA_MAX = 32 * 1024
_NAME = re.compile(r"[\w.:-]{2,128}")
# ModifyInstanceAttribute has one more rule: "It must start with a letter and cannot start with http:// or https://."
_NEW_NAME = re.compile(r"[^\W\d_][\w.:-]{1,127}")
_HOST_PART = re.compile(r"[A-Za-z0-9](-?[A-Za-z0-9])*")
_SPECIAL = "()`~!@#$%^&*-_+=|{}[]:;'\\\"<>,.?/"


def check_name(text: str) -> None:
    """Raise unless this can be the name of a new instance, or is empty."""
    if text and not _NAME.fullmatch(text):
        raise Errors.INSTANCE_NAME_MALFORMED()


def check_new_name(text: str) -> None:
    """Raise unless an instance can be renamed to this, or it is empty."""
    if text and not _NEW_NAME.fullmatch(text):
        raise Errors.INSTANCE_NAME_MALFORMED()


def check_settings(settings: Settings, os_type: str) -> None:
    """Raise what is wrong with the forms of what an instance is told."""
    if settings.description and not is_description(settings.description):
        raise Errors.INSTANCE_DESCRIPTION_MALFORMED()
    # "k8s-${instance_id}": an ID of 22 characters will stand there.
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
    """Raise unless this can be a password, or there is none."""
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
    """Raise if Security Center is to come with an image of Alibaba Cloud or of the Marketplace."""
    # "Active: [...] This value takes effect only for public images." Those would get what there is none of here.
    if hardened and not image.is_custom:
        raise CommonErrors.PARAMETER_NOT_HONOURED(name="SecurityEnhancementStrategy")


def check_architecture(architecture: str, instance_type: str) -> None:
    """Raise unless the instance type runs what is of this architecture."""
    if architecture != architecture_of(instance_type):
        raise Errors.IMAGE_NOT_FOR_INSTANCE_TYPE()


def check_bandwidth(settings: Settings) -> None:
    """Raise unless the bandwidths are what can be had."""
    if settings.bandwidth_out > 100:
        raise CommonErrors.INVALID_PARAMETER(name="InternetMaxBandwidthOut")
    if not 1 <= settings.bandwidth_in <= max(10, settings.bandwidth_out):
        raise CommonErrors.INVALID_PARAMETER(name="InternetMaxBandwidthIn")


def check_spot(settings: Settings) -> None:
    """Raise unless the strategy is one, with the price that it needs."""
    if settings.spot_strategy not in ("NoSpot", "SpotAsPriceGo", "SpotWithPriceLimit"):
        raise Errors.SPOT_STRATEGY_NOT_VALID()
    if settings.spot_strategy == "SpotWithPriceLimit" and settings.spot_price_limit <= 0:
        raise Errors.SPOT_PRICE_LIMIT_NOT_VALID()


def settled_disk(asked: DiskRequest, instance_type: str, image_size: int) -> tuple[str, str, int]:
    """Category, performance level and size of the system disk, or what is wrong with what is asked."""
    if asked.name and not _NAME.fullmatch(asked.name):
        raise Errors.DISK_NAME_MALFORMED()
    if asked.description and not is_description(asked.description):
        raise Errors.DISK_DESCRIPTION_MALFORMED()
    category, level = sizes.default_disk(instance_type)
    if asked.category:
        if not sizes.is_category(asked.category, instance_type):
            raise Errors.SYSTEM_DISK_CATEGORY_NOT_SUPPORTED()
        category, level = asked.category, "PL1" if asked.category == "cloud_essd" else ""
    if asked.performance_level:
        if not sizes.is_performance_level(asked.performance_level, category):
            raise Errors.PERFORMANCE_LEVEL_MALFORMED()
        level = asked.performance_level
    return category, level, disk_size(asked.size, category, level, image_size)


def disk_size(asked: int, category: str, level: str, image_size: int) -> int:
    """The size of a system disk of an image: "Default value: max{40, the size of the image}"."""
    low, high = sizes.disk_size_range(category, level)
    # What the default is where 40 GiB are less than the category begins with is not said: the least that there is.
    size = asked or max(40, image_size, low)
    if not max(low, image_size) <= size <= high:
        raise Errors.SYSTEM_DISK_SIZE_NOT_SUPPORTED()
    return size
