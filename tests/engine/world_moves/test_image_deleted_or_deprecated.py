"""The image is deleted or deprecated before, between and during updates on the real engine.

For each: what update does, what refresh shows, what the next preview shows.
"""

from __future__ import annotations

import pytest

from ecs_emulator import EcsError, Emulator
from support.engine import Stack
from support.golden_image import delete_image, live, unshare
from support.moving_world import just_before
from support.shown_accounts import Sharing, in_state, shown

PAYMENTS, DATA, WEB = "1000000000000002", "1000000000000003", "1000000000000004"
REGION = "cn-hangzhou"
MANY = [str(2000000000000001 + n) for n in range(60)]
MODIFY, LIST = "ModifyImageSharePermission", "DescribeImageSharePermission"


# The image is deleted.


@pytest.mark.parametrize("after", [[PAYMENTS, DATA, WEB], [PAYMENTS]], ids=["gaining", "losing"])
def test_an_image_that_is_deleted_after_the_preview_fails_the_update_and_a_refresh_takes_the_share_out(
    ecs: Emulator, stack: Stack, sharing: Sharing, after: list[str]
) -> None:
    stack.up(sharing(PAYMENTS, DATA))
    program = sharing(*after)
    assert shown(stack, program) == ([f"+{WEB}"] if WEB in after else [f"-{DATA}"])
    delete_image(ecs)
    text = stack.fails(stack.up, program)
    assert f"mage {ecs.golden_image_id} does not exist in region {REGION}" in text
    assert in_state(stack) == [PAYMENTS, DATA]
    stack.refresh()
    assert "its share is taken out of the state, and nothing was unshared" in stack.text
    assert "golden" not in stack.resources
    assert f"image {ecs.golden_image_id} does not exist in region {REGION}" in stack.fails(stack.preview, program)


def test_an_image_that_is_deleted_after_the_preview_of_a_first_share_fails_the_update(
    ecs: Emulator, stack: Stack, sharing: Sharing
) -> None:
    stack.preview(sharing(PAYMENTS))
    delete_image(ecs)
    assert "does not exist in region" in stack.fails(stack.up, sharing(PAYMENTS))
    assert "golden" not in stack.resources


@pytest.mark.parametrize("call", [1, 2])
def test_an_image_that_is_deleted_while_it_is_being_shared_fails_the_update(
    ecs: Emulator, stack: Stack, sharing: Sharing, call: int
) -> None:
    with just_before(ecs, MODIFY, lambda: delete_image(ecs), number=call):
        text = stack.fails(stack.up, sharing(*MANY[:15]))
    assert "Nothing was changed." in text or "it checks whether the image was deleted" in text
    assert "golden" not in stack.resources


def test_an_image_that_is_deleted_while_its_share_is_changed_fails_the_update_and_can_be_destroyed(
    ecs: Emulator, stack: Stack, sharing: Sharing
) -> None:
    stack.up(sharing(PAYMENTS, DATA))
    with just_before(ecs, MODIFY, lambda: delete_image(ecs)):
        text = stack.fails(stack.up, sharing(PAYMENTS, WEB))
    assert "Nothing was changed." in text or "it checks whether the image was deleted" in text
    assert in_state(stack) == [PAYMENTS, DATA]
    stack.destroy()
    assert stack.resources == {} or "golden" not in stack.resources


def test_between_two_updates_only_a_refresh_sees_that_the_image_is_deleted(
    ecs: Emulator, stack: Stack, sharing: Sharing
) -> None:
    program = sharing(PAYMENTS)
    stack.up(program)
    delete_image(ecs)
    assert shown(stack, program) == []
    stack.up(program)
    assert in_state(stack) == [PAYMENTS]
    stack.refresh()
    assert "golden" not in stack.resources
    assert f"image {ecs.golden_image_id} does not exist in region {REGION}" in stack.fails(stack.preview, program)


def test_a_share_whose_image_is_deleted_is_destroyed(ecs: Emulator, stack: Stack, sharing: Sharing) -> None:
    stack.up(sharing(PAYMENTS))
    delete_image(ecs)
    stack.destroy()
    assert "golden" not in stack.resources


