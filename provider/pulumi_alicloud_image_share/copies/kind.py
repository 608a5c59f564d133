"""ImageCopy as both doors know it: its properties, and its operations over plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, cast

from ..cloud.settings import Settings
from ..kinds.contract import Checked, StackState
from ..kinds.lifecycle import LifecycleKind
from ..kinds.operation import Operation
from ..kinds.run import Run
from ..kinds.waiting import Waiting
from .lifecycle import Asked, CopyLifecycle
from .record import Copy, CopyRecord, KnownCopy


class CopyKind(LifecycleKind[Copy, KnownCopy]):
    """ImageCopy, for one run."""

    name: ClassVar[str] = "ImageCopy"
    dynamic_type: ClassVar[str] = "pulumi-python:dynamic/alicloud-image-share:ImageCopy"
    doc: ClassVar[str] = (
        "A copy of a custom ECS image, in another region or in the same. It is there when it is complete, which takes "
        "minutes to hours; a run that was interrupted is taken up again by the next one, and nothing is copied twice. "
        "Destroying it deletes the copy, but never while it is shared. Its ID is `<region>:<image ID>`."
    )
    record = CopyRecord
    properties = CopyRecord.table()
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
        old = Copy.restore(olds) if olds and "region" in olds else None
        asked, problems = self._lifecycle.check(old, news)
        return Checked(asked.spec.as_inputs(), tuple(problems), asked)

    def examine(
        self, operation: Operation, state: StackState, checked: Checked, outputs: Mapping[str, Any] | None = None
    ) -> Checked:
        """See `Kind.examine`: calls ECS only if something is to be copied or changed; a new copy gets its name here."""
        if outputs:
            state = replace(state, own=outputs)
        spec, found = self._lifecycle.examine(operation, cast(Asked, checked.asked), checked.problems, state)
        return replace(checked, inputs=spec.as_inputs(), problems=(*checked.problems, *found))
