"""The calls of ECS that the life of a share needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, Self

from ..cloud.model import ShareCall, Sharing
from ..kinds.ownership import OwnerCalls


class ShareCalls(Protocol):
    """The calls of ECS that sharing needs; `ecs.Ecs` makes them."""

    def sharing(self, region: str, image_id: str) -> Sharing:
        """Read who has access."""

    def modify(self, region: str, image_id: str, call: ShareCall) -> None:
        """Share and unshare in one call."""

    def for_operation(self) -> Self:
        """The same calls, with a new budget of time."""

    def last_look(self) -> Self:
        """The same calls, for one look at what a cancelled run leaves."""


class EcsCalls(ShareCalls, OwnerCalls, Protocol):
    """The calls of ECS that the life of a share needs; `cloud.ecs.Ecs` makes them."""

    def for_operation(self, *, seconds: float | None = None, notify: Callable[[str], None] | None = None) -> Self:
        """The same calls, with a new budget of time."""
