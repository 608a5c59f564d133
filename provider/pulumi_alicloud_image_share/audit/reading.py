"""Looks at an account's images and at who can launch them, in as few calls as ECS allows.

It takes one DescribeImages call for each 100 images of a region, one for its community images (ECS lists these apart),
and one DescribeImageSharePermission call for each 100 accounts of each image: who has access is listed by image alone.
The list of images says too if one is shared (`IsSelfShared`), but whether that counts share groups is not documented,
so that only `shared_only` relies on it. What takes several pages is read twice: rows move between pages where one goes.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from ..errors import EcsError, EcsUnavailable, ImageNotFound
from .model import AuditedImage, Unseen

if TYPE_CHECKING:
    from ..cloud.ecs import Ecs
    from ..cloud.model import Image

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")

_CALLS_AT_ONCE: Final = 16
_NAMED_AT_MOST: Final = 3


class Progress(Protocol):
    """Whom a look tells how far it is. Called from one thread at a time."""

    def expect(self, steps: int) -> None:
        """So many more steps are to be done: a region's list is one, and an image is one."""

    def advance(self) -> None:
        """A step is done."""


@dataclass(frozen=True)
class Look:
    """What was seen.

    Attributes:
        images: The images, sorted by region, then newest first.
        regions: The regions whose images were all listed.
        asked: The regions that were asked for.
        unseen: What could not be looked at.
    """

    images: tuple[AuditedImage, ...] = ()
    regions: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    unseen: tuple[Unseen, ...] = ()


def look(
    ecs: Ecs,
    account_id: str,
    regions: Sequence[str],
    progress: Progress,
    *,
    managed: Collection[str] = (),
    shared_only: bool = False,
) -> Look:
    """Look at all own images of these regions.

    Args:
        ecs: ECS as the owner.
        account_id: The owner's account ID.
        regions: The regions' IDs, each once.
        progress: Whom to tell how far it is.
        managed: The IDs of images that are asked for whatever ECS says, since a stack shares them.
        shared_only: Whether to ask who has access only where ECS lists an image as shared, or a stack shares it.

    Returns:
        What was seen, and what could not be: an error of ECS hides nothing but what it is about.

    Raises:
        Cancelled: The run was cancelled.
    """
    given_up = _GivenUp()
    with ThreadPoolExecutor(_CALLS_AT_ONCE) as pool:
        try:
            lists = {region: pool.submit(_list, ecs, account_id, region) for region in regions}
            listed, refused = _gather(lists, progress)
            images = {(image.region, image.image_id): image for found in listed.values() for image in found}
            to_ask = [
                key
                for key, image in images.items()
                if not shared_only or image.is_shared is not False or image.is_public or image.image_id in managed
            ]
            asked = {key: pool.submit(_ask, ecs, images[key], given_up) for key in to_ask}
            answers, unanswered = _gather(asked, progress)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    # One that was deleted since it was listed is answered with nothing.
    seen = {**{key: AuditedImage(image) for key, image in images.items()}, **answers}
    seen.update((key, AuditedImage(images[key], is_seen=False)) for key in unanswered)
    return Look(
        images=tuple(sorted((image for image in seen.values() if image), key=_newest_first_by_region)),
        regions=frozenset(listed),
        asked=frozenset(regions),
        unseen=(
            *(Unseen(f"region {region}", error.text) for region, error in sorted(refused.items())),
            *_together(unanswered),
        ),
    )


class _GivenUp:
    """The regions in which ECS did not answer until the budget was used up: nothing more is asked there."""

    def __init__(self) -> None:
        self._errors: dict[str, EcsUnavailable] = {}
        self._lock = threading.Lock()

    def check(self, region: str) -> None:
        """Raise the error of a region that was given up."""
        with self._lock:
            error = self._errors.get(region)
        if error:
            raise error

    def add(self, region: str, error: EcsUnavailable) -> None:
        """Give a region up."""
        with self._lock:
            self._errors.setdefault(region, error)


def _list(ecs: Ecs, account_id: str, region: str) -> list[Image]:
    ecs = ecs.for_operation()
    own = ecs.listed_images(region, owner_alias="self", twice=True)
    # The reference of DescribeImages can be read so that "self" has no community images.
    community = ecs.listed_images(region, owner_id=account_id, community=True, twice=True)
    found = {image.image_id: image for image in own}
    found.update((image.image_id, replace(image, owner_alias="self")) for image in community)
    return list(found.values())


def _ask(ecs: Ecs, image: Image, given_up: _GivenUp) -> AuditedImage | None:
    """Who has access to an image; None where it is there no more."""
    given_up.check(image.region)
    ecs = ecs.for_operation()
    try:
        sharing = ecs.sharing(image.region, image.image_id, twice=True)
    except ImageNotFound:
        if ecs.image(image.region, image.image_id):
            raise
        return None
    except EcsUnavailable as error:
        given_up.add(image.region, error)
        raise
    return AuditedImage(image, sharing.accounts, sharing.groups)


def _gather(futures: Mapping[K, Future[T]], progress: Progress) -> tuple[dict[K, T], dict[K, EcsError]]:
    """What they answer, and the errors of ECS of those that do not."""
    progress.expect(len(futures))
    keys = {future: key for key, future in futures.items()}
    answers: dict[K, T] = {}
    errors: dict[K, EcsError] = {}
    for future in as_completed(keys):
        try:
            answers[keys[future]] = future.result()
        except EcsError as error:
            errors[keys[future]] = error
        progress.advance()
    return answers, errors


def _together(unanswered: Mapping[tuple[str, str], EcsError]) -> list[Unseen]:
    """Images that could not be looked at, those of one region for one reason together."""
    groups: defaultdict[tuple[str, str], dict[str, EcsError]] = defaultdict(dict)
    for (region, image_id), error in sorted(unanswered.items()):
        groups[region, error.code][image_id] = error
    return [
        Unseen(f"{_few(list(errors))} in {region}", str(next(iter(errors.values()))))
        for (region, _), errors in groups.items()
    ]


def _few(image_ids: Sequence[str]) -> str:
    if len(image_ids) == 1:
        return f"image {image_ids[0]}"
    rest = len(image_ids) - _NAMED_AT_MOST
    more = f" and {rest} more" if rest > 0 else ""
    return f"{len(image_ids)} images ({', '.join(image_ids[:_NAMED_AT_MOST])}{more})"


def _newest_first_by_region(image: AuditedImage) -> tuple[str, Iterable[int], str]:
    created = image.image.created_at
    # ISO 8601 in UTC sorts as text; turned round, the newest comes first.
    return image.image.region, [-ord(letter) for letter in created], image.image.image_id


def look_at_one(ecs: Ecs, region: str, image_id: str) -> AuditedImage:
    """Look at one own image: two calls, and more where it has more than 100 accounts.

    Raises:
        ImageNotFound: It is not in this region, or not this account's own.
        EcsError: ECS refused, or did not answer.
    """
    sharing = ecs.sharing(region, image_id, twice=True)
    image = ecs.image(region, image_id)
    if image is None:
        raise ImageNotFound(
            "DescribeImages",
            "NotListed",
            f"image {image_id} was deleted meanwhile, or is not listed",
            advice="Run again.",
        )
    return AuditedImage(image, sharing.accounts, sharing.groups)
