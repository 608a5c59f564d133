"""Keeps secret accounts out of what is said: warnings, errors, and the errors that the state keeps. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, TypeAlias

from ..errors import ImageShareError
from ..kinds.operation import Operation
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
    found = {text for each in values for name in (ACCOUNTS, ACCOUNT_IDS) for text in _texts(each.get(name))}
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


def _texts(accounts: Any) -> Iterator[str]:
    if isinstance(accounts, Mapping):
        for key, value in accounts.items():
            # The IDs, whichever of the two they are; names are texts of the program's own.
            yield from (str(each) for each in (key, value) if isinstance(each, str) and any(map(str.isdigit, each)))
    elif isinstance(accounts, list):
        yield from (str(each) for each in accounts)
