"""How a call is made: in turn, with credentials that last, repeated while it is worth it, and all pages of a list.

Every call that goes through here is safe to repeat: adding an account that has access, or removing one that has none,
is no error (reference of ModifyImageSharePermission), CopyImage is repeated with its ClientToken, and the rest only
reads or sets what it sets once more.
"""

from __future__ import annotations

import copy
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Hashable, Set
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final, Generic, Self, TypeVar

from alibabacloud_credentials.client import Client as CredentialClient
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from alibabacloud_tea_openapi.utils_models import Config
from darabonba.exceptions import UnretryableException
from darabonba.runtime import RuntimeOptions
from tenacity import RetryCallState, Retrying, retry_if_exception_type, wait_random_exponential

from ..errors import Cancelled, EcsError, EcsUnavailable
from .cancellation import NEVER, Cancellable, LastLook
from .credentials import Credential
from .failures import EXPIRED, FailedCall, explain_failure
from .settings import Settings

T = TypeVar("T")

PAGE_SIZE: Final = 100
"""The most that DescribeImageSharePermission and DescribeImages return at once. An older text says 50: `TotalCount`
is followed."""
NOTICE_SECONDS: Final = 10.0
"""After how long the user is told that an operation is waiting."""


@dataclass(frozen=True)
class Call:
    """One call.

    Attributes:
        region: The region's ID, "" for none.
        subject: What it is about, for errors: an image's ID, a role's ARN, "" for nothing.
        method: The SDK's name of the action, such as "describe_images".
        body: The SDK's request.
        accounts: The account IDs in it.
        product: The product that is called, "ecs" or "sts".
    """

    region: str
    subject: str
    method: str
    body: Any
    accounts: Collection[str] = ()
    product: str = "ecs"

    @property
    def action(self) -> str:
        """The action, such as "DescribeImages"."""
        return "".join(word.capitalize() for word in self.method.split("_"))


@dataclass
class _Tries:
    """What is known from the earlier tries of one call."""

    unanswered: bool = False
    renewed: bool = False


@dataclass
class _Budget:
    """The time that all calls of one operation share."""

    seconds: float
    began: float = field(default_factory=time.monotonic)
    notified: bool = False

    @property
    def deadline(self) -> float:
        return self.began + self.seconds


@dataclass
class _Caller:
    """The account that calls, once it was asked for."""

    account: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)


