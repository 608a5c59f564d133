"""A cancelled run sends nothing more, waits for nothing, and lets go of what is under way."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from pulumi_alicloud_image_share.cloud import cancellation
from pulumi_alicloud_image_share.cloud.cancellation import NEVER, Cancellation, LastLook
from pulumi_alicloud_image_share.errors import Cancelled


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cancellation, "LET_GO_AFTER_SECONDS", 0.05)


def test_a_call_is_answered_and_its_error_is_raised() -> None:
    run = Cancellation()
    assert run.call(lambda: 5) == 5
    with pytest.raises(ValueError, match="no"):
        run.call(lambda: (_ for _ in ()).throw(ValueError("no")))


def test_nothing_is_sent_once_it_is_cancelled() -> None:
    run = Cancellation()
    run.cancel()
    run.cancel()
    assert run.is_cancelled
    with pytest.raises(Cancelled) as refused:
        run.call(lambda: pytest.fail("sent"))
    assert not refused.value.was_sent


def test_a_wait_ends_when_it_is_cancelled() -> None:
    run = Cancellation()
    with ThreadPoolExecutor() as pool:
        waits = pool.submit(run.sleep, 600)
        run.cancel()
        waits.result(30)


def test_a_call_that_is_not_answered_is_let_go_and_may_have_been_carried_out() -> None:
    run, sent, never = Cancellation(), threading.Event(), threading.Event()

    def hangs() -> bool:
        sent.set()
        return never.wait(600)

    with ThreadPoolExecutor() as pool:
        call = pool.submit(run.call, hangs)
        sent.wait(30)
        run.cancel()
        with pytest.raises(Cancelled) as let_go:
            call.result(30)
        assert let_go.value.was_sent
        # An answer that comes later than that is nobody's.
        never.set()


def test_a_last_look_is_for_a_moment() -> None:
    look, never = LastLook(), threading.Event()
    assert look.call(lambda: 5) == 5
    look.sleep(600)
    with pytest.raises(Cancelled):
        look.call(lambda: never.wait(600))
    never.set()


def test_a_run_that_cannot_be_cancelled_calls_as_ever() -> None:
    assert NEVER.call(lambda: 5) == 5
    NEVER.sleep(0)
    assert not NEVER.is_cancelled
