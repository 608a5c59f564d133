"""What a preview of the plugin tells, and that the update does just that."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pytest

from ecs_emulator import Emulator
from support.engine import Program, Stack
from support.plugin_resources import ImageCopy, ImageShare

Programs = Callable[..., Program]
PAYMENTS, DATA, WEB = "1000000000000002", "1000000000000003", "1000000000000004"
REGION = "cn-hangzhou"
NAMED = {"payments": PAYMENTS, "data": DATA}


def live(ecs: Emulator) -> list[str]:
    return sorted(ecs.console.shared_accounts(REGION, ecs.golden_image_id))


def test_a_preview_names_each_account_that_gains_or_loses_access(stack: Stack, sharing: Programs) -> None:
    stack.up(sharing(accounts=NAMED))
    stack.preview(sharing(accounts={"pay": PAYMENTS, "web": WEB}))
    for line in (f'~ {PAYMENTS}: "payments" => "pay"', f'- {DATA}: "data"', f'+ {WEB}: "web"'):
        assert line in stack.text


def test_an_account_that_only_gets_a_name_is_not_shown_as_gaining_access(
    ecs: Emulator, stack: Stack, sharing: Programs
) -> None:
    stack.up(sharing(account_ids=[PAYMENTS, DATA]))
    stack.preview(sharing(accounts={"payments": PAYMENTS, "data": DATA, "web": WEB}))
    assert f"+ {WEB}" in stack.text
    assert f"+ {PAYMENTS}" not in stack.text
    assert f"only the names of accounts change, not who has access: {PAYMENTS}, {DATA}." in stack.text
    ecs.calls.reset()
    assert stack.up(sharing(accounts=NAMED)).change_summary == {"same": 1, "update": 1}
    assert ecs.calls.count() == 0
    assert stack.resources["golden"]["outputs"]["accounts"] == {PAYMENTS: "payments", DATA: "data"}


def test_an_unchanged_program_makes_no_call(ecs: Emulator, stack: Stack, sharing: Programs) -> None:
    stack.up(sharing(accounts=NAMED))
    ecs.calls.reset()
    assert stack.up(sharing(accounts=NAMED)).change_summary == {"same": 2}
    assert stack.up(sharing(account_ids=[PAYMENTS, DATA])).change_summary == {"same": 1, "update": 1}
    assert ecs.calls.count() == 0


def test_a_first_share_of_fifty_accounts_makes_eight_calls(ecs: Emulator, stack: Stack, sharing: Programs) -> None:
    fifty = [str(2000000000000001 + n) for n in range(50)]
    stack.up(sharing(account_ids=fifty))
    assert ecs.calls.by_action() == {
        "DescribeImages": 1,
        "DescribeImageSharePermission": 2,
        "ModifyImageSharePermission": 5,
    }


def test_two_images_that_are_not_there_are_both_reported(stack: Stack) -> None:
    def program() -> None:
        for name in ("first", "second"):
            ImageShare(name, image_id=f"m-bp1nosuch{name}0001", account_ids=[PAYMENTS])

    text = stack.fails(stack.preview, program)
    for name in ("first", "second"):
        assert f"ImageShare '{name}' can't be had as asked. Nothing was changed." in text
        assert f"image m-bp1nosuch{name}0001 does not exist in region cn-hangzhou" in text


def test_what_a_copy_keeps_stays_known_in_a_preview(ecs: Emulator, stack: Stack) -> None:
    ecs.console.set_copy_seconds(0)

    def program(**inputs: Any) -> Program:
        def run() -> None:
            copy = ImageCopy("golden", source_image_id=ecs.golden_image_id, region="cn-beijing", **inputs)
            ImageShare("beijing", image_id=copy.image_id, region="cn-beijing", account_ids=[PAYMENTS])

        return run

    stack.up(program())
    assert stack.preview(program(tags={"team": "platform"})).change_summary == {"same": 2, "update": 1}
    assert stack.up(program(tags={"team": "platform"})).change_summary == {"same": 2, "update": 1}


def test_a_copys_default_name_is_the_one_that_each_preview_showed(
    stack: Stack, ecs: Emulator, copying: Programs
) -> None:
    ecs.console.set_copy_seconds(0)

    def program() -> None:
        pulumi.export("name", ImageCopy("golden", source_image_id=ecs.golden_image_id, region="cn-beijing").name)

    shown = set()
    for _ in range(2):
        stack.preview(program)
        [line] = [line for line in stack.text.splitlines() if line.strip().startswith("name:")]
        shown.add(line.partition('"')[2].rstrip('"'))
    assert shown == {stack.up(program).outputs["name"].value}


def test_a_saved_plan_is_carried_out(ecs: Emulator, stack: Stack, sharing: Programs, tmp_path: Path) -> None:
    plan = str(tmp_path / "plan.json")
    stack.preview(sharing(accounts=NAMED), plan=plan)
    stack.up(sharing(accounts=NAMED), plan=plan)
    assert live(ecs) == [PAYMENTS, DATA]


def test_more_than_a_saved_plan_says_is_refused(ecs: Emulator, stack: Stack, sharing: Programs, tmp_path: Path) -> None:
    plan = str(tmp_path / "plan.json")
    stack.preview(sharing(accounts=NAMED), plan=plan)
    assert "violates plan" in stack.fails(stack.up, sharing(accounts={**NAMED, "web": WEB}), plan=plan)
    assert live(ecs) == []


@pytest.mark.parametrize("given", [{"accounts": {"pay": PAYMENTS, "web": WEB}}, {"account_ids": [PAYMENTS, WEB]}])
def test_ignored_changes_of_accounts_stay_out_however_they_are_listed(
    ecs: Emulator, stack: Stack, sharing: Programs, given: dict[str, Any]
) -> None:
    stack.up(sharing(accounts=NAMED))
    for path in ("accounts", "*"):
        ignoring = pulumi.ResourceOptions(ignore_changes=[path])
        assert stack.up(sharing(ignoring, **given)).change_summary == {"same": 2}
    assert live(ecs) == [PAYMENTS, DATA]


@pytest.mark.parametrize("given", [{"accounts": {"web": WEB}}, {"accounts": {WEB: "web", DATA: "data"}}])
def test_ignored_changes_of_one_account_keep_its_access(
    ecs: Emulator, stack: Stack, sharing: Programs, given: dict[str, Any]
) -> None:
    stack.up(sharing(accounts=NAMED))
    stack.up(sharing(pulumi.ResourceOptions(ignore_changes=[f'accounts["{PAYMENTS}"]']), **given))
    assert PAYMENTS in live(ecs)
    assert WEB in live(ecs)


@pytest.mark.parametrize(
    ("given", "account"), [({"account_ids": [DATA]}, PAYMENTS), ({"accounts": {**NAMED, "web": WEB}}, WEB)]
)
def test_changes_of_one_account_that_the_engine_cannot_ignore_are_refused(
    ecs: Emulator, stack: Stack, sharing: Programs, given: dict[str, Any], account: str
) -> None:
    stack.up(sharing(accounts=NAMED))
    ignoring = sharing(pulumi.ResourceOptions(ignore_changes=[f'accounts["{account}"]']), **given)
    text = stack.fails(stack.up, ignoring)
    assert "the option ignoreChanges cannot be applied. Nothing was changed." in text
    assert f"the engine cannot leave out the change of account {account}" in text
    assert live(ecs) == [PAYMENTS, DATA]


def test_an_account_that_is_ignored_by_its_name_is_refused_before_it_loses_access(
    ecs: Emulator, stack: Stack, sharing: Programs
) -> None:
    by_name = pulumi.ResourceOptions(ignore_changes=['accounts["data"]'])
    stack.up(sharing(by_name, accounts=NAMED))
    for program in (sharing(by_name, accounts=NAMED), sharing(by_name, accounts={**NAMED, "web": WEB})):
        for run in (stack.preview, stack.up):
            text = stack.fails(run, program)
            assert f"Write 'accounts[\"{DATA}\"]' for one account, or 'accounts' for all." in text
    stack.refresh()
    assert live(ecs) == [PAYMENTS, DATA]
    by_id = pulumi.ResourceOptions(ignore_changes=[f'accounts["{DATA}"]'])
    stack.up(sharing(by_id, accounts={**NAMED, "web": WEB}))
    assert live(ecs) == [PAYMENTS, DATA, WEB]


def test_a_refresh_shows_drift_of_accounts_whose_changes_are_ignored(
    ecs: Emulator, stack: Stack, sharing: Programs
) -> None:
    stack.up(sharing(pulumi.ResourceOptions(ignore_changes=["accounts"]), accounts=NAMED))
    ecs.console.unshare(REGION, ecs.golden_image_id, DATA)
    assert stack.refresh().summary.resource_changes == {"same": 1, "update": 1}


def test_both_lists_of_accounts_at_once_are_refused(stack: Stack, sharing: Programs) -> None:
    text = stack.fails(stack.preview, sharing(accounts=NAMED, account_ids=[WEB]))
    assert "both accounts and accountIds are given: give one of them" in text


def test_what_replaces_is_replaced_and_the_new_share_comes_first(
    ecs: Emulator, stack: Stack, sharing: Programs
) -> None:
    stack.up(sharing(accounts=NAMED))
    other = sharing(image_id=ecs.image("golden-next").id, accounts=NAMED)
    assert stack.preview(other).change_summary == {"replace": 1, "same": 1}
    stack.up(other)
    assert live(ecs) == []
    assert sorted(ecs.console.shared_accounts(REGION, ecs.image("golden-next").id)) == [PAYMENTS, DATA]


def test_a_change_that_is_to_replace_does(ecs: Emulator, stack: Stack, sharing: Programs) -> None:
    stack.up(sharing(accounts=NAMED))
    replacing = pulumi.ResourceOptions(replace_on_changes=["accounts"])
    more = sharing(replacing, accounts={**NAMED, "web": WEB})
    assert stack.preview(more).change_summary == {"replace": 1, "same": 1}
    stack.up(more)
    assert live(ecs) == [PAYMENTS, DATA, WEB]


def test_a_share_that_is_retained_keeps_everybody_access(ecs: Emulator, stack: Stack, sharing: Programs) -> None:
    stack.up(sharing(pulumi.ResourceOptions(retain_on_delete=True), accounts=NAMED))
    stack.up(lambda: None)
    assert live(ecs) == [PAYMENTS, DATA]


def test_a_copy_that_its_share_was_deleted_with_is_destroyed_once_the_share_is_there_again(
    ecs: Emulator, stack: Stack
) -> None:
    ecs.console.set_copy_seconds(0)

    with_copy = True

    def program() -> None:
        copy = ImageCopy("golden", source_image_id=ecs.golden_image_id, region="cn-beijing")
        opts = pulumi.ResourceOptions(deleted_with=copy) if with_copy else None
        ImageShare("golden", opts, image_id=copy.image_id, region="cn-beijing", account_ids=[PAYMENTS])

    stack.up(program)
    ecs.calls.reset()
    # The share has left the state and the image is still shared, so the copy stays: no preview showed who loses access.
    assert "is shared with" in stack.fails(stack.destroy)
    assert ecs.calls.count("ModifyImageSharePermission") == 0
    # As the page of limits says.
    with_copy = False
    stack.up(program)
    stack.destroy()
    assert ecs.calls.count("DeleteImage") == 1


def test_a_custom_timeout_ends_a_copy(ecs: Emulator, stack: Stack, copying: Programs) -> None:
    ecs.console.set_copy_seconds(3600)
    soon = pulumi.ResourceOptions(custom_timeouts=pulumi.CustomTimeouts(create="1s"))
    assert "is not complete after 1 s (customTimeouts, create)" in stack.fails(stack.up, copying(soon))


@pytest.mark.parametrize("ignores", [False, True])
def test_another_image_shows_the_image_alone(ecs: Emulator, stack: Stack, sharing: Programs, ignores: bool) -> None:
    options = pulumi.ResourceOptions(ignore_changes=[f'accounts["{DATA}"]'] if ignores else [])
    by_id = {PAYMENTS: "payments", DATA: "data"}
    stack.up(sharing(accounts=by_id))
    new = ecs.image("golden-next").id
    then = sharing(options, accounts=by_id, image_id=new)
    assert stack.preview(then).change_summary == {"replace": 1, "same": 1}
    assert f'~ imageId: "{ecs.golden_image_id}" => "{new}"' in " ".join(stack.text.split())
    for account in by_id:
        assert f"~ {account}" not in stack.text
        assert f"- {account}" not in stack.text
    stack.up(then)
    assert live(ecs) == []
    assert ecs.console.shared_accounts(REGION, new) == [PAYMENTS, DATA]
    assert stack.preview(then).change_summary == {"same": 2}


@pytest.mark.parametrize("path", ["accounts", f'accounts["{DATA}"]'])
def test_an_ignored_account_that_is_dropped_with_a_new_image_is_refused(
    ecs: Emulator, stack: Stack, sharing: Programs, path: str
) -> None:
    def ignoring(**inputs: Any) -> Program:
        return sharing(pulumi.ResourceOptions(ignore_changes=[path]), **inputs)

    newest, kept = ecs.image("golden-next").id, {"payments": PAYMENTS}
    stack.up(sharing(accounts=NAMED))
    assert stack.preview(ignoring(accounts=kept)).change_summary == {"same": 2}
    for run in (stack.preview, stack.up):
        said = " ".join(stack.fails(run, ignoring(accounts=kept, image_id=newest)).split())
        assert f"is replaced: data ({DATA}) would lose access, which the program does not list" in said
    assert ecs.console.shared_accounts(REGION, ecs.golden_image_id) == [PAYMENTS, DATA]
    stack.up(ignoring(accounts=NAMED, image_id=newest))
    assert ecs.console.shared_accounts(REGION, newest) == [PAYMENTS, DATA]
