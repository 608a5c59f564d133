"""From images, regions and accounts to the copies and shares that a distribution is made of. Pure.

An image can be shared in its own region only ("Share or unshare custom images" in Alibaba Cloud's ECS documentation,
https://www.alibabacloud.com/help/en/ecs/user-guide/share-a-custom-image): each other region gets a copy of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .history import Past
from .request import Request


@dataclass(frozen=True)
class Place:
    """One image in one region: a copy of it, unless it is at home there, and a share.

    Attributes:
        image_id: The source image's ID, as the program gives it.
        region: The region's ID.
        is_copied: Whether the region is not the image's own.
        is_current: Whether the image is the current one, not one that is kept from before.
        name: The name of the copy and the share in the stack.
        former_name: The name that they may have had when rotation was switched on or off, None for none.
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


def kept_images(request: Request, history: Sequence[str]) -> tuple[Any, ...]:
    """The current image and the previous ones that stay, newest first.

    Args:
        request: What the program asks for; it breaks no rule.
        history: The IDs that the last update had, newest first.
    """
    if request.images is not None:
        return tuple(request.images)
    previous = [old for old in history if old != request.image_id]
    return (request.image_id, *previous[: request.keep_previous])


def places(name: str, request: Request, past: Past) -> list[Place]:
    """All that a distribution consists of, the current image first, and of each image its own region first.

    Args:
        name: The distribution's name in the stack.
        request: What the program asks for; it breaks no rule.
        past: What the last update had.
    """
    return [
        place
        for image_id in kept_images(request, past.history)
        for place in _places_of(name, request, past, image_id)
        if not _is_gone(request, past, place)
    ]


def gone_sources(request: Request, past: Past) -> dict[str, list[str]]:
    """The previous images that are gone from their own region, each with the regions where copies of it stay."""
    gone = [
        image_id for image_id in kept_images(request, past.history)[1:] if _lost_its_source(request, past, image_id)
    ]
    return {
        image_id: sorted(region for region in request.regions if past.has_share(region, image_id)) for image_id in gone
    }


def retired_places(name: str, request: Request, past: Past) -> list[Place]:
    """What the state has of images that do not stay: what an update retires once all new ones are shared."""
    kept = kept_images(request, past.history)
    # Without rotation, what was made of the newest image becomes what is made of the current one.
    going = past.history if request.rotates else past.history[1:]
    return [
        place
        for image_id in going
        if image_id not in kept
        for place in _places_of(name, request, past, image_id, has_own_name=True)
        if place.region in past.regions and past.has_share(place.region, image_id)
    ]


def _places_of(name: str, request: Request, past: Past, image_id: Any, *, has_own_name: bool = False) -> list[Place]:
    regions = sorted(request.regions, key=lambda region: (region != request.source_region, region))
    found = []
    for region in regions:
        own, former = _names(f"{name}-{region}", image_id, past, has_own_name=has_own_name or request.rotates)
        is_copied = region != request.source_region
        found.append(
            Place(
                image_id=image_id,
                region=region,
                is_copied=is_copied,
                is_current=image_id == request.newest,
                name=own,
                former_name=former,
                accounts=request.accounts_in(region),
                kms_key_id=request.kms_key_ids.get(region) if is_copied else None,
            )
        )
    return found


def _names(short: str, image_id: Any, past: Past, *, has_own_name: bool) -> tuple[str, str | None]:
    """The name of what is made of an image in a region, and the one that it had if rotation was switched on or off.

    With rotation it is called for its image, so that it keeps its name when a newer one comes.
    """
    before = past.history[0] if past.history else None
    if has_own_name:
        return f"{short}-{image_id}", short if image_id == before else None
    return short, f"{short}-{before}" if before else None


def _is_gone(request: Request, past: Past, place: Place) -> bool:
    """Whether a place can't be had any more: its image is gone, and no copy of it is there."""
    if place.is_current or past.has_share(place.region, place.image_id):
        return False
    return _lost_its_source(request, past, place.image_id)


def _lost_its_source(request: Request, past: Past, image_id: str) -> bool:
    """Whether a previous image left its own region: it was shared there, and a refresh took that out of the state."""
    home = request.source_region
    return image_id in past.history and home in past.regions and not past.has_share(home, image_id)
