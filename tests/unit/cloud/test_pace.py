"""How fast the process calls ECS, on a clock of the test: no time passes."""

from __future__ import annotations

import heapq
import random
from dataclasses import dataclass, field

import pytest

from pulumi_alicloud_image_share.cloud.transport import FIRST_GAP, LONGEST_GAP, Pace


@dataclass
class Clock:
    """A clock that sleeping moves."""

    now: float = 0.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def test_without_a_throttled_answer_nobody_waits() -> None:
    clock = Clock()
    pace = Pace(lambda: clock.now, clock.sleep)
    for _ in range(100):
        pace.take_turn()
        pace.answered()
    assert clock.slept == []


def test_a_throttled_answer_doubles_the_gap_for_all_that_come_after() -> None:
    clock = Clock()
    pace = Pace(lambda: clock.now, clock.sleep)
    gaps = []
    for _ in range(10):
        pace.throttled(pace.take_turn())
        gaps.append(pace.gap)
    assert gaps[:3] == [FIRST_GAP, 2 * FIRST_GAP, 4 * FIRST_GAP]
    assert gaps[-1] == LONGEST_GAP


def test_calls_that_were_under_way_together_slow_down_once() -> None:
    pace = Pace(lambda: 0.0, lambda _: None)
    together = [pace.take_turn() for _ in range(4)]
    pace.throttled(together[0])
    slower = pace.gap
    for turn in together[1:]:
        pace.throttled(turn)
    assert 0 < pace.gap == slower


def test_the_first_gap_is_twice_the_time_between_the_calls_until_then() -> None:
    clock = Clock()
    pace = Pace(lambda: clock.now, clock.sleep)
    for _ in range(10):
        turn = pace.take_turn()
        pace.answered()
        clock.now += 0.02
    pace.throttled(turn)
    assert FIRST_GAP / 3 < pace.gap < FIRST_GAP / 2


def test_a_throttled_answer_among_good_ones_slows_down_by_half_as_much_again() -> None:
    clock = Clock()
    pace = Pace(lambda: clock.now, clock.sleep)
    pace.throttled(pace.take_turn())
    turn = pace.take_turn()
    pace.answered()
    before = pace.gap
    pace.throttled(turn)
    assert pace.gap == pytest.approx(1.5 * before)


def test_good_answers_make_it_fast_again() -> None:
    clock = Clock()
    pace = Pace(lambda: clock.now, clock.sleep)
    pace.throttled(pace.take_turn())
    for _ in range(400):
        pace.take_turn()
        pace.answered()
    assert pace.gap == 0


def test_a_long_throttling_is_soon_forgotten() -> None:
    clock = Clock()
    pace = Pace(lambda: clock.now, clock.sleep)
    for _ in range(8):
        pace.throttled(pace.take_turn())
    throttled_until = clock.now
    for _ in range(100):
        pace.take_turn()
        pace.answered()
    assert clock.now - throttled_until < 100
    assert pace.gap < LONGEST_GAP / 10


def test_a_turn_given_before_the_pace_slowed_down_is_taken_anew() -> None:
    clock = Clock()
    slowing: list[int] = []

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        if slowing:
            pace.throttled(slowing.pop())

    pace = Pace(lambda: clock.now, sleep)
    pace.throttled(pace.take_turn())
    slowing.append(pace.take_turn())
    clock.slept.clear()
    pace.take_turn()
    assert clock.slept == [pytest.approx(FIRST_GAP), pytest.approx(2 * FIRST_GAP)]


@pytest.mark.parametrize("admitted_per_second", [1, 5, 20, 100])
@pytest.mark.parametrize("burst", [1, 20])
def test_few_calls_are_refused_and_the_admitted_rate_is_used(admitted_per_second: float, burst: float) -> None:
    server = Server(admitted_per_second, burst)
    seconds = server.serve(calls=500, workers=4)
    assert server.refused / (server.refused + 500) < 0.05
    assert seconds < 1.3 * max(500 / admitted_per_second, 500 * 0.01 / 4)


class Server:
    """Workers that call a throttling server through one pace, in simulated time."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._tokens, self._since = burst, 0.0
        self.refused = 0

    def serve(self, *, calls: int, workers: int) -> float:
        clock = Clock()
        waiting = _Waits()
        pace = Pace(lambda: clock.now, waiting)
        events = [(0.0, worker, "ask", 0) for worker in range(workers)]
        chance = random.Random(0)
        while events:
            clock.now, worker, what, turn = heapq.heappop(events)
            if what == "ask" or (what == "woken" and turn != waiting.pace(pace)):
                try:
                    heapq.heappush(events, (clock.now, worker, "send", pace.take_turn()))
                except _Waits.For as wait:
                    heapq.heappush(events, (clock.now + wait.seconds, worker, "woken", waiting.pace(pace)))
            elif what == "woken":
                heapq.heappush(events, (clock.now, worker, "send", turn))
            elif what == "send":
                answer = "answered" if self._admit(clock.now) else "throttled"
                heapq.heappush(events, (clock.now + 0.01, worker, answer, turn))
            elif what == "throttled":
                self.refused += 1
                pace.throttled(turn)
                heapq.heappush(events, (clock.now + chance.uniform(0, 0.5), worker, "ask", 0))
            else:
                pace.answered()
                calls -= 1
                if calls > 0:
                    heapq.heappush(events, (clock.now, worker, "ask", 0))
                elif calls == 0:
                    return clock.now
        raise AssertionError("no worker is left")

    def _admit(self, now: float) -> bool:
        self._tokens = min(self._burst, self._tokens + (now - self._since) * self._rate)
        self._since = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


class _Waits:
    """Stands in for sleeping: tells how long, instead of waiting."""

    class For(Exception):
        def __init__(self, seconds: float) -> None:
            self.seconds = seconds

    def __call__(self, seconds: float) -> None:
        raise self.For(seconds)

    @staticmethod
    def pace(pace: Pace) -> int:
        return pace._pace
