"""What changes, as the engine shows it: each account by itself, and nothing that is secret. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from pulumi.runtime.proto import provider_pb2

from ..errors import RuleBroken
from ..record import ADDED, CHANGED, REMOVED, Change, Difference
from .account_inputs import ACCOUNTS
from .names import path_for_program

_PropertyDiff: Final = provider_pb2.PropertyDiff
_HOW: Final = {
    (ADDED, False): _PropertyDiff.ADD,
    (ADDED, True): _PropertyDiff.ADD_REPLACE,
    (REMOVED, False): _PropertyDiff.DELETE,
    (REMOVED, True): _PropertyDiff.DELETE_REPLACE,
    (CHANGED, False): _PropertyDiff.UPDATE,
    (CHANGED, True): _PropertyDiff.UPDATE_REPLACE,
}
# The ways to write one path that Pulumi knows.
_ALL_ACCOUNTS: Final = frozenset({"accounts", "accountIds", "accounts.*", 'accounts["*"]', "accounts[*]"})
_ACCOUNT_IN_PATH: Final = re.compile(r"""^accounts(?:\.|\[["']?)(\d+)(?:["']?\])?$""")


def refuse_what_is_ignored(change: Change, ignored: Iterable[str]) -> None:
    """Refuse the change of an account that a program ignores: the engine leaves it out of a map alone, by its keys."""
    paths = {_ACCOUNT_IN_PATH.sub(r'accounts["\1"]', path) for path in ignored}
    if paths & _ALL_ACCOUNTS and any(each.property == ACCOUNTS and each.how != CHANGED for each in change.differences):
        raise RuleBroken(
            "changes of accounts are to be ignored, and can't be",
            [
                "the state has not the accounts under the name that is ignored, as after an import. Give accounts as "
                "the state has them, run `pulumi up` once, and ignore changes of accounts (not of account_ids) from "
                "then on."
            ],
        )
    found = sorted(_account_of(each.path) for each in change.differences if each.path in paths and "[" in each.path)
    if found:
        raise RuleBroken(
            f"changes of account {', '.join(found)} are to be ignored, and can't be",
            [
                "the engine ignores changes of single accounts where accounts is a map of account IDs to names: give "
                "it so, or ignore changes of accounts as a whole."
            ],
        )


def _account_of(path: str) -> str:
    """The account that a path such as `accounts["1000000000000002"]` is of."""
    return path.partition('"')[2].rstrip('"]')


def only_named(olds: Mapping[str, Any], news: Mapping[str, Any]) -> list[str]:
    """The accounts that get a name, or give theirs up.

    The engine shows an empty text that changes as added or removed, which would read as access gained or lost.
    """
    had, has = olds.get(ACCOUNTS), news.get(ACCOUNTS)
    if not isinstance(had, Mapping) or not isinstance(has, Mapping):
        return []
    return sorted(each for each in had.keys() & has.keys() if had[each] != has[each] and "" in (had[each], has[each]))


def detailed(change: Change, *, hides_accounts: bool, unsaid: Collection[str]) -> dict[str, Any]:
    """The differences by their paths.

    Args:
        change: What changes.
        hides_accounts: Whether the accounts are secret: then it is only said that they change.
        unsaid: The paths that are left out.
    """
    found: dict[str, Any] = {}
    for difference in change.differences:
        if difference.path in unsaid:
            continue
        shown = difference
        if hides_accounts and difference.property == ACCOUNTS:
            # The engine prints the keys of a map, secret ones too.
            shown = Difference(ACCOUNTS, CHANGED, difference.replaces)
        found[path_for_program(shown.path)] = _PropertyDiff(kind=_HOW[shown.how, shown.replaces])
    return found
