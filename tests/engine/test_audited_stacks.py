"""`image-share audit` and `diff` of stacks that the engine has written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pulumi
import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share import ImageDistribution, ImageShare
from support.audited_stacks import logged_in_to
from support.engine import Stack
from support.golden_image import REGION, live
from support.golden_image import share as share_golden
from support.image_share import Answer, image_share

PAYMENTS, DATA, WEB = "1000000000000002", "1000000000000003", "1000000000000004"


@pytest.fixture
def stack(tmp_path: Path, ecs_config: dict[str, str]) -> Stack:
    return Stack(tmp_path, ecs_config)


@pytest.fixture
def logged_in(tmp_path: Path) -> dict[str, str]:
    return logged_in_to(tmp_path)


def audit(ecs: Emulator, logged_in: Mapping[str, str], *arguments: str) -> Answer:
    # The emulator's own community image is a finding of its own.
    options = ("--stack", "organization/shop/dev", "--format", "json", "--ignore", "community")
    return image_share(ecs, "audit", *options, *arguments, **logged_in)


def golden(ecs: Emulator, *accounts: str) -> None:
    ImageShare("golden", image_id=ecs.golden_image_id, accounts=list(accounts))


def test_an_audit_knows_what_a_stack_manages_and_sees_what_was_done_behind_its_back(
    ecs: Emulator, stack: Stack, logged_in: dict[str, str]
) -> None:
    stack.up(lambda: golden(ecs, PAYMENTS, DATA))
    answer = audit(ecs, logged_in)
    [image] = [image for image in answer.data["images"] if image["accounts"]]
    assert (answer.code, answer.data["stacks"]) == (0, ["shop/dev"])
    assert image["managers"] == [{"stack": "shop/dev", "urn": stack.resources["golden"]["urn"], "isExclusive": True}]

    share_golden(ecs, WEB)
    [drift] = [finding for finding in audit(ecs, logged_in).data["findings"] if not finding["isNote"]]
    assert (drift["kind"], drift["accounts"]) == ("drift", [WEB])
    # What the finding advises ends it.
    stack.up(lambda: golden(ecs, PAYMENTS, DATA), refresh=True)
    assert live(ecs) == [PAYMENTS, DATA]
    assert audit(ecs, logged_in).code == 0

    exported = stack.command("stack", "export")
    ecs.console.unshare(REGION, ecs.golden_image_id, DATA)
    differs = image_share(ecs, "diff", "-", ecs.golden_image_id, typed=exported)
    assert (differs.code, differs.out) == (1, f"- {DATA}: in the state, and has no access\n")


def test_secret_accounts_are_compared_where_they_are_decrypted(
    ecs: Emulator, stack: Stack, logged_in: dict[str, str]
) -> None:
    stack.up(
        lambda: ImageShare("golden", image_id=ecs.golden_image_id, accounts=pulumi.Output.secret([PAYMENTS])) and None
    )
    hidden = audit(ecs, logged_in)
    assert hidden.code == 2
    assert [unseen["what"] for unseen in hidden.data["unseen"]] == ["the accounts of shop/dev: golden"]
    assert audit(ecs, logged_in, "--show-secrets").code == 0
    refused = audit(ecs, {**logged_in, "PULUMI_CONFIG_PASSPHRASE": "wrong"}, "--show-secrets")
    assert refused.code == 2
    assert "stack 'organization/shop/dev' can't be exported: " in refused.err


def test_the_copies_of_a_distribution_are_its_stacks_and_those_of_before_are_kept(
    ecs: Emulator, stack: Stack, logged_in: dict[str, str]
) -> None:
    ecs.console.set_copy_seconds(0)
    newer = ecs.console.create_image(REGION, name="newer")

    def distribute(*images: str) -> None:
        ImageDistribution("images", images=images, regions=[REGION, "cn-beijing"], accounts=[PAYMENTS])

    stack.up(lambda: distribute(ecs.golden_image_id))
    stack.up(lambda: distribute(newer, ecs.golden_image_id))
    answer = audit(ecs, logged_in, "--region", REGION, "--region", "cn-beijing")
    assert answer.code == 0
    [kept] = [finding for finding in answer.data["findings"] if finding["kind"] == "kept"]
    assert (kept["region"], kept["sentence"]) == (
        "cn-beijing",
        "shop/dev: images keeps this copy of an earlier image.",
    )
    # To another stack they are copies that somebody shares, and none that was left behind.
    empty = json.dumps({"version": 3, "deployment": {}})
    lost = image_share(ecs, "audit", "--region", "cn-beijing", "-f", "json", "--state", "-", typed=empty)
    assert [finding["kind"] for finding in lost.data["findings"]] == ["unmanaged", "unmanaged"]


def test_a_stack_that_is_not_there_is_an_error_of_pulumis_own(
    ecs: Emulator, stack: Stack, logged_in: dict[str, str]
) -> None:
    answer = image_share(ecs, "audit", "--stack", "organization/shop/prod", **logged_in)
    assert (answer.code, answer.out, ecs.calls.count()) == (2, "", 0)
    assert "stack 'organization/shop/prod' can't be exported: " in answer.err
    assert "no stack named" in answer.err
