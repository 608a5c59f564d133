"""The network of an instance: its vSwitch and its security groups. `Cloud` locks."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Protocol

from .errors import Errors
from .security_groups import SecurityGroup, SecurityGroups

# Never routed (RFC 2544), so no real host can be reached by mistake.
PUBLIC: IPv4Network = IPv4Network("198.18.0.0/15")
# "The first and the last three IP addresses of each vSwitch are reserved by the system and cannot be specified."
_RESERVED_FIRST, _RESERVED_LAST = 1, 3


@dataclass(frozen=True)
class Place:
    """A vSwitch as instances use it: addresses, zone and VPC."""

    cidr: IPv4Network
    zone_id: str
    vpc_id: str

    def has(self, address: IPv4Address) -> bool:
        """Whether an instance in it can have this address."""
        return address in self.cidr and self._first <= int(address) <= self._last

    def free_address(self, taken: Container[IPv4Address]) -> IPv4Address | None:
        """The lowest free address, or None."""
        addresses = (IPv4Address(n) for n in range(self._first, self._last + 1))
        return next((address for address in addresses if address not in taken), None)

    @property
    def _first(self) -> int:
        return int(self.cidr.network_address) + _RESERVED_FIRST

    @property
    def _last(self) -> int:
        return int(self.cidr.broadcast_address) - _RESERVED_LAST


CheckPlace = Callable[[str, str, str, Sequence[str]], Place]
"""Takes account, region, vSwitch and security groups; returns the place, or raises the error of RunInstances."""


class VSwitch(Protocol):
    """The part of a vSwitch that ECS uses."""

    @property
    def id(self) -> str:
        """Its ID."""

    @property
    def cidr(self) -> IPv4Network:
        """Its addresses."""

    @property
    def vpc_id(self) -> str:
        """The ID of its VPC."""

    @property
    def zone(self) -> str:
        """Its zone."""


class Networks:
    """vSwitches and security groups by ID, with ECS's errors for unknown ones."""

    def __init__(
        self, find_vswitch: Callable[[str, str, str], VSwitch | None], security_groups: SecurityGroups
    ) -> None:
        self._find_vswitch = find_vswitch
        self._security_groups = security_groups

    def vswitch(self, account: str, region: str, vswitch_id: str) -> VSwitch:
        """The account's vSwitch in a region, or InvalidVSwitchId.NotFound."""
        vswitch = self._find_vswitch(account, region, vswitch_id)
        if vswitch is None:
            raise Errors.VSWITCH_NOT_FOUND()
        return vswitch

    def security_group(self, account: str, region: str, group_id: str) -> SecurityGroup:
        """The account's security group in a region, or InvalidSecurityGroupId.NotFound."""
        return self._security_groups.own(account, region, group_id)

    def place(
        self, account: str, region: str, vswitch_id: str, group_ids: Sequence[str]
    ) -> tuple[VSwitch, list[SecurityGroup]]:
        """A vSwitch and security groups of its VPC, or InvalidParameter.Mismatch for a group of another VPC."""
        vswitch = self.vswitch(account, region, vswitch_id)
        groups = [self.security_group(account, region, group_id) for group_id in group_ids]
        if any(group.vpc_id != vswitch.vpc_id for group in groups):
            raise Errors.SECURITY_GROUP_AND_VSWITCH_MISMATCH()
        return vswitch, groups
