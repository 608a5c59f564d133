"""Arguments of an ImageShare that are malformed, and what is said of each."""

from __future__ import annotations

import math
from typing import Any

from support.bad_input import LONG, NO_REGION, Bad

OWNER, PAYMENTS, DATA = "1000000000000001", "1000000000000002", "1000000000000003"
REGION = "cn-hangzhou"
NOT_AN_ID = "is not an account ID"
NO_IMAGE_ID = "can't be the ID of a custom image"
NO_LIST = "accounts must be a list of account IDs or a mapping of names to account IDs, not "


def account(name: str, value: Any, says: str = NOT_AN_ID, never: str = "") -> Bad:
    return Bad(f"account-{name}", "accounts", says, {"accounts": [value]}, never=never)


def accounts(name: str, value: Any, says: str) -> Bad:
    return Bad(f"accounts-{name}", "accounts", says, {"accounts": value})


def image(name: str, value: Any, says: str = NO_IMAGE_ID) -> Bad:
    return Bad(f"image-{name}", "image_id", says, {"image_id": value})


def region(name: str, value: Any, says: str = NO_REGION) -> Bad:
    return Bad(f"region-{name}", "region", says, {"region": value})


def other(argument: str, name: str, value: Any, says: str) -> Bad:
    return Bad(f"{argument}-{name}", argument, says, {argument: value})


WRITE_IT = "write it as a string, '"
MAX_ACCOUNTS = "max_accounts must be a whole number of accounts, at least 1"
MAX_UNSHARE = "max_unshare_percent must be a number from 0 to 100, not "

