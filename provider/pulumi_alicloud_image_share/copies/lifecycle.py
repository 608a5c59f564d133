"""The life of a copy: check, create, read, update, delete, over plain dataclasses. Knows no Pulumi.

`check` is where the program's mistakes are found, with the live source image, and only when something changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..arguments import Problem
from ..cloud.identity import Identity
from ..cloud.model import Image, not_found_sentence
from ..errors import CopyFailed, EcsError, ImageNotFound, ImageShareError, RuleBroken
from ..kinds.contract import NO_STATE, StackState
from ..kinds.faults import property_at_fault
from ..kinds.new_copies import NewCopies
from ..kinds.operation import Operation
from ..kinds.ownership import check_gone
from ..kinds.run import Run
from ..kinds.waiting import Waiting
from .calls import CopyCalls
from .changes import ImageAttributes, change_attributes, plan_change
from .checks import Asked, Checks, copies_again, source_not_found
from .deletion import check_unshared, delete_or_cancel
from .making import make_copy, plan_copy
from .mark import Mark, mark_of
from .record import Copy, KnownCopy, as_seen, keeping, keeping_attributes, parse, state_of, wanted
from .rules import copy_problems
from .seen import CopiesSeen, Seen
from .sources import Sources


class CopyLifecycle:
    """Check, create, read, update, delete, for one run. Safe to use from several threads."""

    def __init__(
        self,
        run: Run,
        connect: Callable[[Identity], CopyCalls],
        *,
        default_region: str | None = None,
        waiting: Waiting | None = None,
    ) -> None:
        """Make a lifecycle; nothing is called yet.

        Args:
            run: What the operations of this run share.
            connect: Returns the calls of ECS in an identity's name; raises ConfigError where they can't be made. Asked
                only when needed.
            default_region: The region of the configuration or the environment, None if there is none.
            waiting: How long to wait for ECS.
        """
        self._connect = connect
        self._default_region = default_region
        self._waiting = waiting or Waiting()
        self._run_id = run.id
        self._new_copies = run.part(NewCopies)
        self._sources = run.part(Sources)
        self._seen = run.part(CopiesSeen)

    def check(self, old: Copy | None, inputs: Mapping[str, Any]) -> tuple[Asked, list[Problem]]:
        """Read what the program says and find every rule that it breaks, as far as no call is needed for it.

        Args:
            old: What the program said before, None for a new copy.
            inputs: The arguments as the program gives them; `UNKNOWN` may stand anywhere.

        Returns:
            What is asked for, and all problems.
        """
        said, problems = parse(inputs, self._default_region, has_origin=old is None or old.source_image_id != "")
        spec = said if old is None else keeping(said, old)
        return Asked(spec, old, said.name if isinstance(said.name, str) else ""), problems

    def examine(
        self, operation: Operation, asked: Asked, before: Sequence[Problem] = (), state: StackState = NO_STATE
    ) -> tuple[Copy, list[Problem]]:
        """Find what only ECS can tell of a program's mistakes, and the name that a new copy has by default.

        Args:
            operation: Whom it is for.
            asked: What the program asks for.
            before: The problems that were found before. What has any gets no name.
            state: What the stack's state has around it.

        Returns:
            What is asked for, and the problems that ECS tells of. Calls ECS only if something is to be copied or named:
            once for all copies of an image, once for a new copy, once for a name that the program gives.
        """
        problems = list(before)
        try:
            spec = self._examine(operation, asked, problems, state)
        except ImageShareError as error:
            spec = asked.spec
            problems.append(Problem(property_at_fault(error, spec.identity), str(error)))
        return spec, problems[len(before) :]

    def create(self, operation: Operation, spec: Copy) -> KnownCopy:
        """Copy the image and wait until the copy is complete, or take over one that an interrupted run began.

        Raises:
            RuleBroken: The source does not allow it; nothing was copied.
            CopyFailed: ECS refused or gave up the copy, it took too long, or another run took it over. Says what is
                left.
        """
        copy, mark = _known(operation, self._examined(operation, spec))
        ecs = self._ecs(operation, copy.identity)
        self._check_source(ecs, copy)
        seen = self._seen.take(mark)
        if seen is not None:
            _warn_of_left_over(operation, mark, seen)
        task = plan_copy(copy, mark, self._run_id, ecs, self._waiting, operation)
        copied = make_copy(task, None if seen is None else seen.copies)
        if copied.image.is_shared is False and not copied.is_taken_over:
            self._new_copies.add(copy.identity, copied.image)
        return state_of(copy, copied.image)

    def update(self, operation: Operation, old: KnownCopy, spec: Copy) -> KnownCopy:
        """Change the copy in place: name, description and family in one call, tags in one or two.

        Where only the identity or `force_delete` changes, no call is made.

        Raises:
            CopyFailed: A call failed, or its result never showed. Says what was changed, and what was not.
        """
        named = keeping_attributes(spec, name=old.name, description=old.description, family=old.family)
        copy, _ = _known(operation, named)
        region, image_id = old.region, old.image_id
        change = plan_change(old.attributes, ImageAttributes(copy.name, copy.description, copy.family, copy.tags))
        kept = replace(old, profile=copy.profile, assume_role=copy.assume_role, force_delete=copy.force_delete)
        if not old.has_origin:
            kept = replace(
                kept,
                source_image_id=copy.source_image_id,
                source_region=copy.source_region,
                kms_key_id=copy.kms_key_id,
            )
        if not change:
            return kept
        ecs = self._ecs(operation, copy.identity)
        outcome = change_attributes(ecs, region, image_id, change)
        summary = f"Changing image {image_id} in {region} failed."
        if outcome.error is not None:
            done = f"Done: {'; '.join(outcome.done) or 'nothing'}. Not done: {'; '.join(outcome.left)}."
            again = "Run `pulumi up` again: it sets all of them once more."
            failed = CopyFailed(summary, outcome.error, [done, again], image_id)
            if outcome.done:
                failed.state = _seen_once(ecs, kept)
            raise failed from outcome.error
        seconds = operation.within(self._waiting.visible_seconds)
        try:
            found = self._waiting.look_until(
                lambda: self._look(operation, ecs, old), lambda seen: any(map(change.shows, seen)), seconds
            )
        except ImageShareError as error:
            raise CopyFailed(summary, error, ["ECS accepted the change, but it can't be read."], image_id) from error
        seen = next(filter(change.shows, found), None)
        if seen is None:
            why = f"ECS accepted the change, but after {seconds:g} s it does not show."
            raise CopyFailed(summary, why, [_slow(operation, "update")], image_id)
        return as_seen(kept, seen)

    def read(self, operation: Operation, old: KnownCopy, *, is_managed: bool) -> KnownCopy | None:
        """Read the copy as it is: one call.

        Args:
            operation: Whom it is for.
            old: What the state has; of a copy that no state has, its ID and whom to ask as.
            is_managed: Whether the state has it.

        Returns:
            The copy, None if it is gone.

        Raises:
            RuleBroken: It is not this account's, or there is neither an image nor a state.
        """
        region, image_id = old.region, old.image_id
        ecs = self._ecs(operation, old.identity)
        found = ecs.own_images(region, image_id=image_id)
        if found:
            return as_seen(old, found[0])
        if not is_managed:
            raise RuleBroken(f"{old.id} can't be read", [not_found_sentence(image_id, region)])
        check_gone(ecs, region, image_id, old.owner_id, f"{old} can't be read")
        operation.warn(
            f"{old} does not exist any more, as its owner's account sees it: the copy is taken out of the state."
        )
        return None

    def delete(self, operation: Operation, old: KnownCopy) -> None:
        """Delete the copy, unless any account has access to it. One that is gone needs nothing.

        Raises:
            RuleBroken: It is shared, or another account's; nothing was changed.
            CopyFailed: ECS refused to delete it, or never showed that it is gone.
        """
        region, image_id = old.region, old.image_id
        ecs = self._ecs(operation, old.identity)
        summary = f"Deleting image {image_id} in {region} failed."
        try:
            check_unshared(ecs, old)
            delete_or_cancel(ecs, old)
            seconds = operation.within(self._waiting.visible_seconds)
            left = self._waiting.look_until(lambda: self._look(operation, ecs, old), lambda seen: not seen, seconds)
        except ImageNotFound:
            check_gone(ecs, region, image_id, old.owner_id, f"{old} can't be deleted")
            return
        except EcsError as error:
            known = "The image was not deleted." if error.changed_nothing else "Whether it was deleted is not known."
            raise CopyFailed(summary, error, [f"{known} Run again when that is mended."], image_id) from error
        if left:
            why = f"ECS accepted it, but after {seconds:g} s the image is still listed."
            raise CopyFailed(summary, why, [_slow(operation, "delete")], image_id)

    def _examine(self, operation: Operation, asked: Asked, problems: list[Problem], state: StackState) -> Copy:
        """Add what ECS tells of to the problems; returns what is asked for, with its name where nothing is wrong."""
        spec, old = asked.spec, asked.old
        checks = Checks(operation.resource, lambda identity: self._ecs(operation, identity), self._sources, self._seen)
        source: Image | None = None
        if old is None or copies_again(old, spec):
            source, found = checks.source(spec)
            problems += found
        if asked.name and (old is None or asked.name != old.name) and not problems:
            problems += checks.given_name(spec, asked.name)
        return checks.new_copy(spec, source, state) if old is None and not problems else spec

    def _examined(self, operation: Operation, spec: Copy) -> Copy:
        """What is asked for, with its name, after `examine` where this run has not done that."""
        mark = mark_of(operation.resource, spec)
        if mark is None or self._seen.has(mark):
            return spec
        problems: list[Problem] = []
        try:
            asked = Asked(spec, None, spec.name if isinstance(spec.name, str) else "")
            found = self._examine(operation, asked, problems, NO_STATE)
        except ImageShareError as error:
            summary = f"Copying image {spec.source_image_id} to {spec.region} failed."
            raise CopyFailed(summary, error, ["Nothing was copied."]) from error
        if problems:
            raise _cannot_copy(spec, [problem.sentence for problem in problems])
        return found

    def _check_source(self, ecs: CopyCalls, copy: KnownCopy) -> None:
        source = self._sources.get(ecs, copy.identity, copy.source_region, copy.source_image_id)
        if source is None:
            broken = [source_not_found(copy.source_image_id, copy.source_region)]
        else:
            found = copy_problems(source, region=copy.region, encrypted=copy.encrypted)
            broken = [problem.sentence for problem in found]
        if broken:
            raise _cannot_copy(copy, broken)

    def _ecs(self, operation: Operation, identity: Identity) -> CopyCalls:
        return self._connect(identity).for_operation(seconds=operation.seconds_left, notify=operation.warn)

    def _look(self, operation: Operation, ecs: CopyCalls, copy: KnownCopy) -> list[Image]:
        """The copy as it is listed, asked with a budget of its own: calls before it may have used theirs up."""
        left = operation.seconds_left
        calls = ecs.for_operation(at_most=None if left is None else max(1.0, left))
        return calls.own_images(copy.region, image_id=copy.image_id)


def _cannot_copy(copy: Copy, broken: Sequence[str]) -> RuleBroken:
    return RuleBroken(f"image {copy.source_image_id} in {copy.source_region} can't be copied as asked", broken)


def _known(operation: Operation, spec: Copy) -> tuple[KnownCopy, Mark]:
    copy, mark = wanted(spec), mark_of(operation.resource, spec)
    if copy is None or mark is None:
        raise RuleBroken("the image can't be copied yet", ["all arguments must be known."])
    return copy, mark


def _warn_of_left_over(operation: Operation, mark: Mark, seen: Seen) -> None:
    for image in seen.left_over(mark):
        operation.warn(
            f"image {image.image_id} ({image.name}) in {image.region} is a finished copy by this resource that the "
            "state does not have under its name: an interrupted run left it, it is another resource's since a rename, "
            "or another checkout of the program has it in a state of its own. Delete it only if no state has it."
        )


def _seen_once(ecs: CopyCalls, copy: KnownCopy) -> KnownCopy | None:
    """The copy as one look finds it, None where none does: then the next update does all once more."""
    try:
        found = ecs.last_look().own_images(copy.region, image_id=copy.image_id)
    except ImageShareError:
        return None
    return as_seen(copy, found[0]) if found else None


def _slow(operation: Operation, doing: str) -> str:
    limit = "image-share:visibleSeconds" if operation.seconds is None else f"custom_timeouts, {doing}"
    return f"Run again; if ECS is slow today, raise {limit}."
