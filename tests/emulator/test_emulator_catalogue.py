"""Zones, instance types and what there is of them, through the unmodified SDK."""

from __future__ import annotations

from typing import Any

import pytest
from alibabacloud_ecs20140526 import models as m
from emulator_clients import REGION, Sdk, refusal

from ecs_emulator.catalogue import INSTANCE_TYPES, instance_type, zones_of


def zones(owner: Sdk, **query: Any) -> list[Any]:
    return list(owner.client.describe_zones(m.DescribeZonesRequest(**({"region_id": REGION} | query))).body.zones.zone)


def available(owner: Sdk, what: str, **query: Any) -> dict[str, list[str]]:
    """Per zone, what is to be had."""
    request = m.DescribeAvailableResourceRequest(**({"region_id": REGION, "destination_resource": what} | query))
    answer = owner.client.describe_available_resource(request).body.available_zones.available_zone
    return {
        zone.zone_id: [
            supported.value
            for kind in zone.available_resources.available_resource
            for supported in kind.supported_resources.supported_resource
        ]
        for zone in answer
    }


def types(owner: Sdk, **query: Any) -> list[str]:
    answer = owner.client.describe_instance_types(m.DescribeInstanceTypesRequest(**query)).body
    return [found.instance_type_id for found in answer.instance_types.instance_type]


def test_a_region_has_zones_with_everything_on_offer(owner: Sdk) -> None:
    found = zones(owner)
    assert [zone.zone_id for zone in found] == list(zones_of(REGION))
    assert found[0].zone_id == "cn-hangzhou-h"
    assert "ecs.g7.large" in found[0].available_instance_types.instance_types
    assert "cloud_essd" in found[0].available_disk_categories.disk_categories
    assert "VSwitch" in found[0].available_resource_creation.resource_types
    assert zones(owner, verbose=False)[0].available_instance_types is None
    assert zones(owner, region_id="eu-central-1")[0].zone_id == "eu-central-1a"
    assert zones_of("moon-south") == ("moon-south-a", "moon-south-b")


def test_a_query_for_zones_that_makes_no_sense_is_refused(owner: Sdk) -> None:
    assert refusal(zones, owner, region_id="mars-1") == ("InvalidRegionId.NotFound", 404)
    assert refusal(zones, owner, instance_charge_type="Free") == ("InvalidInstanceChargeType.NotFound", 404)
    assert refusal(zones, owner, spot_strategy="Hope") == ("InvalidSpotStrategy", 400)


def test_every_zone_has_every_instance_type(owner: Sdk) -> None:
    found = available(owner, "InstanceType", io_optimized="optimized", instance_charge_type="PostPaid")
    assert set(found) == set(zones_of(REGION))
    assert all(offered == [known.id for known in INSTANCE_TYPES] for offered in found.values())
    assert available(owner, "InstanceType", cores=4, memory=8, zone_id="cn-hangzhou-i") == {
        "cn-hangzhou-i": ["ecs.c7.xlarge"]
    }


@pytest.mark.parametrize(
    ("what", "query", "offered"),
    [
        ("Zone", {}, []),
        ("Network", {"network_category": "vpc"}, ["vpc"]),
        ("IoOptimized", {}, ["optimized"]),
        ("SystemDisk", {"instance_type": "ecs.g7.large", "system_disk_category": "cloud_essd"}, ["cloud_essd"]),
        ("DataDisk", {"data_disk_category": "cloud_ssd"}, ["cloud_ssd"]),
    ],
)
def test_what_is_asked_for_is_told_zone_by_zone(
    owner: Sdk, what: str, query: dict[str, str], offered: list[str]
) -> None:
    assert available(owner, what, **query) == dict.fromkeys(zones_of(REGION), offered)


