"""Tells the user of a resource what goes on, on that resource's own row."""

from __future__ import annotations

import functools
import sys
from typing import Any, Final, Literal

import grpc  # type: ignore[import-untyped]
import pulumi
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from ..kinds.engine_watch import engine_address
from ..kinds.operation import Operation
from .facts import Facts

Doing = Literal["check", "create", "read", "update", "delete"]

_LOG_SECONDS: Final = 10.0
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
    request = engine_pb2.LogRequest(severity=severity, message=text, urn=urn, ephemeral=is_passing)
    engine = pulumi.runtime.settings.get_engine() or _engine_at(engine_address(sys.argv))
    try:
        if engine is not None:
            engine.Log(request, timeout=_LOG_SECONDS)
            return
    except grpc.RpcError:
        # A word that is lost must not end what it is about.
        pass
    print(text, file=sys.stderr)


@functools.cache
def _engine_at(address: str | None) -> engine_pb2_grpc.EngineStub | None:
    """The engine that started this process: Pulumi's SDK does not connect a dynamic provider with it."""
    return None if address is None else engine_pb2_grpc.EngineStub(grpc.insecure_channel(address))
