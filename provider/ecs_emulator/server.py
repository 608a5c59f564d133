"""The emulator as a process or part of one: two loopback servers in a background thread."""

from __future__ import annotations

import asyncio
import functools
import socket
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from .clock import Clock
from .control_app import control_app
from .faults import Faults
from .gateway import Gateway, Reply, WireRequest
from .offline import Ecs
from .seed import Seed
from .stack_settings import stack_settings
from .tls import Certificate

LOOPBACK = "127.0.0.1"
_TRANSPORT = "ecs_emulator.transport"
_METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]


class Emulator(Ecs):
    """An ECS on this machine, from `start` (or `with`) to `stop`.

    The APIs answer at `endpoint`, and the control path at `control_endpoint`, which no ECS request can reach. With
    `tls`, `endpoint` uses HTTPS only, with a certificate that is created at each start and signed by the CA in
    `ca_file`. The control path always uses HTTP. All members may be used from any thread during calls.
    """

    def __init__(
        self,
        seed: Seed | dict[str, Any] | str | Path | None = None,
        *,
        latency_ms: float = 0.0,
        copy_seconds: float = 0.0,
        strict: bool = True,
        port: int = 0,
        control_port: int = 0,
        tls: bool = False,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(seed, latency_ms=latency_ms, copy_seconds=copy_seconds, strict=strict, clock=clock)
        self._ports = (port, control_port)
        self.protocol = "HTTPS" if tls else "HTTP"
        """The protocol of `endpoint`, as the SDKs and `alicloud:protocol` name it."""
        self._certificate: Certificate | None = None
        self._sockets: tuple[socket.socket, ...] = ()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._servers: tuple[_Server, ...] = ()
        self._addresses: tuple[str, ...] = ()

    @property
    def endpoint(self) -> str:
        """Host and port of the APIs."""
        return self._address(0)

    @property
    def control_endpoint(self) -> str:
        """Host and port of the control path."""
        return self._address(1)

    @property
    def ca_file(self) -> Path:
        """The CA's certificate, for SSL_CERT_FILE, REQUESTS_CA_BUNDLE and the like. RuntimeError without `tls`."""
        if self.protocol == "HTTP":
            raise RuntimeError("the emulator speaks no TLS: Emulator(tls=True) does")
        if self._certificate is None:
            raise RuntimeError("the emulator is not started")
        return self._certificate.ca_file

    def stack_config(self, account: str | None = None) -> dict[str, str]:
        """The configuration of a Pulumi stack for this emulator, as an account in the first region.

        Args:
            account: Its name or ID, None for the first of the seed.
        """
        keys = self.account(account) if account else self.seed.accounts[0]
        return {
            "alicloud:region": self.seed.regions[0],
            "alicloud:accessKey": keys.access_key_id,
            "alicloud:secretKey": keys.access_key_secret,
            **stack_settings(self.endpoint, self.protocol),
        }

    def start(self) -> Self:
        """Start to listen; both addresses answer when this returns. OSError if a requested port is in use."""
        if self._thread is not None:
            raise RuntimeError("the emulator is already started")
        sockets: list[socket.socket] = []
        try:
            sockets.extend(_listen(port) for port in self._ports)
        except OSError:
            for sock in sockets:
                sock.close()
            raise
        if self.protocol == "HTTPS":
            self._certificate = Certificate(LOOPBACK, "localhost")
        self._sockets = tuple(sockets)
        self._addresses = tuple(f"{LOOPBACK}:{sock.getsockname()[1]}" for sock in sockets)
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), name="ecs-emulator", daemon=True)
        self._thread.start()
        ready.wait()
        return self

    def stop(self) -> None:
        """Close both servers with all their connections. Does nothing if stopped already."""
        if self._thread is None or self._loop is None:
            return
        for server in self._servers:
            self._loop.call_soon_threadsafe(server.leave)
        self._thread.join()
        self._thread = None
        if self._certificate is not None:
            self._certificate.discard()
            self._certificate = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def _address(self, index: int) -> str:
        if not self._addresses:
            raise RuntimeError("the emulator is not started")
        return self._addresses[index]

    def _run(self, ready: threading.Event) -> None:
        try:
            asyncio.run(self._serve(ready))
        finally:
            ready.set()  # a failure to start must not leave `start` waiting

    async def _serve(self, ready: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        where = {"ecs": self.endpoint, "protocol": self.protocol}
        if self._certificate is not None:
            where["ca_file"] = str(self._certificate.ca_file)
        ecs, control = ecs_app(self.gateway, self.faults), control_app(self, where)
        self._servers = (_Server(ecs, self._certificate), _Server(control))
        serving = [
            asyncio.create_task(server.serve(sockets=[sock]))
            for server, sock in zip(self._servers, self._sockets, strict=True)
        ]
        for server in self._servers:
            await server.listening.wait()
        ready.set()
        await asyncio.gather(*serving)


def _listen(port: int) -> socket.socket:
    # With the protocol named, asyncio turns Nagle's algorithm off for the connections: 40 ms a call otherwise.
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((LOOPBACK, port))
        sock.listen(512)
        sock.setblocking(False)
    except OSError:
        sock.close()
        raise
    return sock


def ecs_app(gateway: Gateway, faults: Faults) -> Starlette:
    """The ASGI app of the APIs, which answer at `/` only."""

    async def handle(request: Request) -> Response:
        try:
            # Before any waiting: a request that has arrived is carried out even if its caller does not wait.
            body = await request.body()
        except ClientDisconnect:
            return Response()  # half a request, and no client to answer
        headers: dict[str, list[str]] = {}
        for name, value in request.headers.items():
            headers.setdefault(name, []).append(value)
        query = request.scope["query_string"].decode("latin-1")
        wire = WireRequest(request.method, request.scope["path"], query, headers, body)
        if (latency_ms := faults.latency_ms) > 0:
            await asyncio.sleep(latency_ms / 1000)
        admitted = gateway.admit(wire)
        if isinstance(admitted, Reply):
            return _answer(admitted)
        if admitted.delay_s > 0:
            await asyncio.sleep(admitted.delay_s)
        return _answer(gateway.answer(admitted))

    return Starlette(routes=[Route("/{path:path}", handle, methods=_METHODS)])


def _answer(reply: Reply) -> Response:
    if reply.drop:
        return _BrokenResponse()
    headers = {"content-type": reply.content_type, "x-acs-request-id": reply.request_id}
    if reply.truncate:
        return _BrokenResponse(reply.body, reply.status, headers)
    return Response(reply.body, reply.status, headers)


class _BrokenResponse(Response):
    """Half of the body, or nothing without a body, then a closed connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        transport: asyncio.Transport = scope[_TRANSPORT]
        if self.body:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            half = bytes(self.body)[: len(self.body) // 2]
            await send({"type": "http.response.body", "body": half, "more_body": True})
            transport.close()
        else:
            transport.abort()
        while (await receive())["type"] != "http.disconnect":
            pass


_IDLE_SECONDS = 75
"""How long an idle connection stays open.

terraform-provider-alicloud polls every 5 seconds, which is Uvicorn's default: a request would meet the end of its
connection, and Go does not repeat a POST.
"""


class _Protocol(H11Protocol):
    """Uvicorn's HTTP/1.1, which lets the app close the connection during an answer.

    ASGI has no message for that. Uvicorn documents `http=` as the class of its protocol, so this class hands the
    transport to the app in the scope and changes nothing else.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app = functools.partial(_with_transport, self.app, transport)


async def _with_transport(
    app: ASGIApp, transport: asyncio.Transport, scope: Scope, receive: Receive, send: Send
) -> None:
    scope[_TRANSPORT] = transport
    try:
        await app(scope, receive, send)
    except asyncio.CancelledError:
        # The server stops and no client waits. Any other cancellation must pass.
        if not transport.is_closing():
            raise


class _Server(uvicorn.Server):
    """A server that reports when it listens, and stops at once, like a host that disappears.

    Uvicorn's own loop and shutdown poll every 0.1 s, which slows down a suite with an emulator for each test.
    """

    def __init__(self, app: ASGIApp, certificate: Certificate | None = None) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=_Protocol,
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                timeout_keep_alive=_IDLE_SECONDS,
                ssl_certfile=certificate.server_file if certificate else None,
            )
        )
        self.listening = asyncio.Event()
        self._leaving = asyncio.Event()

    def leave(self) -> None:
        """Stop serving. Call it in the server's loop."""
        self._leaving.set()

    async def main_loop(self) -> None:
        self.listening.set()
        await self._leaving.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)  # the connections learn that they are lost
        for task in list(self.server_state.tasks):
            task.cancel()
        await asyncio.gather(*self.server_state.tasks, return_exceptions=True)
