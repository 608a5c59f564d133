"""Kill -9 of the provider, the engine, and both, at random points: with what Pulumi asks for then, `up` converges."""

from __future__ import annotations

import itertools
import random
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ecs_emulator import Emulator
from support.killing import Killable

Figures = Callable[[str, int], None]

STACK = "dev"
REGION = "cn-hangzhou"
MANY = [str(2000000000000001 + n) for n in range(100)]
FIRST, NEXT, OUTSIDE = MANY[:50], MANY[40:90], MANY[99]
PROGRAM = """
import json
from pathlib import Path
from {resources} import ImageShare

accounts = json.loads(Path(__file__).with_name("accounts.json").read_text())
ImageShare("golden", image_id={image!r}, accounts=accounts, exclusive=False, max_accounts=60, max_unshare_percent=100)
"""
RESOURCES = {"dynamic": "pulumi_alicloud_image_share", "plugin": "support.plugin_resources"}
# How many calls the commands make: a random number up to that is a point within.
CREATE, UPDATE, DESTROY = 9, 9, 7
JITTER_S = 0.02


@pytest.fixture
def stack(ecs: Emulator, ecs_config: dict[str, str], tmp_path: Path, frontend: str) -> Iterator[Killable]:
    """A stack whose image somebody has shared in the console with an account of no concern to the program."""
    ecs.faults.latency_ms = 15
    ecs.console.set_share_quota("owner", 60)
    ecs.console.share(REGION, ecs.golden_image_id, OUTSIDE)
    program = PROGRAM.format(image=ecs.golden_image_id, resources=RESOURCES[frontend])
    stack = Killable(tmp_path, ecs_config, program, uses_plugin=frontend == "plugin")
    stack.init(STACK)
    yield stack
    stack.end_what_is_left()


@pytest.mark.parametrize(
    ("frontend", "victims", "seed"),
    [
        ("dynamic", "provider", 0),
        *(("dynamic", "engine", n) for n in range(2)),
        *(("dynamic", "provider and engine", n) for n in range(2)),
        *(("plugin", victims, 0) for victims in ("provider", "engine", "provider and engine")),
    ],
)
def test_a_kill_at_any_point_of_up_or_destroy_is_mended_by_refresh_and_up(
    ecs: Emulator, stack: Killable, victims: str, seed: int, figures: Figures
) -> None:
    chance = random.Random(f"{victims} {seed}")

    def is_killed(*command: str, calls: int) -> None:
        point, jitter = ecs.calls.count() + chance.randint(1, calls), chance.uniform(0, JITTER_S)
        if kill(ecs, stack, victims, point, jitter, *command):
            figures("kills of provider and engine survived", 1)

    stack.give(accounts=FIRST)
    is_killed("up", calls=CREATE)
    if "engine" in victims:
        # Without this, each later command would warn of the interrupted create.
        stack.run(STACK, "refresh", "--yes", "--clear-pending-creates", "--skip-preview")
    converges(ecs, stack, FIRST, "up", "--yes", "--skip-preview")

    stack.give(accounts=NEXT)
    is_killed("up", calls=UPDATE)
    converges(ecs, stack, NEXT, "up", "--yes", "--skip-preview", "--refresh")

    is_killed("destroy", calls=DESTROY)
    converges(ecs, stack, NEXT, "up", "--yes", "--skip-preview", "--refresh")

    is_killed("destroy", calls=DESTROY)
    stack.run(STACK, "destroy", "--yes", "--skip-preview")
    assert live(ecs) == [OUTSIDE]
    assert OUTSIDE not in unshared(ecs)


def kill(ecs: Emulator, stack: Killable, victims: str, calls: int, jitter: float, *command: str) -> bool:
    """Run a command, kill it as soon as ECS has seen so many calls, and take away the lock that this leaves.

    Returns:
        Whether it lived for so long.
    """
    run = stack.start(STACK, *command, "--yes", "--skip-preview")
    run.wait_for(lambda: ecs.calls.count() >= calls)
    threading.Event().wait(jitter)
    dying = [run.provider if victim == "provider" else run.engine for victim in victims.split(" and ")]
    for process in itertools.chain(*dying):
        process.kill()
    # A provider whose engine alone was killed ends what it was doing, and nobody waits for that here.
    if run.wait() == -signal.SIGKILL:
        stack.cancel(STACK)
    return all(dying)


def converges(ecs: Emulator, stack: Killable, accounts: list[str], *command: str) -> None:
    stack.run(STACK, *command)
    assert live(ecs) == [*accounts, OUTSIDE]
    assert "pending operation" not in stack.run(STACK, "preview", "--expect-no-changes")
    assert OUTSIDE not in unshared(ecs)


def unshared(ecs: Emulator) -> set[str]:
    """Every account that any call has asked to unshare from."""
    return {value for call in ecs.calls.entries for name, value in call.params.items() if "RemoveAccount" in name}


def live(ecs: Emulator) -> list[str]:
    return ecs.console.shared_accounts(REGION, ecs.golden_image_id)
