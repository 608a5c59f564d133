"""Waiting for a condition instead of for a time."""

from __future__ import annotations

from collections.abc import Callable

from tenacity import RetryError, Retrying, retry_if_result, stop_after_delay, wait_fixed


def wait_until(condition: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait until the condition holds; a test whose condition does not hold within so many seconds fails."""
    again = Retrying(
        retry=retry_if_result(lambda holds: not holds), wait=wait_fixed(0.01), stop=stop_after_delay(seconds)
    )
    try:
        again(condition)
    except RetryError:
        raise AssertionError(f"not within {seconds:g} s") from None
