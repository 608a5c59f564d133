"""A plan is carried out until it shows, or rolled back; what a failure leaves is in the error."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest

from pulumi_alicloud_image_share.cloud.model import ShareCall
from pulumi_alicloud_image_share.errors import (
    Cancelled,
    EcsError,
    EcsUnavailable,
    ImageNotFound,
    ImageShareError,
    RuleBroken,
    SharingFailed,
)
from pulumi_alicloud_image_share.share.journal import Target
from pulumi_alicloud_image_share.share.plan import plan_share
from pulumi_alicloud_image_share.share.transaction import carry_out, nothing_changed_yet
from pulumi_alicloud_image_share.slots import render
from support.fake_ecs import ACTION, SINCE, FakeEcs, refused, unanswered

MANY = [str(2000000000000001 + n) for n in range(60)]
A, B, C = MANY[:3]
TARGET = Target("cn-hangzhou", "m-bp1golden00000000001", {A: "payments"})
ROLLED_BACK = "The change was rolled back: the image is shared with the same accounts as before."
MISSING = ImageNotFound(ACTION, "InvalidImageId.NotFound", "no such image")


@dataclass
class Run:
    """A change of an image to some accounts, and what the user saw of it."""

    ecs: FakeEcs
    warnings: list[str] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)

    def change(self, wanted: Iterable[str], *, in_state: Iterable[str] = (), seconds: float = 0.0, **more: Any) -> Any:
        """Plan by the first list, and carry that out; the accounts of the state that are not wanted lose access."""
        before = self.ecs.sharing(TARGET.region, TARGET.image_id).accounts
        lose = ({*before} | {*in_state}) - {*wanted}
        plan = plan_share(before, wanted=wanted, lose=lose, max_accounts=50, **more)
        return carry_out(
            plan,
            TARGET,
            self.ecs,  # type: ignore[arg-type]
            before=before,
            in_state=[*in_state],
            visible_seconds=seconds,
            warn=self.warnings.append,
            sleep=self.pauses.append,
        )

    def fails(self, wanted: Iterable[str], **more: Any) -> SharingFailed:
        with pytest.raises(SharingFailed) as failed:
            self.change(wanted, **more)
        return failed.value


def fails_at(errors: dict[int, Exception]) -> Callable[[int, ShareCall], Exception | None]:
    return lambda number, call: errors.get(number)


def lines(error: SharingFailed) -> list[str]:
    return str(error).splitlines()


def test_a_change_returns_who_has_access() -> None:
    ecs = FakeEcs({A, C})
    assert Run(ecs).change([A, B]) == {A: SINCE, B: SINCE}
    assert ecs.shared == {A, B}


def test_an_empty_plan_only_reads() -> None:
    ecs = FakeEcs({A})
    assert Run(ecs).change([A]) == {A: SINCE}
    assert (ecs.calls, ecs.looks) == ([], 2)


def test_the_result_is_waited_for() -> None:
    run = Run(FakeEcs(look=lambda number, shared: shared if number > 2 else ()))
    assert run.change([A], seconds=60) == {A: SINCE}
    assert run.pauses == [0.25]


def test_an_unshare_is_waited_for() -> None:
    run = Run(FakeEcs({A}, look=lambda number, shared: shared if number > 2 else {A}))
    assert run.change([], seconds=60) == {}
    assert run.pauses == [0.25]


def test_an_account_that_loses_access_during_the_change_gets_it_back_once() -> None:
    ecs = FakeEcs(look=lambda number, shared: MANY[:12] if number == 1 else {*shared} - {A} if number == 3 else shared)
    assert set(Run(ecs).change(MANY[:13], seconds=60)) == {*MANY[:13]}
    assert [call.add for call in ecs.calls] == [(MANY[12],), tuple(MANY[:10]), tuple(MANY[10:12])]


def test_an_account_to_unshare_that_does_not_exist_is_a_warning() -> None:
    run = Run(FakeEcs({A, B}, closed={A}, look=lambda number, shared: shared))
    assert run.change([]) == {A: SINCE}
    assert list(map(render, run.warnings)) == [
        f"payments ({A}) does not exist any more and was not unshared from image m-bp1golden00000000001 in cn-hangzhou."
    ]


def test_such_a_warning_comes_with_a_failure_too() -> None:
    run = Run(FakeEcs(MANY[:20], closed={A}, fail=fails_at({3: refused("Forbidden.RAM")})))
    run.fails([])
    assert len(run.warnings) == 1


def test_an_account_to_share_with_that_does_not_exist_is_no_warning() -> None:
    run = Run(FakeEcs(closed={A}))
    assert "InvalidAccount.NotFound" in str(run.fails([A, B]))
    assert run.warnings == []


def test_a_rollback_does_not_warn_of_accounts_that_do_not_exist() -> None:
    error = refused("InvalidAccount.NotFound", f"The specified account {A} does not exist.")
    run = Run(FakeEcs(fail=fails_at({2: refused("Forbidden.RAM"), 3: error})))
    run.fails(MANY[:20])
    assert run.warnings == []


def test_a_refused_first_call_changes_nothing() -> None:
    ecs = FakeEcs(fail=fails_at({1: refused("Forbidden.RAM")}))
    failed = Run(ecs).fails([A])
    assert lines(failed) == [
        "Sharing with 1 account failed for image m-bp1golden00000000001 in cn-hangzhou, after 0 of 1 calls.",
        "Why: ModifyImageSharePermission failed with Forbidden.RAM: no. RequestId REQUEST.",
        "Nothing was changed.",
    ]
    assert (failed.live, failed.gained, ecs.looks, len(ecs.calls)) == (None, frozenset(), 1, 1)


def test_calls_side_by_side_are_rolled_back_together() -> None:
    meet = threading.Barrier(4)

    def fail(number: int, call: ShareCall) -> Exception | None:
        if 1 < number < 6:
            meet.wait(30)
        return refused("Forbidden.RAM") if number == 3 else None

    ecs = FakeEcs(fail=fail)
    failed = Run(ecs).fails(MANY[:50])
    assert "after 4 of 5 calls" in lines(failed)[0]
    assert lines(failed)[2:] == [ROLLED_BACK]
    assert ecs.shared == set()
    assert failed.live is None


def test_a_change_is_rolled_back_both_ways() -> None:
    ecs = FakeEcs(MANY[:30], fail=fails_at({2: refused("Forbidden.RAM")}))
    failed = Run(ecs).fails(MANY[20:45], in_state=MANY[:30])
    assert lines(failed)[0] == (
        f"Sharing with 15 accounts and unsharing from 20 accounts failed for {TARGET}, after 1 of 2 calls."
    )
    assert lines(failed)[2:] == [ROLLED_BACK]
    assert ecs.shared == {*MANY[:30]}


def test_a_rollback_is_waited_for() -> None:
    run = Run(
        FakeEcs(fail=fails_at({2: refused("Forbidden.RAM")}), look=lambda n, shared: MANY[:10] if n == 2 else shared)
    )
    assert lines(run.fails(MANY[:20], seconds=60))[2:] == [ROLLED_BACK]
    assert run.pauses == [0.25]


def test_a_rollback_that_does_not_show_has_failed() -> None:
    ecs = FakeEcs(fail=fails_at({2: refused("Forbidden.RAM")}), look=lambda n, shared: [A] if n == 2 else shared)
    failed = Run(ecs).fails(MANY[:20])
    assert "The rollback failed too: ECS accepted the change" in str(failed)
    assert f"the change to {TARGET}, but after 0 s it does not show (still listed: {A})" in str(failed)
    assert f"may have it now:\n  - payments ({A})\nRun" in str(failed)
    assert (failed.live, failed.gained) == ({A: ""}, {A})


def test_access_that_is_given_back_and_does_not_show_has_failed() -> None:
    ecs = FakeEcs(MANY[:20], fail=fails_at({2: refused("Forbidden.RAM")}), look=lambda n, s: s if n == 1 else s - {A})
    failed = Run(ecs).fails([], in_state=MANY[:20])
    assert f"(still not listed: {A})" in str(failed)
    assert f"may have lost it:\n  - payments ({A})\nRun" in str(failed)


def test_an_account_that_does_not_exist_is_not_waited_for_after_a_rollback() -> None:
    error = refused("InvalidAccount.NotFound", f"The specified account {A} does not exist.")
    error.changed_nothing = False
    errors = {2: refused("Forbidden.RAM"), 3: error}
    ecs = FakeEcs(MANY[:20], fail=fails_at(errors), look=lambda n, shared: shared if n == 1 else shared - {A})
    assert lines(Run(ecs).fails([], in_state=MANY[:20]))[2:] == [ROLLED_BACK]


def test_each_call_of_a_rollback_is_sent_whatever_becomes_of_the_others() -> None:
    first, second = refused("Forbidden.RAM"), refused("IncorrectImageStatus")
    ecs = FakeEcs(fail=fails_at({4: unanswered(), 5: second, 7: first}))
    failed = Run(ecs).fails(MANY[:40])
    assert "The rollback failed too: ModifyImageSharePermission failed with IncorrectImageStatus" in str(failed)
    # Refused: the fifth call, which undoes the fourth, and the seventh, which undoes one of the two before.
    assert len(ecs.calls) == 8
    assert len(failed.gained) == 40
    assert ecs.looks == 1


def test_a_rollback_that_fails_in_the_same_way_says_so_shortly() -> None:
    ecs = FakeEcs(fail=fails_at({2: refused("Forbidden.RAM"), 3: refused("Forbidden.RAM")}))
    again = "The rollback failed too: ModifyImageSharePermission failed with Forbidden.RAM again. RequestId REQUEST."
    assert lines(Run(ecs).fails(MANY[:20]))[2] == again


def test_a_list_that_cannot_be_read_after_a_rollback_is_reported() -> None:
    def look(number: int, shared: set[str]) -> set[str]:
        if number == 2:
            raise EcsUnavailable("DescribeImageSharePermission", "NoAnswer", "no usable answer")
        return shared

    failed = Run(FakeEcs(fail=fails_at({2: refused("Forbidden.RAM")}), look=look)).fails(MANY[:20])
    assert lines(failed)[2:] == [
        ROLLED_BACK,
        "ECS accepted the rollback, but its list could not be read to confirm it.",
    ]
    assert failed.live is None


def test_a_share_that_never_shows_is_rolled_back() -> None:
    ecs = FakeEcs(look=lambda number, shared: ())
    failed = Run(ecs).fails([A])
    assert f"(still not listed: {A})" in lines(failed)[1]
    assert lines(failed)[2:] == [ROLLED_BACK]
    assert ecs.shared == set()


def test_an_unshare_that_never_shows_stays() -> None:
    ecs = FakeEcs({A, B}, look=lambda number, shared: {A, B})
    failed = Run(ecs).fails([B], in_state=[A, B])
    assert "These accounts stay unshared:" in lines(failed)
    assert ecs.shared == {B}
    assert failed.live == {A: "", B: SINCE}


def test_an_image_that_is_missing_before_the_first_change_is_no_failed_change() -> None:
    with pytest.raises(ImageNotFound):
        Run(FakeEcs(fail=fails_at({1: _refusing(MISSING)}))).change([A])


def _refusing(error: EcsError) -> EcsError:
    missing = ImageNotFound(error.action, error.code, error.ecs_message)
    missing.changed_nothing = True
    return missing


@pytest.mark.parametrize("is_missing", [True, False])
def test_an_image_that_goes_out_of_sight_is_looked_for_once(is_missing: bool) -> None:
    def look(number: int, shared: set[str]) -> set[str]:
        if number > 1 and is_missing:
            raise MISSING
        return shared

    ecs = FakeEcs(fail=fails_at({2: _refusing(MISSING)}), look=look)
    failed = Run(ecs).fails(MANY[:20])
    assert ("it checks whether the image was deleted" in str(failed)) is is_missing
    assert (ROLLED_BACK in str(failed)) is not is_missing
    assert len(ecs.calls) == (2 if is_missing else 3)
    assert failed.live == (dict.fromkeys(MANY[:10], "") if is_missing else None)
    assert ecs.images == {(TARGET.region, TARGET.image_id)}


def test_an_image_that_cannot_be_looked_for_is_rolled_back() -> None:
    def look(number: int, shared: set[str]) -> set[str]:
        if number == 2:
            raise unanswered()
        return shared

    ecs = FakeEcs(fail=fails_at({2: _refusing(MISSING)}), look=look)
    assert ROLLED_BACK in str(Run(ecs).fails(MANY[:20]))


CANCELLED = "The run was cancelled, so the calls before that were not rolled back."


def stopped(*, was_sent: bool) -> Cancelled:
    return Cancelled("the run was cancelled", was_sent=was_sent)


def test_a_run_that_is_cancelled_before_the_first_call_changes_nothing() -> None:
    ecs = FakeEcs(fail=fails_at({1: stopped(was_sent=False)}))
    assert lines(Run(ecs).fails([A]))[1:] == ["Why: the run was cancelled.", "Nothing was changed."]
    assert (ecs.looks, ecs.last_looks) == (1, 0)


def test_a_run_that_is_cancelled_midway_is_looked_at_once_and_not_rolled_back() -> None:
    ecs = FakeEcs(fail=fails_at({2: stopped(was_sent=True)}), applies_failing=True)
    failed = Run(ecs).fails(MANY[:20])
    assert CANCELLED in str(failed)
    assert (len(ecs.calls), ecs.looks, ecs.last_looks) == (2, 2, 1)
    assert ecs.images == {(TARGET.region, TARGET.image_id)}
    assert failed.live == {**dict.fromkeys(MANY[:10], SINCE), **dict.fromkeys(MANY[10:20], "")}
    assert failed.gained == {*MANY[:20]}


def test_a_run_that_is_cancelled_during_the_rollback_stops_it() -> None:
    ecs = FakeEcs(fail=fails_at({3: refused("Forbidden.RAM"), 4: stopped(was_sent=False)}))
    failed = Run(ecs).fails(MANY[:30])
    assert CANCELLED in str(failed)
    assert lines(failed)[1] == "Why: the run was cancelled."
    assert len(ecs.calls) == 4
    assert failed.live is not None
    assert failed.live.keys() == ecs.shared


@pytest.mark.parametrize("at", [2, 3], ids=["looking-for-the-image", "waiting-for-the-rollback"])
def test_a_run_that_is_cancelled_while_it_reads_is_looked_at_once_more(at: int) -> None:
    def look(number: int, shared: set[str]) -> set[str]:
        if number == at:
            raise stopped(was_sent=True)
        return shared

    ecs = FakeEcs(fail=fails_at({2: _refusing(MISSING)}), look=look)
    failed = Run(ecs).fails(MANY[:20])
    assert lines(failed)[1] == "Why: the run was cancelled."
    assert ecs.last_looks == 1


def test_a_cancelled_run_whose_last_look_fails_keeps_every_account_that_may_have_access() -> None:
    def look(number: int, shared: set[str]) -> set[str]:
        if number > 1:
            raise stopped(was_sent=True)
        return shared

    failed = Run(FakeEcs({C}, fail=fails_at({2: stopped(was_sent=False)}), look=look)).fails([C, *MANY[3:23]])
    assert "ECS did not answer who has access now." in lines(failed)
    assert failed.live == dict.fromkeys([C, *MANY[3:13]], "")


def test_a_fault_of_this_package_is_raised_as_it_is() -> None:
    with pytest.raises(ValueError, match="oops"):
        Run(FakeEcs(fail=fails_at({1: ValueError("oops")}))).change([A])


def test_reading_and_rolling_back_have_time_budgets_of_their_own() -> None:
    ecs = FakeEcs()
    Run(ecs).change([A])
    assert ecs.budgets == 1
    ecs = FakeEcs(fail=fails_at({2: refused("Forbidden.RAM")}))
    Run(ecs).fails(MANY[:20])
    assert ecs.budgets == 2


def test_nothing_changed_yet_says_what_was_planned() -> None:
    with pytest.raises(SharingFailed) as failed, nothing_changed_yet(TARGET, gain=[A, B], lose=[C]):
        raise refused("Forbidden.RAM")
    assert lines(failed.value) == [
        "Sharing with 2 accounts and unsharing from 1 account failed for image m-bp1golden00000000001 in cn-hangzhou, "
        "before any change.",
        "Why: ModifyImageSharePermission failed with Forbidden.RAM: no. RequestId REQUEST.",
        "Nothing was changed.",
    ]
    assert failed.value.live is None


@pytest.mark.parametrize("error", [MISSING, RuleBroken("no", [])], ids=["missing", "rule"])
def test_nothing_changed_yet_leaves_errors_that_say_so_themselves(error: ImageShareError) -> None:
    with pytest.raises(type(error)) as raised, nothing_changed_yet(TARGET):
        raise error
    assert raised.value is error
