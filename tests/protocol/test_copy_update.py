"""Update of copies over the real protocol changes them in place, and says what was done where it fails."""

from __future__ import annotations

from typing import Any

import grpc
import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share.copy.rules import OWN_TAG, program_tags
from pulumi_alicloud_image_share.dynamic import ImageCopyProvider
from support import protocol
from support.golden_copies import asking, images
from support.protocol import COPY_URN, Provider, running_provider

pytestmark = pytest.mark.both_frontends

REGION = "cn-beijing"
READS_AND_CHANGES = ("DescribeImages", "TagResources", "UntagResources", "ModifyImageAttribute")
NO = {"kind": "error", "code": "Forbidden.RAM", "message": "No.", "status": 403}


def test_update_changes_everything_in_place_in_three_calls_and_a_look(ecs: Emulator, copier: Provider) -> None:
    id, outputs = copier.share(asking(ecs, description="Hardened", tags={"team": "platform", "stage": "live"}))
    mark = images(ecs)[outputs["image_id"]].tags[OWN_TAG]
    images(ecs)[outputs["image_id"]].tags["added-in-the-console"] = "1"
    arguments = {"name": "new", "description": "New", "family": "golden", "tags": {"team": "images", "cost": "7"}}
    copier.next_run()
    inputs = copier.check(asking(ecs, **arguments), outputs).inputs
    ecs.calls.reset()
    changed = copier.update(id, outputs, inputs)
    assert ecs.calls.by_action() == dict.fromkeys(READS_AND_CHANGES, 1)
    copy = images(ecs)[outputs["image_id"]]
    assert (copy.name, copy.description, copy.family) == ("new", "New", "golden")
    assert copy.tags == {OWN_TAG: mark, "team": "images", "cost": "7", "added-in-the-console": "1"}
    assert {name: changed[name] for name in ("name", "description", "family")} == {
        name: arguments[name] for name in ("name", "description", "family")
    }
    assert (changed["image_id"], changed["created_at"]) == (outputs["image_id"], outputs["created_at"])


def test_a_new_tag_or_name_alone_is_one_call_and_a_look(ecs: Emulator, copier: Provider) -> None:
    id, outputs = copier.share(asking(ecs))
    tagged = {"tags": {"team": "platform"}}
    for change in (tagged, {**tagged, "name": "new"}, {"tags": {}}):
        ecs.calls.reset()
        outputs = copier.change(id, outputs, asking(ecs, **change))
        called = {**ecs.calls.by_action()}
        # Whether the name is free, the dynamic frontend looks up in its check, the plugin in its preview.
        called["DescribeImages"] -= 1 if "name" in change and protocol.frontend == "dynamic" else 0
        assert sum(called.values()) == 2


@pytest.mark.parametrize(
    "edited",
    [
        {"name": "renamed"},
        {"description": "Other"},
        {"family": "other"},
        {"tags": {"team": "somebody", "cost": "7"}},
        {"tags": {}},
    ],
    ids=["renamed", "described", "another-family", "retagged", "untagged"],
)
@pytest.mark.parametrize(
    "change", [{"name": "new"}, {"description": "New"}, {"tags": {"team": "platform", "cost": "8"}}], ids=str
)
def test_an_update_ends_as_its_preview_said_though_the_copy_was_changed_in_the_console(
    ecs: Emulator, copier: Provider, edited: dict[str, Any], change: dict[str, Any]
) -> None:
    given = asking(
        ecs, name="golden-1", description="Hardened", family="golden", tags={"team": "platform", "cost": "7"}
    )
    id, outputs = copier.share(given)
    copy = images(ecs)[outputs["image_id"]]
    for attribute, value in edited.items():
        setattr(copy, attribute, value)
    news = {**given, **change}
    changed = copier.change(id, outputs, news)
    attributes = ("name", "description", "family", "tags")
    assert {each: changed[each] for each in attributes} == {each: news[each] for each in attributes}
    assert (copy.name, copy.description, copy.family) == (news["name"], news["description"], news["family"])
    assert program_tags(copy.tags) == news["tags"]


