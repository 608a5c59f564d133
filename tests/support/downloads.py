"""`pulumi` that may download any plugin, and what it logs of that. It reaches nobody: its proxy isn't there."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .command_line import NO_DOWNLOADS, CommandLine
from .engine import PLUGINS

STACK = "dev"


@dataclass(frozen=True)
class Log:
    """What a command has printed and logged."""

    text: str

    @property
    def asked_for(self) -> set[str]:
        """The plugins that the language host names, after a look at the program and at what is installed."""
        return set(re.findall(r"package (\S+?)-\d\S* \(.*?\) is required by language host", self.text))

    @property
    def looked_for(self) -> set[str]:
        """The plugins that the engine looks for far away."""
        return set(re.findall(r"installPlugin\((\S+?), .*?\): beginning install", self.text))

    @property
    def addresses(self) -> set[str]:
        """The machines where it looks."""
        return set(re.findall(r"full plugin download url: \w+://([^/\s]+)/", self.text))

    @property
    def warnings(self) -> set[str]:
        """What it warns of."""
        return set(re.findall(r"^ *warning: (.*)$", self.text, re.MULTILINE))


class MayDownload(CommandLine):
    """A project of its own, and a stack."""

    def __init__(self, folder: Path, config: Mapping[str, str], files: Mapping[str, str]) -> None:
        """Make the project of these files, each by its name."""
        self.project = folder / "project"
        for name, text in files.items():
            self.project.mkdir(exist_ok=True)
            (self.project / name).write_text(text)
        super().__init__(self.project, folder / "state", config)
        for name in (*NO_DOWNLOADS, "NO_PROXY", "no_proxy"):
            self._environment.pop(name, None)
        self._environment["HTTPS_PROXY"] = "http://127.0.0.1:9"
        # With a stand-in for pulumi-alicloud's plugin, which the host for Python asks for too.
        self._environment["PATH"] = f"{PLUGINS}{os.pathsep}{os.environ['PATH']}"
        self.init(STACK)

    def command(self, *arguments: str) -> None:
        """Run a command in the project's folder."""
        self._pulumi(self.project, *arguments)

    def preview(self, *, fails: bool = False, **environment: str) -> Log:
        """Preview the program, with more in the environment; `fails` where it must fail."""
        flags = ["--non-interactive", "--color", "never", "-v=9", "--logtostderr", *self._flags_of(STACK)]
        done = subprocess.run(
            ["pulumi", "preview", *flags],
            cwd=self.project,
            env={**self._environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert (done.returncode != 0) == fails, done.stdout
        return Log(done.stdout)
