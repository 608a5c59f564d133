"""What `get_shared_image` takes and returns, for the frontends that describe it to other languages."""

from __future__ import annotations

from typing import Final

from ..record import IDENTITY_PROPERTIES, Property

DOC: Final = (
    "The newest image that a trusted account shares with this one. Only images that are really shared count: none of "
    "this account's own, no public and no Marketplace image, and only those of the accounts that `ownerIds` or the "
    "configuration names: anybody can share an image under any name."
)
INPUTS: Final = (
    Property(
        "owner_ids", "list of text", "The account IDs of the owners. Default: the configuration's `trustedOwners`."
    ),
    Property("name", "text", "The image's name; `*` stands for any characters."),
    Property("family", "text", "The image's family, as its owner calls it."),
    Property("tags", "map of text", "Tags that the image has, all of them."),
    Property("architecture", "text", "`x86_64`, `arm64` or `i386`. Default: any."),
    Property("os_type", "text", "`linux` or `windows`. Default: any."),
    Property(
        "most_recent",
        "flag",
        "Whether to take the newest of several images; if not, several are an error. Default: true.",
    ),
    Property("allow_community", "flag", "Whether a community image of these owners will do too. Default: false."),
    Property("region", "text", "The region's ID. Default: the configuration, then the environment."),
    *IDENTITY_PROPERTIES,
)
OUTPUTS: Final = (
    Property("image_id", "text", "The image's ID."),
    Property("region", "text", "The region's ID."),
    Property("owner_id", "text", "The account ID of its owner."),
    Property("name", "text", "The image's name."),
    Property("family", "text", "Its family, as its owner calls it; empty for none."),
    Property("description", "text", "Its description, empty for none."),
    Property("created_at", "text", "When it was created, ISO 8601 in UTC."),
    Property("size", "number", "How large a system disk made from it must be at least, in GiB."),
    Property("encrypted", "flag", "Whether any of its disks is encrypted."),
    Property("architecture", "text", "`x86_64`, `arm64` or `i386`."),
    Property("os_type", "text", "`linux` or `windows`."),
    Property("tags", "map of text", "The tags that ECS shows to this account."),
    Property("status", "text", "`Available`."),
    Property("is_community", "flag", "Whether it is a community image, which every account can use."),
)
