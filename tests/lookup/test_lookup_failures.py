"""What passes is survived by `get_shared_image`, and anything else fails at once and says what to do."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share import BadArguments, ConfigError, EcsError
from pulumi_alicloud_image_share.dynamic.shared_image import get_shared_image
from support.consumer_program import run_program
from support.lookups import Ask

OWNER = "1000000000000001"
IMAGES = "DescribeImages"
PASSING: dict[str, dict[str, Any]] = {
    "throttled": {"kind": "throttle"},
    "Throttling": {"kind": "error", "code": "Throttling"},
    "unavailable": {"kind": "unavailable"},
    "broken": {"kind": "internal_error"},
    "dropped": {"kind": "drop_before"},
    "truncated": {"kind": "truncate"},
    "garbage": {"kind": "garbage"},
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING.keys())
def test_what_passes_is_survived(ecs: Emulator, ask: Ask, fault: dict[str, Any]) -> None:
    ecs.faults.add(action=IMAGES, times=2, **fault)
    assert ask(owner_id=OWNER, name="golden-*").image_id == ecs.image("golden-next").id
    assert ecs.calls.count() == 3


def test_what_does_not_pass_ends_after_the_budget(ecs: Emulator, config: dict[str, str]) -> None:
    ecs.faults.add(action=IMAGES, kind="unavailable")
    hasty = {**config, "alicloud-image-share:retrySeconds": "0.3"}
    with pytest.raises(EcsError, match="DescribeImages failed with ServiceUnavailable"):
        run_program(hasty, lambda: get_shared_image(owner_id=OWNER, name="golden-*"))


def test_who_waits_for_long_is_told(
    ecs: Emulator, ask: Ask, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pulumi_alicloud_image_share.cloud.transport.NOTICE_SECONDS", 0.0)
    ecs.faults.add(action=IMAGES, kind="unavailable", times=1)
    ask(owner_id=OWNER, name="golden-*")
    assert re.search(r"^warning: waiting for ECS for \d s, at most 5 s in all", capsys.readouterr().err, re.MULTILINE)


def test_anything_else_fails_at_once_and_without_any_secret(ecs: Emulator, config: dict[str, str]) -> None:
    wrong = {**config, "alicloud:secretKey": "ExampleSecretThatIsWrong00000001"}
    with pytest.raises(EcsError, match="DescribeImages failed with SignatureDoesNotMatch") as failure:
        run_program(wrong, lambda: get_shared_image(owner_id=OWNER, name="golden-*"))
    assert ecs.calls.count() == 1
    for secret in (config["alicloud:accessKey"], config["alicloud:secretKey"], wrong["alicloud:secretKey"]):
        assert secret not in str(failure.value)


def test_a_region_that_does_not_exist_is_named(ask: Ask) -> None:
    with pytest.raises(EcsError, match="Check the region ID: cn-nowhere is none of ECS's"):
        ask(owner_id=OWNER, name="golden-*", region="cn-nowhere")


def test_settings_that_cannot_be_used_are_said(config: dict[str, str]) -> None:
    del config["alicloud:secretKey"]
    with pytest.raises(ConfigError, match="alicloud:accessKey is set but alicloud:secretKey is not"):
        run_program(config, lambda: get_shared_image(owner_id=OWNER, name="golden-*"))


def test_bad_arguments_are_said_all_at_once_without_a_call(ecs: Emulator, ask: Ask) -> None:
    with pytest.raises(BadArguments) as failure:
        ask(owner_id="platform", name="^golden", family="gold*")
    assert str(failure.value).splitlines() == [f"get_shared_image: {text}" for text in failure.value.sentences]
    assert len(failure.value.sentences) == 3
    assert "family is compared as a whole" in failure.value.sentences[2]
    assert ecs.calls.count() == 0
