"""What passes is repeated by every call of every operation on a copy, and nothing is copied twice for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import grpc
import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share.dynamic import ImageCopyProvider
from support.golden_copies import asking
from support.passing_faults import PASSING
from support.protocol import COPY_URN, Provider, running_provider

pytestmark = pytest.mark.both_frontends

Figures = Callable[[str, int], None]

REGION = "cn-beijing"
# What each operation calls.
ACTIONS = {
    "create": ["DescribeImages", "CopyImage", "ModifyImageAttribute"],
    "update": ["UntagResources", "TagResources", "ModifyImageAttribute", "DescribeImages"],
    "destroy": ["DescribeImageSharePermission", "DeleteImage", "DescribeImages"],
}
CALLS = [(operation, action) for operation, actions in ACTIONS.items() for action in actions]
LASTING = {"kind": "error", "code": "Unheard.Of", "message": "No.", "status": 400}
FIRST = {"name": "golden-beijing", "family": "golden", "tags": {"team": "platform", "stage": "live"}}
NEXT = {"name": "golden-beijing-2", "family": "golden-2", "tags": {"team": "images", "cost": "7"}}


@pytest.fixture
def ecs_config(ecs_config: dict[str, str]) -> dict[str, str]:
    """Time to repeat in plenty."""
    return {**ecs_config, "alicloud-image-share:retrySeconds": "60"}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING.keys())
def test_what_passes_is_survived_by_each_call_of_each_operation(
    ecs: Emulator, copier: Provider, fault: dict[str, Any], figures: Figures
) -> None:
    id, outputs = "", {}
    for operation, actions in ACTIONS.items():
        for action in actions:
            # What create and update read of the copy, not the check of the source.
            ecs.faults.add(action=action, times=1, region=None if action == "CopyImage" else REGION, **fault)
        if operation == "create":
            id, outputs = copier.share(asking(ecs, **FIRST))
            assert live(ecs) == [(outputs["image_id"], FIRST)]
        elif operation == "update":
            outputs = copier.change(id, outputs, asking(ecs, **NEXT))
            assert live(ecs) == [(outputs["image_id"], NEXT)]
        else:
            copier.destroy(id, outputs)
            assert live(ecs) == []
    assert [call.fault for call in ecs.calls.entries if call.fault] == [fault["kind"]] * len(CALLS)
    figures("transient faults survived", len(CALLS))


@pytest.mark.parametrize(("operation", "action"), CALLS)
def test_anything_else_fails_at_once_with_the_code_and_can_be_repeated(
    ecs: Emulator, copier: Provider, operation: str, action: str
) -> None:
    id, outputs = ("", {}) if operation == "create" else copier.share(asking(ecs, **FIRST))
    copier.next_run()
    inputs = copier.check(asking(ecs, **NEXT), outputs).inputs
    run: Callable[[], object] = {
        "create": lambda: copier.create(inputs),
        "update": lambda: copier.update(id, outputs, inputs),
        "destroy": lambda: copier.delete(id, outputs),
    }[operation]
    rule = ecs.faults.add(action=action, times=1, **LASTING)
    with pytest.raises(grpc.RpcError, match=f"{action} failed with Unheard.Of: No."):
        run()
    assert rule.times == 1
    copier.next_run()
    run()
    assert [looks for _, looks in live(ecs)] == ([] if operation == "destroy" else [NEXT])
    assert ecs.calls.count("CopyImage") <= 2


def test_a_fault_that_does_not_pass_uses_up_the_budget_of_one_call_and_no_more(
    ecs: Emulator, ecs_config: dict[str, str]
) -> None:
    with running_provider({**ecs_config, "alicloud-image-share:retrySeconds": "1"}, {}) as process:
        copier = process.of(COPY_URN, ImageCopyProvider())
        inputs = copier.check(asking(ecs)).inputs
        # Each call has a budget of its own: five throttled ones in a row, several times.
        ecs.faults.add(action="DescribeImages", kind="unavailable", every=2)
        ecs.faults.add(action="CopyImage", kind="unavailable", times=1)
        ecs.console.set_copy_seconds(3)
        _, outputs = copier.create(inputs)
        assert [image_id for image_id, _ in live(ecs)] == [outputs["image_id"]]
        ecs.faults.add(action="CopyImage", kind="unavailable")
        copier.next_run()
        again = copier.check(asking(ecs, encrypted=True)).inputs
        with pytest.raises(grpc.RpcError, match="CopyImage failed with ServiceUnavailable"):
            copier.create(again)


def live(ecs: Emulator) -> list[tuple[str, dict[str, Any]]]:
    """The owner's images in the region, as they truly are: ID, and what a program says of them."""
    with ecs.cloud.lock:
        return [
            (
                image.id,
                {
                    "name": image.name,
                    "family": image.family,
                    "tags": {key: value for key, value in image.tags.items() if key != "pulumi-image-copy"},
                },
            )
            for image in ecs.cloud.images.all_of(ecs.account("owner").id, REGION)
        ]
