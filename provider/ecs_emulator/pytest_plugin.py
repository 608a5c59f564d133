"""Fixtures for pytest: an emulator for each test that asks for one.

They are there wherever the package is installed. Where plugins are not loaded by themselves, a conftest says so:

    pytest_plugins = ["ecs_emulator.pytest_plugin"]
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

# Nothing of the emulator's: every run of pytest imports this, where there may be none of what an emulator needs.
from .extra import without_extra

if TYPE_CHECKING:
    from .server import Emulator


@pytest.fixture
def ecs_emulator_options() -> dict[str, Any]:
    """What `ecs_emulator` starts with, as `Emulator` takes it, such as {"tls": True}: for a test to override."""
    return {}


@pytest.fixture
def ecs_emulator(ecs_emulator_options: dict[str, Any]) -> Iterator[Emulator]:
    """An emulator that nobody has used yet, until the test ends."""
    try:
        from .server import Emulator
    except ModuleNotFoundError as error:
        pytest.fail(without_extra(error), pytrace=False)
    with Emulator(**ecs_emulator_options) as emulator:
        yield emulator


@pytest.fixture
def ecs_emulator_config(ecs_emulator: Emulator) -> dict[str, str]:
    """The configuration of a stack that works on `ecs_emulator`, as its first account; see `Emulator.stack_config`."""
    return ecs_emulator.stack_config()
