"""ImageShare as both doors know it: its properties, and its operations over plain values."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, Final, cast

from ..cloud.settings import Settings
from ..kinds.contract import Checked, StackState
from ..kinds.lifecycle import LifecycleKind
from ..kinds.operation import Operation
from ..kinds.run import Run
from ..record import Change, Difference
from .checking import Asked, ShareChecks
from .lifecycle import ShareLifecycle
from .record import KnownShare, Share, ShareRecord

SECRET: Final = "accounts"
"""The input that may be secret as a whole."""


class ShareKind(LifecycleKind[Share, KnownShare]):
    """ImageShare, for one run."""

    name: ClassVar[str] = "ImageShare"
    dynamic_type: ClassVar[str] = "pulumi-python:dynamic/alicloud-image-share:ImageShare"
    doc: ClassVar[str] = (
        "One custom ECS image, shared with any number of accounts. The preview names who gains and who loses access, "
        "and checks every rule that ECS documents, with the live image, before anything is changed. Its ID is "
        "`<region>:<image ID>`."
    )
    _lifecycle: ShareLifecycle
    record = ShareRecord
    properties = ShareRecord.table()

    def __init__(self, run: Run, settings: Settings) -> None:
        """Call nothing yet.

        Args:
            run: What the operations of this run share.
            settings: The stack's configuration and the environment.
        """
        connect = functools.partial(run.ecs, settings)
        self._checks = ShareChecks(run, connect, default_region=settings.region)
        self._lifecycle = ShareLifecycle(run, connect, visible_seconds=settings.visible_seconds)

    def check(
        self,
        operation: Operation,
        state: StackState,
        olds: Mapping[str, Any] | None,
        news: Mapping[str, Any],
        secrets: frozenset[str] = frozenset(),
    ) -> Checked:
        """See `Kind.check`."""
        old = Share.restore(olds) if olds and "accounts" in olds else None
        asked, problems = self._checks.check(operation, old, news, state, is_secret=SECRET in secrets)
        return Checked(asked.spec.as_inputs(), tuple(problems), asked)

    def examine(
        self, operation: Operation, state: StackState, checked: Checked, outputs: Mapping[str, Any] | None = None
    ) -> Checked:
        """See `Kind.examine`: calls ECS only if an account may gain access, once or twice."""
        asked = cast(Asked, checked.asked)
        if outputs is not None:
            asked = self._checks.knowing(operation, asked, KnownShare.restore(outputs))
        return replace(checked, problems=(*checked.problems, *self._checks.examine(operation, asked)))

    def diff(self, urn: str, resource_id: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Change:
        """See `LifecycleKind.diff`; an account that another share takes from this one must be shared with again."""
        old, share = self._known(resource_id, olds), self._wanted(news)
        if urn:
            self._checks.see(urn, old)
        again = [Difference(f'accounts["{each}"]') for each in sorted(self._lifecycle.taken(urn, old, share))]
        return Change((*share.differences_from(old), *again))
