"""What the policies say of the images that a stack makes instances from, without Pulumi's policies."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import pytest

from pulumi_alicloud_image_share.cloud.model import Image
from pulumi_alicloud_image_share.policy.image_rules import (
    Copy,
    ImageUse,
    UnknownOwner,
    image_fault,
    image_told_by_id,
    origin_of,
)
from pulumi_alicloud_image_share.policy.settings import TrustedImages
from pulumi_alicloud_image_share.policy.violation import Violation
from pulumi_alicloud_image_share.values import UNKNOWN
from support.clear_sentences import assert_clear

PARTNER = "1000000000000005"
IMAGE_ID, COPY_ID, SECOND_ID = "m-bp1golden00000000001", "m-bp1copy000000000001", "m-bp1copy000000000002"
FOREIGN = Image(IMAGE_ID, "cn-hangzhou", PARTNER, "others", "Available")
STRICT = TrustedImages(system_images=False)
UNSEEN = UnknownOwner("it does not exist in region cn-hangzhou.", seen_nowhere=True)
UNASKED = UnknownOwner("no credentials are found.")


def urn(name: str, kind: str) -> str:
    return f"urn:pulumi:dev::shop::{kind}::{name}"


USE = ImageUse(urn("worker", "alicloud:ecs/instance:Instance"), IMAGE_ID)
TEMPLATE = ImageUse(urn("fleet", "alicloud:ecs/launchTemplate:LaunchTemplate"), IMAGE_ID, launches_later=True)
MIRROR = Copy(urn("mirror", "ImageCopy"), COPY_ID, IMAGE_ID)
SECOND = Copy(urn("second", "ImageCopy"), SECOND_ID, COPY_ID)


def fault(
    use: ImageUse,
    found: Image | UnknownOwner,
    trusted: TrustedImages,
    copies: tuple[Copy, ...] = (),
    own: Collection[str] = (),
) -> Violation | None:
    return image_fault(use, origin_of(use, copies, own), found, trusted)


def only(violations: list[Violation | None]) -> str:
    [violation] = violations
    assert violation is not None
    assert not violation.warns_only
    assert_clear(violation.sentence)
    return violation.sentence


def test_images_of_the_account_itself_pass_community_images_among_them() -> None:
    own = replace(FOREIGN, owner_alias="self")
    assert fault(USE, own, STRICT) is None
    assert fault(USE, replace(own, is_public=True), STRICT) is None


def test_an_image_of_another_account_is_refused_unless_its_owner_is_trusted() -> None:
    violation = fault(USE, FOREIGN, STRICT)
    assert violation is not None
    assert violation.urn == USE.urn
    assert only([violation]) == (
        f"worker uses {IMAGE_ID}, an image of account {PARTNER}, which is no trusted owner: use an image of your "
        "own or of a trusted owner, or add the account to trustedOwners of this policy."
    )
    assert fault(USE, FOREIGN, replace(STRICT, owners=frozenset({PARTNER}))) is None


def test_community_images_are_refused_even_of_trusted_owners_unless_allowed() -> None:
    community = replace(FOREIGN, is_public=True)
    trusting = replace(STRICT, owners=frozenset({PARTNER}))
    violation = fault(USE, community, trusting)
    assert violation is not None
    assert "a community image of account" in only([violation])
    assert "or set allowCommunityImages" in violation.sentence
    assert fault(USE, community, replace(trusting, community_images=True)) is None


def test_allowed_community_images_still_need_a_trusted_owner() -> None:
    violation = fault(USE, replace(FOREIGN, is_public=True), replace(STRICT, community_images=True))
    assert violation is not None
    assert f"a community image of account {PARTNER}, which is no trusted owner" in only([violation])


@pytest.mark.parametrize(
    ("alias", "allowing", "says"),
    [
        ("system", TrustedImages(), "a public image of Alibaba Cloud: use an image of your own"),
        ("marketplace", replace(STRICT, marketplace_images=True), "an image of the Marketplace: use an image"),
    ],
)
def test_public_and_marketplace_images_pass_where_a_setting_says_so(
    alias: str, allowing: TrustedImages, says: str
) -> None:
    image = replace(FOREIGN, owner_alias=alias)
    violation = fault(USE, image, STRICT)
    assert violation is not None
    assert says in only([violation])
    assert fault(USE, image, allowing) is None


def test_public_images_are_told_by_their_id() -> None:
    told = image_told_by_id("aliyun_3_x64_20G_alibase_20240528.vhd")
    assert told is not None
    assert told.owner_alias == "system"
    assert image_told_by_id(IMAGE_ID) is None


@pytest.mark.parametrize("use", [USE, TEMPLATE])
def test_what_nobody_could_be_asked_about_is_refused(use: ImageUse) -> None:
    violation = fault(use, UNASKED, STRICT)
    assert violation is not None
    assert "and nobody can tell whose image that is: no credentials are found." in only([violation])


def test_an_image_that_is_not_there_only_warns_of_an_instance_since_none_can_be_made_from_it() -> None:
    violation = fault(USE, UNSEEN, STRICT)
    assert violation is not None
    assert violation.warns_only
    assert "worker uses" in violation.sentence


def test_an_image_that_is_not_there_is_refused_to_what_launches_instances_later() -> None:
    violation = fault(TEMPLATE, UNSEEN, STRICT)
    assert violation is not None
    assert "fleet uses" in only([violation])


@pytest.mark.parametrize("found", [UNSEEN, UNASKED])
def test_images_of_unknown_owners_can_be_let_pass_with_a_warning(found: UnknownOwner) -> None:
    violation = fault(TEMPLATE, found, replace(STRICT, unknown_owners=True))
    assert violation is not None
    assert violation.warns_only


def test_an_image_that_is_given_by_name_is_shown_by_name() -> None:
    violation = fault(replace(TEMPLATE, image_id=None, image_name="golden"), UNASKED, STRICT)
    assert violation is not None
    assert "fleet uses golden, and nobody can tell" in violation.sentence


def test_a_copy_of_a_strangers_image_is_refused_and_its_source_and_owner_are_named() -> None:
    use = replace(TEMPLATE, image_id=COPY_ID)
    assert only([fault(use, FOREIGN, STRICT, (MIRROR,))]) == (
        f"fleet uses {COPY_ID}, a copy (mirror) of {IMAGE_ID}, an image of account {PARTNER}, which is no trusted "
        "owner: use an image of your own or of a trusted owner, or add the account to trustedOwners of this policy."
    )
    assert fault(use, FOREIGN, replace(STRICT, owners=frozenset({PARTNER})), (MIRROR,)) is None
    assert fault(use, replace(FOREIGN, owner_alias="self"), STRICT, (MIRROR,)) is None


def test_a_copy_of_a_copy_counts_as_what_was_copied_at_first() -> None:
    use = replace(TEMPLATE, image_id=SECOND_ID)
    sentence = only([fault(use, FOREIGN, STRICT, (MIRROR, SECOND))])
    assert f"fleet uses {SECOND_ID}, a copy (second) of {COPY_ID}, a copy (mirror) of {IMAGE_ID}, an image" in sentence


def test_a_copy_of_an_image_that_the_stack_makes_or_shares_is_its_own() -> None:
    origin = origin_of(replace(USE, image_id=SECOND_ID), (MIRROR, SECOND), {IMAGE_ID})
    assert origin is not None
    assert (origin.image_id, origin.is_own) == (IMAGE_ID, True)


def test_sharing_a_copy_makes_no_strangers_image_the_stacks_own() -> None:
    origin = origin_of(replace(USE, image_id=COPY_ID), (MIRROR,), {COPY_ID})
    assert origin is not None
    assert (origin.image_id, origin.copies, origin.is_own) == (IMAGE_ID, (MIRROR,), False)


def test_a_copy_whose_id_is_not_known_yet_is_told_by_the_resource_that_the_id_comes_from() -> None:
    mirror = replace(MIRROR, image_id=UNKNOWN)
    use = replace(TEMPLATE, image_id=UNKNOWN, made_by=mirror.urn)
    assert f"fleet uses a copy (mirror) of {IMAGE_ID}, an image of account" in only(
        [fault(use, FOREIGN, STRICT, (mirror,))]
    )
    second = replace(SECOND, image_id=UNKNOWN, source_image_id=UNKNOWN, source_made_by=mirror.urn)
    use = replace(use, made_by=second.urn)
    assert f"fleet uses a copy (second) of a copy (mirror) of {IMAGE_ID}, an image of account" in only(
        [fault(use, FOREIGN, STRICT, (mirror, second))]
    )


def test_a_copy_that_changes_in_place_is_told_by_where_its_id_comes_from() -> None:
    changing = replace(MIRROR, image_id=UNKNOWN)
    use = replace(TEMPLATE, image_id=COPY_ID, made_by=changing.urn)
    assert f"fleet uses {COPY_ID}, a copy (mirror) of {IMAGE_ID}, an image" in only(
        [fault(use, FOREIGN, STRICT, (changing,), own={COPY_ID})]
    )


def test_an_id_that_a_copys_own_id_is_known_not_to_be_is_none_of_it() -> None:
    origin = origin_of(replace(TEMPLATE, image_id=UNKNOWN, made_by=MIRROR.urn), (MIRROR,), ())
    assert origin is not None
    assert (origin.image_id, origin.copies) == (UNKNOWN, ())


def test_an_image_that_nothing_tells_of_yet_comes_from_nowhere() -> None:
    origin = origin_of(replace(USE, image_id=UNKNOWN), (replace(MIRROR, image_id=UNKNOWN),), ())
    assert origin is not None
    assert (origin.image_id, origin.copies, origin.is_own) == (UNKNOWN, (), False)


def test_copies_of_each_other_end_the_search() -> None:
    ring = (replace(MIRROR, source_image_id=SECOND_ID), SECOND)
    origin = origin_of(replace(USE, image_id=COPY_ID), ring, ())
    assert origin is not None
    assert origin.copies == ring


def test_a_copy_whose_source_is_not_there_is_refused_to_an_instance_too() -> None:
    sentence = only([fault(replace(USE, image_id=COPY_ID), UNSEEN, STRICT, (MIRROR,))])
    assert f"worker uses {COPY_ID}, a copy (mirror) of {IMAGE_ID}, and nobody can tell whose image that is" in sentence


def test_a_copy_from_another_region_whose_source_is_not_there_was_the_accounts_own() -> None:
    far = replace(MIRROR, crosses_regions=True)
    assert fault(replace(TEMPLATE, image_id=COPY_ID), UNSEEN, STRICT, (far,)) is None
    assert fault(replace(TEMPLATE, image_id=COPY_ID), UNASKED, STRICT, (far,)) is not None
    assert fault(replace(TEMPLATE, image_id=COPY_ID), FOREIGN, STRICT, (far,)) is not None
