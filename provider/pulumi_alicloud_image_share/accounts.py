"""Account IDs: the rule for them, and how accounts are named. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from .arguments import EXACT_BELOW, is_number, shown

_ACCOUNT_IN_ARN = re.compile(r"acs:ram::(\d+):")
# An account ID is a number of 64 bits: no more than 19 digits. Documents show 10 to 16.
_MOST_DIGITS = 19


def named(account_id: str, names: Mapping[str, str]) -> str:
    """An account ID with the name that `names` has for it, if any, on one line."""
    name = shown(names.get(account_id, "")).strip("'\"")
    return f"{name} ({account_id})" if name else account_id


def listed(account_ids: Iterable[str], names: Mapping[str, str]) -> str:
    """All of these accounts, sorted, in one line."""
    return ", ".join(named(account_id, names) for account_id in sorted(account_ids))


def account_id_fault(value: object, name: object = "") -> str | None:
    """Why this can't be an account ID, None if it can; `name` is what the program calls the account, "" for nothing."""
    what = shown(value) + (f" (for {shown(name)})" if name else "")
    if not isinstance(value, str):
        return _not_a_string(value, what)
    if not value.strip():
        return f"an account ID is empty{f' (for {shown(name)})' if name else ''}: give the ID or leave the entry out."
    if value != value.strip() and _is_account_id(value.strip()):
        return f"{what} has spaces around the account ID: write {shown(value.strip())}."
    if not _is_account_id(value):
        return _not_digits(value, name, what)
    if isinstance(name, str) and len(name) >= 10 and _is_account_id(name):
        return f"{shown(name)} is used as the name of account {value}, but is an account ID itself: give a name."
    return None


def _is_account_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and text[0] != "0" and len(text) <= _MOST_DIGITS


def _not_a_string(value: object, what: str) -> str:
    if is_number(value):
        if value >= EXACT_BELOW:
            return "an account ID is a number too large to be exact: write it as a string of digits, in quotes."
        if value > 0 and value == int(value):
            return f"account ID {int(value)} is a number: write it as a string, '{int(value)}': numbers lose digits."
    if value is None:
        return "an account ID is None: give the ID or leave the entry out."
    return f"{what} is not an account ID: an account ID is a string of digits, such as '1000000000000002'."


def _not_digits(value: str, name: object, what: str) -> str:
    in_arn = _ACCOUNT_IN_ARN.match(value)
    if in_arn:
        return f"{what} is an ARN: images are shared with accounts, so give the account ID in it, '{in_arn[1]}'."
    if isinstance(name, str) and _is_account_id(name):
        return (
            f"accounts maps names to account IDs, and {shown(name)}: {shown(value)} is the other way round: "
            f"write {shown(value or 'name')}: {shown(name)}, or a plain list of IDs."
        )
    if value.isascii() and value.isdigit():
        return f"{what} can't be an account ID: it has at most {_MOST_DIGITS} digits and does not begin with 0."
    return (
        f"{what} is not an account ID: that is a string of digits, such as '1000000000000002', found in the console "
        "under Security Settings; names of accounts and RAM users are not accepted."
    )
