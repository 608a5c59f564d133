"""What all operations of one engine run share: one run a process, whatever number of providers the engine makes of it.

A preview and its update are two runs. Memory of a run hangs on nothing that a provider is pickled as.
"""

from __future__ import annotations

import secrets
import sys
import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..cloud.cancellation import NEVER, Cancellable
from ..cloud.credentials import find_credential
from ..cloud.identity import Identity
from ..cloud.settings import Settings
from .engine_watch import engine_address, watch_engine
from .neighbours import ALONE, Neighbours, neighbours_at
from .resource_id import resource_id

if TYPE_CHECKING:
    from ..cloud.ecs import Ecs

T = TypeVar("T")


class Run:
    """One run. Safe to use from several threads."""

    def __init__(
        self,
        engine_is_there: Callable[[], bool] = lambda: True,
        cancellable: Cancellable = NEVER,
        neighbours: Neighbours = ALONE,
    ) -> None:
        """Begin a run that knows nothing yet.

        Args:
            engine_is_there: Whether anybody still waits for what is called.
            cancellable: Whether the run was cancelled, where its door is told of that.
            neighbours: The other processes of the run, where its door has several.
        """
        self.neighbours = neighbours
        """What other processes of the run want."""
        self.cancellable = cancellable
        """What its waits ask."""
        self.id = secrets.token_hex(6)
        """What tells this run from every other, of whatever stack and machine."""
        self._engine_is_there = engine_is_there
        self._parts: dict[type, Any] = {}
        self._connected: dict[tuple[Settings, Identity], Ecs] = {}
        self._locks: dict[Hashable, threading.Lock] = {}
        self._lock = threading.RLock()

    def part(self, make: Callable[[], T]) -> T:
        """What this run remembers of one sort, made when it is first asked for."""
        with self._lock:
            key = cast(type, make)
            if key not in self._parts:
                self._parts[key] = make()
            return cast(T, self._parts[key])

    @contextmanager
    def alone_with(self, region: str, image_id: str) -> Iterator[None]:
        """Let operations on one image go one after the other."""
        with self._lock:
            lock = self._locks.setdefault((region, image_id), threading.Lock())
        with lock, self.neighbours.alone_with(resource_id(region, image_id)):
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
        ended.neighbours.close()
    _current[:] = [Run(watch_engine(sys.argv), neighbours=neighbours_at(engine_address(sys.argv)))]
    return _current[0]


def current_run() -> Run:
    """The run of this process."""
    return _current[0] if _current else begin_run()
