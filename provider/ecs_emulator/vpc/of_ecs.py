"""What ECS has of VPCs and vSwitches since before VPC had an API of its own: deprecated, and still in ECS's SDK.

https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-createvpc
https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describevpcs
https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-deletevpc
https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-createvswitch
https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describevswitches
https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-deletevswitch
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ..actions import Action, Context, takes
from ..wire import Answer, Params
from . import vpc_actions, vswitch_actions

_VPC = (
    *("VpcId", "VpcName", "Description", "CidrBlock", "RegionId", "Status", "IsDefault", "CreationTime", "VRouterId"),
    *("VSwitchIds", "UserCidrs"),
)
_VSWITCH = (
    *("VSwitchId", "VSwitchName", "Description", "VpcId", "ZoneId", "CidrBlock", "Status", "IsDefault"),
    *("AvailableIpAddressCount", "CreationTime", "ResourceGroupId"),
)


def _only(found: Mapping[str, Any], names: tuple[str, ...]) -> Answer:
    return {name: found[name] for name in names}


@takes("RegionId", "CidrBlock", "VpcName", "Description", "ClientToken")
def create_vpc(context: Context, params: Params) -> Answer:
    """Make a VPC."""
    return _only(vpc_actions.create_vpc.carry_out(context, params), ("VpcId", "VRouterId", "RouteTableId"))


@takes("RegionId", "VpcId", "IsDefault", "PageNumber", "PageSize")
def describe_vpcs(context: Context, params: Params) -> Answer:
    """The caller's VPCs in a region."""
    answer = vpc_actions.describe_vpcs.carry_out(context, params)
    return answer | {"Vpcs": {"Vpc": [_only(vpc, _VPC) for vpc in answer["Vpcs"]["Vpc"]]}}


@takes("RegionId", "VpcId")
def delete_vpc(context: Context, params: Params) -> Answer:
    """Delete a VPC in which nothing is left."""
    return vpc_actions.delete_vpc.carry_out(context, params)


@takes("RegionId", "VpcId", "ZoneId", "CidrBlock", "VSwitchName", "Description", "ClientToken")
def create_vswitch(context: Context, params: Params) -> Answer:
    """Make a vSwitch in a VPC."""
    return vswitch_actions.create_vswitch.carry_out(context, params)


@takes("RegionId", "VpcId", "VSwitchId", "ZoneId", "IsDefault", "PageNumber", "PageSize")
def describe_vswitches(context: Context, params: Params) -> Answer:
    """The caller's vSwitches in a region or in a VPC."""
    answer = vswitch_actions.describe_vswitches.carry_out(context, params)
    return answer | {"VSwitches": {"VSwitch": [_only(vswitch, _VSWITCH) for vswitch in answer["VSwitches"]["VSwitch"]]}}


@takes("RegionId", "VSwitchId")
def delete_vswitch(context: Context, params: Params) -> Answer:
    """Delete a vSwitch in which no instance is left."""
    return vswitch_actions.delete_vswitch.carry_out(context, params)


OF_ECS: Final[Mapping[str, Action]] = {
    "CreateVSwitch": create_vswitch,
    "CreateVpc": create_vpc,
    "DeleteVSwitch": delete_vswitch,
    "DeleteVpc": delete_vpc,
    "DescribeVSwitches": describe_vswitches,
    "DescribeVpcs": describe_vpcs,
}
