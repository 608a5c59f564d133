"""What a failed or cancelled deletion of a copy says was done."""

from __future__ import annotations

from typing import Any

import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share.cloud.ecs import Ecs
from pulumi_alicloud_image_share.errors import Cancelled, CopyFailed
from support.copy_world import CopyWorld

NO = {"kind": "error", "code": "Forbidden.RAM", "message": "No.", "status": 403}


@pytest.fixture
def world(ecs: Emulator, ecs_config: dict[str, str]) -> CopyWorld:
    return CopyWorld(ecs, {**ecs_config, "alicloud-image-share:visibleSeconds": "120"})


def test_a_refused_deletion_says_that_nothing_was_deleted(ecs: Emulator, world: CopyWorld) -> None:
    state = world.create()
    ecs.faults.add(action="DeleteImage", **NO)
    with pytest.raises(CopyFailed, match=r"The image was not deleted\. Fix that, then run again\.$"):
        world.run().delete(state)
    assert len(world.copies()) == 1


def test_a_deletion_that_is_accepted_but_cannot_be_read_is_not_said_to_have_failed(
    ecs: Emulator, world: CopyWorld
) -> None:
    state = world.create()
    ecs.faults.add(action="DescribeImages", **NO)
    with pytest.raises(CopyFailed, match="ECS accepted the deletion, but could not be asked whether the image is gone"):
        world.run().delete(state)
    assert world.copies() == []


@pytest.mark.parametrize(
    ("was_sent", "says"), [(True, "Whether the image was deleted is not known. Run again."), (False, "was not deleted")]
)
def test_a_cancelled_deletion_says_whether_it_was_sent(world: CopyWorld, was_sent: bool, says: str) -> None:
    class CancelledHere(Ecs):
        def delete_image(self, region: str, image_id: str, **_: Any) -> None:
            raise Cancelled("the run was cancelled", was_sent=was_sent)

    state = world.create()
    world.ecs_class = CancelledHere
    with pytest.raises(CopyFailed, match=says) as failure:
        world.run().delete(state)
    assert str(failure.value).startswith(f"Deleting image {state.image_id} in {state.region} failed.\nWhy: the run was")
