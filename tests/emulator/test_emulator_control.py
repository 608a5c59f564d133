"""The console, the call log and the control path."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from emulator_clients import REGION, RpcClient, Sdk, refusal

from ecs_emulator import Call, Control, ControlError, EcsError, Emulator

MODIFY = "ModifyImageSharePermission"

# -- calls -----------------------------------------------------------------------------------------------------------


def test_calls_are_counted_with_what_became_of_them(ecs: Emulator, owner: Sdk, golden: str) -> None:
    owner.images()
    refusal(owner.share, golden, "9999999999999999")
    assert ecs.calls.count() == 2
    assert ecs.calls.count("DescribeImages") == 1
    assert ecs.calls.by_action() == {"DescribeImages": 1, "ModifyImageSharePermission": 1}
    assert ecs.calls.entries[1] == Call(
        action="ModifyImageSharePermission",
        account_id="1000000000000001",
        region=REGION,
        code="InvalidAccount.NotFound",
        params={"RegionId": REGION, "ImageId": golden, "AddAccount.1": "9999999999999999"},
    )
    ecs.calls.reset()
    assert ecs.calls.count() == 0


def test_a_call_that_nobody_signed_is_counted_too(ecs: Emulator) -> None:
    refusal(Sdk(ecs, access_key_secret="wrong").images)
    [call] = ecs.calls.entries
    assert (call.action, call.account_id, call.code) == ("DescribeImages", "", "SignatureDoesNotMatch")


def test_a_call_is_logged_before_it_is_answered_and_before_its_change_can_be_seen(
    ecs: Emulator, golden: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who kills a client as soon as it has changed something finds its call."""
    lock, record = ecs.cloud.lock, ecs.calls.record
    seen: list[tuple[bool, bool]] = []

    def others_may_look() -> bool:
        if free := lock.acquire(blocking=False):
            lock.release()
        return free

    def watched(call: Call) -> None:
        seen.append((answer.done(), onlooker.submit(others_may_look).result()))
        record(call)

    monkeypatch.setattr(ecs.calls, "record", watched)
    with ThreadPoolExecutor(1) as onlooker, ThreadPoolExecutor(1) as caller:
        ecs.faults.latency_ms = 20
        request = {"RegionId": REGION, "ImageId": golden, "AddAccount.1": ecs.account("web").id}
        answer = caller.submit(RpcClient(ecs).get, MODIFY, **request)
        assert answer.result().status_code == 200
    assert seen == [(False, False)]
    assert ecs.calls.count(MODIFY) == 1


def test_throttled_calls_are_counted_by_whatever_code(ecs: Emulator, owner: Sdk) -> None:
    ecs.faults.add(kind="throttle", times=2)
    ecs.faults.add(kind="error", code="Throttling.Api", times=1)
    ecs.faults.add(kind="error", code="Throttling", status=503, times=1)
    ecs.faults.add(kind="unavailable", times=1)
    for _ in range(5):
        refusal(owner.images)
    assert ecs.calls.refused == 4
    ecs.faults.admit_per_second(0.001)
    owner.images()
    refusal(owner.images)
    assert ecs.calls.refused == 5
    ecs.calls.reset()
    assert ecs.calls.refused == 0


def test_calls_are_counted_for_one_image(ecs: Emulator, owner: Sdk, golden: str) -> None:
    other = ecs.image("golden-next").id
    owner.share(golden, ecs.account("web").id)
    owner.share(other, ecs.account("web").id)
    owner.shares(golden)
    owner.images(image_id=f"{golden},{other}")
    owner.images()
    assert ecs.calls.count(image=golden) == 2
    assert ecs.calls.count(MODIFY, image=golden) == 1
    assert ecs.calls.count("DescribeImages", image=other) == 0
    assert [call.image for call in ecs.calls.entries] == [golden, other, golden, f"{golden},{other}", ""]


# -- the console -----------------------------------------------------------------------------------------------------


