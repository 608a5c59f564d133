"""How lists are distorted on purpose: late, with other page sizes, miscounted, repeated, endless. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Reading:
    """The distortions of the Describe actions; none by default. See FaultSettings."""

    lag_s: float = 0.0
    page_size_cap: int | None = None
    total_count_offset: int = 0
    list_twice: int = 0
    repeat_last_page: bool = False

    def page_size(self, asked: int) -> int:
        """The number of rows of a page."""
        return asked if self.page_size_cap is None else min(asked, self.page_size_cap)

    def page(self, rows: Sequence[T], page: int, size: int) -> Sequence[T]:
        """The rows of one page."""
        if self.repeat_last_page:
            page = min(page, max(1, math.ceil(len(rows) / size)))
        return rows[(page - 1) * size : page * size]

    def total_count(self, true: int) -> int:
        """The TotalCount of the answer."""
        return max(0, true + self.total_count_offset)

    def rows(self, items: Sequence[T]) -> Sequence[T]:
        """All rows of the list, which the pages divide."""
        if not self.list_twice:
            return items
        return [item for place, item in enumerate(items) for _ in range(2 if place < self.list_twice else 1)]
