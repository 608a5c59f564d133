"""What replaces a copy on the real engine: the new one is there before the old one goes."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share import ImageCopy, ImageShare
from support.engine import Program, Stack
from support.golden_copies import copies

PAYMENTS = "1000000000000002"
REGION = "cn-beijing"


def test_a_change_that_the_program_wants_replaced_replaces_the_copy(ecs: Emulator, stack: Stack) -> None:
    def program(team: str) -> Program:
        def copying() -> None:
            opts = pulumi.ResourceOptions(replace_on_changes=["tags"])
            ImageCopy("golden", opts, source_image_id=ecs.golden_image_id, region=REGION, tags={"team": team})

        return copying

    stack.up(program("platform"))
    [before] = copies(ecs)
    stack.preview(program("images"))
    assert "+-1 to replace" in stack.text
    stack.up(program("images"))
    [copy] = copies(ecs)
    assert copy.id != before.id


@pytest.mark.parametrize("change", ["source", "region", "encryption"])
def test_another_source_region_or_encryption_replaces_the_new_copy_first(
    ecs: Emulator, stack: Stack, copying: Any, change: str
) -> None:
    stack.up(copying())
    [before] = copies(ecs)
    arguments = {
        "source": {"source_image_id": ecs.image("golden-next").id},
        "region": {"region": "eu-central-1"},
        "encryption": {"kms_key_id": ecs.account("owner").kms_keys[REGION][0]},
    }[change]
    stack.preview(copying(**arguments))
    assert "+-1 to replace" in stack.text
    ecs.calls.reset()
    stack.up(copying(**arguments))
    [copy] = copies(ecs, arguments.get("region", REGION))
    assert copy.id != before.id
    assert before.id not in {image.id for image in copies(ecs)}
    changes = [call.action for call in ecs.calls.entries if not call.action.startswith("Describe")]
    assert changes == ["CopyImage", "ModifyImageAttribute", "DeleteImage"]


def test_replace_makes_a_new_copy_and_deletes_the_old_one(ecs: Emulator, stack: Stack, copying: Any) -> None:
    stack.up(copying())
    for _ in range(2):
        [before] = copies(ecs)
        stack.up(copying(), replace=[stack.resources["golden"]["urn"]])
        [copy] = copies(ecs)
        assert copy.id != before.id
        assert stack.resources["golden"]["outputs"]["image_id"] == copy.id
    assert stack.preview(copying()).change_summary == {"same": 2}


def test_replace_under_a_name_of_the_programs_is_refused_in_the_preview(
    ecs: Emulator, stack: Stack, copying: Any
) -> None:
    program = copying(name="golden-beijing")
    stack.up(program)
    text = stack.fails(stack.preview, program, replace=[stack.resources["golden"]["urn"]])
    assert "has the name 'golden-beijing' already, and ECS refuses a name twice" in text
    newer = copying(name="golden-beijing", source_image_id=ecs.image("golden-next").id)
    assert "has the name 'golden-beijing' already" in stack.fails(stack.preview, newer)
    stack.up(copying(name="golden-beijing-2", source_image_id=ecs.image("golden-next").id))
    assert [copy.name for copy in copies(ecs)] == ["golden-beijing-2"]


def test_a_resource_that_is_renamed_keeps_its_copy(ecs: Emulator, stack: Stack, copying: Any) -> None:
    stack.up(copying())

    def renamed() -> None:
        opts = pulumi.ResourceOptions(aliases=[pulumi.Alias(name="golden")])
        ImageCopy("silver", opts, source_image_id=ecs.golden_image_id, region=REGION)

    ecs.calls.reset()
    stack.up(renamed)
    assert ecs.calls.count() == 0
    assert stack.resources["silver"]["id"] == f"{REGION}:{copies(ecs)[0].id}"


def test_a_new_source_is_copied_and_shared_before_the_old_copy_is_unshared_and_deleted(
    ecs: Emulator, stack: Stack
) -> None:
    def program(source: str) -> Program:
        def of_source() -> None:
            copy = ImageCopy("golden", source_image_id=source, region=REGION)
            ImageShare("golden-beijing", image_id=copy.image_id, region=REGION, accounts=[PAYMENTS])

        return of_source

    stack.up(program(ecs.golden_image_id))
    ecs.calls.reset()
    stack.up(program(ecs.image("golden-next").id))
    changes = [call.action for call in ecs.calls.entries if not call.action.startswith("Describe")]
    assert changes == [
        "CopyImage",
        "ModifyImageAttribute",
        "ModifyImageSharePermission",
        "ModifyImageSharePermission",
        "DeleteImage",
    ]
    [copy] = copies(ecs)
    assert ecs.console.shared_accounts(REGION, copy.id) == [PAYMENTS]
