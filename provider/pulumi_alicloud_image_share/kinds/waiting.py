"""How long to wait for ECS, and with which pauses."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

from ..cloud.settings import DEFAULT_COPY_SECONDS, DEFAULT_VISIBLE_SECONDS

T = TypeVar("T")

_GROWTH: Final = 1.5


@dataclass(frozen=True)
class Waiting:
    """Limits and pauses, in seconds.

    Attributes:
        copy_seconds: How long a copy may take.
        visible_seconds: How long a change may take to show in what ECS lists.
        first_pause: The first pause between two looks; each next one is half as long again.
        longest_pause: The longest pause while an image is copied.
        longest_pause_to_see: The longest pause until a change shows.
        clock: Returns the time.
        sleep: Waits.
    """

    copy_seconds: float = DEFAULT_COPY_SECONDS
    visible_seconds: float = DEFAULT_VISIBLE_SECONDS
    first_pause: float = 0.25
    longest_pause: float = 15.0
    longest_pause_to_see: float = 5.0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def pauses(self) -> Iterator[float]:
        """The pauses between two looks, longer and longer."""
        pause = self.first_pause
        while True:
            yield min(pause, self.longest_pause)
            pause *= _GROWTH

    def look_until(self, look: Callable[[], T], shows: Callable[[T], bool], seconds: float) -> T:
        """Look again and again until it shows, or the time is up; returns what was seen last."""
        deadline = self.clock() + seconds
        pauses = self.pauses()
        while True:
            seen = look()
            left = deadline - self.clock()
            if shows(seen) or left <= 0:
                return seen
            self.sleep(min(next(pauses), self.longest_pause_to_see, left))
