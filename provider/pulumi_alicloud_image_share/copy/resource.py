"""The life of a copy: check, create, read, update, delete, over plain dataclasses. Knows no Pulumi.

The check finds the program's mistakes, with the live source image, before anything is copied, and only if something
changed.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from .. import slots
from ..accounts import listed
from ..cloud.credentials import Identity
from ..cloud.model import Image, Sharing, not_found_sentence
from ..cloud.settings import Settings
from ..errors import Cancelled, CopyFailed, EcsError, ImageNotFound, ImageShareError, RuleBroken
from ..resource.base import NO_STATE, Checked, Resource, StackState, property_at_fault
from ..resource.images import ImageCache, check_gone
from ..resource.operation import Operation, Waiting
from ..resource.run import Run
from ..values import UNKNOWN, Problem, shown
from .changes import AttributeChange, ImageAttributes, change_attributes, plan_change
from .making import Making, Mark, default_name, mark_of
from .record import Copy, CopyRecord, KnownCopy, as_seen, keeping, keeping_attributes, parse, state_of, wanted
from .rules import OWN_TAG, copy_problems, source_not_found

if TYPE_CHECKING:
    # It imports the SDK, which takes a second that a run without a change need not spend.
    from ..cloud.ecs import Ecs

_IF_DELETED: Final = (
    "If it was deleted, run `pulumi refresh` with its owner's credentials: the next `pulumi up` then copies again."
)


@dataclass(frozen=True)
class Asked:
    """What a program asks for, as a check has read it.

    Attributes:
        spec: What it asks for.
        old: What it asked for before, None for a new copy.
        name: The name that the program gives now, "" for none.
    """

    spec: Copy
    old: Copy | None
    name: str


@dataclass(frozen=True)
class Existing:
    """The copies that a check found in the region, for the creation that follows.

    Attributes:
        copies: All copies in the region that this package made, finished or not.
        own_image_id: The copy that the state has under the resource, "" for none.
    """

    copies: tuple[Image, ...]
    own_image_id: str = ""

    def left_over(self, mark: Mark) -> list[Image]:
        """The finished copies with a mark that the state does not have under the resource."""
        return [
            image
            for image in self.copies
            if mark.is_on(image) and not mark.is_unfinished(image) and image.image_id != self.own_image_id
        ]


class CopyCache:
    """What this run has read from ECS for its copies, so that it reads it once. Safe to use from several threads."""

    def __init__(self) -> None:
        """Have read nothing yet."""
        self._sources: dict[tuple[Identity, str, str], Image] = {}
        self._source_locks: dict[tuple[Identity, str, str], threading.Lock] = {}
        self._existing: dict[Mark, Existing] = {}
        self._lock = threading.Lock()

    def source(self, ecs: Ecs, identity: Identity, region: str, image_id: str) -> Image | None:
        """Return the image to copy, None if it does not exist. It is read once for all its copies."""
        key = (identity, region, image_id)
        with self._lock:
            lock = self._source_locks.setdefault(key, threading.Lock())
        with lock:
            if key not in self._sources:
                found = ecs.image(region, image_id)
                if found is None:
                    return None
                self._sources[key] = found
            return self._sources[key]

    def keep(self, mark: Mark, existing: Existing) -> None:
        """Keep what a check found."""
        with self._lock:
            self._existing[mark] = existing

    def has(self, mark: Mark) -> bool:
        """Whether a check found out what exists, and no creation has used it yet."""
        with self._lock:
            return mark in self._existing

    def take(self, mark: Mark) -> Existing | None:
        """Return what a check found, once; None if no check has run."""
        with self._lock:
            return self._existing.pop(mark, None)


class CopyResource(Resource[Copy, KnownCopy]):
    """ImageCopy, for one run. Safe to use from several threads."""

    name: ClassVar[str] = "ImageCopy"
    dynamic_type: ClassVar[str] = "pulumi-python:dynamic/alicloud-image-share:ImageCopy"
    doc: ClassVar[str] = (
        "A copy of a custom ECS image, in another region or in the same. It is there when it is complete, which takes "
        "minutes to hours; a run that was interrupted is taken up again by the next one, and nothing is copied twice. "
        "Destroying it deletes the copy, but never while it is shared. Its ID is `<region>:<image ID>`."
    )
    record = CopyRecord
    properties = CopyRecord.table()

    def __init__(
        self,
        run: Run,
        settings: Settings,
        connect: Callable[[Identity], Ecs] | None = None,
        waiting: Waiting | None = None,
    ) -> None:
        """Call nothing yet.

        Args:
            run: What the operations of this run share.
            settings: The stack's configuration and the environment.
            connect: Returns the calls of ECS for an identity, None for those of the run.
            waiting: How long to wait for ECS, None for what the settings say.
        """
        self._connect = connect or functools.partial(run.ecs, settings)
        self._default_region = settings.region
        self._waiting = waiting or Waiting(settings.copy_seconds, settings.visible_seconds, sleep=run.cancellable.sleep)
        self._run_id = run.id
        self._images = run.part(ImageCache)
        self._cache = run.part(CopyCache)

    # -- check -------------------------------------------------------------------------------------------------------

    def judge_program(
        self,
        operation: Operation,
        state: StackState,
        olds: Mapping[str, Any] | None,
        news: Mapping[str, Any],
        secrets: frozenset[str] = frozenset(),
    ) -> Checked:
        """See `Resource.judge_program`."""
        old = Copy.restore(olds) if olds and "region" in olds else None
        asked, problems = self.asked_for(old, news)
        return Checked(asked.spec.as_inputs(), tuple(problems), asked)

    def examine(
        self, operation: Operation, state: StackState, checked: Checked, outputs: Mapping[str, Any] | None = None
    ) -> Checked:
        """See `Resource.examine`: calls ECS only if it copies or changes something; a new copy gets its name here."""
        if outputs:
            state = replace(state, own=outputs)
        spec, found = self.judge(operation, cast(Asked, checked.asked), checked.problems, state)
        return replace(checked, inputs=spec.as_inputs(), problems=(*checked.problems, *found))

    def asked_for(self, old: Copy | None, inputs: Mapping[str, Any]) -> tuple[Asked, list[Problem]]:
        """Read the arguments and find every rule they break that needs no call.

        Args:
            old: What the program asked for before, None for a new copy.
            inputs: The arguments as the program gives them; `UNKNOWN` may stand anywhere.

        Returns:
            What is asked for, and all problems.
        """
        said, problems = parse(inputs, self._default_region, has_origin=old is None or old.source_image_id != "")
        spec = said if old is None else keeping(said, old)
        return Asked(spec, old, said.name if isinstance(said.name, str) else ""), problems

    def judge(
        self, operation: Operation, asked: Asked, before: Sequence[Problem] = (), state: StackState = NO_STATE
    ) -> tuple[Copy, list[Problem]]:
        """Find the mistakes that only ECS can show, and the default name of a new copy.

        Args:
            operation: The engine's call.
            asked: What the program asks for.
            before: The problems that were found before. A copy with any of them gets no name.
            state: What the stack's state has around the resource.

        Returns:
            What is asked for, and the problems that ECS shows. Calls ECS only if something is to be copied or changed:
            once for all copies of an image, once for a new copy or one that changes, once for a name that the program
            gives.
        """
        problems = list(before)
        try:
            spec = self._examine(operation, asked, problems, state)
        except ImageShareError as error:
            spec = asked.spec
            problems.append(Problem(property_at_fault(error, spec.identity), error.text))
        return spec, problems[len(before) :]

    def _examine(self, operation: Operation, asked: Asked, problems: list[Problem], state: StackState) -> Copy:
        """Add the problems that ECS shows; return what is asked for, with its name if there are no problems."""
        spec, old = asked.spec, asked.old
        source: Image | None = None
        is_new_copy = old is None or _copies_again(old, spec)
        if is_new_copy:
            source, found = self._examine_source(operation, spec)
            problems += found
        if old is not None and (is_new_copy or _changes_attributes(old, spec)):
            problems += self._examine_existing(operation, spec, state.own or {}, is_replaced=is_new_copy)
        if asked.name and (old is None or asked.name != old.name) and not problems:
            problems += self._examine_name(operation, spec, asked.name)
        return self._examine_new(operation, spec, source, state) if old is None and not problems else spec

    def _examine_source(self, operation: Operation, spec: Copy) -> tuple[Image | None, list[Problem]]:
        """Return the image to copy, None if it is unknown or cannot be read, and what is wrong with it."""
        identity, region, image_id = spec.identity, spec.source_region, spec.source_image_id
        if identity is UNKNOWN:
            return None, []
        # Missing credentials are a problem even if the source is unknown.
        ecs = self._ecs(operation, identity)
        if region is UNKNOWN or image_id is UNKNOWN:
            return None, []
        try:
            source = self._cache.source(ecs, identity, region, image_id)
        except ImageShareError as error:
            return None, [Problem(property_at_fault(error, identity, "source_region"), error.text)]
        if source is None:
            return None, [source_not_found(image_id, region)]
        return source, copy_problems(source, region=spec.region, encrypted=spec.encrypted)

    def _examine_existing(
        self, operation: Operation, spec: Copy, own: Mapping[str, Any], *, is_replaced: bool
    ) -> list[Problem]:
        """Return why the copy in the state cannot be changed, or deleted after its replacement.

        Args:
            operation: The engine's call.
            spec: What the program asks for.
            own: The outputs that the state has of the copy, empty if they are not known.
            is_replaced: Whether a new copy takes its place.
        """
        region, image_id = own.get("region"), own.get("image_id")
        if not region or not image_id or spec.identity is UNKNOWN:
            return []
        ecs = self._ecs(operation, spec.identity)
        if ecs.own_images(region, image_id=image_id):
            return []
        try:
            check_gone(ecs, region, image_id, own.get("owner_id") or "", f"image {image_id} can't be changed")
        except RuleBroken as error:
            return [Problem("", sentence) for sentence in error.sentences]
        if is_replaced:
            return []
        why = f"image {image_id} does not exist in region {region} any more, so it can't be changed:"
        return [Problem("", f"{why} run `pulumi refresh`, and the next `pulumi up` copies again.")]

    def _examine_name(self, operation: Operation, spec: Copy, name: str) -> list[Problem]:
        """Return the problem of a name that another image of the account has."""
        if spec.identity is UNKNOWN or spec.region is UNKNOWN:
            return []
        named = self._ecs(operation, spec.identity).own_images(spec.region, name=name)
        if not named:
            return []
        return [
            Problem(
                "name",
                f"image {named[0].image_id} of this account in {spec.region} has the name {shown(name)} already, and "
                "ECS refuses a name twice (a copy that is replaced is deleted only after the new one is there): give "
                "another name, or leave it out.",
            )
        ]

    def _examine_new(self, operation: Operation, spec: Copy, source: Image | None, state: StackState) -> Copy:
        """Find what exists in the region, and return the spec with the default name.

        So the preview shows a region that cannot be called, and the update knows what an interrupted run has left.
        """
        unnamed = spec if spec.name else replace(spec, name=UNKNOWN)
        mark = mark_of(operation.urn, spec)
        if mark is None or spec.identity is UNKNOWN or spec.region is UNKNOWN:
            return unnamed
        copies = self._ecs(operation, spec.identity).own_images(spec.region, tag=(OWN_TAG, ""))
        own_image_id = str((state.own or {}).get("image_id") or "")
        self._cache.keep(mark, Existing(tuple(copies), own_image_id))
        if spec.name or source is None:
            return unnamed
        return replace(spec, name=default_name(source, mark, own_image_id, copies))

    # -- create ------------------------------------------------------------------------------------------------------

    def make(self, operation: Operation, spec: Copy) -> KnownCopy:
        """Copy the image and wait until the copy is complete, or take over one that an interrupted run began.

        Raises:
            RuleBroken: The source does not allow it; nothing was copied.
            CopyFailed: ECS refused or gave up the copy, it took too long, or another run took it over. Says what is
                left.
        """
        copy, mark = _known(operation, self._examined(operation, spec))
        ecs = self._ecs(operation, copy.identity)
        self._check_source(ecs, copy)
        existing = self._cache.take(mark)
        if existing is not None:
            _warn_of_left_over(operation, mark, existing)
        making = Making(copy, mark, self._run_id, ecs, self._waiting, operation)
        image = making.make(None if existing is None else existing.copies)
        if image.is_shared is False and not making.is_taken_over:
            self._images.add_new_copy(copy.identity, image)
        return state_of(copy, image)

    def _examined(self, operation: Operation, spec: Copy) -> Copy:
        """Return what is asked for, with its name. Calls `judge` unless this run has done so."""
        mark = mark_of(operation.urn, spec)
        if mark is None or self._cache.has(mark):
            return spec
        problems: list[Problem] = []
        try:
            asked = Asked(spec, None, spec.name if isinstance(spec.name, str) else "")
            found = self._examine(operation, asked, problems, NO_STATE)
        except ImageShareError as error:
            summary = f"Copying image {spec.source_image_id} to {spec.region} failed."
            raise CopyFailed(summary, error, ["Nothing was copied."]) from error
        if problems:
            raise _cannot_copy(spec, problems)
        return found

    def _check_source(self, ecs: Ecs, copy: KnownCopy) -> None:
        source = self._cache.source(ecs, copy.identity, copy.source_region, copy.source_image_id)
        if source is None:
            broken = [source_not_found(copy.source_image_id, copy.source_region)]
        else:
            broken = copy_problems(source, region=copy.region, encrypted=copy.encrypted)
        if broken:
            raise _cannot_copy(copy, broken)

    # -- read --------------------------------------------------------------------------------------------------------

    def look(self, operation: Operation, old: KnownCopy, *, is_managed: bool) -> KnownCopy | None:
        """Read the copy as it is: one call.

        Args:
            operation: The engine's call.
            old: What the state has; for a copy that no state has, its ID and the identity to call ECS with.
            is_managed: Whether the state has it.

        Returns:
            The copy, None if it is gone.

        Raises:
            RuleBroken: It belongs to another account, or there is neither an image nor a state.
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

    # -- update ------------------------------------------------------------------------------------------------------

    def change(self, operation: Operation, old: KnownCopy, spec: Copy) -> KnownCopy:
        """Change the copy in place: name, description and family in one call, tags in one or two.

        No call is made if only the identity or `force_delete` changes. The copy ends as the preview showed it: what was
        changed outside the stack is set back, and tags that no preview showed are left alone.

        Raises:
            CopyFailed: A call failed, or its result never showed. Says what was changed, and what was not.
        """
        named = keeping_attributes(spec, name=old.name, description=old.description, family=old.family)
        copy, _ = _known(operation, named)
        want = ImageAttributes(copy.name, copy.description, copy.family, copy.tags)
        kept = replace(old, profile=copy.profile, assume_role=copy.assume_role, force_delete=copy.force_delete)
        if not old.has_origin:
            kept = replace(
                kept,
                source_image_id=copy.source_image_id,
                source_region=copy.source_region,
                kms_key_id=copy.kms_key_id,
            )
        change = plan_change(old.attributes, want)
        if not change:
            return kept
        ecs = self._ecs(operation, copy.identity)
        # The second time, if the copy was changed outside the stack since the state has seen it.
        seen = self._changed(operation, ecs, kept, change)
        drift = plan_change(_attributes_of(seen, want.tags), want)
        if drift:
            operation.warn(
                f"{old} was changed outside this stack: it is set back to what the program and the state say."
            )
            seen = self._changed(operation, ecs, kept, drift)
        return replace(as_seen(kept, seen), tags=_attributes_of(seen, want.tags).tags)

    def _changed(self, operation: Operation, ecs: Ecs, copy: KnownCopy, change: AttributeChange) -> Image:
        """Carry out a change and return the copy that shows it."""
        region, image_id = copy.region, copy.image_id
        summary = f"Changing image {image_id} in {region} failed."
        outcome = change_attributes(ecs, region, image_id, change)
        if outcome.error is not None:
            done = f"Done: {'; '.join(outcome.done) or 'nothing'}. Not done: {'; '.join(outcome.left)}."
            is_gone = isinstance(outcome.error, ImageNotFound)
            again = _IF_DELETED if is_gone else "Run `pulumi up` again: it sets all of them once more."
            failed = CopyFailed(summary, outcome.error, [done, again], image_id)
            if outcome.done:
                failed.state = _seen_once(ecs, copy)
            raise failed from outcome.error
        seconds = operation.within(self._waiting.visible_seconds)
        try:
            found = self._waiting.look_until(
                lambda: self._look(operation, ecs, copy), lambda seen: any(map(change.shows, seen)), seconds
            )
        except ImageShareError as error:
            raise CopyFailed(summary, error, ["ECS accepted the change, but it can't be read."], image_id) from error
        seen = next(filter(change.shows, found), None)
        if seen is None:
            why = f"ECS accepted the change, but after {seconds:g} s it does not show."
            raise CopyFailed(summary, why, [_slow(operation, "update")], image_id)
        return seen

    # -- delete ------------------------------------------------------------------------------------------------------

    def remove(self, operation: Operation, old: KnownCopy) -> None:
        """Delete the copy, unless any account has access to it. A copy that is gone needs no deletion.

        Raises:
            RuleBroken: It is shared, or belongs to another account; nothing was changed.
            CopyFailed: ECS refused to delete it, or never showed that it is gone.
        """
        region, image_id = old.region, old.image_id
        ecs = self._ecs(operation, old.identity)
        summary = f"Deleting image {image_id} in {region} failed."
        is_accepted = False
        try:
            _check_unshared(ecs, old)
            _delete_or_cancel(ecs, old)
            is_accepted = True
            seconds = operation.within(self._waiting.visible_seconds)
            left = self._waiting.look_until(lambda: self._look(operation, ecs, old), lambda seen: not seen, seconds)
        except ImageNotFound:
            check_gone(ecs, region, image_id, old.owner_id, f"{old} can't be deleted")
            return
        except (EcsError, Cancelled) as error:
            outcome = _deletion_outcome(error, is_accepted=is_accepted)
            raise CopyFailed(summary, error, [outcome], image_id) from error
        if left:
            why = f"ECS accepted it, but after {seconds:g} s the image is still listed."
            raise CopyFailed(summary, why, [_slow(operation, "delete")], image_id)

    # -- calls -------------------------------------------------------------------------------------------------------

    def _ecs(self, operation: Operation, identity: Identity) -> Ecs:
        return self._connect(identity).for_operation(seconds=operation.seconds_left, notify=operation.warn)

    def _look(self, operation: Operation, ecs: Ecs, copy: KnownCopy) -> list[Image]:
        """Read the copy with a time budget of its own: calls before it may have used theirs up."""
        left = operation.seconds_left
        calls = ecs.for_operation(at_most=None if left is None else max(1.0, left))
        return calls.own_images(copy.region, image_id=copy.image_id)


