"""One copy that is to be made: what every step of it needs to know and to say."""

from __future__ import annotations

from dataclasses import dataclass

from ..cloud.model import CopyOrder, Image
from ..errors import CopyFailed, ImageShareError
from ..kinds.operation import Operation
from ..kinds.waiting import Waiting
from .calls import CopyCalls
from .changes import ImageAttributes
from .mark import Mark
from .tags import OWN_TAG


@dataclass(frozen=True)
class CopyTask:
    """A copy that is to be made, by one run.

    Attributes:
        order: What to copy, and where to.
        wanted: What the copy is to be called, described and tagged when it is complete.
        mark: By what it is found until then.
        run_id: The run that makes it.
        ecs: The calls of ECS.
        waiting: How long to wait.
        operation: Whom to tell.
        seconds: How long copying may take.
        deadline: Until when, by the clock of `waiting`.
        earlier_run: The run that the copy was taken over from, "" for none: a list that lags may still show it.
    """

    order: CopyOrder
    wanted: ImageAttributes
    mark: Mark
    run_id: str
    ecs: CopyCalls
    waiting: Waiting
    operation: Operation
    seconds: float
    deadline: float
    earlier_run: str = ""

    def calls(self) -> CopyCalls:
        """The calls of ECS, with a new budget of time."""
        return self.ecs.for_operation(at_most=max(1.0, self.deadline - self.waiting.clock()))

    @property
    def own_tag(self) -> dict[str, str]:
        """The tag that says that this run is at work on the copy."""
        return {OWN_TAG: self.mark.tag(self.run_id)}

    def look(self, image_id: str) -> Image | None:
        """The copy as it is, None if it is not listed."""
        try:
            found = self.calls().own_images(self.order.region, image_id=image_id)
        except ImageShareError as error:
            raise self.failed(error, goes_on(image_id), image_id=image_id) from error
        return found[0] if found else None

    def other_run_of(self, image: Image) -> str:
        """The other run that has taken the copy over, "" for none."""
        run_id = self.mark.run_of(image)
        return "" if run_id in (self.run_id, self.earlier_run) else run_id

    def check_ours(self, image: Image) -> None:
        """Let a copy go that another run has taken over or finished.

        Raises:
            CopyFailed: It has. The copy was left as it is.
        """
        if self.other_run_of(image):
            raise self.lost(image, "was taken over by another run")
        if not self.mark.is_unfinished(image):
            raise self.lost(image, f"was finished by another run, which called it {image.name}")

    def lost(self, image: Image, how: str) -> CopyFailed:
        """The error for a copy that is another run's."""
        return self.failed(
            f"the copy {image.image_id} {how}",
            f"It was left to that run, neither changed nor deleted. Is another checkout of this program, with a state "
            f"of its own, running the stack {self.mark.readable.rpartition('/')[0]}? Each copy belongs to one state: "
            "let one checkout go on, or give them stacks of different names.",
        )

    def failed(self, why: ImageShareError | str, *outcome: str, image_id: str = "") -> CopyFailed:
        """The error for a copy that can't be made."""
        cause = f"{why}." if isinstance(why, str) else why
        return CopyFailed(f"Copying {self.order} failed.", cause, outcome, image_id)

    def delete_failed(self, image: Image) -> str:
        """Delete a copy that ECS gave up; returns why it is left, "" if it is gone."""
        ecs = self.ecs.for_operation()
        try:
            ecs.delete_image(image.region, image.image_id)
            seen = self.waiting.look_until(
                lambda: ecs.own_images(image.region, image_id=image.image_id),
                lambda seen: not seen,
                self.waiting.visible_seconds,
            )
        except ImageShareError as error:
            return f"It could not be deleted, and the next `pulumi up` tries again: {error}"
        return "ECS accepted that it is deleted, but still lists it: run `pulumi up` again later." if seen else ""


def goes_on(image_id: str) -> str:
    """What becomes of a copy that nobody waits for any more."""
    return f"The copy {image_id} goes on in ECS, and the next `pulumi up` takes it over."


def has_failed(image: Image) -> bool:
    """Whether ECS has given a copy up."""
    return image.status in ("CreateFailed", "UnAvailable")


def status_of(image: Image) -> str:
    """How a copy is, such as "Creating, 45% done"."""
    return f"{image.status}, {image.progress} done" if image.progress else image.status
