"""The life of a copy: check, diff, create, read, update, delete, over plain dataclasses. Knows no Pulumi.

`check` is where the program's mistakes are found, with the live source image, and only when something changed.
"""

from __future__ import annotations

import secrets
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from ..accounts import listed
from ..arguments import UNKNOWN, Problem, shown
from ..cloud.identity import Identity
from ..cloud.model import CopyOrder, Image, Sharing, not_found_sentence
from ..errors import CopyFailed, EcsError, ImageNotFound, ImageShareError, RuleBroken
from ..kinds.contract import NO_STATE, StackState
from ..kinds.faults import property_at_fault
from ..kinds.new_copies import NewCopies
from ..kinds.operation import Operation
from ..kinds.ownership import OwnerCalls, check_gone
from ..kinds.run import Run
from ..kinds.waiting import Patience
from .changes import Looks, amend, plan_amendment
from .making import CopyCalls, make_copy
from .rules import copy_problems
from .sources import Sources
from .spec import OWN_TAG, CopySpec, Wanted, default_name, keeping, mark, parse, wanted
from .state import CopyState, as_seen, state_of


class EcsCalls(CopyCalls, OwnerCalls, Protocol):
    """The calls of ECS that the life of a copy needs; `ecs.Ecs` makes them."""

    def sharing(self, region: str, image_id: str) -> Sharing:
        """Read who has access."""

    def cancel_copy(self, region: str, image_id: str) -> None:
        """Cancel a copy that is being made."""


