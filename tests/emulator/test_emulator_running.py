"""What RunInstances takes, gives back and refuses, through the unmodified SDK."""

from __future__ import annotations

import base64
from ipaddress import IPv4Network
from typing import Any

import pytest
from alibabacloud_ecs20140526 import models as m
from emulator_clients import REGION, RpcClient, Sdk, refusal, refused
from network_clients import VpcApi

from ecs_emulator import Emulator
from ecs_emulator.ecs.networks import Place

SIZE = "InvalidSystemDiskSize.ValueNotSupported"
BASE64 = base64.b64encode(b"#!/bin/sh\necho hello\n").decode()


def disk(**fields: Any) -> m.RunInstancesRequestSystemDisk:
    return m.RunInstancesRequestSystemDisk(**fields)


def test_all_that_an_instance_is_told_is_given_back(owner: Sdk, golden: str) -> None:
    instance_id = owner.run(
        golden,
        instance_name="web-1",
        description="A web server",
        host_name="web-${instance_id}",
        zone_id=f"{REGION}-h",
        private_ip_address="172.31.7.7",
        internet_charge_type="PayByBandwidth",
        internet_max_bandwidth_out=20,
        internet_max_bandwidth_in=15,
        deletion_protection=True,
        spot_strategy="SpotWithPriceLimit",
        spot_price_limit=0.75,
        spot_duration=0,
        http_endpoint="enabled",
        http_tokens="required",
        tag=[m.RunInstancesRequestTag(key="team", value="web"), m.RunInstancesRequestTag(key="alone")],
    )
    [instance] = owner.instances(instance_ids=f'["{instance_id}"]', additional_attributes=["META_OPTIONS"])
    told = instance.to_map()
    assert told["InstanceName"] == "web-1"
    assert told["Description"] == "A web server"
    assert told["HostName"] == f"web-{instance_id}"
    assert (told["ZoneId"], told["RegionId"]) == (f"{REGION}-h", REGION)
    assert told["VpcAttributes"]["VSwitchId"] == owner.place()["v_switch_id"]
    assert told["VpcAttributes"]["PrivateIpAddress"] == {"IpAddress": ["172.31.7.7"]}
    assert told["SecurityGroupIds"] == {"SecurityGroupId": [owner.place()["security_group_id"]]}
    assert told["PublicIpAddress"]["IpAddress"][0].startswith("198.18.")
    assert (told["InternetChargeType"], told["InternetMaxBandwidthOut"]) == ("PayByBandwidth", 20)
    assert told["InternetMaxBandwidthIn"] == 15
    assert told["DeletionProtection"] is True
    assert (told["SpotStrategy"], told["SpotPriceLimit"], told["SpotDuration"]) == ("SpotWithPriceLimit", 0.75, 0)
    assert told["MetadataOptions"] == {
        "HttpEndpoint": "enabled",
        "HttpTokens": "required",
        "HttpPutResponseHopLimit": 0,
    }
    tags = [{"TagKey": "team", "TagValue": "web"}, {"TagKey": "alone", "TagValue": ""}]
    assert told["Tags"] == {"Tag": tags}
    assert owner.system_disk(instance_id).tags.to_map() == {"Tag": tags}


def test_what_is_not_said_has_its_default(owner: Sdk, golden: str) -> None:
    instance_id = owner.run(golden)
    told = owner.instance(instance_id).to_map()
    assert (told["InstanceName"], told["Description"], told["KeyPairName"]) == (instance_id, "", "")
    assert told["HostName"] == f"iZ{instance_id[2:]}Z"
    assert (told["InternetChargeType"], told["InternetMaxBandwidthOut"]) == ("PayByTraffic", 0)
    assert (told["InternetMaxBandwidthIn"], told["PublicIpAddress"]) == (10, {"IpAddress": []})
    assert (told["InstanceChargeType"], told["SpotStrategy"], told["DeletionProtection"]) == (
        "PostPaid",
        "NoSpot",
        False,
    )
    assert "MetadataOptions" not in told
    assert (told["Cpu"], told["Memory"], told["InstanceTypeFamily"]) == (2, 8192, "ecs.g7")
    assert told["OperationLocks"] == {"LockReason": []}


