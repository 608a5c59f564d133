"""One call of the engine: which resource it is for, whom to tell, and until when."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field


def _nobody(_: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Operation:
    """One operation on one resource.

    Attributes:
        urn: The resource's URN, "" if the frontend can't tell.
        tell: Shows the user a sentence that stays.
        show: Shows the user a word in passing, which the next one takes the place of.
        warn: Shows the user a sentence that is no error.
        seconds: How long it may take, None for as long as the settings say.
        clock: Returns the time in seconds.
    """

    urn: str = ""
    tell: Callable[[str], None] = _nobody
    show: Callable[[str], None] = _nobody
    warn: Callable[[str], None] = _nobody
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


SILENT = Operation()
"""An operation that nobody is told of."""
