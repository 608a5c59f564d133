"""A copy that fails, takes too long or is killed on the real engine is taken up again, and nothing is copied twice."""

from __future__ import annotations

import itertools
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ecs_emulator import Emulator
from support.engine import Stack
from support.golden_copies import copies
from support.killing import Killable, Run

Figures = Callable[[str, int], None]

PAYMENTS = "1000000000000002"
REGION = "cn-beijing"
HOUR = 3600.0
STACK = "dev"
PROGRAM = """
import pulumi
from {resources} import ImageCopy, ImageShare

copy = ImageCopy("golden", source_image_id={image!r}, region="cn-beijing", family="golden", tags={{"team": "platform"}})
ImageShare("golden-beijing", image_id=copy.image_id, region="cn-beijing", accounts=["1000000000000002"])
pulumi.export("imageId", copy.image_id)
"""
RESOURCES = {"dynamic": "pulumi_alicloud_image_share", "plugin": "support.plugin_resources"}


@pytest.fixture
def killable(ecs: Emulator, ecs_config: dict[str, str], tmp_path: Path, frontend: str) -> Iterator[Killable]:
    ecs.console.set_copy_seconds(HOUR)
    program = PROGRAM.format(image=ecs.golden_image_id, resources=RESOURCES[frontend])
    stack = Killable(tmp_path, ecs_config, program, uses_plugin=frontend == "plugin")
    stack.init(STACK)
    yield stack
    stack.end_what_is_left()


def up(killable: Killable) -> Run:
    return killable.start(STACK, "up", "--yes", "--skip-preview")


def kill(killable: Killable, run: Run, victims: str) -> None:
    """Kill -9 whom it says, and take away the lock that this leaves."""
    dying = [run.provider if victim == "provider" else run.engine for victim in victims.split(" and ")]
    assert all(dying)
    for process in itertools.chain(*dying):
        process.kill()
    if run.wait() == -signal.SIGKILL:
        killable.cancel(STACK)


def test_a_copy_that_fails_is_deleted_and_copied_anew_by_the_next_up(ecs: Emulator, stack: Stack, copying: Any) -> None:
    ecs.console.fail_next_copies()
    text = stack.fails(stack.up, copying())
    assert "pulumi_alicloud_image_share.CopyFailed: Copying image" in text
    assert "and does not say why" in text
    assert copies(ecs) == []
    assert "golden" not in stack.resources
    stack.up(copying())
    assert [copy.status for copy in copies(ecs)] == ["Available"]


def test_a_limit_that_is_reached_leaves_the_copy_to_the_next_up(
    ecs: Emulator, ecs_config: dict[str, str], tmp_path: Path, copying: Any
) -> None:
    ecs.console.set_copy_seconds(HOUR)
    stack = Stack(tmp_path, {**ecs_config, "alicloud-image-share:copySeconds": "1"})
    text = stack.fails(stack.up, copying())
    assert "is not complete after 1 s (alicloud-image-share:copySeconds)." in text
    [copy] = copies(ecs)
    assert f"The copy {copy.id} goes on in ECS, and the next `pulumi up` takes it over." in text
    ecs.console.advance_clock(HOUR)
    done = stack.up(copying())
    assert f"{copy.id} in {REGION} is the copy of {ecs.golden_image_id} that an interrupted run began" in stack.text
    assert done.outputs["image_id"].value == copy.id
    assert len(copies(ecs)) == 1


