"""As whom a resource calls ECS, over the real protocol: the stack, a profile, an assumed role."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share.resource.names import RESOURCE
from support.clear_sentences import assert_at_fault, is_at_fault
from support.moving_world import just_before
from support.protocol import UNKNOWN, URN, Provider, running_provider

pytestmark = pytest.mark.both_frontends

OWNER, PAYMENTS, DATA, PARTNER = "1000000000000001", "1000000000000002", "1000000000000003", "1000000000000005"
REGION = "cn-hangzhou"
SHARER = f"acs:ram::{OWNER}:role/image-sharer"
READER = f"acs:ram::{OWNER}:role/image-reader"
PARTNERS = f"acs:ram::{PARTNER}:role/image-sharer"
EXTERNAL_ID = "golden-images-7f3a"


@pytest.fixture
def config(ecs: Emulator, ecs_config: dict[str, str]) -> dict[str, str]:
    """The stack configuration of a RAM user of account data, which owns no image."""
    user = ecs.account("data").ram_users[0]
    return {
        **ecs_config,
        "alicloud:accessKey": user.access_key_id,
        "alicloud:secretKey": user.access_key_secret,
        "alicloud:endpoints": json.dumps([{"ecs": ecs.endpoint, "sts": ecs.endpoint}]),
    }


@pytest.fixture
def provider(config: dict[str, str]) -> Iterator[Provider]:
    with running_provider(config, {}) as running:
        yield running


def share_of(ecs: Emulator, key: str = "golden", **changes: Any) -> dict[str, Any]:
    return {"image_id": ecs.image(key).id, "accounts": [PAYMENTS], **changes}


def as_role(arn: str = SHARER, **more: Any) -> dict[str, Any]:
    return {"assume_role": {"role_arn": arn, **more}}


def live(ecs: Emulator, key: str = "golden") -> list[str]:
    return ecs.console.shared_accounts(REGION, ecs.image(key).id)


@contextmanager
def home_with_profiles(tmp_path: Path, *profiles: dict[str, Any]) -> Iterator[dict[str, str]]:
    (tmp_path / ".aliyun").mkdir()
    (tmp_path / ".aliyun" / "config.json").write_text(json.dumps({"current": "x", "profiles": list(profiles)}))
    yield {"HOME": str(tmp_path)}


def test_a_role_of_the_owner_shares_its_image_refreshes_and_unshares_it(ecs: Emulator, provider: Provider) -> None:
    id, outputs = provider.share(share_of(ecs, **as_role()))
    assert live(ecs) == [PAYMENTS]
    assert outputs["assume_role"] == {
        "role_arn": SHARER,
        "session_name": "pulumi-image-share",
        "session_seconds": 3600,
    }
    provider.next_run()
    _, read, inputs = provider.read(id, outputs, outputs)
    assert read == outputs
    assert inputs["assume_role"] == outputs["assume_role"]
    provider.destroy(id, outputs)
    assert live(ecs) == []


def test_a_role_is_assumed_once_a_run(ecs: Emulator, provider: Provider) -> None:
    provider.next_run()
    for key in ("golden", "golden-next"):
        checked = provider.check(share_of(ecs, key, **as_role()))
        assert checked.failures == []
        provider.create(checked.inputs)
    assert ecs.calls.count("AssumeRole") == 1


def test_several_owners_share_in_one_run(ecs: Emulator, config: dict[str, str]) -> None:
    user = ecs.account("owner").ram_users[-1]
    config |= {"alicloud:accessKey": user.access_key_id, "alicloud:secretKey": user.access_key_secret}
    with running_provider(config, {}) as provider:
        provider.next_run()
        for share in (
            share_of(ecs),
            share_of(ecs, "partner-image", **as_role(PARTNERS, external_id=EXTERNAL_ID, session_name="nightly")),
        ):
            checked = provider.check(share)
            assert checked.failures == []
            provider.create(checked.inputs)
    assert (live(ecs), live(ecs, "partner-image")) == ([PAYMENTS], [PAYMENTS])


def test_a_profile_shares_the_image_of_its_account(ecs: Emulator, config: dict[str, str], tmp_path: Path) -> None:
    owner = ecs.account("owner")
    profile = {
        "name": "owner",
        "mode": "AK",
        "access_key_id": owner.access_key_id,
        "access_key_secret": owner.access_key_secret,
    }
    with home_with_profiles(tmp_path, profile) as home, running_provider(config, home) as provider:
        _, outputs = provider.share(share_of(ecs, profile="owner"))
        assert_at_fault(provider.check(share_of(ecs, profile="other")).failures, "profile")
    assert live(ecs) == [PAYMENTS]
    assert outputs["profile"] == "owner"


def test_a_profile_may_assume_a_role(ecs: Emulator, config: dict[str, str], tmp_path: Path) -> None:
    user = ecs.account("owner").ram_users[-1]
    profile = {
        "name": "ci",
        "mode": "AK",
        "access_key_id": user.access_key_id,
        "access_key_secret": user.access_key_secret,
    }
    with home_with_profiles(tmp_path, profile) as home, running_provider(config, home) as provider:
        provider.share(share_of(ecs, "partner-image", profile="ci", **as_role(PARTNERS, external_id=EXTERNAL_ID)))
    assert live(ecs, "partner-image") == [PAYMENTS]


def test_the_role_of_the_configuration_is_the_default(ecs: Emulator, config: dict[str, str]) -> None:
    config["alicloud:assumeRole"] = json.dumps({"roleArn": SHARER, "sessionName": "ci", "sessionExpiration": 900})
    with running_provider(config, {}) as provider:
        _, outputs = provider.share(share_of(ecs))
        assert "assume_role" not in outputs
        # A resource's own role takes its place: this one may not share.
        checked = provider.check(share_of(ecs, "golden-next", **as_role(READER)))
        with pytest.raises(grpc.RpcError, match=r"Forbidden\.RAM"):
            provider.create(checked.inputs)
    assert live(ecs) == [PAYMENTS]


def test_another_identity_is_an_update_without_a_call(ecs: Emulator, provider: Provider) -> None:
    id, outputs = provider.share(share_of(ecs, **as_role()))
    news = share_of(ecs, **as_role(session_name="nightly"))
    ecs.calls.reset()
    provider.next_run()
    checked = provider.check(news, outputs)
    diff = provider.diff(id, outputs, checked.inputs)
    assert (list(diff.replaces), diff.changes) == ([], diff.DIFF_SOME)
    changed = provider.update(id, outputs, checked.inputs)
    assert changed["assume_role"]["session_name"] == "nightly"
    assert ecs.calls.count() == 0


@pytest.mark.dynamic_frontend
@pytest.mark.parametrize(
    ("option", "replaces"),
    [("assume_role", ["assume_role"]), ("assume_role.session_name", ["assume_role"]), ("profile", [])],
)
def test_another_identity_replaces_if_the_program_asks_for_it(
    ecs: Emulator, provider: Provider, option: str, replaces: list[str]
) -> None:
    id, outputs = provider.share(share_of(ecs, **as_role()))
    inputs = provider.check(share_of(ecs, **as_role(session_name="nightly")), outputs).inputs
    asked_for = {RESOURCE: {"urn": URN, "replace_on_changes": [option]}}
    assert list(provider.diff(id, outputs, {**inputs, **asked_for}).replaces) == replaces


def test_a_role_that_is_not_known_yet_calls_nobody(ecs: Emulator, provider: Provider) -> None:
    checked = provider.check(share_of(ecs, assume_role={"role_arn": UNKNOWN}))
    assert checked.failures == []
    assert ecs.calls.count() == 0


@pytest.mark.parametrize(
    ("role", "says"),
    [
        (as_role(f"acs:ram::{OWNER}:role/nobody"), "AssumeRole failed with EntityNotExist.Role"),
        (as_role(PARTNERS), '"Action": "sts:AssumeRole"'),
        (as_role(SHARER, session_seconds=43201), "session_seconds must be a whole number of seconds from 900 to 43200"),
        (as_role("image-sharer"), "role_arn must be the ARN of a RAM role"),
    ],
)
def test_a_role_that_cannot_be_assumed_is_a_failure_of_the_argument(
    ecs: Emulator, provider: Provider, role: dict[str, Any], says: str
) -> None:
    [(name, reason)] = provider.check(share_of(ecs, **role)).failures
    assert is_at_fault(name, "assume_role")
    assert says in reason
    assert live(ecs) == []


def test_a_role_that_may_not_share_says_what_to_allow(ecs: Emulator, provider: Provider) -> None:
    checked = provider.check(share_of(ecs, **as_role(READER)))
    assert checked.failures == []
    with pytest.raises(grpc.RpcError, match="ecs:ModifyImageSharePermission"):
        provider.create(checked.inputs)


def test_sessions_that_are_revoked_or_run_out_are_renewed_in_the_middle_of_a_run(
    ecs: Emulator, provider: Provider
) -> None:
    provider.next_run()
    checked = provider.check(share_of(ecs, **as_role(session_seconds=900)))
    ecs.console.revoke_sessions(SHARER)
    id, outputs = provider.create(checked.inputs)
    ecs.console.advance_clock(901)
    assert provider.read(id, outputs)[1]["account_ids"] == [PAYMENTS]
    assert ecs.calls.count("AssumeRole") == 3
    assert live(ecs) == [PAYMENTS]


def test_sessions_that_many_calls_side_by_side_see_revoked_are_renewed_once(ecs: Emulator, provider: Provider) -> None:
    many = [str(2000000000000001 + n) for n in range(50)]
    provider.next_run()
    checked = provider.check({**share_of(ecs, **as_role()), "accounts": many})
    before = ecs.calls.count("AssumeRole")
    with just_before(ecs, "ModifyImageSharePermission", lambda: ecs.console.revoke_sessions(SHARER)):
        provider.create(checked.inputs)
    assert live(ecs) == many
    assert ecs.calls.count("AssumeRole") == before + 1


def test_a_session_that_is_refused_again_and_again_is_an_error(ecs: Emulator, provider: Provider) -> None:
    ecs.faults.add(action="DescribeImages", kind="error", code="InvalidSecurityToken.Expired", status=403)
    assert "InvalidSecurityToken.Expired" in provider.check(share_of(ecs, **as_role())).reasons
    assert ecs.calls.count("AssumeRole") == 2


@pytest.mark.parametrize("kind", ["throttle", "unavailable", "drop_before", "drop_after", "garbage", "truncate"])
def test_passing_faults_of_sts_are_survived(ecs: Emulator, provider: Provider, kind: str) -> None:
    ecs.faults.add(action="AssumeRole", kind=kind, times=2)
    provider.share(share_of(ecs, **as_role()))
    assert live(ecs) == [PAYMENTS]


def test_the_address_of_sts_is_a_setting_of_its_own(ecs: Emulator, config: dict[str, str]) -> None:
    config["alicloud:endpoints"] = json.dumps([{"ecs": ecs.endpoint, "sts": "127.0.0.1:1"}])
    config["alicloud-image-share:retrySeconds"] = "0"
    with running_provider(config, {}) as provider:
        reasons = provider.check(share_of(ecs, **as_role())).reasons
    assert "AssumeRole failed with NoAnswer: no usable answer from 127.0.0.1:1" in reasons


def test_no_key_of_a_session_reaches_the_state(ecs: Emulator, provider: Provider) -> None:
    id, outputs = provider.share(share_of(ecs, **as_role()))
    assert "STS." not in json.dumps([id, outputs])
