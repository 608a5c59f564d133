"""What a program can ask of a distribution, the rules for it, and the copies and shares that it is made of. Pure.

An image can be shared only in its own region ("Share or unshare custom images" in Alibaba Cloud's ECS documentation,
https://www.alibabacloud.com/help/en/ecs/user-guide/share-a-custom-image). Each other region gets a copy of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from .. import slots
from ..record import IDENTITY_PROPERTIES, Property
from ..resource.base import Resources
from ..resource.names import token
from ..values import Problem, is_region, shown

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


_MOST_IMAGES: Final = 21
"""More images than this are a mistake: each is copied to and shared in each region."""
_IMAGE_AT_THE_END: Final = re.compile(r"-m-[0-9A-Za-z]+$")


@dataclass(frozen=True)
class Request:
    """What a program asks of a distribution.

    Attributes:
        image_id: The ID of the only image, which may be an output. None if `images` is given.
        source_region: The ID of the region of the images.
        regions: The IDs of the regions where the images are available.
        accounts: A list of account IDs, or a mapping of names to IDs or of IDs to names, or a mapping of region IDs to
            any of these. It may be an output, or hold outputs.
        kms_key_ids: Region ID to the ID of the key that the copies there are encrypted with; the IDs may be outputs.
        images: The IDs of all images, the newest first. None if `image_id` is given.
        accounts_argument: The name of the argument that lists the accounts.
        by_region: Whether accounts are given for each region; None if that follows from their form.
    """

    image_id: Any
    source_region: str
    regions: Sequence[str]
    accounts: Any
    kms_key_ids: Mapping[str, Any]
    images: Sequence[str] | None = None
    accounts_argument: str = "accounts"
    by_region: bool | None = None

    @property
    def all_images(self) -> tuple[Any, ...]:
        """The images, the current one first; `image_id` is short for a list of one."""
        return (self.image_id,) if self.images is None else tuple(self.images)

    @property
    def is_by_region(self) -> bool:
        """Whether accounts are given for each region: by default, if any value of the mapping is a list or mapping."""
        if self.by_region is not None:
            return self.by_region
        return isinstance(self.accounts, Mapping) and any(
            isinstance(entry, Mapping | list | tuple) for entry in self.accounts.values()
        )

    def accounts_in(self, region: str) -> Any:
        """The accounts to share with in a region."""
        return self.accounts[region] if self.is_by_region else self.accounts


@dataclass(frozen=True)
class Place:
    """One image in one region: a share, and a copy unless the region is the image's own.

    Attributes:
        image_id: The ID of the source image, as the program gives it.
        region: The region's ID.
        is_copied: Whether the region is not the image's own.
        is_current: Whether the image is the current one, not a previous one.
        name: The name of the copy and of the share in the stack.
        former_names: The names that they have if the program used to give the image as an output.
        accounts: The accounts to share with, as the program gives them.
        kms_key_id: The ID of the key that the copy is encrypted with, None for none.
    """

    image_id: Any
    region: str
    is_copied: bool
    is_current: bool
    name: str
    former_names: tuple[str, ...]
    accounts: Any
    kms_key_id: Any = None


def places(name: str, request: Request) -> list[Place]:
    """All that a distribution is made of: the current image first, and of each image its own region first.

    A copy and a share are named after their image, so that they keep their name when a newer image comes. If the image
    is an output, which a preview may not know, they are named after the region alone.

    Args:
        name: The distribution's name in the stack.
        request: What the program asks for; it breaks no rule.
    """
    regions = sorted(request.regions, key=lambda region: (region != request.source_region, region))
    images = request.all_images
    return [
        Place(
            image_id=image_id,
            region=region,
            is_copied=region != request.source_region,
            is_current=number == 0,
            name=f"{name}-{region}-{image_id}" if isinstance(image_id, str) else f"{name}-{region}",
            # If the only image was an output before, it is now the last of the list.
            former_names=(f"{name}-{region}",) if isinstance(image_id, str) and number == len(images) - 1 else (),
            accounts=request.accounts_in(region),
            kms_key_id=request.kms_key_ids.get(region) if region != request.source_region else None,
        )
        for number, image_id in enumerate(images)
        for region in regions
    ]


def predecessor(resources: Resources, urns: Sequence[str]) -> str:
    """The URN of a share in the state that a new share takes over from, "" for none.

    A share of a new image stands beside the shares of the same distribution and region, whose URNs differ in the image
    alone. The accounts of the predecessor are what the new share is guarded by. Of several, it is the one with the most
    accounts.

    Args:
        resources: All resources of the state.
        urns: The URN of the new share, and those that it may have had before.
    """
    stems = {_IMAGE_AT_THE_END.sub("", urn) for urn in urns}
    found = [urn for urn in resources if _IMAGE_AT_THE_END.sub("", urn) in stems]
    return max(found, key=lambda urn: (_account_count(resources[urn]), urn), default="")


def request_problems(request: Request) -> list[Problem]:
    """Every rule of a distribution that a program breaks. Copies and shares check the rules of their own."""
    return [
        *_image_problems(request),
        *_region_problems(request),
        *_account_problems(request),
        *_key_problems(request),
    ]


def ignored_by(paths: Sequence[str], accounts_argument: str) -> tuple[list[str], list[str], list[Problem]]:
    """The properties whose changes the copies ignore, those that the shares ignore, and what is wrong with the option.

    Args:
        paths: The properties whose changes the program ignores, or "*" for all.
        accounts_argument: The name of the argument that lists the accounts.
    """
    copies: list[str] = []
    shares: list[str] = []
    problems = []
    for path in paths:
        name = path.partition("[")[0].partition(".")[0]
        if path == "*":
            copies += OF_COPIES
            shares += OF_SHARES
        elif name in ("accounts", accounts_argument):
            shares.append("accounts")
        elif path in OF_COPIES:
            copies.append(path)
        elif path in OF_SHARES:
            shares.append(path)
        else:
            can_be = ", ".join(map(slots.prop, (accounts_argument, *OF_SHARES[1:], *OF_COPIES)))
            why = f"changes of {shown(path)} can't be ignored: those that can are {can_be}, each as a whole."
            problems.append(Problem("ignore_changes", why))
    return list(dict.fromkeys(copies)), list(dict.fromkeys(shares)), problems


def _account_count(share: Mapping[str, Any]) -> int:
    accounts = (share.get("outputs") or {}).get("accounts")
    return len(accounts) if isinstance(accounts, Mapping) else 0


def _image_problems(request: Request) -> list[Problem]:
    images: Any = request.images
    if images is None:
        if request.image_id is not None and request.image_id != "":
            return []
        why = f"neither {slots.prop('image_id')} nor images is given: give the ID of the image to distribute."
        return [Problem("image_id", why)]
    if request.image_id is not None:
        why = (
            f"{slots.prop('image_id')} and images are both given: give {slots.prop('image_id')} alone, "
            "or all images that "
            "stay, the newest first."
        )
        return [Problem("images", why)]
    if isinstance(images, str) or not isinstance(images, Sequence) or not images:
        why = f"images must be a list of image IDs, the newest first, not {shown(images)}."
        return [Problem("images", why)]
    if not all(isinstance(image_id, str) and image_id for image_id in images):
        why = (
            "each of images must be plain text, from the configuration for example, and not the output of another "
            "resource: what is made of an image is named after it."
        )
        return [Problem("images", why)]
    if len(images) > _MOST_IMAGES:
        why = f"images has {len(images)} images: at most {_MOST_IMAGES} can be distributed side by side."
        return [Problem("images", why)]
    twice = sorted({image_id for image_id in images if list(images).count(image_id) > 1})
    return [Problem("images", f"image {image_id} is listed twice: list it once.") for image_id in twice]


def _region_problems(request: Request) -> list[Problem]:
    regions = request.regions
    if isinstance(regions, str) or not isinstance(regions, Sequence) or not regions:
        why = f"regions must be a list of region IDs, such as ['cn-hangzhou', 'cn-shanghai'], not {shown(regions)}."
        return [Problem("regions", why)]
    problems = [
        Problem(
            "regions",
            f"{shown(region)} can't be a region: give a region ID such as 'cn-hangzhou', as plain text: what is made "
            "in a region is named after it.",
        )
        for region in regions
        if not is_region(region)
    ]
    twice = sorted({region for region in regions if is_region(region) and regions.count(region) > 1})
    return problems + [Problem("regions", f"region {region} is listed twice: list it once.") for region in twice]


def _account_problems(request: Request) -> list[Problem]:
    accounts, called = request.accounts, slots.prop(request.accounts_argument)
    if request.by_region and not isinstance(accounts, Mapping):
        given = slots.account(slots.render(shown(accounts)))
        why = f"{called} must be a mapping of region IDs, as plain text, to accounts, not {given}."
        return [Problem("accounts", why)]
    if isinstance(accounts, str):
        why = f"{called} must be a list of account IDs or a mapping, such as ['1000000000000002'], not a string."
        return [Problem("accounts", why)]
    if not isinstance(accounts, Mapping) or not isinstance(request.regions, Sequence):
        return []
    regions = [region for region in request.regions if is_region(region)]
    if not request.is_by_region:
        return _name_problems(accounts, regions, called)
    missing = sorted(set(regions) - set(accounts))
    strange = sorted(str(region) for region in accounts if region not in regions)
    strings = sorted(region for region in regions if isinstance(accounts.get(region), str))
    return [
        *[Problem("accounts", f"{called} has no entry for region {region}: give it one.") for region in missing],
        *[
            Problem("accounts", f"{called} has an entry for {_shown_key(region)}, which is not among regions.")
            for region in strange
        ],
        *[
            Problem("accounts", f"{called} has a string for region {region}: give it a list of account IDs.")
            for region in strings
        ],
    ]


def _shown_key(key: str) -> str:
    """A key of a mapping of regions to accounts: what is no region may be an account."""
    return shown(key) if is_region(key) else slots.account(shown(key))


def _name_problems(accounts: Mapping[str, Any], regions: Sequence[str], called: str) -> list[Problem]:
    named = sorted(region for region in regions if region in accounts)
    if not named:
        return []
    why = (
        f"{called} has region {named[0]} as the name of an account: give each region a list of account IDs or a "
        "mapping of names to account IDs."
    )
    return [Problem("accounts", why)]


def _key_problems(request: Request) -> list[Problem]:
    keys = request.kms_key_ids
    if not isinstance(keys, Mapping):
        why = f"{slots.prop('kms_key_ids')} must be a mapping of region IDs to key IDs, not {shown(keys)}."
        return [Problem("kms_key_ids", why)]
    problems = []
    for region in sorted(str(key) for key in keys):
        if region == request.source_region:
            why = (
                f"{slots.prop('kms_key_ids')} has a key for {region}, the region of the image itself, "
                "which is not copied there: make "
                "an encrypted image first (ImageCopy within the region), and distribute that."
            )
            problems.append(Problem("kms_key_ids", why))
        elif region not in request.regions:
            problems.append(
                Problem(
                    "kms_key_ids",
                    f"{slots.prop('kms_key_ids')} has a key for {shown(region)}, which is not among regions.",
                )
            )
    return problems
