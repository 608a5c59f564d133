"""Values as the provider protocol writes them, to the package's and back: unknowns, secrets, numbers. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from google.protobuf import struct_pb2

from ..engine.wire import is_secret, plain, secret_value, unknown_value
from ..values import UNKNOWN

_NO_VALUE: Final = struct_pb2.Value(null_value=struct_pb2.NULL_VALUE)


@dataclass(frozen=True)
class Values:
    """The properties of a message.

    Attributes:
        plain: Their values, without what the program left out.
        secrets: The names of those that are secret, or have a secret in them.
    """

    plain: Mapping[str, Any]
    secrets: frozenset[str] = frozenset()


def read_struct(struct: struct_pb2.Struct) -> Values:
    """Read the properties of a message."""
    raw = {name: _python(value) for name, value in struct.fields.items()}
    values = {name: plain(value) for name, value in raw.items()}
    return Values(
        {name: value for name, value in values.items() if value is not None},
        frozenset(name for name, value in raw.items() if is_secret(value)),
    )


def write_struct(values: Mapping[str, Any], secrets: Collection[str] = ()) -> struct_pb2.Struct:
    """Write properties.

    Args:
        values: The package's values.
        secrets: The properties that are secret as a whole.
    """
    fields = {name: _message(secret_value(value) if name in secrets else value) for name, value in values.items()}
    return struct_pb2.Struct(fields=fields)


def _python(value: struct_pb2.Value) -> Any:
    match value.WhichOneof("kind"):
        case "struct_value":
            return {name: _python(item) for name, item in value.struct_value.fields.items()}
        case "list_value":
            return [_python(item) for item in value.list_value.values]
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() and abs(number) < 2**53 else number
        case None | "null_value":
            return None
        case kind:
            return getattr(value, kind)


def _message(value: Any) -> struct_pb2.Value:
    if value is UNKNOWN:
        return struct_pb2.Value(string_value=unknown_value())
    if isinstance(value, Mapping):
        return struct_pb2.Value(
            struct_value=struct_pb2.Struct(fields={str(key): _message(item) for key, item in value.items()})
        )
    if isinstance(value, list | tuple):
        return struct_pb2.Value(list_value=struct_pb2.ListValue(values=map(_message, value)))
    if isinstance(value, bool):
        return struct_pb2.Value(bool_value=value)
    if isinstance(value, int | float):
        return struct_pb2.Value(number_value=value)
    return _NO_VALUE if value is None else struct_pb2.Value(string_value=value)
