"""What docs/emulator.md shows can be done."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import pytest

from ecs_emulator import Emulator
from ecs_emulator.__main__ import CA_VARIABLES
from ecs_emulator.stack_settings import ACCOUNT_TYPE, stack_settings
from support.pages import blocks, page, rows

PAGE = page("docs/emulator.md")


def test_its_programs_run(
    capsys: pytest.CaptureFixture[str], ecs_emulator: Emulator, ecs_emulator_config: dict[str, str]
) -> None:
    [test, program] = blocks(PAGE, "python")
    defined: dict[str, Any] = {}
    exec(test, defined)
    defined["test_my_stack"](ecs_emulator, ecs_emulator_config)
    exec(program, {})
    assert capsys.readouterr().out.startswith("127.0.0.1:")


def test_it_names_what_the_command_prints_for_clients_to_trust_it() -> None:
    assert {row[0].strip("`") for row in rows(PAGE)} == set(CA_VARIABLES)


def test_it_says_what_keeps_pulumi_alicloud_from_asking_far_away() -> None:
    [setting] = [name for name in stack_settings("127.0.0.1:1", "HTTP") if "accountType" in name]
    for said in (setting, "QueryAvailableInstances", "business.aliyuncs.com", "2017-12-14", "Domestic", ACCOUNT_TYPE):
        assert said in PAGE


@pytest.mark.parametrize("option", ["--insecure", "--skip-secure-verify", "--sts-endpoint", "--pager NextToken="])
def test_it_says_what_the_aliyun_cli_is_told(option: str) -> None:
    assert any(option in command for command in re.findall(r"`(aliyun .*?)`", PAGE))


def test_it_says_what_packer_needs() -> None:
    assert "NicType=internet" in PAGE
    assert "Packer's builder needs an existing security group" in PAGE


@pytest.mark.parametrize("name", sorted(set(re.findall(r"ecs\.console\.(\w+)\(", PAGE))))
def test_the_console_can_do_it(name: str, ecs: Emulator) -> None:
    assert callable(getattr(ecs.console, name))


def test_each_option_of_the_command_is_one() -> None:
    command = [sys.executable, "-m", "ecs_emulator", "--help"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    options = set(re.findall(r"(?:ecs_emulator.*|`)(--[a-z-]+)", PAGE)) | {"--help"}
    assert {option for option in options if option not in printed} == set()
