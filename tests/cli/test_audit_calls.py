"""The calls that an audit makes: as few as the API allows, and all that it takes."""

from __future__ import annotations

import pytest

from ecs_emulator import Emulator
from support.image_share import image_share

REGIONS = ("cn-hangzhou", "cn-shanghai")
ACCOUNTS = [f"20000000000{n:05}" for n in range(1, 51)]


@pytest.fixture
def many(ecs: Emulator) -> list[tuple[str, str]]:
    """120 images in each of two regions, each shared with 50 accounts."""
    images = [(region, ecs.console.create_image(region)) for region in REGIONS for _ in range(120)]
    for region, image_id in images:
        ecs.console.share(region, image_id, *ACCOUNTS)
    return images


def audited(ecs: Emulator, *options: str) -> dict[str, list[str]]:
    """Image ID to the accounts that an audit of both regions lists."""
    regions = [text for region in REGIONS for text in ("--region", region)]
    images = image_share(ecs, "audit", *regions, "--format", "json", *options).data["images"]
    return {image["imageId"]: [account["accountId"] for account in image["accounts"]] for image in images}


def test_a_call_for_each_image_and_few_for_each_region(ecs: Emulator, many: list[tuple[str, str]]) -> None:
    found = audited(ecs)
    assert all(found[image_id] == ACCOUNTS for _, image_id in many)
    two_pages_twice, community = 4, 1
    assert ecs.calls.by_action() == {
        "GetCallerIdentity": 1,
        "DescribeImages": (two_pages_twice + community) * len(REGIONS),
        "DescribeImageSharePermission": len(found),
    }


def test_images_that_ecs_lists_as_not_shared_need_no_call_where_that_will_do(
    ecs: Emulator, many: list[tuple[str, str]]
) -> None:
    found = audited(ecs, "--shared-only")
    assert all(found[image_id] == ACCOUNTS for _, image_id in many)
    community = 1
    assert ecs.calls.by_action()["DescribeImageSharePermission"] == len(many) + community < len(found)


def test_an_image_shared_with_more_accounts_than_a_page_has_is_read_to_the_end_twice(ecs: Emulator) -> None:
    ecs.console.set_share_quota("owner", 150)
    accounts = [f"20000000000{n:05}" for n in range(1, 101)] + ["1000000000000002", "1000000000000003"]
    ecs.console.share(REGIONS[0], ecs.golden_image_id, *accounts)
    found = audited(ecs)
    assert sorted(found[ecs.golden_image_id]) == sorted(accounts)
    assert ecs.calls.by_action()["DescribeImageSharePermission"] == len(found) + 3


def test_pages_that_are_shorter_than_asked_for_are_followed(ecs: Emulator, many: list[tuple[str, str]]) -> None:
    ecs.faults.page_size_cap = 30
    found = audited(ecs)
    assert all(found[image_id] == ACCOUNTS for _, image_id in many)


def test_help_and_the_policy_call_nobody(ecs: Emulator) -> None:
    for arguments in (("--help",), ("audit", "--help"), ("audit", "--policy"), ("--version",)):
        assert image_share(ecs if "--policy" in arguments else None, *arguments).code == 0
    assert ecs.calls.count() == 0
