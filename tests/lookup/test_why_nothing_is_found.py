"""Where `get_shared_image` finds nothing, it says why in sentences, after looking everywhere once."""

from __future__ import annotations

import time

import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share.dynamic.shared_image import get_shared_image
from support.consumer_program import run_program
from support.lookups import Ask, fails, share

OWNER, PAYMENTS, DATA, PARTNER = "1000000000000001", "1000000000000002", "1000000000000003", "1000000000000005"
HANGZHOU, SHANGHAI = "cn-hangzhou", "cn-shanghai"
IMAGES, REGIONS = "DescribeImages", "DescribeRegions"


def test_nothing_shared_is_said_after_looking_everywhere_once(ecs: Emulator, ask: Ask) -> None:
    assert fails(ask, owner_id=PARTNER, name="golden-*") == [
        f"account {PARTNER} shares no image with this account there: check the region and the credentials, or let the "
        "owner share one.",
        f"accounts that are not trusted share what fits: {ecs.image('golden-next').id} 'golden-2024-06' of account "
        f"{OWNER} and {ecs.golden_image_id} 'golden-2024-05' of account {OWNER}. Anybody can share an image under any "
        "name: add an account to owner_id or alicloud-image-share:trustedOwners only if you know whose it is.",
    ]
    # Shared by it, its community images, by anyone, own ones, and in each of five other regions.
    assert ecs.calls.by_action() == {IMAGES: 9, REGIONS: 1}


def test_this_account_is_named_where_an_own_image_tells(ecs: Emulator, ask: Ask) -> None:
    ecs.console.create_image(HANGZHOU, "payments", name="mine")
    sentence, *_ = fails(ask, owner_id=PARTNER, name="golden-*")
    assert f"account {PARTNER} shares no image with this account, {PAYMENTS}, there" in sentence


def test_who_names_itself_hears_that_own_images_are_not_shared(ecs: Emulator, ask: Ask) -> None:
    ecs.console.create_image(HANGZHOU, "payments", name="mine")
    [sentence] = fails(ask, owner_id=PAYMENTS, name="mine")
    assert f"account {PAYMENTS} is this account itself" in sentence


def test_an_image_in_the_making_is_told_without_further_calls(ecs: Emulator, ask: Ask) -> None:
    image_id = ecs.console.create_image(HANGZHOU, "owner", name="golden-2024-08", status="Available")
    ecs.console.share(HANGZHOU, image_id, PAYMENTS)
    ecs.cloud.images.find(HANGZHOU, image_id).status = "Creating"  # type: ignore[union-attr]
    [sentence] = fails(ask, owner_id=OWNER, name="golden-2024-08")
    assert "fits, but is still being made (Creating, 0% done): run again once it is Available." in sentence
    assert ecs.calls.by_action() == {IMAGES: 1}


def test_an_image_in_another_region_is_named_with_it(ecs: Emulator, ask: Ask) -> None:
    image_id = share(ecs, SHANGHAI, name="silver-1")
    share(ecs, "eu-central-1", "partner", name="silver-2")
    for owner_id in (OWNER, [OWNER, DATA]):
        sentence, *_ = fails(ask, owner_id=owner_id, name="silver-*")
        assert sentence == (
            f"what fits is shared in another region: {image_id} 'silver-1' of account {OWNER} in cn-shanghai. Set "
            "region to it, or let the owner share a copy (CopyImage) in cn-hangzhou."
        )


def test_an_image_that_fits_in_part_says_what_does_not_fit(ecs: Emulator, ask: Ask) -> None:
    one, other = fails(ask, owner_id=OWNER, name="golden-2024-06", tags={"stage": "live"})
    assert one.endswith("fits but for this: its tag 'stage' is 'candidate', not 'live'.")
    assert other.endswith("fits but for this: its name is not 'golden-2024-06'.")


def test_an_owners_tags_that_ecs_does_not_show_are_told(ecs: Emulator, ask: Ask) -> None:
    ecs.console.show_tags_to_consumers(False)
    sentence, *_ = fails(ask, owner_id=OWNER, name="golden-*", tags={"stage": "live"})
    assert sentence.endswith("fits but for this: ECS shows this account none of its tags.")
    assert ask(owner_id=OWNER, name="golden-2024-05").tags == {}


def test_what_ram_forbids_to_look_at_hides_nothing_else(ecs: Emulator, ask: Ask) -> None:
    ecs.faults.add(action=REGIONS, kind="error", code="Forbidden.RAM", status=403)
    sentence, stranger, unasked = fails(ask, owner_id=PARTNER, name="golden-*")
    assert sentence.startswith(f"account {PARTNER} shares no image with this account there")
    assert stranger.startswith("accounts that are not trusted share what fits")
    assert unasked == (
        "the list of regions could not be looked at (DescribeRegions failed with Forbidden.RAM): there may be more to "
        "know."
    )


def test_what_is_forbidden_after_the_first_look_is_said_in_one_sentence(ecs: Emulator, ask: Ask) -> None:
    ecs.faults.add(action=IMAGES, kind="error", code="Forbidden.RAM", status=403, after=1)
    sentence, unasked = fails(ask, owner_id=PARTNER, name="golden-*")
    assert sentence.startswith(f"account {PARTNER} shares no image with this account there")
    assert unasked == (
        "community images, region ap-southeast-1, region cn-beijing, region cn-shanghai, region eu-central-1 and 3 "
        "more could not be looked at (DescribeImages failed with Forbidden.RAM): there may be more to know."
    )


def test_a_region_that_does_not_answer_hides_nothing_else_and_is_not_waited_for(
    ecs: Emulator, config: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pulumi_alicloud_image_share.lookup.search.SECONDS_FOR_REASONS", 0.2)
    image_id = share(ecs, SHANGHAI, name="silver-1")
    ecs.faults.add(action=IMAGES, kind="drop_before", region="eu-central-1")
    began = time.monotonic()
    patient = {**config, "alicloud-image-share:retrySeconds": "300"}
    sentences = fails(
        lambda **arguments: run_program(patient, lambda: get_shared_image(**arguments)), owner_id=OWNER, name="silver-*"
    )
    assert time.monotonic() - began < 60
    assert f"{image_id} 'silver-1' of account {OWNER} in cn-shanghai" in sentences[0]
    assert sentences[1] == (
        "region eu-central-1 could not be looked at (DescribeImages failed with NoAnswer): there may be more to know."
    )
