"""Whether a run was cancelled: waits end then, and calls that are under way are let go."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from concurrent.futures import TimeoutError as FutureTimeout
from functools import partial
from typing import Final, Protocol, TypeVar

from ..errors import Cancelled

T = TypeVar("T")

LET_GO_AFTER_SECONDS: Final = 1.0
"""How long calls that were sent before are waited for after a run was cancelled: what they did is known then."""


class Cancellable(Protocol):
    """What waits and calls ask, whether or not their run can be cancelled."""

    @property
    def is_cancelled(self) -> bool:
        """Whether the run was cancelled."""

    def sleep(self, seconds: float) -> None:
        """Wait so many seconds, or until the run is cancelled."""

    def call(self, send: Callable[[], T]) -> T:
        """Make a call; raises `Cancelled` where the run is cancelled before or meanwhile."""


class Never:
    """A run that can't be cancelled."""

    is_cancelled = False

    def sleep(self, seconds: float) -> None:
        """Wait so many seconds."""
        time.sleep(seconds)

    def call(self, send: Callable[[], T]) -> T:
        """Make a call."""
        return send()


class Cancellation:
    """A run that can be cancelled. Safe to use from several threads."""

    def __init__(self) -> None:
        """Begin with a run that is not cancelled."""
        self._cancelled = threading.Event()
        self._under_way: set[Future[object]] = set()
        self._lock = threading.Lock()

    @property
    def is_cancelled(self) -> bool:
        """Whether the run was cancelled."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Cancel the run: nothing is sent from now on, and what is under way is let go of a moment later."""
        with self._lock:
            if self._cancelled.is_set():
                return
            self._cancelled.set()
        timer = threading.Timer(LET_GO_AFTER_SECONDS, self._let_go)
        timer.daemon = True
        timer.start()

    def sleep(self, seconds: float) -> None:
        """Wait so many seconds, or until the run is cancelled."""
        self._cancelled.wait(seconds)

    def call(self, send: Callable[[], T]) -> T:
        """Make a call in a thread of its own.

        Raises:
            Cancelled: The run was cancelled before it was sent, or its answer came too late after that.
        """
        answer: Future[T] = Future()
        with self._lock:
            if self._cancelled.is_set():
                raise Cancelled("the run was cancelled", was_sent=False)
            self._under_way.add(answer)  # type: ignore[arg-type]
        threading.Thread(target=_settle, args=(answer, send), daemon=True).start()
        try:
            return answer.result()
        finally:
            with self._lock:
                self._under_way.discard(answer)

    def _let_go(self) -> None:
        with self._lock:
            left = list(self._under_way)
        for answer in left:
            try:
                answer.set_exception(Cancelled("the run was cancelled before ECS had answered a call", was_sent=True))
            except InvalidStateError:
                # It was answered in this very moment.
                continue


def _settle(answer: Future[T], send: Callable[[], T]) -> None:
    try:
        result = send()
    except BaseException as error:  # whatever it is, it belongs to who waits for the answer
        _unless_let_go(answer, partial(answer.set_exception, error))
    else:
        _unless_let_go(answer, partial(answer.set_result, result))


def _unless_let_go(answer: Future[T], settle: Callable[[], None]) -> None:
    try:
        settle()
    except InvalidStateError:
        assert answer.done()


class LastLook:
    """What a cancelled run may still do: one look at what it leaves, for a moment."""

    is_cancelled = True

    def sleep(self, seconds: float) -> None:
        """Don't wait."""

    def call(self, send: Callable[[], T]) -> T:
        """Make a call in a thread of its own.

        Raises:
            Cancelled: Its answer took too long.
        """
        answer: Future[T] = Future()
        threading.Thread(target=_settle, args=(answer, send), daemon=True).start()
        try:
            return answer.result(LET_GO_AFTER_SECONDS)
        except FutureTimeout:
            raise Cancelled("the run was cancelled before ECS had answered a call", was_sent=True) from None


NEVER: Final = Never()
