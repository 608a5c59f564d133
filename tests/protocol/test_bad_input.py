"""Malformed programs and settings, fuzzed and plausible: each gets one clear sentence, and nothing is changed."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import pytest

from ecs_emulator import Emulator
from ecs_emulator.seed import load_seed
from support.clear_sentences import assert_clear, check_failures
from support.protocol import Provider, running_provider
from support.strange_servers import answering, silent_address

OWNER, PAYMENTS, DATA = "1000000000000001", "1000000000000002", "1000000000000003"
REGION = "cn-hangzhou"
ACTIONS = ("DescribeImages", "DescribeImageSharePermission", "ModifyImageSharePermission")
LONG = "x" * 12_000
NOT_AN_ID = "is not an account ID"
NO_IMAGE_ID = "can't be the ID of a custom image"
NO_REGION = "can't be a region: give a region ID such as 'cn-hangzhou'"
NO_LIST = "accounts must be a list of account IDs or a mapping of names to account IDs, not "


@dataclass(frozen=True)
class Bad:
    """A malformed program or setting.

    Attributes:
        name: The test's id.
        property: The property at fault; "" where it is no argument of ImageShare.
        says: A pattern of the sentence.
        inputs: Arguments of the program that differ from a good one.
        config: Settings that differ from good ones, None for one that is not set.
        environment: Environment variables.
        profiles: What ~/.aliyun/config.json holds.
        never: A pattern that must not be in the sentence.
    """

    name: str
    property: str
    says: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    config: Mapping[str, str | None] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    profiles: str = ""
    never: str = ""


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
    accounts("map-of-none", {"payments": None}, "no account is given"),
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

NO_KEY: dict[str, str | None] = {"alicloud:accessKey": None, "alicloud:secretKey": None}
PROFILE: dict[str, str | None] = {**NO_KEY, "alicloud:profile": "ci"}
BAD_PROFILE = r"the credentials of profile 'ci' can't be loaded from ~/\.aliyun/config\.json"
BAD_ENDPOINT = "alicloud:endpoints has ecs .*: give 'host' or 'host:port', without scheme or path"
BAD_ENDPOINTS = r'alicloud:endpoints must be a list of the form \[\{"ecs": "host:port"\}\]'


def endpoint(name: str, value: Any, says: str = BAD_ENDPOINT) -> Bad:
    return Bad(f"endpoint-{name}", "", says, config={"alicloud:endpoints": json.dumps([{"ecs": value}])})


def endpoints(name: str, value: str) -> Bad:
    return Bad(f"endpoints-{name}", "", BAD_ENDPOINTS, config={"alicloud:endpoints": value})


def setting(key: str, name: str, value: str, says: str) -> Bad:
    return Bad(f"{key.partition(':')[2]}-{name}", "", says, config={key: value})


def profile(name: str, profiles: str, says: str = BAD_PROFILE, never: str = "") -> Bad:
    return Bad(f"profile-{name}", "", says, config=PROFILE, profiles=profiles, never=never)


SETTINGS = [
    endpoint("with-scheme", "https://ecs.aliyuncs.com"),
    endpoint("with-path", "127.0.0.1:80/path"),
    endpoint("with-port-99999", "127.0.0.1:99999"),
    endpoint("with-port-0", "127.0.0.1:0"),
    endpoint("with-password", "user:password@127.0.0.1", BAD_ENDPOINT),
    endpoint("with-newline", "127.0.0.1:80\n"),
    endpoint("of-dots", "..."),
    endpoint("of-12-kb", f"http://{LONG}"),
    endpoint("of-12-kb-of-host", LONG),
    endpoint("number", 5),
    endpoint("list", ["127.0.0.1:80"]),
    endpoints("not-json", "127.0.0.1:80"),
    endpoints("list-of-strings", '["127.0.0.1:80"]'),
    endpoints("number", "5"),
    endpoints("null", "null"),
    endpoints("nested-100000-deep", "[" * 100_000),
    setting("alicloud:protocol", "ftp", "ftp", "alicloud:protocol is 'ftp': it must be HTTP or HTTPS"),
    setting("alicloud:protocol", "with-newline", "ht\ntp", "it must be HTTP or HTTPS"),
    setting("alicloud:protocol", "of-12-kb", LONG, "it must be HTTP or HTTPS"),
    *(
        setting(f"image-share:{key}", name, value, f"image-share:{key} is .*: it must be a number of seconds")
        for key in ("retrySeconds", "visibleSeconds")
        for name, value in [("word", "soon"), ("nan", "nan"), ("negative", "-1"), ("year", "31536000")]
    ),
    setting("image-share:retrySeconds", "of-12-kb", LONG, "it must be a number of seconds"),
    Bad("region-of-config", "region", NO_REGION, config={"alicloud:region": "cn hangzhou"}),
    Bad("region-of-environment", "region", NO_REGION, config={"alicloud:region": None},
        environment={"ALIBABA_CLOUD_REGION": "cn\nhangzhou"}),
    Bad("key-without-secret", "", "alicloud:accessKey is set but alicloud:secretKey is not: set both or neither",
        config={"alicloud:secretKey": None}),
    Bad("secret-without-key", "", "alicloud:secretKey is set but alicloud:accessKey is not: set both or neither",
        config={"alicloud:accessKey": None}),
    Bad("token-without-key", "", "alicloud:securityToken is set without .*: set all three",
        config={**NO_KEY, "alicloud:securityToken": "a-token"}),
    Bad("key-without-secret-in-environment", "", "ALICLOUD_ACCESS_KEY is set but ALICLOUD_SECRET_KEY is not",
        config=NO_KEY, environment={"ALICLOUD_ACCESS_KEY": "LTAI5tHALF"}),
    Bad("no-credentials", "", "no credentials are found", config=NO_KEY),
    Bad("unknown-key", "", r"InvalidAccessKeyId\.NotFound.* RequestId [0-9A-F-]{36}\. Check the AccessKey ID",
        config={"alicloud:accessKey": "LTAI5tNOBODY"}),
    Bad("wrong-secret", "", r"SignatureDoesNotMatch.* RequestId [0-9A-F-]{36}\. Check the AccessKey secret",
        config={"alicloud:secretKey": "wrong"}),
    Bad("key-with-newline", "", "alicloud:accessKey has", config={"alicloud:accessKey": "LTAI5t\nNEWLINE"}),
    Bad("secret-with-newline", "", "secret", config={"alicloud:secretKey": "sec\nret"}),
    Bad("key-in-cyrillic", "", "alicloud:accessKey has", config={"alicloud:accessKey": "ключ"}),
    Bad("key-with-nul", "", "alicloud:accessKey has", config={"alicloud:accessKey": "LTAI\0"}),
    Bad("profile-nowhere", "", BAD_PROFILE, config=PROFILE),
    Bad("profile-of-environment-nowhere", "", BAD_PROFILE, config=NO_KEY,
        environment={"ALIBABA_CLOUD_PROFILE": "ci"}),
    Bad("profile-with-newline", "", r"~/\.aliyun/config\.json", config={**PROFILE, "alicloud:profile": "c\ni"}),
    Bad("profile-of-12-kb", "", r"~/\.aliyun/config\.json", config={**PROFILE, "alicloud:profile": LONG}),
    profile("not-json", "[ci]\naccess_key_id = LTAI5tINI\n"),
    profile("list", "[]"),
    profile("without-it", '{"profiles": [{"name": "prod", "mode": "AK"}]}'),
    profile("of-numbers", '{"profiles": [5]}'),
    profile("without-keys", '{"profiles": [{"name": "ci", "mode": "AK"}]}'),
    profile("with-numbers-as-keys",
            '{"profiles": [{"name": "ci", "mode": "AK", "access_key_id": 5, "access_key_secret": 6}]}'),
    profile("with-mode-of-two-lines", '{"profiles": [{"name": "ci", "mode": "A\\nK"}]}'),
    profile("whose-command-prints-secrets",
            '{"profiles": [{"name": "ci", "mode": "External", '
            '"process_command": "sh -c \'echo my-secret >&2; exit 3\'"}]}', never="my-secret"),
    profile("that-is-its-own-source",
            '{"profiles": [{"name": "ci", "mode": "ChainableRamRoleArn", "source_profile": "ci"}]}'),
]  # fmt: skip


@pytest.fixture(scope="module")
def shop() -> Iterator[Emulator]:
    """An ECS whose owner has, besides, a RAM user for each action that RAM denies it."""
    seed = load_seed().model_dump()
    seed["accounts"][0]["ram_users"] = [
        {
            "name": f"no-{action}",
            "access_key_id": f"LTAI5tNO{action}",
            "access_key_secret": f"SecretWithout{action}",
            "denied_actions": [f"ecs:{action}"],
        }
        for action in ACTIONS
    ]
    with Emulator(seed) as emulator:
        yield emulator


def config_of(ecs: Emulator, changes: Mapping[str, str | None] | None = None) -> dict[str, str]:
    owner = ecs.account("owner")
    config = {
        "alicloud:region": REGION,
        "alicloud:accessKey": owner.access_key_id,
        "alicloud:secretKey": owner.access_key_secret,
        "alicloud:endpoints": json.dumps([{"ecs": ecs.endpoint}]),
        "alicloud:protocol": "HTTP",
        "image-share:retrySeconds": "0.2",
        "image-share:visibleSeconds": "1",
        **(changes or {}),
    }
    return {key: value for key, value in config.items() if value is not None}


@pytest.fixture(scope="module")
def shared_provider(shop: Emulator) -> Iterator[Provider]:
    """One provider process for all cases whose configuration is good."""
    with running_provider(config_of(shop), {}) as running:
        yield running


def good(ecs: Emulator) -> dict[str, Any]:
    return {"image_id": ecs.golden_image_id, "accounts": [PAYMENTS]}


def assert_one_sentence(
    ecs: Emulator, failures: list[tuple[str, str]], property: str, says: str, *secrets: str, never: str = ""
) -> None:
    """One failure, of this property, in one clear sentence; and nothing was asked of ECS but to read."""
    owner = ecs.account("owner")
    assert ecs.calls.count("ModifyImageSharePermission") == 0
    [(name, sentence)] = failures
    assert name == property, sentence
    assert re.search(says, sentence), sentence
    assert not never or not re.search(never, sentence), sentence
    assert_clear(sentence, secrets=(owner.access_key_id, owner.access_key_secret, *secrets))


def test_sixty_cases_at_least() -> None:
    cases = [*PROGRAMS, *SETTINGS]
    assert len({case.name for case in cases}) == len(cases) >= 60


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in PROGRAMS])
def test_a_malformed_program_gets_one_sentence(shop: Emulator, shared_provider: Provider, case: Bad) -> None:
    shop.reset()
    failures = check_failures(shared_provider, {**good(shop), **case.inputs})
    assert_one_sentence(shop, failures, case.property, case.says, never=case.never)


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in SETTINGS])
def test_a_malformed_setting_gets_one_sentence(shop: Emulator, tmp_path: Path, case: Bad) -> None:
    shop.reset()
    if case.profiles:
        (tmp_path / ".aliyun").mkdir()
        (tmp_path / ".aliyun" / "config.json").write_text(case.profiles)
    with running_provider(config_of(shop, case.config), {"HOME": str(tmp_path), **case.environment}) as provider:
        failures = check_failures(provider, good(shop))
    given = [value for key, value in case.config.items() if value and "Key" in key]
    assert_one_sentence(shop, failures, case.property, case.says, *given, never=case.never)


def test_every_fault_of_a_program_and_its_settings_gets_its_own_sentence(shop: Emulator, tmp_path: Path) -> None:
    shop.reset()
    config = config_of(shop, {"alicloud:protocol": "ftp", "image-share:retrySeconds": "soon"})
    program = {**good(shop), "accounts": ["alice", 5, {}], "max_accounts": "x", "exclusive": 1, "region": 2}
    with running_provider(config, {"HOME": str(tmp_path)}) as provider:
        failures = check_failures(provider, program)
    assert sorted(name for name, _ in failures) == ["", "accounts", "accounts", "accounts", "exclusive",
                                                    "max_accounts", "region"]  # fmt: skip
    for _, sentence in failures:
        assert_clear(sentence)
    assert shop.calls.count() == 0


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ("expired", r"InvalidSecurityToken\.Expired.* The temporary credentials have expired"),
        ("malformed", r"InvalidSecurityToken\.Malformed.* Check the security token"),
        ("missing", r"MissingSecurityToken.* alicloud:securityToken"),
        ("with-newline", "alicloud:securityToken has"),
        ("with-wrong-secret", r"SignatureDoesNotMatch.* Check the AccessKey secret"),
    ],
)
def test_a_bad_token_gets_one_sentence(shop: Emulator, what: str, says: str) -> None:
    shop.reset()
    fresh, expired = shop.account("owner").sts_tokens
    key = expired if what == "expired" else fresh
    token = {
        "malformed": "a-token-of-nobody",
        "missing": None,
        "with-newline": key.security_token.replace("-", "\n", 1),
    }
    secret = "wrong" if what == "with-wrong-secret" else key.access_key_secret
    config = {
        "alicloud:accessKey": key.access_key_id,
        "alicloud:secretKey": secret,
        "alicloud:securityToken": token.get(what, key.security_token),
    }
    with running_provider(config_of(shop, config), {}) as provider:
        failures = check_failures(provider, good(shop))
    secrets = (key.access_key_id, key.access_key_secret, key.security_token, "a-token-of-nobody")
    assert_one_sentence(shop, failures, "", says, *secrets)


def test_a_line_end_after_a_key_from_a_file_does_no_harm(shop: Emulator) -> None:
    shop.reset()
    key = shop.account("owner").sts_tokens[0]
    config = {
        "alicloud:accessKey": f"{key.access_key_id}\n",
        "alicloud:secretKey": f"{key.access_key_secret}\n",
        "alicloud:securityToken": f"{key.security_token}\r\n",
    }
    with running_provider(config_of(shop, config), {}) as provider:
        assert check_failures(provider, good(shop)) == []


@pytest.mark.parametrize("action", ACTIONS)
def test_a_key_that_may_not_call_an_action_is_told_which_and_what_to_add(shop: Emulator, action: str) -> None:
    shop.reset()
    shop.console.share(REGION, shop.golden_image_id, PAYMENTS)
    user = next(user for user in shop.account("owner").ram_users if user.name == f"no-{action}")
    keys = {"alicloud:accessKey": user.access_key_id, "alicloud:secretKey": user.access_key_secret}
    program = {**good(shop), "accounts": [PAYMENTS, DATA]}
    says = rf'{action} failed with Forbidden\.RAM: .*RequestId .*"Effect": "Allow", "Action": "ecs:{action}"'
    with running_provider(config_of(shop, keys), {}) as provider:
        if action != "ModifyImageSharePermission":
            failures = check_failures(provider, program)
            assert_one_sentence(shop, failures, "", says, user.access_key_id, user.access_key_secret)
        else:
            # Nobody can ask RAM beforehand: the first call that changes anything is the first to learn it.
            with pytest.raises(grpc.RpcError, match=says) as failure:
                provider.share(program)
            assert "\nNothing was changed." in failure.value.details()
            assert user.access_key_secret not in failure.value.details()
    assert shop.console.shared_accounts(REGION, shop.golden_image_id) == [PAYMENTS]


def test_a_clock_that_is_an_hour_off_gets_one_sentence(ecs: Emulator) -> None:
    ecs.cloud.clock.skew(3600)
    with running_provider(config_of(ecs), {}) as provider:
        failures = check_failures(provider, good(ecs))
    assert_one_sentence(ecs, failures, "", r"InvalidTimeStamp\.Expired.* Set the clock of this machine")


def test_an_endpoint_where_nobody_listens_gets_one_sentence(shop: Emulator) -> None:
    shop.reset()
    address = silent_address()
    with running_provider(config_of(shop, {"alicloud:endpoints": json.dumps([{"ecs": address}])}), {}) as provider:
        failures = check_failures(provider, good(shop))
    assert_one_sentence(shop, failures, "", rf"{address}.*Connection refused.*alicloud:endpoints")


def test_https_where_http_is_spoken_gets_one_sentence(shop: Emulator) -> None:
    shop.reset()
    with running_provider(config_of(shop, {"alicloud:protocol": "HTTPS"}), {}) as provider:
        failures = check_failures(provider, good(shop))
    assert_one_sentence(shop, failures, "", "SSL|TLS|HTTPS")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        pytest.param(200, "<html>\n<b>Please log in</b>\n</html>", id="page"),
        pytest.param(200, "<html>" + LONG, id="page-of-12-kb"),
        pytest.param(403, "<html>\nblocked by the proxy\n</html>", id="proxy"),
        pytest.param(404, "", id="nothing"),
        pytest.param(502, "<html>Bad Gateway</html>", id="gateway"),
        pytest.param(200, "[]", id="list"),
        pytest.param(200, "null", id="null"),
        pytest.param(200, '{"RequestId": "R", "Images": {"Image": [5]}}', id="answer-of-another-shape"),
        pytest.param(400, "{}", id="error-without-code"),
        pytest.param(400, "null", id="error-null"),
        pytest.param(400, '{"Code": 5, "Message": 7, "RequestId": 9}', id="error-of-numbers"),
    ],
)
def test_an_endpoint_that_is_no_ecs_gets_one_sentence(shop: Emulator, status: int, body: str) -> None:
    shop.reset()
    with ExitStack() as stack:
        address = stack.enter_context(answering(status, body))
        config = config_of(shop, {"alicloud:endpoints": json.dumps([{"ecs": address}])})
        provider = stack.enter_context(running_provider(config, {}))
        failures = check_failures(provider, good(shop))
    assert_one_sentence(shop, failures, "", "DescribeImages failed with ")


@pytest.mark.parametrize("id", ["cn-hangzhou:m-bp1\nx", f"cn-hangzhou:m-{LONG}", "cn-hangzhou:m-😀", "\0", ":", ""])
def test_a_malformed_id_gets_a_sentence(shop: Emulator, shared_provider: Provider, id: str) -> None:
    shop.reset()
    with pytest.raises(grpc.RpcError) as failure:
        shared_provider.read(id, None, {})
    first, second = failure.value.details().rstrip().splitlines()[-2:]
    assert first.startswith("pulumi_alicloud_image_share.RuleBroken: ")
    assert_clear(first)
    assert_clear(second)
    assert shop.calls.count() == 0
