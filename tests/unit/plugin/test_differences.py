"""What changes, by the paths that the engine shows and that options of a program name."""

from __future__ import annotations

import pytest
from pulumi.runtime.proto import provider_pb2

from pulumi_alicloud_image_share.plugin.differences import detailed
from pulumi_alicloud_image_share.record import Change
from pulumi_alicloud_image_share.share.record import Share, parse

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
