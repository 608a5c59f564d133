"""^C during a rollback: a call in flight is carried out late, and the state has every account that may have access."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest

from ecs_emulator import Emulator
from support.golden_image import live
from support.kept_share import KeptShare
from support.plugin_protocol import PluginProvider, running_plugin
from support.waiting import wait_until

MANY = [str(2000000000000001 + n) for n in range(50)]
MODIFY, LIST = "ModifyImageSharePermission", "DescribeImageSharePermission"
REFUSED = {"kind": "error", "code": "Forbidden.RAM", "status": 403}


@pytest.fixture
def plugin(ecs_config: dict[str, str]) -> Iterator[PluginProvider]:
    """A plugin that repeats no call."""
    with running_plugin({**ecs_config, "alicloud-image-share:retrySeconds": "0"}, {}) as running:
        yield running


def program(ecs: Emulator, accounts: list[str]) -> dict[str, Any]:
    return {"image_id": ecs.golden_image_id, "accounts": accounts, "max_unshare_percent": 100, "exclusive": False}


def cancelled(ecs: Emulator, plugin: PluginProvider, share: KeptShare, accounts: list[str], call: int) -> str:
    """Run an update whose reading back is refused, and cancel it while that call is late, which is carried out."""
    ecs.faults.add(action=LIST, after=1, times=1, **REFUSED)
    ecs.faults.add(action=MODIFY, after=call, times=1, kind="delay", seconds=2.5)
    said: list[str] = []
    run = Thread(target=lambda: said.append(share.up(program(ecs, accounts))))
    run.start()
    wait_until(lambda: ecs.faults.snapshot()["rules"][1]["hit"] == 1)
    plugin.cancel()
    run.join()
    ecs.faults.clear()
    return said[0]


def test_a_create_that_is_being_taken_back_is_looked_at_by_the_next_run(ecs: Emulator, plugin: PluginProvider) -> None:
    share = KeptShare(plugin)
    assert "The run was cancelled" in cancelled(ecs, plugin, share, MANY, 5)
    wait_until(lambda: len(live(ecs)) == 40)
    share.up(program(ecs, MANY))
    assert live(ecs) == MANY == share.accounts


def test_who_gets_access_back_late_is_in_the_state(ecs: Emulator, plugin: PluginProvider) -> None:
    share = KeptShare(plugin)
    share.up(program(ecs, MANY))
    # Three calls that unshare, and one that shares again.
    cancelled(ecs, plugin, share, MANY[:20], 4)
    wait_until(lambda: len(live(ecs)) == 40)
    assert set(share.accounts) >= set(live(ecs))
    share.up(program(ecs, MANY[:20]))
    assert live(ecs) == MANY[:20] == share.accounts