def _copies_again(old: Copy, spec: Copy) -> bool:
    """Whether the change certainly makes a new copy. The source of an imported copy can be given later."""
    origin = (
        (old.source_image_id, spec.source_image_id),
        (old.source_region, spec.source_region),
        (old.kms_key_id, spec.kms_key_id),
    )
    return any(
        had != wants and wants is not UNKNOWN
        for had, wants in (
            *(origin if old.source_image_id else ()),
            (old.region, spec.region),
            (old.encrypted, spec.encrypted),
        )
    )


def _changes_attributes(old: Copy, spec: Copy) -> bool:
    """Whether an update calls ECS."""
    had = (old.name, old.description, old.family, old.tags)
    return had != (spec.name, spec.description, spec.family, spec.tags)


def _cannot_copy(copy: Copy, broken: Sequence[Problem]) -> RuleBroken:
    summary = f"image {copy.source_image_id} in {copy.source_region} can't be copied as asked"
    return RuleBroken(summary, [problem.text for problem in broken])


def _known(operation: Operation, spec: Copy) -> tuple[KnownCopy, Mark]:
    copy, mark = wanted(spec), mark_of(operation.urn, spec)
    if copy is None or mark is None:
        raise RuleBroken("the image can't be copied yet", ["all arguments must be known."])
    return copy, mark


