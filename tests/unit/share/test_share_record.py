"""What a program says, and the rules that need no API call."""

from __future__ import annotations

import math
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_alicloud_image_share.share.record import UNKNOWN, Problem, Share, parse
from pulumi_alicloud_image_share.share.rules import guard_problems, guarded

IMAGE = "m-bp1golden00000000001"
PAYMENTS, DATA = "1000000000000002", "1000000000000003"
ACCOUNT_IDS = st.integers(min_value=1, max_value=10**19 - 1).map(str)


def problems(**inputs: Any) -> list[Problem]:
    asked = {"image_id": IMAGE, "accounts": [PAYMENTS], **inputs}
    return parse(asked, "cn-hangzhou")[1]


def sentences(**inputs: Any) -> list[str]:
    return [problem.sentence for problem in problems(**inputs)]


def spec(**inputs: Any) -> Share:
    parsed, found = parse({"image_id": IMAGE, "accounts": [PAYMENTS], **inputs}, "cn-hangzhou")
    assert found == []
    return parsed


def accounts(count: int) -> dict[str, str]:
    return {str(2000000000000000 + n): "" for n in range(count)}


def test_a_list_of_ids_becomes_a_map_without_names() -> None:
    assert spec(accounts=[DATA, PAYMENTS]).accounts == {PAYMENTS: "", DATA: ""}


def test_a_mapping_of_names_becomes_a_map_keyed_by_account_id() -> None:
    assert spec(accounts={"payments": PAYMENTS, "data": DATA}).accounts == {PAYMENTS: "payments", DATA: "data"}


def test_defaults_are_the_documented_ones() -> None:
    plain = spec()
    assert (plain.region, plain.exclusive, plain.max_accounts, plain.max_unshare_percent) == (
        "cn-hangzhou",
        True,
        50,
        30,
    )


def test_the_argument_region_goes_before_the_configured_one() -> None:
    assert spec(region="eu-central-1").region == "eu-central-1"


@given(st.lists(ACCOUNT_IDS, min_size=1, max_size=50, unique=True))
def test_any_account_ids_are_accepted_as_a_list_and_with_names(account_ids: list[str]) -> None:
    by_name = {f"team {n}": account_id for n, account_id in enumerate(account_ids)}
    assert spec(accounts=account_ids).account_ids == spec(accounts=by_name).account_ids == tuple(sorted(account_ids))


@pytest.mark.parametrize(
    ("account", "says"),
    [
        (1000000000000002, "account ID 1000000000000002 is a number: write it as a string, '1000000000000002'"),
        (1000000000000002.0, "is a number: write it as a string, '1000000000000002'"),
        (1.5, "1.5 is not an account ID"),
        (math.nan, "nan is not an account ID"),
        (True, "True is not an account ID"),
        (None, "an account ID is None"),
        ("", "an account ID is empty"),
        ("  ", "an account ID is empty"),
        (f" {PAYMENTS}", f"has spaces around the account ID: write '{PAYMENTS}'"),
        (f"{PAYMENTS}\n", f"has spaces around the account ID: write '{PAYMENTS}'"),
        ("1000 0000 0000 0002", "is not an account ID"),
        ("alice@example.onaliyun.com", "names of accounts and RAM users are not accepted"),
        (f"acs:ram::{PAYMENTS}:user/alice", f"is an ARN: images are shared with accounts, so give .* '{PAYMENTS}'"),
        ("acs:ram::*:user/alice", "is not an account ID"),
        ("١٢٣٤٥٦٧٨٩٠", "is not an account ID"),
        ("0000000000000002", "does not begin with 0"),
        ("9" * 20, "at most 19 digits"),
        ("1" * 12_000, r"'1{39}\.\.\. \(12002 characters\) can't be an account ID"),
        ([PAYMENTS], "is not an account ID"),
        ({"id": PAYMENTS}, "is not an account ID"),
    ],
)
def test_what_is_no_account_id_is_refused_by_one_sentence(account: Any, says: str) -> None:
    found = problems(accounts=[DATA, account])
    assert [problem.property for problem in found] == ["accounts"]
    assert re.search(says, found[0].sentence)


def test_a_number_too_large_to_be_exact_is_not_quoted_with_wrong_digits() -> None:
    assert sentences(accounts=[900719925474099300]) == [
        "an account ID is a number too large to be exact: write it as a string of digits, in quotes."
    ]


def test_the_same_mistake_is_said_once() -> None:
    assert len(sentences(accounts=["alice", "alice", "alice"])) == 1


def test_accounts_as_every_output_has_them_are_taken_as_they_are() -> None:
    assert spec(accounts={PAYMENTS: "payments", DATA: ""}).accounts == {PAYMENTS: "payments", DATA: ""}


def test_each_entry_of_a_mapping_may_stand_either_way_round() -> None:
    assert spec(accounts={PAYMENTS: "payments", "data": DATA}).accounts == {PAYMENTS: "payments", DATA: "data"}


