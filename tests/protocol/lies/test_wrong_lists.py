"""ECS's lists lie about pages, counts and rows, or leave accounts out: detected or survived, and never a success."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from ecs_emulator import Emulator
from support.golden_image import live
from support.lies import ALL, LIST, MODIFY, OPERATIONS, Work, of_changes, of_operations, tell
from support.moving_world import just_before
from support.protocol import Provider

REGION = "cn-hangzhou"
sizes = pytest.mark.parametrize("size", [5, 50, 60, 100, 102])

SURVIVED = [
    {"page_size_cap": 50},
    {"page_size_cap": 1},
    {"total_count_offset": -1},
    {"total_count_offset": -3},
    {"total_count_offset": -103},
    {"list_twice": 1},
    {"list_twice": 103},
    *(
        {"page_size_cap": cap, "list_twice": twice, "total_count_offset": offset}
        for cap, twice, offset in itertools.product((10, 50), (3, 60), (0, -1, -50))
    ),
]


@pytest.mark.parametrize("lie", SURVIVED, ids=str)
@sizes
def test_a_lie_about_pages_counts_and_rows_is_survived_by_every_operation(
    ecs: Emulator, provider: Provider, lie: dict[str, int | float], size: int, figures: Callable[[str, int], None]
) -> None:
    for operation in OPERATIONS:
        ecs.faults.clear()
        ecs.console.unshare(REGION, ecs.golden_image_id, *live(ecs))
        work = Work(ecs, provider, operation, ALL[:size])
        tell(ecs, lie)
        work.run()
    figures("lies detected or survived", len(OPERATIONS) - 1)


@pytest.mark.parametrize("lie", [{}, {"page_size_cap": 50}, {"page_size_cap": 7}, {"list_twice": 1}], ids=str)
@pytest.mark.parametrize("size", [5, 50, 100, 102])
@of_operations
def test_a_count_that_stays_too_high_is_detected_before_anything_changes(
    ecs: Emulator, provider: Provider, operation: str, size: int, lie: dict[str, int | float]
) -> None:
    work = Work(ecs, provider, operation, ALL[:size])
    ecs.calls.reset()
    tell(ecs, {**lie, "total_count_offset": 2})
    text = work.fails()
    assert "InconsistentAnswer" in text
    assert f"TotalCount is {len(work.before) + 2}, but only" in text
    assert live(ecs) == work.before
    assert ecs.calls.count(MODIFY) == 0
    ecs.faults.clear()
    work.run()


@of_operations
@pytest.mark.parametrize("size", [5, 100])
def test_a_count_that_is_too_high_for_a_moment_is_survived(
    ecs: Emulator, provider: Provider, operation: str, size: int
) -> None:
    work = Work(ecs, provider, operation, ALL[:size])
    tell(ecs, {"total_count_offset": 1})
    with just_before(ecs, LIST, ecs.faults.clear, number=2):
        work.run()


@of_changes
@pytest.mark.parametrize("size", [5, 25, 100])
def test_a_count_that_becomes_too_high_after_the_change_is_detected_and_the_change_taken_back(
    ecs: Emulator, provider: Provider, operation: str, size: int
) -> None:
    work = Work(ecs, provider, operation, ALL[:size])
    with just_before(ecs, LIST, lambda: tell(ecs, {"total_count_offset": 1}), after=MODIFY):
        text = work.fails()
    assert "InconsistentAnswer" in text
    assert "The change was rolled back" in text
    assert live(ecs) == work.before
    ecs.faults.clear()
    work.run()


@pytest.mark.parametrize("lie", [{}, {"page_size_cap": 6}, {"list_twice": 3}, {"total_count_offset": -4}], ids=str)
@pytest.mark.parametrize(("size", "processed"), [(10, 9), (25, 7), (12, 1)])
@of_changes
def test_accounts_that_a_call_silently_leaves_out_are_detected(
    ecs: Emulator,
    provider: Provider,
    operation: str,
    size: int,
    processed: int,
    lie: dict[str, int | float],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    work = Work(ecs, provider, operation, ALL[:size])
    if operation == "update":
        # One that goes is no more than a call processes: so an update that swaps everybody.
        work.after = ALL[size : 2 * size]
    tell(ecs, lie)
    with monkeypatch.context() as patch:
        patch.setattr("ecs_emulator.ecs.sharing.ACCOUNTS_A_CALL", processed)
        text = work.fails()
    assert "it does not show" in text
    assert ("still not listed: " in text) == (operation != "delete")
    assert ("still listed: " in text) == (operation != "create")
    if operation == "create":
        assert live(ecs) == []
    # Nobody has access who had none, and who lost it was to lose it.
    assert set(live(ecs)) <= set(work.before)
    ecs.faults.clear()
    work.run()


@of_changes
def test_accounts_that_are_left_out_where_a_change_is_taken_back_are_not_said_to_be_taken_back(
    ecs: Emulator, provider: Provider, operation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = Work(ecs, provider, operation, ALL[:15])
    if operation == "update":
        work.after = ALL[15:30]
    ecs.faults.add(action=MODIFY, kind="error", code="Forbidden.RAM", status=403, after=1, times=1)

    def leave_out() -> None:
        monkeypatch.setattr("ecs_emulator.ecs.sharing.ACCOUNTS_A_CALL", 3)

    with just_before(ecs, MODIFY, leave_out, number=3):
        text = work.fails()
    assert live(ecs) != work.before
    assert "the image is shared with the same accounts as before" not in text
    wrong = set(live(ecs)) ^ set(work.before)
    assert all(f"  - {account}" in text for account in wrong)
