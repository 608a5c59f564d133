"""How fast this process calls ECS: as fast as it can, until ECS throttles; then slower, for all images together.

Retries with growing pauses alone make a herd: every image of a stack waits, and comes back with all the others. So
calls take turns through one `Pace`: a throttled answer widens the gap between calls, good answers shrink it slowly.
The first gap comes from how fast calls were made when ECS first refused one, so that what it admits is soon found,
whether that is five calls a second or a hundred.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final

FIRST_GAP: Final = 0.1
"""The most seconds between calls after the first throttled answer."""
_SHORTEST_GAP: Final = 0.005
_TURNS_THAT_TELL: Final = 20
_WIDER: Final = 1.5
_WIDER_STILL: Final = 2.0
"""Where no call was answered since the gap was widened last."""
LONGEST_GAP: Final = 2.0
_SHRINK: Final = 0.97
_SHRINK_NEAR_THE_LIMIT: Final = 0.998
# So near to the gap that was too short before, the next try is a careful one. Once past it, ECS admits more again.
_NEAR: Final = (0.9, 1.2)


class Pace:
    """The turns that calls take. Safe to use from several threads."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        """Make a pace without any gap.

        Args:
            clock: Returns the time in seconds.
            sleep: Waits so many seconds.
        """
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._gap = 0.0
        self._too_short = 0.0
        self._next_turn = 0.0
        self._pace = 0
        self._turns: deque[float] = deque(maxlen=_TURNS_THAT_TELL)
        self._is_too_fast = False

    @property
    def gap(self) -> float:
        """Seconds between two calls now."""
        return self._gap

    def take_turn(self) -> int:
        """Wait for a turn to call.

        Returns:
            Which pace the turn belongs to, to be handed to `throttled`.
        """
        while True:
            with self._lock:
                now, pace = self._clock(), self._pace
                turn = max(now, self._next_turn)
                self._next_turn = turn + self._gap
                self._turns.append(turn)
            if turn > now:
                self._sleep(turn - now)
            # A turn that was given before the pace slowed down would collide with those given after.
            if pace == self._pace:
                return pace

    def throttled(self, pace: int) -> None:
        """Slow down: a call of this pace was throttled. Calls that were under way together slow down once."""
        with self._lock:
            if pace != self._pace:
                return
            self._pace += 1
            # At the longest gap it is no longer the pace that is wrong.
            self._too_short = self._gap if self._gap < LONGEST_GAP else 0.0
            wider = _WIDER_STILL if self._is_too_fast else _WIDER
            self._gap = min(LONGEST_GAP, wider * self._gap) if self._gap else self._first_gap()
            self._is_too_fast = True
            self._next_turn = self._clock() + self._gap

    def answered(self) -> None:
        """Go a little faster: a call was not throttled."""
        with self._lock:
            self._is_too_fast = False
            near = _NEAR[0] * self._too_short < self._gap < _NEAR[1] * self._too_short
            self._gap *= _SHRINK_NEAR_THE_LIMIT if near else _SHRINK
            if self._gap < FIRST_GAP / 100:
                self._gap = self._too_short = 0.0

    def _first_gap(self) -> float:
        """Twice the time between the calls until now."""
        between = (self._clock() - self._turns[0]) / (len(self._turns) - 1) if len(self._turns) > 1 else FIRST_GAP
        return min(FIRST_GAP, max(_SHORTEST_GAP, 2 * between))
