"""ECS lies politely: each lie is detected or survived in create, read, update and delete, and none is a success."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import grpc
import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share.cloud.credentials import find_credential
from pulumi_alicloud_image_share.cloud.ecs import Ecs
from pulumi_alicloud_image_share.cloud.settings import read_settings
from pulumi_alicloud_image_share.errors import SharingFailed
from pulumi_alicloud_image_share.kinds.operation import SILENT
from pulumi_alicloud_image_share.kinds.run import Run
from pulumi_alicloud_image_share.shares.lifecycle import ShareLifecycle
from pulumi_alicloud_image_share.shares.spec import ShareSpec
from support.moving_world import NewsClock, just_before
from support.protocol import Provider, running_provider

REGION = "cn-hangzhou"
MANY = [str(2000000000000001 + n) for n in range(100)]
SEEDED = ["1000000000000002", "1000000000000003", "1000000000000004"]
ALL = [*SEEDED, *MANY]
PAYMENTS, DATA, WEB = SEEDED
STRANGER = MANY[50]
MODIFY, LIST = "ModifyImageSharePermission", "DescribeImageSharePermission"
LIMITS = {"max_accounts": 200, "max_unshare_percent": 100}


@pytest.fixture(autouse=True)
def _counted(figures: Callable[[str, int], None]) -> Iterator[None]:
    yield
    figures("lies detected or survived", 1)


@pytest.fixture(scope="module")
def liar() -> Iterator[Emulator]:
    """One ECS for all tests of this file."""
    with Emulator(clock=NewsClock()) as emulator:
        yield emulator


@pytest.fixture(scope="module")
def impatient(liar: Emulator) -> Iterator[Provider]:
    """One provider process for all tests of this file, which gives up soon."""
    with running_provider(settings(liar), {}) as running:
        yield running


@pytest.fixture
def ecs(liar: Emulator) -> Emulator:
    """An ECS that tells the truth for now, in which an image may be shared with 200 accounts."""
    liar.reset()
    liar.console.set_share_quota("owner", 200)
    return liar


@pytest.fixture
def provider(ecs: Emulator, impatient: Provider) -> Provider:
    return impatient


def settings(ecs: Emulator) -> dict[str, str]:
    owner = ecs.account("owner")
    return {
        "alicloud:region": REGION,
        "alicloud:accessKey": owner.access_key_id,
        "alicloud:secretKey": owner.access_key_secret,
        "alicloud:endpoints": f'[{{"ecs": "{ecs.endpoint}", "sts": "{ecs.endpoint}"}}]',
        "alicloud:protocol": "HTTP",
        "image-share:retrySeconds": "0.3",
        "image-share:visibleSeconds": "0.5",
    }


def live(ecs: Emulator) -> list[str]:
    return ecs.console.shared_accounts(REGION, ecs.golden_image_id)


def share(ecs: Emulator, accounts: list[str], **arguments: Any) -> dict[str, Any]:
    return {"image_id": ecs.golden_image_id, "accounts": accounts, **LIMITS, **arguments}


def tell(ecs: Emulator, lie: dict[str, int | float]) -> None:
    for name, value in lie.items():
        setattr(ecs.faults, name, value)


class Work:
    """One operation: what is there before, and what should be there after."""

    def __init__(self, ecs: Emulator, provider: Provider, operation: str, accounts: list[str]) -> None:
        self.operation = operation
        self._ecs, self._provider = ecs, provider
        self._accounts = accounts
        if operation != "create":
            self.id, self.outputs = provider.share(share(ecs, accounts))
        self.before = live(ecs)
        # An update swaps the first account for the last one that there is.
        updated = sorted([*accounts[1:], next(account for account in reversed(ALL) if account not in accounts)])
        self.others: list[str] = []
        self.after = {"create": accounts, "read": accounts, "update": updated, "delete": []}[operation]

    def run(self) -> None:
        """Run it as a run of its own, by the engine's steps; raises what the engine would show."""
        provider = self._provider
        provider.next_run()
        if self.operation == "read":
            _, self.outputs, inputs = provider.read(self.id, self.outputs)
            assert self.outputs["account_ids"] == inputs_of(inputs) == self.after
        elif self.operation == "delete":
            provider.delete(self.id, self.outputs)
        else:
            news = share(self._ecs, self.after)
            checked = provider.check(news, self.outputs if self.operation == "update" else None)
            if checked.failures:
                raise Refused(checked.reasons)
            if self.operation == "create":
                self.id, self.outputs = provider.create(checked.inputs)
            else:
                self.outputs = provider.update(self.id, self.outputs, checked.inputs)
            assert self.outputs["account_ids"] == self.after
        assert live(self._ecs) == sorted([*self.after, *self.others])

    def fails(self) -> str:
        """Run it; it must fail. Says why."""
        try:
            self.run()
        except Refused as refusal:
            return str(refusal)
        except grpc.RpcError as error:
            return str(error.details())
        raise AssertionError(f"{self.operation} succeeded")


