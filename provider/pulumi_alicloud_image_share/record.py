"""Records: each property of a resource declared once, and all that derives from the declarations. Pure.

A record is a frozen dataclass. Each of its fields that is a property of the resource is declared with `prop`, which
says what the frontends and the documentation need to know of it. Parsing, serialising, reading back, differences,
planned outputs and the plugin's schema iterate over that table, so that a new property is one declaration.

A record is generic in what its values may be besides known: `Record[Unknown]` is what a preview has, and in
`Record[Never]` every value is known. The type checker holds the two apart; at run time they are one class.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from typing import Any, ClassVar, Final, Generic, Literal, Self, TypeVar, cast

from . import slots
from .cloud.credentials import Identity, Role, parse_profile, parse_role, restore_role, write_role
from .values import UNKNOWN, Problem, Unknown, is_number, parse_flag, parse_image_id, parse_region, shown
from .values import unknown_argument as _unknown_argument

U = TypeVar("U", covariant=True)
"""`Unknown` where a value may be unknown, `Never` where none is."""

PropertyType = Literal[
    "text", "number", "percent", "flag", "map of text", "list of text", "accounts", "role", "endpoints"
]
_EMPTY: Final[Mapping[str, Any]] = {
    "text": "", "number": 0, "percent": 0, "flag": False, "map of text": {}, "list of text": (), "accounts": {},
}  # fmt: skip

NO_DEFAULT: Final = ...
"""The default of a property that has no fixed one: it is required, or the configuration gives it."""

ADDED: Final = "added"
REMOVED: Final = "removed"
CHANGED: Final = "changed"


@dataclass(frozen=True)
class Given:
    """An argument as the program gives it, for the parser of its property.

    Attributes:
        name: The argument.
        value: Its value, None if the program leaves it out. Never `UNKNOWN`.
        default: The default that the configuration gives, None if it gives none.
        problems: Every broken rule is added here.
        settles: Values of other fields that this argument settles are added here.
    """

    name: str
    value: object
    default: Any
    problems: list[Problem]
    settles: dict[str, Any]

    def refuse(self, sentence: str) -> Unknown:
        """Add a problem. What breaks a rule is as unknown as what is not created yet."""
        self.problems.append(Problem(self.name, sentence))
        return UNKNOWN


Parser = Callable[[Given], Any]


@dataclass(frozen=True)
class Property:
    """A property of a resource, or of a function of the plugin.

    Attributes:
        name: Its name in Python.
        type: What its value is.
        doc: What it means, in one sentence.
        is_input: Whether a program gives it.
        is_output: Whether the resource has it afterwards.
        is_required: Whether a program must give it.
        replaces: Whether a change makes a new resource.
        reveals: The input whose secrets this property would reveal, "" for none.
        is_optional: Whether the outputs leave it out at its default.
        is_plain: Whether a program must know it when it runs: it can be no output of another resource.
        default: What applies if the program leaves it out, `NO_DEFAULT` if it has no fixed one.
        parse: Reads what a program gives, None for what no program gives.
        shows_default: Whether the inputs state the default, so that previews show the limit in force.
        keeps: Whether a resource keeps what it has if the program leaves it out.
    """

    name: str
    type: PropertyType
    doc: str
    is_input: bool = True
    is_output: bool = True
    is_required: bool = False
    replaces: bool = False
    reveals: str = ""
    is_optional: bool = False
    is_plain: bool = False
    default: Any = NO_DEFAULT
    parse: Parser | None = None
    shows_default: bool = False
    keeps: bool = False

    @property
    def absent(self) -> Any:
        """The value that stands for none."""
        return _EMPTY[self.type] if self.default is NO_DEFAULT else self.default


def prop(type: PropertyType, doc: str, parse: Parser | None = None, *, default: Any = NO_DEFAULT, **traits: Any) -> Any:
    """Declare a field of a record as a property.

    Args:
        type: What its value is.
        doc: What it means, in one sentence that ends with a full stop.
        parse: Reads what a program gives. Without it the property is an output only.
        default: What applies if the program leaves it out.
        traits: The other attributes of `Property`.

    Returns:
        The field.
    """
    traits.setdefault("is_input", parse is not None)
    declared = Property("", type, doc, default=default, parse=parse, **traits)
    metadata = {_DECLARED: declared}
    if isinstance(default, Mapping):
        return field(default_factory=lambda: default, metadata=metadata)
    return field(default=MISSING if default is NO_DEFAULT else default, metadata=metadata)


_DECLARED: Final = "property"


@dataclass(frozen=True)
class Difference:
    """One property that an update would change.

    Attributes:
        path: The property, or an entry of it: "max_accounts", 'accounts["1000000000000002"]', "assume_role.role_arn".
        how: `ADDED`, `REMOVED` or `CHANGED`.
        replaces: Whether it makes a new resource.
    """

    path: str
    how: str = CHANGED
    replaces: bool = False

    @property
    def property(self) -> str:
        """The property's name."""
        return self.path.partition("[")[0].partition(".")[0]


