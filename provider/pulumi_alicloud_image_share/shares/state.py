"""A share as the state keeps it, and how that is written and read. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..arguments import UNKNOWN
from ..cloud.identity import STACKS_OWN, Identity, normalise_identity, restore_identity
from ..kinds.resource_id import resource_id, split_id
from .spec import ARGUMENTS, ShareSpec


@dataclass(frozen=True)
class ShareState:
    """A share as the state keeps it.

    Attributes:
        region: The region's ID.
        image_id: The image's ID.
        accounts: Account ID to the program's name for it, "" for none.
        shared_at: Account ID to the time since when it has access, ISO 8601 in UTC.
        owner_id: The account ID of the image's owner, "" if it is not known.
        exclusive: Whether accounts that the program does not list are drift.
        max_accounts: Accounts that the image may be shared with, None where no program said so.
        max_unshare_percent: How many per cent of at least 10 accounts one update may unshare, None likewise.
        allow_marketplace_based: Whether ECS decides if an image based on one of the Marketplace can be shared.
        identity: As whom to call ECS.
    """

    region: str
    image_id: str
    accounts: Mapping[str, str] = field(default_factory=dict)
    shared_at: Mapping[str, str] = field(default_factory=dict)
    owner_id: str = ""
    exclusive: bool = True
    max_accounts: int | None = None
    max_unshare_percent: float | None = None
    allow_marketplace_based: bool = False
    identity: Identity = STACKS_OWN

    @property
    def id(self) -> str:
        """The resource's ID: ``<region>:<image_id>``."""
        return resource_id(self.region, self.image_id)

    def __str__(self) -> str:
        return f"image {self.image_id} in {self.region}"


def state_of(spec: ShareSpec, region: str, image_id: str, shared_at: Mapping[str, str], owner_id: str) -> ShareState:
    """The state of a share that is as a program asks for it."""
    return ShareState(
        region=region,
        image_id=image_id,
        accounts={account: spec.accounts[account] for account in spec.account_ids},
        shared_at={account: shared_at.get(account, "") for account in spec.account_ids},
        owner_id=owner_id,
        exclusive=spec.exclusive is not False,
        max_accounts=None if spec.max_accounts is UNKNOWN else spec.max_accounts,
        max_unshare_percent=None if spec.max_unshare_percent is UNKNOWN else spec.max_unshare_percent,
        allow_marketplace_based=spec.allow_marketplace_based is True,
        identity=STACKS_OWN if spec.identity is UNKNOWN else spec.identity,
    )


def read_state(share_id: str, kept: Mapping[str, Any]) -> ShareState:
    """Read back what `write_state` wrote.

    Raises:
        RuleBroken: The ID is not of the form ``<region>:<image_id>``.
    """
    region, image_id = split_id(share_id, "an ImageShare")
    identity = restore_identity(kept)
    max_accounts = kept.get("max_accounts")
    return ShareState(
        region=region,
        image_id=image_id,
        accounts=kept.get("accounts") or {},
        shared_at=kept.get("shared_at") or {},
        owner_id=kept.get("owner_id") or "",
        exclusive=kept.get("exclusive") is not False,
        max_accounts=None if max_accounts is None else int(max_accounts),
        max_unshare_percent=kept.get("max_unshare_percent"),
        allow_marketplace_based=kept.get("allow_marketplace_based") is True,
        identity=STACKS_OWN if identity is UNKNOWN else identity,
    )


def write_state(state: ShareState) -> dict[str, Any]:
    """Write a share as outputs. What nobody said is left out."""
    outputs = {
        "image_id": state.image_id,
        "region": state.region,
        "accounts": dict(state.accounts),
        "account_ids": sorted(state.accounts),
        "shared_at": dict(state.shared_at),
        "owner_id": state.owner_id or None,
        "exclusive": state.exclusive,
        "max_accounts": state.max_accounts,
        "max_unshare_percent": state.max_unshare_percent,
        "allow_marketplace_based": state.allow_marketplace_based or None,
        **normalise_identity(state.identity),
    }
    return {name: value for name, value in outputs.items() if value is not None}


def inputs_of(state: ShareState) -> dict[str, Any]:
    """What a program would say to have a share like this."""
    return {name: value for name, value in write_state(state).items() if name in ARGUMENTS}
