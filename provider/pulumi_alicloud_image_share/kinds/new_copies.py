"""Copies that this process has just made: their shares need not read what is known of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

from ..cloud.identity import Identity
from ..cloud.model import Image

NEW_FOR_SECONDS: Final = 60.0


class NewCopies:
    """Complete copies that were shared with nobody a moment ago. Safe to use from several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Make an empty record.

        Args:
            clock: Returns the time in seconds.
        """
        self._clock = clock
        self._copies: dict[tuple[Identity, str, str], tuple[float, Image]] = {}
        self._lock = threading.Lock()

    def add(self, identity: Identity, image: Image) -> None:
        """Record a copy that was just seen: complete, and shared with nobody."""
        with self._lock:
            self._copies[identity, image.region, image.image_id] = (self._clock(), image)

    def image(self, identity: Identity, region: str, image_id: str) -> Image | None:
        """The copy as it was seen, None if this is none, or a while has passed."""
        with self._lock:
            at, image = self._copies.get((identity, region, image_id), (0.0, None))
            return image if image is not None and self._clock() - at < NEW_FOR_SECONDS else None

    def take(self, identity: Identity, region: str, image_id: str) -> bool:
        """Whether the copy is surely shared with nobody. Said once: who asks is about to share it."""
        is_new = self.image(identity, region, image_id) is not None
        with self._lock:
            return self._copies.pop((identity, region, image_id), None) is not None and is_new
