"""How long an operation on a copy may take where the program says so in custom_timeouts."""

from __future__ import annotations

from typing import Any

import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share.errors import CopyFailed
from support.copy_world import HOUR, CopyWorld


@pytest.fixture
def world(ecs: Emulator, ecs_config: dict[str, str]) -> CopyWorld:
    """Copies take an hour."""
    ecs.console.set_copy_seconds(HOUR)
    return CopyWorld(ecs, {**ecs_config, "alicloud-image-share:visibleSeconds": "120"})


def test_a_copy_may_take_as_long_as_the_program_says(ecs: Emulator, world: CopyWorld) -> None:
    with pytest.raises(CopyFailed, match=r"is not complete after 1800 s \(custom_timeouts, create\)\."):
        world.create(seconds=1800)
    [copy] = world.copies()
    ecs.console.set_copy_seconds(5 * HOUR)
    assert world.create(seconds=6 * HOUR).image_id == copy.id


def test_a_copy_may_take_longer_than_the_setting_where_the_program_says_so(ecs: Emulator, world: CopyWorld) -> None:
    ecs.console.set_copy_seconds(5 * HOUR)
    assert world.create({"copySeconds": "60"}, seconds=6 * HOUR).image_id == world.copies()[0].id


def test_an_update_and_a_deletion_wait_no_longer_than_the_program_says(ecs: Emulator, world: CopyWorld) -> None:
    state = world.create()
    with ecs.cloud.lock:
        ecs.cloud.attributes.modify = lambda *_: None  # type: ignore[method-assign]
        ecs.cloud.images.delete = lambda *_: None  # type: ignore[method-assign]
    run = world.run()

    def seconds_of(act: Any, says: str) -> float:
        began = world.now
        with pytest.raises(CopyFailed, match=says):
            act()
        return world.now - began

    update = r"after 10 s it does not show\.\nRun again; if ECS is slow today, raise custom_timeouts, update\."
    assert seconds_of(lambda: run.update(state, seconds=10, name="golden-new"), update) <= 10
    delete = r"after 10 s the image is still listed\.\nRun again; .* raise custom_timeouts, delete\."
    assert seconds_of(lambda: run.delete(state, seconds=10), delete) <= 10
