"""What the status of an image allows, whether an image is gone, and images that this run has just seen.

ECS answers "not found" for an image that was deleted and for one that this account may not see. If the second were
taken for the first, the state would drop a share that every account still has. So "not found" counts only from the
owner's account.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from ..cloud.credentials import Identity
from ..cloud.model import Image
from ..errors import ImageShareError, RuleBroken

if TYPE_CHECKING:
    from ..cloud.ecs import Ecs


def status_fault(image: Image, do: str, done: str) -> str | None:
    """Return why the image's status does not allow it to be shared or copied, None if it does."""
    if image.status == "Available":
        return None
    if image.status == "Deprecated":
        return f"{image.image_id} is deprecated: deprecated images can't be {done}. Un-deprecate it or {do} another."
    if image.is_in_the_making:
        progress = f", {image.progress} done" if image.progress else ""
        return f"{image.image_id} is still being made ({image.status}{progress}): {do} it once it is Available."
    return f"{image.image_id} can't be used (status {image.status}): only an Available image can be {done}."


def check_gone(ecs: Ecs, region: str, image_id: str, owner_id: str, cannot: str) -> None:
    """Make sure that an image that ECS did not find is gone.

    Args:
        ecs: The calls of ECS that did not find it.
        region: The region's ID.
        image_id: The image's ID.
        owner_id: The account ID of its owner as the state has it, "" where the state does not say.
        cannot: What can't be done if it is not gone, such as "image m-... can't be unshared".

    Raises:
        RuleBroken: It is there and another account's, or nobody can tell. Nothing was changed.
        EcsError: ECS or STS refused to say.
    """
    image = ecs.image(region, image_id)
    if image is not None:
        raise RuleBroken(cannot, [_seen_sentence(image)])
    if not owner_id:
        raise RuleBroken(cannot, [_owner_unknown(region, image_id)])
    try:
        caller = ecs.caller_account()
    except ImageShareError as error:
        raise RuleBroken(cannot, [_caller_unknown(region, image_id, owner_id, error)]) from error
    if caller != owner_id:
        raise RuleBroken(
            cannot,
            [
                f"image {image_id} in {region} belongs to account {owner_id}, and these are credentials of account "
                f"{caller}, which can't see it: run with the credentials of its owner."
            ],
        )


def _seen_sentence(image: Image) -> str:
    if image.owner_alias == "self":
        return (
            f"ECS lists image {image.image_id} in {image.region} in one place and not in another: run again in a "
            "minute."
        )
    return (
        f"image {image.image_id} in {image.region} belongs to account {image.owner_id}: run with the credentials of "
        "its owner."
    )


def _owner_unknown(region: str, image_id: str) -> str:
    return (
        f"image {image_id} is not found in {region}, and no state says which account owns it: it was deleted, or these "
        "are the wrong credentials. Check the region and the credentials; if it was deleted, take the resource out of "
        "the program, or out of the state with `pulumi state delete <its URN>`."
    )


def _caller_unknown(region: str, image_id: str, owner_id: str, error: ImageShareError) -> str:
    return (
        f"image {image_id} is not found in {region}, which only counts if its owner, account {owner_id}, says so, and "
        f"whose credentials these are can't be told: {error.text}"
    )


NEW_FOR_SECONDS: Final = 60.0
"""How long a copy that was just made counts as new, in seconds."""

_Key = tuple[Identity, str, str]


class ImageCache:
    """Images by identity, region and ID. Safe to use from several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Make an empty cache.

        Args:
            clock: Returns the time in seconds.
        """
        self._clock = clock
        self._judged: dict[_Key, Image] = {}
        self._new_copies: dict[_Key, tuple[float, Image]] = {}
        self._lock = threading.Lock()

    def add_judged(self, identity: Identity, image: Image) -> None:
        """Keep an image that a check has just judged, for the operation that follows."""
        with self._lock:
            self._judged[identity, image.region, image.image_id] = image

    def take_judged(self, identity: Identity, region: str, image_id: str) -> Image | None:
        """Return an image as a check saw it, once; None if no check has."""
        with self._lock:
            return self._judged.pop((identity, region, image_id), None)

    def add_new_copy(self, identity: Identity, image: Image) -> None:
        """Keep a copy that was just seen: complete, and shared with no account."""
        with self._lock:
            self._new_copies[identity, image.region, image.image_id] = (self._clock(), image)

    def new_copy(self, identity: Identity, region: str, image_id: str) -> Image | None:
        """Return a copy as it was seen when it was new, None if it is none or was seen a while ago."""
        with self._lock:
            at, image = self._new_copies.get((identity, region, image_id), (0.0, None))
            return image if image is not None and self._clock() - at < NEW_FOR_SECONDS else None

    def take_new_copy(self, identity: Identity, region: str, image_id: str) -> bool:
        """Return whether an image is a new copy that is surely shared with no account; once, since its share asks."""
        is_new = self.new_copy(identity, region, image_id) is not None
        with self._lock:
            return self._new_copies.pop((identity, region, image_id), None) is not None and is_new
