"""Check over the real protocol: mistakes are failures of the property at fault, found before anything is changed."""

from __future__ import annotations

from typing import Any

import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share.dynamic import ImageShareProvider
from pulumi_alicloud_image_share.resource.names import RESOURCE
from support.clear_sentences import assert_at_fault, is_at_fault
from support.protocol import UNKNOWN, URN, Provider, running_provider

pytestmark = pytest.mark.both_frontends

OWNER, PAYMENTS, DATA, WEB = "1000000000000001", "1000000000000002", "1000000000000003", "1000000000000004"
REGION = "cn-hangzhou"
SILVER = URN.replace("::golden", "::silver")
MANY = [str(2000000000000001 + n) for n in range(60)]


def share_of(ecs: Emulator, key: str | None = None, **inputs: Any) -> dict[str, Any]:
    return {"image_id": ecs.image(key).id if key else ecs.golden_image_id, "accounts": [PAYMENTS], **inputs}


def test_what_the_program_says_is_normalised(ecs: Emulator, provider: Provider) -> None:
    checked = provider.check(share_of(ecs, accounts={"payments": PAYMENTS, "data": DATA}))
    assert checked.failures == []
    assert {name: value for name, value in checked.inputs.items() if name != RESOURCE} == {
        "image_id": ecs.golden_image_id,
        "region": REGION,
        "accounts": {PAYMENTS: "payments", DATA: "data"},
        "exclusive": True,
        "max_accounts": 50,
        "max_unshare_percent": 30,
    }


def test_a_list_and_a_mapping_of_the_same_accounts_differ_only_in_names(ecs: Emulator, provider: Provider) -> None:
    listed = provider.check(share_of(ecs, accounts=[DATA, PAYMENTS]))
    assert listed.inputs["accounts"] == {PAYMENTS: "", DATA: ""}


def test_a_new_share_of_an_image_that_nobody_has_costs_one_call(ecs: Emulator, provider: Provider) -> None:
    provider.check(share_of(ecs))
    assert ecs.calls.by_action() == {"DescribeImages": 1}


def test_nothing_changed_makes_no_call_and_needs_no_credentials(ecs: Emulator, provider: Provider) -> None:
    inputs = provider.check(share_of(ecs)).inputs
    ecs.calls.reset()
    with running_provider({"alicloud:region": REGION}, {}) as without_credentials:
        assert without_credentials.check(share_of(ecs), inputs).failures == []
    assert ecs.calls.count() == 0


def test_other_names_and_limits_make_no_call(ecs: Emulator, provider: Provider) -> None:
    inputs = provider.check(share_of(ecs)).inputs
    ecs.calls.reset()
    assert provider.check(share_of(ecs, accounts={"billing": PAYMENTS}, max_accounts=9), inputs).failures == []
    assert ecs.calls.count() == 0


@pytest.mark.dynamic_frontend
def test_all_failures_are_found_at_once_with_and_without_the_api(ecs: Emulator, provider: Provider) -> None:
    checked = provider.check(share_of(ecs, "deprecated", accounts=["alice", OWNER], max_accounts=0, colour="red"))
    assert_at_fault(checked.failures, "accounts", "max_accounts", "colour", "image_id", "accounts")


def test_an_unknown_image_is_checked_only_for_what_is_known(ecs: Emulator, provider: Provider) -> None:
    checked = provider.check(share_of(ecs, image_id=UNKNOWN, accounts=[PAYMENTS, "alice"]))
    assert_at_fault(checked.failures, "accounts")
    assert ecs.calls.count() == 0
    assert provider.check(share_of(ecs, image_id=UNKNOWN)).inputs["image_id"] == UNKNOWN


@pytest.mark.parametrize("accounts", [UNKNOWN, [PAYMENTS, UNKNOWN], {"payments": PAYMENTS, "new": UNKNOWN}])
def test_unknown_accounts_skip_only_the_rules_that_need_them(ecs: Emulator, provider: Provider, accounts: Any) -> None:
    checked = provider.check(share_of(ecs, accounts=accounts))
    assert checked.failures == []
    assert checked.inputs["accounts"] == UNKNOWN
    assert "deprecated" in provider.check(share_of(ecs, "deprecated", accounts=accounts)).reasons


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("deprecated", "is deprecated"),
        ("creating", "is still being made"),
        ("marketplace-based", "based on Marketplace image"),
        ("community", "community image"),
        ("partner-image", "belongs to account 1000000000000005"),
    ],
)
def test_an_image_that_cannot_be_shared_says_why(ecs: Emulator, provider: Provider, key: str, says: str) -> None:
    if key == "partner-image":
        ecs.console.share(REGION, ecs.image(key).id, OWNER)
    checked = provider.check(share_of(ecs, key))
    assert_at_fault(checked.failures, "image_id")
    assert says in checked.reasons


def test_a_missing_image_names_the_region_and_says_that_images_are_copied(ecs: Emulator, provider: Provider) -> None:
    checked = provider.check(share_of(ecs, region="eu-central-1"))
    assert f"{ecs.golden_image_id} does not exist in region eu-central-1" in checked.reasons
    assert "must be copied (CopyImage)" in checked.reasons


