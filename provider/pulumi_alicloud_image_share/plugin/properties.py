"""Properties as programs of every language have them, to the package's and back. Pure.

- Names and sentences: `image_id` is `imageId` there. The state may have been written by the dynamic frontend, in
  Python's words: both are read.
- Values as the provider protocol writes them: unknowns, secrets, numbers.
- The two ways in which a program lists accounts, `accounts` and `accountIds`, as the one that the package knows. A
  mapping is of names to account IDs: an ID as a key could be no output of another resource. The state has account IDs
  as keys, so that a preview names who gains and who loses access. Where a program ignores changes, the engine puts what
  the state has into the program's inputs: all accounts, or single entries of a mapping.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from google.protobuf import struct_pb2

from .. import slots
from ..accounts import is_account_key
from ..engine.wire import is_secret, plain, secret_value, unknown_value
from ..resource.names import RESOURCE, camel_case, snake_case
from ..slots import Words
from ..values import UNKNOWN, Problem

WORDS: Final = Words(camel_case, "{}: {}", {"True": "true", "False": "false", "None": "null"})
"""How sentences are written for programs of every language."""


def own_urn(values: Mapping[str, Any]) -> str:
    """Return the URN that the state had a resource under when these inputs were written, "" if they do not say."""
    kept = values.get(RESOURCE)
    return str(kept.get("urn") or "") if isinstance(kept, Mapping) else ""


def for_program(values: Mapping[str, Any]) -> dict[str, Any]:
    """A resource's properties as programs of every language have them."""
    role = values.get("assume_role")
    if isinstance(role, Mapping):
        values = {**values, "assume_role": {camel_case(name): value for name, value in role.items()}}
    return {camel_case(name): value for name, value in values.items()}


def path_for_program(path: str) -> str:
    """The path of a difference as programs have it: `accounts["1000000000000002"]`, `imageId`."""
    name, bracket, rest = path.partition("[")
    return f"{camel_case(name)}{bracket}{rest}"


def path_from_program(path: str) -> str:
    """The path of a property that programs name, as Python has it: `image_id`."""
    name, bracket, rest = path.partition("[")
    return f"{snake_case(name)}{bracket}{rest}"


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


ACCOUNTS: Final = "accounts"
ACCOUNT_IDS: Final = "account_ids"

_ONE_OF_THEM: Final = Problem(
    ACCOUNTS,
    f"both accounts and {slots.prop(ACCOUNT_IDS)} are given: give one of them, accounts as a map of "
    "names to account IDs, "
    f"or {slots.prop(ACCOUNT_IDS)} as a list.",
)

_NONE_OF_THEM: Final = Problem(
    ACCOUNTS,
    "no account is given any more: list those that keep access, or delete the resource to unshare the image from "
    "all. If the program does list accounts, its option ignoreChanges removes them: name 'accounts' there, however "
    "they are listed, and after an import only from the second `pulumi up` on.",
)


def kept_inputs(values: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs that the state has, with all accounts in `accounts`, account ID to name: an import left a list."""
    found = {name: value for name, value in values.items() if name != ACCOUNT_IDS}
    account_ids = values.get(ACCOUNT_IDS)
    return found if ACCOUNTS in found or account_ids is None else {**found, ACCOUNTS: dict.fromkeys(account_ids, "")}


def with_one_list(values: Mapping[str, Any], olds: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """A program's inputs with all accounts in `accounts`.

    Args:
        values: The inputs.
        olds: The inputs that the state has, from `kept_inputs`; {} for a new resource.

    Returns:
        The inputs without `account_ids`, and what is wrong with them.
    """
    found = {name: value for name, value in values.items() if name != ACCOUNT_IDS}
    accounts, account_ids = values.get(ACCOUNTS), values.get(ACCOUNT_IDS)
    if accounts is None and account_ids is None and olds.get(ACCOUNTS):
        return {**found, ACCOUNTS: olds[ACCOUNTS]}, [_NONE_OF_THEM]
    if account_ids is None:
        return {**found, ACCOUNTS: _once(accounts, olds)} if isinstance(accounts, Mapping) else found, []
    if accounts is None:
        return {**found, ACCOUNTS: account_ids}, []
    if accounts == olds.get(ACCOUNTS):
        # The engine has put the state's in, since the program ignores changes of accounts.
        return found, []
    return found, [_ONE_OF_THEM]


def _once(accounts: Mapping[str, Any], olds: Mapping[str, Any]) -> dict[str, Any]:
    """The mapping without the names of accounts that the engine has put in by their IDs, as the state has them."""
    kept = olds.get(ACCOUNTS)
    by_id = {
        key
        for key, name in accounts.items()
        if is_account_key(key) and isinstance(kept, Mapping) and key in kept and kept[key] == name
    }
    return {
        key: item for key, item in accounts.items() if key in by_id or not (isinstance(item, str) and item in by_id)
    }
