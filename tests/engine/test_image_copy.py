"""Copies on the real engine: what the terminal shows, what is called, and what is there after an interruption."""

from __future__ import annotations

import itertools
import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pulumi
import pytest

from ecs_emulator import Emulator
from ecs_emulator.ecs.images import Image
from pulumi_alicloud_image_share import ImageCopy, ImageShare
from support.copied_image import CopiedImage
from support.engine import Program, Stack
from support.killing import Killable, Run

Figures = Callable[[str, int], None]

PAYMENTS = "1000000000000002"
SOURCE_REGION, REGION = "cn-hangzhou", "cn-beijing"
MANY = [str(2000000000000001 + n) for n in range(50)]
HOUR = 3600.0


@pytest.fixture
def copying(ecs: Emulator) -> Callable[..., Program]:
    """Make programs that copy the golden image."""

    def with_arguments(**arguments: Any) -> Program:
        def program() -> None:
            copy = ImageCopy("golden", **{"source_image_id": ecs.golden_image_id, "region": REGION, **arguments})
            for output in ("image_id", "name", "family", "tags", "encrypted", "kms_key_id", "size", "created_at"):
                pulumi.export(output, getattr(copy, output))

        return program

    return with_arguments


def sharing_what_is_copied(ecs: Emulator, **arguments: Any) -> Program:
    def program() -> None:
        copy = ImageCopy("golden", source_image_id=ecs.golden_image_id, region=REGION, **arguments)
        ImageShare("golden-beijing", image_id=copy.image_id, region=REGION, accounts=MANY)
        pulumi.export("image_id", copy.image_id)

    return program


def copies(ecs: Emulator, region: str = REGION) -> list[Image]:
    """The owner's images in a region, as they truly are."""
    with ecs.cloud.lock:
        images = ecs.cloud.images.all_of(ecs.account("owner").id, region)
        for image in images:
            image.settle(ecs.cloud.clock.monotonic())
        return list(images)


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
    assert stack.resources["golden"]["type"] == "pulumi-python:dynamic/alicloud:ImageCopy"


def test_progress_is_a_line_of_the_log_and_is_not_repeated_at_the_end(
    ecs: Emulator, stack: Stack, copying: Any
) -> None:
    ecs.console.set_copy_seconds(2)
    stack.up(copying())
    [copy] = copies(ecs)
    assert len(re.findall(rf"ImageCopy golden creating \(\d+s\) 0 %, as {copy.id}\n", stack.text)) == 1
    assert " s left" in stack.text
    assert "Diagnostics:" not in stack.text


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
    text = stack.fails(
        stack.preview, copying(region=None, name="1", tags={"acs:x": 5}, encrypted="no", colour="red", image_id="m-1")
    )
    assert "Traceback" not in text
    for says in (
        "region is missing: give the ID of the region to copy the image to",
        "name must be 2 to 128 letters",
        "'acs:x' can't be the key of a tag",
        "encrypted must be True or False, not 'no'",
        "ImageCopy has no argument 'colour'",
    ):
        assert says in text


def test_what_only_a_copy_has_is_refused_as_an_argument(stack: Stack, copying: Any) -> None:
    names = ("image_id", "created_at", "size", "owner_id", "origin")
    text = stack.fails(stack.preview, copying(**dict.fromkeys(names, "x")))
    for name in names:
        assert f"ImageCopy has no argument '{name}'" in text


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