PROGRAMS = [
    account("of-12-kb", "1" * 12_000, r"\(12002 characters\) can't be an account ID"),
    account("of-12-kb-of-letters", LONG),
    account("in-full-width-digits", "１０００００００００００００２"),
    account("in-arabic-digits", "١٠٠٠٠٠٠٠٠٠٠٠٠٠٠٢"),
    account("with-newline", f"{PAYMENTS}\n", r"has spaces around the account ID: write '1000000000000002'\."),
    account("with-nul", f"{PAYMENTS}\0"),
    account("with-right-to-left-mark", f"\u202e{PAYMENTS}"),
    account("with-emoji", "😀"),
    account("with-path-traversal", "../../etc/passwd"),
    account("signed", f"+{PAYMENTS}"),
    account("with-spaces-inside", "1000 0000 0000 0002"),
    account("in-scientific-notation", "1e15"),
    account("of-zeros", "0" * 16, "does not begin with 0"),
    account("empty", "", "an account ID is empty"),
    account("blank", " \t ", "an account ID is empty"),
    account("none", None, "an account ID is None"),
    account("bool", True, "True is not an account ID"),
    account("number", 1000000000000002, WRITE_IT + PAYMENTS),
    # Its last digit is lost on the way here: whatever this would say in quotes may be a stranger's account.
    account("number-that-lost-digits", 9007199254740993, "is a number", never=r"'9007199254740\d+'"),
    account("number-of-17-digits", 12345678901234567, "is a number", never=r"'123456789012345\d+'"),
    account("fraction", 1.5, "1.5 ", never=WRITE_IT),
    account("negative", -5, "-5 ", never=WRITE_IT),
    account("zero", 0, "0 ", never=WRITE_IT),
    account("huge-number", 1e300, "number", never=WRITE_IT),
    account("nan", math.nan, "nan is not an account ID"),
    account("infinity", -math.inf, "-inf is not an account ID"),
    account("list", [PAYMENTS], r"\['1000000000000002'\] is not an account ID"),
    account("map", {"id": PAYMENTS}, r"\{'id': '1000000000000002'\} is not an account ID"),
    account("nested-deep", [[[[[[[[[[PAYMENTS]]]]]]]]]]),
    account("map-of-12-kb", {LONG: LONG}),
    account("arn", f"acs:ram::{PAYMENTS}:root", "is an ARN"),
    accounts("string", PAYMENTS, NO_LIST + f"'{PAYMENTS}'"),
    accounts("json", f'["{PAYMENTS}"]', NO_LIST),
    accounts("empty-string", "", NO_LIST + "''"),
    accounts("number", 5, NO_LIST + r"5\.$"),
    accounts("bool", True, NO_LIST + "True"),
    accounts("nan", math.nan, NO_LIST + "nan"),
    accounts("none", None, "no account is given"),
    accounts("empty-list", [], "no account is given"),
    accounts("empty-map", {}, "no account is given"),
    accounts("map-of-none", {"payments": None}, "no account is given|an account ID is None"),
    accounts("one-account-both-ways-round", {PAYMENTS: "payments", "pay": PAYMENTS}, "is listed twice"),
    accounts("one-account-both-ways-round-with-newline", {PAYMENTS: "a\nb", "c\rd": PAYMENTS}, "is listed twice"),
    accounts("id-as-name", {DATA: PAYMENTS}, "is an account ID itself"),
    accounts("nested-map", {"payments": {"prod": PAYMENTS}}, "for 'payments'. is not an account ID"),
    accounts("twice", {"a": PAYMENTS, "b": PAYMENTS}, "is listed twice, as 'a' and as 'b'"),
    accounts("twice-with-newlines", {"a\nb": PAYMENTS, "c\rd": PAYMENTS}, "is listed twice"),
    accounts("owner-with-newline-in-its-name", {"a\nb": OWNER}, "owns image"),
    accounts("owner-with-right-to-left-mark", {"\u202eb": OWNER}, "owns image"),
    accounts("owner-with-name-of-12-kb", {LONG: OWNER}, "owns image"),
    image("with-newline", "m-bp1golden20240501aa0a1\n"),
    image("with-nul", "m-bp1golden\0"),
    image("with-unicode", "m-ünïcode123"),
    image("with-emoji", "m-😀😀😀😀😀😀"),
    image("with-path-traversal", "../m-bp1golden20240501aa0a1"),
    image("of-12-kb", f"m-{LONG}"),
    image("in-capitals", "M-BP1GOLDEN20240501AA0A1"),
    image("of-another-cloud", "ami-0123456789abcdef0"),
    image("as-resource-id", "cn-hangzhou:m-bp1golden20240501aa0a1"),
    image("public", "aliyun_3_x64_20G_alibase_20240528.vhd", "is a public image"),
    image("list", ["m-bp1golden20240501aa0a1"]),
    image("number", 5, "^5 " + NO_IMAGE_ID),
    image("bool", True),
    image("empty", "", "image_id is missing"),
    image("none", None, "image_id is missing"),
    image("blank", " "),
    image("nowhere", "m-bp1nosuchimage000001", "does not exist in region cn-hangzhou, or this account can't see it"),
    region("in-capitals", "CN-HANGZHOU"),
    region("with-underscore", "cn_hangzhou"),
    region("with-newline", "cn-hangzhou\n"),
    region("with-host", "cn-hangzhou.evil.example"),
    region("with-path", "cn-hangzhou/../.."),
    region("in-chinese", "华东1"),
    region("number", 5),
    region("list", [REGION]),
    region("nowhere", "cn-nowhere", "cn-nowhere"),
    region("of-12-kb", f"cn-{LONG}", "region"),
    other("exclusive", "string", "true", "exclusive must be True or False, not 'true'"),
    other("exclusive", "number", 0, r"exclusive must be True or False, not 0\.$"),
    other("exclusive", "list", [], "exclusive must be True or False"),
    other("exclusive", "text-with-newline", "yes\nno", "exclusive must be True or False"),
    other("max_accounts", "string", "60", MAX_ACCOUNTS + ".*'60'"),
    other("max_accounts", "zero", 0, MAX_ACCOUNTS + r".* 0\.$"),
    other("max_accounts", "negative", -1, MAX_ACCOUNTS),
    other("max_accounts", "fraction", 1.5, MAX_ACCOUNTS),
    other("max_accounts", "nan", math.nan, MAX_ACCOUNTS),
    other("max_accounts", "infinity", math.inf, MAX_ACCOUNTS),
    other("max_accounts", "huge", 1e300, "max_accounts must be"),
    other("max_accounts", "bool", True, MAX_ACCOUNTS),
    other("max_accounts", "of-12-kb", LONG, MAX_ACCOUNTS),
    other("max_unshare_percent", "string", "30%", MAX_UNSHARE),
    other("max_unshare_percent", "negative", -0.1, MAX_UNSHARE),
    other("max_unshare_percent", "above-100", 100.1, MAX_UNSHARE),
    other("max_unshare_percent", "nan", math.nan, MAX_UNSHARE),
    other("max_unshare_percent", "infinity", math.inf, MAX_UNSHARE),
    other("max_unshare_percent", "list", [30], MAX_UNSHARE),
    Bad("argument-misspelt", "acounts", "did you mean accounts?", {"acounts": [PAYMENTS]}),
    Bad("argument-of-12-kb", LONG, "ImageShare has no argument", {LONG: 1}),
    Bad("argument-with-newline", "x\ny", "ImageShare has no argument", {"x\ny": 1}),
    Bad("argument-that-is-an-output", "shared_at", "ImageShare has no argument", {"shared_at": {}}),
]
