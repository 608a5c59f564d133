"""The documented rules for copying an image and for the tags of a copy. Pure: nothing is called or raised.

Sources in Alibaba Cloud's ECS documentation, the references of CopyImage and TagResources:
https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-copyimage
https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-tagresources
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from .. import slots
from ..cloud.model import Image
from ..resource.images import status_fault
from ..values import UNKNOWN, Problem, Unknown, is_number, shown

OWN_TAG: Final = "pulumi-image-copy"
"""The tag that ImageCopy itself sets on a copy; see `making.Mark`."""
MOST_TAGS: Final = 19
"""The number of tags a program can give a copy: ECS allows 20 per image, and `OWN_TAG` is one of them."""

_HIDDEN_TAGS: Final = ("acs:", "aliyun")
_ADDRESSES: Final = ("http://", "https://")


# -- the source image ------------------------------------------------------------------------------------------------


def copy_problems(image: Image, *, region: str | Unknown, encrypted: bool | Unknown | None) -> list[Problem]:
    """Return why this image cannot be copied with these arguments, empty if it can.

    Args:
        image: The image to copy.
        region: The ID of the region to copy it to.
        encrypted: Whether the copy is encrypted; None: the same as the image.
    """
    sentence = _ownership_fault(image, region) or status_fault(image, "copy", "copied")
    problems = [Problem("source_image_id", sentence)] if sentence else []
    if image.encrypted and encrypted is False:
        why = (
            f"{image.image_id} is encrypted, and so is every copy of it: leave encrypted out, or set it "
            f"to {slots.literal(True)}."
        )
        problems.append(Problem("encrypted", why))
    return problems


def source_not_found(image_id: str, region: str) -> Problem:
    """Return the problem of a source image that ECS does not list."""
    return Problem(
        "source_image_id",
        f"image {image_id} does not exist in region {region}, or this account can't see it: check "
        f"{slots.prop('source_image_id')}, {slots.prop('source_region')} and the credentials.",
    )


def _ownership_fault(image: Image, region: str | Unknown) -> str | None:
    if image.owner_alias in ("system", "marketplace"):
        kind = "public image of Alibaba Cloud" if image.owner_alias == "system" else "Marketplace image"
        return f"{image.image_id} is a {kind}: only custom images can be copied."
    if image.is_public:
        return f"{image.image_id} is a community image: ECS does not copy those. Unpublish it first, or copy another."
    if image.owner_alias != "self" and region not in (UNKNOWN, image.region):
        return (
            f"{image.image_id} belongs to account {image.owner_id}: an image that was shared with you can be copied "
            f"only within its region, {image.region}. Copy it there first and then that copy, or let its owner copy it."
        )
    return None


# -- tags ------------------------------------------------------------------------------------------------------------


def parse_tags(value: object, problems: list[Problem]) -> Mapping[str, str | Unknown] | Unknown:
    """Read the argument `tags` and add what is wrong with it to the problems."""
    if value is None:
        return {}
    if value is UNKNOWN:
        return UNKNOWN
    if not isinstance(value, Mapping):
        problems.append(Problem("tags", f"tags must be a mapping of keys to values, not {shown(value)}."))
        return UNKNOWN
    sentences = [_key_fault(key) or _value_fault(key, item) for key, item in value.items()]
    sentences += [_case_fault(list(value)), _count_fault(len(value))]
    problems += [Problem("tags", sentence) for sentence in sentences if sentence]
    return dict(value)


def program_tags(tags: Mapping[str, str]) -> dict[str, str]:
    """Return the tags of an image that a program can manage: without those of ECS and without `OWN_TAG`."""
    return {key: value for key, value in tags.items() if key != OWN_TAG and not key.startswith(_HIDDEN_TAGS)}


def _key_fault(key: str) -> str | None:
    if key.casefold() == OWN_TAG:
        return f"the tag {OWN_TAG!r} is ImageCopy's own, by which it finds an interrupted copy again: use another key."
    if 1 <= len(key) <= 128 and not key.startswith(_HIDDEN_TAGS) and not any(address in key for address in _ADDRESSES):
        return None
    return (
        f"{shown(key)} can't be the key of a tag: that is 1 to 128 characters, without 'http://' and 'https://', and "
        "does not begin with 'aliyun' or 'acs:'."
    )


def _value_fault(key: str, value: object) -> str | None:
    if value is UNKNOWN:
        return None
    if not isinstance(value, str):
        written = f": write it as a string, '{shown(value)}'" if is_number(value) else ""
        return f"the value of the tag {shown(key)} must be a string, not {shown(value)}{written}."
    if len(value) <= 128 and not value.startswith("acs:") and not any(address in value for address in _ADDRESSES):
        return None
    return (
        f"{shown(value)} can't be the value of the tag {shown(key)}: that is at most 128 characters, without 'http://' "
        "and 'https://', and does not begin with 'acs:'."
    )


def _case_fault(keys: list[str]) -> str | None:
    seen: dict[str, str] = {}
    for key in keys:
        first = seen.setdefault(key.casefold(), key)
        if first != key:
            return f"the tags {shown(first)} and {shown(key)} differ only in case, which ECS refuses: keep one of them."
    return None


def _count_fault(count: int) -> str | None:
    if count <= MOST_TAGS:
        return None
    return (
        f"{count} tags are more than the {MOST_TAGS} that a copy can have: ECS takes {MOST_TAGS + 1} an image, and "
        f"ImageCopy needs one to find an interrupted copy again. Remove {count - MOST_TAGS}."
    )
