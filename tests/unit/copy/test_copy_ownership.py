"""Two runs of one resource at once, as two checkouts with a state each have it: one of them has the copy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share.cloud.ecs import Ecs
from pulumi_alicloud_image_share.copy.record import KnownCopy
from pulumi_alicloud_image_share.copy.rules import OWN_TAG
from pulumi_alicloud_image_share.errors import CopyFailed
from support.copy_world import HOUR, REGION, CopyWorld, Interrupted

TAKEN_OVER = "was taken over by another run"


@pytest.fixture
def world(ecs: Emulator, ecs_config: dict[str, str]) -> CopyWorld:
    """Copies take an hour."""
    ecs.console.set_copy_seconds(HOUR)
    return CopyWorld(ecs, {**ecs_config, "alicloud-image-share:visibleSeconds": "120"})


def copied_by_another_run(world: CopyWorld, states: list[KnownCopy]) -> Callable[[], None]:
    def copy() -> None:
        states.append(world.create())

    return copy


@pytest.mark.parametrize("after", [1, 600, 3500])
def test_a_copy_that_another_run_takes_over_is_let_go(ecs: Emulator, world: CopyWorld, after: float) -> None:
    others: list[KnownCopy] = []
    world.after(after, copied_by_another_run(world, others))
    with pytest.raises(CopyFailed, match=TAKEN_OVER) as failure:
        world.create()
    [copy] = world.copies()
    [other] = others
    assert (other.image_id, other.name) == (copy.id, copy.name)
    assert f"the copy {copy.id} was taken over by another run" in str(failure.value)
    assert "neither changed nor deleted. Is another checkout of this program, with a state of its own, running" in str(
        failure.value
    )
    assert "the stack shop/dev?" in str(failure.value)
    assert failure.value.image_id == ""
    assert ecs.calls.count("CopyImage") == 1
    assert ecs.calls.count("DeleteImage") == 0


def test_whoever_let_go_gets_a_copy_of_its_own_in_the_next_run(world: CopyWorld) -> None:
    others: list[KnownCopy] = []
    world.after(600, copied_by_another_run(world, others))
    with pytest.raises(CopyFailed, match=TAKEN_OVER):
        world.create()
    run = world.run()
    own = run.create()
    assert {copy.id for copy in world.copies()} == {own.image_id, others[0].image_id}
    assert own.name != others[0].name
    assert "another checkout of the program has it in a state of its own" in run.warned[0]
    run.delete(own)
    assert [copy.id for copy in world.copies()] == [others[0].image_id]


def test_a_run_that_was_let_go_of_may_be_taken_over_in_turn(ecs: Emulator, world: CopyWorld) -> None:
    third: list[KnownCopy] = []

    def second() -> None:
        world.after(600, copied_by_another_run(world, third))
        with pytest.raises(CopyFailed, match=TAKEN_OVER):
            world.create()

    world.after(600, second)
    with pytest.raises(CopyFailed, match=TAKEN_OVER):
        world.create()
    assert [copy.id for copy in world.copies()] == [third[0].image_id]
    assert ecs.calls.count("CopyImage") == 1


def test_a_copy_that_is_taken_over_just_before_it_is_named_is_let_go(world: CopyWorld) -> None:
    taken: list[str] = []

    class TakenOverAtTheEnd(Ecs):
        """An ECS in which another run takes the copy over between the last look and the name."""

        def change_image(self, region: str, image_id: str, **others: Any) -> None:
            if not taken:
                taken.append(image_id)
                words = world.copies()[0].tags[OWN_TAG].split(" ")
                self.tag_image(region, image_id, {OWN_TAG: " ".join([*words[:-1], "another-run"])})
            super().change_image(region, image_id, **others)

    world.ecs_class = TakenOverAtTheEnd
    with pytest.raises(CopyFailed, match="was taken over by another run just as it was complete"):
        world.create()
    assert [copy.id for copy in world.copies()] == taken


def test_a_copy_that_another_run_finished_between_two_looks_is_let_go(ecs: Emulator, world: CopyWorld) -> None:
    finished: list[KnownCopy] = []
    world.interrupt_after(600)
    with pytest.raises(Interrupted):
        world.create()

    class FinishedMeanwhile(Ecs):
        """An ECS in which another run finishes the copy before this one writes itself into its tag."""

        def tag_image(self, region: str, image_id: str, tags: Any) -> None:
            if not finished:
                world.ecs_class = Ecs
                ecs.console.advance_clock(HOUR)
                finished.append(world.create())
            super().tag_image(region, image_id, tags)

    world.ecs_class = FinishedMeanwhile
    with pytest.raises(CopyFailed, match="was finished by another run, which called it golden-2024-05-"):
        world.create()
    [copy] = world.copies()
    assert (copy.id, copy.name) == (finished[0].image_id, finished[0].name)


def test_two_runs_that_begin_at_once_make_one_copy(ecs: Emulator, world: CopyWorld) -> None:
    others: list[KnownCopy] = []

    class Late(Ecs):
        """An ECS in which another run begins to copy after this one has looked, and before it copies."""

        def copy_image(self, order: Any, token: str) -> str:
            if not others:
                world.ecs_class = Ecs
                world.interrupt_after(600)
                with pytest.raises(Interrupted):
                    world.create()
                others.append(None)  # type: ignore[arg-type]
            return super().copy_image(order, token)

    world.ecs_class = Late
    state = world.create()
    assert [copy.id for copy in world.copies()] == [state.image_id]
    assert len([call for call in ecs.calls.entries if call.action == "CopyImage"]) == 2


def test_a_list_that_still_shows_the_run_before_takes_nothing_away(ecs: Emulator, world: CopyWorld) -> None:
    world.interrupt_after(600)
    with pytest.raises(Interrupted):
        world.create()
    [copy] = world.copies()
    tag_before = copy.tags[OWN_TAG]
    looks = iter(range(1000))

    class Lagging(Ecs):
        """An ECS that shows each second time how the copy was before it was taken over."""

        def own_images(self, region: str, *, image_id: str = "", **others: Any) -> Any:
            found = super().own_images(region, image_id=image_id, **others)
            if not image_id or next(looks) % 2:
                return found
            return [replace(image, tags={**image.tags, OWN_TAG: tag_before}) for image in found]

    world.ecs_class = Lagging
    assert world.create().image_id == copy.id


def test_a_tag_that_cannot_be_written_leaves_the_copy_to_the_next_run(ecs: Emulator, world: CopyWorld) -> None:
    world.interrupt_after(600)
    with pytest.raises(Interrupted):
        world.create()
    ecs.faults.add(action="TagResources", kind="error", code="Forbidden.RAM", message="No.", status=403, times=1)
    with pytest.raises(CopyFailed, match=r"goes on in ECS, and the next `pulumi up` takes it over\.$"):
        world.create()
    [copy] = world.copies(REGION)
    assert world.create().image_id == copy.id
