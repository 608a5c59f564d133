"""VPCs, their vSwitches and their system route tables. No HTTP; not locked: `Cloud` locks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import IPv4Network

from ..catalogue import zones_of
from ..clock import Clock
from ..errors import CommonErrors, EcsError
from ..ids import new_id
from .errors import Errors

CIDR_DEFAULT = "172.16.0.0/12"
VPCS_A_REGION = 10
VSWITCHES_A_VPC = 150
_RESERVED = tuple(map(IPv4Network, ("100.64.0.0/10", "224.0.0.0/4", "127.0.0.0/8", "169.254.0.0/16")))
_ADDRESSES_KEPT = 4
"""Of each vSwitch: its first address and its last three."""


@dataclass
class RouteTable:
    """The system route table of a VPC."""

    id: str
    name: str = ""
    description: str = ""
    propagates: bool = True


@dataclass
class Vpc:
    """A VPC of an account in one region."""

    id: str
    region: str
    owner: str
    cidr: IPv4Network
    router_id: str
    route_table: RouteTable
    created: datetime
    name: str = ""
    description: str = ""
    is_default: bool = False
    tags: dict[str, str] = field(default_factory=dict)


@dataclass
class VSwitch:
    """A vSwitch of a VPC, in one zone."""

    id: str
    region: str
    owner: str
    vpc: Vpc
    zone: str
    cidr: IPv4Network
    created: datetime
    name: str = ""
    description: str = ""
    is_default: bool = False
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def vpc_id(self) -> str:
        """The ID of its VPC."""
        return self.vpc.id


@dataclass(frozen=True)
class Label:
    """What a new VPC or vSwitch is called, how it is described and how it is tagged."""

    name: str = ""
    description: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)


class Vpcs:
    """All VPCs and vSwitches of all accounts. What is asked for comes to be, or goes, at once: nothing is Pending."""

    def __init__(self, regions: tuple[str, ...], clock: Clock) -> None:
        self._regions = regions
        self._clock = clock
        self._vpcs: dict[str, Vpc] = {}
        self._vswitches: dict[str, VSwitch] = {}
        # How many instances are in the vSwitch of that ID, and whether the VPC of that ID has security groups.
        self.instances_in: Callable[[str], int] = lambda vswitch_id: 0
        self.has_groups: Callable[[str], bool] = lambda vpc_id: False

    def check_region(self, region: str) -> None:
        """Raise InvalidRegionId.NotFound unless the region exists."""
        if region not in self._regions:
            raise Errors.REGION_NOT_FOUND()

    # -- looking ----------------------------------------------------------------------------------------------------

    def find_vpc(self, account: str, region: str, vpc_id: str) -> Vpc | None:
        """The account's VPC of that ID in the region (empty: in any)."""
        vpc = self._vpcs.get(vpc_id)
        return vpc if vpc is not None and vpc.owner == account and region in ("", vpc.region) else None

    def find_vswitch(self, account: str, region: str, vswitch_id: str) -> VSwitch | None:
        """The account's vSwitch of that ID in the region (empty: in any)."""
        found = self._vswitches.get(vswitch_id)
        return found if found is not None and found.owner == account and region in ("", found.region) else None

    def vpc(self, account: str, region: str, vpc_id: str) -> Vpc:
        """As `find_vpc`; InvalidVpcId.NotFound if there is none."""
        vpc = self.find_vpc(account, region, vpc_id)
        if vpc is None:
            raise Errors.VPC_NOT_FOUND()
        return vpc

    def vswitch(self, account: str, region: str, vswitch_id: str) -> VSwitch:
        """As `find_vswitch`; InvalidVSwitchId.NotFound if there is none."""
        vswitch = self.find_vswitch(account, region, vswitch_id)
        if vswitch is None:
            raise Errors.VSWITCH_NOT_FOUND()
        return vswitch

    def vpcs_of(self, account: str, region: str) -> list[Vpc]:
        """The account's VPCs in a region, newest first."""
        own = [vpc for vpc in self._vpcs.values() if vpc.owner == account and vpc.region == region]
        return sorted(own, key=lambda vpc: (-vpc.created.timestamp(), vpc.id))

    def vswitches_of(self, account: str, region: str = "", vpc_id: str = "") -> list[VSwitch]:
        """The account's vSwitches in a region, in a VPC, or (both empty) all of them, newest first."""
        own = [
            vswitch
            for vswitch in self._vswitches.values()
            if vswitch.owner == account and region in ("", vswitch.region) and vpc_id in ("", vswitch.vpc_id)
        ]
        return sorted(own, key=lambda vswitch: (-vswitch.created.timestamp(), vswitch.id))

    def free_addresses(self, vswitch: VSwitch) -> int:
        """How many instances can still be put in the vSwitch."""
        return vswitch.cidr.num_addresses - _ADDRESSES_KEPT - self.instances_in(vswitch.id)

    # -- making -----------------------------------------------------------------------------------------------------

    def create_vpc(
        self, account: str, region: str, cidr: str, label: Label, *, is_default: bool = False, dry_run: bool = False
    ) -> Vpc:
        """A new VPC with its router and its route table; or with `dry_run`, DryRunOperation."""
        self.check_region(region)
        network = _vpc_network(cidr or CIDR_DEFAULT)
        _check_label(label, Errors.VPC_NAME_MALFORMED, Errors.VPC_DESCRIPTION_MALFORMED)
        others = [vpc for vpc in self.vpcs_of(account, region) if not vpc.is_default]
        # A default VPC takes nothing of the quota.
        if not is_default and len(others) >= VPCS_A_REGION:
            raise Errors.VPC_QUOTA()
        if dry_run:
            raise CommonErrors.DRY_RUN_PASSED()
        vpc = Vpc(
            id=new_id("vpc", region),
            region=region,
            owner=account,
            cidr=network,
            router_id=new_id("vrt", region),
            route_table=RouteTable(new_id("vtb", region)),
            created=self._clock.now(),
            name=label.name,
            description=label.description,
            is_default=is_default,
            tags=dict(label.tags),
        )
        self._vpcs[vpc.id] = vpc
        return vpc

    def create_vswitch(
        self, account: str, region: str, vpc_id: str, zone: str, cidr: str, label: Label, *, is_default: bool = False
    ) -> VSwitch:
        """A new vSwitch in a VPC of the account's."""
        vpc = self.vpc(account, region, vpc_id)
        if zone not in zones_of(vpc.region):
            raise Errors.ZONE_NOT_FOUND()
        _check_label(label, Errors.VSWITCH_NAME_MALFORMED, Errors.VSWITCH_DESCRIPTION_MALFORMED)
        network = _vswitch_network(cidr)
        if not network.subnet_of(vpc.cidr):
            raise Errors.VSWITCH_OUTSIDE_VPC()
        others = self.vswitches_of(account, vpc_id=vpc.id)
        if any(network.overlaps(other.cidr) for other in others):
            raise Errors.VSWITCH_OVERLAPS()
        if len(others) >= VSWITCHES_A_VPC:
            raise Errors.VSWITCH_QUOTA()
        vswitch = VSwitch(
            id=new_id("vsw", vpc.region),
            region=vpc.region,
            owner=account,
            vpc=vpc,
            zone=zone,
            cidr=network,
            created=self._clock.now(),
            name=label.name,
            description=label.description,
            is_default=is_default,
            tags=dict(label.tags),
        )
        self._vswitches[vswitch.id] = vswitch
        return vswitch

    def default_vswitch(self, account: str, region: str) -> VSwitch:
        """The vSwitch of the account's default VPC in a region, both made if they are not there.

        Where the VPC has no room for one, any of its vSwitches.
        """
        for vswitch in self.vswitches_of(account, region):
            if vswitch.is_default:
                return vswitch
        defaults = [vpc for vpc in self.vpcs_of(account, region) if vpc.is_default]
        vpc = defaults[0] if defaults else self.create_vpc(account, region, "172.31.0.0/16", Label(), is_default=True)
        others = self.vswitches_of(account, vpc_id=vpc.id)
        cidr = _free_range(vpc, others)
        if cidr is None or len(others) >= VSWITCHES_A_VPC:
            return others[0]
        zone = zones_of(region)[0]
        return self.create_vswitch(account, region, vpc.id, zone, str(cidr), Label(), is_default=True)

    # -- changing ---------------------------------------------------------------------------------------------------

    def change_vpc(self, vpc: Vpc, label: Label) -> None:
        """Give a VPC another name or description; an empty one is no change."""
        _check_label(label, Errors.VPC_NAME_MALFORMED, Errors.VPC_DESCRIPTION_MALFORMED)
        vpc.name, vpc.description = label.name or vpc.name, label.description or vpc.description

    def change_vswitch(self, vswitch: VSwitch, label: Label) -> None:
        """Give a vSwitch another name or description; an empty one is no change."""
        _check_label(label, Errors.VSWITCH_NAME_MALFORMED, Errors.VSWITCH_DESCRIPTION_MALFORMED)
        vswitch.name, vswitch.description = label.name or vswitch.name, label.description or vswitch.description

    def delete_vpc(self, vpc: Vpc, *, dry_run: bool = False) -> None:
        """Delete a VPC in which nothing is left; or with `dry_run`, DryRunOperation."""
        if self.vswitches_of(vpc.owner, vpc_id=vpc.id):
            raise Errors.VPC_HAS_VSWITCHES()
        if self.has_groups(vpc.id):
            raise Errors.VPC_HAS_SECURITY_GROUPS()
        if dry_run:
            raise CommonErrors.DRY_RUN_PASSED()
        del self._vpcs[vpc.id]

    def delete_vswitch(self, vswitch: VSwitch, *, dry_run: bool = False) -> None:
        """Delete a vSwitch in which no instance is left; or with `dry_run`, DryRunOperation."""
        if self.instances_in(vswitch.id):
            raise Errors.VSWITCH_HAS_INSTANCES()
        if dry_run:
            raise CommonErrors.DRY_RUN_PASSED()
        del self._vswitches[vswitch.id]


