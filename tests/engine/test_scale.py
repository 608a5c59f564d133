"""One stack with 200 images of 50 accounts each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ecs_emulator import Emulator
from support.killing import Killable

Figures = Callable[[str, int], None]

STACK = "dev"
REGION = "cn-hangzhou"
ACCOUNTS = [str(2000000000000001 + n) for n in range(50)]
IMAGES = 200
MEMORY_MIB = 250
PROGRAM = f"""
import json
from pathlib import Path
from pulumi_alicloud_image_share import ImageShare

for image in json.loads(Path(__file__).with_name("images.json").read_text()):
    ImageShare(image, image_id=image, accounts={ACCOUNTS})
"""


@pytest.fixture
def stack(ecs_config: dict[str, str], tmp_path: Path) -> Iterator[Killable]:
    stack = Killable(tmp_path, ecs_config, PROGRAM)
    stack.init(STACK)
    yield stack
    stack.end_what_is_left()


def test_two_hundred_shares_of_fifty_accounts_take_few_calls_and_little_memory(
    ecs: Emulator, stack: Killable, figures: Figures
) -> None:
    images = [ecs.console.create_image(REGION) for _ in range(IMAGES)]
    stack.give(images=images)
    peak = 0.0

    def run(*command: str) -> dict[str, int]:
        """Run a command, and see how much memory its provider takes; returns the calls that it made."""
        nonlocal peak
        ecs.calls.reset()
        running = stack.start(STACK, *command, "--yes", "--skip-preview")

        def look() -> None:
            nonlocal peak
            peak = max([peak, *(process.peak_memory_mib for process in running.processes if process.is_provider)])

        assert running.wait(look) == 0, running.text
        return ecs.calls.by_action()

    assert run("up") == {
        "DescribeImages": IMAGES,
        "DescribeImageSharePermission": 2 * IMAGES,
        "ModifyImageSharePermission": 5 * IMAGES,
    }
    assert all(ecs.console.shared_accounts(REGION, image) == ACCOUNTS for image in images)
    assert run("up") == {}
    assert run("refresh") == {"DescribeImageSharePermission": IMAGES}
    run("destroy")
    assert not any(ecs.console.shared_accounts(REGION, image) for image in images)
    assert 0 < peak < MEMORY_MIB
    figures("MiB of provider memory at 200 shares of 50 accounts", round(peak))
