"""From an image, regions and accounts to the copies and shares that a distribution is made of. Pure.

An image can be shared in its own region only ("Share or unshare custom images" in Alibaba Cloud's ECS documentation):
each other region gets a copy of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ..arguments import Problem, is_number, is_region, shown

_MOST_PREVIOUS: Final = 20
"""More previous images than this are a mistake: each is copied to and shared in each region."""


@dataclass(frozen=True)
class Place:
    """One image in one region: a copy of it, unless it is at home there, and a share.

    Attributes:
        image_id: The source image's ID, as the program gives it.
        region: The region's ID.
        is_copied: Whether the region is not the image's own.
        is_current: Whether the image is the current one, not one that is kept from before.
        name: The name of the copy and the share in the stack.
        former_name: The name that they may have had when `keep_previous` was switched on or off, None for none.
        accounts: Whom to share with, as the program gives it.
        kms_key_id: The ID of the key that the copy is encrypted with, None for none.
    """

    image_id: Any
    region: str
    is_copied: bool
    is_current: bool
    name: str
    former_name: str | None
    accounts: Any
    kms_key_id: Any = None


@dataclass(frozen=True)
class Request:
    """What a program asks of a distribution. Values that are not plain may be outputs, where that is said.

    Attributes:
        image_id: The source image's ID; may be an output, unless previous images are kept.
        source_region: The region that the image is in.
        regions: The regions where the image is to be available.
        accounts: A list of account IDs, or a mapping of names to IDs, or a mapping of regions to either; may be an
            output, or hold outputs.
        kms_key_ids: Region to the ID of the key that its copy is encrypted with; the IDs may be outputs.
        keep_previous: How many previous images stay copied and shared.
    """

    image_id: Any
    source_region: str
    regions: Sequence[str]
    accounts: Any
    kms_key_ids: Mapping[str, Any]
    keep_previous: int


def request_problems(request: Request) -> list[Problem]:
    """Every rule of a distribution that a program breaks. Those of its copies and shares are theirs to find."""
    return [
        *_region_problems(request),
        *_account_problems(request),
        *_key_problems(request),
        *_rotation_problems(request),
    ]


def kept_images(image_id: Any, history: Sequence[str], keep_previous: int) -> tuple[Any, ...]:
    """The current image and the previous ones that stay, newest first.

    Args:
        image_id: The current image's ID.
        history: The IDs that the last update had, newest first.
        keep_previous: How many previous images stay.
    """
    previous = [old for old in history if old != image_id]
    return (image_id, *previous[:keep_previous])


def places(name: str, request: Request, history: Sequence[str]) -> list[Place]:
    """All that a distribution consists of, the current image first, and of each image its own region first.

    Args:
        name: The distribution's name in the stack.
        request: What the program asks for; it breaks no rule.
        history: The image IDs that the last update had, newest first.
    """
    regions = sorted(request.regions, key=lambda region: (region != request.source_region, region))
    current = history[0] if history else None
    found = []
    for image_id in kept_images(request.image_id, history, request.keep_previous):
        for region in regions:
            short, long = f"{name}-{region}", f"{name}-{region}-{image_id}"
            if request.keep_previous:
                # A copy is called for its image, so that it keeps its name when a newer one comes.
                own, former = long, short if image_id == current else None
            else:
                own, former = short, f"{short}-{current}" if current else None
            is_copied = region != request.source_region
            found.append(
                Place(
                    image_id=image_id,
                    region=region,
                    is_copied=is_copied,
                    is_current=image_id == request.image_id,
                    name=own,
                    former_name=former,
                    accounts=request.accounts[region] if is_by_region(request.accounts) else request.accounts,
                    kms_key_id=request.kms_key_ids.get(region) if is_copied else None,
                )
            )
    return found


def is_by_region(accounts: Any) -> bool:
    """Whether accounts are given for each region: a mapping with a list or a mapping for each key."""
    return (
        isinstance(accounts, Mapping)
        and bool(accounts)
        and all(isinstance(entry, Mapping | list | tuple) for entry in accounts.values())
    )


def _region_problems(request: Request) -> list[Problem]:
    regions = request.regions
    if isinstance(regions, str) or not isinstance(regions, Sequence) or not regions:
        why = f"regions must be a list of region IDs, such as ['cn-hangzhou', 'cn-shanghai'], not {shown(regions)}."
        return [Problem("regions", why)]
    problems = [
        Problem(
            "regions",
            f"{shown(region)} can't be a region: give a region ID such as 'cn-hangzhou', as plain text: what is made "
            "in a region is named for it.",
        )
        for region in regions
        if not is_region(region)
    ]
    twice = sorted({region for region in regions if is_region(region) and regions.count(region) > 1})
    return problems + [Problem("regions", f"region {region} is listed twice: list it once.") for region in twice]


def _account_problems(request: Request) -> list[Problem]:
    if not is_by_region(request.accounts):
        if isinstance(request.accounts, Mapping) and any(is_region(name) for name in request.accounts):
            why = (
                "accounts names regions and not accounts: give each region a list of account IDs or a mapping of names "
                "to account IDs."
            )
            return [Problem("accounts", why)]
        return []
    regions = [region for region in request.regions if is_region(region)]
    missing = sorted(set(regions) - set(request.accounts))
    strange = sorted(str(region) for region in request.accounts if region not in regions)
    return [
        *[Problem("accounts", f"accounts has no entry for region {region}: give it one.") for region in missing],
        *[
            Problem("accounts", f"accounts has an entry for {shown(region)}, which is not among regions.")
            for region in strange
        ],
    ]


def _key_problems(request: Request) -> list[Problem]:
    keys = request.kms_key_ids
    if not isinstance(keys, Mapping):
        why = f"kms_key_ids must be a mapping of region IDs to key IDs, not {shown(keys)}."
        return [Problem("kms_key_ids", why)]
    problems = []
    for region in sorted(str(key) for key in keys):
        if region == request.source_region:
            why = (
                f"kms_key_ids has a key for {region}, the region of the image itself, which is not copied there: make "
                "an encrypted image first (ImageCopy within the region), and distribute that."
            )
            problems.append(Problem("kms_key_ids", why))
        elif region not in request.regions:
            problems.append(
                Problem("kms_key_ids", f"kms_key_ids has a key for {shown(region)}, which is not among regions.")
            )
    return problems


def _rotation_problems(request: Request) -> list[Problem]:
    keep = request.keep_previous
    if not is_number(keep) or keep != int(keep) or not 0 <= keep <= _MOST_PREVIOUS:
        why = f"keep_previous must be a whole number of images, from 0 to {_MOST_PREVIOUS}, not {shown(keep)}."
        return [Problem("keep_previous", why)]
    if keep and not isinstance(request.image_id, str):
        why = (
            "with keep_previous, image_id must be plain text, from the configuration for example, and not the output "
            "of another resource: the preview must know which image comes and which goes."
        )
        return [Problem("image_id", why)]
    return []
