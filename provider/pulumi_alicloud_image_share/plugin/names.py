"""Properties and sentences in the words of programs of every language: `image_id` is `imageId` there. Pure.

The state may have been written by the dynamic frontend, in Python's words: both are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from ..resource.base import AnyResource
from ..resource.names import RESOURCE, camel_case, snake_case
from ..slots import Words

WORDS: Final = Words(camel_case, "{}: {}", {"True": "true", "False": "false", "None": "null"})
"""How sentences are written for programs of every language."""


def is_of_python(resource_type: type[AnyResource], values: Iterable[str]) -> bool:
    """Whether these are the names of properties as the dynamic frontend writes them."""
    return any(name.startswith("__") or (name != camel_case(name) and name in _names(resource_type)) for name in values)


def from_program(resource_type: type[AnyResource], values: Mapping[str, Any]) -> dict[str, Any]:
    """A resource's properties as the package has them, without what only the frontend that wrote them has."""
    return resource_type.in_python({name: value for name, value in values.items() if not name.startswith("__")})


def own_urn(values: Mapping[str, Any]) -> str:
    """Return the URN that the state had a resource under when these inputs were written, "" if they do not say."""
    kept = values.get(RESOURCE)
    return str(kept.get("urn") or "") if isinstance(kept, Mapping) else ""


def for_program(values: Mapping[str, Any]) -> dict[str, Any]:
    """A resource's properties as programs of every language have them."""
    role = values.get("assume_role")
    if isinstance(role, Mapping):
        values = {**values, "assume_role": {camel_case(name): value for name, value in role.items()}}
    return {camel_case(name): value for name, value in values.items()}


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
