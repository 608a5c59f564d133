"""The calls of ECS that sharing needs, in memory, with failures where a test wants them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Final

from pulumi_alicloud_image_share.cloud.model import ShareCall, Sharing
from pulumi_alicloud_image_share.errors import EcsError, EcsUnavailable

ACTION: Final = "ModifyImageSharePermission"
SINCE: Final = "2026-01-01T00:00:00Z"

Failure = Callable[[int, ShareCall], Exception | None]
"""From the number of a call, the first one 1, and the call to the error that it fails with."""


def refused(code: str, message: str = "no") -> EcsError:
    """A call that ECS refused."""
    error = EcsError(ACTION, code, message, "REQUEST")
    error.changed_nothing = True
    return error


def unanswered() -> EcsUnavailable:
    """A call that got no answer."""
    return EcsUnavailable(ACTION, "NoAnswer", "no usable answer")


def nonexistent(account: str) -> EcsError:
    """A call that ECS refused because an account does not exist."""
    message = f'The specified account {account} in parameter "AddAccount.n" or "RemoveAccount.n" does not exist.'
    return refused("InvalidAccount.NotFound", message)


class FakeEcs:
    """An image whose sharing changes at once. Safe to use from several threads."""

    def __init__(
        self,
        shared: Iterable[str] = (),
        *,
        closed: Iterable[str] = (),
        fail: Failure = lambda number, call: None,
        applies_failing: bool = False,
        look: Callable[[int, set[str]], Iterable[str]] = lambda number, shared: shared,
    ) -> None:
        """Make an image.

        Args:
            shared: Account IDs that have access.
            closed: Account IDs that do not exist any more; a call that names one fails.
            fail: The error that a call fails with.
            applies_failing: Whether a call that fails is carried out all the same.
            look: Lists account IDs, from the number of the look, the first one 1, and who truly has access.
        """
        self.shared = set(shared)
        self.calls: list[ShareCall] = []
        self.images: set[tuple[str, str]] = set()
        self.threads: set[int] = set()
        self.looks = 0
        self.budgets = 0
        self.last_looks = 0
        self.most_in_flight = 0
        self._closed = set(closed)
        self._fail = fail
        self._applies_failing = applies_failing
        self._look = look
        self._in_flight = 0
        self._lock = threading.Lock()

    def sharing(self, region: str, image_id: str) -> Sharing:
        """Who has access, as the list has it."""
        self.looks += 1
        self.images.add((region, image_id))
        return Sharing(dict.fromkeys(sorted(self._look(self.looks, set(self.shared))), SINCE))

    def modify(self, region: str, image_id: str, call: ShareCall) -> None:
        """Share and unshare."""
        with self._lock:
            self.calls.append(call)
            self.images.add((region, image_id))
            self.threads.add(threading.get_ident())
            number = len(self.calls)
            self._in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self._in_flight)
        try:
            error = self._fail(number, call) or self._closed_account(call)
        finally:
            with self._lock:
                self._in_flight -= 1
        if error is None or self._applies_failing:
            with self._lock:
                self.shared = (self.shared | {*call.add}) - {*call.remove}
        if error is not None:
            raise error

    def for_operation(self) -> FakeEcs:
        """The same image, with a new budget of time."""
        self.budgets += 1
        return self

    def last_look(self) -> FakeEcs:
        """The same image, for one look after a cancellation."""
        self.last_looks += 1
        return self

    def _closed_account(self, call: ShareCall) -> EcsError | None:
        found = next((account for account in (*call.add, *call.remove) if account in self._closed), None)
        return nonexistent(found) if found else None
