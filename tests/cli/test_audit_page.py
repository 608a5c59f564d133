"""What docs/audit.md shows can be done, and what it says is so."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share.audit.model import NOTES, Kind
from pulumi_alicloud_image_share.cli import exits
from pulumi_alicloud_image_share.cli.ram_policy import ram_policy
from support.exported_states import exported, share
from support.golden_image import share as share_golden
from support.image_share import image_share
from support.pages import blocks, page, rows

PAGE = page("docs/audit.md")
PAYMENTS, DATA = "1000000000000002", "1000000000000003"
RESOURCES = {kind.value for kind in Kind}


def commands() -> list[str]:
    """The commands of the page."""
    lines = [line.removeprefix("$ ") for block in blocks(PAGE, "console") for line in block.splitlines()]
    return [line for line in lines if line.startswith("image-share ")]


@pytest.mark.parametrize("command", commands())
def test_each_command_runs(ecs: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.chdir(tmp_path)
    share_golden(ecs, PAYMENTS, DATA)
    Path("accounts.yaml").write_text(blocks(PAGE, "yaml")[0])
    Path("prod.json").write_text(exported(share(ecs.golden_image_id, PAYMENTS, DATA)))
    answer = image_share(ecs, *shlex.split(command)[1:])
    assert answer.code in (exits.CLEAN, exits.FOUND)
    assert "error" not in answer.err


def test_the_policy_is_the_one_that_is_printed() -> None:
    [policy] = blocks(PAGE, "json")
    assert json.loads(policy) == json.loads(ram_policy())


def test_it_lists_every_finding_and_which_are_notes() -> None:
    found = {row[0].strip("`"): row[-1].endswith("a note") for row in rows(PAGE) if row[0].strip("`") in RESOURCES}
    assert found == {kind.value: kind in NOTES for kind in Kind}


def test_it_lists_every_exit_code() -> None:
    codes = {int(row[0]) for row in rows(PAGE) if row[0].isdecimal()}
    assert codes == {exits.CLEAN, exits.FOUND, exits.COULD_NOT_LOOK, exits.CANCELLED}


def test_each_option_that_it_names_is_one() -> None:
    printed = "".join(
        image_share(None, *command, "--help", COLUMNS="200").out for command in ((), ("audit",), ("diff",))
    )
    options = set(re.findall(r"(--[a-z][a-z-]+)", PAGE)) - {"--file", "--yes", "--generate-code", "--expect-no-changes"}
    assert {option for option in options if option not in printed} == set()


def test_it_names_every_key_of_the_json(ecs: Emulator) -> None:
    share_golden(ecs, PAYMENTS)
    state = exported(share(ecs.golden_image_id, PAYMENTS))
    data = image_share(ecs, "audit", "--format", "json", "--state", "-", typed=state).data
    [golden] = [image for image in data["images"] if image["accounts"]]
    found = [data, data["summary"], data["findings"][0], golden, golden["accounts"][0], golden["managers"][0]]
    for keys in found:
        assert [key for key in keys if f"`{key}`" not in PAGE] == []