@pytest.mark.parametrize(
    ("instance_type", "cpu", "memory"),
    [
        ("ecs.c6.xlarge", 4, 8192),
        ("ecs.r7.4xlarge", 16, 131072),
        ("ecs.e-c1m1.large", 2, 8192),
        ("ecs.x9.huge", 2, 8192),
    ],
)
def test_an_instance_has_what_its_type_is_called_for(
    owner: Sdk, golden: str, instance_type: str, cpu: int, memory: int
) -> None:
    instance = owner.instance(owner.run(golden, instance_type=instance_type))
    assert (instance.instance_type, instance.cpu, instance.memory) == (instance_type, cpu, memory)


def test_several_security_groups_are_given_back(owner: Sdk, golden: str) -> None:
    groups = [owner.new_group(), owner.new_group()]
    instance = owner.instance(owner.run(golden, security_group_ids=groups))
    assert instance.security_group_ids.security_group_id == groups


def test_user_data_and_the_ram_role_are_read_by_themselves(owner: Sdk, golden: str) -> None:
    instance_id = owner.run(golden, user_data=BASE64, ram_role_name="image-sharer")
    request = m.DescribeUserDataRequest(region_id=REGION, instance_id=instance_id)
    assert owner.client.describe_user_data(request).body.user_data == BASE64
    roles = m.DescribeInstanceRamRoleRequest(region_id=REGION, ram_role_name="image-sharer")
    [row] = owner.client.describe_instance_ram_role(roles).body.instance_ram_role_sets.instance_ram_role_set
    assert (row.instance_id, row.ram_role_name) == (instance_id, "image-sharer")


def test_a_password_is_taken_and_shown_nowhere(owner: Sdk, golden: str, rpc: RpcClient) -> None:
    owner.run(golden, password="Correct-horse1")
    assert "Correct-horse1" not in rpc.get("DescribeInstances", RegionId=REGION).text


def test_several_instances_have_an_address_each(owner: Sdk, golden: str) -> None:
    owner.run(golden, amount=3, private_ip_address="172.31.0.254", internet_max_bandwidth_out=1)
    owner.run(golden, amount=2)
    instances = owner.instances()
    private = {i.vpc_attributes.private_ip_address.ip_address[0] for i in instances}
    assert private == {"172.31.0.254", "172.31.0.255", "172.31.1.0", "172.31.0.1", "172.31.0.2"}
    assert len({tuple(i.public_ip_address.ip_address) for i in instances}) == 4


def test_a_deleted_instances_address_is_free_again(owner: Sdk, golden: str) -> None:
    first = owner.run(golden, private_ip_address="172.31.0.9")
    assert refusal(owner.run, golden, private_ip_address="172.31.0.9") == ("InvalidPrivateIpAddress.Duplicated", 400)
    owner.delete_instance(first, force=True)
    assert owner.run(golden, private_ip_address="172.31.0.9")


def test_an_instance_is_where_its_vswitch_is(ecs: Emulator, owner: Sdk, golden: str) -> None:
    place = Place(IPv4Network("10.0.0.0/29"), f"{REGION}-k", "vpc-1")
    asked: list[Any] = []

    def check(*of: Any) -> Place:
        asked.append(of)
        return place

    ecs.cloud.instances.check_place = check
    instance = owner.instance(owner.run(golden))
    owner_id = ecs.account("owner").id
    assert asked == [(owner_id, REGION, owner.place()["v_switch_id"], (owner.place()["security_group_id"],))]
    assert (instance.zone_id, instance.vpc_attributes.vpc_id) == (f"{REGION}-k", "vpc-1")
    assert owner.system_disk(instance.instance_id).zone_id == f"{REGION}-k"
    assert refusal(owner.run, golden, zone_id=f"{REGION}-h") == ("InvalidParameter.Mismatch", 400)
    # Eight addresses, of which the first and the last three are the system's.
    for address in ("10.0.0.0", "10.0.0.5", "10.0.0.7", "10.0.1.1"):
        assert refusal(owner.run, golden, private_ip_address=address) == ("InvalidPrivateIpAddress", 400)
    assert refusal(owner.run, golden, amount=4) == ("QuotaExceeded.PrivateIpAddress", 400)
    assert len(owner.instances()) == 1
    owner.run(golden, amount=3, zone_id=f"{REGION}-k")
    assert refusal(owner.run, golden) == ("QuotaExceeded.PrivateIpAddress", 400)


