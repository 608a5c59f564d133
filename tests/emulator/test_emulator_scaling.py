"""Auto Scaling, as terraform-provider-alicloud asks for it: groups, configurations and the images in them."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from emulator_clients import REGION, Sdk, ram_user
from network_clients import EssApi, GroupsApi, VpcApi

from ecs_emulator import Emulator
from ecs_emulator.control import Control


@pytest.fixture
def ess(ecs: Emulator) -> EssApi:
    return EssApi(ecs)


@pytest.fixture
def group(ess: EssApi) -> str:
    return ess.group()


def shown(found: dict[str, Any], *names: str) -> tuple[Any, ...]:
    return tuple(found[name] for name in names)


def test_a_consumers_stack_goes_up_changes_its_image_and_goes_down(ecs: Emulator, golden: str) -> None:
    """Call for call what the provider sends for an alicloud.ess.ScalingConfiguration that is active and enabled."""
    ess = EssApi(ecs, "payments")
    group = ess.group()
    refused = ess.refusal("CreateScalingConfiguration", **ess.new_configuration(group))
    assert refused == ("InvalidImageId.NotFound", 404)
    ecs.console.share(REGION, golden, ecs.account("payments").id)

    defaults = {
        **dict.fromkeys(("PasswordInherit", "DeletionProtection", "SystemDisk.Encrypted"), "false"),
        **{"ImageOptions.LoginAsNonRoot": "false", "SystemDisk.KMSKeyId": "", "IoOptimized": "optimized"},
        **{"InternetMaxBandwidthOut": "0", "SystemDisk.Category": "cloud_efficiency", "InstanceName": "ESS-Instance"},
    }
    made = ess.configuration(group, **defaults)
    assert [found["LifecycleState"] for found in ess.configurations(**{"ScalingConfigurationId.1": made})] == [
        "Inactive"
    ]
    ess.ask("ModifyScalingGroup", ScalingGroupId=group, ActiveScalingConfigurationId=made)
    assert [found["LifecycleState"] for found in ess.groups(**{"ScalingGroupId.1": group})] == ["Inactive"]
    assert len(ess.configurations(ScalingGroupId=group, PageSize="50", PageNumber="1")) == 1
    ess.ask("EnableScalingGroup", ScalingGroupId=group, ActiveScalingConfigurationId=made)
    assert [found["LifecycleState"] for found in ess.groups(**{"ScalingGroupId.1": group})] == ["Active"]
    sent_again = {"ImageId": golden, "InstanceTypes.1": "ecs.g7.large", "InstanceName": "ESS-Instance"}
    ess.ask("ModifyScalingConfiguration", sent_again, ScalingConfigurationId=made)

    newer = ecs.image("golden-next").id
    refused = ess.refusal("ModifyScalingConfiguration", ScalingConfigurationId=made, ImageId=newer)
    assert refused == ("InvalidImageId.NotFound", 404)
    ecs.console.share(REGION, newer, ecs.account("payments").id)
    ess.ask("ModifyScalingConfiguration", ScalingConfigurationId=made, ImageId=newer)
    [found] = ess.configurations(**{"ScalingConfigurationId.1": made})
    assert shown(found, "ImageId", "LifecycleState", "InstanceType") == (newer, "Active", "ecs.g7.large")
    assert found["SecurityGroupId"] == ess.network["security_group_id"]
    assert shown(found, "SystemDisk.Encrypted", "ImageOptions.LoginAsNonRoot", "DeletionProtection") == (False,) * 3

    ess.ask("DeleteScalingGroup", ScalingGroupId=group, ForceDelete="true")
    assert ess.groups() == ess.configurations() == []


def test_no_instances_are_started(owner: Sdk, ess: EssApi, group: str) -> None:
    ess.ask("ModifyScalingGroup", ScalingGroupId=group, MinSize="2", DesiredCapacity="2")
    ess.ask("EnableScalingGroup", ScalingGroupId=group, ActiveScalingConfigurationId=ess.configuration(group))
    [found] = ess.groups()
    assert shown(found, "LifecycleState", "MinSize", "TotalCapacity", "ActiveCapacity") == ("Active", 2, 0, 0)
    instances = ess.ask("DescribeScalingInstances", ScalingGroupId=group, LifecycleState="Protected")
    assert (instances["TotalCount"], instances["ScalingInstances"]) == (0, {"ScalingInstance": []})


# -- groups ----------------------------------------------------------------------------------------------------------


def test_a_scaling_group_is_read_back_as_it_was_made(ess: EssApi) -> None:
    ess.group(
        ScalingGroupName="workers",
        DefaultCooldown="60",
        MultiAZPolicy="BALANCE",
        GroupType="ECS",
        OnDemandBaseCapacity="0",
        SpotInstanceRemedy="true",
        HealthCheckType="NONE",
        **{"RemovalPolicy.1": "NewestInstance", "RemovalPolicy.2": "OldestInstance"},
    )
    [found] = ess.groups()
    assert shown(found, "ScalingGroupName", "MinSize", "MaxSize", "DefaultCooldown") == ("workers", 0, 3, 60)
    assert shown(found, "MultiAZPolicy", "HealthCheckType", "ScalingPolicy") == ("BALANCE", "NONE", "recycle")
    assert shown(found, "OnDemandBaseCapacity", "SpotInstanceRemedy") == (0, True)
    assert found["VSwitchIds"] == {"VSwitchId": [ess.network["vswitch_id"]]}
    assert found["RemovalPolicies"] == {"RemovalPolicy": ["NewestInstance", "OldestInstance"]}
    assert found["LoadBalancerIds"] == {"LoadBalancerId": []}
    assert found["DBInstanceIds"] == {"DBInstanceId": []}
    assert found["VpcId"] == ess.network["vpc_id"]
    assert "DesiredCapacity" not in found


def test_a_scaling_group_has_the_documented_defaults(ess: EssApi) -> None:
    made = ess.group(**{"VSwitchIds.1": None, "VSwitchId": ess.network["vswitch_id"]})
    [found] = ess.groups()
    assert shown(found, "ScalingGroupId", "ScalingGroupName", "DefaultCooldown") == (made, made, 300)
    assert shown(found, "MultiAZPolicy", "HealthCheckType") == ("PRIORITY", "ECS")
    assert found["RemovalPolicies"] == {"RemovalPolicy": ["OldestScalingConfiguration", "OldestInstance"]}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"MinSize": None}, ("MissingParameter", 400)),
        ({"MaxSize": None}, ("MissingParameter", 400)),
        ({"VSwitchIds.1": None}, ("MissingParameter", 400)),
        ({"MinSize": "4"}, ("InvalidParameter.Conflict", 400)),
        ({"MaxSize": "2001"}, ("InvalidParameter", 400)),
        ({"MaxSize": "many"}, ("InvalidParameter", 400)),
        ({"DesiredCapacity": "4"}, ("InvalidParameter", 400)),
        ({"DefaultCooldown": "86401"}, ("InvalidParameter", 400)),
        ({"ScalingGroupName": "_"}, ("InvalidParameter", 400)),
        ({"ScalingPolicy": "burn"}, ("InvalidParameter", 400)),
        ({"RemovalPolicy.1": "Loudest"}, ("InvalidParameter", 400)),
        ({"SpotInstanceRemedy": "perhaps"}, ("InvalidParameter", 400)),
        ({"GroupType": "ECI"}, ("InvalidParameter", 400)),
        ({"VSwitchIds.1": "vsw-none"}, ("InvalidVSwitchId.NotFound", 404)),
        ({"RegionId": "mars-1"}, ("InvalidRegionId.NotFound", 404)),
        ({"LaunchTemplateId": "lt-1"}, ("InvalidParameter", 400)),
        ({"GroupDeletionProtection": "true"}, ("InvalidParameter", 400)),
    ],
)
def test_a_scaling_group_that_can_not_be_is_refused(
    ess: EssApi, given: dict[str, Any], expected: tuple[str, int]
) -> None:
    assert ess.refusal("CreateScalingGroup", **ess.new_group(**given)) == expected
    assert ess.groups() == []


def test_a_scaling_group_is_in_one_vpc(ecs: Emulator, ess: EssApi, group: str) -> None:
    vpcs = VpcApi(ecs)
    elsewhere = vpcs.vswitch(vpcs.vpc())
    given = ess.new_group(**{"VSwitchIds.2": elsewhere})
    assert ess.refusal("CreateScalingGroup", **given) == ("InvalidParameter", 400)
    moved = ess.refusal("ModifyScalingGroup", {"VSwitchIds.1": elsewhere}, ScalingGroupId=group)
    assert moved == ("InvalidParameter", 400)
    beside = vpcs.vswitch(ess.network["vpc_id"], "172.31.16.0/20")
    ess.ask("ModifyScalingGroup", {"VSwitchIds.1": beside}, ScalingGroupId=group)
    assert [found["VSwitchIds"]["VSwitchId"] for found in ess.groups()] == [[beside]]


def test_a_scaling_group_changes_in_place_or_not_at_all(ess: EssApi, group: str) -> None:
    other = ess.group(ScalingGroupName="other")
    of = {"ScalingGroupId": group}
    # The provider sends a change of nothing after each creation.
    ess.ask("ModifyScalingGroup", of, RegionId=None)
    ess.ask("ModifyScalingGroup", of, ScalingGroupName="workers", MinSize="1", MaxSize="5", DefaultCooldown="0")
    [found] = ess.groups(**{"ScalingGroupName.1": "workers"})
    assert shown(found, "ScalingGroupId", "MinSize", "MaxSize", "DefaultCooldown") == (group, 1, 5, 0)
    for change, code in (
        ({"MaxSize": "0"}, "InvalidParameter.Conflict"),
        ({"ScalingGroupName": "other", "MaxSize": "9"}, "InvalidScalingGroupName.Duplicate"),
        ({"ActiveScalingConfigurationId": "asc-none", "MaxSize": "9"}, "InvalidScalingConfigurationId.NotFound"),
        ({"ActiveScalingConfigurationId": ess.configuration(other)}, "InvalidScalingConfigurationId.NotFound"),
    ):
        assert ess.refusal("ModifyScalingGroup", of, **change)[0] == code
    assert ess.groups(**{"ScalingGroupId.1": group}) == [found]
    ess.ask("ModifyScalingGroup", of, ScalingGroupName="workers")
    token = ess.new_group(ClientToken="t")
    assert ess.ask("CreateScalingGroup", **token) | {"RequestId": ""} == ess.ask("CreateScalingGroup", **token) | {
        "RequestId": ""
    }


def test_a_group_is_enabled_with_a_configuration_of_its_own_and_disabled(ess: EssApi, group: str) -> None:
    of = {"ScalingGroupId": group}
    assert ess.refusal("EnableScalingGroup", of) == ("MissingActiveScalingConfiguration", 400)
    assert ess.refusal("DisableScalingGroup", of) == ("IncorrectScalingGroupStatus", 400)
    refused = ess.refusal("EnableScalingGroup", of, ActiveScalingConfigurationId="asc-none")
    assert refused == ("InvalidScalingConfigurationId.NotFound", 404)
    ess.ask("EnableScalingGroup", of, ActiveScalingConfigurationId=ess.configuration(group))
    assert ess.refusal("EnableScalingGroup", of) == ("IncorrectScalingGroupStatus", 400)
    ess.ask("DisableScalingGroup", of)
    ess.ask("EnableScalingGroup", of)
    assert [found["LifecycleState"] for found in ess.groups()] == ["Active"]


def test_a_group_that_is_not_there_is_told(ecs: Emulator, ess: EssApi, group: str) -> None:
    for action in ("ModifyScalingGroup", "EnableScalingGroup", "DisableScalingGroup", "DeleteScalingGroup"):
        assert ess.refusal(action, ScalingGroupId="asg-none") == ("InvalidScalingGroupId.NotFound", 404)
        assert EssApi(ecs, "web").refusal(action, ScalingGroupId=group) == ("InvalidScalingGroupId.NotFound", 404)
        assert ess.refusal(action) == ("MissingParameter", 400)
    refused = ess.refusal("CreateScalingConfiguration", **ess.new_configuration("asg-none"))
    assert refused == ("InvalidScalingGroupId.NotFound", 404)
    assert EssApi(ecs, "web").groups() == ess.groups(**{"ScalingGroupId.1": "asg-none"}) == []


def test_lists_come_in_pages_and_know_their_region(ess: EssApi, group: str) -> None:
    more = {ess.group(), ess.group()}
    pages = [ess.groups(PageSize="2", PageNumber=str(n)) for n in (1, 2)]
    assert {found["ScalingGroupId"] for page in pages for found in page} == more | {group}
    assert [len(page) for page in pages] == [2, 1]
    ids = {f"ScalingGroupId.{n}": "x" for n in range(1, 22)}
    assert ess.refusal("DescribeScalingGroups", ids) == ("InvalidParameter", 400)
    ids = {f"ScalingConfigurationId.{n}": "x" for n in range(1, 12)}
    assert ess.refusal("DescribeScalingConfigurations", ids) == ("InvalidParameter", 400)
    for action in ("DescribeScalingGroups", "DescribeScalingConfigurations", "DescribeScalingInstances"):
        assert ess.refusal(action, RegionId="mars-1") == ("InvalidRegionId.NotFound", 404)
        assert ess.refusal(action, PageSize="51") == ("InvalidParameter", 400)
    assert ess.groups(RegionId="cn-shanghai") == []


# -- configurations --------------------------------------------------------------------------------------------------


def test_a_configuration_is_read_back_as_it_was_made(ess: EssApi, group: str) -> None:
    data = base64.b64encode(b"#!/bin/sh").decode()
    made = ess.configuration(
        group,
        ScalingConfigurationName="one",
        InstanceName="worker",
        SpotStrategy="NoSpot",
        UserData=data,
        Tags=json.dumps({"team": "data", "stage": ""}),
        InternetMaxBandwidthOut="5",
        **{"InstanceTypes.2": "ecs.c7.large", "SystemDisk.Category": "cloud_essd", "SystemDisk.Size": "60"},
    )
    [found] = ess.configurations(**{"ScalingConfigurationName.1": "one"})
    assert shown(found, "ScalingConfigurationId", "ScalingGroupId", "InstanceName") == (made, group, "worker")
    assert found["InstanceTypes"] == {"InstanceType": ["ecs.g7.large", "ecs.c7.large"]}
    assert shown(found, "SystemDiskCategory", "SystemDiskSize", "UserData") == ("cloud_essd", 60, data)
    assert shown(found, "SpotStrategy", "InternetMaxBandwidthOut") == ("NoSpot", 5)
    assert found["Tags"]["Tag"] == [{"Key": "team", "Value": "data"}, {"Key": "stage", "Value": ""}]
    assert found["SecurityGroupIds"] == {"SecurityGroupId": [ess.network["security_group_id"]]}
    assert found["DataDisks"] == {"DataDisk": []}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"ImageId": "m-none"}, ("InvalidImageId.NotFound", 404)),
        ({"ImageId": None}, ("MissingParameter", 400)),
        ({"InstanceTypes.1": None}, ("MissingParameter", 400)),
        ({"InstanceTypes.1": "large"}, ("InvalidParameter", 400)),
        ({f"InstanceTypes.{n}": "ecs.g7.large" for n in range(1, 12)}, ("InvalidParameter", 400)),
        ({"SecurityGroupId": None}, ("MissingParameter", 400)),
        ({"SecurityGroupId": "sg-none"}, ("InvalidSecurityGroupId.NotFound", 404)),
        ({"SecurityGroupIds.1": "sg-none"}, ("InvalidParameter.Conflict", 400)),
        ({"ScalingConfigurationName": "_"}, ("InvalidParameter", 400)),
        ({"SystemDisk.Category": "floppy"}, ("InvalidParameter", 400)),
        ({"SystemDisk.Size": "19"}, ("InvalidParameter", 400)),
        ({"UserData": "#!/bin/sh"}, ("InvalidUserData.Base64FormatInvalid", 400)),
        ({"UserData": base64.b64encode(b"x" * 16385).decode()}, ("InvalidUserData.SizeExceeded", 400)),
        ({"Tags": "team"}, ("InvalidParameter", 400)),
        ({"Tags": "[1]"}, ("InvalidParameter", 400)),
        ({"Tags": '{"acs:k": "v"}'}, ("InvalidParameter", 400)),
        ({"Tags": '{"": "v"}'}, ("InvalidTags.KeyValue", 400)),
        ({"Tags": json.dumps({f"k{n}": "v" for n in range(21)})}, ("InvalidTags.ListSize", 400)),
        ({"DataDisk.1.Size": "40"}, ("InvalidParameter", 400)),
    ],
)
def test_a_configuration_that_can_not_be_is_refused(
    ess: EssApi, group: str, given: dict[str, Any], expected: tuple[str, int]
) -> None:
    refused = ess.refusal("CreateScalingConfiguration", **ess.new_configuration(group, **given))
    assert refused == expected
    assert ess.configurations() == []


@pytest.mark.parametrize(
    ("key", "usable"),
    [("creating", False), ("partner-image", False), ("deprecated", True), ("community", True), ("system", True)],
)
def test_a_configuration_has_an_image_that_the_account_can_run(
    ecs: Emulator, ess: EssApi, group: str, key: str, usable: bool
) -> None:
    given = ess.new_configuration(group, ImageId=ecs.image(key).id)
    if usable:
        assert ess.ask("CreateScalingConfiguration", **given)["ScalingConfigurationId"]
    else:
        assert ess.refusal("CreateScalingConfiguration", **given) == ("InvalidImageId.NotFound", 404)


def test_a_configurations_security_group_is_in_the_vpc_of_its_scaling_group(
    ecs: Emulator, ess: EssApi, group: str
) -> None:
    elsewhere = GroupsApi(ecs).group(VpcApi(ecs).vpc())
    given = ess.new_configuration(group, **{"SecurityGroupId": None, "SecurityGroupIds.1": elsewhere})
    refused = ess.refusal("CreateScalingConfiguration", **given)
    assert refused == ("InvalidSecurityGroupId.VPCMismatch", 400)


def test_a_configuration_changes_in_place(ess: EssApi, group: str) -> None:
    made, other = (
        ess.configuration(group, InstanceName="aa"),
        ess.configuration(group, ScalingConfigurationName="other"),
    )
    of = {"ScalingConfigurationId": made}
    tags = json.dumps({"team": "web"})
    ess.ask("ModifyScalingConfiguration", of, ScalingConfigurationName="mine", Tags=tags)
    ess.ask("ModifyScalingConfiguration", of | {"InstanceTypes.1": "ecs.r7.large"}, HostName="host")
    [found] = ess.configurations(**{"ScalingConfigurationId.1": made})
    assert shown(found, "ScalingConfigurationName", "InstanceName", "HostName") == ("mine", "aa", "host")
    assert (found["InstanceType"], found["Tags"]["Tag"]) == ("ecs.r7.large", [{"Key": "team", "Value": "web"}])
    refused = ess.refusal("ModifyScalingConfiguration", of, SecurityEnhancementStrategy="Active")
    assert refused == ("InvalidParameter", 400)
    refused = ess.refusal("ModifyScalingConfiguration", of, ScalingConfigurationName="other")
    assert refused == ("InvalidScalingConfigurationName.Duplicate", 400)
    assert {found["ScalingConfigurationId"] for found in ess.configurations(ScalingGroupId=group)} == {made, other}


def test_the_active_configuration_is_not_deleted_alone(ecs: Emulator, ess: EssApi, group: str) -> None:
    active, other = ess.configuration(group), ess.configuration(group, InstanceType="ecs.g7.large")
    ess.ask("ModifyScalingGroup", ScalingGroupId=group, ActiveScalingConfigurationId=active)
    refused = ess.refusal("DeleteScalingConfiguration", ScalingConfigurationId=active)
    assert refused == ("IncorrectScalingConfigurationLifecycleState", 400)
    ess.ask("DeleteScalingConfiguration", ScalingConfigurationId=other)
    for action in ("DeleteScalingConfiguration", "ModifyScalingConfiguration"):
        expected = ("InvalidScalingConfigurationId.NotFound", 404)
        assert ess.refusal(action, ScalingConfigurationId=other) == expected
        assert EssApi(ecs, "web").refusal(action, ScalingConfigurationId=active) == expected
    [left] = ess.configurations()
    assert shown(left, "ScalingConfigurationId", "LifecycleState") == (active, "Active")


def test_a_group_has_ten_configurations_at_the_most(ess: EssApi, group: str) -> None:
    once = ess.new_configuration(group, ClientToken="t")
    made = {ess.ask("CreateScalingConfiguration", **once)["ScalingConfigurationId"] for _ in range(2)}
    assert len(made) == 1
    for _ in range(9):
        ess.configuration(group)
    refused = ess.refusal("CreateScalingConfiguration", **ess.new_configuration(group))
    assert refused == ("QuotaExceeded.ScalingConfiguration", 400)


# -- tags, RAM, faults -----------------------------------------------------------------------------------------------


def test_tags_of_scaling_groups_are_put_listed_and_taken(ess: EssApi, group: str) -> None:
    of = {"ResourceType": "scalinggroup", "ResourceId.1": group}

    def tags(**query: str) -> list[tuple[str, str]]:
        given = {"ResourceType": "scalinggroup"} | (query or of)
        rows = ess.ask("ListTagResources", given)["TagResources"]["TagResource"]
        assert {row["ResourceId"] for row in rows} <= {group}
        return [(row["TagKey"], row["TagValue"]) for row in rows]

    assert tags() == []
    ess.ask("TagResources", of | {"Tag.1.Key": "a", "Tag.1.Value": "1", "Tag.2.Key": "b"})
    assert tags() == tags(**{"Tag.1.Key": "a", "Tag.1.Value": "1"}) == [("a", "1"), ("b", "")]
    assert tags(**{"Tag.1.Key": "a", "Tag.1.Value": "2"}) == []
    ess.ask("UntagResources", of | {"TagKey.1": "a"})
    ess.ask("UntagResources", of, All="false")
    assert tags() == [("b", "")]
    ess.ask("UntagResources", of, All="true")
    assert tags() == []


def test_tags_of_scaling_groups_come_in_pages(ess: EssApi, group: str) -> None:
    groups = {f"ResourceId.{n}": made for n, made in enumerate([group, ess.group(), ess.group()], 1)}
    of = {"ResourceType": "scalinggroup"} | groups
    ess.ask("TagResources", of | {f"Tag.{n}.Key": f"k{n}" for n in range(1, 21)})
    first = ess.ask("ListTagResources", of)
    second = ess.ask("ListTagResources", of, NextToken=first["NextToken"])
    assert [len(page["TagResources"]["TagResource"]) for page in (first, second)] == [50, 10]
    assert second["NextToken"] == ""
    assert ess.refusal("ListTagResources", of, NextToken="61") == ("InvalidParameter", 400)


def test_tags_that_can_not_be_are_refused(ess: EssApi, group: str) -> None:
    of = {"ResourceType": "scalinggroup", "ResourceId.1": group}
    many = {f"Tag.{n}.Key": f"k{n}" for n in range(1, 22)}
    cases: list[tuple[str, dict[str, str], str]] = [
        ("TagResources", of, "MissingParameter"),
        ("TagResources", of | {"Tag.1.Key": "acs:k"}, "InvalidParameter"),
        ("TagResources", of | {"Tag.1.Key": "k", "Tag.1.Value": "http://v"}, "InvalidParameter"),
        ("TagResources", of | {"Tag.1.Value": "v"}, "MissingParameter.TagKey"),
        ("TagResources", of | {"Tag.1.Key": "k", "Tag.2.Key": "k"}, "InvalidParameter"),
        ("TagResources", of | many, "InvalidParameter"),
        ("TagResources", {"ResourceType": "scalinggroup", "Tag.1.Key": "k"}, "MissingParameter"),
        ("TagResources", of | {"ResourceType": "image", "Tag.1.Key": "k"}, "InvalidParameter"),
        ("TagResources", of | {"ResourceId.2": "asg-none", "Tag.1.Key": "k"}, "InvalidScalingGroupId.NotFound"),
        ("UntagResources", {"ResourceType": "scalinggroup", "TagKey.1": "k"}, "MissingParameter"),
        ("UntagResources", of | {f"ResourceId.{n}": group for n in range(1, 52)}, "InvalidParameter"),
        ("ListTagResources", {"ResourceType": "scalinggroup"}, "MissingParameter"),
    ]
    for action, given, code in cases:
        assert ess.refusal(action, given)[0] == code
    del many["Tag.21.Key"]
    ess.ask("TagResources", of | many)
    assert ess.refusal("TagResources", of | {"Tag.1.Key": "more"}) == ("InvalidParameter", 400)


@pytest.mark.parametrize("remote", [False, True])
def test_a_default_group_is_there_when_it_is_asked_for(ecs: Emulator, remote: bool) -> None:
    console = Control(ecs.control_endpoint).console if remote else ecs.console
    group = console.default_scaling_group("payments", REGION)
    assert console.default_scaling_group(ecs.account("payments").id, REGION) == group
    ess = EssApi(ecs, "payments")
    [found] = ess.groups()
    assert (found["ScalingGroupId"], found["ScalingGroupName"]) == (group, "default")
    assert found["VSwitchIds"]["VSwitchId"] == [console.default_network("payments", REGION)["vswitch_id"]]
    ecs.console.share(REGION, ecs.golden_image_id, ecs.account("payments").id)
    assert ess.configuration(group)


def test_a_default_group_whose_vswitch_is_gone_is_none(ecs: Emulator) -> None:
    ess = EssApi(ecs, "web")
    old = ecs.console.default_scaling_group("web", REGION)
    VpcApi(ecs, "web").ask("DeleteVSwitch", VSwitchId=ess.network["vswitch_id"])
    GroupsApi(ecs, "web").ask("DeleteSecurityGroup", SecurityGroupId=ess.network["security_group_id"])
    new = ecs.console.default_scaling_group("web", REGION)
    assert new != old
    assert ecs.console.default_scaling_group("web", REGION) == new
    network = ecs.console.default_network("web", REGION)
    [found] = ess.groups(**{"ScalingGroupId.1": new})
    assert shown(found, "ScalingGroupName", "VSwitchIds") == ("default-2", {"VSwitchId": [network["vswitch_id"]]})
    ecs.console.share(REGION, ecs.golden_image_id, ecs.account("web").id)
    assert ess.configuration(new, SecurityGroupId=network["security_group_id"])


def test_ram_and_faults_hold_for_auto_scaling_too(ecs: Emulator, ess: EssApi, group: str) -> None:
    ecs.faults.add(action="EnableScalingGroup", kind="unavailable", times=1)
    assert ess.refusal("EnableScalingGroup", ScalingGroupId=group)[1] == 503
    ess.rpc.key_id, ess.rpc.secret = ram_user(ecs, "owner", "auditor").values()
    for action in ("CreateScalingGroup", "EnableScalingGroup", "DeleteScalingGroup", "TagResources"):
        assert ess.refusal(action, ScalingGroupId=group) == ("Forbidden.RAM", 403)
    assert [found["ScalingGroupId"] for found in ess.groups()] == [group]
