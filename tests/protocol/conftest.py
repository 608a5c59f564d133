"""Processes that talk to the emulator: a provider's, and those of the policy pack."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ecs_emulator import Emulator
from ecs_emulator.seed import load_seed
from pulumi_alicloud_image_share.dynamic import ImageCopyProvider
from support.analyzer import Analyzer, running_analyzer
from support.bad_input import ACTIONS
from support.plugin_resources import plugin_settings
from support.protocol import COPY_URN, Provider, running_provider


@pytest.fixture
def provider(ecs_config: dict[str, str]) -> Iterator[Provider]:
    """The real provider process, configured as the owner of the golden image."""
    with running_provider(ecs_config, {}) as running:
        yield running


@pytest.fixture
def copier(provider: Provider) -> Provider:
    """The same process, for copies."""
    return provider.of(COPY_URN, ImageCopyProvider())


@pytest.fixture(scope="module")
def shop() -> Iterator[Emulator]:
    """An ECS whose owner has, besides, a RAM user for each action that RAM denies it."""
    seed = load_seed().model_dump()
    seed["accounts"][0]["ram_users"] = [
        {
            "name": f"no-{action}",
            "access_key_id": f"LTAI5tNO{action}",
            "access_key_secret": f"SecretWithout{action}",
            "denied_actions": [f"ecs:{action}"],
        }
        for action in ACTIONS
    ]
    with Emulator(seed) as emulator:
        yield emulator


@pytest.fixture
def consumer_config(ecs: Emulator, ecs_config: dict[str, str]) -> dict[str, str]:
    """The stack configuration of the account payments."""
    payments = ecs.account("payments")
    return {
        **ecs_config,
        "alicloud:accessKey": payments.access_key_id,
        "alicloud:secretKey": payments.access_key_secret,
    }


@pytest.fixture
def pack(tmp_path: Path, ecs_config: dict[str, str]) -> Iterator[Analyzer]:
    """The pack of examples/, for a stack of the golden image's owner, with its defaults."""
    with running_analyzer(tmp_path, plugin_settings(ecs_config)) as running:
        running.configure({})
        yield running


@pytest.fixture
def consumers_pack(tmp_path: Path, consumer_config: dict[str, str]) -> Iterator[Analyzer]:
    """The same for a stack of the account payments."""
    with running_analyzer(tmp_path, plugin_settings(consumer_config)) as running:
        running.configure({})
        yield running
