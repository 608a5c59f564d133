"""The world moves between preview and update, between two updates, and in the middle of one, on the real engine.

For each way in which it moves: what update does, what refresh shows, what the next preview shows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ecs_emulator import EcsError, Emulator
from pulumi_alicloud_image_share import ImageShare
from support.command_line import REPOSITORY, CommandLine
from support.engine import Program, Stack
from support.moving_world import just_before

Sharing = Callable[..., Program]

PAYMENTS, DATA, WEB, PARTNER = "1000000000000002", "1000000000000003", "1000000000000004", "1000000000000005"
STRANGER = "2000000000000099"
REGION = "cn-hangzhou"
MANY = [str(2000000000000001 + n) for n in range(60)]
UNCHANGED = {"same": 2}
MODIFY, LIST, IMAGES = "ModifyImageSharePermission", "DescribeImageSharePermission", "DescribeImages"


@pytest.fixture(autouse=True)
def _counted(figures: Callable[[str, int], None]) -> Iterator[None]:
    yield
    figures("ways in which the world moved", 1)


@pytest.fixture
def sharing(ecs: Emulator) -> Sharing:
    """Make programs that share the golden image."""

    def with_accounts(*accounts: str, **arguments: Any) -> Program:
        def program() -> None:
            ImageShare("golden", **{"image_id": ecs.golden_image_id, "accounts": list(accounts), **arguments})

        return program

    return with_accounts


def live(ecs: Emulator, image_id: str = "") -> list[str]:
    return ecs.console.shared_accounts(REGION, image_id or ecs.golden_image_id)


def share(ecs: Emulator, *accounts: str) -> None:
    ecs.console.share(REGION, ecs.golden_image_id, *accounts)


def unshare(ecs: Emulator, *accounts: str) -> None:
    ecs.console.unshare(REGION, ecs.golden_image_id, *accounts)


def delete_image(ecs: Emulator) -> None:
    ecs.console.delete_image(REGION, ecs.golden_image_id)


def shown(stack: Stack, program: Program) -> list[str]:
    """The accounts that a preview shows as coming and going, such as "-1000000000000002"."""
    summary = stack.preview(program).change_summary
    signs = [sign + account for sign, account in re.findall(r"^ +([-+]) (\d{16}): ", stack.text, re.MULTILINE)]
    assert (summary == UNCHANGED) == (signs == []), stack.text
    return signs


def in_state(stack: Stack) -> list[str]:
    accounts: list[str] = stack.resources["golden"]["outputs"]["account_ids"]
    return accounts


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
    assert "Nothing was changed." in text or "it looks whether the image is gone" in text
    assert "golden" not in stack.resources


def test_an_image_that_is_deleted_while_its_share_is_changed_fails_the_update_and_can_be_destroyed(
    ecs: Emulator, stack: Stack, sharing: Sharing
) -> None:
    stack.up(sharing(PAYMENTS, DATA))
    with just_before(ecs, MODIFY, lambda: delete_image(ecs)):
        text = stack.fails(stack.up, sharing(PAYMENTS, WEB))
    assert "Nothing was changed." in text or "it looks whether the image is gone" in text
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


# The quota is raised, lowered, or used up by others.


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
    assert ("Nothing was changed." if call == 1 else "What had been done was taken back") in text
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


# A second stack changes the image's sharing at the same moment.


@pytest.fixture
def both(ecs: Emulator, ecs_config: dict[str, str], tmp_path: Path) -> Callable[..., list[str]]:
    """Run a command on two stacks, at once or in turn, each with a state of its own; says what each printed."""
    ecs.faults.latency_ms = 30
    stacks = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        stacks.append(CommandLine(REPOSITORY / "examples" / "two_stacks", tmp_path / name, ecs_config))
        stacks[-1].init("dev", imageId=ecs.golden_image_id)

    def accounts(stack: CommandLine, listed: list[str]) -> None:
        stack.run("dev", "config", "rm", "accounts")
        for place, account in enumerate(listed):
            stack.run("dev", "config", "set", "--path", f"accounts[{place}]", account, "--type", "string")

    def run(command: str, *programs: list[str], at_once: bool = True) -> list[str]:
        def one(stack: CommandLine) -> str:
            try:
                return stack.run("dev", *command.split())
            except AssertionError as failure:
                return str(failure)

        for stack, listed in zip(stacks, programs, strict=False):
            accounts(stack, listed)
        with ThreadPoolExecutor(len(stacks) if at_once else 1) as pool:
            return list(pool.map(one, stacks))

    return run


UP, PREVIEW = "up --yes --skip-preview", "preview --diff --refresh"


def test_two_stacks_that_share_one_image_at_the_same_moment_keep_each_others_accounts(
    ecs: Emulator, both: Callable[..., list[str]]
) -> None:
    texts = both(UP, MANY[:12], MANY[20:32])
    assert all("1 created" in text or "2 created" in text for text in texts), texts
    assert live(ecs) == [*MANY[:12], *MANY[20:32]]
    assert all("2 unchanged" in text for text in both(PREVIEW)), texts
    both(UP, MANY[2:14], MANY[22:34])
    assert live(ecs) == [*MANY[2:14], *MANY[22:34]]
    assert all("2 unchanged" in text for text in both(PREVIEW)), texts
    both("destroy --yes --skip-preview")
    assert live(ecs) == []


def test_of_two_stacks_that_use_up_the_quota_at_the_same_moment_one_is_refused_and_changes_nothing(
    ecs: Emulator, both: Callable[..., list[str]]
) -> None:
    ecs.console.set_share_quota("owner", 12)
    texts = both(UP, MANY[:8], MANY[20:28])
    refused = ["over max_accounts" in text or "QuotaExceed.ShareImageUser" in text for text in texts]
    assert sorted(refused) == [False, True], texts
    winner, loser = (MANY[20:28], MANY[:8]) if refused[0] else (MANY[:8], MANY[20:28])
    assert live(ecs) == winner
    ecs.console.set_share_quota("owner", 50)
    both(UP)
    assert live(ecs) == sorted([*winner, *loser])


def test_an_account_that_one_stack_drops_while_another_adds_it_is_there_or_shown_as_missing(
    ecs: Emulator, both: Callable[..., list[str]]
) -> None:
    both(UP, [*MANY[:3], WEB], MANY[20:23])
    both(UP, MANY[:3], [*MANY[20:23], WEB])
    assert set(live(ecs)) - {WEB} == {*MANY[:3], *MANY[20:23]}
    missing = WEB not in live(ecs)
    _, second = both(PREVIEW)
    assert (f"+ {WEB}" in second) == missing
    # Where the first failed since it saw what the second had added, it unshares now: at once they would race again.
    both("up --yes --skip-preview --refresh", at_once=False)
    assert live(ecs) == [WEB, *MANY[:3], *MANY[20:23]]
