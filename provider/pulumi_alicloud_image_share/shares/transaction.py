"""Carries a plan out, reads back until it shows, and takes it back where it fails."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from tenacity import RetryCallState, Retrying, retry_if_result, stop_after_delay, wait_exponential

from ..accounts import named
from ..cloud.model import BATCH_SIZE, ShareCall
from ..errors import Cancelled, EcsError, ImageNotFound, ImageShareError, NotVisible, RuleBroken, SharingFailed
from .calls import ShareCalls
from .plan import SharePlan
from .sending import Sending, Target

_TO_GO_BACK: Final = "or `pulumi up --refresh` to go back to what the program says."
_TAKEN_BACK: Final = "What had been done was taken back: the image is shared with the same accounts as before."
_SHARED_IS_TAKEN_BACK: Final = (
    "What had been shared was taken back, what had been unshared stays unshared: run the same command again, "
    f"{_TO_GO_BACK}"
)
_REST_IS_TAKEN_BACK: Final = (
    f"What had been done was taken back, but for some: run the same command again, {_TO_GO_BACK}"
)

_KEPT: Final = (
    "These accounts, which ECS did not list before, are in the stack's state and in the program, and stay shared:"
)

_BEFORE_DROPPING: Final = "Run the same command again before you drop them or destroy the stack."


@contextmanager
def nothing_changed_yet(target: Target, *, gain: Collection[str] = (), lose: Collection[str] = ()) -> Iterator[None]:
    """Say of a call that fails before the first change what was to be done, and that nothing was.

    An image that is not there, and a rule that is broken, say so themselves.
    """
    try:
        yield
    except (ImageNotFound, RuleBroken):
        raise
    except ImageShareError as error:
        summary = f"{_what(gain, lose)} failed for {target}, before any change."
        raise SharingFailed(summary, error, ["Nothing was changed."]) from error


def carry_out(
    plan: SharePlan,
    target: Target,
    ecs: ShareCalls,
    *,
    before: Collection[str],
    in_state: Collection[str] = (),
    visible_seconds: float,
    warn: Callable[[str], None] = lambda _: None,
    sleep: Callable[[float], None] = time.sleep,
) -> Mapping[str, str]:
    """Make the calls of `plan`, then read until ECS lists the result; take it back if anything fails.

    An account to be unshared that does not exist any more is left out, with a warning: nobody can use it, and one
    such account would stand in the way of all others.

    Args:
        plan: What to do; where there is nothing, who has access is read all the same.
        target: The image.
        ecs: The calls of ECS.
        before: Account IDs that were listed as having access before.
        in_state: Account IDs that the stack's state lists for the image. Where one is not listed by ECS, the list may
            lag: what is taken back takes no access from it, and gives it none.
        visible_seconds: How long the result may take to show, in seconds.
        warn: Shows the user a sentence that is no error.
        sleep: Waits so many seconds.

    Returns:
        Who has access now: account ID to the time since when.

    Raises:
        ImageNotFound: The image went away before the first change.
        SharingFailed: A call failed or its result never showed. Says what was done, what was taken back, what is left.
    """
    work = _Work(plan, target, ecs, before, in_state, visible_seconds, warn, sleep)
    try:
        return work.carry_out()
    except Cancelled as error:
        raise work.stop(error) from error
    except ImageShareError as error:
        if isinstance(error, ImageNotFound) and not work.has_changed_anything:
            raise
        raise work.take_back(error) from error


class _Work:
    """A plan that is being carried out."""

    def __init__(
        self,
        plan: SharePlan,
        target: Target,
        ecs: ShareCalls,
        before: Collection[str],
        in_state: Collection[str],
        visible_seconds: float,
        warn: Callable[[str], None],
        sleep: Callable[[float], None],
    ) -> None:
        self._sleep = sleep
        self._plan = plan
        self._target = target
        self._ecs = ecs
        self._before = frozenset(before)
        self._in_state = frozenset(in_state)
        self._visible_seconds = visible_seconds
        self._warn = warn
        self._sent = Sending(target, ecs, warn)
        self._taken_back = Sending(target, ecs, warn)

    @property
    def has_changed_anything(self) -> bool:
        """Whether any call may have been applied."""
        return bool(self._sent.applied)

    def carry_out(self) -> Mapping[str, str]:
        """Make the plan's calls, and read back until they show."""
        self._sent.send_all(self._plan)
        ecs = self._ecs.for_operation()
        kept = set(self._plan.keep)

        def look() -> Mapping[str, str]:
            live = self._listed(ecs)
            # The list that the plan was made from lagged, or this one does: who should have access is given it.
            lost = sorted(kept - live.keys())
            kept.difference_update(lost)
            for start in range(0, len(lost), BATCH_SIZE):
                self._sent.send(ShareCall(add=tuple(lost[start : start + BATCH_SIZE])))
            return live

        return self._until_seen(look, {*self._plan.gain, *self._plan.keep}, set(self._plan.lose) - self._sent.gone)

    def _listed(self, ecs: ShareCalls) -> Mapping[str, str]:
        return ecs.sharing(self._target.region, self._target.image_id).accounts

    def _until_seen(
        self, look: Callable[[], Mapping[str, str]], wanted: Collection[str], unwanted: Collection[str]
    ) -> Mapping[str, str]:
        def unfinished(live: Mapping[str, str]) -> bool:
            return not live.keys() >= set(wanted) or not live.keys().isdisjoint(unwanted)

        def give_up(state: RetryCallState) -> Mapping[str, str]:
            live = state.outcome.result() if state.outcome else {}
            missing, lingering = set(wanted) - live.keys(), set(unwanted) & live.keys()
            raise NotVisible(str(self._target), missing, lingering, self._visible_seconds)

        policy = Retrying(
            retry=retry_if_result(unfinished),
            wait=wait_exponential(multiplier=0.25, max=5),
            sleep=self._sleep,
            stop=stop_after_delay(self._visible_seconds),
            retry_error_callback=give_up,
        )
        return policy(look)

    def stop(self, cause: Cancelled) -> SharingFailed:
        """Leave what was done as it is, since the run was cancelled, and say what that is."""
        summary = self._summary()
        if not self._sent.applied:
            return SharingFailed(summary, cause, ["Nothing was changed."])
        again = f"What was done until then stays done: run the same command again for the rest, {_TO_GO_BACK}"
        try:
            live = self._live_if(self._listed(self._ecs.last_look()))
        except ImageShareError:
            live = self._may_be_live()
            again += " ECS could not be asked any more who has access now."
        return SharingFailed(summary, cause, [again], live=live, gained=self._gained())

    def _may_be_live(self) -> dict[str, str]:
        """Who may have access, without a time since when: so the next update looks, and a destroy takes it away."""
        return dict.fromkeys(self._before | self._in_state | _added(self._sent.applied), "")

    def _live_if(self, listed: Mapping[str, str]) -> dict[str, str]:
        """Who has access where ECS lists these, whose list may lag.

        Who may have access, of whom that was not seen, is without a time since when.
        """
        open_ends = [*self._sent.unanswered, *self._taken_back.applied]
        unsure = _added(open_ends) | _removed(open_ends)
        removed = _removed(self._sent.applied)
        live = {account: since for account, since in listed.items() if account not in removed}
        live.update(dict.fromkeys(removed & listed.keys() | _added(self._sent.applied) - listed.keys(), ""))
        live.update(dict.fromkeys(self._in_state - removed - listed.keys(), ""))
        live.update(dict.fromkeys(unsure & self._may_be_live().keys(), ""))
        return live

    def take_back(self, cause: ImageShareError) -> SharingFailed:
        """Take back all that may have been applied, newest first."""
        summary = self._summary()
        if not self._sent.applied:
            return SharingFailed(summary, cause, ["Nothing was changed."])
        ecs = self._ecs.for_operation()
        self._taken_back = Sending(self._target, ecs, self._warn)
        try:
            if isinstance(cause, ImageNotFound) and self._is_gone(ecs):
                return self._image_is_missing(summary, cause)
            failures, left = self._send_back(self._undoing(cause))
            if failures:
                return self._left(summary, cause, _removed(left), _added(left), failures[0])
            undone, gone = self._taken_back.applied, self._taken_back.gone
            self._until_seen(lambda: self._listed(ecs), _added(undone) - gone, _removed(undone) - gone)
        except NotVisible as error:
            return self._left(summary, cause, set(error.lingering), set(error.missing), error)
        except Cancelled as error:
            return self.stop(error)
        except ImageShareError:
            unseen = "ECS accepted that, but its list can't be read to see it."
            return self._as_before(summary, cause, [unseen])
        return self._as_before(summary, cause)

    def _is_gone(self, ecs: ShareCalls) -> bool:
        """Whether the image is still out of sight: ECS may have said so of one call alone."""
        try:
            self._listed(ecs)
        except Cancelled:
            raise
        except ImageShareError as error:
            return isinstance(error, ImageNotFound)
        return False

    def _image_is_missing(self, summary: str, cause: ImageNotFound) -> SharingFailed:
        lines = [
            "What was done before that stays done. Run the same command again: it looks whether the image is gone."
        ]
        gained = self._gained()
        if gained:
            lines += ["If it is only out of sight, these accounts had no access before and have it now:"]
            lines += self._each(gained)
        lost = _removed(self._sent.applied) & (self._before | self._in_state)
        if lost:
            lines += ["And these had access before and have it no more:", *self._each(lost)]
        return SharingFailed(summary, cause, lines, gained, lost, self._may_be_live(), self._gained())

    def _gained(self) -> set[str]:
        """Who may have gained access."""
        return _added(self._sent.applied) - self._before

    def _kept(self) -> set[str]:
        """Who may have gained access and keeps it, since the state has had it all along."""
        return self._gained() & self._in_state

    def _undoing(self, cause: ImageShareError) -> list[ShareCall]:
        """What takes the calls back: first the accounts that gained access, which makes room for those that lost it.

        An unshare that ECS accepted and is slow to show is no reason to share again. Who is in the state and was not
        listed may have had access all along, and the program lists it.
        """
        calls, had = self._sent.applied, self._before | self._in_state
        gained = [tuple(account for account in call.add if account not in had) for call in calls]
        lost = [tuple(account for account in call.remove if account in self._before) for call in calls]
        removing = [ShareCall(remove=accounts) for accounts in reversed(gained) if accounts]
        adding = [ShareCall(add=accounts) for accounts in reversed(lost) if accounts]
        return removing if isinstance(cause, NotVisible) else [*removing, *adding]

    def _send_back(self, calls: Iterable[ShareCall]) -> tuple[list[ImageShareError], list[ShareCall]]:
        """Make these calls, each whatever becomes of the others; returns what failed, and which calls did."""
        failures, left = [], []
        for call in calls:
            try:
                self._taken_back.send(call, takes_back=True)
            except Cancelled:
                raise
            except ImageShareError as error:
                failures.append(error)
                left.append(call)
        return failures, left

    def _as_before(self, summary: str, cause: ImageShareError, lines: Sequence[str] = ()) -> SharingFailed:
        """What was done is taken back, but for what is better left as it is."""
        live = self._may_be_live()
        stay = live.keys() & _removed(self._sent.applied) - _added(self._taken_back.applied)
        stay -= self._sent.gone | self._taken_back.gone
        kept = self._kept()
        said = [_SHARED_IS_TAKEN_BACK] if isinstance(cause, NotVisible) else [_REST_IS_TAKEN_BACK]
        if not isinstance(cause, NotVisible) and not stay and not kept:
            said = [_TAKEN_BACK]
        if stay:
            lines = [*lines, "These accounts stay unshared:", *self._each(stay)]
        if kept:
            lines = [*lines, _KEPT, *self._each(kept), _BEFORE_DROPPING]
        return SharingFailed(summary, cause, [*said, *lines], kept, stay, live if stay or kept else None, kept)

    def _left(
        self, summary: str, cause: ImageShareError, gained: set[str], lost: set[str], error: ImageShareError
    ) -> SharingFailed:
        again: object = error
        if isinstance(cause, EcsError) and isinstance(error, EcsError) and cause.code == error.code:
            again = f"{error.action} failed with {error.code} again."
            again += f" RequestId {error.request_id}." if error.request_id else ""
        if isinstance(cause, NotVisible):
            lost = lost | _removed(self._sent.applied) & (self._before | self._in_state)
        lines = [f"Taking back what had been done failed too: {again}"]
        if gained:
            lines += ["These accounts had no access before and may have it now:", *self._each(gained)]
        if lost:
            lines += ["These accounts had access before and may have lost it:", *self._each(lost)]
        kept = self._kept()
        if kept:
            lines += [_KEPT, *self._each(kept), _BEFORE_DROPPING]
        lines += ["Run `pulumi up --refresh` as soon as ECS answers again: it shows and mends the rest."]
        return SharingFailed(summary, cause, lines, gained | kept, lost, self._may_be_live(), self._gained())

    def _each(self, accounts: set[str]) -> list[str]:
        return [f"  - {named(account, self._target.names)}" for account in sorted(accounts)]

    def _summary(self) -> str:
        of = f"after {min(self._sent.done, len(self._plan.calls))} of {len(self._plan.calls)} calls"
        return f"{_what(self._plan.gain, self._plan.lose)} failed for {self._target}, {of}."


def _added(calls: Iterable[ShareCall]) -> set[str]:
    return {account for call in calls for account in call.add}


def _removed(calls: Iterable[ShareCall]) -> set[str]:
    return {account for call in calls for account in call.remove}


def _what(gain: Collection[str], lose: Collection[str]) -> str:
    parts = [f"sharing with {_count(gain)}"] if gain else []
    if lose:
        parts.append(f"unsharing from {_count(lose)}")
    what = " and ".join(parts) or "sharing"
    return f"{what[0].upper()}{what[1:]}"


def _count(accounts: Collection[str]) -> str:
    return f"{len(accounts)} account{'' if len(accounts) == 1 else 's'}"
