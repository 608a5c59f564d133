"""VPCs, vSwitches and their tags, as terraform-provider-alicloud asks for them."""

from __future__ import annotations

from typing import Any

import pytest
from emulator_clients import REGION, ram_user
from network_clients import ZONE, GroupsApi, VpcApi

from ecs_emulator import Control, Emulator


@pytest.fixture
def vpcs(ecs: Emulator) -> VpcApi:
    return VpcApi(ecs)


def test_a_vpc_comes_with_a_router_and_a_route_table(vpcs: VpcApi) -> None:
    made = vpcs.ask(
        "CreateVpc",
        {"Tag.1.Key": "team", "Tag.1.Value": "platform"},
        CidrBlock="10.0.0.0/16",
        VpcName="workers",
        Description="Where the workers are",
    )
    found = vpcs.ask("DescribeVpcAttribute", VpcId=made["VpcId"])
    assert {key: found[key] for key in ("VpcId", "VRouterId", "CidrBlock", "VpcName", "Description", "Status")} == {
        "VpcId": made["VpcId"],
        "VRouterId": made["VRouterId"],
        "CidrBlock": "10.0.0.0/16",
        "VpcName": "workers",
        "Description": "Where the workers are",
        "Status": "Available",
    }
    assert found["Tags"] == {"Tag": [{"Key": "team", "Value": "platform"}]}
    [table] = vpcs.ask("DescribeRouteTableList", VpcId=made["VpcId"])["RouterTableList"]["RouterTableListType"]
    assert (table["RouteTableId"], table["RouterId"]) == (made["RouteTableId"], made["VRouterId"])
    assert (table["RouteTableType"], table["VpcId"]) == ("System", made["VpcId"])


def test_a_vpc_has_the_documented_addresses_unless_told_others(vpcs: VpcApi) -> None:
    vpc = vpcs.ask("CreateVpc")["VpcId"]
    assert vpcs.ask("DescribeVpcAttribute", VpcId=vpc)["CidrBlock"] == "172.16.0.0/12"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"CidrBlock": "10.0.0.1/8"}, "InvalidParameter"),
        ({"CidrBlock": "everything"}, "InvalidParameter"),
        ({"CidrBlock": "10.0.0.0/29"}, "InvalidParameter"),
        ({"CidrBlock": "100.64.0.0/16"}, "InvalidParameter"),
        ({"VpcName": "http://vpc"}, "InvalidVpcName.Malformed"),
        ({"VpcName": "v" * 129}, "InvalidVpcName.Malformed"),
        ({"Description": "d" * 257}, "InvalidVpcDiscription.Malformed"),
        ({"ClientToken": "t" * 65}, "InvalidParameter"),
        ({"EnableIpv6": "true"}, "InvalidParameter"),
        ({"DryRun": "true"}, "DryRunOperation"),
        ({"Tag.1.Key": "acs:k"}, "InvalidTagKey"),
        ({"Tag.1.Key": "k", "Tag.1.Value": "http://v"}, "InvalidTagValue"),
        ({"Tag.1.Key": "k", "Tag.2.Key": "k"}, "Forbidden.TagKey.Duplicated"),
        ({f"Tag.{n}.Key": f"k{n}" for n in range(1, 22)}, "SizeLimitExceeded.TagNum"),
    ],
)
def test_a_vpc_that_can_not_be_is_refused(vpcs: VpcApi, given: dict[str, str], code: str) -> None:
    assert vpcs.refusal("CreateVpc", given) == (code, 400)
    assert vpcs.vpc_ids() == []


def test_a_region_that_is_not_has_no_vpcs(vpcs: VpcApi) -> None:
    for action, given in (
        ("CreateVpc", {}),
        ("DescribeVpcs", {}),
        ("DescribeVSwitches", {}),
        ("DescribeRouteTableList", {}),
        ("DescribeVpcAttribute", {"VpcId": "vpc-1"}),
        ("ListTagResources", {"ResourceType": "VPC", "ResourceId.1": "vpc-1"}),
    ):
        assert vpcs.refusal(action, given, RegionId="mars-1") == ("InvalidRegionId.NotFound", 404)
    assert vpcs.refusal("CreateVpc", RegionId=None) == ("MissingParameter", 400)