def test_an_image_cannot_be_shared_with_its_owner(ecs: Emulator, provider: Provider) -> None:
    assert f"me ({OWNER}) owns image" in provider.check(share_of(ecs, accounts={"me": OWNER, "x": DATA})).reasons


def test_accounts_on_the_image_count_towards_the_limit(ecs: Emulator, provider: Provider) -> None:
    ecs.console.share(REGION, ecs.golden_image_id, *MANY[:45])
    checked = provider.check(share_of(ecs, accounts=MANY[45:55], exclusive=False))
    assert "shared with 45 other accounts and 10 more would make 55, over max_accounts (50)" in checked.reasons


def test_a_new_exclusive_share_names_accounts_that_the_program_does_not_list(ecs: Emulator, provider: Provider) -> None:
    ecs.console.share(REGION, ecs.golden_image_id, DATA, WEB)
    checked = provider.check(share_of(ecs))
    assert f"already shared with 2 accounts that the program does not list: {DATA}, {WEB}" in checked.reasons


def test_a_share_that_becomes_exclusive_names_them_too(ecs: Emulator, provider: Provider) -> None:
    inputs = provider.check(share_of(ecs, exclusive=False)).inputs
    ecs.console.share(REGION, ecs.golden_image_id, DATA)
    assert DATA in provider.check(share_of(ecs), inputs).reasons


def test_an_update_that_unshares_too_many_names_them_and_the_argument(ecs: Emulator, provider: Provider) -> None:
    inputs = provider.check(share_of(ecs, accounts=MANY[:10])).inputs
    checked = provider.check(share_of(ecs, accounts=MANY[:6]), inputs)
    assert "unshare 4 of 10 accounts (40 %), more than max_unshare_percent (30)" in checked.reasons
    assert all(account in checked.reasons for account in MANY[6:10])


def test_another_image_for_a_few_of_many_accounts_unshares_the_others_and_is_guarded(
    ecs: Emulator, provider: Provider
) -> None:
    inputs = provider.check(share_of(ecs, accounts=MANY[:10])).inputs
    assert provider.check(share_of(ecs, "golden-next", accounts=MANY[:7]), inputs).failures == []
    [(name, reason)] = provider.check(share_of(ecs, "golden-next", accounts=MANY[:6]), inputs).failures
    assert is_at_fault(name, "accounts")
    assert "this would unshare 4 of 10 accounts (40 %)" in reason


def test_only_taking_access_away_reads_who_has_it_and_no_rule_of_the_image(ecs: Emulator, provider: Provider) -> None:
    inputs = provider.check(share_of(ecs, accounts=[PAYMENTS, DATA])).inputs
    ecs.calls.reset()
    assert provider.check(share_of(ecs, accounts=[PAYMENTS]), inputs).failures == []
    assert ecs.calls.by_action() == {"DescribeImageSharePermission": 1}


def test_two_exclusive_shares_of_one_image_in_a_program_are_refused(ecs: Emulator, provider: Provider) -> None:
    assert provider.check(share_of(ecs)).failures == []
    other = provider.of(SILVER, ImageShareProvider())
    [(name, reason)] = other.check(share_of(ecs, accounts=[DATA])).failures
    assert is_at_fault(name, "image_id")
    assert f"image {ecs.golden_image_id} is shared by two ImageShares of this program, silver and golden" in reason


@pytest.mark.parametrize("exclusive", [True, False])
def test_two_shares_of_one_image_that_list_one_account_are_refused(
    ecs: Emulator, provider: Provider, exclusive: bool
) -> None:
    assert provider.check(share_of(ecs, exclusive=exclusive)).failures == []
    other = provider.of(SILVER, ImageShareProvider())
    [(name, reason)] = other.check(share_of(ecs, exclusive=exclusive)).failures
    assert is_at_fault(name, "accounts")
    assert "listed by two ImageShares of this program, silver and golden" in reason


def test_shares_of_one_image_that_are_not_exclusive_go_together(ecs: Emulator, provider: Provider) -> None:
    other = provider.of(SILVER, ImageShareProvider())
    for share, account in ((provider, PAYMENTS), (other, DATA)):
        assert share.check(share_of(ecs, accounts=[account], exclusive=False)).failures == []


def test_what_the_engine_hands_back_is_taken_as_it_is(ecs: Emulator, provider: Provider) -> None:
    inputs = provider.check(share_of(ecs, accounts={"payments": PAYMENTS, "": DATA})).inputs
    assert inputs["accounts"] == {PAYMENTS: "payments", DATA: ""}
    provider.next_run()
    assert provider.check(inputs, inputs).inputs == inputs


def test_a_region_that_ecs_does_not_know_is_a_failure_of_region(ecs: Emulator, provider: Provider) -> None:
    [(name, reason)] = provider.check(share_of(ecs, region="cn-atlantis")).failures
    assert is_at_fault(name, "region")
    assert "InvalidRegionId.NotFound" in reason


def test_a_partly_unknown_update_is_checked_for_what_is_known(ecs: Emulator, provider: Provider) -> None:
    inputs = provider.check({"image_id": ecs.golden_image_id, "accounts": MANY[:20]}).inputs
    checked = provider.check({"image_id": ecs.golden_image_id, "accounts": [WEB, UNKNOWN]}, inputs)
    assert "would unshare at least 19 of the 20 accounts" in checked.reasons