@dataclass(frozen=True)
class Change:
    """What an update would do: nothing, an update, or a replacement.

    Attributes:
        differences: The properties that it changes.
        is_renamed: Whether the other frontend wrote the state, so that its names change.
    """

    differences: tuple[Difference, ...] = ()
    is_renamed: bool = False

    @property
    def changed(self) -> bool:
        """Whether there is anything to do."""
        return self.is_renamed or bool(self.differences)

    @property
    def replaced_by(self) -> tuple[str, ...]:
        """The properties that make a new resource, each once."""
        return tuple(dict.fromkeys(found.property for found in self.differences if found.replaces))


@dataclass(frozen=True, kw_only=True)
class Record(Generic[U]):
    """A resource as a program wants it, or as the state has it.

    Attributes:
        profile: The profile of the Alibaba Cloud CLI, "" for the stack's own credentials.
        assume_role: The role that these credentials assume, None for the one that the stack's configuration names.
    """

    resource: ClassVar[str] = ""
    """What programs call the resource, such as "ImageShare"."""
    derived: ClassVar[tuple[Property, ...]] = ()
    """The outputs that follow from other properties: each is an attribute of the class."""

    profile: str | U = prop(
        "text",
        "The profile of the Alibaba Cloud CLI whose account owns the image. Default: the stack's own credentials.",
        lambda given: parse_profile(given.value, given.problems),
        default="",
        is_optional=True,
    )
    assume_role: Role | U | None = prop(
        "role",
        "A RAM role to assume first, of the account that owns the image. Default: the configuration's, else none.",
        lambda given: parse_role(given.value, given.problems, given.name),
        default=None,
        is_optional=True,
    )

    @property
    def identity(self) -> Identity | U:
        """The identity that calls ECS."""
        if UNKNOWN in (self.profile, self.assume_role):
            return cast(U, UNKNOWN)
        return cast("Identity | U", Identity(cast(str, self.profile), cast("Role | None", self.assume_role)))

    @classmethod
    def table(cls) -> tuple[Property, ...]:
        """The properties: those of the resource in the order of their declaration, then the credentials."""
        return _table(cast(Any, cls))

    @classmethod
    def inputs(cls) -> tuple[Property, ...]:
        """The properties that a program gives."""
        return tuple(item for item in cls.table() if item.is_input)

    @classmethod
    def restore(cls, values: Mapping[str, Any]) -> Self:
        """Read back what `as_inputs` or `as_outputs` wrote. It broke no rule then, and numbers may be floats now."""
        kept = [item for item in cls.table() if item not in cls.derived]
        return cls.of({item.name: _restored(item, values.get(item.name)) for item in kept})

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """A record of values by field, any of which may be `UNKNOWN`."""
        return cls(**values)

    def value(self, name: str) -> Any:
        """A property as it is compared and written: `UNKNOWN` unless all of it is known."""
        return getattr(self, name)

    def as_inputs(self, *, states_defaults: bool = True) -> dict[str, Any]:
        """What a program gives to have this.

        Args:
            states_defaults: Whether the defaults that previews show are stated.
        """
        return {
            item.name: _written(item, self.value(item.name))
            for item in self.inputs()
            if item.is_required or self.value(item.name) != item.absent or (item.shows_default and states_defaults)
        }

    def as_outputs(self) -> dict[str, Any]:
        """The properties of the resource, as the state keeps them."""
        return {
            item.name: _written(item, self.value(item.name))
            for item in self.table()
            if item.is_output and not (item.is_optional and self.value(item.name) == item.absent)
        }

    def differences_from(self, old: Record[Any]) -> list[Difference]:
        """The properties that an update from `old` to this changes, each by its own name, maps by their entries."""
        found = []
        for item in self.inputs():
            had, wants = old.value(item.name), self.value(item.name)
            if had != wants and not (item.keeps and wants == item.absent):
                replaces = self.is_replaced_by(item, old)
                found += [replace(each, replaces=replaces) for each in _differences(item, had, wants)]
        return found

    def is_replaced_by(self, item: Property, old: Record[Any]) -> bool:
        """Whether a change of this property makes a new resource."""
        return item.replaces

    def planned(self, old: Record[Any] | None) -> Self:
        """The resource after a create (without `old`) or an update, as far as a preview can know it."""
        return replace(self, **_known_afterwards(self, old))

    def as_imported(self) -> Self:
        """A resource that no state had until now, with limits under which it is valid."""
        return self

    @property
    def is_unknown(self) -> bool:
        """Whether any property is not known, or an entry of one."""
        values = [self.value(item.name) for item in self.table()]
        return any(each is UNKNOWN or (isinstance(each, Mapping) and UNKNOWN in each.values()) for each in values)


R = TypeVar("R", bound=Record[Any])