def _warn_of_left_over(operation: Operation, mark: Mark, existing: Existing) -> None:
    for image in existing.left_over(mark):
        operation.warn(
            f"image {image.image_id} ({image.name}) in {image.region} is a finished copy by this resource that the "
            "state does not have under its name: an interrupted run left it, it is another resource's since a rename, "
            "or another checkout of the program has it in a state of its own. Delete it only if no state has it."
        )


def _attributes_of(image: Image, keys: Collection[str]) -> ImageAttributes:
    """Return the attributes of an image, with the tags that have these keys."""
    tags = {key: value for key, value in image.tags.items() if key in keys}
    return ImageAttributes(image.name, image.description, image.family, tags)


def _seen_once(ecs: Ecs, copy: KnownCopy) -> KnownCopy | None:
    """Return the copy as one look finds it. Without a look (None), the next update does everything once more."""
    try:
        found = ecs.last_look().own_images(copy.region, image_id=copy.image_id)
    except ImageShareError:
        return None
    return as_seen(copy, found[0]) if found else None


def _check_unshared(ecs: Ecs, copy: KnownCopy) -> None:
    """Raise RuleBroken if any account has access to the copy."""
    sharing = ecs.sharing(copy.region, copy.image_id)
    if sharing.accounts or sharing.groups:
        raise RuleBroken(f"{copy} can't be deleted", [_shared_sentence(sharing)])


