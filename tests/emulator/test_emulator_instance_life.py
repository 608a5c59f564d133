"""What becomes of an instance: its statuses, its end, its changes in place, through the unmodified SDK."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Any

import pytest
from alibabacloud_ecs20140526 import models as m
from emulator_clients import REGION, RpcClient, Sdk, ram_user, refusal, refused
from network_clients import VpcApi

from ecs_emulator import Emulator
from ecs_emulator.control import Control
from ecs_emulator.ecs.networks import Place


@pytest.fixture
def web(owner: Sdk, golden: str) -> str:
    return owner.run(golden, instance_name="web-1")


def groups(owner: Sdk, instance_id: str) -> list[str]:
    return list(owner.instance(instance_id).security_group_ids.security_group_id)


def join(owner: Sdk, instance_id: str, group: str) -> None:
    request = m.JoinSecurityGroupRequest(instance_id=instance_id, security_group_id=group, region_id=REGION)
    owner.client.join_security_group(request)


def leave(owner: Sdk, instance_id: str, group: str) -> None:
    request = m.LeaveSecurityGroupRequest(instance_id=instance_id, security_group_id=group, region_id=REGION)
    owner.client.leave_security_group(request)


def move(owner: Sdk, instance_id: str, **to: Any) -> None:
    given = {"instance_id": instance_id, "v_switch_id": owner.place()["v_switch_id"]}
    owner.client.modify_instance_vpc_attribute(m.ModifyInstanceVpcAttributeRequest(**(given | to)))


def retype(owner: Sdk, instance_id: str, instance_type: str, **more: Any) -> None:
    request = m.ModifyInstanceSpecRequest(instance_id=instance_id, instance_type=instance_type, **more)
    owner.client.modify_instance_spec(request)


def reboot(owner: Sdk, instance_id: str, **more: Any) -> None:
    owner.client.reboot_instance(m.RebootInstanceRequest(instance_id=instance_id, **more))


# -- statuses --------------------------------------------------------------------------------------------------------


def test_statuses_change_at_once_unless_the_console_says_otherwise(owner: Sdk, web: str) -> None:
    assert owner.status(web) == "Running"
    owner.stop(web, force_stop=True)
    assert owner.status(web) == "Stopped"
    owner.start(web)
    assert owner.status(web) == "Running"
    reboot(owner, web)
    assert owner.status(web) == "Running"


def test_a_change_of_status_takes_as_long_as_the_console_says(ecs: Emulator, owner: Sdk, golden: str) -> None:
    ecs.console.set_status_seconds(60)

    def seen_after(*seconds: float) -> list[str]:
        statuses = [owner.status(instance_id)]
        for passed in seconds:
            ecs.console.advance_clock(passed)
            statuses.append(owner.status(instance_id))
        return statuses

    instance_id = owner.run(golden)
    assert seen_after(61, 61) == ["Pending", "Starting", "Running"]
    owner.stop(instance_id)
    assert seen_after(61) == ["Stopping", "Stopped"]
    owner.start(instance_id)
    assert seen_after(61) == ["Starting", "Running"]
    reboot(owner, instance_id)
    assert seen_after(61, 61) == ["Stopping", "Starting", "Running"]
    assert owner.instance_ids(status="Starting") == []
    ecs.console.set_status_seconds(0)
    owner.stop(instance_id)
    assert owner.status(instance_id) == "Stopped"
    with pytest.raises(ValueError, match="seconds must be a number, 0 or more"):
        ecs.console.set_status_seconds(-1)


def test_what_needs_a_stable_status_waits_for_one(ecs: Emulator, owner: Sdk, golden: str) -> None:
    ecs.console.set_status_seconds(60)
    first, second, third = (owner.new_group() for _ in range(3))
    instance_id = owner.run(golden, security_group_ids=[first, second])
    wrong = ("IncorrectInstanceStatus", 403)
    for call in (
        lambda: owner.stop(instance_id),
        lambda: owner.start(instance_id),
        lambda: reboot(owner, instance_id),
        lambda: join(owner, instance_id, third),
        lambda: leave(owner, instance_id, first),
        lambda: owner.change(instance_id, host_name="web"),
        lambda: owner.change(instance_id, enable_jumbo_frame=True),
    ):
        assert refusal(call) == wrong
    assert refusal(owner.delete_instance, instance_id, force=True) == ("IncorrectInstanceStatus.Initializing", 403)
    ecs.console.advance_clock(61)
    assert refusal(owner.change, instance_id, password="Correct-horse1") == wrong
    assert refusal(owner.delete_instance, instance_id, force=True) == wrong
    ecs.console.advance_clock(61)
    join(owner, instance_id, third)
    owner.change(instance_id, host_name="web", password="Correct-horse1")
    assert groups(owner, instance_id) == [first, second, third]


def test_an_instance_that_costs_nothing_while_it_is_stopped_loses_its_public_address(owner: Sdk, golden: str) -> None:
    instance_id = owner.run(golden, internet_max_bandwidth_out=5)
    owner.stop(instance_id, stopped_mode="KeepCharging")
    instance = owner.instance(instance_id)
    assert (instance.stopped_mode, len(instance.public_ip_address.ip_address)) == ("KeepCharging", 1)
    owner.start(instance_id)
    owner.stop(instance_id, stopped_mode="StopCharging")
    instance = owner.instance(instance_id)
    assert (instance.stopped_mode, instance.public_ip_address.ip_address) == ("StopCharging", [])
    owner.start(instance_id)
    instance = owner.instance(instance_id)
    assert (instance.stopped_mode, len(instance.public_ip_address.ip_address)) == ("KeepCharging", 1)
    assert refusal(owner.stop, instance_id, stopped_mode="Pause") == ("InvalidParameter", 400)


def test_a_dry_run_changes_no_status(owner: Sdk, web: str) -> None:
    dry = ("DryRunOperation", 400)
    assert refusal(reboot, owner, web, dry_run=True) == dry
    assert refusal(owner.delete_instance, web, force=True, dry_run=True) == dry
    owner.stop(web)
    request = m.StartInstanceRequest(instance_id=web, dry_run=True)
    assert refusal(owner.client.start_instance, request) == dry
    assert owner.status(web) == "Stopped"


# -- the end ---------------------------------------------------------------------------------------------------------


def test_a_stopped_instance_is_deleted_with_its_disk(owner: Sdk, web: str) -> None:
    assert refusal(owner.delete_instance, web) == ("IncorrectInstanceStatus", 403)
    owner.stop(web)
    owner.delete_instance(web)
    assert owner.instances() == []
    disks = owner.client.describe_disks(m.DescribeDisksRequest(region_id=REGION)).body
    assert disks.total_count == 0
    assert refusal(owner.delete_instance, web) == ("InvalidInstanceId.NotFound", 404)


def test_a_running_instance_is_deleted_by_force(owner: Sdk, web: str) -> None:
    owner.delete_instance(web, force=True, force_stop=False)
    assert owner.instances() == []


def test_an_instance_is_protected_from_being_deleted_as_long_as_it_says_so(owner: Sdk, web: str) -> None:
    owner.change(web, deletion_protection=True)
    assert refusal(owner.delete_instance, web, force=True) == ("InvalidOperation.DeletionProtection", 403)
    owner.change(web, deletion_protection=False)
    owner.delete_instance(web, force=True)


def test_an_image_that_no_instance_uses_any_more_is_deleted_without_force(owner: Sdk, golden: str, web: str) -> None:
    assert refusal(owner.delete, golden) == ("ImageUsingByInstance", 403)
    owner.delete_instance(web, force=True)
    owner.delete(golden)


@pytest.mark.parametrize("remote", [False, True])
def test_somebody_stops_starts_and_deletes_in_the_console(ecs: Emulator, owner: Sdk, golden: str, remote: bool) -> None:
    console = Control(ecs.control_endpoint).console if remote else ecs.console
    instance_id = owner.run(golden, deletion_protection=True)
    console.stop_instance(instance_id)
    assert owner.status(instance_id) == "Stopped"
    console.set_status_seconds(60)
    console.start_instance(instance_id)
    assert owner.status(instance_id) == "Starting"
    console.advance_clock(61)
    console.delete_instance(instance_id)
    assert owner.instances() == []
    assert ecs.calls.count("DeleteInstance") == 0
    with pytest.raises(Exception, match=r"InvalidInstanceId\.NotFound"):
        console.delete_instance(instance_id)


# -- changes in place ------------------------------------------------------------------------------------------------


def test_an_instance_is_renamed_described_and_told_something_else(owner: Sdk, web: str) -> None:
    owner.change(
        web, instance_name="web-2", description="Another", host_name="other", user_data="ZWNobwo=", password="Correct-1"
    )
    instance = owner.instance(web)
    assert (instance.instance_name, instance.description, instance.host_name) == ("web-2", "Another", "other")
    data = owner.client.describe_user_data(m.DescribeUserDataRequest(region_id=REGION, instance_id=web)).body
    assert data.user_data == "ZWNobwo="


def test_the_jumbo_frame_is_seen_in_the_attributes(owner: Sdk, golden: str) -> None:
    options = m.RunInstancesRequestNetworkOptions(enable_jumbo_frame=True)
    instance_id = owner.run(golden, network_options=options)

    def has() -> Any:
        request = m.DescribeInstanceAttributeRequest(instance_id=instance_id)
        return owner.client.describe_instance_attribute(request).body.enable_jumbo_frame

    assert has() is True
    owner.change(instance_id, enable_jumbo_frame=False)
    assert has() is False


def test_a_client_token_changes_an_instance_once(owner: Sdk, rpc: RpcClient, web: str) -> None:
    first = {"InstanceId": web, "RegionId": REGION, "InstanceName": "web-2", "ClientToken": "t"}
    assert rpc.post("ModifyInstanceAttribute", **first).status_code == 200
    owner.change(web, instance_name="web-3")
    assert rpc.post("ModifyInstanceAttribute", **first).status_code == 200
    assert owner.instance(web).instance_name == "web-3"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"instance_name": "1web"}, ("InvalidInstanceName.Malformed", 400)),
        ({"description": "x"}, ("InvalidDescription.Malformed", 400)),
        ({"host_name": "web-"}, ("InvalidHostName.Malformed", 400)),
        ({"password": "secret"}, ("InvalidPassword.Malformed", 400)),
        ({"user_data": "*"}, ("InvalidUserData.Base64FormatInvalid", 400)),
        ({"security_group_ids": ["sg-1", "sg-1"]}, ("InvalidParameter.SecurityGroupIdRepeated", 400)),
        ({"security_group_ids": ["sg-none"]}, ("InvalidSecurityGroupId.NotFound", 404)),
        ({"security_group_ids": list("abcdef")}, ("InstanceSecurityGroupLimitExceeded", 400)),
    ],
)
def test_a_change_that_can_not_be_changes_nothing(
    owner: Sdk, web: str, change: dict[str, Any], expected: tuple[str, int]
) -> None:
    assert refusal(owner.change, web, **({"deletion_protection": True} | change)) == expected
    instance = owner.instance(web)
    assert (instance.instance_name, instance.deletion_protection) == ("web-1", False)
    assert groups(owner, web) == [owner.place()["security_group_id"]]


def test_an_instance_joins_and_leaves_security_groups(owner: Sdk, web: str) -> None:
    own = owner.place()["security_group_id"]
    other, one_more, *five = (owner.new_group() for _ in range(7))
    join(owner, web, other)
    assert groups(owner, web) == [own, other]
    assert refusal(join, owner, web, other) == ("InvalidInstanceId.AlreadyExists", 403)
    leave(owner, web, own)
    assert groups(owner, web) == [other]
    assert refusal(leave, owner, web, own) == ("InstanceNotInSecurityGroup", 403)
    assert refusal(leave, owner, web, other) == ("InstanceLastSecurityGroup", 403)
    owner.change(web, security_group_ids=five)
    assert refusal(join, owner, web, one_more) == ("InstanceSecurityGroupLimitExceeded", 400)
    assert owner.instance_ids(security_group_id=five[-1]) == [web]
    assert owner.instance_ids(security_group_id=other) == []


def test_a_group_that_is_not_there_or_of_another_vpc_is_not_joined(ecs: Emulator, owner: Sdk, web: str) -> None:
    vpcs = VpcApi(ecs)
    elsewhere = owner.new_group(vpcs.vpc())
    others = Sdk(ecs, "payments").new_group()
    assert refusal(join, owner, web, "sg-none") == ("InvalidSecurityGroupId.NotFound", 404)
    assert refusal(join, owner, web, others) == ("InvalidSecurityGroupId.NotFound", 404)
    assert refusal(join, owner, web, elsewhere) == ("InvalidParameter.Mismatch", 400)
    assert refusal(owner.change, web, security_group_ids=[elsewhere]) == ("InvalidParameter.Mismatch", 400)
    assert groups(owner, web) == [owner.place()["security_group_id"]]


def test_a_stopped_instance_moves_to_another_vswitch(ecs: Emulator, owner: Sdk, web: str) -> None:
    vpc_id = ecs.console.default_network("owner", REGION)["vpc_id"]
    second, third = (VpcApi(ecs).vswitch(vpc_id, f"172.31.{n}.0/24") for n in (16, 17))
    assert refusal(move, owner, web, v_switch_id=second) == ("IncorrectInstanceStatus", 400)
    owner.stop(web)
    assert refusal(move, owner, web, v_switch_id="vsw-none") == ("InvalidVSwitchId.NotFound", 404)
    move(owner, web, v_switch_id=second, private_ip_address="172.31.16.4")
    where = owner.instance(web).vpc_attributes
    assert (where.v_switch_id, where.private_ip_address.ip_address) == (second, ["172.31.16.4"])
    move(owner, web, v_switch_id=third)
    assert owner.instance(web).vpc_attributes.private_ip_address.ip_address == ["172.31.17.1"]
    assert owner.instance_ids(v_switch_id=third) == [web]
    move(owner, web, v_switch_id=third)
    assert owner.instance(web).vpc_attributes.private_ip_address.ip_address == ["172.31.17.1"]


def test_an_instance_moves_within_its_zone_and_to_a_vpc_that_is_named(ecs: Emulator, owner: Sdk, golden: str) -> None:
    places = {
        owner.place()["v_switch_id"]: Place(IPv4Network("10.0.0.0/24"), f"{REGION}-h", "vpc-1"),
        "vsw-far": Place(IPv4Network("10.0.1.0/24"), f"{REGION}-k", "vpc-1"),
        "vsw-small": Place(IPv4Network("10.0.2.0/30"), f"{REGION}-h", "vpc-1"),
        "vsw-other": Place(IPv4Network("10.1.0.0/24"), f"{REGION}-h", "vpc-2"),
    }
    ecs.cloud.instances.check_place = lambda account, region, vswitch_id, groups: places[vswitch_id]
    web = owner.run(golden)
    owner.stop(web)
    assert refusal(move, owner, web, v_switch_id="vsw-far") == ("InvalidVSwitchId.Mismatch", 400)
    assert refusal(move, owner, web, v_switch_id="vsw-other") == ("InvalidVSwitchId.NotFound", 404)
    assert refusal(move, owner, web, v_switch_id="vsw-small") == ("QuotaExceeded.PrivateIpAddress", 400)
    assert refusal(move, owner, web, vpc_id="vpc-2") == ("MissingParameter", 400)
    assert refusal(move, owner, web, security_group_id=["sg-2"]) == ("InvalidParameter", 400)
    twice = {"v_switch_id": "vsw-other", "vpc_id": "vpc-2", "security_group_id": ["sg-2", "sg-2"]}
    assert refusal(move, owner, web, **twice) == ("InvalidParameter.SecurityGroupIdRepeated", 400)
    assert refusal(move, owner, web, private_ip_address="10.9.0.1") == ("InvalidPrivateIpAddress.Mismatch", 400)
    assert refusal(move, owner, web, private_ip_address="10.0.0.1") == ("InvalidPrivateIpAddress.Duplicated", 400)
    assert refusal(move, owner, web, private_ip_address="ten") == ("InvalidPrivateIpAddress.Malformed", 400)
    move(owner, web, v_switch_id="vsw-other", vpc_id="vpc-2", security_group_id=["sg-2"])
    assert owner.instance(web).vpc_attributes.vpc_id == "vpc-2"
    assert groups(owner, web) == ["sg-2"]
    assert owner.instance_ids(vpc_id="vpc-2") == [web]


def test_a_stopped_instance_becomes_one_of_another_type(owner: Sdk, web: str) -> None:
    assert refusal(retype, owner, web, "ecs.g7.xlarge") == ("InvalidInstanceStatus.NotStopped", 400)
    owner.stop(web)
    assert refusal(retype, owner, web, "big") == ("InvalidInstanceType.ValueNotSupported", 400)
    assert refusal(retype, owner, web, "ecs.g7.xlarge", dry_run=True) == ("DryRunOperation", 400)
    assert owner.instance(web).instance_type == "ecs.g7.large"
    retype(owner, web, "ecs.g7.xlarge", client_token="t")
    assert (owner.instance(web).instance_type, owner.instance(web).cpu) == ("ecs.g7.xlarge", 4)


# -- the system disk -------------------------------------------------------------------------------------------------


def test_a_new_system_disk_is_of_the_kind_of_the_old_one_and_has_no_tags(
    ecs: Emulator, owner: Sdk, golden: str
) -> None:
    asked = m.RunInstancesRequestSystemDisk(size="60", category="cloud_ssd", disk_name="root")
    web = owner.run(golden, system_disk=asked, tag=[m.RunInstancesRequestTag(key="team", value="web")])
    owner.stop(web)
    small = m.ReplaceSystemDiskRequestSystemDisk(size=59)
    assert refusal(owner.replace, web, golden, system_disk=small) == ("InvalidSystemDiskSize.ValueNotSupported", 400)
    owner.replace(web, ecs.image("golden-next").id, system_disk=m.ReplaceSystemDiskRequestSystemDisk(size=60))
    disk = owner.system_disk(web)
    assert (disk.category, disk.size, disk.disk_name, disk.tags.tag) == ("cloud_ssd", 60, "root", [])


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"password": "weak"}, ("InvalidPassword.Malformed", 400)),
        ({"password": "Correct-horse1", "password_inherit": True}, ("InvalidPasswordParam.Mismatch", 400)),
        ({"key_pair_name": "nobody"}, ("InvalidKeyPairName.NotFound", 400)),
        ({"security_enhancement_strategy": "Some"}, ("InvalidParameter", 400)),
    ],
)
def test_a_disk_that_can_not_be_is_not_put_in(
    owner: Sdk, golden: str, web: str, more: dict[str, Any], expected: tuple[str, int]
) -> None:
    owner.stop(web)
    before = owner.system_disk(web).disk_id
    assert refusal(owner.replace, web, golden, **more) == expected
    assert owner.system_disk(web).disk_id == before
    owner.replace(web, golden, password="Correct-horse1", security_enhancement_strategy="Deactive")


# -- whose they are --------------------------------------------------------------------------------------------------

OF_ONE_INSTANCE = {
    "StopInstance": {},
    "StartInstance": {},
    "RebootInstance": {},
    "DeleteInstance": {},
    "ModifyInstanceAttribute": {"InstanceName": "mine"},
    "ModifyInstanceSpec": {"InstanceType": "ecs.g7.xlarge"},
    "ModifyInstanceVpcAttribute": {"VSwitchId": "vsw-2"},
    "JoinSecurityGroup": {"SecurityGroupId": "sg-2"},
    "LeaveSecurityGroup": {"SecurityGroupId": "sg-2"},
    "ReplaceSystemDisk": {"ImageId": "m-bp1golden20240501aa0a1"},
    "DescribeInstanceAttribute": {},
    "DescribeUserData": {},
}


@pytest.mark.parametrize("action", OF_ONE_INSTANCE)
def test_an_instance_is_its_accounts_and_in_its_region(ecs: Emulator, web: str, action: str) -> None:
    given = {**OF_ONE_INSTANCE[action], "InstanceId": web}
    owner, payments = RpcClient(ecs), RpcClient(ecs, "payments")
    for client, region in ((payments, REGION), (owner, "cn-shanghai")):
        answer = client.post(action, RegionId=region, **given)
        assert (answer.status_code, answer.json()["Code"]) == (404, "InvalidInstanceId.NotFound")
    missing = owner.post(action, RegionId=REGION, **OF_ONE_INSTANCE[action])
    assert (missing.status_code, missing.json()["Code"]) == (400, "MissingParameter")


@pytest.mark.parametrize("action", sorted(OF_ONE_INSTANCE.keys() - {"DescribeInstanceAttribute", "DescribeUserData"}))
def test_who_may_only_read_changes_no_instance(ecs: Emulator, owner: Sdk, web: str, action: str) -> None:
    reader = RpcClient(ecs)
    user = ram_user(ecs, "owner", "auditor")
    reader.key_id, reader.secret = user["access_key_id"], user["access_key_secret"]
    answer = reader.post(action, RegionId=REGION, InstanceId=web, **OF_ONE_INSTANCE[action])
    assert (answer.status_code, answer.json()["Code"]) == (403, "Forbidden.RAM")


def test_a_fault_hits_an_action_of_instances_as_any_other(ecs: Emulator, owner: Sdk, web: str) -> None:
    ecs.faults.add(action="DeleteInstance", kind="throttle", times=1)
    request = m.DeleteInstanceRequest(instance_id=web, force=True)
    assert refused(owner.client.delete_instance, request).code == "Throttling.User"
    assert owner.status(web) == "Running"
