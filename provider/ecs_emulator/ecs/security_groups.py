"""Security groups and their rules. No HTTP; `Cloud` locks."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network
from typing import Literal

from ..clock import Clock
from ..ids import new_id
from .errors import Errors

Direction = Literal["ingress", "egress"]
RULES_A_GROUP = 200
_WITH_PORTS = frozenset({"TCP", "UDP"})
_WITHOUT_PORTS = frozenset({"ICMP", "ICMPV6", "GRE", "ALL"})
_PORTS = re.compile(r"(-?\d{1,5})/(-?\d{1,5})")
_ALL_PORTS = "-1/-1"


@dataclass(frozen=True)
class Peer:
    """One side of a rule: addresses or a security group."""

    cidr: str = ""
    ipv6_cidr: str = ""
    group_id: str = ""


@dataclass(frozen=True)
class Rule:
    """A rule of a security group. `own` narrows the group's own side. Equal rules are the same rule."""

    direction: Direction
    protocol: str
    ports: str
    peer: Peer
    own: Peer = Peer()
    source_ports: str = ""
    policy: str = "Accept"
    priority: int = 1
    id: str = field(default="", compare=False)
    description: str = field(default="", compare=False)
    created: datetime | None = field(default=None, compare=False)

    @property
    def side(self) -> str:
        """The prefix of the peer's parameters: Source or Dest."""
        return "Source" if self.direction == "ingress" else "Dest"

    def checked(self, *, revoking: bool = False) -> Rule:
        """The normalized rule. Raises the error of the first part that is malformed."""
        protocol = self.protocol.upper()
        if protocol not in _WITH_PORTS | _WITHOUT_PORTS:
            raise Errors.PROTOCOL_UNSUPPORTED()
        malformed = Errors.PORT_RANGE_TO_REVOKE_MALFORMED if revoking else Errors.PORT_RANGE_MALFORMED
        _check_ports(protocol, self.ports, malformed)
        if self.source_ports:
            _check_ports(protocol, self.source_ports, malformed)
        policy = self.policy.capitalize()
        if policy not in ("Accept", "Drop"):
            raise Errors.SECURITY_RULE_POLICY_MALFORMED()
        if not 1 <= self.priority <= 100:
            raise Errors.PRIORITY_UNSUPPORTED()
        if len(self.description) > 512:
            raise Errors.SECURITY_RULE_DESCRIPTION_MALFORMED()
        other = "Dest" if self.side == "Source" else "Source"
        _check_addresses(self.peer, self.side)
        _check_addresses(self.own, other)
        if self.peer == Peer():
            raise Errors.PEER_MISSING(side=self.side)
        return replace(self, protocol=protocol, policy=policy)


def _check_ports(protocol: str, ports: str, malformed: Errors) -> None:
    match = _PORTS.fullmatch(ports)
    if match is None:
        raise malformed()
    if (protocol in _WITH_PORTS) == (ports == _ALL_PORTS):
        raise Errors.PROTOCOL_AND_PORTS_MISMATCH()
    if protocol in _WITH_PORTS and not 1 <= int(match[1]) <= int(match[2]) <= 65535:
        raise malformed()


def _check_addresses(peer: Peer, side: str) -> None:
    try:
        if peer.cidr:
            IPv4Network(peer.cidr, strict=False)
    except ValueError:
        raise Errors.CIDR_MALFORMED(parameter=f"{side}CidrIp") from None
    try:
        if peer.ipv6_cidr:
            IPv6Network(peer.ipv6_cidr, strict=False)
    except ValueError:
        raise Errors.IPV6_CIDR_MALFORMED(parameter=f"Ipv6{side}CidrIp") from None


_NAME = re.compile(r"[^\W\d_][\w.:-]{1,127}")
_ADDRESSES = ("http://", "https://")


@dataclass
class SecurityGroup:
    """A security group of an account, in a VPC."""

    id: str
    region: str
    owner: str
    vpc_id: str
    created: datetime
    name: str = ""
    description: str = ""
    type: str = "normal"
    inner_policy: str = "Accept"
    rules: list[Rule] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class NewGroup:
    """The request of CreateSecurityGroup."""

    vpc_id: str
    name: str = ""
    description: str = ""
    type: str = "normal"
    tags: Mapping[str, str] = field(default_factory=dict)


