"""The arguments and outputs of a distribution, and its type in the state."""

from __future__ import annotations

from typing import Final

from ..record import IDENTITY_PROPERTIES, Property
from ..resource.names import token

NAME: Final = "ImageDistribution"
TYPE: Final = token(NAME)
"""The type of a distribution, whichever frontend makes it."""
PROTECTION_TYPE: Final = token("Protection")
"""The type of the child that is deleted first, and so keeps a protected distribution from being deleted."""
IMAGE_IDS: Final = "image_ids"
IMAGES: Final = "images"
SHARES: Final = "shares"
DOC: Final = (
    "Images in every region, shared with accounts in each: a copy of each image for each other region, and a share. "
    "Regions are independent of each other: adding or removing one touches no other. A region that is removed is "
    "unshared first, and its copies are deleted after."
)
INPUTS: Final = (
    Property(
        "image_id",
        "text",
        "The ID of a custom image of this account: short for `images` with one ID. It may be an output. Exactly one of "
        "`imageId` and `images` is given.",
    ),
    Property(
        IMAGES,
        "list of text",
        "The IDs of the custom images to copy and share, the newest first. What is no longer listed is unshared, and "
        "its copies are deleted.",
        is_plain=True,
    ),
    Property(
        "regions",
        "list of text",
        "The IDs of the regions where the image is to be available. Its own region is shared in only if it is among "
        "them.",
        is_required=True,
        is_plain=True,
    ),
    Property("accounts", "accounts", "The accounts to share with.", is_required=True),
    Property(
        "source_region",
        "text",
        "The ID of the image's own region. Default: the configuration, then the environment.",
        is_plain=True,
    ),
    Property(
        "kms_key_ids",
        "map of text",
        "Region ID to the ID of the key (CMK) of that region which its copy is encrypted with.",
    ),
    Property("family", "text", "The image family of the copies. Default: none."),
    Property("description", "text", "The description of the copies. Default: none."),
    Property("tags", "map of text", "Tags of the copies."),
    Property(
        "force_delete",
        "flag",
        "Whether copies are deleted although instances use them. Those have lost access by then: they go on running, "
        "and can't re-initialise their disks. Default: false.",
    ),
    Property(
        "exclusive",
        "flag",
        "Whether accounts that the program does not list are drift, shown by a refresh and unshared by the next "
        "update. Default: true.",
    ),
    Property(
        "max_accounts",
        "number",
        "How many accounts each image may be shared with, by all who share it. Default: 50, the documented quota.",
    ),
    Property(
        "max_unshare_percent",
        "percent",
        "Largest percentage of accounts that one update may unshare (applies from 10 accounts). A new image is guarded "
        "too, by the accounts that the last one has. Default: 30.",
    ),
    Property(
        "allow_marketplace_based",
        "flag",
        "Whether ECS is left to decide if images that are based on one of the Marketplace can be shared. Default: "
        "false.",
    ),
    *IDENTITY_PROPERTIES,
)
OUTPUTS: Final = (
    Property(IMAGE_IDS, "map of text", "Region to the ID of the current image there."),
    Property(IMAGES, "list of text", "The IDs of the source images that are distributed, the current one first."),
    Property(SHARES, "map of text", "Region to the ID of the share of the current image there."),
)
PLAIN: Final = tuple(item.name for item in INPUTS if item.is_plain)
"""The arguments that a program must know when it runs."""
OF_COPIES: Final = ("family", "description", "tags", "force_delete")
"""The arguments that each copy is given as they are."""
OF_SHARES: Final = ("accounts", "exclusive", "max_accounts", "max_unshare_percent", "allow_marketplace_based")
"""The arguments that each share is given, all but the accounts as they are."""
