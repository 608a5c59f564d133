"""No account that a program lists loses access by `ignore_changes`, in whichever form paths and accounts are given."""

from __future__ import annotations

import asyncio
from typing import Any

import pulumi
import pytest

from pulumi_alicloud_image_share import BadArguments
from pulumi_alicloud_image_share.accounts import parse_accounts
from pulumi_alicloud_image_share.dynamic.options import check_options
from pulumi_alicloud_image_share.dynamic.registration import key_by_id, keyed_by_id
from pulumi_alicloud_image_share.errors import RuleBroken
from pulumi_alicloud_image_share.ignored_changes import ignored_accounts, ignored_path_sentences, parse_path
from pulumi_alicloud_image_share.plugin.differences import refuse_what_is_ignored
from pulumi_alicloud_image_share.plugin.properties import kept_inputs, with_one_list
from pulumi_alicloud_image_share.record import Change, map_differences
from support.consumer_program import unknown
from support.ignoring_engine import ignoring

PAYMENTS, DATA, WEB = "1000000000000002", "1000000000000003", "1000000000000004"
NAMED = {"payments": PAYMENTS, "data": DATA}
BY_ID = {PAYMENTS: "payments", DATA: "data"}

HONOURED = ["accounts", '["accounts"]', "*", "[*]", '["*"]', f'accounts["{DATA}"]', f"accounts.{DATA}"]
REFUSED = [
    'accounts["data"]',
    "accounts.data",
    '["accounts"]["data"]',
    '["accounts"].data',
    'accounts.["data"]',
    "accounts..data",
    '*["data"]',
    "*.data",
    "*.*",
    "accounts.*",
    "accounts[*]",
    'accounts["*"]',
    "accounts[0]",
    "accounts[1]",
    f"accounts[{DATA}]",
    f"accounts['{DATA}']",
    f'accounts["{DATA}"].name',
    'accounts["12345"]',
    "accounts.",
    ".accounts",
    'accounts["data',
    "accountIds",
    "accountIds[0]",
    "accountIds[1]",
    "accountIds.*",
    "account_ids",
]
OF_OTHERS = ["image_id", "imageId", "tags.team", 'assumeRole["roleArn"]', "maxAccounts", ".", ""]
PATHS = [*HONOURED, *REFUSED, *OF_OTHERS]

LISTED: dict[str, Any] = {
    "names to IDs": NAMED,
    "IDs to names": BY_ID,
    "a list": [PAYMENTS, DATA],
    "another order": [DATA, PAYMENTS],
    "one more": {**NAMED, "web": WEB},
    "one more in a list": [WEB, PAYMENTS, DATA],
    "one less": {"data": DATA},
    "the other one less": [PAYMENTS],
    "new names": {"pay": PAYMENTS, "bi": DATA},
    "names that are swapped": {"data": PAYMENTS, "payments": DATA},
}


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ('accounts["a b"].c[3]', ("accounts", "a b", "c", 3)),
        ('["root key with \\"quotes\\""].nested', ('root key with "quotes"', "nested")),
        ('root["key with a ."]', ("root", "key with a .")),
        ("root.array[*].field", ("root", "array", "*", "field")),
        ("a..b", ("a", "b")),
        ("", ()),
        (".a", None),
        ("a.", None),
        ('a["b', None),
        ('a["b\\"]', None),
        ("a[x]", None),
        ("a[1", None),
        ("a['b']", None),
    ],
)
def test_a_path_is_read_as_the_engine_reads_it(path: str, parts: tuple[Any, ...] | None) -> None:
    assert parse_path(path) == parts


@pytest.mark.parametrize("path", [*HONOURED, *OF_OTHERS])
def test_paths_that_the_engine_applies_are_taken(path: str) -> None:
    assert ignored_path_sentences([path], {}) == []


@pytest.mark.parametrize("path", REFUSED)
def test_other_paths_to_accounts_are_refused(path: str) -> None:
    [sentence] = ignored_path_sentences([path], {"data": DATA})
    assert sentence.startswith("ignore_changes has ")
    if parse_path(path) and path.endswith(("data", 'data"]')):
        assert f"Write 'accounts[\"{DATA}\"]' for one account" in sentence


def test_which_accounts_are_ignored() -> None:
    assert ignored_accounts([f'accounts["{DATA}"]', "image_id", f"accounts.{WEB}"]) == {DATA, WEB}
    assert ignored_accounts(["image_id", "accounts"]) is None
    assert ignored_accounts(["*"]) is None


def access_of(accounts: Any) -> set[str]:
    problems: list[Any] = []
    found, _ = parse_accounts(accounts, problems)
    assert problems == []
    return set(found)


COMBINED = [[path, *second] for path in PATHS for second in ([], [f'accounts["{WEB}"]'], [f'accounts["{PAYMENTS}"]'])]


def expected(accounts: Any, paths: list[str]) -> set[str]:
    """Who has access once the changes at these paths are ignored."""
    ignored, listed = ignored_accounts(paths), access_of(accounts)
    if ignored is None:
        return set(BY_ID)
    return {each for each in listed | set(BY_ID) if each in (BY_ID if each in ignored else listed)}


