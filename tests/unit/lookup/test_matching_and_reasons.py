"""Which image answers a consumer's question, and what is said where none does."""

from __future__ import annotations

import time
from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest

from pulumi_alicloud_image_share import SharedImage
from pulumi_alicloud_image_share.lookup.matching import (
    Findings,
    ListedImage,
    answers,
    described,
    none_sentence,
    several_sentence,
    unready,
    why_none,
)
from pulumi_alicloud_image_share.lookup.query import ImageQuery
from pulumi_alicloud_image_share.slots import render
from support.clear_sentences import assert_clear

OWNER, PAYMENTS, PARTNER, STRANGER = "1000000000000001", "1000000000000002", "1000000000000005", "6000000000000006"
HANGZHOU = "cn-hangzhou"
MAY = SharedImage(
    image_id="m-bp1may",
    region=HANGZHOU,
    owner_id=OWNER,
    name="golden-2024-05",
    family="golden",
    created_at="2024-05-01T02:03:04Z",
    architecture="x86_64",
    os_type="linux",
    tags={"stage": "live", "team": "platform"},
)
JUNE = replace(MAY, image_id="m-bp1june", name="golden-2024-06", created_at="2024-06-01T02:03:04Z")
ANY = ImageQuery((OWNER,), HANGZHOU, "*")


def shared(*images: SharedImage) -> list[ListedImage]:
    return [ListedImage(image, "others", "100%") for image in images]


def found(query: ImageQuery, *images: SharedImage) -> list[str]:
    return [image.image_id for image in answers(query, shared(*images))]


def reasons(query: ImageQuery, **findings: Any) -> list[str]:
    sentences = list(map(render, why_none(query, Findings(**findings))))
    for sentence in sentences:
        assert_clear(sentence)
    return sentences


def reason(query: ImageQuery, **findings: Any) -> str:
    [sentence] = reasons(query, **findings)
    return sentence


def test_the_newest_comes_first_whatever_the_order() -> None:
    assert found(ANY, MAY, JUNE) == found(ANY, JUNE, MAY) == ["m-bp1june", "m-bp1may"]


def test_an_image_that_two_pages_list_is_one() -> None:
    assert found(ANY, MAY, JUNE, MAY) == ["m-bp1june", "m-bp1may"]


@pytest.mark.parametrize("older", ["2024-05-31T23:59Z", "2024-05-31", "", "yesterday", "2024-06-01T10:03:03+08:00"])
def test_times_are_compared_as_times_and_an_odd_one_is_the_oldest(older: str) -> None:
    assert found(ANY, replace(MAY, created_at=older), JUNE) == ["m-bp1june", "m-bp1may"]


def test_images_of_one_time_have_an_order() -> None:
    twin = replace(MAY, image_id="m-bp1twin")
    assert found(ANY, twin, MAY) == found(ANY, MAY, twin)


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("golden-2024-05", True),
        ("golden-*", True),
        ("*-05", True),
        ("*", True),
        ("g*2024*5", True),
        ("golden-2024-05*", True),
        ("golden", False),
        ("2024", False),
        ("Golden-2024-05", False),
        ("golden-2024.05", False),
        ("*06", False),
        ("", False),
    ],
)
def test_a_name_is_whole_or_has_wildcards(name: str, fits: bool) -> None:
    assert found(replace(ANY, name=name), MAY) == (["m-bp1may"] if fits else [])


def test_a_name_of_many_wildcards_is_compared_in_no_time() -> None:
    began = time.monotonic()
    assert found(replace(ANY, name="*a" * 40 + "b"), replace(MAY, name="a" * 128)) == []
    assert time.monotonic() - began < 1


@pytest.mark.parametrize(("family", "fits"), [("golden", True), (f"acs:{OWNER}:golden", True), ("gold", False)])
def test_a_family_is_the_owners_word_or_that_of_ecs(family: str, fits: bool) -> None:
    assert found(ImageQuery((OWNER,), HANGZHOU, family=family), MAY) == (["m-bp1may"] if fits else [])


