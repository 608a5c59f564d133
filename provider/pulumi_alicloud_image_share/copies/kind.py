"""ImageCopy as both doors know it: its properties, and its operations over plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, cast

from ..arguments import UNKNOWN
from ..cloud.identity import Identity
from ..cloud.settings import Settings
from ..kinds.contract import (
    IDENTITY_PROPERTIES,
    Change,
    Checked,
    Difference,
    Live,
    Property,
    StackState,
    map_differences,
)
from ..kinds.lifecycle import LifecycleKind
from ..kinds.operation import Operation
from ..kinds.run import Run
from ..kinds.waiting import Waiting
from .lifecycle import Asked, CopyLifecycle
from .spec import CopySpec, normalise, restore
from .state import CopyState, read_state, write_state


class CopyKind(LifecycleKind[CopySpec, CopyState]):
    """ImageCopy, for one run."""

    name: ClassVar[str] = "ImageCopy"
    dynamic_type: ClassVar[str] = "pulumi-python:dynamic/alicloud-image-share:ImageCopy"
    doc: ClassVar[str] = (
        "A copy of a custom ECS image, in another region or in the same. It is there when it is complete, which takes "
        "minutes to hours; a run that was interrupted is taken up again by the next one, and nothing is copied twice. "
        "Destroying it deletes the copy, but never while it is shared. Its ID is `<region>:<image ID>`."
    )
    properties: ClassVar[tuple[Property, ...]] = (
        Property(
            "source_image_id",
            "text",
            "The ID of the image to copy, such as `m-bp1golden00000000001`. Only a copy that was imported may have "
            "none: ECS does not tell it.",
            replaces=True,
        ),
        Property(
            "source_region",
            "text",
            "The ID of the region that it is in. Default: the configuration, then the environment.",
            replaces=True,
        ),
        Property("region", "text", "The ID of the region to copy it to.", is_required=True, replaces=True),
        Property("name", "text", "The copy's name. Default: the source's and a suffix, the same in each preview."),
        Property("description", "text", "The copy's description. Default: none."),
        Property("family", "text", "The image family that the copy joins when it is complete. Default: none."),
        Property(
            "encrypted",
            "flag",
            "Whether the copy is encrypted. Default: as the source, and true with a key.",
            replaces=True,
        ),
        Property(
            "kms_key_id",
            "text",
            "The ID of the key of KMS in that region that it is encrypted with. Default: ECS's own key.",
            replaces=True,
        ),
        Property("tags", "map of text", "The copy's tags, at most 19, without those of ECS and of this package."),
        Property(
            "force_delete",
            "flag",
            "Whether the copy is deleted although instances use it: they can't re-initialise their disks any more. "
            "It is never deleted while it is shared. Default: false.",
        ),
        *IDENTITY_PROPERTIES,
        Property("image_id", "text", "The copy's ID.", is_input=False),
        Property("owner_id", "text", "The account ID of the copy's owner.", is_input=False),
        Property("created_at", "text", "When it was created, ISO 8601 in UTC.", is_input=False),
        Property("size", "number", "Its size in GiB.", is_input=False),
    )

    _lifecycle: CopyLifecycle

    def __init__(self, run: Run, settings: Settings) -> None:
        """Call nothing yet.

        Args:
            run: What the operations of this run share.
            settings: The stack's configuration and the environment.
        """
        self._lifecycle = CopyLifecycle(
            run,
            lambda identity: run.ecs(settings, identity),
            default_region=settings.region,
            waiting=Waiting(settings.copy_seconds, settings.visible_seconds, sleep=run.cancellable.sleep),
        )

    def check(
        self,
        operation: Operation,
        state: StackState,
        olds: Mapping[str, Any] | None,
        news: Mapping[str, Any],
        secrets: frozenset[str] = frozenset(),
    ) -> Checked:
        """See `Kind.check`."""
        old = restore(olds) if olds and "region" in olds else None
        asked, problems = self._lifecycle.check(old, news)
        return Checked(normalise(asked.spec), tuple(problems), asked)

    def examine(
        self, operation: Operation, state: StackState, checked: Checked, outputs: Mapping[str, Any] | None = None
    ) -> Checked:
        """See `Kind.examine`: calls ECS only if something is to be copied or changed; a new copy gets its name here."""
        if outputs:
            state = replace(state, own=outputs)
        spec, found = self._lifecycle.examine(operation, cast(Asked, checked.asked), checked.problems, state)
        return replace(checked, inputs=normalise(spec), problems=(*checked.problems, *found))

    def diff(self, _urn: str, resource_id: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Change:
        """See `Kind.diff`: another source, region or encryption replaces, the new copy first."""
        return Change(tuple(_differences(read_state(resource_id, olds), restore(news))))

    def planned(self, resource_id: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Mapping[str, Any]:
        """See `Kind.planned`: an update in place keeps all that a program does not give."""
        return {**write_state(read_state(resource_id, olds)), **normalise(restore(news))}

    def planned_new(self, news: Mapping[str, Any]) -> Mapping[str, Any]:
        """See `Kind.planned_new`."""
        unknown = dict.fromkeys((*self.outputs_only(), "name", "encrypted"), UNKNOWN)
        empty = {"description": "", "family": "", "kms_key_id": "", "tags": {}, "force_delete": False}
        return {**empty, **unknown, **normalise(restore(news))}

    def imported(self, live: Live) -> Live:
        """See `Kind.imported`: what it was copied from, ECS does not tell."""
        return live

    def _spec(self, inputs: Mapping[str, Any]) -> CopySpec:
        return restore(inputs)

    def _state(self, resource_id: str, outputs: Mapping[str, Any]) -> CopyState:
        return read_state(resource_id, outputs)

    def _unmanaged(self, region: str, image_id: str, identity: Identity) -> CopyState:
        return CopyState(region, image_id, identity=identity)

    def _live(self, state: CopyState) -> Live:
        outputs = write_state(state)
        return Live(state.id, outputs, normalise(restore(outputs)))


def _differences(old: CopyState, spec: CopySpec) -> list[Difference]:
    encrypted = old.encrypted if spec.encrypted is None else spec.encrypted
    origin = (
        ("source_image_id", old.source_image_id, spec.source_image_id),
        ("source_region", old.source_region, spec.source_region),
        ("kms_key_id", old.kms_key_id, spec.kms_key_id or ""),
    )
    replacing = (("region", old.region, spec.region), ("encrypted", old.encrypted, encrypted))
    kept = (
        ("name", old.name, spec.name),
        ("description", old.description, spec.description),
        ("family", old.family, spec.family),
    )
    changing = (
        *(item for item in kept if item[2] is not None),
        ("force_delete", old.force_delete, spec.force_delete),
        ("assume_role" if spec.identity is UNKNOWN else "profile", old.identity, spec.identity),
    )
    found = [Difference(name, replaces=old.has_origin) for name, had, wanted in origin if had != wanted]
    found += [Difference(name, replaces=True) for name, had, wanted in replacing if had != wanted]
    found += [Difference(name) for name, had, wanted in changing if had != wanted]
    if spec.tags is UNKNOWN:
        return [*found, Difference("tags")]
    return found + map_differences("tags", old.tags, spec.tags)
