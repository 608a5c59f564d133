"""How a call is made: in turn, with credentials that last, repeated while it is worth it, and all pages of a list.

Every call that goes through here is safe to repeat: adding an account that has access, or removing one that has none,
is no error (reference of ModifyImageSharePermission), CopyImage is repeated with its ClientToken, and the rest only
reads or sets what it sets once more.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeVar

from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from darabonba.exceptions import UnretryableException
from darabonba.runtime import RuntimeOptions
from tenacity import RetryCallState, Retrying, retry_if_exception_type, wait_random_exponential

from ..errors import Cancelled, EcsError, EcsUnavailable
from .cancellation import NEVER, Cancellable, LastLook
from .connections import Connections
from .credentials import Credential
from .failures import EXPIRED, FailedCall, explain_failure
from .pace import Pace
from .settings import Settings

T = TypeVar("T")

PAGE_SIZE: Final = 100
"""The most that DescribeImageSharePermission and DescribeImages return at once. An older text says 50: `TotalCount`
is followed."""


@dataclass(frozen=True)
class Request:
    """What one call asks.

    Attributes:
        connections: The product that is called.
        region: The region's ID, "" for none.
        subject: What it is about, for errors: an image's ID, a role's ARN, "" for nothing.
        method: The SDK's name of the action, such as "describe_images".
        body: The SDK's request.
        accounts: The account IDs in it.
    """

    connections: Connections
    region: str
    subject: str
    method: str
    body: Any
    accounts: Collection[str] = ()

    @property
    def action(self) -> str:
        """The action, such as "DescribeImages"."""
        return "".join(word.capitalize() for word in self.method.split("_"))


@dataclass
class _Tries:
    """What is known of the tries of one call until now."""

    unanswered: bool = False
    renewed: bool = False
    credentials: object = None


@dataclass
class _Budget:
    """The time that all calls of one operation share."""

    seconds: float
    began: float = field(default_factory=time.monotonic)
    notified: bool = False

    @property
    def deadline(self) -> float:
        return self.began + self.seconds


class Transport:
    """Makes calls for one operation: they share a budget of time. Safe to use from several threads.

    Every call raises `EcsUnavailable` where the service stays throttling, unreachable or broken until the budget is
    used up, `ImageNotFound` where the image is not there, and `EcsError` for any other refusal.
    """

    def __init__(
        self,
        settings: Settings,
        credential: Credential,
        *,
        notify: Callable[[str], None] = lambda _: None,
        notice_seconds: float = 10.0,
        may_go_on: Callable[[], bool] = lambda: True,
        cancellable: Cancellable = NEVER,
    ) -> None:
        """Make no call yet.

        Args:
            settings: Time limits.
            credential: As whom to call.
            notify: Tells the user that an operation has been waiting.
            notice_seconds: After how long it does so, in seconds.
            may_go_on: Asked before each call whether anybody still waits for its result.
            cancellable: Whether the run was cancelled: nothing is sent then, and nothing waits.
        """
        self._settings = settings
        self._credential = credential
        self._notify = notify
        self._notice_seconds = notice_seconds
        self._may_go_on = may_go_on
        self._cancellable = cancellable
        self._pace = Pace(sleep=cancellable.sleep)
        self._budget = _Budget(settings.retry_seconds)

    def for_operation(
        self,
        *,
        seconds: float | None = None,
        at_most: float | None = None,
        notify: Callable[[str], None] | None = None,
        may_go_on: Callable[[], bool] | None = None,
    ) -> Transport:
        """The same transport for another operation: with a budget of its own, at the pace that all share.

        Args:
            seconds: The budget, None for `retrySeconds`.
            at_most: The most that the budget may be, None for no such limit.
            notify: Whom to tell that the operation waits, None for the same as here.
            may_go_on: Whether the result is still waited for, None for the same as here.
        """
        other = copy.copy(self)
        budget = self._settings.retry_seconds if seconds is None else seconds
        other._budget = _Budget(budget if at_most is None else min(budget, at_most))
        other._notify = notify or self._notify
        other._may_go_on = may_go_on or self._may_go_on
        return other

    def last_look(self) -> Transport:
        """The same transport for one look at what a cancelled run leaves: tried once, and for a moment."""
        other = self.for_operation(seconds=0.0)
        other._cancellable = LastLook()
        return other

    def call(self, request: Request) -> Any:
        """Make a call, and repeat it while that may help; returns the SDK's body of the answer."""
        tries = _Tries()
        return self._repeat(lambda: self._try(request, tries))

    def all_rows(
        self,
        request: Request,
        rows_of: Callable[[Any], list[T]],
        key: Callable[[T], Hashable],
        what: str,
        *,
        twice: bool = False,
    ) -> tuple[list[T], list[Any]]:
        """Read all pages of a list: one call for each 100 rows.

        Args:
            request: The list; page number and page size are set here.
            rows_of: Returns the rows of an answer.
            key: What tells a row from another: rows that are listed twice count once.
            what: What the rows are, for errors.
            twice: Whether a list of several pages is only believed where two readings have the same rows. A row that
                goes while they are read moves another one to a page that was read before.

        Returns:
            The rows, and the bodies of all answers.
        """

        def read() -> tuple[list[T], list[Any]]:
            rows, answers = self._read_pages(request, rows_of, key, what)
            if not twice or len(answers) == 1:
                return rows, answers
            again, answers = self._read_pages(request, rows_of, key, what)
            if {key(row) for row in rows} != {key(row) for row in again}:
                raise _inconsistent(request, f"two readings of the {what} differ", answers[-1])
            return again, answers

        return self._repeat(read)

    def _read_pages(
        self, request: Request, rows_of: Callable[[Any], list[T]], key: Callable[[T], Hashable], what: str
    ) -> tuple[list[T], list[Any]]:
        rows: dict[Hashable, T] = {}
        answers: list[Any] = []
        listed = 0
        body_of_request = copy.copy(request.body)
        body_of_request.page_number, body_of_request.page_size = 0, PAGE_SIZE
        while True:
            body_of_request.page_number += 1
            answer = self.call(replace(request, body=body_of_request))
            if answers and answer.total_count != answers[-1].total_count:
                raise _inconsistent(request, f"the number of {what} changed while they were listed", answer)
            answers.append(answer)
            page = rows_of(answer)
            before = len(rows)
            rows.update((key(row), row) for row in page)
            listed += len(page)
            total, size = answer.total_count or 0, answer.page_size or PAGE_SIZE
            # A page past the end that repeats an earlier one brings nothing new: without that the list never ended.
            brings_more = len(rows) > before
            if brings_more and (listed < total or len(page) >= size):
                continue
            if listed < total or len(rows) < total:
                raise _inconsistent(request, f"TotalCount is {total}, but only {len(rows)} {what} are listed", answer)
            return list(rows.values()), answers

    def _try(self, request: Request, tries: _Tries) -> Any:
        try:
            return self._try_once(request, tries)
        except EcsError as error:
            if error.code != EXPIRED or tries.renewed or not self._credential.forget(tries.credentials):
                raise
            # The role's sessions were revoked, or the clocks disagree on when they end.
            tries.renewed = True
            return self._try_once(request, tries)

    def _try_once(self, request: Request, tries: _Tries) -> Any:
        turn = self._pace.take_turn()
        try:
            if not self._may_go_on():
                raise EcsError(request.action, "EngineGone", "not sent, since the engine that asked for it has ended")
            answer = self._cancellable.call(lambda: self._send(request, tries))
        except Cancelled as cancelled:
            cancelled.was_sent = cancelled.was_sent or tries.unanswered
            raise
        except EcsError as not_sent:
            not_sent.changed_nothing = not tries.unanswered
            raise
        except (AlibabaCloudException, UnretryableException) as error:
            failure = self._explain(error, request)
            throttled = failure.code.startswith("Throttling")
            if throttled:
                self._pace.throttled(turn)
            tries.unanswered = tries.unanswered or (isinstance(failure, EcsUnavailable) and not throttled)
            failure.changed_nothing = not tries.unanswered
            raise failure from error
        self._pace.answered()
        if answer is None or answer.request_id is None:
            tries.unanswered = True
            raise EcsUnavailable(request.action, "InvalidResponse", "the answer is not one of ECS")
        return answer

    def _send(self, request: Request, tries: _Tries) -> Any:
        tries.credentials = None
        tries.credentials = self._credential.ensure()
        send = getattr(request.connections.client(request.region), f"{request.method}_with_options")
        # GetCallerIdentity and its like have nothing to ask.
        arguments = () if request.body is None else (request.body,)
        return send(*arguments, RuntimeOptions()).body

    def _explain(self, error: Exception, request: Request) -> EcsError:
        endpoint = request.connections.endpoint(request.region)
        key, accounts = self._settings.key, request.accounts
        return explain_failure(
            error, FailedCall(request.action, request.region, request.subject, endpoint, key, accounts)
        )

    def _repeat(self, attempt: Callable[[], T]) -> T:
        budget = self._budget
        pause = wait_random_exponential(multiplier=0.5, max=20)
        policy = Retrying(
            retry=retry_if_exception_type(EcsUnavailable),
            # tenacity before 8.2 calls these by the name of the argument.
            wait=lambda retry_state: max(0.0, min(pause(retry_state), budget.deadline - time.monotonic())),
            stop=lambda retry_state: time.monotonic() >= budget.deadline,
            before_sleep=self._say_that_it_waits,
            sleep=self._cancellable.sleep,
            reraise=True,
        )
        return policy(attempt)

    def _say_that_it_waits(self, state: RetryCallState) -> None:
        budget = self._budget
        pause = state.next_action.sleep if state.next_action else 0.0
        waited = time.monotonic() - budget.began
        if budget.notified or waited + pause < self._notice_seconds:
            return
        budget.notified = True
        why = state.outcome.exception() if state.outcome else None
        self._notify(
            f"waiting for ECS for {waited + pause:.0f} s, at most {budget.seconds:.0f} s in all "
            f"({self._settings.key('retrySeconds')}): {why.text if isinstance(why, EcsError) else why}"
        )


def _inconsistent(request: Request, what: str, answer: Any) -> EcsUnavailable:
    advice = "Nothing can be said of those that are left out: run again later."
    return EcsUnavailable(request.action, "InconsistentAnswer", what, answer.request_id, advice)
