"""The actions that read instances and disks: what they say, what they look for, what they refuse."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from alibabacloud_ecs20140526 import models as m
from emulator_clients import REGION, RpcClient, Sdk, refusal
from network_clients import VpcApi

from ecs_emulator import Emulator

OLD = "2024-01-01T00:00Z"

KEY = "e522b26d-abf6-4e0d-b5da-04b7exampl3c"


@pytest.fixture
def web(ecs: Emulator, owner: Sdk, golden: str) -> str:
    """An instance unlike the other one in all that can be looked for."""
    vpcs = VpcApi(ecs)
    vpc_id = vpcs.vpc()
    instance_id = owner.run(
        golden,
        instance_name="web-1",
        instance_type="ecs.c6.xlarge",
        zone_id=f"{REGION}-k",
        v_switch_id=vpcs.vswitch(vpc_id, ZoneId=f"{REGION}-k"),
        security_group_id=owner.new_group(vpc_id),
        internet_charge_type="PayByBandwidth",
        internet_max_bandwidth_out=1,
        private_ip_address="10.1.0.9",
        http_endpoint="disabled",
        http_tokens="required",
        system_disk=m.RunInstancesRequestSystemDisk(
            category="cloud_essd",
            performance_level="PL2",
            size="500",
            disk_name="web-root",
            encrypted="true",
            kmskey_id=KEY,
        ),
        tag=[m.RunInstancesRequestTag(key="team", value="web"), m.RunInstancesRequestTag(key="stage", value="live")],
    )
    owner.stop(instance_id)
    return instance_id


@pytest.fixture
def other(ecs: Emulator, owner: Sdk) -> str:
    return owner.run(ecs.image("golden-next").id, tag=[m.RunInstancesRequestTag(key="team", value="db")])


def wanted(**tags: str | None) -> list[m.DescribeInstancesRequestTag]:
    return [m.DescribeInstancesRequestTag(key=key, value=value) for key, value in tags.items()]


def created(**when: timedelta) -> list[m.DescribeInstancesRequestFilter]:
    # These are the times at which tests are collected, which may be long before they run.
    now = datetime.now(UTC)
    return [
        m.DescribeInstancesRequestFilter(key=f"Creation{key}Time", value=(now + ago).strftime("%Y-%m-%dT%H:%MZ"))
        for key, ago in when.items()
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"web", "other"}),
        ({"instance_name": "web-1"}, {"web"}),
        ({"instance_name": "we*"}, {"web"}),
        ({"instance_name": "we"}, set()),
        ({"instance_name": "we?-1"}, set()),
        ({"image_id": "m-bp1golden20240501aa0a1"}, {"web"}),
        ({"status": "Stopped"}, {"web"}),
        ({"status": "Pending"}, set()),
        ({"instance_type": "ecs.c6.xlarge"}, {"web"}),
        ({"instance_type_family": "ecs.c6"}, {"web"}),
        ({"instance_type_family": "ecs.c"}, set()),
        ({"zone_id": f"{REGION}-k"}, {"web"}),
        ({"vpc_id": "vpc-1"}, set()),
        ({"internet_charge_type": "PayByBandwidth"}, {"web"}),
        ({"http_endpoint": "disabled"}, {"web"}),
        ({"http_tokens": "required"}, {"web"}),
        ({"key_pair_name": "nobody"}, set()),
        ({"private_ip_addresses": '["10.1.0.9"]'}, {"web"}),
        ({"public_ip_addresses": '["198.18.0.1"]'}, {"web"}),
        ({"inner_ip_addresses": '["10.1.0.9"]'}, set()),
        ({"eip_addresses": '["198.18.0.1"]'}, set()),
        ({"instance_network_type": "vpc"}, {"web", "other"}),
        ({"instance_network_type": "classic"}, set()),
        ({"instance_charge_type": "PostPaid"}, {"web", "other"}),
        ({"instance_charge_type": "PrePaid"}, set()),
        ({"io_optimized": True}, {"web", "other"}),
        ({"io_optimized": False}, set()),
        ({"lock_reason": "security"}, set()),
        ({"tag": wanted(team="web")}, {"web"}),
        ({"tag": wanted(team=None)}, {"web", "other"}),
        ({"tag": wanted(team="web", stage="gone")}, set()),
        ({"filter": created(Start=timedelta(hours=-5))}, {"web", "other"}),
        ({"filter": created(Start=timedelta(hours=5))}, set()),
        ({"filter": created(Start=timedelta(hours=-9), End=timedelta(hours=-5))}, set()),
        ({"filter": created(End=timedelta(hours=5))}, {"web", "other"}),
        ({"instance_ids": "[]"}, set()),
    ],
)
def test_instances_are_found_by_what_they_are(
    owner: Sdk, web: str, other: str, query: dict[str, Any], found: set[str]
) -> None:
    names = {web: "web", other: "other"}
    assert {names[instance_id] for instance_id in owner.instance_ids(**query)} == found


def test_instances_are_found_by_where_they_are(owner: Sdk, web: str, other: str) -> None:
    for here in (web, other):
        instance = owner.instance(here)
        assert owner.instance_ids(v_switch_id=instance.vpc_attributes.v_switch_id) == [here]
        assert owner.instance_ids(vpc_id=instance.vpc_attributes.vpc_id) == [here]
        [group] = instance.security_group_ids.security_group_id
        assert owner.instance_ids(security_group_id=group) == [here]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"status": "Tired"}, ("InvalidStatus.NotFound", 404)),
        ({"instance_network_type": "radio"}, ("InvalidNetworkType.NotFound", 404)),
        ({"instance_charge_type": "Gift"}, ("InvalidInstanceChargeType.NotFound", 404)),
        ({"internet_charge_type": "Free"}, ("InvalidInternetChargeType.ValueNotSupported", 404)),
        ({"lock_reason": "lost key"}, ("InvalidLockReason.NotFound", 404)),
        ({"tag": wanted(**{f"k{n}": "x" for n in range(21)})}, ("InvalidTagCount", 400)),
        ({"filter": [m.DescribeInstancesRequestFilter(key="Size", value="1")]}, ("InvalidFilterKey.NotFound", 404)),
        (
            {"filter": [m.DescribeInstancesRequestFilter(key="CreationStartTime", value="2024-01-01")]},
            ("InvalidFilterValue", 404),
        ),
        ({"additional_attributes": ["EVERYTHING"]}, ("InvalidParameter", 400)),
        ({"dry_run": True}, ("DryRunOperation", 400)),
    ],
)
def test_a_query_of_instances_that_makes_no_sense_is_refused(
    owner: Sdk, query: dict[str, Any], expected: tuple[str, int]
) -> None:
    assert refusal(owner.instances, **query) == expected


def test_an_attribute_that_is_asked_for_is_there(owner: Sdk, web: str) -> None:
    [plain] = owner.instances(instance_ids=json.dumps([web]))
    asked = ["META_OPTIONS", "LOGIN_AS_NON_ROOT", "NETWORK_PRIMARY_ENI_IP", "DISK_HIGH_DENSITY_MODE"]
    [more] = owner.instances(instance_ids=json.dumps([web]), additional_attributes=asked)
    assert (plain.metadata_options, plain.image_options) == (None, None)
    assert (more.metadata_options.http_tokens, more.image_options.login_as_non_root) == ("required", False)


# -- disks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"web", "other"}),
        ({"disk_name": "web-*"}, {"web"}),
        ({"disk_type": "all"}, {"web", "other"}),
        ({"disk_type": "data"}, set()),
        ({"category": "cloud_essd", "performance_level": "PL2"}, {"web"}),
        ({"category": "cloud"}, set()),
        ({"category": "all"}, {"web", "other"}),
        ({"status": "In_use"}, {"web", "other"}),
        ({"status": "Available"}, set()),
        ({"zone_id": f"{REGION}-k"}, {"web"}),
        ({"encrypted": True}, {"web"}),
        ({"encrypted": False}, {"web", "other"}),
        ({"kmskey_id": KEY}, {"web"}),
        ({"disk_charge_type": "PrePaid"}, set()),
        ({"lock_reason": "security"}, set()),
        ({"portable": True}, set()),
        ({"portable": False}, {"web", "other"}),
        ({"delete_with_instance": False}, set()),
        ({"delete_with_instance": True}, {"web", "other"}),
        ({"tag": [m.DescribeDisksRequestTag(key="team", value="web")]}, {"web"}),
        ({"filter": [m.DescribeDisksRequestFilter(key="CreationStartTime", value=OLD)]}, {"web", "other"}),
        ({"filter": [m.DescribeDisksRequestFilter(key="CreationEndTime", value=OLD)]}, set()),
    ],
)
def test_disks_are_found_by_what_they_are(
    owner: Sdk, web: str, other: str, query: dict[str, Any], found: set[str]
) -> None:
    names = {web: "web", other: "other"}
    disks = owner.client.describe_disks(m.DescribeDisksRequest(region_id=REGION, **query)).body.disks.disk
    assert {names[disk.instance_id] for disk in disks} == found


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"category": "floppy"}, ("InvalidCategory.ValueNotSupported", 400)),
        ({"status": "Lost"}, ("InvalidStatus.ValueNotSupported", 400)),
        ({"disk_charge_type": "Gift"}, ("InvalidDiskChargeType.NotFound", 404)),
        ({"lock_reason": "lost key"}, ("InvalidLockReason.NotFound", 404)),
        ({"disk_ids": "d-1"}, ("InvalidParameter.DiskIds", 400)),
        ({"disk_ids": json.dumps([f"d-{n}" for n in range(101)])}, ("InvalidDiskIds.Malformed", 403)),
        ({"dry_run": True}, ("DryRunOperation", 400)),
    ],
)
def test_a_query_of_disks_that_makes_no_sense_is_refused(
    owner: Sdk, query: dict[str, Any], expected: tuple[str, int]
) -> None:
    request = m.DescribeDisksRequest(region_id=REGION, **query)
    assert refusal(owner.client.describe_disks, request) == expected


def test_a_disk_says_what_clients_read_of_it(rpc: RpcClient, owner: Sdk, web: str) -> None:
    [disk] = rpc.get("DescribeDisks", RegionId=REGION, InstanceId=web).json()["Disks"]["Disk"]
    assert disk["OperationLocks"] == {"OperationLock": []}
    assert disk["Tags"]["Tag"][0] == {"TagKey": "team", "TagValue": "web"}
    assert (disk["Size"], disk["Category"], disk["PerformanceLevel"]) == (500, "cloud_essd", "PL2")
    assert (disk["Encrypted"], disk["KMSKeyId"], disk["DiskName"]) == (True, KEY, "web-root")


# -- the smaller ones ------------------------------------------------------------------------------------------------


def test_the_status_of_instances_is_read_by_itself(owner: Sdk, web: str, other: str) -> None:
    def read(**query: Any) -> dict[str, str]:
        request = m.DescribeInstanceStatusRequest(region_id=REGION, **query)
        rows = owner.client.describe_instance_status(request).body.instance_statuses.instance_status
        return {row.instance_id: row.status for row in rows}

    assert read() == {web: "Stopped", other: "Running"}
    assert read(instance_id=[other, "i-none"]) == {other: "Running"}
    assert read(zone_id=f"{REGION}-k") == {web: "Stopped"}
    assert refusal(read, instance_id=[f"i-{n}" for n in range(101)]) == ("InvalidParameter", 400)
    assert refusal(read, page_size=51) == ("InvalidParameter", 400)


def test_all_of_an_instance_is_read_by_its_id(owner: Sdk, web: str) -> None:
    request = m.DescribeInstanceAttributeRequest(instance_id=web)
    told = owner.client.describe_instance_attribute(request).body
    assert (told.instance_id, told.instance_name, told.status) == (web, "web-1", "Stopped")
    assert (told.io_optimized, told.enable_jumbo_frame) == ("optimized", False)
    assert told.vpc_attributes.to_map() == owner.instance(web).vpc_attributes.to_map()
    assert told.security_group_ids.to_map() == owner.instance(web).security_group_ids.to_map()


def test_an_instance_without_user_data_says_so(owner: Sdk, web: str) -> None:
    request = m.DescribeUserDataRequest(region_id=REGION, instance_id=web)
    assert owner.client.describe_user_data(request).body.to_map()["UserData"] == ""


def test_every_instance_that_is_named_has_a_row_of_its_role(owner: Sdk, web: str, other: str, golden: str) -> None:
    def read(**query: Any) -> list[tuple[str, str]]:
        request = m.DescribeInstanceRamRoleRequest(region_id=REGION, **query)
        rows = owner.client.describe_instance_ram_role(request).body.instance_ram_role_sets.instance_ram_role_set
        return sorted((row.instance_id, row.ram_role_name) for row in rows)

    assert read(instance_ids=json.dumps([web, other])) == sorted([(web, ""), (other, "")])
    shared = owner.run(golden, ram_role_name="image-sharer")
    assert read(ram_role_name="image-sharer") == [(shared, "image-sharer")]
    assert read(ram_role_name="image-sharer", instance_ids=json.dumps([web])) == []
    assert refusal(read) == ("InvalidParameter.AllEmpty", 403)
    assert refusal(read, instance_ids="i-1") == ("InvalidInstanceIds.Malformed", 400)
    assert refusal(read, instance_ids=json.dumps(["i-none"])) == ("InvalidInstanceId.NotFound", 404)


def test_no_instance_is_in_a_private_pool(owner: Sdk, web: str, other: str) -> None:
    def read(ids: list[str], region_id: str | None = REGION) -> list[Any]:
        request = m.DescribeInstanceAttachmentAttributesRequest(region_id=region_id, instance_ids=json.dumps(ids))
        return list(owner.client.describe_instance_attachment_attributes(request).body.instances.instance)

    [row] = read([web])
    assert (row.instance_id, row.private_pool_options_match_criteria, row.private_pool_options_id) == (web, "None", "")
    assert refusal(read, [web, "i-none"]) == ("InvalidInstanceIds.NotFound", 404)
    assert refusal(read, [web], None) == ("MissingParameter.RegionId", 400)


def test_every_instance_is_maintained_as_usual(owner: Sdk, web: str, other: str) -> None:
    def read(**query: Any) -> Any:
        request = m.DescribeInstanceMaintenanceAttributesRequest(region_id=REGION, **query)
        return owner.client.describe_instance_maintenance_attributes(request).body.maintenance_attributes

    [row] = read(instance_id=[web]).maintenance_attribute
    assert (row.instance_id, row.notify_on_maintenance) == (web, False)
    assert (row.action_on_maintenance.value, row.maintenance_windows.maintenance_window) == ("AutoRecover", [])
    assert len(read().maintenance_attribute) == 2
    assert refusal(read, instance_id=["i-none"]) == ("InvalidInstanceId.NotFound", 404)
    assert refusal(read, instance_id=[f"i-{n}" for n in range(101)]) == ("InstanceIdLimitExceeded", 403)


def test_what_is_read_by_page_number_comes_in_pages(owner: Sdk, golden: str) -> None:
    owner.run(golden, amount=12)

    def page(number: int) -> Any:
        request = m.DescribeInstanceStatusRequest(region_id=REGION, page_number=number, page_size=5)
        return owner.client.describe_instance_status(request).body

    assert [len(page(number).instance_statuses.instance_status) for number in (1, 2, 3, 4)] == [5, 5, 2, 0]
    assert (page(2).total_count, page(2).page_number, page(2).page_size) == (12, 2, 5)


def test_a_last_page_that_repeats_does_so_here_as_well(ecs: Emulator, owner: Sdk, web: str) -> None:
    ecs.faults.repeat_last_page = True
    request = m.DescribeInstanceStatusRequest(region_id=REGION, page_number=7)
    assert len(owner.client.describe_instance_status(request).body.instance_statuses.instance_status) == 1


@pytest.mark.parametrize(
    "action",
    [
        *("DescribeInstances", "DescribeDisks", "DescribeInstanceStatus", "DescribeInstanceMaintenanceAttributes"),
        *("DescribeKeyPairs", "DescribeTags"),
    ],
)
def test_nobody_reads_what_is_anothers(ecs: Emulator, owner: Sdk, web: str, action: str) -> None:
    answer = RpcClient(ecs, "payments").get(action, RegionId=REGION).json()
    assert answer["TotalCount"] == 0
    elsewhere = RpcClient(ecs).get(action, RegionId="cn-shanghai").json()
    assert elsewhere["TotalCount"] == 0 or action == "DescribeTags"
    nowhere = RpcClient(ecs).get(action, RegionId="mars-1")
    assert (nowhere.status_code, nowhere.json()["Code"]) == (404, "InvalidRegionId.NotFound")
    assert owner.instance(web).vpc_attributes.v_switch_id not in json.dumps(answer)
