"""Copies that take their time, are cancelled, or fail, through the unmodified SDK."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from emulator_clients import REGION, RpcClient, Sdk, refusal, refused

from ecs_emulator import Control, ControlError, EcsError, Emulator
from ecs_emulator.ecs.image import Making

TO = "cn-shanghai"


@pytest.fixture
def slow(ecs: Emulator) -> Emulator:
    """An ECS in which a copy takes an hour."""
    ecs.console.set_copy_seconds(3600)
    return ecs


@pytest.fixture
def control(ecs: Emulator) -> Iterator[Control]:
    with Control(ecs.control_endpoint) as client:
        yield client


def seen(owner: Sdk, copy: str) -> tuple[str, str]:
    image = owner.image(copy, region_id=TO, status="ALL")
    return image.status, image.progress


def test_rounding_does_not_change_the_progress_at_which_a_copy_failed() -> None:
    started = 128.39
    assert started + 900.0 - started < 900.0
    making = Making(("cn-hangzhou", "m-1"), 3600.0, fails_after=900.0, started=started)
    assert making.progress(started + 3600.0) == 25


# -- time ------------------------------------------------------------------------------------------------------------


def test_a_copy_of_an_hour_is_available_when_an_hour_has_passed_at_once(
    slow: Emulator, owner: Sdk, golden: str
) -> None:
    copy = owner.copy(golden, TO)
    assert seen(owner, copy) == ("Creating", "0%")
    slow.cloud.clock.advance(3599)
    assert seen(owner, copy) == ("Creating", "99%")
    slow.cloud.clock.advance(1)
    assert seen(owner, copy) == ("Available", "100%")


def test_who_waits_sees_every_step_of_the_way(slow: Emulator, owner: Sdk, golden: str) -> None:
    copy = owner.copy(golden, TO)
    shown = []
    while seen(owner, copy)[0] == "Creating":
        shown.append(int(seen(owner, copy)[1].rstrip("%")))
        slow.console.advance_clock(360)
    assert shown == [0, 10, 20, 30, 40, 50, 60, 70, 80, 90]


def test_a_request_is_not_too_old_for_an_hour_that_passed_at_once(
    slow: Emulator, rpc: RpcClient, owner: Sdk, golden: str
) -> None:
    slow.console.advance_clock(24 * 3600)
    assert golden in owner.image_ids()
    assert rpc.get("DescribeRegions").status_code == 200


def test_how_long_a_copy_takes_is_known_when_it_is_started(slow: Emulator, owner: Sdk, golden: str) -> None:
    copy = owner.copy(golden, TO)
    slow.console.set_copy_seconds(0)
    assert seen(owner, copy)[0] == "Creating"
    assert seen(owner, owner.copy(slow.image("golden-next").id, TO)) == ("Available", "100%")


# -- cancelling ------------------------------------------------------------------------------------------------------


def test_a_copy_that_is_cancelled_is_gone_and_its_source_is_as_it_was(slow: Emulator, owner: Sdk, golden: str) -> None:
    before = owner.image(golden).to_map()
    copy = owner.copy(golden, TO, destination_image_name="once")
    slow.cloud.clock.advance(1800)
    owner.cancel_copy(copy, region=TO)
    assert owner.image_ids(region_id=TO, image_id=copy, status="ALL") == []
    assert refusal(owner.cancel_copy, copy, region=TO) == ("InvalidImageId.NotFound", 404)
    assert owner.image(golden).to_map() == before
    owner.copy(golden, TO, destination_image_name="once")


def test_a_copy_that_is_done_or_has_failed_is_not_cancelled(slow: Emulator, owner: Sdk, golden: str) -> None:
    done, failed = owner.copy(golden, TO), owner.copy(slow.image("golden-next").id, TO)
    slow.console.fail_copy(TO, failed)
    slow.cloud.clock.advance(3600)
    for copy, told in ((done, "The image copy has completed"), (failed, "The Image copy has been failed")):
        error = refused(owner.cancel_copy, copy, region=TO)
        assert (error.code, error.status_code) == ("IncorrectImageStatus", 400)
        assert told in error.message


def test_what_no_copy_made_is_not_cancelled(ecs: Emulator, owner: Sdk, golden: str) -> None:
    assert refusal(owner.cancel_copy, golden) == ("ImageCreatedNotFromCopy", 400)
    assert refusal(owner.cancel_copy, ecs.image("creating").id) == ("ImageCreatedNotFromCopy", 400)


def test_a_copy_is_cancelled_by_its_own_account_and_region(slow: Emulator, owner: Sdk, golden: str) -> None:
    copy = owner.copy(golden, TO)
    assert refusal(Sdk(slow, "payments").cancel_copy, copy, region=TO) == ("InvalidImageId.NotFound", 404)
    assert refusal(owner.cancel_copy, copy) == ("InvalidImageId.NotFound", 404)
    assert refusal(owner.cancel_copy, copy, region="mars-1") == ("InvalidRegionId.NotFound", 404)
    assert seen(owner, copy)[0] == "Creating"


@pytest.mark.parametrize("missing", ["RegionId", "ImageId"])
def test_region_and_image_must_be_given(rpc: RpcClient, golden: str, missing: str) -> None:
    given = {"RegionId": REGION, "ImageId": golden}
    del given[missing]
    answer = rpc.get("CancelCopyImage", **given)
    assert (answer.status_code, answer.json()["Code"]) == (400, "MissingParameter")


# -- failing ---------------------------------------------------------------------------------------------------------


def test_a_copy_that_fails_keeps_the_progress_it_had(slow: Emulator, owner: Sdk, golden: str) -> None:
    copy = owner.copy(golden, TO)
    slow.cloud.clock.advance(1500)
    slow.console.fail_copy(TO, copy)
    slow.cloud.clock.advance(3600)
    assert seen(owner, copy) == ("CreateFailed", "41%")
    assert owner.image_ids(region_id=TO, status="CreateFailed") == [copy]
    assert copy not in owner.image_ids(region_id=TO)


def test_the_next_copies_fail_while_somebody_waits(slow: Emulator, owner: Sdk, golden: str) -> None:
    slow.console.fail_next_copies(2, after_seconds=900)
    copies = [owner.copy(golden, TO), owner.copy(slow.image("golden-next").id, TO)]
    slow.cloud.clock.advance(899)
    assert [seen(owner, copy)[0] for copy in copies] == ["Creating", "Creating"]
    slow.cloud.clock.advance(10)
    assert [seen(owner, copy) for copy in copies] == [("CreateFailed", "25%")] * 2
    later = owner.copy(golden, TO)
    slow.cloud.clock.advance(3600)
    assert seen(owner, later) == ("Available", "100%")


def test_a_copy_that_is_to_fail_never_becomes_available(ecs: Emulator, owner: Sdk, golden: str) -> None:
    ecs.console.fail_next_copies()
    assert seen(owner, owner.copy(golden, TO)) == ("CreateFailed", "0%")
    ecs.console.set_copy_seconds(10)
    ecs.console.fail_next_copies(after_seconds=60)
    copy = owner.copy(ecs.image("golden-next").id, TO)
    ecs.cloud.clock.advance(59)
    assert seen(owner, copy) == ("Creating", "99%")
    ecs.cloud.clock.advance(1)
    assert seen(owner, copy) == ("CreateFailed", "99%")


def test_a_copy_that_is_refused_is_none_of_those_that_fail(ecs: Emulator, owner: Sdk, golden: str) -> None:
    ecs.console.fail_next_copies(1)
    refused(owner.copy, golden, TO, destination_image_name="1st")
    assert seen(owner, owner.copy(golden, TO))[0] == "CreateFailed"
    assert seen(owner, owner.copy(golden, TO))[0] == "Available"


def test_a_failed_copy_can_be_deleted_and_nothing_else_be_done_with(ecs: Emulator, owner: Sdk, golden: str) -> None:
    ecs.console.fail_next_copies(1)
    copy = owner.copy(golden, REGION, destination_image_name="failing")
    assert refusal(owner.run, copy) == ("OperationDenied.ImageNotValid", 403)
    assert refusal(owner.share, copy, ecs.account("web").id) == ("IncorrectImageStatus", 400)
    assert refusal(owner.copy, copy, TO) == ("IncorrectImageStatus", 400)
    assert refusal(owner.copy, golden, REGION, destination_image_name="failing") == ("InvalidImageName.Duplicated", 400)
    owner.delete(copy)
    assert owner.image_ids(image_id=copy, status="ALL") == []
    assert owner.image(owner.copy(golden, REGION, destination_image_name="failing")).status == "Available"


def test_the_source_of_a_failed_copy_can_be_deleted(slow: Emulator, owner: Sdk, golden: str) -> None:
    copy = owner.copy(golden, TO)
    assert refusal(owner.delete, golden) == ("OperationDenied.ImageCopying", 403)
    slow.console.fail_copy(TO, copy)
    owner.delete(golden)


def test_only_a_copy_that_is_under_way_can_be_made_to_fail(slow: Emulator, owner: Sdk, golden: str) -> None:
    copy = owner.copy(golden, TO)
    slow.cloud.clock.advance(3600)
    for region, image_id in ((TO, copy), (REGION, golden)):
        with pytest.raises(EcsError, match="IncorrectImageStatus"):
            slow.console.fail_copy(region, image_id)
    with pytest.raises(EcsError, match=r"InvalidImageId\.NotFound"):
        slow.console.fail_copy(TO, "m-none")


def test_reset_forgets_what_was_to_fail_and_to_take_long(slow: Emulator, owner: Sdk, golden: str) -> None:
    slow.console.fail_next_copies(5)
    slow.reset()
    assert seen(owner, owner.copy(golden, TO)) == ("Available", "100%")


# -- over HTTP -------------------------------------------------------------------------------------------------------


def test_copies_fail_and_time_passes_from_another_process(control: Control, owner: Sdk, golden: str) -> None:
    control.console.set_copy_seconds(3600)
    control.console.fail_next_copies(1, after_seconds=1800)
    planned, sudden = owner.copy(golden, TO), owner.copy(control.image("golden-next").id, TO)
    control.console.advance_clock(900)
    control.console.fail_copy(TO, sudden)
    assert seen(owner, sudden) == ("CreateFailed", "25%")
    control.console.advance_clock(900)
    assert seen(owner, planned) == ("CreateFailed", "50%")
    with pytest.raises(EcsError, match="IncorrectImageStatus"):
        control.console.fail_copy(TO, sudden)


@pytest.mark.parametrize(
    ("act", "kwargs"),
    [
        ("fail_next_copies", {"count": -1}),
        ("fail_next_copies", {"after_seconds": -1}),
        ("advance_clock", {"seconds": -1}),
    ],
)
def test_what_makes_no_sense_is_told(ecs: Emulator, control: Control, act: str, kwargs: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"negative|back"):
        getattr(ecs.console, act)(**kwargs)
    with pytest.raises(ControlError, match=r"negative|back"):
        getattr(control.console, act)(**kwargs)


def test_the_console_of_another_process_has_every_act(ecs: Emulator, control: Control) -> None:
    acts = {name for name in dir(ecs.console) if not name.startswith("_")}
    assert {name for name in dir(control.console) if not name.startswith("_")} == acts
