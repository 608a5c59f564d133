"""The images that a stack shares and that the lists of an audit do not have: gone, another's, or not looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import EcsError
from .model import Manager, Unseen

if TYPE_CHECKING:
    from ..cloud.ecs import Ecs
    from .reading import Look


@dataclass(frozen=True)
class Absent:
    """What became of them.

    Attributes:
        gone: The managers of images of this account that are not there: ECS was asked for each by its ID.
        elsewhere: The managers of other accounts' images and of other regions, and why, as a part of a sentence.
        unseen: What could not be looked at.
    """

    gone: tuple[Manager, ...] = ()
    elsewhere: tuple[tuple[Manager, str], ...] = ()
    unseen: tuple[Unseen, ...] = ()


def find_absent(ecs: Ecs, account_id: str, managers: Sequence[Manager], looked: Look) -> Absent:
    """Find out what became of them: a few calls for each image of this account that the lists do not have.

    Args:
        ecs: ECS as the account that is audited.
        account_id: Its account ID.
        managers: All managers of all stacks.
        looked: What was seen.
    """
    listed = {image.image.image_id for image in looked.images}
    refused = {region for region in looked.asked if region not in looked.regions}
    gone: list[Manager] = []
    elsewhere: list[tuple[Manager, str]] = []
    unseen: list[Unseen] = []
    for manager in managers:
        # A region that could not be listed is said so as a whole.
        if manager.image_id in listed or manager.region in refused:
            continue
        if manager.owner_id not in ("", account_id):
            elsewhere.append((manager, f"it is of account {manager.owner_id}, not {account_id}"))
        elif not manager.region:
            elsewhere.append(
                (manager, "its state does not say in which region it is; it is in none that was looked at")
            )
        elif manager.region not in looked.regions:
            elsewhere.append((manager, f"{manager.region} was not looked at"))
        elif not manager.owner_id:
            elsewhere.append((manager, f"its state does not say whose it is; account {account_id} has none of the ID"))
        elif not manager.is_leaving:
            # What was to be deleted may well be gone.
            _ask(ecs, manager, gone, unseen)
    return Absent(tuple(gone), tuple(elsewhere), tuple(unseen))


def _ask(ecs: Ecs, manager: Manager, gone: list[Manager], unseen: list[Unseen]) -> None:
    what = f"image {manager.image_id} in {manager.region}"
    try:
        image = ecs.for_operation().image(manager.region, manager.image_id)
    except EcsError as error:
        unseen.append(Unseen(what, error.text))
        return
    if image is None:
        gone.append(manager)
    else:
        unseen.append(Unseen(what, "ECS did not list it, and has it: it may have been made meanwhile. Run again."))
