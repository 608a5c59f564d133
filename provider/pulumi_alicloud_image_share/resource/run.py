"""What all operations of one engine run share: one run a process, whatever number of providers the engine makes of it.

A preview and its update are two runs. Memory of a run hangs on nothing that a provider is pickled as.
"""

from __future__ import annotations

import secrets
import sys
import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..cloud.cancellation import NEVER, Cancellable
from ..cloud.credentials import find_credential
from ..cloud.identity import Identity
from ..cloud.settings import Settings
from .engine_watch import engine_address, watch_engine
from .resource_id import resource_id
from .run_files import RunFiles, run_files

if TYPE_CHECKING:
    from ..cloud.ecs import Ecs

T = TypeVar("T")


class Run:
    """One run. Safe to use from several threads."""

    def __init__(
        self,
        engine_is_there: Callable[[], bool] = lambda: True,
        cancellable: Cancellable = NEVER,
        files: RunFiles | None = None,
    ) -> None:
        """Begin a run that knows nothing yet.

        Args:
            engine_is_there: Whether anybody still waits for what is called.
            cancellable: Whether the run was cancelled, where its frontend is told of that.
            files: What the processes of the run publish to each other, None if there is only this one.
        """
        self.files = files
        """What the processes of the run publish to each other."""
        self.cancellable = cancellable
        """What its waits ask."""
        self.id = secrets.token_hex(6)
        """What tells this run from every other, of whatever stack and machine."""
        self._engine_is_there = engine_is_there
        self._parts: dict[type, Any] = {}
        self._connected: dict[tuple[Settings, Identity], Ecs] = {}
        self._warned: set[tuple[str, str]] = set()
        self._locks: dict[Hashable, threading.Lock] = {}
        self._lock = threading.RLock()

    def part(self, type_: type[T], make: Callable[[], T] | None = None) -> T:
        """Return what this run remembers of one type.

        Args:
            type_: The type.
            make: Makes the first one, None to call the type without arguments.
        """
        with self._lock:
            if type_ not in self._parts:
                self._parts[type_] = (make or type_)()
            return cast(T, self._parts[type_])

    def should_warn(self, urn: str, sentence: str) -> bool:
        """Return whether a sentence on a resource is new in this run: a resource that is replaced is checked twice."""
        with self._lock:
            is_new = (urn, sentence) not in self._warned
            self._warned.add((urn, sentence))
            return is_new

    @contextmanager
    def alone_with(self, region: str, image_id: str) -> Iterator[None]:
        """Let operations on one image go one after the other."""
        with self._lock:
            lock = self._locks.setdefault((region, image_id), threading.Lock())
        alone = self.files.alone_with(resource_id(region, image_id)) if self.files else nullcontext()
        with lock, alone:
            yield

    def ecs(self, settings: Settings, identity: Identity) -> Ecs:
        """ECS as this identity, its credentials found once.

        Raises:
            ConfigError: A setting can't be used, or there are no credentials.
        """
        with self._lock:
            if (settings, identity) not in self._connected:
                credential = find_credential(settings, identity)
                # The SDK takes a second or two to import, which a run without any change need not spend.
                from ..cloud.ecs import Ecs

                self._connected[settings, identity] = Ecs(
                    settings, credential, may_go_on=self._engine_is_there, cancellable=self.cancellable
                )
            return self._connected[settings, identity]


_current: list[Run] = []


def begin_run() -> Run:
    """Begin the run of this process. A process that serves one engine after the other begins each anew."""
    for ended in _current:
        if ended.files:
            ended.files.close()
    _current[:] = [Run(watch_engine(sys.argv), files=run_files(engine_address(sys.argv)))]
    return _current[0]


def current_run() -> Run:
    """The run of this process."""
    return _current[0] if _current else begin_run()
