"""An audit, from the calls to the findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .findings import Seen, judge, with_managers
from .model import Audit, Kind, Unseen
from .reading import Progress, look
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
        ask_each: Whether to ask who has access to an image also where ECS says that nobody has.
    """

    regions: Sequence[str]
    stacks: Sequence[StackImages] = ()
    allowed: Mapping[str, str] | None = None
    ignored: frozenset[Kind] = frozenset()
    ask_each: bool = False


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
    seen = look(ecs, question.regions, progress, ask_each=question.ask_each)
    images = with_managers(seen.images, question.stacks)
    allowed = None if question.allowed is None else frozenset(question.allowed)
    names = {
        **_names_of(question.stacks),
        **{account: name for account, name in (question.allowed or {}).items() if name},
    }
    found = judge(
        Seen(
            account_id=account_id,
            regions=seen.regions,
            images=images,
            stacks=question.stacks,
            allowed=allowed,
            names=names,
        )
    )
    return Audit(
        account_id=account_id,
        regions=tuple(sorted(question.regions)),
        taken_at=taken_at,
        images=tuple(images),
        findings=tuple(finding for finding in found if finding.kind not in question.ignored),
        unseen=(*seen.unseen, *_hidden(question.stacks, account_id)),
        names=names,
        allowed=allowed,
        stacks=tuple(stack.stack for stack in question.stacks),
    )


def _names_of(stacks: Sequence[StackImages]) -> dict[str, str]:
    return {account: name for stack in stacks for manager in stack.managers for account, name in manager.names.items()}


def _hidden(stacks: Sequence[StackImages], account_id: str) -> Iterator[Unseen]:
    """What can't be compared, since the state has it encrypted."""
    for manager in (manager for stack in stacks for manager in stack.managers):
        if manager.accounts is None and manager.owner_id in ("", account_id):
            yield Unseen(
                f"the accounts of {manager.label}",
                "They are secret in the state: export it with `pulumi stack export --show-secrets` to compare them.",
            )