def test_a_client_token_makes_one_vpc_and_one_vswitch(vpcs: VpcApi) -> None:
    assert vpcs.vpc(ClientToken="t") == vpcs.vpc(ClientToken="t")
    [vpc] = vpcs.vpc_ids()
    assert vpcs.vswitch(vpc, ClientToken="t") == vpcs.vswitch(vpc, ClientToken="t")
    assert vpcs.refusal("CreateVpc", ClientToken="t", VpcName="other") == ("IdempotentParameterMismatch", 400)
    token = {"VpcId": vpcs.vpc(), "ClientToken": "d"}
    vpcs.ask("DeleteVpc", **token)
    vpcs.ask("DeleteVpc", **token)


def test_ten_vpcs_are_the_most_in_a_region(vpcs: VpcApi) -> None:
    made = {vpcs.vpc() for _ in range(10)}
    assert vpcs.refusal("CreateVpc") == ("QuotaExceeded.Vpc", 400)
    assert vpcs.vpc(RegionId="cn-shanghai")
    assert set(vpcs.vpc_ids(PageSize="50")) == made


def test_a_vswitch_is_read_back_as_it_was_made(vpcs: VpcApi) -> None:
    vpc = vpcs.vpc()
    vswitch = vpcs.vswitch(vpc, VSwitchName="workers", Description="Zone h")
    found = vpcs.ask("DescribeVSwitchAttributes", VSwitchId=vswitch)
    assert {
        key: found[key]
        for key in ("VSwitchId", "VpcId", "ZoneId", "CidrBlock", "VSwitchName", "Description", "Status", "IsDefault")
    } == {
        "VSwitchId": vswitch,
        "VpcId": vpc,
        "ZoneId": ZONE,
        "CidrBlock": "10.1.0.0/24",
        "VSwitchName": "workers",
        "Description": "Zone h",
        "Status": "Available",
        "IsDefault": False,
    }
    # The first address and the last three are the cloud's own.
    assert found["AvailableIpAddressCount"] == 252
    assert vpcs.ask("DescribeVpcAttribute", VpcId=vpc)["VSwitchIds"] == {"VSwitchId": [vswitch]}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"VpcId": "vpc-none"}, ("InvalidVpcId.NotFound", 404)),
        ({"ZoneId": "cn-hangzhou-z"}, ("InvalidZoneId.NotFound", 404)),
        ({"ZoneId": None}, ("MissingParameter", 400)),
        ({"CidrBlock": "10.1.0.0"}, ("InvalidCirdrBlock.MaskLength", 400)),
        ({"CidrBlock": "10.1.0.0/30"}, ("InvalidCirdrBlock.MaskLength", 400)),
        ({"CidrBlock": "10.1.0.1/24"}, ("InvalidCidrBlock.Malformed", 400)),
        ({"CidrBlock": "192.168.0.0/24"}, ("InvalidParameter", 400)),
        ({"CidrBlock": "10.9.0.0/16"}, ("InvalidCidrBlock.Overlapped", 400)),
        ({"VSwitchName": "https://v"}, ("InvalidVSwitchName.Malformed", 400)),
        ({"Description": "http://d"}, ("InvalidVSwitchDiscription.Malformed", 400)),
    ],
)
def test_a_vswitch_that_can_not_be_is_refused(vpcs: VpcApi, given: dict[str, Any], expected: tuple[str, int]) -> None:
    vpc = vpcs.vpc()
    vpcs.vswitch(vpc, "10.9.1.0/24")
    full = {"VpcId": vpc, "ZoneId": ZONE, "CidrBlock": "10.1.0.0/24"} | given
    assert vpcs.refusal("CreateVSwitch", **full) == expected