def _delete_or_cancel(ecs: Ecs, copy: KnownCopy) -> None:
    """Delete the copy, or cancel it if it is not complete."""
    region, image_id = copy.region, copy.image_id
    try:
        ecs.delete_image(region, image_id, force=copy.force_delete)
    except EcsError as error:
        # ECS answers the same for an image that is the source of another copy.
        if error.code != "OperationDenied.ImageCopying":
            raise
        if not any(image.is_in_the_making for image in ecs.own_images(region, image_id=image_id)):
            raise
        ecs.cancel_copy(region, image_id)


def _deletion_outcome(error: EcsError | Cancelled, *, is_accepted: bool) -> str:
    if is_accepted:
        return "ECS accepted the deletion, but could not be asked whether the image is gone. Run again."
    if isinstance(error, Cancelled):
        return "Whether the image was deleted is not known. Run again." if error.was_sent else "It was not deleted."
    known = "The image was not deleted." if error.changed_nothing else "Whether the image was deleted is not known."
    return f"{known} Fix that, then run again."


def _shared_sentence(sharing: Sharing) -> str:
    shared = sharing.accounts
    shared_with = [f"{len(shared)} account{'' if len(shared) == 1 else 's'}: {listed(shared, {})}"] if shared else []
    if sharing.groups:
        shared_with.append(f"the share groups {', '.join(sharing.groups)} of a resource directory")
    return (
        f"it is shared with {', and with '.join(shared_with)}. Unshare it first (destroy its ImageShare, or unshare it "
        "in the console): deleting a copy never takes access away."
    )


def _slow(operation: Operation, doing: str) -> str:
    limit = (
        slots.setting("visibleSeconds") if operation.seconds is None else f"{slots.prop('custom_timeouts')}, {doing}"
    )
    return f"Run again; if ECS is slow today, raise {limit}."
