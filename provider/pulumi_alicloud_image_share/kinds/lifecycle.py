"""A kind whose operations are those of a lifecycle: plain values in and out, its dataclasses between."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, Generic, Protocol, TypeVar

from ..arguments import UNKNOWN, Problem
from ..cloud.identity import STACKS_OWN, Identity, parse_identity
from ..errors import ImageShareError, RuleBroken
from .contract import Kind, Live
from .operation import Operation
from .resource_id import split_id

Spec = TypeVar("Spec")
State = TypeVar("State")
SpecIn = TypeVar("SpecIn", contravariant=True)


class Lifecycle(Protocol[SpecIn, State]):
    """What makes, reads, changes and deletes resources of one kind."""

    def create(self, operation: Operation, spec: SpecIn) -> State:
        """Make it."""

    def read(self, operation: Operation, old: State, *, is_managed: bool) -> State | None:
        """Read it as it is, None if it is surely gone."""

    def update(self, operation: Operation, old: State, spec: SpecIn) -> State:
        """Change it in place."""

    def delete(self, operation: Operation, old: State) -> None:
        """Delete it."""


class LifecycleKind(Kind, Generic[Spec, State]):
    """A kind with a lifecycle; it says how values are turned into specs and states, and back."""

    _lifecycle: Lifecycle[Spec, State]

    @abstractmethod
    def _spec(self, inputs: Mapping[str, Any]) -> Spec:
        """What a program asks for, read back from checked inputs."""

    @abstractmethod
    def _state(self, resource_id: str, outputs: Mapping[str, Any]) -> State:
        """What the state has, read back from outputs."""

    @abstractmethod
    def _unmanaged(self, region: str, image_id: str, identity: Identity) -> State:
        """What is known of a resource that no state has."""

    @abstractmethod
    def _live(self, state: State) -> Live:
        """A resource as the doors know it."""

    def left_by(self, error: ImageShareError) -> Live | None:
        """See `Kind.left_by`."""
        return None if error.state is None else self._live(error.state)

    def create(self, operation: Operation, inputs: Mapping[str, Any]) -> Live:
        """See `Kind.create`."""
        return self._live(self._lifecycle.create(operation, self._spec(inputs)))

    def read(self, operation: Operation, resource_id: str, olds: Mapping[str, Any], *, is_managed: bool) -> Live | None:
        """See `Kind.read`: drift becomes the new baseline, so that the next preview shows it."""
        if is_managed:
            old = self._state(resource_id, olds)
        else:
            region, image_id = split_id(resource_id, f"an {self.name}")
            problems: list[Problem] = []
            identity = parse_identity(olds, problems)
            if problems:
                raise RuleBroken(f"{resource_id} can't be read", [problem.sentence for problem in problems])
            old = self._unmanaged(region, image_id, STACKS_OWN if identity is UNKNOWN else identity)
        state = self._lifecycle.read(operation, old, is_managed=is_managed)
        return None if state is None else self._live(state)

    def update(self, operation: Operation, resource_id: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Live:
        """See `Kind.update`."""
        return self._live(self._lifecycle.update(operation, self._state(resource_id, olds), self._spec(news)))

    def delete(self, operation: Operation, resource_id: str, olds: Mapping[str, Any]) -> None:
        """See `Kind.delete`."""
        self._lifecycle.delete(operation, self._state(resource_id, olds))
