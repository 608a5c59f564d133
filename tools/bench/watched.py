"""A command that is watched: how long it takes, which calls it makes, and how much memory its provider holds."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import psutil

from ecs_emulator import Emulator

_LOOK_EVERY_SECONDS: Final = 0.05
_PROVIDERS: Final = ("pulumi-resource-alicloud-image-share", "pulumi.dynamic", "terraform-provider-alicloud")
"""What the command of a provider's process has in it."""


class CommandFailed(Exception):
    """A command failed; its text is what it printed."""


@dataclass(frozen=True)
class Figures:
    """What a command took.

    Attributes:
        seconds: Wall time.
        calls: Calls of ECS.
        memory_mib: The most memory that its provider's process held, in MiB; 0 where it had none.
    """

    seconds: float
    calls: int
    memory_mib: float

    def as_json(self) -> dict[str, Any]:
        """The figures for a file."""
        return {name: round(value, 2) for name, value in asdict(self).items()}


def watch(command: Sequence[str], folder: Path, environment: Mapping[str, str], ecs: Emulator) -> Figures:
    """Run a command to its end.

    Raises:
        CommandFailed: It did not end with 0.
    """
    log = folder / "command.log"
    ecs.calls.reset()
    begin = time.perf_counter()
    with log.open("w") as out, psutil.Popen(command, cwd=folder, env=environment, stdout=out, stderr=out) as process:
        memory = 0.0
        while process.poll() is None:
            memory = max(memory, _provider_mib(process))
            try:
                process.wait(_LOOK_EVERY_SECONDS)
            except (psutil.TimeoutExpired, subprocess.TimeoutExpired):
                continue
        seconds = time.perf_counter() - begin
    if process.returncode != 0:
        raise CommandFailed(f"{' '.join(command)}\n{log.read_text()}")
    return Figures(seconds, ecs.calls.count(), memory)


def _provider_mib(process: psutil.Process) -> float:
    """The peak of the largest provider's process as it is now, in MiB."""
    found = [0.0]
    try:
        for child in process.children(recursive=True):
            if any(word.endswith(_PROVIDERS) for word in child.cmdline()[:4]):
                found.append(_peak_mib(child.pid))
    except psutil.Error:
        # A process has ended meanwhile.
        pass
    return max(found)


def _peak_mib(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), 0)
