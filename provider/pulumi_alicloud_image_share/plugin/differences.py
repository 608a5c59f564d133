"""What changes, as the engine shows it: each account by itself, and nothing that is secret. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from pulumi.runtime.proto import provider_pb2

from ..accounts import listed
from ..errors import RuleBroken
from ..ignored_changes import ignored_accounts, ignored_path_sentences
from ..record import ADDED, CHANGED, REMOVED, Change, Difference
from ..values import Problem
from .properties import ACCOUNTS, path_for_program

_PropertyDiff: Final = provider_pb2.PropertyDiff
_HOW: Final = {
    (ADDED, False): _PropertyDiff.ADD,
    (ADDED, True): _PropertyDiff.ADD_REPLACE,
    (REMOVED, False): _PropertyDiff.DELETE,
    (REMOVED, True): _PropertyDiff.DELETE_REPLACE,
    (CHANGED, False): _PropertyDiff.UPDATE,
    (CHANGED, True): _PropertyDiff.UPDATE_REPLACE,
}
_IMPORTED: Final = (
    "the engine cannot leave out the changes of accounts: an import keeps them in another form than programs do. List "
    "the accounts that the state has, run `pulumi up` once without the option, then ignore changes of 'accounts'."
)


def refuse_what_is_ignored(
    change: Change, ignored: Sequence[str], accounts: Mapping[str, str], *, hides_accounts: bool
) -> None:
    """Refuse an option ignoreChanges that the engine does not apply as the program means it.

    The engine has changed the inputs by then, and does not say how: a name in a path has taken the account out of them.

    Args:
        change: What is still left to change.
        ignored: What the program gives to the option.
        accounts: The accounts that the state has, account ID to name.
        hides_accounts: Whether the accounts are secret.

    Raises:
        RuleBroken: A path is not applied. Nothing was changed.
    """
    ids = {} if hides_accounts else {name: account_id for account_id, name in accounts.items()}
    sentences = ignored_path_sentences(ignored, ids, "ignoreChanges")
    moving = {_account_of(each.path) for each in change.differences if _moves_access(each)}
    one_by_one = ignored_accounts(ignored)
    if one_by_one is None and moving:
        sentences.append(_IMPORTED)
    elif one_by_one and moving & one_by_one:
        sentences.append(
            f"the engine cannot leave out the change of account {listed(moving & one_by_one, {})}: it finds an "
            "account only where accounts is a map of account IDs to names. List accounts as such a map, or write "
            "'accounts' to ignore changes of all."
        )
    if sentences:
        raise RuleBroken("the option ignoreChanges cannot be applied", sentences)


def ignored_no_longer(before: Mapping[str, Any], again: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong if a replacement drops accounts whose changes the program ignores.

    The engine checks a resource that it replaces twice, and applies the option to the first check alone. An account
    that only the first one lists would lose access, and the preview of the replacement shows no accounts.

    Args:
        before: The inputs as the first check has read them.
        again: The inputs as the second one has.
    """
    had, has = before.get(ACCOUNTS), again.get(ACCOUNTS)
    if not isinstance(had, Mapping) or not isinstance(has, Mapping):
        return []
    dropped = had.keys() - has.keys()
    if not dropped:
        return []
    return [
        Problem(
            ACCOUNTS,
            f"the option ignoreChanges does not hold for a resource that is replaced: {listed(dropped, had)} would "
            "lose access, which the program does not list. Add what should keep access to accounts. Drop the rest "
            "without the option, in an update of its own before this one.",
        )
    ]


def _moves_access(difference: Difference) -> bool:
    return difference.property == ACCOUNTS and difference.how != CHANGED


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
