"""Who may be unshared, which shares conflict, whose failure keeps what: decided from the claims of one image."""

from __future__ import annotations

import itertools
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_alicloud_image_share.resource.run import RunFiles
from pulumi_alicloud_image_share.share.ledger import (
    Claim,
    Ledger,
    conflicts,
    failed_successors,
    free_to_unshare,
    held,
    left_to,
    taken,
    unshared,
    wanted,
)
from pulumi_alicloud_image_share.share.record import Share
from pulumi_alicloud_image_share.values import UNKNOWN

REGION, IMAGE, OTHER_IMAGE = "cn-hangzhou", "m-bp1golden00000000001", "m-bp1golden00000000002"
KEY, OTHER_KEY = f"{REGION}:{IMAGE}", f"{REGION}:{OTHER_IMAGE}"
A, B, C = "1000000000000002", "1000000000000003", "1000000000000004"
GOLDEN, SILVER, FORMER = "urn:golden", "urn:silver", "urn:former"


def claim(
    wants: str | None = None, holds: str = "", *, given_up: str = "", unshared: str = "", **more: object
) -> Claim:
    """Each letter is an account."""
    listed = None if wants is None else dict.fromkeys(wants, "")
    kept = dict.fromkeys(holds, "")
    return Claim(listed, holds=kept, given_up=frozenset(given_up), unshared=frozenset(unshared), **more)  # type: ignore[arg-type]


def share(*accounts: str, image: object = IMAGE, exclusive: bool = False) -> Share:
    return Share(image, REGION, dict.fromkeys(accounts, ""), exclusive=exclusive)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("claims", "gives_up", "free"),
    [
        pytest.param({}, "ab", "ab", id="no share is known"),
        pytest.param({GOLDEN: claim("a", "ab")}, "b", "b", id="its own claim holds it"),
        pytest.param({GOLDEN: claim("ab", "ab")}, "b", "", id="its own new entry lists it, as in a replacement"),
        pytest.param({SILVER: claim("b")}, "ab", "a", id="another share lists it"),
        pytest.param({SILVER: claim("b", status="failed")}, "b", "", id="another share lists it and failed"),
        pytest.param({SILVER: claim(None, "b")}, "ab", "a", id="another share of the state holds it, not checked"),
        pytest.param({SILVER: claim("", "b")}, "b", "", id="another share drops it, but has not given it up yet"),
        pytest.param({SILVER: claim("", "b", given_up="b")}, "b", "b", id="another share gave it up"),
        pytest.param({SILVER: claim("", "b", status="done")}, "b", "b", id="another share is done and let it go"),
        pytest.param({SILVER: claim("b", "b", status="done")}, "b", "", id="another share is done and kept it"),
        pytest.param({SILVER: claim("", "b", status="failed")}, "b", "", id="another share failed to drop it"),
        pytest.param({FORMER: claim(None, "b")}, "b", "b", id="the state knows the share by another URN"),
    ],
)
def test_an_account_is_free_to_unshare_if_no_share_lists_it_and_no_other_share_holds_it(
    claims: dict[str, Claim], gives_up: str, free: str
) -> None:
    assert free_to_unshare(claims, (GOLDEN, FORMER), gives_up) == set(free)


@pytest.mark.parametrize(
    ("mine", "other", "found"),
    [
        pytest.param(claim("ab", "ab"), claim("", "b"), "b", id="another share drops it"),
        pytest.param(claim("ab", "ab"), claim("", "b", unshared="b"), "b", id="another share has unshared it"),
        pytest.param(claim("ab", "ab"), claim(None, "b"), "", id="another share was not checked"),
        pytest.param(claim("ab", "ab"), claim("b", "b"), "", id="another share keeps it"),
        pytest.param(claim("a", "ab"), claim("", "b"), "", id="both drop it"),
        pytest.param(claim("ab", "a"), claim("", "b"), "", id="it is new here"),
        pytest.param(claim(None, "ab"), claim("", "b"), "", id="the share itself was not checked"),
    ],
)
def test_an_account_that_another_share_drops_is_shared_once_more(mine: Claim, other: Claim, found: str) -> None:
    assert taken({GOLDEN: mine, SILVER: other}, GOLDEN) == set(found)


def test_a_share_that_moves_to_another_image_takes_nothing_from_itself() -> None:
    assert taken({GOLDEN: claim("", "ab")}, GOLDEN) == set()
    assert taken({GOLDEN: claim("ab", "ab", given_up="a", unshared="a")}, GOLDEN) == set()


