"""What a copy is made with, and how many are made side by side, through the unmodified SDK."""

from __future__ import annotations

from typing import Any

import pytest
from emulator_clients import REGION, Sdk, refusal, refused

from ecs_emulator import Emulator

TO = "cn-shanghai"


@pytest.fixture
def slow(ecs: Emulator) -> Emulator:
    """An ECS in which a copy takes an hour."""
    ecs.console.set_copy_seconds(3600)
    return ecs


def copies(ecs: Emulator, sdk: Sdk, count: int, region: str = TO) -> list[str]:
    """So many copies into a region, each of another image, asked for one after the other."""
    account = ecs.account("owner").name
    return [sdk.copy(ecs.console.create_image(REGION, account), region) for _ in range(count)]


def seen(sdk: Sdk, image_ids: list[str], region: str = TO) -> list[tuple[str, str]]:
    images = [sdk.image(image_id, region_id=region, status="ALL") for image_id in image_ids]
    return [(image.status, image.progress) for image in images]


# -- five at a time ----------------------------------------------------------------------------------------------------


def test_the_sixth_copy_into_a_region_waits_until_one_of_the_five_is_done(slow: Emulator, owner: Sdk) -> None:
    made = copies(slow, owner, 4)
    slow.console.advance_clock(1800)
    made += copies(slow, owner, 3)
    assert seen(owner, made) == [("Creating", "50%")] * 4 + [("Creating", "0%")] + [("Waiting", "0%")] * 2
    slow.console.advance_clock(1800)
    assert seen(owner, made) == [("Available", "100%")] * 4 + [("Creating", "50%")] + [("Creating", "0%")] * 2
    slow.console.advance_clock(3600)
    assert seen(owner, made) == [("Available", "100%")] * 7


def test_what_waited_begins_when_its_place_is_free_and_not_when_somebody_looks(slow: Emulator, owner: Sdk) -> None:
    made = copies(slow, owner, 11)
    slow.console.advance_clock(2 * 3600 + 900)
    assert seen(owner, made) == [("Available", "100%")] * 10 + [("Creating", "25%")]


def test_copies_into_other_regions_and_of_other_accounts_do_not_wait(
    slow: Emulator, owner: Sdk, payments: Sdk, golden: str
) -> None:
    copies(slow, owner, 5)
    assert seen(owner, copies(slow, owner, 1, "cn-beijing"), "cn-beijing") == [("Creating", "0%")]
    copies(slow, owner, 5, REGION)
    slow.console.share(REGION, golden, slow.account("payments").id)
    assert seen(payments, [payments.copy(golden, REGION)], REGION) == [("Creating", "0%")]


def test_a_copy_that_fails_or_is_cancelled_makes_room(slow: Emulator, owner: Sdk) -> None:
    made = copies(slow, owner, 8)
    assert [status for status, _ in seen(owner, made)] == ["Creating"] * 5 + ["Waiting"] * 3
    slow.console.advance_clock(900)
    owner.cancel_copy(made.pop(0), region=TO)
    slow.console.fail_copy(TO, made[0])
    assert seen(owner, made) == [
        ("CreateFailed", "25%"),
        *[("Creating", "25%")] * 3,
        *[("Creating", "0%")] * 2,
        ("Waiting", "0%"),
    ]


def test_a_copy_that_waits_can_be_cancelled_and_fail_and_nothing_else(slow: Emulator, owner: Sdk) -> None:
    copies(slow, owner, 5)
    source = slow.console.create_image(REGION)
    waiting = owner.copy(source, TO)
    assert owner.image_ids(region_id=TO, status="Waiting") == [waiting]
    assert refusal(owner.share, waiting, slow.account("web").id, region=TO) == ("IncorrectImageStatus", 400)
    assert refusal(owner.copy, source, TO) == ("OperationDenied.ImageCopyConflict", 400)
    assert refusal(owner.delete, source) == ("OperationDenied.ImageCopying", 403)
    slow.console.fail_copy(TO, waiting)
    assert seen(owner, [waiting]) == [("CreateFailed", "0%")]
    again = owner.copy(source, TO)
    owner.cancel_copy(again, region=TO)
    assert owner.image_ids(region_id=TO, image_id=again, status="ALL") == []
    owner.delete(source)


