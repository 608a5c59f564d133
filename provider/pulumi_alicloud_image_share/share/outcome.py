"""What a failed change of sharing leaves, and what a rollback sends. Pure: no call, no clock, no thread.

Rollback, cancellation and what is left behind are decided here and nowhere else. Two sources say who had access before
a change: the list of ECS (`before`), which may lag behind, and the stack's state (`in_state`), which a change in the
console makes out of date. An account in either is never unshared by a rollback.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from ..cloud.model import ShareCall
from .journal import Entry, Result

_Access: TypeAlias = bool | None
"""Whether an account has access, None if that is not known."""


class Cause(Enum):
    """Why a change did not succeed."""

    CALL_FAILED = "call failed"
    """A call failed, or who has access could not be read."""
    NOT_VISIBLE = "not visible"
    """ECS accepted all calls, but its list does not show the result."""
    IMAGE_MISSING = "image missing"
    """ECS does not find the image any more: it was deleted, or is not visible to these credentials."""
    CANCELLED = "cancelled"
    """The run was cancelled."""


@dataclass(frozen=True)
class Outcome:
    """What a failed change left. All sets hold account IDs.

    Attributes:
        cause: Why the change did not succeed.
        changed_nothing: Whether no call may have been applied.
        gained: Accounts that had no access before and may have it now, apart from `kept`.
        lost: Accounts that had access before, by the list or by the state, and may have lost it.
        kept: Accounts of the state that ECS did not list before, and that stay shared: the state lists them, so a
            rollback does not unshare them.
        unsure: Those of the three above for which a call got no answer.
        live: Every account that may have access: account ID to the time since when, ISO 8601 in UTC, "" if its access
            was not seen since the last change of it.
        new: Those of `live` that ECS did not list before and that this change shared with.
        confirmed: Whether ECS has listed who has access after the last call.
    """

    cause: Cause
    changed_nothing: bool = False
    gained: frozenset[str] = frozenset()
    lost: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()
    unsure: frozenset[str] = frozenset()
    live: Mapping[str, str] = field(default_factory=dict)
    new: frozenset[str] = frozenset()
    confirmed: bool = False

    @property
    def is_as_before(self) -> bool:
        """Whether the same accounts have access as before the change."""
        return not (self.gained or self.lost or self.kept)


def may_have_changed(journal: Iterable[Entry]) -> bool:
    """Whether any call may have been applied."""
    return any(entry.result is not Result.REFUSED for entry in journal)


def nonexistent(journal: Iterable[Entry]) -> frozenset[str]:
    """The account IDs that ECS reported as nonexistent."""
    return frozenset[str]().union(*(entry.gone for entry in journal))


def undo(
    journal: Sequence[Entry], before: Collection[str], in_state: Collection[str], cause: Cause
) -> tuple[ShareCall, ...]:
    """The calls of a rollback, newest change first.

    Unshares come first: they make room for the accounts that get access back. Only accounts that neither the list nor
    the state had before are unshared. Only accounts that were listed before get access back: the others may have been
    unshared in the console. An unshare that ECS accepted and that does not show yet is not undone, and neither is
    anything after a cancellation or on a missing image.

    Args:
        journal: The calls that were sent.
        before: Account IDs that ECS listed before the change.
        in_state: Account IDs that the stack's state lists for the image.
        cause: Why the change did not succeed.
    """
    if cause in (Cause.CANCELLED, Cause.IMAGE_MISSING):
        return ()
    calls = [entry.call for entry in reversed(journal) if entry.result is not Result.REFUSED]
    stays = {*before, *in_state} | nonexistent(journal)
    unshares = [ShareCall(remove=accounts) for accounts in _each_once((call.add for call in calls), stays)]
    if cause is Cause.NOT_VISIBLE:
        return tuple(unshares)
    was_not_listed = {account for call in calls for account in call.remove} - {*before} | nonexistent(journal)
    shares = [ShareCall(add=accounts) for accounts in _each_once((call.remove for call in calls), was_not_listed)]
    return (*unshares, *shares)


def outcome(
    journal: Sequence[Entry],
    before: Collection[str],
    in_state: Collection[str],
    listed: Mapping[str, str] | None,
    cause: Cause,
) -> Outcome:
    """What a failed change left, after its rollback if there was one.

    Args:
        journal: All calls that were sent, those of the rollback included.
        before: Account IDs that ECS listed before the change.
        in_state: Account IDs that the stack's state lists for the image.
        listed: Who has access by the list that ECS gave after the last call, account ID to the time since when; None if
            there is no such list.
        cause: Why the change did not succeed.
    """
    had = {*before, *in_state}
    by_calls = _access_after(journal, before, in_state)
    access = {account: _checked(now, account, listed) for account, now in by_calls.items()}
    added = _touched(entry.call.add for entry in journal if entry.result is not Result.REFUSED) & access.keys()
    removed = _touched(entry.call.remove for entry in journal if entry.result is not Result.REFUSED) & access.keys()
    may_have = {account for account, now in access.items() if now is not False}
    may_lack = {account for account, now in access.items() if now is not True}
    gained = frozenset((may_have & added) - had)
    lost = frozenset(may_lack & removed & had)
    kept = frozenset((may_have & added & had).difference(before))
    live = _live(access, {*had, *added}, listed)
    return Outcome(
        cause,
        changed_nothing=not may_have_changed(journal),
        gained=gained,
        lost=lost,
        kept=kept,
        unsure=(gained | lost | kept).intersection(account for account, now in by_calls.items() if now is None),
        live=live,
        new=frozenset(live.keys() & added).difference(before),
        confirmed=listed is not None,
    )


def _access_after(journal: Iterable[Entry], before: Collection[str], in_state: Collection[str]) -> dict[str, _Access]:
    """Who has access by what the calls did, of the accounts that a call may have changed."""
    gone = nonexistent(journal)
    access: dict[str, _Access] = {}
    for entry in journal:
        if entry.result is Result.REFUSED:
            continue
        for accounts, target in ((entry.call.add, True), (entry.call.remove, False)):
            for account in accounts:
                if account in gone:
                    continue
                at_first = True if account in before else None if account in in_state else False
                now = access.get(account, at_first)
                access[account] = target if entry.result is Result.APPLIED or now is target else None
    return access


def _checked(by_calls: _Access, account: str, listed: Mapping[str, str] | None) -> _Access:
    """Access by the calls, in doubt if the list contradicts."""
    return by_calls if listed is None or by_calls is (account in listed) else None


def _live(access: Mapping[str, _Access], may_have: Collection[str], listed: Mapping[str, str] | None) -> dict[str, str]:
    """Who may have access. An unshare counts once the list confirms it."""
    seen = listed or {}
    live = {}
    for account in sorted({*may_have, *seen}):
        now = access.get(account, account in seen)
        if account in access and now is False and listed is not None:
            continue
        live[account] = seen.get(account, "") if now else ""
    return live


def _touched(accounts: Iterable[Iterable[str]]) -> set[str]:
    return {account for some in accounts for account in some}


def _each_once(groups: Iterable[Sequence[str]], without: Collection[str]) -> Iterable[tuple[str, ...]]:
    """The groups, each account once and some accounts left out; empty groups are dropped."""
    seen = {*without}
    for group in groups:
        rest = tuple(account for account in group if account not in seen)
        seen.update(rest)
        if rest:
            yield rest
