"""What the check of a change in place reads of the copy."""

from __future__ import annotations

from typing import Any

import pytest

from ecs_emulator import Emulator
from support.copy_world import REGION, CopyWorld

CHANGES: list[dict[str, Any]] = [{"name": "new"}, {"description": "New"}, {"family": "new"}, {"tags": {"team": "a"}}]


@pytest.fixture
def world(ecs: Emulator, ecs_config: dict[str, str]) -> CopyWorld:
    return CopyWorld(ecs, ecs_config)


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_a_change_of_a_copy_that_is_gone_is_refused_by_the_check(
    ecs: Emulator, world: CopyWorld, change: dict[str, Any]
) -> None:
    run = world.run()
    spec = run.checked(name="golden-1")
    state = run.make(spec)
    own = {"region": REGION, "image_id": state.image_id}
    assert run.check_change(spec, own, **{"name": "golden-1", **change}) == []
    ecs.console.delete_image(REGION, state.image_id)
    [problem] = run.check_change(spec, own, **{"name": "golden-1", **change})
    assert problem.sentence.startswith(f"image {state.image_id} does not exist in region {REGION}")
    assert problem.sentence.endswith(
        "If it was deleted, run `pulumi refresh` with its owner's credentials: the next `pulumi up` then copies again."
    )


def test_a_change_that_calls_nothing_reads_nothing(ecs: Emulator, world: CopyWorld) -> None:
    run = world.run()
    spec = run.checked(name="golden-1")
    own = {"region": REGION, "image_id": run.make(spec).image_id}
    ecs.calls.reset()
    assert run.check_change(spec, own, name="golden-1", force_delete=True) == []
    assert ecs.calls.count() == 0
