"""Each property is declared once: parsing, serialising, reading back, differences and plans derive from that."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_alicloud_image_share.copy import record as copies
from pulumi_alicloud_image_share.copy.record import Copy, CopyRecord
from pulumi_alicloud_image_share.plugin.catalogue import RESOURCES
from pulumi_alicloud_image_share.record import ADDED, CHANGED, NO_DEFAULT, REMOVED, Difference, Property, Record
from pulumi_alicloud_image_share.resource.base import AnyResource
from pulumi_alicloud_image_share.share import record as shares
from pulumi_alicloud_image_share.share.record import KnownShare, Share, ShareRecord
from pulumi_alicloud_image_share.values import UNKNOWN

ARN, OTHER_ARN = (f"acs:ram::1000000000000001:role/{name}" for name in ("sharer", "other"))
ROLE = {"role_arn": ARN, "session_name": "ci", "session_seconds": 900}

TEXTS = st.text(st.characters(min_codepoint=97, max_codepoint=122), min_size=2, max_size=8)
IMAGE_IDS = st.from_regex(r"m-[0-9a-z]{6,20}", fullmatch=True)
REGIONS = st.sampled_from(["cn-hangzhou", "cn-beijing", "eu-central-1"])
ACCOUNTS = st.dictionaries(st.integers(10**15, 10**16 - 1).map(str), TEXTS | st.just(""), min_size=1, max_size=5)
CREDENTIALS = {
    "profile": TEXTS,
    "assume_role": st.fixed_dictionaries(
        {"role_arn": st.just(ARN)}, optional={"session_name": TEXTS, "session_seconds": st.integers(900, 43200)}
    ),
}


def programs(required: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Programs without a mistake, in which any optional argument may be unknown."""
    unknown = {name: st.just(UNKNOWN) | values for name, values in {**optional, **CREDENTIALS}.items()}
    return st.fixed_dictionaries(required, optional=unknown)


SHARES = programs(
    {"image_id": st.just(UNKNOWN) | IMAGE_IDS, "accounts": st.just(UNKNOWN) | ACCOUNTS},
    {
        "region": REGIONS,
        "exclusive": st.booleans(),
        "max_accounts": st.integers(5, 1_000_000),
        "max_unshare_percent": st.integers(0, 100),
        "allow_marketplace_based": st.booleans(),
    },
)
COPIES = programs(
    {"source_image_id": st.just(UNKNOWN) | IMAGE_IDS, "region": st.just(UNKNOWN) | REGIONS},
    {
        "source_region": REGIONS,
        "name": TEXTS,
        "description": TEXTS,
        "family": TEXTS,
        "encrypted": st.just(True),
        "kms_key_id": TEXTS,
        "tags": st.dictionaries(TEXTS, TEXTS | st.just(UNKNOWN), max_size=3),
        "force_delete": st.booleans(),
    },
)


def share(**inputs: Any) -> Share:
    asked = {"image_id": "m-bp1golden00000000001", "accounts": {"payments": "1000000000000002"}, **inputs}
    found, problems = shares.parse(asked, "cn-hangzhou")
    assert problems == []
    return found


def copy(**inputs: Any) -> Copy:
    found, problems = copies.parse(
        {"source_image_id": "m-bp1golden00000000001", "region": "cn-beijing", **inputs}, "cn-hangzhou"
    )
    assert problems == []
    return found


def as_floats(value: Any) -> Any:
    """A value as a state has it that was read from JSON without whole numbers."""
    if isinstance(value, dict):
        return {name: as_floats(item) for name, item in value.items()}
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def record_of(record: type[Record[Any]], program: dict[str, Any]) -> Record[Any]:
    parse = shares.parse if record is ShareRecord else copies.parse
    found, problems = parse(program, "cn-hangzhou")
    assert problems == []
    return found


ANY_RECORD = SHARES.map(lambda program: record_of(ShareRecord, program)) | COPIES.map(
    lambda program: record_of(CopyRecord, program)
)


