"""An instance as the wire has it."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime

from ..wire import Answer
from .instance_model import Instance
from .sizes import family_of, vcpus_and_gib


def description(instance: Instance, additional: Container[str]) -> Answer:
    """What DescribeInstances says of it; some of that only when it is asked for."""
    settings = instance.settings
    answer: Answer = {
        **_common(instance),
        "IoOptimized": True,
        "OSType": instance.os_type,
        "OSName": "",
        "OSNameEn": "",
        "InstanceTypeFamily": family_of(instance.type),
        "KeyPairName": settings.key_pair_name,
        "StartTime": _minutes(instance.started),
        "AutoReleaseTime": "",
        "DeletionProtection": settings.deletion_protection,
        "SpotStrategy": settings.spot_strategy,
        "SpotPriceLimit": settings.spot_price_limit,
        "SpotDuration": settings.spot_duration,
        "DeviceAvailable": True,
        "Recyclable": False,
        "GPUAmount": 0,
        "GPUSpec": "",
        "HpcClusterId": "",
        "DeploymentSetId": "",
        "ResourceGroupId": "",
        "SaleCycle": "",
        # Every instance here is in one vSwitch and has no network interface that is a resource of its own.
        "NetworkInterfaces": {"NetworkInterface": []},
        "RdmaIpAddress": {"IpAddress": []},
        "DedicatedInstanceAttribute": {"Tenancy": "", "Affinity": ""},
        "EcsCapacityReservationAttr": {"CapacityReservationId": "", "CapacityReservationPreference": ""},
        "HibernationOptions": {"Configured": False},
        "Tags": {"Tag": [{"TagKey": key, "TagValue": value} for key, value in instance.tags.items()]},
    }
    if "META_OPTIONS" in additional:
        answer["MetadataOptions"] = {
            "HttpEndpoint": settings.http_endpoint,
            "HttpTokens": settings.http_tokens,
            "HttpPutResponseHopLimit": 0,
        }
    if "LOGIN_AS_NON_ROOT" in additional:
        answer["ImageOptions"] = {"LoginAsNonRoot": False}
    return answer


def attribute(instance: Instance) -> Answer:
    """What DescribeInstanceAttribute says of it."""
    return {
        **_common(instance),
        # A word here, a boolean in DescribeInstances.
        "IoOptimized": "optimized",
        "EnableJumboFrame": instance.settings.jumbo_frame,
        "EnableNetworkEncryption": False,
    }


def _common(instance: Instance) -> Answer:
    settings = instance.settings
    vcpus, gib = vcpus_and_gib(instance.type)
    public = [str(instance.public_ip)] if instance.public_ip else []
    return {
        "InstanceId": instance.id,
        "InstanceName": settings.name,
        "Description": settings.description,
        "HostName": settings.host_name,
        "ImageId": instance.image_id,
        "InstanceType": instance.type,
        "Cpu": vcpus,
        "Memory": 1024 * gib,
        "Status": instance.status,
        # A running one has it as well, in the sample of the page; clients send it back when they stop the instance.
        "StoppedMode": instance.stopped_mode,
        "RegionId": instance.region,
        "ZoneId": instance.zone_id,
        "ClusterId": "",
        "VlanId": "",
        "SerialNumber": "",
        "InstanceChargeType": "PostPaid",
        "InstanceNetworkType": "vpc",
        "InternetChargeType": settings.internet_charge_type,
        "InternetMaxBandwidthIn": settings.bandwidth_in,
        "InternetMaxBandwidthOut": settings.bandwidth_out,
        "CreditSpecification": "",
        "CreationTime": _minutes(instance.created),
        "ExpiredTime": "2099-12-31T15:59Z",
        "PublicIpAddress": {"IpAddress": public},
        "InnerIpAddress": {"IpAddress": []},
        "EipAddress": {"AllocationId": "", "IpAddress": "", "InternetChargeType": ""},
        "VpcAttributes": {
            "VpcId": instance.vpc_id,
            "VSwitchId": instance.vswitch_id,
            "PrivateIpAddress": {"IpAddress": [str(instance.private_ip)]},
            "NatIpAddress": "",
        },
        "SecurityGroupIds": {"SecurityGroupId": list(instance.security_group_ids)},
        "DedicatedHostAttribute": {"DedicatedHostId": "", "DedicatedHostName": "", "DedicatedHostClusterId": ""},
        "OperationLocks": {"LockReason": []},
    }


def _minutes(moment: datetime) -> str:
    # The page says yyyy-MM-ddTHH:mm:ssZ, and every sample of it, as what one sees, has no seconds.
    return moment.strftime("%Y-%m-%dT%H:%MZ")
