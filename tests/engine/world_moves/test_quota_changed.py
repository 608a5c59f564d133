"""The quota is raised, lowered or used up by others: an update that it stops leaves all as it was."""

from __future__ import annotations

import pytest

from ecs_emulator import Emulator
from support.engine import Stack
from support.golden_image import live, share, unshare
from support.moving_world import just_before
from support.shown_accounts import Sharing, in_state, shown

PAYMENTS, DATA, WEB, PARTNER = "1000000000000002", "1000000000000003", "1000000000000004", "1000000000000005"
STRANGER = "2000000000000099"
REGION = "cn-hangzhou"
MANY = [str(2000000000000001 + n) for n in range(60)]
MODIFY = "ModifyImageSharePermission"


def test_a_quota_that_others_use_up_after_the_preview_fails_the_update_before_anything_changes(
    ecs: Emulator, stack: Stack, sharing: Sharing
) -> None:
    stack.up(sharing(PAYMENTS, DATA, exclusive=False))
    program = sharing(PAYMENTS, WEB, PARTNER, exclusive=False)
    assert shown(stack, program) == [f"-{DATA}", f"+{WEB}", f"+{PARTNER}"]
    share(ecs, *MANY[:48])
    text = stack.fails(stack.up, program)
    assert "the image is shared with 49 other accounts and 2 more would make 51, over max_accounts (50)" in text
    assert live(ecs) == [PAYMENTS, DATA, *MANY[:48]]
    stack.refresh()
    assert in_state(stack) == [PAYMENTS, DATA]
    assert "over max_accounts (50)" in stack.fails(stack.preview, program)
    unshare(ecs, MANY[0])
    stack.up(program)
    assert live(ecs) == [PAYMENTS, WEB, PARTNER, *MANY[1:48]]


@pytest.mark.parametrize("call", [1, 2])
def test_a_quota_that_others_use_up_while_an_update_runs_takes_the_update_back(
    ecs: Emulator, stack: Stack, sharing: Sharing, call: int
) -> None:
    stack.up(sharing(PAYMENTS, DATA, exclusive=False))
    program = sharing(PAYMENTS, *MANY[:15], exclusive=False)
    with just_before(ecs, MODIFY, lambda: share(ecs, *MANY[20 : 50 - len(live(ecs)) + 20]), number=call):
        text = stack.fails(stack.up, program)
    assert "QuotaExceed.ShareImageUser" in text
    assert ("Nothing was changed." if call == 1 else "The change was rolled back") in text
    others = live(ecs)[2:]
    assert live(ecs)[:2] == in_state(stack) == [PAYMENTS, DATA]
    assert not set(others) & set(MANY[:15])
    unshare(ecs, *others)
    stack.up(program)
    assert live(ecs) == [PAYMENTS, *MANY[:15]]


def test_a_quota_that_is_lowered_after_the_preview_fails_the_update_with_what_to_do(
    ecs: Emulator, stack: Stack, sharing: Sharing
) -> None:
    stack.up(sharing(PAYMENTS, DATA))
    program = sharing(PAYMENTS, WEB, PARTNER, *MANY[:10])
    stack.preview(program)
    ecs.console.set_share_quota("owner", 11)
    text = stack.fails(stack.up, program)
    assert "QuotaExceed.ShareImageUser" in text
    assert "raise the quota in Quota Center" in text
    assert live(ecs) == in_state(stack) == [PAYMENTS, DATA]
    ecs.console.set_share_quota("owner", 14)
    stack.up(program)
    assert live(ecs) == [PAYMENTS, WEB, PARTNER, *MANY[:10]]


def test_a_quota_that_is_raised_between_two_updates_is_used_with_max_accounts(
    ecs: Emulator, stack: Stack, sharing: Sharing
) -> None:
    stack.up(sharing(*MANY[:50]))
    assert "51 accounts are more than max_accounts (50)" in stack.fails(stack.preview, sharing(*MANY[:51]))
    program = sharing(*MANY[:51], max_accounts=60)
    assert "QuotaExceed.ShareImageUser" in stack.fails(stack.up, program)
    assert live(ecs) == MANY[:50]
    ecs.console.set_share_quota("owner", 60)
    stack.up(program)
    assert live(ecs) == MANY[:51]
    stack.refresh()
    assert shown(stack, program) == []


def test_a_quota_of_shared_images_that_others_use_up_after_the_preview_fails_the_update(
    ecs: Emulator, stack: Stack, sharing: Sharing
) -> None:
    ecs.console.set_shared_images_quota("owner", 1)
    program = sharing(PAYMENTS)
    stack.preview(program)
    ecs.console.share(REGION, ecs.image("golden-next").id, STRANGER)
    text = stack.fails(stack.up, program)
    assert "QuotaExceed.ShareImage:" in text
    assert "Raise the quota of shared images of this account" in text
    assert live(ecs) == []
    ecs.console.set_shared_images_quota("owner", 2)
    stack.up(program)
    assert live(ecs) == [PAYMENTS]
