"""What a resource type is to the frontends: one description, and the operations that both of them call.

A frontend fills a `Request`, calls a resource type, and turns the answer back. So no rule, no table and no name of a
property stands twice. Values are plain Python: text, numbers, flags, lists, mappings, and `UNKNOWN` for what a preview
can't know yet.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Final, Generic, TypeAlias, TypeVar, cast

from ..cloud.credentials import STACKS_OWN, Identity, parse_identity, write_role
from ..cloud.settings import Settings
from ..errors import ConfigError, EcsError, ImageShareError, RuleBroken, written_in
from ..record import Change, Property, Record
from ..slots import Words
from ..values import UNKNOWN, Problem, Unknown
from .names import camel_case, in_python, split_id, token
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
        own: The outputs that the state has of this resource, under its URN or an alias, None if it has none: the engine
            does not hand them over if a resource is replaced by request (`state taint`, `up --replace`).
        predecessor: The outputs of the resource whose place this one takes in a distribution, None if there is none.
        secrets: The inputs that are secret in what the state has of it, or of its predecessor.
        own_urn: The URN that the state has it under, "" if there is none or the frontend is not told.
        holds: What the shares of the state hold, None if the frontend can't read the state. Of the resource's own
            images all accounts; of other images those that several shares hold, since a share may leave one image for
            another.
        renamed: The URN that the outputs of an entry still have, to the URNs that the state has such entries under.
            A delete is told the outputs alone.
        wants: What other shares of the program list for the resource's image, as far as the program knows it already.
        is_update: Whether this run is known to be no preview: what the operation itself reads need not be read before.
    """

    own: Mapping[str, Any] | None = None
    predecessor: Mapping[str, Any] | None = None
    secrets: tuple[str, ...] = ()
    own_urn: str = ""
    holds: SharesByUrn | None = None
    renamed: Mapping[str, Collection[str]] = field(default_factory=dict)
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
        asked: What the resource type has read, for its `examine`.
    """

    inputs: Mapping[str, Any]
    problems: tuple[Problem, ...] = ()
    asked: object = None


@dataclass(frozen=True)
class Request:
    """What the engine asks of a resource, whichever frontend it reaches.

    Names are Python's or those of the plugin, as the program or the state has them. Those that begin with two
    underscores are for the frontend alone.

    Attributes:
        operation: The resource's URN, how to tell the user, and how long it may take.
        id: The resource's ID in the state, "" for a new one.
        old: What the state has: the inputs for a check, else the outputs. Of a resource that a program only reads, what
            that gives. {} if there is nothing.
        new: What the program wants; for a read the inputs that the state has. None if the frontend is not told.
        secrets: The inputs that are secret from now on.
        former_secrets: Those that are secret in the state.
        secret_outputs: For a diff, the outputs that are secret although no input that the check was told is.
        state: What the frontend knows of the stack around the resource.
        checked: What the check of this run found, None if it has made none.
        is_previewed: Whether the engine asks the frontend for a preview too, and not for a check alone.
    """

    operation: Operation
    id: str = ""
    old: Mapping[str, Any] = field(default_factory=dict)
    new: Mapping[str, Any] | None = None
    secrets: frozenset[str] = frozenset()
    former_secrets: frozenset[str] = frozenset()
    secret_outputs: frozenset[str] = frozenset()
    state: StackState = NO_STATE
    checked: Checked | None = None
    is_previewed: bool = False


@dataclass(frozen=True)
class Live:
    """A resource as it is now.

    Attributes:
        id: Its ID, ``<region>:<image_id>``.
        outputs: All its properties.
        inputs: What a program would say to have it so.
        is_imported: Whether no state had it until now.
    """

    id: str
    outputs: Mapping[str, Any]
    inputs: Mapping[str, Any]
    is_imported: bool = False


class Resource(ABC, Generic[Wanted, Known]):
    """A resource type, for one run: what both frontends call, with plain values. Safe to use from several threads.

    A resource type declares its record and implements `judge_program`, `examine` and four operations over records
    (`make`, `look`, `change`, `remove`); everything else has a default. A frontend fills a `Request` for the rest.
    Operations raise the errors of `errors`, in the frontend's words; a check raises none, but returns problems.
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
        """The properties with Python's names, whichever frontend wrote them, without what only that frontend has.

        An unknown one keeps its name.
        """
        own = {name: value for name, value in values.items() if not name.startswith("__")}
        return in_python([item.name for item in cls.properties], own)

    @classmethod
    def outputs_only(cls) -> tuple[str, ...]:
        """The names of what only a resource has."""
        return tuple(item.name for item in cls.properties if not item.is_input)

    @classmethod
    def revealing(cls, secrets: Collection[str]) -> set[str]:
        """Return the properties that must be secret if these inputs are."""
        return {item.name for item in cls.properties if item.name in secrets or item.reveals in secrets}

    def check(self, request: Request) -> Checked:
        """Find every rule that the program breaks: without a call if the engine will ask for a preview."""
        old, new = self._values(request)
        secrets = request.secrets | request.former_secrets
        checked = self.judge_program(request.operation, request.state, old or None, new, secrets)
        return checked if request.is_previewed else self.examine(request.operation, request.state, checked)

    def diff(self, request: Request) -> Change:
        """Return what an update changes. No call is made."""
        old, new = self._values(request)
        change = self.compare(request.operation, request.id, old, new, request.secret_outputs)
        return replace(change, is_renamed=self._is_renamed(request.old, request.operation.words))

    def preview(self, request: Request) -> Mapping[str, Any]:
        """Return the outputs after a create or an update in place, as far as a preview can know them.

        Raises:
            RuleBroken: The live image does not allow what the check of this run found. Nothing was changed.
        """
        old, new = self._values(request)
        operation, checked = request.operation, request.checked
        if checked is not None:
            checked = self.examine(operation, request.state, checked, old or None)
            if checked.problems:
                what = f"{self.name} {operation.urn.rpartition('::')[2]!r} can't be had as asked"
                raise RuleBroken(what, [problem.text for problem in checked.problems]).in_words(operation.words)
        if request.id:
            return self._wanted(new).planned(self._known(request.id, old)).as_outputs()
        return self._wanted(checked.inputs if checked else new).planned(None).as_outputs()

    def create(self, request: Request) -> Live:
        """Create it from checked inputs."""
        with written_in(request.operation.words):
            _, new = self._values(request)
            return _live(self.make(request.operation, self._wanted(new)))

    def read(self, request: Request) -> Live | None:
        """Read it as it is, None if it is surely gone. Drift becomes the new baseline, so the next preview shows it.

        The inputs of a resource that no state has are those of its program, without what has its default.
        """
        old, _ = self._values(request)
        # A program that only reads gives what it likes, and no inputs.
        is_managed = request.new != {} and any(name in old for name in self.outputs_only())
        with written_in(request.operation.words):
            known = self._known(request.id, old if is_managed else _credentials(request.id, old))
            found = self.look(request.operation, known, is_managed=is_managed)
        if found is None or is_managed:
            return None if found is None else _live(found)
        imported = found.as_imported()
        return Live(request.id, imported.as_outputs(), imported.as_inputs(states_defaults=False), is_imported=True)

    def update(self, request: Request) -> Live:
        """Update it in place, from the old outputs to checked inputs."""
        with written_in(request.operation.words):
            old, new = self._values(request)
            return _live(self.change(request.operation, self._known(request.id, old), self._wanted(new)))

    def delete(self, request: Request) -> None:
        """Delete it."""
        with written_in(request.operation.words):
            old, _ = self._values(request)
            self.remove(request.operation, self._known(request.id, old))

    def left_by(self, error: ImageShareError) -> Live | None:
        """Return what a create or update that raised this error leaves, None if all is as it was before."""
        return None if error.state is None else _live(error.state)

    @abstractmethod
    def judge_program(
        self,
        operation: Operation,
        state: StackState,
        olds: Mapping[str, Any] | None,
        news: Mapping[str, Any],
        secrets: frozenset[str] = frozenset(),
    ) -> Checked:
        """Find every rule that the program breaks, as far as no call is needed for it. Names are Python's.

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
            checked: What `judge_program` found in this run.
            outputs: The outputs that the state has, None if the frontend is not told. After an update that ended
                halfway they are more than the inputs.

        Returns:
            The same with the problems that ECS shows, and with the inputs that only ECS can give.
        """

    def compare(
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
            news: The inputs, as a check returned them.
            secret_outputs: The outputs that must not be shown although no input that the check was told is secret.
        """
        return Change(tuple(self._wanted(news).differences_from(self._known(resource_id, olds))))

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

    def _values(self, request: Request) -> tuple[dict[str, Any], dict[str, Any]]:
        """What the state has and what the program wants, with Python's names."""
        return self.in_python(request.old), self.in_python(request.new or {})

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

    def _is_renamed(self, names: Collection[str], words: Words) -> bool:
        """Whether the other frontend wrote properties of these names: it spells them in another way."""
        both = ((item.name, spelled) for item in self.properties for spelled in (item.name, camel_case(item.name)))
        return any(spelled in names and spelled != words.name(name) for name, spelled in both)


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
