"""The emulator's time, which a test may move forward instead of waiting."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

_FORMAT = "%Y-%m-%dT%H:%M:%SZ"


class Clock:
    """The system time plus the seconds that it was advanced by."""

    def __init__(self) -> None:
        self._ahead = 0.0
        self._skew = timedelta()

    def now(self) -> datetime:
        """The time of day, in UTC."""
        return datetime.now(UTC) + timedelta(seconds=self._ahead)

    def dated(self) -> datetime:
        """The time for checking the date of a request: the client's clock, which `advance` does not move."""
        return datetime.now(UTC) + self._skew

    def monotonic(self) -> float:
        """Monotonic seconds, to measure durations."""
        return time.monotonic() + self._ahead

    def advance(self, seconds: float) -> None:
        """Move the time forward: copies finish, lagging shares become visible, temporary keys expire."""
        if seconds < 0:
            raise ValueError(f"time can't go back by {-seconds} s")
        self._ahead += seconds

    def skew(self, seconds: float) -> None:
        """Make the clocks of clients late by `seconds`."""
        self._skew = timedelta(seconds=seconds)


def format_time(moment: datetime) -> str:
    """A time as ECS writes it: 2024-01-02T03:04:05Z."""
    return moment.strftime(_FORMAT)


def parse_time(text: str) -> datetime:
    """The time in an ECS timestamp; ValueError if it is malformed."""
    return datetime.strptime(text, _FORMAT).replace(tzinfo=UTC)
