"""Stacks of the plugin's resources on the real engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ecs_emulator import Emulator
from support.engine import Program, Stack
from support.plugin_resources import ImageCopy, ImageShare, plugin_settings


@pytest.fixture
def stack(tmp_path: Path, ecs_config: dict[str, str]) -> Stack:
    """A new stack, configured as the owner of the golden image."""
    return Stack(tmp_path, plugin_settings(ecs_config), uses_plugin=True)


@pytest.fixture
def sharing(ecs: Emulator) -> Callable[..., Program]:
    """Make programs that share the golden image with these accounts."""

    def with_inputs(opts: Any = None, /, **inputs: Any) -> Program:
        return lambda: ImageShare("golden", opts, **{"image_id": ecs.golden_image_id, **inputs})

    return with_inputs


@pytest.fixture
def copying(ecs: Emulator) -> Callable[..., Program]:
    """Make programs that copy the golden image to Beijing."""

    def with_inputs(opts: Any = None, /, **inputs: Any) -> Program:
        given = {"source_image_id": ecs.golden_image_id, "region": "cn-beijing", **inputs}
        return lambda: ImageCopy("golden", opts, **given)

    return with_inputs
