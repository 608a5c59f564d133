"""Makes one copy: begins it, or takes over the copy that an interrupted run began, and waits until it is complete.

A copy is named after its mark until it is complete, and gets its own name last. So a copy with the name of a mark is
unfinished, and no state has it. The tag `OWN_TAG` holds the digest of the mark and the run that works on the copy.
A run that takes over an unfinished copy writes itself into the tag first. A run that finds another run in the tag gives
the copy up. So two runs of one resource, from two checkouts with a state each, never both have it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from .. import slots
from ..cloud.model import CopyOrder, Image
from ..errors import Cancelled, CopyFailed, EcsError, ImageShareError
from ..resource.operation import Operation, Waiting
from ..values import UNKNOWN
from .changes import AttributeChange, ImageAttributes, change_attributes, plan_change
from .record import LONGEST_NAME, Copy, KnownCopy, is_name
from .rules import OWN_TAG, program_tags

if TYPE_CHECKING:
    # It imports the SDK, which takes a second that a run without a change need not spend.
    from ..cloud.ecs import Ecs

_NAME_TAKEN: Final = "InvalidImageName.Duplicated"
# ECS makes one copy of an image at a time.
_NOT_YET: Final = ("OperationDenied.ImageCopyConflict", "InvalidOperation.Conflict")
_NOTHING_COPIED: Final = "Nothing was copied."
_NOT_KNOWN: Final = (
    "Whether ECS began to copy is not known: the next `pulumi up` looks for the copy, and takes it over."
)
# A copy that ECS has not listed for so long is gone.
_UNSEEN_SECONDS: Final = 15.0

_LONGEST_READABLE: Final = 90
_SUFFIX_LENGTH: Final = 7

_SAY_PERCENT: Final = 10
_SAY_SECONDS: Final = 120.0
_SAY_STILL_SECONDS: Final = 300.0
_MINUTE: Final = 60.0
_HOUR: Final = 3600.0


# -- the mark of an unfinished copy ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mark:
    """The identity of a copy: this resource, this image, this region, this encryption.

    Attributes:
        digest: Its hash.
        readable: The resource for people to read: "<project>/<stack>/<resource name>".
        name: The name of the copy until it is complete.
    """

    digest: str
    readable: str
    name: str

    def tag(self, run_id: str) -> str:
        """The value of `OWN_TAG` while this run works on the copy."""
        return f"{self.readable} {self.digest} {run_id}".lstrip()

    def is_on(self, image: Image) -> bool:
        """Whether an image is a copy with this mark, finished or not."""
        return image.name == self.name or _tag_words(image)[0] == self.digest

    def is_unfinished(self, image: Image) -> bool:
        """Whether an image is a copy with this mark that does not have its own name yet."""
        return image.name == self.name

    def run_of(self, image: Image) -> str:
        """The run that began the copy or took it over last, "" if its tag does not name one."""
        digest, run_id = _tag_words(image)
        return run_id if digest == self.digest else ""


def mark_of(resource: str, spec: Copy) -> Mark | None:
    """Return the mark of the copy that a resource asks for, None while a value it depends on is unknown.

    Args:
        resource: The resource's URN.
        spec: What the program asks for.
    """
    what = [spec.source_region, spec.source_image_id, spec.region, spec.encrypted, spec.kms_key_id or ""]
    if UNKNOWN in what:
        return None
    digest = hashlib.sha256(json.dumps([resource, *what]).encode()).hexdigest()[:16]
    return Mark(digest, _readable(resource), f"copying-{spec.source_image_id}-{digest}")


def default_name(source: Image, mark: Mark, own_image_id: str, copies: Sequence[Image]) -> str:
    """Return the name of a copy that the program does not name: the same in every preview of the same program.

    It is the source's name and a suffix, because ECS refuses a name twice.

    Args:
        source: The image to copy.
        mark: The mark of the copy.
        own_image_id: The copy that the state has under this resource, "" for none: it still exists when its
            replacement is named.
        copies: The copies in the region. Their names are taken: an interrupted run, or another checkout of the
            program, may have made a copy with the same default name.
    """
    base = source.name if is_name(source.name) else f"copy-of-{source.image_id}"
    holders = {image.name: image.image_id for image in copies}
    hashed = [mark.digest, own_image_id]
    name = _with_suffix(base, hashed)
    while name in holders:
        hashed.append(holders.pop(name))
        name = _with_suffix(base, hashed)
    return name


def _readable(resource: str) -> str:
    # urn:pulumi:<stack>::<project>::<types>::<name>
    parts = resource.removeprefix("urn:pulumi:").split("::", 3)
    words = [parts[1], parts[0], parts[3]] if len(parts) == 4 else parts
    return re.sub(r"[^\w./-]", "_", "/".join(words))[:_LONGEST_READABLE]


def _tag_words(image: Image) -> tuple[str, str]:
    words = image.tags.get(OWN_TAG, "").split(" ")
    return (words[-2], words[-1]) if len(words) >= 2 else ("", "")


def _with_suffix(base: str, hashed: Sequence[str]) -> str:
    suffix = hashlib.sha256(json.dumps(hashed).encode()).hexdigest()[:_SUFFIX_LENGTH]
    return f"{base[: LONGEST_NAME - len(suffix) - 1]}-{suffix}"


# -- making the copy -------------------------------------------------------------------------------------------------


class Making:
    """One copy, made by one run.

    Attributes:
        is_taken_over: Whether an earlier run began the copy.
    """

    def __init__(
        self, copy: KnownCopy, mark: Mark, run_id: str, ecs: Ecs, waiting: Waiting, operation: Operation
    ) -> None:
        """Call nothing yet.

        Args:
            copy: What the program asks for.
            mark: Its mark.
            run_id: The run that makes it.
            ecs: The calls of ECS.
            waiting: How long to wait.
            operation: The engine's call. Its time, if it has one, is how long copying may take.
        """
        tags = {**copy.tags, OWN_TAG: mark.tag(run_id)}
        self._order = CopyOrder(
            source_region=copy.source_region,
            source_image_id=copy.source_image_id,
            region=copy.region,
            name=mark.name,
            description=copy.description,
            encrypted=copy.encrypted,
            kms_key_id=copy.kms_key_id,
            tags=tags,
        )
        self._wanted = ImageAttributes(copy.name, copy.description, copy.family, tags)
        self._mark = mark
        self._run_id = run_id
        self._ecs = ecs
        self._waiting = waiting
        self._operation = operation
        left = operation.seconds_left
        self._deadline = waiting.clock() + (waiting.copy_seconds if left is None else left)
        # A list that lags may still show the run from which the copy was taken over.
        self._earlier_run = ""
        self.is_taken_over = False

    def make(self, copies: Sequence[Image] | None = None) -> Image:
        """Copy the image, or take over the copy that an interrupted run began, and wait until it is complete.

        Args:
            copies: The copies in the region that were read before, None to read them now.

        Returns:
            The complete copy, with its own name.

        Raises:
            CopyFailed: ECS refused or gave up the copy, it took too long, or another run took it over. Says what is
                left.
        """
        progress = Progress(self._operation.show, self._waiting.clock)
        begun = self._begin(copies)
        complete = self._wait(begun, progress)
        named = self._give_name(complete)
        progress.finish(is_taken_over=self.is_taken_over)
        return named

    # Beginning, or taking over.

    def _begin(self, copies: Sequence[Image] | None) -> Image:
        if copies is None:
            try:
                copies = self._calls().own_images(self._order.region, tag=(OWN_TAG, ""))
            except ImageShareError as error:
                raise self._failed(error, _NOTHING_COPIED) from error
        unfinished = [image for image in copies if self._mark.is_unfinished(image)]
        going_on = [image for image in unfinished if not _has_failed(image)]
        if going_on:
            return self._take_over(going_on[0])
        for image in unfinished:
            left = self._delete_failed(image)
            if left:
                raise self._failed(f"the copy {image.image_id} of an earlier run has failed, and is in the way", left)
        return self._copy()

    def _take_over(self, image: Image) -> Image:
        """Write this run into the copy's tag, and make sure that no other run wrote itself there later."""
        self._operation.tell(
            f"{image.image_id} in {image.region} is the copy of {self._order.source_image_id} that an interrupted run "
            f"began ({_status(image)}): it is taken over, and nothing is copied again."
        )
        run_before = self._mark.run_of(image)

        def is_settled(seen: Image | None) -> bool:
            return seen is not None and self._mark.run_of(seen) not in ("", run_before)

        try:
            self._calls().tag_image(image.region, image.image_id, {OWN_TAG: self._mark.tag(self._run_id)})
        except ImageShareError as error:
            raise self._failed(error, _goes_on(image.image_id), image_id=image.image_id) from error
        seen = self._waiting.look_until(lambda: self._look(image.image_id), is_settled, self._waiting.visible_seconds)
        if seen is not None and not is_settled(seen):
            slow = f"ECS accepted the tag by which this run takes the copy {image.image_id} over, but does not show it"
            raise self._failed(slow, _goes_on(image.image_id), image_id=image.image_id)
        if seen is not None:
            self._check_ours(seen)
        self.is_taken_over = True
        self._earlier_run = run_before
        # A copy that is not listed may be gone, or not visible for a while: the wait finds out.
        return image if seen is None else seen

    def _copy(self) -> Image:
        """Let ECS begin, as soon as no other copy of the image is under way."""
        refusals: list[EcsError] = []

        def ask() -> str:
            """Return the copy's ID, "" while another copy is under way."""
            try:
                return self._calls().copy_image(self._order, self._order.token)
            except EcsError as error:
                if error.code not in _NOT_YET:
                    raise
                if not refusals:
                    self._operation.tell(f"copying {self._order} has to wait: another copy of the image is under way.")
                refusals.append(error)
                return ""

        try:
            image_id = self._waiting.look_until(
                ask, bool, self._deadline - self._waiting.clock(), longest_pause=self._waiting.longest_pause
            )
        except Cancelled as error:
            raise self._failed(error, _NOT_KNOWN if error.was_sent else _NOTHING_COPIED) from error
        except EcsError as error:
            if error.code == _NAME_TAKEN:
                # The copy is under way, but the list of copies lags and did not show it.
                return self._take_over(self._named(error))
            raise self._failed(error, _after_refusal(error)) from error
        if not image_id:
            raise self._failed(refusals[-1], _after_refusal(refusals[-1])) from refusals[-1]
        return self._listed(image_id)

    def _listed(self, image_id: str) -> Image:
        image = self._waiting.look_until(
            lambda: self._look(image_id), lambda seen: seen is not None, self._waiting.visible_seconds
        )
        if image is None:
            lost = "ECS accepted the copy, but does not list it"
            raise self._failed(lost, "The next `pulumi up` looks for it, and takes it over if it is there.")
        return image

    def _named(self, refusal: EcsError) -> Image:
        """Return the image that has the name of the mark already."""

        def look() -> list[Image]:
            return self._calls().own_images(self._order.region, name=self._order.name)

        try:
            found = self._waiting.look_until(look, bool, self._waiting.visible_seconds)
        except ImageShareError as error:
            raise self._failed(error, _NOTHING_COPIED) from error
        if not found:
            raise self._failed(refusal, _after_refusal(refusal)) from refusal
        return found[0]

    # Waiting, for hours if copying takes hours.

    def _wait(self, begun: Image, progress: Progress) -> Image:
        waiting = self._waiting
        latest, last_seen = begun, waiting.clock()
        # The first look is the one that found the copy.
        found_before = [begun]

        def look() -> Image:
            nonlocal latest, last_seen
            seen = found_before.pop() if found_before else self._look(begun.image_id)
            if seen is None:
                if waiting.clock() - last_seen >= min(_UNSEEN_SECONDS, waiting.visible_seconds):
                    gone = f"the copy {begun.image_id} is gone: it was cancelled or deleted"
                    raise self._failed(gone, "Nothing is left of it: run `pulumi up` to copy again.")
                return latest
            latest, last_seen = seen, waiting.clock()
            self._check_ours(seen)
            if _has_failed(seen):
                raise self._gave_up(seen)
            if seen.is_in_the_making:
                progress.see(seen)
            return seen

        seconds = self._deadline - waiting.clock()
        image = waiting.look_until(
            look, lambda seen: not seen.is_in_the_making, seconds, longest_pause=waiting.longest_pause
        )
        if image.is_in_the_making:
            raise self._took_too_long(image)
        return image

    # The complete copy gets its name.

    def _give_name(self, complete: Image) -> Image:
        """Set the copy's name and family, and all that an interrupted run may have set differently."""
        change = plan_change(self._attributes_now(complete), self._wanted)
        error = change_attributes(self._ecs.for_operation(), complete.region, complete.image_id, change).error
        if error is not None and (_was_refused(error) or not self._seen_with(complete, change, seconds=0)):
            again = "run `pulumi up` again: it takes the copy over, and does not copy again."
            raise self._failed(
                error,
                f"The copy {complete.image_id} is complete, but is still called {complete.name}. {_advice(error)}, and "
                f"{again}",
                image_id=complete.image_id,
            ) from error
        seen = self._seen_with(complete, change, seconds=self._waiting.visible_seconds)
        if seen is None:
            name = self._wanted.name
            self._operation.warn(f"ECS accepted the name {name} of {complete.image_id}, but is slow to show it.")
            return change.of(complete)
        # Only a look after the name was set shows that no other run had taken the copy over before.
        if self._other_run_of(seen):
            raise self._lost(seen, "was taken over by another run just as it was complete")
        return seen

    def _attributes_now(self, image: Image) -> ImageAttributes:
        if not self.is_taken_over:
            # What CopyImage was asked for, whether or not ECS lists it already.
            return ImageAttributes(image.name, self._wanted.description, image.family, self._wanted.tags)
        own = {key: value for key, value in image.tags.items() if key == OWN_TAG}
        return ImageAttributes(image.name, image.description, image.family, {**program_tags(image.tags), **own})

    def _seen_with(self, image: Image, change: AttributeChange, seconds: float) -> Image | None:
        """Return the image if it shows the change or another run within this time.

        The copy has its name by then. An error here must not fail the resource, or no state would have the copy.
        """

        def look() -> list[Image]:
            return self._ecs.for_operation().own_images(image.region, image_id=image.image_id)

        def is_settled(seen: Image) -> bool:
            return change.shows(seen) or self._other_run_of(seen) != ""

        try:
            found = self._waiting.look_until(look, lambda seen: any(map(is_settled, seen)), seconds)
        except ImageShareError:
            return None
        return next(filter(is_settled, found), None)

    # Calls and errors of every step.

    def _calls(self) -> Ecs:
        """The calls of ECS, with a new time budget."""
        return self._ecs.for_operation(at_most=max(1.0, self._deadline - self._waiting.clock()))

    def _look(self, image_id: str) -> Image | None:
        """Read the copy, None if it is not listed."""
        try:
            found = self._calls().own_images(self._order.region, image_id=image_id)
        except ImageShareError as error:
            raise self._failed(error, _goes_on(image_id), image_id=image_id) from error
        return found[0] if found else None

    def _other_run_of(self, image: Image) -> str:
        """Return the other run that has taken the copy over, "" for none."""
        run_id = self._mark.run_of(image)
        return "" if run_id in (self._run_id, self._earlier_run) else run_id

    def _check_ours(self, image: Image) -> None:
        """Raise an error if another run has taken the copy over or finished it."""
        if self._other_run_of(image):
            raise self._lost(image, "was taken over by another run")
        if not self._mark.is_unfinished(image):
            raise self._lost(image, f"was finished by another run, which called it {image.name}")

    def _delete_failed(self, image: Image) -> str:
        """Delete a copy that ECS gave up; return why it is left, "" if it is gone."""
        ecs = self._ecs.for_operation()
        try:
            ecs.delete_image(image.region, image.image_id)
            seen = self._waiting.look_until(
                lambda: ecs.own_images(image.region, image_id=image.image_id),
                lambda seen: not seen,
                self._waiting.visible_seconds,
            )
        except ImageShareError as error:
            return f"It could not be deleted, and the next `pulumi up` tries again: {error.text}"
        return "ECS accepted its deletion, but still lists it: run `pulumi up` again later." if seen else ""

    def _failed(self, why: ImageShareError | str, *outcome: str, image_id: str = "") -> CopyFailed:
        cause = f"{why}." if isinstance(why, str) else why
        return CopyFailed(f"Copying {self._order} failed.", cause, outcome, image_id)

    def _lost(self, image: Image, how: str) -> CopyFailed:
        stack = self._mark.readable.rpartition("/")[0]
        return self._failed(
            f"the copy {image.image_id} {how}",
            f"It was left to that run, neither changed nor deleted. Is another checkout of this program, with a state "
            f"of its own, running the stack {stack}? Each copy belongs to one state: let one checkout go on, or give "
            "them stacks of different names.",
        )

    def _gave_up(self, image: Image) -> CopyFailed:
        left = self._delete_failed(image)
        at = f" at {image.progress}" if image.progress else ""
        key_id = self._order.kms_key_id
        key = f"that the key {key_id} is in {image.region}, enabled, and one that ECS may use; " if key_id else ""
        return self._failed(
            f"ECS gave the copy {image.image_id} up (status {image.status}{at}), and does not say why",
            f"Check {key}the quotas of images and snapshots in {image.region}; and that the account has no overdue "
            "payment.",
            left or f"The failed copy {image.image_id} was deleted: nothing is left of it.",
        )

    def _took_too_long(self, image: Image) -> CopyFailed:
        limit, seconds = f"{slots.prop('custom_timeouts')}, create", self._operation.seconds
        if seconds is None:
            limit, seconds = slots.setting("copySeconds"), self._waiting.copy_seconds
        summary = f"Copying {self._order} is not complete after {seconds:g} s ({limit})."
        why = f"the copy {image.image_id} is {_status(image)}."
        return CopyFailed(summary, why, [_goes_on(image.image_id)], image.image_id)


