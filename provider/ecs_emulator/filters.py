"""Filter.N of the Describe actions: ranges of creation times, and other keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from .errors import CommonErrors, EcsError
from .wire import Params

_FORMAT = "%Y-%m-%dT%H:%MZ"


@dataclass(frozen=True)
class CreatedBetween:
    """Created after `start` and before `end`; None is open."""

    start: datetime | None = None
    end: datetime | None = None

    def holds(self, created: datetime, *, ends: bool = False) -> bool:
        """Whether what was created at that time is in the range, or with `ends` at its very start or end."""
        started = self.start is None or created > self.start or (ends and created == self.start)
        return started and (self.end is None or created < self.end or (ends and created == self.end))


ANY_TIME = CreatedBetween()


def filters_of(
    params: Params, unknown_key: Callable[[], EcsError], bad_value: Callable[[], EcsError], *more: str
) -> tuple[CreatedBetween, Mapping[str, str]]:
    """The range of CreationStartTime and CreationEndTime, and the values of other keys.

    Args:
        params: The parameters of the call.
        unknown_key: The action's error for a key that it does not know.
        bad_value: The action's error for a value that is not a time.
        more: Other keys that the action knows.
    """
    times: dict[str, datetime] = {}
    others: dict[str, str] = {}
    for key, value in params.pairs("Filter", "Key", "Value"):
        if key in times or key in others:
            raise CommonErrors.INVALID_PARAMETER(name="Filter.N.Key")
        if key in more:
            others[key] = value or ""
        elif key in ("CreationStartTime", "CreationEndTime"):
            try:
                times[key] = datetime.strptime(value or "", _FORMAT).replace(tzinfo=UTC)
            except ValueError:
                raise bad_value() from None
        else:
            raise unknown_key()
    return CreatedBetween(times.get("CreationStartTime"), times.get("CreationEndTime")), others
