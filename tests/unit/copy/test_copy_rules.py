"""The rules of the image that is to be copied."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pulumi_alicloud_image_share.cloud.model import Image
from pulumi_alicloud_image_share.copy.rules import copy_problems
from pulumi_alicloud_image_share.values import UNKNOWN

IMAGE = Image("m-bp1golden00000000001", "cn-hangzhou", "1000000000000001", "self", "Available")


def said(**changes: Any) -> str:
    [problem] = copy_problems(replace(IMAGE, **changes), region="cn-beijing", encrypted=None)
    assert problem.property == "source_image_id"
    return problem.sentence


@pytest.mark.parametrize("region", ["cn-beijing", "cn-hangzhou", UNKNOWN])
def test_an_available_image_of_this_account_can_be_copied_anywhere(region: Any) -> None:
    assert copy_problems(IMAGE, region=region, encrypted=None) == []


def test_only_custom_images_can_be_copied() -> None:
    assert "is a public image of Alibaba Cloud: only custom images can be copied." in said(owner_alias="system")
    assert "is a Marketplace image: only custom images can be copied." in said(owner_alias="marketplace")


def test_a_community_image_cannot_be_copied() -> None:
    assert "is a community image: ECS does not copy those." in said(is_public=True)


def test_an_image_that_was_shared_with_this_account_can_be_copied_within_its_region_only() -> None:
    shared = {"owner_alias": "others", "owner_id": "1000000000000005"}
    assert "belongs to account 1000000000000005: an image that was shared with you can be copied only" in said(**shared)
    assert copy_problems(replace(IMAGE, **shared), region="cn-hangzhou", encrypted=None) == []
    assert copy_problems(replace(IMAGE, **shared), region=UNKNOWN, encrypted=None) == []


def test_an_image_in_the_making_says_how_far_it_is() -> None:
    assert "is still being made (Creating, 45% done): copy it once it is Available." in said(
        status="Creating", progress="45%"
    )
    assert "is still being made (Waiting): copy it" in said(status="Waiting")


def test_a_deprecated_image_cannot_be_copied() -> None:
    assert "is deprecated: deprecated images can't be copied." in said(status="Deprecated")


def test_an_unusable_image_cannot_be_copied() -> None:
    assert "can't be used (status UnAvailable): only an Available image can be copied." in said(status="UnAvailable")


def test_a_copy_of_an_encrypted_image_is_encrypted() -> None:
    [problem] = copy_problems(replace(IMAGE, encrypted=True), region="cn-beijing", encrypted=False)
    assert problem.property == "encrypted"
    assert "is encrypted, and so is every copy of it: leave encrypted out, or set it to True." in problem.sentence
    for wanted in (None, True, UNKNOWN):
        assert copy_problems(replace(IMAGE, encrypted=True), region="cn-beijing", encrypted=wanted) == []
