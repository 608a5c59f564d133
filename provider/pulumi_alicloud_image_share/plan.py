"""From the accounts that have access and those that should, to the fewest legal calls. Pure: nothing is called here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .errors import RuleBroken

BATCH_SIZE = 10
"""Accounts that one ModifyImageSharePermission call may add, and may remove. ECS silently drops the 11th."""


@dataclass(frozen=True)
class Call:
    """One ModifyImageSharePermission call: at most `BATCH_SIZE` accounts to add and as many to remove."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()

    def reversed(self) -> Call:
        """The call that takes this one back."""
        return Call(add=self.remove, remove=self.add)


@dataclass(frozen=True)
class SharePlan:
    """Who gains access, who loses it, and the calls that make it so, in order."""

    gain: tuple[str, ...] = ()
    lose: tuple[str, ...] = ()
    calls: tuple[Call, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.calls)


def plan_share(live: Iterable[str], *, gain: Iterable[str], lose: Iterable[str] = (), max_accounts: int) -> SharePlan:
    """Plan the fewest calls that give `gain` access and take it from `lose`.

    Whether ECS counts the removals or the additions of one call first is not documented, so no call adds accounts
    that would not fit beside all those that have access before it: removals come first where the quota is near.

    Args:
        live: Account IDs that have access now.
        gain: Account IDs that should have it; those in `live` need nothing.
        lose: Account IDs that should not have it; those not in `live` need nothing.
        max_accounts: How many accounts the image may be shared with at any moment.

    Raises:
        RuleBroken: The accounts to gain access do not fit under `max_accounts`.
    """
    now = frozenset(live)
    adding = tuple(sorted(set(gain) - now))
    removing = tuple(sorted((set(lose) & now) - set(gain)))
    after = len(now) + len(adding) - len(removing)
    if adding and after > max_accounts:
        raise RuleBroken(
            f"{len(adding)} more accounts do not fit",
            [quota_sentence(before=len(now) - len(removing), adding=len(adding), max_accounts=max_accounts)],
        )
    return SharePlan(adding, removing, tuple(_calls(len(now), adding, removing, max_accounts)))


def quota_sentence(*, before: int, adding: int, max_accounts: int) -> str:
    """The sentence that says by how much an image would pass its quota of accounts."""
    return (
        f"the image is shared with {before} other account{'' if before == 1 else 's'} and {adding} more would make "
        f"{before + adding}, over max_accounts ({max_accounts}): unshare some, or raise the quota in Quota Center "
        "and then max_accounts."
    )


def _calls(count: int, adding: tuple[str, ...], removing: tuple[str, ...], limit: int) -> Iterator[Call]:
    while adding or removing:
        room = max(0, min(BATCH_SIZE, limit - count))
        add, adding = adding[:room], adding[room:]
        remove, removing = removing[:BATCH_SIZE], removing[BATCH_SIZE:]
        count += len(add) - len(remove)
        yield Call(add, remove)
