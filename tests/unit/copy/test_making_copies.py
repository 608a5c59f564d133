"""Copying, waiting for hours, and taking over what an interrupted run began: on the emulator, in a time of its own."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share.cloud.credentials import STACKS_OWN
from pulumi_alicloud_image_share.cloud.ecs import Ecs
from pulumi_alicloud_image_share.copy.rules import OWN_TAG
from pulumi_alicloud_image_share.errors import CopyFailed, RuleBroken
from pulumi_alicloud_image_share.resource.base import StackState
from pulumi_alicloud_image_share.values import UNKNOWN
from support.copy_world import HOUR, OTHER_URN, REGION, SOURCE_REGION, URN, CopyWorld, Interrupted

NO = {"kind": "error", "code": "Forbidden.RAM", "message": "No.", "status": 403}


@pytest.fixture
def world(ecs: Emulator, ecs_config: dict[str, str]) -> CopyWorld:
    """Copies take an hour."""
    ecs.console.set_copy_seconds(HOUR)
    return CopyWorld(ecs, {**ecs_config, "alicloud-image-share:visibleSeconds": "120"})


def interrupted(world: CopyWorld, after: float = 600, **arguments: Any) -> str:
    """Let a run begin to copy and be killed; returns the ID of the copy that it leaves."""
    world.interrupt_after(after)
    with pytest.raises(Interrupted):
        world.create(**arguments)
    [copy] = world.copies()
    return copy.id


def test_create_waits_until_the_copy_is_complete(ecs: Emulator, world: CopyWorld) -> None:
    state = world.create(description="Hardened", family="golden", tags={"team": "platform"})
    [copy] = world.copies()
    # A second or two of real time passes, too.
    assert world.now >= HOUR - 30
    assert (copy.id, copy.status, copy.name) == (state.image_id, "Available", state.name)
    assert (copy.family, copy.description) == ("golden", "Hardened")
    assert re.fullmatch(r"golden-2024-05-[0-9a-f]{7}", state.name)
    assert (state.family, state.description) == ("golden", "Hardened")
    assert (state.region, state.source_image_id, state.source_region) == (REGION, ecs.golden_image_id, SOURCE_REGION)
    assert state.id == f"{REGION}:{copy.id}"
    assert (state.size, state.encrypted, state.tags) == (20, False, {"team": "platform"})
    assert state.created_at.endswith("Z")


def test_the_copy_has_no_name_and_no_family_of_its_own_before_it_is_complete(ecs: Emulator, world: CopyWorld) -> None:
    interrupted(world, name="golden-beijing", family="golden")
    [copy] = world.copies()
    assert copy.name.startswith(f"copying-{ecs.golden_image_id}-")
    assert copy.family == ""
    assert copy.tags[OWN_TAG].startswith("shop/dev/golden ")


def test_pauses_grow_to_a_quarter_of_a_minute(world: CopyWorld) -> None:
    world.create()
    assert world.pauses[0] <= 1
    assert world.pauses[:-1] == sorted(world.pauses[:-1])
    assert max(world.pauses) == 15
    assert len(world.pauses) < 260


def test_progress_is_shown_in_passing_when_it_has_moved_by_ten_points_or_two_minutes_have_passed(
    world: CopyWorld,
) -> None:
    run = world.run()
    state = run.create()
    assert run.told == []
    assert run.shown[0] == f"0 %, as {state.image_id}"
    assert re.fullmatch(r"3 %, about \d\d min left", run.shown[1])
    percents = [int(line.split(" ")[0]) for line in run.shown[:-1]]
    assert percents == sorted(set(percents))
    assert all(later - sooner <= 10 for sooner, later in itertools.pairwise(percents))
    assert len(run.shown) <= 32


def test_the_last_status_of_a_finished_copy_is_final(world: CopyWorld) -> None:
    run = world.run()
    run.create()
    assert run.shown[-1] == "copied in 60 min"


def test_the_last_status_of_a_copy_that_was_taken_over_does_not_say_how_long_it_took(world: CopyWorld) -> None:
    interrupted(world)
    run = world.run()
    run.create()
    assert run.shown[-1] == "copied"


def test_a_copy_that_fails_or_is_complete_at_once_has_no_final_status(ecs: Emulator, world: CopyWorld) -> None:
    ecs.console.fail_next_copies(after_seconds=600)
    run = world.run()
    with pytest.raises(CopyFailed):
        run.create()
    assert not any("copied" in line for line in run.shown)
    ecs.console.set_copy_seconds(0)
    run = world.run()
    run.create()
    assert run.shown == []


def test_a_copy_that_does_not_move_is_shown_every_five_minutes(ecs: Emulator, world: CopyWorld) -> None:
    ecs.console.set_copy_seconds(1000 * HOUR)
    run = world.run()
    with pytest.raises(CopyFailed):
        run.create()
    assert 4 * 12 <= len(run.shown) <= 4 * 12 + 2
    assert set(run.shown[1:]) == {"0 %"}


def test_a_fast_copy_shows_each_ten_points_once(ecs: Emulator, world: CopyWorld) -> None:
    ecs.console.set_copy_seconds(100)
    run = world.run()
    run.create()
    assert 4 <= len(run.shown) <= 12


def test_at_the_limit_the_copy_goes_on_and_the_next_run_takes_it_over(ecs: Emulator, world: CopyWorld) -> None:
    with pytest.raises(CopyFailed) as failure:
        world.create({"copySeconds": "1800"})
    [copy] = world.copies()
    assert failure.value.image_id == copy.id
    assert str(failure.value) == (
        f"Copying image {ecs.golden_image_id} from {SOURCE_REGION} to {REGION} is not complete after 1800 s "
        f"(alicloud-image-share:copySeconds).\nWhy: the copy {copy.id} is Creating, 50% done.\n"
        f"The copy {copy.id} goes on in ECS, and the next `pulumi up` takes it over."
    )
    assert world.create().image_id == copy.id
    assert ecs.calls.count("CopyImage") == 1


def test_a_copy_may_take_four_hours_where_nobody_says_otherwise(ecs: Emulator, world: CopyWorld) -> None:
    ecs.console.set_copy_seconds(3.9 * HOUR)
    world.create()
    ecs.console.set_copy_seconds(4.1 * HOUR)
    with pytest.raises(CopyFailed, match="not complete after 14400 s"):
        world.create(urn=OTHER_URN)


def test_a_copy_that_fails_is_deleted_and_the_error_says_what_to_check(ecs: Emulator, world: CopyWorld) -> None:
    ecs.console.fail_next_copies(after_seconds=0.45 * HOUR)
    with pytest.raises(CopyFailed) as failure:
        world.create()
    assert world.copies() == []
    assert "gave the copy" in str(failure.value)
    assert "(status CreateFailed at 45%), and does not say why." in str(failure.value)
    assert "Check the quotas of images and snapshots in cn-beijing" in str(failure.value)
    assert str(failure.value).endswith("was deleted: nothing is left of it.")
    assert failure.value.image_id == ""


def test_a_failed_copy_with_a_key_says_to_check_the_key(ecs: Emulator, world: CopyWorld) -> None:
    ecs.console.fail_next_copies()
    [key] = ecs.account("owner").kms_keys["cn-beijing"]
    with pytest.raises(CopyFailed, match=f"Check that the key {key} is in cn-beijing, enabled"):
        world.create(kms_key_id=key)


def test_a_failed_copy_that_cannot_be_deleted_is_deleted_by_the_next_run(ecs: Emulator, world: CopyWorld) -> None:
    ecs.console.fail_next_copies()
    ecs.faults.add(action="DeleteImage", times=1, **NO)
    with pytest.raises(CopyFailed, match="could not be deleted, and the next `pulumi up` tries again: DeleteImage"):
        world.create()
    [failed] = world.copies()
    state = world.create()
    assert [copy.id for copy in world.copies()] == [state.image_id]
    assert state.image_id != failed.id
    assert ecs.calls.count("CopyImage") == 2


def test_a_failed_copy_of_an_earlier_run_that_stays_in_the_way_is_named(ecs: Emulator, world: CopyWorld) -> None:
    ecs.console.fail_next_copies()
    ecs.faults.add(action="DeleteImage", **NO)
    with pytest.raises(CopyFailed):
        world.create()
    [failed] = world.copies()
    with pytest.raises(CopyFailed, match=f"the copy {failed.id} of an earlier run has failed, and is in the way"):
        world.create()
    assert ecs.calls.count("CopyImage") == 1


def test_a_copy_that_somebody_cancels_is_missed(ecs: Emulator, world: CopyWorld) -> None:
    world.after(600, lambda: ecs.cloud.images.remove(world.copies()[0]))
    with pytest.raises(CopyFailed, match="is gone: it was cancelled or deleted") as failure:
        world.create()
    assert str(failure.value).endswith("Nothing is left of it: run `pulumi up` to copy again.")
    assert world.now < 700


def test_a_fault_in_the_wait_leaves_the_copy_to_the_next_run(ecs: Emulator, world: CopyWorld) -> None:
    world.after(600, lambda: ecs.faults.add(action="DescribeImages", times=1, **NO))
    with pytest.raises(CopyFailed, match=r"goes on in ECS, and the next `pulumi up` takes it over\.$"):
        world.create()
    state = world.create()
    assert [copy.id for copy in world.copies()] == [state.image_id]
    assert ecs.calls.count("CopyImage") == 1


@pytest.mark.parametrize("after", [0, 1800, 3500])
def test_an_interrupted_copy_is_taken_over_and_not_copied_again(ecs: Emulator, world: CopyWorld, after: float) -> None:
    begun = interrupted(world, after)
    run = world.run()
    state = run.create()
    assert state.image_id == begun
    assert [copy.name for copy in world.copies()] == [state.name]
    assert ecs.calls.count("CopyImage") == 1
    assert ecs.calls.count("TagResources") == 1
    assert run.told[0].startswith(
        f"{begun} in {REGION} is the copy of {ecs.golden_image_id} that an interrupted run began"
    )


def test_a_copy_that_became_complete_while_nobody_waited_is_taken_over(ecs: Emulator, world: CopyWorld) -> None:
    begun = interrupted(world)
    ecs.console.advance_clock(30 * HOUR)
    run = world.run()
    assert run.create().image_id == begun
    assert "(Available, 100% done)" in run.told[0]
    assert ecs.calls.count("CopyImage") == 1


def test_what_the_program_says_by_now_holds_for_a_copy_that_is_taken_over(ecs: Emulator, world: CopyWorld) -> None:
    begun = interrupted(world, description="Old", name="old-name", tags={"stage": "test", "team": "platform"})
    world.copies()[0].tags["acs:rm:rgId"] = "rg-1"
    wanted = {"team": "images", "cost": "7"}
    state = world.create(description="New", name="new-name", family="golden", tags=wanted)
    [copy] = world.copies()
    assert (copy.id, copy.name, copy.description, copy.family) == (begun, "new-name", "New", "golden")
    assert {key: value for key, value in copy.tags.items() if key in ("team", "cost", "stage")} == wanted
    assert copy.tags.keys() >= {OWN_TAG, "acs:rm:rgId"}
    assert state.tags == wanted


def test_a_copy_whose_tag_somebody_took_away_is_found_by_its_name(ecs: Emulator, world: CopyWorld) -> None:
    begun = interrupted(world)
    world.copies()[0].tags.clear()
    assert world.create(description="Another request, and so another token").image_id == begun
    assert world.copies()[0].tags[OWN_TAG].startswith("shop/dev/golden ")


def test_a_copy_that_can_be_neither_found_nor_made_is_left_to_the_next_run(ecs: Emulator, world: CopyWorld) -> None:
    begun = interrupted(world)
    world.copies()[0].tags.clear()
    run = world.run()
    spec = run.checked(description="Another request, and so another token")
    ecs.faults.add(action="DescribeImages", region=REGION, times=1, **NO)
    with pytest.raises(CopyFailed, match="DescribeImages failed"):
        run.make(spec)
    assert [copy.id for copy in world.copies()] == [begun]


def test_a_copy_of_another_resource_region_or_encryption_is_not_taken_over(ecs: Emulator, world: CopyWorld) -> None:
    ecs.console.set_copy_seconds(0)
    world.interrupt_after(0)
    first = world.create().image_id
    others = [
        world.create(urn=OTHER_URN),
        world.create(encrypted=True),
        world.create(kms_key_id=ecs.account("owner").kms_keys["cn-beijing"][0]),
        world.create(region="cn-shanghai"),
    ]
    assert len({first, *(state.image_id for state in others)}) == 5


def test_a_finished_copy_is_not_taken_over_but_copied_beside(world: CopyWorld) -> None:
    # As `up --replace` does, of which the engine tells nothing but that there is something to create.
    first = world.create()
    run = world.run()
    second = run.create(state=StackState(own={"image_id": first.image_id}))
    assert first.image_id != second.image_id
    assert first.name != second.name
    assert sorted(copy.id for copy in world.copies()) == sorted([first.image_id, second.image_id])
    assert run.warned == []


def test_a_finished_copy_that_the_state_does_not_have_is_warned_of(world: CopyWorld) -> None:
    first = world.create()
    run = world.run()
    second = run.create()
    assert first.name != second.name
    assert run.warned == [
        f"image {first.image_id} ({first.name}) in {REGION} is a finished copy by this resource that the state does "
        "not have under its name: an interrupted run left it, it is another resource's since a rename, or another "
        "checkout of the program has it in a state of its own. Delete it only if no state has it."
    ]


def test_a_copy_that_was_deleted_on_the_same_day_is_made_anew(ecs: Emulator, world: CopyWorld) -> None:
    first = world.create()
    ecs.console.delete_image(REGION, first.image_id)
    began = world.now
    second = world.create()
    assert [copy.id for copy in world.copies()] == [second.image_id]
    assert world.now - began < HOUR + 30


def test_two_resources_of_one_name_under_different_parents_get_a_copy_each(world: CopyWorld) -> None:
    run = world.run()
    urns = [URN, URN.replace("dynamic/", "dynamic/alicloud-image-share:Team$pulumi-python:dynamic/")]
    specs = [run.checked(urn=urn) for urn in urns]
    states = [run.make(spec, urn=urn) for spec, urn in zip(specs, urns, strict=True)]
    assert {copy.id for copy in world.copies()} == {state.image_id for state in states}
    assert len({state.image_id for state in states}) == len({state.name for state in states}) == 2
    later = world.run()
    later.create(urn=urns[0], encrypted=True)
    assert run.warned == later.warned == []


def test_a_copy_waits_for_another_copy_of_the_image_that_is_under_way(ecs: Emulator, world: CopyWorld) -> None:
    beside = world.copy_beside()
    run = world.run()
    state = run.create()
    assert {copy.id for copy in world.copies()} == {beside, state.image_id}
    waits = [line for line in run.told if "has to wait: another copy of the image is under way" in line]
    assert len(waits) == 1


def test_a_copy_that_has_to_wait_for_too_long_fails_with_nothing_copied(ecs: Emulator, world: CopyWorld) -> None:
    world.copy_beside()
    with pytest.raises(CopyFailed, match="ImageCopyConflict") as failure:
        world.create({"copySeconds": "60"})
    assert str(failure.value).endswith("Nothing was copied.")
    assert len(world.copies()) == 1


def test_a_refused_copy_says_what_to_do(ecs: Emulator, world: CopyWorld) -> None:
    ecs.faults.add(action="CopyImage", **NO)
    with pytest.raises(CopyFailed, match='"Action": "ecs:CopyImage"') as failure:
        world.create()
    assert str(failure.value).endswith("Nothing was copied.")


def test_a_search_that_fails_copies_nothing(ecs: Emulator, world: CopyWorld) -> None:
    spec = world.run().checked()
    ecs.faults.add(action="DescribeImages", region=REGION, **NO)
    with pytest.raises(CopyFailed, match="DescribeImages failed") as failure:
        world.run().make(spec)
    assert str(failure.value).endswith("Nothing was copied.")
    assert ecs.calls.count("CopyImage") == 0


def test_a_copy_whose_beginning_nobody_heard_of_is_taken_over(ecs: Emulator, world: CopyWorld) -> None:
    ecs.faults.add(action="CopyImage", kind="drop_after", times=1)
    with pytest.raises(CopyFailed, match="Whether ECS began to copy is not known: the next `pulumi up` looks for"):
        world.create({"retrySeconds": "0"})
    [begun] = world.copies()
    assert world.create().image_id == begun.id
    assert ecs.calls.count("CopyImage") == 1


@pytest.mark.parametrize("kind", ["drop_after", "truncate", "garbage", "internal_error"])
def test_a_copy_that_is_asked_for_again_is_copied_once(ecs: Emulator, world: CopyWorld, kind: str) -> None:
    ecs.faults.add(action="CopyImage", kind=kind, times=2)
    state = world.create()
    assert [copy.id for copy in world.copies()] == [state.image_id]
    assert ecs.calls.count("CopyImage") == 3


def test_a_name_that_was_taken_meanwhile_leaves_the_copy_to_a_run_with_another_name(
    ecs: Emulator, world: CopyWorld
) -> None:
    world.after(600, lambda: ecs.console.create_image(REGION, name="golden-beijing"))
    with pytest.raises(CopyFailed, match="InvalidImageName") as failure:
        world.create(name="golden-beijing")
    [copy] = [image for image in world.copies() if image.is_copied]
    assert failure.value.image_id == copy.id
    assert "is complete, but is still called copying-" in str(failure.value)
    assert "Another image of the account has that name: give the copy another one (the argument name)" in str(
        failure.value
    )
    assert world.create(name="golden-beijing-2").image_id == copy.id
    assert ecs.calls.count("CopyImage") == 1


def test_a_name_that_was_given_though_nobody_heard_of_it_counts(ecs: Emulator, world: CopyWorld) -> None:
    ecs.faults.add(action="ModifyImageAttribute", kind="drop_after", times=1)
    state = world.create({"retrySeconds": "0"})
    assert [copy.name for copy in world.copies()] == [state.name]


def test_a_copy_that_has_its_name_is_in_the_state_though_it_cannot_be_read(ecs: Emulator, world: CopyWorld) -> None:
    ecs.console.set_copy_seconds(0)
    run = world.run()
    spec = run.checked(family="golden")
    # After the look that finds the copy complete.
    ecs.faults.add(action="DescribeImages", after=1, **NO)
    state = run.make(spec)
    assert (state.name, state.family) == (spec.name, "golden")
    assert "but is slow to show it" in run.warned[0]


class Hiding(Ecs):
    """An ECS that does not list new images by their IDs."""

    def own_images(self, region: str, *, image_id: str = "", **others: Any) -> Any:
        return [] if image_id else super().own_images(region, image_id=image_id, **others)


class HidingAll(Ecs):
    """An ECS that lists no new images at all."""

    def own_images(self, region: str, **others: Any) -> Any:
        return []


def test_a_copy_that_is_not_listed_is_not_copied_twice(ecs: Emulator, world: CopyWorld) -> None:
    world.ecs_class = Hiding
    with pytest.raises(CopyFailed, match="ECS accepted the copy, but does not list it"):
        world.create()
    world.ecs_class = HidingAll
    with pytest.raises(CopyFailed, match="is not listed yet: the next `pulumi up` takes it over"):
        world.create()
    assert len(world.copies()) == 1
    world.ecs_class = Ecs
    assert world.create().image_id == world.copies()[0].id


def test_an_accepted_copy_that_never_shows_is_said_to_be_lost(ecs: Emulator, world: CopyWorld) -> None:
    class Forgetful(HidingAll):
        def copy_image(self, order: Any, token: str) -> str:
            return "m-2zenever000000000000"

    world.ecs_class = Forgetful
    with pytest.raises(CopyFailed, match="ECS accepted the copy, but does not list it"):
        world.create()


def test_only_a_copy_that_this_run_made_is_on_record_as_new(world: CopyWorld) -> None:
    begun = interrupted(world)
    run = world.run()
    run.create()
    assert run.images.new_copy(STACKS_OWN, REGION, begun) is None
    made = run.create(urn=OTHER_URN)
    assert run.images.new_copy(STACKS_OWN, REGION, made.image_id) is not None
    assert run.images.take_new_copy(STACKS_OWN, REGION, made.image_id)
    assert not run.images.take_new_copy(STACKS_OWN, REGION, made.image_id)


def test_a_source_that_went_bad_after_the_check_is_not_copied(ecs: Emulator, world: CopyWorld) -> None:
    spec = world.run().checked()
    ecs.console.deprecate(SOURCE_REGION, ecs.golden_image_id)
    with pytest.raises(RuleBroken, match="is deprecated: deprecated images can't be copied"):
        world.run().make(spec)
    ecs.console.delete_image(SOURCE_REGION, ecs.golden_image_id)
    with pytest.raises(RuleBroken, match="does not exist in region cn-hangzhou"):
        world.run().make(spec)


def test_create_uses_what_the_check_of_the_run_saw_of_the_source(ecs: Emulator, world: CopyWorld) -> None:
    run = world.run()
    specs = [run.checked(region=region) for region in (REGION, "cn-shanghai", "eu-central-1")]
    for spec in specs:
        run.make(spec)
    reads = [call for call in ecs.calls.entries if call.params.get("RegionId") == SOURCE_REGION]
    assert [call.action for call in reads] == ["DescribeImages", "CopyImage", "CopyImage", "CopyImage"]


def test_nothing_is_copied_while_anything_is_unknown(ecs: Emulator, world: CopyWorld) -> None:
    run = world.run()
    spec = run.checked(tags={"team": UNKNOWN})
    with pytest.raises(RuleBroken, match="all arguments must be known"):
        run.make(spec)
    assert ecs.calls.count("CopyImage") == 0
