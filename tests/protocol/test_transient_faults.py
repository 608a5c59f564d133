"""What passes is repeated, by every call of every operation, until the budget is used up; the rest fails at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import grpc
import pytest

from ecs_emulator import Emulator
from support.passing_faults import PASSING
from support.protocol import Provider, running_provider
from support.proxy_before_ecs import proxy_before
from support.strange_servers import silent_address

pytestmark = pytest.mark.both_frontends

Figures = Callable[[str, int], None]
Break = Callable[[str], None]

REGION = "cn-hangzhou"
IMAGES, PERMISSION, MODIFY = "DescribeImages", "DescribeImageSharePermission", "ModifyImageSharePermission"
# What each operation calls.
ACTIONS = {
    "create": [IMAGES, PERMISSION, MODIFY],
    "update": [IMAGES, PERMISSION, MODIFY],
    "destroy": [PERMISSION, MODIFY],
}
CALLS = [(operation, action) for operation, actions in ACTIONS.items() for action in actions]
MANY = [str(2000000000000001 + n) for n in range(15)]
FIRST, NEXT = MANY[:12], MANY[3:]

LASTING: dict[str, dict[str, Any]] = {
    "Forbidden.RAM": {"kind": "error", "code": "Forbidden.RAM", "status": 403},
    "InvalidParameter": {"kind": "error", "code": "InvalidParameter", "status": 400},
    "a code that nobody knows": {"kind": "error", "code": "Unheard.Of", "status": 400},
    "a code that nobody knows, not found": {"kind": "error", "code": "Unheard.Of", "status": 404},
}


@pytest.fixture
def ecs_config(ecs_config: dict[str, str]) -> dict[str, str]:
    """Time to repeat in plenty."""
    return {**ecs_config, "alicloud-image-share:retrySeconds": "60"}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING.keys())
def test_what_passes_is_survived_by_each_call_of_each_operation(
    ecs: Emulator, provider: Provider, fault: dict[str, Any], figures: Figures
) -> None:
    survive_one_fault_a_call(ecs, provider, lambda action: ecs.faults.add(action=action, times=1, **fault) and None)
    assert [call.fault for call in ecs.calls.entries if call.fault] == [fault["kind"]] * len(CALLS)
    figures("transient faults survived", len(CALLS))


@pytest.mark.parametrize("status", [502, 504])
def test_a_gateways_page_is_survived_by_each_call_of_each_operation(
    ecs: Emulator, ecs_config: dict[str, str], status: int, figures: Figures
) -> None:
    with proxy_before(ecs.endpoint) as proxy:
        config = {**ecs_config, "alicloud:endpoints": f'[{{"ecs": "{proxy.endpoint}", "sts": "{proxy.endpoint}"}}]'}
        with running_provider(config, {}) as provider:
            survive_one_fault_a_call(ecs, provider, lambda action: proxy.break_next(action, status))
        assert proxy.broken.total() == len(CALLS)
    figures("transient faults survived", len(CALLS))


def test_an_ecs_that_goes_away_and_comes_back_is_survived_by_each_call_of_each_operation(
    ecs_config: dict[str, str], figures: Figures
) -> None:
    port = int(silent_address().rpartition(":")[2])
    config = {**ecs_config, "alicloud:endpoints": f'[{{"ecs": "127.0.0.1:{port}"}}]'}
    with Emulator(port=port) as ecs, running_provider(config, {}) as provider:
        for operation, action in CALLS:
            prepare(ecs, operation)
            with going_away_at(ecs, action):
                carry_out(ecs, provider, operation)
            figures("transient faults survived", 1)


def test_an_answer_that_takes_longer_than_the_sdk_waits_is_survived(
    ecs: Emulator, provider: Provider, figures: Figures
) -> None:
    ecs.faults.add(action=MODIFY, kind="delay", seconds=10.5, times=1)
    provider.share({"image_id": ecs.golden_image_id, "accounts": FIRST})
    assert live(ecs) == FIRST
    figures("transient faults survived", 1)


@pytest.mark.parametrize("fault", LASTING.values(), ids=LASTING.keys())
def test_anything_else_fails_at_once_with_one_call(ecs: Emulator, provider: Provider, fault: dict[str, Any]) -> None:
    for operation, action in CALLS:
        prepare(ecs, operation)
        before = live(ecs)
        ecs.faults.add(action=action, message="No.", **fault)
        assert f"{action} failed with {fault['code']}: No." in failure(ecs, provider, operation)
        hit = [call for call in ecs.calls.entries if call.fault]
        assert hit == ecs.calls.entries[-1:]
        assert live(ecs) == before


@pytest.mark.parametrize("kind", ["throttle", "unavailable", "drop_before"])
def test_what_does_not_pass_is_repeated_until_the_budget_is_used_up(
    ecs: Emulator, ecs_config: dict[str, str], kind: str
) -> None:
    for operation, action in [("create", IMAGES), ("update", MODIFY), ("destroy", PERMISSION)]:
        prepare(ecs, operation)
        ecs.faults.add(action=action, kind=kind)
        # A process of its own: throttled answers slow down all later calls of one.
        with running_provider({**ecs_config, "alicloud-image-share:retrySeconds": "1.5"}, {}) as provider:
            assert f"{action} failed with " in failure(ecs, provider, operation)
        assert ecs.calls.count(action) > 1


def test_no_budget_means_one_try(ecs: Emulator, ecs_config: dict[str, str]) -> None:
    with running_provider({**ecs_config, "alicloud-image-share:retrySeconds": "0"}, {}) as provider:
        ecs.faults.add(action=IMAGES, kind="unavailable", times=1)
        assert "DescribeImages failed with ServiceUnavailable" in failure(ecs, provider, "create")
        assert ecs.calls.count() == 1


def survive_one_fault_a_call(ecs: Emulator, provider: Provider, break_next: Break) -> None:
    """Carry out every operation; the first call of each action of each is broken."""
    for operation, actions in ACTIONS.items():
        for action in actions:
            break_next(action)
        carry_out(ecs, provider, operation)


def carry_out(ecs: Emulator, provider: Provider, operation: str) -> None:
    """Create, update or destroy, each after the one before, and see that it is done."""
    if operation == "create":
        provider.share({"image_id": ecs.golden_image_id, "accounts": FIRST})
        assert live(ecs) == FIRST
    elif operation == "update":
        provider.change(*state(ecs, FIRST), {"image_id": ecs.golden_image_id, "accounts": NEXT})
        assert live(ecs) == NEXT
    else:
        provider.destroy(*state(ecs, NEXT))
        assert live(ecs) == []


def failure(ecs: Emulator, provider: Provider, operation: str) -> str:
    """Create, update or destroy, which must fail in the check or later; returns what the user is told."""
    provider.next_run()
    if operation == "destroy":
        with pytest.raises(grpc.RpcError) as destroying:
            provider.delete(*state(ecs, NEXT))
        return str(destroying.value.details())
    wanted = {"create": FIRST, "update": NEXT}[operation]
    id, olds = state(ecs, FIRST) if operation == "update" else ("", {})
    checked = provider.check({"image_id": ecs.golden_image_id, "accounts": wanted}, olds)
    if checked.failures:
        return checked.reasons
    with pytest.raises(grpc.RpcError) as changing:
        provider.update(id, olds, checked.inputs) if olds else provider.create(checked.inputs)
    return str(changing.value.details())


def prepare(ecs: Emulator, operation: str) -> None:
    """Without faults, and with no call counted, let the image be shared as it is before an operation."""
    had: list[str] = {"create": [], "update": FIRST, "destroy": NEXT}[operation]
    ecs.faults.clear()
    ecs.console.unshare(REGION, ecs.golden_image_id, *live(ecs))
    ecs.console.share(REGION, ecs.golden_image_id, *had)
    ecs.calls.reset()


def state(ecs: Emulator, accounts: list[str]) -> tuple[str, dict[str, Any]]:
    """ID and outputs of a share of the golden image, as the state has them."""
    outputs = {
        "image_id": ecs.golden_image_id,
        "region": REGION,
        "accounts": dict.fromkeys(accounts, ""),
        "account_ids": accounts,
        "shared_at": dict.fromkeys(accounts, "2024-11-24T07:38:52Z"),
        "exclusive": True,
        "max_accounts": 50,
        "max_unshare_percent": 30,
    }
    return f"{REGION}:{ecs.golden_image_id}", outputs


@contextmanager
def going_away_at(ecs: Emulator, action: str) -> Iterator[None]:
    """Let ECS go away when a call of this action arrives, and come back when the next try has met nobody."""
    ecs.faults.add(action=action, kind="delay", seconds=60, times=1)

    def go_and_come_back() -> None:
        while not ecs.faults.snapshot()["rules"][0]["hit"]:
            threading.Event().wait(0.005)
        ecs.stop()
        # The first pause of the provider is half a second at most.
        threading.Event().wait(0.7)
        ecs.start()

    going = threading.Thread(target=go_and_come_back, daemon=True)
    going.start()
    yield
    going.join()


def live(ecs: Emulator) -> list[str]:
    return ecs.console.shared_accounts(REGION, ecs.golden_image_id)
