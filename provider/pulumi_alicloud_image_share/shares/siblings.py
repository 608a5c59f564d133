"""What the program of this run wants of each image, as far as it has been checked.

The engine hands one resource at a time to the provider, but one image may be in several: two that share it, or the
new and the old one where a resource was renamed, moved or replaced. What one of them unshares, another may want.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping

from ..arguments import Problem
from .spec import ShareSpec


class Program:
    """The shares that a run has checked. Safe to use from several threads."""

    def __init__(self) -> None:
        """Make the record of a run that has checked nothing yet."""
        self._checked: dict[tuple[object, object], list[ShareSpec]] = {}
        self._lock = threading.Lock()

    def add(self, spec: ShareSpec, before: Mapping[str, str] | None) -> list[Problem]:
        """Record what a resource wants; what is not known yet is not recorded.

        Args:
            spec: What it wants.
            before: Account ID to name of what it wanted of the same image until now, None for a new share.

        Returns:
            Why this can't go together with another share of the program. Then it is not recorded.
        """
        if not spec.is_known:
            return []
        with self._lock:
            same_image = self._checked.setdefault((spec.region, spec.image_id), [])
            # The engine checks a resource again where it is replaced: what is the same is no other.
            others = [
                other
                for other in same_image
                if other.accounts.keys() != spec.accounts.keys()
                and (before is None or other.accounts.keys() != before.keys())
            ]
            if any(other.exclusive or spec.exclusive for other in others):
                return [
                    Problem(
                        "image_id",
                        f"another ImageShare of this program shares image {spec.image_id} too: list all accounts in "
                        "one of them, or set exclusive=False on each.",
                    )
                ]
            self._checked[(spec.region, spec.image_id)] = [*others, spec]
            return []

    def wants(self, region: str, image_id: str) -> frozenset[str]:
        """The account IDs that any share of the program wants on an image."""
        with self._lock:
            shares = self._checked.get((region, image_id), [])
            return frozenset(account for share in shares for account in share.accounts)
