"""Security groups and their rules, as terraform-provider-alicloud asks for them and through the unmodified SDK."""

from __future__ import annotations

from typing import Any

import pytest
from alibabacloud_ecs20140526 import models as m
from emulator_clients import REGION, Sdk, ram_user, refusal
from network_clients import GroupsApi, VpcApi

from ecs_emulator import EcsError, Emulator

SSH = {"IpProtocol": "tcp", "PortRange": "22/22"}
FROM_ANYWHERE = SSH | {"SourceCidrIp": "0.0.0.0/0"}


@pytest.fixture
def vpc(ecs: Emulator) -> str:
    return VpcApi(ecs).vpc()


@pytest.fixture
def groups(ecs: Emulator) -> GroupsApi:
    return GroupsApi(ecs)


@pytest.fixture
def group(groups: GroupsApi, vpc: str) -> str:
    return groups.group(vpc)


def permissions(*rules: dict[str, str]) -> dict[str, str]:
    """Rules in the newer form: Permissions.N.IpProtocol and so on."""
    return {f"Permissions.{n}.{name}": value for n, rule in enumerate(rules, 1) for name, value in rule.items()}


def test_a_security_group_is_read_back_as_it_was_made(groups: GroupsApi, vpc: str) -> None:
    group = groups.group(
        vpc, SecurityGroupName="web", Description="The web's", **{"Tag.1.Key": "team", "Tag.1.Value": "web"}
    )
    answer = groups.ask("DescribeSecurityGroups", SecurityGroupId=group)
    [found] = answer["SecurityGroups"]["SecurityGroup"]
    assert {
        key: found[key]
        for key in ("SecurityGroupId", "SecurityGroupName", "Description", "VpcId", "SecurityGroupType", "RuleCount")
    } == {
        "SecurityGroupId": group,
        "SecurityGroupName": "web",
        "Description": "The web's",
        "VpcId": vpc,
        "SecurityGroupType": "normal",
        "RuleCount": 0,
    }
    assert found["Tags"] == {"Tag": [{"TagKey": "team", "TagValue": "web"}]}
    attribute = groups.ask("DescribeSecurityGroupAttribute", SecurityGroupId=group)
    assert (attribute["InnerAccessPolicy"], attribute["VpcId"]) == ("Accept", vpc)
    assert attribute["Permissions"] == {"Permission": []}


def test_an_advanced_security_group_keeps_its_instances_apart(groups: GroupsApi, vpc: str) -> None:
    group = groups.group(vpc, SecurityGroupType="enterprise")
    assert groups.ask("DescribeSecurityGroupAttribute", SecurityGroupId=group)["InnerAccessPolicy"] == "Drop"
    assert groups.group_ids(SecurityGroupType="enterprise") == [group]
    assert groups.group_ids(SecurityGroupType="normal") == []


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"VpcId": "vpc-none"}, ("InvalidVpcId.NotFound", 404)),
        ({"VpcId": None}, ("InvalidVpcId.NotFound", 403)),
        ({"SecurityGroupName": "1st"}, ("InvalidSecurityGroupName.Malformed", 400)),
        ({"SecurityGroupName": "http://web"}, ("InvalidSecurityGroupName.Malformed", 400)),
        ({"Description": "d"}, ("InvalidSecurityGroupDiscription.Malformed", 400)),
        ({"Description": "http://d"}, ("InvalidSecurityGroupDiscription.Malformed", 400)),
        ({"SecurityGroupType": "round"}, ("InvalidParameter", 400)),
        ({"Tag.1.Key": "acs:k"}, ("InvalidTagKey.Malformed", 400)),
        ({"ResourceGroupId": "rg-1"}, ("InvalidParameter", 400)),
        ({"RegionId": "mars-1"}, ("InvalidRegionId.NotFound", 404)),
    ],
)
def test_a_security_group_that_can_not_be_is_refused(
    groups: GroupsApi, vpc: str, given: dict[str, Any], expected: tuple[str, int]
) -> None:
    assert groups.refusal("CreateSecurityGroup", **({"VpcId": vpc} | given)) == expected
    assert groups.group_ids() == []