class Refused(Exception):
    """What check refused."""


def inputs_of(inputs: dict[str, Any]) -> list[str]:
    return sorted(inputs["accounts"])


CHANGES = ("create", "update", "delete")
OPERATIONS = (*CHANGES, "read")
of_operations = pytest.mark.parametrize("operation", OPERATIONS)
of_changes = pytest.mark.parametrize("operation", CHANGES)
sizes = pytest.mark.parametrize("size", [5, 50, 60, 100, 102])


SURVIVED = [
    {"page_size_cap": 50},
    {"page_size_cap": 1},
    {"total_count_offset": -1},
    {"total_count_offset": -3},
    {"total_count_offset": -103},
    {"list_twice": 1},
    {"list_twice": 103},
    *(
        {"page_size_cap": cap, "list_twice": twice, "total_count_offset": offset}
        for cap, twice, offset in itertools.product((10, 50), (3, 60), (0, -1, -50))
    ),
]


@pytest.mark.parametrize("lie", SURVIVED, ids=str)
@sizes
def test_a_lie_about_pages_counts_and_rows_is_survived_by_every_operation(
    ecs: Emulator, provider: Provider, lie: dict[str, int | float], size: int, figures: Callable[[str, int], None]
) -> None:
    for operation in OPERATIONS:
        ecs.faults.clear()
        ecs.console.unshare(REGION, ecs.golden_image_id, *live(ecs))
        work = Work(ecs, provider, operation, ALL[:size])
        tell(ecs, lie)
        work.run()
    figures("lies detected or survived", len(OPERATIONS) - 1)


@pytest.mark.parametrize("lie", [{}, {"page_size_cap": 50}, {"page_size_cap": 7}, {"list_twice": 1}], ids=str)
@pytest.mark.parametrize("size", [5, 50, 100, 102])
@of_operations
def test_a_count_that_stays_too_high_is_detected_before_anything_changes(
    ecs: Emulator, provider: Provider, operation: str, size: int, lie: dict[str, int | float]
) -> None:
    work = Work(ecs, provider, operation, ALL[:size])
    ecs.calls.reset()
    tell(ecs, {**lie, "total_count_offset": 2})
    text = work.fails()
    assert "InconsistentAnswer" in text
    assert f"TotalCount is {len(work.before) + 2}, but only" in text
    assert live(ecs) == work.before
    assert ecs.calls.count(MODIFY) == 0
    ecs.faults.clear()
    work.run()


@of_operations
@pytest.mark.parametrize("size", [5, 100])
def test_a_count_that_is_too_high_for_a_moment_is_survived(
    ecs: Emulator, provider: Provider, operation: str, size: int
) -> None:
    work = Work(ecs, provider, operation, ALL[:size])
    tell(ecs, {"total_count_offset": 1})
    with just_before(ecs, LIST, ecs.faults.clear, number=2):
        work.run()


@of_changes
@pytest.mark.parametrize("size", [5, 25, 100])
def test_a_count_that_becomes_too_high_after_the_change_is_detected_and_the_change_taken_back(
    ecs: Emulator, provider: Provider, operation: str, size: int
) -> None:
    work = Work(ecs, provider, operation, ALL[:size])
    with just_before(ecs, LIST, lambda: tell(ecs, {"total_count_offset": 1}), after=MODIFY):
        text = work.fails()
    assert "InconsistentAnswer" in text
    assert "What had been done was taken back" in text
    assert live(ecs) == work.before
    ecs.faults.clear()
    work.run()


