"""What the shares of one program want of an image, whatever the order in which the engine checks and changes them."""

from __future__ import annotations

import itertools

import pytest

from pulumi_alicloud_image_share.arguments import UNKNOWN
from pulumi_alicloud_image_share.shares.record import Share
from pulumi_alicloud_image_share.shares.siblings import Siblings

IMAGE, REGION = "m-bp1golden00000000001", "cn-hangzhou"
PAYMENTS, DATA, WEB = "1000000000000002", "1000000000000003", "1000000000000004"
TYPE = "pulumi-python:dynamic/alicloud:ImageShare"
GOLDEN, SILVER = f"urn:pulumi:dev::shop::{TYPE}::golden", f"urn:pulumi:dev::shop::{TYPE}::silver"
BELOW = f"urn:pulumi:dev::shop::my:Fleet${TYPE}::golden"


def spec(*accounts: str, exclusive: bool = False, image: str = IMAGE) -> Share:
    return Share(image, REGION, dict.fromkeys(accounts, ""), exclusive=exclusive)


def said(siblings: Siblings, resource: str, wanted: Share) -> str:
    return "\n".join(problem.sentence for problem in siblings.claim(resource, wanted))


@pytest.mark.parametrize("exclusive", [True, False])
def test_two_shares_of_one_image_may_not_list_the_same_account(exclusive: bool) -> None:
    siblings = Siblings()
    assert said(siblings, GOLDEN, spec(PAYMENTS, DATA, exclusive=exclusive)) == ""
    assert f"{PAYMENTS} of image {IMAGE} is listed by two ImageShares of this program, silver and golden" in said(
        siblings, SILVER, spec(PAYMENTS, exclusive=exclusive)
    )


def test_two_shares_of_one_name_are_told_apart_by_their_parents() -> None:
    siblings = Siblings()
    siblings.claim(GOLDEN, spec(PAYMENTS))
    assert f"{BELOW} and {GOLDEN}" in said(siblings, BELOW, spec(PAYMENTS))


@pytest.mark.parametrize(("first", "second"), [(True, False), (False, True), (True, True)])
def test_an_exclusive_share_is_the_only_one_of_its_image(first: bool, second: bool) -> None:
    siblings = Siblings()
    siblings.claim(GOLDEN, spec(PAYMENTS, exclusive=first))
    assert "set exclusive=False on each" in said(siblings, SILVER, spec(DATA, exclusive=second))


def test_shares_that_are_not_exclusive_may_share_one_image_with_different_accounts() -> None:
    siblings = Siblings()
    siblings.claim(GOLDEN, spec(PAYMENTS))
    assert said(siblings, SILVER, spec(DATA)) == ""


def test_shares_of_different_images_may_list_the_same_account() -> None:
    siblings = Siblings()
    siblings.claim(GOLDEN, spec(PAYMENTS, exclusive=True))
    assert said(siblings, SILVER, spec(PAYMENTS, exclusive=True, image="m-bp1golden00000000002")) == ""


def test_a_resource_that_is_checked_again_is_no_other() -> None:
    siblings = Siblings()
    siblings.claim(GOLDEN, spec(PAYMENTS, exclusive=True))
    assert said(siblings, GOLDEN, spec(PAYMENTS, DATA, exclusive=True)) == ""


def test_what_another_share_lists_is_not_free_also_where_that_one_was_refused() -> None:
    siblings = Siblings()
    siblings.claim(GOLDEN, spec(PAYMENTS))
    siblings.claim(SILVER, spec(PAYMENTS, DATA))
    assert siblings.give_up(SILVER, REGION, IMAGE, [PAYMENTS, DATA, WEB]) == {WEB}


def test_known_accounts_of_a_share_with_unknown_ones_are_not_free() -> None:
    siblings = Siblings()
    siblings.claim(GOLDEN, Share(IMAGE, REGION, {PAYMENTS: ""}, unknown_accounts=1))
    assert siblings.give_up(SILVER, REGION, IMAGE, [PAYMENTS]) == set()


def test_a_share_whose_image_is_not_known_yet_claims_nothing() -> None:
    siblings = Siblings()
    assert siblings.claim(GOLDEN, Share(UNKNOWN, REGION, {PAYMENTS: ""})) == []


@pytest.mark.parametrize("order", [*itertools.permutations(["check golden", "check silver", "give up silver"])])
def test_an_account_that_two_shares_list_in_the_state_is_kept_for_the_one_that_still_lists_it(
    order: tuple[str, ...],
) -> None:
    siblings = Siblings()
    freed: set[str] = set()
    siblings.learn({f"{REGION}:{IMAGE}": {PAYMENTS: 2}})
    for step in order:
        if step == "check golden":
            siblings.claim(GOLDEN, spec(PAYMENTS))
        elif step == "check silver":
            siblings.claim(SILVER, spec(DATA))
        else:
            freed |= siblings.give_up(SILVER, REGION, IMAGE, [PAYMENTS])
    assert freed == set()


def test_the_last_share_that_gives_an_account_up_unshares_it() -> None:
    siblings = Siblings()
    siblings.learn({f"{REGION}:{IMAGE}": {PAYMENTS: 2, DATA: 1}})
    assert siblings.give_up(SILVER, REGION, IMAGE, [PAYMENTS, DATA]) == {DATA}
    assert siblings.give_up(GOLDEN, REGION, IMAGE, [PAYMENTS]) == {PAYMENTS}


def test_two_shares_that_cannot_be_told_apart_both_give_up() -> None:
    siblings = Siblings()
    siblings.learn({f"{REGION}:{IMAGE}": {PAYMENTS: 2}})
    assert siblings.give_up("", REGION, IMAGE, [PAYMENTS]) == set()
    assert siblings.give_up("", REGION, IMAGE, [PAYMENTS]) == {PAYMENTS}


def deleted_and_not_made_anew() -> Siblings:
    """The state lists an account twice: golden was deleted to be replaced, and silver has its accounts."""
    siblings = Siblings()
    siblings.learn({f"{REGION}:{IMAGE}": {PAYMENTS: 2}})
    siblings.claim(GOLDEN, spec(PAYMENTS, image="m-another"), own=spec(PAYMENTS))
    return siblings


def test_a_share_that_was_deleted_to_be_replaced_has_given_up_as_soon_as_it_is_made_anew() -> None:
    siblings = deleted_and_not_made_anew()
    siblings.succeed(GOLDEN)
    assert siblings.give_up(SILVER, REGION, IMAGE, [PAYMENTS]) == {PAYMENTS}


def test_a_share_that_is_still_to_be_made_anew_lists_what_it_had() -> None:
    assert deleted_and_not_made_anew().give_up(SILVER, REGION, IMAGE, [PAYMENTS]) == set()


def test_a_share_that_fails_has_left_nothing_to_others() -> None:
    siblings = Siblings()
    siblings.claim(GOLDEN, spec(PAYMENTS))
    with pytest.raises(ValueError, match="ECS says no"), siblings.giving_up(SILVER, REGION, IMAGE, [PAYMENTS]):
        raise ValueError("ECS says no")
    assert siblings.fail(GOLDEN, spec(PAYMENTS)) == frozenset()


def test_what_nobody_knows_of_is_free() -> None:
    assert Siblings().give_up(SILVER, REGION, IMAGE, [PAYMENTS]) == {PAYMENTS}
    assert Siblings().in_state(REGION, IMAGE) == frozenset()
