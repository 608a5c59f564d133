"""What changes, by the paths that the engine shows and that options of a program name."""

from __future__ import annotations

import pytest
from pulumi.runtime.proto import provider_pb2

from pulumi_alicloud_image_share.errors import RuleBroken
from pulumi_alicloud_image_share.plugin.differences import detailed, ignored_no_longer, refuse_what_is_ignored
from pulumi_alicloud_image_share.record import Change
from pulumi_alicloud_image_share.share.record import Share, parse
from pulumi_alicloud_image_share.slots import Words
from pulumi_alicloud_image_share.values import UNKNOWN

ARN, OTHER_ARN = (f"acs:ram::1000000000000001:role/{name}" for name in ("sharer", "other"))
DIFF = provider_pb2.PropertyDiff


def share(**inputs: object) -> Share:
    return parse({"image_id": "m-bp1golden00000000001", "accounts": ["1000000000000002"], **inputs}, "cn-hangzhou")[0]


@pytest.mark.parametrize(
    ("old", "new", "path", "how"),
    [
        ({"profile": "owner"}, {"profile": "other"}, "profile", DIFF.UPDATE),
        ({}, {"assume_role": {"role_arn": ARN}}, "assumeRole", DIFF.ADD),
        ({"assume_role": {"role_arn": ARN}}, {}, "assumeRole", DIFF.DELETE),
        (
            {"assume_role": {"role_arn": ARN}},
            {"assume_role": {"role_arn": OTHER_ARN}},
            "assumeRole.roleArn",
            DIFF.UPDATE,
        ),
        ({"max_accounts": 60}, {}, "maxAccounts", DIFF.UPDATE),
        ({}, {"region": "cn-beijing"}, "region", DIFF.UPDATE_REPLACE),
    ],
)
def test_a_changed_property_stands_under_its_own_name(
    old: dict[str, object], new: dict[str, object], path: str, how: int
) -> None:
    change = Change(tuple(share(**new).differences_from(share(**old))))
    found = detailed(change, hides_accounts=False, unsaid=())
    assert {name: each.kind for name, each in found.items()} == {path: how}


def test_a_change_that_cannot_be_ignored_names_its_account_in_a_slot() -> None:
    had, data = {"1000000000000002": "", "1000000000000003": ""}, "1000000000000003"
    change = Change(tuple(share().differences_from(share(accounts=list(had)))))
    with pytest.raises(RuleBroken) as failure:
        refuse_what_is_ignored(change, [f'accounts["{data}"]'], had, hides_accounts=True)
    assert f"the change of account {data}: it finds" in str(failure.value)
    assert "the change of account [secret]: it finds" in str(failure.value.in_words(Words(hides_accounts=True)))


@pytest.mark.parametrize(
    ("before", "again", "dropped"),
    [
        ({"2": "payments", "3": ""}, {"2": "payments"}, ["3"]),
        ({"2": "payments"}, {"2": "pay", "3": ""}, []),
        (UNKNOWN, {"2": ""}, []),
        ({"2": ""}, UNKNOWN, []),
    ],
)
def test_accounts_that_the_first_check_of_a_replacement_alone_lists_are_named(
    before: object, again: object, dropped: list[str]
) -> None:
    found = ignored_no_longer({"accounts": before}, {"accounts": again})
    assert ["does not hold for a resource that is replaced" in problem.text for problem in found] == [True] * len(
        dropped
    )
    assert all(each in problem.text for problem in found for each in dropped)
