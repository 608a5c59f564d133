"""Each call is sent once, the first one alone and the others side by side, and what may have happened is recorded."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import pytest

from pulumi_alicloud_image_share.cloud.model import ShareCall
from pulumi_alicloud_image_share.errors import (
    Cancelled,
    ConfigError,
    EcsError,
    EcsUnavailable,
    ImageNotFound,
    ImageShareError,
)
from pulumi_alicloud_image_share.share.journal import Entry, Journal, Result, Sender, Target
from pulumi_alicloud_image_share.share.plan import SharePlan
from support.fake_ecs import ACTION, FakeEcs, nonexistent, refused, unanswered

APPLIED, REFUSED, UNKNOWN = Result.APPLIED, Result.REFUSED, Result.UNKNOWN
A, B, C, D, E = "1000000000000001", "1000000000000002", "1000000000000003", "1000000000000004", "1000000000000005"
FIVE = (A, B, C, D, E)
TARGET = Target("cn-hangzhou", "m-bp1golden00000000001")
NO_ONE = frozenset[str]()


def sender(ecs: FakeEcs) -> Sender:
    return Sender(TARGET, ecs, Journal())  # type: ignore[arg-type]


def adding(accounts: Sequence[str], *, in_any_order: bool = True) -> SharePlan:
    """A plan of one call for each account."""
    calls = tuple(ShareCall(add=(account,)) for account in accounts)
    return SharePlan(gain=tuple(accounts), calls=calls, is_in_any_order=in_any_order)


def outcomes(journal: Journal) -> dict[str, Result]:
    """Each account that a call was to share with, and what became of the last such call."""
    return {account: entry.result for entry in journal.entries for account in entry.call.add}


def test_a_target_is_named_by_its_image_and_region() -> None:
    assert str(TARGET) == "image m-bp1golden00000000001 in cn-hangzhou"


def test_a_journal_keeps_its_entries_in_order() -> None:
    journal = Journal()
    first, second = Entry(ShareCall((A,)), APPLIED), Entry(ShareCall((B,)), REFUSED, takes_back=True)
    journal.record(first)
    before = journal.entries
    journal.record(second)
    assert (before, journal.entries) == ((first,), (first, second))


def test_a_call_goes_to_its_image_and_is_recorded() -> None:
    ecs = FakeEcs()
    work = sender(ecs)
    call = ShareCall((A,), (B,))
    work.send(call)
    assert ecs.images == {("cn-hangzhou", "m-bp1golden00000000001")}
    assert work.journal.entries == (Entry(call, APPLIED, takes_back=False, gone=NO_ONE),)


def test_a_call_of_a_rollback_is_recorded_as_such() -> None:
    work = sender(FakeEcs())
    work.send(ShareCall(remove=(A,)), takes_back=True)
    assert [entry.takes_back for entry in work.journal.entries] == [True]


@pytest.mark.parametrize(
    ("error", "result"),
    [
        (refused("Forbidden.RAM"), REFUSED),
        (unanswered(), UNKNOWN),
        (ImageNotFound(ACTION, "InvalidImageId.NotFound", "no"), UNKNOWN),
        (Cancelled("the run was cancelled", was_sent=False), REFUSED),
        (Cancelled("the run was cancelled", was_sent=True), UNKNOWN),
        (ConfigError("no credentials"), UNKNOWN),
        (ValueError("a fault of this package"), UNKNOWN),
    ],
    ids=lambda value: value.name if isinstance(value, Result) else type(value).__name__,
)
def test_what_became_of_a_call_that_failed_is_recorded(error: Exception, result: Result) -> None:
    work = sender(FakeEcs(fail=lambda number, call: error))
    with pytest.raises(type(error)) as failed:
        work.send(ShareCall((A,)))
    assert failed.value is error
    assert work.journal.entries == (Entry(ShareCall((A,)), result),)


def test_an_account_to_unshare_that_does_not_exist_is_left_out() -> None:
    ecs = FakeEcs(shared={B, C}, closed={B})
    work = sender(ecs)
    work.send(ShareCall((A,), (B, C)))
    assert work.journal.entries == (
        Entry(ShareCall((A,), (B, C)), REFUSED, gone=frozenset({B})),
        Entry(ShareCall((A,), (C,)), APPLIED),
    )
    assert ecs.shared == {A, B}


def test_a_call_is_not_repeated_if_none_of_its_accounts_exists() -> None:
    ecs = FakeEcs(closed={A})
    work = sender(ecs)
    work.send(ShareCall(remove=(A,)))
    assert work.journal.entries == (Entry(ShareCall(remove=(A,)), REFUSED, gone=frozenset({A})),)


def test_each_account_that_does_not_exist_is_left_out_in_turn() -> None:
    work = sender(FakeEcs(closed={A, B}))
    work.send(ShareCall(remove=(A, B, C)))
    assert [entry.call.remove for entry in work.journal.entries] == [(A, B, C), (B, C), (C,)]
    assert [set(entry.gone) for entry in work.journal.entries] == [{A}, {B}, set()]


def test_an_account_to_share_with_that_does_not_exist_is_an_error() -> None:
    work = sender(FakeEcs(closed={A}))
    with pytest.raises(EcsError, match=A):
        work.send(ShareCall((A, B)))
    assert work.journal.entries == (Entry(ShareCall((A, B)), REFUSED, gone=frozenset({A})),)


def test_a_rollback_leaves_out_an_account_that_does_not_exist() -> None:
    ecs = FakeEcs(closed={A})
    work = sender(ecs)
    work.send(ShareCall((A, B)), takes_back=True)
    assert ecs.shared == {B}
    assert work.journal.entries == (
        Entry(ShareCall((A, B)), REFUSED, takes_back=True, gone=frozenset({A})),
        Entry(ShareCall((B,)), APPLIED, takes_back=True),
    )


def test_only_the_accounts_of_the_call_count_as_nonexistent() -> None:
    error = nonexistent(E)
    work = sender(FakeEcs(fail=lambda number, call: error))
    with pytest.raises(EcsError):
        work.send(ShareCall(remove=(A,)))
    assert [entry.gone for entry in work.journal.entries] == [NO_ONE]


def test_another_error_that_names_an_account_does_not_say_that_it_is_gone() -> None:
    work = sender(FakeEcs(fail=lambda number, call: refused("Forbidden.RAM", f"no, {A}")))
    with pytest.raises(EcsError):
        work.send(ShareCall(remove=(A,)))
    assert [entry.gone for entry in work.journal.entries] == [NO_ONE]


def test_a_nonexistent_account_is_known_even_if_the_call_may_have_been_applied() -> None:
    error = nonexistent(A)
    error.changed_nothing = False
    work = sender(FakeEcs(fail=lambda number, call: error if number == 1 else None))
    work.send(ShareCall(remove=(A, B)))
    assert work.journal.entries[0] == Entry(ShareCall(remove=(A, B)), UNKNOWN, gone=frozenset({A}))


def test_a_plan_without_calls_sends_nothing() -> None:
    work = sender(FakeEcs())
    work.send_all(SharePlan())
    assert work.journal.entries == ()


def test_the_first_call_is_sent_alone_and_the_others_side_by_side() -> None:
    meet = threading.Barrier(4)
    in_flight: list[int] = []

    def fail(number: int, call: ShareCall) -> None:
        in_flight.append(number)
        if number == 1:
            assert in_flight == [1]
        else:
            meet.wait(30)

    ecs = FakeEcs(fail=fail)
    work = sender(ecs)
    work.send_all(adding(FIVE))
    assert work.journal.entries[0].call.add == (A,)
    assert ecs.shared == {*FIVE}


def test_at_most_eight_calls_are_in_flight_at_once() -> None:
    meet = threading.Barrier(8)
    accounts = [str(2000000000000001 + n) for n in range(17)]
    ecs = FakeEcs(fail=lambda number, call: None if number == 1 else wait_for_others(meet))
    sender(ecs).send_all(adding(accounts))
    assert ecs.shared == {*accounts}
    assert ecs.most_in_flight == 8


def wait_for_others(meet: threading.Barrier) -> None:
    meet.wait(30)


def test_calls_that_make_room_for_each_other_are_sent_one_after_the_other() -> None:
    ecs = FakeEcs()
    work = sender(ecs)
    work.send_all(adding(FIVE, in_any_order=False))
    assert [entry.call.add for entry in work.journal.entries] == [(account,) for account in FIVE]
    assert ecs.most_in_flight == 1
    assert ecs.threads == {threading.get_ident()}


def test_after_the_first_call_has_failed_no_other_is_sent() -> None:
    work = sender(FakeEcs(fail=lambda number, call: refused("Forbidden.RAM")))
    with pytest.raises(EcsError, match=r"Forbidden\.RAM"):
        work.send_all(adding(FIVE))
    assert outcomes(work.journal) == {A: REFUSED}


def test_after_a_failure_no_further_call_is_sent() -> None:
    accounts = [str(2000000000000001 + n) for n in range(30)]
    meet = threading.Barrier(8)

    def fail(number: int, call: ShareCall) -> Exception | None:
        if number == 1:
            return None
        meet.wait(30)
        return refused("Forbidden.RAM")

    work = sender(FakeEcs(fail=fail))
    with pytest.raises(EcsError):
        work.send_all(adding(accounts))
    assert len(work.journal.entries) == 9


def failing(errors: dict[str, Exception]) -> Callable[[int, ShareCall], Exception | None]:
    """The calls for these accounts fail, once the four calls after the first are all in flight."""
    meet = threading.Barrier(4)

    def fail(number: int, call: ShareCall) -> Exception | None:
        if number > 1:
            meet.wait(30)
        return errors.get(call.add[0])

    return fail


def test_calls_beside_one_that_fails_come_to_their_ends() -> None:
    ecs = FakeEcs(fail=failing({C: refused("Forbidden.RAM")}))
    work = sender(ecs)
    with pytest.raises(EcsError, match=r"Forbidden\.RAM"):
        work.send_all(adding(FIVE))
    assert outcomes(work.journal) == {A: APPLIED, B: APPLIED, C: REFUSED, D: APPLIED, E: APPLIED}


MISSING = ImageNotFound(ACTION, "InvalidImageId.NotFound", "no such image")
OTHER = refused("Forbidden.RAM")
STOPPED = Cancelled("the run was cancelled", was_sent=True)


@pytest.mark.parametrize(
    ("errors", "raised"),
    [
        ({B: OTHER, C: STOPPED}, STOPPED),
        ({B: MISSING, C: STOPPED}, STOPPED),
        ({B: MISSING, C: OTHER}, OTHER),
        ({B: OTHER, C: MISSING}, OTHER),
        ({B: MISSING}, MISSING),
    ],
    ids=["cancelled-and-refused", "cancelled-and-missing", "missing-and-refused", "refused-and-missing", "missing"],
)
def test_of_several_failures_a_cancellation_counts_most_and_a_missing_image_least(
    errors: dict[str, ImageShareError], raised: ImageShareError
) -> None:
    work = sender(FakeEcs(fail=failing(dict(errors))))
    with pytest.raises(ImageShareError) as failed:
        work.send_all(adding(FIVE))
    assert failed.value is raised


def test_the_first_of_equal_failures_is_raised() -> None:
    first, second = unanswered(), EcsUnavailable(ACTION, "Throttling", "slow down")
    work = sender(FakeEcs(fail=failing({B: first, C: second})))
    with pytest.raises(ImageShareError) as failed:
        work.send_all(adding(FIVE))
    assert failed.value is first