def test_a_tag_that_was_added_in_the_console_is_left_alone_until_a_refresh(ecs: Emulator, copier: Provider) -> None:
    id, outputs = copier.share(asking(ecs, tags={"team": "platform"}))
    copy = images(ecs)[outputs["image_id"]]
    copy.tags["added"] = "1"
    changed = copier.change(id, outputs, asking(ecs, tags={"team": "images"}))
    assert changed["tags"] == {"team": "images"}
    assert copy.tags["added"] == "1"
    assert copier.read(id, changed)[1]["tags"] == {"team": "images", "added": "1"}


def test_an_update_of_a_copy_that_is_gone_says_to_refresh(ecs: Emulator, copier: Provider) -> None:
    id, outputs = copier.share(asking(ecs))
    inputs = copier.check(asking(ecs, tags={"team": "platform"}), outputs).inputs
    ecs.console.delete_image(REGION, outputs["image_id"])
    with pytest.raises(grpc.RpcError, match="If it was deleted, run `pulumi refresh` with its owner's credentials"):
        copier.update(id, outputs, inputs)


def test_another_identity_alone_is_no_call(ecs: Emulator, copier: Provider) -> None:
    id, outputs = copier.share(asking(ecs))
    inputs = copier.check(asking(ecs), outputs).inputs
    ecs.calls.reset()
    assert copier.update(id, outputs, {**inputs, "profile": "owner"}) == {**outputs, "profile": "owner"}
    assert ecs.calls.count() == 0


def test_an_update_that_fails_says_what_was_done_and_what_was_not(ecs: Emulator, copier: Provider) -> None:
    id, outputs = copier.share(asking(ecs, tags={"stage": "live"}))
    inputs = copier.check(asking(ecs, name="new", tags={"team": "platform"}), outputs).inputs
    ecs.faults.add(action="TagResources", times=1, **NO)
    with pytest.raises(grpc.RpcError, match=f"Changing image {outputs['image_id']} in {REGION} failed") as failure:
        copier.update(id, outputs, inputs)
    said = str(failure.value.details())
    assert "Done: taking away the tag stage. Not done: setting the tag team; setting name." in said
    assert '"Action": "ecs:TagResources"' in said
    assert copier.update(id, outputs, inputs)["tags"] == {"team": "platform"}


def test_an_update_of_an_image_that_is_gone_says_so(ecs: Emulator, copier: Provider) -> None:
    id, outputs = copier.share(asking(ecs, tags={"team": "platform"}))
    inputs = copier.check(asking(ecs, name="new", tags={"team": "images"}), outputs).inputs
    ecs.console.delete_image(REGION, outputs["image_id"])
    with pytest.raises(grpc.RpcError, match="does not exist in region cn-beijing"):
        copier.update(id, outputs, inputs)
    with pytest.raises(grpc.RpcError, match="does not exist in region cn-beijing"):
        copier.update(id, outputs, {**inputs, "tags": outputs["tags"]})


def test_an_update_that_does_not_show_is_a_failure(ecs: Emulator, copier: Provider, ecs_config: dict[str, str]) -> None:
    id, outputs = copier.share(asking(ecs))
    inputs = copier.check(asking(ecs, name="new"), outputs).inputs
    with running_provider({**ecs_config, "alicloud-image-share:visibleSeconds": "0.5"}, {}) as process:
        impatient = process.of(COPY_URN, ImageCopyProvider())
        with ecs.cloud.lock:
            ecs.cloud.attributes.modify = lambda *_: None  # type: ignore[method-assign]
        with pytest.raises(grpc.RpcError, match=r"ECS accepted the change, but after 0\.5 s it does not show"):
            impatient.update(id, outputs, inputs)


def test_a_change_that_cannot_be_read_is_a_failure(ecs: Emulator, copier: Provider) -> None:
    id, outputs = copier.share(asking(ecs))
    inputs = copier.check(asking(ecs, name="new"), outputs).inputs
    ecs.faults.add(action="DescribeImages", **NO)
    with pytest.raises(grpc.RpcError, match="ECS accepted the change, but it can't be read"):
        copier.update(id, outputs, inputs)
