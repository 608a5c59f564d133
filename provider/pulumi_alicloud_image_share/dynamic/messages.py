"""Tells the user of a resource what goes on, on that resource's own row."""

from __future__ import annotations

import sys
from typing import Any, Final, Literal

import pulumi
from pulumi.runtime.proto import engine_pb2

from ..kinds.operation import Operation
from .facts import Facts

Doing = Literal["check", "create", "read", "update", "delete"]

_INFO: Final = engine_pb2.INFO
_WARNING: Final = engine_pb2.WARNING


def operation_for(facts: Facts, doing: Doing) -> Operation:
    """The operation that the engine asks for."""
    return Operation(
        resource=facts.urn,
        tell=lambda text: _log(_INFO, text, facts.urn),
        show=lambda text: _log(_INFO, text, facts.urn, is_passing=True),
        warn=lambda text: _log(_WARNING, text, facts.urn),
        seconds=facts.timeouts.get(doing),
    )


def _log(severity: Any, text: str, urn: str, *, is_passing: bool = False) -> None:
    engine = pulumi.runtime.settings.get_engine()
    if engine is None:
        print(text, file=sys.stderr)
        return
    engine.Log(engine_pb2.LogRequest(severity=severity, message=text, urn=urn, ephemeral=is_passing))