def test_a_client_token_makes_one_security_group(groups: GroupsApi, vpc: str) -> None:
    assert groups.group(vpc, ClientToken="t") == groups.group(vpc, ClientToken="t")


def test_security_groups_are_found_by_what_they_are(ecs: Emulator, groups: GroupsApi, vpc: str) -> None:
    web = groups.group(vpc, SecurityGroupName="web", **{"Tag.1.Key": "k", "Tag.1.Value": "v"})
    other = groups.group(VpcApi(ecs).vpc("192.168.0.0/16"))
    for query in (
        {"SecurityGroupId": web},
        {"SecurityGroupIds": f'["{web}", "sg-none"]'},
        {"SecurityGroupName": "web"},
        {"VpcId": vpc},
        {"Tag.1.Key": "k"},
        {"Tag.1.Key": "k", "Tag.1.Value": "v"},
    ):
        assert groups.group_ids(**query) == [web]
    assert set(groups.group_ids(NetworkType="vpc")) == {web, other}
    assert groups.group_ids(NetworkType="classic") == groups.group_ids(RegionId="cn-shanghai") == []
    assert groups.refusal("DescribeSecurityGroups", NetworkType="round") == ("InvalidParameter", 400)
    assert groups.refusal("DescribeSecurityGroups", SecurityGroupType="round") == ("InvalidParameter", 400)
    assert groups.refusal("DescribeSecurityGroups", DryRun="true") == ("DryRunOperation", 400)
    assert groups.refusal("DescribeSecurityGroups", RegionId="mars-1") == ("InvalidRegionId.NotFound", 404)


def test_security_groups_come_in_pages_by_number_and_by_token(groups: GroupsApi, vpc: str) -> None:
    made = {groups.group(vpc) for _ in range(12)}
    pages = [groups.group_ids(PageSize="10", PageNumber=str(n)) for n in (1, 2)]
    assert (len(pages[0]), set(pages[0] + pages[1])) == (10, made)
    first = groups.ask("DescribeSecurityGroups", MaxResults="10")
    assert len(groups.group_ids(MaxResults="10", NextToken=first["NextToken"])) == 2


def test_names_descriptions_and_tags_change_in_place(groups: GroupsApi, group: str) -> None:
    groups.ask("ModifySecurityGroupAttribute", SecurityGroupId=group, SecurityGroupName="web")
    groups.ask("ModifySecurityGroupAttribute", SecurityGroupId=group, Description="The web's")
    of = {"ResourceType": "securitygroup", "ResourceId.1": group}
    groups.ask("TagResources", of | {"Tag.1.Key": "team", "Tag.1.Value": "web", "Tag.2.Key": "b", "Tag.2.Value": ""})
    groups.ask("UntagResources", of, **{"TagKey.1": "b"})
    [found] = groups.ask("DescribeSecurityGroups")["SecurityGroups"]["SecurityGroup"]
    assert (found["SecurityGroupName"], found["Description"]) == ("web", "The web's")
    assert found["Tags"]["Tag"] == [{"TagKey": "team", "TagValue": "web"}]
    [row] = groups.ask("ListTagResources", of)["TagResources"]["TagResource"]
    assert (row["ResourceType"], row["ResourceId"], row["TagKey"]) == ("securitygroup", group, "team")
    refused = groups.refusal("ModifySecurityGroupAttribute", SecurityGroupId=group, SecurityGroupName="1")
    assert refused == ("InvalidSecurityGroupName.Malformed", 400)


