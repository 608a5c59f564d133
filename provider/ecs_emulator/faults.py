"""Faults on purpose: which call is hit, and by which fault. The gateway and the server carry them out."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from .errors import CommonErrors, EcsError
from .fault_settings import SETTINGS, FaultSettings
from .reading import Reading

FaultKind = Literal[
    "throttle",  # Throttling.User, and nothing is done
    "unavailable",  # 503 ServiceUnavailable, and nothing is done
    "internal_error",  # 500 InternalError, and nothing is done
    "error",  # the error of `code`, `message` and `status`, and nothing is done
    "drop_before",  # the connection is closed without an answer, and nothing is done
    "drop_after",  # the call is carried out, then the connection is closed without an answer
    "truncate",  # the call is carried out, then half its answer arrives before the connection closes
    "garbage",  # the call is carried out, then the answer is a proxy's HTML with status 200
    "delay",  # the call waits `seconds`, then goes on as usual
]
KINDS: tuple[str, ...] = get_args(FaultKind)


@dataclass(frozen=True)
class FaultRule:
    """Which calls a fault hits: those that match, after the first `after`, every `every`-th, at most `times` times.

    `image` matches calls with exactly this ImageId, so not a DescribeImages of several images.
    """

    kind: FaultKind
    action: str = "*"
    times: int | None = None
    after: int = 0
    every: int = 1
    region: str | None = None
    account: str | None = None
    image: str | None = None
    code: str = ""
    message: str = ""
    status: int = 400
    seconds: float = 0.0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no fault {self.kind!r}; there are {', '.join(KINDS)}")
        if self.kind == "error" and not self.code:
            raise ValueError("a fault of kind 'error' needs a code")
        if self.every < 1 or self.after < 0 or self.seconds < 0 or (self.times is not None and self.times < 0):
            raise ValueError("every must be 1 or more; after, times and seconds must not be negative")

    def matches(self, action: str, region: str, account: tuple[str, str], image: str) -> bool:
        """Whether a call of that action, region, account (its ID and its name) and image matches."""
        return (
            self.action in ("*", action)
            and self.region in (None, region)
            and (self.account is None or self.account in account)
            and self.image in (None, image)
        )

    def error(self) -> EcsError | None:
        """The error of the answer, for kinds that answer with one; else None."""
        if self.kind == "throttle":
            return CommonErrors.THROTTLED_USER()
        if self.kind == "unavailable":
            return CommonErrors.SERVICE_UNAVAILABLE()
        if self.kind == "internal_error":
            return CommonErrors.INTERNAL_ERROR()
        if self.kind == "error":
            return EcsError(self.code, self.message or self.code, self.status)
        return None


@dataclass(frozen=True)
class Strike:
    """The faults of one call: a delay, and then at most one other."""

    delay_s: float = 0.0
    rule: FaultRule | None = None

    @property
    def name(self) -> str:
        """The fault's name for the call log."""
        return self.rule.kind if self.rule else ""


class Faults(FaultSettings):
    """The active faults. Every setting may change during calls."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._lock = threading.Lock()
        self._monotonic = monotonic
        self._rules: list[tuple[FaultRule, list[int]]] = []
        self._rate: float | None = None
        self._admitted: dict[str, tuple[float, float]] = {}
        self._settings: dict[str, Any] = {}

    def add(self, *, kind: FaultKind, action: str = "*", **details: Any) -> FaultRule:
        """Add a fault until `clear`, or for `times` calls. `details` are the fields of FaultRule."""
        rule = FaultRule(kind=kind, action=action, **details)
        with self._lock:
            self._rules.append((rule, [0, 0]))
        return rule

    def admit_per_second(self, calls: float | None) -> None:
        """Throttle calls of an account above this rate per second, which is also the burst; None: no limit."""
        if calls is not None and calls <= 0:
            raise ValueError("admit_per_second needs a positive number, or None")
        with self._lock:
            self._rate = calls
            self._admitted.clear()

    def clear(self) -> None:
        """No faults, no limit, no latency, no lag, no lies."""
        with self._lock:
            self._rules.clear()
            self._rate = None
            self._admitted.clear()
            self._settings.clear()

    def snapshot(self) -> dict[str, Any]:
        """All settings, for the control path."""
        with self._lock:
            return {
                **{name: self._setting(name) for name in SETTINGS},
                "admit_per_second": self._rate,
                "rules": [{**asdict(rule), "matched": seen, "hit": hit} for rule, (seen, hit) in self._rules],
            }

    def reading(self) -> Reading:
        """How the Describe actions present the state now."""
        return Reading(
            lag_s=self.visibility_lag_s,
            page_size_cap=self.page_size_cap,
            total_count_offset=self.total_count_offset,
            list_twice=self.list_twice,
            repeat_last_page=self.repeat_last_page,
        )

    def strike(self, action: str, region: str, account_id: str, account_name: str, image: str) -> Strike:
        """The faults of this call, which counts for the rules that it matches."""
        with self._lock:
            if not self._admit(account_id):
                return Strike(rule=FaultRule(kind="throttle"))
            delay, chosen = 0.0, None
            for rule, state in self._rules:
                if not rule.matches(action, region, (account_id, account_name), image):
                    continue
                if chosen is not None and rule.kind != "delay":
                    continue
                state[0] += 1
                due = state[0] > rule.after and (state[0] - rule.after - 1) % rule.every == 0
                if not due or (rule.times is not None and state[1] >= rule.times):
                    continue
                state[1] += 1
                if rule.kind == "delay":
                    delay += rule.seconds
                else:
                    chosen = rule
            return Strike(delay, chosen)

    def _get(self, name: str) -> Any:
        with self._lock:
            return self._setting(name)

    def _set(self, name: str, value: object) -> None:
        with self._lock:
            self._settings[name] = value

    def _setting(self, name: str) -> Any:
        return self._settings.get(name, SETTINGS[name].initial)

    def _admit(self, account_id: str) -> bool:
        if self._rate is None:
            return True
        now, burst = self._monotonic(), max(self._rate, 1.0)
        left, since = self._admitted.get(account_id, (burst, now))
        left = min(burst, left + (now - since) * self._rate)
        admitted = left >= 1
        self._admitted[account_id] = (left - 1 if admitted else left, now)
        return admitted
