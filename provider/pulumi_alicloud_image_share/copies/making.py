"""Copies an image, waits until the copy is complete, and finds a copy again whose making was interrupted.

A copy is made under the name of its mark (see `copy_spec.Mark`) and gets its own name, and its family, when it is
complete. A copy that has the mark's name is therefore unfinished, and in no state: it is taken over instead of copied
again. One that has another name is finished, and may be in a state: it is let alone, since the engine tells a provider
nothing of the state where it replaces a resource by request (`up --replace`, `state taint`), and deletes the old copy.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Protocol, Self

from ..cloud.model import CopyOrder, Image
from ..errors import CopyFailed, EcsError, ImageShareError
from ..kinds.waiting import Patience
from .changes import AmendCalls, Amendment, Looks, amend, plan_amendment
from .spec import OWN_TAG, program_tags

# A copy that is not listed for so long is gone; one that never was, in this time, is that of a token used before.
_UNSEEN_SECONDS: Final = 15.0
_UNSEEN_AT_FIRST_SECONDS: Final = 5.0
# When the next word on progress is said. Not too often: the engine repeats all of them at the end.
_SAY_PERCENT: Final = 10
_SAY_SECONDS: Final = 60.0
_SAY_STILL_SECONDS: Final = 300.0
_NAME_TAKEN: Final = "InvalidImageName.Duplicated"
# Another copy of the same image is under way: ECS wants it to be complete first.
_NOT_YET: Final = ("OperationDenied.ImageCopyConflict", "InvalidOperation.Conflict")


class CopyCalls(AmendCalls, Protocol):
    """The calls of ECS that copying needs; `ecs.Ecs` makes them."""

    def own_images(
        self, region: str, *, image_id: str = "", name: str = "", tag: tuple[str, str] | None = None
    ) -> list[Image]:
        """Read images of this account, in whatever status."""

    def copy_image(self, order: CopyOrder, token: str) -> str:
        """Begin to copy; returns the copy's ID."""

    def delete_image(self, region: str, image_id: str, *, force: bool = False) -> None:
        """Delete an image."""

    def for_operation(self, *, seconds: float | None = None, notify: Callable[[str], None] | None = None) -> Self:
        """The same calls, with a new budget of time."""


@dataclass(frozen=True)
class Copied:
    """A complete copy.

    Attributes:
        image: The copy.
        taken_over: Whether an earlier run began it.
    """

    image: Image
    taken_over: bool


def make_copy(
    order: CopyOrder,
    looks: Looks,
    ecs: CopyCalls,
    patience: Patience,
    *,
    marked: Sequence[Image] | None = None,
    tell: Callable[[str], None] = lambda _: None,
    warn: Callable[[str], None] = lambda _: None,
) -> Copied:
    """Copy an image, or take over the copy that an interrupted run began, and wait until it is complete.

    Args:
        order: What to copy, and where to.
        looks: What the copy is to be called, described and tagged when it is complete.
        ecs: The calls of ECS.
        patience: How long to wait.
        marked: The images that have the mark's tag, None to look for them.
        tell: Shows the user how far it is.
        warn: Shows the user a sentence that is no error.

    Raises:
        CopyFailed: ECS refused or gave up the copy, or it took too long. Says what is left.
    """
    return _Work(order, looks, ecs, patience, tell, warn).run(marked)


