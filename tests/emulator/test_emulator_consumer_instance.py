"""examples/consumer_instance on the emulator: what pulumi-alicloud 4.0.0 was seen to send for its instance."""

from __future__ import annotations

import json
from typing import Any

import pytest
from emulator_clients import REGION
from network_clients import GroupsApi

from ecs_emulator import Emulator

ATTRIBUTES = ("META_OPTIONS", "NETWORK_PRIMARY_ENI_IP", "LOGIN_AS_NON_ROOT")
OF_RESOURCE = (*ATTRIBUTES, "DISK_HIGH_DENSITY_MODE")
OF_OPTIONS = (*ATTRIBUTES, "LOGIN_AS_NON_ROOT", "CPU_OPTIONS_TOPOLOGY_TYPE")


class Plugin:
    """The plugin with the consumer's key, which reads everything after every change."""

    def __init__(self, ecs: Emulator) -> None:
        self.api = GroupsApi(ecs, "payments")
        self.instance_id = ""

    def instances(self, attributes: tuple[str, ...] = OF_RESOURCE) -> list[dict[str, Any]]:
        asked = {f"AdditionalAttributes.{n}": name for n, name in enumerate(attributes, 1)}
        answer = self.api.ask("DescribeInstances", asked, InstanceIds=json.dumps([self.instance_id]))
        return list(answer["Instances"]["Instance"])

    def disks(self, **query: str) -> list[dict[str, Any]]:
        return list(self.api.ask("DescribeDisks", **query)["Disks"]["Disk"])

    def read(self) -> dict[str, Any]:
        """What it reads into the state, but for what every answer has anew."""
        by_id, by_ids = {"InstanceId": self.instance_id}, {"InstanceIds": json.dumps([self.instance_id])}
        found = {
            "instance": self.instances(),
            "disk": self.disks(DiskType="system", **by_id),
            "user data": self.api.ask("DescribeUserData", **by_id),
            "role": self.api.ask("DescribeInstanceRamRole", **by_ids),
            "maintenance": self.api.ask("DescribeInstanceMaintenanceAttributes", {"InstanceId.1": self.instance_id}),
            "attribute": self.api.ask("DescribeInstanceAttribute", **by_id),
            "pool": self.api.ask("DescribeInstanceAttachmentAttributes", **by_ids),
            "options": self.instances(OF_OPTIONS),
        }
        for answer in found.values():
            if isinstance(answer, dict):
                del answer["RequestId"]
        return found

    def run(self, image_id: str, network: dict[str, str]) -> None:
        asked = {"ImageId": image_id, "InstanceType": "ecs.g7.large", "VSwitchId": network["vswitch_id"]}
        asked |= {"SecurityGroupIds.1": network["security_group_id"], "DryRun": "false"}
        asked |= {"ClientToken": "TF-RunInstances"}
        [self.instance_id] = self.api.ask("RunInstances", asked)["InstanceIdSets"]["InstanceIdSet"]


@pytest.fixture
def plugin(ecs: Emulator) -> Plugin:
    plugin = Plugin(ecs)
    ecs.console.share(REGION, ecs.golden_image_id, ecs.account("payments").id)
    plugin.run(ecs.golden_image_id, ecs.console.default_network("payments", REGION))
    return plugin


def test_an_instance_goes_up_and_nothing_of_it_changes_by_itself(ecs: Emulator, plugin: Plugin) -> None:
    first = plugin.read()
    [instance], [disk] = first["instance"], first["disk"]
    network = ecs.console.default_network("payments", REGION)
    assert (instance["Status"], instance["ImageId"]) == ("Running", ecs.golden_image_id)
    assert instance["VpcAttributes"]["VSwitchId"] == network["vswitch_id"]
    assert instance["SecurityGroupIds"]["SecurityGroupId"] == [network["security_group_id"]]
    assert (disk["Tags"], disk["OperationLocks"]) == ({"Tag": []}, {"OperationLock": []})
    [role] = first["role"]["InstanceRamRoleSets"]["InstanceRamRoleSet"]
    assert (role["InstanceId"], role["RamRoleName"]) == (plugin.instance_id, "")
    assert plugin.read() == first


def test_its_image_changes_in_place(ecs: Emulator, plugin: Plugin) -> None:
    newer = ecs.image("golden-next").id
    ecs.console.share(REGION, newer, ecs.account("payments").id)
    [before] = plugin.instances()
    stopped_mode, of = before["StoppedMode"], {"InstanceId": plugin.instance_id}
    # It sends back the mode that it has read.
    plugin.api.ask("StopInstance", ForceStop="false", StoppedMode=stopped_mode, **of)
    assert [instance["Status"] for instance in plugin.instances()] == ["Stopped"]
    asked = {"ImageId": newer, "SystemDisk.Size": "40", "ClientToken": "TF-ReplaceSystemDisk"}
    disk_id = plugin.api.ask("ReplaceSystemDisk", asked, **of)["DiskId"]
    assert [instance["ImageId"] for instance in plugin.instances()] == [newer]
    assert [disk["Status"] for disk in plugin.disks(DiskIds=json.dumps([disk_id]))] == ["In_use"]
    plugin.api.ask("StartInstance", **of)
    [after] = plugin.read()["instance"]
    assert (after["Status"], after["StoppedMode"], after["ImageId"]) == ("Running", stopped_mode, newer)
    ecs.console.unshare(REGION, ecs.golden_image_id, ecs.account("payments").id)
    assert plugin.read()["instance"] == [after]


def test_its_name_and_tags_change_and_it_goes(ecs: Emulator, plugin: Plugin) -> None:
    first = plugin.read()
    asked = {"ResourceType": "instance", "ResourceId.1": plugin.instance_id}
    plugin.api.ask("TagResources", asked | {"Tag.1.Key": "team", "Tag.1.Value": "payments"})
    named = {"InstanceName": "worker-2", "ClientToken": "TF-ModifyInstanceAttribute"}
    plugin.api.ask("ModifyInstanceAttribute", InstanceId=plugin.instance_id, **named)
    [instance] = plugin.read()["instance"]
    assert instance["InstanceName"] == "worker-2"
    assert instance["Tags"] == {"Tag": [{"TagKey": "team", "TagValue": "payments"}]}
    assert plugin.read()["disk"] == first["disk"]
    plugin.api.ask("DeleteInstance", InstanceId=plugin.instance_id, Force="true")
    assert plugin.instances() == []
