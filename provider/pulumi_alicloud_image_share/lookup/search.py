"""Looks for the image that answers a consumer's question, and for why none does, in as few calls as there are."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain, product
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from ..errors import EcsError, NoSharedImage
from .matching import Listed, SharedImage, answers, listed, unready
from .query import ImageQuery
from .reasons import Findings, described, none_sentence, several_sentence, why_none

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
        self._lists = KeptValues[tuple[str, str, bool], list[Listed]]()

    def find(self, query: ImageQuery, *, anew: bool) -> SharedImage:
        """Find the image; `anew` where what ECS has listed before may be out of date."""
        ecs = self._ecs.for_operation()
        listed, is_new = self._listed(ecs, query, anew=anew)
        found = answers(query, listed)
        if not found and not is_new:
            listed, _ = self._listed(ecs, query, anew=True)
            found = answers(query, listed)
        if not found:
            raise NoSharedImage(none_sentence(query), why_none(query, _look_around(ecs, query, listed)))
        if len(found) > 1 and not query.most_recent:
            raise NoSharedImage(several_sentence(query, found), described(found), [image.image_id for image in found])
        return found[0]

    def _listed(self, ecs: Ecs, query: ImageQuery, *, anew: bool) -> tuple[list[Listed], bool]:
        """What the trusted owners share, and whether all of it was listed just now: a call each, where it was."""
        listed: list[Listed] = []
        is_new = True
        for owner_id, community in product(query.owner_ids, (False, True) if query.allow_community else (False,)):
            ask = partial(_list, ecs, query.region, owner_id=owner_id, community=community)
            images, is_made = self._lists.get((query.region, owner_id, community), ask, anew=anew)
            listed += images
            is_new = is_new and is_made
        return listed, is_new


def _look_around(ecs: Ecs, query: ImageQuery, here: Sequence[Listed]) -> Findings:
    """Find out why nothing answers: a few calls, and one for each other region. None that fails hides the rest."""
    if unready(query, here):
        return Findings(here)
    ecs = ecs.for_operation(seconds=SECONDS_FOR_REASONS, notify=lambda _: None)
    unasked: list[tuple[str, str]] = []

    def told(what: str, ask: Callable[[], list[T]]) -> list[T]:
        try:
            return ask()
        except EcsError as error:
            unasked.append((what, f"{error.action} failed with {error.code}"))
            return []

    def shared_in(region: str) -> list[Listed]:
        owner_id = query.owner_ids[0] if len(query.owner_ids) == 1 else None
        return told(f"region {region}", lambda: _list(ecs, region, owner_id=owner_id))

    def community() -> list[Listed]:
        lists = (_list(ecs, query.region, owner_id=owner_id, community=True) for owner_id in query.owner_ids)
        return list(chain.from_iterable(lists))

    regions = told("the list of regions", lambda: ecs.regions(query.region))
    with ThreadPoolExecutor(_REGIONS_AT_ONCE) as pool:
        elsewhere = list(chain.from_iterable(pool.map(shared_in, (r for r in regions if r != query.region))))
    return Findings(
        here,
        elsewhere=elsewhere,
        community=[] if query.allow_community else told("community images", community),
        others=told("what other accounts share", lambda: _list(ecs, query.region)),
        own=told("this account's own images", lambda: _list(ecs, query.region, owner_alias="self")),
        unasked=unasked,
    )


class KeptValues(Generic[K, T]):
    """Values that are made once for each key. Safe to use from several threads."""

    def __init__(self) -> None:
        self._values: dict[K, T] = {}
        self._locks: dict[K, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: K, make: Callable[[], T], *, anew: bool = False) -> tuple[T, bool]:
        """The value, and whether it was made just now; `anew` makes it again."""
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            is_made = anew or key not in self._values
            if is_made:
                self._values[key] = make()
            return self._values[key], is_made


def _list(
    ecs: Ecs, region: str, *, owner_alias: str = "others", owner_id: str | None = None, community: bool = False
) -> list[Listed]:
    images = ecs.listed_images(region, owner_alias=owner_alias, owner_id=owner_id, community=community)
    return [listed(image) for image in images]
