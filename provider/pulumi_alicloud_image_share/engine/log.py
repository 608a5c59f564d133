"""Tells the user what goes on, on a resource's own row: by the engine's log. For both frontends."""

from __future__ import annotations

import functools
import sys
from typing import Any, Final

import grpc  # type: ignore[import-untyped]
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from .. import slots
from ..resource.operation import Operation

_LOG_SECONDS: Final = 10.0


def operation_on(urn: str, engine: Any, seconds: float | None = None, words: slots.Words = slots.PYTHON) -> Operation:
    """An operation that tells the user of a resource.

    Args:
        urn: The resource.
        engine: The engine, as Pulumi's stub of it, None where there is none to tell.
        seconds: How long it may take, None for as long as the settings say.
        words: How the frontend writes names, and whether it hides accounts.
    """

    def log(severity: Any, text: str, *, is_passing: bool = False) -> None:
        text = slots.render(text, words)
        request = engine_pb2.LogRequest(severity=severity, message=text, urn=urn, ephemeral=is_passing)
        try:
            if engine is not None:
                engine.Log(request, timeout=_LOG_SECONDS)
                return
        except grpc.RpcError:
            # A word that is lost must not end what it is about.
            pass
        print(text, file=sys.stderr)

    return Operation(
        urn=urn,
        tell=lambda text: log(engine_pb2.INFO, text),
        show=lambda text: log(engine_pb2.INFO, text, is_passing=True),
        warn=lambda text: log(engine_pb2.WARNING, text),
        seconds=seconds,
    )


@functools.cache
def engine_at(address: str | None) -> engine_pb2_grpc.EngineStub | None:
    """The engine at an address, None for none."""
    return None if address is None else engine_pb2_grpc.EngineStub(grpc.insecure_channel(address))
