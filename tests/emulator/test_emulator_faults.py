"""What goes wrong on purpose, and what of the call is done all the same."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from emulator_clients import REGION, RpcClient, Sdk, refusal

from ecs_emulator import Emulator
from support.waiting import wait_until

MODIFY = "ModifyImageSharePermission"


def broken(call: Callable[..., object], *args: Any) -> Exception:
    """The failure of a call that got no answer of ECS at all."""
    try:
        call(*args)
    except AlibabaCloudException as error:
        raise AssertionError(f"ECS answered {error.code}") from error
    except Exception as error:
        return error
    raise AssertionError("the call succeeded")


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"kind": "throttle"}, ("Throttling.User", 400)),
        ({"kind": "unavailable"}, ("ServiceUnavailable", 503)),
        ({"kind": "internal_error"}, ("InternalError", 500)),
        ({"kind": "error", "code": "QuotaExceed.ShareImage", "status": 403}, ("QuotaExceed.ShareImage", 403)),
    ],
)
def test_a_fault_that_answers_an_error_does_nothing_else(
    ecs: Emulator, owner: Sdk, golden: str, fault: dict[str, Any], expected: tuple[str, int]
) -> None:
    ecs.faults.add(action=MODIFY, times=1, **fault)
    account = ecs.account("web").id
    assert refusal(owner.share, golden, account) == expected
    assert ecs.console.shared_accounts(REGION, golden) == []
    owner.share(golden, account)
    assert [(call.code, call.fault) for call in ecs.calls.entries] == [(expected[0], fault["kind"]), ("OK", "")]


@pytest.mark.parametrize(
    ("kind", "applied"), [("drop_before", False), ("drop_after", True), ("truncate", True), ("garbage", True)]
)
def test_a_fault_of_the_connection_leaves_the_change_done_or_not(
    ecs: Emulator, owner: Sdk, golden: str, kind: Any, applied: bool
) -> None:
    ecs.faults.add(action=MODIFY, kind=kind, times=1)
    account = ecs.account("web").id
    broken(owner.share, golden, account)
    assert ecs.console.shared_accounts(REGION, golden) == ([account] if applied else [])
    owner.share(golden, account)
    assert ecs.console.shared_accounts(REGION, golden) == [account]
    assert [call.code for call in ecs.calls.entries] == ["OK" if applied else "", "OK"]


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "truncate"])
def test_a_broken_connection_breaks_no_other(ecs: Emulator, golden: str, kind: Any) -> None:
    ecs.faults.add(kind=kind, every=2)
    rpc = RpcClient(ecs)

    def call(_: int) -> bool:
        try:
            return rpc.get("DescribeImages", RegionId=REGION).status_code == 200
        except OSError:
            return False

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(call, range(40)))
    assert outcomes.count(True) == 20


def test_a_truncated_answer_is_the_first_half_of_one(ecs: Emulator) -> None:
    import http.client

    ecs.faults.add(kind="truncate", times=1)
    host, _, port = ecs.endpoint.partition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=10)
    from urllib.parse import urlencode

    connection.request("GET", "/?" + urlencode(RpcClient(ecs).signed("GET", {"Action": "DescribeRegions"})))
    with pytest.raises(http.client.IncompleteRead) as caught:
        connection.getresponse().read()
    assert caught.value.partial.startswith(b'{"Regions":')
    connection.close()


def test_a_delay_holds_one_call_up_and_lets_it_through(ecs: Emulator, owner: Sdk, golden: str) -> None:
    owner.images()
    ecs.faults.add(action="DescribeImages", kind="delay", seconds=0.2, times=1)
    started = time.monotonic()
    owner.images()
    assert time.monotonic() - started >= 0.2


@pytest.mark.parametrize("slow", ["by a fault", "by latency"])
def test_a_caller_who_waits_no_longer_has_the_change_made_all_the_same(
    ecs: Emulator, owner: Sdk, golden: str, slow: str, caplog: pytest.LogCaptureFixture
) -> None:
    account = ecs.account("web").id
    hasty = Sdk(ecs, read_timeout=100)
    if slow == "by a fault":
        ecs.faults.add(action=MODIFY, kind="delay", seconds=0.5, times=1)
    else:
        ecs.faults.latency_ms = 500
    broken(hasty.share, golden, account)
    assert (ecs.console.shared_accounts(REGION, golden), ecs.calls.count()) == ([], 0)
    wait_until(lambda: ecs.console.shared_accounts(REGION, golden) == [account])
    assert [(call.action, call.code) for call in ecs.calls.entries] == [(MODIFY, "OK")]
    assert owner.shared_with(golden) == [account]
    assert caplog.records == []


def test_half_a_request_is_no_call_and_harms_nobody(
    ecs: Emulator, owner: Sdk, caplog: pytest.LogCaptureFixture
) -> None:
    host, _, port = ecs.endpoint.partition(":")
    with socket.create_connection((host, int(port)), timeout=5) as sock:
        sock.sendall(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\nAction=Modify")
        # The server has read it all when it has seen the end, and closes in its turn.
        sock.shutdown(socket.SHUT_WR)
        while sock.recv(1024):
            pass
    owner.images()
    assert [call.action for call in ecs.calls.entries] == ["DescribeImages"]
    assert caplog.records == []


def test_a_delay_and_another_fault_hit_the_same_call(ecs: Emulator, owner: Sdk) -> None:
    ecs.faults.add(kind="delay", seconds=0.01)
    ecs.faults.add(kind="throttle", times=1)
    assert refusal(owner.images) == ("Throttling.User", 400)
    owner.images()


def test_latency_is_added_to_each_call_and_not_from_one_to_the_next(ecs: Emulator) -> None:
    rpc = RpcClient(ecs)
    rpc.get("DescribeRegions")
    ecs.faults.latency_ms = 200
    started = time.monotonic()
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda _: rpc.get("DescribeRegions"), range(10)))
    took = time.monotonic() - started
    assert 0.2 <= took < 2.0


def test_a_fault_hits_the_calls_it_is_for(ecs: Emulator, owner: Sdk, payments: Sdk, golden: str) -> None:
    ecs.faults.add(action="DescribeImages", kind="throttle", account="payments")
    ecs.faults.add(action="DescribeImages", kind="unavailable", region="cn-shanghai")
    ecs.faults.add(action="DescribeImages", kind="internal_error", account=ecs.account("data").id)
    owner.images()
    owner.shares(golden)
    assert refusal(payments.images)[0] == "Throttling.User"
    assert refusal(owner.images, region_id="cn-shanghai")[0] == "ServiceUnavailable"
    assert refusal(Sdk(ecs, "data").images)[0] == "InternalError"


def test_a_fault_for_one_image_leaves_the_others_alone(ecs: Emulator, owner: Sdk, golden: str) -> None:
    other, account = ecs.image("golden-next").id, ecs.account("web").id
    ecs.faults.add(kind="unavailable", image=golden)
    assert refusal(owner.share, golden, account)[0] == "ServiceUnavailable"
    assert refusal(owner.shares, golden)[0] == "ServiceUnavailable"
    assert refusal(owner.images, image_id=golden)[0] == "ServiceUnavailable"
    owner.share(other, account)
    owner.images(image_id=f"{golden},{other}")
    assert golden in owner.image_ids()
    [rule] = ecs.faults.snapshot()["rules"]
    assert (rule["image"], rule["matched"], rule["hit"]) == (golden, 3, 3)


def test_a_fault_may_be_for_one_action_on_one_image(ecs: Emulator, owner: Sdk, golden: str) -> None:
    ecs.faults.add(kind="throttle", action=MODIFY, image=golden, after=1)
    owner.share(golden, ecs.account("web").id)
    owner.share(ecs.image("golden-next").id, ecs.account("web").id)
    owner.shares(golden)
    assert refusal(owner.share, golden, ecs.account("data").id)[0] == "Throttling.User"


def outcomes(owner: Sdk, calls: int) -> str:
    """A letter a call: . for an answer, x for a refusal."""

    def one() -> str:
        try:
            owner.images()
        except AlibabaCloudException:
            return "x"
        return "."

    return "".join(one() for _ in range(calls))


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"times": 3}, "xxx..."),
        ({"after": 2, "times": 1}, "..x..."),
        ({"every": 2}, "x.x.x."),
        ({"after": 1, "every": 3, "times": 2}, ".x..x."),
        ({"times": 0}, "......"),
        ({}, "xxxxxx"),
    ],
)
def test_a_fault_hits_as_often_as_it_says(ecs: Emulator, owner: Sdk, rule: dict[str, Any], expected: str) -> None:
    ecs.faults.add(kind="throttle", **rule)
    assert outcomes(owner, 6) == expected


def test_cleared_faults_hit_no_more(ecs: Emulator, owner: Sdk) -> None:
    ecs.faults.add(kind="throttle")
    ecs.faults.latency_ms = 5000
    ecs.faults.clear()
    assert outcomes(owner, 1) == "."


def test_more_calls_a_second_than_admitted_are_throttled_for_each_account_apart(
    ecs: Emulator, owner: Sdk, payments: Sdk
) -> None:
    ecs.faults.admit_per_second(0.001)
    assert outcomes(owner, 3) == ".xx"
    assert outcomes(payments, 2) == ".x"
    ecs.faults.admit_per_second(None)
    assert outcomes(owner, 3) == "..."


def test_the_rate_refills_with_time() -> None:
    from ecs_emulator.faults import Faults

    now = [100.0]
    faults = Faults(lambda: now[0])
    faults.admit_per_second(2)

    def admitted() -> bool:
        return faults.strike("A", "", "1", "one", "").rule is None

    assert [admitted() for _ in range(3)] == [True, True, False]
    now[0] += 0.5
    assert [admitted() for _ in range(2)] == [True, False]
    now[0] += 60
    assert [admitted() for _ in range(3)] == [True, True, False]


@pytest.mark.parametrize(
    "rule",
    [
        {"kind": "meteor"},
        {"kind": "error"},
        {"kind": "delay", "seconds": -1},
        {"kind": "throttle", "every": 0},
        {"kind": "throttle", "times": -1},
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(ecs: Emulator, rule: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        ecs.faults.add(**rule)


def test_a_rate_of_nothing_is_refused(ecs: Emulator) -> None:
    with pytest.raises(ValueError, match="positive"):
        ecs.faults.admit_per_second(0)