@given(ANY_RECORD)
def test_what_is_parsed_and_written_is_read_back_the_same(wanted: Record[Any]) -> None:
    for written in (wanted.as_inputs(), wanted.as_outputs(), wanted.as_inputs(states_defaults=False)):
        assert type(wanted).restore(written) == wanted
        assert type(wanted).restore(as_floats(written)) == wanted


@given(ANY_RECORD)
def test_what_is_written_is_parsed_as_the_same_again(wanted: Record[Any]) -> None:
    # The engine hands the state's inputs back if a program ignores changes of them.
    assert record_of(type(wanted), wanted.as_inputs()) == wanted


@given(ANY_RECORD)
def test_equal_records_have_no_difference(wanted: Record[Any]) -> None:
    assert wanted.differences_from(type(wanted).restore(wanted.as_outputs())) == []


@given(ANY_RECORD, ANY_RECORD)
def test_a_difference_names_an_input_that_differs(old: Record[Any], new: Record[Any]) -> None:
    if type(old) is type(new):
        for found in new.differences_from(old):
            assert found.property in {item.name for item in new.inputs()}
            assert old.value(found.property) != new.value(found.property)


@given(ANY_RECORD)
def test_unknown_values_stay_unknown_in_what_is_planned(wanted: Record[Any]) -> None:
    planned = wanted.planned(None).as_outputs()
    for item in wanted.inputs():
        if wanted.value(item.name) is UNKNOWN:
            assert planned[item.name] is UNKNOWN
    for item in wanted.table():
        if not item.is_input and item.name != "account_ids":
            assert planned[item.name] is UNKNOWN


CHANGES: dict[str, tuple[Any, Any]] = {
    "image_id": ("m-bp1golden00000000001", "m-bp1golden00000000002"),
    "region": ("cn-hangzhou", "cn-beijing"),
    "flag": (False, True),
    "number": (50, 60),
    "percent": (30, 40),
    "text": ("owner", "other"),
    "accounts": ({"payments": "1000000000000002"}, {"payments": "1000000000000003"}),
    "role": (ROLE, {**ROLE, "role_arn": OTHER_ARN}),
}
"""A change of a property, by its name or by its type."""


@pytest.mark.parametrize("item", ShareRecord.inputs(), ids=lambda item: item.name)
def test_a_changed_property_is_named_by_its_own_name(item: Property) -> None:
    had, wants = CHANGES.get(item.name) or CHANGES[item.type]
    found = share(**{item.name: wants}).differences_from(share(**{item.name: had}))
    assert {each.property for each in found} == {item.name}
    assert all(each.replaces is (item.name in ("image_id", "region")) for each in found)


def test_each_changed_account_is_a_difference() -> None:
    had = share(accounts={"payments": "1000000000000002", "data": "1000000000000003"})
    wants = share(accounts={"billing": "1000000000000002", "web": "1000000000000004"})
    assert wants.differences_from(had) == [
        Difference('accounts["1000000000000004"]', ADDED),
        Difference('accounts["1000000000000003"]', REMOVED),
        Difference('accounts["1000000000000002"]', CHANGED),
    ]


def test_each_changed_entry_of_a_role_is_a_difference() -> None:
    had = share(assume_role={**ROLE, "external_id": "golden"})
    wants = share(assume_role={**ROLE, "role_arn": OTHER_ARN})
    assert wants.differences_from(had) == [
        Difference("assume_role.external_id", REMOVED),
        Difference("assume_role.role_arn", CHANGED),
    ]
    assert {each.property for each in wants.differences_from(had)} == {"assume_role"}


@pytest.mark.parametrize(("name", "value"), [("profile", "owner"), ("assume_role", ROLE)])
def test_credentials_that_come_or_go_are_a_difference_of_their_own_name(name: str, value: Any) -> None:
    assert share(**{name: value}).differences_from(share()) == [Difference(name, ADDED)]
    assert share().differences_from(share(**{name: value})) == [Difference(name, REMOVED)]
    assert share(**{name: UNKNOWN}).differences_from(share()) == [Difference(name)]


