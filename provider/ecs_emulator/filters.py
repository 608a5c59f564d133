"""Filter.N of the Describe actions, as far as it is about when something was created."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from .errors import CommonErrors, EcsError
from .wire import Params

_FORMAT = "%Y-%m-%dT%H:%MZ"


@dataclass(frozen=True)
class CreatedBetween:
    """Created after the one time and before the other; None: whenever."""

    start: datetime | None = None
    end: datetime | None = None

    def holds(self, created: datetime) -> bool:
        """Whether what was created then is meant."""
        return (self.start is None or created > self.start) and (self.end is None or created < self.end)


ANY_TIME = CreatedBetween()


def filters_of(
    params: Params, unknown_key: Callable[[], EcsError], bad_value: Callable[[], EcsError], *more: str
) -> tuple[CreatedBetween, Mapping[str, str]]:
    """CreationStartTime and CreationEndTime, and the values of what `more` keys an action has.

    Each action has texts of its own for a key that it does not know and for a value that is none.
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
