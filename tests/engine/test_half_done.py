"""Every call of a create, an update and a destroy of 50 accounts fails for good: nothing is left half done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share import ImageShare
from support.engine import Program, Stack

Figures = Callable[[str, int], None]

REGION = "cn-hangzhou"
MANY = [str(2000000000000001 + n) for n in range(65)]
REFUSED = {"kind": "error", "code": "Forbidden.RAM", "message": "User not authorized.", "status": 403}
APPLIED_THEN_LOST = {"kind": "drop_after"}
FAULTS = pytest.mark.parametrize("fault", [REFUSED, APPLIED_THEN_LOST], ids=["refused", "applied_then_lost"])


@pytest.fixture
def stack(ecs_config: dict[str, str], tmp_path: Path) -> Stack:
    """A stack that repeats no call: what fails, fails for good."""
    return Stack(tmp_path, {**ecs_config, "image-share:retrySeconds": "0"})


@FAULTS
def test_a_create_that_fails_at_any_call_leaves_the_image_as_it_was(
    ecs: Emulator, stack: Stack, fault: dict[str, Any], figures: Figures
) -> None:
    ecs.console.share(REGION, ecs.golden_image_id, MANY[0])
    program = sharing(ecs, MANY[:50])
    # Two calls look at the image and two at its accounts, five share, one reads back: all but one are of the create.
    for point in range(1, 10):
        breaks(ecs, stack, fault, point, stack.up, program)
        assert live(ecs) == MANY[:1]
        assert "golden" not in stack.resources
        figures("points of failure of create, update and destroy", 1)
    converges(ecs, stack, program, MANY[:50])


@FAULTS
def test_an_update_that_fails_at_any_call_leaves_the_image_as_it_was(
    ecs: Emulator, stack: Stack, fault: dict[str, Any], figures: Figures
) -> None:
    stack.up(sharing(ecs, MANY[:50]))
    program = sharing(ecs, MANY[15:65])
    for point in range(1, 8):
        breaks(ecs, stack, fault, point, stack.up, program)
        assert live(ecs) == MANY[:50]
        assert stack.resources["golden"]["outputs"]["account_ids"] == MANY[:50]
        figures("points of failure of create, update and destroy", 1)
    converges(ecs, stack, program, MANY[15:65])


@FAULTS
def test_a_destroy_that_fails_at_any_call_leaves_the_image_as_it_was(
    ecs: Emulator, stack: Stack, fault: dict[str, Any], figures: Figures
) -> None:
    program = sharing(ecs, MANY[:50])
    stack.up(program)
    for point in range(1, 8):
        breaks(ecs, stack, fault, point, stack.destroy)
        assert live(ecs) == MANY[:50]
        assert "golden" in stack.resources
        figures("points of failure of create, update and destroy", 1)
    stack.up(program)
    assert live(ecs) == MANY[:50]
    stack.destroy()
    assert live(ecs) == []


def breaks(
    ecs: Emulator, stack: Stack, fault: dict[str, Any], point: int, run: Callable[..., Any], *program: Program
) -> None:
    """Run a command whose call number `point` fails for good."""
    ecs.faults.clear()
    ecs.calls.reset()
    ecs.faults.add(action="*", after=point - 1, times=1, **fault)
    text = stack.fails(run, *program)
    assert ecs.calls.entries[point - 1].fault == fault["kind"], text
    ecs.faults.clear()


def converges(ecs: Emulator, stack: Stack, program: Program, accounts: list[str]) -> None:
    stack.up(program)
    assert live(ecs) == accounts


def live(ecs: Emulator) -> list[str]:
    return ecs.console.shared_accounts(REGION, ecs.golden_image_id)


def sharing(ecs: Emulator, accounts: list[str]) -> Program:
    def program() -> None:
        ImageShare("golden", image_id=ecs.golden_image_id, accounts=accounts, max_unshare_percent=100)

    return program