@pytest.mark.parametrize(
    ("mine", "other", "found"),
    [
        pytest.param(claim("ab"), claim("bc"), [(SILVER, {"b"})], id="both list an account"),
        pytest.param(claim("ab", exclusive=True), claim("bc"), [(SILVER, {"b"})], id="both list one, one is exclusive"),
        pytest.param(claim("a"), claim("b"), [], id="different accounts"),
        pytest.param(claim("a", exclusive=True), claim("b"), [(SILVER, set())], id="this one is exclusive"),
        pytest.param(claim("a"), claim("b", exclusive=True), [(SILVER, set())], id="the other is exclusive"),
        pytest.param(claim("a", exclusive=True), claim(None, "ab"), [], id="the other is only in the state"),
        pytest.param(claim("a", exclusive=True), claim("", "ab"), [], id="the other has left the image"),
    ],
)
def test_shares_conflict_if_they_list_one_account_or_one_is_exclusive(
    mine: Claim, other: Claim, found: list[tuple[str, set[str]]]
) -> None:
    assert conflicts({GOLDEN: mine, SILVER: other}, GOLDEN) == found


def test_a_failed_share_that_lists_an_account_is_its_failed_successor() -> None:
    claims = {GOLDEN: claim("a", status="failed"), SILVER: claim("b", status="done"), FORMER: claim(None, "a")}
    assert failed_successors(claims, "ab") == [GOLDEN]
    assert failed_successors(claims, "b") == []


def test_what_was_given_up_and_kept_access_is_left_to_the_share_that_lists_it() -> None:
    claims = {GOLDEN: claim("ab"), SILVER: claim("", "abc", given_up="abc", unshared="bc")}
    assert left_to(claims, GOLDEN) == {"a"}
    assert left_to(claims, FORMER) == set()


def test_what_is_wanted_held_and_unshared_is_the_sum_of_all_claims() -> None:
    claims = {GOLDEN: claim("a", "b"), SILVER: claim(None, "c", given_up="c", unshared="c")}
    assert (wanted(claims), held(claims), unshared(claims)) == ({"a"}, {"b", "c"}, {"c"})


letters = st.sets(st.sampled_from("abcd"), max_size=4).map("".join)
any_claim = st.builds(
    claim, st.none() | letters, letters, given_up=letters, status=st.sampled_from(["waiting", "done", "failed"])
)


@given(st.dictionaries(st.sampled_from([GOLDEN, SILVER, FORMER]), any_claim), letters)
def test_nothing_that_a_share_lists_is_ever_free(claims: dict[str, Claim], gives_up: str) -> None:
    free = free_to_unshare(claims, [GOLDEN], gives_up)
    assert free <= set(gives_up)
    assert not free & wanted(claims)
    assert not any(free & other.still_holds for urn, other in claims.items() if urn != GOLDEN)


def give_up(ledger: Ledger, urn: str, *accounts: str, image: str = KEY) -> set[str]:
    with ledger.giving_up(urn, image, accounts) as free:
        return set(free)


def test_a_share_that_is_checked_again_replaces_what_it_wanted() -> None:
    ledger = Ledger()
    ledger.want(GOLDEN, share(A))
    ledger.want(GOLDEN, share(B, exclusive=True))
    assert ledger.claims(KEY) == {GOLDEN: Claim({B: ""}, exclusive=True)}
    ledger.want(GOLDEN, share(B, image=OTHER_IMAGE))
    assert ledger.claims(KEY) == {GOLDEN: Claim({})}
    assert ledger.asked(GOLDEN, KEY) is None
    assert ledger.asked(GOLDEN, OTHER_KEY) == share(B, image=OTHER_IMAGE)
    assert ledger.images(GOLDEN) == [KEY, OTHER_KEY]


def test_a_share_whose_image_is_not_known_yet_claims_nothing_and_remembers_what_it_had() -> None:
    ledger = Ledger()
    ledger.want(GOLDEN, share(A, image=UNKNOWN), {B: "data"})
    assert ledger.claims(KEY) == {}
    assert ledger.before(GOLDEN) == {B: "data"}


def test_the_second_check_of_a_replacement_is_told_nothing_and_forgets_nothing() -> None:
    ledger = Ledger()
    ledger.want(GOLDEN, share(A), {A: "", B: ""})
    ledger.want(GOLDEN, share(A))
    assert ledger.before(GOLDEN) == {A: "", B: ""}
    assert ledger.before(SILVER) == {}


@pytest.mark.parametrize("order", [*itertools.permutations(["check golden", "check silver", "silver gives up"])])
def test_an_account_that_two_shares_hold_stays_while_one_of_them_lists_it(order: tuple[str, ...]) -> None:
    ledger = Ledger()
    ledger.learn({GOLDEN: {KEY: [A]}, SILVER: {KEY: [A, B]}}, {})
    for step in order:
        if step == "check golden":
            ledger.want(GOLDEN, share(A))
        elif step == "check silver":
            ledger.want(SILVER, share(B))
        else:
            assert give_up(ledger, SILVER, A) == set()


