"""The calls of ECS that copies need; `cloud.ecs.Ecs` makes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, Self

from ..cloud.model import CopyOrder, Image, Sharing
from ..kinds.ownership import OwnerCalls
from .changes import AttributeCalls


class CopyCalls(AttributeCalls, OwnerCalls, Protocol):
    """What is called of ECS."""

    def own_images(
        self, region: str, *, image_id: str = "", name: str = "", tag: tuple[str, str] | None = None
    ) -> list[Image]:
        """Read images of this account, in whatever status."""

    def copy_image(self, order: CopyOrder, token: str) -> str:
        """Begin to copy; returns the copy's ID."""

    def cancel_copy(self, region: str, image_id: str) -> None:
        """Cancel a copy that is being made."""

    def delete_image(self, region: str, image_id: str, *, force: bool = False) -> None:
        """Delete an image."""

    def sharing(self, region: str, image_id: str) -> Sharing:
        """Read who has access."""

    def for_operation(
        self,
        *,
        seconds: float | None = None,
        at_most: float | None = None,
        notify: Callable[[str], None] | None = None,
    ) -> Self:
        """The same calls, with a new budget of time."""

    def last_look(self) -> Self:
        """The same calls, for one look at what a failed or a cancelled operation leaves."""