@pytest.mark.parametrize("call", [LIST, MODIFY])
def test_a_share_whose_image_is_deleted_while_it_is_destroyed_is_destroyed(
    ecs: Emulator, stack: Stack, sharing: Sharing, call: str
) -> None:
    stack.up(sharing(*MANY[:15]))
    with just_before(ecs, call, lambda: delete_image(ecs)):
        stack.destroy()
    assert "golden" not in stack.resources


def test_a_share_moves_to_another_image_when_the_first_is_deleted(
    ecs: Emulator, stack: Stack, sharing: Sharing
) -> None:
    stack.up(sharing(PAYMENTS, DATA))
    newer = ecs.image("golden-next").id
    program = sharing(PAYMENTS, DATA, image_id=newer)
    stack.preview(program)
    assert "+-1 to replace" in stack.text
    delete_image(ecs)
    stack.up(program)
    assert live(ecs, newer) == in_state(stack) == [PAYMENTS, DATA]
    stack.refresh()
    assert shown(stack, program) == []


# The image is deprecated. ECS refuses that for an image that is shared.


def test_an_image_that_is_deprecated_after_the_preview_is_not_shared_until_it_is_available_again(
    ecs: Emulator, stack: Stack, sharing: Sharing
) -> None:
    program = sharing(PAYMENTS)
    stack.preview(program)
    ecs.console.deprecate(REGION, ecs.golden_image_id)
    assert f"{ecs.golden_image_id} is deprecated" in stack.fails(stack.up, program)
    assert "golden" not in stack.resources
    assert f"{ecs.golden_image_id} is deprecated" in stack.fails(stack.preview, program)
    ecs.console.undeprecate(REGION, ecs.golden_image_id)
    stack.up(program)
    assert live(ecs) == [PAYMENTS]


def test_an_image_that_is_deprecated_between_check_and_create_stays_unshared(
    ecs: Emulator, stack: Stack, sharing: Sharing
) -> None:
    with just_before(ecs, MODIFY, lambda: ecs.console.deprecate(REGION, ecs.golden_image_id)):
        text = stack.fails(stack.up, sharing(PAYMENTS))
    assert "Nothing was changed." in text
    assert "golden" not in stack.resources
    assert live(ecs) == []


def test_an_image_that_is_deprecated_in_the_middle_of_a_first_share_is_refused_by_ecs(
    ecs: Emulator, stack: Stack, sharing: Sharing
) -> None:
    stack.up(sharing(PAYMENTS))
    with pytest.raises(EcsError, match="share"):
        ecs.console.deprecate(REGION, ecs.golden_image_id)
    assert live(ecs) == [PAYMENTS]


def test_an_image_that_was_unshared_and_deprecated_is_told_by_every_update_that_shares_and_can_be_destroyed(
    ecs: Emulator, stack: Stack, sharing: Sharing
) -> None:
    program = sharing(PAYMENTS)
    stack.up(program)
    unshare(ecs, PAYMENTS)
    ecs.console.deprecate(REGION, ecs.golden_image_id)
    assert shown(stack, program) == []
    assert f"{ecs.golden_image_id} is deprecated" in stack.fails(stack.up, sharing(PAYMENTS, DATA))
    stack.refresh()
    assert in_state(stack) == []
    assert f"{ecs.golden_image_id} is deprecated" in stack.fails(stack.preview, program)
    assert f"{ecs.golden_image_id} is deprecated" in stack.fails(stack.up, program)
    stack.destroy()
    assert "golden" not in stack.resources


def test_an_image_that_is_deprecated_after_the_preview_of_an_unshare_is_unshared(
    ecs: Emulator, stack: Stack, sharing: Sharing
) -> None:
    stack.up(sharing(PAYMENTS, DATA))
    program = sharing(PAYMENTS)
    assert shown(stack, program) == [f"-{DATA}"]
    unshare(ecs, PAYMENTS, DATA)
    ecs.console.deprecate(REGION, ecs.golden_image_id)
    # Who keeps access in the program has lost it, and ECS lets nobody be shared with: told, and nothing changed.
    text = stack.fails(stack.up, program)
    assert "deprecated" in text.lower()
    assert in_state(stack) == [PAYMENTS, DATA]
    ecs.console.undeprecate(REGION, ecs.golden_image_id)
    stack.up(program)
    assert live(ecs) == [PAYMENTS]