class Transport:
    """Makes calls for one operation: they share a budget of time. Safe to use from several threads.

    Every call raises `EcsUnavailable` if the service stays throttling, unreachable or broken until the budget is
    used up, `ImageNotFound` if the image does not exist, and `EcsError` for any other refusal.
    """

    def __init__(
        self,
        settings: Settings,
        credential: Credential,
        *,
        notify: Callable[[str], None] = lambda _: None,
        may_go_on: Callable[[], bool] = lambda: True,
        cancellable: Cancellable = NEVER,
    ) -> None:
        """Make no call yet.

        Args:
            settings: Endpoints, protocol and time limits.
            credential: The credentials to call with.
            notify: Tells the user that an operation has been waiting.
            may_go_on: Asked before each call whether its result is still waited for.
            cancellable: Whether the run was cancelled: nothing is sent then, and nothing waits.
        """
        self._settings = settings
        self._credential = credential
        self._connections = Connections(settings, credential.client)
        self._caller = _Caller()
        self._notify = notify
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
    ) -> Self:
        """The same for another operation: with a budget of its own, at the pace that all share.

        Args:
            seconds: The budget, None for `retrySeconds`.
            at_most: The most that the budget may be, None for no such limit.
            notify: Tells the user that the operation waits, None for the same as here.
        """
        other = copy.copy(self)
        budget = self._settings.retry_seconds if seconds is None else seconds
        other._budget = _Budget(budget if at_most is None else min(budget, at_most))
        other._notify = notify or self._notify
        return other

    def last_look(self) -> Self:
        """The same for one look at what a cancelled run leaves: tried once, and for a moment."""
        other = self.for_operation(seconds=0.0)
        other._cancellable = LastLook()
        return other

    def caller_account(self) -> str:
        """The ID of the account that calls: one GetCallerIdentity call of STS, made once."""
        with self._caller.lock:
            if not self._caller.account:
                answer = self.call(Call(self._settings.region or "", "", "get_caller_identity", None, product="sts"))
                if not answer.account_id:
                    raise EcsUnavailable("GetCallerIdentity", "InvalidResponse", "the answer has no AccountId")
                self._caller.account = str(answer.account_id)
            return self._caller.account

    def call(self, request: Call) -> Any:
        """Make a call, and repeat it while that may help; returns the SDK's body of the answer."""
        tries = _Tries()
        for attempt in self._attempts():
            with attempt:
                answer = self._try(request, tries)
        return answer

    def all_rows(
        self,
        request: Call,
        rows_of: Callable[[Any], list[T]],
        key: Callable[[T], Hashable],
        what: str,
        *,
        twice: bool = False,
    ) -> tuple[list[T], list[Any]]:
        """Read all pages of a list: one call for each 100 rows.

        A call that fails is repeated by itself. If the pages contradict each other, all of them are read again.

        Args:
            request: The list; page number and page size are set here.
            rows_of: Returns the rows of an answer.
            key: Distinguishes the rows: those that are listed twice count once.
            what: What the rows are, for errors.
            twice: Whether a list of several pages is only believed if two readings have the same rows. A row that
                goes while they are read moves another one to a page that was read before.

        Returns:
            The rows, and the bodies of all answers.
        """
        listing, tries = _Listing(request, rows_of, key, what, twice), _Tries()
        for attempt in self._attempts():
            with attempt:
                while not listing.is_complete:
                    listing.add(self._try(listing.next_page(), tries))
                    tries = _Tries()
        return list(listing.rows.values()), listing.answers

    def _attempts(self) -> Retrying:
        """Go on as long as the service is throttling, unreachable or broken, and the budget lasts."""
        budget = self._budget
        pause = wait_random_exponential(multiplier=0.5, max=20)
        return Retrying(
            retry=retry_if_exception_type(EcsUnavailable),
            # tenacity before 8.2 calls these by the name of the argument.
            wait=lambda retry_state: max(0.0, min(pause(retry_state), budget.deadline - time.monotonic())),
            stop=lambda retry_state: time.monotonic() >= budget.deadline,
            before_sleep=self._say_that_it_waits,
            sleep=self._cancellable.sleep,
            reraise=True,
        )

    def _try(self, request: Call, tries: _Tries) -> Any:
        """Send a call; once more with other credentials if ECS refuses those of an assumed role as expired."""
        role, credentials = self._credential.role, None
        turn = self._pace.take_turn()
        try:
            if not self._may_go_on():
                raise EcsError(request.action, "EngineGone", "not sent, since the engine that asked for it has ended")
            if role is not None:
                credentials = self._cancellable.call(role.ensure)
            client = self._connections.client(request.product, request.region)
            send = getattr(client, f"{request.method}_with_options")
            # GetCallerIdentity and its like have nothing to ask.
            arguments = () if request.body is None else (request.body,)
            answer = self._cancellable.call(partial(send, *arguments, RuntimeOptions())).body
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
            if failure.code == EXPIRED and role and not tries.renewed and role.forget(credentials):
                # The role's sessions were revoked, or the clocks disagree on when they end.
                tries.renewed = True
                return self._try(request, tries)
            raise failure from error
        self._pace.answered()
        if answer is None or answer.request_id is None:
            tries.unanswered = True
            raise EcsUnavailable(request.action, "InvalidResponse", "the answer is not one of ECS")
        return answer

    def _explain(self, error: Exception, request: Call) -> EcsError:
        endpoint = self._connections.endpoint(request.product, request.region)
        key, accounts = self._settings.key, request.accounts
        return explain_failure(
            error, FailedCall(request.action, request.region, request.subject, endpoint, key, accounts)
        )

    def _say_that_it_waits(self, state: RetryCallState) -> None:
        budget = self._budget
        pause = state.next_action.sleep if state.next_action else 0.0
        waited = time.monotonic() - budget.began
        if budget.notified or waited + pause < NOTICE_SECONDS:
            return
        budget.notified = True
        why = state.outcome.exception() if state.outcome else None
        self._notify(
            f"waiting for ECS for {waited + pause:.0f} s, at most {budget.seconds:.0f} s in all "
            f"({self._settings.key('retrySeconds')}): {why.text if isinstance(why, EcsError) else why}"
        )


