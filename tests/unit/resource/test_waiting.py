"""Looking again and again, in a time of its own."""

from __future__ import annotations

import pytest

from pulumi_alicloud_image_share.resource.operation import Waiting


class Time:
    """A clock that only waiting moves."""

    def __init__(self) -> None:
        self.now = 100.0
        self.looks: list[float] = []
        self.pauses: list[float] = []
        self.waiting = Waiting(first_pause=1, longest_pause_to_see=4, clock=lambda: self.now, sleep=self._sleep)

    def _sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds

    def look(self) -> float:
        """Seconds since the first look."""
        self.looks.append(self.now - 100)
        return self.looks[-1]


def test_pauses_grow_up_to_the_longest_and_the_last_one_ends_with_the_time() -> None:
    time = Time()
    assert time.waiting.look_until(time.look, lambda _: False, 14) == 14
    assert time.pauses == [1, 1.5, 2.25, 3.375, 4, pytest.approx(1.875)]
    assert time.looks[-1] == 14


def test_a_longer_pause_can_be_given_for_what_takes_long() -> None:
    time = Time()
    time.waiting.look_until(time.look, lambda _: False, 3600, longest_pause=15)
    assert max(time.pauses) == 15


def test_the_first_look_that_shows_it_ends_the_wait() -> None:
    time = Time()
    assert time.waiting.look_until(time.look, lambda seen: seen >= 2, 14) == 2.5
    assert time.looks == [0, 1, 2.5]


def test_without_any_time_there_is_one_look() -> None:
    time = Time()
    assert time.waiting.look_until(time.look, lambda _: False, 0) == 0
    assert (time.looks, time.pauses) == ([0], [])


def test_an_error_of_a_look_ends_the_wait() -> None:
    time = Time()

    def look() -> float:
        if time.look() >= 1:
            raise KeyError("gone")
        return 0

    with pytest.raises(KeyError, match="gone"):
        time.waiting.look_until(look, bool, 14)
    assert time.looks == [0, 1]
