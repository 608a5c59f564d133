"""What a resource type is to the frontends: one description, and the operations that both of them call.

A frontend turns its values into this package's (see `values`), calls a resource type, and turns the answer back. So no
rule, no table and no name of a property stands twice. Values are plain Python: text, numbers, flags, lists, mappings,
and `UNKNOWN` for what a preview can't know yet.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, Generic, TypeAlias, TypeVar, cast

from ..cloud.identity import STACKS_OWN, Identity, parse_identity, write_role
from ..cloud.settings import Settings
from ..errors import ConfigError, EcsError, ImageShareError, RuleBroken
from ..record import Change, Property, Record
from ..values import UNKNOWN, Problem, Unknown
from .names import in_python, split_id, token
from .operation import Operation
from .run import Run

Wanted = TypeVar("Wanted", bound=Record[Any])
Known = TypeVar("Known", bound=Record[Any])

SharesByUrn: TypeAlias = Mapping[str, Mapping[str, Collection[str]]]
"""URN to resource ID (``<region>:<image_id>``) to account IDs."""


@dataclass(frozen=True)
class StackState:
    """What a frontend knows of the stack around a resource, beside the entry that the engine hands over.

    Attributes:
        own: The outputs that the state has under this resource's URN, or under the one whose place it takes, None if it
            has none: the engine does not hand them over if a resource is replaced by request (`state taint`,
            `up --replace`).
        former_urn: The URN that the state knows the resource by, "" if the frontend is not told.
        holds: What the shares of the state hold, None if the frontend can't read the state. Of the resource's own
            images all accounts; of other images those that several shares hold, since a share may leave one image for
            another.
        wants: What other shares of the program list for the resource's image, as far as the program knows it already.
        is_update: Whether this run is known to be no preview: what the operation itself reads need not be read before.
    """

    own: Mapping[str, Any] | None = None
    former_urn: str = ""
    holds: SharesByUrn | None = None
    wants: SharesByUrn = field(default_factory=dict)
    is_update: bool = False


NO_STATE: Final = StackState()

Resources: TypeAlias = Mapping[str, Mapping[str, Any]]
"""URN to what the stack's state has of a resource: "type" and "outputs"."""


@dataclass(frozen=True)
class Checked:
    """What a check found.

    Attributes:
        inputs: The inputs as the state keeps them.
        problems: Every rule that the program breaks.
        asked: What the resource_type has read, for its `examine`.
    """

    inputs: Mapping[str, Any]
    problems: tuple[Problem, ...] = ()
    asked: object = None


@dataclass(frozen=True)
class Live:
    """A resource as it is now.

    Attributes:
        id: Its ID, ``<region>:<image_id>``.
        outputs: All its properties.
        inputs: What a program would say to have it so.
    """

    id: str
    outputs: Mapping[str, Any]
    inputs: Mapping[str, Any]