def test_a_vpc_has_150_vswitches_at_the_most(ecs: Emulator, vpcs: VpcApi) -> None:
    from ecs_emulator.vpc.vpcs import Label

    vpc, owner = vpcs.vpc(), ecs.account("owner").id
    for n in range(150):
        ecs.cloud.vpcs.create_vswitch(owner, REGION, vpc, ZONE, f"10.{n}.0.0/24", Label())
    given = {"VpcId": vpc, "ZoneId": ZONE, "CidrBlock": "10.200.0.0/24"}
    assert vpcs.refusal("CreateVSwitch", **given) == ("QuotaExceeded.VSwitch", 400)


def test_names_and_descriptions_change_in_place(vpcs: VpcApi) -> None:
    vpc = vpcs.vpc(VpcName="one")
    vswitch = vpcs.vswitch(vpc, Description="before")
    vpcs.ask("ModifyVpcAttribute", VpcId=vpc, Description="The workers'")
    vpcs.ask("ModifyVpcAttribute", VpcId=vpc, VpcName="two", Description="")
    vpcs.ask("ModifyVSwitchAttribute", VSwitchId=vswitch, VSwitchName="h", Description="after")
    table = vpcs.ask("DescribeRouteTableList", VpcId=vpc)["RouterTableList"]["RouterTableListType"][0]["RouteTableId"]
    given = {"RouteTableName": "ways", "Description": "All ways", "RoutePropagationEnable": "false"}
    vpcs.ask("ModifyRouteTableAttributes", RouteTableId=table, **given)

    found = vpcs.ask("DescribeVpcAttribute", VpcId=vpc)
    assert (found["VpcName"], found["Description"]) == ("two", "The workers'")
    found = vpcs.ask("DescribeVSwitchAttributes", VSwitchId=vswitch)
    assert (found["VSwitchName"], found["Description"]) == ("h", "after")
    query = {"RouteTableName": "ways", "RouteTableType": "System"}
    [found] = vpcs.ask("DescribeRouteTableList", **query)["RouterTableList"]["RouterTableListType"]
    assert (found["RouteTableId"], found["Description"], found["RoutePropagationEnable"]) == (table, "All ways", False)
    assert vpcs.ask("DescribeRouteTableList", RouteTableType="Custom")["TotalCount"] == 0


def test_what_is_to_be_changed_must_be_there_and_stay_well_formed(vpcs: VpcApi) -> None:
    vpc = vpcs.vpc()
    vswitch = vpcs.vswitch(vpc)
    assert vpcs.refusal("ModifyVpcAttribute", VpcId="vpc-none") == ("InvalidVpcId.NotFound", 404)
    assert vpcs.refusal("ModifyVSwitchAttribute", VSwitchId="vsw-none") == ("InvalidVSwitchId.NotFound", 404)
    assert vpcs.refusal("ModifyRouteTableAttributes", RouteTableId="vtb-none") == ("InvalidRouteTableId.NotFound", 404)
    assert vpcs.refusal("DescribeRouteTableList", RouteTableType="Round") == ("InvalidParameter", 400)
    assert vpcs.refusal("ModifyVpcAttribute", VpcId=vpc, VpcName="http://v")[0] == "InvalidVpcName.Malformed"
    refused = vpcs.refusal("ModifyVSwitchAttribute", VSwitchId=vswitch, VSwitchName="http://v")
    assert refused[0] == "InvalidVSwitchName.Malformed"


def test_a_vpc_goes_when_nothing_is_in_it(ecs: Emulator, vpcs: VpcApi) -> None:
    vpc = vpcs.vpc()
    vswitch = vpcs.vswitch(vpc)
    assert vpcs.refusal("DeleteVpc", VpcId=vpc) == ("DependencyViolation.VSwitch", 400)
    assert vpcs.refusal("DeleteVSwitch", VSwitchId=vswitch, DryRun="true") == ("DryRunOperation", 400)
    ecs.cloud.vpcs.instances_in = lambda vswitch_id: int(vswitch_id == vswitch)
    assert vpcs.refusal("DeleteVSwitch", VSwitchId=vswitch) == ("DependencyViolation", 400)
    assert vpcs.ask("DescribeVSwitchAttributes", VSwitchId=vswitch)["AvailableIpAddressCount"] == 251
    ecs.cloud.vpcs.instances_in = lambda vswitch_id: 0
    vpcs.ask("DeleteVSwitch", VSwitchId=vswitch)
    assert vpcs.refusal("DeleteVSwitch", VSwitchId=vswitch) == ("InvalidVSwitchId.NotFound", 404)
    assert vpcs.refusal("DeleteVpc", VpcId=vpc, DryRun="true") == ("DryRunOperation", 400)
    vpcs.ask("DeleteVpc", VpcId=vpc, ForceDelete="true")
    assert vpcs.refusal("DeleteVpc", VpcId=vpc) == ("InvalidVpcId.NotFound", 404)
    assert vpcs.refusal("DescribeVpcAttribute", VpcId=vpc) == ("InvalidVpcId.NotFound", 404)


