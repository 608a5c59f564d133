"""From live and wanted accounts to the fewest legal calls."""

from __future__ import annotations

from collections import deque

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_alicloud_image_share.cloud.model import BATCH_SIZE, ShareCall
from pulumi_alicloud_image_share.errors import RuleBroken
from pulumi_alicloud_image_share.share.plan import plan_share

ACCOUNTS = [str(1000 + n) for n in range(80)]
some_accounts = st.sets(st.sampled_from(ACCOUNTS), max_size=60)


def test_fifty_accounts_take_five_calls() -> None:
    plan = plan_share([], wanted=ACCOUNTS[:50], max_accounts=50)
    assert [len(call.add) for call in plan.calls] == [10] * 5


def test_one_account_gained_and_one_lost_take_one_call() -> None:
    plan = plan_share(["1001"], wanted=["1002"], lose=["1001"], max_accounts=50)
    assert plan.calls == (ShareCall(add=("1002",), remove=("1001",)),)


def test_at_the_quota_removals_come_first_in_a_call_of_their_own() -> None:
    plan = plan_share(ACCOUNTS[:50], wanted=["2000"], lose=[ACCOUNTS[0]], max_accounts=50)
    assert plan.calls == (ShareCall(remove=(ACCOUNTS[0],)), ShareCall(add=("2000",)))


def test_near_the_quota_only_what_fits_beside_all_is_added_with_the_removals() -> None:
    plan = plan_share(ACCOUNTS[:45], wanted=[str(2000 + n) for n in range(10)], lose=ACCOUNTS[:10], max_accounts=50)
    assert [(len(call.add), len(call.remove)) for call in plan.calls] == [(5, 10), (5, 0)]


def test_accounts_that_are_as_wanted_take_no_call() -> None:
    plan = plan_share(["1001"], wanted=["1001"], max_accounts=50)
    assert not plan
    assert plan.keep == ("1001",)


def test_unsharing_is_possible_from_over_the_quota() -> None:
    assert plan_share(ACCOUNTS[:60], wanted=[], lose=ACCOUNTS[:60], max_accounts=50).lose == tuple(ACCOUNTS[:60])


def test_calls_may_be_made_side_by_side_where_none_makes_room_for_another() -> None:
    assert plan_share([], wanted=ACCOUNTS[:50], max_accounts=50).is_in_any_order
    assert plan_share(ACCOUNTS[:60], wanted=[], lose=ACCOUNTS[:60], max_accounts=50).is_in_any_order
    assert not plan_share(ACCOUNTS[:30], wanted=ACCOUNTS[30:60], lose=ACCOUNTS[:30], max_accounts=50).is_in_any_order


def test_accounts_that_do_not_fit_are_refused_by_the_numbers() -> None:
    with pytest.raises(RuleBroken, match=r"45 other accounts and 10 more would make 55, over max_accounts \(50\)"):
        plan_share(ACCOUNTS[:45], wanted=ACCOUNTS[45:55], max_accounts=50)


@given(some_accounts, some_accounts, some_accounts, st.integers(min_value=1, max_value=80))
def test_a_plan_ends_at_the_wanted_set_and_never_passes_a_limit(
    live: set[str], gain: set[str], lose: set[str], max_accounts: int
) -> None:
    wanted = (live - lose) | gain
    try:
        plan = plan_share(live, wanted=gain, lose=lose, max_accounts=max_accounts)
    except RuleBroken:
        assert len(wanted) > max_accounts
        return
    now = set(live)
    for call in plan.calls:
        assert len(call.add) <= BATCH_SIZE
        assert len(call.remove) <= BATCH_SIZE
        if call.add:
            assert len(now | set(call.add)) <= max_accounts
        now = (now | set(call.add)) - set(call.remove)
    assert now == wanted


@given(
    live=st.integers(min_value=0, max_value=50),
    gain=st.integers(min_value=0, max_value=45),
    lose=st.integers(min_value=0, max_value=50),
    max_accounts=st.integers(min_value=1, max_value=50),
)
def test_no_legal_sequence_of_calls_is_shorter(live: int, gain: int, lose: int, max_accounts: int) -> None:
    lose = min(lose, live)
    if live > max_accounts or live + gain - lose > max_accounts:
        return
    plan = plan_share(
        [f"1{n}" for n in range(live)],
        wanted=[f"2{n}" for n in range(gain)],
        lose=[f"1{n}" for n in range(lose)],
        max_accounts=max_accounts,
    )
    assert len(plan.calls) == fewest_calls(live, gain, lose, max_accounts)


def fewest_calls(live: int, gain: int, lose: int, max_accounts: int) -> int:
    """Search all sequences of calls, shortest first."""
    start = (gain, lose)
    seen, queue = {start}, deque([(start, 0)])
    while queue:
        (adding, removing), calls = queue.popleft()
        if (adding, removing) == (0, 0):
            return calls
        count = live + (gain - adding) - (lose - removing)
        for add in range(min(BATCH_SIZE, adding, max_accounts - count) + 1):
            for remove in range(min(BATCH_SIZE, removing) + 1):
                after = (adding - add, removing - remove)
                if after not in seen:
                    seen.add(after)
                    queue.append((after, calls + 1))
    raise AssertionError("no way")


def test_an_account_to_be_unshared_is_unshared_though_it_is_not_listed() -> None:
    plan = plan_share(["1001"], wanted=["1001"], lose=["1002"], max_accounts=50)
    assert plan.calls == (ShareCall(remove=("1002",)),)


def test_only_accounts_that_are_listed_make_room() -> None:
    plan = plan_share(["1001", "1003"], wanted=["1002"], lose=["0999", "1001"], max_accounts=2)
    assert plan.calls == (ShareCall(remove=("1001", "0999")), ShareCall(add=("1002",)))
