"""Stacks on the real engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.engine import Stack


@pytest.fixture
def stack(tmp_path: Path, ecs_config: dict[str, str]) -> Stack:
    """A new stack, configured as the owner of the golden image."""
    return Stack(tmp_path, ecs_config)
