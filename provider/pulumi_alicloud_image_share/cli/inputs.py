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
from ..audit.states import StackImages, only_one_of_each, read_stack
from ..errors import ConfigError
from ..values import Problem, shown

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
        value = value or yaml.load(text, Loader=_Loader)
    except (yaml.YAMLError, RecursionError) as error:
        why = " ".join(str(error).split())[:200]
        raise ConfigError(f"the allowlist {shown(str(path))} is not YAML: {why}.") from None
    if value is None or value == "":
        raise ConfigError(f"the allowlist {shown(str(path))} lists no account: to allow none, write [].")
    if value in ([], {}):
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
    texts = [(name, _state_text(name)) for name in dict.fromkeys(files)]
    texts += [(name, _export(name, show_secrets)) for name in dict.fromkeys(stacks)]
    return only_one_of_each([(name, read_stack(name, text)) for name, text in texts])


def _plain_list(text: str) -> list[str]:
    """The account IDs of a file that has nothing else but comments, [] of any other."""
    words = [word for line in text.splitlines() for word in line.partition("#")[0].replace(",", " ").split()]
    return words if all(word.isdigit() for word in words) else []


class _Loader(yaml.BaseLoader):
    """Reads text and nothing else: a number would lose the zeros and digits of an ID."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Read a part; one that stands for another is none, since such can grow without an end."""
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases (*name) are not allowed")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Read a mapping, in which no key may stand twice: the first would be lost."""
        keys = [key.value for key, _ in node.value]
        twice = next((key for key in keys if keys.count(key) > 1), None)
        if twice is not None:
            raise yaml.YAMLError(f"{shown(twice)} stands twice")
        return super().construct_mapping(node, deep)


def _state_text(name: str) -> str:
    return _text(None if name == STANDARD_INPUT else Path(name))


def _text(path: Path | None) -> str:
    """The text of a file, or of the standard input."""
    what = "the standard input" if path is None else shown(str(path))
    try:
        content = sys.stdin.buffer.read() if path is None else path.read_bytes()
        # Backends may keep their checkpoints compressed (PULUMI_SELF_MANAGED_STATE_GZIP).
        return (gzip.decompress(content) if content.startswith(_GZIP) else content).decode("utf-8-sig")
    except (UnicodeDecodeError, EOFError, zlib.error, gzip.BadGzipFile):
        raise ConfigError(f"{what} is not text in UTF-8.") from None
    except OSError as error:
        raise ConfigError(f"{what} can't be read: {error.strerror or error}.") from None


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
