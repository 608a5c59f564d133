"""Makes the calls for one image, some of them side by side, and keeps which of them may have been applied."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from ..cloud.model import ShareCall
from ..errors import Cancelled, EcsError, ImageNotFound
from .calls import ShareCalls
from .plan import SharePlan

_SIDE_BY_SIDE: Final = 8
"""How many calls for one image are under way at most."""


@dataclass(frozen=True)
class Target:
    """The image whose sharing is changed, and the names that errors use for its accounts."""

    region: str
    image_id: str
    names: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"image {self.image_id} in {self.region}"


class Sending:
    """The calls that were made for one image: which were sent, and which may have been applied."""

    def __init__(self, target: Target, ecs: ShareCalls, warn: Callable[[str], None]) -> None:
        """Begin; nothing is called yet.

        Args:
            target: The image.
            ecs: The calls of ECS.
            warn: Shows the user a sentence that is no error.
        """
        self._target = target
        self._ecs = ecs
        self._warn = warn
        self._lock = threading.Lock()
        self._has_failed = False
        self.done = 0
        """How many calls ECS has answered as carried out."""
        self.applied: list[ShareCall] = []
        """What was carried out or may have been, oldest first."""
        self.unanswered: list[ShareCall] = []
        """Those of `applied` of which nobody knows whether they were carried out, or will be."""
        self.gone: set[str] = set()
        """Accounts that were left out since they do not exist any more."""

    def send_all(self, plan: SharePlan) -> None:
        """Make the plan's calls: the first alone, since most mistakes show in any of them, the others side by side."""
        calls = plan.calls
        if not plan.is_in_any_order or len(calls) < 3:
            for call in calls:
                self.send(call)
            return
        self.send(calls[0])
        others = calls[1:]
        with ThreadPoolExecutor(min(len(others), _SIDE_BY_SIDE)) as pool:
            failures = [failure for failure in pool.map(self._try_to_send, others) if failure]
        # Where the run was cancelled, nothing is taken back; an image that is gone is told where nothing else was.
        failures.sort(key=lambda failure: (not isinstance(failure, Cancelled), isinstance(failure, ImageNotFound)))
        if failures:
            raise failures[0]

    def _try_to_send(self, call: ShareCall) -> Exception | None:
        if self._has_failed:
            return None
        try:
            self.send(call)
        except Exception as failure:  # whatever it is, the calls beside it come to their ends first
            self._has_failed = True
            return failure
        return None

    def send(self, call: ShareCall, *, takes_back: bool = False) -> None:
        """Make a call, and keep it as applied unless ECS surely refused it: one bad account fails a call as a whole.

        An account to be unshared that does not exist any more is left out; so is one to be given back its access.
        """
        with self._lock:
            self.applied.append(call)
        try:
            self._ecs.modify(self._target.region, self._target.image_id, call)
        except Cancelled as error:
            self._keep(call, may_be_applied=error.was_sent)
            raise
        except EcsError as error:
            self._keep(call, may_be_applied=not error.changed_nothing)
            gone = _nonexistent(error) & {*call.remove, *(call.add if takes_back else ())}
            if not gone:
                raise
            with self._lock:
                self.gone.update(gone)
            if not takes_back:
                who = ", ".join(sorted(gone))
                self._warn(f"account {who} does not exist any more: not unshared from {self._target}.")
            rest = ShareCall(_without(gone, call.add), _without(gone, call.remove))
            if rest.add or rest.remove:
                self.send(rest, takes_back=takes_back)
            return
        with self._lock:
            self.done += 1

    def _keep(self, call: ShareCall, *, may_be_applied: bool) -> None:
        with self._lock:
            if may_be_applied:
                self.unanswered.append(call)
            else:
                self.applied.remove(call)


def _without(gone: Collection[str], accounts: Sequence[str]) -> tuple[str, ...]:
    return tuple(account for account in accounts if account not in gone)


def _nonexistent(error: EcsError) -> set[str]:
    """The accounts that ECS names as not existing."""
    return set(re.findall(r"\d+", error.ecs_message)) if error.code == "InvalidAccount.NotFound" else set()
