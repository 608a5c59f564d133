"""The actions of the catalogue: regions, zones, and the instance types and disks on offer."""

from __future__ import annotations

from ..actions import Context, takes
from ..catalogue import DISK_CATEGORIES, INSTANCE_TYPES, InstanceType, zones_of
from ..errors import CommonErrors
from ..wire import Answer, Params
from .errors import Errors


@takes()
def describe_regions(context: Context, params: Params) -> Answer:
    """All regions."""
    regions = [
        {
            "RegionId": region,
            "RegionEndpoint": f"ecs.{region}.aliyuncs.com",
            "LocalName": region,
            "Status": "available",
        }
        for region in context.cloud.seed.regions
    ]
    return {"Regions": {"Region": regions}}


_SPOT_STRATEGIES = frozenset({"NoSpot", "SpotWithPriceLimit", "SpotAsPriceGo"})
_CHARGE_TYPES = frozenset({"PrePaid", "PostPaid"})
_KINDS = frozenset({"Zone", "IoOptimized", "InstanceType", "Network", "SystemDisk", "DataDisk"})


@takes("RegionId", "InstanceChargeType", "SpotStrategy", "Verbose")
def describe_zones(context: Context, params: Params) -> Answer:
    """The zones of a region: each has every instance type, with every charge type."""
    region = params.require("RegionId")
    context.cloud.images.check_region(region)
    if params.get("InstanceChargeType", "PostPaid") not in _CHARGE_TYPES:
        raise Errors.INSTANCE_CHARGE_TYPE_NOT_FOUND()
    if params.get("SpotStrategy", "NoSpot") not in _SPOT_STRATEGIES:
        raise Errors.SPOT_STRATEGY_NOT_VALID()
    verbose = params.boolean("Verbose") is not False
    return {"Zones": {"Zone": [_zone(zone, verbose) for zone in zones_of(region)]}}


def _zone(zone: str, verbose: bool) -> Answer:
    answer: Answer = {"ZoneId": zone, "LocalName": zone, "ZoneType": "AvailabilityZone"}
    if not verbose:
        return answer
    families = list(dict.fromkeys(offered.family for offered in INSTANCE_TYPES))
    resources = {
        "IoOptimized": True,
        "NetworkTypes": {"supportedNetworkCategory": ["vpc"]},
        "InstanceTypes": {"supportedInstanceType": [offered.id for offered in INSTANCE_TYPES]},
        "InstanceTypeFamilies": {"supportedInstanceTypeFamily": families},
        "InstanceGenerations": {"supportedInstanceGeneration": []},
        "SystemDiskCategories": {"supportedSystemDiskCategory": list(DISK_CATEGORIES)},
        "DataDiskCategories": {"supportedDataDiskCategory": list(DISK_CATEGORIES)},
    }
    return answer | {
        "AvailableResourceCreation": {"ResourceTypes": ["VSwitch", "IoOptimized", "Instance", "Disk"]},
        "AvailableInstanceTypes": {"InstanceTypes": [offered.id for offered in INSTANCE_TYPES]},
        "AvailableDiskCategories": {"DiskCategories": list(DISK_CATEGORIES)},
        "AvailableVolumeCategories": {"VolumeCategories": []},
        "AvailableDedicatedHostTypes": {"DedicatedHostType": []},
        "DedicatedHostGenerations": {"DedicatedHostGeneration": []},
        "AvailableResources": {"ResourcesInfo": [resources]},
    }


@takes(
    *("RegionId", "DestinationResource", "ZoneId", "InstanceType", "Cores", "Memory", "InstanceChargeType"),
    *("SpotStrategy", "IoOptimized", "NetworkCategory", "SystemDiskCategory", "DataDiskCategory", "ResourceType"),
)
def describe_available_resource(context: Context, params: Params) -> Answer:
    """The zones in which a resource type is available, with the available values."""
    region, kind = params.require("RegionId"), params.require("DestinationResource")
    context.cloud.images.check_region(region)
    for name, values, default in (
        ("DestinationResource", _KINDS, ""),
        ("InstanceChargeType", _CHARGE_TYPES, "PostPaid"),
        ("SpotStrategy", _SPOT_STRATEGIES, "NoSpot"),
        ("IoOptimized", frozenset({"none", "optimized"}), "optimized"),
        ("NetworkCategory", frozenset({"vpc", "classic"}), "vpc"),
        ("ResourceType", frozenset({"instance", "disk"}), "instance"),
    ):
        if params.get(name, default) not in values:
            if name == "InstanceChargeType":
                raise Errors.OFFER_CHARGE_TYPE_INVALID()
            raise Errors.OFFER_PARAMETER_INVALID(name=name)
    supported = _supported(params, kind)
    zones = [zone for zone in zones_of(region) if params.get("ZoneId") in ("", zone)] if supported else []
    return {"AvailableZones": {"AvailableZone": [_available_zone(region, zone, kind, supported) for zone in zones]}}


