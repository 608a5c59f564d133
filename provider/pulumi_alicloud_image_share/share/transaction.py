"""Carries out a plan: sends its calls, waits until the result shows, and rolls back if anything fails.

What to roll back and what is left is decided in `outcome`, how the user reads it in `messages`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..cloud.model import BATCH_SIZE, ShareCall
from ..errors import Cancelled, ImageNotFound, ImageShareError, NotVisible, RuleBroken, SharingFailed
from ..resource.operation import Waiting
from .journal import Journal, Sender, Target
from .messages import NOTHING_CHANGED, gone_warning, progress, summary, what_was_done
from .outcome import Cause, may_have_changed, nonexistent, outcome, undo
from .plan import SharePlan

if TYPE_CHECKING:
    # It imports the SDK, which takes a second that a run without a change need not spend.
    from ..cloud.ecs import Ecs


@contextmanager
def nothing_changed_yet(target: Target, *, gain: Collection[str] = (), lose: Collection[str] = ()) -> Iterator[None]:
    """Report a failure before the first change: what was planned, and that nothing was changed.

    A missing image and a broken rule have their own messages and pass unchanged.

    Args:
        target: The image.
        gain: Account IDs that were to gain access.
        lose: Account IDs that were to lose access.

    Raises:
        SharingFailed: A call failed.
    """
    try:
        yield
    except (ImageNotFound, RuleBroken):
        raise
    except ImageShareError as error:
        raise SharingFailed(summary(gain, lose, target, "before any change"), error, [NOTHING_CHANGED]) from error


def carry_out(
    plan: SharePlan,
    target: Target,
    ecs: Ecs,
    *,
    before: Collection[str],
    in_state: Collection[str] = (),
    visible_seconds: float,
    warn: Callable[[str], None] = lambda _: None,
    sleep: Callable[[float], None] = time.sleep,
) -> Mapping[str, str]:
    """Send the calls of `plan`, then read until ECS lists the result; roll back if anything fails.

    Accounts to unshare from that do not exist any more are left out, with a warning: they would fail the call for all
    other accounts.

    Args:
        plan: The accounts that gain and lose access, and the calls. An empty plan still reads who has access.
        target: The image.
        ecs: The calls of ECS.
        before: Account IDs that ECS listed before the change.
        in_state: Account IDs that the stack's state lists for the image. Because the list may lag behind, a rollback
            neither unshares nor shares those that are not in `before`.
        visible_seconds: How long the result may take to show, in seconds.
        warn: Shows the user a sentence that is not an error.
        sleep: Waits so many seconds.

    Returns:
        Who has access now: account ID to the time since when, ISO 8601 in UTC.

    Raises:
        ImageNotFound: The image was missing before the first change.
        SharingFailed: A call failed or its result never showed. Says what was done, rolled back, and left.
    """
    work = _Work(plan, Sender(target, ecs, Journal()), frozenset(before), frozenset(in_state), visible_seconds, sleep)
    try:
        return work.apply()
    except ImageShareError as error:
        if isinstance(error, ImageNotFound) and not may_have_changed(work.sender.journal.entries):
            raise
        raise work.failure(error) from error
    finally:
        gone = nonexistent(entry for entry in work.sender.journal.entries if not entry.takes_back)
        if gone.intersection(plan.lose):
            warn(gone_warning(gone.intersection(plan.lose), target))


@dataclass(frozen=True)
class _Work:
    """A plan in progress; the arguments of `carry_out`."""

    plan: SharePlan
    sender: Sender
    before: frozenset[str]
    in_state: frozenset[str]
    visible_seconds: float
    sleep: Callable[[float], None]

    def apply(self) -> Mapping[str, str]:
        """Send the plan's calls and wait until the result shows."""
        self.sender.send_all(self.plan)
        target, ecs = self.sender.target, self.sender.ecs.for_operation()
        kept = set(self.plan.keep)

        def look_and_repair() -> Mapping[str, str]:
            listed = ecs.sharing(target.region, target.image_id).accounts
            # This list or the one that the plan was made from lags: share again with accounts that should have access.
            missing = sorted(kept - listed.keys())
            kept.difference_update(missing)
            for start in range(0, len(missing), BATCH_SIZE):
                self.sender.send(ShareCall(add=tuple(missing[start : start + BATCH_SIZE])))
            return listed

        gone = nonexistent(self.sender.journal.entries)
        listed, error = self._wait(look_and_repair, {*self.plan.gain, *self.plan.keep}, {*self.plan.lose} - gone)
        if error:
            raise error
        return listed

    def failure(self, error: ImageShareError) -> SharingFailed:
        """Roll back what `outcome` decides, and say what is left."""
        target, journal = self.sender.target, self.sender.journal
        changed = may_have_changed(journal.entries)
        listed: Mapping[str, str] | None = None
        rollback_error: ImageShareError | None = None
        try:
            cause = self._cause(error)
            if changed and cause in (Cause.CALL_FAILED, Cause.NOT_VISIBLE):
                listed, rollback_error = self._roll_back(undo(journal.entries, self.before, self.in_state, cause))
        except Cancelled as cancelled:
            cause, error = Cause.CANCELLED, cancelled
        if changed and cause is Cause.CANCELLED:
            listed = self._last_look()
        left = outcome(journal.entries, self.before, self.in_state, listed, cause)
        return SharingFailed(
            summary(self.plan.gain, self.plan.lose, target, progress(journal.entries, self.plan)),
            error,
            what_was_done(left, error, rollback_error, target.names),
            live=None if left.is_as_before else left.live,
            gained=left.new,
        )

    def _cause(self, error: ImageShareError) -> Cause:
        if isinstance(error, Cancelled):
            return Cause.CANCELLED
        if isinstance(error, NotVisible):
            return Cause.NOT_VISIBLE
        if isinstance(error, ImageNotFound) and self._is_missing():
            return Cause.IMAGE_MISSING
        return Cause.CALL_FAILED

    def _is_missing(self) -> bool:
        """Whether ECS still does not find the image: one call alone may have been answered so."""
        try:
            self._reader()()
        except Cancelled:
            raise
        except ImageShareError as error:
            return isinstance(error, ImageNotFound)
        return False

    def _roll_back(self, calls: Iterable[ShareCall]) -> tuple[Mapping[str, str] | None, ImageShareError | None]:
        """Send these calls, each whatever becomes of the others, and wait until they show.

        Returns:
            Who has access, None if that was not read; and why the rollback failed, None if it did not.
        """
        sender = replace(self.sender, ecs=self.sender.ecs.for_operation())
        errors = []
        for call in calls:
            try:
                sender.send(call, takes_back=True)
            except Cancelled:
                raise
            except ImageShareError as error:
                errors.append(error)
        if errors:
            return None, errors[0]
        applied = [entry.call for entry in sender.journal.entries if entry.takes_back]
        gone = nonexistent(sender.journal.entries)
        shared = {account for call in applied for account in call.add} - gone
        unshared = {account for call in applied for account in call.remove} - gone
        try:
            return self._wait(self._reader(), shared, unshared)
        except Cancelled:
            raise
        except ImageShareError:
            return None, None

    def _last_look(self) -> Mapping[str, str] | None:
        """Who has access after a cancellation, None if ECS does not answer in time."""
        target = self.sender.target
        try:
            return self.sender.ecs.last_look().sharing(target.region, target.image_id).accounts
        except ImageShareError:
            return None

    def _reader(self) -> Callable[[], Mapping[str, str]]:
        """Reads who has access, with a time budget of its own."""
        target, ecs = self.sender.target, self.sender.ecs.for_operation()
        return lambda: ecs.sharing(target.region, target.image_id).accounts

    def _wait(
        self, look: Callable[[], Mapping[str, str]], wanted: Collection[str], unwanted: Collection[str]
    ) -> tuple[Mapping[str, str], NotVisible | None]:
        """Look until all of `wanted` and none of `unwanted` have access.

        Returns:
            Who has access, and an error if it does not show in time.
        """

        def missing(listed: Mapping[str, str]) -> set[str]:
            return {*wanted} - listed.keys()

        def lingering(listed: Mapping[str, str]) -> set[str]:
            return {*unwanted} & listed.keys()

        waiting = Waiting(clock=time.monotonic, sleep=self.sleep)
        listed = waiting.look_until(look, lambda seen: not missing(seen) and not lingering(seen), self.visible_seconds)
        error = NotVisible(str(self.sender.target), missing(listed), lingering(listed), self.visible_seconds)
        return listed, error if error.missing or error.lingering else None
