"""What a resource type is handed of plain values, without a call."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pulumi_alicloud_image_share.cloud.credentials import STACKS_OWN, Identity, Role
from pulumi_alicloud_image_share.cloud.settings import read_settings
from pulumi_alicloud_image_share.errors import RuleBroken
from pulumi_alicloud_image_share.resource.operation import SILENT
from pulumi_alicloud_image_share.resource.run import Run
from pulumi_alicloud_image_share.share.record import KnownShare
from pulumi_alicloud_image_share.share.resource import ShareResource
from pulumi_alicloud_image_share.values import UNKNOWN

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
        reading.read(SILENT, ID, given, is_managed=False)
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
    live = reading.read(SILENT, ID, {**given, "accounts": [DATA], "max_accounts": "x"}, is_managed=False)
    [asked] = reading.asked
    assert (asked.id, asked.accounts, asked.identity) == (ID, {}, identity)
    assert live is not None
    assert {"exclusive", "max_accounts", "max_unshare_percent"}.isdisjoint(live.inputs)
    assert live.outputs["max_accounts"] == 50


def test_a_refresh_reads_what_the_state_has_and_states_its_limits(reading: Reading) -> None:
    live = reading.read(SILENT, ID, {"accounts": {DATA: "data"}, "max_accounts": 60.0}, is_managed=True)
    assert (reading.asked[0].accounts, reading.asked[0].max_accounts) == ({DATA: "data"}, 60)
    assert live is not None
    assert live.inputs["max_accounts"] == 60


def test_an_id_of_another_form_is_refused(reading: Reading) -> None:
    with pytest.raises(RuleBroken, match="is not the ID of an ImageShare"):
        reading.read(SILENT, "golden", {}, is_managed=True)


def test_what_only_a_resource_has_says_that_the_state_has_it() -> None:
    assert ShareResource.is_managed({"image_id": "m-bp1golden00000000001", "owner_id": "1000000000000001"})
    assert not ShareResource.is_managed({"image_id": "m-bp1golden00000000001", "profile": "owner"})


def test_secret_accounts_make_all_secret_that_names_them() -> None:
    assert ShareResource.revealing({"accounts"}) == {"accounts", "account_ids", "shared_at"}
    assert ShareResource.revealing(()) == set()
