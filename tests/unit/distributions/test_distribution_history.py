"""Which entry of the stack's state is a distribution's own, and what it says."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_alicloud_image_share.distributions.history import (
    TYPE,
    Entry,
    Past,
    images_seen,
    needs_mark,
    own_entry,
    past_of,
    read_entries,
)

SHARE = "pulumi-python:dynamic/alicloud-image-share:ImageShare"
BEGIN = f"urn:pulumi:dev::shop::shop:index:Team${TYPE}"
URN, OTHER = f"{BEGIN}::golden", f"urn:pulumi:dev::shop::{TYPE}::golden"
NEWEST, PREVIOUS = "m-bp1golden202406", "m-bp1golden202405"
HOME, SHANGHAI = "cn-hangzhou", "cn-shanghai"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def read(**outputs: Any) -> Entry:
    return read_entries({URN: {"type": TYPE, "outputs": outputs}})[URN]


def test_an_entry_says_what_was_distributed_and_what_the_program_said() -> None:
    assert read(image_history=[NEWEST, PREVIOUS], regions=[HOME], keep_previous=1.0, mark="id") == Entry(
        URN, (NEWEST, PREVIOUS), (HOME,), 1, "id"
    )


def test_an_entry_of_an_earlier_version_says_the_regions_by_the_shares() -> None:
    assert read(image_history=[NEWEST], shares={HOME: "cn-hangzhou:m-1"}) == Entry(URN, (NEWEST,), (HOME,), None, "")


@pytest.mark.parametrize("unknown", [UNKNOWN, None, [UNKNOWN], [None, NEWEST], object()])
def test_a_history_that_is_not_known_is_none(unknown: Any) -> None:
    assert read(image_history=unknown, regions=unknown, mark=unknown if unknown != UNKNOWN else None).history is None


def test_an_entry_that_no_update_has_finished_has_no_history() -> None:
    assert read() == Entry(URN, ())


MINE, ITS = Entry(URN, (NEWEST,), mark="mine"), Entry(OTHER, (PREVIOUS,), mark="its")
ENTRIES = {URN: MINE, OTHER: ITS}


@pytest.mark.parametrize(
    ("urns", "mark", "found"),
    [
        ([URN], "", MINE),
        ([URN], "its", ITS),
        ([URN], "a new one", MINE),
        (["urn:new", OTHER], "", ITS),
        (["urn:new"], "mine", MINE),
        (["urn:new"], "a new one", None),
        (["urn:new"], "", None),
    ],
    ids=["own URN", "mark first", "mark made anew", "own alias", "mark alone", "new", "new in a preview"],
)
def test_an_entry_is_found_by_the_mark_or_by_the_whole_urn_and_by_nothing_else(
    urns: list[str], mark: str, found: Entry | None
) -> None:
    assert own_entry(ENTRIES, urns, mark) == found


OLD = Entry(URN, (NEWEST, PREVIOUS))


@pytest.mark.parametrize(
    ("entry", "keep_previous", "kept", "made"),
    [
        (None, 0, [NEWEST], False),
        (None, 1, [NEWEST], True),
        (Entry(URN, (NEWEST,), mark="id"), 1, [NEWEST], True),
        (Entry(URN, (NEWEST,), mark="id"), 0, [NEWEST], False),
        (Entry(URN, (NEWEST,), keep_previous=0), 1, [NEWEST], True),
        (OLD, 1, [NEWEST, PREVIOUS], False),
        (OLD, 2, [NEWEST, PREVIOUS], False),
        (OLD, 1, ["m-new", NEWEST], True),
        (Entry(URN, (NEWEST, PREVIOUS), keep_previous=2), 1, [NEWEST], True),
    ],
    ids=[
        "no rotation",
        "new",
        "marked",
        "switched off",
        "switched on",
        "old",
        "old, raised",
        "old, rotates",
        "lowered",
    ],
)
def test_a_mark_is_made_where_the_table_says(entry: Entry | None, keep_previous: int, kept: Any, made: bool) -> None:
    assert needs_mark(entry, keep_previous, kept) is made


def share(region: str, image_id: str) -> dict[str, Any]:
    return {"type": SHARE, "outputs": {"region": region, "image_id": image_id}}


def test_the_shares_are_found_by_what_they_share_whatever_they_are_called() -> None:
    newest, previous = f"{BEGIN}${SHARE}::golden-{HOME}", f"{BEGIN}${SHARE}::gold-{SHANGHAI}-{PREVIOUS}"
    resources = {
        "urn:of a copy": {"outputs": {"region": SHANGHAI, "image_id": "m-copy", "source_image_id": PREVIOUS}},
        f"urn:pulumi:dev::shop::{TYPE}${SHARE}::another-{HOME}": share(HOME, NEWEST),
        newest: share(HOME, NEWEST),
        previous: share(SHANGHAI, "m-copy"),
        f"urn:pulumi:dev::shop::{SHARE}::of-no-distribution": share(HOME, PREVIOUS),
        f"{BEGIN}${SHARE}::golden-{HOME}-m-other": share(HOME, "m-other"),
    }
    past = past_of(Entry(URN, (NEWEST, PREVIOUS), (HOME,)), resources, [SHARE])
    assert past.shares == {(HOME, NEWEST): newest, (SHANGHAI, PREVIOUS): previous}
    assert (past.newest_share(HOME), past.newest_share(SHANGHAI)) == (newest, "")
    assert images_seen(OLD, resources, [SHARE], [HOME, SHANGHAI]) == ["m-other"]


def test_who_has_no_entry_or_no_history_has_no_past() -> None:
    assert past_of(None, {}, [SHARE]) == past_of(Entry(URN, None), {}, SHARE) == Past()
    assert Past().newest_share(HOME) == ""