class _Work:
    def __init__(
        self,
        order: CopyOrder,
        looks: Looks,
        ecs: CopyCalls,
        patience: Patience,
        tell: Callable[[str], None],
        warn: Callable[[str], None],
    ) -> None:
        self._order = order
        self._looks = looks
        self._ecs = ecs
        self._patience = patience
        self._tell = tell
        self._warn = warn
        self._deadline = patience.clock() + patience.copy_seconds
        self._tokens = [order.token(datetime.now(UTC).date().isoformat()), str(uuid.uuid4())]
        self._taken_over = False

    def run(self, marked: Sequence[Image] | None) -> Copied:
        image = self._unfinished(self._marked() if marked is None else marked) or self._begin()
        return Copied(self._finish(self._wait(image)), self._taken_over)

    # -- beginning --------------------------------------------------------------------------------------------------

    def _marked(self) -> Sequence[Image]:
        try:
            return self._ecs.own_images(self._order.region, tag=(OWN_TAG, self._looks.tags[OWN_TAG]))
        except ImageShareError as error:
            raise self._failed(error, "Nothing was copied.") from error

    def _unfinished(self, marked: Sequence[Image]) -> Image | None:
        """The copy that an interrupted run began, if there is one. One that failed is deleted first."""
        for image in marked:
            if image.name != self._order.name:
                self._warn(
                    f"image {image.image_id} ({image.name}) in {image.region} was copied by this resource before. If "
                    "it is not the one that is being replaced, no state has it: delete it."
                )
        unfinished = [image for image in marked if image.name == self._order.name]
        going_on = [image for image in unfinished if not _has_failed(image)]
        if going_on:
            return self._take_over(going_on[0])
        for image in unfinished:
            left = self._delete(image)
            if left:
                raise self._failed(f"the copy {image.image_id} of an earlier run has failed, and is in the way", left)
            # The token of today may be the one that began it.
            self._tokens = self._tokens[-1:]
        return None

    def _take_over(self, image: Image) -> Image:
        self._taken_over = True
        self._tell(
            f"{image.image_id} in {image.region} is the copy of {self._order.source_image_id} that an interrupted run "
            f"began ({_how_far(image)}): it is taken over, and nothing is copied again."
        )
        return image

    def _begin(self) -> Image:
        """Begin to copy.

        A ClientToken that was used before gives the copy of that time. That one may be deleted by now, or finished:
        then it is none for this resource, and another token gives a new one.
        """
        for token in self._tokens:
            image = self._send(token)
            if image is not None and image.name == self._order.name:
                return image
        lost = "ECS accepted the copy, but does not list it"
        raise self._failed(lost, "The next `pulumi up` looks for it, and takes it over if it is there.")

    def _send(self, token: str) -> Image | None:
        """Let ECS begin, and look until the copy is listed; None if it never is."""
        begun = self._copy(token)
        if isinstance(begun, Image):
            return begun
        return self._patience.look_until(
            lambda: self._look(begun), lambda seen: seen is not None, _UNSEEN_AT_FIRST_SECONDS
        )

    def _copy(self, token: str) -> str | Image:
        """Let ECS begin, as soon as no other copy is in the way; returns the copy's ID, or the copy if it was begun."""
        pauses = self._patience.pauses()
        said = False
        while True:
            try:
                return self._ecs.for_operation().copy_image(self._order, token)
            except EcsError as error:
                if error.code == _NAME_TAKEN and (image := self._named()):
                    return self._take_over(image)
                left = self._deadline - self._patience.clock()
                if error.code not in _NOT_YET or left <= 0:
                    raise self._failed(error, _refused(error)) from error
            if not said:
                said = True
                self._tell(f"copying {self._order} has to wait: another copy of the image is under way.")
            self._patience.sleep(min(next(pauses), left))

    def _named(self) -> Image | None:
        """The copy under way that the list of marked images did not show, since that lags."""

        def look() -> list[Image]:
            return self._ecs.for_operation().own_images(self._order.region, name=self._order.name)

        try:
            found = self._patience.look_until(look, bool, self._patience.visible_seconds)
        except ImageShareError as error:
            raise self._failed(error, "Nothing was copied.") from error
        return found[0] if found else None

    # -- waiting ----------------------------------------------------------------------------------------------------

    def _wait(self, image: Image) -> Image:
        """Look until the copy is complete."""
        progress = _Progress(self._order, self._patience.clock, self._tell)
        # What is taken over may have been seen a while ago.
        seen = self._look(image.image_id) if self._taken_over else image
        last_seen = self._patience.clock()
        pauses = self._patience.pauses()
        while True:
            now = self._patience.clock()
            if seen is not None:
                image, last_seen = seen, now
                if _has_failed(image):
                    raise self._gave_up(image)
                if not image.is_in_the_making:
                    return image
                progress.say(image)
            elif now - last_seen >= min(_UNSEEN_SECONDS, self._patience.visible_seconds):
                gone = f"the copy {image.image_id} is gone: somebody cancelled or deleted it"
                raise self._failed(gone, "Nothing is left of it: run `pulumi up` to copy again.")
            if now >= self._deadline:
                raise self._took_too_long(image)
            self._patience.sleep(min(next(pauses), self._deadline - now))
            seen = self._look(image.image_id)

    def _look(self, image_id: str) -> Image | None:
        try:
            found = self._ecs.for_operation().own_images(self._order.region, image_id=image_id)
        except ImageShareError as error:
            raise self._failed(error, _goes_on(image_id), image_id=image_id) from error
        return found[0] if found else None

    def _gave_up(self, image: Image) -> CopyFailed:
        left = self._delete(image)
        how_far = f" at {image.progress}" if image.progress else ""
        key = f"that the key {self._order.kms_key_id} is in {image.region}, enabled, and one that ECS may use; "
        return self._failed(
            f"ECS gave the copy {image.image_id} up (status {image.status}{how_far}), and does not say why",
            f"Check {key if self._order.kms_key_id else ''}the quotas of images and snapshots in {image.region}; and "
            "that the account has no overdue payment.",
            left or f"The failed copy {image.image_id} was deleted: nothing is left of it.",
        )

    def _took_too_long(self, image: Image) -> CopyFailed:
        summary = (
            f"Copying {self._order} is not complete after {self._patience.copy_seconds:g} s (image-share:copySeconds)."
        )
        return CopyFailed(
            summary, f"the copy {image.image_id} is {_how_far(image)}.", [_goes_on(image.image_id)], image.image_id
        )

    def _delete(self, image: Image) -> str:
        """Delete a copy that failed; returns why it is left, "" if it is gone."""
        ecs = self._ecs.for_operation()
        try:
            ecs.delete_image(image.region, image.image_id)
            seen = self._patience.look_until(
                lambda: ecs.own_images(image.region, image_id=image.image_id),
                lambda seen: not seen,
                self._patience.visible_seconds,
            )
        except ImageShareError as error:
            return f"It could not be deleted, and the next `pulumi up` tries again: {error}"
        return "ECS accepted that it is deleted, but still lists it: run `pulumi up` again later." if seen else ""

    # -- finishing --------------------------------------------------------------------------------------------------

    def _finish(self, image: Image) -> Image:
        """Give the complete copy its name and family, and what else an interrupted run may have wanted otherwise."""
        if self._taken_over:
            own = {key: value for key, value in image.tags.items() if key == OWN_TAG}
            have = Looks(image.name, image.description, image.family, {**program_tags(image.tags), **own})
        else:
            have = Looks(image.name, self._looks.description, image.family, self._looks.tags)
        amendment = plan_amendment(have, self._looks)
        outcome = amend(self._ecs.for_operation(), image.region, image.image_id, amendment)
        error = outcome.error
        if error is not None and (_was_refused(error) or not self._shows(image, amendment, seconds=0)):
            raise self._failed(
                error,
                f"The copy {image.image_id} is complete, but is still called {image.name}. Mend what ECS refuses, and "
                "run `pulumi up` again: it takes the copy over, and does not copy again.",
                image_id=image.image_id,
            ) from error
        seen = self._shows(image, amendment, seconds=self._patience.visible_seconds)
        if seen is None:
            self._warn(f"ECS accepted the name {self._looks.name} of {image.image_id}, but is slow to show it.")
        return seen or amendment.of(image)

    def _shows(self, image: Image, amendment: Amendment, seconds: float) -> Image | None:
        """The image, if it shows the amendment within this time.

        The copy has its name by then, so that a fault here must not make the resource fail: no state would have it.
        """

        def look() -> list[Image]:
            return self._ecs.for_operation().own_images(image.region, image_id=image.image_id)

        try:
            found = self._patience.look_until(look, lambda seen: any(map(amendment.shows, seen)), seconds)
        except ImageShareError:
            return None
        return next(filter(amendment.shows, found), None)

    def _failed(self, why: ImageShareError | str, *outcome: str, image_id: str = "") -> CopyFailed:
        cause = f"{why}." if isinstance(why, str) else why
        return CopyFailed(f"Copying {self._order} failed.", cause, outcome, image_id)


