"""What the policies say of shares, without Pulumi's policies."""

from __future__ import annotations

import pytest

from pulumi_alicloud_image_share.policy.settings import AllowedAccounts
from pulumi_alicloud_image_share.policy.share_rules import (
    Permission,
    Share,
    account_faults,
    count_faults,
    distribution_fault,
    manager_faults,
    protect_fault,
)
from pulumi_alicloud_image_share.policy.violation import Violation
from pulumi_alicloud_image_share.values import UNKNOWN
from support.clear_sentences import assert_clear

OWNER, PAYMENTS, DATA, PARTNER = "1000000000000001", "1000000000000002", "1000000000000003", "1000000000000005"
IMAGE_ID, OTHER_ID = "m-bp1golden00000000001", "m-bp1golden00000000002"
ALLOWED = AllowedAccounts(frozenset({PAYMENTS, DATA}), by_name={"payments": PAYMENTS, "data": DATA})


def urn(name: str, stack: str = "dev", kind: str = "pulumi-python:dynamic/alicloud-image-share:ImageShare") -> str:
    return f"urn:pulumi:{stack}::shop::{kind}::{name}"


def share(name: str = "golden", stack: str = "dev", **known: object) -> Share:
    return Share(**{"urn": urn(name, stack), "image_id": IMAGE_ID, "accounts": {PAYMENTS: "payments"}, **known})  # type: ignore[arg-type]


def permission(name: str, account_id: object = DATA, image_id: object = IMAGE_ID) -> Permission:
    kind = "alicloud:ecs/imageSharePermission:ImageSharePermission"
    return Permission(urn(name, kind=kind), image_id, account_id)  # type: ignore[arg-type]


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
    def test_one_share_or_several_of_other_accounts_that_are_not_exclusive_are_fine(self) -> None:
        assert manager_faults([share()], [], ()) == []
        others = share("b", exclusive=False, accounts={DATA: ""})
        assert manager_faults([share("a", exclusive=False), others], [], ()) == []
        assert manager_faults([share("a"), share("b", image_id=OTHER_ID)], [], ()) == []
        assert manager_faults([], [permission("p"), permission("q")], ()) == []

    def test_two_exclusive_shares_of_an_image_are_named(self) -> None:
        [violation] = manager_faults([share("b", accounts={DATA: ""}), share("a")], [], ())
        assert violation.urn == urn("a")
        assert only([violation]) == (
            f"image {IMAGE_ID} is shared by a, which is exclusive, and by b: list all accounts in one ImageShare, or "
            "set exclusive=False on each."
        )

    def test_an_exclusive_share_beside_others_is_named_first(self) -> None:
        shares = [
            share("a", exclusive=False),
            share("b", accounts={DATA: ""}),
            share("c", exclusive=False, accounts={PARTNER: ""}),
        ]
        assert "is shared by b, which is exclusive, and by a and c" in only(manager_faults(shares, [], ()))

    def test_two_shares_that_list_one_account_are_named_though_neither_is_exclusive(self) -> None:
        shares = [
            share("b", exclusive=False, accounts={PAYMENTS: "payments", DATA: "data"}),
            share("a", exclusive=False, accounts={PAYMENTS: ""}),
            share("c", exclusive=False, accounts={PARTNER: ""}),
        ]
        [violation] = manager_faults(shares, [], ())
        assert violation.urn == urn("a")
        assert only([violation]) == (
            f"image {IMAGE_ID} is shared with payments ({PAYMENTS}) by a and b, and what one of them drops the other "
            "would lose: list the account in one ImageShare alone."
        )

    def test_all_accounts_that_are_listed_twice_are_named_in_one_sentence(self) -> None:
        both = {PAYMENTS: "payments", DATA: ""}
        shares = [share(name, exclusive=False, accounts=both) for name in ("a", "b", "c")]
        sentence = only(manager_faults(shares, [], ()))
        assert f"is shared with payments ({PAYMENTS}), {DATA} by a, b and c, and what one of them drops" in sentence
        assert "the others would lose: list each account in one ImageShare alone." in sentence

    def test_an_exclusive_share_whose_account_another_lists_too_is_said_to_be_both(self) -> None:
        exclusive, twice = manager_faults([share("a"), share("b", exclusive=False)], [], ())
        assert "by a, which is exclusive, and by b" in exclusive.sentence
        assert f"with payments ({PAYMENTS}) by a and b" in twice.sentence

    def test_accounts_that_are_not_known_yet_are_not_taken_for_the_same(self) -> None:
        shares = [share("a", exclusive=False, accounts=UNKNOWN), share("b", exclusive=False)]
        assert manager_faults(shares, [], ()) == []

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
        others = share("b", exclusive=False, accounts={DATA: ""})
        assert manager_faults([share("a", exclusive=UNKNOWN), others], [], ()) == []


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

    def test_a_distribution_needs_it_as_a_whole_and_its_shares_do_not(self) -> None:
        urn = "urn:pulumi:prod::shop::alicloud-image-share:index:ImageDistribution::golden"
        sentence = distribution_fault(urn, False, ("prod",))
        assert sentence is not None
        assert_clear(sentence)
        assert "golden is in stack prod without protect" in sentence
        assert distribution_fault(urn, True, ("prod",)) is None
        assert distribution_fault(urn, False, ("live",)) is None
        assert protect_fault(share(stack="prod", is_distributed=True), ("prod",)) is None

    def test_an_image_that_is_not_known_yet_needs_it_too(self) -> None:
        assert "take its image from" in str(protect_fault(share(stack="prod", image_id=UNKNOWN), ("prod",)))
