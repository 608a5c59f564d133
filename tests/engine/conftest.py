"""Stacks on the real engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pulumi
import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share import ImageCopy
from support.both_frontends import is_plugin
from support.bucket import Bucket, Machine, s3_server
from support.engine import Program, Stack
from support.plugin_resources import plugin_settings
from support.team_runs import PROGRAM, STACK


@pytest.fixture
def stack_of(tmp_path: Path) -> Callable[[dict[str, str]], Stack]:
    """Make a new stack of the frontend that the test is for, with this configuration."""

    def configured(config: dict[str, str]) -> Stack:
        return Stack(tmp_path, plugin_settings(config) if is_plugin() else config, uses_plugin=is_plugin())

    return configured


@pytest.fixture
def stack(stack_of: Callable[[dict[str, str]], Stack], ecs_config: dict[str, str]) -> Stack:
    """A new stack of the frontend that the test is for, configured as the owner of the golden image."""
    return stack_of(ecs_config)


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


@pytest.fixture(scope="module")
def bucket_of() -> Iterator[Callable[[str], Bucket]]:
    """Make buckets."""
    with s3_server() as make:
        yield make


@pytest.fixture
def bucket(bucket_of: Callable[[str], Bucket], tmp_path: Path) -> Bucket:
    """A bucket of the test's own."""
    made = bucket_of(f"team-{tmp_path.name.replace('_', '-').lower()[-40:]}")
    made.gate.reset()
    return made


@pytest.fixture
def team(ecs_config: dict[str, str], tmp_path: Path, bucket: Bucket) -> Iterator[tuple[Machine, Machine]]:
    """Two machines; the stack is there, and its program is of nothing yet."""
    one, two = (Machine(tmp_path / n, ecs_config, PROGRAM, bucket, uses_plugin=is_plugin()) for n in ("one", "two"))
    one.give(resources={})
    one.init(STACK)
    two.pull(one)
    yield one, two
    for machine in (one, two):
        machine.end_what_is_left()
