"""A world that moves while a command is under way: something happens in the cloud just before a call is carried out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from ecs_emulator import Emulator
from ecs_emulator.clock import Clock


@contextmanager
def just_before(
    ecs: Emulator, action: str, act: Callable[[], object], *, number: int = 1, after: str = "", again: bool = False
) -> Iterator[None]:
    """Let `act` happen before ECS carries out call number `number` of an action, which must come.

    Calls are counted from now, or from the first call of the action `after`. With `again`, it happens before all later
    ones too.
    """
    answer = ecs.gateway.answer
    counting = not after
    seen = 0

    def moved(admitted: Any) -> Any:
        nonlocal counting, seen
        counting = counting or admitted.name == after
        if counting and admitted.name == action:
            seen += 1
            if seen == number or (again and seen > number):
                act()
        return answer(admitted)

    ecs.gateway.answer = moved  # type: ignore[method-assign]
    try:
        yield
    finally:
        ecs.gateway.answer = answer  # type: ignore[method-assign]
    assert seen >= number, f"only {seen} calls of {action} came"


class NewsClock(Clock):
    """A clock that moves only the news forward: what lags shows at once, and no request seems to be an old one."""

    def now(self) -> datetime:
        return datetime.now(UTC)