def test_acts_in_the_console_count_no_calls(ecs: Emulator, golden: str) -> None:
    ecs.console.share(REGION, golden, ecs.account("web").id)
    ecs.console.unshare(REGION, golden, ecs.account("web").id)
    ecs.console.deprecate(REGION, golden)
    ecs.console.undeprecate(REGION, golden)
    ecs.console.delete_image(REGION, golden)
    assert ecs.calls.count() == 0


def test_the_console_shares_with_more_than_ten_at_once(
    ecs: Emulator, golden: str, ids: Callable[[int], list[str]]
) -> None:
    ecs.console.share(REGION, golden, *ids(37))
    assert ecs.console.shared_accounts(REGION, golden) == ids(37)
    ecs.console.unshare(REGION, golden, *ids(36))
    assert ecs.console.shared_accounts(REGION, golden) == ids(37)[36:]


def test_the_rules_of_ecs_hold_in_the_console(ecs: Emulator, golden: str) -> None:
    with pytest.raises(EcsError, match=r"InvalidAccount\.NotFound"):
        ecs.console.share(REGION, golden, "9999999999999999")
    ecs.console.share(REGION, golden, ecs.account("web").id)
    with pytest.raises(EcsError, match="ImageUseShared"):
        ecs.console.deprecate(REGION, golden)
    with pytest.raises(EcsError, match=r"InvalidImageId\.NotFound"):
        ecs.console.shared_accounts(REGION, "m-none")


def test_the_console_deprecates_what_is_available_and_back(ecs: Emulator) -> None:
    with pytest.raises(EcsError, match=r"InvalidStatus\.ImageIsCreating"):
        ecs.console.deprecate(REGION, ecs.image("creating").id)
    with pytest.raises(EcsError, match=r"ImageStatus\.NotAvailable"):
        ecs.console.deprecate(REGION, ecs.image("deprecated").id)
    with pytest.raises(EcsError, match=r"ImageStatus\.NotDeprecated"):
        ecs.console.undeprecate(REGION, ecs.golden_image_id)
    ecs.console.undeprecate(REGION, ecs.image("deprecated").id)


def test_time_does_not_go_back(ecs: Emulator) -> None:
    with pytest.raises(ValueError, match="back"):
        ecs.cloud.clock.advance(-1)


def test_deleting_in_the_console_unshares_first(ecs: Emulator, owner: Sdk, golden: str) -> None:
    ecs.console.share(REGION, golden, ecs.account("web").id)
    ecs.console.delete_image(REGION, golden)
    assert refusal(owner.shares, golden) == ("InvalidImageId.NotFound", 404)


def test_a_deprecated_image_is_seen_as_such(ecs: Emulator, owner: Sdk, golden: str) -> None:
    ecs.console.deprecate(REGION, golden)
    assert owner.image_ids(image_id=golden) == []
    assert owner.image(golden, status="ALL").status == "Deprecated"


def test_an_image_made_in_the_console_is_what_was_asked_for(ecs: Emulator) -> None:
    image_id = ecs.console.create_image(
        "eu-central-1", owner="partner", name="x", product_code="p", tags={"a": "b"}, status="UnAvailable"
    )
    [image] = Sdk(ecs, "partner").images(region_id="eu-central-1", image_id=image_id, status="ALL").images.image
    assert image_id.startswith("m-gw8")
    assert (image.image_name, image.product_code, image.status) == ("x", "p", "UnAvailable")


def test_reset_brings_the_seed_back(ecs: Emulator, owner: Sdk, golden: str) -> None:
    owner.share(golden, ecs.account("web").id)
    ecs.console.delete_image(REGION, ecs.image("golden-next").id)
    ecs.console.set_share_quota("owner", 0)
    ecs.faults.add(kind="throttle")
    ecs.faults.page_size_cap = 1
    ecs.reset()
    assert ecs.faults.page_size_cap is None
    assert ecs.calls.count() == 0
    assert ecs.image("golden-next").id in owner.image_ids()
    assert owner.shared_with(golden) == []
    owner.share(golden, ecs.account("web").id)


# -- over HTTP -------------------------------------------------------------------------------------------------------


@pytest.fixture
def control(ecs: Emulator) -> Iterator[Control]:
    with Control(ecs.control_endpoint) as client:
        yield client


