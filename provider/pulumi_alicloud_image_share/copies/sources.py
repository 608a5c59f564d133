"""The images to copy, each read once a run, for all its copies."""

from __future__ import annotations

import threading
from typing import Protocol

from ..cloud.identity import Identity
from ..cloud.model import Image


class SourceCalls(Protocol):
    """The call that reads a source; `cloud.ecs.Ecs` makes it."""

    def image(self, region: str, image_id: str) -> Image | None:
        """Read an image of anybody, None if it is not there."""


class Sources:
    """The images to copy. Safe to use from several threads."""

    def __init__(self) -> None:
        """Have read none yet."""
        self._found: dict[tuple[Identity, str, str], Image] = {}
        self._locks: dict[tuple[Identity, str, str], threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, ecs: SourceCalls, identity: Identity, region: str, image_id: str) -> Image | None:
        """The image, None if it is not there: read once."""
        key = (identity, region, image_id)
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            if key not in self._found:
                found = ecs.image(region, image_id)
                if found is None:
                    return None
                self._found[key] = found
            return self._found[key]
