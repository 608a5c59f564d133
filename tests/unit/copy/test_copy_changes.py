"""Changing an image in place: the plan, the calls, and what is said where one fails."""

from __future__ import annotations

import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share.cloud.credentials import find_credential
from pulumi_alicloud_image_share.cloud.ecs import Ecs
from pulumi_alicloud_image_share.cloud.model import Image
from pulumi_alicloud_image_share.cloud.settings import read_settings
from pulumi_alicloud_image_share.copy.changes import AttributeChange, ImageAttributes, change_attributes, plan_change

REGION = "cn-hangzhou"
HAVE = ImageAttributes("golden", "Hardened", "golden", {"team": "platform", "stage": "test"})
NO = {"kind": "error", "code": "Forbidden.RAM", "message": "No.", "status": 403}


@pytest.fixture
def frontend(ecs: Emulator, ecs_config: dict[str, str]) -> Ecs:
    settings = read_settings(ecs_config.get, {})
    return Ecs(settings, find_credential(settings))


def seen(attributes: ImageAttributes) -> Image:
    return Image(
        "m-bp1golden00000000001", REGION, "1000000000000001", "self", "Available",
        name=attributes.name, description=attributes.description, family=attributes.family, tags=attributes.tags,
    )  # fmt: skip


def test_what_is_as_it_should_be_needs_nothing() -> None:
    assert not plan_change(HAVE, HAVE)


def test_what_is_left_out_stays_but_tags_that_are_left_out_go() -> None:
    assert plan_change(HAVE, ImageAttributes()) == AttributeChange(untag=("stage", "team"))


def test_only_what_differs_is_changed() -> None:
    want = ImageAttributes("golden-2", "Hardened", "golden-2", {"team": "images", "cost": "7"})
    change = plan_change(HAVE, want)
    assert change == AttributeChange("golden-2", "", "golden-2", {"team": "images", "cost": "7"}, ("stage",))
    assert change.of(seen(HAVE)) == seen(want)
    assert change.shows(seen(want))
    assert not change.shows(seen(HAVE))


@pytest.mark.parametrize(
    "missing",
    [
        ImageAttributes("golden", "Hardened", "golden-2", {"team": "images", "cost": "7"}),
        ImageAttributes("golden-2", "Hardened", "golden", {"team": "images", "cost": "7"}),
        ImageAttributes("golden-2", "Hardened", "golden-2", {"team": "images"}),
        ImageAttributes("golden-2", "Hardened", "golden-2", {"team": "images", "cost": "7", "stage": "test"}),
    ],
)
def test_a_change_shows_only_where_all_of_it_does(missing: ImageAttributes) -> None:
    want = ImageAttributes("golden-2", "Hardened", "golden-2", {"team": "images", "cost": "7"})
    assert not plan_change(HAVE, want).shows(seen(missing))


def test_a_change_takes_three_calls_at_most(ecs: Emulator, frontend: Ecs) -> None:
    change = AttributeChange("renamed", "Described", "grouped", {"cost": "7"}, ("stage",))
    assert change_attributes(frontend, REGION, ecs.golden_image_id, change).done == (
        "taking away the tag stage",
        "setting the tag cost",
        "setting name, description, family",
    )
    [image] = frontend.own_images(REGION, image_id=ecs.golden_image_id)
    assert (image.name, image.description, image.family) == ("renamed", "Described", "grouped")
    assert image.tags == {"team": "platform", "cost": "7"}
    assert ecs.calls.count() == 4


def test_twenty_tags_can_be_swapped_for_twenty_others(ecs: Emulator, frontend: Ecs) -> None:
    first, second = {f"a{n}": "" for n in range(20)}, {f"b{n}": "" for n in range(20)}
    for have, want in (({"team": "", "stage": ""}, first), (first, second)):
        assert (
            change_attributes(
                frontend,
                REGION,
                ecs.golden_image_id,
                plan_change(ImageAttributes(tags=have), ImageAttributes(tags=want)),
            ).error
            is None
        )
    [image] = frontend.own_images(REGION, image_id=ecs.golden_image_id)
    assert image.tags == second


def test_what_was_done_and_what_was_not_is_told_where_a_call_fails(ecs: Emulator, frontend: Ecs) -> None:
    ecs.faults.add(action="TagResources", **NO)
    change = AttributeChange("renamed", tag={"a": "1", "b": "2"}, untag=("stage",))
    outcome = change_attributes(frontend, REGION, ecs.golden_image_id, change)
    assert outcome.done == ("taking away the tag stage",)
    assert outcome.left == ("setting the tags a, b", "setting name")
    assert "TagResources failed with Forbidden.RAM" in str(outcome.error)
    assert ecs.calls.count("ModifyImageAttribute") == 0