class _Listing(Generic[T]):
    """The pages of one list that were read until now. Makes no call."""

    def __init__(
        self,
        request: Call,
        rows_of: Callable[[Any], list[T]],
        key: Callable[[T], Hashable],
        what: str,
        twice: bool,
    ) -> None:
        """Begin without a page; the arguments are those of `Transport.all_rows`."""
        self._request = request
        self._rows_of = rows_of
        self._key = key
        self._what = what
        self._twice = twice
        self.is_complete = False
        self._begin()

    def _begin(self, earlier: Set[Hashable] | None = None) -> None:
        self.rows: dict[Hashable, T] = {}
        self.answers: list[Any] = []
        self._listed = 0
        self._earlier = earlier

    def next_page(self) -> Call:
        """The call that reads the next page."""
        body = copy.copy(self._request.body)
        body.page_number, body.page_size = len(self.answers) + 1, PAGE_SIZE
        return replace(self._request, body=body)

    def add(self, answer: Any) -> None:
        """Add the next page.

        Raises:
            EcsUnavailable: It contradicts the other pages. Reading begins again.
        """
        if self.answers and answer.total_count != self.answers[-1].total_count:
            raise self._contradiction(f"the number of {self._what} changed while they were listed", answer)
        self.answers.append(answer)
        page, before = self._rows_of(answer), len(self.rows)
        self.rows.update(zip(map(self._key, page), page, strict=True))
        self._listed += len(page)
        total, size = answer.total_count or 0, answer.page_size or PAGE_SIZE
        # A page past the end that repeats an earlier one brings nothing new: without that the list never ended.
        brings_more = len(self.rows) > before
        if brings_more and (self._listed < total or len(page) >= size):
            return
        if self._listed < total or len(self.rows) < total:
            what = f"TotalCount is {total}, but only {len(self.rows)} {self._what} are listed"
            raise self._contradiction(what, answer)
        if self._earlier is not None and self._earlier != self.rows.keys():
            raise self._contradiction(f"two readings of the {self._what} differ", answer)
        if self._twice and self._earlier is None and len(self.answers) > 1:
            self._begin(self.rows.keys())
        else:
            self.is_complete = True

    def _contradiction(self, what: str, answer: Any) -> EcsUnavailable:
        self._begin()
        advice = "Nothing can be said of those that are left out: run again later."
        return EcsUnavailable(self._request.action, "InconsistentAnswer", what, answer.request_id, advice)


FIRST_GAP: Final = 0.1
"""The most seconds between calls after the first throttled answer."""
_SHORTEST_GAP: Final = 0.005
_TURNS_THAT_TELL: Final = 20
_WIDER: Final = 1.5
_WIDER_STILL: Final = 2.0
"""Where no call was answered since the gap was widened last."""
LONGEST_GAP: Final = 2.0
_SHRINK: Final = 0.97
_SHRINK_NEAR_THE_LIMIT: Final = 0.998
# So near to the gap that was too short before, the next try is a careful one. Once past it, ECS admits more again.
_NEAR: Final = (0.9, 1.2)


