"""From images, regions and accounts to copies and shares."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pulumi_alicloud_image_share.distributions.history import Past
from pulumi_alicloud_image_share.distributions.plan import Place, gone_sources, kept_images, places, retired_places
from pulumi_alicloud_image_share.distributions.request import Request, request_problems

HOME, SHANGHAI, BEIJING = "cn-hangzhou", "cn-shanghai", "cn-beijing"
PAYMENTS, DATA = "1000000000000002", "1000000000000003"
OLD, NOW, NEXT = "m-bp1golden202404", "m-bp1golden202405", "m-bp1golden202406"
REQUEST = Request(NOW, HOME, [SHANGHAI, HOME], [PAYMENTS], {}, 0)


def sentences(**changes: Any) -> list[str]:
    return [problem.sentence for problem in request_problems(replace(REQUEST, **changes))]


def planned(history: list[str], **changes: Any) -> list[Place]:
    request = replace(REQUEST, **changes)
    assert request_problems(request) == []
    return places("golden", request, Past(tuple(history)))


def test_the_images_own_region_is_shared_in_and_each_other_gets_a_copy() -> None:
    assert planned([]) == [
        Place(NOW, HOME, False, True, "golden-cn-hangzhou", None, [PAYMENTS]),
        Place(NOW, SHANGHAI, True, True, "golden-cn-shanghai", None, [PAYMENTS]),
    ]


def test_the_images_own_region_is_left_out_where_it_is_not_listed() -> None:
    assert [place.region for place in planned([], regions=[SHANGHAI])] == [SHANGHAI]


def test_accounts_and_keys_may_differ_from_region_to_region() -> None:
    accounts = {HOME: [PAYMENTS], SHANGHAI: {"data": DATA}}
    [home, copy] = planned([], accounts=accounts, kms_key_ids={SHANGHAI: "key-1"})
    assert (home.accounts, home.kms_key_id) == ([PAYMENTS], None)
    assert (copy.accounts, copy.kms_key_id) == ({"data": DATA}, "key-1")


def test_a_mapping_of_names_is_one_for_all_regions() -> None:
    assert [place.accounts for place in planned([], accounts={"payments": PAYMENTS})] == 2 * [{"payments": PAYMENTS}]


@pytest.mark.parametrize(
    "accounts",
    [{"data-team": DATA, "web": PAYMENTS}, {DATA: "data-team"}, {"data-team": object()}, {}],
    ids=["names", "account IDs", "outputs", "none"],
)
def test_a_mapping_without_lists_is_one_of_accounts_whatever_they_are_called(accounts: Any) -> None:
    assert [place.accounts for place in planned([], accounts=accounts)] == [accounts, accounts]


@pytest.mark.parametrize(
    ("image_id", "history", "keep", "kept"),
    [
        (NOW, [], 2, (NOW,)),
        (NOW, [NOW], 2, (NOW,)),
        (NEXT, [NOW, OLD], 0, (NEXT,)),
        (NEXT, [NOW, OLD], 1, (NEXT, NOW)),
        (NEXT, [NOW, OLD], 2, (NEXT, NOW, OLD)),
        (OLD, [NOW, OLD], 1, (OLD, NOW)),
    ],
)
def test_the_last_images_are_kept_newest_first(image_id: str, history: list[str], keep: int, kept: Any) -> None:
    assert kept_images(replace(REQUEST, image_id=image_id, keep_previous=keep), history) == kept


def test_images_says_what_stays_whatever_the_state_has() -> None:
    request = replace(REQUEST, image_id=None, images=[NEXT, NOW])
    assert kept_images(request, [NOW, OLD]) == (NEXT, NOW)


def test_images_has_the_names_that_keep_previous_gives() -> None:
    kept = planned([NOW, OLD], keep_previous=1)
    assert planned([NOW, OLD], image_id=None, images=[NOW, OLD]) == kept


def test_an_image_keeps_its_name_when_a_newer_one_comes() -> None:
    before = planned([], regions=[HOME], keep_previous=1)
    after = planned([NOW], regions=[HOME], keep_previous=1, image_id=NEXT)
    assert [place.name for place in before] == [f"golden-cn-hangzhou-{NOW}"]
    assert [(place.name, place.is_current) for place in after] == [
        (f"golden-cn-hangzhou-{NEXT}", True),
        (f"golden-cn-hangzhou-{NOW}", False),
    ]


def test_switching_rotation_on_or_off_renames_what_is_there_instead_of_replacing_it() -> None:
    [on] = planned([NOW], regions=[HOME], keep_previous=1)
    assert (on.name, on.former_name) == (f"golden-cn-hangzhou-{NOW}", "golden-cn-hangzhou")
    [off] = planned([NOW], regions=[HOME])
    assert (off.name, off.former_name) == ("golden-cn-hangzhou", f"golden-cn-hangzhou-{NOW}")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"regions": HOME}, "regions must be a list of region IDs, such as ['cn-hangzhou', 'cn-shanghai'], not "
         "'cn-hangzhou'."),
        ({"regions": []}, "regions must be a list of region IDs, such as ['cn-hangzhou', 'cn-shanghai'], not []."),
        ({"regions": 7}, "regions must be a list of region IDs, such as ['cn-hangzhou', 'cn-shanghai'], not 7."),
        ({"regions": [HOME, "Hangzhou"]}, "'Hangzhou' can't be a region: give a region ID such as 'cn-hangzhou', as "
         "plain text: what is made in a region is named for it."),
        ({"regions": [HOME, HOME]}, "region cn-hangzhou is listed twice: list it once."),
        ({"accounts": {HOME: [PAYMENTS]}}, "accounts has no entry for region cn-shanghai: give it one."),
        ({"accounts": {HOME: [PAYMENTS], SHANGHAI: [PAYMENTS], BEIJING: [DATA]}}, "accounts has an entry for "
         "'cn-beijing', which is not among regions."),
        ({"accounts": {"data-team": DATA, SHANGHAI: PAYMENTS}}, "accounts has region cn-shanghai as the name of an "
         "account: give each region a list of account IDs or a mapping of names to account IDs."),
        ({"kms_key_ids": "key-1"}, "kms_key_ids must be a mapping of region IDs to key IDs, not 'key-1'."),
        ({"kms_key_ids": {HOME: "key-1"}}, "kms_key_ids has a key for cn-hangzhou, the region of the image itself, "
         "which is not copied there: make an encrypted image first (ImageCopy within the region), and distribute "
         "that."),
        ({"kms_key_ids": {BEIJING: "key-1"}}, "kms_key_ids has a key for 'cn-beijing', which is not among regions."),
        ({"keep_previous": -1}, "keep_previous must be a whole number of images, from 0 to 20, not -1."),
        ({"keep_previous": True}, "keep_previous must be a whole number of images, from 0 to 20, not True."),
        ({"keep_previous": float("nan")}, "keep_previous must be a whole number of images, from 0 to 20, not nan."),
        ({"keep_previous": 1.5}, "keep_previous must be a whole number of images, from 0 to 20, not 1.5."),
        ({"keep_previous": 1, "image_id": object()}, "with keep_previous, image_id must be plain text, from the "
         "configuration for example, and not the output of another resource: the preview must know which image comes "
         "and which goes."),
        ({"image_id": None}, "neither image_id nor images is given: give the ID of the image to distribute."),
        ({"images": [NOW]}, "image_id and images are both given: give image_id alone, or all images that stay, the "
         "newest first."),
        ({"images": [NOW], "image_id": None, "keep_previous": 1}, "keep_previous and images are both given: images "
         "already says which images stay. Leave keep_previous out."),
        ({"images": NOW, "image_id": None}, f"images must be a list of image IDs, the newest first, not '{NOW}'."),
        ({"images": [], "image_id": None}, "images must be a list of image IDs, the newest first, not []."),
        ({"images": [NOW, NOW], "image_id": None}, f"image {NOW} is listed twice: list it once."),
        ({"images": [NOW, None], "image_id": None}, "each of images must be plain text, from the configuration for "
         "example, and not the output of another resource: the preview must know which image comes and which goes."),
        ({"images": [f"{NOW}{n}" for n in range(22)], "image_id": None}, "images has 22 images: at most 21 can be "
         "distributed side by side."),
    ],
)  # fmt: skip
def test_what_a_distribution_cannot_do_is_said_in_one_sentence(changes: dict[str, Any], says: str) -> None:
    assert sentences(**changes) == [says]


def past(*shares: tuple[str, str], regions: tuple[str, ...] = (HOME, SHANGHAI)) -> Past:
    return Past((NOW, OLD), regions, {share: f"urn of {share}" for share in shares})


ALL = ((HOME, NOW), (SHANGHAI, NOW), (HOME, OLD), (SHANGHAI, OLD))
KEEPING = replace(REQUEST, keep_previous=1)


def where(places: list[Place]) -> list[tuple[str, Any]]:
    return [(place.region, place.image_id) for place in places]


def test_a_previous_image_that_left_its_own_region_stays_where_copies_of_it_are() -> None:
    without_source = past(*(share for share in ALL if share != (HOME, OLD)))
    request = replace(KEEPING, regions=[HOME, SHANGHAI, BEIJING])
    assert where(places("golden", request, without_source)) == [
        (HOME, NOW),
        (BEIJING, NOW),
        (SHANGHAI, NOW),
        (SHANGHAI, OLD),
    ]
    assert gone_sources(request, without_source) == {OLD: [SHANGHAI]}
    assert gone_sources(replace(REQUEST, image_id=None, images=[NOW, OLD]), without_source) == {OLD: [SHANGHAI]}


@pytest.mark.parametrize(
    "had",
    [
        past(*ALL),
        past((SHANGHAI, NOW), (SHANGHAI, OLD), regions=(SHANGHAI,)),
        past((HOME, OLD), (SHANGHAI, OLD)),
    ],
    ids=["nothing is gone", "its own region is new", "the current one is gone"],
)
def test_no_other_image_is_left_out(had: Past) -> None:
    assert gone_sources(KEEPING, had) == {}
    assert set(where(places("golden", KEEPING, had))) == set(ALL)


def test_what_an_update_retires_is_what_the_state_has_of_images_that_do_not_stay() -> None:
    had = past(*ALL[:3])
    assert where(retired_places("golden", replace(KEEPING, image_id=NEXT), had)) == [(HOME, OLD)]
    assert where(retired_places("golden", replace(REQUEST, image_id=None, images=[NEXT]), had)) == [
        (HOME, NOW),
        (SHANGHAI, NOW),
        (HOME, OLD),
    ]
    # Without rotation the newest image's are replaced by the new one's, and not retired.
    assert where(retired_places("golden", replace(REQUEST, image_id=NEXT), had)) == [(HOME, OLD)]
    assert retired_places("golden", KEEPING, had) == []
