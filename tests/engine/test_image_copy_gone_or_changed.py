"""A copy that was changed, deleted or shared elsewhere: what refresh and destroy on the real engine make of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ecs_emulator import Emulator
from support import both_frontends
from support.engine import Program, Stack
from support.golden_copies import copies

PAYMENTS = "1000000000000002"
REGION = "cn-beijing"


def test_drift_is_found_by_refresh_and_shown_by_the_next_preview(ecs: Emulator, stack: Stack, copying: Any) -> None:
    program = copying(name="golden-beijing", tags={"team": "platform"})
    stack.up(program)
    [copy] = copies(ecs)
    copy.name, copy.tags = "renamed", {"team": "somebody", "more": "1", "acs:rm:rgId": "rg-1"}
    stack.refresh()
    stack.preview(program)
    assert '~ name           : "renamed" => "golden-beijing"' in stack.text
    assert '- more: "1"' in stack.text
    assert '~ team: "somebody" => "platform"' in stack.text
    assert "acs:" not in stack.text
    stack.up(program)
    assert (copy.name, copy.tags) == ("golden-beijing", {"team": "platform", "acs:rm:rgId": "rg-1"})


def test_a_copy_that_is_gone_leaves_the_state_and_is_made_anew(ecs: Emulator, stack: Stack, copying: Any) -> None:
    stack.up(copying())
    ecs.console.delete_image(REGION, copies(ecs)[0].id)
    stack.refresh()
    assert "golden" not in stack.resources
    assert "the copy is taken out of the state" in stack.text
    stack.up(copying())
    assert len(copies(ecs)) == 1


@pytest.mark.both_frontends
@pytest.mark.parametrize("edited", ["renamed", "retagged"])
def test_an_update_of_a_copy_that_was_edited_in_the_console_ends_as_its_preview_said(
    ecs: Emulator, stack: Stack, edited: str
) -> None:
    def program(team: str) -> Program:
        def copying() -> None:
            tags = {"team": team, "cost": "7"}
            both_frontends.ImageCopy(
                "golden", source_image_id=ecs.golden_image_id, region=REGION, name="golden-beijing", tags=tags
            )

        return copying

    stack.up(program("platform"))
    [copy] = copies(ecs)
    if edited == "renamed":
        copy.name = "renamed"
    else:
        copy.tags = {**copy.tags, "cost": "8", "added": "1"}
    stack.preview(program("images"))
    assert '~ team: "platform" => "images"' in stack.text
    assert "~ cost" not in stack.text
    stack.up(program("images"))
    assert "was changed outside this stack: it is set back" in stack.text
    assert (copy.name, copy.tags["team"], copy.tags["cost"]) == ("golden-beijing", "images", "7")
    assert stack.preview(program("images")).change_summary.keys() == {"same"}


@pytest.mark.both_frontends
def test_the_preview_of_a_change_says_that_the_copy_is_gone(ecs: Emulator, stack: Stack) -> None:
    def program(team: str) -> Program:
        def copying() -> None:
            both_frontends.ImageCopy("golden", source_image_id=ecs.golden_image_id, region=REGION, tags={"team": team})

        return copying

    stack.up(program("platform"))
    [copy] = copies(ecs)
    ecs.console.delete_image(REGION, copy.id)
    text = stack.fails(stack.preview, program("images"))
    assert f"image {copy.id} does not exist in region {REGION} any more, so it can't be changed" in text
    assert "run `pulumi refresh`, and the next `pulumi up` copies again" in text
    stack.refresh()
    stack.up(program("images"))
    assert [copy.tags["team"] for copy in copies(ecs)] == ["images"]


def test_destroy_is_refused_while_anybody_has_access(ecs: Emulator, stack: Stack, copying: Any) -> None:
    stack.up(copying())
    [copy] = copies(ecs)
    ecs.console.share(REGION, copy.id, PAYMENTS)
    text = stack.fails(stack.destroy)
    assert f"image {copy.id} in {REGION} can't be deleted. Nothing was changed." in text
    assert f"it is shared with 1 account: {PAYMENTS}. Unshare it first" in text
    assert ecs.console.shared_accounts(REGION, copy.id) == [PAYMENTS]
    ecs.console.unshare(REGION, copy.id, PAYMENTS)
    stack.destroy()
    assert copies(ecs) == []


def test_keys_of_another_account_forget_and_delete_nothing(
    ecs: Emulator, stack: Stack, ecs_config: dict[str, str], tmp_path: Path, copying: Any
) -> None:
    stack.up(copying())
    payments = ecs.account("payments")
    keys = {"alicloud:accessKey": payments.access_key_id, "alicloud:secretKey": payments.access_key_secret}
    strangers = Stack(tmp_path, {**ecs_config, **keys})
    owner = ecs.account("owner").id
    # Without the program, the engine calls with the configuration that the state has.
    for command in (strangers.refresh, strangers.destroy):
        text = strangers.fails(command, copying(), run_program=True)
        assert f"belongs to account {owner}, and these are credentials of account {payments.id}" in text
        assert "golden" in strangers.resources
    assert len(copies(ecs)) == 1