@pytest.mark.parametrize("change", ["source", "region", "encryption"])
def test_another_source_region_or_encryption_replaces_the_new_copy_first(
    ecs: Emulator, stack: Stack, copying: Any, change: str
) -> None:
    stack.up(copying())
    [before] = copies(ecs)
    arguments = {
        "source": {"source_image_id": ecs.image("golden-next").id},
        "region": {"region": "eu-central-1"},
        "encryption": {"kms_key_id": "my-key"},
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


def test_drift_is_found_by_refresh_and_shown_by_the_next_preview(ecs: Emulator, stack: Stack, copying: Any) -> None:
    program = copying(name="golden-beijing", tags={"team": "platform"})
    stack.up(program)
    [copy] = copies(ecs)
    copy.name, copy.tags = "renamed", {"team": "somebody", "more": "1", "acs:rm:rgId": "rg-1"}
    stack.refresh()
    stack.preview(program)
    assert '~ name           : "renamed" => "golden-beijing"' in stack.text
    assert '- more: "1"' in stack.text
    assert '~ team: "somebody" => "platform"' in stack.text
    assert "acs:" not in stack.text
    stack.up(program)
    assert (copy.name, copy.tags) == ("golden-beijing", {"team": "platform", "acs:rm:rgId": "rg-1"})


def test_a_copy_that_is_gone_leaves_the_state_and_is_made_anew(ecs: Emulator, stack: Stack, copying: Any) -> None:
    stack.up(copying())
    ecs.console.delete_image(REGION, copies(ecs)[0].id)
    stack.refresh()
    assert "golden" not in stack.resources
    assert "the copy is taken out of the state" in stack.text
    stack.up(copying())
    assert len(copies(ecs)) == 1


def test_destroy_is_refused_while_anybody_has_access(ecs: Emulator, stack: Stack, copying: Any) -> None:
    stack.up(copying())
    [copy] = copies(ecs)
    ecs.console.share(REGION, copy.id, PAYMENTS)
    text = stack.fails(stack.destroy)
    assert f"image {copy.id} in {REGION} can't be deleted. Nothing was changed." in text
    assert f"it is shared with 1 account: {PAYMENTS}. Unshare it first" in text
    assert ecs.console.shared_accounts(REGION, copy.id) == [PAYMENTS]
    ecs.console.unshare(REGION, copy.id, PAYMENTS)
    stack.destroy()
    assert copies(ecs) == []


def test_a_copy_that_fails_is_deleted_and_copied_anew_by_the_next_up(ecs: Emulator, stack: Stack, copying: Any) -> None:
    ecs.console.fail_next_copies()
    text = stack.fails(stack.up, copying())
    assert "pulumi_alicloud_image_share.CopyFailed: Copying image" in text
    assert "and does not say why" in text
    assert copies(ecs) == []
    assert "golden" not in stack.resources
    stack.up(copying())
    assert [copy.status for copy in copies(ecs)] == ["Available"]


def test_a_limit_that_is_reached_leaves_the_copy_to_the_next_up(
    ecs: Emulator, ecs_config: dict[str, str], tmp_path: Path, copying: Any
) -> None:
    ecs.console.set_copy_seconds(HOUR)
    stack = Stack(tmp_path, {**ecs_config, "image-share:copySeconds": "1"})
    text = stack.fails(stack.up, copying())
    assert "is not complete after 1 s (image-share:copySeconds)." in text
    [copy] = copies(ecs)
    assert f"The copy {copy.id} goes on in ECS, and the next `pulumi up` takes it over." in text
    ecs.console.advance_clock(HOUR)
    done = stack.up(copying())
    assert f"{copy.id} in {REGION} is the copy of {ecs.golden_image_id} that an interrupted run began" in stack.text
    assert done.outputs["image_id"].value == copy.id
    assert len(copies(ecs)) == 1


def test_two_checkouts_with_a_state_each_never_have_one_copy(
    ecs: Emulator, ecs_config: dict[str, str], tmp_path: Path
) -> None:
    ecs.console.set_copy_seconds(HOUR)
    folders = [tmp_path / "first", tmp_path / "second"]
    program = PROGRAM.format(image=ecs.golden_image_id)
    checkouts = []
    for folder in folders:
        folder.mkdir()
        checkouts.append(Killable(folder, ecs_config, program))
        checkouts[-1].init(STACK)
    first, second = checkouts
    try:
        run = up(first)
        run.wait_for(lambda: len(copies(ecs)) == 1)
        [begun] = copies(ecs)
        other = up(second)
        assert run.wait() != 0
        assert f"the copy {begun.id} was taken over by another run" in run.text
        assert "Is another checkout of this program, with a state of its own, running the stack shop/dev?" in run.text
        ecs.console.advance_clock(HOUR)
        assert other.wait() == 0, other.text
        assert second.outputs(STACK) == {"imageId": begun.id}
        ecs.console.set_copy_seconds(0)
        first.run(STACK, "up", "--yes", "--skip-preview")
        own = first.outputs(STACK)["imageId"]
        assert {copy.id for copy in copies(ecs)} == {begun.id, own}
        first.run(STACK, "destroy", "--yes", "--skip-preview")
        assert [copy.id for copy in copies(ecs)] == [begun.id]
        second.run(STACK, "preview", "--expect-no-changes")
        assert ecs.calls.count("CopyImage") == 2
    finally:
        for checkout in checkouts:
            checkout.end_what_is_left()


def test_keys_of_another_account_forget_and_delete_nothing(
    ecs: Emulator, stack: Stack, ecs_config: dict[str, str], tmp_path: Path, copying: Any
) -> None:
    stack.up(copying())
    payments = ecs.account("payments")
    keys = {"alicloud:accessKey": payments.access_key_id, "alicloud:secretKey": payments.access_key_secret}
    strangers = Stack(tmp_path, {**ecs_config, **keys})
    owner = ecs.account("owner").id
    # Without the program, the engine calls with the configuration that the state has.
    for command in (strangers.refresh, strangers.destroy):
        text = strangers.fails(command, copying(), run_program=True)
        assert f"belongs to account {owner}, and these are credentials of account {payments.id}" in text
        assert "golden" in strangers.resources
    assert len(copies(ecs)) == 1


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


# -- killed ----------------------------------------------------------------------------------------------------------

STACK = "dev"
PROGRAM = """
import pulumi
from pulumi_alicloud_image_share import ImageCopy, ImageShare

copy = ImageCopy("golden", source_image_id={image!r}, region="cn-beijing", family="golden", tags={{"team": "platform"}})
ImageShare("golden-beijing", image_id=copy.image_id, region="cn-beijing", accounts=["1000000000000002"])
pulumi.export("imageId", copy.image_id)
"""


@pytest.fixture
def killable(ecs: Emulator, ecs_config: dict[str, str], tmp_path: Path) -> Iterator[Killable]:
    ecs.console.set_copy_seconds(HOUR)
    stack = Killable(tmp_path, ecs_config, PROGRAM.format(image=ecs.golden_image_id))
    stack.init(STACK)
    yield stack
    stack.end_what_is_left()


def up(killable: Killable) -> Run:
    return killable.start(STACK, "up", "--yes", "--skip-preview")


@pytest.mark.parametrize("victims", ["provider", "engine", "provider and engine"])
@pytest.mark.parametrize("done", ["while nobody looked", "later"])
def test_an_up_that_is_killed_while_it_copies_is_taken_up_again(
    ecs: Emulator, killable: Killable, victims: str, done: str, figures: Figures
) -> None:
    run = up(killable)
    looks = {"provider": 1, "engine": 3, "provider and engine": 2}[victims]
    run.wait_for(lambda: ecs.calls.count("CopyImage") == 1 and ecs.calls.count("DescribeImages") >= 2 + looks)
    kill(killable, run, victims)
    [begun] = copies(ecs)
    assert begun.status == "Creating"
    figures("kills of provider and engine survived", 1)
    if done == "while nobody looked":
        ecs.console.advance_clock(HOUR)
    if "engine" in victims:
        killable.run(STACK, "refresh", "--yes", "--clear-pending-creates", "--skip-preview")
    again = up(killable)
    again.wait_for(lambda: "is the copy of" in again.text or ecs.calls.count("CopyImage") > 1)
    assert f"{begun.id} in {REGION} is the copy of {ecs.golden_image_id} that an interrupted run began" in again.text
    ecs.console.advance_clock(HOUR)
    assert again.wait() == 0, again.text
    [copy] = copies(ecs)
    assert (copy.id, copy.family, copy.status) == (begun.id, "golden", "Available")
    assert ecs.calls.count("CopyImage") == 1
    assert ecs.console.shared_accounts(REGION, copy.id) == [PAYMENTS]
    assert killable.outputs(STACK) == {"imageId": copy.id}
    killable.run(STACK, "preview", "--expect-no-changes")
    killable.run(STACK, "destroy", "--yes", "--skip-preview")
    assert copies(ecs) == []


def test_a_kill_right_after_the_copy_was_asked_for_copies_nothing_twice(
    ecs: Emulator, killable: Killable, figures: Figures
) -> None:
    ecs.faults.add(action="CopyImage", kind="delay", seconds=0.3)
    run = up(killable)
    run.wait_for(lambda: len(copies(ecs)) == 1)
    kill(killable, run, "provider")
    figures("kills of provider and engine survived", 1)
    ecs.console.advance_clock(HOUR)
    killable.run(STACK, "up", "--yes", "--skip-preview")
    assert [copy.status for copy in copies(ecs)] == ["Available"]


def kill(killable: Killable, run: Run, victims: str) -> None:
    """Kill -9 whom it says, and take away the lock that this leaves."""
    dying = [run.provider if victim == "provider" else run.engine for victim in victims.split(" and ")]
    assert all(dying)
    for process in itertools.chain(*dying):
        process.kill()
    if run.wait() == -signal.SIGKILL:
        killable.cancel(STACK)
