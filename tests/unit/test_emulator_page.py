"""What docs/emulator.md shows can be done."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from ecs_emulator import Emulator
from support.pages import blocks, page

PAGE = page("docs/emulator.md")


def test_its_program_runs(capsys: pytest.CaptureFixture[str]) -> None:
    [program] = blocks(PAGE, "python")
    exec(program, {})
    assert capsys.readouterr().out.startswith("127.0.0.1:")


@pytest.mark.parametrize("name", sorted(set(re.findall(r"ecs\.console\.(\w+)\(", PAGE))))
def test_the_console_can_do_it(name: str, ecs: Emulator) -> None:
    assert callable(getattr(ecs.console, name))


def test_each_option_of_the_command_is_one() -> None:
    command = [sys.executable, "-m", "ecs_emulator", "--help"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    options = set(re.findall(r"(?<!`)--(?!path|help)[a-z-]+", PAGE)) | {"--help"}
    assert {option for option in options if option not in printed} == set()
