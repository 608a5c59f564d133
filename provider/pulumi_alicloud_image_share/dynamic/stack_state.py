"""What the stack's own state has, as the program reads it once a run: a provider is not handed it where it matters.

Where a resource is replaced by request or renamed, the engine tells the provider nothing of what it was before.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

from ..engine import state as engine_state
from ..errors import ConfigError
from ..resource.base import AnyResource, Resources, SharesByUrn
from ..resource.names import resource_id
from .facts import read_facts
from .program_errors import for_the_terminal


@dataclass(frozen=True)
class SharesInState:
    """The shares of the state.

    Attributes:
        all: URN to resource ID (``<region>:<image_id>``) to the account IDs that the share holds.
        renamed: The URN that the outputs of a share still have, to the URNs that the state has such shares under.
    """

    all: SharesByUrn
    renamed: Mapping[str, Collection[str]] = field(default_factory=dict)

    def around(self, images: Collection[str]) -> SharesByUrn:
        """Return all accounts of some images, and of the others those that several shares hold."""
        found = {
            urn: {
                image: list(accounts) if image in images else [each for each in accounts if each in self._twice[image]]
                for image, accounts in held.items()
            }
            for urn, held in self.all.items()
            if any(image in images or image in self._twice for image in held)
        }
        return {urn: {image: accounts for image, accounts in held.items() if accounts} for urn, held in found.items()}

    @cached_property
    def _twice(self) -> Mapping[str, Collection[str]]:
        counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for held in self.all.values():
            for image, accounts in held.items():
                counts[image].update(accounts)
        several = {image: {each for each, n in count.items() if n > 1} for image, count in counts.items()}
        return {image: accounts for image, accounts in several.items() if accounts}


_reads: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Task[Resources]] = WeakKeyDictionary()
_shares: WeakKeyDictionary[asyncio.AbstractEventLoop, SharesInState] = WeakKeyDictionary()


async def resources_in_state() -> Resources:
    """All resources that the stack's state has, as it was when the program first asked. A new stack has none.

    Raises:
        ConfigError: The engine can't read it. Nothing was changed.
    """
    loop = asyncio.get_running_loop()
    if loop not in _reads:
        _reads[loop] = asyncio.ensure_future(_read())
    return await _reads[loop]


async def shares_in_state(resource_type: type[AnyResource]) -> SharesInState:
    """Return the shares of the state, found once a run.

    Raises:
        ConfigError: The engine can't read the state. Nothing was changed.
    """
    resources = await resources_in_state()
    loop = asyncio.get_running_loop()
    if loop not in _shares:
        _shares[loop] = find_shares(resources, resource_type)
    return _shares[loop]


async def _read() -> Resources:
    try:
        return await engine_state.read_resources()
    except ConfigError as error:
        raise for_the_terminal(error) from None


def outputs_of(resources: Resources, urn: str, resource_type: type[AnyResource]) -> dict[str, Any] | None:
    """Return the outputs that the state has under a URN, with Python's names, None if it has none."""
    outputs = (resources.get(urn) or {}).get("outputs")
    return resource_type.in_python(outputs) if outputs else None


def find_shares(resources: Resources, resource_type: type[AnyResource]) -> SharesInState:
    """Return the shares that the state manages, of both frontends."""
    shares: defaultdict[str, dict[str, list[str]]] = defaultdict(dict)
    by_outputs: defaultdict[str, list[str]] = defaultdict(list)
    for urn, resource in resources.items():
        if resource.get("type") not in (resource_type.dynamic_type, resource_type.plugin_type()):
            continue
        share = resource_type.in_python(resource.get("outputs") or {})
        facts = read_facts(share)
        if isinstance(share.get("accounts"), Mapping) and not facts.is_read_only:
            image = resource_id(str(share.get("region")), str(share.get("image_id")))
            shares[urn][image] = [*share["accounts"]]
            by_outputs[facts.urn or urn].append(urn)
    # After `pulumi state rename`, and under an alias until its next change, the outputs have a former URN.
    return SharesInState(shares, {former: urns for former, urns in by_outputs.items() if urns != [former]})
