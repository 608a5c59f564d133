"""AssumeRole and the sessions of roles, through the unmodified SDK."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from alibabacloud_sts20150401.client import Client as StsClient
from emulator_clients import REGION, RpcClient, Sdk, assume, ram_user, refusal, refused, sts, with_token

from ecs_emulator import Control, ControlError, Emulator, SeedError, load_seed

SHARER = "acs:ram::1000000000000001:role/image-sharer"
READER = "acs:ram::1000000000000001:role/image-reader"
PARTNERS = "acs:ram::1000000000000005:role/image-sharer"
EXTERNAL_ID = "golden-images-7f3a"


def user(ecs: Emulator, account: str = "owner", name: str = "pipeline") -> StsClient:
    return sts(ecs, account, **ram_user(ecs, account, name))


def of_session(ecs: Emulator, credentials: Any) -> StsClient:
    key = (credentials.access_key_id, credentials.access_key_secret, credentials.security_token)
    return StsClient(with_token(ecs, *key))


# -- assuming --------------------------------------------------------------------------------------------------------


def test_a_ram_user_of_a_trusted_account_gets_a_key_that_works_as_the_roles_account(ecs: Emulator, golden: str) -> None:
    body = assume(user(ecs, "data"), SHARER, "nightly")
    assert body.assumed_role_user.arn == f"{SHARER}/nightly"
    assert body.assumed_role_user.assumed_role_id.endswith(":nightly")
    assert body.credentials.access_key_id.startswith("STS.")
    session = Sdk.of_session(ecs, body.credentials)
    session.share(golden, ecs.account("web").id)
    assert session.image(golden).image_owner_alias == "self"
    assert ecs.console.shared_accounts(REGION, golden) == [ecs.account("web").id]
    assert ecs.calls.entries[-1].account_id == ecs.account("owner").id


def test_a_session_is_told_who_it_is(ecs: Emulator) -> None:
    first, second = (assume(user(ecs, "data"), SHARER, name) for name in ("one", "two"))
    caller = of_session(ecs, first.credentials).get_caller_identity().body
    assert (caller.account_id, caller.identity_type) == (ecs.account("owner").id, "AssumedRoleUser")
    assert caller.arn == "acs:ram::1000000000000001:assumed-role/image-sharer/one"
    assert caller.principal_id == first.assumed_role_user.assumed_role_id
    assert caller.role_id == second.assumed_role_user.assumed_role_id.partition(":")[0]
    assert caller.role_id != assume(user(ecs, "data"), READER).assumed_role_user.assumed_role_id.partition(":")[0]


def test_two_sessions_have_two_keys(ecs: Emulator, golden: str) -> None:
    first, second = (assume(user(ecs), SHARER).credentials for _ in range(2))
    assert len({first.access_key_id, second.access_key_id, first.security_token, second.security_token}) == 4
    mixed = with_token(ecs, first.access_key_id, first.access_key_secret, second.security_token)
    error = refused(StsClient(mixed).get_caller_identity)
    assert error.code == "InvalidSecurityToken.MismatchWithAccessKey"
    assert golden in Sdk.of_session(ecs, first).image_ids()


def test_a_key_of_a_session_is_worth_nothing_without_its_token(ecs: Emulator) -> None:
    key = assume(user(ecs), SHARER).credentials
    bare = Sdk(ecs, access_key_id=key.access_key_id, access_key_secret=key.access_key_secret)
    assert refusal(bare.images) == ("MissingSecurityToken", 400)


def test_a_session_can_assume_a_role_that_trusts_its_account(ecs: Emulator) -> None:
    session = assume(user(ecs, "data"), SHARER).credentials
    chained = assume(of_session(ecs, session), PARTNERS, external_id=EXTERNAL_ID)
    assert chained.assumed_role_user.arn == f"{PARTNERS}/tests"
    partner = Sdk.of_session(ecs, chained.credentials)
    assert partner.image(ecs.image("partner-image").id).image_owner_alias == "self"


def test_sts_answers_both_signatures_and_xml(ecs: Emulator) -> None:
    client = RpcClient(ecs, Version="2015-04-01")
    client.key_id, client.secret = ram_user(ecs, "owner", "pipeline").values()
    asked = {"RoleArn": SHARER, "RoleSessionName": "rpc"}
    assert client.post("AssumeRole", **asked).json()["Credentials"]["AccessKeyId"].startswith("STS.")
    assert "<AssumedRoleUser><Arn>" in client.get("AssumeRole", **asked, Format="XML").text


# -- who may not -----------------------------------------------------------------------------------------------------


def test_an_accounts_own_key_can_not_assume_a_role(ecs: Emulator) -> None:
    error = refused(assume, sts(ecs, "owner"), SHARER)
    assert (error.code, error.status_code) == ("NoPermission", 403)
    assert "You are not authorized to do this action. You should be authorized by RAM." in error.message


def test_who_is_not_trusted_can_not_assume_a_role(ecs: Emulator) -> None:
    assert refusal(assume, user(ecs, "payments"), SHARER) == ("NoPermission", 403)
    assert assume(user(ecs, "payments"), READER).credentials


def test_whom_ram_denies_it_can_not_assume_a_role(ecs: Emulator) -> None:
    assert refusal(assume, user(ecs, "owner", "auditor"), SHARER) == ("NoPermission", 403)


@pytest.mark.parametrize("external_id", [None, "golden-images", EXTERNAL_ID.upper()])
def test_who_does_not_know_the_external_id_can_not_assume_a_role(ecs: Emulator, external_id: str | None) -> None:
    assert refusal(assume, user(ecs), PARTNERS, external_id=external_id) == ("NoPermission", 403)


def test_who_knows_the_external_id_assumes_the_role_and_one_that_asks_for_none_ignores_it(ecs: Emulator) -> None:
    assert assume(user(ecs), PARTNERS, external_id=EXTERNAL_ID).credentials
    assert assume(user(ecs), SHARER, external_id=EXTERNAL_ID).credentials


@pytest.mark.parametrize("arn", [SHARER + "s", "acs:ram::9999999999999999:role/image-sharer"])
def test_a_role_that_is_not_there_is_not_found(ecs: Emulator, arn: str) -> None:
    assert refusal(assume, user(ecs), arn) == ("EntityNotExist.Role", 404)


def test_the_role_and_the_key_of_an_account_that_closes_are_gone(ecs: Emulator) -> None:
    session = assume(user(ecs), PARTNERS, external_id=EXTERNAL_ID).credentials
    ecs.console.close_account("partner")
    assert refusal(Sdk.of_session(ecs, session).images) == ("InvalidAccessKeyId.NotFound", 404)
    assert refusal(assume, user(ecs), PARTNERS, external_id=EXTERNAL_ID) == ("EntityNotExist.Role", 404)


# -- forms -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"role_arn": "image-sharer"}, "InvalidParameter.RoleArn"),
        ({"role_arn": "acs:ram::1000000000000001:user/pipeline"}, "InvalidParameter.RoleArn"),
        ({"role_arn": f"{SHARER}/tests"}, "InvalidParameter.RoleArn"),
        ({"role_session_name": "x"}, "InvalidParameter.RoleSessionName"),
        ({"role_session_name": "x" * 65}, "InvalidParameter.RoleSessionName"),
        ({"role_session_name": "my session"}, "InvalidParameter.RoleSessionName"),
        ({"external_id": "x"}, "InvalidParameter.ExternalId"),
        ({"external_id": "x" * 1225}, "InvalidParameter.ExternalId"),
        ({"external_id": "two words"}, "InvalidParameter.ExternalId"),
        ({"duration_seconds": 899}, "InvalidParameter.DurationSeconds"),
        ({"duration_seconds": 43201}, "InvalidParameter.DurationSeconds"),
        ({"duration_seconds": "an hour"}, "InvalidParameter.DurationSeconds"),
        ({"policy": "deny"}, "InvalidParameter.PolicyGrammar"),
        ({"policy": "[" * 2000}, "InvalidParameter.PolicyGrammar"),
        ({"policy": "x" * 2049}, "InvalidParameter.PolicySize"),
    ],
)
def test_what_is_not_of_its_form_is_refused(ecs: Emulator, asked: dict[str, Any], code: str) -> None:
    given = {"role_arn": SHARER, "session": "tests", **asked}
    assert refusal(assume, user(ecs), given.pop("role_arn"), given.pop("session"), **given) == (code, 400)


@pytest.mark.parametrize("name", ["ab", "x" * 64, "Nightly.Build_7@ci-runner"])
def test_what_is_a_session_name_is_taken(ecs: Emulator, name: str) -> None:
    assert assume(user(ecs), SHARER, name).assumed_role_user.arn == f"{SHARER}/{name}"


@pytest.mark.parametrize("missing", ["role_arn", "role_session_name"])
def test_role_and_session_name_must_be_given(ecs: Emulator, missing: str) -> None:
    code = "MissingParameter." + {"role_arn": "RoleArn", "role_session_name": "RoleSessionName"}[missing]
    assert refusal(assume, user(ecs), **({"role_arn": SHARER} | {missing: None})) == (code, 400)


# -- how long --------------------------------------------------------------------------------------------------------


def test_a_session_lasts_an_hour_unless_asked_otherwise(ecs: Emulator) -> None:
    def lasting(**more: Any) -> float:
        text = assume(user(ecs), SHARER, **more).credentials.expiration
        until = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        return (until - datetime.now(UTC)).total_seconds()

    assert lasting() == pytest.approx(3600, abs=30)
    assert lasting(duration_seconds=900) == pytest.approx(900, abs=30)
    assert lasting(duration_seconds=43200) == pytest.approx(43200, abs=30)


def test_a_role_that_says_nothing_of_it_allows_an_hour(ecs: Emulator) -> None:
    assert assume(user(ecs), READER, duration_seconds=3600).credentials
    assert refusal(assume, user(ecs), READER, duration_seconds=3601) == ("InvalidParameter.DurationSeconds", 400)


def test_a_session_runs_out_by_the_emulators_clock(ecs: Emulator, golden: str) -> None:
    session = Sdk.of_session(ecs, assume(user(ecs), SHARER, duration_seconds=900).credentials)
    ecs.console.advance_clock(890)
    assert golden in session.image_ids()
    ecs.console.advance_clock(10)
    assert refusal(session.images) == ("InvalidSecurityToken.Expired", 400)
    assert golden in Sdk.of_session(ecs, assume(user(ecs), SHARER).credentials).image_ids()


def test_time_that_has_passed_counts_for_sessions_that_begin_later(ecs: Emulator) -> None:
    ecs.console.advance_clock(7200)
    text = assume(user(ecs), SHARER).credentials.expiration
    until = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert abs(until - datetime.now(UTC) - timedelta(hours=3)) < timedelta(seconds=30)


# -- what a session may do -------------------------------------------------------------------------------------------


def test_what_ram_denies_the_role_is_denied_to_its_sessions(ecs: Emulator, golden: str) -> None:
    session = Sdk.of_session(ecs, assume(user(ecs, "data"), READER).credentials)
    assert golden in session.image_ids()
    assert refusal(session.share, golden, ecs.account("web").id) == ("Forbidden.RAM", 403)
    assert refusal(assume, of_session(ecs, assume(user(ecs), READER).credentials), SHARER) == ("NoPermission", 403)


def policy(*statements: dict[str, Any], version: str = "1") -> str:
    return json.dumps({"Version": version, "Statement": [{"Resource": "*", **statement} for statement in statements]})


@pytest.mark.parametrize(
    ("statements", "may_read", "may_share"),
    [
        ([{"Effect": "Allow", "Action": "ecs:*"}], True, True),
        ([{"Effect": "Allow", "Action": ["ecs:describe*"]}], True, False),
        ([{"Effect": "Allow", "Action": "*"}, {"Effect": "Deny", "Action": "ecs:Modify*"}], True, False),
        ([{"Effect": "Allow", "NotAction": "ecs:Describe*"}], False, True),
        ([{"Effect": "Allow", "Action": "oss:*"}], False, False),
        ([{"Effect": "Deny", "Action": "ecs:Modify*"}], False, False),
    ],
)
def test_a_policy_narrows_a_session(
    ecs: Emulator, golden: str, statements: list[dict[str, Any]], may_read: bool, may_share: bool
) -> None:
    session = Sdk.of_session(ecs, assume(user(ecs), SHARER, policy=policy(*statements)).credentials)
    for may, call in (
        (may_read, lambda: session.images()),
        (may_share, lambda: session.share(golden, ecs.account("web").id)),
    ):
        if may:
            call()
        else:
            assert refusal(call) == ("Forbidden.RAM", 403)


def test_a_policy_never_widens_a_role(ecs: Emulator, golden: str) -> None:
    wide = policy({"Effect": "Allow", "Action": "*"})
    session = Sdk.of_session(ecs, assume(user(ecs), READER, policy=wide).credentials)
    assert refusal(session.delete, golden) == ("Forbidden.RAM", 403)


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        '{"Version": "1"}',
        '{"Version": "1", "Statement": []}',
        '{"Version": "1", "Statement": ["Allow"]}',
        policy({"Effect": "Allow", "Action": "*"}, version="2012-10-17"),
        policy({"Effect": "Maybe", "Action": "*"}),
        policy({"Effect": "Allow"}),
        policy({"Effect": "Allow", "Action": "*", "NotAction": "*"}),
        policy({"Effect": "Allow", "Action": []}),
        policy({"Effect": "Allow", "Action": 7}),
        policy({"Effect": "Allow", "Action": [7]}),
        '{"Version": "1", "Statement": [{"Effect": "Allow", "Action": "*"}]}',
    ],
)
def test_what_is_no_policy_is_refused(ecs: Emulator, text: str) -> None:
    assert refusal(assume, user(ecs), SHARER, policy=text) == ("InvalidParameter.PolicyGrammar", 400)


# -- revoking --------------------------------------------------------------------------------------------------------


def test_the_sessions_of_a_role_are_revoked_and_it_can_be_assumed_again(ecs: Emulator, golden: str) -> None:
    first, second, other = (Sdk.of_session(ecs, assume(user(ecs), arn).credentials) for arn in (SHARER, SHARER, READER))
    ecs.console.revoke_sessions(SHARER)
    for session in (first, second):
        assert refusal(session.images) == ("InvalidSecurityToken.Expired", 400)
    assert golden in other.image_ids()
    assert golden in Sdk.of_session(ecs, assume(user(ecs), SHARER).credentials).image_ids()


def test_the_sessions_of_an_account_are_revoked_with_those_of_its_seed(ecs: Emulator, golden: str) -> None:
    deployer = ecs.account("owner").sts_tokens[0]
    session = Sdk.of_session(ecs, assume(user(ecs), READER).credentials)
    partners = Sdk.of_session(ecs, assume(user(ecs), PARTNERS, external_id=EXTERNAL_ID).credentials)
    ecs.console.revoke_sessions("owner")
    for revoked in (session, Sdk.of_session(ecs, deployer)):
        assert refusal(revoked.images) == ("InvalidSecurityToken.Expired", 400)
    assert partners.image_ids()
    assert golden in Sdk(ecs, **ram_user(ecs, "owner", "pipeline")).image_ids()


def test_a_seeded_token_of_a_role_that_is_not_described_is_revoked_by_its_arn(ecs: Emulator) -> None:
    deployer = ecs.account("owner").sts_tokens[0]
    ecs.console.revoke_sessions("acs:ram::1000000000000001:role/deployer")
    assert refusal(Sdk.of_session(ecs, deployer).images) == ("InvalidSecurityToken.Expired", 400)


def test_sessions_are_revoked_from_another_process(ecs: Emulator) -> None:
    session = Sdk.of_session(ecs, assume(user(ecs), SHARER).credentials)
    with Control(ecs.control_endpoint) as control:
        assert control.account("owner").role_arn("image-sharer") == SHARER
        control.console.revoke_sessions(SHARER)
        for nobody in ("nobody", SHARER + "s"):
            with pytest.raises(ControlError, match=nobody):
                control.console.revoke_sessions(nobody)
    assert refusal(session.images) == ("InvalidSecurityToken.Expired", 400)


def test_reset_ends_all_sessions(ecs: Emulator) -> None:
    session = Sdk.of_session(ecs, assume(user(ecs), SHARER).credentials)
    ecs.reset()
    assert refusal(session.images) == ("InvalidAccessKeyId.NotFound", 404)


# -- the rest --------------------------------------------------------------------------------------------------------


def test_a_fault_hits_assume_role_as_it_hits_any_call(ecs: Emulator) -> None:
    ecs.faults.add(action="AssumeRole", kind="throttle", times=1)
    assert refusal(assume, user(ecs), SHARER) == ("Throttling.User", 400)
    assert assume(user(ecs), SHARER).credentials
    assert ecs.calls.count("AssumeRole") == 2


def test_no_secret_of_a_session_is_in_the_call_log_or_in_the_text_of_its_identity(ecs: Emulator) -> None:
    credentials = assume(user(ecs), SHARER).credentials
    Sdk.of_session(ecs, credentials).images()
    identity = ecs.cloud.accounts.identify(credentials.access_key_id, credentials.security_token, ecs.cloud.clock.now())
    told = repr(ecs.calls.entries) + repr(identity)
    assert credentials.access_key_secret not in told
    assert credentials.security_token not in told


@pytest.mark.parametrize(
    ("roles", "told"),
    [
        ([{"name": "a b"}], "accounts.0.roles.0.name"),
        ([{"name": "r", "trusted": ["nobody"]}], "role 'r' trusts 'nobody', which is no account"),
        ([{"name": "r", "max_session_duration": 3599}], "max_session_duration"),
        ([{"name": "r", "max_session_duration": 43201}], "max_session_duration"),
        ([{"name": "r"}, {"name": "r"}], "role of 'solo' 'r' is there twice"),
    ],
)
def test_a_role_that_makes_no_sense_is_told(roles: list[dict[str, Any]], told: str) -> None:
    account = {"name": "solo", "id": "1234567890", "access_key_id": "k", "access_key_secret": "s", "roles": roles}
    with pytest.raises(SeedError, match=told):
        load_seed({"regions": ["cn-hangzhou"], "accounts": [account]})


def test_roles_and_users_are_found_by_name(ecs: Emulator) -> None:
    assert ecs.account("partner").role_arn("image-sharer") == PARTNERS
    with pytest.raises(KeyError, match="'web' has no role 'image-sharer'"):
        ecs.account("web").role_arn("image-sharer")
    with pytest.raises(KeyError, match="'web' has no RAM user 'pipeline'"):
        ecs.account("web").ram_user("pipeline")