def test_the_control_client_knows_what_the_emulator_knows(ecs: Emulator, control: Control) -> None:
    assert control.endpoint == ecs.endpoint
    assert control.seed == ecs.seed
    assert control.golden_image_id == ecs.golden_image_id
    assert control.account("payments") == ecs.account("payments")
    assert control.image("deprecated") == ecs.image("deprecated")


def test_calls_are_read_and_reset_over_http(ecs: Emulator, control: Control, owner: Sdk, golden: str) -> None:
    owner.images()
    owner.shares(golden)
    assert control.calls.entries == ecs.calls.entries
    assert (control.calls.count(), control.calls.count("DescribeImages")) == (2, 1)
    assert control.calls.by_action() == {"DescribeImages": 1, "DescribeImageSharePermission": 1}
    ecs.faults.add(kind="throttle")
    refusal(owner.shares, golden)
    assert control.calls.refused == 1
    assert control.calls.count("DescribeImageSharePermission", image=golden) == 2
    control.calls.reset()
    assert ecs.calls.count() == 0


def test_the_console_works_over_http(ecs: Emulator, control: Control, owner: Sdk) -> None:
    image_id = control.console.create_image(REGION, name="made", tags={"a": "b"})
    accounts = [ecs.account(name).id for name in ("data", "web")]
    control.console.share(REGION, image_id, *accounts)
    assert control.console.shared_accounts(REGION, image_id) == accounts == owner.shared_with(image_id)
    control.console.unshare(REGION, image_id, *accounts)
    control.console.deprecate(REGION, image_id)
    control.console.undeprecate(REGION, image_id)
    control.console.set_share_quota("owner", 0)
    with pytest.raises(EcsError, match=r"QuotaExceed\.ShareImageUser") as caught:
        control.console.share(REGION, image_id, *accounts)
    assert caught.value.http_status == 403
    control.console.set_share_quota("owner", 50)
    control.console.set_shared_images_quota("owner", 0)
    with pytest.raises(EcsError, match=r"QuotaExceed\.ShareImage:"):
        control.console.share(REGION, image_id, *accounts)
    control.console.set_copy_seconds(1000)
    copy = owner.copy(image_id, "cn-shanghai")
    assert copy not in owner.image_ids(region_id="cn-shanghai")
    control.console.delete_image(REGION, ecs.golden_image_id)
    assert ecs.golden_image_id not in owner.image_ids()
    control.console.set_shared_images_quota("owner", None)
    control.console.share(REGION, image_id, *accounts)
    control.console.show_tags_to_consumers(False)
    assert Sdk(ecs, "web").tags(image_id) == {}
    control.console.close_account("data")
    assert refusal(Sdk(ecs, "data").images) == ("InvalidAccessKeyId.NotFound", 404)


def test_faults_are_set_and_cleared_over_http(ecs: Emulator, control: Control, owner: Sdk) -> None:
    golden = ecs.golden_image_id
    rule = control.faults.add(action="DescribeImages", kind="throttle", times=1, image=golden)
    assert (rule.action, rule.times, rule.image) == ("DescribeImages", 1, golden)
    owner.images()
    assert refusal(owner.images, image_id=golden) == ("Throttling.User", 400)
    control.faults.latency_ms = 3
    control.faults.visibility_lag_s = 1.5
    control.faults.admit_per_second(20)
    assert (control.faults.latency_ms, control.faults.visibility_lag_s) == (3, 1.5)
    assert (ecs.faults.latency_ms, ecs.faults.visibility_lag_s) == (3, 1.5)
    control.faults.page_size_cap = 50
    control.faults.total_count_offset = -2
    control.faults.list_twice = 3
    assert (control.faults.page_size_cap, control.faults.total_count_offset, control.faults.list_twice) == (50, -2, 3)
    assert (ecs.faults.page_size_cap, ecs.faults.total_count_offset, ecs.faults.list_twice) == (50, -2, 3)
    control.faults.repeat_last_page = True
    assert control.faults.repeat_last_page is ecs.faults.repeat_last_page is True
    snapshot = control.faults.snapshot()
    assert snapshot["repeat_last_page"] is True
    assert (snapshot["page_size_cap"], snapshot["total_count_offset"], snapshot["list_twice"]) == (50, -2, 3)
    control.faults.page_size_cap = None
    assert ecs.faults.page_size_cap is None
    assert snapshot["admit_per_second"] == 20
    assert [(r["matched"], r["hit"]) for r in snapshot["rules"]] == [(1, 1)]
    control.faults.clear()
    assert control.faults.snapshot() == {
        "latency_ms": 0,
        "visibility_lag_s": 0,
        "page_size_cap": None,
        "total_count_offset": 0,
        "list_twice": 0,
        "repeat_last_page": False,
        "admit_per_second": None,
        "rules": [],
    }


