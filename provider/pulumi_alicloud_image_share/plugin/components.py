"""The components of a run that the engine has asked for, and what becomes of them when the run ends before they do."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Any, Final, TypeVar

from ..errors import Cancelled

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