@pytest.mark.parametrize("lie", [{}, {"page_size_cap": 6}, {"list_twice": 3}, {"total_count_offset": -4}], ids=str)
@pytest.mark.parametrize(("size", "processed"), [(10, 9), (25, 7), (12, 1)])
@of_changes
def test_accounts_that_a_call_silently_leaves_out_are_detected(
    ecs: Emulator,
    provider: Provider,
    operation: str,
    size: int,
    processed: int,
    lie: dict[str, int | float],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    work = Work(ecs, provider, operation, ALL[:size])
    if operation == "update":
        # One that goes is no more than a call processes: so an update that swaps everybody.
        work.after = ALL[size : 2 * size]
    tell(ecs, lie)
    with monkeypatch.context() as patch:
        patch.setattr("ecs_emulator.sharing.ACCOUNTS_A_CALL", processed)
        text = work.fails()
    assert "it does not show" in text
    assert ("still not listed: " in text) == (operation != "delete")
    assert ("still listed: " in text) == (operation != "create")
    if operation == "create":
        assert live(ecs) == []
    # Nobody has access who had none, and who lost it was to lose it.
    assert set(live(ecs)) <= set(work.before)
    ecs.faults.clear()
    work.run()


@of_changes
def test_accounts_that_are_left_out_where_a_change_is_taken_back_are_not_said_to_be_taken_back(
    ecs: Emulator, provider: Provider, operation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = Work(ecs, provider, operation, ALL[:15])
    if operation == "update":
        work.after = ALL[15:30]
    ecs.faults.add(action=MODIFY, kind="error", code="Forbidden.RAM", status=403, after=1, times=1)

    def leave_out() -> None:
        monkeypatch.setattr("ecs_emulator.sharing.ACCOUNTS_A_CALL", 3)

    with just_before(ecs, MODIFY, leave_out, number=3):
        text = work.fails()
    assert live(ecs) != work.before
    assert "the image is shared with the same accounts as before" not in text
    wrong = set(live(ecs)) ^ set(work.before)
    assert all(f"  - {account}" in text for account in wrong)


# Reads that lag behind writes.

LAGGING = [
    {},
    {"page_size_cap": 50},
    {"list_twice": 2},
    {"total_count_offset": -2},
    {"page_size_cap": 4, "list_twice": 3, "total_count_offset": -1},
]


def settle(ecs: Emulator) -> None:
    ecs.cloud.clock.advance(61)


@pytest.mark.parametrize("lie", LAGGING, ids=str)
@pytest.mark.parametrize("size", [5, 60])
@of_changes
def test_a_change_that_shows_after_a_minute_is_survived(
    ecs: Emulator, provider: Provider, operation: str, size: int, lie: dict[str, int | float]
) -> None:
    work = Work(ecs, provider, operation, ALL[:size])
    settle(ecs)
    tell(ecs, {**lie, "visibility_lag_s": 60})
    with just_before(ecs, LIST, lambda: settle(ecs), after=MODIFY, number=2):
        work.run()


@pytest.mark.parametrize("lie", LAGGING, ids=str)
@of_changes
def test_a_change_that_does_not_show_in_time_is_detected_and_the_next_run_converges(
    ecs: Emulator, provider: Provider, operation: str, lie: dict[str, int | float]
) -> None:
    work = Work(ecs, provider, operation, ALL[:12])
    settle(ecs)
    tell(ecs, {**lie, "visibility_lag_s": 60})
    text = work.fails()
    assert "after 0.5 s it does not show" in text
    # What was shared is taken back; what was unshared is not shared again.
    assert live(ecs) == {"create": [], "update": ALL[1:12], "delete": []}[operation]
    ecs.faults.clear()
    work.run()


def test_a_read_that_lags_shows_what_was_and_later_what_is(ecs: Emulator, provider: Provider) -> None:
    work = Work(ecs, provider, "read", [PAYMENTS, DATA])
    settle(ecs)
    ecs.faults.visibility_lag_s = 60
    ecs.console.share(REGION, ecs.golden_image_id, WEB)
    ecs.console.unshare(REGION, ecs.golden_image_id, DATA)
    provider.next_run()
    assert provider.read(work.id, work.outputs)[1]["account_ids"] == [PAYMENTS, DATA]
    settle(ecs)
    assert provider.read(work.id, work.outputs)[1]["account_ids"] == [PAYMENTS, WEB]


@pytest.mark.parametrize("accounts", [[PAYMENTS], [PAYMENTS, DATA]], ids=len)
def test_a_share_with_an_account_that_a_lagging_list_still_has_is_no_success_without_its_access(
    ecs: Emulator, provider: Provider, accounts: list[str]
) -> None:
    ecs.console.share(REGION, ecs.golden_image_id, PAYMENTS)
    settle(ecs)
    ecs.faults.visibility_lag_s = 60
    ecs.console.unshare(REGION, ecs.golden_image_id, PAYMENTS)
    work = Work(ecs, provider, "create", accounts)
    with just_before(ecs, LIST, lambda: settle(ecs), after=MODIFY, number=1, again=True):
        work.run()


@pytest.mark.parametrize("gone", [DATA, WEB], ids=["kept", "gaining"])
def test_an_update_that_plans_by_a_lagging_list_is_no_success_without_every_access(
    ecs: Emulator, provider: Provider, gone: str
) -> None:
    work = Work(ecs, provider, "update", [PAYMENTS, DATA])
    work.after = [PAYMENTS, DATA, WEB]
    ecs.console.share(REGION, ecs.golden_image_id, gone)
    settle(ecs)
    ecs.faults.visibility_lag_s = 60
    ecs.console.unshare(REGION, ecs.golden_image_id, gone)
    with just_before(ecs, LIST, lambda: settle(ecs), after=MODIFY, number=1, again=True):
        work.run()


@of_changes
def test_a_stranger_whom_a_lagging_list_does_not_have_yet_keeps_access(
    ecs: Emulator, provider: Provider, operation: str
) -> None:
    work = Work(ecs, provider, operation, [PAYMENTS, DATA])
    settle(ecs)
    ecs.faults.visibility_lag_s = 60
    ecs.console.share(REGION, ecs.golden_image_id, STRANGER)
    work.others = [STRANGER]
    with just_before(ecs, LIST, lambda: settle(ecs), after=MODIFY, number=2):
        work.run()


@pytest.fixture
def door(ecs: Emulator) -> Ecs:
    """The calls of ECS in this process, with the default limits of time."""
    config = {key: value for key, value in settings(ecs).items() if not key.startswith("image-share:")}
    chosen = read_settings(config.get, {})
    return Ecs(chosen, find_credential(chosen))


class PretendedTime:
    """What tenacity takes for the time: nobody waits, and ECS's clock goes along."""

    def __init__(self, ecs: Emulator) -> None:
        self._clock = ecs.cloud.clock
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self._clock.advance(seconds)


@pytest.fixture
def pretended(ecs: Emulator, monkeypatch: pytest.MonkeyPatch) -> PretendedTime:
    time = PretendedTime(ecs)
    monkeypatch.setattr("tenacity.time", time)
    monkeypatch.setattr("tenacity.nap.time", time)
    return time


def test_sixty_seconds_of_lag_are_inside_the_default_limit(ecs: Emulator, door: Ecs, pretended: PretendedTime) -> None:
    limit = read_settings({}.get, {}).visible_seconds
    lifecycle = ShareLifecycle(Run(), lambda identity: door, visible_seconds=limit)
    ecs.faults.visibility_lag_s = 60
    two = ShareSpec(ecs.golden_image_id, REGION, {PAYMENTS: "", DATA: ""})
    created = lifecycle.create(SILENT, two)
    assert 60 <= pretended.now < limit
    changed = lifecycle.update(SILENT, created, ShareSpec(ecs.golden_image_id, REGION, {DATA: "", WEB: ""}))
    assert live(ecs) == sorted(changed.accounts) == [DATA, WEB]
    lifecycle.delete(SILENT, changed)
    assert live(ecs) == []


def test_more_lag_than_the_default_limit_is_detected(ecs: Emulator, door: Ecs, pretended: PretendedTime) -> None:
    limit = read_settings({}.get, {}).visible_seconds
    ecs.faults.visibility_lag_s = 3600
    with pytest.raises(SharingFailed, match=f"after {limit:g} s it does not show"):
        ShareLifecycle(Run(), lambda identity: door, visible_seconds=limit).create(
            SILENT, ShareSpec(ecs.golden_image_id, REGION, {PAYMENTS: ""})
        )
    assert pretended.now >= limit
    assert live(ecs) == []
