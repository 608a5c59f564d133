"""The rules that need the live image."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pulumi_alicloud_image_share.cloud.model import Image, Sharing
from pulumi_alicloud_image_share.share.record import UNKNOWN, Share
from pulumi_alicloud_image_share.share.rules import account_problems, image_problems, owner_problems

OWNER, PAYMENTS, DATA, STRANGER = "1000000000000001", "1000000000000002", "1000000000000003", "9000000000000009"
IMAGE = Image("m-bp1golden00000000001", "cn-hangzhou", OWNER, "self", "Available")
SPEC = Share(IMAGE.image_id, "cn-hangzhou", {PAYMENTS: "payments"})


def said(**changes: object) -> str:
    [problem] = image_problems(SPEC, replace(IMAGE, **changes))  # type: ignore[arg-type]
    assert problem.property == "image_id"
    return problem.sentence


def accounts_said(spec: Share, live: set[str], had: dict[str, str] | None = None, *, claims: bool = True) -> str:
    leaving, sharing = (had or {}).keys() - spec.accounts.keys(), Sharing(dict.fromkeys(live, ""))
    found = account_problems(spec, IMAGE, sharing, leaving=leaving, known=had or {}, claims=claims)
    assert {problem.property for problem in found} <= {"accounts"}
    return "\n".join(problem.sentence for problem in found)


def test_an_available_custom_image_of_this_account_can_be_shared() -> None:
    assert image_problems(SPEC, IMAGE) == []


def test_an_image_of_another_account_cannot_be_shared_on() -> None:
    assert f"belongs to account {STRANGER}" in said(owner_alias="others", owner_id=STRANGER)


def test_a_public_image_cannot_be_shared() -> None:
    assert "public image of Alibaba Cloud" in said(owner_alias="system")


def test_a_community_image_cannot_be_shared_with_single_accounts() -> None:
    assert "community image" in said(is_public=True)


def test_a_marketplace_image_cannot_be_shared() -> None:
    assert "is a Marketplace image" in said(owner_alias="marketplace")


def test_a_custom_image_made_from_a_marketplace_image_cannot_be_shared() -> None:
    assert "based on Marketplace image cmjj012345" in said(product_code="cmjj012345")


@pytest.mark.parametrize("allowed", [True, UNKNOWN])
def test_ecs_decides_on_an_image_made_from_a_marketplace_image_where_it_is_let(allowed: bool) -> None:
    assert (
        image_problems(replace(SPEC, allow_marketplace_based=allowed), replace(IMAGE, product_code="cmjj012345")) == []
    )


def test_a_deprecated_image_cannot_be_shared() -> None:
    assert "is deprecated" in said(status="Deprecated")


def test_an_image_in_the_making_says_how_far_it_is() -> None:
    assert "still being made (Creating, 45% done): share it once it is Available" in said(
        status="Creating", progress="45%"
    )


@pytest.mark.parametrize("status", ["UnAvailable", "CreateFailed"])
def test_an_image_that_failed_cannot_be_shared(status: str) -> None:
    assert f"(status {status})" in said(status=status)


def test_the_owner_is_no_consumer() -> None:
    [problem] = owner_problems(replace(SPEC, accounts={OWNER: "me", PAYMENTS: ""}), IMAGE)
    assert problem.property == "accounts"
    assert f"me ({OWNER}) owns image" in problem.sentence
    assert owner_problems(SPEC, IMAGE) == []


def test_credentials_that_became_another_accounts_are_refused_with_both_accounts() -> None:
    before = replace(SPEC, image_id="m-bp1golden00000000009", owner_id=STRANGER)
    [problem] = owner_problems(SPEC, IMAGE, before)
    assert problem.property == "image_id"
    assert f"belongs to account {OWNER}, but the state has this share for image m-bp1golden00000000009" in (
        problem.sentence
    )
    assert f"with the credentials of account {STRANGER}" in problem.sentence


@pytest.mark.parametrize(
    "changes",
    [{"owner_id": OWNER}, {"owner_id": ""}, {"owner_id": STRANGER, "profile": "other"}],
    ids=["the same owner", "no owner in the state", "another profile"],
)
def test_an_old_share_that_can_still_be_unshared_is_no_reason_to_refuse(changes: dict[str, str]) -> None:
    assert owner_problems(SPEC, IMAGE, replace(SPEC, **changes)) == []  # type: ignore[arg-type]


def test_accounts_on_the_image_and_new_ones_pass_the_limit_together() -> None:
    spec = replace(SPEC, exclusive=False, max_accounts=2)
    assert "shared with 2 other accounts and 1 more would make 3" in accounts_said(spec, {DATA, STRANGER})


def test_accounts_that_leave_make_room_for_those_that_come() -> None:
    spec = replace(SPEC, max_accounts=1)
    assert accounts_said(spec, {DATA}, {DATA: ""}) == ""


def test_a_share_that_adds_nobody_is_no_matter_of_quota() -> None:
    spec = replace(SPEC, exclusive=False, max_accounts=1)
    assert accounts_said(spec, {PAYMENTS, DATA}) == ""


def test_a_new_exclusive_share_names_the_accounts_that_the_program_does_not_list() -> None:
    says = accounts_said(SPEC, {PAYMENTS, STRANGER, DATA})
    assert f"already shared with 2 accounts that the program does not list: {DATA}, {STRANGER}" in says
    assert "exclusive=False" in says


def test_a_share_that_is_not_exclusive_leaves_others_alone() -> None:
    assert accounts_said(replace(SPEC, exclusive=False), {STRANGER}) == ""


def test_a_share_that_was_exclusive_before_does_not_fail_for_what_the_console_added() -> None:
    assert accounts_said(SPEC, {STRANGER}, {DATA: ""}, claims=False) == ""


def test_an_unknown_account_may_be_one_of_those_on_the_image() -> None:
    assert accounts_said(replace(SPEC, unknown_accounts=1), {STRANGER}) == ""


def test_an_unknown_limit_breaks_no_rule() -> None:
    assert accounts_said(replace(SPEC, max_accounts=UNKNOWN, exclusive=False), set(map(str, range(90)))) == ""


def test_an_unknown_account_may_make_room_for_one_that_comes() -> None:
    live = {str(n) for n in range(1000, 1050)}
    spec = replace(SPEC, accounts=dict.fromkeys([*sorted(live)[:48], PAYMENTS], ""), unknown_accounts=1)
    assert accounts_said(spec, live, dict.fromkeys(live, "")) == ""


def test_an_exclusive_share_does_not_overlook_share_groups() -> None:
    sharing = Sharing({}, ("all",))
    [problem] = account_problems(SPEC, IMAGE, sharing, claims=True)
    assert problem.property == "exclusive"
    assert "is also shared with the share group all of a resource directory" in problem.sentence
    assert "ModifyImageShareGroupPermission" in problem.sentence
    assert account_problems(SPEC, IMAGE, sharing, claims=False) == []


def test_accounts_that_another_share_of_the_stack_has_are_no_strangers() -> None:
    sharing = Sharing({STRANGER: "", DATA: ""})
    [problem] = account_problems(SPEC, IMAGE, sharing, known=[DATA], claims=True)
    assert "already shared with 1 account" in problem.sentence
    assert STRANGER in problem.sentence
