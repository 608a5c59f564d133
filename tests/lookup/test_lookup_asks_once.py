"""One program asks an owner's images once, another asks for itself, and what failed is asked again."""

from __future__ import annotations

from typing import Any

import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share import EcsError
from pulumi_alicloud_image_share.dynamic.shared_image import get_shared_image
from support.consumer_program import consumer_config, run_program
from support.lookups import share

OWNER, DATA = "1000000000000001", "1000000000000003"
HANGZHOU = "cn-hangzhou"
IMAGES = "DescribeImages"


def test_one_program_asks_an_owner_once_whatever_it_looks_for(ecs: Emulator, config: dict[str, str]) -> None:
    def program() -> list[str]:
        questions: list[dict[str, Any]] = [{"name": "golden-2024-05"}, {"family": "golden"}, {"family": "golden"}]
        return [get_shared_image(owner_id=OWNER, **question).name for question in questions]

    assert run_program(config, program) == ["golden-2024-05", "golden-2024-06", "golden-2024-06"]
    assert ecs.calls.count() == 1


def test_another_program_of_the_same_process_asks_for_itself(ecs: Emulator, config: dict[str, str]) -> None:
    ecs.console.share(HANGZHOU, ecs.golden_image_id, DATA)
    found = [
        run_program(account, lambda: get_shared_image(owner_id=OWNER, name="golden-*")).name
        for account in (config, consumer_config(ecs, "data"), config)
    ]
    assert found == ["golden-2024-06", "golden-2024-05", "golden-2024-06"]
    assert ecs.calls.count() == 3


def test_what_was_not_there_is_looked_for_again(ecs: Emulator, config: dict[str, str]) -> None:
    def program() -> str:
        get_shared_image(owner_id=OWNER, name="golden-*")
        image_id = share(ecs, HANGZHOU, name="silver")
        assert get_shared_image(owner_id=OWNER, name="silver").image_id == image_id
        return get_shared_image(owner_id=OWNER, name="silver").image_id

    run_program(config, program)
    assert ecs.calls.count() == 2


def test_a_question_that_failed_is_asked_again(ecs: Emulator, config: dict[str, str]) -> None:
    def program() -> str:
        ecs.faults.add(action=IMAGES, kind="error", code="InvalidParameter", times=1)
        with pytest.raises(EcsError, match="InvalidParameter"):
            get_shared_image(owner_id=OWNER, name="golden-*")
        return get_shared_image(owner_id=OWNER, name="golden-*").name

    assert run_program(config, program) == "golden-2024-06"


def test_without_a_program_each_question_is_asked(
    ecs: Emulator, config: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for key, value in config.items():
        monkeypatch.setenv(f"PULUMI_CONFIG_{key.upper().replace(':', '_').replace('-', '_')}", value)
    for _ in range(2):
        assert get_shared_image(owner_id=OWNER, name="golden-*").name == "golden-2024-06"
    assert ecs.calls.count() == 2
