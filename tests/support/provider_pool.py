"""Provider processes that one test leaves to the next: a process takes longer to start than most tests take.

They remember nothing of the test before, since each Configure begins a run (see `support.provider_process`). Tests that
are about the process itself, how it starts, what it holds, how it dies, start it otherwise.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PACKAGE = "alicloud-image-share"
DYNAMIC, PLUGIN = "support.provider_process", "support.plugin_process"
TESTS = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class ProviderProcess:
    """A running provider process, and the port that it listens on."""

    process: subprocess.Popen[bytes]
    port: int

    def end(self) -> None:
        """End it."""
        end(self.process)
        if self.process.stdout:
            self.process.stdout.close()


_left: dict[Hashable, list[ProviderProcess]] = {}


@contextmanager
def lent_provider(
    environment: Mapping[str, str] | None = None, *, for_engine: bool = False, module: str = DYNAMIC
) -> Iterator[ProviderProcess]:
    """A provider process, nobody else's for as long.

    Args:
        environment: What it has in its environment beside this process's own.
        for_engine: Whether an engine is to attach itself to it, and then another.
        module: What the process runs.
    """
    own = {name: value for name, value in os.environ.items() if name not in _OF_ONE_TEST}
    left = _left.setdefault((module, for_engine, frozenset({**own, **(environment or {})}.items())), [])
    running = left.pop() if left else start_provider(environment or {}, module=module)
    try:
        yield running
    except BaseException:
        running.end()
        raise
    if "HOME" in (environment or {}) or running.process.poll() is not None:
        # A folder of one test, which no other will ask for.
        running.end()
    else:
        left.append(running)


_OF_ONE_TEST = ("HOME", "PYTEST_CURRENT_TEST")
"""Variables that differ from test to test, and say nothing to a provider that a test has not given them."""


@contextmanager
def attaching(*, with_plugin: bool = False) -> Iterator[dict[str, str]]:
    """A provider process for one command of the engine; gives the variables that tell the engine of it.

    Args:
        with_plugin: Whether it needs a plugin's process too.
    """
    with contextlib.ExitStack() as lent:
        ports = {"pulumi-python": lent.enter_context(lent_provider(for_engine=True)).port}
        if with_plugin:
            ports[PACKAGE] = lent.enter_context(lent_plugin(for_engine=True)).port
        yield {"PULUMI_DEBUG_PROVIDERS": ",".join(f"{name}:{port}" for name, port in ports.items())}


def lent_plugin(
    environment: Mapping[str, str] | None = None, *, for_engine: bool = False
) -> contextlib.AbstractContextManager[ProviderProcess]:
    """A plugin's process, nobody else's for as long; see `lent_provider`."""
    return lent_provider(environment, for_engine=for_engine, module=PLUGIN)


def start_plugin(environment: Mapping[str, str], *arguments: str) -> ProviderProcess:
    """Start a plugin's process with these arguments, and wait until it listens."""
    return start_provider(environment, *arguments, module=PLUGIN)


def start_provider(environment: Mapping[str, str], *arguments: str, module: str = DYNAMIC) -> ProviderProcess:
    """Start a provider process with these arguments, and wait until it listens."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", module, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={
            **os.environ,
            "PULUMI_PROJECT": "shop",
            "PYTHONPATH": f"{TESTS}{os.pathsep}{TESTS.parent / 'provider'}",
            **environment,
        },
    )
    assert process.stdout is not None
    return ProviderProcess(process, int(process.stdout.readline()))


def end_all_left() -> None:
    """End the processes that no test has asked for again."""
    for key in list(_left):
        for running in _left.pop(key):
            running.end()


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process of the package's, or of its policies'."""
    # Coverage, where it is measured, writes what it has at this signal. Nobody waits for calls that are under way.
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(10)
