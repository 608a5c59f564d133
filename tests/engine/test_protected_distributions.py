"""`protect` of a distribution on the real engine: its images rotate, and the whole can't be deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from ecs_emulator import Emulator
from support.both_frontends import ImageDistribution, type_of
from support.engine import Program, Stack

pytestmark = pytest.mark.both_frontends

HOME, SHANGHAI, BEIJING = "cn-hangzhou", "cn-shanghai", "cn-beijing"
PAYMENTS, DATA = "1000000000000002", "1000000000000003"
Access = dict[str, list[str]]


class Team(pulumi.ComponentResource):
    """What a program has its distribution in."""

    def __init__(self, opts: pulumi.ResourceOptions) -> None:
        super().__init__("shop:index:Team", "team", {}, opts)
        self.register_outputs({})


@pytest.fixture
def images(ecs: Emulator) -> list[str]:
    """Three images of the owner, the oldest first."""
    return [ecs.console.create_image(HOME, name=month) for month in ("may", "june", "july")]


@pytest.fixture
def access(ecs: Emulator) -> Callable[[], dict[str, Access]]:
    """What reads who has each image: month to region to accounts; a copy counts as its source."""

    def read() -> dict[str, Access]:
        found: dict[str, Access] = {}
        with ecs.cloud.lock:
            for region in (HOME, SHANGHAI, BEIJING):
                for image in ecs.cloud.images.all_of(ecs.account("owner").id, region):
                    month = image.name.partition("-")[0]
                    if month in ("may", "june", "july") and image.shares.current:
                        found.setdefault(month, {})[region] = sorted(image.shares.current)
        return found

    return read


def golden(*images: str, protect: bool | None = True, team: bool = False, **arguments: Any) -> Program:
    given = {"regions": [HOME, SHANGHAI], "accounts": [PAYMENTS], **arguments}
    chosen = given if "image_id" in given else {**given, "images": list(images)}

    def program() -> None:
        if team:
            parent = Team(pulumi.ResourceOptions(protect=protect))
            ImageDistribution("golden", pulumi.ResourceOptions(parent=parent), **chosen)
        else:
            ImageDistribution("golden", pulumi.ResourceOptions(protect=protect), **chosen)

    return program


def nothing() -> None:
    """A program without the distribution."""


BOTH = {HOME: [PAYMENTS], SHANGHAI: [PAYMENTS]}


@pytest.mark.parametrize("team", [False, True], ids=["own option", "option of its parent"])
def test_a_protected_distribution_rotates_through_three_images(
    stack: Stack, images: list[str], access: Any, team: bool
) -> None:
    may, june, july = images
    for listed, there in (
        ((may,), {"may": BOTH}),
        ((june, may), {"june": BOTH, "may": BOTH}),
        ((july, june), {"july": BOTH, "june": BOTH}),
        ((may,), {"may": BOTH}),
    ):
        stack.preview(golden(*listed, team=team))
        stack.up(golden(*listed, team=team))
        assert access() == there
    assert stack.up(golden(may, team=team)).summary.resource_changes.keys() == {"same"}


def test_a_single_image_of_a_protected_distribution_is_replaced_in_one_update(
    stack: Stack, images: list[str], access: Any
) -> None:
    for image_id, month in zip(images, ("may", "june", "july"), strict=True):
        stack.up(golden(image_id=image_id))
        assert access() == {month: BOTH}

    def output() -> None:
        golden(image_id=pulumi.Output.from_input(images[0]))()

    stack.up(output)
    assert access() == {"may": BOTH}


def test_accounts_and_regions_of_a_protected_distribution_change(stack: Stack, images: list[str], access: Any) -> None:
    stack.up(golden(images[0]))
    stack.up(golden(images[0], regions=[HOME, BEIJING], accounts=[DATA], max_unshare_percent=100))
    assert access() == {"may": {HOME: [DATA], BEIJING: [DATA]}}


@pytest.mark.parametrize("listed", [1, 2], ids=["one image", "two images"])
def test_the_whole_is_not_deleted_and_no_account_loses_access(
    ecs: Emulator, stack: Stack, images: list[str], access: Any, listed: int
) -> None:
    stack.up(golden(images[0]))
    program = golden(*images[:listed][::-1])
    stack.up(program)
    there = access()
    ecs.calls.reset()
    for command, options in (
        (stack.preview, {}),
        (stack.up, {}),
        (stack.up, {"continue_on_error": True}),
        (stack.destroy, {}),
        (stack.destroy, {"continue_on_error": True}),
    ):
        assert "because it is protected" in stack.fails(command, nothing, **options), (command, options)
        assert access() == there, (command, options)
    assert [call.action for call in ecs.calls.entries if not call.action.startswith("Describe")] == []
    # The state is as it was.
    assert stack.up(program).summary.resource_changes.keys() == {"same"}


def test_targets_do_not_get_around_the_protection(stack: Stack, images: list[str], access: Any) -> None:
    stack.up(golden(*images[:2]))
    share = stack.resources[f"golden-{HOME}-{images[0]}"]["urn"]
    text = stack.fails(stack.destroy, target=[share], target_dependents=True)
    assert "because it is protected" in text
    assert access() == {"may": BOTH, "june": BOTH}


def test_a_rotation_that_failed_leaves_the_whole_protected(
    ecs: Emulator, stack: Stack, images: list[str], access: Any
) -> None:
    may, june, _ = images
    stack.up(golden(may))
    for action in ("CopyImage", "ModifyImageSharePermission"):
        ecs.faults.add(action=action, kind="error", code="QuotaExceed.Image", times=9)
        stack.fails(stack.up, golden(june, may))
        ecs.faults.clear()
        stack.fails(stack.destroy, nothing)
        stack.fails(stack.up, nothing)
        assert access()["may"] == BOTH
    stack.up(golden(june, may))
    assert access() == {"june": BOTH, "may": BOTH}


def test_an_update_that_goes_on_after_an_error_leaves_a_state_that_the_next_one_understands(
    ecs: Emulator, stack: Stack, images: list[str], access: Any
) -> None:
    may, june, july = images
    stack.up(golden(june, may))
    ecs.faults.add(action="CopyImage", kind="error", code="QuotaExceed.Image", times=9)
    stack.fails(stack.up, golden(july, june), continue_on_error=True)
    ecs.faults.clear()
    assert access()["june"] == BOTH
    stack.refresh()
    stack.fails(stack.destroy, nothing)
    assert access()["june"] == BOTH
    stack.up(golden(july, june))
    assert access() == {"july": BOTH, "june": BOTH}


def test_updates_of_targets_leave_a_state_that_the_next_one_understands(
    stack: Stack, images: list[str], access: Any
) -> None:
    may, june, july = images
    stack.up(golden(june, may))
    stack.up(golden(july, june), target=[f"**{type_of('ImageShare')}::golden-{HOME}-*"])
    stack.refresh()
    stack.fails(stack.destroy, nothing)
    stack.up(golden(july, june))
    assert access() == {"july": BOTH, "june": BOTH}


def test_without_protect_the_whole_is_destroyed_again(stack: Stack, images: list[str], access: Any) -> None:
    stack.up(golden(*images[:2]))
    stack.up(golden(*images[:2], protect=False))
    stack.destroy()
    assert access() == {}
    assert stack.resources == {}
