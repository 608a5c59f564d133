"""What docs/policies.md says of the policies is what the code says."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from pulumi_alicloud_image_share.cloud.model import Image
from pulumi_alicloud_image_share.policy import POLICIES
from pulumi_alicloud_image_share.policy.image_rules import Copy, ImageUse, image_fault, image_told_by_id, origin_of
from pulumi_alicloud_image_share.policy.settings import AllowedAccounts, TrustedImages
from pulumi_alicloud_image_share.policy.share_rules import (
    Permission,
    Share,
    account_faults,
    count_faults,
    distribution_fault,
    manager_faults,
    protect_fault,
)
from support.command_line import REPOSITORY

PAGE = (REPOSITORY / "docs" / "policies.md").read_text()
PAYMENTS, WEB, PARTNER = "1000000000000002", "1000000000000004", "1000000000000005"
IMAGE_ID = "m-bp1golden00000000001"
MANY = {str(2000000000000001 + n): "" for n in range(20)}

SHARE = Share("urn:pulumi:prod::shop::ImageShare::golden", IMAGE_ID, {WEB: "web"})
EXTRA = replace(SHARE, urn="urn:pulumi:prod::shop::ImageShare::extra", exclusive=False, accounts={PAYMENTS: ""})
OLD = Permission("urn:pulumi:prod::shop::ImageSharePermission::old", IMAGE_ID, PAYMENTS)
USE = ImageUse("urn:pulumi:prod::shop::Instance::worker", IMAGE_ID)
MIRROR = Copy("urn:pulumi:prod::shop::ImageCopy::mirror", "m-bp1copy0000000000001", IMAGE_ID)
FOREIGN = Image(IMAGE_ID, "cn-hangzhou", PARTNER, "others", "Available")
COMMUNITY = replace(FOREIGN, is_public=True)
STRICT = TrustedImages(system_images=False)


def using(image: Image, trusted: TrustedImages = STRICT, copies: tuple[Copy, ...] = ()) -> str:
    use = replace(USE, image_id=copies[-1].image_id if copies else image.image_id)
    fault = image_fault(use, origin_of(use, copies, ()), image, trusted)
    assert fault
    return fault.sentence


def public() -> Image:
    told = image_told_by_id("aliyun_3_x64_20G_alibase_20240528.vhd")
    assert told
    return told


SENTENCES = {
    "not on the list": account_faults(SHARE, AllowedAccounts(frozenset({PAYMENTS})))[0],
    "misnamed": account_faults(
        replace(SHARE, accounts={WEB: "payments"}),
        AllowedAccounts(frozenset({PAYMENTS}), by_name={"payments": PAYMENTS}),
    )[0],
    "exclusive": manager_faults([SHARE, EXTRA], [], ())[0].sentence,
    "twice": manager_faults([replace(SHARE, exclusive=False), replace(EXTRA, accounts={WEB: ""})], [], ())[0].sentence,
    "permission": manager_faults([SHARE], [OLD], ())[0].sentence,
    "too many": count_faults([replace(SHARE, accounts=MANY), replace(EXTRA, accounts={WEB: "web"})], [], 20)[
        0
    ].sentence,
    "protect": protect_fault(SHARE, ["prod"]),
    "protect the whole": distribution_fault(SHARE.urn, False, ["prod"]),
    "another's": using(FOREIGN),
    "copy": using(FOREIGN, copies=(MIRROR,)),
    "community": using(COMMUNITY),
    "community allowed": using(COMMUNITY, replace(STRICT, community_images=True)),
    "public": using(public()),
    "marketplace": using(replace(FOREIGN, owner_alias="marketplace")),
}


@pytest.mark.parametrize("what", SENTENCES)
def test_the_page_shows_each_message_in_full(what: str) -> None:
    assert f"| {SENTENCES[what]} |" in PAGE


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.name)
def test_the_page_lists_each_setting_of_each_policy_with_its_default(policy: object) -> None:
    [section] = re.findall(rf"^### {policy.name}\n(.*?)(?=^##)", PAGE, re.DOTALL | re.MULTILINE)  # type: ignore[attr-defined]
    [table] = re.findall(r"^\| setting .*?\n\n", section, re.DOTALL | re.MULTILINE)
    rows = dict(re.findall(r"^\| `(\w+)` \|.*\| (.*) \|$", table, re.MULTILINE))
    schema = policy.config_schema.properties  # type: ignore[attr-defined]
    assert rows == {
        name: f"`{json.dumps(entry['default'])}`" if "default" in entry else "no allowlist"
        for name, entry in schema.items()
    }
