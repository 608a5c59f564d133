"""Who one image is shared with: as it truly is, and as readers see it while a write is on its way to them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

_KEPT_STATES = 200


@dataclass
class Shares:
    """The accounts, or the share groups, of one image. Writes decide on `current`; reads may lag behind it."""

    current: dict[str, datetime] = field(default_factory=dict)
    _past: list[tuple[float, dict[str, datetime]]] = field(default_factory=list)

    def change(self, add: Iterable[str], remove: Iterable[str], now: datetime, at: float) -> None:
        """Share and unshare, at the time `now`, which the monotonic clock calls `at`."""
        before = dict(self.current)
        for name in add:
            self.current.setdefault(name, now)
        for name in remove:
            self.current.pop(name, None)
        if self.current.keys() != before.keys():
            self._past.append((at, before))
            del self._past[:-_KEPT_STATES]

    def as_of(self, at: float) -> Mapping[str, datetime]:
        """All of them with the time each was shared at, as they were at the monotonic time `at`."""
        for changed_at, before in self._past:
            if changed_at > at:
                return before
        return self.current
