"""Assuming a role, against the emulator, in a time of its own."""

from __future__ import annotations

import json
import threading
import time

import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share import EcsUnavailable
from pulumi_alicloud_image_share.cloud.credentials import RENEW_SECONDS, AssumedRole, Role, find_credential
from pulumi_alicloud_image_share.cloud.settings import Settings, read_settings


class Clock:
    """The local clock, as far ahead as a test says."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(ecs: Emulator, ecs_config: dict[str, str]) -> Settings:
    """Those of a RAM user of the account data."""
    user = ecs.account("data").ram_user("pipeline")
    keys = {"alicloud:accessKey": user.access_key_id, "alicloud:secretKey": user.access_key_secret}
    endpoints = json.dumps([{"ecs": ecs.endpoint, "sts": ecs.endpoint}])
    return read_settings({**ecs_config, **keys, "alicloud:endpoints": endpoints}.get, {})


@pytest.fixture
def role(ecs: Emulator, settings: Settings, clock: Clock) -> AssumedRole:
    arn = ecs.account("owner").role_arn("image-sharer")
    return AssumedRole(Role(arn), find_credential(settings).client, settings, clock)


def test_a_role_is_assumed_when_it_is_first_needed_and_not_before(ecs: Emulator, role: AssumedRole) -> None:
    assert ecs.calls.count() == 0
    role.ensure()
    role.ensure()
    assert role.get_credentials().get_access_key_id().startswith("STS.")
    assert role.get_provider_name() == "ram_role_arn"
    assert ecs.calls.by_action() == {"AssumeRole": 1}


def test_credentials_are_renewed_five_minutes_before_they_expire(
    ecs: Emulator, role: AssumedRole, clock: Clock
) -> None:
    role.ensure()
    first = role.get_credentials()
    clock.ahead = 3600 - RENEW_SECONDS - 30
    role.ensure()
    assert role.get_credentials() is first
    clock.ahead = 3600 - RENEW_SECONDS + 30
    role.ensure()
    assert role.get_credentials().get_access_key_id() != first.get_access_key_id()
    assert ecs.calls.count("AssumeRole") == 2


def test_many_threads_assume_a_role_once(ecs: Emulator, role: AssumedRole) -> None:
    threads = [threading.Thread(target=role.ensure) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ecs.calls.count("AssumeRole") == 1


def test_credentials_that_another_thread_forgot_are_got_anew(ecs: Emulator, role: AssumedRole) -> None:
    refused = role.ensure()
    assert role.forget(refused)
    assert role.get_credentials().get_security_token()
    assert ecs.calls.count("AssumeRole") == 2


def test_credentials_that_many_threads_see_refused_are_renewed_once(ecs: Emulator, role: AssumedRole) -> None:
    refused = role.ensure()
    assert role.forget(refused)
    renewed = role.ensure()
    assert role.forget(refused), "there are better ones already"
    assert role.ensure() is renewed
    assert ecs.calls.count("AssumeRole") == 2


def test_a_role_that_was_never_assumed_has_nothing_to_renew(role: AssumedRole) -> None:
    assert not role.forget(None)


def test_an_answer_that_is_none_of_sts_is_a_passing_fault(ecs: Emulator, role: AssumedRole) -> None:
    ecs.faults.add(action="AssumeRole", kind="garbage", times=1)
    with pytest.raises(EcsUnavailable):
        role.ensure()
    role.ensure()
    assert ecs.calls.count("AssumeRole") == 2
