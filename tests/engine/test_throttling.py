"""ECS throttles: a run slows down for all its images together, ends, and says that it waits."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share import ImageShare
from support.engine import Stack
from support.waiting import wait_until

Figures = Callable[[str, int], None]

REGION = "cn-hangzhou"
ACCOUNTS = ["1000000000000002", "1000000000000003", "1000000000000004"]
ADMITTED_A_SECOND = 20
NOTICE_S = 10.0


@pytest.fixture
def stack(tmp_path: Path, ecs_config: dict[str, str]) -> Stack:
    """A stack with the time to repeat that it has by default."""
    return Stack(tmp_path, {**ecs_config, "alicloud-image-share:retrySeconds": "300"})


def test_a_throttled_run_of_a_hundred_images_ends_with_few_calls_refused(
    ecs: Emulator, stack: Stack, figures: Figures
) -> None:
    images = [ecs.console.create_image(REGION) for _ in range(100)]

    def program() -> None:
        for image in images:
            ImageShare(image, image_id=image, accounts=ACCOUNTS)

    ecs.faults.admit_per_second(ADMITTED_A_SECOND)
    stack.up(program)
    assert all(ecs.console.shared_accounts(REGION, image) == ACCOUNTS for image in images)
    refused, made = ecs.calls.refused, ecs.calls.count()
    assert 0 < refused <= 0.2 * made
    figures("per cent of calls refused in a throttled run of 100 images", round(100 * refused / made))


def test_who_waits_for_long_is_told_why(ecs: Emulator, stack: Stack) -> None:
    ecs.faults.add(action="*", kind="throttle")
    ending = threading.Thread(target=end_after_notice, args=(ecs,), daemon=True)
    ending.start()
    stack.up(lambda: ImageShare("golden", image_id=ecs.golden_image_id, accounts=ACCOUNTS) and None)
    ending.join()
    assert ecs.console.shared_accounts(REGION, ecs.golden_image_id) == ACCOUNTS
    notice = next(line for line in stack.text.splitlines() if "waiting for ECS for" in line)
    assert "at most 300 s in all (alicloud-image-share:retrySeconds)" in notice
    assert "Throttling.User" in notice


def end_after_notice(ecs: Emulator) -> None:
    """Throttle no more after the first call that is refused when the notice is due."""
    wait_until(lambda: ecs.calls.count() > 0, seconds=120)
    due = time.monotonic() + NOTICE_S + 0.5
    wait_until(lambda: time.monotonic() > due, seconds=120)
    refused = ecs.calls.count()
    wait_until(lambda: ecs.calls.count() > refused, seconds=120)
    ecs.faults.clear()