@pytest.mark.parametrize(
    "query",
    [
        {"instance_type": "ecs.none.large"},
        {"cores": 3},
        {"io_optimized": "none"},
        {"network_category": "classic"},
        {"system_disk_category": "cloud"},
        {"data_disk_category": "cloud"},
        {"zone_id": "cn-hangzhou-z"},
    ],
)
def test_what_is_not_on_offer_is_in_no_zone(owner: Sdk, query: dict[str, Any]) -> None:
    assert available(owner, "InstanceType", **query) == {}


@pytest.mark.parametrize(
    ("what", "query", "expected"),
    [
        ("Luck", {}, ("Invalid.DestinationResource", 404)),
        ("Zone", {"instance_charge_type": "Free"}, ("Invalid.InstanceChargeType", 400)),
        ("Zone", {"spot_strategy": "Hope"}, ("Invalid.SpotStrategy", 404)),
        ("Zone", {"io_optimized": "very"}, ("Invalid.IoOptimized", 404)),
        ("Zone", {"network_category": "wired"}, ("Invalid.NetworkCategory", 404)),
        ("Zone", {"resource_type": "ddh"}, ("Invalid.ResourceType", 404)),
        ("Zone", {"region_id": "mars-1"}, ("InvalidRegionId.NotFound", 404)),
        ("SystemDisk", {}, ("MissingParameter", 400)),
        ("InstanceType", {"instance_type": "ecs.g7.large", "cores": 2}, ("InvalidParam.TypeAndCpuMem.Conflict", 403)),
        ("InstanceType", {"dedicated_host_id": "dh-1"}, ("InvalidParameter", 400)),
    ],
)
def test_a_query_for_what_there_is_that_makes_no_sense_is_refused(
    owner: Sdk, what: str, query: dict[str, Any], expected: tuple[str, int]
) -> None:
    assert refusal(available, owner, what, **query) == expected


def test_memory_is_a_number(rpc: Any) -> None:
    query = {"RegionId": REGION, "DestinationResource": "InstanceType", "Memory": "much"}
    assert rpc.get("DescribeAvailableResource", **query).json()["Code"] == "InvalidParameter"


def test_instance_types_are_found_by_what_they_are(owner: Sdk) -> None:
    every = [known.id for known in INSTANCE_TYPES]
    assert types(owner) == every
    assert types(owner, instance_types=["ecs.g7.large", "ecs.none"]) == ["ecs.g7.large"]
    assert types(owner, instance_type_family="ecs.c7") == ["ecs.c7.large", "ecs.c7.xlarge"]
    assert types(owner, cpu_architecture="ARM") == ["ecs.g8y.large"]
    assert types(owner, instance_category="Memory-optimized") == ["ecs.r7.large"]
    assert types(owner, instance_family_level="CreditEntryLevel") == ["ecs.t6-c1m2.large"]
    assert types(owner, minimum_cpu_core_count=5) == ["ecs.g7.2xlarge"]
    assert types(owner, maximum_cpu_core_count=1) == []
    assert types(owner, minimum_eni_quantity=4, minimum_eni_private_ip_address_quantity=15) == [
        "ecs.g7.xlarge",
        "ecs.g7.2xlarge",
        "ecs.c7.xlarge",
    ]
    client = owner.client
    first = client.describe_instance_types(m.DescribeInstanceTypesRequest(max_results=4)).body
    rest = types(owner, next_token=first.next_token)
    assert [found.instance_type_id for found in first.instance_types.instance_type] + rest == every
    [large] = client.describe_instance_types(
        m.DescribeInstanceTypesRequest(instance_types=["ecs.g7.large"])
    ).body.instance_types.instance_type
    assert (large.cpu_core_count, large.memory_size, large.instance_type_family) == (2, 8, "ecs.g7")


def test_the_catalogue_is_asked_by_id() -> None:
    found = instance_type("ecs.g7.large")
    assert found is not None
    assert (found.cores, found.memory_gib, found.family) == (2, 8, "ecs.g7")
    assert instance_type("ecs.none.large") is None
