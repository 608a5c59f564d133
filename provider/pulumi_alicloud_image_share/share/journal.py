"""The calls that change who has access to one image: each is sent once, and what may have happened is recorded."""

from __future__ import annotations

import re
import threading
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Final

from ..cloud.model import ShareCall
from ..errors import Cancelled, EcsError, ImageNotFound
from .plan import SharePlan

if TYPE_CHECKING:
    # It imports the SDK, which takes a second that a run without a change need not spend.
    from ..cloud.ecs import Ecs

_SIDE_BY_SIDE: Final = 8
"""The largest number of calls for one image that are in flight at once."""


@dataclass(frozen=True)
class Target:
    """The image whose sharing changes.

    Attributes:
        region: The region's ID.
        image_id: The image's ID.
        names: Account ID to the program's name for it, for error messages.
    """

    region: str
    image_id: str
    names: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"image {self.image_id} in {self.region}"


class Result(Enum):
    """What became of a call."""

    APPLIED = "applied"
    """ECS carried it out."""
    REFUSED = "refused"
    """It certainly changed nothing."""
    UNKNOWN = "unknown"
    """No answer: ECS may have carried it out, or may still do so."""


@dataclass(frozen=True)
class Entry:
    """One call that was sent.

    Attributes:
        call: The accounts to share with and to unshare from.
        result: What became of it.
        takes_back: Whether it belongs to a rollback.
        gone: Account IDs of the call that ECS reports as nonexistent. No one can have access through them.
    """

    call: ShareCall
    result: Result
    takes_back: bool = False
    gone: frozenset[str] = frozenset()


class Journal:
    """The calls that were sent for one image, oldest first. Append-only and safe to use from several threads."""

    def __init__(self) -> None:
        """Start with no entry."""
        self._lock = threading.Lock()
        self._entries: list[Entry] = []

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries, oldest first."""
        with self._lock:
            return tuple(self._entries)

    def record(self, entry: Entry) -> None:
        """Append an entry."""
        with self._lock:
            self._entries.append(entry)


@dataclass(frozen=True)
class Sender:
    """Sends calls for one image and records each.

    Attributes:
        target: The image.
        ecs: The calls of ECS.
        journal: Where each call is recorded.
    """

    target: Target
    ecs: Ecs
    journal: Journal

    def send_all(self, plan: SharePlan) -> None:
        """Send the calls of a plan: the first one alone, because it shows most mistakes, then the others side by side.

        Calls that make room for each other are sent one after the other. After a failure no further call starts, but
        those in flight finish.

        Raises:
            Cancelled: The run was cancelled, whatever else failed.
            ImageShareError: A call failed. "Image not found" is raised only if no other call failed otherwise.
        """
        calls = plan.calls
        alone = 1 if plan.is_in_any_order else len(calls)
        for call in calls[:alone]:
            self.send(call)
        failures = self._send_side_by_side(calls[alone:])
        if failures:
            raise min(failures, key=lambda error: (not isinstance(error, Cancelled), isinstance(error, ImageNotFound)))

    def _send_side_by_side(self, calls: Sequence[ShareCall]) -> list[Exception]:
        has_failed = threading.Event()

        def attempt(call: ShareCall) -> Exception | None:
            if has_failed.is_set():
                return None
            try:
                self.send(call)
            except Exception as error:  # raised by the caller, after the calls in flight have finished
                has_failed.set()
                return error
            return None

        with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
            return [error for error in pool.map(attempt, calls) if error]

    def send(self, call: ShareCall, *, takes_back: bool = False) -> None:
        """Send a call and record it. If ECS refuses it because of accounts that do not exist, send it without them.

        One such account fails a call as a whole. An account that cannot be shared with is an error, except in a
        rollback.

        Args:
            call: The accounts to share with and to unshare from.
            takes_back: Whether it belongs to a rollback.

        Raises:
            ImageShareError: The call failed.
        """
        result, gone = Result.UNKNOWN, frozenset[str]()
        try:
            self.ecs.modify(self.target.region, self.target.image_id, call)
            result = Result.APPLIED
        except Cancelled as error:
            result = Result.UNKNOWN if error.was_sent else Result.REFUSED
            raise
        except EcsError as error:
            result = Result.REFUSED if error.changed_nothing else Result.UNKNOWN
            gone = _nonexistent(error) & {*call.add, *call.remove}
            if not gone or (gone.intersection(call.add) and not takes_back):
                raise
        finally:
            self.journal.record(Entry(call, result, takes_back, gone))
        rest = ShareCall(_without(gone, call.add), _without(gone, call.remove))
        if gone and (rest.add or rest.remove):
            self.send(rest, takes_back=takes_back)


def _without(gone: Collection[str], accounts: Sequence[str]) -> tuple[str, ...]:
    return tuple(account for account in accounts if account not in gone)


def _nonexistent(error: EcsError) -> frozenset[str]:
    """The account IDs that ECS reports as nonexistent."""
    return frozenset(re.findall(r"\d+", error.ecs_message)) if error.code == "InvalidAccount.NotFound" else frozenset()
