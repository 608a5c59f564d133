"""A copy as the program wants it, or as the state has it, and every documented rule that needs no API call.

The rules come from the reference of CopyImage in Alibaba Cloud's ECS documentation:
https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-copyimage

Pure: nothing is called, and bad input raises nothing. Every problem comes back at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final, Generic, Never, Self, TypeAlias, cast

from .. import slots
from ..cloud.model import Image
from ..record import Given, Parser, Property, Record, U, parse_record, prop, read_flag, read_image_id, read_region
from ..resource.names import resource_id
from ..values import UNKNOWN, Problem, Unknown, shown
from .changes import ImageAttributes
from .rules import parse_tags, program_tags

LONGEST_NAME: Final = 128

_NAME = re.compile(r"(?!aliyun|acs:)[^\W\d_][\w.:-]{1,127}")
_KEY_ID = re.compile(r"[A-Za-z0-9/_:.-]{1,256}")
_ADDRESSES = ("http://", "https://")
_ORIGIN: Final = ("source_image_id", "source_region", "kms_key_id")
"""What ECS does not tell of a copy: only the state has it, and that of an imported copy does not."""


def is_name(text: str) -> bool:
    """Whether ECS takes this as the name of an image."""
    return _NAME.fullmatch(text) is not None


def _is_description(text: str) -> bool:
    return 2 <= len(text) <= 256 and not text.startswith(_ADDRESSES)


def _read_text(is_right: Callable[[str], object], must_be: str) -> Parser:
    def parse(given: Given) -> str | Unknown:
        value = given.value
        if isinstance(value, str) and is_right(value):
            return value
        return given.refuse(f"{given.name} must be {must_be}; it is {shown(value)}.")

    return parse


def _read_target(given: Given) -> str | Unknown:
    if given.value in (None, ""):
        return given.refuse("region is missing: give the ID of the region to copy the image to, such as 'cn-beijing'.")
    return read_region(given)


_read_name = _read_text(
    is_name,
    "2 to 128 letters, digits and any of . : _ - and begin with a letter, but not with 'aliyun' or 'acs:'",
)


@dataclass(frozen=True)
class CopyRecord(Record[U], Generic[U]):
    """A copy of an image, in a region. See `Copy` and `KnownCopy`.

    "" stands for a text that there is none of, or that the program leaves out.
    """

    resource: ClassVar[str] = "ImageCopy"

    source_image_id: str | U = prop(
        "text",
        "The ID of the image to copy, such as `m-bp1golden00000000001`. Only a copy that was imported may have "
        "none: ECS does not tell it.",
        read_image_id("copied"),
        replaces=True,
    )
    source_region: str | U = prop(
        "text",
        "The ID of the region that it is in. Default: the configuration, then the environment.",
        read_region,
        replaces=True,
    )
    region: str | U = prop("text", "The ID of the region to copy it to.", _read_target, is_required=True, replaces=True)
    name: str | U = prop(
        "text",
        "The copy's name. Default: the source's and a suffix, the same in each preview.",
        _read_name,
        default="",
        keeps=True,
    )
    description: str | U = prop(
        "text",
        "The copy's description. Default: none.",
        _read_text(
            _is_description,
            "2 to 256 characters and not begin with 'http://' or 'https://' (leave it out for none)",
        ),
        default="",
        keeps=True,
    )
    family: str | U = prop(
        "text",
        "The image family that the copy joins when it is complete. Default: none.",
        _read_name,
        default="",
        keeps=True,
    )
    encrypted: bool | U | None = prop(
        "flag",
        "Whether the copy is encrypted. Default: as the source, and true with a key.",
        read_flag,
        default=None,
        replaces=True,
        keeps=True,
    )
    kms_key_id: str | U = prop(
        "text",
        "The ID of the key of KMS in that region that it is encrypted with. Default: ECS's own key.",
        _read_text(
            _KEY_ID.fullmatch,
            "the ID of a key of KMS in the region of the copy, such as 'e522b26d-abf6-4e0d-b5da-04b7exampl3c'",
        ),
        default="",
        replaces=True,
    )
    tags: Mapping[str, str | U] | U = prop(
        "map of text",
        "The copy's tags, at most 19, without those of ECS and of this package.",
        lambda given: parse_tags(given.value, given.problems),
        default={},
    )
    force_delete: bool | U = prop(
        "flag",
        "Whether the copy is deleted although instances use it: they can't re-initialise their disks any more. "
        "It is never deleted while it is shared. Default: false.",
        read_flag,
        default=False,
    )
    image_id: str | U = prop("text", "The copy's ID.", default="")
    owner_id: str | U = prop("text", "The account ID of the copy's owner.", default="")
    created_at: str | U = prop("text", "When it was created, ISO 8601 in UTC.", default="")
    size: int | U = prop("number", "Its size in GiB.", default=0)

    @property
    def id(self: KnownCopy) -> str:
        """The resource's ID: ``<region>:<image_id>``."""
        return resource_id(self.region, self.image_id)

    def __str__(self) -> str:
        return f"image {self.image_id} in {self.region}"

    @property
    def has_origin(self) -> bool:
        """Whether it is known what it was copied from: not of a copy that was imported."""
        return bool(self.source_image_id)

    @property
    def attributes(self: KnownCopy) -> ImageAttributes:
        """What can be changed in place."""
        return ImageAttributes(self.name, self.description, self.family, self.tags)

    def is_replaced_by(self, item: Property, old: Record[Any]) -> bool:
        """See `Record.is_replaced_by`: the source of an imported copy may be given later."""
        return item.replaces and (item.name not in _ORIGIN or cast(Copy, old).has_origin)

    def planned(self, old: Record[Any] | None) -> Self:
        """See `Record.planned`: ECS settles the name and the encryption of a new copy if the program does not."""
        copy = super().planned(old)
        if old is not None:
            return copy
        unknown = cast(U, UNKNOWN)
        return replace(copy, name=copy.name or unknown, encrypted=unknown if copy.encrypted is None else copy.encrypted)


