"""Every program of examples/ does what it says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ecs_emulator import Emulator
from support.command_line import REPOSITORY, CommandLine

PAYMENTS, DATA, WEB = "1000000000000002", "1000000000000003", "1000000000000004"
REGION = "cn-hangzhou"


def live(ecs: Emulator) -> list[str]:
    return ecs.console.shared_accounts(REGION, ecs.golden_image_id)


def test_the_repositorys_own_program_shares_what_its_configuration_says(
    ecs: Emulator, ecs_config: dict[str, str], tmp_path: Path
) -> None:
    project = CommandLine(REPOSITORY, tmp_path, ecs_config)
    project.init("dev", **{"imageId": ecs.golden_image_id, "accounts.payments": PAYMENTS, "accounts.data": DATA})
    project.run("dev", "up", "--yes")
    assert live(ecs) == [PAYMENTS, DATA]
    assert project.outputs("dev")["accounts"] == [PAYMENTS, DATA]
    assert set(project.outputs("dev")["sharedAt"]) == {PAYMENTS, DATA}


def test_a_list_of_accounts_is_shared_with_and_protected(
    ecs: Emulator, ecs_config: dict[str, str], tmp_path: Path
) -> None:
    project = CommandLine(REPOSITORY / "examples" / "list_of_accounts", tmp_path, ecs_config)
    project.init("dev", imageId=ecs.golden_image_id)
    project.run("dev", "up", "--yes")
    assert live(ecs) == [PAYMENTS, DATA]
    with pytest.raises(AssertionError, match="protected"):
        project.run("dev", "destroy", "--yes")


def test_named_accounts_are_shown_by_name(ecs: Emulator, ecs_config: dict[str, str], tmp_path: Path) -> None:
    project = CommandLine(REPOSITORY / "examples" / "named_accounts", tmp_path, ecs_config)
    project.init("dev", imageId=ecs.golden_image_id)
    assert f'{WEB}: "web"' in project.run("dev", "preview", "--diff")
    project.run("dev", "up", "--yes")
    assert project.outputs("dev")["accounts"] == {PAYMENTS: "payments", DATA: "data", WEB: "web"}


def test_two_stacks_share_one_image(ecs: Emulator, ecs_config: dict[str, str], tmp_path: Path) -> None:
    project = CommandLine(REPOSITORY / "examples" / "two_stacks", tmp_path, ecs_config)
    for stack, account in {"payments": PAYMENTS, "data": DATA}.items():
        project.init(stack, **{"imageId": ecs.golden_image_id, "accounts[0]": account})
        project.run(stack, "up", "--yes")
    assert live(ecs) == [PAYMENTS, DATA]
    project.run("payments", "destroy", "--yes")
    assert live(ecs) == [DATA]


def test_the_consumers_instance_runs_from_the_shared_image_with_the_consumers_credentials() -> None:
    config = {
        "shop:imageId": "m-bp1golden00000000001",
        "consumer:accountId": PAYMENTS,
        "consumer:accessKey": "LTAIconsumer",
        "consumer:secretKey": "secret",
        "consumer:vswitchId": "vsw-1",
        "consumer:securityGroupId": "sg-1",
    }
    program = REPOSITORY / "examples" / "consumer_instance" / "__main__.py"
    command = [sys.executable, "-m", "support.mocked_program", str(program), json.dumps(config)]
    done = subprocess.run(command, cwd=REPOSITORY / "tests", capture_output=True, text=True, check=True)
    share, provider, instance = json.loads(done.stdout)
    assert share["inputs"] == {"image_id": "m-bp1golden00000000001", "accounts": {"payments": PAYMENTS}}
    assert provider["type"] == "pulumi:providers:alicloud"
    assert instance["type"] == "alicloud:ecs/instance:Instance"
    assert instance["inputs"]["imageId"] == "m-bp1golden00000000001"
    assert "::payments::" in instance["provider"]
