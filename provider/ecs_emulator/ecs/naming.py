"""The forms of what an image is called and how it is described. Pure."""

from __future__ import annotations

import re

# "It must start with a letter or a Chinese character and cannot start with aliyun or acs:. It cannot contain http:// or
# https://." The last needs no look: a slash is none of the characters that a name can have.
_NAME = re.compile(r"(?!aliyun|acs:)[^\W\d_][\w.:-]{1,127}")
_ADDRESS = ("http://", "https://")


def is_name(text: str) -> bool:
    """Whether this can be the name of an image or of a family."""
    return _NAME.fullmatch(text) is not None


def is_description(text: str) -> bool:
    """Whether this can be the description of an image."""
    return 2 <= len(text) <= 256 and not text.startswith(_ADDRESS)


def has_address(text: str) -> bool:
    """Whether http:// or https:// is in it, which tags can't have."""
    return any(address in text for address in _ADDRESS)
