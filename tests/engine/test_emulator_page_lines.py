"""The lines of docs/emulator.md with which the programs of examples/ run on the emulator, as they stand there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

from ecs_emulator import Emulator
from ecs_emulator.stack_settings import stack_commands
from support.command_line import NO_DOWNLOADS, REPOSITORY
from support.engine import PLUGINS
from support.pages import blocks, page

PAGE = page("docs/emulator.md")
THERE, CONTROL = "127.0.0.1:8080", "127.0.0.1:8081"
PAYMENTS, DATA, WEB = "1000000000000002", "1000000000000003", "1000000000000004"
# The environment of the tests has what they install.
INSTALLING = ("python3 -m venv", ". .try/bin/activate", "pip install", "python -m ecs_emulator")


def lines_of(section: str) -> list[str]:
    """The commands that a section shows, in their order."""
    text = PAGE.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    shown = "".join(blocks(text, "console")).splitlines()
    return [line.removeprefix("$ ") for line in shown if line.startswith("$ ")]


def run(lines: list[str], ecs: Emulator, folder: Path) -> None:
    """Run commands as a person would, one after the other, in a copy of the repository's examples."""
    shutil.copytree(REPOSITORY / "examples", folder / "examples")
    script = "\n".join(line for line in lines if not line.startswith(INSTALLING))
    script = script.replace(THERE, ecs.endpoint).replace(CONTROL, ecs.control_endpoint)
    environment = {
        **os.environ,
        **NO_DOWNLOADS,
        "PATH": f"{PLUGINS}{os.pathsep}{os.environ['PATH']}",
        "PULUMI_HOME": str(folder / "home"),
        "GOGC": "off",
    }
    for name in ("COVERAGE_PROCESS_CONFIG", "PULUMI_BACKEND_URL"):
        environment.pop(name, None)
    done = subprocess.run(
        ["bash", "-euxc", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_its_lines_run_the_examples_one_after_the_other(ecs: Emulator, tmp_path: Path) -> None:
    run(lines_of("The programs of examples/ on it"), ecs, tmp_path)
    shared = {key: ecs.console.shared_accounts("cn-hangzhou", ecs.image(key).id) for key in ("golden", "golden-next")}
    assert shared == {"golden": [PAYMENTS, DATA, WEB], "golden-next": [PAYMENTS]}
    assert len(list((tmp_path / ".try/stacks/.pulumi/stacks").rglob("try.json"))) == 3
    # Where the user is logged in is the user's.
    kept = tmp_path / "home" / "credentials.json"
    assert not kept.exists() or not json.loads(kept.read_text()).get("current")
    # The consumer's own stack asked with its own key.
    assert PAYMENTS in {call.account_id for call in ecs.calls.entries}


def test_it_shows_what_the_emulator_prints_for_a_stack() -> None:
    shown = [line.removeprefix("pulumi config set ") for line in lines_of("The programs of examples/ on it")]
    printed = [command.strip().removeprefix("pulumi config set ") for command in stack_commands(THERE, "HTTP")]
    assert [command for command in printed if command not in shown] == []
    assert "--path 'alicloud:endpoints[0].ecs' 127.0.0.1:8080" in printed
