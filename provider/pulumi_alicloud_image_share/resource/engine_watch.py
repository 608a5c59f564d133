"""Whether the engine that started this process is still there.

A provider outlives an engine that is killed, and would go on against what the next run does.
"""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Callable, Sequence
from typing import Final

_ADDRESS = re.compile(r"(127\.0\.0\.1|localhost|\[::1\]):(\d{1,5})")
_ANSWERS_WITHIN_SECONDS: Final = 5.0


def engine_address(arguments: Sequence[str]) -> str | None:
    """The address at which the engine answers, ``<host>:<port>``, None where there is none.

    Args:
        arguments: What this process was started with.
    """
    return next((argument for argument in arguments[1:] if _ADDRESS.fullmatch(argument)), None)


def watch_engine(arguments: Sequence[str]) -> Callable[[], bool]:
    """Make a function that says whether the engine is still there.

    The engine gives its address to the providers that it starts. It starts them through a shell, which outlives it, so
    that the parent of this process says nothing of it, but where there is no address.

    Args:
        arguments: What this process was started with.
    """
    address = engine_address(arguments)
    if address is None:
        parent = os.getppid()
        return lambda: os.getppid() == parent
    host, _, port = address.rpartition(":")

    def is_there() -> bool:
        try:
            socket.create_connection((host.strip("[]"), int(port)), _ANSWERS_WITHIN_SECONDS).close()
        except ConnectionRefusedError:
            return False
        except OSError:
            # Too busy to answer, or out of sockets: that is no sign of its end.
            return True
        return True

    return is_there
