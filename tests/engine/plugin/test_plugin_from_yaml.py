"""A YAML program, which knows nothing of this package: share, import, functions and errors, by the plugin alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ecs_emulator import Emulator
from support.command_line import CommandLine
from support.plugin_resources import BESIDE_PYTHON

PAYMENTS, DATA = "1000000000000002", "1000000000000003"
STACK = "dev"
REGION = "cn-hangzhou"
HEAD = f"name: shop\nruntime: yaml\n{BESIDE_PYTHON}"
SHARE = """
resources:
  golden:
    type: alicloud-image-share:ImageShare
    properties:
      imageId: {image}
      accounts: {{payments: "1000000000000002"}}
      exclusive: {exclusive}
"""
FUNCTIONS = """
variables:
  held:
    fn::invoke:
      function: alicloud-image-share:getImageShares
      arguments: {{imageId: {image}}}
outputs:
  owner: ${{held.ownerId}}
  accounts: ${{held.accountIds}}
"""
CONSUMER = """
variables:
  found:
    fn::invoke:
      function: alicloud-image-share:getSharedImage
      arguments: {{ownerIds: ["{owner}"], name: "golden-*"}}
outputs:
  image: ${{found.imageId}}
"""

Write = Callable[[str], CommandLine]


@pytest.fixture
def write(ecs: Emulator, tmp_path: Path, project: Path) -> Write:
    """Write a program; returns how to run it, as the owner of the golden image."""

    def as_owner(text: str, account: str = "owner") -> CommandLine:
        keys = ecs.account(account)
        settings = {
            "region": REGION,
            "accessKey": keys.access_key_id,
            "secretKey": keys.access_key_secret,
            "endpoints": json.dumps([{"ecs": ecs.endpoint, "sts": ecs.endpoint}]),
            "protocol": "HTTP",
        }
        (project / "Pulumi.yaml").write_text(HEAD + text)
        return CommandLine(project, tmp_path / "state", {f"alicloud-image-share:{k}": v for k, v in settings.items()})

    return as_owner


def test_an_import_gives_a_program_whose_preview_is_empty(ecs: Emulator, write: Write, project: Path) -> None:
    for account in (PAYMENTS, DATA):
        ecs.console.share(REGION, ecs.golden_image_id, account)
    pulumi = write("resources: {}\n")
    pulumi.init(STACK)
    id, program = f"{REGION}:{ecs.golden_image_id}", project / "imported.yaml"
    said = pulumi.run(
        STACK, "import", "alicloud-image-share:index:ImageShare", "golden", id, "--yes", "--out", str(program)
    )
    assert "warning" not in said
    (project / "Pulumi.yaml").write_text(HEAD + program.read_text())
    pulumi.run(STACK, "preview", "--expect-no-changes")


def test_a_share_is_made_changed_and_unmade(ecs: Emulator, write: Write, project: Path) -> None:
    pulumi = write(SHARE.format(image=ecs.golden_image_id, exclusive="true"))
    pulumi.init(STACK)
    pulumi.run(STACK, "up", "--yes", "--skip-preview")
    assert ecs.console.shared_accounts(REGION, ecs.golden_image_id) == [PAYMENTS]
    pulumi.run(STACK, "preview", "--expect-no-changes")
    (project / "Pulumi.yaml").write_text(HEAD + FUNCTIONS.format(image=ecs.golden_image_id))
    pulumi.run(STACK, "preview")
    pulumi.run(STACK, "destroy", "--yes", "--skip-preview")
    assert ecs.console.shared_accounts(REGION, ecs.golden_image_id) == []


def test_functions_tell_who_has_an_image_and_find_the_newest(ecs: Emulator, write: Write) -> None:
    ecs.console.share(REGION, ecs.golden_image_id, PAYMENTS)
    pulumi = write(FUNCTIONS.format(image=ecs.golden_image_id))
    pulumi.init(STACK)
    pulumi.run(STACK, "up", "--yes", "--skip-preview")
    assert pulumi.outputs(STACK) == {"owner": ecs.account("owner").id, "accounts": [PAYMENTS]}


def test_a_consumer_finds_what_is_shared_with_it(ecs: Emulator, write: Callable[..., CommandLine]) -> None:
    ecs.console.share(REGION, ecs.golden_image_id, PAYMENTS)
    pulumi = write(CONSUMER.format(owner=ecs.account("owner").id), "payments")
    pulumi.init(STACK)
    pulumi.run(STACK, "up", "--yes", "--skip-preview")
    assert pulumi.outputs(STACK) == {"image": ecs.golden_image_id}


def test_a_mistake_is_said_in_the_words_of_yaml(ecs: Emulator, write: Write) -> None:
    pulumi = write(SHARE.format(image=ecs.golden_image_id, exclusive='"yes"'))
    pulumi.init(STACK)
    with pytest.raises(AssertionError) as failed:
        pulumi.run(STACK, "preview")
    assert "Traceback" not in str(failed.value)
    assert "exclusive" in str(failed.value)