Copy: TypeAlias = CopyRecord[Unknown]
"""A copy as a preview has it: any value may be `UNKNOWN`."""
KnownCopy: TypeAlias = CopyRecord[Never]
"""A copy of which every value is known, as the state has it."""


def parse(
    inputs: Mapping[str, Any], default_region: str | None, *, has_origin: bool = True
) -> tuple[Copy, list[Problem]]:
    """Read what a program says.

    Args:
        inputs: The arguments as the program gives them; `UNKNOWN` may stand anywhere, also inside `tags`.
        default_region: The source's region if the program names none: that of the configuration or the environment,
            None if there is none.
        has_origin: Whether it is known what the copy was made from. A program need not say that of an imported copy.

    Returns:
        What is asked for, as far as it can be read, and every rule that it breaks. Unknown values break none.
    """
    needs_origin = has_origin or bool(inputs.get("source_image_id")) or bool(inputs.get("source_region"))
    settled = {} if needs_origin else {"source_image_id": "", "source_region": ""}
    copy, problems = parse_record(
        CopyRecord[Unknown], inputs, defaults={"source_region": default_region}, settled=settled
    )
    if copy.encrypted is None and copy.kms_key_id:
        copy = replace(copy, encrypted=True)
    return copy, [*problems, *rules(copy)]


def rules(copy: Copy) -> list[Problem]:
    """The rules that span several properties of a copy and that it breaks."""
    if copy.encrypted is not False or not copy.kms_key_id:
        return []
    why = (
        f"encrypted is {slots.literal(False)}, but {slots.prop('kms_key_id')} names a key to encrypt the "
        "copy with: leave "
        "one of them out."
    )
    return [Problem("encrypted", why)]


def keeping(copy: Copy, old: Copy) -> Copy:
    """The copy as a program wants it of one that is there: what the program leaves out stays as it is.

    ECS can change a name, a description and a family, but can't remove one.
    """
    return replace(
        keeping_attributes(copy, name=old.name, description=old.description, family=old.family),
        encrypted=old.encrypted if copy.encrypted is None else copy.encrypted,
    )


def keeping_attributes(copy: Copy, *, name: str | Unknown, description: str | Unknown, family: str | Unknown) -> Copy:
    """The copy with these attributes if the program leaves them out."""
    return replace(
        copy, name=copy.name or name, description=copy.description or description, family=copy.family or family
    )


def wanted(copy: Copy) -> KnownCopy | None:
    """The copy if every value and its name are known, else None."""
    return None if copy.is_unknown or not copy.name else cast(KnownCopy, copy)


def state_of(copy: KnownCopy, image: Image) -> KnownCopy:
    """The state of a copy that was just made."""
    return as_seen(replace(copy, image_id=image.image_id), image)


def as_seen(copy: KnownCopy, image: Image) -> KnownCopy:
    """The state with what ECS reports of the copy now."""
    return replace(
        copy,
        owner_id=image.owner_id or copy.owner_id,
        name=image.name,
        description=image.description,
        family=image.family,
        encrypted=image.encrypted,
        tags=program_tags(image.tags),
        created_at=image.created_at,
        size=image.size,
    )