class SecurityGroups:
    """All security groups of all regions. Rules are only stored: there is no traffic here."""

    def __init__(
        self, check_region: Callable[[str], None], has_vpc: Callable[[str, str, str], bool], clock: Clock
    ) -> None:
        self._check_region = check_region
        self._has_vpc = has_vpc
        self._clock = clock
        self._groups: dict[str, SecurityGroup] = {}
        # Whether instances are in the security group of that ID.
        self.has_instances: Callable[[str], bool] = lambda group_id: False

    # -- finding ----------------------------------------------------------------------------------------------------

    def find(self, account: str, region: str, group_id: str) -> SecurityGroup | None:
        """The account's security group of that ID in the region."""
        group = self._groups.get(group_id)
        return group if group is not None and group.owner == account and group.region == region else None

    def own(self, account: str, region: str, group_id: str) -> SecurityGroup:
        """Like `find`, but raises InvalidSecurityGroupId.NotFound instead of returning None."""
        self._check_region(region)
        group = self.find(account, region, group_id)
        if group is None:
            raise Errors.SECURITY_GROUP_NOT_FOUND()
        return group

    def all_of(self, account: str, region: str) -> list[SecurityGroup]:
        """The account's security groups in a region, newest first."""
        self._check_region(region)
        own = [group for group in self._groups.values() if group.owner == account and group.region == region]
        return sorted(own, key=lambda group: (-group.created.timestamp(), group.id))

    def has_vpc_groups(self, vpc_id: str) -> bool:
        """Whether the VPC of that ID has security groups."""
        return any(group.vpc_id == vpc_id for group in self._groups.values())

    # -- making and changing ----------------------------------------------------------------------------------------

    def create(self, account: str, region: str, request: NewGroup) -> SecurityGroup:
        """Create a security group without rules."""
        self._check_region(region)
        _check_texts(request.name, request.description)
        if not request.vpc_id:
            raise Errors.VPC_NEEDED()
        if not self._has_vpc(account, region, request.vpc_id):
            raise Errors.VPC_NOT_FOUND()
        group = SecurityGroup(
            id=new_id("sg", region),
            region=region,
            owner=account,
            vpc_id=request.vpc_id,
            created=self._clock.now(),
            name=request.name,
            description=request.description,
            type=request.type,
            # "Advanced security groups": their instances can't reach each other unless a rule lets them.
            inner_policy="Accept" if request.type == "normal" else "Drop",
            tags=dict(request.tags),
        )
        self._groups[group.id] = group
        return group

    def default_of(self, account: str, region: str, vpc_id: str) -> SecurityGroup:
        """The oldest security group of the VPC, created if there is none."""
        for group in reversed(self.all_of(account, region)):
            if group.vpc_id == vpc_id:
                return group
        return self.create(account, region, NewGroup(vpc_id, name="default"))

    def change(self, group: SecurityGroup, name: str, description: str) -> None:
        """Change a security group's name or description. An empty value changes nothing."""
        _check_texts(name, description)
        group.name, group.description = name or group.name, description or group.description

    def set_inner_policy(self, group: SecurityGroup, policy: str) -> None:
        """Set whether the instances of a group can reach each other: Accept or Drop."""
        if policy.capitalize() not in ("Accept", "Drop"):
            raise Errors.INNER_POLICY_MALFORMED()
        group.inner_policy = policy.capitalize()

    def delete(self, group: SecurityGroup) -> None:
        """Delete a security group that no instance is in and that no other group's rule names."""
        if self.has_instances(group.id):
            raise Errors.SECURITY_GROUP_HAS_INSTANCES()
        if any(rule.peer.group_id == group.id for other in self._groups.values() for rule in other.rules):
            raise Errors.SECURITY_GROUP_AUTHORIZED()
        del self._groups[group.id]

    # -- rules ------------------------------------------------------------------------------------------------------

    def authorize(self, group: SecurityGroup, rules: Sequence[Rule]) -> None:
        """Add all rules, or raise and add none. Existing rules are ignored."""
        new: list[Rule] = []
        for rule in (given.checked() for given in rules):
            self._check_peer_group(group, rule)
            if rule not in group.rules and rule not in new:
                new.append(replace(rule, id=new_id("sgr", group.region), created=self._clock.now()))
        if len(group.rules) + len(new) > RULES_A_GROUP:
            raise Errors.SECURITY_RULES_QUOTA()
        group.rules.extend(new)

    def revoke(self, group: SecurityGroup, rules: Sequence[Rule]) -> None:
        """Remove rules. Unknown rules are ignored."""
        gone = [given.checked(revoking=True) for given in rules]
        group.rules = [rule for rule in group.rules if rule not in gone]

    def describe_rule(self, group: SecurityGroup, rule: Rule) -> None:
        """Change the description of an equal rule. An empty description changes nothing."""
        wanted = rule.checked()
        if wanted not in group.rules:
            raise Errors.SECURITY_RULE_NOT_FOUND()
        place = group.rules.index(wanted)
        kept = group.rules[place]
        group.rules[place] = replace(kept, description=wanted.description or kept.description)

    def _check_peer_group(self, group: SecurityGroup, rule: Rule) -> None:
        if not rule.peer.group_id:
            return
        if rule.peer.group_id == group.id:
            raise Errors.PEER_GROUP_IS_ITSELF()
        other = self.find(group.owner, group.region, rule.peer.group_id)
        if other is None:
            raise Errors.PEER_GROUP_NOT_FOUND(side=rule.side)
        if other.vpc_id != group.vpc_id:
            raise Errors.PEER_GROUP_ELSEWHERE(side=rule.side)


def _check_texts(name: str, description: str) -> None:
    # "2 to 128 characters in length and must start with a letter or a Chinese character"; an address can't, as a slash
    # is none of the characters.
    if name and not _NAME.fullmatch(name):
        raise Errors.SECURITY_GROUP_NAME_MALFORMED()
    if description and (not 2 <= len(description) <= 256 or description.startswith(_ADDRESSES)):
        raise Errors.SECURITY_GROUP_DESCRIPTION_MALFORMED()
