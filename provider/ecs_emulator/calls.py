"""What was asked of the emulated cloud."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Call:
    """One request and what became of it.

    `code` is "OK", or the error's code, or "" if a fault dropped the request before it was looked at. `fault` names the
    fault that hit it. `params` are the action's own: neither common parameters nor anything of the signature.
    """

    action: str
    account_id: str
    region: str
    code: str
    params: dict[str, str] = field(default_factory=dict)
    fault: str = ""


class CallLog:
    """All ECS and STS calls since the start or the last reset."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: list[Call] = []

    def record(self, call: Call) -> None:
        """Add one."""
        with self._lock:
            self._calls.append(call)

    @property
    def entries(self) -> list[Call]:
        """All calls, oldest first."""
        with self._lock:
            return list(self._calls)

    def count(self, action: str | None = None) -> int:
        """How many calls there were, of one action or of all."""
        return sum(1 for call in self.entries if action in (None, call.action))

    def by_action(self) -> dict[str, int]:
        """How many calls there were of each action."""
        return dict(Counter(call.action for call in self.entries))

    def reset(self) -> None:
        """Forget all calls."""
        with self._lock:
            self._calls.clear()
