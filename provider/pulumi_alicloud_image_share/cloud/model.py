"""What ECS says and is asked, as frozen dataclasses. Pure: `ecs` makes the calls, the kinds judge the answers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Final

BATCH_SIZE: Final = 10
"""Accounts that one ModifyImageSharePermission call may add, and may remove. ECS silently drops the 11th."""


@dataclass(frozen=True)
class Image:
    """What DescribeImages says of an image.

    Attributes:
        image_id: The image's ID.
        region: The region's ID.
        owner_id: The account ID of its owner.
        owner_alias: "self" for a custom image of this account, "others" for one that is shared with it or a
            community image, "system" for Alibaba Cloud's own, "marketplace".
        status: "Available", "Creating", "Waiting", "UnAvailable", "CreateFailed" or "Deprecated".
        is_public: Whether it is a community image.
        product_code: Not "" for images based on Marketplace images.
        is_shared: Whether the owner shares it with any account; None where ECS does not say.
        progress: How far its creation is, such as "45%".
        name: The image's name.
        description: Its description, "" for none.
        family: Its image family, "" for none.
        tags: All its tags, ECS's own too.
        encrypted: Whether any of its disks is.
        created_at: When it was created, ISO 8601 in UTC.
        size: Its size in GiB.
        architecture: "x86_64", "arm64" or "i386".
        os_type: "linux" or "windows".
        is_used: Whether an instance of its owner's was made from it; None where ECS does not say.
    """

    image_id: str
    region: str
    owner_id: str
    owner_alias: str
    status: str
    is_public: bool = False
    product_code: str = ""
    is_shared: bool | None = None
    progress: str = ""
    name: str = ""
    description: str = ""
    family: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    encrypted: bool = False
    created_at: str = ""
    size: int = 0
    architecture: str = ""
    os_type: str = ""
    is_used: bool | None = None

    @property
    def is_in_the_making(self) -> bool:
        """Whether it is still being made, or waits for its turn."""
        return self.status in ("Creating", "Waiting")


@dataclass(frozen=True)
class Sharing:
    """What DescribeImageSharePermission says of an image.

    Attributes:
        accounts: Account ID to the time since when it has access, ISO 8601 in UTC.
        groups: The share groups of a resource directory that it is shared with, which no account ID shows.
    """

    accounts: Mapping[str, str] = field(default_factory=dict)
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class ShareCall:
    """One ModifyImageSharePermission call: at most `BATCH_SIZE` accounts to add and as many to remove."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


@dataclass(frozen=True)
class CopyOrder:
    """What CopyImage is asked for. "" for a description or key that is not given, None for encryption as the source's.

    `name` is the name of the copy while it is made.
    """

    source_region: str
    source_image_id: str
    region: str
    name: str
    description: str = ""
    encrypted: bool | None = None
    kms_key_id: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"image {self.source_image_id} from {self.source_region} to {self.region}"

    @property
    def token(self) -> str:
        """The ClientToken of this order: whoever repeats the order gets the same copy.

        The tags name the run, so that no other run repeats it, and none is given a copy of long ago.
        """
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


def not_found_sentence(image_id: str, region: str) -> str:
    """The sentence for an image that is not in the region that was asked."""
    return (
        f"image {image_id} does not exist in region {region}, or this account can't see it: check the ID and the "
        "credentials; an image of another region must be copied (CopyImage) before its copy can be shared there."
    )
