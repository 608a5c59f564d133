"""The actions of VPCs, their route tables and vSwitches, and tags."""

from __future__ import annotations

from ..actions import Context, takes
from ..clock import format_time
from ..errors import CommonErrors
from ..paging import IDS_MAX, numbered
from ..tags import RESOURCES_A_CALL, TAGS_MAX, has_tags
from ..wire import Answer, Params
from .errors import Errors
from .vpcs import Label, Vpc, VSwitch, new_tags, tag_filter

TAGS = ("Tag.N.Key", "Tag.N.Value")
PAGE_SIZE_MAX = 50


def new_label(params: Params, name: str) -> Label:
    """The name, description and tags of a new resource."""
    return Label(params.get(name), params.get("Description"), new_tags(params.pairs("Tag", "Key", "Value")))


def check_dry_run(params: Params) -> None:
    """Raise DryRunOperation if the call is a dry run."""
    if params.boolean("DryRun"):
        raise CommonErrors.DRY_RUN_PASSED()


def render_tags(tags: dict[str, str]) -> Answer:
    """Tags as the answers of VPC have them."""
    return {"Tag": [{"Key": key, "Value": value} for key, value in tags.items()]}


@takes("RegionId", "CidrBlock", "VpcName", "Description", *TAGS, "ClientToken", "DryRun")
def create_vpc(context: Context, params: Params) -> Answer:
    """Create a VPC."""
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
    """All attributes of one VPC."""
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
    """Delete an empty VPC."""
    region, vpc_id = params.get("RegionId"), params.require("VpcId")
    # ForceDelete also deletes a VPC's gateways. There are no gateways here.
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


# -- route tables: each VPC has only its system route table -----------------------------------------------------------


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
    """Change a route table's name or description, or whether it accepts propagated routes."""
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


# -- vSwitches ---------------------------------------------------------------------------------------------------------


@takes("RegionId", "VpcId", "ZoneId", "CidrBlock", "VSwitchName", "Description", *TAGS, "ClientToken")
def create_vswitch(context: Context, params: Params) -> Answer:
    """Create a vSwitch in a VPC."""
    region, vpc_id = params.get("RegionId"), params.require("VpcId")
    # Instead of CidrBlock the newest page takes CidrMask, which no client here sends.
    zone, cidr = params.require("ZoneId"), params.require("CidrBlock")
    label = new_label(params, "VSwitchName")

    def create() -> str:
        return context.cloud.vpcs.create_vswitch(context.account, region, vpc_id, zone, cidr, label).id

    token = params.get("ClientToken")
    return {"VSwitchId": context.cloud.once(context.account, "CreateVSwitch", token, params.raw, create)}


@takes("RegionId", "VSwitchId", "DryRun")
def describe_vswitch_attributes(context: Context, params: Params) -> Answer:
    """All attributes of one vSwitch; empty values for an unknown one."""
    vswitch_id = params.require("VSwitchId")
    vswitch = context.cloud.vpcs.find_vswitch(context.account, params.get("RegionId"), vswitch_id)
    check_dry_run(params)
    if vswitch is None:
        # The page of DeleteVSwitch says: "If you cannot query the vSwitch, the vSwitch is deleted". This action's table
        # has no code for it. Clients of both SDKs look for an empty VSwitchId.
        return {"VSwitchId": "", "VpcId": "", "Status": "", "VSwitchName": "", "ZoneId": "", "CidrBlock": ""}
    return {**_vswitch(context, vswitch), "CloudResources": {"CloudResourceSetType": []}}


@takes(
    *("RegionId", "VpcId", "VSwitchId", "VSwitchName", "ZoneId", "RouteTableId", "IsDefault"),
    *(*TAGS, "PageNumber", "PageSize", "DryRun"),
)
def describe_vswitches(context: Context, params: Params) -> Answer:
    """The caller's vSwitches in a region or in a VPC."""
    region, vpc_id = params.get("RegionId"), params.get("VpcId")
    # "You must set at least one of RegionId and VpcId."
    if not vpc_id:
        context.cloud.vpcs.check_region(params.require("RegionId"))
    default = params.boolean("IsDefault")
    tags = tag_filter(params.pairs("Tag", "Key", "Value"))
    found = [
        vswitch
        for vswitch in context.cloud.vpcs.vswitches_of(context.account, region, vpc_id)
        if params.get("VSwitchId") in ("", vswitch.id)
        and params.get("VSwitchName") in ("", vswitch.name)
        and params.get("ZoneId") in ("", vswitch.zone)
        and params.get("RouteTableId") in ("", vswitch.vpc.route_table.id)
        and default in (None, vswitch.is_default)
        and has_tags(vswitch.tags, tags)
    ]
    check_dry_run(params)
    return numbered(
        params, context.reading, found, PAGE_SIZE_MAX, "VSwitches", "VSwitch", lambda v: _vswitch(context, v)
    )


