"""Where an instance is put: its vSwitch, with the zone and the VPC of it, its addresses. Pure."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

# Never routed, so that nobody is reached by mistake: RFC 2544.
PUBLIC: IPv4Network = IPv4Network("198.18.0.0/15")
# "The first and the last three IP addresses of each vSwitch are reserved by the system and cannot be specified."
_RESERVED_FIRST, _RESERVED_LAST = 1, 3


@dataclass(frozen=True)
class Place:
    """What a vSwitch says of the instances in it."""

    cidr: IPv4Network
    zone_id: str
    vpc_id: str

    def has(self, address: IPv4Address) -> bool:
        """Whether an instance in it can have this address."""
        return address in self.cidr and self._first <= int(address) <= self._last

    def free_address(self, taken: Container[IPv4Address]) -> IPv4Address | None:
        """The lowest address that nobody has; None if there is none left."""
        addresses = (IPv4Address(n) for n in range(self._first, self._last + 1))
        return next((address for address in addresses if address not in taken), None)

    @property
    def _first(self) -> int:
        return int(self.cidr.network_address) + _RESERVED_FIRST

    @property
    def _last(self) -> int:
        return int(self.cidr.broadcast_address) - _RESERVED_LAST


CheckPlace = Callable[[str, str, str, Sequence[str]], Place]
"""Account, region, vSwitch and security groups to a place; raises what the API says of those that can't be used."""
