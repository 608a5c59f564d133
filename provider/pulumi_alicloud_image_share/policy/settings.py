"""What each policy can be told: the schema of its configuration, and the configuration read. Pure.

The engine refuses what breaks a schema before anything runs; what a schema can't say comes back as `Problem`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ..accounts import account_id_fault, is_account_key
from ..cloud.settings import parse_trusted_owners
from ..share.record import DEFAULT_MAX_ACCOUNTS
from ..values import UNKNOWN, Problem, is_number, parse_flag, shown, unknown_argument

Schema = Mapping[str, Mapping[str, Any]]

_LIST_OF_TEXT: Final = {"type": "array", "items": {"type": "string"}}
PROTECTED_STACKS: Final = ("prod", "prod-*", "*-prod", "production")

ALLOWED_ACCOUNTS_SCHEMA: Final[Schema] = {
    "accounts": {
        "type": ["array", "object"],
        "items": {"type": "string"},
        "additionalProperties": {"type": "string"},
        "description": "A list of account IDs and names, or a mapping of names to account IDs, or of IDs to names.",
    },
}
ONE_MANAGER_SCHEMA: Final[Schema] = {
    "exceptImages": {
        **_LIST_OF_TEXT,
        "default": [],
        "description": "The IDs of images that may have several managers, while a stack is being moved.",
    },
}
MAX_ACCOUNTS_SCHEMA: Final[Schema] = {
    "maxAccounts": {
        "type": "integer",
        "minimum": 1,
        "default": DEFAULT_MAX_ACCOUNTS,
        "description": "How many accounts an image may be shared with by the stack.",
    },
}
PROTECTED_SHARES_SCHEMA: Final[Schema] = {
    "stacks": {
        **_LIST_OF_TEXT,
        "default": list(PROTECTED_STACKS),
        "description": "The names of protected stacks; * and ? stand for any characters, as in file names.",
    },
}
TRUSTED_IMAGES_SCHEMA: Final[Schema] = {
    "trustedOwners": {
        **_LIST_OF_TEXT,
        "default": [],
        "description": "The IDs of the accounts whose shared images may be used, beside the account's own.",
    },
    "useStackConfig": {
        "type": "boolean",
        "default": True,
        "description": "Whether the owners in the stack's alicloud-image-share:trustedOwners are trusted too.",
    },
    "allowSystemImages": {
        "type": "boolean",
        "default": True,
        "description": "Whether the public images of Alibaba Cloud may be used.",
    },
    "allowMarketplaceImages": {
        "type": "boolean",
        "default": False,
        "description": "Whether images of the Marketplace may be used.",
    },
    "allowCommunityImages": {
        "type": "boolean",
        "default": False,
        "description": "Whether community images of trusted owners may be used.",
    },
    "allowUnknownOwners": {
        "type": "boolean",
        "default": False,
        "description": "Whether an image may be used, with a warning, if nobody can tell whose it is.",
    },
}


@dataclass(frozen=True)
class AllowedAccounts:
    """An allowlist of accounts.

    Attributes:
        ids: The account IDs that are on it.
        names: The names that are on it without an ID: whatever account the program calls so is allowed.
        by_name: The names that are on it with their IDs.
    """

    ids: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    by_name: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class TrustedImages:
    """Whose images instances may be made from.

    Attributes:
        owners: The IDs of the trusted accounts.
        system_images: Whether Alibaba Cloud's public images may be used.
        marketplace_images: Whether images of the Marketplace may be used.
        community_images: Whether community images of trusted accounts may be used.
        unknown_owners: Whether an image may be used if nobody can tell whose it is.
    """

    owners: frozenset[str] = frozenset()
    system_images: bool = True
    marketplace_images: bool = False
    community_images: bool = False
    unknown_owners: bool = False


def read_allowed_accounts(config: Mapping[str, Any], problems: list[Problem]) -> AllowedAccounts | None:
    """Read the configuration of the allowlist; None if there is none.

    Args:
        config: The policy's configuration.
        problems: Where problems are added.
    """
    _refuse_unknown(config, ALLOWED_ACCOUNTS_SCHEMA, problems)
    accounts = config.get("accounts")
    if accounts is None:
        return None
    if isinstance(accounts, Mapping):
        entries = [_name_and_id(str(key), item) for key, item in accounts.items()]
        faults = [account_id_fault(account_id, name) for name, account_id in entries]
        # A name that several accounts have is no more than a name: their IDs alone allow them.
        times = Counter(name for name, _ in entries if name)
        by_name = {name: account_id for name, account_id in entries if times[name] == 1}
        allowed = AllowedAccounts(frozenset(str(account_id) for _, account_id in entries), by_name=by_name)
    elif isinstance(accounts, list):
        faults = [None if _is_name(entry) else account_id_fault(entry) for entry in accounts]
        names = frozenset(entry for entry in accounts if _is_name(entry))
        allowed = AllowedAccounts(frozenset(map(str, accounts)) - names, names)
    else:
        faults = [f"it must be a list or a mapping of names to account IDs, not {shown(accounts)}."]
        allowed = AllowedAccounts()
    if not accounts:
        faults = ["it is empty: list the accounts that are allowed, or disable the policy."]
    problems += [Problem("accounts", f"accounts: {fault}") for fault in faults if fault]
    return allowed


def read_except_images(config: Mapping[str, Any], problems: list[Problem]) -> frozenset[str]:
    """Read which images may have several managers."""
    _refuse_unknown(config, ONE_MANAGER_SCHEMA, problems)
    return frozenset(_texts("exceptImages", config, (), problems))


def read_max_accounts(config: Mapping[str, Any], problems: list[Problem]) -> int:
    """Read how many accounts an image may be shared with."""
    _refuse_unknown(config, MAX_ACCOUNTS_SCHEMA, problems)
    value = config.get("maxAccounts", DEFAULT_MAX_ACCOUNTS)
    if is_number(value) and value >= 1 and value == int(value):
        return int(value)
    problems.append(
        Problem("maxAccounts", f"maxAccounts must be a whole number of accounts, at least 1, not {shown(value)}.")
    )
    return DEFAULT_MAX_ACCOUNTS


def read_protected_stacks(config: Mapping[str, Any], problems: list[Problem]) -> tuple[str, ...]:
    """Read the patterns of the names of protected stacks."""
    _refuse_unknown(config, PROTECTED_SHARES_SCHEMA, problems)
    return _texts("stacks", config, PROTECTED_STACKS, problems)


def read_trusted_images(config: Mapping[str, Any], stack_owners: object, problems: list[Problem]) -> TrustedImages:
    """Read whose images may be used.

    Args:
        config: The policy's configuration.
        stack_owners: The stack's configuration alicloud-image-share:trustedOwners, None if it is not set.
        problems: Where problems are added.
    """
    _refuse_unknown(config, TRUSTED_IMAGES_SCHEMA, problems)
    owners = _texts("trustedOwners", config, (), problems)
    problems += [
        Problem("trustedOwners", f"trustedOwners: {fault}") for fault in map(account_id_fault, owners) if fault
    ]
    if _flag("useStackConfig", config, problems):
        stack_says, faults = parse_trusted_owners(stack_owners)
        owners += stack_says
        problems += [Problem("trustedOwners", fault) for fault in faults]
    return TrustedImages(
        owners=frozenset(owners),
        system_images=_flag("allowSystemImages", config, problems),
        marketplace_images=_flag("allowMarketplaceImages", config, problems),
        community_images=_flag("allowCommunityImages", config, problems),
        unknown_owners=_flag("allowUnknownOwners", config, problems),
    )


def _refuse_unknown(config: Mapping[str, Any], schema: Schema, problems: list[Problem]) -> None:
    problems += [unknown_argument("the policy", name, tuple(schema)) for name in config if name not in schema]


def _flag(name: str, config: Mapping[str, Any], problems: list[Problem]) -> bool:
    default: bool = TRUSTED_IMAGES_SCHEMA[name]["default"]
    value = parse_flag(name, config.get(name), default, problems)
    return default if value is UNKNOWN else value


def _texts(name: str, config: Mapping[str, Any], default: tuple[str, ...], problems: list[Problem]) -> tuple[str, ...]:
    value = config.get(name, list(default))
    if isinstance(value, list) and all(isinstance(entry, str) for entry in value):
        return tuple(value)
    problems.append(Problem(name, f"{name} must be a list of strings, not {shown(value)}."))
    return default


def _name_and_id(key: str, item: Any) -> tuple[str, Any]:
    """An entry of a mapping as name and account ID, also where it is the other way round, as outputs have it."""
    return (item, key) if is_account_key(key) and isinstance(item, str) and not item.isdigit() else (key, item)


def _is_name(entry: object) -> bool:
    """Whether this entry of an allowlist is a name: what has digits alone, or colons as an ARN has, is none."""
    return isinstance(entry, str) and bool(entry.strip()) and not entry.strip().isdigit() and ":" not in entry
