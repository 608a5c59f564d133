"""Keeps Pulumi from laying one layer more on Python's pickler with each resource that it registers."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def pickler_left_as_it_was() -> Iterator[None]:
    """Take away what Pulumi puts around a method of the pickler and leaves there.

    Without this a program of a thousand dynamic resources ends in a RecursionError.
    """
    pickler: Any = pickle._Pickler
    method = pickler._batch_setitems
    try:
        yield
    finally:
        pickler._batch_setitems = method
