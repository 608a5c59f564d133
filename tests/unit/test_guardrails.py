"""What the policies say of shares and images, without Pulumi's policies."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pulumi_alicloud_image_share.arguments import UNKNOWN
from pulumi_alicloud_image_share.cloud.model import Image
from pulumi_alicloud_image_share.policy.rules import (
    ImageUse,
    Permission,
    Share,
    Untold,
    Violation,
    account_faults,
    count_faults,
    image_fault,
    image_told_by_id,
    manager_faults,
    protect_fault,
)
from pulumi_alicloud_image_share.policy.settings import AllowedAccounts, TrustedImages
from support.clear_sentences import assert_clear

OWNER, PAYMENTS, DATA, PARTNER = "1000000000000001", "1000000000000002", "1000000000000003", "1000000000000005"
IMAGE_ID, OTHER_ID = "m-bp1golden00000000001", "m-bp1golden00000000002"
ALLOWED = AllowedAccounts(frozenset({PAYMENTS, DATA}), by_name={"payments": PAYMENTS, "data": DATA})
FOREIGN = Image(IMAGE_ID, "cn-hangzhou", PARTNER, "others", "Available")
STRICT = TrustedImages(system_images=False)
UNSEEN = Untold("it does not exist in region cn-hangzhou.", seen_nowhere=True)
UNASKED = Untold("no credentials are found.")


def urn(name: str, stack: str = "dev", kind: str = "pulumi-python:dynamic/alicloud:ImageShare") -> str:
    return f"urn:pulumi:{stack}::shop::{kind}::{name}"


def share(name: str = "golden", stack: str = "dev", **known: object) -> Share:
    return Share(**{"urn": urn(name, stack), "image_id": IMAGE_ID, "accounts": {PAYMENTS: "payments"}, **known})  # type: ignore[arg-type]


def permission(name: str, account_id: object = DATA, image_id: object = IMAGE_ID) -> Permission:
    kind = "alicloud:ecs/imageSharePermission:ImageSharePermission"
    return Permission(urn(name, kind=kind), image_id, account_id)  # type: ignore[arg-type]


USE = ImageUse(urn("worker", kind="alicloud:ecs/instance:Instance"), IMAGE_ID)
TEMPLATE = ImageUse(urn("fleet", kind="alicloud:ecs/launchTemplate:LaunchTemplate"), IMAGE_ID, launches_later=True)


def only(violations: list[Violation]) -> str:
    [violation] = violations
    assert not violation.warns_only
    assert_clear(violation.sentence)
    return violation.sentence


class TestAllowedAccounts:
    def test_accounts_on_the_allowlist_pass(self) -> None:
        assert account_faults(share(accounts={PAYMENTS: "payments", DATA: ""}), ALLOWED) == []

    def test_an_account_that_is_not_on_it_is_named_with_what_to_do(self) -> None:
        [sentence] = account_faults(share(accounts={PAYMENTS: "payments", PARTNER: "partner"}), ALLOWED)
        assert_clear(sentence)
        assert sentence == (
            f"golden shares image {IMAGE_ID} with partner ({PARTNER}), which is not on the allowlist: remove it from "
            "accounts of the ImageShare, or add it to accounts of this policy."
        )

    def test_all_that_are_not_on_it_are_named_at_once(self) -> None:
        [sentence] = account_faults(share(image_id=UNKNOWN, accounts={PARTNER: "", OWNER: "me"}), ALLOWED)
        assert f"golden shares its image with me ({OWNER}), {PARTNER}, which are not on the allowlist" in sentence

    def test_a_name_on_the_allowlist_allows_whatever_account_is_called_so(self) -> None:
        allowed = AllowedAccounts(frozenset({DATA}), names=frozenset({"partner"}))
        assert account_faults(share(accounts={PARTNER: "partner", DATA: "anything"}), allowed) == []
        assert len(account_faults(share(accounts={PAYMENTS: "payments"}), allowed)) == 1

    @pytest.mark.parametrize("other", [PARTNER, DATA])
    def test_a_name_with_an_id_allows_no_other_account_of_that_name(self, other: str) -> None:
        [sentence] = account_faults(share(accounts={other: "payments"}), ALLOWED)
        assert_clear(sentence)
        assert f"with {other} and calls it payments, but on the allowlist payments is {PAYMENTS}" in sentence

    def test_accounts_that_are_not_known_yet_break_no_rule(self) -> None:
        assert account_faults(share(accounts=UNKNOWN), ALLOWED) == []


class TestOneManager:
    def test_one_share_or_several_that_are_not_exclusive_are_fine(self) -> None:
        assert manager_faults([share()], [], ()) == []
        assert manager_faults([share("a", exclusive=False), share("b", exclusive=False)], [], ()) == []
        assert manager_faults([share("a"), share("b", image_id=OTHER_ID)], [], ()) == []
        assert manager_faults([], [permission("p"), permission("q")], ()) == []

    def test_two_exclusive_shares_of_an_image_are_named(self) -> None:
        [violation] = manager_faults([share("b"), share("a")], [], ())
        assert violation.urn == urn("a")
        assert only([violation]) == (
            f"image {IMAGE_ID} is shared by a, which is exclusive, and by b: list all accounts in one ImageShare, or "
            "set exclusive=False on each."
        )

    def test_an_exclusive_share_beside_others_is_named_first(self) -> None:
        shares = [share("a", exclusive=False), share("b"), share("c", exclusive=False)]
        assert "is shared by b, which is exclusive, and by a and c" in only(manager_faults(shares, [], ()))

    def test_an_image_share_permission_beside_a_share_is_named_with_a_way_out_that_unshares_nobody(self) -> None:
        sentence = only(manager_faults([share(exclusive=False)], [permission("p")], ()))
        assert "by the ImageShare golden and by the ImageSharePermission p: list its account in" in sentence
        assert "`pulumi state delete`" in sentence

    def test_several_permissions_are_named_in_one_sentence(self) -> None:
        rivals = [permission("r"), permission("p", image_id=OTHER_ID), permission("q")]
        assert "ImageSharePermissions q and r: list their accounts" in only(manager_faults([share()], rivals, ()))

    def test_images_can_be_left_out_while_a_stack_is_moved(self) -> None:
        assert manager_faults([share("a"), share("b")], [permission("p")], {IMAGE_ID}) == []

    def test_images_that_are_not_known_yet_are_not_taken_for_the_same(self) -> None:
        shares = [share("a", image_id=UNKNOWN), share("b", image_id=UNKNOWN)]
        assert manager_faults(shares, [permission("p", image_id=UNKNOWN)], ()) == []

    def test_a_share_of_which_it_is_not_known_whether_it_is_exclusive_is_not_taken_for_it(self) -> None:
        assert manager_faults([share("a", exclusive=UNKNOWN), share("b", exclusive=False)], [], ()) == []


class TestMaxAccounts:
    def test_accounts_are_counted_over_all_that_shares_the_image_each_once(self) -> None:
        shares = [share("a", accounts={PAYMENTS: "", DATA: ""}), share("b", accounts={DATA: ""})]
        permissions = [permission("p", DATA), permission("q", PARTNER)]
        assert count_faults(shares, permissions, 3) == []
        assert only(count_faults(shares, permissions, 1)) == (
            f"image {IMAGE_ID} is shared with 3 accounts by a, b, p and q, and the policy allows 1: remove 2, or raise "
            "maxAccounts of this policy."
        )

    def test_each_image_counts_for_itself(self) -> None:
        shares = [share("a"), share("b", image_id=OTHER_ID, accounts={PARTNER: "", DATA: ""})]
        assert f"image {OTHER_ID} is shared with 2 accounts by b" in only(count_faults(shares, [], 1))

    def test_permissions_alone_count_too(self) -> None:
        permissions = [permission("p", DATA), permission("q", PARTNER)]
        assert "is shared with 2 accounts by p and q" in only(count_faults([], permissions, 1))

    def test_accounts_that_are_not_known_yet_are_not_counted(self) -> None:
        assert count_faults([share(accounts=UNKNOWN)], [permission("p", UNKNOWN)], 0) == []


class TestProtect:
    @pytest.mark.parametrize("stack", ["prod", "prod-eu"])
    def test_a_share_of_a_protected_stack_needs_protect(self, stack: str) -> None:
        sentence = protect_fault(share(stack=stack), ("prod", "prod-*"))
        assert sentence is not None
        assert_clear(f"{sentence}")
        assert f"golden is in stack {stack} without protect" in sentence
        assert f"take image {IMAGE_ID} from the accounts" in sentence
        assert "set opts=pulumi.ResourceOptions(protect=True)" in sentence

    def test_a_share_that_has_it_and_one_of_another_stack_pass(self) -> None:
        assert protect_fault(share(stack="prod", protect=True), ("prod",)) is None
        assert protect_fault(share(stack="preprod"), ("prod", "prod-*")) is None

    def test_an_image_that_is_not_known_yet_needs_it_too(self) -> None:
        assert "take its image from" in str(protect_fault(share(stack="prod", image_id=UNKNOWN), ("prod",)))


class TestTrustedImages:
    def test_images_of_the_account_itself_pass_community_images_among_them(self) -> None:
        own = replace(FOREIGN, owner_alias="self")
        assert image_fault(USE, own, STRICT) is None
        assert image_fault(USE, replace(own, is_public=True), STRICT) is None

    def test_an_image_of_another_account_is_refused_unless_its_owner_is_trusted(self) -> None:
        violation = image_fault(USE, FOREIGN, STRICT)
        assert violation is not None
        assert violation.urn == USE.urn
        assert only([violation]) == (
            f"worker uses {IMAGE_ID}, an image of account {PARTNER}, which is no trusted owner: use an image of your "
            "own or of a trusted owner, or add the account to trustedOwners of this policy."
        )
        assert image_fault(USE, FOREIGN, replace(STRICT, owners=frozenset({PARTNER}))) is None

    def test_community_images_are_refused_even_of_trusted_owners_unless_allowed(self) -> None:
        community = replace(FOREIGN, is_public=True)
        trusting = replace(STRICT, owners=frozenset({PARTNER}))
        violation = image_fault(USE, community, trusting)
        assert violation is not None
        assert "a community image of account" in only([violation])
        assert "or set allowCommunityImages" in violation.sentence
        assert image_fault(USE, community, replace(trusting, community_images=True)) is None

    def test_allowed_community_images_still_need_a_trusted_owner(self) -> None:
        violation = image_fault(USE, replace(FOREIGN, is_public=True), replace(STRICT, community_images=True))
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
        self, alias: str, allowing: TrustedImages, says: str
    ) -> None:
        image = replace(FOREIGN, owner_alias=alias)
        violation = image_fault(USE, image, STRICT)
        assert violation is not None
        assert says in only([violation])
        assert image_fault(USE, image, allowing) is None

    def test_public_images_are_told_by_their_id(self) -> None:
        told = image_told_by_id("aliyun_3_x64_20G_alibase_20240528.vhd")
        assert told is not None
        assert told.owner_alias == "system"
        assert image_told_by_id(IMAGE_ID) is None

    @pytest.mark.parametrize("use", [USE, TEMPLATE])
    def test_what_nobody_could_be_asked_about_is_refused(self, use: ImageUse) -> None:
        violation = image_fault(use, UNASKED, STRICT)
        assert violation is not None
        assert "and nobody can tell whose image that is: no credentials are found." in only([violation])

    def test_an_image_that_is_not_there_only_warns_of_an_instance_since_none_can_be_made_from_it(self) -> None:
        violation = image_fault(USE, UNSEEN, STRICT)
        assert violation is not None
        assert violation.warns_only
        assert "worker uses" in violation.sentence

    def test_an_image_that_is_not_there_is_refused_to_what_launches_instances_later(self) -> None:
        violation = image_fault(TEMPLATE, UNSEEN, STRICT)
        assert violation is not None
        assert "fleet uses" in only([violation])

    @pytest.mark.parametrize("found", [UNSEEN, UNASKED])
    def test_images_of_unknown_owners_can_be_let_pass_with_a_warning(self, found: Untold) -> None:
        violation = image_fault(TEMPLATE, found, replace(STRICT, unknown_owners=True))
        assert violation is not None
        assert violation.warns_only

    def test_an_image_that_is_given_by_name_is_shown_by_name(self) -> None:
        violation = image_fault(replace(TEMPLATE, image_id=None, image_name="golden"), UNASKED, STRICT)
        assert violation is not None
        assert "fleet uses golden, and nobody can tell" in violation.sentence
