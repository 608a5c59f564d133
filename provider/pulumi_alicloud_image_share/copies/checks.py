"""The check of a copy: where the program's mistakes are found, with the live source, before anything is copied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from ..arguments import UNKNOWN, Problem, shown
from ..cloud.identity import Identity
from ..cloud.model import Image
from ..errors import ImageShareError
from ..kinds.contract import StackState
from ..kinds.faults import property_at_fault
from .calls import CopyCalls
from .mark import mark_of
from .names import default_name
from .record import Copy
from .rules import copy_problems
from .seen import CopiesSeen, Seen
from .sources import Sources
from .tags import OWN_TAG


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


class Checks:
    """The checks of one resource that need ECS."""

    def __init__(
        self, resource: str, connect: Callable[[Identity], CopyCalls], sources: Sources, seen: CopiesSeen
    ) -> None:
        """Call nothing yet.

        Args:
            resource: The resource's URN.
            connect: Returns the calls of ECS in an identity's name.
            sources: The images to copy that this run has read.
            seen: What is there already, for the creation that follows.
        """
        self._resource = resource
        self._connect = connect
        self._sources = sources
        self._seen = seen

    def source(self, spec: Copy) -> tuple[Image | None, list[Problem]]:
        """The image to copy, None while it is not known or where it can't be read, and what is wrong with it."""
        identity, region, image_id = spec.identity, spec.source_region, spec.source_image_id
        if identity is UNKNOWN:
            return None, []
        # Even where the source is not known yet, missing credentials are.
        ecs = self._connect(identity)
        if region is UNKNOWN or image_id is UNKNOWN:
            return None, []
        try:
            source = self._sources.get(ecs, identity, region, image_id)
        except ImageShareError as error:
            return None, [Problem(property_at_fault(error, identity, "source_region"), str(error))]
        if source is None:
            return None, [Problem("source_image_id", source_not_found(image_id, region))]
        return source, copy_problems(source, region=spec.region, encrypted=spec.encrypted)

    def given_name(self, spec: Copy, name: str) -> list[Problem]:
        """Why a name that the program gives can't be had."""
        if spec.identity is UNKNOWN or spec.region is UNKNOWN:
            return []
        named = self._connect(spec.identity).own_images(spec.region, name=name)
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

    def new_copy(self, spec: Copy, source: Image | None, state: StackState) -> Copy:
        """See what is there already, and return the spec with the name that the copy has by default.

        So a region that can't be called is known in the preview, and what an interrupted run has left is.
        """
        unnamed = spec if spec.name else replace(spec, name=UNKNOWN)
        mark = mark_of(self._resource, spec)
        if mark is None or spec.identity is UNKNOWN or spec.region is UNKNOWN:
            return unnamed
        copies = self._connect(spec.identity).own_images(spec.region, tag=(OWN_TAG, ""))
        own_image_id = str((state.own or {}).get("image_id") or "")
        self._seen.add(mark, Seen(tuple(copies), own_image_id))
        if spec.name or source is None:
            return unnamed
        return replace(spec, name=default_name(source, mark, own_image_id, copies))


def copies_again(old: Copy, spec: Copy) -> bool:
    """Whether the change surely makes a new copy: what an imported one was made from may be said later."""
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


def source_not_found(image_id: str, region: str) -> str:
    """The sentence for a source that is not there."""
    return (
        f"image {image_id} does not exist in region {region}, or this account can't see it: check source_image_id, "
        "source_region and the credentials."
    )
