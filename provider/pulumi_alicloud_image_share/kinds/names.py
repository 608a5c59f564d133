"""What things are called outside Python: the package, its tokens, and names in camel case. Pure."""

from __future__ import annotations

import re
from typing import Final

PACKAGE: Final = "alicloud-image-share"
"""The name of the provider plugin's package, to Pulumi."""

_NEXT_WORD = re.compile(r"_([a-z0-9])")
_CAPITAL = re.compile(r"([A-Z])")


def token(name: str) -> str:
    """The token of a resource, a function or a type of the plugin: "alicloud-image-share:index:ImageShare"."""
    return f"{PACKAGE}:index:{name}"


def camel_case(name: str) -> str:
    """A Python name as the plugin has it: "imageId" for "image_id"."""
    return _NEXT_WORD.sub(lambda found: found[1].upper(), name)


def snake_case(name: str) -> str:
    """The plugin's name as Python has it: "image_id" for "imageId"."""
    return _CAPITAL.sub(lambda found: f"_{found[1].lower()}", name)
