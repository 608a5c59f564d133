"""The rules for names and descriptions of images, instances and disks. Pure."""

from __future__ import annotations

import re

# "It must start with a letter or a Chinese character and cannot start with aliyun or acs:. It cannot contain http:// or
# https://." The last needs no check: a name cannot contain a slash.
_NAME = re.compile(r"(?!aliyun|acs:)[^\W\d_][\w.:-]{1,127}")
_RESOURCE_NAME = re.compile(r"[\w.:-]{2,128}")
_ADDRESS = ("http://", "https://")


def is_name(text: str) -> bool:
    """Whether this can be the name of an image or of a family."""
    return _NAME.fullmatch(text) is not None


def is_resource_name(text: str) -> bool:
    """Whether this can be the name of a new instance or a disk."""
    return _RESOURCE_NAME.fullmatch(text) is not None


def is_description(text: str) -> bool:
    """Whether this can be the description of an image, an instance or a disk."""
    return 2 <= len(text) <= 256 and not text.startswith(_ADDRESS)


def has_address(text: str) -> bool:
    """Whether the text contains http:// or https://, which tags must not."""
    return any(address in text for address in _ADDRESS)


def literal_pattern(pattern: str) -> str:
    """A pattern for `fnmatch` in which * is the only wildcard."""
    return pattern.replace("[", "[[]").replace("?", "[?]")
