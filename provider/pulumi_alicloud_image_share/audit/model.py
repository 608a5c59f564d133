"""What an audit has seen and what it makes of that, as frozen dataclasses. Pure.

`reading` sees it in the cloud, `states` in the states of stacks, `findings` judges, and the frontends show an `Audit`.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..cloud.model import Image


class Kind(enum.Enum):
    """What a finding is about. The value is its name in reports and options."""

    NOT_ALLOWED = "not-allowed"
    """An account that is not on the allowlist can launch the image."""
    COMMUNITY = "community"
    """Every account can launch the image."""
    SHARE_GROUP = "share-group"
    """The image is shared with share groups of a resource directory, which no account ID shows."""
    UNMANAGED = "unmanaged"
    """The image is shared, and none of the stacks that were given manages that."""
    DRIFT = "drift"
    """Who has access is not what the stack's state has."""
    SEVERAL_MANAGERS = "several-managers"
    """Two resources manage the same account's access."""
    GONE = "gone"
    """A stack's state has an image that is not there."""
    NOT_UNSHARED = "not-unshared"
    """An update of a stack was to take access away, and did not come so far."""
    UNUSED = "unused"
    """Nobody uses the image: no instance of this account, no other account, and no stack that was given."""
    KEPT = "kept"
    """A copy of an earlier image that a distribution keeps, or one that no stack that was given has."""
    ELSEWHERE = "elsewhere"
    """A stack shares an image of another account, or of a region that was not looked at."""


NOTES: frozenset[Kind] = frozenset({Kind.UNUSED, Kind.KEPT, Kind.ELSEWHERE})
"""What is worth knowing and wrong with nothing: it does not make an audit fail."""


@dataclass(frozen=True)
class Manager:
    """A resource in the state of a stack that manages who may use an image.

    Attributes:
        stack: What the state was given as: a file, or a stack's name.
        urn: The resource's URN.
        region: The image's region, "" where the state does not say (then the image's ID alone tells it).
        image_id: The image's ID.
        accounts: The account IDs that the state has; None where it does not tell them.
        names: What the program calls them, where it does.
        exclusive: Whether it manages all accounts of the image, so that any other is drift.
        owner_id: The account ID of the image's owner, "" where the state does not say.
        why_unknown: Why the state does not tell the accounts, as a sentence.
        is_leaving: Whether an update was to delete it, and did not come so far: the program has it no more.
    """

    stack: str
    urn: str
    region: str
    image_id: str
    accounts: frozenset[str] | None
    names: Mapping[str, str] = field(default_factory=dict)
    exclusive: bool = False
    owner_id: str = ""
    why_unknown: str = ""
    is_leaving: bool = False

    @property
    def resource(self) -> str:
        """The name of the resource in the program, for people."""
        return self.urn.rpartition("::")[2]

    @property
    def label(self) -> str:
        """Which resource of which stack it is, for people: "prod: golden"."""
        return f"{self.stack}: {self.resource}"


@dataclass(frozen=True)
class KeptCopy:
    """A copy of an image in the state of a stack.

    Attributes:
        stack: As of `Manager`.
        urn: The resource's URN.
        region: The copy's region, "" where the state does not say.
        image_id: The copy's ID.
        kept_by: The name of the distribution that keeps it beside that of its newest image, "" for none.
    """

    stack: str
    urn: str
    region: str
    image_id: str
    kept_by: str = ""


@dataclass(frozen=True)
class AuditedImage:
    """An image of the account, and who can launch it besides.

    Attributes:
        image: What DescribeImages says.
        accounts: Account ID to the time since when it has access, ISO 8601 in UTC, "" where ECS does not say.
        groups: The share groups that it is shared with.
        managers: The resources that manage who may use it.
        is_seen: Whether ECS said who has access; if not, `accounts` and `groups` say nothing.
        leaving: Managers that an update was to delete, and did not come so far: no program has them any more.
    """

    image: Image
    accounts: Mapping[str, str] = field(default_factory=dict)
    groups: tuple[str, ...] = ()
    managers: tuple[Manager, ...] = ()
    is_seen: bool = True
    leaving: tuple[Manager, ...] = ()

    @property
    def is_shared(self) -> bool:
        """Whether anybody but the owner can launch it, as far as was seen, or as ECS lists it."""
        listed = not self.is_seen and self.image.is_shared is True
        return bool(self.accounts or self.groups or self.image.is_public or listed)


@dataclass(frozen=True)
class Finding:
    """One thing that somebody should look at.

    Attributes:
        kind: What it is about.
        region: The image's region.
        image_id: The image's ID.
        sentence: What is so, and what to do about it.
        accounts: The accounts that it is about, sorted; () where it is about no single ones.
    """

    kind: Kind
    region: str
    image_id: str
    sentence: str
    accounts: tuple[str, ...] = ()

    @property
    def is_note(self) -> bool:
        """Whether it is only worth knowing."""
        return self.kind in NOTES


@dataclass(frozen=True)
class Unseen:
    """What could not be looked at.

    Attributes:
        what: A region, an image, or a file.
        why: The error, as a sentence or more.
    """

    what: str
    why: str


@dataclass(frozen=True)
class Audit:
    """What one audit saw.

    Attributes:
        account_id: The account whose images they are, "" where not even that could be seen.
        regions: The IDs of the regions that were asked for, sorted.
        taken_at: When it was made, ISO 8601 in UTC.
        images: All own images of these regions, sorted by region, then newest first.
        findings: What is wrong, then what is worth knowing, in the order of `Kind`.
        unseen: What could not be looked at. An audit with any of it vouches for nothing.
        names: What the allowlist and the states call accounts: account ID to name.
        allowed: The account IDs of the allowlist, None where none was given.
        stacks: The stacks whose states were given.
        resource_names: The names of all resources of these stacks.
        left_out: How many findings of which kind were left out, as was asked.
    """

    account_id: str
    regions: tuple[str, ...]
    taken_at: str
    images: tuple[AuditedImage, ...] = ()
    findings: tuple[Finding, ...] = ()
    unseen: tuple[Unseen, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    allowed: frozenset[str] | None = None
    stacks: tuple[str, ...] = ()
    resource_names: frozenset[str] = frozenset()
    left_out: Mapping[Kind, int] = field(default_factory=dict)

    @property
    def accounts(self) -> tuple[str, ...]:
        """All accounts that have access to any image, sorted."""
        return tuple(sorted({account for image in self.images for account in image.accounts}))

    @property
    def problems(self) -> tuple[Finding, ...]:
        """The findings that are wrong, without what is only worth knowing."""
        return tuple(finding for finding in self.findings if not finding.is_note)

    @property
    def notes(self) -> tuple[Finding, ...]:
        """What is only worth knowing."""
        return tuple(finding for finding in self.findings if finding.is_note)