def test_instances_of_a_group_reach_each_other_or_not(groups: GroupsApi, group: str) -> None:
    of = {"SecurityGroupId": group}
    groups.ask("ModifySecurityGroupPolicy", of, InnerAccessPolicy="drop", ClientToken="t")
    assert groups.ask("DescribeSecurityGroupAttribute", of)["InnerAccessPolicy"] == "Drop"
    refused = groups.refusal("ModifySecurityGroupPolicy", of, InnerAccessPolicy="maybe")
    assert refused == ("InvalidPolicy.Malformed", 400)


# -- rules -----------------------------------------------------------------------------------------------------------


def test_a_rule_is_read_back_as_the_provider_looks_for_it(groups: GroupsApi, group: str) -> None:
    rule = FROM_ANYWHERE | {"Policy": "accept", "Priority": "2", "NicType": "intranet", "Description": "ssh"}
    groups.ask("AuthorizeSecurityGroup", permissions(rule), SecurityGroupId=group)
    # The provider sends what it has for the NIC, which is "<nil>" when a program says nothing.
    [found] = groups.rules(group, Direction="ingress", NicType="<nil>")
    assert {
        key: found[key]
        for key in ("IpProtocol", "PortRange", "SourceCidrIp", "Policy", "Priority", "NicType", "Direction")
    } == {
        "IpProtocol": "TCP",
        "PortRange": "22/22",
        "SourceCidrIp": "0.0.0.0/0",
        "Policy": "Accept",
        "Priority": "2",
        "NicType": "intranet",
        "Direction": "ingress",
    }
    assert (found["Description"], found["SecurityGroupRuleId"][:4]) == ("ssh", "sgr-")
    assert groups.rules(group, Direction="egress") == []
    refused = groups.refusal("DescribeSecurityGroupAttribute", SecurityGroupId=group, Direction="up")
    assert refused == ("InvalidParameter", 400)


def test_a_rule_that_is_there_is_not_added_and_one_that_is_not_there_is_not_missed(
    groups: GroupsApi, group: str
) -> None:
    of = {"SecurityGroupId": group}
    groups.ask("AuthorizeSecurityGroup", of | FROM_ANYWHERE, Description="once")
    groups.ask("AuthorizeSecurityGroup", of | permissions(FROM_ANYWHERE, FROM_ANYWHERE), ClientToken="t")
    assert [rule["Description"] for rule in groups.rules(group)] == ["once"]
    groups.ask("RevokeSecurityGroup", of | FROM_ANYWHERE, Priority="9")
    assert len(groups.rules(group)) == 1
    groups.ask("RevokeSecurityGroup", of | FROM_ANYWHERE, Policy="Accept", Description="whatever")
    groups.ask("RevokeSecurityGroup", of | FROM_ANYWHERE)
    assert groups.rules(group) == []


def test_rules_out_of_a_group_are_rules_too(groups: GroupsApi, group: str) -> None:
    rule = SSH | {"DestCidrIp": "10.0.0.0/8", "SourcePortRange": "1024/65535", "SourceCidrIp": "10.1.0.0/16"}
    groups.ask("AuthorizeSecurityGroupEgress", permissions(rule), SecurityGroupId=group)
    [found] = groups.rules(group, Direction="egress")
    assert (found["DestCidrIp"], found["SourceCidrIp"], found["SourcePortRange"]) == (
        "10.0.0.0/8",
        "10.1.0.0/16",
        "1024/65535",
    )
    groups.ask("RevokeSecurityGroupEgress", permissions(rule), SecurityGroupId=group)
    assert groups.rules(group) == []
    missing = groups.refusal("AuthorizeSecurityGroupEgress", SSH, SecurityGroupId=group)
    assert missing == ("MissingParameter.Dest", 400)


