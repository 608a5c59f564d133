"""Carries a plan out, reads back until it shows, and takes it back where it fails."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager

from tenacity import RetryCallState, Retrying, retry_if_result, stop_after_delay, wait_exponential

from ..accounts import named
from ..cloud.model import BATCH_SIZE, ShareCall
from ..errors import Cancelled, EcsError, ImageNotFound, ImageShareError, NotVisible, RuleBroken, SharingFailed
from .calls import ShareCalls
from .plan import SharePlan
from .sending import Sending, Target


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
        before: Account IDs that had access before.
        visible_seconds: How long the result may take to show, in seconds.
        warn: Shows the user a sentence that is no error.
        sleep: Waits so many seconds.

    Returns:
        Who has access now: account ID to the time since when.

    Raises:
        ImageNotFound: The image went away before the first change.
        SharingFailed: A call failed or its result never showed. Says what was done, what was taken back, what is left.
    """
    work = _Work(plan, target, ecs, before, visible_seconds, warn, sleep)
    try:
        return work.carry_out()
    except ImageNotFound as error:
        if not work.has_changed_anything:
            raise
        raise work.image_is_missing(error) from error
    except Cancelled as error:
        raise work.stop(error) from error
    except ImageShareError as error:
        raise work.take_back(error) from error


