"""Begins to copy an image, or takes over the copy that an interrupted run began."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ..cloud.model import Image
from ..errors import Cancelled, EcsError, ImageShareError
from .tags import OWN_TAG
from .task import CopyTask, goes_on, has_failed, status_of

_NAME_TAKEN: Final = "InvalidImageName.Duplicated"
# Another copy of the same image is under way: ECS wants it to be complete first.
_NOT_KNOWN: Final = (
    "Whether ECS began to copy is not known: the next `pulumi up` looks for the copy, and takes it over."
)
_NOT_YET: Final = ("OperationDenied.ImageCopyConflict", "InvalidOperation.Conflict")


@dataclass(frozen=True)
class Begun:
    """A copy that is being made.

    Attributes:
        image: The copy as it was seen last.
        is_taken_over: Whether an earlier run began it.
        earlier_run: That run, "" where the copy does not say.
    """

    image: Image
    is_taken_over: bool = False
    earlier_run: str = ""


def begin(task: CopyTask, marked: Sequence[Image] | None) -> Begun:
    """Take over the copy that an interrupted run began, or begin to copy.

    Args:
        task: What to copy.
        marked: The copies in the region, those with the mark among them; None to look for them.

    Raises:
        CopyFailed: ECS refused, or another run took the copy over. Says what is left.
    """
    unfinished = [image for image in _marked(task, marked) if task.mark.is_unfinished(image)]
    going_on = [image for image in unfinished if not has_failed(image)]
    if going_on:
        return _take_over(task, going_on[0])
    for image in unfinished:
        left = task.delete_failed(image)
        if left:
            raise task.failed(f"the copy {image.image_id} of an earlier run has failed, and is in the way", left)
    return _copy(task)


def _marked(task: CopyTask, marked: Sequence[Image] | None) -> Sequence[Image]:
    if marked is not None:
        return marked
    try:
        return task.calls().own_images(task.order.region, tag=(OWN_TAG, ""))
    except ImageShareError as error:
        raise task.failed(error, "Nothing was copied.") from error


def _take_over(task: CopyTask, image: Image) -> Begun:
    """Write this run into the copy's tag, and make sure that no other run wrote itself there later."""
    task.operation.tell(
        f"{image.image_id} in {image.region} is the copy of {task.order.source_image_id} that an interrupted run began "
        f"({status_of(image)}): it is taken over, and nothing is copied again."
    )
    run_before = task.mark.run_of(image)

    def look() -> Image | None:
        return task.look(image.image_id)

    def is_settled(seen: Image | None) -> bool:
        return seen is not None and task.mark.run_of(seen) not in ("", run_before)

    try:
        task.calls().tag_image(image.region, image.image_id, task.own_tag)
    except ImageShareError as error:
        raise task.failed(error, goes_on(image.image_id), image_id=image.image_id) from error
    seen = task.waiting.look_until(look, is_settled, task.waiting.visible_seconds)
    if seen is None:
        # Whether it is gone, or only out of sight for a while, is for the wait to say.
        return Begun(image, is_taken_over=True, earlier_run=run_before)
    if not is_settled(seen):
        slow = f"ECS accepted the tag by which this run takes the copy {image.image_id} over, but does not show it"
        raise task.failed(slow, goes_on(image.image_id), image_id=image.image_id)
    task.check_ours(seen)
    return Begun(seen, is_taken_over=True, earlier_run=run_before)


def _copy(task: CopyTask) -> Begun:
    """Let ECS begin, as soon as no other copy is in the way."""
    pauses = task.waiting.pauses()
    said = False
    while True:
        try:
            return _listed(task, task.calls().copy_image(task.order, task.order.token))
        except Cancelled as error:
            raise task.failed(error, _NOT_KNOWN if error.was_sent else "Nothing was copied.") from error
        except EcsError as error:
            if error.code == _NAME_TAKEN:
                # The copy is under way, and the list of marked images did not show it, since that lags.
                return _take_over(task, _named(task, error))
            left = task.deadline - task.waiting.clock()
            if error.code not in _NOT_YET or left <= 0:
                raise task.failed(error, _refused(error)) from error
        if not said:
            said = True
            task.operation.tell(f"copying {task.order} has to wait: another copy of the image is under way.")
        task.waiting.sleep(min(next(pauses), left))


def _listed(task: CopyTask, image_id: str) -> Begun:
    image = task.waiting.look_until(
        lambda: task.look(image_id), lambda seen: seen is not None, task.waiting.visible_seconds
    )
    if image is None:
        lost = "ECS accepted the copy, but does not list it"
        raise task.failed(lost, "The next `pulumi up` looks for it, and takes it over if it is there.")
    return Begun(image)


def _named(task: CopyTask, refusal: EcsError) -> Image:
    def look() -> list[Image]:
        return task.calls().own_images(task.order.region, name=task.order.name)

    try:
        found = task.waiting.look_until(look, bool, task.waiting.visible_seconds)
    except ImageShareError as error:
        raise task.failed(error, "Nothing was copied.") from error
    if not found:
        raise task.failed(refusal, _refused(refusal)) from refusal
    return found[0]


def _refused(error: EcsError) -> str:
    if error.code == _NAME_TAKEN:
        return "The image that has the name of this copy is not listed yet: the next `pulumi up` takes it over."
    if error.changed_nothing:
        return "Nothing was copied."
    return _NOT_KNOWN
