"""Rules of security groups: their form, and when two are one. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network
from typing import Literal

from .errors import Errors

Direction = Literal["ingress", "egress"]
RULES_A_GROUP = 200
_WITH_PORTS = frozenset({"TCP", "UDP"})
_WITHOUT_PORTS = frozenset({"ICMP", "ICMPV6", "GRE", "ALL"})
_PORTS = re.compile(r"(-?\d{1,5})/(-?\d{1,5})")
_ALL_PORTS = "-1/-1"


@dataclass(frozen=True)
class Peer:
    """Whom a rule lets in, or out to: addresses or a security group."""

    cidr: str = ""
    ipv6_cidr: str = ""
    group_id: str = ""


@dataclass(frozen=True)
class Rule:
    """A rule of a security group. `own` narrows the group's own side; two rules that say the same are one."""

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
        """How the parameters name the peer: Source or Dest."""
        return "Source" if self.direction == "ingress" else "Dest"

    def checked(self, *, revoking: bool = False) -> Rule:
        """The rule as it is kept; raises what the API says of one that is not well formed."""
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
