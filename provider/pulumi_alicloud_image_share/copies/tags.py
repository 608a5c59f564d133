"""The tags of a copy: which a program may give, and which are none of its own. Pure.

The rules come from the reference of TagResources in Alibaba Cloud's ECS documentation:
https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-tagresources
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..arguments import UNKNOWN, Problem, Unknown, is_number, shown

OWN_TAG: Final = "pulumi-image-copy"
"""The tag by which a copy is found again whose making was interrupted, see `mark`."""
MOST_TAGS: Final = 19
"""ECS takes 20 tags an image, and one is `OWN_TAG`."""

_HIDDEN_TAGS: Final = ("acs:", "aliyun")
_ADDRESSES: Final = ("http://", "https://")


def parse_tags(value: object, problems: list[Problem]) -> Mapping[str, str | Unknown] | Unknown:
    """Read the argument `tags`; what is wrong with it is added to the problems."""
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
    """The tags of an image without ECS's own and `OWN_TAG`, which no program manages."""
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
