"""The engine's `Construct`: a component, made as a program of Pulumi's makes it, in a thread of its own.

Pulumi's own server of components reads the request and writes the answer.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeAlias

import grpc  # type: ignore[import-untyped]
import pulumi
from pulumi.provider import ConstructResult, Provider
from pulumi.provider.server import ProviderServicer
from pulumi.runtime.proto import provider_pb2
from pulumi.runtime.sync_await import _sync_await

from ..errors import BadArguments, Cancelled

_THREADS: Final = 256
"""As many of a component's resources as may wait for the engine at once; a thread is made when it is needed."""

Make: TypeAlias = Callable[[str, pulumi.ResourceOptions, Mapping[str, Any]], Awaitable[ConstructResult]]
"""Makes a component: from its name, its options, and its inputs as the program's language has them."""


def construct(
    request: provider_pb2.ConstructRequest, engine_address: str | None, make: Make
) -> provider_pb2.ConstructResponse:
    """Make a component, and wait until the engine has all of it.

    Args:
        request: What the engine asks for.
        engine_address: Where it is.
        make: Makes the component.

    Raises:
        BadArguments: The engine has refused a resource of the component's.
        Cancelled: The engine has stopped to listen to programs.
        Exception: What `make` raises.
    """
    maker = _Maker(request, make)
    servicer = ProviderServicer(maker, [], engine_address or "")

    async def answer() -> provider_pb2.ConstructResponse:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_THREADS))
        response: provider_pb2.ConstructResponse = await servicer.Construct(request, None)
        return response

    try:
        # Pulumi keeps what it knows of a run in the context: each component is one of its own.
        return contextvars.Context().run(asyncio.run, answer())
    except pulumi.RunError:
        raise Cancelled("the engine has stopped to listen to programs", was_sent=True) from None
    except Exception as error:
        failure = maker.failure or error
        refusal = maker.refusal or _refusal(failure)
        if refusal:
            what = f"{request.type.rpartition(':')[2]} {request.name!r}"
            raise BadArguments(what, [refusal]) from None
        raise failure from None


def _refusal(error: BaseException | None) -> str:
    """Why the engine has refused a call, "" where it has not: Pulumi raises that as a bare exception."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, grpc.RpcError):
            return str(error.details())
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return ""


class _Maker(Provider):
    """Makes the component of one request."""

    def __init__(self, request: provider_pb2.ConstructRequest, make: Make) -> None:
        super().__init__("", "")
        self.failure: Exception | None = None
        self.refusal = ""
        self._request = request
        self._make = make

    def construct(
        self,
        name: str,
        resource_type: str,
        inputs: Mapping[str, Any],
        options: pulumi.ResourceOptions | None = None,
    ) -> ConstructResult:
        opts = pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(custom_timeouts=self._timeouts()))
        try:
            return _sync_await(self._make(name, opts, inputs))
        except Exception as failure:
            # Pulumi makes a text with a traceback of it.
            self.failure = failure
            # Children raise the same exception again, and the context that it had is lost.
            self.refusal = _refusal(failure)
            raise

    def _timeouts(self) -> pulumi.CustomTimeouts | None:
        # Pulumi's server reads them, and leaves them out of the options.
        if not self._request.HasField("customTimeouts"):
            return None
        given = self._request.customTimeouts
        return pulumi.CustomTimeouts(given.create or None, given.update or None, given.delete or None)