def _free_range(vpc: Vpc, vswitches: Iterable[VSwitch]) -> IPv4Network | None:
    """The first 4096 addresses of a VPC that no vSwitch has; where there are none, half of that, and so on."""
    taken = [vswitch.cidr for vswitch in vswitches]
    for bits in range(20, 30):
        for network in vpc.cidr.subnets(new_prefix=bits):
            if not any(network.overlaps(other) for other in taken):
                return network
    return None


def _check_label(label: Label, bad_name: Callable[[], EcsError], bad_description: Callable[[], EcsError]) -> None:
    """Raise unless the name has up to 128 characters and the description up to 256, and neither is an address."""
    for text, longest, refusal in ((label.name, 128, bad_name), (label.description, 256, bad_description)):
        if len(text) > longest or text.startswith(("http://", "https://")):
            raise refusal()


def _vpc_network(cidr: str) -> IPv4Network:
    # "We recommend ... 16 to 28 bits", says the newest page, and its older ones offer 10.0.0.0/8 and 172.16.0.0/12
    # themselves, which clients' own examples use.
    network = _network(cidr, Errors.VPC_CIDR_INVALID)
    if not 8 <= network.prefixlen <= 28 or any(network.overlaps(reserved) for reserved in _RESERVED):
        raise Errors.VPC_CIDR_INVALID()
    return network


def _vswitch_network(cidr: str) -> IPv4Network:
    network = _network(cidr, Errors.VSWITCH_CIDR_MALFORMED)
    if not 16 <= network.prefixlen <= 29:
        raise Errors.VSWITCH_MASK_INVALID()
    return network


def _network(cidr: str, refusal: Callable[[], EcsError]) -> IPv4Network:
    try:
        return IPv4Network(cidr)
    except ValueError:
        raise refusal() from None
