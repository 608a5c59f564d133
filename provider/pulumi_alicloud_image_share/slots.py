"""Slots in sentences: names and accounts that each frontend writes in its own way. Pure.

A sentence is a plain string. A slot in it stands between private-use code points, which `values.shown` escapes in texts
of a program. `render` writes each slot as one frontend does; the text of an `ImageShareError` is Python's unless a
frontend asks for another.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

NAMESPACE: Final = "alicloud-image-share"
"""Before the colon of the package's settings; also the name of the plugin's package."""
HIDDEN: Final = "[secret]"

_OPEN, _NEXT, _CLOSE = "\ue000", "\ue001", "\ue002"
_SLOT = re.compile(f"{_OPEN}([a-z]+){_NEXT}([^{_OPEN}-{_CLOSE}]*)(?:{_NEXT}([^{_OPEN}-{_CLOSE}]*))?{_CLOSE}")
_MARK = re.compile(f"[{_OPEN}-{_CLOSE}]")
_PROPERTY, _LITERAL, _SETTING, _ACCOUNT = "property", "literal", "setting", "account"


@dataclass(frozen=True)
class Words:
    """How a frontend writes slots. The defaults are those of a Python program.

    Attributes:
        name: Writes the Python name of a property.
        assignment: Joins a property and its value, with a place for each.
        literals: Python's True, False and None, if the frontend writes them otherwise.
        settings: Setting to what it is called, if not by its key.
        hides_accounts: Whether the accounts of the program are secret.
    """

    name: Callable[[str], str] = str
    assignment: str = "{}={}"
    literals: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    hides_accounts: bool = False

    def hiding(self, secrets: Collection[str]) -> Words:
        """Return the same for a resource whose inputs of these names are secret."""
        return replace(self, hides_accounts="accounts" in secrets)


PYTHON: Final = Words()


def prop(name: str) -> str:
    """Return the slot of a property, by its name in Python, such as "max_accounts"."""
    return _slot(_PROPERTY, name)


def assigned(name: str, value: bool | None) -> str:
    """Return the slot of a property that has a value, such as `exclusive=False`."""
    return _slot(_PROPERTY, name, repr(value))


def literal(value: bool | None) -> str:
    """Return the slot of a value that languages write differently."""
    return _slot(_LITERAL, repr(value))


def setting(name: str, key: str = "") -> str:
    """Return the slot of a setting.

    Args:
        name: Its name, such as "region".
        key: What a stack's configuration calls it. Default: the name after the package's namespace.
    """
    return _slot(_SETTING, name, key or f"{NAMESPACE}:{name}")


def account(text: str) -> str:
    """Return the slot of an account that the program or the state lists: its ID, with its name if it has one."""
    return _slot(_ACCOUNT, text)


def with_accounts(text: str, account_ids: Collection[str]) -> str:
    """Return a text that comes from outside, such as ECS, with a slot for each of these account IDs in it."""
    text = cleaned(text)
    if not account_ids:
        return text
    known = "|".join(sorted(map(re.escape, account_ids), key=len, reverse=True))
    return re.sub(known, lambda found: account(found[0]), text)


def cleaned(text: str) -> str:
    """Return a text that comes from outside without the characters that mark slots."""
    return _MARK.sub("", text)


def render(text: str, words: Words = PYTHON) -> str:
    """Return a text with its slots written as a frontend writes them. No mark is left."""
    return cleaned(_SLOT.sub(lambda found: _written(found[1], found[2], found[3], words), text))


def _slot(sort: str, *texts: str) -> str:
    return _OPEN + _NEXT.join([sort, *map(cleaned, texts)]) + _CLOSE


def _written(sort: str, text: str, second: str | None, words: Words) -> str:
    if sort == _PROPERTY:
        name = words.name(text)
        return name if second is None else words.assignment.format(name, words.literals.get(second, second))
    if sort == _LITERAL:
        return words.literals.get(text, text)
    if sort == _SETTING:
        return words.settings.get(text, second or text)
    return HIDDEN if words.hides_accounts else text
