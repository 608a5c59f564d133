"""What things are called outside Python: the package, its tokens, and names in camel case. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from ..cloud import credentials
from ..cloud.settings import NAMESPACE
from ..errors import RuleBroken
from ..values import Problem, parse_image_id, parse_region, shown

PACKAGE: Final = NAMESPACE
"""The name of the provider plugin's package, to Pulumi."""

RESOURCE: Final = "__resource"
"""The input in which each frontend keeps what it must know again of a resource, first of all its URN: no preview shows
keys that begin with two underscores."""

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


ROLE_ENTRIES: Final = {camel_case(name): name for name in credentials.ROLE_ENTRIES}
"""The entries of a role to assume, in camel case, to Python's."""


def in_python(names: Iterable[str], values: Mapping[str, Any]) -> dict[str, Any]:
    """Properties with Python's names, whichever frontend wrote them.

    Args:
        names: The names that there are, in Python.
        values: The properties; one of another name keeps it.
    """
    python = {camel_case(name): name for name in names}
    return with_role({python.get(name, name): value for name, value in values.items()})


def with_role(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with the entries of a role to assume in Python's names."""
    role = values.get("assume_role")
    if not isinstance(role, Mapping):
        return dict(values)
    return {**values, "assume_role": {ROLE_ENTRIES.get(name, name): value for name, value in role.items()}}


def resource_id(region: str, image_id: str) -> str:
    """The ID of the resource that is about this image."""
    return f"{region}:{image_id}"


def split_id(text: str, resource: str) -> tuple[str, str]:
    """Split a resource ID into region and image ID.

    Args:
        text: The ID.
        resource: What it is the ID of, such as "an ImageShare".

    Raises:
        RuleBroken: It is not of the form ``<region>:<image_id>``.
    """
    region, _, image_id = text.partition(":")
    problems: list[Problem] = []
    parse_image_id(image_id, problems)
    parse_region(region, None, problems)
    if problems or not region:
        raise RuleBroken(
            f"{shown(text)} is not the ID of {resource}",
            ["an ID is made of region and image ID, such as 'cn-hangzhou:m-bp1golden00000000001'."],
        )
    return region, image_id