@pytest.mark.parametrize(
    ("tags", "fits"),
    [
        ({"stage": "live"}, True),
        ({"stage": "live", "team": "platform"}, True),
        ({"stage": "candidate"}, False),
        ({"stage": "live", "team": "web"}, False),
        ({"cost": "1"}, False),
    ],
)
def test_all_tags_must_be_there(tags: dict[str, str], fits: bool) -> None:
    assert found(replace(ANY, tags=tags), MAY) == (["m-bp1may"] if fits else [])


@pytest.mark.parametrize("change", [{"architecture": "arm64"}, {"os_type": "windows"}])
def test_architecture_and_operating_system_must_be_as_asked(change: dict[str, Any]) -> None:
    query = replace(ANY, architecture="x86_64", os_type="linux")
    assert found(query, MAY, replace(JUNE, **change)) == ["m-bp1may"]


def test_only_trusted_owners_count_whatever_ecs_lists() -> None:
    assert found(ANY, MAY, replace(JUNE, owner_id=STRANGER), replace(JUNE, owner_id="")) == ["m-bp1may"]
    assert found(replace(ANY, owner_ids=(PARTNER, STRANGER)), MAY) == []


@pytest.mark.parametrize("alias", ["self", "system", "marketplace", ""])
def test_only_what_ecs_calls_others_counts(alias: str) -> None:
    assert answers(ANY, [ListedImage(MAY, alias)]) == []


def test_a_community_image_counts_only_where_it_is_allowed() -> None:
    community = replace(MAY, is_community=True)
    assert found(ANY, community) == []
    assert found(replace(ANY, allow_community=True), community, JUNE) == ["m-bp1june", "m-bp1may"]
    assert found(replace(ANY, allow_community=True, owner_ids=(PARTNER,)), community) == []


@pytest.mark.parametrize("status", ["Creating", "Waiting", "UnAvailable", "CreateFailed", "Deprecated", ""])
def test_only_an_available_image_counts(status: str) -> None:
    assert found(ANY, replace(JUNE, status=status), MAY) == ["m-bp1may"]


def test_an_image_can_be_called_by_its_id_and_never_changed() -> None:
    assert MAY.id == MAY.image_id
    with pytest.raises(FrozenInstanceError):
        MAY.owner_id = STRANGER  # type: ignore[misc]


def test_the_sentence_says_what_was_asked_of_whom_and_where() -> None:
    query = ImageQuery((OWNER, PARTNER), HANGZHOU, "golden-*", "golden", {"stage": "live"}, "arm64", "linux")
    assert render(none_sentence(query)) == (
        "get_shared_image found no image with name 'golden-*', family 'golden', tag 'stage' 'live', architecture arm64 "
        f"and os_type linux that the accounts {OWNER} and {PARTNER} share with this account in region cn-hangzhou."
    )
    assert_clear(render(none_sentence(replace(query, owner_ids=tuple(str(n) for n in range(10, 60))))))


def test_several_are_listed_newest_first_but_not_all_of_very_many() -> None:
    assert "get_shared_image found 2 images with name '*' that account" in render(several_sentence(ANY, [JUNE, MAY]))
    assert described([JUNE, MAY]) == [
        f"m-bp1june 'golden-2024-06' of account {OWNER}, created 2024-06-01T02:03:04Z.",
        f"m-bp1may 'golden-2024-05' of account {OWNER}, created 2024-05-01T02:03:04Z.",
    ]
    assert described([MAY] * 12)[-1] == "2 more."
    assert described([replace(MAY, created_at="")])[0].endswith("created at an unknown time.")


