"""The README says what this is, and what it says is what the code says."""

from __future__ import annotations

from pathlib import Path

import pytest

from pulumi_alicloud_image_share.kinds.contract import Property
from pulumi_alicloud_image_share.shares.kind import ShareKind
from pulumi_alicloud_image_share.shares.spec import ARGUMENTS, DEFAULT_MAX_ACCOUNTS, DEFAULT_MAX_UNSHARE_PERCENT
from support.pages import REPOSITORY, blocks, page, rows, run_against_mocks

README = page("README.md")
USE = README.partition("## Use it in your own stack")[2].partition("## What it promises")[0]
FIRST_COLUMN = [row[0] for row in rows(USE)]
A_SCREEN = 45


def test_the_first_screen_has_what_it_is_a_preview_and_the_two_commands() -> None:
    screen = README.splitlines()[:A_SCREEN]
    assert screen[2].startswith("Share Alibaba Cloud ECS custom images across accounts")
    shown = [line for line in screen if line.startswith(("$ pulumi preview", "$ make demo", "$ make test"))]
    assert [line.split()[2] for line in shown] == ["preview", "demo", "test"]


def test_it_is_short() -> None:
    assert len(README.splitlines()) <= 150


def test_its_program_runs(tmp_path: Path) -> None:
    [program] = blocks(README, "python")
    [share] = run_against_mocks(program, tmp_path)
    assert share["inputs"]["image_id"] == "m-bp1golden00000000001"
    assert share["type"] == ShareKind.dynamic_type


@pytest.mark.parametrize("argument", ARGUMENTS)
def test_each_argument_stands_in_it(argument: str) -> None:
    assert f"`{argument}`" in FIRST_COLUMN


@pytest.mark.parametrize("output", [found for found in ShareKind.properties if found.is_output], ids=lambda it: it.name)
def test_each_output_stands_in_it(output: Property) -> None:
    assert any(f"`{output.name}`" in cell for cell in FIRST_COLUMN)


def test_the_defaults_are_those_of_the_code() -> None:
    defaults = {row[0].strip("`"): row[-1].strip("`") for row in rows(USE)}
    assert defaults["max_accounts"] == str(DEFAULT_MAX_ACCOUNTS)
    assert defaults["max_unshare_percent"] == str(DEFAULT_MAX_UNSHARE_PERCENT)


def test_it_names_every_page() -> None:
    pages = {f"docs/{file.name}" for file in (REPOSITORY / "docs").glob("*.md")}
    assert {name for name in pages if f"[{name}]({name})" not in README} == set()
