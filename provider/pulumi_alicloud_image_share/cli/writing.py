"""Writes a report to a file, whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from ..errors import ConfigError
from ..values import shown


def check_writable(path: Path) -> None:
    """Refuse a file that can't be written, before anything is called.

    Raises:
        ConfigError: It can't.
    """
    if path.is_dir():
        raise ConfigError(f"--output {shown(str(path))} is a folder: name a file.")
    if not path.parent.is_dir():
        raise ConfigError(f"--output {shown(str(path))}: there is no folder {shown(str(path.parent))}.")
    if not os.access(path.parent, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise ConfigError(f"--output {shown(str(path))} can't be written: its folder or the file is read-only.")


def write_whole(path: Path, text: str) -> None:
    """Write a file, in whose place the one of before stays until all of it is there.

    Raises:
        ConfigError: It can't be written.
    """
    try:
        # What is no file, such as /dev/stdout or a pipe, can't be put in the place of another.
        if path.exists() and not path.is_file():
            path.write_text(text, encoding="utf-8")
        else:
            _replace(path.resolve(), text)
    except OSError as error:
        raise ConfigError(f"--output {shown(str(path))} can't be written: {error.strerror or error}.") from None


def _replace(target: Path, text: str) -> None:
    mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
    number, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with open(number, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        os.chmod(name, mode)
        os.replace(name, target)
    finally:
        Path(name).unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
