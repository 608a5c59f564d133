"""The deprecated actions of ECS for VPCs and vSwitches, from before VPC had its own API. They are still in its SDK.

https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-createvpc
https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describevpcs
https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-deletevpc
https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-createvswitch
https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describevswitches
https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-deletevswitch
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from ..actions import Action, Context, takes
from ..wire import Answer, Params
from . import vpc_actions

_VPC = (
    *("VpcId", "VpcName", "Description", "CidrBlock", "RegionId", "Status", "IsDefault", "CreationTime", "VRouterId"),
    *("VSwitchIds", "UserCidrs"),
)
_VSWITCH = (
    *("VSwitchId", "VSwitchName", "Description", "VpcId", "ZoneId", "CidrBlock", "Status", "IsDefault"),
    *("AvailableIpAddressCount", "CreationTime", "ResourceGroupId"),
)


def _same(answer: Answer) -> Answer:
    return answer


def _made(answer: Answer) -> Answer:
    return _only(answer, ("VpcId", "VRouterId", "RouteTableId"))


def _vpcs(answer: Answer) -> Answer:
    return answer | {"Vpcs": {"Vpc": [_only(vpc, _VPC) for vpc in answer["Vpcs"]["Vpc"]]}}


def _vswitches(answer: Answer) -> Answer:
    return answer | {"VSwitches": {"VSwitch": [_only(vswitch, _VSWITCH) for vswitch in answer["VSwitches"]["VSwitch"]]}}


def _only(found: Mapping[str, Any], names: tuple[str, ...]) -> Answer:
    return {name: found[name] for name in names}


def _older(newer: Action, *parameters: str, shown: Callable[[Answer], Answer] = _same) -> Action:
    """The action of VPC with the parameters and the answer of ECS's."""

    @takes(*parameters)
    def act(context: Context, params: Params) -> Answer:
        known = {name: value for name, value in params.raw.items() if name in parameters}
        return shown(newer.carry_out(context, Params(known)))

    return act


_PAGE = ("PageNumber", "PageSize")
_NEW = ("RegionId", "CidrBlock", "Description", "ClientToken")

OF_ECS: Final[Mapping[str, Action]] = {
    "CreateVSwitch": _older(vpc_actions.create_vswitch, *_NEW, "VpcId", "ZoneId", "VSwitchName"),
    "CreateVpc": _older(vpc_actions.create_vpc, *_NEW, "VpcName", shown=_made),
    "DeleteVSwitch": _older(vpc_actions.delete_vswitch, "RegionId", "VSwitchId"),
    "DeleteVpc": _older(vpc_actions.delete_vpc, "RegionId", "VpcId"),
    "DescribeVSwitches": _older(
        vpc_actions.describe_vswitches,
        *("RegionId", "VpcId", "VSwitchId", "ZoneId", "IsDefault", *_PAGE),
        shown=_vswitches,
    ),
    "DescribeVpcs": _older(vpc_actions.describe_vpcs, "RegionId", "VpcId", "IsDefault", *_PAGE, shown=_vpcs),
}
