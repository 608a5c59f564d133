"""Tags, and the rules of TagResources, UntagResources and ListTagResources. No HTTP; not locked: `Cloud` locks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from . import tag_errors
from .images import Images
from .naming import has_address

# As they were sent: a key or a value that was not is None.
TagPairs = Sequence[tuple[str | None, str | None]]

TAGS_MAX = 20
"""Of a call, and of a resource."""
RESOURCES_A_CALL = 50
IMAGE = "image"
_TYPES = frozenset(
    (
        IMAGE,
        *("instance", "disk", "snapshot", "securitygroup", "volume", "eni", "ddh", "ddhcluster", "keypair"),
        *("launchtemplate", "reservedinstance", "snapshotpolicy", "elasticityassurance", "capacityreservation"),
        *("command", "invocation", "activation", "managedinstance"),
    )
)


def tag_filter(pairs: TagPairs) -> dict[str, str | None]:
    """What DescribeImages looks for; a key alone has the value None."""
    if any(key is None for key, _ in pairs):
        raise tag_errors.tag_mismatch()
    if len(pairs) > TAGS_MAX:
        raise tag_errors.too_many_tags()
    return {key: value for key, value in pairs if key}


def new_tags(pairs: TagPairs) -> dict[str, str]:
    """The tags to put on a resource."""
    tags: dict[str, str] = {}
    for key, value in pairs:
        # "The tag value cannot be null and can be an empty string", says the newest page; a sample of an older one has
        # a key alone. The stricter: a value must be there.
        if key is None or value is None:
            raise tag_errors.tag_mismatch()
        if not key or len(key) > 128 or key.startswith(("aliyun", "acs:")) or has_address(key):
            raise tag_errors.tag_key_malformed()
        if len(value) > 128 or has_address(value):
            raise tag_errors.tag_value_malformed()
        if key in tags:
            raise tag_errors.tag_key_twice()
        tags[key] = value
    if len({key.casefold() for key in tags}) < len(tags):
        raise tag_errors.tag_key_twice_but_for_case()
    return tags


def tags_of_copy(pairs: TagPairs) -> dict[str, str]:
    """The tags that CopyImage puts on the copy, for which a value may be left out and may not start with acs:."""
    # CopyImage's table has no code for tags; these are those of CreateImage's.
    if len(pairs) > TAGS_MAX:
        raise tag_errors.too_many_tags()
    tags = new_tags([(key, value or "") for key, value in pairs])
    if any(value.startswith("acs:") for value in tags.values()):
        raise tag_errors.tag_value_malformed()
    return tags


class Taggable(Protocol):
    """A resource that has tags."""

    @property
    def id(self) -> str:
        """Its ID."""

    @property
    def tags(self) -> dict[str, str]:
        """Its tags, to be changed in place."""


class Tagging:
    """Who may tag what: images, and what else is registered."""

    def __init__(self, images: Images) -> None:
        self._images = images
        self._own_of_type: dict[str, Callable[[str, str], Iterable[Taggable]]] = {IMAGE: images.all_of}

    def register(self, resource_type: str, own: Callable[[str, str], Iterable[Taggable]]) -> None:
        """Let resources of a type be tagged; `own` gives those of an account in a region."""
        self._own_of_type[resource_type] = own

    def tag(self, account: str, region: str, resource_type: str, ids: Sequence[str], tags: Mapping[str, str]) -> None:
        """Put tags on own resources: all on all of them, or nothing and an error."""
        resources = self._own(account, region, resource_type, ids)
        if any(len(resource.tags.keys() | tags.keys()) > TAGS_MAX for resource in resources):
            raise tag_errors.tags_of_resource_quota()
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
        self,
        account: str,
        region: str,
        resource_type: str,
        ids: Sequence[str],
        wanted: Mapping[str, str | None],
    ) -> list[tuple[str, str, str]]:
        """ID, key and value of every tag of the own resources that have all the tags asked for."""
        resources = self._own(account, region, resource_type, ids or None)
        return sorted(
            (resource.id, key, value)
            for resource in resources
            if all(key in resource.tags and value in (None, resource.tags[key]) for key, value in wanted.items())
            for key, value in resource.tags.items()
        )

    def _own(self, account: str, region: str, resource_type: str, ids: Sequence[str] | None) -> list[Taggable]:
        """The account's resources of those IDs, or (None) all of them."""
        self._images.check_region(region)
        if resource_type not in _TYPES:
            raise tag_errors.resource_type_not_found()
        if resource_type not in self._own_of_type:
            raise tag_errors.resource_not_taggable()
        own = {resource.id: resource for resource in self._own_of_type[resource_type](account, region)}
        if ids is None:
            return list(own.values())
        if any(resource_id not in own for resource_id in ids):
            raise tag_errors.resource_not_found()
        return [own[resource_id] for resource_id in ids]
