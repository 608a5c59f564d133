"""What the checks of this run have seen of copies that are there already, so that creating need not look again."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from ..cloud.model import Image
from .mark import Mark


@dataclass(frozen=True)
class Seen:
    """What a check has seen.

    Attributes:
        copies: All copies in the region that this package made, finished or not.
        own_image_id: The copy that the state has under the resource, "" for none.
    """

    copies: tuple[Image, ...]
    own_image_id: str = ""

    def left_over(self, mark: Mark) -> list[Image]:
        """The finished copies with a mark that the state does not have under the resource."""
        return [
            image
            for image in self.copies
            if mark.is_on(image) and not mark.is_unfinished(image) and image.image_id != self.own_image_id
        ]


class CopiesSeen:
    """What checks have seen, by mark. Safe to use from several threads."""

    def __init__(self) -> None:
        """Have seen nothing yet."""
        self._seen: dict[Mark, Seen] = {}
        self._lock = threading.Lock()

    def add(self, mark: Mark, seen: Seen) -> None:
        """Keep what a check has just seen."""
        with self._lock:
            self._seen[mark] = seen

    def has(self, mark: Mark) -> bool:
        """Whether anything was seen, and not told yet."""
        with self._lock:
            return mark in self._seen

    def take(self, mark: Mark) -> Seen | None:
        """What was seen, told once; None if nothing was."""
        with self._lock:
            return self._seen.pop(mark, None)
