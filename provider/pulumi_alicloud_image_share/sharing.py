"""Carries a plan out, reads back until it shows, and takes it back where it fails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, Self

from tenacity import RetryCallState, Retrying, retry_if_result, stop_after_delay, wait_exponential

from .errors import EcsError, EcsUnavailable, ImageNotFound, ImageShareError, NotVisible, SharingFailed
from .plan import Call, SharePlan
from .spec import named


class ShareCalls(Protocol):
    """The calls of ECS that sharing needs; `ecs.Ecs` makes them."""

    def shared_accounts(self, region: str, image_id: str) -> dict[str, str]:
        """Read who has access: account ID to the time since when."""

    def modify(self, region: str, image_id: str, call: Call) -> None:
        """Share and unshare in one call."""

    def afresh(self) -> Self:
        """The same calls, with a new budget of time."""


@dataclass(frozen=True)
class Target:
    """The image whose sharing is changed, and the names that errors use for its accounts."""

    region: str
    image_id: str
    names: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"image {self.image_id} in {self.region}"


def carry_out(plan: SharePlan, target: Target, ecs: ShareCalls, *, visible_seconds: float) -> dict[str, str]:
    """Make the calls of `plan`, then read until ECS lists the result; take all of it back if anything fails.

    Args:
        plan: What to do; not empty.
        target: The image.
        ecs: The calls of ECS.
        visible_seconds: How long the result may take to show, in seconds.

    Returns:
        Who has access now: account ID to the time since when.

    Raises:
        SharingFailed: A call failed or its result never showed. Says what was done, what was taken back, what is left.
    """
    sent: list[Call] = []
    try:
        for call in plan.calls:
            sent.append(call)
            ecs.modify(target.region, target.image_id, call)
        return _read_back(plan, target, ecs.afresh(), visible_seconds)
    except ImageShareError as error:
        if isinstance(error, EcsError) and error.action == "ModifyImageSharePermission" and _was_refused(error):
            sent.pop()
        raise _taken_back(sent, target, ecs.afresh(), error, _summary(plan, target, sent)) from error


def _was_refused(error: EcsError) -> bool:
    """Whether the call surely changed nothing: one bad account fails a call as a whole."""
    return not isinstance(error, EcsUnavailable) and not error.may_have_been_applied


def _read_back(plan: SharePlan, target: Target, ecs: ShareCalls, visible_seconds: float) -> dict[str, str]:
    def unfinished(live: Mapping[str, str]) -> bool:
        return not live.keys() >= set(plan.gain) or not live.keys().isdisjoint(plan.lose)

    def give_up(state: RetryCallState) -> dict[str, str]:
        live = state.outcome.result() if state.outcome else {}
        raise NotVisible(str(target), set(plan.gain) - live.keys(), set(plan.lose) & live.keys(), visible_seconds)

    policy = Retrying(
        retry=retry_if_result(unfinished),
        wait=wait_exponential(multiplier=0.25, max=5),
        stop=stop_after_delay(visible_seconds),
        retry_error_callback=give_up,
    )
    return policy(ecs.shared_accounts, target.region, target.image_id)


def _taken_back(
    sent: Sequence[Call], target: Target, ecs: ShareCalls, cause: ImageShareError, summary: str
) -> SharingFailed:
    if not sent:
        return SharingFailed(summary, cause, ["Nothing was changed."])
    if isinstance(cause, ImageNotFound):
        return SharingFailed(summary, cause, ["The image is gone, and with it all sharing."])
    try:
        for call in reversed(sent):
            ecs.modify(target.region, target.image_id, call.reversed())
    except ImageShareError as error:
        gained, lost = _left(sent, target, ecs)
        return SharingFailed(summary, cause, _left_lines(gained, lost, target, error), gained, lost)
    return SharingFailed(
        summary, cause, ["What had been done was taken back: the image is shared with the same accounts as before."]
    )


def _left(sent: Sequence[Call], target: Target, ecs: ShareCalls) -> tuple[set[str], set[str]]:
    """What could not be taken back: accounts that gained and that lost access."""
    gained = {account for call in sent for account in call.add}
    lost = {account for call in sent for account in call.remove}
    try:
        live = ecs.shared_accounts(target.region, target.image_id).keys()
    except ImageShareError:
        return gained, lost
    return gained & live, lost - live


def _left_lines(gained: set[str], lost: set[str], target: Target, error: ImageShareError) -> list[str]:
    def each(accounts: set[str]) -> list[str]:
        return [f"  - {named(account, target.names)}" for account in sorted(accounts)]

    lines = [f"Taking back what had been done failed too: {error}"]
    if gained:
        lines += [
            "These accounts had no access before and are left shared; unshare them in the console:",
            *each(gained),
        ]
    if lost:
        lines += ["These accounts lost access and should have it; share with them in the console:", *each(lost)]
    if not gained and not lost:
        lines += ["ECS lists the same accounts as before, though."]
    return lines


def _summary(plan: SharePlan, target: Target, sent: Sequence[Call]) -> str:
    parts = []
    if plan.gain:
        parts.append(f"sharing with {_count(plan.gain)}")
    if plan.lose:
        parts.append(f"unsharing from {_count(plan.lose)}")
    what = " and ".join(parts)
    return f"{what[0].upper()}{what[1:]} failed for {target}, after {len(sent)} of {len(plan.calls)} calls."


def _count(accounts: Sequence[str]) -> str:
    return f"{len(accounts)} account{'' if len(accounts) == 1 else 's'}"
