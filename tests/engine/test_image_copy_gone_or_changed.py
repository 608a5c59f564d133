"""A copy that was changed, deleted or shared elsewhere: what refresh and destroy on the real engine make of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ecs_emulator import Emulator
from support.engine import Stack
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
