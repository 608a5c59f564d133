"""What this package asks of Pulumi's engine: to show the user a text, and to read the state; and URNs of its form."""

from __future__ import annotations

import functools
import sys
from collections.abc import Mapping
from typing import Any, Final

import grpc  # type: ignore[import-untyped]
import pulumi
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc
from tenacity import AsyncRetrying, stop_after_delay, wait_exponential

from .. import slots
from ..errors import ConfigError
from ..resource.base import Resources
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
        words=words,
        seconds=seconds,
    )


@functools.cache
def engine_at(address: str | None) -> engine_pb2_grpc.EngineStub | None:
    """The engine at an address, None for none."""
    return None if address is None else engine_pb2_grpc.EngineStub(grpc.insecure_channel(address))


_READ_STATE: Final = "pulumi:pulumi:readStackResourceOutputs"
_STATE_SECONDS: Final = 10.0


async def read_resources() -> Resources:
    """All resources that the stack's state has now. A new stack has none.

    Raises:
        ConfigError: The engine can't read it. Nothing was changed.
    """
    stack = f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}"
    # In a folder as the backend, the engine may be writing the state at this very moment.
    again = AsyncRetrying(stop=stop_after_delay(_STATE_SECONDS), wait=wait_exponential(0.05, max=1), reraise=True)
    try:
        answer: Mapping[str, Any] = await again(_ask, stack)
    except pulumi.RunError:
        # The engine has stopped to listen to programs.
        raise
    except Exception as error:  # whatever the engine says, Pulumi raises it as a bare Exception
        why = str(error).rpartition("returned an error: ")[2]
        raise ConfigError(
            f"the state of stack {stack} can't be read ({why}). Nothing was changed: run again."
        ) from None
    found: Resources = answer.get("outputs") or {}
    return found


async def _ask(stack: str) -> Mapping[str, Any]:
    answer: Any = await pulumi.runtime.invoke_async(_READ_STATE, {"stackName": stack})
    return answer if isinstance(answer, Mapping) else {}


_STACK: Final = "pulumi:pulumi:Stack"


async def urn_of(name: str, type_: str, parent: Any, project: str | None = None, stack: str | None = None) -> str:
    """A resource's URN.

    Args:
        name: The resource's name in the stack.
        type_: Its type.
        parent: Its parent, or that one's URN, None for the stack.
        project: The project, None for the program's own.
        stack: The stack, None for the program's own.
    """
    parent_urn = await pulumi.Output.from_input(parent.urn if isinstance(parent, pulumi.Resource) else parent).future()
    # Pulumi's function writes the stack into the URN like any other parent; the engine leaves it out.
    is_top = parent_urn is None or str(parent_urn).split("::")[2] == _STACK
    return await pulumi.create_urn(name, type_, None if is_top else parent_urn, project, stack).future() or ""
