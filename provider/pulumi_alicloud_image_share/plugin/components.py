"""The components of a run: those that the engine still waits for, and what the state has around their resources."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Any, Final, TypeVar

from ..errors import Cancelled
from ..resource.base import NO_STATE, Resources, StackState

T = TypeVar("T")

_ANSWER_SECONDS: Final = 1.0
"""How long the answers are waited for. The engine hangs up next, and says of each component without one that it has."""


class Components:
    """The components of one run. Safe to use from several threads."""

    def __init__(self) -> None:
        """Begin with none."""
        self._ended: Future[None] = Future()
        self._unanswered: set[threading.Event] = set()
        self._lock = threading.Lock()

    def begin(self, context: Any) -> None:
        """Keep a call of the engine's until its answer is sent."""
        answered = threading.Event()

        def forget() -> None:
            answered.set()
            with self._lock:
                self._unanswered.discard(answered)

        with self._lock:
            self._unanswered.add(answered)
        if not context.add_callback(forget):
            forget()

    def wait_for(self, make: Callable[[], T]) -> T:
        """Make a component in a thread of its own.

        Raises:
            Cancelled: The run has ended before, whatever becomes of the component.
        """
        made: Future[T] = Future()
        threading.Thread(target=_make, args=(made, make), daemon=True).start()
        either: list[Future[Any]] = [made, self._ended]
        wait(either, return_when=FIRST_COMPLETED)
        if made.done():
            return made.result()
        raise Cancelled("the run has ended", was_sent=True)

    def end(self) -> None:
        """End the run, and wait a moment until the engine has the answers that it still waits for."""
        with self._lock:
            left = list(self._unanswered)
            if not self._ended.done():
                self._ended.set_result(None)
        for answered in left:
            answered.wait(_ANSWER_SECONDS)


def _make(made: Future[T], make: Callable[[], T]) -> None:
    try:
        made.set_result(make())
    except BaseException as error:  # whatever it is, it belongs to who waits
        made.set_exception(error)


class StackStates:
    """What the state has around the resources of components, read once a run. Of others the engine tells nothing.

    Safe to use from several threads, each with an event loop of its own.
    """

    def __init__(self) -> None:
        """Read nothing yet."""
        self._one_reads = threading.Lock()
        self._resources: Resources | None = None
        self._around: dict[str, StackState] = {}

    async def resources(self) -> Resources:
        """All resources of the state, as it was when the first component of this run asked.

        What the run registers is in the state at once, a component without its outputs.

        Raises:
            ConfigError: The engine can't read it. Nothing was changed.
        """
        # Components of other packages only need not read Pulumi's SDK for programs.
        from ..engine.calls import read_resources

        await asyncio.get_running_loop().run_in_executor(None, self._one_reads.acquire)
        try:
            if self._resources is None:
                self._resources = await read_resources()
            return self._resources
        finally:
            self._one_reads.release()

    def set_around(self, urn: str, state: StackState) -> None:
        """Keep what is known around a resource that is about to be registered."""
        self._around[urn] = state

    def around(self, urn: str) -> StackState:
        """What is known around a resource."""
        return self._around.get(urn, NO_STATE)
