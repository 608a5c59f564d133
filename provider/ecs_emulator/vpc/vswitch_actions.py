"""The actions of vSwitches, a function each."""

from __future__ import annotations

from ..actions import Context, takes
from ..clock import format_time
from ..paging import numbered
from ..tags import has_tags
from ..wire import Answer, Params
from .tagging import tag_filter
from .vpc_actions import PAGE_SIZE_MAX, TAGS, check_dry_run, new_label, render_tags
from .vpcs import Label, VSwitch


@takes("RegionId", "VpcId", "ZoneId", "CidrBlock", "VSwitchName", "Description", *TAGS, "ClientToken")
def create_vswitch(context: Context, params: Params) -> Answer:
    """Make a vSwitch in a VPC."""
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
    """One vSwitch, whole; of one that is not there, an answer with nothing in it."""
    vswitch_id = params.require("VSwitchId")
    vswitch = context.cloud.vpcs.find_vswitch(context.account, params.get("RegionId"), vswitch_id)
    check_dry_run(params)
    if vswitch is None:
        # "If you cannot query the vSwitch, the vSwitch is deleted", says DeleteVSwitch's page, and this action's table
        # has no code for that. The clients of both SDKs look for an answer with an empty VSwitchId.
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
    """Delete a vSwitch in which no instance is left."""
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
