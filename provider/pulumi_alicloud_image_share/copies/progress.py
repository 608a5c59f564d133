"""Says how far a copy is, in a few words that the next ones take the place of.

In a terminal they stand on the copy's own row and go with it. A run without a terminal prints each of them as a line,
and none again at the end: so they come every few minutes, not every few seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ..cloud.model import Image

_SAY_PERCENT: Final = 10
_SAY_SECONDS: Final = 120.0
_SAY_STILL_SECONDS: Final = 300.0
_MINUTE: Final = 60.0
_HOUR: Final = 3600.0


class Progress:
    """Says how far a copy is: at first, when it has moved on, and when a while has passed."""

    def __init__(self, show: Callable[[str], None], clock: Callable[[], float]) -> None:
        """Say nothing yet.

        Args:
            show: Shows the user a word in passing.
            clock: Returns the time in seconds.
        """
        self._show = show
        self._clock = clock
        self._first: tuple[float, int] | None = None
        self._said_at = 0.0
        self._said = 0

    def see(self, image: Image) -> None:
        """Take note of how far the copy is, and say it if it is time to."""
        now, percent = self._clock(), percent_of(image)
        if self._first is None:
            self._first = (now, percent)
            self._say(now, percent, f"{how_far(image)}, as {image.image_id}")
            return
        moved, passed = percent - self._said, now - self._said_at
        if moved >= _SAY_PERCENT or passed >= (_SAY_SECONDS if moved else _SAY_STILL_SECONDS):
            began, first = self._first
            left = _left(now - began, percent - first, 100 - percent)
            self._say(now, percent, how_far(image) + (f", {left}" if left else ""))

    def _say(self, now: float, percent: int, text: str) -> None:
        self._said_at, self._said = now, percent
        self._show(text)


def percent_of(image: Image) -> int:
    """How many per cent of a copy are done, as ECS says; 0 where it says nothing."""
    digits = image.progress.rstrip("%")
    return int(digits) if digits.isdecimal() else 0


def how_far(image: Image) -> str:
    """How far a copy is: "45 %", or its status where ECS says no more."""
    return f"{percent_of(image)} %" if image.progress else image.status


def _left(seconds: float, moved: int, to_go: int) -> str:
    """How long it takes at the pace so far, "" where there is none."""
    if moved <= 0 or to_go <= 0:
        return ""
    left = seconds / moved * to_go
    if left < 1.5 * _MINUTE:
        return f"about {max(5, 5 * round(left / 5))} s left"
    if left < 1.5 * _HOUR:
        return f"about {round(left / _MINUTE)} min left"
    return f"about {round(left / _HOUR, 1):g} h left"