def test_images_that_are_made_take_no_place_of_a_copy(slow: Emulator, owner: Sdk, golden: str) -> None:
    slow.console.set_image_seconds(3600)
    snapshot = owner.snapshot_of(golden)
    made = [owner.make(snapshot_id=snapshot) for _ in range(6)]
    assert [status for status, _ in seen(owner, made, REGION)] == ["Creating"] * 6
    assert seen(owner, copies(slow, owner, 1, REGION), REGION) == [("Creating", "0%")]


# -- keys, groups, algorithms ------------------------------------------------------------------------------------------


def test_a_copy_is_in_the_group_that_was_asked_for(ecs: Emulator, owner: Sdk, golden: str) -> None:
    group = ecs.account("owner").resource_groups[1]
    copy = owner.copy(golden, TO, resource_group_id=group)
    assert owner.image(copy, region_id=TO).resource_group_id == group
    assert owner.image_ids(region_id=TO, resource_group_id=group) == [copy]
    bare = owner.copy(golden, TO)
    assert owner.image(bare, region_id=TO).resource_group_id == ""


@pytest.mark.parametrize(
    ("more", "code", "status", "text"),
    [
        (
            {"resource_group_id": "rg-none"},
            "InvalidResourceGroup.NotFound",
            404,
            "The ResourceGroup provided does not exist in our records.",
        ),
        (
            {"encrypted": True, "kmskey_id": "none"},
            "InvalidParameter.KMSKeyId.NotFound",
            404,
            "The specified KMSKeyId does not exist.",
        ),
        # A key of another region.
        (
            {"encrypted": True, "kmskey_id": "e522b26d-abf6-4e0d-b5da-04b7exampl3c"},
            "InvalidParameter.KMSKeyId.NotFound",
            404,
            "The specified KMSKeyId does not exist.",
        ),
        (
            {"encrypt_algorithm": "aes-256"},
            "InvalidEncrypted.NotMatchEncryptAlgorithm",
            400,
            "The specified parameter Encrypted must be true when EncryptAlgorithm is not empty.",
        ),
        (
            {"encrypt_algorithm": "aes-256", "encrypted": True},
            "InvalidEncryptAlgorithm",
            400,
            "The specified parameter EncryptAlgorithm is not valid.",
        ),
    ],
)
def test_what_is_not_there_is_refused_and_nothing_is_copied(
    owner: Sdk, golden: str, more: dict[str, Any], code: str, status: int, text: str
) -> None:
    before = owner.image_ids(region_id=TO, status="ALL")
    error = refused(owner.copy, golden, TO, **more)
    assert (error.code, error.status_code) == (code, status)
    assert text in error.message
    assert owner.image_ids(region_id=TO, status="ALL") == before


def test_another_accounts_groups_and_keys_are_not_ones_own(
    ecs: Emulator, owner: Sdk, payments: Sdk, golden: str
) -> None:
    ecs.console.share(REGION, golden, ecs.account("payments").id)
    theirs = ecs.account("owner")
    group, [key] = theirs.resource_groups[0], theirs.kms_keys[REGION]
    assert refusal(payments.copy, golden, REGION, resource_group_id=group)[0] == "InvalidResourceGroup.NotFound"
    error = refusal(payments.copy, golden, REGION, encrypted=True, kmskey_id=key)
    assert error == ("InvalidParameter.KMSKeyId.NotFound", 404)


# -- the words of each action ------------------------------------------------------------------------------------------


def test_each_action_says_in_its_own_words_that_there_is_no_such_image(ecs: Emulator, owner: Sdk) -> None:
    none = "m-bp1none"
    ecs.console.create_image(REGION, "partner", image_id="m-bp1seen", is_public=True)
    named = [
        refused(owner.copy, none, TO),
        refused(owner.share, none, ecs.account("web").id),
        refused(owner.shares, none),
    ]
    unnamed = [
        refused(owner.modify, none, image_name="other"),
        refused(owner.cancel_copy, none),
        refused(owner.delete, "m-bp1seen"),
    ]
    assert {(error.code, error.status_code) for error in named + unnamed} == {("InvalidImageId.NotFound", 404)}
    assert all(f"The specified image {none} does not exist." in error.message for error in named)
    assert all("The specified ImageId does not exist." in error.message for error in unnamed)


def test_copy_image_has_words_of_its_own_for_an_image_that_is_not_available(ecs: Emulator, owner: Sdk) -> None:
    assert "The image not available." in refused(owner.copy, ecs.image("deprecated").id, TO).message