class CopyLifecycle:
    """Check, diff, create, read, update, delete, for one run. Safe to use from several threads."""

    def __init__(
        self,
        run: Run,
        connect: Callable[[Identity], EcsCalls],
        *,
        default_region: str | None = None,
        patience: Patience | None = None,
        new_suffix: Callable[[], str] = lambda: secrets.token_hex(4)[:7],
    ) -> None:
        """Make a lifecycle; nothing is called yet.

        Args:
            run: What the operations of this run share.
            connect: Returns the calls of ECS in an identity's name; raises ConfigError where they can't be made. Asked
                only when needed.
            default_region: The region of the configuration or the environment, None if there is none.
            patience: How long to wait for ECS.
            new_suffix: Returns the end of a name that no other copy has.
        """
        self._connect = connect
        self._default_region = default_region
        self._patience = patience or Patience()
        self._new_copies = run.part(NewCopies)
        self._new_suffix = new_suffix
        self._sources = run.part(Sources)
        self._marks = run.part(_Marks)

    def check(
        self, operation: Operation, old: CopySpec | None, inputs: Mapping[str, Any], state: StackState = NO_STATE
    ) -> tuple[CopySpec, list[Problem]]:
        """Read what the program says and find every rule that it breaks.

        Args:
            operation: Whom it is for.
            old: What the program said before, None for a new copy.
            inputs: The arguments as the program gives them; `UNKNOWN` may stand anywhere.
            state: What the stack's state has around it.

        Returns:
            What is asked for, and all problems. Calls ECS only if something is to be copied or named: once for all
            copies of an image, once for a new copy, once for a name that the program gives.
        """
        said, problems = parse(inputs, self._default_region)
        spec = said if old is None else keeping(said, old)
        try:
            if old is None or _copies_anew(old, spec):
                spec, found = self._source_problems(operation, spec)
                problems += found
            if isinstance(said.name, str) and (old is None or said.name != old.name) and not problems:
                problems += self._name_problems(operation, spec, said.name)
            if old is None and not problems:
                self._look_for_unfinished(operation, spec)
        except ImageShareError as error:
            problems.append(Problem(property_at_fault(error, spec.identity), str(error)))
        return spec, problems

    def create(self, operation: Operation, spec: CopySpec) -> CopyState:
        """Copy the image and wait until the copy is complete, or take over one that an interrupted run began.

        Raises:
            RuleBroken: The source does not allow it; nothing was copied.
            CopyFailed: ECS refused or gave up the copy, or it took too long. Says what is left.
        """
        copy = _known(spec)
        ecs = self._ecs(operation, copy.identity)
        self._check_source(ecs, copy)
        place, marked = self._marks.take_place(copy)
        looks = Looks(copy.name, copy.description, copy.family, {**copy.tags, OWN_TAG: mark(copy, place).tag})
        order = CopyOrder(
            source_region=copy.source_region,
            source_image_id=copy.source_image_id,
            region=copy.region,
            name=mark(copy, place).name,
            description=copy.description,
            encrypted=copy.encrypted,
            kms_key_id=copy.kms_key_id,
            tags=looks.tags,
        )
        copied = make_copy(order, looks, ecs, self._patience, marked=marked, tell=operation.tell, warn=operation.warn)
        if copied.image.is_shared is False and not copied.taken_over:
            self._new_copies.add(copy.identity, copied.image)
        return state_of(copy, copied.image)

    def update(self, operation: Operation, old: CopyState, spec: CopySpec) -> CopyState:
        """Change the copy in place: name, description and family in one call, tags in one or two.

        Where only the identity or `force_delete` changes, no call is made.

        Raises:
            CopyFailed: A call failed, or its result never showed. Says what was changed, and what was not.
        """
        copy = _known(spec)
        region, image_id = old.region, old.image_id
        amendment = plan_amendment(old.looks, Looks(copy.name, copy.description, copy.family, copy.tags))
        kept = replace(old, identity=copy.identity, force_delete=copy.force_delete)
        if not amendment:
            return kept
        ecs = self._ecs(operation, copy.identity)
        outcome = amend(ecs, region, image_id, amendment)
        summary = f"Changing image {image_id} in {region} failed."
        if outcome.error is not None:
            done = f"Done: {'; '.join(outcome.done) or 'nothing'}. Not done: {'; '.join(outcome.left)}."
            again = "Run `pulumi up` again: it sets all of them once more."
            raise CopyFailed(summary, outcome.error, [done, again], image_id) from outcome.error
        seconds = self._patience.visible_seconds
        try:
            found = self._patience.look_until(
                lambda: ecs.for_operation().own_images(region, image_id=image_id),
                lambda seen: any(map(amendment.shows, seen)),
                seconds,
            )
        except ImageShareError as error:
            raise CopyFailed(summary, error, ["ECS accepted the change, but it can't be read."], image_id) from error
        seen = next(filter(amendment.shows, found), None)
        if seen is None:
            why = f"ECS accepted the change, but after {seconds:g} s it does not show."
            again = "Run again; if ECS is slow today, raise image-share:visibleSeconds."
            raise CopyFailed(summary, why, [again], image_id)
        return as_seen(kept, seen)

    def read(self, operation: Operation, old: CopyState, *, is_managed: bool) -> CopyState | None:
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

    def delete(self, operation: Operation, old: CopyState) -> None:
        """Delete the copy, unless any account has access to it. One that is gone needs nothing.

        Raises:
            RuleBroken: It is shared, or another account's; nothing was changed.
            CopyFailed: ECS refused to delete it, or never showed that it is gone.
        """
        region, image_id = old.region, old.image_id
        ecs = self._ecs(operation, old.identity)
        summary = f"Deleting image {image_id} in {region} failed."
        try:
            sharing = ecs.sharing(region, image_id)
            if sharing.accounts or sharing.groups:
                raise RuleBroken(f"{old} can't be deleted", [_shared_sentence(sharing)])
            _delete(ecs, old)
            seconds = self._patience.visible_seconds
            left = self._patience.look_until(
                lambda: ecs.for_operation().own_images(region, image_id=image_id), lambda seen: not seen, seconds
            )
        except ImageNotFound:
            check_gone(ecs, region, image_id, old.owner_id, f"{old} can't be deleted")
            return
        except EcsError as error:
            known = "The image was not deleted." if error.changed_nothing else "Whether it was deleted is not known."
            raise CopyFailed(summary, error, [f"{known} Run again when that is mended."], image_id) from error
        if left:
            why = f"ECS accepted it, but after {seconds:g} s the image is still listed."
            again = "Run again; if ECS is slow today, raise image-share:visibleSeconds."
            raise CopyFailed(summary, why, [again], image_id)

    def _source_problems(self, operation: Operation, spec: CopySpec) -> tuple[CopySpec, list[Problem]]:
        """The spec with the name that it has by default, and what is wrong with the source."""
        identity, region, image_id = spec.identity, spec.source_region, spec.source_image_id
        unnamed = replace(spec, name=UNKNOWN) if spec.name is None else spec
        if identity is UNKNOWN:
            return unnamed, []
        # Even where the source is not known yet, missing credentials are.
        ecs = self._ecs(operation, identity)
        if region is UNKNOWN or image_id is UNKNOWN:
            return unnamed, []
        try:
            source = self._sources.get(ecs, identity, region, image_id)
        except ImageShareError as error:
            return unnamed, [Problem(property_at_fault(error, identity, "source_region"), str(error))]
        if source is None:
            return unnamed, [Problem("source_image_id", _source_not_found(image_id, region))]
        if spec.name is None:
            spec = replace(spec, name=default_name(source.name, image_id, self._new_suffix()))
        return spec, copy_problems(source, region=spec.region, encrypted=spec.encrypted)

    def _name_problems(self, operation: Operation, spec: CopySpec, name: str) -> list[Problem]:
        """Why a name that the program gives can't be had."""
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

    def _check_source(self, ecs: EcsCalls, copy: Wanted) -> None:
        source = self._sources.get(ecs, copy.identity, copy.source_region, copy.source_image_id)
        if source is None:
            broken = [_source_not_found(copy.source_image_id, copy.source_region)]
        else:
            found = copy_problems(source, region=copy.region, encrypted=copy.encrypted)
            broken = [problem.sentence for problem in found]
        if broken:
            raise RuleBroken(f"image {copy.source_image_id} in {copy.source_region} can't be copied as asked", broken)

    def _look_for_unfinished(self, operation: Operation, spec: CopySpec) -> None:
        """Look for what an interrupted run has left, so that a region that can't be called is known in the preview."""
        copy = wanted(spec)
        if copy is not None:
            tag = mark(copy).tag
            self._marks.see(tag, self._ecs(operation, copy.identity).own_images(copy.region, tag=(OWN_TAG, tag)))

    def _ecs(self, operation: Operation, identity: Identity) -> EcsCalls:
        return self._connect(identity).for_operation(seconds=operation.seconds_left, notify=operation.warn)


