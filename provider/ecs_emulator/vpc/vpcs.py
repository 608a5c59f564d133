"""VPCs with their system route tables, vSwitches, and the tags of both. No HTTP; `Cloud` locks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import IPv4Network

from ..catalogue import zones_of
from ..clock import Clock
from ..errors import CommonErrors, EcsError
from ..ids import new_id
from ..tags import TAGS_MAX, TagsOfOwn
from .errors import Errors

CIDR_DEFAULT = "172.16.0.0/12"
VPCS_A_REGION = 10
VSWITCHES_A_VPC = 150
_RESERVED = tuple(map(IPv4Network, ("100.64.0.0/10", "224.0.0.0/4", "127.0.0.0/8", "169.254.0.0/16")))
_ADDRESSES_KEPT = 4
"""The first and the last three addresses of each vSwitch are reserved."""


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
    """Name, description and tags of a new VPC or vSwitch."""

    name: str = ""
    description: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)


class Vpcs:
    """All VPCs and vSwitches of all accounts. They are created and deleted at once, without a Pending status."""

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
        """Like `find_vpc`, but raises InvalidVpcId.NotFound instead of returning None."""
        vpc = self.find_vpc(account, region, vpc_id)
        if vpc is None:
            raise Errors.VPC_NOT_FOUND()
        return vpc

    def vswitch(self, account: str, region: str, vswitch_id: str) -> VSwitch:
        """Like `find_vswitch`, but raises InvalidVSwitchId.NotFound instead of returning None."""
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
        """The number of free addresses in the vSwitch."""
        return vswitch.cidr.num_addresses - _ADDRESSES_KEPT - self.instances_in(vswitch.id)

    # -- making -----------------------------------------------------------------------------------------------------

    def create_vpc(
        self, account: str, region: str, cidr: str, label: Label, *, is_default: bool = False, dry_run: bool = False
    ) -> Vpc:
        """Create a VPC with its router and route table, or with `dry_run` raise DryRunOperation."""
        self.check_region(region)
        network = _vpc_network(cidr or CIDR_DEFAULT)
        _check_label(label, Errors.VPC_NAME_MALFORMED, Errors.VPC_DESCRIPTION_MALFORMED)
        others = [vpc for vpc in self.vpcs_of(account, region) if not vpc.is_default]
        # A default VPC does not count towards the quota.
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
        """Create a vSwitch in one of the account's VPCs."""
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
        """The default vSwitch of the account's default VPC in a region. Both are created if they do not exist.

        If the VPC is full, another of its vSwitches.
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
        """Change a VPC's name or description. An empty value changes nothing."""
        _check_label(label, Errors.VPC_NAME_MALFORMED, Errors.VPC_DESCRIPTION_MALFORMED)
        vpc.name, vpc.description = label.name or vpc.name, label.description or vpc.description

    def change_vswitch(self, vswitch: VSwitch, label: Label) -> None:
        """Change a vSwitch's name or description. An empty value changes nothing."""
        _check_label(label, Errors.VSWITCH_NAME_MALFORMED, Errors.VSWITCH_DESCRIPTION_MALFORMED)
        vswitch.name, vswitch.description = label.name or vswitch.name, label.description or vswitch.description

    def delete_vpc(self, vpc: Vpc, *, dry_run: bool = False) -> None:
        """Delete an empty VPC, or with `dry_run` raise DryRunOperation."""
        if self.vswitches_of(vpc.owner, vpc_id=vpc.id):
            raise Errors.VPC_HAS_VSWITCHES()
        if self.has_groups(vpc.id):
            raise Errors.VPC_HAS_SECURITY_GROUPS()
        if dry_run:
            raise CommonErrors.DRY_RUN_PASSED()
        del self._vpcs[vpc.id]

    def delete_vswitch(self, vswitch: VSwitch, *, dry_run: bool = False) -> None:
        """Delete a vSwitch without instances, or with `dry_run` raise DryRunOperation."""
        if self.instances_in(vswitch.id):
            raise Errors.VSWITCH_HAS_INSTANCES()
        if dry_run:
            raise CommonErrors.DRY_RUN_PASSED()
        del self._vswitches[vswitch.id]


def _free_range(vpc: Vpc, vswitches: Iterable[VSwitch]) -> IPv4Network | None:
    """The first 4096 free addresses of a VPC, or else the first 2048, and so on; None if there are fewer than 8."""
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
    # The newest page: "We recommend ... 16 to 28 bits". Older ones offer 10.0.0.0/8 and 172.16.0.0/12, which clients'
    # examples use.
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


# -- tags --------------------------------------------------------------------------------------------------------------


_ADDRESSES = ("http://", "https://")
_RESERVED_PREFIXES = ("aliyun", "acs:")


def new_tags(pairs: Sequence[tuple[str | None, str | None]]) -> dict[str, str]:
    """The tags to put on a resource; a value that is absent is empty."""
    if len(pairs) > TAGS_MAX:
        raise Errors.TOO_MANY_TAGS()
    tags: dict[str, str] = {}
    for key, given in pairs:
        value = given or ""
        if not key or len(key) > 128 or key.startswith(_RESERVED_PREFIXES) or any(part in key for part in _ADDRESSES):
            raise Errors.TAG_KEY_INVALID()
        if len(value) > 128 or value.startswith(_RESERVED_PREFIXES) or any(part in value for part in _ADDRESSES):
            raise Errors.TAG_VALUE_INVALID()
        if key in tags:
            raise Errors.TAG_KEY_TWICE()
        tags[key] = value
    return tags


def tag_filter(pairs: Sequence[tuple[str | None, str | None]]) -> dict[str, str | None]:
    """The tags that a query looks for. A key without a value has the value None."""
    if len(pairs) > TAGS_MAX:
        raise Errors.TOO_MANY_TAGS()
    if any(not key for key, _ in pairs):
        raise Errors.TAG_KEY_INVALID()
    return {key: value for key, value in pairs if key}


class VpcTagging(TagsOfOwn):
    """The tags of VPCs and vSwitches."""

    def __init__(self, vpcs: Vpcs) -> None:
        super().__init__(Errors.RESOURCE_NOT_FOUND, Errors.TAGS_OF_RESOURCE_QUOTA)
        self._vpcs = vpcs

    def all_of(self, account: str, region: str, resource_type: str) -> Sequence[Vpc | VSwitch]:
        """See `TagsOfOwn.all_of`."""
        self._vpcs.check_region(region)
        # "The resource type value is case-insensitive." The other types that the page names do not exist here.
        if resource_type.upper() == "VPC":
            return self._vpcs.vpcs_of(account, region)
        if resource_type.upper() == "VSWITCH":
            return self._vpcs.vswitches_of(account, region)
        raise Errors.RESOURCE_TYPE_NOT_FOUND()
