"""What programs give to `get_shared_image` and get from it, and every rule that needs no API call. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from .. import slots
from ..accounts import account_id_fault
from ..cloud.credentials import IDENTITY_ARGUMENTS, STACKS_OWN, Identity, parse_identity
from ..cloud.settings import TRUSTED_OWNERS, parse_trusted_owners
from ..record import IDENTITY_PROPERTIES, Property
from ..values import UNKNOWN, Problem, Unknown, parse_flag, parse_region, shown, unknown_argument

FUNCTION: Final = "get_shared_image"
ARGUMENTS: Final = (
    "owner_id",
    "name",
    "family",
    "tags",
    "architecture",
    "os_type",
    "most_recent",
    "allow_community",
    "region",
    *IDENTITY_ARGUMENTS,
)
ARCHITECTURES: Final = ("x86_64", "arm64", "i386")
OS_TYPES: Final = ("linux", "windows")

_LONGEST_NAME: Final = 128
# No image's name has any of these, and hardly a regular expression has none.
_REGULAR_EXPRESSION = re.compile(r"[\^$|()\[\]{}+?\\]")


@dataclass(frozen=True)
class ImageQuery:
    """What a program asks for. None means that it does not matter.

    Attributes:
        owner_ids: The account IDs of the owners that are trusted.
        region: The region's ID.
        name: The image's name; * stands for any characters.
        family: The image's family, as its owner calls it.
        tags: Tags that it has, key to value.
        architecture: One of `ARCHITECTURES`.
        os_type: One of `OS_TYPES`.
        most_recent: Whether the newest of several is meant.
        allow_community: Whether community images of these owners will do too.
        identity: As whom to look.
    """

    owner_ids: tuple[str, ...]
    region: str
    name: str | None = None
    family: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    architecture: str | None = None
    os_type: str | None = None
    most_recent: bool = True
    allow_community: bool = False
    identity: Identity = STACKS_OWN


def parse_query(
    inputs: Mapping[str, Any], *, default_region: str | None, trusted_owners: Any = None
) -> tuple[ImageQuery | None, list[Problem]]:
    """Read what a program asks for.

    Args:
        inputs: The arguments as the program gives them; `UNKNOWN` may stand anywhere.
        default_region: The region of the configuration or the environment, None if there is none.
        trusted_owners: What the configuration says under `TRUSTED_OWNERS`.

    Returns:
        The question, None if it can't be read or is not known yet; and what is wrong with it.
    """
    problems: list[Problem] = []
    parsed: dict[str, Any] = {
        "owner_ids": _owner_ids(inputs.get("owner_id"), trusted_owners, problems),
        "name": _name(inputs.get("name"), problems),
        "family": _family(inputs.get("family"), problems),
        "tags": _tags(inputs.get("tags"), problems),
        "architecture": _choice("architecture", inputs.get("architecture"), ARCHITECTURES, problems),
        "os_type": _choice("os_type", inputs.get("os_type"), OS_TYPES, problems),
        "most_recent": parse_flag("most_recent", inputs.get("most_recent"), True, problems),
        "allow_community": parse_flag("allow_community", inputs.get("allow_community"), False, problems),
        "region": parse_region(inputs.get("region"), default_region, problems),
        "identity": parse_identity(inputs, problems),
    }
    problems += [unknown_argument(slots.prop(FUNCTION), name, ARGUMENTS) for name in inputs if name not in ARGUMENTS]
    if not problems and parsed["name"] is None and parsed["family"] is None and parsed["tags"] == {}:
        problems.append(Problem("name", _NOTHING_ASKED))
    known = not problems and all(value is not UNKNOWN for value in parsed.values())
    return ImageQuery(**parsed) if known else None, problems


_NOTHING_ASKED: Final = "nothing says which image: give name, family or tags; name='*' takes the newest of any name."


def _owner_ids(value: object, trusted_owners: Any, problems: list[Problem]) -> tuple[str, ...] | Unknown:
    if value is UNKNOWN:
        return UNKNOWN
    if value is None:
        owners, faults = parse_trusted_owners(trusted_owners)
        if not owners and not faults:
            faults = [_NOBODY_TRUSTED]
        problems += [Problem("owner_id", fault) for fault in faults]
        return owners
    if isinstance(value, Mapping):
        why = f"{slots.prop('owner_id')} must be an account ID or a list of them, not {shown(value)}."
        problems.append(Problem("owner_id", why))
        return UNKNOWN
    given: list[Any] = list(value) if isinstance(value, Iterable) and not isinstance(value, str | bytes) else [value]
    if not given:
        problems.append(
            Problem(
                "owner_id",
                f"{slots.prop('owner_id')} is an empty list: name an account, or leave it out to use {TRUSTED_OWNERS}.",
            )
        )
    known = [owner for owner in given if owner is not UNKNOWN]
    faults = [fault for fault in map(account_id_fault, known) if fault]
    problems += [Problem("owner_id", f"{slots.prop('owner_id')}: {fault}") for fault in faults]
    return UNKNOWN if len(known) < len(given) or faults else tuple(dict.fromkeys(known))


_NOBODY_TRUSTED: Final = (
    f"nothing says whose images to trust: name the owner's account in {slots.prop('owner_id')}, or set "
    f"`pulumi config set --path '{TRUSTED_OWNERS}[0]' --type string 1000000000000001`."
)


def _name(value: object, problems: list[Problem]) -> str | Unknown | None:
    name = _text("name", value, problems)
    if isinstance(name, str) and _REGULAR_EXPRESSION.search(name):
        why = (
            f"{shown(name)} can't be an image's name: that has only letters, digits and . _ : - in it. Here * stands "
            "for any characters; regular expressions are not read."
        )
        problems.append(Problem("name", why))
    return name


def _family(value: object, problems: list[Problem]) -> str | Unknown | None:
    family = _text("family", value, problems)
    if isinstance(family, str) and "*" in family:
        why = f"family is compared as a whole, and {shown(family)} is none: only name takes a *."
        problems.append(Problem("family", why))
    return family


def _text(argument: str, value: object, problems: list[Problem]) -> str | Unknown | None:
    if value is None:
        return None
    if value is UNKNOWN:
        return UNKNOWN
    if not isinstance(value, str):
        why = f"{slots.prop(argument)} must be a string, not {shown(value)}."
    elif not value.strip():
        why = f"{slots.prop(argument)} is empty: give it or leave it out."
    elif value != value.strip():
        why = f"{shown(value)} has spaces around the {slots.prop(argument)}: write {shown(value.strip())}."
    elif len(value) > _LONGEST_NAME:
        longest = f"at most {_LONGEST_NAME} characters"
        why = f"{shown(value)} can't be the {slots.prop(argument)} of an image: that has {longest}."
    else:
        return value
    problems.append(Problem(argument, why))
    return UNKNOWN


def _tags(value: object, problems: list[Problem]) -> dict[str, str] | Unknown:
    if value is None:
        return {}
    if value is UNKNOWN:
        return UNKNOWN
    if not isinstance(value, Mapping):
        problems.append(Problem("tags", f"tags must be a mapping of keys to values, not {shown(value)}."))
        return UNKNOWN
    tags: dict[str, str] = {}
    for key, wanted in value.items():
        if not isinstance(key, str) or not key:
            problems.append(Problem("tags", f"tags has the key {shown(key)}: a tag's key is a string."))
        elif isinstance(wanted, str):
            tags[key] = wanted
        elif wanted is not UNKNOWN:
            why = f"tags has {shown(wanted)} for {shown(key)}: a tag's value is a string."
            problems.append(Problem("tags", why))
    return tags if len(tags) == len(value) else UNKNOWN


def _choice(argument: str, value: object, choices: Sequence[str], problems: list[Problem]) -> str | Unknown | None:
    if value is None:
        return None
    if value is UNKNOWN:
        return UNKNOWN
    if isinstance(value, str) and value in choices:
        return value
    given = " or ".join(map(repr, choices))
    problems.append(Problem(argument, f"{slots.prop(argument)} must be {given}, not {shown(value)}."))
    return UNKNOWN


DOC: Final = (
    "The newest image that a trusted account shares with this one. Only images that are really shared count: none of "
    "this account's own, no public and no Marketplace image, and only those of the accounts that `ownerIds` or the "
    "configuration names: anybody can share an image under any name."
)
INPUTS: Final = (
    Property(
        "owner_ids", "list of text", "The account IDs of the owners. Default: the configuration's `trustedOwners`."
    ),
    Property("name", "text", "The image's name; `*` stands for any characters."),
    Property("family", "text", "The image's family, as its owner calls it."),
    Property("tags", "map of text", "Tags that the image has, all of them."),
    Property("architecture", "text", "`x86_64`, `arm64` or `i386`. Default: any."),
    Property("os_type", "text", "`linux` or `windows`. Default: any."),
    Property(
        "most_recent",
        "flag",
        "Whether to take the newest of several images; if not, several are an error. Default: true.",
    ),
    Property("allow_community", "flag", "Whether a community image of these owners will do too. Default: false."),
    Property("region", "text", "The region's ID. Default: the configuration, then the environment."),
    *IDENTITY_PROPERTIES,
)
OUTPUTS: Final = (
    Property("image_id", "text", "The image's ID."),
    Property("region", "text", "The region's ID."),
    Property("owner_id", "text", "The account ID of its owner."),
    Property("name", "text", "The image's name."),
    Property("family", "text", "Its family, as its owner calls it; empty for none."),
    Property("description", "text", "Its description, empty for none."),
    Property("created_at", "text", "When it was created, ISO 8601 in UTC."),
    Property("size", "number", "How large a system disk made from it must be at least, in GiB."),
    Property("encrypted", "flag", "Whether any of its disks is encrypted."),
    Property("architecture", "text", "`x86_64`, `arm64` or `i386`."),
    Property("os_type", "text", "`linux` or `windows`."),
    Property("tags", "map of text", "The tags that ECS shows to this account."),
    Property("status", "text", "`Available`."),
    Property("is_community", "flag", "Whether it is a community image, which every account can use."),
)