@pytest.mark.parametrize(
    "setting",
    [
        {"latency_ms": -1},
        {"visibility_lag_s": "soon"},
        {"page_size_cap": 0},
        {"total_count_offset": 0.5},
        {"list_twice": -1},
        {"list_twice": True},
        {"repeat_last_page": 1},
        {"repeat_last_page": None},
    ],
)
def test_a_setting_that_makes_no_sense_is_refused_and_sets_nothing(
    ecs: Emulator, control: Control, setting: dict[str, Any]
) -> None:
    before = ecs.faults.snapshot()
    [(name, value)] = setting.items()
    for faults in (ecs.faults, control.faults):
        with pytest.raises(ValueError, match=f"{name} must be a "):
            setattr(faults, name, value)
    with pytest.raises(ControlError, match=f"{name} must be a "):
        control.ask("PUT", "/faults", {"latency_ms": 7, "admit_per_second": 1} | setting)
    assert ecs.faults.snapshot() == before


@pytest.mark.parametrize("act", ["set_status_seconds", "set_copy_seconds", "set_image_seconds"])
@pytest.mark.parametrize("seconds", ["x", -1, True, None])
def test_times_that_make_no_sense_are_told(ecs: Emulator, control: Control, act: str, seconds: Any) -> None:
    for console, error in ((ecs.console, ValueError), (control.console, ControlError)):
        with pytest.raises(error, match="seconds must be a number, 0 or more"):
            getattr(console, act)(seconds)


def test_reset_works_over_http(ecs: Emulator, control: Control, owner: Sdk, golden: str) -> None:
    owner.share(golden, ecs.account("web").id)
    control.reset()
    assert ecs.calls.count() == 0
    assert ecs.console.shared_accounts(REGION, golden) == []


def test_mistakes_over_http_are_told(control: Control) -> None:
    with pytest.raises(ControlError, match="no fault 'meteor'"):
        control.faults.add(kind="meteor")  # type: ignore[arg-type]
    with pytest.raises(ControlError, match="no account 'nobody'"):
        control.console.set_share_quota("nobody", 1)
    with pytest.raises(ControlError, match="no act 'explode'"):
        control.ask("POST", "/console/explode")
    with pytest.raises(ControlError, match="no setting 'gravity'"):
        control.ask("PUT", "/faults", {"gravity": 1})


def test_the_control_path_takes_nothing_from_a_page_in_a_browser(ecs: Emulator) -> None:
    url = f"http://{ecs.control_endpoint}/reset"
    answer = requests.post(url, data="{}", headers={"content-type": "text/plain"}, timeout=10)
    assert (answer.status_code, answer.json()) == (400, {"error": "send application/json"})


@pytest.mark.parametrize("path", ["/calls", "/faults", "/reset", "/console/share", "/health", "//calls"])
def test_the_port_of_ecs_has_no_control_path(ecs: Emulator, path: str) -> None:
    for method in ("GET", "POST"):
        answer = requests.request(method, f"http://{ecs.endpoint}{path}", json={}, timeout=10)
        assert (answer.status_code, answer.json()["Code"]) == (404, "InvalidApi.NotFound")


def test_the_control_port_answers_no_ecs_call(ecs: Emulator) -> None:
    assert requests.get(f"http://{ecs.control_endpoint}/?Action=DescribeRegions", timeout=10).status_code == 404
