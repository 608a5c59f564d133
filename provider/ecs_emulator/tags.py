"""Tags on what an account owns: what TagResources and its like have in common in all products. Not locked."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from .errors import EcsError

TAGS_MAX = 20
"""Of a call, and of a resource."""
RESOURCES_A_CALL = 50


class Taggable(Protocol):
    """What can be tagged."""

    @property
    def id(self) -> str:
        """What TagResources knows it by."""

    @property
    def tags(self) -> dict[str, str]:
        """Its tags, to be changed in place."""


def has_tags(tags: Mapping[str, str], wanted: Mapping[str, str | None]) -> bool:
    """Whether all that are wanted are among the tags; a key that is wanted with None may have any value."""
    return all(key in tags and value in (None, tags[key]) for key, value in wanted.items())


class TagsOfOwn(ABC):
    """Who may tag what, in one product."""

    def __init__(self, not_found: Callable[[], EcsError], over_quota: Callable[[], EcsError]) -> None:
        """Know the product's own words.

        Args:
            not_found: What it says of a resource that is not there, or not the caller's.
            over_quota: What it says where a resource would have too many tags.
        """
        self._not_found = not_found
        self._over_quota = over_quota

    @abstractmethod
    def all_of(self, account: str, region: str, resource_type: str) -> Iterable[Taggable]:
        """All that the account has of a type in a region; raises where there is no such region or type."""

    def tag(self, account: str, region: str, resource_type: str, ids: Sequence[str], tags: Mapping[str, str]) -> None:
        """Put tags on own resources: all on all of them, or nothing and an error."""
        resources = self._own(account, region, resource_type, ids)
        if any(len(resource.tags.keys() | tags.keys()) > TAGS_MAX for resource in resources):
            raise self._over_quota()
        for resource in resources:
            resource.tags.update(tags)

    def untag(
        self, account: str, region: str, resource_type: str, ids: Sequence[str], keys: Sequence[str] | None
    ) -> None:
        """Take tags from own resources, by key, or (None) all; a key that one has not is no error."""
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
