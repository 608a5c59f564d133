"""What a consumer's stack finds, and what a person reads in the terminal where it finds nothing."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pulumi
import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share import get_shared_image, get_shared_image_output
from support.clear_sentences import assert_clear
from support.command_line import CommandLine
from support.consumer_program import consumer_config
from support.copied_image import CopiedImage
from support.engine import Program, Stack
from support.pages import blocks, page

OWNER, PAYMENTS = "1000000000000001", "1000000000000002"
HANGZHOU, IMAGES = "cn-hangzhou", "DescribeImages"
PROGRAM = """\
import pulumi
from pulumi_alicloud_image_share import get_shared_image

image = get_shared_image(name=pulumi.Config().get("imageName") or "golden-*")
pulumi.export("imageId", image.image_id)
pulumi.export("image", image)
"""


@pytest.fixture
def ecs(ecs: Emulator) -> Emulator:
    for key in ("golden", "golden-next"):
        ecs.console.share(HANGZHOU, ecs.image(key).id, PAYMENTS)
    return ecs


@pytest.fixture
def config(ecs: Emulator) -> dict[str, str]:
    return consumer_config(ecs)


@pytest.fixture
def stack(tmp_path: Path, config: dict[str, Any]) -> Stack:
    """A consumer's stack that trusts the owner."""
    return Stack(tmp_path, {**config, "alicloud-image-share:trustedOwners": [OWNER]})


@pytest.fixture
def project(project: Path, tmp_path: Path, config: dict[str, str]) -> CommandLine:
    """A consumer's project, for the `pulumi` command."""
    (project / "Pulumi.yaml").write_text("name: consumer\nruntime: python\n")
    (project / "__main__.py").write_text(PROGRAM)
    return CommandLine(project, tmp_path, config)


def looking(**arguments: Any) -> Program:
    return lambda: pulumi.export("image", get_shared_image(**arguments))


def errors(text: str) -> list[str]:
    """What Pulumi prints as errors, line by line, without its own remark and what the Automation API says twice."""
    found = re.findall(r"^ *error: ((?:(?!an unhandled error|program exited).)*)$((?:\n +- .*)*)", text, re.MULTILINE)
    assert found, text
    [(first, rest)] = set(found)
    return [first, *(line.strip().removeprefix("- ") for line in rest.splitlines() if line)]


def test_the_newest_image_is_found_in_the_preview_and_in_the_update_with_one_call_each(
    ecs: Emulator, stack: Stack
) -> None:
    stack.preview(looking(name="golden-*"))
    assert ecs.calls.by_action() == {IMAGES: 1}
    image = stack.up(looking(name="golden-*")).outputs["image"].value
    assert ecs.calls.by_action() == {IMAGES: 2}
    assert (image["image_id"], image["created_at"]) == (ecs.image("golden-next").id, "2024-06-01T02:03:04Z")
    assert (image["owner_id"], image["family"], image["tags"]["stage"]) == (OWNER, "golden", "candidate")


def test_a_newer_image_shows_in_the_next_preview(ecs: Emulator, stack: Stack) -> None:
    stack.up(looking(name="golden-*"))
    newer = ecs.console.create_image(HANGZHOU, "owner", name="golden-2024-07")
    ecs.console.share(HANGZHOU, newer, PAYMENTS)
    stack.preview(looking(name="golden-*"))
    assert re.search(rf'image_id +: "{ecs.image("golden-next").id}" => "{newer}"', stack.text), stack.text


def test_an_owner_that_the_preview_does_not_know_leaves_the_image_unknown(
    ecs: Emulator, stack: Stack, config: dict[str, str]
) -> None:
    def program() -> None:
        copy = CopiedImage("copy", ecs.golden_image_id, config)
        image = get_shared_image_output(owner_id=copy.id.apply(lambda _: OWNER), name="golden-*")
        pulumi.export("imageId", image.image_id)

    stack.preview(program)
    assert ecs.calls.count(IMAGES) == 0
    assert re.search(r"imageId *: (output<string>|\[unknown\])", stack.text), stack.text
    assert stack.up(program).outputs["imageId"].value == ecs.image("golden-next").id
    assert ecs.calls.count(IMAGES) == 1


