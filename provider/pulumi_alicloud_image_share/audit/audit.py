"""An audit, from the calls to the findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .absent import Absent, find_absent
from .findings import judge, with_managers
from .model import Audit, Kind, Manager, Unseen
from .reading import Progress, look
from .seen import Seen
from .states import StackImages

if TYPE_CHECKING:
    from ..cloud.ecs import Ecs


@dataclass(frozen=True)
class Question:
    """What an audit is asked.

    Attributes:
        regions: The IDs of the regions to look at, each once.
        stacks: The states of stacks.
        allowed: Account ID to name of the accounts that may have images, None for any.
        ignored: The findings that do not matter.
        shared_only: Whether to ask who has access only where ECS lists an image as shared, or a stack shares it.
    """

    regions: Sequence[str]
    stacks: Sequence[StackImages] = ()
    allowed: Mapping[str, str] | None = None
    ignored: frozenset[Kind] = frozenset()
    shared_only: bool = False


def take_audit(ecs: Ecs, question: Question, taken_at: str, progress: Progress) -> Audit:
    """Look, and judge.

    Args:
        ecs: ECS as the owner of the images.
        question: What is asked.
        taken_at: The time now, ISO 8601 in UTC.
        progress: Whom to tell how far it is.

    Raises:
        EcsError: Not even the account could be seen.
        Cancelled: The run was cancelled.
    """
    account_id = ecs.caller_account()
    managers = [manager for stack in question.stacks for manager in stack.managers]
    looked = look(
        ecs,
        account_id,
        question.regions,
        progress,
        managed={manager.image_id for manager in managers},
        shared_only=question.shared_only,
    )
    images = with_managers(looked.images, question.stacks)
    absent = find_absent(ecs, account_id, managers, looked)
    allowed = None if question.allowed is None else frozenset(question.allowed)
    names = _names_of(question)
    found = judge(
        Seen(account_id, images, question.stacks, allowed, names, gone=absent.gone, elsewhere=absent.elsewhere)
    )
    unseen = (
        *looked.unseen,
        *absent.unseen,
        *_not_told(managers, account_id),
        *_of_others(question.stacks, absent),
        *_under_way(question.stacks),
    )
    return Audit(
        account_id=account_id,
        regions=tuple(sorted(question.regions)),
        taken_at=taken_at,
        images=tuple(images),
        findings=tuple(finding for finding in found if finding.kind not in question.ignored),
        unseen=unseen,
        names=names,
        allowed=allowed,
        stacks=tuple(stack.stack for stack in question.stacks),
        resource_names=frozenset().union(*(stack.resource_names for stack in question.stacks)),
        left_out=Counter(finding.kind for finding in found if finding.kind in question.ignored),
    )


def _names_of(question: Question) -> dict[str, str]:
    """Account ID to name: of the states, or rather of the allowlist."""
    managers = (manager for stack in question.stacks for manager in stack.managers)
    names = {account: name for manager in managers for account, name in manager.names.items()}
    return {**names, **{account: name for account, name in (question.allowed or {}).items() if name}}


def _not_told(managers: Sequence[Manager], account_id: str) -> Iterator[Unseen]:
    """The accounts that a state does not tell, so that they can't be compared."""
    for manager in managers:
        if manager.accounts is None and manager.owner_id in ("", account_id):
            yield Unseen(f"the accounts of {manager.label}", manager.why_unknown)


def _of_others(stacks: Sequence[StackImages], absent: Absent) -> Iterator[Unseen]:
    """The stacks of which not one share was looked at: who gives them expects that, and may have the wrong keys."""
    for stack in stacks:
        reasons = [why for manager, why in absent.elsewhere if manager.stack == stack.stack]
        if reasons and len(reasons) == len(stack.managers):
            yield Unseen(f"every share of {stack.stack}", f"Of the first, {reasons[0]}.")


def _under_way(stacks: Sequence[StackImages]) -> Iterator[Unseen]:
    """The copies of which the state does not know what becomes of them."""
    for stack in stacks:
        for name in stack.unfinished:
            why = "A run is at work on it, or was killed while it was: wait for it, or run `pulumi up` there."
            yield Unseen(f"the copy {stack.stack}: {name}", why)
