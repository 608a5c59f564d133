"""A secret account ID stands in clear in no state, preview, diff or event log; nor does a key of the account."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pytest

from ecs_emulator import Emulator
from support.engine import Program, Stack
from support.plugin_resources import ImageShare, Provider

Programs = Callable[..., Program]
PAYMENTS, SECRET, OTHER = "1000000000000002", "1000000000000003", "1000000000000004"


def all_written(folder: Path) -> str:
    return "\n".join(file.read_text(errors="replace") for file in folder.rglob("*") if file.is_file())


@pytest.mark.parametrize("is_list", [True, False], ids=["list", "map"])
def test_a_secret_account_is_shown_nowhere(
    ecs: Emulator, stack: Stack, sharing: Programs, tmp_path: Path, is_list: bool
) -> None:
    def program(*ids: str) -> Program:
        def run() -> None:
            hidden = [pulumi.Output.secret(account) if account != PAYMENTS else account for account in ids]
            given: Any = (
                {"account_ids": hidden} if is_list else {"accounts": {f"n{i}": a for i, a in enumerate(hidden)}}
            )
            ImageShare("golden", image_id=ecs.golden_image_id, **given)

        return run

    shown = []
    for command in (stack.preview, stack.up):
        command(program(PAYMENTS, SECRET))
        shown.append(stack.text)
    for command in (stack.preview, stack.up):
        command(program(PAYMENTS, OTHER))
        shown.append(stack.text)
    assert "1 account of image" in shown[2]
    assert "Which ones is secret." in shown[2]
    stack.refresh()
    shown.append(stack.text)
    for account in (SECRET, OTHER):
        assert account not in "\n".join(shown)
        assert account not in all_written(tmp_path)
    assert sorted(ecs.console.shared_accounts("cn-hangzhou", ecs.golden_image_id)) == [PAYMENTS, OTHER]


@pytest.mark.parametrize("is_list", [True, False], ids=["list", "map"])
def test_additional_secret_outputs_leave_the_count_of_who_gains_and_loses(
    ecs: Emulator, stack: Stack, sharing: Programs, is_list: bool
) -> None:
    def program(*ids: str) -> Program:
        given: Any = {"account_ids": list(ids)} if is_list else {"accounts": {f"n{i}": a for i, a in enumerate(ids)}}
        return sharing(pulumi.ResourceOptions(additional_secret_outputs=["accounts"]), **given)

    stack.up(program(PAYMENTS, SECRET))
    said = f"1 account of image {ecs.golden_image_id} gains access, and 1 account loses it. Which ones is secret."
    urn = stack.resources["golden"]["urn"]
    result = stack.preview(program(PAYMENTS, OTHER))
    assert result.messages(urn) == [said]
    assert SECRET not in stack.text
    stack.refresh()
    assert stack.preview(program(PAYMENTS, OTHER)).messages(urn) == [said]
    stack.up(program(PAYMENTS, OTHER))
    assert stack.preview(program(PAYMENTS, OTHER)).messages(urn) == []


def test_the_keys_of_an_account_are_encrypted_in_the_state(
    ecs: Emulator, stack: Stack, ecs_config: dict[str, str]
) -> None:
    def program() -> None:
        settings = {key.partition(":")[2]: value for key, value in ecs_config.items()}
        explicit = Provider("owner", **settings)
        ImageShare(
            "explicit", pulumi.ResourceOptions(provider=explicit), image_id=ecs.golden_image_id, account_ids=[OTHER]
        )

    stack.up(program)
    owner, kept = ecs.account("owner"), json.dumps(stack.resources)
    assert owner.access_key_secret not in kept
    assert owner.access_key_id not in kept