def test_a_rule_lets_another_group_of_the_vpc_in(ecs: Emulator, groups: GroupsApi, vpc: str, group: str) -> None:
    other, elsewhere = groups.group(vpc), groups.group(VpcApi(ecs).vpc("192.168.0.0/16"))

    def refused(source: str) -> tuple[str, int]:
        return groups.refusal("AuthorizeSecurityGroup", SSH, SecurityGroupId=group, SourceGroupId=source)

    assert refused("sg-none") == ("InvalidSourceGroupId.NotFound", 404)
    assert refused(group) == ("InvalidParamter.Conflict", 403)
    assert refused(elsewhere) == ("InvalidSourceGroupId.Mismatch", 400)
    groups.ask("AuthorizeSecurityGroup", SSH, SecurityGroupId=group, SourceGroupId=other)
    assert [rule["SourceGroupId"] for rule in groups.rules(group)] == [other]
    assert groups.refusal("DeleteSecurityGroup", SecurityGroupId=other) == ("DependencyViolation", 403)
    groups.ask("DeleteSecurityGroup", SecurityGroupId=group)
    groups.ask("DeleteSecurityGroup", SecurityGroupId=other)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"IpProtocol": "smtp"}, "InvalidIpProtocol.ValueNotSupported"),
        ({"IpProtocol": ""}, "MissingParameter"),
        ({"PortRange": ""}, "MissingParameter"),
        ({"PortRange": "22"}, "InvalidIpProtocol.Malformed"),
        ({"PortRange": "23/22"}, "InvalidIpProtocol.Malformed"),
        ({"PortRange": "1/65536"}, "InvalidIpProtocol.Malformed"),
        ({"PortRange": "-1/-1"}, "OperationDenied"),
        ({"IpProtocol": "icmp"}, "OperationDenied"),
        ({"SourcePortRange": "x"}, "InvalidIpProtocol.Malformed"),
        ({"SourceCidrIp": ""}, "MissingParameter.Source"),
        ({"SourceCidrIp": "everywhere"}, "InvalidSourceCidrIp.Malformed"),
        ({"DestCidrIp": "10.0.0.0/99"}, "InvalidDestCidrIp.Malformed"),
        ({"SourceCidrIp": "", "Ipv6SourceCidrIp": "10.0.0.0/8"}, "InvalidParam.Ipv6SourceCidrIp"),
        ({"Policy": "perhaps"}, "InvalidPolicy.Malformed"),
        ({"Priority": "0"}, "InvalidPriority.ValueNotSupported"),
        ({"Priority": "high"}, "InvalidPriority.ValueNotSupported"),
        ({"NicType": "internet"}, "InvalidNicType.ValueNotSupported"),
        ({"Description": "d" * 513}, "InvalidSecurityGroupDiscription.Malformed"),
        ({"SourcePrefixListId": "pl-1"}, "InvalidParameter"),
    ],
)
def test_a_rule_that_can_not_be_is_refused(groups: GroupsApi, group: str, given: dict[str, str], code: str) -> None:
    refused = groups.refusal("AuthorizeSecurityGroup", FROM_ANYWHERE | given, SecurityGroupId=group)
    assert refused == (code, 400)
    bad = groups.refusal(
        "AuthorizeSecurityGroup", permissions(FROM_ANYWHERE, FROM_ANYWHERE | given), SecurityGroupId=group
    )
    assert bad == (code, 400)
    assert groups.rules(group) == []


@pytest.mark.parametrize(("side", "peer"), [("", "SourceCidrIp"), ("Egress", "DestCidrIp")], ids=["ingress", "egress"])
def test_a_rule_is_described_otherwise(groups: GroupsApi, group: str, side: str, peer: str) -> None:
    rule = SSH | {
        "SecurityGroupId": group,
        "Policy": "accept",
        "Priority": "1",
        "NicType": "intranet",
        peer: "10.0.0.0/8",
    }
    authorize, modify = f"AuthorizeSecurityGroup{side}", f"ModifySecurityGroup{side}Rule"
    assert groups.refusal(modify, **rule) == ("InvalidSecurityGroupRule.RuleNotExist", 400)
    groups.ask(authorize, **rule, Description="ssh")
    [before] = groups.rules(group)
    # The provider sends it twice.
    groups.ask(modify, **rule, Description="from the office")
    groups.ask(modify, **rule, Description="from the office")
    assert groups.rules(group) == [before | {"Description": "from the office"}]
    groups.ask(modify, **rule)
    assert groups.rules(group) == [before | {"Description": "from the office"}]
    assert groups.refusal(modify, **rule, Description="x" * 513)[0] == "InvalidSecurityGroupDiscription.Malformed"
    elsewhere = rule | {"Priority": "2"}
    assert groups.refusal(modify, **elsewhere) == ("InvalidSecurityGroupRule.RuleNotExist", 400)
    assert groups.refusal(modify, **rule, SecurityGroupRuleId=before["SecurityGroupRuleId"]) == (
        "InvalidParameter",
        400,
    )


