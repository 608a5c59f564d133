"""What all operations of one engine run share, and what the processes of the run publish to each other.

A run is one for each process, whatever number of providers the engine makes of it. A preview and its update are two
runs. Memory of a run hangs on nothing that a provider is pickled as.

Dynamic resources, each explicit provider and each version of the plugin have a process of their own. Each process
writes records into a file that it holds locked for as long as it lives: the file of a process that has ended counts for
nothing. A run is known by the address of its engine.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import secrets
import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, TypeVar, cast

from ..cloud.cancellation import NEVER, Cancellable
from ..cloud.credentials import Identity, find_credential
from ..cloud.settings import Settings
from .names import resource_id

if TYPE_CHECKING:
    from ..cloud.ecs import Ecs

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

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


_FOLDER: Final = "pulumi-alicloud-image-share"


class RunFiles:
    """The files of the run of one engine. Safe to use from several threads."""

    def __init__(self, address: str, folder: Path | None = None) -> None:
        """Write nothing yet.

        Args:
            address: The engine's address, ``<host>:<port>``.
            folder: The folder in which the processes of this user meet, None for the usual place.
        """
        self._folder = folder or Path(tempfile.gettempdir()) / f"{_FOLDER}-{os.getuid()}"
        self._prefix = hashlib.sha256(address.encode()).hexdigest()[:16]
        self._own: tuple[IO[str], Path] | None = None
        self._locks: IO[str] | None = None
        self._lock = threading.Lock()

    def publish(self, urn: str, image: str, record: Mapping[str, Any]) -> None:
        """Publish the record of a resource and an image, in place of the last one.

        Args:
            urn: The resource's URN.
            image: The resource ID of the image, ``<region>:<image_id>``.
            record: What JSON can hold. It must name no account.
        """
        with self._lock:
            own = self._open()
            own.write(json.dumps({"urn": urn, "image": image, "record": record}) + "\n")
            own.flush()

    def published(self, image: str) -> dict[str, Mapping[str, Any]]:
        """Return URN to record, of the resources of the other processes that have to do with an image."""
        return {line["urn"]: line["record"] for line in self._lines_of_others() if line["image"] == image}

    @contextmanager
    def alone_with(self, image: str) -> Iterator[None]:
        """Let one process at a time work on an image. Within this process, the caller ensures that."""
        file = self._open_locks()
        # A byte for each image. Closing the file would release every lock that this process holds in it.
        place = int(hashlib.sha256(f"{image} {self._prefix}".encode()).hexdigest()[:12], 16)
        fcntl.lockf(file, fcntl.LOCK_EX, 1, place)
        try:
            yield
        finally:
            fcntl.lockf(file, fcntl.LOCK_UN, 1, place)

    def close(self) -> None:
        """Withdraw everything that this process has published."""
        with self._lock:
            if self._own is not None:
                file, path = self._own
                path.unlink(missing_ok=True)
                file.close()
                self._own = None

    def _open_locks(self) -> IO[str]:
        with self._lock:
            if self._locks is None:
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._locks = (self._folder / "locks").open("a")
            return self._locks

    def _open(self) -> IO[str]:
        if self._own is None:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _sweep(self._folder)
        while self._own is None:
            handle, name = tempfile.mkstemp(prefix=f"{self._prefix}-", suffix=".jsonl", dir=self._folder)
            file, path = os.fdopen(handle, "w"), Path(name)
            fcntl.flock(file, fcntl.LOCK_EX)
            # Until it was locked, another process may have taken it for the file of a process that has ended.
            if path.exists():
                self._own = file, path
            else:
                file.close()
        return self._own[0]

    def _lines_of_others(self) -> Iterator[Mapping[str, Any]]:
        own = None if self._own is None else self._own[1]
        for path in sorted(self._folder.glob(f"{self._prefix}-*.jsonl")):
            if path == own:
                continue
            # It may go at any moment.
            with contextlib.suppress(FileNotFoundError), path.open() as file:
                if _is_left_behind(file):
                    path.unlink()
                    continue
                for line in file:
                    if line.endswith("\n"):
                        yield json.loads(line)


def _sweep(folder: Path) -> None:
    """Remove the files of processes of earlier runs: the engine ends them without a word."""
    for path in folder.glob("*.jsonl"):
        with contextlib.suppress(FileNotFoundError), path.open() as file:
            if _is_left_behind(file):
                path.unlink()


def _is_left_behind(file: IO[str]) -> bool:
    """Return whether the process that wrote a file has ended and released its lock."""
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def run_files(address: str | None) -> RunFiles | None:
    """Return the files of the run of an engine, None without an address or if files can't be locked (Windows)."""
    return None if address is None or fcntl is None else RunFiles(address)
