"""Errors of this package as Pulumi prints them in a program: the text alone, without a traceback."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from pulumi import RunError

from ..errors import ImageShareError

P = ParamSpec("P")
T = TypeVar("T")


def for_the_terminal(error: ImageShareError) -> ImageShareError:
    """The same error, of a class that is a RunError of Pulumi's too: that is what Pulumi prints without a traceback."""
    plain = type(error)
    if issubclass(plain, RunError):
        return error
    shown = Exception.__new__(_shown(plain))
    shown.__dict__.update(error.__dict__)
    shown.args = error.args
    return shown


def shows_plainly(function: Callable[P, T]) -> Callable[P, T]:
    """Let a function that programs call raise this package's errors as Pulumi prints them."""

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return function(*args, **kwargs)
        except ImageShareError as error:
            failure, cause = for_the_terminal(error), error.__cause__
        raise failure from cause

    return call


_CLASSES: dict[type[ImageShareError], type[ImageShareError]] = {}


def _shown(plain: type[ImageShareError]) -> type[ImageShareError]:
    if plain not in _CLASSES:
        _CLASSES[plain] = _make(plain)
    return _CLASSES[plain]


def _make(plain: type[ImageShareError]) -> type[ImageShareError]:
    named = {"__module__": plain.__module__, "__doc__": plain.__doc__}
    shown: type[ImageShareError] = type(plain.__name__, (plain, RunError), named)
    return shown
