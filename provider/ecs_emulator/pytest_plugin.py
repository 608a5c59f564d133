"""Fixtures for pytest: an emulator for each test that asks for one.

They exist wherever the package is installed. If pytest does not load plugins by itself, add to a conftest:

    pytest_plugins = ["ecs_emulator.pytest_plugin"]
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

# Only this import: every run of pytest imports this module, even if the emulator's extra is not installed.
from .extra import without_extra

if TYPE_CHECKING:
    from .server import Emulator


@pytest.fixture
def ecs_emulator_options() -> dict[str, Any]:
    """The arguments of `ecs_emulator`, such as {"tls": True}: override it in a test."""
    return {}


@pytest.fixture
def ecs_emulator(ecs_emulator_options: dict[str, Any]) -> Iterator[Emulator]:
    """A new emulator, until the test ends."""
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