def parse_record(
    record: type[R],
    inputs: Mapping[str, Any],
    *,
    defaults: Mapping[str, Any] | None = None,
    settled: Mapping[str, Any] | None = None,
) -> tuple[R, list[Problem]]:
    """Read what a program says.

    Args:
        record: The record to read.
        inputs: The arguments as the program gives them; `UNKNOWN` may stand anywhere in them.
        defaults: Defaults that the configuration gives, by property.
        settled: Values of properties that are not read.

    Returns:
        What is asked for, `UNKNOWN` where it can't be read, and every rule that an argument breaks by itself. Unknown
        values break none.
    """
    problems: list[Problem] = []
    values = dict(settled or {})
    for item in record.inputs():
        if item.name not in values:
            values[item.name] = _parsed(item, inputs.get(item.name), defaults or {}, problems, values)
    names = [item.name for item in record.inputs()]
    problems += [_unknown_argument(record.resource, name, names) for name in inputs if name not in names]
    return record.of(values), list(dict.fromkeys(problems))


def _parsed(
    item: Property, value: Any, defaults: Mapping[str, Any], problems: list[Problem], settles: dict[str, Any]
) -> Any:
    if value is UNKNOWN:
        return UNKNOWN
    if value is None and item.default is not NO_DEFAULT:
        return item.default
    assert item.parse is not None
    return item.parse(Given(item.name, value, defaults.get(item.name), problems, settles))


@functools.cache
def _table(record: Any) -> tuple[Property, ...]:
    declared = [each for each in fields(record) if _DECLARED in each.metadata]
    declared.sort(key=lambda each: bool(each.kw_only))
    return (*(replace(each.metadata[_DECLARED], name=each.name) for each in declared), *record.derived)


def _known_afterwards(record: Record[Any], old: Record[Any] | None) -> dict[str, Any]:
    """The fields of a record that its inputs do not settle: outputs, and what is kept if it is left out."""
    unsettled = [
        item.name
        for item in record.table()
        if item not in record.derived
        and (not item.is_input or (item.keeps and old is not None and record.value(item.name) == item.absent))
    ]
    return {name: UNKNOWN if old is None else getattr(old, name) for name in unsettled}


def _restored(item: Property, value: Any) -> Any:
    if value is UNKNOWN:
        return UNKNOWN
    if value is None:
        return item.absent
    if item.type == "number":
        return int(value)
    return restore_role(value) if item.type == "role" else value


def _written(item: Property, value: Any) -> Any:
    if isinstance(value, Role):
        return write_role(value)
    if isinstance(value, Mapping):
        return dict(sorted(value.items()))
    return list(value) if item.type == "list of text" and value is not UNKNOWN else value


def _differences(item: Property, had: Any, wants: Any) -> list[Difference]:
    if isinstance(had, Mapping) and isinstance(wants, Mapping):
        return map_differences(item.name, had, wants)
    if isinstance(had, Role) and isinstance(wants, Role):
        return map_differences(item.name, write_role(had), write_role(wants), "{}.{}")
    if item.is_optional and UNKNOWN not in (had, wants) and item.absent in (had, wants):
        return [Difference(item.name, ADDED if had == item.absent else REMOVED)]
    return [Difference(item.name)]


def map_differences(
    name: str, old: Mapping[str, Any], new: Mapping[str, Any], form: str = '{}["{}"]'
) -> list[Difference]:
    """The entries of a mapping that come, go or change."""
    paths = {key: form.format(name, key) for key in (*old, *new)}
    return [
        *(Difference(paths[key], ADDED) for key in new if key not in old),
        *(Difference(paths[key], REMOVED) for key in old if key not in new),
        *(Difference(paths[key], CHANGED) for key in new if key in old and old[key] != new[key]),
    ]


def read_image_id(can_be: str = "shared") -> Parser:
    """Reads the ID of a custom image, which can be "shared" or "copied"."""
    return lambda given: parse_image_id(given.value, given.problems, given.name, can_be)


def read_region(given: Given) -> str | Unknown:
    """Reads the ID of a region, by default that of the configuration or the environment."""
    return parse_region(given.value, given.default, given.problems, given.name)


def read_flag(given: Given) -> bool | Unknown:
    """Reads what is True or False."""
    return parse_flag(given.name, given.value, False, given.problems)


def read_whole_number(least: int, most: int, of_what: str) -> Parser:
    """Reads a whole number from `least` to `most`."""

    def parse(given: Given) -> int | Unknown:
        value = given.value
        if is_number(value) and least <= value <= most and value == int(value):
            return int(value)
        must = f"must be a whole number of {of_what}, at least {least}"
        return given.refuse(f"{slots.prop(given.name)} {must}, not {shown(value)}.")

    return parse


def read_percent(given: Given) -> float | Unknown:
    """Reads a percentage."""
    value = given.value
    if is_number(value) and 0 <= value <= 100:
        return int(value) if value == int(value) else float(value)
    return given.refuse(f"{slots.prop(given.name)} must be a number from 0 to 100, not {shown(value)}.")


IDENTITY_PROPERTIES: Final = Record.inputs()
"""The credential inputs shared by all resources and functions."""
