"""Malformed settings, keys and endpoints that are no ECS: each gets one clear sentence, and nothing is changed."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path

import grpc
import pytest

from ecs_emulator import Emulator
from support.bad_input import ACTIONS, LONG, Bad, assert_one_sentence, config_of, good
from support.bad_settings import SETTINGS
from support.clear_sentences import check_failures
from support.protocol import running_provider
from support.strange_servers import answering, silent_address

pytestmark = pytest.mark.both_frontends

PAYMENTS, DATA = "1000000000000002", "1000000000000003"
REGION = "cn-hangzhou"


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


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ("expired", r"InvalidSecurityToken\.Expired.* The temporary credentials have expired"),
        ("malformed", r"InvalidSecurityToken\.Malformed.* Check the security token"),
        ("missing", r"MissingSecurityToken.* alicloud-image-share:securityToken"),
        ("with-newline", "alicloud-image-share:securityToken has"),
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
        "alicloud-image-share:accessKey": key.access_key_id,
        "alicloud-image-share:secretKey": secret,
        "alicloud-image-share:securityToken": token.get(what, key.security_token),
    }
    with running_provider(config_of(shop, config), {}) as provider:
        failures = check_failures(provider, good(shop))
    secrets = (key.access_key_id, key.access_key_secret, key.security_token, "a-token-of-nobody")
    assert_one_sentence(shop, failures, "", says, *secrets)


def test_a_line_end_after_a_key_from_a_file_does_no_harm(shop: Emulator) -> None:
    shop.reset()
    key = shop.account("owner").sts_tokens[0]
    config = {
        "alicloud-image-share:accessKey": f"{key.access_key_id}\n",
        "alicloud-image-share:secretKey": f"{key.access_key_secret}\n",
        "alicloud-image-share:securityToken": f"{key.security_token}\r\n",
    }
    with running_provider(config_of(shop, config), {}) as provider:
        assert check_failures(provider, good(shop)) == []


@pytest.mark.parametrize("action", ACTIONS)
def test_a_key_that_may_not_call_an_action_is_told_which_and_what_to_add(shop: Emulator, action: str) -> None:
    shop.reset()
    shop.console.share(REGION, shop.golden_image_id, PAYMENTS)
    user = next(user for user in shop.account("owner").ram_users if user.name == f"no-{action}")
    keys = {
        "alicloud-image-share:accessKey": user.access_key_id,
        "alicloud-image-share:secretKey": user.access_key_secret,
    }
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
    with running_provider(
        config_of(shop, {"alicloud-image-share:endpoints": json.dumps([{"ecs": address}])}), {}
    ) as provider:
        failures = check_failures(provider, good(shop))
    assert_one_sentence(shop, failures, "", rf"{address}.*Connection refused.*alicloud-image-share:endpoints")


def test_https_where_http_is_spoken_gets_one_sentence(shop: Emulator) -> None:
    shop.reset()
    with running_provider(config_of(shop, {"alicloud-image-share:protocol": "HTTPS"}), {}) as provider:
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
        config = config_of(shop, {"alicloud-image-share:endpoints": json.dumps([{"ecs": address}])})
        provider = stack.enter_context(running_provider(config, {}))
        failures = check_failures(provider, good(shop))
    assert_one_sentence(shop, failures, "", "DescribeImages failed with ")
