"""Every call of a create, an update and a destroy of 50 accounts fails for good: nothing is left half done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import grpc
import pytest

from ecs_emulator import Emulator
from support.protocol import Provider, running_provider

pytestmark = pytest.mark.both_frontends

Figures = Callable[[str, int], None]

REGION = "cn-hangzhou"
MANY = [str(2000000000000001 + n) for n in range(65)]
REFUSED = {"kind": "error", "code": "Forbidden.RAM", "message": "User not authorized.", "status": 403}
APPLIED_THEN_LOST = {"kind": "drop_after"}
FAULTS = pytest.mark.parametrize("fault", [REFUSED, APPLIED_THEN_LOST], ids=["refused", "applied_then_lost"])


@pytest.fixture
def provider(ecs_config: dict[str, str]) -> Iterator[Provider]:
    """A provider that repeats no call: what fails, fails for good."""
    with running_provider({**ecs_config, "alicloud-image-share:retrySeconds": "0"}, {}) as running:
        yield running


@FAULTS
def test_a_create_that_fails_at_any_call_leaves_the_image_as_it_was(
    ecs: Emulator, provider: Provider, fault: dict[str, Any], figures: Figures
) -> None:
    ecs.console.share(REGION, ecs.golden_image_id, MANY[0])
    program = sharing(ecs, MANY[:50])

    def create() -> None:
        inputs = checked(provider, program)
        provider.create(inputs)

    # Two calls look at the image and two at its accounts, five share, one reads back: all but one are of the create.
    for point in range(1, 10):
        breaks(ecs, fault, point, create)
        assert live(ecs) == MANY[:1]
        figures("points of failure of create, update and destroy", 1)
    create()
    assert live(ecs) == MANY[:50]


@FAULTS
def test_an_update_that_fails_at_any_call_leaves_the_image_as_it_was(
    ecs: Emulator, provider: Provider, fault: dict[str, Any], figures: Figures
) -> None:
    id, outputs = provider.share(sharing(ecs, MANY[:50]))
    program = sharing(ecs, MANY[15:65])

    def update() -> None:
        inputs = checked(provider, program, outputs)
        provider.update(id, outputs, inputs)

    for point in range(1, 8):
        breaks(ecs, fault, point, update)
        assert live(ecs) == MANY[:50]
        figures("points of failure of create, update and destroy", 1)
    update()
    assert live(ecs) == MANY[15:65]


@FAULTS
def test_a_destroy_that_fails_at_any_call_leaves_the_image_as_it_was(
    ecs: Emulator, provider: Provider, fault: dict[str, Any], figures: Figures
) -> None:
    id, outputs = provider.share(sharing(ecs, MANY[:50]))
    for point in range(1, 8):
        breaks(ecs, fault, point, lambda: provider.destroy(id, outputs))
        assert live(ecs) == MANY[:50]
        figures("points of failure of create, update and destroy", 1)
    provider.destroy(id, outputs)
    assert live(ecs) == []


class Refused(Exception):
    """A check found a problem."""


def checked(provider: Provider, news: dict[str, Any], olds: dict[str, Any] | None = None) -> dict[str, Any]:
    """The inputs that a check of a run of its own gives."""
    provider.next_run()
    answer = provider.check(news, olds)
    if answer.failures:
        raise Refused(answer.reasons)
    return answer.inputs


def breaks(ecs: Emulator, fault: dict[str, Any], point: int, run: Callable[[], None]) -> None:
    """Do what fails for good at its call number `point`."""
    ecs.calls.reset()
    ecs.faults.add(action="*", after=point - 1, times=1, **fault)
    with pytest.raises((grpc.RpcError, Refused)) as failure:
        run()
    assert ecs.calls.entries[point - 1].fault == fault["kind"], failure.value
    ecs.faults.clear()


def live(ecs: Emulator) -> list[str]:
    return ecs.console.shared_accounts(REGION, ecs.golden_image_id)


def sharing(ecs: Emulator, accounts: list[str]) -> dict[str, Any]:
    return {"image_id": ecs.golden_image_id, "accounts": accounts, "max_unshare_percent": 100}
