"""A kind whose operations are those of a lifecycle: plain values in and out, its record between."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Generic, Protocol, TypeVar, cast

from ..arguments import UNKNOWN, Problem
from ..cloud.identity import parse_identity, write_role
from ..errors import ImageShareError, RuleBroken
from ..record import Change, Record
from .contract import Kind, Live
from .operation import Operation
from .resource_id import split_id

Wanted = TypeVar("Wanted", bound=Record[Any])
Known = TypeVar("Known", bound=Record[Any])
WantedIn = TypeVar("WantedIn", bound=Record[Any], contravariant=True)


class Lifecycle(Protocol[WantedIn, Known]):
    """What makes, reads, changes and deletes resources of one kind."""

    def create(self, operation: Operation, wanted: WantedIn, /) -> Known:
        """Make it."""

    def read(self, operation: Operation, old: Known, *, is_managed: bool) -> Known | None:
        """Read it as it is, None if it is surely gone."""

    def update(self, operation: Operation, old: Known, wanted: WantedIn, /) -> Known:
        """Change it in place."""

    def delete(self, operation: Operation, old: Known) -> None:
        """Delete it."""


class LifecycleKind(Kind, Generic[Wanted, Known]):
    """A kind with a lifecycle, over one record: as the program wants it, and as the state has it."""

    record: ClassVar[type[Record[Any]]]
    _lifecycle: Lifecycle[Wanted, Known]

    def diff(self, urn: str, resource_id: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Change:
        """See `Kind.diff`: a replacement makes the new resource first."""
        return Change(tuple(self._wanted(news).differences_from(self._known(resource_id, olds))))

    def planned(self, resource_id: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Mapping[str, Any]:
        """See `Kind.planned`."""
        return self._wanted(news).planned(self._known(resource_id, olds)).as_outputs()

    def planned_new(self, news: Mapping[str, Any]) -> Mapping[str, Any]:
        """See `Kind.planned_new`."""
        return self._wanted(news).planned(None).as_outputs()

    def left_by(self, error: ImageShareError) -> Live | None:
        """See `Kind.left_by`."""
        return None if error.state is None else _live(error.state)

    def create(self, operation: Operation, inputs: Mapping[str, Any]) -> Live:
        """See `Kind.create`."""
        return _live(self._lifecycle.create(operation, self._wanted(inputs)))

    def read(self, operation: Operation, resource_id: str, olds: Mapping[str, Any], *, is_managed: bool) -> Live | None:
        """See `Kind.read`: drift becomes the new baseline, so that the next preview shows it."""
        old = self._known(resource_id, olds if is_managed else _credentials(resource_id, olds))
        found = self._lifecycle.read(operation, old, is_managed=is_managed)
        if found is None or is_managed:
            return None if found is None else _live(found)
        imported = found.as_imported()
        return Live(resource_id, imported.as_outputs(), imported.as_inputs(states_defaults=False))

    def update(self, operation: Operation, resource_id: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Live:
        """See `Kind.update`."""
        return _live(self._lifecycle.update(operation, self._known(resource_id, olds), self._wanted(news)))

    def delete(self, operation: Operation, resource_id: str, olds: Mapping[str, Any]) -> None:
        """See `Kind.delete`."""
        self._lifecycle.delete(operation, self._known(resource_id, olds))

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


def _credentials(resource_id: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The credential inputs of a resource that a program only reads: no check has read them."""
    problems: list[Problem] = []
    identity = parse_identity(given, problems)
    if problems:
        raise RuleBroken(f"{resource_id} can't be read", [problem.sentence for problem in problems])
    if identity is UNKNOWN:
        return {}
    return {"profile": identity.profile, "assume_role": write_role(identity.role) if identity.role else None}


def _live(state: Any) -> Live:
    return Live(state.id, state.as_outputs(), state.as_inputs())
