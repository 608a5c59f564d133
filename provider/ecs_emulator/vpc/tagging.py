"""Tags of VPCs and vSwitches. No HTTP; not locked: `Cloud` locks."""

from __future__ import annotations

from collections.abc import Sequence

from ..tags import TAGS_MAX, TagsOfOwn
from .errors import Errors
from .vpcs import Vpc, Vpcs, VSwitch

_ADDRESSES = ("http://", "https://")
_RESERVED = ("aliyun", "acs:")


def new_tags(pairs: Sequence[tuple[str | None, str | None]]) -> dict[str, str]:
    """The tags to put on a resource; a value that is absent is empty."""
    if len(pairs) > TAGS_MAX:
        raise Errors.TOO_MANY_TAGS()
    tags: dict[str, str] = {}
    for key, given in pairs:
        value = given or ""
        if not key or len(key) > 128 or key.startswith(_RESERVED) or any(part in key for part in _ADDRESSES):
            raise Errors.TAG_KEY_INVALID()
        if len(value) > 128 or value.startswith(_RESERVED) or any(part in value for part in _ADDRESSES):
            raise Errors.TAG_VALUE_INVALID()
        if key in tags:
            raise Errors.TAG_KEY_TWICE()
        tags[key] = value
    return tags


def tag_filter(pairs: Sequence[tuple[str | None, str | None]]) -> dict[str, str | None]:
    """What is looked for; a key alone has the value None."""
    if len(pairs) > TAGS_MAX:
        raise Errors.TOO_MANY_TAGS()
    if any(not key for key, _ in pairs):
        raise Errors.TAG_KEY_INVALID()
    return {key: value for key, value in pairs if key}


class VpcTagging(TagsOfOwn):
    """Who may tag what."""

    def __init__(self, vpcs: Vpcs) -> None:
        super().__init__(Errors.RESOURCE_NOT_FOUND, Errors.TAGS_OF_RESOURCE_QUOTA)
        self._vpcs = vpcs

    def all_of(self, account: str, region: str, resource_type: str) -> Sequence[Vpc | VSwitch]:
        """See `TagsOfOwn.all_of`."""
        self._vpcs.check_region(region)
        # "The resource type value is case-insensitive." The other types that the page names do not exist here.
        if resource_type.upper() == "VPC":
            return self._vpcs.vpcs_of(account, region)
        if resource_type.upper() == "VSWITCH":
            return self._vpcs.vswitches_of(account, region)
        raise Errors.RESOURCE_TYPE_NOT_FOUND()
