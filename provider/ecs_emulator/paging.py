"""Lists in pages, by number or by token."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from .reading import Reading
from .wire import Answer, Params

T = TypeVar("T")
IDS_MAX = 100


def page_of(params: Params) -> tuple[int, int]:
    """PageNumber and PageSize with the documented defaults and limits."""
    return params.integer("PageNumber", 1, 1), params.integer("PageSize", 10, 1, 100)


def paged(
    params: Params,
    reading: Reading,
    items: Sequence[T],
    max_results: int,
    outer: str,
    inner: str,
    render: Callable[[T], Answer],
) -> Answer:
    """A page by number, or by token if MaxResults or NextToken is present: for lists that have both."""
    page, size = page_of(params)
    answer: Answer = {"TotalCount": len(items)}
    if params.get("MaxResults") or params.get("NextToken"):
        size = min(max(params.integer("MaxResults", 10, 1), 10), max_results)
        start = params.integer("NextToken", 0, 0)
        shown = items[start : start + size]
        answer["NextToken"] = str(start + size) if start + size < len(items) else ""
    else:
        shown = reading.page(items, page, size)
        answer |= {"PageNumber": page, "PageSize": size}
    answer[outer] = {inner: [render(item) for item in shown]}
    return answer


def numbered(
    params: Params,
    reading: Reading,
    items: Sequence[T],
    size_max: int,
    outer: str,
    inner: str,
    render: Callable[[T], Answer],
) -> Answer:
    """A page by number, of at most `size_max` rows."""
    page, size = params.integer("PageNumber", 1, 1), params.integer("PageSize", 10, 1, size_max)
    size = reading.page_size(size)
    rows = [render(item) for item in reading.page(reading.rows(items), page, size)]
    return {"TotalCount": reading.total_count(len(items)), "PageNumber": page, "PageSize": size, outer: {inner: rows}}
