"""What makes an error's text one that a person can use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pulumi.runtime.proto import provider_pb2

from .protocol import Provider

# What only a programmer of this package or of a library below it understands.
_JARGON = re.compile(
    r"Traceback|<class |object at 0x|coroutine|has no attribute|codec can't|recursion|HTTPS?ConnectionPool|Max retries|"
    r"RemoteDisconnected|Errno|None request id|RequestId None|failed with None"
)
_LONGEST = 600


def check_failures(provider: Provider, news: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Check, and only its failures: `Provider.check` can't read inputs back that JSON has no words for, such as NaN."""
    request = provider_pb2.CheckRequest(urn=provider._urn, news=provider._struct(news), olds=provider._struct({}))
    return [(failure.property, failure.reason) for failure in provider._stub.Check(request).failures]


def assert_clear(sentence: str, *, secrets: Iterable[str] = ()) -> None:
    """One line, printable, short, with an end, without jargon and without secrets."""
    assert sentence.isprintable(), f"not one printable line: {sentence!r}"
    assert len(sentence) <= _LONGEST, f"{len(sentence)} characters: {sentence[:300]}"
    assert sentence.endswith((".", "?", "`")), sentence
    assert not _JARGON.search(sentence), sentence
    for secret in secrets:
        assert secret not in sentence, sentence