class Resource(ABC, Generic[Wanted, Known]):
    """A resource type, for one run: what both frontends call, with plain values. Safe to use from several threads.

    A resource type declares its record and implements `check`, `examine` and four operations over records (`make`,
    `look`, `change`, `remove`); everything else has a default. Operations raise the errors of `errors`; a check raises
    none, but returns problems.
    """

    name: ClassVar[str]
    """What programs call it, such as "ImageShare"."""
    doc: ClassVar[str]
    """What it is, for who reads the documentation of an SDK."""
    dynamic_type: ClassVar[str]
    """Its type in the state of a Python program's dynamic resource."""
    record: ClassVar[type[Record[Any]]]
    properties: ClassVar[tuple[Property, ...]]

    @abstractmethod
    def __init__(self, run: Run, settings: Settings) -> None:
        """Call nothing yet.

        Args:
            run: What the operations of this run share.
            settings: The stack's configuration and the environment.
        """

    @classmethod
    def plugin_type(cls) -> str:
        """Its type in the state of a resource of the plugin."""
        return token(cls.name)

    @classmethod
    def inputs(cls) -> tuple[str, ...]:
        """The names of what a program gives, in the order of the documentation."""
        return tuple(item.name for item in cls.properties if item.is_input)

    @classmethod
    def in_python(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """The properties with Python's names, whichever frontend wrote them; an unknown one keeps its name."""
        return in_python([item.name for item in cls.properties], values)

    @classmethod
    def outputs_only(cls) -> tuple[str, ...]:
        """The names of what only a resource has."""
        return tuple(item.name for item in cls.properties if not item.is_input)

    @classmethod
    def revealing(cls, secrets: Collection[str]) -> set[str]:
        """Return the properties that must be secret if these inputs are."""
        return {item.name for item in cls.properties if item.name in secrets or item.reveals in secrets}

    @classmethod
    def is_managed(cls, outputs: Mapping[str, Any]) -> bool:
        """Return whether the state has a resource with these outputs: a program that only reads one gives inputs."""
        return any(name in outputs for name in cls.outputs_only())

    @abstractmethod
    def check(
        self,
        operation: Operation,
        state: StackState,
        olds: Mapping[str, Any] | None,
        news: Mapping[str, Any],
        secrets: frozenset[str] = frozenset(),
    ) -> Checked:
        """Find every rule that the program breaks, as far as no call is needed for it.

        Args:
            operation: The engine's call.
            state: What the frontend knows of the stack around the resource.
            olds: The inputs as the state has them, None for a new resource.
            news: The inputs as the program gives them.
            secrets: The inputs whose values must not be shown.
        """

    @abstractmethod
    def examine(
        self, operation: Operation, state: StackState, checked: Checked, outputs: Mapping[str, Any] | None = None
    ) -> Checked:
        """Find the broken rules that need a call of ECS, if access or an image changes: for previews.

        Create and update judge by the same rules.

        Args:
            operation: The engine's call.
            state: What the frontend knows of the stack around the resource.
            checked: What `check` found in this run.
            outputs: The outputs that the state has, None if the frontend is not told. After an update that ended
                halfway they are more than the inputs.

        Returns:
            The same with the problems that ECS shows, and with the inputs that only ECS can give.
        """

    def diff(
        self,
        operation: Operation,
        resource_id: str,
        olds: Mapping[str, Any],
        news: Mapping[str, Any],
        secret_outputs: frozenset[str] = frozenset(),
    ) -> Change:
        """Return what an update from the old outputs to the new inputs changes. No call is made.

        Args:
            operation: The engine's call.
            resource_id: The resource's ID in the state.
            olds: The outputs as the state has them.
            news: The inputs, as `check` returned them.
            secret_outputs: The outputs that must not be shown although no input that `check` was told is secret.
        """
        return Change(tuple(self._wanted(news).differences_from(self._known(resource_id, olds))))

    def planned(self, resource_id: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the outputs after an update in place, as far as a preview can know them. No call is made."""
        return self._wanted(news).planned(self._known(resource_id, olds)).as_outputs()

    def planned_new(self, news: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the outputs of a new resource, as far as a preview can know them. No call is made."""
        return self._wanted(news).planned(None).as_outputs()

    def left_by(self, error: ImageShareError) -> Live | None:
        """Return what a create or update that raised this error leaves, None if all is as it was before."""
        return None if error.state is None else _live(error.state)

    def create(self, operation: Operation, inputs: Mapping[str, Any]) -> Live:
        """Create it from checked inputs."""
        return _live(self.make(operation, self._wanted(inputs)))

    def read(self, operation: Operation, resource_id: str, olds: Mapping[str, Any], *, is_managed: bool) -> Live | None:
        """Read it as it is, None if it is surely gone. Drift becomes the new baseline, so the next preview shows it.

        Args:
            operation: The engine's call.
            resource_id: Its ID.
            olds: The outputs as the state has them. Of a resource that no state has, the credential inputs.
            is_managed: Whether the state has it. The inputs of a resource that no state has are those of its program,
                without what has its default.
        """
        old = self._known(resource_id, olds if is_managed else _credentials(resource_id, olds))
        found = self.look(operation, old, is_managed=is_managed)
        if found is None or is_managed:
            return None if found is None else _live(found)
        imported = found.as_imported()
        return Live(resource_id, imported.as_outputs(), imported.as_inputs(states_defaults=False))

    def update(self, operation: Operation, resource_id: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Live:
        """Update it in place, from the old outputs to checked inputs."""
        return _live(self.change(operation, self._known(resource_id, olds), self._wanted(news)))

    def delete(self, operation: Operation, resource_id: str, olds: Mapping[str, Any]) -> None:
        """Delete it."""
        self.remove(operation, self._known(resource_id, olds))

    @abstractmethod
    def make(self, operation: Operation, wanted: Wanted, /) -> Known:
        """Create it; return what the state keeps."""

    @abstractmethod
    def look(self, operation: Operation, old: Known, *, is_managed: bool) -> Known | None:
        """Read it as it is, None if it is surely gone."""

    @abstractmethod
    def change(self, operation: Operation, old: Known, wanted: Wanted, /) -> Known:
        """Update it in place; return what the state keeps."""

    @abstractmethod
    def remove(self, operation: Operation, old: Known) -> None:
        """Delete it."""

    def _wanted(self, inputs: Mapping[str, Any]) -> Wanted:
        """What a program wants, read back from checked inputs."""
        return cast(Wanted, self.record.restore(inputs))

    def _known(self, resource_id: str, outputs: Mapping[str, Any]) -> Known:
        """What the state has. Its ID says which image it is.

        Raises:
            RuleBroken: The ID is not of the form ``<region>:<image_id>``.
        """
        region, image_id = split_id(resource_id, f"an {self.name}")
        return cast(Known, self.record.restore({**outputs, "region": region, "image_id": image_id}))


AnyResource: TypeAlias = Resource[Any, Any]
"""A resource type, whichever."""


def _credentials(resource_id: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The credential inputs of a resource that a program only reads: no check has read them."""
    problems: list[Problem] = []
    identity = parse_identity(given, problems)
    if problems:
        raise RuleBroken(f"{resource_id} can't be read", [problem.text for problem in problems])
    if identity is UNKNOWN:
        return {}
    return {"profile": identity.profile, "assume_role": write_role(identity.role) if identity.role else None}


def _live(state: Any) -> Live:
    return Live(state.id, state.as_outputs(), state.as_inputs())


def property_at_fault(error: ImageShareError, identity: Identity | Unknown, region: str = "region") -> str:
    """Return the argument that an error in a check is about, "" for none.

    Args:
        error: The error.
        identity: The identity that called ECS.
        region: The argument that names the region that was called.
    """
    if isinstance(error, EcsError) and error.code.startswith("InvalidRegionId"):
        return region
    identity = STACKS_OWN if identity is UNKNOWN else identity
    if isinstance(error, EcsError) and error.action == "AssumeRole":
        return "assume_role" if identity.role else ""
    return "profile" if isinstance(error, ConfigError) and identity.profile else ""
