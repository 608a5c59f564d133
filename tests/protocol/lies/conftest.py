"""An ECS that lies politely, and a provider that gives up soon; each test counts as a lie detected or survived."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from ecs_emulator import Emulator
from support.lies import settings
from support.moving_world import NewsClock
from support.protocol import Provider, running_provider


@pytest.fixture(autouse=True)
def _counted(figures: Callable[[str, int], None]) -> Iterator[None]:
    yield
    figures("lies detected or survived", 1)


@pytest.fixture(scope="module")
def liar() -> Iterator[Emulator]:
    """One ECS for all tests of a file."""
    with Emulator(clock=NewsClock()) as emulator:
        yield emulator


@pytest.fixture(scope="module")
def impatient(liar: Emulator, _frontend: None) -> Iterator[Provider]:
    """One provider process for all tests of a file, which gives up soon."""
    with running_provider(settings(liar), {}) as running:
        yield running


@pytest.fixture
def ecs(liar: Emulator) -> Emulator:
    """An ECS that tells the truth for now, in which an image may be shared with 200 accounts."""
    liar.reset()
    liar.console.set_share_quota("owner", 200)
    return liar


@pytest.fixture
def provider(ecs: Emulator, impatient: Provider) -> Provider:
    return impatient
