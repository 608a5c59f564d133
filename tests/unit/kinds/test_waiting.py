"""Looks are repeated with growing pauses until a change shows or the time is up."""

from __future__ import annotations

from itertools import islice

import pytest

from pulumi_alicloud_image_share.kinds.waiting import Waiting, look_until


class Time:
    """A clock that moves only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0
        self.pauses: list[float] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


def shows_after(looks: int, time: Time, seconds: float) -> int:
    """Look until that many looks were made; returns how many there were."""
    seen = iter(range(1, 1000))
    return look_until(lambda: next(seen), lambda number: number >= looks, seconds, clock=time.clock, sleep=time.sleep)


def test_a_change_that_shows_at_once_needs_one_look() -> None:
    time = Time()
    assert shows_after(1, time, 60) == 1
    assert time.pauses == []


def test_pauses_grow_by_half_up_to_five_seconds() -> None:
    time = Time()
    assert shows_after(11, time, 600) == 11
    assert time.pauses[:3] == [0.25, 0.375, 0.5625]
    assert time.pauses[-2:] == [5.0, 5.0]
    assert time.pauses == sorted(time.pauses)


def test_the_last_look_is_at_the_end_of_the_time() -> None:
    time = Time()
    assert shows_after(1000, time, 1.0) == 4
    assert time.pauses == [0.25, 0.375, 0.375]
    assert time.now == 101.0


@pytest.mark.parametrize("seconds", [0, -1])
def test_without_time_there_is_one_look(seconds: float) -> None:
    time = Time()
    assert shows_after(2, time, seconds) == 1
    assert time.pauses == []


def test_what_does_not_show_is_returned_all_the_same() -> None:
    assert look_until(lambda: None, lambda seen: False, 0) is None


def test_an_error_of_a_look_is_raised_as_it_is() -> None:
    def look() -> None:
        raise LookupError("gone")

    with pytest.raises(LookupError, match="gone"):
        look_until(look, lambda seen: False, 60)


def test_waiting_looks_by_its_own_clock() -> None:
    time = Time()
    waiting = Waiting(clock=time.clock, sleep=time.sleep)
    assert waiting.look_until(lambda: 1, lambda seen: False, 0.25) == 1
    assert time.pauses == [0.25]


def test_pauses_of_a_copy_grow_up_to_the_longest() -> None:
    pauses = list(islice(Waiting(longest_pause=1.0).pauses(), 6))
    assert pauses == [0.25, 0.375, 0.5625, 0.84375, 1.0, 1.0]
