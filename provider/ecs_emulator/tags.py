"""Tags on an account's resources: the rules that all products share. `Cloud` locks."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from .errors import EcsError

TAGS_MAX = 20
"""The limit for a call and for a resource."""
RESOURCES_A_CALL = 50


class Taggable(Protocol):
    """A resource with tags."""

    @property
    def id(self) -> str:
        """The ID that TagResources uses."""

    @property
    def tags(self) -> dict[str, str]:
        """Its tags, which are changed in place."""


def has_tags(tags: Mapping[str, str], wanted: Mapping[str, str | None]) -> bool:
    """Whether the tags have all wanted ones; None in `wanted` matches any value."""
    return all(key in tags and value in (None, tags[key]) for key, value in wanted.items())


class TagsOfOwn(ABC):
    """The tags of one product's resources."""

    def __init__(self, not_found: Callable[[], EcsError], over_quota: Callable[[], EcsError]) -> None:
        """Set the product's errors.

        Args:
            not_found: For a resource that does not exist or belongs to another account.
            over_quota: For a resource that would have too many tags.
        """
        self._not_found = not_found
        self._over_quota = over_quota

    @abstractmethod
    def all_of(self, account: str, region: str, resource_type: str) -> Iterable[Taggable]:
        """The account's resources of a type in a region. Raises for an unknown region or type."""

    def tag(self, account: str, region: str, resource_type: str, ids: Sequence[str], tags: Mapping[str, str]) -> None:
        """Put all tags on all of these own resources, or raise and change nothing."""
        resources = self._own(account, region, resource_type, ids)
        if any(len(resource.tags.keys() | tags.keys()) > TAGS_MAX for resource in resources):
            raise self._over_quota()
        for resource in resources:
            resource.tags.update(tags)

    def untag(
        self, account: str, region: str, resource_type: str, ids: Sequence[str], keys: Sequence[str] | None
    ) -> None:
        """Remove tags from own resources, by key or (None) all. Unknown keys are ignored."""
        for resource in self._own(account, region, resource_type, ids):
            for key in list(resource.tags) if keys is None else keys:
                resource.tags.pop(key, None)

    def tags_of(
        self, account: str, region: str, resource_type: str, ids: Sequence[str], wanted: Mapping[str, str | None]
    ) -> list[tuple[str, str, str]]:
        """ID, key and value of every tag of the own resources that have all the tags asked for."""
        resources: Iterable[Taggable] = (
            self._own(account, region, resource_type, ids) if ids else self.all_of(account, region, resource_type)
        )
        return sorted(
            (resource.id, key, value)
            for resource in resources
            if has_tags(resource.tags, wanted)
            for key, value in resource.tags.items()
        )

    def _own(self, account: str, region: str, resource_type: str, ids: Sequence[str]) -> list[Taggable]:
        own = {resource.id: resource for resource in self.all_of(account, region, resource_type)}
        if not own.keys() >= set(ids):
            raise self._not_found()
        return [own[resource_id] for resource_id in ids]