def test_the_owners_share_and_the_consumers_look_go_together_in_one_program(ecs: Emulator, tmp_path: Path) -> None:
    ecs.console.unshare(HANGZHOU, ecs.golden_image_id, PAYMENTS)
    pipeline = ecs.account("owner").ram_users[-1]
    config = {
        **consumer_config(ecs, "owner"),
        "alicloud:accessKey": pipeline.access_key_id,
        "alicloud:secretKey": pipeline.access_key_secret,
        "alicloud:endpoints": f'[{{"ecs": "{ecs.endpoint}", "sts": "{ecs.endpoint}"}}]',
    }

    [code] = [block for block in blocks(page("docs/consumers.md"), "python") if "ImageShare(" in block]
    assert ecs.golden_image_id in code

    def program() -> None:
        exec(code, {})

    stack = Stack(tmp_path, config)
    stack.preview(program)
    assert stack.up(program).outputs["imageId"].value == ecs.golden_image_id
    stack.preview(program, expect_no_changes=True)
    stack.destroy()


def test_what_is_wrong_with_one_argument_is_said_though_another_is_not_known(
    ecs: Emulator, stack: Stack, config: dict[str, str]
) -> None:
    def program() -> None:
        copy = CopiedImage("copy", ecs.golden_image_id, config)
        get_shared_image_output(owner_id=copy.id, name="^golden")

    [sentence] = errors(stack.fails(stack.preview, program))
    assert sentence.startswith("get_shared_image: '^golden' can't be an image's name")


def test_nothing_found_is_a_text_without_a_traceback(ecs: Emulator, stack: Stack) -> None:
    for run in (stack.preview, stack.up):
        text = stack.fails(run, looking(name="silver"))
        assert "Traceback" not in text
        assert "get_shared_image.py" not in text
        first, second = errors(text)
        assert first == (
            f"get_shared_image found no image with name 'silver' that account {OWNER} shares with this account in "
            "region cn-hangzhou."
        )
        assert second == (
            f"account {OWNER} shares 2 images with this account there, of which none fits: "
            f"{ecs.image('golden-next').id} 'golden-2024-06' and {ecs.golden_image_id} 'golden-2024-05'."
        )


def test_nothing_found_for_an_output_is_a_text_without_a_traceback_too(stack: Stack) -> None:
    def program() -> None:
        name = pulumi.Output.from_input("silver")
        pulumi.export("imageId", get_shared_image_output(name=name).image_id)

    text = stack.fails(stack.up, program)
    assert "Traceback" not in text
    assert errors(text)[0].startswith("get_shared_image found no image with name 'silver'")


def test_an_answer_of_ecs_that_is_an_error_is_a_text_without_a_traceback_and_secrets(
    tmp_path: Path, config: dict[str, str]
) -> None:
    secret = "ExampleSecretThatIsWrong00000001"
    stack = Stack(tmp_path, {**config, "alicloud:secretKey": secret})
    text = stack.fails(stack.preview, looking(owner_id=OWNER, name="golden-*"))
    assert "Traceback" not in text
    [sentence] = errors(text)
    assert sentence.startswith("DescribeImages failed with SignatureDoesNotMatch")
    assert_clear(sentence, secrets=[secret, config["alicloud:accessKey"]])


def test_no_credentials_are_a_text_without_a_traceback(tmp_path: Path, config: dict[str, str]) -> None:
    del config["alicloud:accessKey"], config["alicloud:secretKey"]
    stack = Stack(tmp_path, config)
    text = stack.fails(stack.preview, looking(owner_id=OWNER, name="golden-*"))
    assert "Traceback" not in text
    assert errors(text)[0].startswith("no credentials are found: set alicloud-image-share:accessKey")