def test_what_an_instance_is_in_stays_until_it_is_gone(ecs: Emulator, owner: Sdk, golden: str) -> None:
    vpcs, network = VpcApi(ecs), ecs.console.default_network("owner", REGION)
    free = vpcs.ask("DescribeVSwitchAttributes", VSwitchId=network["vswitch_id"])["AvailableIpAddressCount"]
    group = owner.new_group()
    delete_group = m.DeleteSecurityGroupRequest(region_id=REGION, security_group_id=group)
    instance_id = owner.run(golden, security_group_ids=[group])
    told = vpcs.ask("DescribeVSwitchAttributes", VSwitchId=network["vswitch_id"])
    assert told["AvailableIpAddressCount"] == free - 1
    assert vpcs.refusal("DeleteVSwitch", VSwitchId=network["vswitch_id"]) == ("DependencyViolation", 400)
    assert refusal(owner.client.delete_security_group, delete_group) == ("DependencyViolation", 403)
    owner.delete_instance(instance_id, force=True)
    owner.client.delete_security_group(delete_group)
    vpcs.ask("DeleteVSwitch", VSwitchId=network["vswitch_id"])


def test_an_instance_runs_in_groups_of_its_vpc_only(ecs: Emulator, owner: Sdk, golden: str) -> None:
    elsewhere = owner.new_group(VpcApi(ecs).vpc())
    assert refusal(owner.run, golden, security_group_id=elsewhere) == ("InvalidParameter.Mismatch", 400)
    others = Sdk(ecs, "payments").place()
    assert refusal(owner.run, golden, v_switch_id=others["v_switch_id"]) == ("InvalidVSwitchId.NotFound", 404)
    assert owner.instances() == []


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"instance_type": "g7.large"}, ("InvalidInstanceType.ValueNotSupported", 400)),
        (
            {"security_group_ids": ["sg-1"], "security_group_id": "sg-2"},
            ("InvalidSecurityGroupId.SingleIdAndMultiIdConflict", 400),
        ),
        ({"security_group_ids": ["sg-1", "sg-1"]}, ("InvalidParameter.SecurityGroupIdRepeated", 400)),
        ({"security_group_ids": [f"sg-{n}" for n in range(6)]}, ("JoinedGroupLimitExceed", 400)),
        ({"v_switch_id": "vsw-none"}, ("InvalidVSwitchId.NotFound", 404)),
        ({"security_group_id": "sg-none"}, ("InvalidSecurityGroupId.NotFound", 404)),
        ({"zone_id": f"{REGION}-a"}, ("InvalidZoneId.NotFound", 404)),
        ({"zone_id": f"{REGION}-i"}, ("InvalidParameter.Mismatch", 400)),
        ({"zone_id": "mars-1a"}, ("InvalidZoneId.NotFound", 404)),
        ({"private_ip_address": "here"}, ("InvalidPrivateIpAddress.Malformed", 400)),
        ({"private_ip_address": "10.0.0.1"}, ("InvalidPrivateIpAddress", 400)),
        ({"instance_name": "x"}, ("InvalidInstanceName.Malformed", 400)),
        ({"instance_name": "web[1,3]"}, ("InvalidParameter", 400)),
        ({"description": "http://here"}, ("InvalidDescription.Malformed", 400)),
        ({"host_name": "-web"}, ("InvalidHostName.Malformed", 400)),
        ({"host_name": "web..one"}, ("InvalidHostName.Malformed", 400)),
        ({"password": "password"}, ("InvalidPassword.Malformed", 400)),
        ({"password": "Short1!"}, ("InvalidPassword.Malformed", 400)),
        ({"password": "Pässword12"}, ("InvalidPassword.Malformed", 400)),
        ({"password": "Correct-horse1", "password_inherit": True}, ("InvalidPasswordParam.Mismatch", 400)),
        ({"user_data": "echo hello"}, ("InvalidUserData.Base64FormatInvalid", 400)),
        ({"user_data": base64.b64encode(b"x" * 32769).decode()}, ("InvalidUserData.SizeExceeded", 400)),
        ({"internet_charge_type": "Free"}, ("InvalidInternetChargeType.ValueNotSupported", 400)),
        ({"internet_max_bandwidth_out": 101}, ("InvalidParameter", 400)),
        ({"internet_max_bandwidth_out": 5, "internet_max_bandwidth_in": 11}, ("InvalidParameter", 400)),
        ({"instance_charge_type": "PrePaid"}, ("InvalidParameter", 400)),
        ({"instance_charge_type": "Gift"}, ("InvalidInstanceChargeType.NotFound", 404)),
        ({"spot_strategy": "Cheap"}, ("InvalidSpotStrategy", 400)),
        ({"spot_strategy": "SpotWithPriceLimit"}, ("InvalidSpotPriceLimit", 400)),
        ({"spot_duration": 2}, ("InvalidSpotDuration", 400)),
        ({"http_endpoint": "on"}, ("InvalidHttpEndpoint.NotSupported", 400)),
        ({"http_tokens": "none"}, ("InvalidHttpTokens.NotSupported", 400)),
        ({"ram_role_name": "nobody"}, ("InvalidRamRole.NotFound", 404)),
        ({"key_pair_name": "nobody"}, ("InvalidKeyPairName.NotFound", 404)),
        ({"security_enhancement_strategy": "Some"}, ("InvalidParameter", 400)),
        ({"tag": [m.RunInstancesRequestTag(value="x")]}, ("InvalidTag.Mismatch", 400)),
        ({"tag": [m.RunInstancesRequestTag(key=f"k{n}", value="x") for n in range(21)]}, ("InvalidTagCount", 400)),
        ({"amount": 101}, ("InvalidParameter", 400)),
    ],
)
def test_what_can_not_be_is_refused_and_nothing_runs(
    owner: Sdk, golden: str, asked: dict[str, Any], expected: tuple[str, int]
) -> None:
    assert refusal(owner.run, golden, **asked) == expected
    assert owner.instances() == []


