"""Images that this run has just seen, so that what follows does not read them again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

from ..cloud.identity import Identity
from ..cloud.model import Image

NEW_FOR_SECONDS: Final = 60.0
"""How long a copy that was just made counts as new, in seconds."""

_Key = tuple[Identity, str, str]


class ImageCache:
    """Images by identity, region and ID. Safe to use from several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Make an empty cache.

        Args:
            clock: Returns the time in seconds.
        """
        self._clock = clock
        self._judged: dict[_Key, Image] = {}
        self._new_copies: dict[_Key, tuple[float, Image]] = {}
        self._lock = threading.Lock()

    def add_judged(self, identity: Identity, image: Image) -> None:
        """Keep an image that a check has just judged, for the operation that follows."""
        with self._lock:
            self._judged[identity, image.region, image.image_id] = image

    def take_judged(self, identity: Identity, region: str, image_id: str) -> Image | None:
        """Return an image as a check saw it, once; None if no check has."""
        with self._lock:
            return self._judged.pop((identity, region, image_id), None)

    def add_new_copy(self, identity: Identity, image: Image) -> None:
        """Keep a copy that was just seen: complete, and shared with no account."""
        with self._lock:
            self._new_copies[identity, image.region, image.image_id] = (self._clock(), image)

    def new_copy(self, identity: Identity, region: str, image_id: str) -> Image | None:
        """Return a copy as it was seen when it was new, None if it is none or was seen a while ago."""
        with self._lock:
            at, image = self._new_copies.get((identity, region, image_id), (0.0, None))
            return image if image is not None and self._clock() - at < NEW_FOR_SECONDS else None

    def take_new_copy(self, identity: Identity, region: str, image_id: str) -> bool:
        """Return whether an image is a new copy that is surely shared with no account; once, since its share asks."""
        is_new = self.new_copy(identity, region, image_id) is not None
        with self._lock:
            return self._new_copies.pop((identity, region, image_id), None) is not None and is_new
