"""The life of a copy: check, diff, create, read, update, delete, over plain dataclasses. Knows no Pulumi.

`check` is where the program's mistakes are found, with the live source image, and only when something changed.
"""

from __future__ import annotations

import secrets
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from ..accounts import listed
from ..arguments import UNKNOWN, Problem, shown
from ..cloud.identity import STACKS_OWN, Identity
from ..cloud.model import CopyOrder, Image, Sharing, not_found_sentence
from ..errors import CopyFailed, EcsError, ImageNotFound, ImageShareError, RuleBroken
from ..kinds.new_copies import FreshCopies
from ..kinds.waiting import Patience
from ..shares.lifecycle import Change, property_at_fault, split_id
from .changes import Looks, amend, plan_amendment
from .making import CopyCalls, make_copy
from .rules import copy_problems
from .spec import OWN_TAG, CopySpec, Wanted, default_name, keeping, mark, parse, program_tags, wanted


class EcsCalls(CopyCalls, Protocol):
    """The calls of ECS that the life of a copy needs; `ecs.Ecs` makes them."""

    def image(self, region: str, image_id: str) -> Image | None:
        """Read an image of anybody, None if it is not there."""

    def sharing(self, region: str, image_id: str) -> Sharing:
        """Read who has access."""

    def cancel_copy(self, region: str, image_id: str) -> None:
        """Cancel a copy that is being made."""


@dataclass(frozen=True)
class CopyState:
    """A copy as the state keeps it.

    Attributes:
        region: The ID of the region that it is in.
        image_id: The copy's ID.
        source_image_id: The ID of the image that was copied, "" where no state has it.
        source_region: The ID of the region that it is in, likewise.
        name: The copy's name.
        description: Its description, "" for none.
        family: Its image family, "" for none.
        encrypted: Whether it is encrypted.
        kms_key_id: The ID of the key that it was encrypted with, "" where none was named.
        tags: Its tags, without ECS's and ImageCopy's own.
        created_at: When it was created, ISO 8601 in UTC.
        size: Its size in GiB.
        force_delete: Whether it is deleted although instances use it.
        origin: Which resource made it.
        identity: As whom to call ECS.
    """

    region: str
    image_id: str
    source_image_id: str = ""
    source_region: str = ""
    name: str = ""
    description: str = ""
    family: str = ""
    encrypted: bool = False
    kms_key_id: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    created_at: str = ""
    size: int = 0
    force_delete: bool = False
    origin: str = ""
    identity: Identity = STACKS_OWN

    @property
    def id(self) -> str:
        """The resource's ID: ``<region>:<image_id>``."""
        return f"{self.region}:{self.image_id}"

    @property
    def looks(self) -> Looks:
        """What can be changed in place."""
        return Looks(self.name, self.description, self.family, self.tags)