class _Marks:
    """What the checks of this run have seen of marks, and how often each was taken. Safe to use from threads."""

    def __init__(self) -> None:
        self._places: Counter[str] = Counter()
        self._marked: dict[str, list[Image]] = {}
        self._lock = threading.Lock()

    def see(self, tag: str, marked: list[Image]) -> None:
        with self._lock:
            self._marked[tag] = marked

    def take_place(self, copy: Wanted) -> tuple[int, list[Image] | None]:
        """Which of the resources this is that are called alike and ask for the same, and the images with its mark.

        The images are those that `check` of the same run has just seen, None if it could not.
        """
        tag = mark(copy).tag
        with self._lock:
            place = self._places[tag]
            self._places[tag] += 1
            return place, self._marked.pop(tag, None) if place == 0 else None


def _copies_anew(old: CopySpec, spec: CopySpec) -> bool:
    """Whether the change surely makes a new copy."""
    return any(
        had != wants and wants is not UNKNOWN
        for had, wants in (
            (old.source_image_id, spec.source_image_id),
            (old.source_region, spec.source_region),
            (old.region, spec.region),
            (old.encrypted, spec.encrypted),
            (old.kms_key_id, spec.kms_key_id),
        )
    )


def _source_not_found(image_id: str, region: str) -> str:
    return (
        f"image {image_id} does not exist in region {region}, or this account can't see it: check source_image_id, "
        "source_region and the credentials."
    )


def _shared_sentence(sharing: Sharing) -> str:
    shared = sharing.accounts
    with_whom = [f"{len(shared)} account{'' if len(shared) == 1 else 's'}: {listed(shared, {})}"] if shared else []
    if sharing.groups:
        with_whom.append(f"the share groups {', '.join(sharing.groups)} of a resource directory")
    return (
        f"it is shared with {', and with '.join(with_whom)}. Unshare it first (destroy its ImageShare, or unshare it "
        "in the console): deleting a copy takes nobody's access away."
    )


def _delete(ecs: EcsCalls, old: CopyState) -> None:
    region, image_id = old.region, old.image_id
    try:
        ecs.delete_image(region, image_id, force=old.force_delete)
    except EcsError as error:
        # That is said of an image that is copied on, too.
        if error.code != "OperationDenied.ImageCopying":
            raise
        if not any(image.is_in_the_making for image in ecs.own_images(region, image_id=image_id)):
            raise
        ecs.cancel_copy(region, image_id)


def _known(spec: CopySpec) -> Wanted:
    copy = wanted(spec)
    if copy is None:
        raise RuleBroken("the image can't be copied yet", ["all arguments must be known."])
    return copy
