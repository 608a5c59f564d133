"""Copies an image and waits until the copy is complete, or takes over what an interrupted run began; see `mark`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..cloud.model import CopyOrder, Image
from ..kinds.operation import Operation
from ..kinds.waiting import Waiting
from .beginning import begin
from .calls import CopyCalls
from .changes import ImageAttributes
from .completion import name_complete_copy, wait_until_complete
from .mark import Mark
from .record import KnownCopy
from .tags import OWN_TAG
from .task import CopyTask


@dataclass(frozen=True)
class Copied:
    """A complete copy.

    Attributes:
        image: The copy.
        is_taken_over: Whether an earlier run began it.
    """

    image: Image
    is_taken_over: bool


def plan_copy(
    copy: KnownCopy, mark: Mark, run_id: str, ecs: CopyCalls, waiting: Waiting, operation: Operation
) -> CopyTask:
    """What is to be done to make a copy. Nothing is called.

    Args:
        copy: What the program asks for.
        mark: Its mark.
        run_id: The run that makes it.
        ecs: The calls of ECS.
        waiting: How long to wait.
        operation: Whom it is for. Its time, where it has one, is how long copying may take.
    """
    tags = {**copy.tags, OWN_TAG: mark.tag(run_id)}
    left = operation.seconds_left
    order = CopyOrder(
        source_region=copy.source_region,
        source_image_id=copy.source_image_id,
        region=copy.region,
        name=mark.name,
        description=copy.description,
        encrypted=copy.encrypted,
        kms_key_id=copy.kms_key_id,
        tags=tags,
    )
    return CopyTask(
        order=order,
        wanted=ImageAttributes(copy.name, copy.description, copy.family, tags),
        mark=mark,
        run_id=run_id,
        ecs=ecs,
        waiting=waiting,
        operation=operation,
        seconds=waiting.copy_seconds if operation.seconds is None else operation.seconds,
        deadline=waiting.clock() + (waiting.copy_seconds if left is None else left),
    )


def make_copy(task: CopyTask, marked: Sequence[Image] | None = None) -> Copied:
    """Copy an image, or take over the copy that an interrupted run began, and wait until it is complete.

    Args:
        task: What to copy.
        marked: The copies in the region, None to look for them.

    Raises:
        CopyFailed: ECS refused or gave up the copy, it took too long, or another run took it over. Says what is left.
    """
    begun = begin(task, marked)
    task = replace(task, earlier_run=begun.earlier_run)
    complete = wait_until_complete(task, begun)
    named = name_complete_copy(task, complete, is_taken_over=begun.is_taken_over)
    return Copied(named, begun.is_taken_over)