@pytest.mark.parametrize("listed", LISTED)
def test_a_dynamic_share_keeps_every_account_that_its_program_lists(listed: str) -> None:
    accounts = LISTED[listed]
    for paths in COMBINED:
        options = pulumi.ResourceOptions(ignore_changes=paths)
        if paths[0] in REFUSED:
            with pytest.raises(BadArguments):
                check_options("ImageShare 'golden'", options, names_identity=False, accounts=accounts)
            continue
        check_options("ImageShare 'golden'", options, names_identity=False, accounts=accounts)
        given = {"image_id": "m-1", "accounts": keyed_by_id(accounts)}
        arrived = ignoring(given, {"image_id": "m-1", "accounts": BY_ID}, paths)
        has_access = access_of(arrived["accounts"])
        assert has_access == expected(accounts, paths), paths
        assert has_access >= access_of(accounts) & set(BY_ID), paths


def judged_by_the_plugin(accounts: Any, state: dict[str, Any], paths: list[str]) -> set[str] | None:
    """Who has access after an update through the plugin, None where it refuses the update."""
    given = {"accountIds": accounts} if isinstance(accounts, list) else {"accounts": accounts}
    arrived, olds = (
        {"account_ids" if name == "accountIds" else name: value for name, value in inputs.items()}
        for inputs in (ignoring(given, state, paths), state)
    )
    found, problems = with_one_list(arrived, kept_inputs(olds))
    checked, _ = parse_accounts(found.get("accounts"), problems)
    if problems:
        return None
    outputs = kept_inputs(olds)["accounts"]
    change = Change(tuple(map_differences("accounts", outputs, checked)))
    try:
        refuse_what_is_ignored(change, paths, outputs, hides_accounts=False)
    except RuleBroken:
        return None
    return set(checked)


@pytest.mark.parametrize("state", [{"accounts": BY_ID}, {"accountIds": [DATA, PAYMENTS]}], ids=["usual", "imported"])
@pytest.mark.parametrize("listed", LISTED)
def test_the_plugin_refuses_what_would_take_access_from_an_account_that_a_program_lists(
    listed: str, state: dict[str, Any]
) -> None:
    accounts = LISTED[listed]
    for paths in COMBINED:
        has_access = judged_by_the_plugin(accounts, state, paths)
        if paths[0] in REFUSED:
            assert has_access is None, paths
        if has_access is not None:
            assert has_access == expected(accounts, paths), paths
            assert has_access >= access_of(accounts) & set(BY_ID), paths


@pytest.mark.parametrize("path", ["accounts", "*", f'accounts["{DATA}"]'])
def test_the_plugin_leaves_out_what_the_engine_can(path: str) -> None:
    for listed in ("names to IDs", "IDs to names", "new names"):
        assert judged_by_the_plugin(LISTED[listed], {"accounts": BY_ID}, [path]) == set(BY_ID)


def test_a_secret_account_is_not_named_by_the_advice() -> None:
    with pytest.raises(RuleBroken) as error:
        refuse_what_is_ignored(Change(), ['accounts["data"]'], BY_ID, hides_accounts=True)
    assert DATA not in str(error.value)


@pytest.mark.parametrize(
    "accounts",
    ["1000000000000002", {"a": PAYMENTS, "b": PAYMENTS}, [PAYMENTS, 5], {}, [], None, {PAYMENTS: DATA}],
)
def test_accounts_that_break_a_rule_reach_the_check_as_they_are(accounts: Any) -> None:
    assert keyed_by_id(accounts) is accounts


def registered(make: Any) -> Any:
    """What `key_by_id` makes of accounts, with each output as its value, or as "unknown"."""

    async def plain(value: Any) -> Any:
        if isinstance(value, pulumi.Output):
            return await value.future() if await value.is_known() else "unknown"
        return {key: await plain(item) for key, item in value.items()} if isinstance(value, dict) else value

    async def run() -> Any:
        return await plain(await key_by_id(make()))

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda: NAMED, BY_ID),
        (lambda: [PAYMENTS, DATA], {PAYMENTS: "", DATA: ""}),
        (lambda: pulumi.Output.from_input(NAMED), BY_ID),
        (lambda: {"payments": pulumi.Output.from_input(PAYMENTS), "data": DATA}, BY_ID),
        (lambda: {PAYMENTS: pulumi.Output.from_input("payments"), DATA: "data"}, BY_ID),
        (
            lambda: {"payments": pulumi.Output.from_input(PAYMENTS), "data": unknown()},
            {PAYMENTS: "payments", "data": "unknown"},
        ),
        (
            lambda: {"payments": PAYMENTS, "pay": PAYMENTS, "data": unknown()},
            {"payments": PAYMENTS, "pay": PAYMENTS, "data": "unknown"},
        ),
        (unknown, "unknown"),
    ],
)
def test_accounts_are_registered_by_id_as_far_as_ids_are_known(make: Any, expected: Any) -> None:
    assert registered(make) == expected


def test_accounts_keep_their_secrets_and_what_they_depend_on() -> None:
    async def main() -> tuple[bool, bool]:
        resource: Any = object()

        async def value(of: Any) -> Any:
            return of

        account: pulumi.Output[str] = pulumi.Output({resource}, value(DATA), value(True), value(True))
        found = await key_by_id({"payments": PAYMENTS, "data": account})
        return await found.is_secret(), await found.resources() == {resource}

    assert asyncio.run(main()) == (True, True)