@takes("RegionId", "VSwitchId", "VSwitchName", "Description")
def modify_vswitch_attribute(context: Context, params: Params) -> Answer:
    """Change a vSwitch's name or description."""
    vswitch = context.cloud.vpcs.vswitch(context.account, params.get("RegionId"), params.require("VSwitchId"))
    context.cloud.vpcs.change_vswitch(vswitch, Label(params.get("VSwitchName"), params.get("Description")))
    return {}


@takes("RegionId", "VSwitchId", "DryRun")
def delete_vswitch(context: Context, params: Params) -> Answer:
    """Delete a vSwitch without instances."""
    vswitch = context.cloud.vpcs.vswitch(context.account, params.get("RegionId"), params.require("VSwitchId"))
    context.cloud.vpcs.delete_vswitch(vswitch, dry_run=bool(params.boolean("DryRun")))
    return {}


def _vswitch(context: Context, vswitch: VSwitch) -> Answer:
    return {
        "VSwitchId": vswitch.id,
        "VSwitchName": vswitch.name,
        "Description": vswitch.description,
        "VpcId": vswitch.vpc_id,
        "ZoneId": vswitch.zone,
        "CidrBlock": str(vswitch.cidr),
        "Ipv6CidrBlock": "",
        "EnabledIpv6": False,
        "Status": "Available",
        "IsDefault": vswitch.is_default,
        "AvailableIpAddressCount": context.cloud.vpcs.free_addresses(vswitch),
        "RouteTable": {"RouteTableId": vswitch.vpc.route_table.id, "RouteTableType": "System"},
        "NetworkAclId": "",
        "ShareType": "",
        "CreationTime": format_time(vswitch.created),
        "ResourceGroupId": "",
        "OwnerId": int(vswitch.owner),
        "Tags": render_tags(vswitch.tags),
    }


# -- tags --------------------------------------------------------------------------------------------------------------


@takes("RegionId", "ResourceType", "ResourceId.N", *TAGS)
def tag_resources(context: Context, params: Params) -> Answer:
    """Put tags on the caller's VPCs or vSwitches. An existing tag gets the new value."""
    region, resource_type, ids = _resources(params)
    pairs = params.pairs("Tag", "Key", "Value")
    if not ids or not pairs:
        raise CommonErrors.MISSING_PARAMETER(name="Tag" if ids else "ResourceId")
    context.cloud.vpc_tagging.tag(context.account, region, resource_type, ids, new_tags(pairs))
    return {}


@takes("RegionId", "ResourceType", "ResourceId.N", "TagKey.N", "All")
def untag_resources(context: Context, params: Params) -> Answer:
    """Remove tags from the caller's VPCs or vSwitches; with All=true and no TagKey, all tags."""
    region, resource_type, ids = _resources(params)
    keys = params.repeated("TagKey")
    if len(keys) > TAGS_MAX:
        raise Errors.TOO_MANY_TAGS()
    if not ids or not (keys or params.boolean("All")):
        raise CommonErrors.MISSING_PARAMETER(name="TagKey" if ids else "ResourceId")
    context.cloud.vpc_tagging.untag(context.account, region, resource_type, ids, keys or None)
    return {}


@takes("RegionId", "ResourceType", "ResourceId.N", *TAGS, "MaxResults", "NextToken")
def list_tag_resources(context: Context, params: Params) -> Answer:
    """The tags of the caller's VPCs or vSwitches, found by IDs, by tags, or by both."""
    region, resource_type, ids = _resources(params)
    wanted = tag_filter(params.pairs("Tag", "Key", "Value"))
    if not ids and not wanted:
        raise Errors.NO_TAGS_AND_NO_RESOURCES()
    tags = context.cloud.vpc_tagging.tags_of(context.account, region, resource_type, ids, wanted)
    size, token = params.integer("MaxResults", 50, 1, 50), params.get("NextToken", "0")
    if not token.isdecimal() or len(token) > 9 or int(token) > len(tags):
        raise CommonErrors.INVALID_PARAMETER(name="NextToken")
    end = int(token) + size
    shown = [
        {"ResourceType": resource_type.upper(), "ResourceId": resource_id, "TagKey": key, "TagValue": value}
        for resource_id, key, value in tags[int(token) : end]
    ]
    return {"NextToken": str(end) if end < len(tags) else "", "TagResources": {"TagResource": shown}}


def _resources(params: Params) -> tuple[str, str, list[str]]:
    region, resource_type = params.require("RegionId"), params.require("ResourceType")
    ids = params.repeated("ResourceId")
    if len(ids) > RESOURCES_A_CALL:
        raise Errors.TOO_MANY_RESOURCES()
    return region, resource_type, ids
