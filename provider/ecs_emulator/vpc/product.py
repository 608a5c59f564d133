"""Every action of VPC that is served."""

from __future__ import annotations

from typing import Final

from ..actions import Product
from . import vpc_actions

VPC: Final = Product(
    name="vpc",
    version="2016-04-28",
    actions={
        "CreateVSwitch": vpc_actions.create_vswitch,
        "CreateVpc": vpc_actions.create_vpc,
        "DeleteVSwitch": vpc_actions.delete_vswitch,
        "DeleteVpc": vpc_actions.delete_vpc,
        "DescribeRouteTableList": vpc_actions.describe_route_table_list,
        "DescribeVSwitchAttributes": vpc_actions.describe_vswitch_attributes,
        "DescribeVSwitches": vpc_actions.describe_vswitches,
        "DescribeVpcAttribute": vpc_actions.describe_vpc_attribute,
        "DescribeVpcs": vpc_actions.describe_vpcs,
        "ListTagResources": vpc_actions.list_tag_resources,
        "ModifyRouteTableAttributes": vpc_actions.modify_route_table_attributes,
        "ModifyVSwitchAttribute": vpc_actions.modify_vswitch_attribute,
        "ModifyVpcAttribute": vpc_actions.modify_vpc_attribute,
        "TagResources": vpc_actions.tag_resources,
        "UnTagResources": vpc_actions.untag_resources,
    },
)