def test_a_short_number_is_a_name_and_not_an_account() -> None:
    assert spec(accounts={"42": PAYMENTS}).accounts == {PAYMENTS: "42"}


def test_an_account_whose_name_is_not_known_yet_is_not_known() -> None:
    assert spec(accounts={PAYMENTS: UNKNOWN}).unknown_accounts == 1


def test_one_account_either_way_round_is_listed_twice() -> None:
    assert "is listed twice" in sentences(accounts={PAYMENTS: "payments", "billing": PAYMENTS})[0]


def test_nobody_is_listed_where_the_engine_hands_back_that_nobody_was_left() -> None:
    assert parse({"image_id": IMAGE, "accounts": {}}, "cn-hangzhou", may_be_empty=True)[1] == []


def test_the_name_of_a_faulty_account_is_said() -> None:
    assert "(for 'payments')" in sentences(accounts={"payments": "alice"})[0]


def test_an_account_id_as_a_name_is_refused() -> None:
    assert "is an account ID itself: give a name" in sentences(accounts={DATA: PAYMENTS})[0]


def test_the_same_account_twice_in_a_list_is_refused() -> None:
    assert sentences(accounts=[PAYMENTS, PAYMENTS]) == [f"account {PAYMENTS} is listed twice: list it once."]


def test_the_same_account_under_two_names_is_refused() -> None:
    in_any_order = [{"payments": PAYMENTS, "billing": PAYMENTS}, {"billing": PAYMENTS, "payments": PAYMENTS}]
    assert [*sentences(accounts=in_any_order[0]), *sentences(accounts=in_any_order[1])] == 2 * [
        f"account {PAYMENTS} is listed twice, as 'billing' and as 'payments': list it once."
    ]


@pytest.mark.parametrize("none", [None, [], {}])
def test_no_accounts_at_all_means_the_resource_should_go(none: Any) -> None:
    assert "delete the resource instead" in sentences(accounts=none)[0]


@pytest.mark.parametrize("accounts", [PAYMENTS, 17, True])
def test_accounts_must_be_a_list_or_a_mapping(accounts: Any) -> None:
    assert "must be a list of account IDs or a mapping of names to account IDs" in sentences(accounts=accounts)[0]


def test_more_accounts_than_max_accounts_are_refused() -> None:
    assert sentences(accounts=list(accounts(53))) == [
        "53 accounts are more than max_accounts (50) allows an image: remove 3, or raise max_accounts, and the quota "
        "in Quota Center if it is lower."
    ]


def test_a_raised_max_accounts_admits_more() -> None:
    assert len(spec(accounts=list(accounts(53)), max_accounts=60).accounts) == 53


@pytest.mark.parametrize(
    ("image_id", "says"),
    [
        (None, "image_id is missing"),
        ("", "image_id is missing"),
        ("aliyun_3_x64_20G_alibase_20240528.vhd", "is a public image"),
        ("ami-0123456789abcdef0", "can't be the ID of a custom image"),
        ("m-", "can't be the ID of a custom image"),
        (f"{IMAGE}\n", "can't be the ID of a custom image"),
        (17, "can't be the ID of a custom image"),
    ],
)
def test_what_can_be_no_image_id_is_refused(image_id: Any, says: str) -> None:
    found = problems(image_id=image_id)
    assert [problem.property for problem in found] == ["image_id"]
    assert says in found[0].sentence


def test_no_region_anywhere_is_refused() -> None:
    found = parse({"image_id": IMAGE, "accounts": [PAYMENTS]}, None)[1]
    assert [problem.property for problem in found] == ["region"]
    assert "pulumi config set alicloud-image-share:region" in found[0].sentence


@pytest.mark.parametrize("region", ["Hangzhou", "cn hangzhou", "cn-hangzhou/", 5])
def test_what_can_be_no_region_is_refused(region: Any) -> None:
    assert "can't be a region" in sentences(region=region)[0]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("exclusive", "yes"),
        ("exclusive", 1),
        ("max_accounts", 0),
        ("max_accounts", 1.5),
        ("max_accounts", "50"),
        ("max_accounts", True),
        ("max_accounts", math.inf),
        ("max_unshare_percent", -1),
        ("max_unshare_percent", 101),
        ("max_unshare_percent", "30%"),
        ("max_unshare_percent", math.nan),
    ],
)
def test_limits_and_flags_of_the_wrong_kind_are_refused(name: str, value: Any) -> None:
    found = problems(**{name: value})
    assert [problem.property for problem in found] == [name]
    assert f"{name} must be" in found[0].sentence


def test_an_unknown_argument_is_refused_and_the_right_one_named() -> None:
    (problem,) = problems(acounts=[PAYMENTS])
    assert problem.property == "acounts"
    assert problem.sentence == "ImageShare has no argument 'acounts': did you mean accounts?"


