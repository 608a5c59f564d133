"""The plugin's process: the engine starts it, says where it is, and reads the port that it listens on."""

from __future__ import annotations

import os
import signal
import stat
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from types import FrameType
from typing import Final

import grpc  # type: ignore[import-untyped]
from pulumi.runtime.proto import provider_pb2_grpc

from ..resource.run import engine_address
from .servicer import Servicer

_THREADS: Final = 1024
"""As many calls at once as an engine may make; a thread is made when it is needed. A component waits in one of them for
its children, which need others."""
_MESSAGE_BYTES: Final = 400 * 1024 * 1024
"""What Pulumi's own providers take at most in one message."""


def serve(arguments: Sequence[str]) -> grpc.Server:
    """Start to serve on a port of this machine that nobody else uses, and print the port."""
    limits = [(f"grpc.max_{way}_message_length", _MESSAGE_BYTES) for way in ("send", "receive")]
    server = grpc.server(ThreadPoolExecutor(_THREADS), options=limits)
    servicer = Servicer(engine_address(["", *arguments]))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    return server


def main() -> None:
    """Serve until the engine has gone, or ends this process."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end)
    server = serve(sys.argv[1:])
    if engine_address(sys.argv) is not None and _is_connected(sys.stdin.fileno()):
        # An engine that is killed closes what it has of this process.
        threading.Thread(target=_end_with_the_engine, daemon=True).start()
    server.wait_for_termination()


def _end(_number: int = 0, _frame: FrameType | None = None) -> None:
    # At once: threads of the pool would be waited for, and go on calling.
    os._exit(0)


def _is_connected(descriptor: int) -> bool:
    """Whether somebody is at the other end: a language host that runs a plugin from its source gives it none."""
    mode = os.fstat(descriptor).st_mode
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def _end_with_the_engine() -> None:
    while os.read(sys.stdin.fileno(), 4096):
        continue
    _end()


if __name__ == "__main__":
    main()