class Pace:
    """The turns that calls take: as fast as possible until ECS throttles, then slower for all images together.

    Retries with growing pauses alone make a herd: every image of a stack waits, and comes back with all the others. So
    calls take turns: a throttled answer widens the gap between calls, good answers shrink it slowly. The first gap
    comes from how fast calls were made when ECS first refused one, so that what it admits is soon found, whether that
    is five calls a second or a hundred. Safe to use from several threads.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        """Make a pace without any gap.

        Args:
            clock: Returns the time in seconds.
            sleep: Waits so many seconds.
        """
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._gap = 0.0
        self._too_short = 0.0
        self._next_turn = 0.0
        self._pace = 0
        self._turns: deque[float] = deque(maxlen=_TURNS_THAT_TELL)
        self._is_too_fast = False

    @property
    def gap(self) -> float:
        """Seconds between two calls now."""
        return self._gap

    def take_turn(self) -> int:
        """Wait for a turn to call.

        Returns:
            Which pace the turn belongs to, to be handed to `throttled`.
        """
        while True:
            with self._lock:
                now, pace = self._clock(), self._pace
                turn = max(now, self._next_turn)
                self._next_turn = turn + self._gap
                self._turns.append(turn)
            if turn > now:
                self._sleep(turn - now)
            # A turn that was given before the pace slowed down would collide with those given after.
            if pace == self._pace:
                return pace

    def throttled(self, pace: int) -> None:
        """Slow down: a call of this pace was throttled. Calls that were under way together slow down once."""
        with self._lock:
            if pace != self._pace:
                return
            self._pace += 1
            # At the longest gap it is no longer the pace that is wrong.
            self._too_short = self._gap if self._gap < LONGEST_GAP else 0.0
            wider = _WIDER_STILL if self._is_too_fast else _WIDER
            self._gap = min(LONGEST_GAP, wider * self._gap) if self._gap else self._first_gap()
            self._is_too_fast = True
            self._next_turn = self._clock() + self._gap

    def answered(self) -> None:
        """Go a little faster: a call was not throttled."""
        with self._lock:
            self._is_too_fast = False
            near = _NEAR[0] * self._too_short < self._gap < _NEAR[1] * self._too_short
            self._gap *= _SHRINK_NEAR_THE_LIMIT if near else _SHRINK
            if self._gap < FIRST_GAP / 100:
                self._gap = self._too_short = 0.0

    def _first_gap(self) -> float:
        """Twice the time between the calls until now."""
        between = (self._clock() - self._turns[0]) / (len(self._turns) - 1) if len(self._turns) > 1 else FIRST_GAP
        return min(FIRST_GAP, max(_SHORTEST_GAP, 2 * between))


USER_AGENT: Final = "pulumi-alicloud-image-share"
_STS_OF_NO_REGION: Final = "sts.aliyuncs.com"


class Connections:
    """One client for each product and region, made when it is first needed. Safe to use from several threads."""

    def __init__(self, settings: Settings, credential: CredentialClient) -> None:
        """Make no client yet.

        Args:
            settings: Endpoints and protocol.
            credential: A client of alibabacloud-credentials.
        """
        self._settings = settings
        self._credential = credential
        self._clients: dict[tuple[str, str], Any] = {}
        self._lock = threading.Lock()

    def client(self, product: str, region: str) -> Any:
        """The client of a product, "ecs" or "sts", for a region; "" if none is known."""
        with self._lock:
            if (product, region) not in self._clients:
                self._clients[product, region] = self._make(product, region)
            return self._clients[product, region]

    def endpoint(self, product: str, region: str) -> str:
        """The "host" or "host:port" that is called for a region."""
        return str(self.client(product, region)._endpoint)

    def _make(self, product: str, region: str) -> Any:
        # Importing either takes time that a run without calls need not spend.
        if product == "ecs":
            from alibabacloud_ecs20140526.client import Client

            endpoint = self._settings.endpoint
        else:
            from alibabacloud_sts20150401.client import Client

            endpoint = self._settings.sts_endpoint or (_STS_OF_NO_REGION if self._settings.region is None else None)
        return Client(
            Config(
                credential=self._credential,
                region_id=region or None,
                endpoint=endpoint,
                protocol=self._settings.protocol,
                user_agent=USER_AGENT,
            )
        )