def test_a_vswitch_that_is_gone_is_an_answer_with_nothing_in_it(vpcs: VpcApi) -> None:
    assert vpcs.ask("DescribeVSwitchAttributes", VSwitchId="vsw-none")["VSwitchId"] == ""


def test_vpcs_and_vswitches_are_found_by_what_they_are(vpcs: VpcApi) -> None:
    one, two = vpcs.vpc(VpcName="one"), vpcs.vpc("192.168.0.0/16", **{"Tag.1.Key": "k", "Tag.1.Value": "v"})
    a = vpcs.vswitch(one, VSwitchName="a")
    b = vpcs.vswitch(two, "192.168.0.0/24", ZoneId="cn-hangzhou-i", **{"Tag.1.Key": "k"})
    assert vpcs.vpc_ids(VpcName="one") == vpcs.vpc_ids(VpcId=f"{one},vpc-none") == [one]
    assert vpcs.vpc_ids(**{"Tag.1.Key": "k", "Tag.1.Value": "v"}) == vpcs.vpc_ids(**{"Tag.1.Key": "k"}) == [two]
    assert vpcs.vpc_ids(IsDefault="true") == []
    assert set(vpcs.vpc_ids(IsDefault="false")) == {one, two}
    for query in ({"VpcId": one}, {"VSwitchId": a}, {"VSwitchName": "a"}, {"ZoneId": ZONE}):
        assert vpcs.vswitch_ids(**query) == [a]
    assert vpcs.vswitch_ids(**{"Tag.1.Key": "k"}) == [b]
    assert vpcs.vswitch_ids(VpcId=one, RegionId=None) == [a]
    assert vpcs.vswitch_ids(VpcId=one, RegionId="cn-shanghai") == vpcs.vswitch_ids(IsDefault="true") == []
    assert vpcs.refusal("DescribeVSwitches", RegionId=None) == ("MissingParameter", 400)
    assert vpcs.refusal("DescribeVpcs", VpcId=",".join("v" * 101)) == ("InvalidParameter", 400)
    for action in ("DescribeVpcs", "DescribeVSwitches"):
        assert vpcs.refusal(action, DryRun="true") == ("DryRunOperation", 400)
        assert vpcs.refusal(action, {"Tag.1.Value": "v"}) == ("InvalidTagKey", 400)
        assert vpcs.refusal(action, PageSize="51") == ("InvalidParameter", 400)


def test_vpcs_come_in_pages_that_faults_can_shorten(ecs: Emulator, vpcs: VpcApi) -> None:
    made = [vpcs.vpc() for _ in range(3)]
    pages = [vpcs.vpc_ids(PageSize="2", PageNumber=str(n)) for n in (1, 2, 3)]
    assert [len(page) for page in pages] == [2, 1, 0]
    assert sorted(pages[0] + pages[1]) == sorted(made)
    ecs.faults.page_size_cap = 1
    assert len(vpcs.vpc_ids()) == 1