def test_the_last_share_that_gives_an_account_up_unshares_it() -> None:
    ledger = Ledger()
    ledger.learn({GOLDEN: {KEY: [A]}, SILVER: {KEY: [A, B]}}, {})
    assert give_up(ledger, SILVER, A, B) == {B}
    assert give_up(ledger, GOLDEN, A) == {A}


def test_what_the_program_lists_elsewhere_stays_before_that_share_is_checked() -> None:
    ledger = Ledger()
    ledger.learn({GOLDEN: {KEY: [A, B]}}, {SILVER: {KEY: [B]}})
    assert give_up(ledger, GOLDEN, A, B) == {A}
    ledger.want(SILVER, share(C))
    ledger.learn({}, {SILVER: {KEY: [B]}})
    assert ledger.claims(KEY)[SILVER].wants == {C: ""}


def test_a_share_with_an_alias_holds_what_its_former_urn_held() -> None:
    ledger = Ledger()
    ledger.learn({FORMER: {KEY: [A, B]}}, {})
    ledger.hold(GOLDEN, KEY, {A: "", B: ""}, own_urn=FORMER)
    ledger.want(GOLDEN, share(A))
    ledger.learn({FORMER: {KEY: [A, B]}}, {})
    assert give_up(ledger, GOLDEN, B) == {B}
    assert give_up(ledger, FORMER, A, B) == {B}
    assert ledger.urn_of_entry(FORMER, KEY, [A, B]) == GOLDEN


def test_a_share_that_fails_has_given_up_nothing() -> None:
    ledger = Ledger()
    ledger.hold(SILVER, KEY, {A: "", B: ""})
    ledger.want(GOLDEN, share(A))
    with pytest.raises(ValueError, match="refused"), ledger.giving_up(SILVER, KEY, [A, B]):
        raise ValueError("refused")
    assert ledger.claims(KEY)[SILVER] == Claim(holds={A: "", B: ""})
    assert left_to(ledger.claims(KEY), GOLDEN) == set()


def test_a_failure_takes_back_only_what_this_very_operation_gave_up() -> None:
    ledger = Ledger()
    assert give_up(ledger, SILVER, A) == {A}
    with pytest.raises(ValueError, match="refused"), ledger.giving_up(SILVER, KEY, [A, B]):
        raise ValueError("refused")
    assert ledger.claims(KEY)[SILVER] == Claim(given_up=frozenset([A]), unshared=frozenset([A]))


def test_a_share_whose_update_is_done_lets_go_of_what_it_no_longer_lists() -> None:
    ledger = Ledger()
    ledger.learn({GOLDEN: {KEY: [A]}, SILVER: {KEY: [A]}}, {})
    ledger.want(GOLDEN, share(A, image=OTHER_IMAGE))
    assert give_up(ledger, SILVER, A) == set()
    ledger.succeed(GOLDEN)
    assert give_up(ledger, SILVER, A) == {A}


def test_an_entry_of_the_state_is_known_by_the_outputs_of_a_former_urn() -> None:
    ledger = Ledger()
    ledger.learn({SILVER: {KEY: [A, B]}}, {}, {GOLDEN: [SILVER]})
    ledger.want(GOLDEN, share(C))
    assert ledger.urn_of_entry(GOLDEN, KEY, [A, B]) == SILVER
    assert ledger.urn_of_entry(GOLDEN, OTHER_KEY, [A, B]) == GOLDEN
    assert ledger.urn_of_entry(SILVER, KEY, [A, B]) == SILVER
    ledger.hold(FORMER, KEY, {A: "", B: ""}, own_urn=SILVER)
    assert ledger.urn_of_entry(GOLDEN, KEY, [A, B]) == FORMER


def test_entries_whose_outputs_have_one_urn_are_told_apart_by_what_they_hold() -> None:
    ledger = Ledger()
    ledger.learn({SILVER: {KEY: [A]}, FORMER: {KEY: [B]}, GOLDEN: {KEY: [C]}}, {}, {GOLDEN: [SILVER, FORMER, GOLDEN]})
    found = [ledger.urn_of_entry(GOLDEN, KEY, accounts) for accounts in ([A], [B], [C])]
    assert found == [SILVER, FORMER, GOLDEN]


def test_outputs_replace_what_inputs_said_a_share_holds() -> None:
    ledger = Ledger()
    ledger.hold(GOLDEN, KEY, {A: "", B: ""})
    ledger.hold(GOLDEN, KEY, {A: ""})
    ledger.learn({GOLDEN: {KEY: [A, B]}}, {})
    assert ledger.claims(KEY)[GOLDEN].holds == {A: ""}


