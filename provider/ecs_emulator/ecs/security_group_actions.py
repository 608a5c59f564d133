"""The actions of security groups and of their rules."""

from __future__ import annotations

from ..actions import Action, Context, takes
from ..clock import format_time
from ..errors import CommonErrors
from ..paging import IDS_MAX, paged
from ..wire import Answer, Params
from .errors import Errors
from .security_groups import Direction, NewGroup, Peer, Rule, SecurityGroup
from .tagging import tag_filter, tags_of_copy

_TYPES = ("normal", "enterprise")


@takes(
    *("RegionId", "VpcId", "SecurityGroupName", "Description", "SecurityGroupType", "Tag.N.Key", "Tag.N.Value"),
    "ClientToken",
)
def create_security_group(context: Context, params: Params) -> Answer:
    """Create a security group in a VPC."""
    region = params.require("RegionId")
    request = NewGroup(
        vpc_id=params.get("VpcId"),
        name=params.get("SecurityGroupName"),
        description=params.get("Description"),
        type=_type(params) or "normal",
        tags=tags_of_copy(params.pairs("Tag", "Key", "Value")),
    )

    def create() -> str:
        return context.cloud.security_groups.create(context.account, region, request).id

    token = params.get("ClientToken")
    group_id = context.cloud.once(context.account, "CreateSecurityGroup", token, params.raw, create)
    return {"SecurityGroupId": group_id}


@takes(
    *("RegionId", "SecurityGroupId", "SecurityGroupIds", "SecurityGroupName", "SecurityGroupType", "VpcId"),
    *("NetworkType", "Tag.N.Key", "Tag.N.Value", "PageNumber", "PageSize", "MaxResults", "NextToken", "DryRun"),
)
def describe_security_groups(context: Context, params: Params) -> Answer:
    """The caller's security groups in a region."""
    region = params.require("RegionId")
    ids = params.json_list("SecurityGroupIds", IDS_MAX)
    kind, network = _type(params), params.get("NetworkType", "vpc")
    if network not in ("vpc", "classic"):
        raise CommonErrors.INVALID_PARAMETER(name="NetworkType")
    tags = tag_filter(params.pairs("Tag", "Key", "Value"))
    found = [
        group
        for group in context.cloud.security_groups.all_of(context.account, region)
        if network == "vpc"
        and (ids is None or group.id in ids)
        and params.get("SecurityGroupId") in ("", group.id)
        and params.get("SecurityGroupName") in ("", group.name)
        and params.get("VpcId") in ("", group.vpc_id)
        and kind in ("", group.type)
        and all(key in group.tags and value in (None, group.tags[key]) for key, value in tags.items())
    ]
    if params.boolean("DryRun"):
        raise CommonErrors.DRY_RUN_PASSED()
    answer = paged(params, context.reading, found, 100, "SecurityGroups", "SecurityGroup", _group)
    return {"RegionId": region, **answer}


@takes("RegionId", "SecurityGroupId", "Direction", "NicType", "MaxResults", "NextToken")
def describe_security_group_attribute(context: Context, params: Params) -> Answer:
    """One security group with its rules, newest first."""
    region, group_id = params.require("RegionId"), params.require("SecurityGroupId")
    group = context.cloud.security_groups.own(context.account, region, group_id)
    # "If you set this parameter to internet or leave it empty, the value is automatically set to intranet", so NicType
    # is accepted and makes no difference.
    direction = params.get("Direction", "all")
    if direction not in ("all", "ingress", "egress"):
        raise CommonErrors.INVALID_PARAMETER(name="Direction")
    rules = [rule for rule in reversed(group.rules) if direction in ("all", rule.direction)]
    size, start = params.integer("MaxResults", 500, 10, 1000), params.integer("NextToken", 0, 0)
    return {
        "RegionId": region,
        "SecurityGroupId": group.id,
        "SecurityGroupName": group.name,
        "Description": group.description,
        "VpcId": group.vpc_id,
        "InnerAccessPolicy": group.inner_policy,
        "NextToken": str(start + size) if start + size < len(rules) else "",
        "Permissions": {"Permission": [_permission(rule) for rule in rules[start : start + size]]},
    }


