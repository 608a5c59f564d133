"""What a program asks for of a copy of an image, and every documented rule that needs no API call.

The rules come from the reference of CopyImage in Alibaba Cloud's ECS documentation:
https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-copyimage

Pure: nothing is called, nothing is raised for bad input. What is wrong comes back as `Problem`, all of it at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final

from ..arguments import (
    UNKNOWN,
    Problem,
    Unknown,
    parse_flag,
    parse_image_id,
    parse_region,
    shown,
    unknown_argument,
)
from ..cloud.identity import (
    IDENTITY_ARGUMENTS,
    STACKS_OWN,
    Identity,
    normalise_identity,
    parse_identity,
    restore_identity,
)
from .rules import parse_tags

ARGUMENTS: Final = (
    "source_image_id",
    "source_region",
    "region",
    "name",
    "description",
    "family",
    "encrypted",
    "kms_key_id",
    "tags",
    "force_delete",
    *IDENTITY_ARGUMENTS,
)
LONGEST_NAME: Final = 128

_NAME = re.compile(r"(?!aliyun|acs:)[^\W\d_][\w.:-]{1,127}")
_KEY_ID = re.compile(r"[A-Za-z0-9/_:.-]{1,256}")
_ADDRESSES = ("http://", "https://")

Text = str | Unknown | None


@dataclass(frozen=True)
class CopySpec:
    """What a program asks for: a copy of this image, in that region.

    Any value is `UNKNOWN` while the preview can't know it, and None where the program leaves it out.

    Attributes:
        source_image_id: The ID of the image to copy, "" where a copy was imported: ECS does not tell it.
        source_region: The ID of the region that it is in, likewise.
        region: The ID of the region to copy to.
        name: The copy's name.
        description: The copy's description.
        family: The image family that the copy joins.
        encrypted: Whether the copy is encrypted; None: as the source is.
        kms_key_id: The ID of the key that it is encrypted with; None: ECS's own.
        tags: The copy's tags, without ECS's and `OWN_TAG`.
        force_delete: Whether the copy is deleted although instances use it.
        identity: As whom to call ECS.
    """

    source_image_id: str | Unknown
    source_region: str | Unknown
    region: str | Unknown
    name: Text = None
    description: Text = None
    family: Text = None
    encrypted: bool | Unknown | None = None
    kms_key_id: Text = None
    tags: Mapping[str, str | Unknown] | Unknown = field(default_factory=dict)
    force_delete: bool | Unknown = False
    identity: Identity | Unknown = STACKS_OWN


def parse(
    inputs: Mapping[str, Any], default_region: str | None, *, has_origin: bool = True
) -> tuple[CopySpec, list[Problem]]:
    """Read what a program says.

    Args:
        inputs: The arguments as the program gives them; `UNKNOWN` may stand anywhere, also inside `tags`.
        default_region: The source's region where the program names none: that of the configuration or the environment,
            None if there is none.
        has_origin: Whether it is known what the copy was made from. That of an imported one, a program need not say.

    Returns:
        What is asked for, as far as it can be read, and every rule that it breaks. Unknown values break none.
    """
    problems: list[Problem] = []
    key_id = _key_id(inputs.get("kms_key_id"), problems)
    image_id, region = inputs.get("source_image_id"), inputs.get("source_region")
    needs_origin = has_origin or bool(image_id) or bool(region)
    spec = CopySpec(
        source_image_id=parse_image_id(image_id, problems, "source_image_id", "copied") if needs_origin else "",
        source_region=parse_region(region, default_region, problems, "source_region") if needs_origin else "",
        region=_region(inputs.get("region"), problems),
        name=_name("name", inputs.get("name"), problems),
        description=_description(inputs.get("description"), problems),
        family=_name("family", inputs.get("family"), problems),
        encrypted=_encrypted(inputs.get("encrypted"), key_id, problems),
        kms_key_id=key_id,
        tags=parse_tags(inputs.get("tags"), problems),
        force_delete=parse_flag("force_delete", inputs.get("force_delete"), False, problems),
        identity=parse_identity(inputs, problems),
    )
    problems += [unknown_argument("ImageCopy", name, ARGUMENTS) for name in inputs if name not in ARGUMENTS]
    return spec, list(dict.fromkeys(problems))


def restore(inputs: Mapping[str, Any]) -> CopySpec:
    """Read back what `normalise` wrote, or the outputs of a copy: they broke no rule then."""
    return CopySpec(
        source_image_id=inputs.get("source_image_id", ""),
        source_region=inputs.get("source_region", ""),
        region=inputs["region"],
        name=inputs.get("name") or None,
        description=inputs.get("description") or None,
        family=inputs.get("family") or None,
        encrypted=inputs.get("encrypted"),
        kms_key_id=inputs.get("kms_key_id") or None,
        tags=inputs.get("tags", {}),
        force_delete=inputs.get("force_delete", False),
        identity=restore_identity(inputs),
    )


def normalise(spec: CopySpec) -> dict[str, Any]:
    """Write a spec as the state keeps it. What was left out is left out."""
    kept = {
        "source_image_id": spec.source_image_id,
        "source_region": spec.source_region,
        "region": spec.region,
        "name": spec.name,
        "description": spec.description,
        "family": spec.family,
        "encrypted": spec.encrypted,
        "kms_key_id": spec.kms_key_id,
        "tags": spec.tags if spec.tags is UNKNOWN else dict(sorted(spec.tags.items())) or None,
        "force_delete": spec.force_delete or None,
        **normalise_identity(spec.identity),
    }
    return {name: value for name, value in kept.items() if value not in (None, "")}


def keeping(spec: CopySpec, old: CopySpec) -> CopySpec:
    """The spec of a copy that is there: what the program leaves out stays as it is.

    ECS can change a name, a description and a family, but can't take one away.
    """
    return replace(
        spec,
        name=old.name if spec.name is None else spec.name,
        description=old.description if spec.description is None else spec.description,
        family=old.family if spec.family is None else spec.family,
        encrypted=old.encrypted if spec.encrypted is None else spec.encrypted,
    )


def keeping_attributes(spec: CopySpec, *, name: str, description: str, family: str) -> CopySpec:
    """The spec of a copy that has these: what nobody says of them stays."""
    return replace(
        spec,
        name=name if spec.name is None else spec.name,
        description=description if spec.description is None else spec.description,
        family=family if spec.family is None else spec.family,
    )


@dataclass(frozen=True)
class Wanted:
    """A `CopySpec` whose values are all known. "" for a description, family or key that is left out."""

    source_image_id: str
    source_region: str
    region: str
    name: str
    description: str
    family: str
    encrypted: bool | None
    kms_key_id: str
    tags: Mapping[str, str]
    force_delete: bool
    identity: Identity


def wanted(spec: CopySpec) -> Wanted | None:
    """The spec as a known one, None if any of its values is not known."""
    values = {field.name: getattr(spec, field.name) for field in fields(spec)}
    values |= {name: values[name] or "" for name in ("description", "family", "kms_key_id")}
    known = UNKNOWN not in values.values() and values["name"] is not None and UNKNOWN not in values["tags"].values()
    return Wanted(**values) if known else None


def is_name(text: str) -> bool:
    """Whether ECS takes this as the name of an image."""
    return _NAME.fullmatch(text) is not None


def _region(value: object, problems: list[Problem]) -> str | Unknown:
    if value is None or value == "":
        why = "region is missing: give the ID of the region to copy the image to, such as 'cn-beijing'."
        problems.append(Problem("region", why))
        return UNKNOWN
    return parse_region(value, None, problems)


def _name(argument: str, value: object, problems: list[Problem]) -> Text:
    if value is None or value is UNKNOWN or (isinstance(value, str) and is_name(value)):
        return value
    why = (
        f"{argument} must be 2 to 128 letters, digits and any of . : _ - and begin with a letter, but not with "
        f"'aliyun' or 'acs:'; it is {shown(value)}."
    )
    problems.append(Problem(argument, why))
    return UNKNOWN


def _description(value: object, problems: list[Problem]) -> Text:
    if value is None or value is UNKNOWN:
        return value
    if isinstance(value, str) and 2 <= len(value) <= 256 and not value.startswith(_ADDRESSES):
        return value
    why = (
        "description must be 2 to 256 characters and not begin with 'http://' or 'https://' (leave it out for none); "
        f"it is {shown(value)}."
    )
    problems.append(Problem("description", why))
    return UNKNOWN


def _key_id(value: object, problems: list[Problem]) -> Text:
    if value is None or value is UNKNOWN or (isinstance(value, str) and _KEY_ID.fullmatch(value)):
        return value
    why = (
        "kms_key_id must be the ID of a key of KMS in the region of the copy, such as "
        f"'e522b26d-abf6-4e0d-b5da-04b7exampl3c'; it is {shown(value)}."
    )
    problems.append(Problem("kms_key_id", why))
    return UNKNOWN


def _encrypted(value: object, key_id: Text, problems: list[Problem]) -> bool | Unknown | None:
    if value is None:
        return None if key_id is None else True
    encrypted = parse_flag("encrypted", value, False, problems)
    if encrypted is False and key_id is not None:
        why = "encrypted is False, but kms_key_id names a key to encrypt the copy with: leave one of them out."
        problems.append(Problem("encrypted", why))
    return encrypted
