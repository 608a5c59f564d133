"""Faults, the control path and RAM hold for security groups and for the catalogue as for all else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from emulator_clients import assume, ram_user, sts
from network_clients import GroupsApi, VpcApi

from ecs_emulator import Control, Emulator

SHARER = "acs:ram::1000000000000001:role/image-sharer"
SSH = {"IpProtocol": "tcp", "PortRange": "22/22", "SourceCidrIp": "0.0.0.0/0"}
CATALOGUE: list[tuple[str, dict[str, str]]] = [
    ("DescribeZones", {}),
    ("DescribeInstanceTypes", {}),
    ("DescribeAvailableResource", {"DestinationResource": "InstanceType"}),
]
GROUPS: list[tuple[str, dict[str, str]]] = [
    ("CreateSecurityGroup", {"VpcId": "vpc"}),
    ("DescribeSecurityGroups", {}),
    ("DescribeSecurityGroupAttribute", {"SecurityGroupId": "group"}),
    ("AuthorizeSecurityGroup", {"SecurityGroupId": "group", **SSH}),
    ("RevokeSecurityGroup", {"SecurityGroupId": "group", **SSH}),
    ("ModifySecurityGroupAttribute", {"SecurityGroupId": "group", "Description": "for workers"}),
    ("ModifySecurityGroupPolicy", {"SecurityGroupId": "group", "InnerAccessPolicy": "Drop"}),
    ("DeleteSecurityGroup", {"SecurityGroupId": "group"}),
]
each = pytest.mark.parametrize(("action", "given"), GROUPS + CATALOGUE)


@pytest.fixture
def control(ecs: Emulator) -> Iterator[Control]:
    with Control(ecs.control_endpoint) as control:
        yield control


@pytest.fixture
def there(ecs: Emulator) -> dict[str, str]:
    """A VPC and a security group in it, by the names that stand for them."""
    vpc = VpcApi(ecs).vpc()
    return {"vpc": vpc, "group": GroupsApi(ecs).group(vpc)}


def filled(given: dict[str, str], there: dict[str, str]) -> dict[str, str]:
    return {name: there.get(value, value) for name, value in given.items()}


@each
def test_a_fault_that_is_set_from_afar_hits_once_and_the_log_tells_it(
    ecs: Emulator, control: Control, there: dict[str, str], action: str, given: dict[str, str]
) -> None:
    control.calls.reset()
    control.faults.add(action=action, kind="throttle", times=1)
    api = GroupsApi(ecs)
    assert api.refusal(action, filled(given, there)) == ("Throttling.User", 400)
    assert api.ask(action, filled(given, there))["RequestId"]
    assert [(call.action, call.code) for call in control.calls.entries] == [(action, "Throttling.User"), (action, "OK")]


@pytest.mark.parametrize(("kind", "left"), [("drop_before", 1), ("drop_after", 0)])
def test_a_security_group_is_gone_or_not_when_no_answer_came(
    ecs: Emulator, there: dict[str, str], kind: Any, left: int
) -> None:
    ecs.faults.add(action="DeleteSecurityGroup", kind=kind, times=1)
    api = GroupsApi(ecs)
    with pytest.raises(requests.ConnectionError):
        api.ask("DeleteSecurityGroup", SecurityGroupId=there["group"])
    assert len(api.group_ids()) == left


@each
def test_ram_forbids_what_a_sessions_policy_does(
    ecs: Emulator, there: dict[str, str], action: str, given: dict[str, str]
) -> None:
    statements = [{"Effect": "Allow", "Action": "*"}, {"Effect": "Deny", "Action": f"ecs:{action}"}]
    policy = json.dumps({"Version": "1", "Statement": [statement | {"Resource": "*"} for statement in statements]})
    client = sts(ecs, **ram_user(ecs, "owner", "pipeline"))
    session = assume(client, SHARER, policy=policy).credentials
    api = GroupsApi(ecs)
    api.rpc.key_id, api.rpc.secret = session.access_key_id, session.access_key_secret
    api.rpc.common["SecurityToken"] = session.security_token
    assert api.refusal(action, filled(given, there)) == ("Forbidden.RAM", 403)
    assert api.ask("DescribeRegions")["RequestId"]


def test_a_reset_from_afar_takes_security_groups_away(ecs: Emulator, control: Control, there: dict[str, str]) -> None:
    control.reset()
    assert GroupsApi(ecs).group_ids() == []
