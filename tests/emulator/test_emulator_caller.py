"""GetCallerIdentity, through the unmodified SDK."""

from __future__ import annotations

import json
from typing import Any

import pytest
from alibabacloud_sts20150401.client import Client as StsClient
from emulator_clients import RpcClient, assume, ram_user, refusal, refused, sts, with_token

from ecs_emulator import Emulator

SHARER = "acs:ram::1000000000000001:role/image-sharer"


def user(ecs: Emulator, account: str = "owner", name: str = "pipeline") -> StsClient:
    return sts(ecs, account, **ram_user(ecs, account, name))


def session(ecs: Emulator, arn: str = SHARER, name: str = "tests", account: str = "owner", **more: Any) -> StsClient:
    key = assume(user(ecs, account), arn, name, **more).credentials
    return StsClient(with_token(ecs, key.access_key_id, key.access_key_secret, key.security_token))


def caller(client: StsClient) -> dict[str, str]:
    """What GetCallerIdentity answers, all of it but for the request's ID."""
    answer: dict[str, str] = client.get_caller_identity().body.to_map()
    assert answer.pop("RequestId")
    return answer


# -- who it is -------------------------------------------------------------------------------------------------------


def test_an_accounts_own_key_is_the_account(ecs: Emulator) -> None:
    assert caller(sts(ecs, "payments")) == {
        "IdentityType": "Account",
        "AccountId": "1000000000000002",
        "UserId": "1000000000000002",
        "PrincipalId": "1000000000000002",
        "Arn": "acs:ram::1000000000000002:root",
    }


def test_a_ram_users_key_is_the_user_with_an_id_of_its_own(ecs: Emulator) -> None:
    told = caller(user(ecs, "owner", "auditor"))
    user_id = told.pop("UserId")
    assert told == {
        "IdentityType": "RAMUser",
        "AccountId": "1000000000000001",
        "PrincipalId": user_id,
        "Arn": "acs:ram::1000000000000001:user/auditor",
    }
    assert user_id.isdecimal()
    assert len(user_id) == 18
    assert user_id == caller(user(ecs, "owner", "auditor"))["UserId"]
    others = {caller(user(ecs, account))["UserId"] for account in ("owner", "payments", "data")}
    assert len(others | {user_id}) == 4


def test_a_sessions_key_is_the_role_of_the_roles_account(ecs: Emulator) -> None:
    told = caller(session(ecs, name="nightly", account="data"))
    role_id = told.pop("RoleId")
    assert told == {
        "IdentityType": "AssumedRoleUser",
        "AccountId": "1000000000000001",
        "PrincipalId": f"{role_id}:nightly",
        "Arn": "acs:ram::1000000000000001:assumed-role/image-sharer/nightly",
    }
    assert role_id.isdecimal()
    assert role_id == caller(session(ecs, name="another"))["RoleId"]
    assert role_id != caller(session(ecs, arn=SHARER.replace("sharer", "reader")))["RoleId"]


def test_ids_are_text_on_the_wire_and_what_is_not_there_is_left_out(ecs: Emulator) -> None:
    client = RpcClient(ecs, "payments", Version="2015-04-01")
    answer = client.post("GetCallerIdentity").json()
    assert answer.keys() == {"IdentityType", "AccountId", "UserId", "PrincipalId", "Arn", "RequestId"}
    assert all(isinstance(value, str) for value in answer.values())
    text = client.get("GetCallerIdentity", Format="XML").text
    assert "<GetCallerIdentityResponse>" in text
    assert "<AccountId>1000000000000002</AccountId>" in text


# -- what RAM says of it ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("denied", ["sts:GetCallerIdentity", "sts:*", "*"])
def test_ram_denies_it_to_no_user(denied: str) -> None:
    owner = {"name": "owner", "id": "1000000000000001", "access_key_id": "LTAIowner", "access_key_secret": "secret-1"}
    bob = {"name": "bob", "access_key_id": "LTAIbob", "access_key_secret": "secret-2", "denied_actions": [denied]}
    seed = {"regions": ["cn-hangzhou"], "accounts": [owner | {"ram_users": [bob]}]}
    with Emulator(seed) as ecs:
        assert caller(user(ecs, "owner", "bob"))["Arn"] == "acs:ram::1000000000000001:user/bob"


def test_a_policy_denies_it_to_no_session(ecs: Emulator) -> None:
    nothing = json.dumps({"Version": "1", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]})
    assert caller(session(ecs, policy=nothing))["IdentityType"] == "AssumedRoleUser"


# -- who it is not ---------------------------------------------------------------------------------------------------


def test_a_key_that_is_none_is_not_found(ecs: Emulator) -> None:
    client = sts(ecs, access_key_id="LTAI5tNobody", access_key_secret="x")
    assert refusal(client.get_caller_identity) == ("InvalidAccessKeyId.NotFound", 404)


def test_a_secret_that_is_wrong_matches_no_signature(ecs: Emulator) -> None:
    assert refusal(sts(ecs, access_key_secret="x").get_caller_identity) == ("SignatureDoesNotMatch", 400)


def test_a_token_is_needed_with_a_temporary_key_and_must_be_its_own(ecs: Emulator) -> None:
    first, second = (assume(user(ecs), SHARER).credentials for _ in range(2))

    def code(token: str) -> str:
        client = StsClient(with_token(ecs, first.access_key_id, first.access_key_secret, token))
        return str(refused(client.get_caller_identity).code)

    assert code(second.security_token) == "InvalidSecurityToken.MismatchWithAccessKey"
    assert code("made-up") == "InvalidSecurityToken.Malformed"
    bare = sts(ecs, access_key_id=first.access_key_id, access_key_secret=first.access_key_secret)
    assert refusal(bare.get_caller_identity) == ("MissingSecurityToken", 400)


def test_a_session_that_has_run_out_or_is_revoked_is_nobody(ecs: Emulator) -> None:
    short, long = session(ecs, duration_seconds=900), session(ecs, duration_seconds=3600)
    ecs.console.advance_clock(900)
    assert refusal(short.get_caller_identity) == ("InvalidSecurityToken.Expired", 400)
    assert caller(long)["AccountId"] == ecs.account("owner").id
    ecs.console.revoke_sessions(SHARER)
    assert refusal(long.get_caller_identity) == ("InvalidSecurityToken.Expired", 400)


# -- the rest --------------------------------------------------------------------------------------------------------


def test_a_fault_hits_it_as_it_hits_any_call(ecs: Emulator) -> None:
    ecs.faults.add(action="GetCallerIdentity", kind="throttle", times=1)
    client = sts(ecs)
    assert refusal(client.get_caller_identity) == ("Throttling.User", 400)
    assert caller(client)["AccountId"] == ecs.account("owner").id
    assert ecs.calls.count("GetCallerIdentity") == 2