def test_an_argument_like_none_is_refused_and_all_are_named() -> None:
    assert "the arguments are image_id, region, accounts" in sentences(tags={})[0]


def test_all_problems_are_found_at_once() -> None:
    found = problems(image_id="x", accounts=["a", "b"], region="?", exclusive="no", speed=9)
    assert [problem.property for problem in found] == [
        "image_id",
        "region",
        "accounts",
        "accounts",
        "exclusive",
        "speed",
    ]


def test_unknown_values_break_no_rule() -> None:
    parsed, found = parse(dict.fromkeys(("image_id", "accounts", "region", "exclusive", "max_accounts"), UNKNOWN), None)
    assert found == []
    assert not parsed.all_accounts_known


def test_an_unknown_account_hides_no_problem_of_a_known_one() -> None:
    assert len(sentences(accounts={"a": UNKNOWN, "b": "alice", "c": PAYMENTS, "d": PAYMENTS})) == 2


def test_unknown_accounts_count_towards_the_limit() -> None:
    assert "51 accounts are more" in sentences(accounts=[*accounts(50), UNKNOWN])[0]


def test_one_unknown_account_makes_the_map_unknown_in_the_preview() -> None:
    assert spec(accounts=[PAYMENTS, UNKNOWN]).as_inputs()["accounts"] is UNKNOWN


def test_an_update_that_unshares_too_many_is_refused_and_names_them() -> None:
    had = {**accounts(9), PAYMENTS: "payments"}
    keeping = [account for account in had if account != PAYMENTS][:6]
    found = guard_problems(spec(accounts=keeping), had)
    assert [problem.property for problem in found] == ["accounts"]
    assert "4 of 10 accounts (40 %), more than max_unshare_percent (30)" in found[0].sentence
    assert f"payments ({PAYMENTS})" in found[0].sentence
    assert "raise max_unshare_percent to at least 40" in found[0].sentence


@pytest.mark.parametrize(
    ("had", "keep", "percent", "refused"),
    [
        (10, 7, 30, False),
        (10, 6, 30, True),
        (9, 1, 30, False),
        (50, 1, 100, False),
        (10, 9, 0, True),
        (10, 10, 0, False),
    ],
)
def test_max_unshare_percent_guards_ten_accounts_or_more(had: int, keep: int, percent: int, refused: bool) -> None:
    wanted = spec(accounts=list(accounts(keep)), max_unshare_percent=percent)
    assert bool(guard_problems(wanted, accounts(had))) is refused


def test_an_unknown_account_may_be_any_of_those_that_are_not_named() -> None:
    keeping = list(accounts(20))[:13]
    assert guard_problems(spec(accounts=[*keeping, UNKNOWN]), accounts(20)) == []
    [problem] = guard_problems(spec(accounts=[UNKNOWN]), accounts(20))
    assert "would unshare at least 19 of the 20 accounts (95 %)" in problem.sentence
    assert guard_problems(spec(accounts=UNKNOWN), accounts(20)) == []


def test_a_percentage_just_over_the_limit_reads_as_over_it() -> None:
    [problem] = guard_problems(spec(accounts=list(accounts(23))[:16]), accounts(23))
    assert "(30.5 %), more than max_unshare_percent (30)" in problem.sentence


def test_an_account_that_moves_to_another_share_does_not_count_as_lost() -> None:
    had = accounts(12)
    stays, moves = list(had)[:6], list(had)[6:]
    assert guard_problems(spec(accounts=stays), had, moves) == []
    [problem] = guard_problems(spec(accounts=stays), had, moves[:2])
    assert "would unshare 4 of 12 accounts (33.4 %)" in problem.sentence


@pytest.mark.parametrize(
    ("before", "in_state", "counted"),
    [
        pytest.param({}, None, set(), id="a new share"),
        pytest.param({"1": "", "2": ""}, None, {"1", "2"}, id="replaced: only its inputs are known"),
        pytest.param({}, {"1": ""}, {"1"}, id="only its outputs are known"),
        pytest.param({"1": "", "2": ""}, {"1": ""}, {"1"}, id="a create that ended halfway"),
        pytest.param({"1": ""}, {"1": "", "2": ""}, {"1"}, id="an update that ended halfway, and may be taken back"),
        pytest.param({"1": ""}, {}, set(), id="all access was taken away in the console"),
    ],
)
def test_the_guard_counts_from_what_a_share_had(
    before: dict[str, str], in_state: dict[str, str] | None, counted: set[str]
) -> None:
    assert set(guarded(before, in_state)) == counted


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text() | st.binary(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    ),
    st.sampled_from(["image_id", "accounts", "region", "exclusive", "max_accounts", "max_unshare_percent"]),
)
def test_no_input_makes_parsing_fail_and_every_problem_is_one_line(value: Any, name: str) -> None:
    for problem in problems(**{name: value}):
        assert "\n" not in problem.sentence
        assert problem.sentence.endswith(".")
