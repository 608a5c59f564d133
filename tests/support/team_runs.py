"""What tests of a team's backend have in common: its programs, its runs, and what is true after them."""

from __future__ import annotations

import signal
from typing import Any

from ecs_emulator import Emulator

from .bucket import Bucket, Machine
from .killing import Run

PAYMENTS, DATA, WEB = "1000000000000002", "1000000000000003", "1000000000000004"
THIRTY = [str(2000000000000001 + n) for n in range(30)]
STACK, REGION = "dev", "cn-hangzhou"
HOUR = 3600.0
MODIFY = "ModifyImageSharePermission"
LOCKED = "error: the stack is currently locked by 1 lock(s)."
UP = ("up", "--yes", "--skip-preview")
PROGRAM = """
import json
from pathlib import Path

import pulumi
from support import both_frontends

for type_, inputs in json.loads(Path(__file__).with_name("resources.json").read_text()).items():
    made = getattr(both_frontends, type_)("golden", **inputs)
    if type_ == "ImageDistribution":
        pulumi.export("images", made.images)
"""
PLUGIN_PROGRAM = PROGRAM.replace("both_frontends", "plugin_resources")


def sharing(ecs: Emulator, *accounts: str, **arguments: Any) -> dict[str, Any]:
    return {"ImageShare": {"image_id": ecs.golden_image_id, "accounts": list(accounts), **arguments}}


def live(ecs: Emulator) -> list[str]:
    return ecs.console.shared_accounts(REGION, ecs.golden_image_id)


def silent(ecs: Emulator, machine: Machine, *command: str) -> str:
    """Run a command that makes no call; returns what it prints."""
    before = ecs.calls.count()
    text = machine.run(STACK, *command)
    assert ecs.calls.count() == before
    return text


def refused(ecs: Emulator, machine: Machine, *command: str) -> str:
    """Run a command that fails and makes no call; returns what it prints."""
    before = ecs.calls.count()
    text = machine.fails(STACK, *command)
    assert ecs.calls.count() == before
    return text


def converges(ecs: Emulator, machine: Machine, *accounts: str) -> None:
    """The machine's up brings about that these accounts have access, and state and cloud agree."""
    machine.run(STACK, *UP, "--refresh")
    assert live(ecs) == sorted(accounts)
    text = machine.run(STACK, "preview", "--refresh", "--expect-no-changes")
    assert "pending operation" not in text


def pending(bucket: Bucket) -> list[str]:
    """The operations that the state holds for unfinished."""
    return [operation["type"] for operation in bucket.checkpoint(STACK).get("pending_operations") or ()]


def kill(run: Run) -> None:
    """SIGKILL of all that a run has started, the engine first."""
    for process in [*run.engine, *run.processes]:
        process.kill()
    assert run.wait() == -signal.SIGKILL


def imported(ecs: Emulator, machine: Machine) -> None:
    """Import who has access to the image."""
    what = ("alicloud-image-share:index:ImageShare", "golden", f"{REGION}:{ecs.golden_image_id}")
    machine.run(STACK, "import", *what, "--yes", "--protect=false", "--generate-code=false")