def test_ports_have_another_code_where_a_rule_is_taken_away(groups: GroupsApi, group: str) -> None:
    given = FROM_ANYWHERE | {"PortRange": "22"}
    refused = groups.refusal("RevokeSecurityGroup", given, SecurityGroupId=group)
    assert refused == ("InvalidIpPortRange.Malformed", 400)


@pytest.mark.parametrize("action", ["AuthorizeSecurityGroup", "RevokeSecurityGroup"])
@pytest.mark.parametrize("side", ["", "Egress"])
@pytest.mark.parametrize("alone", [{"IpProtocol": "tcp"}, {"PortRange": "23/23"}, {"Priority": "2"}])
def test_rules_in_both_forms_are_no_call(
    groups: GroupsApi, group: str, action: str, side: str, alone: dict[str, str]
) -> None:
    rule = SSH | ({"DestCidrIp": "0.0.0.0/0"} if side else {"SourceCidrIp": "0.0.0.0/0"})
    refused = groups.refusal(action + side, permissions(rule) | alone, SecurityGroupId=group)
    assert refused == ("InvalidParameter", 400)
    assert groups.rules(group) == []


def test_a_group_has_200_rules_at_the_most_and_a_call_100(groups: GroupsApi, group: str) -> None:
    def rules(first: int, count: int) -> dict[str, str]:
        ports = range(first, first + count)
        return permissions(*(FROM_ANYWHERE | {"PortRange": f"{port}/{port}"} for port in ports))

    of = {"SecurityGroupId": group}
    assert groups.refusal("AuthorizeSecurityGroup", of | rules(1, 101)) == ("InvalidParameter", 400)
    groups.ask("AuthorizeSecurityGroup", of | rules(1, 100))
    groups.ask("AuthorizeSecurityGroup", of | rules(101, 100))
    assert groups.refusal("AuthorizeSecurityGroup", of | FROM_ANYWHERE, Priority="2") == (
        "AuthorizationLimitExceed",
        403,
    )
    first = groups.ask("DescribeSecurityGroupAttribute", of, MaxResults="150")
    rest = groups.ask("DescribeSecurityGroupAttribute", of, MaxResults="150", NextToken=first["NextToken"])
    assert [len(page["Permissions"]["Permission"]) for page in (first, rest)] == [150, 50]
    assert rest["NextToken"] == ""


# -- going -----------------------------------------------------------------------------------------------------------


def test_a_group_goes_when_no_instance_is_in_it_and_its_vpc_after_it(
    ecs: Emulator, groups: GroupsApi, vpc: str, group: str
) -> None:
    ecs.cloud.security_groups.has_instances = lambda group_id: group_id == group
    assert groups.refusal("DeleteSecurityGroup", SecurityGroupId=group) == ("DependencyViolation", 403)
    ecs.cloud.security_groups.has_instances = lambda group_id: False
    assert VpcApi(ecs).refusal("DeleteVpc", VpcId=vpc) == ("DependencyViolation.SecurityGroup", 400)
    groups.ask("DeleteSecurityGroup", SecurityGroupId=group)
    VpcApi(ecs).ask("DeleteVpc", VpcId=vpc)
    for action in (
        "DeleteSecurityGroup",
        "DescribeSecurityGroupAttribute",
        "ModifySecurityGroupAttribute",
        "AuthorizeSecurityGroup",
        "RevokeSecurityGroup",
    ):
        assert groups.refusal(action, SecurityGroupId=group) == ("InvalidSecurityGroupId.NotFound", 404)
    assert groups.refusal("DeleteSecurityGroup", SecurityGroupId=group, RegionId="mars-1")[1] == 404


