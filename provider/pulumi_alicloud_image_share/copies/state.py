"""A copy as the state keeps it, and how that is written and read. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..arguments import UNKNOWN
from ..cloud.identity import STACKS_OWN, Identity, normalise_identity, restore_identity
from ..cloud.model import Image
from ..kinds.resource_id import resource_id, split_id
from .changes import ImageAttributes
from .rules import program_tags
from .spec import Wanted


@dataclass(frozen=True)
class CopyState:
    """A copy as the state keeps it.

    Attributes:
        region: The ID of the region that it is in.
        image_id: The copy's ID.
        owner_id: The account ID of its owner, "" if it is not known.
        source_image_id: The ID of the image that was copied, "" where no state has it.
        source_region: The ID of the region that it is in, likewise.
        name: The copy's name.
        description: Its description, "" for none.
        family: Its image family, "" for none.
        encrypted: Whether it is encrypted.
        kms_key_id: The ID of the key that it was encrypted with, "" where none was named.
        tags: Its tags, without ECS's and ImageCopy's own.
        created_at: When it was created, ISO 8601 in UTC.
        size: Its size in GiB.
        force_delete: Whether it is deleted although instances use it.
        identity: As whom to call ECS.
    """

    region: str
    image_id: str
    owner_id: str = ""
    source_image_id: str = ""
    source_region: str = ""
    name: str = ""
    description: str = ""
    family: str = ""
    encrypted: bool = False
    kms_key_id: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    created_at: str = ""
    size: int = 0
    force_delete: bool = False
    identity: Identity = STACKS_OWN

    @property
    def id(self) -> str:
        """The resource's ID: ``<region>:<image_id>``."""
        return resource_id(self.region, self.image_id)

    def __str__(self) -> str:
        return f"image {self.image_id} in {self.region}"

    @property
    def has_origin(self) -> bool:
        """Whether it is known what it was copied from: not of a copy that was imported."""
        return bool(self.source_image_id)

    @property
    def attributes(self) -> ImageAttributes:
        """What can be changed in place."""
        return ImageAttributes(self.name, self.description, self.family, self.tags)


def state_of(copy: Wanted, image: Image) -> CopyState:
    """The state of a copy that was just made."""
    state = CopyState(
        region=copy.region,
        image_id=image.image_id,
        source_image_id=copy.source_image_id,
        source_region=copy.source_region,
        kms_key_id=copy.kms_key_id,
        force_delete=copy.force_delete,
        identity=copy.identity,
    )
    return as_seen(state, image)


def as_seen(state: CopyState, image: Image) -> CopyState:
    """The state with what ECS says of the copy now."""
    return replace(
        state,
        owner_id=image.owner_id or state.owner_id,
        name=image.name,
        description=image.description,
        family=image.family,
        encrypted=image.encrypted,
        tags=program_tags(image.tags),
        created_at=image.created_at,
        size=image.size,
    )


def read_state(copy_id: str, kept: Mapping[str, Any]) -> CopyState:
    """Read back what `write_state` wrote.

    Raises:
        RuleBroken: The ID is not of the form ``<region>:<image_id>``.
    """
    region, image_id = split_id(copy_id, "an ImageCopy")
    identity = restore_identity(kept)
    texts = ("source_image_id", "source_region", "name", "description", "family", "kms_key_id", "created_at")
    return CopyState(
        region=region,
        image_id=image_id,
        owner_id=kept.get("owner_id") or "",
        encrypted=kept.get("encrypted") is True,
        tags=kept.get("tags") or {},
        size=int(kept.get("size") or 0),
        force_delete=kept.get("force_delete") is True,
        identity=STACKS_OWN if identity is UNKNOWN else identity,
        **{name: kept.get(name) or "" for name in texts},
    )


def write_state(state: CopyState) -> dict[str, Any]:
    """Write a copy as outputs."""
    return {
        "image_id": state.image_id,
        "region": state.region,
        **({"owner_id": state.owner_id} if state.owner_id else {}),
        "source_image_id": state.source_image_id,
        "source_region": state.source_region,
        "name": state.name,
        "description": state.description,
        "family": state.family,
        "encrypted": state.encrypted,
        "kms_key_id": state.kms_key_id,
        "tags": dict(state.tags),
        "created_at": state.created_at,
        "size": state.size,
        "force_delete": state.force_delete,
        **normalise_identity(state.identity),
    }
