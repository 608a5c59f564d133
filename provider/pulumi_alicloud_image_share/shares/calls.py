"""The calls of ECS that the life of a share needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, Self

from ..kinds.ownership import OwnerCalls
from .transaction import ShareCalls


class EcsCalls(ShareCalls, OwnerCalls, Protocol):
    """The calls of ECS that the life of a share needs; `cloud.ecs.Ecs` makes them."""

    def for_operation(self, *, seconds: float | None = None, notify: Callable[[str], None] | None = None) -> Self:
        """The same calls, with a new budget of time."""
