"""up, preview, refresh and destroy on the real engine, against the emulator."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pulumi
import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share import ImageShare
from support.copied_image import CopiedImage
from support.engine import Program, Stack

OWNER, PAYMENTS, DATA, WEB = "1000000000000001", "1000000000000002", "1000000000000003", "1000000000000004"
REGION = "cn-hangzhou"
MANY = [str(2000000000000001 + n) for n in range(60)]
TYPE = "pulumi-python:dynamic/alicloud-image-share:ImageShare"

Accounts = Sequence[Any] | dict[str, Any] | Callable[[], Any]


@pytest.fixture
def sharing(ecs: Emulator) -> Callable[..., Program]:
    """Make programs that share the golden image."""

    def with_accounts(accounts: Accounts, **arguments: Any) -> Program:
        def program() -> None:
            listed = accounts() if callable(accounts) else accounts
            share = ImageShare("golden", **{"image_id": ecs.golden_image_id, "accounts": listed, **arguments})
            pulumi.export("accounts", share.account_ids)
            pulumi.export("names", share.accounts)

        return program

    return with_accounts


def live(ecs: Emulator, image_id: str = "") -> list[str]:
    return ecs.console.shared_accounts(REGION, image_id or ecs.golden_image_id)


def test_up_shares_and_exports_the_sorted_accounts(ecs: Emulator, stack: Stack, sharing: Any) -> None:
    outputs = stack.up(sharing({"payments": PAYMENTS, "data": DATA})).outputs
    assert live(ecs) == outputs["accounts"].value == [PAYMENTS, DATA]
    assert outputs["names"].value == {PAYMENTS: "payments", DATA: "data"}
    assert stack.resources["golden"]["type"] == TYPE


def test_the_budget_of_calls_for_fifty_accounts(ecs: Emulator, stack: Stack, sharing: Any) -> None:
    calls: dict[str, int] = {}

    def counted(what: str, run: Callable[..., Any], *arguments: Any) -> None:
        ecs.calls.reset()
        run(*arguments)
        calls[what] = ecs.calls.count()

    counted("first share of 50", stack.up, sharing(MANY[:50]))
    counted("nothing changed", stack.up, sharing(MANY[:50]))
    stack.up(sharing(MANY[1:50]))
    counted("one added, one removed", stack.up, sharing([*MANY[2:50], MANY[50]]))
    counted("one removed", stack.up, sharing([*MANY[2:49], MANY[50]]))
    counted("refresh", stack.refresh)
    counted("back to 50", stack.up, sharing(MANY[:50]))
    counted("destroy of 50", stack.destroy)
    del calls["back to 50"]
    assert live(ecs) == []
    assert calls == {
        "first share of 50": 8,
        "nothing changed": 0,
        "one added, one removed": 5,
        "one removed": 3,
        "refresh": 1,
        "destroy of 50": 7,
    }


def test_a_preview_names_who_gains_and_who_loses_and_changes_nothing(ecs: Emulator, stack: Stack, sharing: Any) -> None:
    stack.up(sharing({"payments": PAYMENTS, "web": WEB}))
    stack.preview(sharing({"payments": PAYMENTS, "data": DATA}))
    assert f'- {WEB}: "web"' in stack.text
    assert f'+ {DATA}: "data"' in stack.text
    assert f'  {PAYMENTS}: "payments"' in stack.text
    assert live(ecs) == [PAYMENTS, WEB]


def test_after_up_the_preview_is_empty_and_makes_no_call(ecs: Emulator, stack: Stack, sharing: Any) -> None:
    stack.up(sharing({"payments": PAYMENTS}))
    ecs.calls.reset()
    assert stack.preview(sharing({"payments": PAYMENTS})).change_summary == {"same": 2}
    assert ecs.calls.count() == 0


def test_mistakes_are_shown_in_the_preview_all_at_once_and_without_a_traceback(
    ecs: Emulator, stack: Stack, sharing: Any
) -> None:
    program = sharing(["alice", OWNER, DATA, DATA], max_accounts=0)
    text = stack.fails(stack.preview, program)
    assert "Traceback" not in text
    for says in (
        "'alice' is not an account ID",
        f"account {DATA} is listed twice: list it once.",
        "max_accounts must be a whole number of accounts",
        f"{OWNER} owns image {ecs.golden_image_id}",
    ):
        assert text.count(says) >= 1, text
    assert "property accounts value" in text


def test_a_missing_value_is_a_sentence_of_the_preview(stack: Stack, sharing: Any) -> None:
    text = stack.fails(stack.preview, sharing([None], image_id=None))
    assert "image_id is missing" in text
    assert "Traceback" not in text


def test_missing_credentials_are_a_sentence_of_the_preview(
    ecs: Emulator, ecs_config: dict[str, str], tmp_path: Path, sharing: Any
) -> None:
    del ecs_config["alicloud:accessKey"], ecs_config["alicloud:secretKey"]
    stack = Stack(tmp_path, ecs_config)
    text = stack.fails(stack.preview, sharing([PAYMENTS]))
    assert "no credentials are found: set alicloud-image-share:accessKey" in text
    assert "Traceback" not in text


def test_drift_is_found_by_refresh_and_shown_by_the_next_preview(ecs: Emulator, stack: Stack, sharing: Any) -> None:
    program = sharing({"payments": PAYMENTS, "data": DATA})
    stack.up(program)
    ecs.console.share(REGION, ecs.golden_image_id, MANY[0])
    ecs.console.unshare(REGION, ecs.golden_image_id, DATA)
    stack.refresh()
    stack.preview(program)
    assert f'- {MANY[0]}: ""' in stack.text
    assert f"+ {DATA}" in stack.text
    assert "max_accounts" not in "".join(line for line in stack.text.splitlines() if line.strip()[:1] in "+-~")
    stack.up(program)
    assert live(ecs) == [PAYMENTS, DATA]
    assert stack.preview(program).change_summary == {"same": 2}


def test_nobody_is_unshared_whom_no_preview_showed(ecs: Emulator, stack: Stack, sharing: Any) -> None:
    stack.up(sharing([PAYMENTS, DATA]))
    ecs.console.share(REGION, ecs.golden_image_id, MANY[0])
    stack.up(sharing([PAYMENTS]))
    assert live(ecs) == [PAYMENTS, MANY[0]]
    assert f"is also shared with {MANY[0]}, which neither the program nor the state lists: left alone" in stack.text


def test_two_stacks_share_one_image_without_touching_each_other(
    ecs: Emulator, ecs_config: dict[str, str], tmp_path: Path, sharing: Any
) -> None:
    first, second = Stack(tmp_path / "1", ecs_config), Stack(tmp_path / "2", ecs_config)
    first.up(sharing([PAYMENTS], exclusive=False))
    second.up(sharing([DATA], exclusive=False))
    first.refresh()
    assert first.preview(sharing([PAYMENTS], exclusive=False)).change_summary == {"same": 2}
    assert live(ecs) == [PAYMENTS, DATA]
    first.destroy()
    assert live(ecs) == [DATA]


def test_an_exclusive_share_of_an_image_that_others_share_fails_in_the_preview(
    ecs: Emulator, stack: Stack, sharing: Any
) -> None:
    ecs.console.share(REGION, ecs.golden_image_id, MANY[0])
    text = stack.fails(stack.preview, sharing([PAYMENTS]))
    assert f"that the program does not list: {MANY[0]}" in text


def test_another_image_is_shared_first_and_the_old_one_unshared_after(
    ecs: Emulator, stack: Stack, sharing: Any
) -> None:
    stack.up(sharing([PAYMENTS, DATA]))
    newer = ecs.image("golden-next").id
    ecs.calls.reset()
    stack.preview(sharing([PAYMENTS, DATA], image_id=newer))
    assert "+-1 to replace" in stack.text
    stack.up(sharing([PAYMENTS, DATA], image_id=newer))
    assert live(ecs) == []
    assert live(ecs, newer) == [PAYMENTS, DATA]
    modified = [call.params["ImageId"] for call in ecs.calls.entries if call.action == "ModifyImageSharePermission"]
    assert modified == [newer, ecs.golden_image_id]


def test_an_image_that_the_program_makes_is_unknown_in_the_preview_and_checked_in_the_update(
    ecs: Emulator, stack: Stack, ecs_config: dict[str, str]
) -> None:
    def program() -> None:
        image = CopiedImage("copy", ecs.golden_image_id, ecs_config)
        share = ImageShare("golden", image_id=image.id, accounts=[PAYMENTS])
        pulumi.export("image", share.image_id)

    stack.preview(program)
    assert "+ 3 to create" in stack.text
    copy = stack.up(program).outputs["image"].value
    assert live(ecs, copy) == [PAYMENTS]
    assert ecs.calls.count("DescribeImages") == 1


def test_destroy_unshares_before_the_image_is_deleted(ecs: Emulator, stack: Stack, ecs_config: dict[str, str]) -> None:
    def program() -> None:
        image = CopiedImage("copy", ecs.golden_image_id, ecs_config)
        ImageShare("golden", image_id=image.id, accounts=[PAYMENTS])

    stack.up(program)
    ecs.calls.reset()
    stack.destroy()
    assert [call.action for call in ecs.calls.entries if not call.action.startswith("Describe")] == [
        "ModifyImageSharePermission",
        "DeleteImage",
    ]
    assert {call.code for call in ecs.calls.entries} <= {"", "OK"}


def test_an_account_that_the_program_computes_is_shared_with(ecs: Emulator, stack: Stack, sharing: Any) -> None:
    stack.up(sharing(lambda: {"payments": pulumi.Output.from_input(PAYMENTS), "data": DATA}))
    assert live(ecs) == [PAYMENTS, DATA]


def test_a_secret_account_stays_secret_in_the_state(ecs: Emulator, stack: Stack, sharing: Any) -> None:
    program = sharing(lambda: {"payments": pulumi.Output.secret(PAYMENTS)})
    stack.preview(program)
    assert "accounts           : [secret]" in stack.text
    stack.up(program)
    assert live(ecs) == [PAYMENTS]
    assert PAYMENTS not in stack.text
    assert PAYMENTS not in str(stack.resources["golden"])
    assert stack.preview(program).change_summary == {"same": 2}


def test_get_reads_who_has_access_without_managing_it(ecs: Emulator, stack: Stack) -> None:
    ecs.console.share(REGION, ecs.golden_image_id, PAYMENTS, DATA)

    def program() -> None:
        share = ImageShare.get("golden", f"{REGION}:{ecs.golden_image_id}")
        pulumi.export("accounts", share.account_ids)
        pulumi.export("region", share.region)

    outputs = stack.up(program).outputs
    assert (outputs["accounts"].value, outputs["region"].value) == ([PAYMENTS, DATA], REGION)
    stack.refresh()
    stack.destroy()
    assert live(ecs) == [PAYMENTS, DATA]


def test_a_create_that_fails_leaves_nothing_in_the_cloud_and_nothing_in_the_state(
    ecs: Emulator, stack: Stack, sharing: Any
) -> None:
    nobody = "9999999999999999"
    text = stack.fails(stack.up, sharing([*MANY[:12], nobody]))
    assert "Sharing with 13 accounts failed" in text
    assert f"The specified account {nobody}" in text
    assert live(ecs) == []
    assert "golden" not in stack.resources
    stack.up(sharing(MANY[:12]))
    assert live(ecs) == MANY[:12]


def test_an_update_that_fails_is_taken_back_and_the_next_one_converges(
    ecs: Emulator, stack: Stack, sharing: Any
) -> None:
    stack.up(sharing(MANY[:30]))
    ecs.faults.add(
        action="ModifyImageSharePermission", kind="error", code="Forbidden.RAM", message="no", status=403,
        after=1, times=1,
    )  # fmt: skip
    text = stack.fails(stack.up, sharing(MANY[8:45]))
    assert "The change was rolled back" in text
    assert live(ecs) == MANY[:30]
    stack.up(sharing(MANY[8:45]))
    assert live(ecs) == MANY[8:45]


def test_the_image_that_is_gone_takes_its_share_out_of_the_state(ecs: Emulator, stack: Stack, sharing: Any) -> None:
    stack.up(sharing([PAYMENTS]))
    ecs.console.delete_image(REGION, ecs.golden_image_id)
    stack.refresh()
    assert "golden" not in stack.resources


def test_protect_keeps_a_share_from_being_destroyed(ecs: Emulator, stack: Stack, sharing: Any) -> None:
    stack.up(sharing([PAYMENTS], opts=pulumi.ResourceOptions(protect=True)))
    assert "protected" in stack.fails(stack.destroy)
    assert live(ecs) == [PAYMENTS]


def test_no_credential_is_in_the_state(ecs: Emulator, stack: Stack, sharing: Any) -> None:
    stack.up(sharing([PAYMENTS]))
    stack.refresh()
    owner = ecs.account("owner")
    share = str(stack.resources["golden"])
    assert owner.access_key_id not in share
    assert owner.access_key_secret not in share
    assert owner.access_key_secret not in stack.text


def test_the_state_names_the_provider_by_reference(stack: Stack, sharing: Any) -> None:
    stack.up(sharing([PAYMENTS]))
    assert len(stack.resources["golden"]["inputs"]["__provider"]) < 200
