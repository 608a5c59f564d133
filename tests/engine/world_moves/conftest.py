"""Programs that share the golden image, while the world moves: each test counts as a way in which it does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share import ImageShare
from support.engine import Program
from support.shown_accounts import Sharing


@pytest.fixture(autouse=True)
def _counted(figures: Callable[[str, int], None]) -> Iterator[None]:
    yield
    figures("ways in which the world moved", 1)


@pytest.fixture
def sharing(ecs: Emulator) -> Sharing:
    """Make programs that share the golden image."""

    def with_accounts(*accounts: str, **arguments: Any) -> Program:
        def program() -> None:
            ImageShare("golden", **{"image_id": ecs.golden_image_id, "accounts": list(accounts), **arguments})

        return program

    return with_accounts
