"""A program's accounts in the form that the state has: account ID to name.

The engine applies `ignore_changes` to inputs before any check. It finds an account only where program and state use the
same keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi

from ..accounts import parse_accounts
from ..engine.wire import has_outputs
from ..values import Problem


def keyed_by_id(accounts: Any) -> Any:
    """Plain accounts as account ID to name; accounts that break a rule are returned unchanged, for the check."""
    problems: list[Problem] = []
    by_id, unknown = parse_accounts(accounts, problems)
    return accounts if problems or unknown else by_id


async def key_by_id(accounts: Any) -> Any:
    """A program's accounts as account ID to name, as far as the IDs are known.

    Args:
        accounts: A list or a mapping, in which outputs may stand, or an output of one.

    Returns:
        A value that Pulumi can register. It has the dependencies and secrets that the accounts have.
    """
    if not has_outputs(accounts):
        return keyed_by_id(accounts)
    whole: pulumi.Output[Any] = pulumi.Output.from_input(accounts)
    if await whole.is_known():
        return whole.apply(keyed_by_id)
    return await _key_known(accounts) if isinstance(accounts, Mapping) else accounts


async def _key_known(accounts: Mapping[str, Any]) -> Mapping[str, Any]:
    """A mapping with the entries whose account IDs are known under these IDs."""
    known = {}
    for name, item in accounts.items():
        output: pulumi.Output[Any] = pulumi.Output.from_input(item)
        if await output.is_known():
            known[name] = await output.future()
    by_id = keyed_by_id(known)
    if by_id is known:
        return accounts
    return {key: item for name, item in accounts.items() for key, item in [_entry(name, item, known, by_id)]}


def _entry(name: str, item: Any, known: Mapping[str, Any], by_id: Mapping[str, str]) -> tuple[str, Any]:
    if name not in known or name in by_id:
        return name, item
    # The output stays a part of the value, so that the engine knows what the accounts depend on.
    return known[name], item.apply(lambda _: name) if isinstance(item, pulumi.Output) else name
