"""Account IDs: the rule for them, and how accounts are named. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from . import slots
from .values import EXACT_BELOW, UNKNOWN, Problem, Unknown, is_number, shown

_ACCOUNT_IN_ARN = re.compile(r"acs:ram::(\d+):")
# An account ID is a number of 64 bits: no more than 19 digits. Documents show 10 to 16.
_MOST_DIGITS: Final = 19
# No account of the documents has fewer; a shorter number may be what a program calls an account.
_FEWEST_DIGITS_OF_A_KEY: Final = 10

NO_ACCOUNT: Final = (
    "no account is given: list at least one account ID. To unshare the image from all accounts, delete the resource "
    "instead."
)


def named(account_id: str, names: Mapping[str, str]) -> str:
    """Return the slot of an account ID with the name that `names` has for it, if any."""
    return slots.account(_with_name(account_id, names))


def _with_name(account_id: str, names: Mapping[str, str]) -> str:
    name = shown(names.get(account_id, "")).strip("'\"")
    return f"{name} ({account_id})" if name else account_id


def plainly_named(account_id: str, names: Mapping[str, str]) -> str:
    """Return the same as a text without a slot: no frontend hides it."""
    return _with_name(account_id, names)


def listed(account_ids: Iterable[str], names: Mapping[str, str]) -> str:
    """Return the slots of all of these accounts, sorted."""
    return ", ".join(named(account_id, names) for account_id in sorted(account_ids))


def plainly_listed(account_ids: Iterable[str], names: Mapping[str, str]) -> str:
    """Return all of these accounts, sorted, as a text without slots: no frontend hides them."""
    return ", ".join(_with_name(account_id, names) for account_id in sorted(account_ids))


def account_id_fault(value: object, name: object = "") -> str | None:
    """Why this can't be an account ID, None if it can; `name` is what the program calls the account, "" for nothing."""
    what = _given(value) + (f" (for {_key(name)})" if name else "")
    if not isinstance(value, str):
        return _not_a_string(value, what)
    if not value.strip():
        return f"an account ID is empty{f' (for {_key(name)})' if name else ''}: give the ID or leave the entry out."
    if value != value.strip() and _is_account_id(value.strip()):
        return f"{what} has spaces around the account ID: write {slots.account(shown(value.strip()))}."
    if not _is_account_id(value):
        return _not_digits(value, name, what)
    if is_account_key(name):
        account = slots.account(value)
        return f"{_key(name)} is used as the name of account {account}, but is an account ID itself: give a name."
    return None


def _is_account_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and not text.startswith("0") and len(text) <= _MOST_DIGITS


def is_account_key(text: object) -> bool:
    """Whether the key of a mapping of accounts is an account's ID, and not its name."""
    return isinstance(text, str) and len(text) >= _FEWEST_DIGITS_OF_A_KEY and _is_account_id(text)


def parse_accounts(
    value: object, problems: list[Problem], *, may_be_empty: bool = False
) -> tuple[dict[str, str], int | Unknown]:
    """Read the accounts of a program.

    Args:
        value: A list of account IDs, or a mapping of names to account IDs, or of account IDs to names, as the state and
            every output have it. Which, is told of each entry by which of the two is an ID.
        problems: Where problems are added.
        may_be_empty: Whether no account at all is no mistake.

    Returns:
        Account ID to name, "" for none; and how many more there are whose IDs are not known, `UNKNOWN` if not even that
        is.
    """
    if value is UNKNOWN:
        return {}, UNKNOWN
    if value is None:
        problems.append(Problem("accounts", NO_ACCOUNT))
        return {}, UNKNOWN
    if isinstance(value, Mapping):
        # The engine hands a mapping over in any order: sorted, so that the same mistake is said in the same words.
        entries = [_name_and_id(key, item) for key, item in sorted(value.items(), key=lambda entry: str(entry[0]))]
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        entries = [("", account_id) for account_id in value]
    else:
        why = f"accounts must be a list of account IDs or a mapping of names to account IDs, not {_given(value)}."
        problems.append(Problem("accounts", why))
        return {}, UNKNOWN
    if not entries and not may_be_empty:
        problems.append(Problem("accounts", NO_ACCOUNT))
    return _read_entries(entries, problems)


def _name_and_id(key: Any, item: Any) -> tuple[Any, Any]:
    """An entry of a mapping as name and account ID, whichever way round it stands."""
    is_name = isinstance(item, str) and not _is_account_id(item) and not _ACCOUNT_IN_ARN.match(item)
    return (item, key) if is_account_key(key) and is_name else (key, item)


def _read_entries(entries: Sequence[tuple[Any, Any]], problems: list[Problem]) -> tuple[dict[str, str], int]:
    accounts: dict[str, str] = {}
    unknown = 0
    for name, account_id in entries:
        why = None if account_id is UNKNOWN else account_id_fault(account_id, name)
        if why is not None:
            problems.append(Problem("accounts", why))
        if why is not None or account_id is UNKNOWN:
            # Which account a faulty entry means is as unknown as the ID of one that is not created yet.
            unknown += 1
        elif account_id in accounts:
            names = _as_names(accounts[account_id], name)
            account = slots.account(account_id)
            problems.append(Problem("accounts", f"account {account} is listed twice{names}: list it once."))
        else:
            accounts[account_id] = name
    return accounts, unknown


def _given(value: object) -> str:
    """What a program gives for an account, or for all of them."""
    return slots.account(slots.render(shown(value)))


def _key(name: object) -> str:
    """The key of an entry of accounts: what the program calls an account, unless it has digits as an ID has."""
    has_digits = isinstance(name, str) and any(map(str.isdigit, name))
    return _given(name) if has_digits else shown(name)


def _as_names(first: str, second: str) -> str:
    return f", as {_key(first)} and as {_key(second)}" if first or second else ""


def _not_a_string(value: object, what: str) -> str:
    if is_number(value):
        if value >= EXACT_BELOW:
            return "an account ID is a number too large to be exact: write it as a string of digits, in quotes."
        if value > 0 and value == int(value):
            number = int(value)
            return (
                f"account ID {slots.account(str(number))} is a number: write it as a string, "
                f"{slots.account(repr(str(number)))}: numbers lose digits."
            )
    if value is None:
        return f"an account ID is {slots.literal(None)}: give the ID or leave the entry out."
    return f"{what} is not an account ID: an account ID is a string of digits, such as '1000000000000002'."


def _not_digits(value: str, name: object, what: str) -> str:
    in_arn = _ACCOUNT_IN_ARN.match(value)
    if in_arn:
        return (
            f"{what} is an ARN: images are shared with accounts, so give the account ID in it, "
            f"{slots.account(repr(in_arn[1]))}."
        )
    if is_account_key(name):
        return (
            f"accounts maps names to account IDs, and {_key(name)}: {_given(value)} is the other way round: "
            f"write {_given(value or 'name')}: {_key(name)}, or a plain list of IDs."
        )
    if value.isascii() and value.isdigit():
        return f"{what} can't be an account ID: it has at most {_MOST_DIGITS} digits and does not begin with 0."
    return (
        f"{what} is not an account ID: that is a string of digits, such as '1000000000000002', found in the console "
        "under Security Settings; names of accounts and RAM users are not accepted."
    )
