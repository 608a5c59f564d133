"""What the stack's own state has, as the program reads it once a run: a provider is not handed it where it matters.

Where a resource is replaced by request or renamed, the engine tells the provider nothing of what it was before.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

from .. import engine_state
from ..errors import ConfigError
from ..kinds.contract import Resources
from ..kinds.resource_id import resource_id
from .facts import read_facts
from .program_errors import for_the_terminal

Counts = Mapping[str, Mapping[str, int]]
"""Resource ID to account ID to how many shares list it for that image."""


@dataclass(frozen=True)
class Listed:
    """Who lists which account in the state.

    Attributes:
        counts: All of it.
    """

    counts: Counts

    def around(self, own_images: Collection[str]) -> Counts:
        """All accounts of some images, and of the others those that several shares list."""
        return {**self._several, **{image: self.counts[image] for image in own_images if self.counts.get(image)}}

    @cached_property
    def _several(self) -> Counts:
        found = {image: {account: n for account, n in count.items() if n > 1} for image, count in self.counts.items()}
        return {image: accounts for image, accounts in found.items() if accounts}


_reads: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Task[Resources]] = WeakKeyDictionary()
_counts: WeakKeyDictionary[asyncio.AbstractEventLoop, Listed] = WeakKeyDictionary()


async def resources_in_state() -> Resources:
    """All resources that the stack's state has, as it was when the program first asked. A new stack has none.

    Raises:
        ConfigError: The engine can't read it. Nothing was changed.
    """
    loop = asyncio.get_running_loop()
    if loop not in _reads:
        _reads[loop] = asyncio.ensure_future(_read())
    return await _reads[loop]


async def listed_in_state(share_type: str) -> Listed:
    """Who lists which account in the state, counted once a run.

    Raises:
        ConfigError: The engine can't read the state. Nothing was changed.
    """
    resources = await resources_in_state()
    loop = asyncio.get_running_loop()
    if loop not in _counts:
        _counts[loop] = Listed(count_listed(resources, share_type))
    return _counts[loop]


async def _read() -> Resources:
    try:
        return await engine_state.read_resources()
    except ConfigError as error:
        raise for_the_terminal(error) from None


def outputs_of(resources: Resources, urn: str) -> dict[str, Any] | None:
    """The outputs that the state has of a resource, None if it has none."""
    found = resources.get(urn)
    return dict(found.get("outputs") or {}) if found else None


def count_listed(resources: Resources, share_type: str) -> Counts:
    """Who lists which account in a state; what a program only reads lists nobody."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for share in _shares(resources, share_type):
        counts[resource_id(str(share.get("region")), str(share.get("image_id")))].update(list(share["accounts"]))
    return {image: dict(count) for image, count in counts.items()}


def _shares(resources: Resources, share_type: str) -> list[Mapping[str, Any]]:
    """The outputs of all shares of this type that the state manages."""
    found = [resource.get("outputs") or {} for resource in resources.values() if resource.get("type") == share_type]
    return [
        share for share in found if isinstance(share.get("accounts"), Mapping) and not read_facts(share).is_read_only
    ]
