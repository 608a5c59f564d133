"""Errors of this package as Pulumi prints them in a program: the text alone, without a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pulumi import RunError

from ..errors import ImageShareError


def for_the_terminal(error: ImageShareError) -> ImageShareError:
    """The same error, of a class that is also Pulumi's RunError, which Pulumi prints without a traceback."""
    plain = type(error)
    if issubclass(plain, RunError):
        return error
    shown = Exception.__new__(_shown(plain))
    shown.__dict__.update(error.__dict__)
    shown.args = error.args
    return shown


@contextmanager
def hide_traceback() -> Iterator[None]:
    """Let the errors of this package that leave the block be such that Pulumi prints their text alone.

    A function has this in its body and no decorator: a call with a wrong argument then ends on the program's own line.
    """
    try:
        yield
        return
    except ImageShareError as error:
        failure, cause = for_the_terminal(error), error.__cause__
    raise failure from cause


_CLASSES: dict[type[ImageShareError], type[ImageShareError]] = {}


def _shown(plain: type[ImageShareError]) -> type[ImageShareError]:
    if plain not in _CLASSES:
        _CLASSES[plain] = _make(plain)
    return _CLASSES[plain]


def _make(plain: type[ImageShareError]) -> type[ImageShareError]:
    named = {"__module__": plain.__module__, "__doc__": plain.__doc__}
    shown: type[ImageShareError] = type(plain.__name__, (plain, RunError), named)
    return shown