class _Work:
    """A plan that is being carried out: what was sent, and what may have been applied."""

    def __init__(
        self,
        plan: SharePlan,
        target: Target,
        ecs: ShareCalls,
        before: Collection[str],
        visible_seconds: float,
        warn: Callable[[str], None],
        sleep: Callable[[float], None],
    ) -> None:
        self._sleep = sleep
        self._plan = plan
        self._target = target
        self._ecs = ecs
        self._before = frozenset(before)
        self._visible_seconds = visible_seconds
        self._sending = Sending(target, ecs, warn)

    def carry_out(self) -> Mapping[str, str]:
        """Make the plan's calls, and read back until they show."""
        self._sending.send_all(self._plan)
        return self._read_back()

    def _read_back(self) -> Mapping[str, str]:
        """Read until all who should have access are listed, and none who should not."""
        ecs = self._ecs.for_operation()
        kept = set(self._plan.keep)

        def look() -> Mapping[str, str]:
            live = ecs.sharing(self._target.region, self._target.image_id).accounts
            # The list that the plan was made from lagged: who was thought to have access has none.
            lost = sorted(kept - live.keys())
            kept.difference_update(lost)
            self._before -= frozenset(lost)
            for start in range(0, len(lost), BATCH_SIZE):
                self._sending.send(ShareCall(add=tuple(lost[start : start + BATCH_SIZE])))
            return live

        return self._until_seen(look, {*self._plan.gain, *self._plan.keep}, set(self._plan.lose) - self._sending.gone)

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

    @property
    def has_changed_anything(self) -> bool:
        """Whether any call may have been applied."""
        return bool(self._sending.applied)

    def image_is_missing(self, cause: ImageNotFound) -> SharingFailed:
        """What to say of an image that went out of sight in the middle."""
        again = "What was done before that stays done. Run the same command again: it looks whether the image is gone."
        return SharingFailed(self._summary(), cause, [again])

    def stop(self, cause: Cancelled) -> SharingFailed:
        """Leave what was done as it is, since the run was cancelled, and say what that is."""
        summary = self._summary()
        if not self._sending.applied:
            return SharingFailed(summary, cause, ["Nothing was changed."])
        again = "What was done until then stays done: run the same command again for the rest."
        open_ends = self._sending.unanswered or (self._sending.applied[-1:] if cause.was_sent else [])
        try:
            live = dict(self._ecs.last_look().sharing(self._target.region, self._target.image_id).accounts)
        except ImageShareError:
            gained = {account for call in self._sending.applied for account in call.add}
            lost = {account for call in self._sending.applied for account in call.remove}
            live = dict.fromkeys(self._before - lost | gained, "")
            open_ends = self._sending.applied
            again += " ECS could not be asked any more who has access now."
        # A call that was not answered may be carried out later: who may have access is in the state, without a time
        # since when, so that the next update looks, and a destroy takes it away.
        for call in open_ends:
            live = {**dict.fromkeys(call.add, ""), **live}
            live.update(dict.fromkeys((each for each in call.remove if each in self._before), ""))
        return SharingFailed(summary, cause, [again], live=live)

    def take_back(self, cause: ImageShareError) -> SharingFailed:
        """Take back all that may have been applied, newest first."""
        summary = self._summary()
        if not self._sending.applied:
            return SharingFailed(summary, cause, ["Nothing was changed."])
        left = self._undoing(cause)
        ecs = self._ecs.for_operation()
        gained = {account for undo in left for account in undo.remove}
        lost = {account for undo in left for account in undo.add}
        try:
            while left:
                self._modify(ecs, left[0])
                left.pop(0)
            self._until_seen(lambda: ecs.sharing(self._target.region, self._target.image_id).accounts, lost, gained)
        except NotVisible as error:
            return self._left(summary, cause, set(error.lingering), set(error.missing), error)
        except Cancelled as error:
            return self.stop(error)
        except ImageShareError as error:
            if not left:
                unseen = "ECS accepted that, but its list can't be read to see it."
                return SharingFailed(summary, cause, [_taken_back(cause), unseen])
            gained = {account for undo in left for account in undo.remove}
            lost = {account for undo in left for account in undo.add}
            return self._left(summary, cause, gained, lost, error)
        return SharingFailed(summary, cause, [_taken_back(cause)])

    def _undoing(self, cause: ImageShareError) -> list[ShareCall]:
        """What takes the calls back: first the accounts that gained access, which makes room for those that lost it.

        An unshare that ECS accepted and is slow to show is no reason to share again.
        """
        gained = [
            tuple(account for account in call.add if account not in self._before) for call in self._sending.applied
        ]
        lost = [tuple(account for account in call.remove if account in self._before) for call in self._sending.applied]
        removing = [ShareCall(remove=accounts) for accounts in reversed(gained) if accounts]
        adding = [ShareCall(add=accounts) for accounts in reversed(lost) if accounts]
        return removing if isinstance(cause, NotVisible) else [*removing, *adding]

    def _left(
        self, summary: str, cause: ImageShareError, gained: set[str], lost: set[str], error: ImageShareError
    ) -> SharingFailed:
        again: object = error
        if isinstance(cause, EcsError) and isinstance(error, EcsError) and cause.code == error.code:
            again = f"{error.action} failed with {error.code} again."
            again += f" RequestId {error.request_id}." if error.request_id else ""
        lines = [f"Taking back what had been done failed too: {again}"]
        if gained:
            lines += ["These accounts had no access before and may have it now:", *self._each(gained)]
        if lost:
            lines += ["These accounts had access before and may have lost it:", *self._each(lost)]
        lines += ["Run `pulumi up --refresh` as soon as ECS answers again: it shows and mends the rest."]
        live = dict.fromkeys((self._before - lost) | gained, "")
        return SharingFailed(summary, cause, lines, gained, lost, live)

    def _each(self, accounts: set[str]) -> list[str]:
        return [f"  - {named(account, self._target.names)}" for account in sorted(accounts)]

    def _modify(self, ecs: ShareCalls, call: ShareCall) -> None:
        ecs.modify(self._target.region, self._target.image_id, call)

    def _summary(self) -> str:
        of = f"after {min(self._sending.done, len(self._plan.calls))} of {len(self._plan.calls)} calls"
        return f"{_what(self._plan.gain, self._plan.lose)} failed for {self._target}, {of}."


def _taken_back(cause: ImageShareError) -> str:
    if isinstance(cause, NotVisible):
        return "What had been shared was taken back, what had been unshared stays unshared: run the same command again."
    return "What had been done was taken back: the image is shared with the same accounts as before."


def _what(gain: Collection[str], lose: Collection[str]) -> str:
    parts = [f"sharing with {_count(gain)}"] if gain else []
    if lose:
        parts.append(f"unsharing from {_count(lose)}")
    what = " and ".join(parts) or "sharing"
    return f"{what[0].upper()}{what[1:]}"


def _count(accounts: Collection[str]) -> str:
    return f"{len(accounts)} account{'' if len(accounts) == 1 else 's'}"
