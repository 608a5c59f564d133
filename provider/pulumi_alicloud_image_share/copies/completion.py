"""Waits until a copy is complete, for hours where it takes hours, and gives the complete copy its name."""

from __future__ import annotations

from typing import Final

from ..cloud.model import Image
from ..errors import CopyFailed, EcsError, ImageShareError
from .beginning import Begun
from .changes import AttributeChange, ImageAttributes, change_attributes, plan_change
from .progress import Progress
from .tags import OWN_TAG, program_tags
from .task import CopyTask, goes_on, has_failed, status_of

# A copy that is not listed for so long is gone.
_UNSEEN_SECONDS: Final = 15.0


def wait_until_complete(task: CopyTask, begun: Begun) -> Image:
    """Look until the copy is complete.

    Raises:
        CopyFailed: ECS gave it up, it took too long, or another run took it over. Says what is left.
    """
    waiting = task.waiting
    progress = Progress(task.operation.show, waiting.clock)
    image: Image = begun.image
    seen: Image | None = begun.image
    last_seen = waiting.clock()
    pauses = waiting.pauses()
    while True:
        now = waiting.clock()
        if seen is not None:
            image, last_seen = seen, now
            task.check_ours(image)
            if has_failed(image):
                raise _gave_up(task, image)
            if not image.is_in_the_making:
                return image
            progress.see(image)
        elif now - last_seen >= min(_UNSEEN_SECONDS, waiting.visible_seconds):
            gone = f"the copy {image.image_id} is gone: somebody cancelled or deleted it"
            raise task.failed(gone, "Nothing is left of it: run `pulumi up` to copy again.")
        if now >= task.deadline:
            raise _took_too_long(task, image)
        waiting.sleep(min(next(pauses), task.deadline - now))
        seen = task.look(image.image_id)


def name_complete_copy(task: CopyTask, complete: Image, *, is_taken_over: bool) -> Image:
    """Give the complete copy its name and family, and what else an interrupted run may have wanted otherwise.

    Args:
        task: What was copied.
        complete: The copy.
        is_taken_over: Whether an earlier run began it.

    Returns:
        The copy as it is now.

    Raises:
        CopyFailed: ECS refused the name, or another run took the copy over meanwhile.
    """
    change = plan_change(_attributes_now(task, complete, is_taken_over=is_taken_over), task.wanted)
    error = change_attributes(task.ecs.for_operation(), complete.region, complete.image_id, change).error
    if error is not None and (_was_refused(error) or not _seen_with(task, complete, change, seconds=0)):
        again = "run `pulumi up` again: it takes the copy over, and does not copy again."
        raise task.failed(
            error,
            f"The copy {complete.image_id} is complete, but is still called {complete.name}. {_advice(error)}, and "
            f"{again}",
            image_id=complete.image_id,
        ) from error
    seen = _seen_with(task, complete, change, seconds=task.waiting.visible_seconds)
    if seen is None:
        task.operation.warn(f"ECS accepted the name {task.wanted.name} of {complete.image_id}, but is slow to show it.")
        return change.of(complete)
    # Only what is read after the name was given says that no other run had taken the copy over before.
    if task.other_run_of(seen):
        raise task.lost(seen, "was taken over by another run just as it was complete")
    return seen


def _attributes_now(task: CopyTask, image: Image, *, is_taken_over: bool) -> ImageAttributes:
    if not is_taken_over:
        # What CopyImage was asked for, whether or not it is listed already.
        return ImageAttributes(image.name, task.wanted.description, image.family, task.wanted.tags)
    own = {key: value for key, value in image.tags.items() if key == OWN_TAG}
    return ImageAttributes(image.name, image.description, image.family, {**program_tags(image.tags), **own})


def _seen_with(task: CopyTask, image: Image, change: AttributeChange, seconds: float) -> Image | None:
    """The image, if it shows the change, or another run, within this time.

    The copy has its name by then, so that a fault here must not make the resource fail: no state would have it.
    """

    def look() -> list[Image]:
        return task.ecs.for_operation().own_images(image.region, image_id=image.image_id)

    def tells(seen: Image) -> bool:
        return change.shows(seen) or task.other_run_of(seen) != ""

    try:
        found = task.waiting.look_until(look, lambda seen: any(map(tells, seen)), seconds)
    except ImageShareError:
        return None
    return next(filter(tells, found), None)


def _gave_up(task: CopyTask, image: Image) -> CopyFailed:
    left = task.delete_failed(image)
    at = f" at {image.progress}" if image.progress else ""
    key_id = task.order.kms_key_id
    key = f"that the key {key_id} is in {image.region}, enabled, and one that ECS may use; " if key_id else ""
    return task.failed(
        f"ECS gave the copy {image.image_id} up (status {image.status}{at}), and does not say why",
        f"Check {key}the quotas of images and snapshots in {image.region}; and that the account has no overdue "
        "payment.",
        left or f"The failed copy {image.image_id} was deleted: nothing is left of it.",
    )


def _took_too_long(task: CopyTask, image: Image) -> CopyFailed:
    limit = "alicloud-image-share:copySeconds" if task.operation.seconds is None else "custom_timeouts, create"
    summary = f"Copying {task.order} is not complete after {task.seconds:g} s ({limit})."
    why = f"the copy {image.image_id} is {status_of(image)}."
    return CopyFailed(summary, why, [goes_on(image.image_id)], image.image_id)


def _was_refused(error: ImageShareError) -> bool:
    return isinstance(error, EcsError) and error.changed_nothing


def _advice(error: ImageShareError) -> str:
    if isinstance(error, EcsError) and error.code == "InvalidImageName.Duplicated":
        return "Another image of the account has that name: give the copy another one (the argument name)"
    return "Mend what ECS refuses"
