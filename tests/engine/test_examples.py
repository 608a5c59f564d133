"""Every program of examples/ does what it says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ecs_emulator import Emulator
from support.command_line import REPOSITORY, CommandLine
from support.engine import PLUGINS
from support.pages import blocks, page

PAYMENTS, DATA, WEB = "1000000000000002", "1000000000000003", "1000000000000004"
REGION = "cn-hangzhou"


def live(ecs: Emulator) -> list[str]:
    return ecs.console.shared_accounts(REGION, ecs.golden_image_id)


def test_the_repositorys_own_program_shares_what_its_configuration_says(
    ecs: Emulator, ecs_config: dict[str, str], tmp_path: Path
) -> None:
    project = CommandLine(REPOSITORY, tmp_path, ecs_config)
    project.init("dev", **{"imageId": ecs.golden_image_id, "accounts.payments": PAYMENTS, "accounts.data": DATA})
    project.run("dev", "up", "--yes", "--skip-preview")
    assert live(ecs) == [PAYMENTS, DATA]
    assert project.outputs("dev")["accounts"] == [PAYMENTS, DATA]
    assert set(project.outputs("dev")["sharedAt"]) == {PAYMENTS, DATA}


def test_the_role_that_the_configuration_names_is_assumed(
    ecs: Emulator, ecs_config: dict[str, str], tmp_path: Path
) -> None:
    user = ecs.account("data").ram_user("pipeline")
    del ecs_config["alicloud:endpoints"]
    config = {
        **ecs_config,
        "alicloud:accessKey": user.access_key_id,
        "alicloud:secretKey": user.access_key_secret,
        "alicloud:endpoints[0].ecs": ecs.endpoint,
        "alicloud:endpoints[0].sts": ecs.endpoint,
        "alicloud:assumeRole.roleArn": ecs.account("owner").role_arn("image-sharer"),
        "alicloud:assumeRole.sessionExpiration": "900",
    }
    project = CommandLine(REPOSITORY, tmp_path, config)
    project.init("dev", **{"imageId": ecs.golden_image_id, "accounts.payments": PAYMENTS})
    project.run("dev", "up", "--yes", "--skip-preview")
    assert live(ecs) == [PAYMENTS]
    assert ecs.calls.count("AssumeRole") == 1


def test_a_list_of_accounts_is_shared_with_and_protected(
    ecs: Emulator, ecs_config: dict[str, str], tmp_path: Path
) -> None:
    project = CommandLine(REPOSITORY / "examples" / "list_of_accounts", tmp_path, ecs_config)
    project.init("dev", imageId=ecs.golden_image_id)
    project.run("dev", "up", "--yes", "--skip-preview")
    assert live(ecs) == [PAYMENTS, DATA]
    with pytest.raises(AssertionError, match="protected"):
        project.run("dev", "destroy", "--yes")


def test_named_accounts_are_shown_by_name(ecs: Emulator, ecs_config: dict[str, str], tmp_path: Path) -> None:
    project = CommandLine(REPOSITORY / "examples" / "named_accounts", tmp_path, ecs_config)
    project.init("dev", imageId=ecs.golden_image_id)
    assert f'{WEB}: "web"' in project.run("dev", "preview", "--diff")
    project.run("dev", "up", "--yes", "--skip-preview")
    assert project.outputs("dev")["accounts"] == {PAYMENTS: "payments", DATA: "data", WEB: "web"}


def test_two_stacks_share_one_image(ecs: Emulator, ecs_config: dict[str, str], tmp_path: Path) -> None:
    project = CommandLine(REPOSITORY / "examples" / "two_stacks", tmp_path, ecs_config)
    for stack, account in {"payments": PAYMENTS, "data": DATA}.items():
        project.init(stack, **{"imageId": ecs.golden_image_id, "accounts[0]": account})
        project.run(stack, "up", "--yes", "--skip-preview")
    assert live(ecs) == [PAYMENTS, DATA]
    project.run("payments", "destroy", "--yes")
    assert live(ecs) == [DATA]


def test_the_consumers_instance_runs_from_the_shared_image_with_the_consumers_credentials() -> None:
    share, provider, instance = consumer_instance({})
    assert share["inputs"] == {"image_id": "m-bp1golden00000000001", "accounts": {PAYMENTS: "payments"}}
    assert provider["type"] == "pulumi:providers:alicloud"
    assert not provider["inputs"].keys() & {"endpoints", "protocol", "accountType"}
    assert instance["type"] == "alicloud:ecs/instance:Instance"
    assert instance["inputs"]["imageId"] == "m-bp1golden00000000001"
    assert "::payments::" in instance["provider"]


def test_the_consumers_instance_is_made_where_the_stack_says(ecs: Emulator) -> None:
    settings = ecs.stack_config("owner")
    _, provider, _ = consumer_instance(settings)
    assert json.loads(provider["inputs"]["endpoints"]) == json.loads(settings["alicloud:endpoints"])
    assert provider["inputs"]["protocol"] == "HTTP"
    assert provider["inputs"]["accountType"] == "International"
    assert provider["inputs"]["accessKey"]["value"] == "LTAIconsumer"


def consumer_instance(settings: dict[str, str]) -> list[dict[str, Any]]:
    """What examples/consumer_instance registers, with more in the stack's configuration."""
    config = {
        **settings,
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
    registered: list[dict[str, Any]] = json.loads(done.stdout)
    return registered


FIVE = [PAYMENTS, DATA, WEB, "1000000000000005", "2000000000000001"]
CONSUMERS = {"vswitchId": "vsw-1", "securityGroupId": "sg-1", "scalingGroupId": "asg-1"}


@pytest.fixture
def _alicloud_plugin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the engine find the stand-in for pulumi-alicloud's plugin, which makes what it is asked for in no cloud."""
    monkeypatch.setenv("PATH", f"{PLUGINS}{os.pathsep}{os.environ['PATH']}")


def consumer(ecs: Emulator, config: dict[str, str], region: str = REGION) -> dict[str, str]:
    """The stack configuration of account payments."""
    keys = ecs.account("payments")
    return {
        **config,
        "alicloud:region": region,
        "alicloud:accessKey": keys.access_key_id,
        "alicloud:secretKey": keys.access_key_secret,
    }


def test_the_golden_image_is_distributed_to_three_regions_and_five_accounts(
    ecs: Emulator, ecs_config: dict[str, str], tmp_path: Path
) -> None:
    project = CommandLine(REPOSITORY / "examples" / "distribution", tmp_path, ecs_config)
    project.init("dev", imageId=ecs.golden_image_id)
    project.run("dev", "up", "--yes", "--skip-preview")
    image_ids = project.outputs("dev")["imageIds"]
    assert set(image_ids) == {"cn-hangzhou", "cn-shanghai", "eu-central-1"}
    for region, image_id in image_ids.items():
        assert ecs.console.shared_accounts(region, image_id) == FIVE


def test_a_golden_image_is_rotated_and_the_last_one_stays_shared(
    ecs: Emulator, ecs_config: dict[str, str], tmp_path: Path
) -> None:
    images = [ecs.golden_image_id, ecs.image("golden-next").id, ecs.console.create_image(REGION, name="golden-2024-07")]
    project = CommandLine(REPOSITORY / "examples" / "rotation", tmp_path, ecs_config)
    project.init("dev", **{"images[0]": images[0]})
    project.run("dev", "up", "--yes", "--skip-preview")
    for newest, previous in ((images[1], images[0]), (images[2], images[1])):
        for number, image_id in enumerate((newest, previous)):
            project.run("dev", "config", "set", "--path", f"images[{number}]", image_id)
        project.run("dev", "up", "--yes", "--skip-preview")
    assert project.outputs("dev")["images"] == [images[2], images[1]]
    shared = [ecs.console.shared_accounts(REGION, image_id) for image_id in images]
    assert shared == [[], [PAYMENTS, DATA], [PAYMENTS, DATA]]


@pytest.mark.usefixtures("_alicloud_plugin")
def test_the_two_newest_builds_are_distributed_as_the_page_says(
    ecs: Emulator, ecs_config: dict[str, str], tmp_path: Path
) -> None:
    ecs.console.set_copy_seconds(0)
    project = tmp_path / "project"
    project.mkdir()
    (project / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    [program] = [text for text in blocks(page("docs/distribution.md"), "python") if "get_images" in text]
    exported = 'import pulumi\npulumi.export("images", golden.images)\n'
    (project / "__main__.py").write_text(program.replace("^golden-", "^nightly-") + exported)
    stack = CommandLine(project, tmp_path / "stack", ecs_config)
    stack.init("dev")
    builds: list[str] = []
    for day in range(1, 4):
        ecs.console.advance_clock(86400)
        builds.insert(0, ecs.console.create_image(REGION, name=f"nightly-{day}"))
        stack.run("dev", "up", "--yes", "--skip-preview")
        assert stack.outputs("dev")["images"] == builds[:2]
        shared = [ecs.console.shared_accounts(REGION, image_id) for image_id in builds]
        assert shared == [[PAYMENTS, DATA], [PAYMENTS, DATA], []][:day]


@pytest.mark.usefixtures("_alicloud_plugin")
def test_the_consumers_stack_follows_the_owners(ecs: Emulator, ecs_config: dict[str, str], tmp_path: Path) -> None:
    backend = tmp_path / "backend"
    backend.mkdir()
    examples = REPOSITORY / "examples" / "stack_references"
    owner = CommandLine(examples / "owner", tmp_path / "owner", ecs_config, backend)
    owner.init(
        "prod",
        **{
            "imageId": ecs.golden_image_id,
            "regions[0]": REGION,
            "regions[1]": "cn-shanghai",
            "accounts.payments": PAYMENTS,
        },
    )
    owner.run("prod", "up", "--yes", "--skip-preview")
    config = consumer(ecs, ecs_config, "cn-shanghai")
    payments = CommandLine(examples / "consumer", tmp_path / "payments", config, backend)
    payments.init("prod", owner="organization/golden-images/prod", vswitchId="vsw-1", securityGroupId="sg-1")
    payments.run("prod", "up", "--yes", "--skip-preview")
    first = owner.outputs("prod")["imageIds"]["cn-shanghai"]
    assert payments.outputs("prod")["imageId"] == first
    owner.run("prod", "config", "set", "imageId", ecs.image("golden-next").id)
    owner.run("prod", "up", "--yes", "--skip-preview")
    payments.run("prod", "up", "--yes", "--skip-preview")
    assert payments.outputs("prod")["imageId"] == owner.outputs("prod")["imageIds"]["cn-shanghai"] != first


@pytest.mark.usefixtures("_alicloud_plugin")
def test_the_consumers_stack_uses_the_newest_image_that_a_trusted_owner_shares(
    ecs: Emulator, ecs_config: dict[str, str], tmp_path: Path
) -> None:
    ecs.console.share(REGION, ecs.golden_image_id, PAYMENTS)
    project = CommandLine(REPOSITORY / "examples" / "consumer_stack", tmp_path, consumer(ecs, ecs_config))
    project.init("dev", **{"alicloud-image-share:trustedOwners[0]": ecs.account("owner").id, **CONSUMERS})
    project.run("dev", "up", "--yes", "--skip-preview")
    assert project.outputs("dev")["image"]["id"] == ecs.golden_image_id
    ecs.console.share(REGION, ecs.image("golden-next").id, PAYMENTS)
    assert ecs.image("golden-next").id in project.run("dev", "preview", "--diff")
    project.run("dev", "up", "--yes", "--skip-preview")
    assert project.outputs("dev")["image"]["name"] == ecs.image("golden-next").name
