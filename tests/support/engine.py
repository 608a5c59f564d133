"""Stacks on the real engine: programs are functions, `pulumi` runs them, the state is a folder of the test.

What Pulumi's Automation API does, with one command of the engine for each of the test's, where that takes five.
"""

from __future__ import annotations

import functools
import gc
import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
from pulumi.automation._server import LanguageServer
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import language_pb2_grpc

from .command_line import NO_DOWNLOADS
from .plugin_resources import BESIDE_PYTHON
from .provider_pool import attaching

# Pulumi keeps the connections of programs that have ended. One of them that was refused would be taken for that of a
# later program, whose engine happened to get the same port.
_GRPC_CHANNEL_OPTIONS.append(("grpc.use_local_subchannel_pool", 1))

Program = Callable[[], object]

PROJECT = "shop"
TESTS = Path(__file__).resolve().parent.parent
PLUGINS = Path(__file__).resolve().parent / "plugins"
"""Stand-ins for provider plugins, for PATH."""

PASSPHRASE = "only a test"
_FLAGS = {
    "policy_packs": "policy-pack",
    "policy_pack_configs": "policy-pack-config",
    "log_verbosity": "verbose",
    "log_to_std_err": "logtostderr",
}
"""The engine's words for options, where they are not the same as here."""


class PulumiFailed(Exception):
    """A command of the engine failed; its text is what the command printed."""


@dataclass(frozen=True)
class Output:
    """An output of a stack."""

    value: Any


@dataclass(frozen=True)
class Summary:
    """How many resources a command changed, by what it did with them."""

    resource_changes: dict[str, int]


@dataclass(frozen=True)
class Result:
    """What a command did.

    Attributes:
        summary: How many resources it changed.
        events: The engine's events.
    """

    summary: Summary
    events: tuple[dict[str, Any], ...]
    _read_outputs: Callable[[], dict[str, Any]]

    @property
    def change_summary(self) -> dict[str, int]:
        """How many resources a preview would change."""
        return self.summary.resource_changes

    @property
    def outputs(self) -> dict[str, Output]:
        """The stack's outputs, secrets in clear."""
        return {name: Output(value) for name, value in self._read_outputs().items()}

    def messages(self, urn: str) -> list[str]:
        """What was said on the row of a resource."""
        diagnostics = [event["diagnosticEvent"] for event in self.events if "diagnosticEvent" in event]
        return [event["message"].strip() for event in diagnostics if event.get("urn", "") == urn]


