"""What the check of a change in place reads of the copy."""

from __future__ import annotations

from typing import Any

import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share.copy.record import Copy
from support.copy_world import REGION, CopyRun, CopyWorld

CHANGES: list[dict[str, Any]] = [{"name": "new"}, {"description": "New"}, {"family": "new"}, {"tags": {"team": "a"}}]


@pytest.fixture
def world(ecs: Emulator, ecs_config: dict[str, str]) -> CopyWorld:
    return CopyWorld(ecs, ecs_config)


@pytest.fixture
def own(world: CopyWorld) -> dict[str, Any]:
    """What the state has of a copy."""
    state = world.create(name="golden-1")
    return {"region": REGION, "image_id": state.image_id, "owner_id": state.owner_id}


def spec(run: CopyRun) -> Copy:
    asked, problems = run.resource.asked_for(None, run.arguments(name="golden-1"))
    assert problems == []
    return asked.spec


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_a_change_of_a_copy_that_is_gone_is_refused_by_the_check(
    ecs: Emulator, world: CopyWorld, own: dict[str, Any], change: dict[str, Any]
) -> None:
    run = world.run()
    assert run.check_change(spec(run), own, **{"name": "golden-1", **change}) == []
    ecs.console.delete_image(REGION, own["image_id"])
    [problem] = run.check_change(spec(run), own, **{"name": "golden-1", **change})
    assert problem.sentence == (
        f"image {own['image_id']} does not exist in region {REGION} any more, so it can't be changed: run `pulumi "
        "refresh`, and the next `pulumi up` copies again."
    )


@pytest.mark.parametrize("change", [{"name": "new"}, {"encrypted": True}], ids=str)
def test_a_copy_that_the_credentials_cannot_see_is_neither_changed_nor_replaced(
    ecs: Emulator, world: CopyWorld, own: dict[str, Any], change: dict[str, Any]
) -> None:
    run = world.run()
    ecs.console.delete_image(REGION, own["image_id"])
    theirs = {**own, "owner_id": ecs.account("payments").id}
    [problem] = run.check_change(spec(run), theirs, **{"name": "golden-1", **change})
    assert f"belongs to account {theirs['owner_id']}, and these are credentials of account {own['owner_id']}" in (
        problem.sentence
    )


def test_a_copy_that_is_gone_can_be_replaced(ecs: Emulator, world: CopyWorld, own: dict[str, Any]) -> None:
    run = world.run()
    ecs.console.delete_image(REGION, own["image_id"])
    assert run.check_change(spec(run), own, name="golden-1", encrypted=True) == []


def test_a_change_that_calls_nothing_reads_nothing(ecs: Emulator, world: CopyWorld, own: dict[str, Any]) -> None:
    run = world.run()
    ecs.calls.reset()
    assert run.check_change(spec(run), own, name="golden-1", force_delete=True) == []
    assert ecs.calls.count() == 0
