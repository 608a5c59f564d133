"""What a rollback sends and what a failed change leaves: a table of situations, and rules that hold in all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_alicloud_image_share.cloud.model import ShareCall
from pulumi_alicloud_image_share.share.journal import Entry, Result
from pulumi_alicloud_image_share.share.outcome import (
    Cause,
    Outcome,
    may_have_changed,
    nonexistent,
    outcome,
    undo,
)
from pulumi_alicloud_image_share.share.plan import plan_share

APPLIED, REFUSED, UNKNOWN = Result.APPLIED, Result.REFUSED, Result.UNKNOWN
CALL_FAILED, NOT_VISIBLE, IMAGE_MISSING, CANCELLED = Cause
A, B, C, D, E, F = "ABCDEF"
SINCE = "2026-01-01T00:00:00Z"
NOTHING = frozenset[str]()


def add(accounts: str, result: Result = APPLIED, *, gone: str = "") -> Entry:
    return Entry(ShareCall(add=tuple(accounts)), result, gone=frozenset(gone))


def remove(accounts: str, result: Result = APPLIED, *, gone: str = "") -> Entry:
    return Entry(ShareCall(remove=tuple(accounts)), result, gone=frozenset(gone))


def swap(added: str, removed: str, result: Result = APPLIED) -> Entry:
    return Entry(ShareCall(tuple(added), tuple(removed)), result)


def unshared(accounts: str, result: Result = APPLIED, *, gone: str = "") -> Entry:
    """A call of a rollback that unshares."""
    return Entry(ShareCall(remove=tuple(accounts)), result, takes_back=True, gone=frozenset(gone))


def shared(accounts: str, result: Result = APPLIED, *, gone: str = "") -> Entry:
    """A call of a rollback that shares."""
    return Entry(ShareCall(add=tuple(accounts)), result, takes_back=True, gone=frozenset(gone))


def seen(accounts: str) -> dict[str, str]:
    return dict.fromkeys(accounts, SINCE)


@dataclass(frozen=True)
class Undo:
    """A journal, and the rollback that follows: "-" before what it unshares, "+" before what it shares."""

    journal: Sequence[Entry]
    calls: Sequence[str]
    before: str = ""
    in_state: str = ""
    cause: Cause = CALL_FAILED


UNDO = {
    "nothing was sent": Undo([], []),
    "the only call was refused": Undo([add("AB", REFUSED)], []),
    "a call was refused after another": Undo([add("AB"), add("CD", REFUSED)], ["-AB"]),
    "the newest call first": Undo([add("A"), add("B"), add("C"), add("D", REFUSED)], ["-C", "-B", "-A"]),
    "a call got no answer": Undo([add("AB"), add("CD", UNKNOWN)], ["-CD", "-AB"]),
    "side by side, partly applied": Undo(
        [add("A"), add("B", REFUSED), add("C", UNKNOWN), add("D")], ["-D", "-C", "-A"]
    ),
    "an unshare was applied": Undo([remove("AB"), remove("CD", REFUSED)], ["+AB"], before="ABCD", in_state="ABCD"),
    "an unshare got no answer": Undo([remove("AB", UNKNOWN)], ["+AB"], before="AB"),
    "unshares first, to make room": Undo(
        [swap("A", "B"), swap("C", "D"), add("E", REFUSED)], ["-C", "-A", "+D", "+B"], before="BD"
    ),
    "an account that was listed before keeps access": Undo([add("AB"), add("C", REFUSED)], ["-B"], before="A"),
    "an account of the state keeps access": Undo([add("AB"), add("C", REFUSED)], ["-B"], in_state="A"),
    "a call with only such accounts is dropped": Undo([add("AB"), add("C", REFUSED)], [], before="A", in_state="B"),
    "an account that was not listed gets nothing back": Undo(
        [remove("AB"), remove("C", REFUSED)], ["+A"], before="A", in_state="ABC"
    ),
    "the result does not show": Undo([swap("A", "B")], ["-A"], before="B", cause=NOT_VISIBLE),
    "an unshare does not show": Undo([remove("AB")], [], before="AB", cause=NOT_VISIBLE),
    "the image is missing": Undo([swap("A", "B"), add("C", REFUSED)], [], before="B", cause=IMAGE_MISSING),
    "the run was cancelled before the first call": Undo([add("A", REFUSED)], [], cause=CANCELLED),
    "the run was cancelled midway": Undo([swap("A", "B"), add("C", UNKNOWN)], [], before="B", cause=CANCELLED),
    "an account to unshare does not exist": Undo(
        [remove("AB", REFUSED, gone="A"), remove("B"), remove("C", REFUSED)], ["+B"], before="ABC"
    ),
    "a call with an account that does not exist got no answer at first": Undo(
        [remove("AB", UNKNOWN, gone="A"), remove("B"), remove("C", REFUSED)], ["+B"], before="ABC"
    ),
    "an account to share with does not exist": Undo([add("A"), add("BC", UNKNOWN, gone="B")], ["-C", "-A"]),
    "an account in two calls": Undo([add("AB"), add("BC"), add("D", REFUSED)], ["-BC", "-A"]),
    "an account that lost access in two calls": Undo(
        [remove("AB"), remove("BC"), remove("D", REFUSED)], ["+BC", "+A"], before="ABCD"
    ),
}


@pytest.mark.parametrize("case", UNDO)
def test_a_rollback_sends(case: str) -> None:
    this = UNDO[case]
    calls = undo(this.journal, this.before, this.in_state, this.cause)
    assert not any(call.add and call.remove for call in calls)
    assert [f"+{''.join(call.add)}" if call.add else f"-{''.join(call.remove)}" for call in calls] == this.calls


@dataclass(frozen=True)
class Left:
    """A journal, with its rollback if there was one, and what it leaves.

    In `live`, accounts in upper case were seen to have access, those in lower case were not.
    """

    journal: Sequence[Entry]
    live: str
    before: str = ""
    in_state: str = ""
    listed: str | None = None
    cause: Cause = CALL_FAILED
    gained: str = ""
    lost: str = ""
    kept: str = ""
    unsure: str = ""
    new: str = ""


LEFT = {
    "nothing was sent": Left([], ""),
    "nothing was sent, and the list is known": Left([], "A", before="A", listed="A"),
    "the only call was refused": Left([add("AB", REFUSED)], "c", before="C"),
    "refused, then rolled back": Left([add("A"), add("B", REFUSED), unshared("A")], "C", before="C", listed="C"),
    "rolled back, and the list cannot be read": Left([add("A"), add("B", REFUSED), unshared("A")], "a", new="A"),
    "rolled back both ways": Left([swap("A", "B"), unshared("A"), shared("B")], "B", before="B", listed="B"),
    "rolled back both ways, unseen": Left([swap("A", "B"), unshared("A"), shared("B")], "ab", before="B", new="A"),
    "the rollback does not show yet": Left(
        [swap("A", "B"), unshared("A"), shared("B")], "ab", before="B", listed="A", gained="A", lost="B", new="A"
    ),
    "the rollback was refused": Left([add("AB"), unshared("AB", REFUSED)], "ab", gained="AB", new="AB"),
    "half of the rollback was refused": Left(
        [add("A"), add("B"), unshared("B", REFUSED), unshared("A")], "ab", gained="B", new="AB"
    ),
    "the rollback got no answer": Left([add("A"), unshared("A", UNKNOWN)], "a", gained="A", unsure="A", new="A"),
    "sharing again was refused": Left([remove("AB"), shared("AB", REFUSED)], "ab", before="AB", lost="AB"),
    "sharing again got no answer": Left([remove("A"), shared("A", UNKNOWN)], "a", before="A", lost="A", unsure="A"),
    "a call got no answer, and the rollback was refused": Left(
        [add("A", UNKNOWN), unshared("A", REFUSED)], "a", gained="A", unsure="A", new="A"
    ),
    "a call got no answer, and the rollback was applied": Left([add("A", UNKNOWN), unshared("A")], "", listed=""),
    "an unshare got no answer": Left([remove("A", UNKNOWN)], "a", before="A", lost="A", unsure="A"),
    "an unshare of an account that was not listed got no answer": Left(
        [remove("A", UNKNOWN)], "a", in_state="A", listed="", lost="A", unsure="A"
    ),
    "an unshare with an account that does not exist got no answer": Left(
        [remove("AB", UNKNOWN, gone="A")], "ab", before="AB", lost="B", unsure="B"
    ),
    "an unshare got no answer and was undone": Left([remove("A", UNKNOWN), shared("A")], "A", before="A", listed="A"),
    "the list lagged, and an account of the state stays shared": Left(
        [add("AB"), unshared("B")], "A", in_state="A", listed="A", kept="A", new="A"
    ),
    "the list lags, and an account of the state stays shared": Left(
        [add("AB"), unshared("B")], "a", in_state="A", listed="", kept="A", new="A"
    ),
    "sharing with one of the state got no answer": Left(
        [add("A", UNKNOWN)], "a", in_state="A", kept="A", unsure="A", new="A"
    ),
    "an account of the state that was not listed stays unshared": Left(
        [remove("AB"), shared("A")], "A", before="A", in_state="AB", listed="A", lost="B"
    ),
    "the same, and the list cannot be read": Left(
        [remove("AB"), shared("A")], "ab", before="A", in_state="AB", lost="B"
    ),
    "the same, and another call of the rollback was refused": Left(
        [remove("AB"), add("C"), unshared("C", REFUSED), shared("A")],
        "abc",
        before="A",
        in_state="AB",
        gained="C",
        lost="B",
        new="C",
    ),
    "an account of the state that no call touched": Left([add("A"), unshared("A")], "b", in_state="B", listed=""),
    "an unshare does not show": Left([remove("AB")], "bC", before="ABC", listed="BC", cause=NOT_VISIBLE, lost="AB"),
    "a share did not show and was rolled back": Left([add("A"), unshared("A")], "", listed="", cause=NOT_VISIBLE),
    "an account that was listed is shared with again": Left([add("A")], "A", before="A", listed="A"),
    "the same, without an answer": Left([add("A", UNKNOWN)], "A", before="A", listed="A"),
    "the same, and the list lags": Left([add("A")], "a", before="A", listed=""),
    "another account is listed": Left([add("A"), unshared("A")], "B", listed="B"),
    "another account was listed and is no more": Left([add("A"), unshared("A")], "b", before="B", listed=""),
    "the image is missing": Left(
        [swap("A", "B"), add("C", REFUSED)], "abd", before="BD", cause=IMAGE_MISSING, gained="A", lost="B", new="A"
    ),
    "the image is missing, and an account of the state was shared with": Left(
        [add("AB")], "ab", in_state="B", cause=IMAGE_MISSING, gained="A", kept="B", new="AB"
    ),
    "cancelled before the first call": Left([add("A", REFUSED)], "", cause=CANCELLED),
    "cancelled midway": Left(
        [swap("A", "B"), add("C", REFUSED)],
        "A",
        before="B",
        listed="A",
        cause=CANCELLED,
        gained="A",
        lost="B",
        new="A",
    ),
    "cancelled midway, and the list lags": Left(
        [swap("A", "B")], "ab", before="B", listed="B", cause=CANCELLED, gained="A", lost="B", new="A"
    ),
    "cancelled midway, and the list cannot be read": Left(
        [swap("A", "B")], "ab", before="B", cause=CANCELLED, gained="A", lost="B", new="A"
    ),
    "cancelled while a call was in flight": Left(
        [add("A"), add("B", UNKNOWN)], "Ab", listed="AB", cause=CANCELLED, gained="AB", unsure="B", new="AB"
    ),
    "cancelled while an unshare was in flight": Left(
        [remove("A", UNKNOWN)], "a", before="A", listed="A", cause=CANCELLED, lost="A", unsure="A"
    ),
    "cancelled during the rollback": Left(
        [add("A"), add("B"), unshared("B", UNKNOWN)],
        "Ab",
        listed="A",
        cause=CANCELLED,
        gained="AB",
        unsure="B",
        new="AB",
    ),
    "cancelled while access was given back": Left(
        [remove("A"), shared("A", UNKNOWN)], "a", before="A", listed="", cause=CANCELLED, lost="A", unsure="A"
    ),
    "an account to unshare does not exist": Left(
        [remove("AB", REFUSED, gone="A"), remove("B"), shared("B")], "aB", before="AB", listed="B"
    ),
    "it was not known at first": Left([remove("A", UNKNOWN, gone="A")], "A", before="A", listed="A"),
    "an account to share with does not exist": Left([add("AB", UNKNOWN, gone="A"), unshared("B")], "", listed=""),
    "an account that gained access is closed meanwhile": Left(
        [add("AB"), unshared("AB", REFUSED, gone="A"), unshared("B")], "", listed=""
    ),
    "an account that lost access is closed meanwhile": Left(
        [remove("AB"), shared("AB", REFUSED, gone="A"), shared("B")], "aB", before="AB", listed="B"
    ),
    "an account that neither source had is unshared": Left([remove("A")], "", listed=""),
    "the same, and it is listed": Left([remove("A")], "a", listed="A"),
    "such an unshare gets no answer": Left([remove("A", UNKNOWN)], "", listed=""),
}


def left_by(this: Left) -> Outcome:
    listed = None if this.listed is None else seen(this.listed)
    return outcome(this.journal, this.before, this.in_state, listed, this.cause)


@pytest.mark.parametrize("case", LEFT)
def test_a_failed_change_leaves(case: str) -> None:
    this = LEFT[case]
    assert left_by(this) == Outcome(
        this.cause,
        changed_nothing=all(entry.result is REFUSED for entry in this.journal),
        gained=frozenset(this.gained),
        lost=frozenset(this.lost),
        kept=frozenset(this.kept),
        unsure=frozenset(this.unsure),
        live={name.upper(): SINCE if name.isupper() else "" for name in this.live},
        new=frozenset(this.new),
        confirmed=this.listed is not None,
    )


@pytest.mark.parametrize("field", ["gained", "lost", "kept"])
def test_it_is_not_as_before_if_any_account_gained_lost_or_kept_access(field: str) -> None:
    changed: dict[str, Any] = {field: frozenset(A)}
    assert not Outcome(CALL_FAILED, **changed).is_as_before
    assert Outcome(CALL_FAILED, live={A: ""}, new=frozenset(A)).is_as_before


def test_accounts_are_live_in_the_order_of_their_ids() -> None:
    assert list(outcome([add("CA")], "D", "", seen("BD"), CANCELLED).live) == [A, B, C, D]


def test_only_a_call_that_was_not_refused_may_have_changed_something() -> None:
    assert not may_have_changed([])
    assert not may_have_changed([add("A", REFUSED)])
    assert may_have_changed([add("A", REFUSED), add("B", UNKNOWN)])
    assert may_have_changed([add("A"), add("B", REFUSED)])


def test_the_accounts_that_do_not_exist_are_those_of_all_calls() -> None:
    assert nonexistent([]) == NOTHING
    assert nonexistent([remove("AB", REFUSED, gone="A"), unshared("C", REFUSED, gone="C")]) == {A, C}


# A world in which every situation above can happen: who truly has access, what ECS lists of it, and what calls do.
ACCOUNTS = "ABCDEF"
accounts = st.sets(st.sampled_from(ACCOUNTS))


@dataclass
class World:
    """An image, the state of a stack, and a change of it that is sent with results that `draw` chooses."""

    draw: Callable[..., Any]
    truth: set[str] = field(default_factory=set)
    journal: list[Entry] = field(default_factory=list)
    in_flight: list[ShareCall] = field(default_factory=list)

    def send(self, call: ShareCall, *, takes_back: bool = False) -> None:
        result = self.draw(st.sampled_from(Result))
        if result is APPLIED or (result is UNKNOWN and self.draw(st.booleans())):
            self.carry_out(call)
        elif result is UNKNOWN:
            self.in_flight.append(call)
        self.journal.append(Entry(call, result, takes_back))

    def carry_out(self, call: ShareCall) -> None:
        self.truth = (self.truth | {*call.add}) - {*call.remove}


@dataclass(frozen=True)
class Story:
    """A change that failed, and all that is known and true of it."""

    gain: frozenset[str]
    before: frozenset[str]
    in_state: frozenset[str]
    cause: Cause
    planned: tuple[Entry, ...]
    journal: tuple[Entry, ...]
    had: frozenset[str]
    truth: frozenset[str]
    listed: Mapping[str, str] | None


@st.composite
def stories(draw: Callable[..., Any]) -> Story:
    """A change of a share, carried out with any results, then rolled back with any results.

    At least one of the two sources knows each account that has access at first, and the list at the end is true. After
    a cancellation, calls in flight may be carried out later than that.
    """
    had, in_state = draw(accounts), draw(accounts)
    before = {account for account in had if account not in in_state or draw(st.booleans())}
    wanted = draw(accounts)
    plan = plan_share(before, wanted=wanted, lose=in_state - wanted, max_accounts=6, had=in_state)
    world = World(draw, set(had))
    for call in plan.calls:
        for account in call.add:
            world.send(ShareCall(add=(account,)))
        for account in call.remove:
            world.send(ShareCall(remove=(account,)))
    cause = draw(st.sampled_from(Cause))
    planned = tuple(world.journal)
    for call in undo(planned, before, in_state, cause):
        world.send(call, takes_back=True)
    listed = seen("".join(sorted(world.truth))) if draw(st.booleans()) else None
    for call in world.in_flight:
        if cause is CANCELLED and draw(st.booleans()):
            world.carry_out(call)
    return Story(
        frozenset(plan.gain),
        frozenset(before),
        frozenset(in_state),
        cause,
        planned,
        tuple(world.journal),
        frozenset(had),
        frozenset(world.truth),
        listed,
    )


def result_of(story: Story) -> Outcome:
    return outcome(story.journal, story.before, story.in_state, story.listed, story.cause)


@given(story=stories())
def test_a_rollback_unshares_only_what_the_change_gave(story: Story) -> None:
    calls = undo(story.planned, story.before, story.in_state, story.cause)
    removed = {account for call in calls for account in call.remove}
    assert removed <= story.gain - story.in_state - story.before


@given(story=stories())
def test_a_rollback_shares_only_with_accounts_that_were_listed_and_unshared(story: Story) -> None:
    calls = undo(story.planned, story.before, story.in_state, story.cause)
    given_back = {account for call in calls for account in call.add}
    unshared = {a for entry in story.planned if entry.result is not REFUSED for a in entry.call.remove}
    assert given_back <= story.before & unshared


@given(story=stories())
def test_a_rollback_names_each_account_once_and_unshares_before_it_shares(story: Story) -> None:
    calls = undo(story.planned, story.before, story.in_state, story.cause)
    named = [account for call in calls for account in (*call.add, *call.remove)]
    assert len(named) == len(set(named))
    assert [bool(call.add) for call in calls] == sorted(bool(call.add) for call in calls)


@given(story=stories())
def test_every_account_that_has_access_is_live(story: Story) -> None:
    assert result_of(story).live.keys() >= story.truth


@given(story=stories())
def test_every_account_that_gained_access_is_reported_and_goes_into_the_state(story: Story) -> None:
    left = result_of(story)
    gained = story.truth - story.had
    assert gained <= left.gained | left.kept
    assert gained <= left.new


@given(story=stories())
def test_every_account_that_lost_access_is_reported(story: Story) -> None:
    assert story.had - story.truth <= result_of(story).lost


@given(story=stories())
def test_an_outcome_agrees_with_itself(story: Story) -> None:
    left = result_of(story)
    assert not left.gained & (left.lost | left.kept)
    assert left.unsure <= left.gained | left.lost | left.kept
    assert left.gained | left.kept <= left.new <= left.live.keys()
    assert left.changed_nothing == all(entry.result is REFUSED for entry in story.journal)
    assert left.is_as_before or not left.changed_nothing
    assert all(not since or account in (story.listed or {}) for account, since in left.live.items())


@given(story=stories())
def test_a_change_that_was_rolled_back_and_seen_is_as_before(story: Story) -> None:
    undone = story.journal[len(story.planned) :]
    if story.cause is CALL_FAILED and all(entry.result is APPLIED for entry in undone) and story.before == story.had:
        left = result_of(story)
        assert not left.gained
        assert left.lost | left.kept <= story.in_state - story.before
