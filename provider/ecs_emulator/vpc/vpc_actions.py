"""The actions of VPCs and of their route tables, a function each."""

from __future__ import annotations

from ..actions import Context, takes
from ..clock import format_time
from ..errors import CommonErrors
from ..paging import IDS_MAX, numbered
from ..tags import has_tags
from ..wire import Answer, Params
from .errors import Errors
from .tagging import new_tags, tag_filter
from .vpcs import Label, Vpc

TAGS = ("Tag.N.Key", "Tag.N.Value")
PAGE_SIZE_MAX = 50


def new_label(params: Params, name: str) -> Label:
    """How a new resource is to be called, described and tagged."""
    return Label(params.get(name), params.get("Description"), new_tags(params.pairs("Tag", "Key", "Value")))


def check_dry_run(params: Params) -> None:
    """Raise DryRunOperation if nothing but the check is asked for."""
    if params.boolean("DryRun"):
        raise CommonErrors.DRY_RUN_PASSED()


def render_tags(tags: dict[str, str]) -> Answer:
    """Tags as the answers of VPC have them."""
    return {"Tag": [{"Key": key, "Value": value} for key, value in tags.items()]}


@takes("RegionId", "CidrBlock", "VpcName", "Description", *TAGS, "ClientToken", "DryRun")
def create_vpc(context: Context, params: Params) -> Answer:
    """Make a VPC."""
    region = params.require("RegionId")
    label = new_label(params, "VpcName")
    vpcs = context.cloud.vpcs

    def create() -> Vpc:
        return vpcs.create_vpc(
            context.account, region, params.get("CidrBlock"), label, dry_run=bool(params.boolean("DryRun"))
        )

    vpc = context.cloud.once(context.account, "CreateVpc", params.get("ClientToken"), params.raw, create)
    return {
        "VpcId": vpc.id,
        "VRouterId": vpc.router_id,
        "RouteTableId": vpc.route_table.id,
        "ResourceGroupId": "",
    }


@takes("RegionId", "VpcId", "DryRun")
def describe_vpc_attribute(context: Context, params: Params) -> Answer:
    """One VPC, whole."""
    region, vpc_id = params.require("RegionId"), params.require("VpcId")
    context.cloud.vpcs.check_region(region)
    vpc = context.cloud.vpcs.vpc(context.account, region, vpc_id)
    check_dry_run(params)
    return {
        **_vpc(context, vpc),
        "ClassicLinkEnabled": False,
        "CloudResources": {"CloudResourceSetType": []},
        "AssociatedCens": {"AssociatedCen": []},
    }


@takes("RegionId", "VpcId", "VpcName", "IsDefault", *TAGS, "PageNumber", "PageSize", "DryRun")
def describe_vpcs(context: Context, params: Params) -> Answer:
    """The caller's VPCs in a region, by up to 100 IDs, by name, by tags, and default ones or others."""
    region = params.require("RegionId")
    context.cloud.vpcs.check_region(region)
    ids = [vpc_id for vpc_id in params.get("VpcId").split(",") if vpc_id]
    if len(ids) > IDS_MAX:
        raise CommonErrors.INVALID_PARAMETER(name="VpcId")
    name, default = params.get("VpcName"), params.boolean("IsDefault")
    tags = tag_filter(params.pairs("Tag", "Key", "Value"))
    found = [
        vpc
        for vpc in context.cloud.vpcs.vpcs_of(context.account, region)
        if (not ids or vpc.id in ids)
        and name in ("", vpc.name)
        and default in (None, vpc.is_default)
        and has_tags(vpc.tags, tags)
    ]
    check_dry_run(params)
    return numbered(params, context.reading, found, PAGE_SIZE_MAX, "Vpcs", "Vpc", lambda vpc: _vpc(context, vpc))


@takes("RegionId", "VpcId", "VpcName", "Description")
def modify_vpc_attribute(context: Context, params: Params) -> Answer:
    """Change a VPC's name or description."""
    vpc = context.cloud.vpcs.vpc(context.account, params.get("RegionId"), params.require("VpcId"))
    context.cloud.vpcs.change_vpc(vpc, Label(params.get("VpcName"), params.get("Description")))
    return {}


