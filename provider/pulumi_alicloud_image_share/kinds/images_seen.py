"""Images as the checks of this run have just seen them, so that what follows need not read them again."""

from __future__ import annotations

import threading

from ..cloud.identity import Identity
from ..cloud.model import Image


class ImagesSeen:
    """Images that a check of this run has judged. Safe to use from several threads."""

    def __init__(self) -> None:
        """Have seen nothing yet."""
        self._images: dict[tuple[Identity, str, str], Image] = {}
        self._lock = threading.Lock()

    def add(self, identity: Identity, image: Image) -> None:
        """Keep an image as this identity has just seen it."""
        with self._lock:
            self._images[identity, image.region, image.image_id] = image

    def take(self, identity: Identity, region: str, image_id: str) -> Image | None:
        """The image as it was seen, told once; None if it was not."""
        with self._lock:
            return self._images.pop((identity, region, image_id), None)
