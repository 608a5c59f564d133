"""Programs of the repository on the real engine, as a user runs them: with the `pulumi` command."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

REPOSITORY = Path(__file__).resolve().parent.parent.parent

NO_DOWNLOADS = {"PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true"}
"""For the engine, so that it looks for no plugin far away, which without a network takes 2.5 seconds of each command.

The environment of the tests has pulumi-alicloud, so the language host asks for its plugin, whatever a program uses.
"""


class CommandLine:
    """`pulumi` in a project's folder; state and stack configuration are in a folder of the test.

    Projects whose stacks refer to each other have one backend, a folder too.
    """

    def __init__(self, project: Path, folder: Path, config: Mapping[str, str], backend: Path | None = None) -> None:
        folder.mkdir(exist_ok=True)
        self._project = project
        self._folder = folder
        self._config = config
        self._environment = {
            **os.environ,
            "PULUMI_BACKEND_URL": (backend or folder).as_uri(),
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_CONFIG_PASSPHRASE": "only a test",
            # A third of what a short command costs is collecting the garbage of its start.
            "GOGC": "off",
            **NO_DOWNLOADS,
        }
        # As users run it. Measuring would double what each of the many processes takes to start.
        self._environment.pop("COVERAGE_PROCESS_CONFIG", None)

    def init(self, stack: str, **config: str) -> None:
        """Make a stack; keys of `config` are the program's own and may be paths, such as accounts.payments."""
        # `stack init` writes beside Pulumi.yaml: beside a copy, so that the repository stays as it is.
        shutil.copy(self._project / "Pulumi.yaml", self._folder)
        self._pulumi(self._folder, "stack", "init", "--stack", stack)
        settings = {**self._config, **config}
        paths = [key for key in settings if re.search(r"[.\[]", key)]
        self.set(stack, **{key: text for key, text in settings.items() if key not in paths})
        for key in paths:
            self.run(stack, "config", "set", "--path", key, "--type", "string", settings[key])

    def set(self, stack: str, **config: object) -> None:
        """Configure a stack, in one go and without a command."""
        file = self._folder / f"Pulumi.{stack}.yaml"
        settings = yaml.safe_load(file.read_text())
        settings["config"] = {**settings.get("config", {}), **config}
        file.write_text(yaml.safe_dump(settings))

    def run(self, stack: str, *arguments: str, **environment: str) -> str:
        """Run a command on a stack, with more in its environment; returns what it prints."""
        return self._pulumi(self._project, *arguments, *self._flags_of(stack), **environment)

    def outputs(self, stack: str) -> dict[str, Any]:
        """Read the stack's outputs."""
        return dict(json.loads(self._pulumi(self._folder, "stack", "output", "--json", "--stack", stack)))

    def _flags_of(self, stack: str) -> list[str]:
        return ["--stack", stack, "--config-file", str(self._folder / f"Pulumi.{stack}.yaml")]

    def _pulumi(self, folder: Path, *arguments: str, **environment: str) -> str:
        command = ["pulumi", "--non-interactive", "--color", "never", *arguments]
        variables = {**self._environment, **environment}
        done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        return done.stdout