def test_a_ledger_that_has_read_the_state_waits_for_nothing_and_shares_nothing_again() -> None:
    ledger = Ledger(wait_seconds=60)
    ledger.learn({}, {})
    asked: list[bool] = []
    ledger.wait_until(lambda: bool(asked.append(True)))
    assert asked == [True]
    ledger.hold(GOLDEN, KEY, {A: ""})
    ledger.want(GOLDEN, share(A))
    ledger.hold(SILVER, KEY, {A: ""})
    ledger.want(SILVER, share())
    assert ledger.taken(GOLDEN, KEY) == set()


def test_a_wait_ends_as_soon_as_another_share_reports() -> None:
    ledger = Ledger(wait_seconds=60)
    reporting = threading.Timer(0.01, lambda: ledger.hold(SILVER, KEY, {A: ""}))
    reporting.start()
    ledger.wait_until(lambda: A in held(ledger.claims(KEY)))
    reporting.join()
    assert A in held(ledger.claims(KEY))


def test_a_wait_ends_when_the_run_is_cancelled() -> None:
    asked: list[bool] = []
    ledger = Ledger(wait_seconds=3600, is_cancelled=lambda: len(asked) > 1)
    ledger.wait_until(lambda: bool(asked.append(True)))
    assert len(asked) == 2


def test_a_wait_for_what_never_comes_ends() -> None:
    Ledger(wait_seconds=0.01).wait_until(lambda: False)


@pytest.fixture
def processes(tmp_path: Path) -> tuple[Ledger, Ledger]:
    """Two processes of one run."""
    files = [RunFiles("127.0.0.1:40001", tmp_path) for _ in range(2)]
    return Ledger(files[0], wait_seconds=0.01), Ledger(files[1], wait_seconds=0.01)


def test_the_claims_of_another_process_count_like_ones_own(processes: tuple[Ledger, Ledger]) -> None:
    one, other = processes
    one.want(GOLDEN, share(A, B, exclusive=True))
    one.hold(GOLDEN, KEY, {B: "", C: ""})
    assert other.claims(KEY, among=[A, B, C]) == {GOLDEN: Claim({A: "", B: ""}, exclusive=True, holds={B: "", C: ""})}
    assert one.claims(OTHER_KEY) == other.claims(OTHER_KEY) == {}
    assert give_up(other, SILVER, A, B, C) == set()
    one.succeed(GOLDEN)
    assert give_up(other, SILVER, A, B, C) == {C}
    assert taken(one.claims(KEY), GOLDEN) == set()
    other.want(SILVER, share(B))
    assert [(urn, set(twice)) for urn, twice in conflicts(other.claims(KEY), SILVER)] == [(GOLDEN, {B})]


@pytest.mark.parametrize("learns_first", [True, False])
def test_what_the_state_says_of_a_share_of_another_process_hides_nothing_that_this_one_says(
    processes: tuple[Ledger, Ledger], learns_first: bool
) -> None:
    one, other = processes
    state = {GOLDEN: {KEY: [A, B]}, SILVER: {KEY: [C]}}
    if learns_first:
        other.learn(state, {})
    one.hold(GOLDEN, KEY, {A: "", B: ""})
    one.want(GOLDEN, share(A, C))
    other.learn(state, {})
    assert give_up(one, GOLDEN, B) == {B}
    assert one.claims(KEY).keys() == {GOLDEN}, "what was read in the state is not published"
    assert give_up(other, SILVER, B, C) == {B}
    assert one.claims(KEY)[SILVER].given_up == {B, C}


def test_an_entry_is_the_shares_own_though_another_process_serves_it_under_its_new_urn(
    processes: tuple[Ledger, Ledger],
) -> None:
    one, other = processes
    other.want(GOLDEN, share(A, image=OTHER_IMAGE))
    other.hold(GOLDEN, KEY, {A: "", B: ""}, own_urn=FORMER)
    assert give_up(one, FORMER, A, B) == {A, B}
    assert give_up(one, SILVER, A, B) == set()


def test_what_another_process_unshares_is_shared_once_more(processes: tuple[Ledger, Ledger]) -> None:
    one, other = processes
    assert give_up(other, SILVER, A) == {A}
    one.hold(GOLDEN, KEY, {A: ""})
    one.want(GOLDEN, share(A))
    assert one.taken(GOLDEN, KEY) == {A}


def test_no_account_stands_in_a_file(processes: tuple[Ledger, Ledger], tmp_path: Path) -> None:
    processes[0].want(GOLDEN, share(A))
    processes[0].hold(GOLDEN, KEY, {B: "data"})
    written = "".join(file.read_text() for file in tmp_path.iterdir())
    assert GOLDEN in written
    assert not [each for each in (A, B, "data") if each in written]
