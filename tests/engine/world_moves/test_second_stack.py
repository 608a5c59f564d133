"""A second stack changes the image's sharing at the same moment: each keeps its accounts or shows which are missing."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ecs_emulator import Emulator
from support.command_line import REPOSITORY, CommandLine
from support.golden_image import live
from support.provider_pool import attaching

WEB = "1000000000000004"
MANY = [str(2000000000000001 + n) for n in range(60)]


@pytest.fixture
def both(ecs: Emulator, ecs_config: dict[str, str], tmp_path: Path) -> Callable[..., list[str]]:
    """Run a command on two stacks, at once or in turn, each with a state of its own; says what each printed."""
    ecs.faults.latency_ms = 30
    stacks = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        stacks.append(CommandLine(REPOSITORY / "examples" / "two_stacks", tmp_path / name, ecs_config))
        stacks[-1].init("dev", imageId=ecs.golden_image_id)

    def run(command: str, *programs: list[str], at_once: bool = True) -> list[str]:
        def one(stack: CommandLine) -> str:
            try:
                with attaching() as provider:
                    return stack.run("dev", *command.split(), **provider)
            except AssertionError as failure:
                return str(failure)

        for stack, listed in zip(stacks, programs, strict=False):
            stack.set("dev", accounts=listed)
        with ThreadPoolExecutor(len(stacks) if at_once else 1) as pool:
            return list(pool.map(one, stacks))

    return run


UP, PREVIEW = "up --yes --skip-preview", "preview --diff --refresh"


def test_two_stacks_that_share_one_image_at_the_same_moment_keep_each_others_accounts(
    ecs: Emulator, both: Callable[..., list[str]]
) -> None:
    texts = both(UP, MANY[:12], MANY[20:32])
    assert all("1 created" in text or "2 created" in text for text in texts), texts
    assert live(ecs) == [*MANY[:12], *MANY[20:32]]
    assert all("2 unchanged" in text for text in both(PREVIEW)), texts
    both(UP, MANY[2:14], MANY[22:34])
    assert live(ecs) == [*MANY[2:14], *MANY[22:34]]
    assert all("2 unchanged" in text for text in both(PREVIEW)), texts
    both("destroy --yes --skip-preview")
    assert live(ecs) == []


def test_of_two_stacks_that_use_up_the_quota_at_the_same_moment_one_is_refused_and_changes_nothing(
    ecs: Emulator, both: Callable[..., list[str]]
) -> None:
    ecs.console.set_share_quota("owner", 12)
    texts = both(UP, MANY[:8], MANY[20:28])
    refused = ["over max_accounts" in text or "QuotaExceed.ShareImageUser" in text for text in texts]
    assert sorted(refused) == [False, True], texts
    winner, loser = (MANY[20:28], MANY[:8]) if refused[0] else (MANY[:8], MANY[20:28])
    assert live(ecs) == winner
    ecs.console.set_share_quota("owner", 50)
    both(UP)
    assert live(ecs) == sorted([*winner, *loser])


def test_an_account_that_one_stack_drops_while_another_adds_it_is_there_or_shown_as_missing(
    ecs: Emulator, both: Callable[..., list[str]]
) -> None:
    both(UP, [*MANY[:3], WEB], MANY[20:23])
    both(UP, MANY[:3], [*MANY[20:23], WEB])
    assert set(live(ecs)) - {WEB} == {*MANY[:3], *MANY[20:23]}
    missing = WEB not in live(ecs)
    _, second = both(PREVIEW)
    assert (f"+ {WEB}" in second) == missing
    # Where the first failed since it saw what the second had added, it unshares now: at once they would race again.
    both("up --yes --skip-preview --refresh", at_once=False)
    assert live(ecs) == [WEB, *MANY[:3], *MANY[20:23]]
