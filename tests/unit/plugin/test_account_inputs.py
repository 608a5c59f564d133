"""Accounts are listed in one of two ways, and the state in a third: all come to one."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_alicloud_image_share.plugin.properties import kept_inputs, with_one_list

PAYMENTS, DATA, WEB = "1000000000000002", "1000000000000003", "1000000000000004"
STATE = {"accounts": {PAYMENTS: "payments", DATA: "data"}}


@pytest.mark.parametrize(
    ("given", "olds", "accounts"),
    [
        ({"accounts": {"payments": PAYMENTS}}, {}, {"payments": PAYMENTS}),
        ({"account_ids": [PAYMENTS, DATA]}, {}, [PAYMENTS, DATA]),
        # The engine has put the state's in, as a whole.
        ({"accounts": STATE["accounts"], "account_ids": [WEB]}, STATE, STATE["accounts"]),
        # It has put one account of the state's in, beside the program's.
        ({"accounts": {"pay": PAYMENTS, PAYMENTS: "payments"}}, STATE, {PAYMENTS: "payments"}),
    ],
)
def test_a_programs_accounts_come_to_one_list(given: dict[str, Any], olds: dict[str, Any], accounts: object) -> None:
    found, problems = with_one_list({"region": "cn-hangzhou", **given}, olds)
    assert problems == []
    assert found == {"region": "cn-hangzhou", "accounts": accounts}


@pytest.mark.parametrize(
    ("given", "olds"),
    [
        ({"accounts": {"payments": PAYMENTS}, "account_ids": [PAYMENTS]}, {}),
        ({"accounts": {PAYMENTS: "payments"}, "account_ids": [WEB]}, {}),
        ({"accounts": {WEB: "web"}, "account_ids": [WEB]}, STATE),
        ({"accounts": {PAYMENTS: "payments"}, "account_ids": [WEB]}, STATE),
        ({"accounts": {}, "account_ids": [WEB]}, STATE),
    ],
)
def test_both_lists_at_once_are_refused(given: dict[str, Any], olds: dict[str, Any]) -> None:
    [problem] = with_one_list(given, olds)[1]
    assert problem.sentence.startswith("both accounts and account_ids are given")


def test_an_account_that_a_program_lists_both_ways_round_is_left_to_the_rules() -> None:
    both = {PAYMENTS: "payments", "pay": PAYMENTS}
    assert with_one_list({"accounts": both}, {}) == ({"accounts": both}, [])


def test_what_an_import_left_is_read_as_accounts_without_names() -> None:
    assert kept_inputs({"account_ids": [PAYMENTS]}) == {"accounts": {PAYMENTS: ""}}
    assert kept_inputs(STATE) == STATE
    assert kept_inputs({}) == {}
