"""A change that fails halfway is rolled back, and what is left is in the state or in the error.

The lists of ECS may lag: an account that is in the state but not listed may have had access all the time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ecs_emulator import Emulator
from support import protocol
from support.golden_image import live, unshare
from support.kept_share import KeptShare
from support.moving_world import just_before
from support.protocol import Provider, running_provider

pytestmark = pytest.mark.both_frontends

MANY = [str(2000000000000001 + n) for n in range(70)]
MODIFY, LIST = "ModifyImageSharePermission", "DescribeImageSharePermission"
REFUSED = {"kind": "error", "code": "Forbidden.RAM", "status": 403}
FOR_EVER = 3600.0
FINISH = (
    "Run the same command again to finish the change. If the program no longer asks for it, run `pulumi up --refresh`."
)
ROLLED_BACK = "The change was rolled back"

Program = Callable[..., dict[str, Any]]


@pytest.fixture
def impatient(ecs_config: dict[str, str]) -> Iterator[Provider]:
    """A provider that repeats no call, and waits half a second for what is to show."""
    config = {**ecs_config, "alicloud-image-share:retrySeconds": "0", "alicloud-image-share:visibleSeconds": "0.5"}
    with running_provider(config, {}) as running:
        yield running


@pytest.fixture
def share(impatient: Provider) -> KeptShare:
    return KeptShare(impatient)


@pytest.fixture
def program(ecs: Emulator) -> Program:
    def program(accounts: list[str], **more: Any) -> dict[str, Any]:
        return {"image_id": ecs.golden_image_id, "accounts": accounts, "max_unshare_percent": 100, **more}

    return program


def lag(ecs: Emulator) -> None:
    ecs.faults.visibility_lag_s = FOR_EVER


def test_who_the_state_has_and_a_late_list_has_not_keeps_access(
    ecs: Emulator, share: KeptShare, program: Program
) -> None:
    share.up(program(MANY[:10]))
    lag(ecs)
    ecs.faults.add(action=MODIFY, after=1, times=1, **REFUSED)
    text = share.up(program(MANY[:25]))
    assert "same accounts as before" not in text
    assert "These accounts stay shared, because the stack's state lists them." in text
    assert all(f"  - {account}" in text for account in MANY[:10])
    assert live(ecs) == MANY[:10]


def test_who_a_late_list_has_no_more_keeps_access(ecs: Emulator, share: KeptShare, program: Program) -> None:
    share.up(program(MANY[:30]))
    with just_before(ecs, MODIFY, lambda: lag(ecs)):
        assert ROLLED_BACK in share.up(program(MANY[:35]))
    assert live(ecs) == MANY[:30]


def test_who_a_late_list_has_no_more_keeps_access_where_it_cannot_be_read_again(
    ecs: Emulator, share: KeptShare, program: Program
) -> None:
    share.up(program(MANY[:30]))

    def lags_and_is_then_refused() -> None:
        lag(ecs)
        ecs.faults.add(action=LIST, after=1, times=1, **REFUSED)

    with just_before(ecs, MODIFY, lags_and_is_then_refused):
        assert ROLLED_BACK in share.up(program(MANY[:35]))
    assert live(ecs) == MANY[:30]


def test_who_was_unshared_unlisted_stays_so_and_is_named(ecs: Emulator, share: KeptShare, program: Program) -> None:
    share.up(program(MANY[:30]))
    lag(ecs)
    ecs.faults.add(action=MODIFY, after=2, times=1, **REFUSED)
    text = share.destroy()
    assert "same accounts as before" not in text
    assert "These accounts stay unshared:" in text
    assert FINISH in text
    assert all(f"  - {account}" in text for account in set(MANY[:30]) - set(live(ecs)))
    ecs.faults.clear()
    share.refresh()
    share.up(program(MANY[:30]))
    assert live(ecs) == MANY[:30]


def test_who_somebody_unshared_in_the_console_gets_nothing_back(
    ecs: Emulator, share: KeptShare, program: Program
) -> None:
    share.up(program(MANY[:30]))
    unshare(ecs, *MANY[20:30])
    ecs.faults.add(action=MODIFY, after=1, times=1, **REFUSED)
    share.up(program(MANY[:5]))
    assert live(ecs) == MANY[:20]


@pytest.mark.parametrize("exclusive", [True, False])
@pytest.mark.parametrize("kind", ["internal_error", "drop_after", "drop_before", "garbage"])
def test_what_could_not_be_taken_back_is_mended_by_the_next_run(
    ecs: Emulator, share: KeptShare, program: Program, kind: str, exclusive: bool
) -> None:
    share.up(program(MANY[:50], exclusive=exclusive))
    ecs.faults.add(action=MODIFY, after=1, kind=kind)
    assert "The rollback failed too" in share.up(program(MANY[:20], exclusive=exclusive))
    assert set(share.accounts) >= set(live(ecs))
    ecs.faults.clear()
    share.up(program(MANY[:20], exclusive=exclusive))
    assert live(ecs) == MANY[:20] == share.accounts


def test_a_change_near_the_quota_that_could_not_be_taken_back_is_mended_too(
    ecs: Emulator, share: KeptShare, program: Program
) -> None:
    share.up(program(MANY[:50], exclusive=False))
    ecs.faults.add(action=MODIFY, after=2, kind="internal_error")
    share.up(program(MANY[20:70], exclusive=False))
    ecs.faults.clear()
    if protocol.frontend == "dynamic":
        share.refresh()
    assert share.up(program(MANY[20:70], exclusive=False)) == ""
    assert live(ecs) == MANY[20:70] == share.accounts


def test_an_unshare_that_never_shows_can_be_gone_back_on(ecs: Emulator, share: KeptShare, program: Program) -> None:
    share.up(program(MANY[:30]))
    # What was shared shows, what is unshared from now on does not.
    ecs.console.advance_clock(2 * FOR_EVER)
    lag(ecs)
    text = share.up(program(MANY[:25]))
    assert "These accounts stay unshared:" in text
    assert FINISH in text
    ecs.faults.clear()
    if protocol.frontend == "dynamic":
        share.refresh()
    share.up(program(MANY[:30]))
    assert live(ecs) == MANY[:30] == share.accounts


def test_an_account_that_does_not_exist_stands_in_nobodys_way(
    ecs: Emulator, ecs_config: dict[str, str], program: Program
) -> None:
    ecs.console.close_account(MANY[15])
    # The call with the closed account is not answered at first: nobody knows then that it changed nothing.
    ecs.faults.add(action=MODIFY, after=1, times=4, kind="internal_error")
    with running_provider(ecs_config, {}) as provider:
        text = KeptShare(provider).up(program(MANY[:50]))
    assert MANY[15] in text
    assert "the image is shared with the same accounts as before" in text
    assert live(ecs) == []


def test_an_image_that_is_out_of_sight_for_one_call_is_taken_back(
    ecs: Emulator, share: KeptShare, program: Program
) -> None:
    ecs.faults.add(action=MODIFY, after=1, times=1, kind="error", code="InvalidImageId.NotFound", status=404)
    assert ROLLED_BACK in share.up(program(MANY[:50]))
    assert live(ecs) == [] == share.accounts


def test_who_gained_and_who_lost_access_to_an_image_that_goes_out_of_sight_is_named(
    ecs: Emulator, share: KeptShare, program: Program
) -> None:
    share.up(program(MANY[:30]))
    ecs.faults.add(action=MODIFY, after=1, kind="error", code="InvalidImageId.NotFound", status=404)
    # The dynamic frontend's check looks too.
    looks = 2 if protocol.frontend == "dynamic" else 1
    ecs.faults.add(action=LIST, after=looks, kind="error", code="InvalidImageId.NotFound", status=404)
    text = share.up(program(MANY[20:50]))
    assert "it checks whether the image was deleted" in text
    assert all(f"  - {account}" in text for account in set(MANY[:30]) ^ set(live(ecs)))


def test_a_change_that_fits_one_call_after_the_other_is_made_so(
    ecs: Emulator, share: KeptShare, program: Program
) -> None:
    ecs.console.set_share_quota("owner", 50)
    share.up(program(MANY[:40], max_accounts=100))
    under_way, most = 0, 0
    answer = ecs.gateway.answer

    def counted(admitted: Any) -> Any:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        try:
            return answer(admitted)
        finally:
            under_way -= 1

    ecs.gateway.answer = counted  # type: ignore[method-assign]
    assert share.up(program(MANY[20:70], max_accounts=100)) == ""
    assert most == 1
    assert live(ecs) == MANY[20:70]
