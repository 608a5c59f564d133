"""The policies of shares over the analyzer's protocol: which accounts, how many, whose, and whether protected."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share.distribution.request import TYPE
from support.analyzer import Analyzer, Item, secret
from support.judged_resources import ALLOWED, MAX_ACCOUNTS, ONE_MANAGER, PERMISSION, PROTECTED, only, share
from support.protocol import UNKNOWN

pytestmark = pytest.mark.both_frontends

PAYMENTS, DATA, PARTNER = "1000000000000002", "1000000000000003", "1000000000000005"


class TestAllowedAccounts:
    def test_without_an_allowlist_every_account_passes_and_that_is_said_once(self, pack: Analyzer) -> None:
        assert pack.analyze(share()) == []
        assert pack.analyze(share("other")) == []
        assert pack.printed.count(f"{ALLOWED} has no allowlist and lets every account pass") == 1

    @pytest.mark.parametrize("allowlist", [[PAYMENTS], ["payments"], {"payments": PAYMENTS}])
    def test_accounts_are_allowed_by_id_or_name(self, pack: Analyzer, allowlist: object) -> None:
        pack.configure({ALLOWED: {"accounts": allowlist}})
        assert pack.analyze(share()) == []
        sentence = only(pack.analyze(share(accounts={PAYMENTS: "payments", PARTNER: "partner"})), ALLOWED)
        assert f"partner ({PARTNER}), which is not on the allowlist" in sentence
        assert "no allowlist" not in pack.printed

    def test_secret_accounts_are_judged_too(self, pack: Analyzer) -> None:
        pack.configure({ALLOWED: {"accounts": [PAYMENTS]}})
        assert PARTNER in only(pack.analyze(share(accounts=secret({PARTNER: ""}))), ALLOWED)

    @pytest.mark.parametrize("accounts", [UNKNOWN, {PARTNER: UNKNOWN}, None])
    def test_accounts_that_the_preview_does_not_know_are_judged_by_the_update(
        self, pack: Analyzer, accounts: object
    ) -> None:
        pack.configure({ALLOWED: {"accounts": [PAYMENTS]}})
        assert pack.analyze(share(accounts=accounts, image_id=UNKNOWN)) == []
        assert PARTNER in only(pack.analyze(share(accounts={PARTNER: ""})), ALLOWED)

    def test_an_allowlist_of_numbers_is_refused_in_one_sentence(self, pack: Analyzer) -> None:
        pack.configure({ALLOWED: {"accounts": [1000000000000002]}})
        assert only(pack.analyze(share()), ALLOWED) == (
            "this policy is configured wrongly and judges nothing: accounts: account ID 1000000000000002 is a number: "
            "write it as a string, '1000000000000002': numbers lose digits."
        )


class TestProtected:
    def test_shares_of_protected_stacks_need_protect(self, pack: Analyzer) -> None:
        assert pack.analyze(share()) == []
        assert "in stack prod-eu without protect" in only(pack.analyze(share(stack="prod-eu")), PROTECTED)
        assert pack.analyze(share(stack="prod-eu", protect=True)) == []

    @pytest.mark.parametrize("type_", [TYPE])
    def test_distributions_need_protect_and_their_shares_do_not(self, pack: Analyzer, type_: str) -> None:
        distribution = Item(type_, "golden", stack="prod")
        assert "golden is in stack prod without protect" in only(pack.analyze(distribution), PROTECTED)
        assert pack.analyze(replace(distribution, protect=True)) == []
        made = share(stack="prod")
        assert pack.analyze(replace(made, parents=f"{type_}$")) == []

    def test_which_stacks_are_protected_is_a_setting(self, pack: Analyzer) -> None:
        pack.configure({PROTECTED: {"stacks": ["live-?"]}})
        assert pack.analyze(share(stack="prod")) == []
        assert "in stack live-1 without protect" in only(pack.analyze(share(stack="live-1")), PROTECTED)


class TestOneManager:
    def test_two_exclusive_shares_of_one_image_are_refused(self, pack: Analyzer) -> None:
        other = share("b", accounts={DATA: "data"})
        [said] = pack.analyze_stack(share("a"), other, share("c", image_id="m-bp1golden20240601bb0b2"))
        assert said.urn == share("a").urn
        assert "is shared by a, which is exclusive, and by b" in only([said], ONE_MANAGER)

    def test_two_shares_that_list_one_account_are_refused_though_neither_is_exclusive(self, pack: Analyzer) -> None:
        shares = share("a", exclusive=False), share("b", exclusive=False, accounts={PAYMENTS: "", DATA: "data"})
        assert f"is shared with payments ({PAYMENTS}) by a and b" in only(pack.analyze_stack(*shares), ONE_MANAGER)

    def test_a_share_and_an_image_share_permission_are_refused(self, ecs: Emulator, pack: Analyzer) -> None:
        rival = Item(PERMISSION, "rival", {"imageId": ecs.golden_image_id, "accountId": DATA})
        assert "by the ImageSharePermission rival" in only(pack.analyze_stack(share(), rival), ONE_MANAGER)
        pack.configure({ONE_MANAGER: {"exceptImages": [ecs.golden_image_id]}})
        assert pack.analyze_stack(share(), rival) == []

    def test_images_that_the_preview_does_not_know_are_judged_by_the_update(self, pack: Analyzer) -> None:
        rival = Item(PERMISSION, "rival", {"imageId": UNKNOWN, "accountId": UNKNOWN})
        assert pack.analyze_stack(share("a", image_id=UNKNOWN), share("b", image_id=UNKNOWN), rival) == []


class TestMaxAccounts:
    def test_accounts_are_counted_over_all_that_shares_the_image(self, ecs: Emulator, pack: Analyzer) -> None:
        pack.configure({MAX_ACCOUNTS: {"maxAccounts": 2}, ONE_MANAGER: {"exceptImages": [ecs.golden_image_id]}})
        shares = share("a", exclusive=False), share("b", exclusive=False, accounts={DATA: "data"})
        permission = Item(PERMISSION, "c", {"imageId": ecs.golden_image_id, "accountId": PARTNER})
        assert pack.analyze_stack(*shares) == []
        assert "shared with 3 accounts by a, b and c" in only(pack.analyze_stack(*shares, permission), MAX_ACCOUNTS)

    def test_fifty_accounts_are_the_most_unless_set(self, pack: Analyzer) -> None:
        accounts = {str(2000000000000001 + n): "" for n in range(51)}
        assert "the policy allows 50: remove 1" in only(pack.analyze_stack(share(accounts=accounts)), MAX_ACCOUNTS)