def test_another_accounts_group_is_not_there(ecs: Emulator, group: str) -> None:
    other = GroupsApi(ecs, "payments")
    assert other.group_ids() == []
    assert other.refusal("DeleteSecurityGroup", SecurityGroupId=group) == ("InvalidSecurityGroupId.NotFound", 404)


def test_ram_holds_for_security_groups_too(ecs: Emulator, groups: GroupsApi, group: str) -> None:
    groups.rpc.key_id, groups.rpc.secret = ram_user(ecs, "owner", "auditor").values()
    for action in ("CreateSecurityGroup", "AuthorizeSecurityGroup", "RevokeSecurityGroup", "DeleteSecurityGroup"):
        assert groups.refusal(action) == ("Forbidden.RAM", 403)
    assert groups.group_ids() == [group]


# -- what instances ask for, and the SDK -----------------------------------------------------------------------------


def test_an_instance_is_put_in_a_vswitch_and_in_groups_of_its_vpc(ecs: Emulator, groups: GroupsApi) -> None:
    network = ecs.console.default_network("owner", REGION)
    networks, owner = ecs.cloud.networks, ecs.account("owner").id
    vswitch, [group] = networks.place(owner, REGION, network["vswitch_id"], [network["security_group_id"]])
    assert (vswitch.id, vswitch.zone, group.id) == (
        network["vswitch_id"],
        network["zone_id"],
        network["security_group_id"],
    )
    assert vswitch.vpc_id == group.vpc_id == network["vpc_id"]
    elsewhere = groups.group(VpcApi(ecs).vpc())
    for vswitch_id, group_id, code in (
        ("vsw-none", group.id, "InvalidVSwitchId.NotFound"),
        (vswitch.id, "sg-none", "InvalidSecurityGroupId.NotFound"),
        (vswitch.id, elsewhere, "InvalidParameter.Mismatch"),
    ):
        with pytest.raises(EcsError, match=code):
            networks.place(owner, REGION, vswitch_id, [group_id])
    for account, region in ((ecs.account("payments").id, REGION), (owner, "cn-shanghai")):
        with pytest.raises(EcsError, match=r"InvalidVSwitchId\.NotFound"):
            networks.vswitch(account, region, vswitch.id)
        with pytest.raises(EcsError, match=r"InvalidSecurityGroupId\.NotFound"):
            networks.security_group(account, region, group.id)


def test_the_unmodified_sdk_works_with_security_groups(owner: Sdk, vpc: str) -> None:
    client = owner.client
    made = client.create_security_group(m.CreateSecurityGroupRequest(region_id=REGION, vpc_id=vpc)).body
    group = made.security_group_id
    rule = m.AuthorizeSecurityGroupRequestPermissions(
        ip_protocol="icmp", port_range="-1/-1", ipv_6source_cidr_ip="2001:db8::/32"
    )
    client.authorize_security_group(
        m.AuthorizeSecurityGroupRequest(region_id=REGION, security_group_id=group, permissions=[rule])
    )
    request = m.DescribeSecurityGroupAttributeRequest(region_id=REGION, security_group_id=group)
    [found] = client.describe_security_group_attribute(request).body.permissions.permission
    assert (found.ip_protocol, found.ipv_6source_cidr_ip, found.policy) == ("ICMP", "2001:db8::/32", "Accept")
    delete = m.DeleteSecurityGroupRequest(region_id=REGION, security_group_id=group)
    client.delete_security_group(delete)
    assert refusal(client.delete_security_group, delete) == ("InvalidSecurityGroupId.NotFound", 404)
