"""Whether a change of a share changes who has access, and the fewest legal calls for that. Pure: it calls nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .. import slots
from ..cloud.model import BATCH_SIZE, ShareCall
from ..errors import RuleBroken
from .record import KnownShare, Share


def changes_access(old: Share, spec: Share) -> bool:
    """Whether more than names and limits change: who has access, or whether others may have it."""
    return not spec.all_accounts_known or spec.accounts.keys() != old.accounts.keys() or becomes_exclusive(old, spec)


def has_unseen(old: KnownShare, spec: Share) -> bool:
    """Whether an account of the state was never seen to have access: an interrupted run may have shared with it."""
    return any(not old.shared_at.get(account) for account in spec.accounts.keys() & old.accounts.keys())


def needs_image(old: Share | None, spec: Share) -> bool:
    """Whether the rules of the live image matter: not where access is only taken away."""
    gains = old is None or not spec.all_accounts_known or not spec.accounts.keys() <= old.accounts.keys()
    return gains or becomes_exclusive(old, spec)


def becomes_exclusive(old: Share | None, spec: Share) -> bool:
    """Return whether the share becomes exclusive with this change."""
    return spec.exclusive is True and (old is None or not old.exclusive)


@dataclass(frozen=True)
class SharePlan:
    """Who gains access, who loses it, who keeps it, and the calls that make it so.

    Attributes:
        gain: The account IDs that gain access.
        lose: Those that lose it.
        keep: Those that keep it.
        calls: The calls, in order.
        is_in_any_order: Whether the calls may be made side by side: none of them makes room for another, whatever the
            account's quota truly is.
    """

    gain: tuple[str, ...] = ()
    lose: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    calls: tuple[ShareCall, ...] = ()
    is_in_any_order: bool = False

    def __bool__(self) -> bool:
        return bool(self.calls)


def plan_share(
    live: Iterable[str],
    *,
    wanted: Iterable[str],
    lose: Iterable[str] = (),
    max_accounts: int,
    had: Iterable[str] | None = None,
) -> SharePlan:
    """Plan the fewest calls that give `wanted` access and take it from `lose`.

    Whether ECS counts the removals or the additions of one call first is not documented, so no call adds accounts
    that would not fit beside all those that have access before it: removals come first where the quota is near.

    Args:
        live: Account IDs that are listed as having access now.
        wanted: Account IDs that should have it; those in both `live` and `had` need nothing.
        lose: Account IDs that should not have it. Those not in `live` are unshared too: the list may lag.
        max_accounts: How many accounts the image may be shared with at any moment.
        had: Account IDs that are known to have had access. An account that is only listed is shared with all the same:
            the list may lag. None: the list is right.

    Raises:
        RuleBroken: The accounts to gain access do not fit under `max_accounts`.
    """
    now, want = frozenset(live), frozenset(wanted)
    gain = tuple(sorted(want - now))
    listed_only = tuple(sorted((want & now) - (now if had is None else frozenset(had))))
    going = frozenset(lose) - want
    # Accounts that are listed go first, since only they make room.
    removing = (*sorted(going & now), *sorted(going - now))
    before = len(now - going)
    if gain and before + len(gain) > max_accounts:
        sentence = quota_sentence(before=before, adding=len(gain), max_accounts=max_accounts)
        raise RuleBroken(f"{len(gain)} more accounts do not fit", [sentence])
    calls = tuple(_calls(now, gain, listed_only, removing, max_accounts))
    return SharePlan(gain, tuple(sorted(going)), tuple(sorted(want & now)), calls, not gain or not going)


def quota_sentence(*, before: int, adding: int, max_accounts: int) -> str:
    """The sentence that says by how much an image would pass its quota of accounts."""
    return (
        f"the image is shared with {before} other account{'' if before == 1 else 's'} and {adding} more would make "
        f"{before + adding}, over {slots.prop('max_accounts')} ({max_accounts}): unshare some, or raise "
        f"{slots.prop('max_accounts')}, and the quota in Quota Center if it is lower."
    )


def _calls(
    now: frozenset[str], adding: tuple[str, ...], again: tuple[str, ...], removing: tuple[str, ...], limit: int
) -> Iterator[ShareCall]:
    count = len(now)
    while adding or again or removing:
        room = max(0, min(BATCH_SIZE, limit - count))
        add, adding = adding[:room], adding[room:]
        count += len(add)
        # Who is listed already takes no room.
        seats = BATCH_SIZE - len(add)
        add, again = add + again[:seats], again[seats:]
        remove, removing = removing[:BATCH_SIZE], removing[BATCH_SIZE:]
        count -= len(now.intersection(remove))
        yield ShareCall(add, remove)
