"""The option `ignore_changes`, as far as it is about accounts: which of its paths the engine can honour. Pure.

Before each check the engine copies what the state has at each path over what the program gives. The state has accounts
by account ID. So a path that names an account in another way removes that account from what the program lists, and the
update would unshare it. Paths are read as the engine reads them:
https://github.com/pulumi/pulumi/blob/v3.259.0/sdk/go/common/resource/properties_path.go
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from .accounts import is_account_key
from .values import shown

_ALL: Final = "*"
_ACCOUNTS: Final = "accounts"
_LISTS: Final = frozenset({"account_ids", "accountIds"})
_PART: Final = re.compile(
    r'\.*(?:\["(?P<key>(?:\\"|[^"])*+)"\]|\[(?P<all>\*)\]|\[(?P<index>[+-]?\d+)\]|(?P<name>[^.\[]+))'
)


def parse_path(path: str) -> tuple[str | int, ...] | None:
    """The keys and indexes of a property path, None if the engine cannot read it and skips it."""
    if path.startswith("."):
        return None
    parts: list[str | int] = []
    position = 0
    while position < len(path):
        found = _PART.match(path, position)
        if found is None:
            return None
        if found["index"] is not None:
            parts.append(int(found["index"]))
        elif found["key"] is not None:
            parts.append(found["key"].replace('\\"', '"'))
        else:
            parts.append(found["all"] or found["name"])
        position = found.end()
    return tuple(parts)


def ignored_accounts(paths: Iterable[str]) -> frozenset[str] | None:
    """The IDs of the accounts whose changes are ignored one by one, None if changes of all accounts are."""
    parsed = [parse_path(path) for path in paths]
    if any(parts in ((_ALL,), (_ACCOUNTS,)) for parts in parsed):
        return None
    return frozenset(str(parts[1]) for parts in parsed if parts and len(parts) == 2 and parts[0] == _ACCOUNTS)


def ignored_path_sentences(paths: Iterable[str], ids: Mapping[str, str], option: str = "ignore_changes") -> list[str]:
    """What is wrong with each path that would take a listed account out of the program, or ignore nothing.

    Args:
        paths: What the program gives to the option.
        ids: The program's names for accounts to their account IDs, as far as they are known.
        option: What the program calls the option.
    """
    found = (_sentence(path, parse_path(path), ids, option) for path in paths)
    return [sentence for sentence in found if sentence]


def _sentence(path: str, parts: tuple[str | int, ...] | None, ids: Mapping[str, str], option: str) -> str | None:
    if _is_applied(path, parts):
        return None
    account_id = ids.get(str(parts[1])) if parts and len(parts) > 1 else None
    right = f'accounts["{account_id or "<account ID>"}"]'
    return (
        f"{option} has {shown(path)}, which the engine cannot apply to accounts: the state lists them by account ID. "
        f"Write {shown(right)} for one account, or 'accounts' for all."
    )


def _is_applied(path: str, parts: tuple[str | int, ...] | None) -> bool:
    """Whether the engine does by this path what a program means, or the path is not about accounts."""
    if parts is None:
        return "account" not in path
    if parts[:1] == (_ACCOUNTS,):
        return len(parts) == 1 or (len(parts) == 2 and is_account_key(parts[1]))
    if parts[:1] == (_ALL,):
        return len(parts) == 1
    return not parts or parts[0] not in _LISTS