def test_a_spot_price_that_is_no_number_is_refused(owner: Sdk, rpc: RpcClient, golden: str) -> None:
    answer = rpc.get(
        "RunInstances",
        RegionId=REGION,
        ImageId=golden,
        InstanceType="ecs.g7.large",
        VSwitchId=owner.place()["v_switch_id"],
        SecurityGroupId=owner.place()["security_group_id"],
        SpotStrategy="SpotWithPriceLimit",
        SpotPriceLimit="cheap",
    )
    assert (answer.status_code, answer.json()["Code"]) == (400, "InvalidSpotPriceLimit")


def test_windows_has_host_names_and_passwords_of_its_own_and_no_key_pairs(ecs: Emulator, owner: Sdk) -> None:
    image_id = ecs.console.create_image(REGION, os_type="windows")
    for host_name in ("web.one", "12345", "a-name-that-is-too-long"):
        assert refusal(owner.run, image_id, host_name=host_name) == ("InvalidHostName.Malformed", 400)
    assert refusal(owner.run, image_id, password="/Correct-horse1") == ("InvalidPassword.Malformed", 400)
    instance = owner.instance(owner.run(image_id, host_name="web-1", key_pair_name="ignored"))
    assert (instance.host_name, instance.key_pair_name, instance.ostype) == ("web-1", "", "windows")


