"""Deletes a copy, unless anybody has access to it."""

from __future__ import annotations

from ..accounts import listed
from ..cloud.model import Sharing
from ..errors import EcsError, RuleBroken
from .calls import CopyCalls
from .record import KnownCopy


def check_unshared(ecs: CopyCalls, copy: KnownCopy) -> None:
    """Make sure that nobody has access to the copy.

    Raises:
        RuleBroken: Somebody has. Nothing was changed.
    """
    sharing = ecs.sharing(copy.region, copy.image_id)
    if sharing.accounts or sharing.groups:
        raise RuleBroken(f"{copy} can't be deleted", [_shared_sentence(sharing)])


def delete_or_cancel(ecs: CopyCalls, copy: KnownCopy) -> None:
    """Delete the copy, or cancel it where it is still being made.

    Raises:
        EcsError: ECS refused.
    """
    region, image_id = copy.region, copy.image_id
    try:
        ecs.delete_image(region, image_id, force=copy.force_delete)
    except EcsError as error:
        # That is said of an image that is copied on, too.
        if error.code != "OperationDenied.ImageCopying":
            raise
        if not any(image.is_in_the_making for image in ecs.own_images(region, image_id=image_id)):
            raise
        ecs.cancel_copy(region, image_id)


def _shared_sentence(sharing: Sharing) -> str:
    shared = sharing.accounts
    with_whom = [f"{len(shared)} account{'' if len(shared) == 1 else 's'}: {listed(shared, {})}"] if shared else []
    if sharing.groups:
        with_whom.append(f"the share groups {', '.join(sharing.groups)} of a resource directory")
    return (
        f"it is shared with {', and with '.join(with_whom)}. Unshare it first (destroy its ImageShare, or unshare it "
        "in the console): deleting a copy takes nobody's access away."
    )
