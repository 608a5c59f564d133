"""An ECS whose owner shares two golden images with payments, and payments' program."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share import SharedImage, get_shared_image
from support.consumer_program import consumer_config, run_program


@pytest.fixture
def ecs(ecs: Emulator) -> Emulator:
    payments = ecs.account("payments").id
    for key in ("golden", "golden-next"):
        ecs.console.share("cn-hangzhou", ecs.image(key).id, payments)
    return ecs


@pytest.fixture
def config(ecs: Emulator) -> dict[str, str]:
    return consumer_config(ecs)


@pytest.fixture
def ask(config: dict[str, str]) -> Callable[..., SharedImage]:
    """Ask get_shared_image in a program of its own."""
    return lambda **arguments: run_program(config, lambda: get_shared_image(**arguments))