def test_security_center_is_for_public_images_and_there_is_none(ecs: Emulator, owner: Sdk, golden: str) -> None:
    public, hard = ecs.image("system").id, {"security_enhancement_strategy": "Active"}
    instance_id = owner.run(golden, **hard)
    owner.stop(instance_id)
    owner.replace(instance_id, golden, **hard)
    for call, of in ((owner.run, (public,)), (owner.replace, (instance_id, public))):
        assert "does not honour it" in refused(call, *of, **hard).message


# -- the system disk -------------------------------------------------------------------------------------------------


def test_the_system_disk_is_as_it_is_asked_for(owner: Sdk, golden: str) -> None:
    asked = disk(
        size="500", category="cloud_essd", performance_level="PL2", disk_name="root", description="The root disk"
    )
    found = owner.system_disk(owner.run(golden, system_disk=asked))
    assert (found.size, found.category, found.performance_level) == (500, "cloud_essd", "PL2")
    assert (found.disk_name, found.description) == ("root", "The root disk")
    assert found.operation_locks.operation_lock == []


@pytest.mark.parametrize(
    ("instance_type", "category", "level"),
    [("ecs.g7.large", "cloud_essd", "PL0"), ("ecs.g6.large", "cloud_efficiency", None)],
)
def test_the_category_that_is_not_said_goes_by_the_type(
    owner: Sdk, golden: str, instance_type: str, category: str, level: str | None
) -> None:
    found = owner.system_disk(owner.run(golden, instance_type=instance_type))
    assert (found.category, found.performance_level, found.size) == (category, level, 40)


def test_a_size_of_0_is_no_size(owner: Sdk, golden: str) -> None:
    instance = owner.run(golden, system_disk=disk(size="0"))
    assert owner.system_disk(instance).size == 40
    owner.stop(instance)
    owner.replace(instance, golden, system_disk=m.ReplaceSystemDiskRequestSystemDisk(size=0))
    assert owner.system_disk(instance).size == 40


def test_a_system_disk_is_as_big_as_its_image_at_least(ecs: Emulator, owner: Sdk, golden: str) -> None:
    big = ecs.console.create_image(REGION, size=100)
    assert owner.system_disk(owner.run(big)).size == 100
    expected = (SIZE, 400)
    assert refusal(owner.run, big, system_disk=disk(size="99")) == expected
    instance = owner.run(golden)
    owner.stop(instance)
    small = m.ReplaceSystemDiskRequestSystemDisk(size=99)
    assert refusal(owner.replace, instance, big, system_disk=small) == expected
    owner.replace(instance, big)
    assert owner.system_disk(instance).size == 100


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"category": "cloud", "size": "501"}, SIZE),
        ({"category": "cloud_efficiency", "size": "19"}, SIZE),
        ({"category": "cloud_essd", "size": "2049"}, SIZE),
        ({"category": "cloud_essd", "performance_level": "PL2", "size": "460"}, SIZE),
        ({"category": "cloud_essd", "performance_level": "PL9"}, "InvalidPerformanceLevel.Malformed"),
        ({"category": "cloud_ssd", "performance_level": "PL1"}, "InvalidPerformanceLevel.Malformed"),
        ({"category": "floppy"}, "InvalidSystemDiskCategory.ValueNotSupported"),
        ({"category": "cloud_essd_entry"}, "InvalidSystemDiskCategory.ValueNotSupported"),
        ({"disk_name": "x"}, "InvalidDiskName.Malformed"),
        ({"description": "x"}, "InvalidDiskDescription.Malformed"),
    ],
)
def test_a_disk_that_can_not_be_is_refused(owner: Sdk, golden: str, asked: dict[str, str], code: str) -> None:
    assert refusal(owner.run, golden, system_disk=disk(**asked)) == (code, 400)


def test_entry_disks_are_for_entry_types(owner: Sdk, golden: str) -> None:
    entry = disk(category="cloud_essd_entry")
    instance_id = owner.run(golden, instance_type="ecs.u1-c1m2.large", system_disk=entry)
    assert owner.system_disk(instance_id).category == "cloud_essd_entry"