def _supported(params: Params, kind: str) -> list[str]:
    """The available values of the requested resource, given the other parameters."""
    memory = params.get("Memory")
    if params.get("InstanceType") and (memory or params.get("Cores")):
        raise Errors.INSTANCE_TYPE_AND_SIZE_CONFLICT()
    if kind == "SystemDisk":
        # "You must specify InstanceType because system disks are restricted by instance types."
        params.require("InstanceType")
    if memory and not memory.replace(".", "", 1).isdecimal():
        raise CommonErrors.INVALID_PARAMETER(name="Memory")
    types = [
        offered.id
        for offered in INSTANCE_TYPES
        if params.get("InstanceType") in ("", offered.id)
        and params.integer("Cores", offered.cores, 1) == offered.cores
        and float(memory or offered.memory_gib) == offered.memory_gib
    ]
    system = [category for category in DISK_CATEGORIES if params.get("SystemDiskCategory") in ("", category)]
    data = [category for category in DISK_CATEGORIES if params.get("DataDiskCategory") in ("", category)]
    # Everything here is I/O optimized and in a VPC.
    possible = params.get("IoOptimized") != "none" and params.get("NetworkCategory") != "classic"
    if not (types and system and data and possible):
        return []
    return {
        "Zone": ["instance"],
        "IoOptimized": ["optimized"],
        "InstanceType": types,
        "Network": ["vpc"],
        "SystemDisk": system,
        "DataDisk": data,
    }[kind]


def _available_zone(region: str, zone: str, kind: str, supported: list[str]) -> Answer:
    status = {"Status": "Available", "StatusCategory": "WithStock"}
    sizes = {"Min": 20, "Max": 2048, "Unit": "GiB"} if kind in ("SystemDisk", "DataDisk") else {}
    resources = [{"Value": value, **status, **sizes} for value in supported]
    available = {"Type": kind, "SupportedResources": {"SupportedResource": resources}}
    return {
        "RegionId": region,
        "ZoneId": zone,
        **status,
        "AvailableResources": {"AvailableResource": [] if kind == "Zone" else [available]},
    }


@takes(
    *("InstanceTypes.N", "InstanceTypeFamily", "InstanceFamilyLevel", "InstanceCategory", "CpuArchitecture"),
    *("MinimumCpuCoreCount", "MaximumCpuCoreCount", "MinimumEniQuantity", "MinimumEniPrivateIpAddressQuantity"),
    *("MaxResults", "NextToken"),
)
def describe_instance_types(context: Context, params: Params) -> Answer:
    """The instance types on offer."""
    ids = params.repeated("InstanceTypes")
    low, high = params.integer("MinimumCpuCoreCount", 0, 0), params.integer("MaximumCpuCoreCount", 10_000, 0)
    enis = params.integer("MinimumEniQuantity", 0, 0)
    addresses = params.integer("MinimumEniPrivateIpAddressQuantity", 0, 0)
    found = [
        offered
        for offered in INSTANCE_TYPES
        if (not ids or offered.id in ids)
        and params.get("InstanceTypeFamily") in ("", offered.family)
        and params.get("InstanceFamilyLevel") in ("", offered.level)
        and params.get("InstanceCategory") in ("", offered.category)
        and params.get("CpuArchitecture") in ("", offered.architecture)
        and low <= offered.cores <= high
        and enis <= offered.enis
        and addresses <= offered.addresses_an_eni
    ]
    size, start = params.integer("MaxResults", 1600, 1, 1600), params.integer("NextToken", 0, 0)
    return {
        "NextToken": str(start + size) if start + size < len(found) else "",
        "InstanceTypes": {"InstanceType": [_instance_type(offered) for offered in found[start : start + size]]},
    }


def _instance_type(offered: InstanceType) -> Answer:
    return {
        "InstanceTypeId": offered.id,
        "InstanceTypeFamily": offered.family,
        "InstanceFamilyLevel": offered.level,
        "InstanceCategory": offered.category,
        "CpuArchitecture": offered.architecture,
        "CpuCoreCount": offered.cores,
        "MemorySize": offered.memory_gib,
        "EniQuantity": offered.enis,
        "EniPrivateIpAddressQuantity": offered.addresses_an_eni,
        "EniIpv6AddressQuantity": offered.addresses_an_eni,
        "GPUAmount": 0,
        "GPUSpec": "",
        "LocalStorageCategory": "",
        "NvmeSupport": "required" if offered.family not in ("ecs.g6", "ecs.t6-c1m2") else "unsupported",
    }
