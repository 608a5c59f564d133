"""Pulumi's values to the package's and back: unknowns, secrets, and what Pulumi would drop. For both frontends."""

from __future__ import annotations

import inspect
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

import pulumi
from pulumi.runtime import rpc

from ..values import UNKNOWN

_SECRET: Final = {rpc._special_sig_key: rpc._special_secret_sig}


def plain(value: Any) -> Any:
    """A value of the engine's with its unknowns and secrets replaced by the package's own."""
    value = rpc.unwrap_rpc_secret(value)
    if isinstance(value, pulumi.output.Unknown) or value == rpc.UNKNOWN:
        return UNKNOWN
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def for_engine(values: Mapping[str, Any], secrets: Collection[str] = ()) -> dict[str, Any]:
    """The engine's values for the package's own, unknown ones among them.

    Args:
        values: The package's values.
        secrets: The properties that are secret as a whole.
    """
    return {name: _secret(_engines(value)) if name in secrets else _engines(value) for name, value in values.items()}


def _engines(value: Any) -> Any:
    if value is UNKNOWN:
        return pulumi.output.UNKNOWN
    return for_engine(value) if isinstance(value, Mapping) else value


def _secret(value: Any) -> dict[str, Any]:
    return {**_SECRET, "value": value}


def is_secret(value: Any) -> bool:
    """Whether a value of the engine's is a secret, or has one in it."""
    if rpc.is_rpc_secret(value):
        return True
    items = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return any(map(is_secret, items))


def has_outputs(value: Any) -> bool:
    """Whether a program's value is one that comes later, or has one in it."""
    if isinstance(value, pulumi.Output) or inspect.isawaitable(value):
        return True
    items = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
    return any(map(has_outputs, items))


def secret_value(value: Any) -> dict[str, Any]:
    """A value as a secret of the engine's."""
    return _secret(value)


def unknown_value() -> str:
    """How the engine's protocol writes a value that a preview can't know yet."""
    return rpc.UNKNOWN


def nothing_left_out(value: Any) -> Any:
    """A program's collection without what Pulumi would drop or fail at, in a form that a check refuses by a sentence.

    An account whose ID is None would be dropped from the mapping, and so silently unshared.
    """
    if isinstance(value, pulumi.Output):
        return value.apply(nothing_left_out)
    if inspect.isawaitable(value):
        return pulumi.Output.from_input(value).apply(nothing_left_out)
    if isinstance(value, Mapping):
        return {_text(name): "" if item is None else _item(item) for name, item in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str | bytes):
        return [_item(item) for item in value]
    return _item(value)


def without_none(value: Any) -> Any:
    """A program's mapping without the entries that are None, in a form that Pulumi takes."""
    if isinstance(value, pulumi.Output):
        return value.apply(without_none)
    if isinstance(value, Mapping):
        return {_text(key): _item(item) for key, item in value.items() if item is not None}
    return nothing_left_out(value) if value is not None else None


def _item(value: Any) -> Any:
    if inspect.isawaitable(value):
        # Awaited once, whoever asks for it.
        value = pulumi.Output.from_input(value)
    if isinstance(value, pulumi.Output):
        return value.apply(lambda known: "" if known is None else _item(known))
    if value is None or isinstance(value, bool | float | Mapping | list | tuple):
        return value
    if isinstance(value, str):
        return _text(value)
    # Larger integers than a float can hold make Pulumi fail.
    return value if isinstance(value, int) and abs(value) < 2**1000 else repr(value)


def _text(value: Any) -> str:
    return str(value).encode("utf-8", "backslashreplace").decode()
