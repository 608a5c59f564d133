"""What the processes of one engine run publish to each other, and the locks that they share.

Dynamic resources, each explicit provider and each version of the plugin have a process of their own. Each process
writes records into a file that it holds locked for as long as it lives: the file of a process that has ended counts for
nothing. A run is known by the address of its engine.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_FOLDER: Final = "pulumi-alicloud-image-share"

Record = Mapping[str, Any]


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

    def publish(self, urn: str, image: str, record: Record) -> None:
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

    def published(self, image: str) -> dict[str, Record]:
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
