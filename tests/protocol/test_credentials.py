"""Where the provider's process takes region and credentials from, over the real protocol."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import grpc
import pytest

from ecs_emulator import Emulator
from support.clear_sentences import assert_at_fault
from support.protocol import running_provider

pytestmark = pytest.mark.both_frontends

PAYMENTS = "1000000000000002"
REGION = "cn-hangzhou"


def share_of(ecs: Emulator) -> dict[str, Any]:
    return {"image_id": ecs.golden_image_id, "accounts": [PAYMENTS]}


def test_no_credentials_anywhere_is_a_failure_without_a_property(ecs: Emulator) -> None:
    with running_provider({"alicloud:region": REGION}, {}) as provider:
        [(name, reason)] = provider.check(share_of(ecs)).failures
    assert (name, reason[:28]) == ("", "no credentials are found: se")


def test_no_region_anywhere_is_a_failure_of_region(ecs: Emulator, ecs_config: dict[str, str]) -> None:
    del ecs_config["alicloud:region"]
    with running_provider(ecs_config, {}) as provider:
        assert_at_fault(provider.check(share_of(ecs)).failures, "region")
    with running_provider(ecs_config, {"ALICLOUD_REGION": REGION}) as provider:
        assert provider.check(share_of(ecs)).failures == []


def test_credentials_of_the_environment_are_used(ecs: Emulator, ecs_config: dict[str, str]) -> None:
    owner = ecs.account("owner")
    del ecs_config["alicloud:accessKey"], ecs_config["alicloud:secretKey"]
    environment = {"ALICLOUD_ACCESS_KEY": owner.access_key_id, "ALICLOUD_SECRET_KEY": owner.access_key_secret}
    with running_provider(ecs_config, environment) as provider:
        assert provider.check(share_of(ecs)).failures == []


def test_a_wrong_secret_is_a_failure_that_says_so(ecs: Emulator, ecs_config: dict[str, str]) -> None:
    with running_provider({**ecs_config, "alicloud:secretKey": "wrong"}, {}) as provider:
        reasons = provider.check(share_of(ecs)).reasons
    assert "SignatureDoesNotMatch" in reasons
    assert "Check the AccessKey secret." in reasons


def test_a_broken_setting_is_a_failure_that_names_it(ecs: Emulator, ecs_config: dict[str, str]) -> None:
    with running_provider({**ecs_config, "alicloud-image-share:endpoints": "nowhere"}, {}) as provider:
        assert "alicloud-image-share:endpoints must be a list" in provider.check(share_of(ecs)).reasons


def test_temporary_credentials_share(ecs: Emulator, ecs_config: dict[str, str]) -> None:
    deployer = ecs.account("owner").sts_tokens[0]
    keys = {
        "alicloud:accessKey": deployer.access_key_id,
        "alicloud:secretKey": deployer.access_key_secret,
        "alicloud:securityToken": deployer.security_token,
    }
    with running_provider({**ecs_config, **keys}, {}) as provider:
        provider.share(share_of(ecs))
    assert ecs.console.shared_accounts(REGION, ecs.golden_image_id) == [PAYMENTS]


def test_expired_temporary_credentials_say_so(ecs: Emulator, ecs_config: dict[str, str]) -> None:
    expired = ecs.account("owner").sts_tokens[1]
    keys = {
        "alicloud:accessKey": expired.access_key_id,
        "alicloud:secretKey": expired.access_key_secret,
        "alicloud:securityToken": expired.security_token,
    }
    with running_provider({**ecs_config, **keys}, {}) as provider:
        reasons = provider.check(share_of(ecs)).reasons
    assert "InvalidSecurityToken.Expired" in reasons
    assert "get new ones and run again" in reasons


def test_a_profile_of_the_alibaba_cloud_cli_is_used(ecs: Emulator, ecs_config: dict[str, str], tmp_path: Path) -> None:
    owner = ecs.account("owner")
    del ecs_config["alicloud:accessKey"], ecs_config["alicloud:secretKey"]
    profile = {
        "name": "golden",
        "mode": "AK",
        "access_key_id": owner.access_key_id,
        "access_key_secret": owner.access_key_secret,
    }
    (tmp_path / ".aliyun").mkdir()
    (tmp_path / ".aliyun" / "config.json").write_text(json.dumps({"current": "other", "profiles": [profile]}))
    with running_provider({**ecs_config, "alicloud:profile": "golden"}, {"HOME": str(tmp_path)}) as provider:
        assert provider.check(share_of(ecs)).failures == []


def test_a_ram_user_who_may_not_share_is_told_the_action_and_the_statement_to_add(
    ecs: Emulator, ecs_config: dict[str, str]
) -> None:
    auditor = ecs.account("owner").ram_users[0]
    keys = {"alicloud:accessKey": auditor.access_key_id, "alicloud:secretKey": auditor.access_key_secret}
    with running_provider({**ecs_config, **keys}, {}) as provider, pytest.raises(grpc.RpcError) as failure:
        provider.share(share_of(ecs))
    text = str(failure.value.details())
    assert "Forbidden.RAM" in text
    assert '"Effect": "Allow", "Action": "ecs:ModifyImageSharePermission"' in text
    assert "Nothing was changed." in text
