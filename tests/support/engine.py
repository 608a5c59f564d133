"""Stacks on the real engine: programs are functions, `pulumi` runs them, the state is a folder of the test."""

from __future__ import annotations

import gc
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pulumi import automation

from .command_line import NO_DOWNLOADS

Program = Callable[[], None]

PROJECT = "shop"
TESTS = Path(__file__).resolve().parent.parent
PLUGINS = Path(__file__).resolve().parent / "plugins"
"""Stand-ins for provider plugins, for PATH."""


class PulumiFailed(Exception):
    """A command of the engine failed; its text is what the command printed."""


class Stack:
    """A stack of the real engine, driven through the Automation API."""

    def __init__(self, folder: Path, config: Mapping[str, str], name: str = "dev") -> None:
        self._folder = folder
        self._config = config
        self._name = name
        self.text = ""
        """What the last command printed."""

    def up(self, program: Program, **options: Any) -> automation.UpResult:
        return self._run(program, lambda stack, out: stack.up(on_output=out, on_error=out, **options))

    def preview(self, program: Program, **options: Any) -> automation.PreviewResult:
        return self._run(program, lambda stack, out: stack.preview(on_output=out, on_error=out, diff=True, **options))

    def refresh(self, program: Program | None = None, **options: Any) -> automation.RefreshResult:
        return self._run(program, lambda stack, out: stack.refresh(on_output=out, on_error=out, **options))

    def destroy(self, program: Program | None = None, **options: Any) -> automation.DestroyResult:
        return self._run(program, lambda stack, out: stack.destroy(on_output=out, on_error=out, **options))

    def fails(self, run: Callable[..., Any], *arguments: Any, **options: Any) -> str:
        """Run a command that must fail; returns what it printed."""
        try:
            run(*arguments, **options)
        except PulumiFailed:
            return self.text
        raise AssertionError(f"did not fail:\n{self.text}")

    @property
    def resources(self) -> dict[str, dict[str, Any]]:
        """The resources in the state by name, as the state file has them."""
        return {item["urn"].rsplit("::", 1)[1]: item for item in self._entries()}

    def outputs_of(self, type_: str) -> dict[str, Any]:
        """The outputs that the state has of the only resource of a type."""
        [found] = [item for item in self._entries() if item["type"] == type_]
        return dict(found["outputs"])

    def rewrite(self, program: Program, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        """Export the state, change it, and import it."""
        exported = self._open(program).export_stack()
        changed = automation.Deployment(exported.version, change(dict(exported.deployment)))
        self._open(program).import_stack(changed)

    @property
    def state_text(self) -> str:
        """All that the backend wrote, state, history and backups."""
        return "\n".join(file.read_text() for file in self._folder.rglob("*.json*"))

    def _entries(self) -> list[dict[str, Any]]:
        file = self._folder / "state" / ".pulumi" / "stacks" / PROJECT / f"{self._name}.json"
        deployment = json.loads(file.read_text())["checkpoint"]["latest"]
        return list(deployment.get("resources", []))

    def _run(self, program: Program | None, command: Callable[..., Any]) -> Any:
        self.text = ""

        def out(line: str) -> None:
            self.text += line + "\n"

        try:
            return command(self._open(program or (lambda: None)), out)
        except automation.CommandError:
            failure = PulumiFailed(self.text)
        finally:
            # The Automation API leaves the coroutine of a failed program behind. Collected at a bad moment, while
            # pytest renders a traceback, it brings the interpreter's parser down (CPython 3.11).
            gc.collect()
        raise failure

    def _open(self, program: Program) -> automation.Stack:
        for name in ("state", "home"):
            (self._folder / name).mkdir(parents=True, exist_ok=True)
        environment = {
            "PULUMI_BACKEND_URL": (self._folder / "state").as_uri(),
            "PULUMI_HOME": str(self._folder / "home"),
            "PULUMI_CONFIG_PASSPHRASE": "only a test",
            "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true",
            "HOME": os.environ["HOME"],
            "PYTHONPATH": f"{TESTS}{os.pathsep}{TESTS.parent / 'provider'}",
            **NO_DOWNLOADS,
        }
        options = automation.LocalWorkspaceOptions(
            env_vars=environment,
            project_settings=automation.ProjectSettings(
                PROJECT, "python", backend=automation.ProjectBackend(environment["PULUMI_BACKEND_URL"])
            ),
            stack_settings={self._name: automation.StackSettings(config=dict(self._config))},
        )
        return automation.create_or_select_stack(self._name, project_name=PROJECT, program=program, opts=options)


def path_for_policies(path: str) -> str:
    """A PATH for programs with policy packs: the stand-ins, and the engine of this checkout that starts packs, if any.

    An engine that was built here starts them from a folder of its own; any other from its own.
    """
    folders = [Path(folder) for folder in path.split(os.pathsep)]
    beside = [folder.parent / "policy-bin" if folder.parent.name == ".engine" else folder for folder in folders]
    chosen = [other if other.is_dir() else folder for folder, other in zip(folders, beside, strict=True)]
    return os.pathsep.join(map(str, [PLUGINS, *chosen]))
