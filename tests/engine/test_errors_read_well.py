"""What a person reads in the terminal when an up or a destroy fails: what was done, what not, why, and what to do."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share import ImageShare
from support.clear_sentences import assert_clear
from support.engine import Program, Stack

PAYMENTS = "1000000000000002"
NOBODY = "9999999999999999"
REGION = "cn-hangzhou"
MANY = [str(2000000000000001 + n) for n in range(60)]
MODIFY, READ = "ModifyImageSharePermission", "DescribeImageSharePermission"

REQUEST_ID = r"RequestId [0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\."
NOTHING_CHANGED = r"Nothing was changed\."
ROLLED_BACK = r"The change was rolled back: the image is shared with the same accounts as before\."

ERROR = re.compile(r"^ +pulumi_alicloud_image_share\.(\w+): (.*)$")


def told(text: str) -> list[str]:
    """The lines of the package's error, as they stand under Pulumi's "Diagnostics"."""
    lines = text.partition("Diagnostics:")[2].splitlines()
    [at] = [number for number, line in enumerate(lines) if ERROR.match(line)]
    start = max(number for number in range(at) if "error: Traceback" in lines[number])
    assert at - start <= 10, f"{at - start} lines of traceback"
    indent = len(lines[at]) - len(lines[at].lstrip())
    own = [ERROR.match(lines[at])[2]]  # type: ignore[index]
    for line in lines[at + 1 :]:
        if not line.startswith(" " * indent):
            break
        own.append(line[indent:])
    return own


def assert_told(text: str, *patterns: str) -> None:
    """The error has exactly these lines, each a whole sentence or more."""
    lines = told(text)
    for line in lines:
        if line.startswith("  - "):
            assert line.isprintable()
        else:
            assert_clear(line if not line.endswith(":") else f"{line[:-1]}.")
    assert len(lines) == len(patterns), "\n".join(lines)
    for line, pattern in zip(lines, patterns, strict=True):
        assert re.fullmatch(pattern, line), f"\n{line}\nis not\n{pattern}"


def refused_by_ram(action: str) -> str:
    statement = f'{{"Effect": "Allow", "Action": "ecs:{action}", "Resource": "acs:ecs:*:*:image/*"}}'
    return (
        rf"{action} failed with Forbidden\.RAM: User not authorized to operate on the specified resource\. "
        rf"{REQUEST_ID} Allow it in RAM: {re.escape(statement)} is the statement to add to the policy of the user or "
        r"role\."
    )


def why(code: str, message: str, advice: str) -> str:
    return rf"Why: {MODIFY} failed with {re.escape(code)}: {message} {REQUEST_ID} {advice}"


def failed(what: str, image_id: str, done: int, calls: int) -> str:
    return rf"{what} failed for image {image_id} in {REGION}, after {done} of {calls} calls\."


@pytest.fixture
def sharing(ecs: Emulator) -> Callable[..., Program]:
    """Make programs that share the golden image."""

    def with_accounts(accounts: Any, **arguments: Any) -> Program:
        def program() -> None:
            ImageShare("golden", **{"image_id": ecs.golden_image_id, "accounts": accounts, **arguments})

        return program

    return with_accounts


@pytest.fixture
def hasty(ecs_config: dict[str, str], tmp_path: Path) -> Stack:
    """A stack that waits for nothing."""
    config = {"alicloud-image-share:retrySeconds": "1", "alicloud-image-share:visibleSeconds": "1"}
    return Stack(tmp_path, {**ecs_config, **config})


def deny(ecs: Emulator, action: str = MODIFY, **details: Any) -> None:
    message = "User not authorized to operate on the specified resource."
    ecs.faults.add(action=action, kind="error", code="Forbidden.RAM", message=message, status=403, **details)


def test_a_create_that_ram_stops_half_way(ecs: Emulator, stack: Stack, sharing: Any) -> None:
    deny(ecs, after=4, times=1)
    text = stack.fails(stack.up, sharing(MANY[:50]))
    assert_told(
        text,
        failed("Sharing with 50 accounts", ecs.golden_image_id, 4, 5),
        "Why: " + refused_by_ram(MODIFY),
        ROLLED_BACK,
    )


def test_a_create_that_cannot_be_taken_back_names_the_accounts_that_are_left(
    ecs: Emulator, stack: Stack, sharing: Any
) -> None:
    deny(ecs, after=2)
    text = stack.fails(stack.up, sharing({f"team {n}": account for n, account in enumerate(MANY[:50])}))
    left = ecs.console.shared_accounts(REGION, ecs.golden_image_id)
    # The first call's, and those of one of the four that were made side by side.
    assert left[:10] == MANY[:10]
    assert len(left) == 20
    assert_told(
        text,
        failed("Sharing with 50 accounts", ecs.golden_image_id, 2, 5),
        "Why: " + refused_by_ram(MODIFY),
        rf"The rollback failed too: {MODIFY} failed with Forbidden\.RAM again\. {REQUEST_ID}",
        r"These accounts had no access before and may have it now:",
        *(rf"  - team {MANY.index(account)} \({account}\)" for account in left),
        r"Run `pulumi up.*",
    )


def test_an_update_that_ram_stops(ecs: Emulator, stack: Stack, sharing: Any) -> None:
    stack.up(sharing(MANY[:30]))
    deny(ecs, after=1, times=1)
    text = stack.fails(stack.up, sharing(MANY[8:45]))
    assert_told(
        text,
        failed("Sharing with 15 accounts and unsharing from 8 accounts", ecs.golden_image_id, 1, 2),
        "Why: " + refused_by_ram(MODIFY),
        ROLLED_BACK,
    )


def test_a_destroy_that_ram_stops(ecs: Emulator, stack: Stack, sharing: Any) -> None:
    stack.up(sharing(MANY[:30]))
    deny(ecs, after=2, times=1)
    text = stack.fails(stack.destroy)
    assert_told(
        text,
        failed("Unsharing from 30 accounts", ecs.golden_image_id, 2, 3),
        "Why: " + refused_by_ram(MODIFY),
        ROLLED_BACK,
    )


def test_a_destroy_that_may_not_even_look(ecs: Emulator, stack: Stack, sharing: Any) -> None:
    stack.up(sharing(MANY[:30]))
    deny(ecs, READ)
    text = stack.fails(stack.destroy)
    assert_told(
        text,
        rf"Unsharing from 30 accounts failed for image {ecs.golden_image_id} in {REGION}.*",
        "Why: " + refused_by_ram(READ),
        NOTHING_CHANGED,
    )


def test_an_account_that_does_not_exist(ecs: Emulator, stack: Stack, sharing: Any) -> None:
    text = stack.fails(stack.up, sharing({"payments": PAYMENTS, "nobody": NOBODY}))
    message = rf'The specified account {NOBODY} in parameter "AddAccount\.n" or "RemoveAccount\.n" does not exist\.'
    assert_told(
        text,
        failed("Sharing with 2 accounts", ecs.golden_image_id, 0, 1),
        why("InvalidAccount.NotFound", message, ".*correct the account ID and run again.*"),
        NOTHING_CHANGED,
    )


def test_a_quota_of_ecs_that_is_lower_than_max_accounts(ecs: Emulator, stack: Stack, sharing: Any) -> None:
    ecs.console.set_share_quota("owner", 5)
    text = stack.fails(stack.up, sharing(MANY[:8]))
    message = r"The shared Image user Quota exceeds\."
    assert_told(
        text,
        failed("Sharing with 8 accounts", ecs.golden_image_id, 0, 1),
        # max_accounts allows it: raising that does nothing.
        why("QuotaExceed.ShareImageUser", message, r"Unshare some accounts, or raise the quota in Quota Center\b.*"),
        NOTHING_CHANGED,
    )


def test_an_image_that_is_encrypted_with_the_service_key(ecs: Emulator, stack: Stack, sharing: Any) -> None:
    image = ecs.image("service-key-encrypted").id
    text = stack.fails(stack.up, sharing([PAYMENTS], image_id=image))
    assert_told(
        text,
        failed("Sharing with 1 account", image, 0, 1),
        why("InvalidOperation.ServiceKeyEncryptedImageUnsupported", ".*", r".*key of your own \(CMK\).*"),
        NOTHING_CHANGED,
    )


def test_a_change_that_never_shows(ecs: Emulator, hasty: Stack, sharing: Any) -> None:
    ecs.faults.visibility_lag_s = 3600
    text = hasty.fails(hasty.up, sharing(MANY[:2]))
    assert_told(
        text,
        failed("Sharing with 2 accounts", ecs.golden_image_id, 1, 1),
        rf"Why: ECS accepted the change to image {ecs.golden_image_id} in {REGION}, but after 1 s it does not show "
        rf"\(still not listed: {MANY[0]}, {MANY[1]}\)\. .*alicloud-image-share:visibleSeconds.*",
        ROLLED_BACK,
    )
    assert ecs.console.shared_accounts(REGION, ecs.golden_image_id) == []


def test_a_change_of_fifty_that_never_shows_is_still_short(ecs: Emulator, hasty: Stack, sharing: Any) -> None:
    ecs.faults.visibility_lag_s = 3600
    text = hasty.fails(hasty.up, sharing(MANY[:50]))
    for line in told(text):
        assert_clear(line)


def test_an_ecs_that_is_gone_before_anything_was_done(ecs: Emulator, hasty: Stack, sharing: Any) -> None:
    # The check before it has still seen the image.
    ecs.faults.add(action=READ, kind="drop_before")
    text = hasty.fails(hasty.up, sharing(MANY[:12]))
    assert_told(
        text,
        rf"Sharing with 12 accounts failed for image {ecs.golden_image_id} in {REGION}.*",
        rf"Why: {READ} failed with NoAnswer: .* for region {REGION} \(.*\)\. Check the network.*",
        NOTHING_CHANGED,
    )


def test_an_ecs_that_is_gone_half_way(ecs: Emulator, hasty: Stack, sharing: Any) -> None:
    ecs.faults.add(action=MODIFY, kind="drop_before", after=1)
    text = hasty.fails(hasty.up, sharing(MANY[:12]))
    no_answer = rf"{MODIFY} failed with NoAnswer: .* for region {REGION} \(.*\)\. Check the network.*"
    assert_told(
        text,
        failed("Sharing with 12 accounts", ecs.golden_image_id, 1, 2),
        f"Why: {no_answer}",
        rf"The rollback failed too: {MODIFY} failed with NoAnswer again\.",
        r"These accounts had no access before and may have it now:",
        # Nobody knows of the last two: their call got no answer.
        *(rf"  - {account}" for account in MANY[:12]),
        r"Run `pulumi up.*",
    )


def test_a_refresh_without_ecs_says_that_the_state_is_as_before(ecs: Emulator, hasty: Stack, sharing: Any) -> None:
    hasty.up(sharing(MANY[:2]))
    ecs.faults.add(action=READ, kind="drop_before")
    text = hasty.fails(hasty.refresh)
    lines = told(text)
    assert re.search(rf"{READ} failed with NoAnswer: .*Check the network", "\n".join(lines))
    for line in lines:
        assert_clear(line)
    assert len(hasty.resources["golden"]["outputs"]["account_ids"]) == 2


def test_a_preview_that_fails_has_no_traceback(ecs: Emulator, hasty: Stack, sharing: Any) -> None:
    deny(ecs, "DescribeImages", times=1)
    text = hasty.fails(hasty.preview, sharing([PAYMENTS]))
    assert "Traceback" not in text
    assert re.search(refused_by_ram("DescribeImages"), text)
    ecs.faults.add(action="*", kind="drop_before")
    text = hasty.fails(hasty.preview, sharing([PAYMENTS]))
    assert "Traceback" not in text
    assert re.search(rf"DescribeImages failed with NoAnswer: .* for region {REGION}", text)
    assert text.count("DescribeImages failed") == 1


@pytest.mark.parametrize(
    ("accounts", "says"),
    [
        pytest.param(PAYMENTS.encode(), "must be a list of account IDs or a mapping", id="bytes"),
        pytest.param([PAYMENTS.encode()], "is not an account ID", id="list-of-bytes"),
        pytest.param([object()], "is not an account ID", id="list-of-objects"),
        pytest.param([10**400], "can't be an account ID", id="integer-of-400-digits"),
        pytest.param([float("nan")], "nan is not an account ID", id="nan"),
        pytest.param(["\ud800"], "is not an account ID", id="half-a-character"),
    ],
)
def test_what_pulumi_cannot_carry_is_a_sentence_of_the_preview(
    stack: Stack, sharing: Any, accounts: Any, says: str
) -> None:
    text = stack.fails(stack.preview, sharing(accounts))
    assert "Traceback" not in text, text[-600:]
    assert re.search(rf"accounts.* has a problem: .*{says}", text), text[-600:]


@pytest.mark.parametrize(
    "accounts",
    [
        pytest.param({PAYMENTS}, id="set"),
        pytest.param((account for account in [PAYMENTS]), id="generator"),
        pytest.param({"payments": PAYMENTS}.values(), id="values-of-a-map"),
    ],
)
def test_any_collection_of_accounts_is_a_list_of_them(stack: Stack, sharing: Any, accounts: Any) -> None:
    stack.preview(sharing(accounts))
    assert f'{PAYMENTS}: ""' in stack.text
