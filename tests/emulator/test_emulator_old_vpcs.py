"""VPCs and vSwitches by ECS's own deprecated actions, through the unmodified SDK: what Packer's builder calls."""

from __future__ import annotations

import json
from typing import Any

import pytest
from alibabacloud_ecs20140526 import models as m
from emulator_clients import REGION, RpcClient, Sdk, assume, ram_user, refusal, refused, sts
from network_clients import ZONE, Api, VpcApi

from ecs_emulator import Emulator


def made(owner: Sdk) -> tuple[str, str]:
    """A VPC and a vSwitch of it."""
    vpc = owner.client.create_vpc(m.CreateVpcRequest(region_id=REGION, cidr_block="172.16.0.0/16", vpc_name="packer"))
    given = {"vpc_id": vpc.body.vpc_id, "zone_id": ZONE, "cidr_block": "172.16.0.0/24", "v_switch_name": "packer"}
    vswitch = owner.client.create_vswitch(m.CreateVSwitchRequest(region_id=REGION, **given))
    return vpc.body.vpc_id, vswitch.body.v_switch_id


def test_a_network_comes_is_found_and_goes(ecs: Emulator, owner: Sdk) -> None:
    vpc, vswitch = made(owner)
    asked = m.DescribeVpcsRequest(region_id=REGION, vpc_id=vpc, is_default=False, page_size=10, page_number=1)
    [found] = owner.client.describe_vpcs(asked).body.vpcs.vpc
    assert (found.vpc_name, found.cidr_block, found.status) == ("packer", "172.16.0.0/16", "Available")
    assert found.v_switch_ids.v_switch_id == [vswitch]
    asked_for = m.DescribeVSwitchesRequest(region_id=REGION, vpc_id=vpc, v_switch_id=vswitch, zone_id=ZONE)
    [shown] = owner.client.describe_vswitches(asked_for).body.v_switches.v_switch
    assert (shown.v_switch_name, shown.zone_id, shown.available_ip_address_count) == ("packer", ZONE, 252)
    # They are the same as VPC's own.
    assert (VpcApi(ecs).vpc_ids(), VpcApi(ecs).vswitch_ids()) == ([vpc], [vswitch])

    gone = m.DeleteVpcRequest(region_id=REGION, vpc_id=vpc)
    assert refusal(owner.client.delete_vpc, gone) == ("DependencyViolation.VSwitch", 400)
    owner.client.delete_vswitch(m.DeleteVSwitchRequest(region_id=REGION, v_switch_id=vswitch))
    owner.client.delete_vpc(gone)
    assert VpcApi(ecs).vpc_ids() == []


@pytest.mark.parametrize(
    ("action", "given", "name"),
    [
        ("CreateVpc", {"user_cidr": "10.0.0.0/8"}, "UserCidr"),
        ("DescribeVpcs", {"owner_account": "someone"}, "OwnerAccount"),
        ("DeleteVpc", {"owner_id": 1}, "OwnerId"),
    ],
)
def test_what_the_sdk_knows_and_nothing_would_come_of_is_refused(
    owner: Sdk, action: str, given: dict[str, Any], name: str
) -> None:
    call = {"CreateVpc": "create_vpc", "DescribeVpcs": "describe_vpcs", "DeleteVpc": "delete_vpc"}[action]
    error = refused(getattr(owner.client, call), getattr(m, f"{action}Request")(region_id=REGION, **given))
    assert f'"{name}" is not valid: the emulator does not honour it' in error.message


@pytest.mark.parametrize(
    ("action", "given"),
    [
        ("CreateVpc", {"DryRun": "true"}),
        ("CreateVpc", {"Tag.1.Key": "k"}),
        ("DescribeVpcs", {"VpcName": "packer"}),
        ("DeleteVpc", {"ForceDelete": "true"}),
        ("CreateVSwitch", {"Tag.1.Key": "k"}),
        ("DescribeVSwitches", {"VSwitchName": "packer"}),
        ("DeleteVSwitch", {"DryRun": "true"}),
    ],
)
def test_what_only_vpcs_own_api_has_is_refused(ecs: Emulator, action: str, given: dict[str, str]) -> None:
    assert Api(ecs).refusal(action, given) == ("InvalidParameter", 400)


def test_an_emulator_that_is_not_strict_leaves_it_aside() -> None:
    with Emulator(strict=False) as ecs:
        vpc = Api(ecs).ask("CreateVpc", {"Tag.1.Key": "k"})["VpcId"]
        assert VpcApi(ecs).ask("DescribeVpcAttribute", VpcId=vpc)["Tags"] == {"Tag": []}
        assert "Tag.1.Key" in str(ecs.calls.not_honoured())


def test_answers_have_what_the_sdk_reads_and_no_more(ecs: Emulator, owner: Sdk) -> None:
    made(owner)
    [vpc] = RpcClient(ecs).post("DescribeVpcs", RegionId=REGION).json()["Vpcs"]["Vpc"]
    [vswitch] = RpcClient(ecs).post("DescribeVSwitches", RegionId=REGION).json()["VSwitches"]["VSwitch"]
    assert m.DescribeVpcsResponseBodyVpcsVpc().from_map(vpc).to_map() == vpc
    assert m.DescribeVSwitchesResponseBodyVSwitchesVSwitch().from_map(vswitch).to_map() == vswitch


@pytest.mark.parametrize(("denied", "refused_too"), [("vpc:CreateVpc", True), ("ecs:CreateVpc", False)])
def test_ram_has_them_among_vpcs_actions(ecs: Emulator, denied: str, refused_too: bool) -> None:
    statements = [{"Effect": "Allow", "Action": "*"}, {"Effect": "Deny", "Action": denied}]
    policy = json.dumps({"Version": "1", "Statement": [statement | {"Resource": "*"} for statement in statements]})
    role = "acs:ram::1000000000000001:role/image-sharer"
    session = assume(sts(ecs, **ram_user(ecs, "owner", "pipeline")), role, policy=policy).credentials
    api = Api(ecs)
    api.rpc.key_id, api.rpc.secret = session.access_key_id, session.access_key_secret
    api.rpc.common["SecurityToken"] = session.security_token
    if refused_too:
        assert api.refusal("CreateVpc") == ("Forbidden.RAM", 403)
    assert api.ask("DescribeVpcs")["TotalCount"] == 0
    if not refused_too:
        assert api.ask("CreateVpc")["VpcId"]
