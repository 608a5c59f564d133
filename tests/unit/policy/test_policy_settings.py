"""How the policies' configuration is read, and what is said of one that can't be used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from pulumi_alicloud_image_share.policy.settings import (
    ALLOWED_ACCOUNTS_SCHEMA,
    MAX_ACCOUNTS_SCHEMA,
    ONE_MANAGER_SCHEMA,
    PROTECTED_SHARES_SCHEMA,
    PROTECTED_STACKS,
    TRUSTED_IMAGES_SCHEMA,
    AllowedAccounts,
    Schema,
    TrustedImages,
    read_allowed_accounts,
    read_except_images,
    read_max_accounts,
    read_protected_stacks,
    read_trusted_images,
)
from pulumi_alicloud_image_share.values import Problem
from support.clear_sentences import assert_clear

PAYMENTS, DATA, PARTNER = "1000000000000002", "1000000000000003", "1000000000000005"

Reader = Callable[[Mapping[str, Any], list[Problem]], Any]


def trusted(config: Mapping[str, Any], problems: list[Problem], stack_owners: object = None) -> TrustedImages:
    return read_trusted_images(config, stack_owners, problems)


READERS: dict[str, tuple[Reader, Schema]] = {
    "allowed accounts": (read_allowed_accounts, ALLOWED_ACCOUNTS_SCHEMA),
    "one manager": (read_except_images, ONE_MANAGER_SCHEMA),
    "max accounts": (read_max_accounts, MAX_ACCOUNTS_SCHEMA),
    "protected shares": (read_protected_stacks, PROTECTED_SHARES_SCHEMA),
    "trusted images": (trusted, TRUSTED_IMAGES_SCHEMA),
}


def read(reader: Reader, **config: Any) -> Any:
    problems: list[Problem] = []
    value = reader(config, problems)
    assert problems == []
    return value


def fault(reader: Reader, **config: Any) -> str:
    problems: list[Problem] = []
    reader(config, problems)
    [problem] = problems
    assert_clear(problem.sentence)
    return problem.sentence


def test_an_allowlist_is_a_list_of_ids_and_names() -> None:
    assert read(read_allowed_accounts, accounts=[PAYMENTS, "data team"]) == AllowedAccounts(
        ids=frozenset({PAYMENTS}), names=frozenset({"data team"})
    )


def test_an_allowlist_is_a_mapping_of_names_to_ids() -> None:
    assert read(read_allowed_accounts, accounts={"payments": PAYMENTS, "data": DATA}) == AllowedAccounts(
        ids=frozenset({PAYMENTS, DATA}), by_name={"payments": PAYMENTS, "data": DATA}
    )


def test_an_allowlist_is_a_mapping_of_ids_to_names_too_as_outputs_have_it() -> None:
    assert read(read_allowed_accounts, accounts={PAYMENTS: "payments", DATA: ""}) == AllowedAccounts(
        ids=frozenset({PAYMENTS, DATA}), by_name={"payments": PAYMENTS}
    )


def test_a_name_that_several_ids_have_allows_no_other_account() -> None:
    assert read(read_allowed_accounts, accounts={PAYMENTS: "team", DATA: "team"}) == AllowedAccounts(
        ids=frozenset({PAYMENTS, DATA})
    )


def test_no_allowlist_is_none_rather_than_an_empty_one() -> None:
    assert read(read_allowed_accounts) is None


@pytest.mark.parametrize(
    ("accounts", "says"),
    [
        ([], "accounts: it is empty: list the accounts that are allowed, or disable the policy."),
        ({}, "accounts: it is empty"),
        ("", "accounts: it is empty"),
        (PAYMENTS, f"accounts: it must be a list or a mapping of names to account IDs, not '{PAYMENTS}'."),
        ([1000000000000002], "account ID 1000000000000002 is a number: write it as a string, '1000000000000002'"),
        ([1000000000000002.0], "account ID 1000000000000002 is a number"),
        ([f" {PAYMENTS}"], "has spaces around the account ID"),
        ([f"acs:ram::{PAYMENTS}:root"], f"give the account ID in it, '{PAYMENTS}'"),
        ([""], "an account ID is empty"),
        ([None], "an account ID is None"),
        ({"payments": "payments"}, "'payments' (for 'payments') is not an account ID"),
        ({PAYMENTS: DATA}, f"'{PAYMENTS}' is used as the name of account {DATA}, but is an account ID itself"),
        ({"payments": ["x"]}, "is not an account ID"),
    ],
)
def test_an_allowlist_that_cannot_be_used_says_why(accounts: object, says: str) -> None:
    assert says in fault(read_allowed_accounts, accounts=accounts)


def test_images_may_be_excepted_from_having_one_manager() -> None:
    assert read(read_except_images) == frozenset()
    assert read(read_except_images, exceptImages=["m-bp1golden00000000001"]) == {"m-bp1golden00000000001"}
    assert "exceptImages must be a list of strings, not [1]." in fault(read_except_images, exceptImages=[1])


def test_the_most_accounts_are_those_of_ecs_s_documents_unless_set() -> None:
    assert read(read_max_accounts) == 50
    assert read(read_max_accounts, maxAccounts=20.0) == 20


@pytest.mark.parametrize("value", [0, -1, 1.5, True, "20", None, float("inf")])
def test_the_most_accounts_must_be_a_whole_number(value: object) -> None:
    assert "maxAccounts must be a whole number of accounts, at least 1" in fault(read_max_accounts, maxAccounts=value)


def test_protected_stacks_are_those_called_prod_unless_set() -> None:
    assert read(read_protected_stacks) == PROTECTED_STACKS
    assert read(read_protected_stacks, stacks=["live-*"]) == ("live-*",)
    assert "stacks must be a list of strings, not 'prod'." in fault(read_protected_stacks, stacks="prod")


def test_nobody_is_trusted_but_alibaba_cloud_unless_set() -> None:
    assert read(trusted) == TrustedImages()
    assert read(
        trusted,
        trustedOwners=[PARTNER],
        allowSystemImages=False,
        allowMarketplaceImages=True,
        allowCommunityImages=True,
        allowUnknownOwners=True,
    ) == TrustedImages(frozenset({PARTNER}), False, True, True, True)


@pytest.mark.parametrize("owners", [f'["{DATA}", "{DATA}"]', [DATA], f"{DATA}, {DATA}"])
def test_the_stacks_own_trusted_owners_count_too_unless_the_policy_says_no(owners: object) -> None:
    problems: list[Problem] = []
    assert trusted({"trustedOwners": [PARTNER]}, problems, owners).owners == {PARTNER, DATA}
    assert trusted({"trustedOwners": [PARTNER], "useStackConfig": False}, problems, owners).owners == {PARTNER}
    assert problems == []


@pytest.mark.parametrize(
    ("owners", "says"),
    [
        ("[1000000000000003]", "alicloud-image-share:trustedOwners: account ID 1000000000000003 is a number"),
        ('["partner"]', "alicloud-image-share:trustedOwners: 'partner' is not an account ID"),
        ('{"partner": "1000000000000005"}', "alicloud-image-share:trustedOwners must be a list of account IDs"),
        ('["1000000000000005"', "alicloud-image-share:trustedOwners must be a list"),
    ],
)
def test_trusted_owners_of_the_stack_that_cannot_be_used_say_why(owners: object, says: str) -> None:
    problems: list[Problem] = []
    assert trusted({}, problems, owners) == TrustedImages()
    [problem] = problems
    assert says in problem.sentence


def test_trusted_owners_are_account_ids_and_flags_are_flags() -> None:
    assert "trustedOwners: 'partner' is not an account ID" in fault(trusted, trustedOwners=["partner"])
    assert "trustedOwners must be a list of strings, not 'x'." in fault(trusted, trustedOwners="x")
    assert "allowSystemImages must be True or False, not 'no'." in fault(trusted, allowSystemImages="no")


@pytest.mark.parametrize("policy", READERS)
def test_a_setting_that_does_not_exist_is_refused_with_a_hint(policy: str) -> None:
    reader, schema = READERS[policy]
    [first, *_] = schema
    assert f"the policy has no argument '{first}x': did you mean {first}?" in fault(reader, **{f"{first}x": None})


@pytest.mark.parametrize("policy", READERS)
def test_the_defaults_of_the_schema_are_those_of_the_code(policy: str) -> None:
    reader, schema = READERS[policy]
    defaults = {name: entry["default"] for name, entry in schema.items() if "default" in entry}
    assert read(reader, **defaults) == read(reader)
    assert all(entry["description"].endswith(".") for entry in schema.values())
