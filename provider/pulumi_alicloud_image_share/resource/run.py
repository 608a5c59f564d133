"""What all operations of one engine run share: one run a process, whatever number of providers the engine makes of it.

A preview and its update are two runs. Memory of a run hangs on nothing that a provider is pickled as.
"""

from __future__ import annotations

import os
import re
import secrets
import socket
import sys
import threading
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from ..cloud.cancellation import NEVER, Cancellable
from ..cloud.credentials import find_credential
from ..cloud.identity import Identity
from ..cloud.settings import Settings
from .names import resource_id
from .run_files import RunFiles, run_files

if TYPE_CHECKING:
    from ..cloud.ecs import Ecs

T = TypeVar("T")

_ADDRESS = re.compile(r"(127\.0\.0\.1|localhost|\[::1\]):(\d{1,5})")
_ANSWERS_WITHIN_SECONDS: Final = 5.0


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
    """Begin the run of this process. A process that serves several engines in turn begins a run for each."""
    for ended in _current:
        if ended.files:
            ended.files.close()
    _current[:] = [Run(watch_engine(sys.argv), files=run_files(engine_address(sys.argv)))]
    return _current[0]


def current_run() -> Run:
    """The run of this process."""
    return _current[0] if _current else begin_run()


# A provider outlives an engine that is killed, and would go on against what the next run does.


def engine_address(arguments: Sequence[str]) -> str | None:
    """The address at which the engine answers, ``<host>:<port>``, None where there is none.

    Args:
        arguments: What this process was started with.
    """
    return next((argument for argument in arguments[1:] if _ADDRESS.fullmatch(argument)), None)


def watch_engine(arguments: Sequence[str]) -> Callable[[], bool]:
    """Make a function that says whether the engine is still there.

    The engine gives its address to the providers that it starts. It starts them through a shell, which outlives it, so
    that the parent of this process says nothing of it, but where there is no address.

    Args:
        arguments: What this process was started with.
    """
    address = engine_address(arguments)
    if address is None:
        parent = os.getppid()
        return lambda: os.getppid() == parent
    host, _, port = address.rpartition(":")

    def is_there() -> bool:
        try:
            socket.create_connection((host.strip("[]"), int(port)), _ANSWERS_WITHIN_SECONDS).close()
        except ConnectionRefusedError:
            return False
        except OSError:
            # Too busy to answer, or out of sockets: that is no sign of its end.
            return True
        return True

    return is_there
