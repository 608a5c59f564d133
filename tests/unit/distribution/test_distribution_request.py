"""From images, regions and accounts to copies and shares, and the rules for what a program may ask."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pulumi_alicloud_image_share.distribution.request import (
    Place,
    Request,
    ignored_by,
    places,
    predecessor,
    request_problems,
)

HOME, SHANGHAI, BEIJING = "cn-hangzhou", "cn-shanghai", "cn-beijing"
PAYMENTS, DATA = "1000000000000002", "1000000000000003"
SECRET = "1999999999999991"
OLD, NOW, NEXT = "m-bp1golden202404", "m-bp1golden202405", "m-bp1golden202406"
REQUEST = Request(NOW, HOME, [SHANGHAI, HOME], [PAYMENTS], {})
OUTPUT = object()
"""What stands for an output of another resource."""


def sentences(**changes: Any) -> list[str]:
    return [problem.sentence for problem in request_problems(replace(REQUEST, **changes))]


def planned(**changes: Any) -> list[Place]:
    request = replace(REQUEST, **changes)
    assert request_problems(request) == []
    return places("golden", request)


def test_the_images_own_region_is_shared_in_and_each_other_gets_a_copy() -> None:
    home, shanghai = "golden-cn-hangzhou", "golden-cn-shanghai"
    assert planned() == [
        Place(NOW, HOME, False, True, f"{home}-{NOW}", (home,), [PAYMENTS]),
        Place(NOW, SHANGHAI, True, True, f"{shanghai}-{NOW}", (shanghai,), [PAYMENTS]),
    ]


def test_the_images_own_region_is_left_out_if_it_is_not_listed() -> None:
    assert [place.region for place in planned(regions=[SHANGHAI])] == [SHANGHAI]


def test_one_image_id_is_short_for_a_list_of_one() -> None:
    assert planned(image_id=None, images=[NOW]) == planned()


def test_each_image_is_in_each_region_the_current_one_first() -> None:
    found = planned(image_id=None, images=[NEXT, NOW])
    assert [(place.image_id, place.region, place.is_current) for place in found] == [
        (NEXT, HOME, True),
        (NEXT, SHANGHAI, True),
        (NOW, HOME, False),
        (NOW, SHANGHAI, False),
    ]


def test_an_image_keeps_its_name_when_a_newer_one_comes_or_it_is_current_again() -> None:
    named = {
        (place.image_id, place.name)
        for images in ([NOW], [NEXT, NOW], [NOW, NEXT])
        for place in planned(image_id=None, images=images, regions=[HOME])
    }
    assert named == {(NOW, f"golden-cn-hangzhou-{NOW}"), (NEXT, f"golden-cn-hangzhou-{NEXT}")}


def test_an_image_that_is_an_output_is_named_after_the_region_and_found_again_as_the_oldest_of_a_list() -> None:
    [output] = planned(image_id=OUTPUT, regions=[HOME])
    assert (output.name, output.former_names) == ("golden-cn-hangzhou", ())
    [newest, oldest] = planned(image_id=None, images=[NEXT, NOW], regions=[HOME])
    assert (newest.former_names, oldest.former_names) == ((), ("golden-cn-hangzhou",))


def test_accounts_and_keys_may_differ_from_region_to_region() -> None:
    accounts = {HOME: [PAYMENTS], SHANGHAI: {"data": DATA}}
    [home, copy] = planned(accounts=accounts, kms_key_ids={SHANGHAI: "key-1"})
    assert (home.accounts, home.kms_key_id) == ([PAYMENTS], None)
    assert (copy.accounts, copy.kms_key_id) == ({"data": DATA}, "key-1")


@pytest.mark.parametrize(
    "accounts",
    [{"payments": PAYMENTS}, {"data-team": DATA, "web": PAYMENTS}, {DATA: "data-team"}, {"data-team": OUTPUT}, {}],
    ids=["name", "names", "account IDs", "outputs", "none"],
)
def test_a_mapping_without_lists_is_one_of_accounts_for_all_regions(accounts: Any) -> None:
    assert [place.accounts for place in planned(accounts=accounts)] == [accounts, accounts]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"regions": HOME}, "regions must be a list of region IDs"),
        ({"regions": []}, "regions must be a list of region IDs"),
        ({"regions": [HOME, OUTPUT]}, "can't be a region"),
        ({"accounts": SECRET}, "accounts must be a list of account IDs or a mapping"),
        ({"accounts": {HOME: [DATA], SHANGHAI: SECRET}}, "accounts has a string for region cn-shanghai"),
        ({"by_region": True}, "accounts must be a mapping of region IDs"),
        ({"by_region": True, "accounts": {HOME: DATA}}, "accounts has no entry for region cn-shanghai"),
        ({"kms_key_ids": ["key"]}, "kms_key_ids must be a mapping"),
        ({"kms_key_ids": {BEIJING: "key"}}, "kms_key_ids has a key for 'cn-beijing', which is not among regions."),
        ({"image_id": ""}, "neither image_id nor images is given"),
        ({"image_id": None, "images": []}, "images must be a list of image IDs, the newest first, not []."),
        ({"image_id": None, "images": [NOW, ""]}, "each of images must be plain text"),
    ],
)
def test_a_mistake_is_one_sentence(changes: dict[str, Any], says: str) -> None:
    assert any(says in sentence for sentence in sentences(**changes))
    assert SECRET not in str(sentences(**changes))


def test_an_entry_of_a_path_is_ignored_as_a_whole_and_everything_by_a_star() -> None:
    copies, shares, problems = ignored_by(["accounts[0]", "tags", "regions"], "accounts")
    assert (copies, shares) == (["tags"], ["accounts"])
    assert "changes of 'regions' can't be ignored" in problems[0].sentence
    assert ignored_by(["*"], "accounts")[1][0] == "accounts"


SHARE = "pulumi-python:dynamic/alicloud:ImageShare"
PARENT = "urn:pulumi:dev::shop::alicloud-image-share:index:ImageDistribution"


def urn(name: str, type_: str = SHARE) -> str:
    return f"{PARENT}${type_}::{name}"


def share(accounts: int) -> dict[str, Any]:
    return {"type": SHARE, "outputs": {"accounts": dict.fromkeys(map(str, range(accounts)), "")}}


def test_a_new_share_takes_over_from_the_one_of_another_image_that_has_most_accounts() -> None:
    new = urn(f"golden-{HOME}-{NEXT}")
    state = {
        urn(f"golden-{HOME}-{OLD}"): share(3),
        urn(f"golden-{HOME}-{NOW}"): share(40),
        urn(f"golden-{SHANGHAI}-{NOW}"): share(50),
        urn(f"another-golden-{HOME}-{NOW}"): share(50),
        urn(f"golden-{HOME}-{NOW}", "pulumi-python:dynamic/alicloud:ImageCopy"): share(50),
    }
    assert predecessor(state, [new]) == urn(f"golden-{HOME}-{NOW}")
    assert predecessor(state, [urn(f"gold-{HOME}-{NEXT}"), new]) == urn(f"golden-{HOME}-{NOW}")
    assert predecessor({urn(f"golden-{HOME}"): share(1)}, [new]) == urn(f"golden-{HOME}")
    assert predecessor(state, [urn(f"silver-{HOME}-{NEXT}")]) == ""
