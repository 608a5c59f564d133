"""What other processes of an engine run want: dynamic resources, each explicit provider and each version have one.

A share that is renamed and gets another provider in one update, or moves from dynamic resources to the plugin without
an alias, is made by one process and deleted by another. So each process says what its resources want, in a file of its
own that it holds locked for as long as it lives: the file of a process that has ended is nobody's word any more. An
engine is told from every other that runs by its address.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final, Protocol

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_FOLDER: Final = "pulumi-alicloud-image-share"


@dataclass(frozen=True)
class Claim:
    """What a resource of another process wants.

    Attributes:
        resource: Its URN.
        is_exclusive: Whether it wants to be the only one that shares the image.
        accounts: The digests of the accounts that it lists, see `digest`.
        dropped: The digests of those that the state has and that it does not list any more.
    """

    resource: str
    is_exclusive: bool
    accounts: frozenset[str]
    dropped: frozenset[str] = frozenset()


class Neighbours(Protocol):
    """The other processes of an engine run."""

    def tell(
        self,
        resource: str,
        image: str,
        *,
        is_exclusive: bool,
        accounts: Collection[str],
        dropped: Collection[str] = (),
    ) -> None:
        """Say what a resource of this process wants of an image, in place of what it wanted before."""

    def claims(self, image: str) -> list[Claim]:
        """What resources of the other processes want of an image."""

    def alone_with(self, image: str) -> AbstractContextManager[None]:
        """Let operations on an image go one after the other, in whichever process."""

    def close(self) -> None:
        """Want nothing any more."""


class Alone:
    """No other process."""

    def tell(
        self,
        resource: str,
        image: str,
        *,
        is_exclusive: bool,
        accounts: Collection[str],
        dropped: Collection[str] = (),
    ) -> None:
        """Tell nobody."""

    def claims(self, _image: str) -> list[Claim]:
        """None."""
        return []

    def alone_with(self, _image: str) -> AbstractContextManager[None]:
        """Wait for nobody."""
        return nullcontext()

    def close(self) -> None:
        """Do nothing."""


ALONE: Final = Alone()


def digest(image: str, account: str) -> str:
    """How an account of an image is written down: a secret ID must stand in no file."""
    return hashlib.sha256(f"{image} {account}".encode()).hexdigest()[:32]


class FileNeighbours:
    """The other processes of the engine at an address. Safe to use from several threads."""

    def __init__(self, address: str, folder: Path | None = None) -> None:
        """Tell nothing yet.

        Args:
            address: Where the engine is, ``<host>:<port>``.
            folder: Where the processes of this user meet, None for the usual place.
        """
        self._folder = folder or Path(tempfile.gettempdir()) / f"{_FOLDER}-{_user()}"
        self._prefix = hashlib.sha256(address.encode()).hexdigest()[:16]
        self._own: tuple[IO[str], Path] | None = None
        self._locks: IO[str] | None = None
        self._lock = threading.Lock()

    def tell(
        self,
        resource: str,
        image: str,
        *,
        is_exclusive: bool,
        accounts: Collection[str],
        dropped: Collection[str] = (),
    ) -> None:
        """See `Neighbours.tell`."""
        line = {
            "resource": resource,
            "image": image,
            "exclusive": is_exclusive,
            "accounts": sorted(digest(image, account) for account in accounts),
            "dropped": sorted(digest(image, account) for account in dropped),
        }
        with self._lock:
            own = self._open()
            own.write(json.dumps(line) + "\n")
            own.flush()

    def claims(self, image: str) -> list[Claim]:
        """See `Neighbours.claims`."""
        found: dict[str, Claim] = {}
        for line in self._lines_of_others():
            if line["image"] == image:
                wants, dropped = frozenset(line["accounts"]), frozenset(line["dropped"])
                claim = Claim(line["resource"], line["exclusive"], wants, dropped)
                found[claim.resource] = claim
            else:
                # A resource that has moved on to another image wants nothing of this one.
                found.pop(line["resource"], None)
        return list(found.values())

    @contextmanager
    def alone_with(self, image: str) -> Iterator[None]:
        """See `Neighbours.alone_with`. Within this process, who calls this sees to it."""
        file = self._open_locks()
        # A byte for each image. Closing the file would let go of all that this process has locked in it.
        place = int(digest(image, self._prefix)[:12], 16)
        fcntl.lockf(file, fcntl.LOCK_EX, 1, place)
        try:
            yield
        finally:
            fcntl.lockf(file, fcntl.LOCK_UN, 1, place)

    def close(self) -> None:
        """Want nothing any more."""
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
            # Until it was locked, another process may have taken it for that of one which has ended.
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
    """Take away what processes of earlier runs have left: the engine ends them without a word."""
    for path in folder.glob("*.jsonl"):
        with contextlib.suppress(FileNotFoundError), path.open() as file:
            if _is_left_behind(file):
                path.unlink()


def _is_left_behind(file: IO[str]) -> bool:
    """Whether the process that wrote a file has ended, and let go of its lock."""
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _user() -> int:
    return os.getuid()


def neighbours_at(address: str | None) -> FileNeighbours | Alone:
    """The other processes of the engine at an address, nobody where there is none, or where files can't be locked."""
    return ALONE if address is None or fcntl is None else FileNeighbours(address)