def test_the_pulumi_command_reads_trusted_owners_and_secrets_from_its_configuration(
    ecs: Emulator, project: CommandLine, config: dict[str, str]
) -> None:
    project.init("dev", **{"alicloud-image-share:trustedOwners[0]": OWNER})
    for key in ("alicloud:accessKey", "alicloud:secretKey"):
        project.run("dev", "config", "set", key, "--secret", config[key])
    assert ecs.image("golden-next").id in project.run("dev", "preview")
    project.run("dev", "up", "--yes", "--skip-preview")
    outputs = project.outputs("dev")
    assert outputs["imageId"] == outputs["image"]["image_id"] == ecs.image("golden-next").id
    assert ecs.calls.by_action() == {IMAGES: 2}


def test_the_pulumi_command_prints_why_nothing_is_found_and_no_traceback(project: CommandLine) -> None:
    project.init("dev", **{"alicloud-image-share:trustedOwners": f"{OWNER}", "imageName": "silver"})
    for command in (["preview"], ["up", "--yes"]):
        with pytest.raises(AssertionError) as failure:
            project.run("dev", *command)
        assert "Traceback" not in str(failure.value)
        diagnostics = str(failure.value).partition("Diagnostics:")[2]
        first, second = errors(diagnostics)
        assert first.startswith(f"get_shared_image found no image with name 'silver' that account {OWNER} shares")
        assert second.startswith(f"account {OWNER} shares 2 images with this account there")


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (OWNER, f"alicloud-image-share:trustedOwners: account ID {OWNER} is a number: write it as a string, '{OWNER}'"),
        ("platform", "alicloud-image-share:trustedOwners: 'platform' is not an account ID"),
    ],
)
def test_a_trusted_owner_that_cannot_be_one_is_said(project: CommandLine, value: str, says: str) -> None:
    project.init("dev")
    # Without --type string, Pulumi makes a number of what looks like one.
    project.run("dev", "config", "set", "--path", "alicloud-image-share:trustedOwners[0]", value)
    with pytest.raises(AssertionError) as failure:
        project.run("dev", "preview")
    [sentence] = errors(str(failure.value).partition("Diagnostics:")[2])
    assert sentence.startswith(f"get_shared_image: {says}")
    assert_clear(sentence)


def test_nobody_trusted_is_said(project: CommandLine) -> None:
    project.init("dev")
    with pytest.raises(AssertionError, match="get_shared_image: nothing says whose images to trust: name the owner's"):
        project.run("dev", "preview")


def test_the_commands_and_the_stack_reference_of_the_page(
    ecs: Emulator, tmp_path: Path, config: dict[str, str], project: CommandLine
) -> None:
    text = page("docs/consumers.md")
    [program] = [block for block in blocks(text, "python") if "StackReference" in block]
    commands = blocks(text, "console")[0].splitlines()
    owner = tmp_path / "images"
    owner.mkdir()
    (owner / "Pulumi.yaml").write_text("name: images\nruntime: python\n")
    exports = f'pulumi.export("ownerId", "{OWNER}")\npulumi.export("family", "golden")\n'
    (owner / "__main__.py").write_text(f"import pulumi\n{exports}")
    images = CommandLine(owner, tmp_path, {})
    images.init("prod")
    images.run("prod", "up", "--yes", "--skip-preview")

    project.init("dev")
    project.run("dev", "config", "rm", "alicloud:region")
    for command in commands:
        project.run("dev", *shlex.split(command.removeprefix("$ pulumi ")))
    assert ecs.image("golden-next").id in project.run("dev", "preview")
    (tmp_path / "project" / "__main__.py").write_text(program)
    project.run("dev", "up", "--yes", "--skip-preview")
    assert project.outputs("dev")["imageId"] == ecs.image("golden-next").id
