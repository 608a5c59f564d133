"""Commands of the real engine that are watched while they run, and killed: `kill -9` of the engine and the provider.

Processes are found in /proc, so this is for Linux.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import runpy
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .command_line import CommandLine
from .engine import collect_what_failed, serving
from .plugin_resources import BESIDE_PYTHON, plugin_settings
from .provider_pool import attaching

PROJECT = "name: shop\nruntime: python\n"
_LOOK_EVERY_S = 0.001
_CHECK_EVERY_S = 0.05
_pause = threading.Event().wait


@dataclass(frozen=True)
class Process:
    """A process as /proc shows it."""

    pid: int
    session: int
    words: tuple[str, ...]

    @property
    def is_provider(self) -> bool:
        is_plugin = any(word.endswith("pulumi-resource-alicloud-image-share") for word in self.words[1:2])
        return is_plugin or self.words[1:4] == ("-u", "-m", "pulumi.dynamic")

    @property
    def peak_memory_mib(self) -> float:
        """The most memory that it has held until now, 0 if it is gone."""
        try:
            lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        except (FileNotFoundError, ProcessLookupError):
            return 0
        return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), 0)

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)


class Run:
    """A command that runs in a session of its own: whatever it started is found, whoever its parents are by now."""

    def __init__(
        self,
        command: list[str],
        folder: Path,
        environment: Mapping[str, str],
        log: Path,
        at_end: Callable[[], None] = lambda: None,
    ) -> None:
        self._log = log
        self._at_end = at_end
        with log.open("w") as out:
            self._process = subprocess.Popen(
                command, cwd=folder, env=environment, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
            )

    @property
    def text(self) -> str:
        """What it has printed."""
        return self._log.read_text()

    @property
    def processes(self) -> list[Process]:
        """The command and all that it started, as far as they live."""
        return [process for process in _processes() if process.session == self._process.pid]

    @property
    def provider(self) -> list[Process]:
        """The provider's process, none where it has ended."""
        return [process for process in self.processes if process.is_provider]

    @property
    def engine(self) -> list[Process]:
        """The engine's process, none where it has ended."""
        return [process for process in self.processes if process.pid == self._process.pid]

    def wait(self, look: Callable[[], object] = lambda: None) -> int:
        """Wait until the command ends, and `look` ever again; returns its exit code."""
        while self._process.poll() is None:
            look()
            _pause(_CHECK_EVERY_S)
        self._at_end()
        collect_what_failed()
        return self._process.returncode

    def wait_for(self, condition: Callable[[], bool]) -> None:
        """Wait for a condition that must come true before the command ends."""
        while not condition():
            assert self._process.poll() is None, f"ended too soon:\n{self.text}"
            _pause(_LOOK_EVERY_S)

    def end_what_is_left(self) -> None:
        """Kill what the command left behind, and wait until it is gone."""
        while left := self.processes:
            for process in left:
                process.kill()
            self._process.poll()
            _pause(_LOOK_EVERY_S)
        self._at_end()


class Killable(CommandLine):
    """`pulumi` with a program of the test's, whose commands may be killed."""

    def __init__(self, folder: Path, config: Mapping[str, str], program: str, *, uses_plugin: bool = False) -> None:
        project, state = folder / "project", folder / "state"
        for new in (project, state):
            new.mkdir()
        self._uses_plugin = uses_plugin
        if uses_plugin:
            config = plugin_settings(config)
        (project / "Pulumi.yaml").write_text(PROJECT + (BESIDE_PYTHON if uses_plugin else ""))
        (project / "__main__.py").write_text(program)
        super().__init__(project, state, config)
        # The sidecars in which the backend keeps metadata are not written in one stroke: an engine that is killed just
        # then leaves an empty one, and every later command fails with "EOF" until that is deleted.
        self._environment["PULUMI_BACKEND_URL"] += "?metadata=skip"
        self._runs: list[Run] = []

    def run(self, stack: str, *arguments: str, **environment: str) -> str:
        """Run a command that nobody kills, with a provider that is there already."""
        with self._serving(arguments) as client, attaching(with_plugin=self._uses_plugin) as provider:
            return super().run(stack, *arguments, *client, **provider, **environment)

    def give(self, **files: object) -> None:
        """Give the program JSON files, in its folder."""
        for name, content in files.items():
            (self._project / f"{name}.json").write_text(json.dumps(content))

    def start(self, stack: str, *arguments: str) -> Run:
        """Start a command on a stack, and don't wait for it."""
        with contextlib.ExitStack() as until_the_end:
            client = until_the_end.enter_context(self._serving(arguments))
            command = ["pulumi", "--non-interactive", "--color", "never", *arguments, *client, *self._flags_of(stack)]
            log = self._folder / f"run-{len(self._runs)}.log"
            self._runs.append(Run(command, self._project, self._environment, log, until_the_end.pop_all().close))
        return self._runs[-1]

    def _serving(self, arguments: Sequence[str]) -> contextlib.AbstractContextManager[list[str]]:
        """Let this process run the program, which costs no start of a language host."""
        if arguments[0] not in ("up", "preview", "refresh", "destroy"):
            return contextlib.nullcontext([])
        program = self._project / "__main__.py"
        return serving(functools.partial(runpy.run_path, str(program)))

    def exported(self, stack: str) -> str:
        """The state of a stack, as JSON."""
        return self._pulumi(self._folder, "stack", "export", "--stack", stack)

    def cancel(self, stack: str) -> None:
        """Take away the lock that a killed engine has left on a stack."""
        self._pulumi(self._folder, "cancel", "--yes", "--stack", stack)

    def end_what_is_left(self) -> None:
        """End whatever any command left behind."""
        for run in self._runs:
            run.end_what_is_left()


def _processes() -> Iterator[Process]:
    for folder in Path("/proc").iterdir():
        if not folder.name.isdecimal():
            continue
        try:
            # After the name in brackets, which may hold anything: state, parent, group, session.
            state, _, _, session = (folder / "stat").read_text().rpartition(")")[2].split()[:4]
            words = (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if state not in "ZX":
            yield Process(int(folder.name), int(session), tuple(words))