@pytest.mark.parametrize(
    ("status", "progress", "says"),
    [
        ("Creating", "45%", "is still being made (Creating, 45% done): run again once it is Available."),
        ("Waiting", "", "is still being made (Waiting): run again once it is Available."),
        ("Deprecated", "100%", "is deprecated: let its owner un-deprecate it, or share another."),
        ("UnAvailable", "100%", "can't be used (status UnAvailable): let its owner share one that is Available."),
    ],
)
def test_an_image_that_is_not_available_says_why(status: str, progress: str, says: str) -> None:
    here = [ListedImage(replace(MAY, status=status), "others", progress), *shared(replace(JUNE, owner_id=STRANGER))]
    assert [item.image.image_id for item in unready(ANY, here)] == ["m-bp1may"]
    assert reason(ANY, here=here) == f"m-bp1may 'golden-2024-05' of account {OWNER} fits, but {says}"


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"name": "golden-*", "family": "silver"}, "its family is 'golden', not 'silver'"),
        ({"name": "golden-*", "tags": {"stage": "candidate"}}, "its tag 'stage' is 'live', not 'candidate'"),
        ({"name": "golden-*", "tags": {"cost": "1"}}, "it has no tag 'cost'"),
        ({"name": "golden-2024-07", "family": "golden"}, "its name is not 'golden-2024-07'"),
        ({"name": "golden-*", "architecture": "arm64"}, "its architecture is 'x86_64', not 'arm64'"),
        ({"family": "golden", "os_type": "windows"}, "its os_type is 'linux', not 'windows'"),
        (
            {"name": "golden-*", "family": "silver", "tags": {"stage": "candidate"}},
            "its family is 'golden', not 'silver' and its tag 'stage' is 'live', not 'candidate'",
        ),
    ],
)
def test_an_image_that_fits_in_part_says_what_does_not_fit(query: dict[str, Any], says: str) -> None:
    sentence = reason(ImageQuery((OWNER,), HANGZHOU, **query), here=shared(MAY))
    assert sentence == f"m-bp1may 'golden-2024-05' of account {OWNER} fits but for this: {says}."


def test_only_those_that_fit_best_are_told() -> None:
    query = replace(ANY, name="golden-*", family="silver", tags={"stage": "live"})
    here = shared(MAY, replace(JUNE, tags={"stage": "candidate"}), replace(JUNE, image_id="m-bp1x", name="iron"))
    assert "m-bp1may" in reason(query, here=here)


def test_an_image_whose_tags_ecs_does_not_show_says_so_once() -> None:
    query = replace(ANY, name="golden-*", tags={"stage": "live", "team": "platform"})
    sentence = reason(query, here=shared(replace(MAY, tags={})))
    assert sentence.endswith("fits but for this: ECS shows this account none of its tags.")


def test_an_image_without_a_family_says_so() -> None:
    query = replace(ANY, name="golden-*", family="golden")
    assert "it has no family, not 'golden'" in reason(query, here=shared(replace(MAY, family="")))


def test_what_fits_in_other_regions_is_named_the_newest_of_each() -> None:
    elsewhere = shared(
        replace(MAY, region="cn-shanghai"),
        replace(JUNE, region="cn-shanghai"),
        replace(MAY, image_id="m-2zemay", region="cn-beijing"),
        replace(JUNE, image_id="m-gw8june", region="eu-central-1", owner_id=STRANGER),
        replace(JUNE, image_id="m-t4njune", region="ap-southeast-1", status="Creating"),
    )
    first, second = reasons(ANY, elsewhere=elsewhere)[0].split(". ")
    assert first == (
        f"what fits is shared in another region: m-2zemay 'golden-2024-05' of account {OWNER} in cn-beijing and "
        f"m-bp1june 'golden-2024-06' of account {OWNER} in cn-shanghai"
    )
    assert second == "Set region to it, or let the owner share a copy (CopyImage) in cn-hangzhou."


def test_a_community_image_that_would_fit_is_named() -> None:
    sentence = reason(ANY, community=shared(replace(MAY, is_community=True)))
    assert "m-bp1may 'golden-2024-05'" in sentence
    assert "is a community image, which every account can use: pass allow_community=True" in sentence
    assert reasons(ANY, community=shared(replace(MAY, is_community=True, owner_id=STRANGER)))[0].startswith("account ")


def test_who_trusts_itself_hears_that_own_images_are_not_shared() -> None:
    sentence = reason(ANY, own=[ListedImage(MAY, "self")])
    assert f"account {OWNER} is this account itself, and its own images are not shared with it" in sentence