def test_tags_of_vpcs_and_vswitches_are_put_listed_and_taken(vpcs: VpcApi) -> None:
    vpc = vpcs.vpc()
    vswitch = vpcs.vswitch(vpc)
    for kind, resource in (("VPC", vpc), ("vswitch", vswitch)):
        of = {"ResourceType": kind, "ResourceId.1": resource}
        vpcs.ask("TagResources", of | {"Tag.1.Key": "a", "Tag.1.Value": "1", "Tag.2.Key": "b"})
        vpcs.ask("TagResources", of | {"Tag.1.Key": "a", "Tag.1.Value": "2"})
        rows = vpcs.ask("ListTagResources", of)["TagResources"]["TagResource"]
        assert [(row["TagKey"], row["TagValue"], row["ResourceId"]) for row in rows] == [
            ("a", "2", resource),
            ("b", "", resource),
        ]
        assert {row["ResourceType"] for row in rows} == {kind.upper()}
        vpcs.ask("UnTagResources", of | {"TagKey.1": "a", "TagKey.2": "none"})
        found = vpcs.ask("ListTagResources", {"ResourceType": kind, "Tag.1.Key": "b"}, MaxResults="1")
        assert [row["TagKey"] for row in found["TagResources"]["TagResource"]] == ["b"]
        vpcs.ask("UnTagResources", of, All="true")
        assert vpcs.ask("ListTagResources", of)["TagResources"]["TagResource"] == []


def test_tags_are_listed_in_pages(vpcs: VpcApi) -> None:
    of = {"ResourceType": "VPC", "ResourceId.1": vpcs.vpc()}
    vpcs.ask("TagResources", of | {f"Tag.{n}.Key": f"k{n}" for n in range(1, 4)})
    first = vpcs.ask("ListTagResources", of, MaxResults="2")
    second = vpcs.ask("ListTagResources", of, MaxResults="2", NextToken=first["NextToken"])
    keys = [row["TagKey"] for page in (first, second) for row in page["TagResources"]["TagResource"]]
    assert (keys, second["NextToken"]) == (["k1", "k2", "k3"], "")
    assert vpcs.refusal("ListTagResources", of, NextToken="9") == ("InvalidParameter", 400)


def test_tags_that_can_not_be_are_refused(vpcs: VpcApi) -> None:
    vpc = vpcs.vpc()
    of, tag = {"ResourceType": "VPC", "ResourceId.1": vpc}, {"Tag.1.Key": "k"}
    many = {f"ResourceId.{n}": vpc for n in range(1, 52)}
    cases: list[tuple[str, dict[str, str], tuple[str, int]]] = [
        ("TagResources", of, ("MissingParameter", 400)),
        ("TagResources", {"ResourceType": "VPC"} | tag, ("MissingParameter", 400)),
        ("TagResources", tag | many | {"ResourceType": "VPC"}, ("SizeLimitExceeded.ResourceId", 400)),
        ("TagResources", of | tag | {"ResourceType": "EIP"}, ("InvalidInstanceType.NotFound", 400)),
        ("TagResources", of | tag | {"ResourceId.2": "vpc-none"}, ("InvalidInstanceIds.NotFound", 400)),
        ("UnTagResources", of, ("MissingParameter", 400)),
        ("UnTagResources", of | {f"TagKey.{n}": f"k{n}" for n in range(1, 22)}, ("SizeLimitExceeded.TagNum", 400)),
        ("ListTagResources", {"ResourceType": "VPC"}, ("BothEmpty.TagsAndResources", 403)),
        ("ListTagResources", of | {f"Tag.{n}.Key": f"k{n}" for n in range(1, 23)}, ("SizeLimitExceeded.TagNum", 400)),
    ]
    for action, given, expected in cases:
        assert vpcs.refusal(action, given) == expected
    vpcs.ask("TagResources", of | {f"Tag.{n}.Key": f"k{n}" for n in range(1, 21)})
    assert vpcs.refusal("TagResources", of | {"Tag.1.Key": "more"}) == ("QuotaExceeded.TagNum", 400)


def test_another_accounts_networks_are_not_there(ecs: Emulator, vpcs: VpcApi) -> None:
    vpc = vpcs.vpc()
    vswitch = vpcs.vswitch(vpc)
    other = VpcApi(ecs, "payments")
    assert other.vpc_ids() == other.vswitch_ids() == []
    assert other.refusal("DeleteVpc", VpcId=vpc)[0] == "InvalidVpcId.NotFound"
    assert other.refusal("DeleteVSwitch", VSwitchId=vswitch)[0] == "InvalidVSwitchId.NotFound"
    of = {"ResourceType": "VPC", "ResourceId.1": vpc, "Tag.1.Key": "k"}
    assert other.refusal("TagResources", of)[0] == "InvalidInstanceIds.NotFound"


