"""Copies on the real engine: what the terminal shows, what is called, and what changes in place."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pulumi
import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share import ImageCopy, ImageShare
from support.copied_image import CopiedImage
from support.engine import Program, Stack
from support.golden_copies import copies

PAYMENTS = "1000000000000002"
SOURCE_REGION, REGION = "cn-hangzhou", "cn-beijing"
MANY = [str(2000000000000001 + n) for n in range(50)]


def sharing_what_is_copied(ecs: Emulator, **arguments: Any) -> Program:
    def program() -> None:
        copy = ImageCopy("golden", source_image_id=ecs.golden_image_id, region=REGION, **arguments)
        ImageShare("golden-beijing", image_id=copy.image_id, region=REGION, accounts=MANY)
        pulumi.export("image_id", copy.image_id)

    return program


def beside_waiting(ecs: Emulator) -> list[str]:
    """All calls but for the looks at a copy in the making, and the one read of the source, for all its copies."""
    return [
        call.action
        for call in ecs.calls.entries
        if call.action != "DescribeImages" or (call.params["RegionId"] == REGION and "ImageId" not in call.params)
    ]


def test_up_copies_and_tells_what_the_copy_is(ecs: Emulator, stack: Stack, copying: Any) -> None:
    outputs = stack.up(copying(tags={"team": "platform"}, family="golden")).outputs
    [copy] = copies(ecs)
    assert outputs["image_id"].value == copy.id
    assert outputs["name"].value == copy.name
    assert copy.name.startswith("golden-2024-05-")
    assert (outputs["family"].value, outputs["tags"].value) == ("golden", {"team": "platform"})
    assert (outputs["encrypted"].value, outputs["kms_key_id"].value, outputs["size"].value) == (False, "", 20)
    assert outputs["created_at"].value.endswith("Z")
    assert stack.resources["golden"]["id"] == f"{REGION}:{copy.id}"
    assert stack.resources["golden"]["type"] == "pulumi-python:dynamic/alicloud-image-share:ImageCopy"


def test_progress_is_a_line_of_the_log_and_is_not_repeated_at_the_end(
    ecs: Emulator, stack: Stack, copying: Any
) -> None:
    ecs.console.set_copy_seconds(2)
    stack.up(copying())
    [copy] = copies(ecs)
    assert len(re.findall(rf"ImageCopy golden creating \(\d+s\) \d+ %, as {copy.id}\n", stack.text)) == 1
    assert " s left" in stack.text
    assert "Diagnostics:" not in stack.text


def test_the_last_status_of_a_finished_copy_is_how_long_it_took(ecs: Emulator, stack: Stack, copying: Any) -> None:
    ecs.console.set_copy_seconds(2)
    done = stack.up(copying())
    assert re.fullmatch(r"copied in \d+ s", done.messages(stack.resources["golden"]["urn"])[-1])


def test_an_unnamed_copy_has_the_same_name_in_each_preview_and_in_a_saved_plan(
    ecs: Emulator, stack: Stack, copying: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_EXPERIMENTAL", "true")
    plan = str(tmp_path / "plan.json")
    program = copying(tags={"team": "platform"})
    names: set[str] = set()
    for _ in range(2):
        stack.preview(program, plan=plan)
        names |= set(re.findall(r'name +: "(golden-2024-05-.*)"', stack.text))
    stack.up(program, plan=plan)
    [copy] = copies(ecs)
    assert names == {copy.name}
    newer = copying(source_image_id=ecs.image("golden-next").id)
    stack.preview(newer, plan=plan)
    stack.up(newer, plan=plan)
    assert [image.name for image in copies(ecs)] != [copy.name]


def test_a_preview_shows_the_copy_and_copies_nothing(ecs: Emulator, stack: Stack, copying: Any) -> None:
    stack.preview(copying(tags={"team": "platform"}))
    assert f'region         : "{REGION}"' in stack.text
    assert 'name           : "golden-2024-05-' in stack.text
    assert "+ 2 to create" in stack.text
    assert copies(ecs) == []


def test_after_up_nothing_changes_and_no_call_is_made(ecs: Emulator, stack: Stack, copying: Any) -> None:
    program = copying(tags={"team": "platform"}, description="Hardened", family="golden", encrypted=True)
    stack.up(program)
    ecs.calls.reset()
    assert stack.preview(program).change_summary == {"same": 2}
    assert stack.up(program).summary.resource_changes == {"same": 2}
    assert ecs.calls.count() == 0


def test_mistakes_are_shown_in_the_preview_all_at_once_and_without_a_traceback(stack: Stack, copying: Any) -> None:
    text = stack.fails(stack.preview, copying(region=None, name="1", tags={"acs:x": 5}, encrypted="no"))
    assert "Traceback" not in text
    for says in (
        "region is missing: give the ID of the region to copy the image to",
        "name must be 2 to 128 letters",
        "'acs:x' can't be the key of a tag",
        "encrypted must be True or False, not 'no'",
    ):
        assert says in text


def test_tags_in_any_shape_reach_the_preview_as_a_sentence_or_as_tags(
    ecs: Emulator, stack: Stack, copying: Any
) -> None:
    assert "tags must be a mapping of keys to values, not 5" in stack.fails(stack.preview, copying(tags=5))

    def program() -> None:
        tags: Any = {"none": None, "later": pulumi.Output.from_input("x")}
        ImageCopy("plain", source_image_id=ecs.golden_image_id, region=REGION, tags={**tags, 7: "seven"})
        ImageCopy("output", source_image_id=ecs.golden_image_id, region=REGION, tags=pulumi.Output.from_input(tags))

    stack.up(program)
    tags = [{key: value for key, value in copy.tags.items() if "pulumi" not in key} for copy in copies(ecs)]
    assert sorted(tags, key=len) == [{"later": "x"}, {"later": "x", "7": "seven"}]


def test_name_description_family_and_tags_change_in_place(ecs: Emulator, stack: Stack, copying: Any) -> None:
    stack.up(copying(tags={"team": "platform", "stage": "test"}))
    [before] = copies(ecs)
    program = copying(name="golden-beijing", description="Hardened", family="golden", tags={"team": "images"})
    stack.preview(program)
    for line in ('+ description    : "Hardened"', '+ family         : "golden"', '- stage: "test"'):
        assert line in stack.text
    stack.up(program)
    [copy] = copies(ecs)
    assert (copy.id, copy.name, copy.description, copy.family) == (before.id, "golden-beijing", "Hardened", "golden")
    assert copy.tags.keys() == {"team", "pulumi-image-copy"}
    assert stack.preview(program).change_summary == {"same": 2}


@pytest.mark.parametrize("is_protected", [False, True])
def test_a_change_in_place_does_not_replace_the_share_of_the_copy(
    ecs: Emulator, stack: Stack, is_protected: bool
) -> None:
    def program(**arguments: Any) -> Program:
        def sharing() -> None:
            copy = ImageCopy("golden", source_image_id=ecs.golden_image_id, region=REGION, **arguments)
            opts = pulumi.ResourceOptions(protect=is_protected)
            ImageShare("golden-beijing", opts, image_id=copy.image_id, region=REGION, accounts=[PAYMENTS])

        return sharing

    stack.up(program())
    [copy] = copies(ecs)
    changed = program(tags={"team": "images"}, force_delete=True)
    assert stack.preview(changed).change_summary == {"update": 1, "same": 2}
    stack.up(changed)
    assert copies(ecs)[0].tags["team"] == "images"
    assert ecs.console.shared_accounts(REGION, copy.id) == [PAYMENTS]


def test_copies_of_one_name_under_different_parents_are_two(ecs: Emulator, stack: Stack) -> None:
    class Team(pulumi.ComponentResource):
        def __init__(self, name: str) -> None:
            super().__init__(f"test:index:{name.title()}", name)
            opts = pulumi.ResourceOptions(parent=self)
            ImageCopy("golden", opts, source_image_id=ecs.golden_image_id, region=REGION)

    def program() -> None:
        Team("platform")
        Team("payments")

    stack.up(program)
    assert len({copy.name for copy in copies(ecs)}) == 2
    assert "Delete it only if no state has it" not in stack.text
    assert stack.preview(program).change_summary == {"same": 5}
    stack.destroy()
    assert copies(ecs) == []


def test_what_a_program_does_not_say_any_more_stays(ecs: Emulator, stack: Stack, copying: Any) -> None:
    stack.up(copying(name="golden-beijing", description="Hardened", family="golden"))
    assert stack.up(copying()).summary.resource_changes == {"same": 2}
    [copy] = copies(ecs)
    assert (copy.name, copy.description, copy.family) == ("golden-beijing", "Hardened", "golden")


def test_get_reads_an_image_without_managing_it(ecs: Emulator, stack: Stack) -> None:
    def program() -> None:
        image = ImageCopy.get("golden", f"{SOURCE_REGION}:{ecs.golden_image_id}")
        pulumi.export("name", image.name)
        pulumi.export("size", image.size)

    outputs = stack.up(program).outputs
    assert (outputs["name"].value, outputs["size"].value) == ("golden-2024-05", 20)
    stack.refresh()
    stack.destroy()
    assert ecs.golden_image_id in {image.id for image in copies(ecs, SOURCE_REGION)}


def test_a_secret_tag_stays_secret_in_the_state(ecs: Emulator, stack: Stack) -> None:
    def program() -> None:
        tags = {"ticket": pulumi.Output.secret("not-for-everybody")}
        ImageCopy("golden", source_image_id=ecs.golden_image_id, region=REGION, tags=tags)

    stack.preview(program)
    stack.up(program)
    assert copies(ecs)[0].tags["ticket"] == "not-for-everybody"
    assert "not-for-everybody" not in stack.text + stack.state_text
    assert stack.preview(program).change_summary == {"same": 2}


def test_no_credential_is_in_the_state(ecs: Emulator, stack: Stack, copying: Any) -> None:
    stack.up(copying())
    owner = ecs.account("owner")
    copy = str(stack.resources["golden"])
    assert owner.access_key_id not in copy
    assert owner.access_key_secret not in copy + stack.text
    assert len(stack.resources["golden"]["inputs"]["__provider"]) < 200


def test_an_image_that_the_program_makes_is_copied_when_it_is_known(
    ecs: Emulator, stack: Stack, ecs_config: dict[str, str]
) -> None:
    def program() -> None:
        made = CopiedImage("made", ecs.golden_image_id, ecs_config)
        copy = ImageCopy("golden", source_image_id=made.id, region=REGION)
        pulumi.export("source", copy.source_image_id)

    stack.preview(program)
    assert "+ 3 to create" in stack.text
    assert "name           : [unknown]" in stack.text
    source = stack.up(program).outputs["source"].value
    [copy] = copies(ecs)
    assert source in {image.id for image in copies(ecs, SOURCE_REGION)}
    assert copy.name.startswith("copy-")
    stack.destroy()
    assert copies(ecs) == []


def test_a_copy_and_its_share_take_nine_calls_beside_the_waiting(ecs: Emulator, stack: Stack) -> None:
    program = sharing_what_is_copied(ecs, family="golden")
    stack.preview(program)
    ecs.calls.reset()
    copy = stack.up(program).outputs["image_id"].value
    assert ecs.console.shared_accounts(REGION, copy) == MANY
    # `up` of the Automation API has no preview.
    assert len(beside_waiting(ecs)) == 9
    reads = [call for call in ecs.calls.entries if call.params.get("ImageId") == ecs.golden_image_id]
    assert [call.action for call in reads] == ["DescribeImages", "CopyImage"]
    ecs.calls.reset()
    stack.destroy()
    changes = [call.action for call in ecs.calls.entries if not call.action.startswith("Describe")]
    assert changes == ["ModifyImageSharePermission"] * 5 + ["DeleteImage"]
    assert copies(ecs) == []


def test_copies_in_several_regions_read_the_source_once(ecs: Emulator, stack: Stack) -> None:
    regions = [REGION, "cn-shanghai", "eu-central-1", "us-west-1", "ap-southeast-1"]

    def program() -> None:
        for region in regions:
            ImageCopy(f"golden-{region}", source_image_id=ecs.golden_image_id, region=region)

    ecs.console.set_copy_seconds(1)
    stack.up(program)
    reads = [call for call in ecs.calls.entries if call.params["RegionId"] == SOURCE_REGION]
    assert [call.action for call in reads].count("DescribeImages") == 1
    assert ecs.calls.count("CopyImage") == len(regions)
    made = {item["outputs"]["region"] for item in stack.resources.values() if "ImageCopy" in item["type"]}
    assert made == set(regions)