@takes("RegionId", "VpcId", "ForceDelete", "ClientToken", "DryRun")
def delete_vpc(context: Context, params: Params) -> Answer:
    """Delete a VPC in which nothing is left."""
    region, vpc_id = params.get("RegionId"), params.require("VpcId")
    # By force go a VPC's gateways, of which there are none here.
    params.boolean("ForceDelete")
    dry_run = bool(params.boolean("DryRun"))
    vpcs = context.cloud.vpcs

    def delete() -> None:
        vpcs.delete_vpc(vpcs.vpc(context.account, region, vpc_id), dry_run=dry_run)

    context.cloud.once(context.account, "DeleteVpc", params.get("ClientToken"), params.raw, delete)
    return {}


def _vpc(context: Context, vpc: Vpc) -> Answer:
    vswitches = context.cloud.vpcs.vswitches_of(context.account, vpc_id=vpc.id)
    return {
        "VpcId": vpc.id,
        "VpcName": vpc.name,
        "Description": vpc.description,
        "CidrBlock": str(vpc.cidr),
        "RegionId": vpc.region,
        "Status": "Available",
        "IsDefault": vpc.is_default,
        "CreationTime": format_time(vpc.created),
        "VRouterId": vpc.router_id,
        "RouterTableIds": {"RouterTableIds": [vpc.route_table.id]},
        "VSwitchIds": {"VSwitchId": [vswitch.id for vswitch in vswitches]},
        "SecondaryCidrBlocks": {"SecondaryCidrBlock": []},
        "UserCidrs": {"UserCidr": []},
        "NatGatewayIds": {"NatGatewayIds": []},
        "Ipv6CidrBlock": "",
        "Ipv6CidrBlocks": {"Ipv6CidrBlock": []},
        "EnabledIpv6": False,
        "DnsHostnameStatus": "DISABLED",
        "DhcpOptionsSetId": "",
        "DhcpOptionsSetStatus": "",
        "ResourceGroupId": "",
        "OwnerId": int(vpc.owner),
        "Tags": render_tags(vpc.tags),
    }


# -- route tables: of each VPC there is the system's alone ------------------------------------------------------------


@takes("RegionId", "VpcId", "RouteTableId", "RouterId", "RouteTableName", "RouteTableType", "PageNumber", "PageSize")
def describe_route_table_list(context: Context, params: Params) -> Answer:
    """The route tables of the caller's VPCs in a region."""
    region = params.require("RegionId")
    context.cloud.vpcs.check_region(region)
    kind = params.get("RouteTableType")
    if kind not in ("", "System", "Custom"):
        raise CommonErrors.INVALID_PARAMETER(name="RouteTableType")
    found = [
        vpc
        for vpc in context.cloud.vpcs.vpcs_of(context.account, region)
        if params.get("VpcId") in ("", vpc.id)
        and params.get("RouteTableId") in ("", vpc.route_table.id)
        and params.get("RouterId") in ("", vpc.router_id)
        and params.get("RouteTableName") in ("", vpc.route_table.name)
        and kind != "Custom"
    ]

    def render(vpc: Vpc) -> Answer:
        table = vpc.route_table
        vswitches = context.cloud.vpcs.vswitches_of(context.account, vpc_id=vpc.id)
        return {
            "RouteTableId": table.id,
            "RouteTableName": table.name,
            "RouteTableType": "System",
            "RouterId": vpc.router_id,
            "RouterType": "VRouter",
            "VpcId": vpc.id,
            "Description": table.description,
            "Status": "Available",
            "AssociateType": "VSwitch",
            "RoutePropagationEnable": table.propagates,
            "CreationTime": format_time(vpc.created),
            "VSwitchIds": {"VSwitchId": [vswitch.id for vswitch in vswitches]},
            "GatewayIds": {"GatewayIds": []},
            "ResourceGroupId": "",
            "OwnerId": int(vpc.owner),
            "Tags": {"Tag": []},
        }

    return numbered(params, context.reading, found, PAGE_SIZE_MAX, "RouterTableList", "RouterTableListType", render)


@takes("RegionId", "RouteTableId", "RouteTableName", "Description", "RoutePropagationEnable")
def modify_route_table_attributes(context: Context, params: Params) -> Answer:
    """Change a route table's name or description, or whether it takes routes that are propagated."""
    region, table_id = params.require("RegionId"), params.require("RouteTableId")
    propagates = params.boolean("RoutePropagationEnable")
    for vpc in context.cloud.vpcs.vpcs_of(context.account, region):
        if vpc.route_table.id == table_id:
            table = vpc.route_table
            table.name = params.get("RouteTableName", table.name)
            table.description = params.get("Description", table.description)
            table.propagates = table.propagates if propagates is None else propagates
            return {}
    raise Errors.ROUTE_TABLE_NOT_FOUND()
