"""How long to wait for ECS, and with which pauses."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

from tenacity import Retrying, retry_if_not_result, wait_exponential

from ..cloud.settings import DEFAULT_COPY_SECONDS, DEFAULT_VISIBLE_SECONDS

T = TypeVar("T")

_FIRST_PAUSE: Final = 0.25
_GROWTH: Final = 1.5
_LONGEST_PAUSE_TO_SEE: Final = 5.0


def look_until(
    look: Callable[[], T],
    shows: Callable[[T], bool],
    seconds: float,
    *,
    clock: Callable[[], float] | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> T:
    """Look repeatedly, with growing pauses, until a change shows or the time is up.

    Args:
        look: Reads what is there.
        shows: Whether the change shows in what was read.
        seconds: The time limit, in seconds. There is always one look, and one at the end.
        clock: Returns the time in seconds. Default: `time.monotonic`.
        sleep: Waits so many seconds.

    Returns:
        What was read last, whether the change shows in it or not.

    Raises:
        Exception: What `look` raises.
    """
    now = clock or time.monotonic
    deadline = now() + seconds
    pause = wait_exponential(multiplier=_FIRST_PAUSE, exp_base=_GROWTH, max=_LONGEST_PAUSE_TO_SEE)
    policy = Retrying(
        retry=retry_if_not_result(shows),
        # tenacity before 8.2 calls these by the name of the argument.
        wait=lambda retry_state: max(0.0, min(pause(retry_state), deadline - now())),
        stop=lambda retry_state: now() >= deadline,
        sleep=sleep,
        retry_error_callback=lambda retry_state: retry_state.outcome.result() if retry_state.outcome else None,
    )
    return policy(look)


@dataclass(frozen=True)
class Waiting:
    """Limits and pauses, in seconds.

    Attributes:
        copy_seconds: How long a copy may take.
        visible_seconds: How long a change may take to show in what ECS lists.
        longest_pause: The longest pause while an image is copied.
        clock: Returns the time.
        sleep: Waits.
    """

    copy_seconds: float = DEFAULT_COPY_SECONDS
    visible_seconds: float = DEFAULT_VISIBLE_SECONDS
    longest_pause: float = 15.0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def pauses(self) -> Iterator[float]:
        """The pauses between two looks, longer and longer."""
        pause = _FIRST_PAUSE
        while True:
            yield min(pause, self.longest_pause)
            pause *= _GROWTH

    def look_until(self, look: Callable[[], T], shows: Callable[[T], bool], seconds: float) -> T:
        """Look until a change shows or the time is up; see `look_until`."""
        return look_until(look, shows, seconds, clock=self.clock, sleep=self.sleep)
