"""Properties and sentences in the words of programs of every language: `image_id` is `imageId` there. Pure.

The state may have been written by the dynamic frontend, in Python's words: both are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from ..resource.base import AnyResource
from ..resource.names import ROLE_ENTRIES, camel_case, snake_case

_VALUE = re.compile(r"\b([a-zA-Z]+)=(True|False)\b")
# Not in quotes, where a value of the program's stands.
_LITERAL = re.compile(r"""(?<!['"])\b(True|False|None)\b(?!['"])""")
_LITERALS: Final = {"True": "true", "False": "false", "None": "null"}


def is_of_python(resource_type: type[AnyResource], values: Iterable[str]) -> bool:
    """Whether these are the names of properties as the dynamic frontend writes them."""
    return any(name.startswith("__") or (name != camel_case(name) and name in _names(resource_type)) for name in values)


def from_program(resource_type: type[AnyResource], values: Mapping[str, Any]) -> dict[str, Any]:
    """A resource's properties as the package has them, without what only the frontend that wrote them has."""
    return resource_type.in_python({name: value for name, value in values.items() if not name.startswith("__")})


def for_program(values: Mapping[str, Any]) -> dict[str, Any]:
    """A resource's properties as programs of every language have them."""
    role = values.get("assume_role")
    if isinstance(role, Mapping):
        values = {**values, "assume_role": {camel_case(name): value for name, value in role.items()}}
    return {camel_case(name): value for name, value in values.items()}


class Words:
    """Sentences in the words of programs of every language."""

    def __init__(self, names: Iterable[str]) -> None:
        """Know these names, as Python has them, and those of a role's entries."""
        known = {*names, *ROLE_ENTRIES.values()}
        several = sorted((name for name in known if "_" in name), key=len, reverse=True)
        self._name = re.compile(rf"\b({'|'.join(several)})\b")

    def __call__(self, sentence: str) -> str:
        """The sentence, with the names of properties as they are written there."""
        text = self._name.sub(lambda found: camel_case(found[1]), sentence)
        text = _VALUE.sub(lambda found: f"{found[1]}: {found[2].lower()}", text)
        return _LITERAL.sub(lambda found: _LITERALS[found[1]], text)


def path_for_program(path: str) -> str:
    """The path of a difference as programs have it: `accounts["1000000000000002"]`, `imageId`."""
    name, bracket, rest = path.partition("[")
    return f"{camel_case(name)}{bracket}{rest}"


def path_from_program(path: str) -> str:
    """The path of a property that programs name, as Python has it: `image_id`."""
    name, bracket, rest = path.partition("[")
    return f"{snake_case(name)}{bracket}{rest}"


def _names(resource_type: type[AnyResource]) -> tuple[str, ...]:
    return tuple(item.name for item in resource_type.properties)
