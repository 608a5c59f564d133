"""What DescribeInstances and DescribeDisks look for. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fnmatch import fnmatchcase

from ..errors import CommonErrors
from .errors import Errors
from .instance_model import Disk, Instance
from .sizes import family_of

STATUSES = frozenset({"Pending", "Running", "Starting", "Stopping", "Stopped"})
LOCK_REASONS = frozenset({"financial", "security", "Recycling", "recycling", "dedicatedhostfinancial", "refunded"})
_FILTER_TIME = "%Y-%m-%dT%H:%MZ"

Span = tuple[datetime | None, datetime | None]


def creation_span(filters: Sequence[tuple[str | None, str | None]]) -> Span:
    """When what is looked for was created, from Filter.N: from the first time to the second, None being open."""
    found: dict[str, datetime] = {}
    for key, value in filters:
        # The newest page names CreationStartTime alone, the one before it CreationEndTime as well.
        if key not in ("CreationStartTime", "CreationEndTime"):
            raise Errors.INSTANCE_FILTER_KEY_NOT_FOUND()
        if key in found:
            raise CommonErrors.INVALID_PARAMETER(name="Filter.N.Key")
        try:
            found[key] = datetime.strptime(value or "", _FILTER_TIME).replace(tzinfo=UTC)
        except ValueError:
            raise Errors.INSTANCE_FILTER_VALUE_NOT_VALID() from None
    return found.get("CreationStartTime"), found.get("CreationEndTime")


def in_span(created: datetime, span: Span) -> bool:
    """Whether something was created in the span."""
    start, end = span
    return (start is None or created >= start) and (end is None or created <= end)


def has_tags(tags: Mapping[str, str], wanted: Mapping[str, str | None]) -> bool:
    """Whether all the tags that are looked for are there; a value of None is any."""
    return all(key in tags and value in (None, tags[key]) for key, value in wanted.items())


@dataclass(frozen=True)
class InstanceQuery:
    """What DescribeInstances can ask for; None and what is empty do not matter."""

    ids: Sequence[str] | None = None
    name: str = ""
    image_id: str = ""
    status: str = ""
    instance_type: str = ""
    family: str = ""
    zone_id: str = ""
    vpc_id: str = ""
    vswitch_id: str = ""
    security_group_id: str = ""
    key_pair_name: str = ""
    internet_charge_type: str = ""
    http_endpoint: str = ""
    http_tokens: str = ""
    private_ips: Sequence[str] | None = None
    public_ips: Sequence[str] | None = None
    none_at_all: bool = False
    """It asks for what no instance here is: of the classic network, subscribed to, locked, with an EIP."""
    tags: Mapping[str, str | None] = field(default_factory=dict)
    created: Span = (None, None)

    def matches(self, instance: Instance) -> bool:
        """Whether the instance is one of those."""
        settings = instance.settings
        equal = (
            (self.image_id, instance.image_id),
            (self.status, instance.status),
            (self.instance_type, instance.type),
            (self.family, family_of(instance.type)),
            (self.zone_id, instance.zone_id),
            (self.vpc_id, instance.vpc_id),
            (self.vswitch_id, instance.vswitch_id),
            (self.key_pair_name, settings.key_pair_name),
            (self.internet_charge_type, settings.internet_charge_type),
            (self.http_endpoint, settings.http_endpoint),
            (self.http_tokens, settings.http_tokens),
        )
        return (
            not self.none_at_all
            and (self.ids is None or instance.id in self.ids)
            and (not self.name or fnmatchcase(settings.name, _literal(self.name)))
            and all(not wanted or wanted == there for wanted, there in equal)
            and (not self.security_group_id or self.security_group_id in instance.security_group_ids)
            and (self.private_ips is None or str(instance.private_ip) in self.private_ips)
            and (self.public_ips is None or str(instance.public_ip) in self.public_ips)
            and has_tags(instance.tags, self.tags)
            and in_span(instance.created, self.created)
        )


@dataclass(frozen=True)
class DiskQuery:
    """What DescribeDisks can ask for; None and what is empty do not matter."""

    ids: Sequence[str] | None = None
    instance_id: str = ""
    name: str = ""
    category: str = ""
    performance_level: str = ""
    zone_id: str = ""
    kms_key_id: str = ""
    encrypted_alone: bool = False
    """Whether it asks for encrypted ones only; else it asks for all, not for those that are not."""
    none_at_all: bool = False
    """It asks for what no disk here is: a data disk, one that can be detached, one that is locked."""
    tags: Mapping[str, str | None] = field(default_factory=dict)
    created: Span = (None, None)

    def matches(self, disk: Disk) -> bool:
        """Whether the disk is one of those."""
        equal = (
            (self.instance_id, disk.instance_id),
            (self.category, disk.category),
            (self.performance_level, disk.performance_level),
            (self.zone_id, disk.zone_id),
            (self.kms_key_id, disk.kms_key_id),
        )
        return (
            not self.none_at_all
            and (self.ids is None or disk.id in self.ids)
            and (not self.name or fnmatchcase(disk.name, _literal(self.name)))
            and all(not wanted or wanted == there for wanted, there in equal)
            and (disk.encrypted or not self.encrypted_alone)
            and has_tags(disk.tags, self.tags)
            and in_span(disk.created, self.created)
        )


def _literal(pattern: str) -> str:
    """A name with * as its only wildcard."""
    return pattern.replace("[", "[[]").replace("?", "[?]")