def test_ram_and_faults_hold_for_vpcs_too(ecs: Emulator, vpcs: VpcApi) -> None:
    auditor = VpcApi(ecs)
    auditor.rpc.key_id, auditor.rpc.secret = ram_user(ecs, "owner", "auditor").values()
    assert auditor.refusal("CreateVpc") == ("Forbidden.RAM", 403)
    assert auditor.vpc_ids() == []
    ecs.faults.add(action="CreateVpc", kind="throttle", times=1)
    assert vpcs.refusal("CreateVpc") == ("Throttling.User", 400)
    assert vpcs.vpc()
    assert [call.code for call in ecs.calls.entries if call.action == "CreateVpc"] == [
        "Forbidden.RAM",
        "Throttling.User",
        "OK",
    ]


def test_a_default_network_is_there_when_it_is_asked_for(ecs: Emulator) -> None:
    mine = VpcApi(ecs, "web")
    vpc = mine.vpc()
    own = {mine.vswitch(vpc), GroupsApi(ecs, "web").group(vpc)}
    assert own.isdisjoint(ecs.console.default_network("web", REGION).values())
    assert ecs.console.default_network("web", REGION) == ecs.console.default_network("web", REGION)
    network = ecs.console.default_network("payments", REGION)
    assert ecs.console.default_network(ecs.account("payments").id, REGION) == network
    vpcs = VpcApi(ecs, "payments")
    assert vpcs.vpc_ids(IsDefault="true") == vpcs.vpc_ids() == [network["vpc_id"]]
    assert vpcs.vswitch_ids(IsDefault="true", ZoneId=network["zone_id"]) == [network["vswitch_id"]]
    vpcs.ask("DeleteVSwitch", VSwitchId=network["vswitch_id"])
    again = ecs.console.default_network("payments", REGION)
    assert again["vpc_id"] == network["vpc_id"]
    assert again["vswitch_id"] != network["vswitch_id"]
    assert VpcApi(ecs, "owner").vpc_ids() == []
    with Control(ecs.control_endpoint) as control:
        assert control.console.default_network("payments", REGION) == again


def test_a_default_network_finds_room_where_others_are(ecs: Emulator) -> None:
    network, vpcs = ecs.console.default_network("payments", REGION), VpcApi(ecs, "payments")
    vpcs.ask("DeleteVSwitch", VSwitchId=network["vswitch_id"])
    other = vpcs.vswitch(network["vpc_id"], "172.31.1.0/24")
    again = ecs.console.default_network("payments", REGION)["vswitch_id"]
    assert vpcs.ask("DescribeVSwitchAttributes", VSwitchId=again)["CidrBlock"] == "172.31.16.0/20"
    for vswitch in (again, other):
        vpcs.ask("DeleteVSwitch", VSwitchId=vswitch)
    whole = vpcs.vswitch(network["vpc_id"], "172.31.0.0/16")
    assert ecs.console.default_network("payments", REGION)["vswitch_id"] == whole


def test_a_default_vpc_takes_nothing_of_the_quota(ecs: Emulator, vpcs: VpcApi) -> None:
    for _ in range(9):
        vpcs.vpc()
    default = ecs.console.default_network("owner", REGION)["vpc_id"]
    assert vpcs.vpc()
    assert vpcs.refusal("CreateVpc") == ("QuotaExceeded.Vpc", 400)
    assert vpcs.vpc_ids(IsDefault="true") == [default]
    vpcs.vpc(RegionId="cn-shanghai")
    for _ in range(9):
        vpcs.vpc(RegionId="cn-shanghai")
    assert ecs.console.default_network("owner", "cn-shanghai")["vpc_id"]


def test_a_reset_takes_all_networks_away(ecs: Emulator, vpcs: VpcApi) -> None:
    vpcs.vswitch(vpcs.vpc())
    ecs.reset()
    assert vpcs.vpc_ids() == vpcs.vswitch_ids() == []
