"""^C ends a run of the plugin's at once, and the state says what is live: the next up does the rest, nothing twice."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ecs_emulator import Emulator
from support.killing import Killable, Run

STACK = "dev"
REGION, ELSEWHERE = "cn-hangzhou", "cn-beijing"
FORTY = [str(2000000000000001 + n) for n in range(40)]
MODIFY = "ModifyImageSharePermission"
HOUR = 3600
PROGRAM = """
import json
from pathlib import Path
from support import plugin_resources

for type_, inputs in json.loads(Path(__file__).with_name("resources.json").read_text()).items():
    getattr(plugin_resources, type_)("golden", **inputs)
"""
_pause = threading.Event().wait


@pytest.fixture
def stack(ecs: Emulator, ecs_config: dict[str, str], tmp_path: Path) -> Iterator[Killable]:
    config = {**ecs_config, "alicloud-image-share:retrySeconds": "600", "alicloud-image-share:visibleSeconds": "600"}
    stack = Killable(tmp_path, config, PROGRAM, uses_plugin=True)
    stack.init(STACK)
    yield stack
    stack.end_what_is_left()


def share_with(ecs: Emulator, accounts: list[str]) -> dict[str, Any]:
    return {"ImageShare": {"image_id": ecs.golden_image_id, "account_ids": accounts, "max_unshare_percent": 100}}


def live(ecs: Emulator) -> list[str]:
    return ecs.console.shared_accounts(REGION, ecs.golden_image_id)


def interrupted(stack: Killable, command: str, reached: Callable[[], bool], *, times: int = 1) -> Run:
    """Run a command, and press ^C once it has got so far, so many times."""
    run = stack.start(STACK, command, "--yes", "--skip-preview")
    run.wait_for(reached)
    [engine] = run.engine
    for _ in range(times):
        os.kill(engine.pid, signal.SIGINT)
        _pause(0.2)
    assert run.wait() != 0
    return run


def kept(stack: Killable) -> tuple[list[str], list[Any]]:
    """The accounts that the state says have access, and the operations that it holds for unfinished."""
    deployment = json.loads(stack.exported(STACK))["deployment"]
    golden = [item for item in deployment.get("resources", ()) if item["urn"].endswith("::golden")]
    accounts = sorted(golden[0]["outputs"]["accounts"]) if golden else []
    return accounts, deployment.get("pending_operations") or []


def throttled_after(ecs: Emulator, calls: int) -> Callable[[], bool]:
    """Let so many changes through and throttle the rest; returns whether one was throttled."""
    before = ecs.calls.count(MODIFY)
    ecs.faults.add(action=MODIFY, kind="throttle", after=calls)
    return lambda: ecs.calls.count(MODIFY) > before + calls


def test_a_create_that_is_interrupted_is_in_the_state_with_what_is_live(ecs: Emulator, stack: Killable) -> None:
    stack.give(resources=share_with(ecs, FORTY))
    run = interrupted(stack, "up", throttled_after(ecs, 2))
    assert "Sharing with 40 accounts failed for image" in run.text
    assert "Why: the run was cancelled." in run.text
    shared = live(ecs)
    assert len(shared) == 20
    assert kept(stack) == (shared, [])
    ecs.faults.clear()
    preview = stack.run(STACK, "preview", "--diff")
    assert [account for account in FORTY if f"+ {account}" in preview] == [a for a in FORTY if a not in shared]
    stack.run(STACK, "up", "--yes", "--skip-preview")
    assert kept(stack) == (FORTY, [])
    assert live(ecs) == FORTY


def test_a_create_that_is_interrupted_twice_forgets_nobody(ecs: Emulator, stack: Killable) -> None:
    stack.give(resources=share_with(ecs, FORTY))
    for calls in (1, 2):
        interrupted(stack, "up", throttled_after(ecs, calls))
        ecs.faults.clear()
    assert len(live(ecs)) == 30
    assert kept(stack) == (live(ecs), [])
    stack.give(resources=share_with(ecs, FORTY[:10]))
    stack.run(STACK, "up", "--yes", "--skip-preview")
    assert live(ecs) == FORTY[:10]
    stack.run(STACK, "destroy", "--yes", "--skip-preview")
    assert live(ecs) == []


def test_an_update_that_is_interrupted_is_in_the_state_with_what_is_live(ecs: Emulator, stack: Killable) -> None:
    stack.give(resources=share_with(ecs, FORTY[:20]))
    stack.run(STACK, "up", "--yes", "--skip-preview")
    stack.give(resources=share_with(ecs, FORTY[20:]))
    interrupted(stack, "up", throttled_after(ecs, 1))
    ecs.faults.clear()
    assert kept(stack) == (live(ecs), [])
    stack.run(STACK, "up", "--yes", "--skip-preview")
    assert kept(stack) == (FORTY[20:], [])
    assert live(ecs) == FORTY[20:]


def test_a_destroy_that_is_interrupted_is_brought_to_an_end_by_the_next(ecs: Emulator, stack: Killable) -> None:
    stack.give(resources=share_with(ecs, FORTY))
    stack.run(STACK, "up", "--yes", "--skip-preview")
    interrupted(stack, "destroy", throttled_after(ecs, 2))
    assert kept(stack) == (FORTY, [])
    ecs.faults.clear()
    stack.run(STACK, "destroy", "--yes", "--skip-preview")
    assert live(ecs) == []


def test_a_call_that_is_never_answered_is_let_go(ecs: Emulator, stack: Killable) -> None:
    stack.give(resources=share_with(ecs, FORTY))
    ecs.faults.add(action="DescribeImages", kind="delay", seconds=20)
    run = interrupted(stack, "up", lambda: ecs.faults.snapshot()["rules"][0]["hit"] == 1)
    assert "Why: the run was cancelled before ECS had answered a call." in run.text
    assert kept(stack) == ([], [])
    assert live(ecs) == []


def test_a_copy_that_is_interrupted_goes_on_and_is_taken_over(ecs: Emulator, stack: Killable) -> None:
    ecs.console.set_copy_seconds(HOUR)
    stack.give(resources={"ImageCopy": {"source_image_id": ecs.golden_image_id, "region": ELSEWHERE}})
    run = interrupted(stack, "up", lambda: ecs.calls.count("CopyImage") == 1)
    assert "goes on in ECS, and the next `pulumi up` takes it over." in run.text
    assert kept(stack) == ([], [])
    ecs.console.advance_clock(HOUR)
    stack.run(STACK, "up", "--yes", "--skip-preview")
    assert ecs.calls.count("CopyImage") == 1


def test_a_distribution_that_is_interrupted_is_brought_to_an_end_by_the_next_run(
    ecs: Emulator, stack: Killable
) -> None:
    ecs.console.set_copy_seconds(HOUR)
    given = {"image_id": ecs.golden_image_id, "regions": [REGION, ELSEWHERE], "accounts": FORTY[:2]}
    stack.give(resources={"ImageDistribution": given})
    run = interrupted(stack, "up", lambda: ecs.calls.count("CopyImage") == 1 and live(ecs) == FORTY[:2])
    assert "ImageDistribution 'golden' is not finished" in run.text
    assert "connection is closing" not in run.text
    ecs.console.advance_clock(HOUR)
    stack.run(STACK, "up", "--yes", "--skip-preview")
    assert ecs.calls.count("CopyImage") == 1
    stack.run(STACK, "preview", "--expect-no-changes")


def test_no_call_is_made_after_a_second_interrupt(ecs: Emulator, stack: Killable) -> None:
    stack.give(resources=share_with(ecs, FORTY))
    ecs.faults.latency_ms = 500
    run = interrupted(stack, "up", lambda: ecs.calls.count(MODIFY) >= 1, times=2)
    # What was sent before is still counted.
    _pause(1)
    calls = ecs.calls.count()
    _pause(1)
    assert ecs.calls.count() == calls
    assert run.processes == []
