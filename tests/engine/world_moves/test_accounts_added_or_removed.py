"""Accounts are added and removed in the console before, between and during updates on the real engine.

For each: what update does, what refresh shows, what the next preview shows.
"""

from __future__ import annotations

import re

from ecs_emulator import Emulator
from support.engine import Stack
from support.golden_image import live, share, unshare
from support.moving_world import just_before
from support.shown_accounts import Sharing, in_state, shown

PAYMENTS, DATA, WEB = "1000000000000002", "1000000000000003", "1000000000000004"
STRANGER = "2000000000000099"
MODIFY, LIST = "ModifyImageSharePermission", "DescribeImageSharePermission"


# Accounts are added in the console.


def test_an_account_that_is_added_after_the_preview_is_left_alone_until_a_preview_has_shown_it(
    ecs: Emulator, stack: Stack, sharing: Sharing
) -> None:
    stack.up(sharing(PAYMENTS, DATA))
    program = sharing(PAYMENTS, WEB)
    assert shown(stack, program) == [f"-{DATA}", f"+{WEB}"]
    share(ecs, STRANGER)
    stack.up(program)
    assert f"is also shared with {STRANGER}, which neither the program nor the state lists: left alone" in stack.text
    assert live(ecs) == [PAYMENTS, WEB, STRANGER]
    assert in_state(stack) == [PAYMENTS, WEB]
    assert shown(stack, program) == []
    stack.refresh()
    assert in_state(stack) == [PAYMENTS, WEB, STRANGER]
    assert shown(stack, program) == [f"-{STRANGER}"]
    stack.up(program)
    assert live(ecs) == [PAYMENTS, WEB]
    assert shown(stack, program) == []


def test_an_account_that_is_added_while_an_update_runs_is_left_alone_until_a_preview_has_shown_it(
    ecs: Emulator, stack: Stack, sharing: Sharing
) -> None:
    stack.up(sharing(PAYMENTS, DATA))
    program = sharing(PAYMENTS, WEB)
    with just_before(ecs, MODIFY, lambda: share(ecs, STRANGER)):
        stack.up(program)
    assert live(ecs) == [PAYMENTS, WEB, STRANGER]
    stack.refresh()
    assert shown(stack, program) == [f"-{STRANGER}"]
    stack.up(program)
    assert live(ecs) == [PAYMENTS, WEB]


def test_an_account_that_is_added_after_the_preview_of_a_first_share_is_told_instead_of_taken_over(
    ecs: Emulator, stack: Stack, sharing: Sharing
) -> None:
    stack.preview(sharing(PAYMENTS))
    share(ecs, STRANGER)
    text = stack.fails(stack.up, sharing(PAYMENTS))
    assert f"already shared with 1 account that the program does not list: {STRANGER}" in text
    assert live(ecs) == [STRANGER]
    stack.refresh()
    assert "golden" not in stack.resources
    assert f"does not list: {STRANGER}" in stack.fails(stack.preview, sharing(PAYMENTS))
    stack.up(sharing(PAYMENTS, STRANGER))
    assert live(ecs) == in_state(stack) == [PAYMENTS, STRANGER]


def test_an_account_that_is_added_between_check_and_create_is_told_instead_of_taken_over(
    ecs: Emulator, stack: Stack, sharing: Sharing
) -> None:
    with just_before(ecs, LIST, lambda: share(ecs, STRANGER)):
        text = stack.fails(stack.up, sharing(PAYMENTS))
    assert f"that the program does not list: {STRANGER}" in text
    assert live(ecs) == [STRANGER]
    assert "golden" not in stack.resources


def test_an_account_that_the_console_adds_before_the_program_does_becomes_the_programs(
    ecs: Emulator, stack: Stack, sharing: Sharing
) -> None:
    stack.up(sharing(PAYMENTS))
    program = sharing(PAYMENTS, DATA)
    assert shown(stack, program) == [f"+{DATA}"]
    share(ecs, DATA)
    stack.up(program)
    assert live(ecs) == in_state(stack) == [PAYMENTS, DATA]
    stack.refresh()
    assert shown(stack, program) == []
    stack.up(sharing(PAYMENTS))
    assert live(ecs) == [PAYMENTS]


