from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from emulator_clients import Sdk

from ecs_emulator import Emulator


@pytest.fixture
def owner(ecs: Emulator) -> Sdk:
    return Sdk(ecs, "owner")


@pytest.fixture
def payments(ecs: Emulator) -> Sdk:
    return Sdk(ecs, "payments")


@pytest.fixture
def golden(ecs: Emulator) -> str:
    return ecs.golden_image_id


@pytest.fixture
def ids(ecs: Emulator) -> Callable[[int], list[str]]:
    """The IDs of the first n numbered consumers."""
    return lambda n: [ecs.account(f"consumer-{i:03}").id for i in range(1, n + 1)]


@pytest.fixture
def rpc(ecs: Emulator) -> Any:
    from emulator_clients import RpcClient

    return RpcClient(ecs)
