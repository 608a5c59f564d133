"""What a distribution takes and has, for the doors that describe it to other languages."""

from __future__ import annotations

from typing import Final

from ..record import IDENTITY_PROPERTIES, Property
from .history import HISTORY, IMAGE_IDS, SHARES

NAME: Final = "ImageDistribution"
DOC: Final = (
    "One image in every region, shared with the same accounts in each: a copy for each other region, and a share. "
    "Regions are independent of each other: adding or removing one touches no other. Where a region goes, its copy is "
    "unshared first and deleted after."
)
INPUTS: Final = (
    Property(
        "image_id",
        "text",
        "The ID of a custom image of this account. With `keepPrevious` a text that the program knows, else it may be "
        "an output. Exactly one of `imageId` and `images` is given.",
    ),
    Property(
        "images",
        "list of text",
        "The IDs of all images that are to be copied and shared, the newest first: rotation that hangs on nothing but "
        "the program.",
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
    Property("accounts", "accounts", "Whom to share with.", is_required=True),
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
    Property(
        "keep_previous",
        "number",
        "How many previous images stay copied and shared when `imageId` changes, so that instances made from them can "
        "re-initialise their disks. Older ones are unshared, and their copies deleted. Which they are is in the "
        "stack's state. Default: 0.",
        is_plain=True,
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
        "How many per cent of the accounts one update may unshare, if there are at least 10. A new image is guarded "
        "too, by what the last one had. Default: 30.",
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
    Property(HISTORY, "list of text", "The IDs of the source images that are distributed, the current one first."),
    Property(SHARES, "map of text", "Region to the ID of the share of the current image there."),
)
PLAIN: Final = tuple(item.name for item in INPUTS if item.is_plain)
"""What a program must know when it runs."""
OF_COPIES: Final = ("family", "description", "tags", "force_delete")
"""What copies are given as it is."""
OF_SHARES: Final = ("accounts", "exclusive", "max_accounts", "max_unshare_percent", "allow_marketplace_based")
"""What shares are given as it is."""
