"""What a resource type is handed of plain values, without a call."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pulumi_alicloud_image_share.cloud.credentials import STACKS_OWN, Identity, Role
from pulumi_alicloud_image_share.cloud.settings import read_settings
from pulumi_alicloud_image_share.errors import RuleBroken
from pulumi_alicloud_image_share.plugin.properties import WORDS, for_program
from pulumi_alicloud_image_share.resource.base import Checked, Request
from pulumi_alicloud_image_share.resource.operation import SILENT, Operation
from pulumi_alicloud_image_share.resource.run import Run
from pulumi_alicloud_image_share.share.record import KnownShare
from pulumi_alicloud_image_share.share.resource import ShareResource
from pulumi_alicloud_image_share.slots import PYTHON, Words, prop
from pulumi_alicloud_image_share.values import UNKNOWN, Problem

ID = "cn-hangzhou:m-bp1golden00000000001"
ARN = "acs:ram::1000000000000001:role/sharer"
DATA = "1000000000000003"


class Reading(ShareResource):
    """A share that is only read: it is live with one account."""

    def __init__(self) -> None:
        super().__init__(Run(), read_settings({}.get, {}))
        self.asked: list[KnownShare] = []

    def look(self, _operation: object, old: KnownShare, *, is_managed: bool) -> KnownShare:
        self.asked.append(old)
        return replace(old, accounts={DATA: ""})


@pytest.fixture
def reading() -> Reading:
    return Reading()


@pytest.mark.parametrize("given", [{"profile": [1]}, {"assume_role": "x"}, {"assume_role": {"role_arn": 5}}])
def test_credentials_of_a_read_that_cannot_be_used_are_refused(reading: Reading, given: dict[str, Any]) -> None:
    with pytest.raises(RuleBroken, match="can't be read"):
        reading.read(Request(SILENT, ID, given, {}))
    assert reading.asked == []


@pytest.mark.parametrize(
    ("given", "identity"),
    [
        ({}, STACKS_OWN),
        ({"profile": "owner", "assume_role": {"role_arn": ARN}}, Identity("owner", Role(ARN))),
        ({"assume_role": {"role_arn": UNKNOWN}}, STACKS_OWN),
    ],
)
def test_a_read_of_what_no_state_has_takes_only_the_credentials(
    reading: Reading, given: dict[str, Any], identity: Identity
) -> None:
    live = reading.read(Request(SILENT, ID, {**given, "accounts": [DATA], "max_accounts": "x"}, {}))
    [asked] = reading.asked
    assert (asked.id, asked.accounts, asked.identity) == (ID, {}, identity)
    assert live is not None
    assert {"exclusive", "max_accounts", "max_unshare_percent"}.isdisjoint(live.inputs)
    assert live.outputs["max_accounts"] == 50


def test_a_refresh_reads_what_the_state_has_and_states_its_limits(reading: Reading) -> None:
    live = reading.read(Request(SILENT, ID, {"accounts": {DATA: "data"}, "max_accounts": 60.0, "owner_id": "1"}))
    assert (reading.asked[0].accounts, reading.asked[0].max_accounts) == ({DATA: "data"}, 60)
    assert live is not None
    assert live.inputs["max_accounts"] == 60


def test_an_id_of_another_form_is_refused(reading: Reading) -> None:
    with pytest.raises(RuleBroken, match="is not the ID of an ImageShare"):
        reading.read(Request(SILENT, "golden", {"owner_id": "1"}))


@pytest.mark.parametrize(
    ("old", "new", "is_imported"),
    [
        ({"image_id": "m-bp1golden00000000001", "owner_id": "1000000000000001"}, None, False),
        ({"imageId": "m-bp1golden00000000001", "ownerId": "1000000000000001"}, {"imageId": "m-1"}, False),
        ({"image_id": "m-bp1golden00000000001", "profile": "owner"}, None, True),
        # What a program gives to read a resource, and an import, which gives nothing.
        ({"owner_id": "1000000000000001"}, {}, True),
        ({}, {}, True),
    ],
)
def test_a_resource_that_no_state_has_is_imported(
    reading: Reading, old: dict[str, Any], new: dict[str, Any] | None, is_imported: bool
) -> None:
    live = reading.read(Request(SILENT, ID, old, new))
    assert live is not None
    assert live.is_imported is is_imported


PYTHONS = {"image_id": "m-bp1golden00000000001", "accounts": {DATA: ""}, "max_accounts": 50, "max_unshare_percent": 30}


@pytest.mark.parametrize("words", [PYTHON, WORDS], ids=["dynamic", "plugin"])
@pytest.mark.parametrize("old", [{**PYTHONS, "__resource": {}}, for_program(PYTHONS)], ids=["by python", "by plugin"])
def test_names_that_the_other_frontend_wrote_are_a_change(reading: Reading, words: Words, old: dict[str, Any]) -> None:
    change = reading.diff(Request(Operation(words=words), ID, old, {**PYTHONS, "region": "cn-hangzhou"}))
    assert change.differences == ()
    assert change.changed is ((words is WORDS) is ("image_id" in old))


class Judging(Reading):
    """A share whose live image breaks a rule."""

    def examine(self, _operation: object, _state: object, checked: Checked, outputs: object = None) -> Checked:
        return replace(checked, problems=(*checked.problems, Problem("image_id", f"{prop('image_id')} is gone.")))


@pytest.mark.parametrize(("is_previewed", "problems"), [(True, 0), (False, 1)])
def test_a_check_looks_at_the_live_image_unless_a_preview_follows(is_previewed: bool, problems: int) -> None:
    new = {"image_id": "m-bp1golden00000000001", "region": "cn-hangzhou", "accounts": {DATA: ""}}
    assert len(Judging().check(Request(SILENT, new=new, is_previewed=is_previewed)).problems) == problems


def test_a_preview_refuses_in_the_words_of_its_frontend_what_the_live_image_does_not_allow() -> None:
    new = {"imageId": "m-bp1golden00000000001", "region": "cn-hangzhou", "accounts": {DATA: ""}}
    request = Request(Operation("urn::golden", words=WORDS), new=new, is_previewed=True)
    judging = Judging()
    assert judging.preview(request)["image_id"] == "m-bp1golden00000000001"
    with pytest.raises(RuleBroken, match="imageId is gone"):
        judging.preview(replace(request, checked=judging.check(request)))


def test_secret_accounts_make_all_secret_that_names_them() -> None:
    assert ShareResource.revealing({"accounts"}) == {"accounts", "account_ids", "shared_at"}
    assert ShareResource.revealing(()) == set()