def test_two_checkouts_with_a_state_each_never_have_one_copy(
    ecs: Emulator, ecs_config: dict[str, str], tmp_path: Path
) -> None:
    ecs.console.set_copy_seconds(HOUR)
    folders = [tmp_path / "first", tmp_path / "second"]
    program = PROGRAM.format(image=ecs.golden_image_id, resources=RESOURCES["dynamic"])
    checkouts = []
    for folder in folders:
        folder.mkdir()
        checkouts.append(Killable(folder, ecs_config, program))
        checkouts[-1].init(STACK)
    first, second = checkouts
    try:
        run = up(first)
        run.wait_for(lambda: len(copies(ecs)) == 1)
        [begun] = copies(ecs)
        other = up(second)
        assert run.wait() != 0
        assert f"the copy {begun.id} was taken over by another run" in run.text
        assert "Is another checkout of this program, with a state of its own, running the stack shop/dev?" in run.text
        ecs.console.advance_clock(HOUR)
        assert other.wait() == 0, other.text
        assert second.outputs(STACK) == {"imageId": begun.id}
        ecs.console.set_copy_seconds(0)
        first.run(STACK, "up", "--yes", "--skip-preview")
        own = first.outputs(STACK)["imageId"]
        assert {copy.id for copy in copies(ecs)} == {begun.id, own}
        first.run(STACK, "destroy", "--yes", "--skip-preview")
        assert [copy.id for copy in copies(ecs)] == [begun.id]
        second.run(STACK, "preview", "--expect-no-changes")
        assert ecs.calls.count("CopyImage") == 2
    finally:
        for checkout in checkouts:
            checkout.end_what_is_left()


@pytest.mark.parametrize(
    ("frontend", "victims", "done"),
    [
        ("dynamic", "provider", "while nobody looked"),
        ("dynamic", "engine", "while nobody looked"),
        ("dynamic", "provider and engine", "later"),
        ("plugin", "provider", "later"),
        ("plugin", "engine", "later"),
        ("plugin", "provider and engine", "while nobody looked"),
    ],
)
def test_an_up_that_is_killed_while_it_copies_is_taken_up_again(
    ecs: Emulator, killable: Killable, victims: str, done: str, figures: Figures
) -> None:
    run = up(killable)
    looks = {"provider": 1, "engine": 3, "provider and engine": 2}[victims]
    run.wait_for(lambda: ecs.calls.count("CopyImage") == 1 and ecs.calls.count("DescribeImages") >= 2 + looks)
    kill(killable, run, victims)
    [begun] = copies(ecs)
    assert begun.status == "Creating"
    figures("kills of provider and engine survived", 1)
    if done == "while nobody looked":
        ecs.console.advance_clock(HOUR)
    if "engine" in victims:
        killable.run(STACK, "refresh", "--yes", "--clear-pending-creates", "--skip-preview")
    again = up(killable)
    again.wait_for(lambda: "is the copy of" in again.text or ecs.calls.count("CopyImage") > 1)
    assert f"{begun.id} in {REGION} is the copy of {ecs.golden_image_id} that an interrupted run began" in again.text
    ecs.console.advance_clock(HOUR)
    assert again.wait() == 0, again.text
    [copy] = copies(ecs)
    assert (copy.id, copy.family, copy.status) == (begun.id, "golden", "Available")
    assert ecs.calls.count("CopyImage") == 1
    assert ecs.console.shared_accounts(REGION, copy.id) == [PAYMENTS]
    assert killable.outputs(STACK) == {"imageId": copy.id}
    killable.run(STACK, "preview", "--expect-no-changes")
    killable.run(STACK, "destroy", "--yes", "--skip-preview")
    assert copies(ecs) == []


@pytest.mark.parametrize("frontend", ["dynamic", "plugin"])
def test_a_kill_right_after_the_copy_was_asked_for_copies_nothing_twice(
    ecs: Emulator, killable: Killable, figures: Figures
) -> None:
    ecs.faults.add(action="CopyImage", kind="delay", seconds=0.3)
    run = up(killable)
    run.wait_for(lambda: len(copies(ecs)) == 1)
    kill(killable, run, "provider")
    figures("kills of provider and engine survived", 1)
    ecs.console.advance_clock(HOUR)
    killable.run(STACK, "up", "--yes", "--skip-preview")
    assert [copy.status for copy in copies(ecs)] == ["Available"]