class CopyLifecycle:
    """Check, diff, create, read, update, delete, for one run. Safe to use from several threads."""

    def __init__(
        self,
        ecs: Callable[[Identity], EcsCalls],
        *,
        default_region: str | None = None,
        patience: Patience | None = None,
        fresh: FreshCopies | None = None,
        tell: Callable[[str], None] = lambda _: None,
        warn: Callable[[str], None] = lambda _: None,
        new_suffix: Callable[[], str] = lambda: secrets.token_hex(4)[:7],
    ) -> None:
        """Make a lifecycle; nothing is called yet.

        Args:
            ecs: Returns the calls of ECS in an identity's name; raises ConfigError where they can't be made. Asked only
                when needed.
            default_region: The region of the configuration or the environment, None if there is none.
            patience: How long to wait for ECS.
            fresh: Where complete copies are recorded.
            tell: Shows the user how far a copy is.
            warn: Shows the user a sentence that is no error.
            new_suffix: Returns the end of a name that no other copy has.
        """
        self._ecs = ecs
        self._default_region = default_region
        self._patience = patience or Patience()
        self._fresh = fresh or FreshCopies()
        self._tell = tell
        self._warn = warn
        self._new_suffix = new_suffix
        self._sources = _Sources()
        self._places: Counter[str] = Counter()
        self._marked: dict[str, list[Image]] = {}
        self._lock = threading.Lock()

    def check(self, old: CopySpec | None, inputs: Mapping[str, Any]) -> tuple[CopySpec, list[Problem]]:
        """Read what the program says and find every rule that it breaks.

        Args:
            old: What the program said before, None for a new copy.
            inputs: The arguments as the program gives them; `UNKNOWN` may stand anywhere.

        Returns:
            What is asked for, and all problems. Calls ECS only if something is to be copied or named: once for all
            copies of an image, once for a new copy, once for a name that the program gives.
        """
        said, problems = parse(inputs, self._default_region)
        spec = said if old is None else keeping(said, old)
        try:
            if old is None or _copies_anew(old, spec):
                spec, found = self._source_problems(spec)
                problems += found
            if isinstance(said.name, str) and (old is None or said.name != old.name) and not problems:
                problems += self._name_problems(spec, said.name)
            if old is None and not problems:
                self._look_for_unfinished(spec)
        except ImageShareError as error:
            problems.append(Problem(property_at_fault(error, spec.identity), str(error)))
        return spec, problems

    def diff(self, old: CopyState, spec: CopySpec) -> Change:
        """Say what an update from `old` to `spec` is. No call is made."""
        replaced_by = tuple(
            name
            for name, had, wanted in (
                ("source_image_id", old.source_image_id, spec.source_image_id),
                ("source_region", old.source_region, spec.source_region),
                ("region", old.region, spec.region),
                ("encrypted", old.encrypted, old.encrypted if spec.encrypted is None else spec.encrypted),
                ("kms_key_id", old.kms_key_id, spec.kms_key_id or ""),
            )
            if had != wanted
        )
        same = dict(old.tags) == spec.tags and old.identity == spec.identity and old.force_delete == spec.force_delete
        same = same and all(
            wanted is None or had == wanted
            for had, wanted in (
                (old.name, spec.name),
                (old.description, spec.description),
                (old.family, spec.family),
            )
        )
        return Change(bool(replaced_by) or not same, replaced_by)

    def create(self, spec: CopySpec) -> CopyState:
        """Copy the image and wait until the copy is complete, or take over one that an interrupted run began.

        Raises:
            RuleBroken: The source does not allow it; nothing was copied.
            CopyFailed: ECS refused or gave up the copy, or it took too long. Says what is left.
        """
        copy = _known(spec)
        ecs = self._ecs(copy.identity)
        self._check_source(ecs, copy)
        place, marked = self._take_place(copy)
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
        copied = make_copy(order, looks, ecs, self._patience, marked=marked, tell=self._tell, warn=self._warn)
        if copied.image.is_shared is False and not copied.taken_over:
            self._fresh.add(copy.identity, copied.image)
        return _state(copy, copied.image)

    def update(self, old: CopyState, spec: CopySpec) -> CopyState:
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
        ecs = self._ecs(copy.identity)
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
        return _as_seen(kept, seen)

    def read(self, copy_id: str, old: CopyState | None, identity: Identity = STACKS_OWN) -> CopyState | None:
        """Read the copy as it is: one call.

        Args:
            copy_id: The resource's ID.
            old: What the state has, None to read a copy that no state has.
            identity: As whom to read such a copy.

        Returns:
            The copy, None if it is gone.

        Raises:
            RuleBroken: It is not this account's, or there is neither an image nor a state.
        """
        region, image_id = split_id(copy_id, "an ImageCopy")
        old_or_new = old or CopyState(region, image_id, identity=identity)
        ecs = self._ecs(old_or_new.identity)
        found = ecs.own_images(region, image_id=image_id)
        if found:
            return _as_seen(old_or_new, found[0])
        _check_not_anothers(ecs, region, image_id)
        if old is None:
            raise RuleBroken(f"{copy_id} can't be read", [not_found_sentence(image_id, region)])
        self._warn(
            f"image {image_id} does not exist in region {region} any more, or this account can't see it: the copy is "
            "taken out of the state. If the image is there, these are the wrong credentials."
        )
        return None

    def delete(self, old: CopyState) -> None:
        """Delete the copy, unless any account has access to it. One that is gone needs nothing.

        Raises:
            RuleBroken: It is shared, or another account's; nothing was changed.
            CopyFailed: ECS refused to delete it, or never showed that it is gone.
        """
        region, image_id = old.region, old.image_id
        ecs = self._ecs(old.identity)
        summary = f"Deleting image {image_id} in {region} failed."
        try:
            shared = ecs.sharing(region, image_id).accounts
            if shared:
                raise RuleBroken(f"image {image_id} in {region} can't be deleted", [_shared_sentence(shared)])
            _delete(ecs, old)
            seconds = self._patience.visible_seconds
            left = self._patience.look_until(
                lambda: ecs.for_operation().own_images(region, image_id=image_id), lambda seen: not seen, seconds
            )
        except ImageNotFound:
            _check_not_anothers(ecs, region, image_id)
            return
        except EcsError as error:
            known = "The image was not deleted." if error.changed_nothing else "Whether it was deleted is not known."
            raise CopyFailed(summary, error, [f"{known} Run again when that is mended."], image_id) from error
        if left:
            why = f"ECS accepted it, but after {seconds:g} s the image is still listed."
            again = "Run again; if ECS is slow today, raise image-share:visibleSeconds."
            raise CopyFailed(summary, why, [again], image_id)

    def _source_problems(self, spec: CopySpec) -> tuple[CopySpec, list[Problem]]:
        """The spec with the name that it has by default, and what is wrong with the source."""
        identity, region, image_id = spec.identity, spec.source_region, spec.source_image_id
        unnamed = replace(spec, name=UNKNOWN) if spec.name is None else spec
        if identity is UNKNOWN:
            return unnamed, []
        # Even where the source is not known yet, missing credentials are.
        ecs = self._ecs(identity)
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

    def _name_problems(self, spec: CopySpec, name: str) -> list[Problem]:
        """Why a name that the program gives can't be had."""
        if spec.identity is UNKNOWN or spec.region is UNKNOWN:
            return []
        named = self._ecs(spec.identity).own_images(spec.region, name=name)
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

    def _look_for_unfinished(self, spec: CopySpec) -> None:
        """Look for what an interrupted run has left, so that a region that can't be called is known in the preview."""
        copy = wanted(spec)
        if copy is not None:
            tag = mark(copy).tag
            marked = self._ecs(copy.identity).own_images(copy.region, tag=(OWN_TAG, tag))
            with self._lock:
                self._marked[tag] = marked

    def _take_place(self, copy: Wanted) -> tuple[int, list[Image] | None]:
        """Which of the resources this is that are called alike and ask for the same, and the images with its mark.

        The images are those that `check` of the same run has just seen, None if it could not.
        """
        tag = mark(copy).tag
        with self._lock:
            place = self._places[tag]
            self._places[tag] += 1
            return place, self._marked.pop(tag, None) if place == 0 else None


