"""Tags of VPCs and vSwitches. No HTTP; not locked: `Cloud` locks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from . import errors
from .vpcs import Vpc, Vpcs, VSwitch

TAGS_MAX = 20
"""Of a call, and of a resource."""
RESOURCES_A_CALL = 50
_ADDRESSES = ("http://", "https://")
_RESERVED = ("aliyun", "acs:")


def new_tags(pairs: Sequence[tuple[str | None, str | None]]) -> dict[str, str]:
    """The tags to put on a resource; a value that is absent is empty."""
    if len(pairs) > TAGS_MAX:
        raise errors.too_many_tags()
    tags: dict[str, str] = {}
    for key, given in pairs:
        value = given or ""
        if not key or len(key) > 128 or key.startswith(_RESERVED) or any(part in key for part in _ADDRESSES):
            raise errors.tag_key_invalid()
        if len(value) > 128 or value.startswith(_RESERVED) or any(part in value for part in _ADDRESSES):
            raise errors.tag_value_invalid()
        if key in tags:
            raise errors.tag_key_twice()
        tags[key] = value
    return tags


def tag_filter(pairs: Sequence[tuple[str | None, str | None]]) -> dict[str, str | None]:
    """What is looked for; a key alone has the value None."""
    if len(pairs) > TAGS_MAX:
        raise errors.too_many_tags()
    if any(not key for key, _ in pairs):
        raise errors.tag_key_invalid()
    return {key: value for key, value in pairs if key}


def has_tags(tags: Mapping[str, str], wanted: Mapping[str, str | None]) -> bool:
    """Whether all that are wanted are among the tags."""
    return all(key in tags and value in (None, tags[key]) for key, value in wanted.items())


class VpcTagging:
    """Who may tag what."""

    def __init__(self, vpcs: Vpcs) -> None:
        self._vpcs = vpcs

    def tag(self, account: str, region: str, resource_type: str, ids: Sequence[str], tags: Mapping[str, str]) -> None:
        """Put tags on own resources: all on all of them, or nothing and an error."""
        resources = self._own(account, region, resource_type, ids)
        if any(len(resource.tags.keys() | tags.keys()) > TAGS_MAX for resource in resources):
            raise errors.tags_of_resource_quota()
        for resource in resources:
            resource.tags.update(tags)

    def untag(
        self, account: str, region: str, resource_type: str, ids: Sequence[str], keys: Sequence[str] | None
    ) -> None:
        """Take tags from own resources, by key, or (None) all; a key that a resource has not is no error."""
        for resource in self._own(account, region, resource_type, ids):
            for key in list(resource.tags) if keys is None else keys:
                resource.tags.pop(key, None)

    def tags_of(
        self, account: str, region: str, resource_type: str, ids: Sequence[str], wanted: Mapping[str, str | None]
    ) -> list[tuple[str, str, str]]:
        """ID, key and value of every tag of the own resources that have all the tags asked for."""
        resources = self._own(account, region, resource_type, ids) if ids else self._all(account, region, resource_type)
        return sorted(
            (resource.id, key, value)
            for resource in resources
            if has_tags(resource.tags, wanted)
            for key, value in resource.tags.items()
        )

    def _all(self, account: str, region: str, resource_type: str) -> Sequence[Vpc | VSwitch]:
        self._vpcs.check_region(region)
        # "The resource type value is case-insensitive." The other types that the page names do not exist here.
        if resource_type.upper() == "VPC":
            return self._vpcs.vpcs_of(account, region)
        if resource_type.upper() == "VSWITCH":
            return self._vpcs.vswitches_of(account, region)
        raise errors.resource_type_not_found()

    def _own(self, account: str, region: str, resource_type: str, ids: Sequence[str]) -> list[Vpc | VSwitch]:
        own = {resource.id: resource for resource in self._all(account, region, resource_type)}
        if any(resource_id not in own for resource_id in ids):
            raise errors.resource_not_found()
        return [own[resource_id] for resource_id in ids]
