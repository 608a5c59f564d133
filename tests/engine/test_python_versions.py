"""Another version of Python runs the program: its pickles differ, and the state has those of the last one."""

from __future__ import annotations

import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share import ImageShare
from support.engine import Program, Stack
from support.pickled_providers import repickled

BOTH = ["1000000000000002", "1000000000000003"]


@pytest.mark.parametrize("protocol", [2, 5])
def test_access_survives_a_rename_whatever_protocol_pickled_the_provider(
    ecs: Emulator, stack: Stack, protocol: int
) -> None:
    def program(name: str) -> Program:
        return lambda: ImageShare(name, image_id=ecs.golden_image_id, accounts=BOTH)

    stack.up(program("golden"))
    stack.rewrite(lambda state: repickled(state, protocol))
    stack.refresh()
    stack.up(program("golden2"))
    assert ecs.console.shared_accounts("cn-hangzhou", ecs.golden_image_id) == BOTH
    assert stack.resources["golden2"]["outputs"]["account_ids"] == BOTH
    assert "golden" not in stack.resources
    stack.destroy()
    assert ecs.console.shared_accounts("cn-hangzhou", ecs.golden_image_id) == []
