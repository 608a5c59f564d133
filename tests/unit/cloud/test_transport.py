"""The door to ECS, against the emulator."""

from __future__ import annotations

import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share import EcsError
from pulumi_alicloud_image_share.cloud.credentials import find_credential
from pulumi_alicloud_image_share.cloud.ecs import Ecs
from pulumi_alicloud_image_share.cloud.model import ShareCall
from pulumi_alicloud_image_share.cloud.settings import read_settings


def test_nothing_is_sent_once_the_engine_that_asked_for_it_has_ended(ecs: Emulator, ecs_config: dict[str, str]) -> None:
    settings = read_settings(ecs_config.get, {})
    engine_is_there = [True, True, False]
    door = Ecs(settings, find_credential(settings), may_go_on=lambda: engine_is_there.pop(0))
    door.modify("cn-hangzhou", ecs.golden_image_id, ShareCall(add=("1000000000000002",)))
    ecs.faults.add(action="ModifyImageSharePermission", kind="throttle")
    with pytest.raises(EcsError, match="not sent, since the engine that asked for it has ended"):
        door.modify("cn-hangzhou", ecs.golden_image_id, ShareCall(remove=("1000000000000002",)))
    assert ecs.calls.count() == 2
    assert ecs.console.shared_accounts("cn-hangzhou", ecs.golden_image_id) == ["1000000000000002"]
