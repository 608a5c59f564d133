"""The two ways in which a program lists accounts, `accounts` and `accountIds`, as the one that the package knows. Pure.

A mapping is of names to account IDs: an ID as a key could be no output of another resource. The state has account IDs
as keys, so that a preview names who gains and who loses access. Where a program ignores changes, the engine puts what
the state has into the program's inputs: all accounts, or single entries of a mapping.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from .. import slots
from ..accounts import is_account_key
from ..values import Problem

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
