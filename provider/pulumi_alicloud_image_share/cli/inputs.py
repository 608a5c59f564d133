"""Reads what the command is given: allowlists, and the states of stacks."""

from __future__ import annotations

import gzip
import subprocess
import sys
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import yaml

from ..accounts import parse_accounts
from ..arguments import Problem, shown
from ..audit.states import StackImages, read_stack
from ..errors import ConfigError

STANDARD_INPUT: Final = "-"
_GZIP: Final = b"\x1f\x8b"


def read_allowlist(path: Path) -> dict[str, str]:
    """Read an allowlist: YAML or JSON, a list of account IDs or a mapping of names to account IDs or of IDs to names.

    A file with one account ID a line, with comments, will do too.

    Returns:
        Account ID to name, "" for none.

    Raises:
        ConfigError: It can't be read, or is none.
    """
    text = _text(path)
    value: Any = _plain_list(text)
    try:
        # As text all of it: a number would lose the zeros and digits of an ID.
        value = value or yaml.load(text, Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        raise ConfigError(f"the allowlist {shown(str(path))} is not YAML: {' '.join(str(error).split())}.") from None
    if value is None or value == "":
        raise ConfigError(f"the allowlist {shown(str(path))} lists no account: to allow none, write [].")
    if value == []:
        return {}
    problems: list[Problem] = []
    accounts, _ = parse_accounts(value, problems)
    if problems:
        sentences = " ".join(problem.sentence for problem in problems)
        raise ConfigError(f"the allowlist {shown(str(path))} can't be used: {sentences}")
    return accounts


def read_states(files: Iterable[str], stacks: Iterable[str], *, show_secrets: bool = False) -> list[StackImages]:
    """Read the states of stacks.

    Args:
        files: What `pulumi stack export` wrote, or checkpoints of a backend; "-" for the standard input.
        stacks: The names of stacks that `pulumi` exports, from the backend that it is logged in to.
        show_secrets: Whether it decrypts their secrets.

    Raises:
        ConfigError: One can't be read.
    """
    found = [read_stack(name, _state_text(name)) for name in dict.fromkeys(files)]
    return found + [read_stack(name, _export(name, show_secrets)) for name in dict.fromkeys(stacks)]


def _plain_list(text: str) -> list[str]:
    """The account IDs of a file that has nothing else but comments, [] of any other."""
    words = [word for line in text.splitlines() for word in line.partition("#")[0].replace(",", " ").split()]
    return words if all(word.isdigit() for word in words) else []


def _state_text(name: str) -> str:
    return sys.stdin.read() if name == STANDARD_INPUT else _text(Path(name))


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
        # Backends may keep their checkpoints compressed (PULUMI_SELF_MANAGED_STATE_GZIP).
        return (gzip.decompress(content) if content.startswith(_GZIP) else content).decode("utf-8-sig")
    except (UnicodeDecodeError, EOFError, zlib.error, gzip.BadGzipFile):
        raise ConfigError(f"{shown(str(path))} is not text in UTF-8.") from None
    except OSError as error:
        raise ConfigError(f"{shown(str(path))} can't be read: {error.strerror or error}.") from None


def _export(stack: str, show_secrets: bool) -> str:
    command = ["pulumi", "stack", "export", "--stack", stack, "--non-interactive"]
    command += ["--show-secrets"] if show_secrets else []
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    except OSError as error:
        raise ConfigError(
            f"stack {shown(stack)} can't be exported: the command pulumi can't be run ({error.strerror or error}). "
            "Install it, or give what `pulumi stack export` wrote with --state."
        ) from None
    if done.returncode:
        why = " ".join(done.stderr.split()).removeprefix("error: ") or f"exit code {done.returncode}"
        raise ConfigError(f"stack {shown(stack)} can't be exported: {why}")
    return done.stdout