class _Progress:
    """Says how far a copy is: at first, when it has moved on, and when a while has passed."""

    def __init__(self, order: CopyOrder, clock: Callable[[], float], tell: Callable[[str], None]) -> None:
        self._order = order
        self._clock = clock
        self._tell = tell
        self._said_at = -_SAY_STILL_SECONDS
        self._said = 0

    def say(self, image: Image) -> None:
        now, percent = self._clock(), _percent(image)
        moved, passed = percent - self._said, now - self._said_at
        if moved >= _SAY_PERCENT or passed >= (_SAY_SECONDS if moved else _SAY_STILL_SECONDS):
            self._said, self._said_at = percent, now
            self._tell(f"copying {self._order} as {image.image_id}: {_how_far(image)}")


def _has_failed(image: Image) -> bool:
    return image.status in ("CreateFailed", "UnAvailable")


def _how_far(image: Image) -> str:
    return f"{image.status}, {image.progress} done" if image.progress else image.status


def _percent(image: Image) -> int:
    digits = image.progress.rstrip("%")
    return int(digits) if digits.isdecimal() else 0


def _goes_on(image_id: str) -> str:
    return f"The copy {image_id} goes on in ECS, and the next `pulumi up` takes it over."


def _was_refused(error: ImageShareError) -> bool:
    return isinstance(error, EcsError) and error.changed_nothing


def _refused(error: EcsError) -> str:
    if error.code == _NAME_TAKEN:
        return "The image that has the name of this copy is not listed yet: the next `pulumi up` takes it over."
    if error.changed_nothing:
        return "Nothing was copied."
    return "Whether ECS began to copy is not known: the next `pulumi up` looks for the copy, and takes it over."
