"""What Auto Scaling refuses of instances that could not be run, and of regions that are others."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from emulator_clients import REGION
from network_clients import EssApi

from ecs_emulator import Emulator

KEY = "e522b26d-abf6-4e0d-b5da-04b7exampl3c"
INVALID = ("InvalidParameter", 400)


@pytest.fixture
def ess(ecs: Emulator) -> EssApi:
    return EssApi(ecs)


@pytest.fixture
def group(ess: EssApi) -> str:
    return ess.group()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"SystemDisk.Category": "cloud_efficiency", "SystemDisk.PerformanceLevel": "PL3"}, INVALID),
        ({"SystemDisk.Category": "cloud_essd_entry"}, INVALID),
        ({"SystemDisk.Category": "cloud", "SystemDisk.Size": "501"}, INVALID),
        ({"SystemDisk.DiskName": "d"}, INVALID),
        ({"SystemDisk.Description": "http://x"}, INVALID),
        ({"SpotStrategy": "SpotWithPriceLimit"}, INVALID),
        ({"SpotPriceLimit.1.InstanceType": "ecs.g7.large", "SpotPriceLimit.1.PriceLimit": "-1"}, INVALID),
        ({"SpotPriceLimit.1.InstanceType": "ecs.g7.large", "SpotPriceLimit.1.PriceLimit": "much"}, INVALID),
        ({"SpotPriceLimit.1.InstanceType": "ecs.g7.large"}, INVALID),
        ({"SpotPriceLimit.1.PriceLimit": "1"}, INVALID),
        (
            {
                f"SpotPriceLimit.{n}.{part}": value
                for n in range(11)
                for part, value in (("InstanceType", "ecs.g7.large"), ("PriceLimit", "1"))
            },
            INVALID,
        ),
        ({"HostName": "-"}, INVALID),
        ({"InstanceDescription": "http://x"}, INVALID),
        ({"InstanceTypes.1": "ecs...."}, INVALID),
        ({"InstanceName": "n" * 400}, INVALID),
        ({"SystemDisk.KMSKeyId": KEY}, ("InvalidParameter.EncryptedIllegal", 400)),
        (
            {"SystemDisk.KMSKeyId": "nobodys", "SystemDisk.Encrypted": "true"},
            ("InvalidParameter.KMSKeyId.NotFound", 404),
        ),
        ({"InstanceTypes.2": "ecs.g8y.large"}, ("InvalidImageId.InstanceTypeMismatch", 400)),
        ({"UserData": "é"}, ("InvalidUserData.Base64FormatInvalid", 400)),
        ({"Tags": "[" * 60000}, INVALID),
    ],
)
def test_instances_that_could_not_be_run_have_no_configuration(
    ess: EssApi, group: str, given: dict[str, Any], expected: tuple[str, int]
) -> None:
    refused = ess.refusal("CreateScalingConfiguration", **ess.new_configuration(group, **given))
    assert refused == expected
    assert ess.configurations() == []


def test_a_system_disk_is_as_big_as_its_image_and_has_a_hosts_windows_name(
    ecs: Emulator, ess: EssApi, group: str
) -> None:
    image = ecs.console.create_image(REGION, size=100, os_type="windows")
    small = ess.new_configuration(group, ImageId=image, **{"SystemDisk.Size": "99"})
    assert ess.refusal("CreateScalingConfiguration", **small) == INVALID
    named = ess.new_configuration(group, ImageId=image, HostName="h" * 16)
    assert ess.refusal("CreateScalingConfiguration", **named) == INVALID
    made = ess.configuration(group, **{"SystemDisk.Size": "60"})
    assert ess.refusal("ModifyScalingConfiguration", ScalingConfigurationId=made, ImageId=image) == INVALID
    bigger = {"ImageId": image, "SystemDisk.Size": "100"}
    ess.ask("ModifyScalingConfiguration", bigger, ScalingConfigurationId=made)


def test_a_consumer_encrypts_the_disk_of_an_encrypted_image_with_a_key_of_its_own(ecs: Emulator) -> None:
    image = ecs.console.create_image(REGION, "partner", encrypted=True, kms_key_id="theirs", is_public=True)
    ess = EssApi(ecs)
    group = ess.group()
    refused = ess.refusal("CreateScalingConfiguration", **ess.new_configuration(group, ImageId=image))
    assert refused == ("InvalidParam.EncryptedMismatch", 400)
    assert ess.configuration(group, ImageId=image, **{"SystemDisk.Encrypted": "true", "SystemDisk.KMSKeyId": KEY})


def test_arm_images_are_for_arm_types(ecs: Emulator, ess: EssApi, group: str) -> None:
    image = ecs.console.create_image(REGION, architecture="arm64")
    assert ess.configuration(group, ImageId=image, **{"InstanceTypes.1": "ecs.g8y.large"})
    refused = ess.refusal("CreateScalingConfiguration", **ess.new_configuration(group, ImageId=image))
    assert refused == ("InvalidImageId.InstanceTypeMismatch", 400)


def test_what_running_an_instance_takes_a_configuration_takes(ess: EssApi, group: str) -> None:
    made = ess.configuration(
        group,
        SpotStrategy="SpotWithPriceLimit",
        HostName="k8s-${instance_id}",
        **{
            "SystemDisk.Category": "cloud",
            "SpotPriceLimit.1.InstanceType": "ecs.g7.large",
            "SpotPriceLimit.1.PriceLimit": "0.5",
        },
    )
    ess.ask("ModifyScalingConfiguration", ScalingConfigurationId=made, SpotStrategy="SpotWithPriceLimit")
    [found] = ess.configurations()
    prices = [{"InstanceType": "ecs.g7.large", "PriceLimit": 0.5}]
    assert (found["SystemDiskCategory"], found["SpotPriceLimit"]["SpotPriceModel"]) == ("cloud", prices)


def test_a_configuration_whose_image_is_gone_can_be_changed(ecs: Emulator, ess: EssApi, group: str) -> None:
    image = ecs.console.create_image(REGION)
    made = ess.configuration(group, ImageId=image)
    ecs.console.delete_image(REGION, image)
    ess.ask("ModifyScalingConfiguration", ScalingConfigurationId=made, HostName="host")
    assert [found["HostName"] for found in ess.configurations()] == ["host"]


@pytest.mark.parametrize(
    ("region", "of_groups", "of_configurations"),
    [
        ("cn-shanghai", "InvalidScalingGroupId.NotFound", "InvalidScalingConfigurationId.NotFound"),
        ("xx-bogus", "InvalidRegionId.NotFound", "InvalidRegionId.NotFound"),
    ],
)
def test_a_group_is_in_its_region_alone(
    ess: EssApi, group: str, region: str, of_groups: str, of_configurations: str
) -> None:
    made = ess.configuration(group)
    given = ess.new_configuration(group, RegionId=region)
    assert ess.refusal("CreateScalingConfiguration", **given) == (of_groups, 404)
    for action in ("EnableScalingGroup", "DisableScalingGroup", "ModifyScalingGroup", "DeleteScalingGroup"):
        assert ess.refusal(action, RegionId=region, ScalingGroupId=group) == (of_groups, 404)
    for action in ("ModifyScalingConfiguration", "DeleteScalingConfiguration"):
        assert ess.refusal(action, RegionId=region, ScalingConfigurationId=made) == (of_configurations, 404)
    for action, more in (("TagResources", {"Tag.1.Key": "k"}), ("ListTagResources", {}), ("UntagResources", {})):
        tagged = {"ResourceType": "scalinggroup", "ResourceId.1": group, **more}
        assert ess.refusal(action, tagged, RegionId=region) == (of_groups, 404)


def test_a_call_that_names_no_region_finds_a_group_in_any(ess: EssApi, group: str) -> None:
    made = ess.configuration(group)
    ess.ask("ModifyScalingGroup", RegionId=None, ScalingGroupId=group, ScalingGroupName="mine")
    ess.ask(
        "ModifyScalingConfiguration",
        RegionId=None,
        ScalingConfigurationId=made,
        UserData=base64.b64encode(b"x").decode(),
    )
    assert [found["ScalingGroupName"] for found in ess.groups()] == ["mine"]
