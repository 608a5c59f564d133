"""The log of calls to the emulated cloud."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Call:
    """One request and what became of it.

    `code` is "OK", or the error's code, or "" if a fault dropped the request before it was looked at. `fault` names the
    fault that hit it. `params` are the action's own: neither common parameters nor anything of the signature.
    `not_honoured` are those of them that made no difference, in an emulator that is not strict.
    """

    action: str
    account_id: str
    region: str
    code: str
    params: dict[str, str] = field(default_factory=dict)
    fault: str = ""
    not_honoured: tuple[str, ...] = ()

    @property
    def image(self) -> str:
        """Its ImageId as it was sent, or an empty text."""
        return self.params.get("ImageId", "")

    @property
    def throttled(self) -> bool:
        """Whether it was throttled, with any of the codes for that."""
        return self.code.partition(".")[0] == "Throttling"


class Calls(ABC):
    """The calls since the start or the last reset, and what can be counted of them.

    A call is here before its answer is sent, and whoever sees what it changed finds it here.
    """

    @property
    @abstractmethod
    def entries(self) -> list[Call]:
        """All calls, oldest first."""

    @abstractmethod
    def reset(self) -> None:
        """Forget all calls."""

    @property
    def refused(self) -> int:
        """How many calls were throttled."""
        return sum(1 for call in self.entries if call.throttled)

    def count(self, action: str | None = None, *, image: str | None = None) -> int:
        """The number of calls, of one action or all, for one image or any."""
        return sum(1 for call in self.entries if action in (None, call.action) and image in (None, call.image))

    def not_honoured(self) -> dict[str, list[str]]:
        """The ignored parameters, by action. Always empty for a strict emulator, which refuses them."""
        found: dict[str, set[str]] = {}
        for call in self.entries:
            if call.not_honoured:
                found.setdefault(call.action, set()).update(call.not_honoured)
        return {action: sorted(names) for action, names in sorted(found.items())}

    def by_action(self) -> dict[str, int]:
        """The number of calls of each action."""
        return dict(Counter(call.action for call in self.entries))


class CallLog(Calls):
    """All calls of an emulator."""

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

    def reset(self) -> None:
        """Forget all calls."""
        with self._lock:
            self._calls.clear()
