"""What the arguments of all resources have in common: unknown values, problems, how an error shows a value. Pure."""

from __future__ import annotations

import difflib
import enum
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeGuard

from . import slots

_IMAGE_ID = re.compile(r"m-[0-9A-Za-z]{6,64}")
PUBLIC_IMAGE_ID: Final = re.compile(r"[0-9A-Za-z_.-]+\.vhd")
"""The form of the IDs of Alibaba Cloud's public images, which no other images have."""
_LONGEST_REGION: Final = 40
_REGION_KEY: Final = slots.setting("region")
_REGION = re.compile(r"[a-z]{2,4}(-[a-z0-9]+)+")
EXACT_BELOW: Final = 2**53
"""Whole numbers from here on may have lost digits where they came as floats."""


class Unknown(enum.Enum):
    """A value that the preview can't know yet, such as the ID of an image that the same program creates."""

    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        """As an error shows it."""
        return "unknown"


UNKNOWN: Final = Unknown.UNKNOWN

_property = property
# `Problem` has a field of that name.


@dataclass(frozen=True)
class Problem:
    """One rule that the program breaks.

    Attributes:
        property: The argument at fault, "" where it is none of them (credentials, for example).
        text: What is wrong and what to do, with slots (see `slots`).
    """

    property: str
    text: str

    @_property
    def sentence(self) -> str:
        """The text as a Python program reads it."""
        return slots.render(self.text)


def shown(value: object) -> str:
    """A value of the program as an error shows it: quoted, on one line, and short."""
    if value is None or isinstance(value, bool):
        return slots.literal(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT_BELOW:
        value = int(value)
    text = ascii(value) if isinstance(value, str) and not value.isprintable() else repr(value)
    text = " ".join(text.split("\n"))
    if len(text) <= 60:
        return text
    return f"{text[:40]}... ({len(text)} characters)"


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether this is a finite number, and no bool."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def parse_image_id(
    value: object, problems: list[Problem], name: str = "image_id", can_be: str = "shared"
) -> str | Unknown:
    """Read the ID of a custom image.

    Args:
        value: What the program says.
        problems: Where a problem is added.
        name: The argument.
        can_be: What the resource does with an image, such as "shared".
    """
    if value is UNKNOWN:
        return UNKNOWN
    if isinstance(value, str) and _IMAGE_ID.fullmatch(value):
        return value
    if value is None or value == "":
        why = f"{slots.prop(name)} is missing: give the ID of a custom image, such as 'm-bp1golden00000000001'."
    elif isinstance(value, str) and PUBLIC_IMAGE_ID.fullmatch(value):
        why = f"{shown(value)} is a public image: only custom images, whose IDs begin with 'm-', can be {can_be}."
    else:
        why = (
            f"{shown(value)} can't be the ID of a custom image: that is a string, 'm-' followed by letters and digits, "
            "as DescribeImages and the console's Images page show it."
        )
    problems.append(Problem(name, why))
    return UNKNOWN


def is_region(value: object) -> TypeGuard[str]:
    """Whether this has the form of a region's ID."""
    return isinstance(value, str) and len(value) <= _LONGEST_REGION and _REGION.fullmatch(value) is not None


def parse_region(
    value: object, default: str | None, problems: list[Problem], name: str = "region", key: str = _REGION_KEY
) -> str | Unknown:
    """Read a region's ID.

    Args:
        value: What the program says, None or "" for nothing.
        default: The region of the configuration or the environment, None if there is none.
        problems: Where a problem is added.
        name: The argument.
        key: The configuration key of the default.
    """
    if value is UNKNOWN:
        return UNKNOWN
    if value is None or value == "":
        value = default
    if is_region(value):
        return value
    if value is None:
        why = (
            f"no region is given: set the argument {slots.prop(name)}, `pulumi config set {key} "
            "cn-hangzhou`, or the environment "
            "variable ALIBABA_CLOUD_REGION."
        )
    else:
        why = f"{shown(value)} can't be a region: give a region ID such as 'cn-hangzhou'."
    problems.append(Problem(name, why))
    return UNKNOWN


def parse_flag(name: str, value: object, default: bool, problems: list[Problem]) -> bool | Unknown:
    """Read an argument that is True or False."""
    if value is None:
        return default
    if value is UNKNOWN:
        return UNKNOWN
    if isinstance(value, bool):
        return value
    either = f"{slots.literal(True)} or {slots.literal(False)}"
    problems.append(Problem(name, f"{slots.prop(name)} must be {either}, not {shown(value)}."))
    return UNKNOWN


def unknown_argument(resource: str, name: str, arguments: Sequence[str], called: str = "argument") -> Problem:
    """Return the problem of an argument that the resource does not have.

    Args:
        resource: What has the arguments.
        name: What the program gives.
        arguments: What there is.
        called: What the arguments are, such as "setting".
    """
    close = difflib.get_close_matches(name, arguments, n=1)
    all_of_them = ", ".join(map(slots.prop, arguments))
    hint = f"did you mean {slots.prop(close[0])}?" if close else f"the {called}s are {all_of_them}."
    return Problem(name, f"{resource} has no {called} {shown(name)}: {hint}")
