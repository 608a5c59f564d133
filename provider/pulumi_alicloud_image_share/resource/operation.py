"""One call of the engine: its resource, how to tell the user, how long it may take; and the one helper that polls."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from tenacity import RetryCallState, Retrying, retry_if_result, wait_exponential

from ..cloud.settings import DEFAULT_COPY_SECONDS, DEFAULT_VISIBLE_SECONDS
from ..slots import PYTHON, Words

T = TypeVar("T")
_GROWTH: Final = 1.5


def _show_nothing(_: str) -> None:
    """Show nothing."""


@dataclass(frozen=True)
class Operation:
    """One operation on one resource.

    Attributes:
        urn: The resource's URN, "" if the frontend can't tell.
        tell: Shows the user a sentence that stays.
        show: Shows the user a word in passing, which the next one takes the place of.
        warn: Shows the user a sentence that is no error.
        words: How the frontend writes names, and whether it hides accounts: for errors.
        seconds: How long it may take, None for as long as the settings say.
        clock: Returns the time in seconds.
    """

    urn: str = ""
    tell: Callable[[str], None] = _show_nothing
    show: Callable[[str], None] = _show_nothing
    warn: Callable[[str], None] = _show_nothing
    words: Words = PYTHON
    seconds: float | None = None
    clock: Callable[[], float] = time.monotonic
    began: float = field(default=-1.0)

    def __post_init__(self) -> None:
        if self.began < 0:
            object.__setattr__(self, "began", self.clock())

    @property
    def seconds_left(self) -> float | None:
        """How long it may go on, None for as long as the settings say."""
        return None if self.seconds is None else max(0.0, self.began + self.seconds - self.clock())

    def within(self, seconds: float) -> float:
        """So many seconds, or as many as are left."""
        left = self.seconds_left
        return seconds if left is None else min(seconds, left)


SILENT: Final = Operation()
"""An operation that shows nothing."""


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

    def look_until(
        self, look: Callable[[], T], shows: Callable[[T], bool], seconds: float, *, longest_pause: float | None = None
    ) -> T:
        """Look again and again until it shows, or the time is up; return what was seen last.

        Args:
            look: Reads it. An error ends the wait.
            shows: Whether a look shows what is waited for.
            seconds: How long to wait.
            longest_pause: The longest pause in seconds, None for `longest_pause_to_see`.
        """
        deadline = self.clock() + seconds
        longest = self.longest_pause_to_see if longest_pause is None else longest_pause
        pause = wait_exponential(multiplier=self.first_pause, exp_base=_GROWTH, max=longest)
        # tenacity before 8.2 passes the state by the name of the argument.
        polling = Retrying(
            retry=retry_if_result(lambda seen: not shows(seen)),
            stop=lambda retry_state: self.clock() >= deadline,
            wait=lambda retry_state: min(pause(retry_state), max(0.0, deadline - self.clock())),
            sleep=self.sleep,
            retry_error_callback=_last_result,
        )
        return polling(look)


def _last_result(retry_state: RetryCallState) -> Any:
    return retry_state.outcome.result() if retry_state.outcome else None
