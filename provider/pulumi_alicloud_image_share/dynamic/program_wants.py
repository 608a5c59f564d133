"""What the shares of a program list, as far as it is known before they are registered.

The engine checks one share after the other, and a share that gives an account up must know whether another share of the
program lists it. A program's main part makes its resources before Pulumi registers the first, so most of that is known.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final
from weakref import WeakKeyDictionary

import pulumi

from ..accounts import parse_accounts

_WAIT_SECONDS: Final = 0.2
"""How long a share waits for what another one lists: it may depend on this very share."""


@dataclass(frozen=True)
class _Wish:
    urn: Callable[[], Awaitable[str]]
    region: Any
    accounts: Any


class ProgramWants:
    """The shares that a program has made until now."""

    def __init__(self) -> None:
        """Know no share."""
        self._wishes: defaultdict[object, list[_Wish]] = defaultdict(list)

    @staticmethod
    def of_this_program() -> ProgramWants:
        """Return what is known of the program that runs in this event loop."""
        loop = asyncio.get_event_loop()
        if loop not in _programs:
            _programs[loop] = ProgramWants()
        return _programs[loop]

    def add(self, urn: Callable[[], Awaitable[str]], image_id: Any, region: Any, accounts: Any) -> None:
        """Record a share that the program makes.

        Args:
            urn: Returns its URN.
            image_id: The argument `image_id`, of whatever form the program gives.
            region: The argument `region`.
            accounts: The argument `accounts`.
        """
        self._wishes[_key(image_id)].append(_Wish(urn, region, accounts))

    async def others(self, urn: str, image_id: Any, region: Any) -> dict[str, list[str]]:
        """Return URN to account IDs of the other shares of the same image.

        An image is the same if both shares are given the same text or the very same output, in the same region.

        Args:
            urn: The URN of the share that asks.
            image_id: The argument `image_id` of that share.
            region: The argument `region` of that share.
        """
        found: dict[str, list[str]] = {}
        for wish in self._wishes[_key(image_id)]:
            if _key(wish.region) != _key(region):
                continue
            task = asyncio.ensure_future(_read(wish))
            # Not cancelled after that: what it waits for is the program's own.
            await asyncio.wait({task}, timeout=_WAIT_SECONDS)
            if task.done() and not task.exception():
                name, accounts = task.result()
                found[name] = accounts
        return {name: accounts for name, accounts in found.items() if name != urn and accounts}


_programs: WeakKeyDictionary[asyncio.AbstractEventLoop, ProgramWants] = WeakKeyDictionary()


def _key(value: Any) -> object:
    return value if value is None or isinstance(value, str) else id(value)


async def _read(wish: _Wish) -> tuple[str, list[str]]:
    given = pulumi.Output.from_input(wish.accounts)
    known = await given.future() if await given.is_known() else None
    accounts, _ = parse_accounts(known, [])
    return await wish.urn(), sorted(accounts)
