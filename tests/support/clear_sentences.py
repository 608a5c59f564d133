"""What makes an error's text one that a person can use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import grpc

from . import protocol
from .protocol import Provider

# What only a programmer of this package or of a library below it understands.
_JARGON = re.compile(
    r"Traceback|<class |object at 0x|coroutine|has no attribute|codec can't|recursion|HTTPS?ConnectionPool|Max retries|"
    r"RemoteDisconnected|Errno|None request id|RequestId None|failed with None"
)
_LONGEST = 600


def check_failures(provider: Provider, news: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Check, and only its failures: `Provider.check` can't read inputs back that JSON has no words for, such as NaN."""
    return provider.failures_of(news)


def is_at_fault(found: str, property: str) -> bool:
    """Whether a failure names this property; the plugin names none, since the engine would print its value."""
    return found == (property if protocol.frontend == "dynamic" else "")


def assert_at_fault(failures: Sequence[tuple[str, str]], *properties: str) -> None:
    """A failure for each of these properties, in their order."""
    assert len(failures) == len(properties), failures
    assert all(is_at_fault(found, name) for (found, _), name in zip(failures, properties, strict=True)), failures


def first_line(error: grpc.RpcError) -> str:
    """The first line of what a refused call says."""
    lines = str(error.details()).rstrip().splitlines()
    return lines[-2] if protocol.frontend == "dynamic" else lines[0]


def assert_clear(sentence: str, *, secrets: Iterable[str] = ()) -> None:
    """One line, printable, short, with an end, without jargon and without secrets."""
    assert sentence.isprintable(), f"not one printable line: {sentence!r}"
    assert len(sentence) <= _LONGEST, f"{len(sentence)} characters: {sentence[:300]}"
    assert sentence.endswith((".", "?", "`")), sentence
    assert not _JARGON.search(sentence), sentence
    for secret in secrets:
        assert secret not in sentence, sentence
