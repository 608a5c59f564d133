"""What all actions have in common, and those of no module of their own.

An action is a function: the wire's parameters to a call of the cloud, its result to the wire's answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from .accounts import Identity
from .cloud import Cloud
from .reading import Reading
from .wire import Answer, Params

T = TypeVar("T")


@dataclass(frozen=True)
class Context:
    """Who calls, on what, and how the answer tells what is."""

    cloud: Cloud
    caller: Identity
    reading: Reading

    @property
    def account(self) -> str:
        """The caller's account ID."""
        return self.caller.account.id


Action = Callable[[Context, Params], Answer]
IDS_MAX = 100


def describe_regions(context: Context, params: Params) -> Answer:
    """All regions."""
    regions = [
        {
            "RegionId": region,
            "RegionEndpoint": f"ecs.{region}.aliyuncs.com",
            "LocalName": region,
            "Status": "available",
        }
        for region in context.cloud.seed.regions
    ]
    return {"Regions": {"Region": regions}}


def page_of(params: Params) -> tuple[int, int]:
    """PageNumber and PageSize with the documented defaults and limits."""
    return params.integer("PageNumber", 1, 1), params.integer("PageSize", 10, 1, 100)


def page_slice(items: Sequence[T], page: int, size: int) -> Sequence[T]:
    """The items of one page."""
    return items[(page - 1) * size : page * size]


def paged(
    params: Params,
    items: Sequence[T],
    page: int,
    size: int,
    max_results: int,
    outer: str,
    inner: str,
    render: Callable[[T], Answer],
) -> Answer:
    """A page by number, or, when MaxResults or NextToken is there, by token, as instances and disks have both."""
    answer: Answer = {"TotalCount": len(items)}
    if params.get("MaxResults") or params.get("NextToken"):
        size = min(max(params.integer("MaxResults", 10, 1), 10), max_results)
        start = params.integer("NextToken", 0, 0)
        shown = items[start : start + size]
        answer["NextToken"] = str(start + size) if start + size < len(items) else ""
    else:
        shown = page_slice(items, page, size)
        answer |= {"PageNumber": page, "PageSize": size}
    answer[outer] = {inner: [render(item) for item in shown]}
    return answer
