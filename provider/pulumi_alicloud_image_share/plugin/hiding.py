"""Keeps secret accounts out of what is said: warnings, errors, and the errors that the state keeps. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, TypeAlias

from ..errors import ImageShareError
from ..resource.operation import Operation
from ..values import is_region
from .account_inputs import ACCOUNT_IDS, ACCOUNTS

Hide: TypeAlias = Callable[[str], str]
_HIDDEN: Final = "[secret]"
_SHORTEST: Final = 4
"""Shorter texts than any account's ID are left in sentences, which would be unreadable without them."""


def hiding(secrets: Collection[str], *values: Mapping[str, Any]) -> Hide:
    """What takes accounts out of a text, where they are secret.

    Args:
        secrets: The names of secret properties.
        values: The properties that may hold accounts.
    """
    if ACCOUNTS not in secrets:
        return lambda text: text
    return hiding_texts(
        {text for each in values for name in (ACCOUNTS, ACCOUNT_IDS) for text in texts_of(each.get(name))}
    )


def hiding_texts(found: Collection[str]) -> Hide:
    """What takes these texts out of another, but those that are too short."""
    hidden = sorted((text for text in found if len(text) >= _SHORTEST), key=len, reverse=True)

    def hide(text: str) -> str:
        for secret in hidden:
            text = text.replace(secret, _HIDDEN)
        return text

    return hide


def hidden_operation(operation: Operation, hide: Hide) -> Operation:
    """The operation, which tells the user nothing secret."""
    return replace(
        operation,
        tell=lambda text: operation.tell(hide(text)),
        show=lambda text: operation.show(hide(text)),
        warn=lambda text: operation.warn(hide(text)),
    )


def hidden_error(error: ImageShareError, hide: Hide) -> ImageShareError:
    """The error, whose text has nothing secret."""
    error.args = (hide(str(error)),)
    return error


def texts_of(value: Any) -> Iterator[str]:
    """All that may be an account's ID in a value of whatever form: names, and regions, are the program's own."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if isinstance(key, str) and any(map(str.isdigit, key)) and not is_region(key):
                yield key
            # A name is told from an ID by its digits.
            if not isinstance(item, str) or any(map(str.isdigit, item)):
                yield from texts_of(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts_of(item)
    elif isinstance(value, str):
        yield value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield f"{value:.0f}"
