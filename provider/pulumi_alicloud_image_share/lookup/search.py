"""Looks for the image that answers a consumer's question, and for why none does, in as few calls as there are."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain, product
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from ..errors import EcsError, NoSharedImage
from .matching import (
    Findings,
    ListedImage,
    SharedImage,
    answers,
    as_consumer_takes,
    described,
    none_sentence,
    several_sentence,
    unready,
    why_none,
)
from .query import ImageQuery

if TYPE_CHECKING:
    from ..cloud.ecs import Ecs

K = TypeVar("K")
T = TypeVar("T")

SECONDS_FOR_REASONS: Final = 10.0
"""How long calls are repeated, all together, that only find out why nothing was found."""
_REGIONS_AT_ONCE: Final = 16


class Consumer:
    """Looks for images as one account in one run of a program. Safe to use from several threads."""

    def __init__(self, ecs: Ecs) -> None:
        self._ecs = ecs
        self._lists = KeptValues[tuple[str, str, bool], list[ListedImage]]()

    def find(self, query: ImageQuery, *, list_again: bool) -> SharedImage:
        """Find the image; `list_again` where what ECS has listed before may be out of date."""
        ecs = self._ecs.for_operation()
        images, is_new = self._list_trusted(ecs, query, again=list_again)
        found = answers(query, images)
        if not found and not is_new:
            images, _ = self._list_trusted(ecs, query, again=True)
            found = answers(query, images)
        if not found:
            raise NoSharedImage(none_sentence(query), why_none(query, _look_around(ecs, query, images)))
        if len(found) > 1 and not query.most_recent:
            raise NoSharedImage(several_sentence(query, found), described(found), [image.image_id for image in found])
        return found[0]

    def _list_trusted(self, ecs: Ecs, query: ImageQuery, *, again: bool) -> tuple[list[ListedImage], bool]:
        """What the trusted owners share, and whether all of it was listed just now: a call each, where it was."""
        images: list[ListedImage] = []
        is_new = True
        for owner_id, community in product(query.owner_ids, (False, True) if query.allow_community else (False,)):
            ask = partial(_list, ecs, query.region, owner_id=owner_id, community=community)
            of_owner, is_made = self._lists.get((query.region, owner_id, community), ask, again=again)
            images += of_owner
            is_new = is_new and is_made
        return images, is_new


def _look_around(ecs: Ecs, query: ImageQuery, here: Sequence[ListedImage]) -> Findings:
    """Find out why nothing answers: a few calls, and one for each other region. None that fails hides the rest."""
    if unready(query, here):
        return Findings(here)
    ecs = ecs.for_operation(at_most=SECONDS_FOR_REASONS, notify=lambda _: None)
    not_seen: list[tuple[str, str]] = []

    def unless_refused(what: str, ask: Callable[[], list[T]]) -> list[T]:
        try:
            return ask()
        except EcsError as error:
            not_seen.append((what, f"{error.action} failed with {error.code}"))
            return []

    def shared_in(region: str) -> list[ListedImage]:
        owner_id = query.owner_ids[0] if len(query.owner_ids) == 1 else None
        return unless_refused(f"region {region}", lambda: _list(ecs, region, owner_id=owner_id))

    def community() -> list[ListedImage]:
        lists = (_list(ecs, query.region, owner_id=owner_id, community=True) for owner_id in query.owner_ids)
        return list(chain.from_iterable(lists))

    regions = unless_refused("the list of regions", lambda: ecs.regions(query.region))
    with ThreadPoolExecutor(_REGIONS_AT_ONCE) as pool:
        elsewhere = list(chain.from_iterable(pool.map(shared_in, (r for r in regions if r != query.region))))
    return Findings(
        here,
        elsewhere=elsewhere,
        community=[] if query.allow_community else unless_refused("community images", community),
        others=unless_refused("what other accounts share", lambda: _list(ecs, query.region)),
        own=unless_refused("this account's own images", lambda: _list(ecs, query.region, owner_alias="self")),
        not_seen=not_seen,
    )


class KeptValues(Generic[K, T]):
    """Values that are made once for each key. Safe to use from several threads."""

    def __init__(self) -> None:
        self._values: dict[K, T] = {}
        self._locks: dict[K, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: K, make: Callable[[], T], *, again: bool = False) -> tuple[T, bool]:
        """The value, and whether it was made just now; `again` makes it even if there is one."""
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            is_made = again or key not in self._values
            if is_made:
                self._values[key] = make()
            return self._values[key], is_made


def _list(
    ecs: Ecs, region: str, *, owner_alias: str = "others", owner_id: str | None = None, community: bool = False
) -> list[ListedImage]:
    images = ecs.listed_images(region, owner_alias=owner_alias, owner_id=owner_id, community=community)
    return [as_consumer_takes(image) for image in images]
