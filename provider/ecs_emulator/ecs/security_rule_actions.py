"""The actions of security groups' rules, a function each."""

from __future__ import annotations

from ..actions import Action, Context, takes
from ..errors import CommonErrors
from ..wire import Answer, Params
from .errors import Errors
from .security_rules import Direction, Peer, Rule

_RULES_A_CALL = 100
_COMMON = (
    *("IpProtocol", "PortRange", "SourcePortRange", "Policy", "Priority", "NicType", "Description"),
    *("SourceCidrIp", "DestCidrIp", "Ipv6SourceCidrIp", "Ipv6DestCidrIp"),
)


def _fields(direction: Direction) -> tuple[str, ...]:
    return (*_COMMON, "SourceGroupId" if direction == "ingress" else "DestGroupId")


def _of_rules(action: str, direction: Direction) -> Action:
    fields = _fields(direction)
    # Permissions.N is the newer form, and the same names alone the older one, of one rule.
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
    # A rule's own parameters say which it is, and its description is all that is changed then. The newer form, which
    # names the rule by its ID and changes the others too, is not honoured.
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
    # What comes of both forms in one call is not documented: of one of them, nothing would.
    both = next((field for field in _fields(direction) if params.get(field)), None)
    if both is not None:
        raise CommonErrors.INVALID_PARAMETER(name=both)
    return [_rule(params, f"Permissions.{number}.", direction) for number in numbers]


def _rule(params: Params, prefix: str, direction: Direction) -> Rule:
    def get(name: str, default: str = "") -> str:
        return params.get(prefix + name, default)

    def peer(side: str) -> Peer:
        return Peer(get(f"{side}CidrIp"), get(f"Ipv6{side}CidrIp"), get(f"{side}GroupId"))

    # The groups of the classic network alone had rules for the internet; it is the default of theirs.
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
