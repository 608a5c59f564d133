"""ECS's lists lag behind what was changed: survived within the limit of time, told beyond it, and never a success."""

from __future__ import annotations

import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share.cloud.credentials import find_credential
from pulumi_alicloud_image_share.cloud.ecs import Ecs
from pulumi_alicloud_image_share.cloud.settings import read_settings
from pulumi_alicloud_image_share.errors import SharingFailed
from pulumi_alicloud_image_share.resource.operation import SILENT
from pulumi_alicloud_image_share.resource.run import Run
from pulumi_alicloud_image_share.share.record import Share
from pulumi_alicloud_image_share.share.resource import ShareResource
from support.golden_image import live
from support.lies import ALL, LIST, MANY, MODIFY, Work, of_changes, settings, tell
from support.moving_world import just_before
from support.protocol import Provider

REGION = "cn-hangzhou"
PAYMENTS, DATA, WEB = "1000000000000002", "1000000000000003", "1000000000000004"
STRANGER = MANY[50]

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
def calls(ecs: Emulator) -> Ecs:
    """The calls of ECS in this process, with the default limits of time."""
    config = {key: value for key, value in settings(ecs).items() if not key.endswith("Seconds")}
    chosen = read_settings(config.get, {})
    return Ecs(chosen, find_credential(chosen))


class PretendedTime:
    """Stands in for the time while waiting for a list: no time passes, and the clock of ECS moves along."""

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
    monkeypatch.setattr("pulumi_alicloud_image_share.share.transaction.time", time)
    monkeypatch.setattr("pulumi_alicloud_image_share.cloud.cancellation.time", time)
    return time


def test_sixty_seconds_of_lag_are_inside_the_default_limit(ecs: Emulator, calls: Ecs, pretended: PretendedTime) -> None:
    settings = read_settings({}.get, {})
    limit, resource = settings.visible_seconds, ShareResource(Run(), settings, lambda identity: calls)
    ecs.faults.visibility_lag_s = 60
    two = Share(ecs.golden_image_id, REGION, {PAYMENTS: "", DATA: ""})
    created = resource.make(SILENT, two)
    assert 60 <= pretended.now < limit
    changed = resource.change(SILENT, created, Share(ecs.golden_image_id, REGION, {DATA: "", WEB: ""}))
    assert live(ecs) == sorted(changed.accounts) == [DATA, WEB]
    resource.remove(SILENT, changed)
    assert live(ecs) == []


def test_more_lag_than_the_default_limit_is_detected(ecs: Emulator, calls: Ecs, pretended: PretendedTime) -> None:
    settings = read_settings({}.get, {})
    limit = settings.visible_seconds
    ecs.faults.visibility_lag_s = 3600
    with pytest.raises(SharingFailed, match=f"after {limit:g} s it does not show"):
        ShareResource(Run(), settings, lambda identity: calls).make(
            SILENT, Share(ecs.golden_image_id, REGION, {PAYMENTS: ""})
        )
    assert pretended.now >= limit
    assert live(ecs) == []