class Stack:
    """A stack of the real engine."""

    def __init__(
        self,
        folder: Path,
        config: Mapping[str, Any],
        name: str = "dev",
        secrets: Mapping[str, str] | None = None,
        *,
        starts_provider: bool = False,
        uses_plugin: bool = False,
    ) -> None:
        """Make a stack, or another view of one that is there.

        Args:
            folder: Where its state is.
            config: Its configuration.
            name: Its name.
            secrets: What its configuration has as Pulumi's secrets, as `pulumi config set --secret` writes them.
            starts_provider: Whether each command starts the provider's process, where a test is about that.
            uses_plugin: Whether its programs have resources of the plugin's.
        """
        self._folder = folder
        self._name = name
        self._starts_provider = starts_provider
        self._uses_plugin = uses_plugin
        self._running: subprocess.Popen[str] | None = None
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "state").exists():
            shutil.copytree(_template() / "state", folder / "state")
        state = folder / "state" / ".pulumi" / "stacks" / PROJECT
        if not (state / f"{name}.json").exists():
            empty = json.loads((_template() / "state/.pulumi/stacks" / PROJECT / "dev.json").read_text())
            empty["checkpoint"]["stack"] = f"organization/{PROJECT}/{name}"
            (state / f"{name}.json").write_text(json.dumps(empty))
        self._project = Path(tempfile.mkdtemp(prefix="project-", dir=folder))
        (self._project / "Pulumi.yaml").write_text(
            f"name: {PROJECT}\nruntime: python\n{BESIDE_PYTHON if uses_plugin else ''}"
        )
        settings = {"config": dict(config), "encryptionsalt": _salt()}
        (self._project / f"Pulumi.{name}.yaml").write_text(json.dumps(settings))
        if secrets:
            values = [part for key, value in secrets.items() for part in ("--secret", f"{key}={value}")]
            self._pulumi(["config", "set-all", *values])
        self.text = ""
        """What the last command printed."""

    def up(self, program: Program, **options: Any) -> Result:
        return self._run(program, "up", "--yes", "--skip-preview", **options)

    def preview(self, program: Program, *, plan: str = "", **options: Any) -> Result:
        return self._run(program, "preview", "--diff", *([f"--save-plan={plan}"] if plan else []), **options)

    def refresh(self, program: Program | None = None, **options: Any) -> Result:
        return self._run(program, "refresh", "--yes", "--skip-preview", **options)

    def destroy(self, program: Program | None = None, **options: Any) -> Result:
        return self._run(program, "destroy", "--yes", "--skip-preview", **options)

    def fails(self, run: Callable[..., Any], *arguments: Any, **options: Any) -> str:
        """Run a command that must fail; returns what it printed."""
        try:
            run(*arguments, **options)
        except PulumiFailed:
            return self.text
        raise AssertionError(f"did not fail:\n{self.text}")

    def interrupt(self) -> None:
        """Press ^C in the command that runs."""
        assert self._running is not None
        self._running.send_signal(signal.SIGINT)

    def command(self, *arguments: str) -> str:
        """Run any other command of the engine on this stack; returns what it prints."""
        if not self._uses_plugin:
            return self._pulumi(list(arguments))
        with self._provider() as environment:
            self.text = self._pulumi(list(arguments), environment)
        return self.text

    def import_state(self, deployment: Mapping[str, Any]) -> None:
        """Let the stack have this deployment as its state."""
        file = self._project / "deployment.json"
        file.write_text(json.dumps({"version": 3, "deployment": deployment}))
        self._pulumi(["stack", "import", "--file", str(file)])

    @property
    def resources(self) -> dict[str, dict[str, Any]]:
        """The resources in the state by name, as the state file has them."""
        return {item["urn"].rsplit("::", 1)[1]: item for item in self._entries()}

    def outputs_of(self, type_: str) -> dict[str, Any]:
        """The outputs that the state has of the only resource of a type."""
        [found] = [item for item in self._entries() if item["type"] == type_]
        return dict(found["outputs"])

    def rewrite(self, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        """Export the state, change it, and import it."""
        self.import_state(change(dict(json.loads(self._pulumi(["stack", "export"]))["deployment"])))

    @property
    def state_text(self) -> str:
        """All that the backend wrote, state, history and backups."""
        return "\n".join(file.read_text() for file in self._folder.rglob("*.json*"))

    def _entries(self) -> list[dict[str, Any]]:
        file = self._folder / "state" / ".pulumi" / "stacks" / PROJECT / f"{self._name}.json"
        deployment = json.loads(file.read_text())["checkpoint"]["latest"] or {}
        return list(deployment.get("resources", []))

    def _run(self, program: Program | None, *command: str, **options: Any) -> Result:
        log = self._project / "events.log"
        log.unlink(missing_ok=True)
        arguments = [*_flags(options), "--event-log", str(log)]
        # Also where no program runs: the engine would start the project's language host and ask it for plugins.
        with serving(program or _no_program) as client, self._provider() as environment:
            failure = None
            try:
                self.text = self._pulumi([*command, *client, *arguments], environment)
            except PulumiFailed as error:
                # The engine has ended in good order, and no call is under way.
                failure = error
        if failure is not None:
            collect_what_failed()
            raise failure
        events = tuple(json.loads(line) for line in log.read_text().splitlines())
        changes = next((event["summaryEvent"]["resourceChanges"] for event in events if "summaryEvent" in event), {})
        return Result(Summary(changes or {}), events, self._outputs)

    @contextmanager
    def _provider(self) -> Iterator[dict[str, str]]:
        """A provider process for one command; gives what tells the engine of it.

        Where a test has credentials in the environment or in a home folder, the engine starts a process of its own.
        """
        keys = [name for name in os.environ if name.startswith(("ALIBABA_CLOUD_", "ALICLOUD_"))]
        homes = [folder for folder in (".aliyun", ".alibabacloud") if (Path.home() / folder).exists()]
        if self._starts_provider or homes or keys != ["ALIBABA_CLOUD_ECS_METADATA_DISABLED"]:
            yield {}
            return
        with attaching(with_plugin=self._uses_plugin) as environment:
            yield environment

    def _outputs(self) -> dict[str, Any]:
        return dict(json.loads(self._pulumi(["stack", "output", "--json", "--show-secrets"])))

    def _pulumi(self, arguments: list[str], environment: Mapping[str, str] | None = None) -> str:
        with subprocess.Popen(
            ["pulumi", "--non-interactive", "--color", "never", *arguments, "--stack", self._name],
            cwd=self._project,
            env={**os.environ, **_environment(self._folder), **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as self._running:
            text, _ = self._running.communicate()
        if self._running.returncode != 0:
            self.text = text
            raise PulumiFailed(text)
        return text


@contextmanager
def serving(program: Program) -> Iterator[list[str]]:
    """Serve a program of this process to the engine, as the Automation API does; gives the flags that say where."""
    # A program whose engine has gone runs on for a moment, and must not meet the next one: leaving waits for it.
    with ThreadPoolExecutor(max_workers=4) as threads:
        server = grpc.server(threads)
        language_pb2_grpc.add_LanguageRuntimeServicer_to_server(LanguageServer(program), server)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        try:
            yield [f"--client=127.0.0.1:{port}", "--exec-kind", "auto.inline"]
        finally:
            server.stop(0).wait()


def collect_what_failed() -> None:
    """Collect the coroutine that a failed program leaves behind.

    Collected at a bad moment, while pytest renders a traceback, it brings the interpreter's parser down (CPython 3.11).
    """
    gc.collect()


def _no_program() -> None:
    raise AssertionError("a command that runs no program ran one")


def _flags(options: Mapping[str, Any]) -> list[str]:
    """Options as the engine's command line has them."""
    flags = []
    for option, value in options.items():
        name = _FLAGS.get(option, option.replace("_", "-"))
        values = value if isinstance(value, list) else [value]
        flags += [f"--{name}={str(item).lower() if isinstance(item, bool) else item}" for item in values]
    return flags


def _environment(folder: Path) -> dict[str, str]:
    return {
        "PULUMI_BACKEND_URL": (folder / "state").as_uri(),
        "PULUMI_HOME": str(folder / "home"),
        "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
        # Event logs are for developers of Pulumi's tools, such as this one.
        "PULUMI_DEBUG_COMMANDS": "true",
        # A third of what a short command costs is collecting the garbage of its start.
        "GOGC": "off",
        "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true",
        "PYTHONPATH": f"{TESTS}{os.pathsep}{TESTS.parent / 'provider'}",
        **NO_DOWNLOADS,
    }


@functools.cache
def _template() -> Path:
    """A folder with a new stack, made once a process."""
    folder = Path(tempfile.mkdtemp(prefix="stack-"))
    for name in ("state", "project"):
        (folder / name).mkdir()
    (folder / "project" / "Pulumi.yaml").write_text(f"name: {PROJECT}\nruntime: python\n")
    subprocess.run(
        ["pulumi", "--non-interactive", "stack", "init", "dev"],
        cwd=folder / "project",
        env={**os.environ, **_environment(folder)},
        capture_output=True,
        check=True,
    )
    return folder


def _salt() -> str:
    """What encrypts the secrets of every stack that is made here."""
    settings = (_template() / "project" / "Pulumi.dev.yaml").read_text()
    return settings.partition("encryptionsalt: ")[2].splitlines()[0].strip()


def path_for_policies(path: str) -> str:
    """A PATH for programs with policy packs: the stand-ins, and the engine of this checkout that starts packs, if any.

    An engine that was built here starts them from a folder of its own; any other from its own.
    """
    folders = [Path(folder) for folder in path.split(os.pathsep)]
    beside = [folder.parent / "policy-bin" if folder.parent.name == ".engine" else folder for folder in folders]
    chosen = [other if other.is_dir() else folder for folder, other in zip(folders, beside, strict=True)]
    return os.pathsep.join(map(str, [PLUGINS, *chosen]))
