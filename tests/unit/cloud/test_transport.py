"""How calls are made, against the emulator: lists without an end, long lists, what is asked once, what is not sent."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share import EcsError, EcsUnavailable
from pulumi_alicloud_image_share.cloud.credentials import find_credential
from pulumi_alicloud_image_share.cloud.ecs import Ecs
from pulumi_alicloud_image_share.cloud.model import ShareCall
from pulumi_alicloud_image_share.cloud.settings import Settings, read_settings
from support.moving_world import just_before

OWNER, PAYMENTS = "1000000000000001", "1000000000000002"
REGION = "cn-hangzhou"


@pytest.fixture
def settings(ecs_config: dict[str, str]) -> Settings:
    """Those of the owner, who waits for no more than a second."""
    return read_settings({**ecs_config, "alicloud-image-share:retrySeconds": "1"}.get, {})


@pytest.fixture
def frontend(settings: Settings) -> Ecs:
    return Ecs(settings, find_credential(settings))


@pytest.mark.parametrize("cap", [None, 1, 2])
def test_a_list_whose_last_page_repeats_ends_with_an_error_within_the_budget(
    ecs: Emulator, frontend: Ecs, cap: int | None
) -> None:
    ecs.console.share(REGION, ecs.golden_image_id, PAYMENTS)
    ecs.faults.repeat_last_page = True
    ecs.faults.total_count_offset = 3
    ecs.faults.page_size_cap = cap
    began = time.monotonic()
    with pytest.raises(EcsUnavailable) as failure:
        frontend.sharing(REGION, ecs.golden_image_id)
    assert time.monotonic() - began < 10
    assert failure.value.code == "InconsistentAnswer"
    assert "TotalCount is 4, but only 1 accounts" in str(failure.value)


@pytest.mark.parametrize("cap", [None, 1, 2, 3])
def test_a_list_whose_last_page_repeats_is_read_where_its_count_is_right(
    ecs: Emulator, frontend: Ecs, cap: int | None
) -> None:
    accounts = [ecs.account(name).id for name in ("payments", "data", "partner")]
    for account_id in accounts:
        ecs.console.share(REGION, ecs.golden_image_id, account_id)
    ecs.faults.repeat_last_page = True
    ecs.faults.page_size_cap = cap
    assert sorted(frontend.sharing(REGION, ecs.golden_image_id).accounts) == sorted(accounts)
    assert len(frontend.own_images(REGION, image_id=ecs.golden_image_id)) == 1


def test_a_list_that_is_right_again_within_the_budget_is_read(ecs: Emulator, frontend: Ecs) -> None:
    ecs.console.share(REGION, ecs.golden_image_id, PAYMENTS)
    ecs.faults.repeat_last_page = True
    ecs.faults.total_count_offset = 3
    with just_before(ecs, "DescribeImageSharePermission", ecs.faults.clear, number=3):
        assert list(frontend.sharing(REGION, ecs.golden_image_id).accounts) == [PAYMENTS]
    assert ecs.calls.count() == 3


def test_a_page_that_is_throttled_is_asked_for_again_and_no_other_page(ecs: Emulator, frontend: Ecs) -> None:
    for account_id in (PAYMENTS, ecs.account("data").id, ecs.account("partner").id):
        ecs.console.share(REGION, ecs.golden_image_id, account_id)
    ecs.faults.page_size_cap = 1
    throttle = partial(ecs.faults.add, action="DescribeImageSharePermission", kind="throttle", times=1)
    with just_before(ecs, "DescribeImageSharePermission", throttle):
        assert len(frontend.sharing(REGION, ecs.golden_image_id).accounts) == 3
    pages = [call.params["PageNumber"] for call in ecs.calls.entries]
    assert pages == ["1", "2", "2", "3", "4"]


def test_all_own_images_are_read_however_many_there_are(ecs: Emulator, frontend: Ecs) -> None:
    made = {ecs.console.create_image(REGION, "owner", name=f"daily-{number}") for number in range(120)}
    before = ecs.calls.count("DescribeImages")
    found = {image.image_id for image in frontend.own_images(REGION)}
    assert made < found
    assert ecs.calls.count("DescribeImages") - before == 2


def test_who_calls_is_asked_once_for_all_operations_and_threads(ecs: Emulator, frontend: Ecs) -> None:
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda _: frontend.for_operation().caller_account(), range(8)))
    assert told == [OWNER] * 8
    assert ecs.calls.by_action() == {"GetCallerIdentity": 1}


def test_who_calls_is_asked_again_where_sts_could_not_say(ecs: Emulator, frontend: Ecs) -> None:
    ecs.faults.add(action="GetCallerIdentity", kind="error", code="Forbidden.RAM", status=403, times=1)
    with pytest.raises(EcsError):
        frontend.caller_account()
    assert frontend.caller_account() == OWNER


def test_nothing_is_sent_once_the_engine_that_asked_for_it_has_ended(ecs: Emulator, settings: Settings) -> None:
    engine_is_there = [True, True, False]
    frontend = Ecs(settings, find_credential(settings), may_go_on=lambda: engine_is_there.pop(0))
    frontend.modify(REGION, ecs.golden_image_id, ShareCall(add=(PAYMENTS,)))
    ecs.faults.add(action="ModifyImageSharePermission", kind="throttle")
    with pytest.raises(EcsError, match="not sent, since the engine that asked for it has ended"):
        frontend.modify(REGION, ecs.golden_image_id, ShareCall(remove=(PAYMENTS,)))
    assert ecs.calls.count() == 2
    assert ecs.console.shared_accounts(REGION, ecs.golden_image_id) == [PAYMENTS]
