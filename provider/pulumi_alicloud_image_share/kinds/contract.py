"""What a kind of resource is to the doors: one description, and the operations that both doors call.

A door turns its values into this package's (see `arguments`), calls a kind, and turns the answer back. So no rule, no
table and no name of a property stands twice. Values are plain Python: text, numbers, flags, lists, mappings, and
`UNKNOWN` where a preview can't know one yet.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, TypeAlias

from ..arguments import Problem
from ..cloud.settings import Settings
from ..errors import ImageShareError
from ..record import Change, Property
from .names import in_python, token
from .operation import Operation
from .run import Run

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
    """

    own: Mapping[str, Any] | None = None
    former_urn: str = ""
    holds: SharesByUrn | None = None
    wants: SharesByUrn = field(default_factory=dict)


NO_STATE: Final = StackState()

Resources: TypeAlias = Mapping[str, Mapping[str, Any]]
"""URN to what the stack's state has of a resource: "type" and "outputs"."""


@dataclass(frozen=True)
class Checked:
    """What a check found.

    Attributes:
        inputs: The inputs as the state keeps them.
        problems: Every rule that the program breaks.
        asked: What the kind has read, for its `examine`.
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


class Kind(ABC):
    """A kind of resource, for one run. Safe to use from several threads.

    Operations raise the errors of `errors`; a check raises none, but says problems.
    """

    name: ClassVar[str]
    """What programs call it, such as "ImageShare"."""
    doc: ClassVar[str]
    """What it is, for who reads the documentation of an SDK."""
    dynamic_type: ClassVar[str]
    """Its type in the state where the dynamic door made it."""
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
        """Its type in the state where the plugin made it."""
        return token(cls.name)

    @classmethod
    def inputs(cls) -> tuple[str, ...]:
        """The names of what a program gives, in the order of the documentation."""
        return tuple(item.name for item in cls.properties if item.is_input)

    @classmethod
    def in_python(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """The properties with Python's names, whichever door wrote them; one that it does not have keeps its name."""
        return in_python([item.name for item in cls.properties], values)

    @classmethod
    def outputs_only(cls) -> tuple[str, ...]:
        """The names of what only a resource has."""
        return tuple(item.name for item in cls.properties if not item.is_input)

    @classmethod
    def revealing(cls, secret: str) -> tuple[str, ...]:
        """The properties that must be secret where an input is."""
        return tuple(item.name for item in cls.properties if secret in (item.name, item.reveals))

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
            operation: Whom it is for.
            state: What the stack's state has around it.
            olds: The inputs as the state has them, None for a new resource.
            news: What the program says.
            secrets: The inputs that may be shown nowhere.
        """

    @abstractmethod
    def examine(
        self, operation: Operation, state: StackState, checked: Checked, outputs: Mapping[str, Any] | None = None
    ) -> Checked:
        """Find the rules that only ECS can tell of, where access or an image is to change: for previews.

        Create and update judge by the same rules. So a door that examines in each check need not do it there.

        Args:
            operation: Whom it is for.
            state: What the stack's state has around it.
            checked: What `check` found in this run.
            outputs: What the state has of it, where the door is told: of an update that ended halfway that is more than
                its inputs say.

        Returns:
            The same, with the problems that ECS tells of beside those that were found before, and with such inputs as
            only ECS can tell.
        """

    @abstractmethod
    def diff(self, urn: str, resource_id: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Change:
        """Return what an update from the old outputs to the new inputs changes. No call is made.

        Args:
            urn: The resource's URN, "" if the frontend can't tell.
            resource_id: Its ID in the state.
            olds: The outputs as the state has them.
            news: The inputs, as `check` returned them.
        """

    @abstractmethod
    def planned(self, resource_id: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Mapping[str, Any]:
        """The outputs that an update in place will have, as far as a preview can know them. No call is made."""

    @abstractmethod
    def left_by(self, error: ImageShareError) -> Live | None:
        """What a create or update that raised this error leaves, None where all is as it was before."""

    @abstractmethod
    def planned_new(self, news: Mapping[str, Any]) -> Mapping[str, Any]:
        """The outputs that a new resource will have, as far as a preview can know them. No call is made."""

    @abstractmethod
    def create(self, operation: Operation, inputs: Mapping[str, Any]) -> Live:
        """Make it."""

    @abstractmethod
    def read(self, operation: Operation, resource_id: str, olds: Mapping[str, Any], *, is_managed: bool) -> Live | None:
        """Read it as it is, None if it is surely gone.

        Args:
            operation: Whom it is for.
            resource_id: Its ID.
            olds: The outputs as the state has them. Of a resource that is not managed, the credential inputs.
            is_managed: Whether the state has it. The inputs of one that no state has are those of its program, without
                what has its default.
        """

    @abstractmethod
    def update(self, operation: Operation, resource_id: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Live:
        """Change it in place."""

    @abstractmethod
    def delete(self, operation: Operation, resource_id: str, olds: Mapping[str, Any]) -> None:
        """Delete it."""
