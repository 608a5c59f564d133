"""The README says what this is, and what it says is what the code says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pulumi_alicloud_image_share.record import NO_DEFAULT, Property
from pulumi_alicloud_image_share.share.record import ShareRecord
from pulumi_alicloud_image_share.share.resource import ShareResource
from support.pages import REPOSITORY, blocks, page, rows, run_against_mocks

README = page("README.md")
USE = README.partition("## Use it in your own stack")[2].partition("## What it promises")[0]
ARGUMENTS, OUTPUTS = (rows(table) for table in re.findall(r"(?:^\|.*\n)+", USE, re.MULTILINE)[:2])
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
    assert share["type"] == ShareResource.dynamic_type


def test_the_table_of_arguments_has_each_input_of_the_record() -> None:
    assert sorted(row[0] for row in ARGUMENTS) == sorted(f"`{item.name}`" for item in ShareRecord.inputs())


def test_the_table_of_outputs_has_each_output_of_the_record() -> None:
    named = re.findall(r"`(\w+)`", " ".join(row[0] for row in OUTPUTS))
    assert sorted(named) == sorted(["id", *(item.name for item in ShareRecord.table() if item.is_output)])


@pytest.mark.parametrize("argument", ShareRecord.inputs(), ids=lambda argument: argument.name)
def test_the_defaults_are_those_of_the_record(argument: Property) -> None:
    [default] = [row[-1] for row in ARGUMENTS if row[0] == f"`{argument.name}`"]
    assert (default == "required") is argument.is_required
    if not (argument.is_required or argument.is_optional or argument.default is NO_DEFAULT):
        assert default == f"`{argument.default}`"


def test_it_names_every_page() -> None:
    pages = {f"docs/{file.name}" for file in (REPOSITORY / "docs").glob("*.md")}
    assert {name for name in pages if f"[{name}]({name})" not in README} == set()
