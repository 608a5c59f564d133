"""The images that are under way, and in what order they get their turn. No HTTP; not locked: `Cloud` locks."""

from __future__ import annotations

from .image import Image, Making

COPIES_AT_ONCE = 5
"""Copies of an account into a region that are made side by side; "excess image copy tasks are queued for execution"."""


class Pace:
    """How long what is started from now on takes, and whether it fails."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._to_fail: list[float] = []

    def fail_next(self, count: int, after_seconds: float) -> None:
        """Let the next so many fail so long after they are started."""
        if count < 0 or after_seconds < 0:
            raise ValueError("count and after_seconds must not be negative")
        self._to_fail += [after_seconds] * count

    def making(self, source: tuple[str, str] | None) -> Making:
        """One more to make."""
        return Making(source, self.seconds, self._to_fail.pop(0) if self._to_fail else None)


class Makings:
    """All images under way, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._all: list[tuple[Image, Making]] = []

    def add(self, image: Image, making: Making, at: float) -> None:
        """Begin to make an image, or let it wait for a place."""
        image.making, image.status = making, "Waiting"
        self._all.append((image, making))
        self._begin(at)

    def drop(self, image: Image, at: float) -> None:
        """Stop to make an image, if it is under way; the next that waits gets its place."""
        self._all = [entry for entry in self._all if entry[0] is not image]
        self._begin(at)

    def settle(self, at: float) -> None:
        """Let what has taken its time by then be done, one after the other, each making room for the next."""
        while self._all:
            image, making = min(self._all, key=lambda entry: entry[1].ends)
            if (ended := making.ends) > at:
                return
            image.finish(making, at)
            self.drop(image, ended)

    def _begin(self, at: float) -> None:
        for image, making in self._all:
            if making.started is None and (making.source is None or self._copying_to(image) < COPIES_AT_ONCE):
                making.started, image.status = at, "Creating"

    def _copying_to(self, image: Image) -> int:
        return sum(
            making.source is not None and making.started is not None
            for other, making in self._all
            if (other.owner, other.region) == (image.owner, image.region)
        )
