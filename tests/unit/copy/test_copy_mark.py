"""The mark by which an unfinished copy is found, the run in it, and the name of a copy that the program gives none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecs_emulator.ecs.naming import is_name
from pulumi_alicloud_image_share.cloud.model import Image
from pulumi_alicloud_image_share.copy.making import Mark, default_name, mark_of
from pulumi_alicloud_image_share.copy.record import Copy
from pulumi_alicloud_image_share.copy.rules import OWN_TAG
from pulumi_alicloud_image_share.values import UNKNOWN

IMAGE_ID, OWNER = "m-bp1golden00000000001", "1000000000000001"
TYPE = "pulumi-python:dynamic/alicloud-image-share:ImageCopy"
URN = f"urn:pulumi:dev::shop::{TYPE}::golden"
SPEC = Copy(IMAGE_ID, "cn-hangzhou", "cn-beijing")
SOURCE = Image(IMAGE_ID, "cn-hangzhou", OWNER, "self", "Available", name="golden-2024-05")


def marked(resource: str = URN, spec: Copy = SPEC) -> Mark:
    mark = mark_of(resource, spec)
    assert mark is not None
    return mark


def copy(name: str, tag: str = "", image_id: str = "m-2zecopy0000000000001") -> Image:
    tags = {OWN_TAG: tag} if tag else {}
    return Image(image_id, "cn-beijing", OWNER, "self", "Available", name=name, tags=tags)


def test_a_mark_is_the_same_for_the_same_copy_whatever_it_is_called() -> None:
    spec = replace(SPEC, name="other", description="Other", tags={"a": UNKNOWN}, force_delete=True)
    assert marked(spec=spec) == marked()
    assert marked().tag("run1") == f"shop/dev/golden {marked().digest} run1"
    assert marked().name == f"copying-{IMAGE_ID}-{marked().digest}"


@pytest.mark.parametrize(
    "other",
    [
        {"source_image_id": "m-bp1golden00000000002"},
        {"source_region": "cn-shanghai"},
        {"region": "eu-central-1"},
        {"encrypted": True},
        {"kms_key_id": "my-key"},
    ],
)
def test_a_mark_differs_where_the_copy_does(other: dict[str, Any]) -> None:
    assert marked(spec=replace(SPEC, **other)) != marked()


@pytest.mark.parametrize(
    "urn",
    [
        f"urn:pulumi:prod::shop::{TYPE}::golden",
        f"urn:pulumi:dev::other::{TYPE}::golden",
        f"urn:pulumi:dev::shop::{TYPE}::silver",
        f"urn:pulumi:dev::shop::my:Component${TYPE}::golden",
    ],
)
def test_a_mark_differs_where_the_resource_does_though_it_is_only_the_parent(urn: str) -> None:
    assert marked(urn).digest != marked().digest


@pytest.mark.parametrize("argument", ["source_image_id", "source_region", "region", "encrypted", "kms_key_id"])
def test_what_is_not_known_yet_has_no_mark_yet(argument: str) -> None:
    assert mark_of(URN, replace(SPEC, **{argument: UNKNOWN})) is None


def test_a_mark_says_which_run_took_the_copy_last() -> None:
    mark = marked()
    assert mark.run_of(copy("x", mark.tag("run1"))) == "run1"
    for tag in ("", "whatever somebody wrote", marked(f"{URN}2").tag("run1"), "organization/shop/dev/golden 0a1b"):
        assert mark.run_of(copy("x", tag)) == ""


def test_a_finished_copy_is_known_by_its_tag_and_an_unfinished_one_by_its_name() -> None:
    mark = marked()
    finished, unfinished = copy("golden-1", mark.tag("run1")), copy(mark.name)
    assert (mark.is_on(finished), mark.is_unfinished(finished)) == (True, False)
    assert (mark.is_on(unfinished), mark.is_unfinished(unfinished)) == (True, True)
    assert not mark.is_on(copy("golden-1"))


@given(st.text(max_size=400))
def test_a_mark_is_always_a_tag_and_a_name_that_ecs_takes(resource: str) -> None:
    found = marked(resource)
    tag = found.tag("0123456789ab")
    assert len(tag) <= 128
    assert not tag.startswith("acs:")
    assert "http://" not in tag
    assert found.run_of(copy("x", tag)) == "0123456789ab"
    assert is_name(found.name)


# -- the name of a copy that is given none ---------------------------------------------------------------------------


def test_a_default_name_is_the_sources_with_a_suffix_that_is_the_same_each_time() -> None:
    name = default_name(SOURCE, marked(), "", [])
    assert name == default_name(SOURCE, marked(), "", [copy("other")])
    assert name.startswith("golden-2024-05-")
    assert len(name) == len("golden-2024-05-") + 7


def test_a_default_name_is_another_for_another_resource_or_beside_a_copy_that_still_stands() -> None:
    names = [
        default_name(SOURCE, marked(), "", []),
        default_name(SOURCE, marked(f"{URN}-2"), "", []),
        default_name(SOURCE, marked(), "m-2zecopy0000000000001", []),
        default_name(SOURCE, marked(), "m-2zecopy0000000000002", []),
    ]
    assert len(set(names)) == 4


def test_a_default_name_that_a_copy_has_already_makes_room() -> None:
    first = default_name(SOURCE, marked(), "", [])
    second = default_name(SOURCE, marked(), "", [copy(first)])
    third = default_name(SOURCE, marked(), "", [copy(second, image_id="m-2zecopy0000000000002"), copy(first)])
    assert len({first, second, third}) == 3


def test_a_long_or_impossible_name_of_the_source_makes_a_possible_one() -> None:
    assert default_name(replace(SOURCE, name="x" * 128), marked(), "", []).startswith("x" * 120 + "-")
    assert default_name(replace(SOURCE, name="no name of ECS"), marked(), "", []).startswith(f"copy-of-{IMAGE_ID}-")


@given(st.text(max_size=140))
def test_a_default_name_is_always_one_that_ecs_takes(source: str) -> None:
    assert is_name(default_name(replace(SOURCE, name=source), marked(), "", []))
