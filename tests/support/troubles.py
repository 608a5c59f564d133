"""What goes wrong while a command runs, and how people run commands, as random programs draw it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

POOL = [str(2000000000000001 + n) for n in range(12)]
"""The accounts that programs and consoles share with."""
MODIFY, LIST, IMAGES = "ModifyImageSharePermission", "DescribeImageSharePermission", "DescribeImages"
LAG, NEVER = 0.15, 3600.0

accounts = st.one_of(st.sets(st.sampled_from(POOL), min_size=1, max_size=5), st.sets(st.sampled_from(POOL), min_size=9))
few_accounts = st.sets(st.sampled_from(POOL), min_size=1, max_size=4).map(sorted)
passing_faults = st.builds(
    dict,
    kind=st.sampled_from(
        ["throttle", "unavailable", "internal_error", "drop_before", "drop_after", "truncate", "garbage"]
    ),
    action=st.sampled_from([MODIFY, MODIFY, LIST, IMAGES]),
    after=st.integers(0, 2),
    times=st.just(1),
)
final_faults = st.one_of(
    st.builds(
        dict,
        kind=st.just("error"),
        code=st.just("Forbidden.RAM"),
        status=st.just(403),
        action=st.sampled_from([MODIFY, MODIFY, MODIFY, LIST]),
        after=st.integers(0, 2),
        times=st.sampled_from([1, 1, None]),
    ),
    st.builds(
        dict,
        kind=st.sampled_from(["drop_after", "garbage", "throttle"]),
        action=st.just(MODIFY),
        after=st.integers(0, 2),
    ),
)
faults = st.one_of(
    st.just([]),
    st.lists(passing_faults, min_size=1, max_size=2),
    st.lists(final_faults, min_size=1, max_size=1),
    st.lists(final_faults, min_size=1, max_size=1),
)
lies = st.one_of(
    st.just({}),
    st.just({}),
    st.just({"visibility_lag_s": LAG}),
    st.fixed_dictionaries(
        {},
        optional={
            "visibility_lag_s": st.sampled_from([LAG, NEVER]),
            "page_size_cap": st.sampled_from([1, 5, 10]),
            "list_twice": st.integers(1, 5),
            "total_count_offset": st.sampled_from([-20, -1, 1]),
        },
    ),
)


@dataclass(frozen=True)
class Act:
    """Somebody does this in the console."""

    place: int
    share: list[str]
    unshare: list[str]


acts = st.builds(Act, st.integers(0, 1), st.one_of(st.just([]), few_accounts), st.one_of(st.just([]), few_accounts))
maybe_acts = st.one_of(st.none(), st.none(), acts)


@dataclass(frozen=True)
class Trouble:
    """All that goes wrong while a command runs."""

    faults: list[dict[str, Any]] = field(default_factory=list)
    lies: dict[str, Any] = field(default_factory=dict)
    just_before: Act | None = None
    """What somebody does in the console after the preview; where reads lag, the command does not see it."""
    meanwhile: Act | None = None
    """What somebody does in the console in the middle of it, before call number `at`."""
    at: int = 0
    dies_at: int = 0
    """The provider is killed once call number `dies_at` is carried out; 0: never."""

    @property
    def lags(self) -> bool:
        """Whether lists are late."""
        return "visibility_lag_s" in self.lies


PEACE = Trouble()
troubles = st.one_of(
    st.just(PEACE),
    st.just(PEACE),
    st.builds(Trouble, faults, lies, maybe_acts, st.none()),
    st.builds(Trouble, faults, lies, st.none(), maybe_acts, st.integers(1, 8)),
    st.builds(Trouble, dies_at=st.integers(1, 8)),
)


@dataclass(frozen=True)
class Way:
    """How somebody runs a command; `places` choose resources by number, among those of program and state."""

    option: str = ""
    """"target", "exclude", "replace" or "" for none of these."""
    places: Sequence[int] = (0,)
    order: int = 0
    refresh: bool = False
    continue_on_error: bool = False
    stops_after: int | None = None
    other_pickle: bool = False
    wrong_keys: bool = False
    preview_order: int | None = None
    """The order of a second preview, None for none."""

    @property
    def ends_early(self) -> bool:
        """Whether somebody presses ^C."""
        return self.stops_after is not None


AS_USUAL = Way()
orders = st.integers(0, 999)
places = st.lists(st.integers(0, 5), min_size=1, max_size=2)
ways = st.one_of(
    st.just(AS_USUAL),
    st.builds(Way, order=orders, preview_order=orders),
    st.builds(Way, st.sampled_from(["target", "exclude", "replace"]), places, orders),
    st.builds(
        Way,
        option=st.sampled_from(["", "", "target", "exclude", "replace"]),
        places=places,
        order=orders,
        refresh=st.booleans(),
        continue_on_error=st.booleans(),
        stops_after=st.sampled_from([None, None, None, 0, 1, 2]),
        other_pickle=st.booleans(),
        wrong_keys=st.sampled_from([False, False, False, False, True]),
        preview_order=st.one_of(st.none(), orders),
    ),
)
