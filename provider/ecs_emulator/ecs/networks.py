"""The networks that instances are put in, as RunInstances and its like look for them. Not locked: `Cloud` locks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from ipaddress import IPv4Network
from typing import Protocol

from .errors import Errors
from .security_groups import SecurityGroup, SecurityGroups


class VSwitch(Protocol):
    """A vSwitch, as ECS looks at one."""

    @property
    def id(self) -> str:
        """Its ID."""

    @property
    def cidr(self) -> IPv4Network:
        """Its addresses."""

    @property
    def vpc_id(self) -> str:
        """The VPC that it is in."""

    @property
    def zone(self) -> str:
        """The zone that it is in."""


class Networks:
    """The way to ask for a vSwitch or a security group by ID, with ECS's errors for one that is not there."""

    def __init__(
        self, find_vswitch: Callable[[str, str, str], VSwitch | None], security_groups: SecurityGroups
    ) -> None:
        self._find_vswitch = find_vswitch
        self._security_groups = security_groups

    def vswitch(self, account: str, region: str, vswitch_id: str) -> VSwitch:
        """The account's vSwitch in a region; InvalidVSwitchId.NotFound if there is none."""
        vswitch = self._find_vswitch(account, region, vswitch_id)
        if vswitch is None:
            raise Errors.VSWITCH_NOT_FOUND()
        return vswitch

    def security_group(self, account: str, region: str, group_id: str) -> SecurityGroup:
        """The account's security group in a region; InvalidSecurityGroupId.NotFound if there is none."""
        return self._security_groups.own(account, region, group_id)

    def place(
        self, account: str, region: str, vswitch_id: str, group_ids: Sequence[str]
    ) -> tuple[VSwitch, list[SecurityGroup]]:
        """A vSwitch and security groups of its VPC; InvalidParameter.Mismatch if a group is of another."""
        vswitch = self.vswitch(account, region, vswitch_id)
        groups = [self.security_group(account, region, group_id) for group_id in group_ids]
        if any(group.vpc_id != vswitch.vpc_id for group in groups):
            raise Errors.SECURITY_GROUP_AND_VSWITCH_MISMATCH()
        return vswitch, groups