@takes("RegionId", "SecurityGroupId", "SecurityGroupName", "Description")
def modify_security_group_attribute(context: Context, params: Params) -> Answer:
    """Change a security group's name or description."""
    group = _own(context, params)
    context.cloud.security_groups.change(group, params.get("SecurityGroupName"), params.get("Description"))
    return {}


@takes("RegionId", "SecurityGroupId", "InnerAccessPolicy", "ClientToken")
def modify_security_group_policy(context: Context, params: Params) -> Answer:
    """Set whether the instances of a security group can reach each other."""
    group, policy = _own(context, params), params.require("InnerAccessPolicy")

    def change() -> None:
        context.cloud.security_groups.set_inner_policy(group, policy)

    token = params.get("ClientToken")
    context.cloud.once(context.account, "ModifySecurityGroupPolicy", token, params.raw, change)
    return {}


@takes("RegionId", "SecurityGroupId")
def delete_security_group(context: Context, params: Params) -> Answer:
    """Delete a security group that is not in use."""
    context.cloud.security_groups.delete(_own(context, params))
    return {}


def _own(context: Context, params: Params) -> SecurityGroup:
    region, group_id = params.require("RegionId"), params.require("SecurityGroupId")
    return context.cloud.security_groups.own(context.account, region, group_id)


def _type(params: Params) -> str:
    kind = params.get("SecurityGroupType")
    if kind not in ("", *_TYPES):
        raise CommonErrors.INVALID_PARAMETER(name="SecurityGroupType")
    return kind


def _group(group: SecurityGroup) -> Answer:
    return {
        "SecurityGroupId": group.id,
        "SecurityGroupName": group.name,
        "Description": group.description,
        "SecurityGroupType": group.type,
        "VpcId": group.vpc_id,
        "RuleCount": len(group.rules),
        "GroupToGroupRuleCount": sum(1 for rule in group.rules if rule.peer.group_id),
        "ServiceManaged": False,
        "ResourceGroupId": "",
        "CreationTime": format_time(group.created),
        "Tags": {"Tag": [{"TagKey": key, "TagValue": value} for key, value in group.tags.items()]},
    }


def _permission(rule: Rule) -> Answer:
    source, dest = (rule.peer, rule.own) if rule.side == "Source" else (rule.own, rule.peer)
    return {
        "SecurityGroupRuleId": rule.id,
        "Direction": rule.direction,
        "IpProtocol": rule.protocol,
        "PortRange": rule.ports,
        "SourcePortRange": rule.source_ports,
        "Policy": rule.policy,
        "Priority": str(rule.priority),
        "NicType": "intranet",
        "Description": rule.description,
        "SourceCidrIp": source.cidr,
        "Ipv6SourceCidrIp": source.ipv6_cidr,
        "SourceGroupId": source.group_id,
        "SourceGroupName": "",
        "SourceGroupOwnerAccount": "",
        "SourcePrefixListId": "",
        "DestCidrIp": dest.cidr,
        "Ipv6DestCidrIp": dest.ipv6_cidr,
        "DestGroupId": dest.group_id,
        "DestGroupName": "",
        "DestGroupOwnerAccount": "",
        "DestPrefixListId": "",
        "CreateTime": format_time(rule.created) if rule.created else "",
    }


# -- rules -------------------------------------------------------------------------------------------------------------


_RULES_A_CALL = 100
_RULE_FIELDS = (
    *("IpProtocol", "PortRange", "SourcePortRange", "Policy", "Priority", "NicType", "Description"),
    *("SourceCidrIp", "DestCidrIp", "Ipv6SourceCidrIp", "Ipv6DestCidrIp"),
)