def test_both_credentials_are_named_if_both_change() -> None:
    found = share(profile="other", assume_role={**ROLE, "role_arn": OTHER_ARN}).differences_from(
        share(profile="owner", assume_role=ROLE)
    )
    assert [each.path for each in found] == ["profile", "assume_role.role_arn"]


def test_accounts_that_are_not_all_known_are_one_difference() -> None:
    assert share(accounts=["1000000000000002", UNKNOWN]).differences_from(share()) == [Difference("accounts")]


def test_what_a_program_leaves_out_of_a_copy_is_no_difference() -> None:
    had = copy(name="golden", description="Hardened", family="golden", encrypted=False)
    assert copy().differences_from(had) == []
    assert [each.path for each in copy(kms_key_id="key").differences_from(had)] == ["encrypted", "kms_key_id"]


def test_the_source_of_a_copy_replaces_it_unless_it_was_imported() -> None:
    imported = replace(copy(), source_image_id="", source_region="")
    changed = copy(source_image_id="m-bp1golden00000000002", kms_key_id="key")
    replacing = {each.path: each.replaces for each in changed.differences_from(imported)}
    assert replacing == {"source_image_id": False, "source_region": False, "encrypted": True, "kms_key_id": False}
    assert all(each.replaces for each in changed.differences_from(copy()))


def test_an_update_in_place_keeps_what_only_the_resource_has() -> None:
    since = {"1000000000000002": "2026-11-24T07:38:52Z"}
    old = KnownShare.restore({**share().as_inputs(), "shared_at": since, "owner_id": "1000000000000001"})
    planned = share(max_accounts=60).planned(old).as_outputs()
    assert (planned["shared_at"], planned["owner_id"]) == (since, "1000000000000001")
    assert share(accounts=["1000000000000003"]).planned(old).as_outputs()["shared_at"] is UNKNOWN
    kept = copy(tags={"team": "platform"}).planned(replace(copy(name="golden"), size=20)).as_outputs()
    assert (kept["name"], kept["size"], kept["tags"]) == ("golden", 20, {"team": "platform"})


def test_an_imported_share_states_no_default() -> None:
    imported = share().as_imported()
    assert imported.as_inputs(states_defaults=False).keys() == {"image_id", "region", "accounts"}
    assert {"exclusive", "max_accounts", "max_unshare_percent"} < imported.as_outputs().keys()


def test_an_imported_share_over_the_documented_quota_may_have_as_many_accounts() -> None:
    many = {f"{2000000000000001 + n}": "" for n in range(60)}
    imported = replace(share(), accounts=many).as_imported()
    assert imported.as_inputs(states_defaults=False)["max_accounts"] == 60


def test_a_secret_hides_each_output_that_reveals_it() -> None:
    assert [item.name for item in ShareRecord.table() if item.reveals == "accounts"] == ["shared_at", "account_ids"]


@pytest.mark.parametrize("kind", RESOURCES, ids=lambda kind: kind.name)
def test_what_a_kind_describes_is_what_its_record_writes(kind: type[AnyResource]) -> None:
    assert all(item.name and item.doc.endswith(".") for item in kind.properties)
    for item in kind.properties:
        assert item.is_input is (item.parse is not None), item.name
    written = share().planned(None) if kind.name == "ImageShare" else copy().planned(None)
    outputs = [item.name for item in kind.properties if item.is_output and not item.is_optional]
    assert sorted(written.as_outputs()) == sorted(outputs)


@pytest.mark.parametrize("item", [*ShareRecord.inputs(), *CopyRecord.inputs()], ids=lambda item: item.name)
def test_a_required_property_has_no_default(item: Property) -> None:
    if item.is_required:
        assert item.default is NO_DEFAULT
