"""Clients of VPC, Auto Scaling and ECS's networks: the RPC scheme, as terraform-provider-alicloud has it."""

from __future__ import annotations

from typing import Any

from emulator_clients import REGION, RpcClient

from ecs_emulator import Emulator

ZONE = "cn-hangzhou-h"


class Api:
    """A product's API as one account, in one region unless a call says another."""

    version = "2014-05-26"

    def __init__(self, ecs: Emulator, account: str = "owner") -> None:
        self.ecs = ecs
        self.rpc = RpcClient(ecs, account, Version=self.version)

    def ask(self, action: str, dotted: dict[str, str] | None = None, **parameters: Any) -> dict[str, Any]:
        """The answer of a call that works; `dotted` are parameters whose names Python can't write."""
        answer = self.rpc.post(action, **({"RegionId": REGION} | parameters | (dotted or {})))
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def refusal(self, action: str, dotted: dict[str, str] | None = None, **parameters: Any) -> tuple[str, int]:
        """The code and status of a call that is refused."""
        answer = self.rpc.post(action, **({"RegionId": REGION} | parameters | (dotted or {})))
        assert answer.status_code != 200, answer.text
        return answer.json()["Code"], answer.status_code


class VpcApi(Api):
    """VPCs and vSwitches."""

    version = "2016-04-28"

    def vpc(self, cidr: str = "10.0.0.0/8", **more: Any) -> str:
        return str(self.ask("CreateVpc", CidrBlock=cidr, **more)["VpcId"])

    def vswitch(self, vpc_id: str, cidr: str = "10.1.0.0/24", **more: Any) -> str:
        given = {"VpcId": vpc_id, "ZoneId": ZONE, "CidrBlock": cidr} | more
        return str(self.ask("CreateVSwitch", **given)["VSwitchId"])

    def vpc_ids(self, **query: Any) -> list[str]:
        return [vpc["VpcId"] for vpc in self.ask("DescribeVpcs", **query)["Vpcs"]["Vpc"]]

    def vswitch_ids(self, **query: Any) -> list[str]:
        return [v["VSwitchId"] for v in self.ask("DescribeVSwitches", **query)["VSwitches"]["VSwitch"]]


class GroupsApi(Api):
    """Security groups, and what ECS offers."""

    def group(self, vpc_id: str, **more: Any) -> str:
        return str(self.ask("CreateSecurityGroup", VpcId=vpc_id, **more)["SecurityGroupId"])

    def group_ids(self, **query: Any) -> list[str]:
        groups = self.ask("DescribeSecurityGroups", **query)["SecurityGroups"]["SecurityGroup"]
        return [group["SecurityGroupId"] for group in groups]

    def rules(self, group_id: str, **query: Any) -> list[dict[str, Any]]:
        answer = self.ask("DescribeSecurityGroupAttribute", SecurityGroupId=group_id, **query)
        return list(answer["Permissions"]["Permission"])


class EssApi(Api):
    """Auto Scaling, in the account's default network."""

    version = "2014-08-28"

    def __init__(self, ecs: Emulator, account: str = "owner") -> None:
        super().__init__(ecs, account)
        self.network = ecs.console.default_network(account, REGION)

    def new_group(self, **more: Any) -> dict[str, Any]:
        """The parameters of a scaling group."""
        return {"MinSize": "0", "MaxSize": "3", "VSwitchIds.1": self.network["vswitch_id"]} | more

    def new_configuration(self, group_id: str, **more: Any) -> dict[str, Any]:
        """The parameters of a scaling configuration."""
        return {
            "ScalingGroupId": group_id,
            "ImageId": self.ecs.golden_image_id,
            "InstanceTypes.1": "ecs.g7.large",
            "SecurityGroupId": self.network["security_group_id"],
        } | more

    def group(self, **more: Any) -> str:
        return str(self.ask("CreateScalingGroup", **self.new_group(**more))["ScalingGroupId"])

    def configuration(self, group_id: str, **more: Any) -> str:
        answer = self.ask("CreateScalingConfiguration", **self.new_configuration(group_id, **more))
        return str(answer["ScalingConfigurationId"])

    def groups(self, **query: Any) -> list[dict[str, Any]]:
        return list(self.ask("DescribeScalingGroups", **query)["ScalingGroups"]["ScalingGroup"])

    def configurations(self, **query: Any) -> list[dict[str, Any]]:
        answer = self.ask("DescribeScalingConfigurations", **query)
        return list(answer["ScalingConfigurations"]["ScalingConfiguration"])