def _has_failed(image: Image) -> bool:
    return image.status in ("CreateFailed", "UnAvailable")


def _status(image: Image) -> str:
    """Return the status of a copy, such as "Creating, 45% done"."""
    return f"{image.status}, {image.progress} done" if image.progress else image.status


def _goes_on(image_id: str) -> str:
    return f"The copy {image_id} goes on in ECS, and the next `pulumi up` takes it over."


def _after_refusal(error: EcsError) -> str:
    if error.code == _NAME_TAKEN:
        return "The image that has the name of this copy is not listed yet: the next `pulumi up` takes it over."
    return _NOTHING_COPIED if error.changed_nothing else _NOT_KNOWN


def _was_refused(error: ImageShareError) -> bool:
    return isinstance(error, EcsError) and error.changed_nothing


def _advice(error: ImageShareError) -> str:
    if isinstance(error, EcsError) and error.code == _NAME_TAKEN:
        return "Another image of the account has that name: give the copy another one (the argument name)"
    return "Fix the cause"


# -- progress --------------------------------------------------------------------------------------------------------


class Progress:
    """Shows the progress of a copy as a short status; each status replaces the one before.

    In a terminal the status stands on the row of the resource, and the last one stays there. A run without a terminal
    prints each status as a line. So they come every few minutes, not every few seconds.
    """

    def __init__(self, show: Callable[[str], None], clock: Callable[[], float]) -> None:
        """Show nothing yet.

        Args:
            show: Shows the user a status.
            clock: Returns the time in seconds.
        """
        self._show = show
        self._clock = clock
        self._first: tuple[float, int] | None = None
        self._said_at = 0.0
        self._said = 0

    def see(self, image: Image) -> None:
        """Show the progress of an unfinished copy: at first, after 10 points, and when some minutes have passed."""
        now, percent = self._clock(), _percent(image)
        if self._first is None:
            self._first = (now, percent)
            self._say(now, percent, f"{_progress(image)}, as {image.image_id}")
            return
        moved, passed = percent - self._said, now - self._said_at
        if moved >= _SAY_PERCENT or passed >= (_SAY_SECONDS if moved else _SAY_STILL_SECONDS):
            began, first = self._first
            left = _time_left(now - began, percent - first, 100 - percent)
            self._say(now, percent, _progress(image) + (f", {left}" if left else ""))

    def finish(self, *, is_taken_over: bool = False) -> None:
        """Replace the last status by a final one, if there was any.

        Args:
            is_taken_over: Whether an earlier run began the copy, so that this one does not know how long it took.
        """
        if self._first is not None:
            seconds = max(1.0, self._clock() - self._first[0])
            self._show("copied" if is_taken_over else f"copied in {_duration(seconds)}")

    def _say(self, now: float, percent: int, text: str) -> None:
        self._said_at, self._said = now, percent
        self._show(text)


def _percent(image: Image) -> int:
    """Return the progress in percent, 0 if ECS gives none."""
    digits = image.progress.rstrip("%")
    return int(digits) if digits.isdecimal() else 0


def _progress(image: Image) -> str:
    """Return the progress as "45 %", or the status if ECS gives none."""
    return f"{_percent(image)} %" if image.progress else image.status


def _time_left(seconds: float, moved: int, to_go: int) -> str:
    """Return the time left at the pace until now, "" if there is no pace yet."""
    if moved <= 0 or to_go <= 0:
        return ""
    left = seconds / moved * to_go
    return f"about {_duration(max(5, 5 * round(left / 5)))} left"


def _duration(seconds: float) -> str:
    """Return a duration for people: "20 s", "12 min", "2.3 h"."""
    if seconds < 1.5 * _MINUTE:
        return f"{round(seconds)} s"
    if seconds < 1.5 * _HOUR:
        return f"{round(seconds / _MINUTE)} min"
    return f"{round(seconds / _HOUR, 1):g} h"