def test_an_account_that_is_added_beside_a_share_that_is_not_exclusive_is_nobodys_business(
    ecs: Emulator, stack: Stack, sharing: Sharing
) -> None:
    stack.up(sharing(PAYMENTS, DATA, exclusive=False))
    program = sharing(PAYMENTS, WEB, exclusive=False)
    assert shown(stack, program) == [f"-{DATA}", f"+{WEB}"]
    share(ecs, STRANGER)
    stack.up(program)
    assert "also shared with" not in stack.text
    stack.refresh()
    assert in_state(stack) == [PAYMENTS, WEB]
    assert shown(stack, program) == []
    stack.destroy()
    assert live(ecs) == [STRANGER]


def test_an_account_that_is_added_before_a_destroy_keeps_its_access(
    ecs: Emulator, stack: Stack, sharing: Sharing
) -> None:
    stack.up(sharing(PAYMENTS, DATA))
    share(ecs, STRANGER)
    stack.destroy()
    assert live(ecs) == [STRANGER]


# Accounts are removed in the console.


def test_an_account_that_is_removed_after_the_preview_gets_its_access_back_in_the_update(
    ecs: Emulator, stack: Stack, sharing: Sharing
) -> None:
    stack.up(sharing(PAYMENTS, DATA))
    program = sharing(PAYMENTS, DATA, WEB)
    assert shown(stack, program) == [f"+{WEB}"]
    unshare(ecs, DATA)
    stack.up(program)
    assert live(ecs) == in_state(stack) == [PAYMENTS, DATA, WEB]
    stack.refresh()
    assert shown(stack, program) == []


def test_an_account_that_is_removed_between_two_updates_is_shown_by_refresh_and_comes_back(
    ecs: Emulator, stack: Stack, sharing: Sharing
) -> None:
    program = sharing(PAYMENTS, DATA)
    stack.up(program)
    unshare(ecs, DATA)
    assert shown(stack, program) == []
    stack.up(program)
    assert live(ecs) == [PAYMENTS]
    stack.refresh()
    assert re.search(rf"- +{DATA}", stack.text) or in_state(stack) == [PAYMENTS]
    assert shown(stack, program) == [f"+{DATA}"]
    stack.up(program)
    assert live(ecs) == [PAYMENTS, DATA]


def test_an_account_that_is_removed_while_an_update_runs_gets_its_access_back(
    ecs: Emulator, stack: Stack, sharing: Sharing
) -> None:
    stack.up(sharing(PAYMENTS, DATA))
    program = sharing(PAYMENTS, DATA, WEB)
    with just_before(ecs, MODIFY, lambda: unshare(ecs, DATA)):
        stack.up(program)
    assert live(ecs) == in_state(stack) == [PAYMENTS, DATA, WEB]


def test_an_account_that_both_the_console_and_the_program_remove_is_gone(
    ecs: Emulator, stack: Stack, sharing: Sharing
) -> None:
    stack.up(sharing(PAYMENTS, DATA))
    program = sharing(PAYMENTS)
    assert shown(stack, program) == [f"-{DATA}"]
    unshare(ecs, DATA)
    stack.up(program)
    assert live(ecs) == in_state(stack) == [PAYMENTS]
    stack.refresh()
    assert shown(stack, program) == []


def test_all_accounts_removed_in_the_console_are_shown_by_refresh_and_come_back(
    ecs: Emulator, stack: Stack, sharing: Sharing
) -> None:
    program = sharing(PAYMENTS, DATA)
    stack.up(program)
    unshare(ecs, PAYMENTS, DATA)
    stack.refresh()
    assert in_state(stack) == []
    stack.preview(program)
    assert PAYMENTS in stack.text
    assert DATA in stack.text
    stack.up(program)
    assert live(ecs) == [PAYMENTS, DATA]


def test_a_destroy_of_accounts_that_the_console_has_removed_succeeds(
    ecs: Emulator, stack: Stack, sharing: Sharing
) -> None:
    stack.up(sharing(PAYMENTS, DATA))
    unshare(ecs, DATA)
    stack.destroy()
    assert live(ecs) == []