def _fields(direction: Direction) -> tuple[str, ...]:
    return (*_RULE_FIELDS, "SourceGroupId" if direction == "ingress" else "DestGroupId")


def _of_rules(action: str, direction: Direction) -> Action:
    fields = _fields(direction)
    # Permissions.N is the newer form. The same names without it are the older form, for one rule.
    permissions = tuple(f"Permissions.N.{field}" for field in fields)

    @takes("RegionId", "SecurityGroupId", *permissions, *fields, "ClientToken")
    def change(context: Context, params: Params) -> Answer:
        region, group_id = params.require("RegionId"), params.require("SecurityGroupId")
        groups = context.cloud.security_groups
        group = groups.own(context.account, region, group_id)
        rules = _rules(params, direction)
        do = groups.authorize if action.startswith("Authorize") else groups.revoke

        token = params.get("ClientToken")
        context.cloud.once(context.account, action, token, params.raw, lambda: do(group, rules))
        return {}

    return change


def _of_description(action: str, direction: Direction) -> Action:
    # The rule's own parameters select it, and only its description changes. The newer form, which selects a rule by ID
    # and changes other parameters too, is not honoured.
    @takes("RegionId", "SecurityGroupId", *_fields(direction), "ClientToken")
    def change(context: Context, params: Params) -> Answer:
        region, group_id = params.require("RegionId"), params.require("SecurityGroupId")
        groups = context.cloud.security_groups
        group = groups.own(context.account, region, group_id)
        rule = _rule(params, "", direction)

        token = params.get("ClientToken")
        context.cloud.once(context.account, action, token, params.raw, lambda: groups.describe_rule(group, rule))
        return {}

    return change


authorize_security_group = _of_rules("AuthorizeSecurityGroup", "ingress")
authorize_security_group_egress = _of_rules("AuthorizeSecurityGroupEgress", "egress")
revoke_security_group = _of_rules("RevokeSecurityGroup", "ingress")
revoke_security_group_egress = _of_rules("RevokeSecurityGroupEgress", "egress")
modify_security_group_rule = _of_description("ModifySecurityGroupRule", "ingress")
modify_security_group_egress_rule = _of_description("ModifySecurityGroupEgressRule", "egress")


def _rules(params: Params, direction: Direction) -> list[Rule]:
    numbers = params.numbers("Permissions")
    if len(numbers) > _RULES_A_CALL:
        raise CommonErrors.INVALID_PARAMETER(name="Permissions")
    if not numbers:
        return [_rule(params, "", direction)]
    # Both forms in one call are not documented: one of them would have no effect.
    both = next((field for field in _fields(direction) if params.get(field)), None)
    if both is not None:
        raise CommonErrors.INVALID_PARAMETER(name=both)
    return [_rule(params, f"Permissions.{number}.", direction) for number in numbers]


def _rule(params: Params, prefix: str, direction: Direction) -> Rule:
    def get(name: str, default: str = "") -> str:
        return params.get(prefix + name, default)

    def peer(side: str) -> Peer:
        return Peer(get(f"{side}CidrIp"), get(f"Ipv6{side}CidrIp"), get(f"{side}GroupId"))

    # Only groups of the classic network had rules for the internet.
    if get("NicType", "intranet") != "intranet":
        raise Errors.NIC_TYPE_UNSUPPORTED()
    priority = get("Priority", "1")
    if not priority.isdecimal() or len(priority) > 3:
        raise Errors.PRIORITY_UNSUPPORTED()
    source, dest = peer("Source"), peer("Dest")
    return Rule(
        direction=direction,
        protocol=params.require(prefix + "IpProtocol"),
        ports=params.require(prefix + "PortRange"),
        peer=source if direction == "ingress" else dest,
        own=dest if direction == "ingress" else source,
        source_ports=get("SourcePortRange"),
        policy=get("Policy", "accept"),
        priority=int(priority),
        description=get("Description"),
    )