class _Sources:
    """The images to copy, each read once a run, for all its copies. Safe to use from several threads."""

    def __init__(self) -> None:
        self._found: dict[tuple[Identity, str, str], Image] = {}
        self._locks: dict[tuple[Identity, str, str], threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, ecs: EcsCalls, identity: Identity, region: str, image_id: str) -> Image | None:
        key = (identity, region, image_id)
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            if key not in self._found:
                found = ecs.image(region, image_id)
                if found is None:
                    return None
                self._found[key] = found
            return self._found[key]


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


def _shared_sentence(shared: Mapping[str, str]) -> str:
    return (
        f"it is shared with {len(shared)} account{'' if len(shared) == 1 else 's'}: {listed(shared, {})}. Unshare it "
        "first (destroy its ImageShare, or unshare it in the console): deleting a copy takes nobody's access away."
    )


def _check_not_anothers(ecs: EcsCalls, region: str, image_id: str) -> None:
    """Tell an image that is gone from one that is not this account's."""
    image = ecs.image(region, image_id)
    if image is not None and image.owner_alias != "self":
        sentence = f"it belongs to account {image.owner_id}: run with the credentials of its owner."
        raise RuleBroken(f"image {image_id} in {region} is not this account's", [sentence])


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


def _state(copy: Wanted, image: Image) -> CopyState:
    state = CopyState(
        region=copy.region,
        image_id=image.image_id,
        source_image_id=copy.source_image_id,
        source_region=copy.source_region,
        kms_key_id=copy.kms_key_id,
        force_delete=copy.force_delete,
        origin=copy.origin,
        identity=copy.identity,
    )
    return _as_seen(state, image)


def _as_seen(state: CopyState, image: Image) -> CopyState:
    return replace(
        state,
        name=image.name,
        description=image.description,
        family=image.family,
        encrypted=image.encrypted,
        tags=program_tags(image.tags),
        created_at=image.created_at,
        size=image.size,
    )
