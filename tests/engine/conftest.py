"""Stacks on the real engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share import ImageCopy
from support.engine import Program, Stack


@pytest.fixture
def stack(tmp_path: Path, ecs_config: dict[str, str]) -> Stack:
    """A new stack, configured as the owner of the golden image."""
    return Stack(tmp_path, ecs_config)


@pytest.fixture
def copying(ecs: Emulator) -> Callable[..., Program]:
    """Make programs that copy the golden image to Beijing."""

    def with_arguments(**arguments: Any) -> Program:
        def program() -> None:
            copy = ImageCopy("golden", **{"source_image_id": ecs.golden_image_id, "region": "cn-beijing", **arguments})
            for output in ("image_id", "name", "family", "tags", "encrypted", "kms_key_id", "size", "created_at"):
                pulumi.export(output, getattr(copy, output))

        return program

    return with_arguments
