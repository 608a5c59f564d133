"""The settings of faults: named and checked here, stored by Faults, sent by RemoteFaults."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, Final, Generic, Self, TypeVar, overload

T = TypeVar("T")


class Setting(Generic[T]):
    """An attribute of FaultSettings. `check` returns the value to store, or raises ValueError with what it must be."""

    def __init__(self, initial: T, check: Callable[[object], T]) -> None:
        self.initial = initial
        self._check = check
        self._name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def check(self, value: object) -> T:
        """The value to store; ValueError if it is not valid for this setting."""
        try:
            return self._check(value)
        except ValueError as error:
            raise ValueError(f"{self._name} must be {error}") from None

    @overload
    def __get__(self, faults: None, owner: type) -> Self: ...

    @overload
    def __get__(self, faults: FaultSettings, owner: type) -> T: ...

    def __get__(self, faults: FaultSettings | None, owner: type) -> Self | T:
        if faults is None:
            return self
        value: T = faults._get(self._name)
        return value

    def __set__(self, faults: FaultSettings, value: T) -> None:
        faults._set(self._name, self.check(value))


def check_amount(value: object) -> float:
    """A number that is not negative; ValueError with what it must be."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        raise ValueError("a number, 0 or more")
    return float(value)


def _switch(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("a boolean, True or False")
    return value


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("a whole number")
    return value


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError("a whole number, 0 or more")
    return value


def _rows(value: object) -> int | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
        raise ValueError("a whole number, 1 or more, or None")
    return value


class FaultSettings(ABC):
    """What holds for every call from when it is set until `clear`.

    `latency_ms` is added to every call. `visibility_lag_s` is how long a write of shares takes to be seen by the
    Describe actions; writes themselves, and running instances, go by the true state.

    The others are lies told politely, with status 200. The first three are told by DescribeImageSharePermission and by
    each list that has pages by number alone: DescribeInstanceStatus, DescribeInstanceRamRole, DescribeKeyPairs,
    DescribeInstanceAttachmentAttributes and DescribeInstanceMaintenanceAttributes of ECS, and all lists with PageNumber
    of VPC and Auto Scaling; of DescribeImages, `page_size_cap` alone. The lists that have pages by token too
    (DescribeInstances, DescribeDisks, DescribeSnapshots, DescribeSecurityGroups) and DescribeTags tell none of the
    three. `page_size_cap`: pages have at most so many rows, whatever PageSize was asked for, and say so in the answer's
    PageSize; None: as many as asked for. `total_count_offset`: TotalCount is off by this, but never below 0, as a
    cached count is. `list_twice`: the first so many rows (of an image's accounts, of VPCs, ...) are listed twice, one
    after the other, before the rows are dealt out to pages; TotalCount doesn't count the second ones, so who stops at
    TotalCount rows misses the last ones. `repeat_last_page`: a page past the end of a list, of any action that deals
    out pages by number, has the rows of the last page instead of none, and says the PageNumber that was asked for; so
    who reads on to an empty page never ends, and who reads on to TotalCount rows takes some twice where that is too
    high. A list without rows has none to repeat.
    """

    latency_ms = Setting[float](0.0, check_amount)
    visibility_lag_s = Setting[float](0.0, check_amount)
    page_size_cap = Setting[int | None](None, _rows)
    total_count_offset = Setting[int](0, _whole)
    list_twice = Setting[int](0, _count)
    repeat_last_page = Setting[bool](False, _switch)

    @abstractmethod
    def _get(self, name: str) -> Any: ...

    @abstractmethod
    def _set(self, name: str, value: object) -> None: ...


SETTINGS: Final[dict[str, Setting[Any]]] = {
    name: value for name, value in vars(FaultSettings).items() if isinstance(value, Setting)
}
