"""A create, an update and a destroy that fail half way leave the image and the state as they were.

Each of their calls fails in turn in tests/protocol/test_failing_calls.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share import ImageShare
from support.engine import Program, Stack

REGION = "cn-hangzhou"
MANY = [str(2000000000000001 + n) for n in range(65)]


@pytest.fixture
def stack(ecs_config: dict[str, str], tmp_path: Path) -> Stack:
    """A stack that repeats no call: what fails, fails for good."""
    return Stack(tmp_path, {**ecs_config, "alicloud-image-share:retrySeconds": "0"})


def test_what_fails_half_way_leaves_the_image_and_the_state_as_they_were(ecs: Emulator, stack: Stack) -> None:
    first, second = sharing(ecs, MANY[:50]), sharing(ecs, MANY[15:65])
    break_in_the_middle(ecs)
    stack.fails(stack.up, first)
    assert (live(ecs), "golden" in stack.resources) == ([], False)
    stack.up(first)
    break_in_the_middle(ecs)
    stack.fails(stack.up, second)
    assert live(ecs) == stack.resources["golden"]["outputs"]["account_ids"] == MANY[:50]
    break_in_the_middle(ecs)
    stack.fails(stack.destroy)
    assert live(ecs) == stack.resources["golden"]["outputs"]["account_ids"] == MANY[:50]
    stack.up(second)
    assert live(ecs) == stack.resources["golden"]["outputs"]["account_ids"] == MANY[15:65]
    stack.destroy()
    assert (live(ecs), "golden" in stack.resources) == ([], False)


def break_in_the_middle(ecs: Emulator) -> None:
    ecs.faults.clear()
    ecs.faults.add(action="ModifyImageSharePermission", kind="drop_after", after=2, times=1)


def live(ecs: Emulator) -> list[str]:
    return ecs.console.shared_accounts(REGION, ecs.golden_image_id)


def sharing(ecs: Emulator, accounts: list[str]) -> Program:
    def program() -> None:
        ImageShare("golden", image_id=ecs.golden_image_id, accounts=accounts, max_unshare_percent=100)

    return program