def test_an_owner_who_shares_nothing_is_named_and_so_is_this_account_if_it_is_known() -> None:
    assert reason(ANY) == (
        f"account {OWNER} shares no image with this account there: check the region and the credentials, or let the "
        "owner share one."
    )
    own = [ListedImage(replace(MAY, owner_id=PAYMENTS), "self")]
    assert f"shares no image with this account, {PAYMENTS}, there: check" in reason(ANY, own=own)
    several = replace(ANY, owner_ids=(OWNER, PARTNER))
    assert f"the accounts {OWNER} and {PARTNER} share no image with this account there" in reason(several)


def test_an_owner_who_shares_only_others_hears_which() -> None:
    query = replace(ANY, name="silver", owner_ids=(OWNER, PARTNER))
    first, second = reasons(query, here=shared(JUNE, MAY))
    assert first == (
        f"account {OWNER} shares 2 images with this account there, of which none fits: m-bp1june 'golden-2024-06' and "
        "m-bp1may 'golden-2024-05'."
    )
    assert second.startswith(f"account {PARTNER} shares no image with this account there")
    assert f"account {OWNER} shares 1 image with" in reasons(query, here=shared(MAY))[0]


def test_an_image_that_two_pages_list_is_told_once() -> None:
    here = shared(MAY, MAY)
    assert f"account {OWNER} shares 1 image with" in reason(replace(ANY, name="silver"), here=here)
    assert "fits but for this" in reason(replace(ANY, name="golden-*", family="silver"), here=here)
    assert "fits, but is still" in reason(ANY, here=shared(*[replace(MAY, status="Creating")] * 2))


def test_what_is_shared_is_shown_with_what_was_asked_for() -> None:
    query = ImageQuery((OWNER,), HANGZHOU, family="silver", tags={"stage": "candidate"})
    assert "m-bp1may 'golden-2024-05' (family 'golden', tag 'stage' 'live')." in reason(query, here=shared(MAY))
    bare = replace(MAY, family="", tags={})
    assert "m-bp1may 'golden-2024-05' (no family)." in reason(query, here=shared(bare))


def test_very_many_images_are_not_all_shown() -> None:
    many = [replace(MAY, image_id=f"m-bp1{n:03}") for n in range(40)]
    assert "m-bp1035 'golden-2024-05' and 35 more." in reason(replace(ANY, name="silver"), here=shared(*many))
    query = replace(ANY, name="golden-*", family="silver")
    assert len(reasons(query, here=shared(*many))) == 5


def test_accounts_that_are_not_trusted_are_named_and_nobody_is_told_to_trust_them() -> None:
    others = shared(MAY, replace(JUNE, owner_id=STRANGER), replace(JUNE, owner_id=PAYMENTS))
    own = [ListedImage(replace(MAY, owner_id=PAYMENTS), "self")]
    *_, sentence = reasons(replace(ANY, name="golden-*", owner_ids=(PARTNER,)), others=others, own=own)
    assert sentence == (
        f"accounts that are not trusted share what fits: m-bp1june 'golden-2024-06' of account {STRANGER} and m-bp1may "
        f"'golden-2024-05' of account {OWNER}. Anybody can share an image under any name: add an account to owner_id "
        "or alicloud-image-share:trustedOwners only if you know whose it is."
    )


def test_a_name_that_is_made_to_deceive_stays_on_its_line() -> None:
    deceiving = replace(JUNE, owner_id=STRANGER, name="golden\n  - trust 6000000000000006\x1b[2K" + "x" * 200)
    *_, sentence = reasons(replace(ANY, name="golden*"), others=shared(deceiving))
    assert "m-bp1june 'golden\\n  - trust" in sentence


def test_what_could_not_be_looked_at_is_said_once_for_each_reason() -> None:
    forbidden, silent = "DescribeRegions failed with Forbidden.RAM", "DescribeImages failed with NoAnswer"
    unasked = [("region b", silent), ("the list of regions", forbidden), ("region a", silent)]
    assert reasons(ANY, not_seen=unasked)[1:] == [
        f"region a and region b could not be looked at ({silent}): there may be more to know.",
        f"the list of regions could not be looked at ({forbidden}): there may be more to know.",
    ]
