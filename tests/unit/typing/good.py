"""A program with every form of argument that is right: type checkers find nothing, and it runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, assert_type

import pulumi

from pulumi_alicloud_image_share import (
    AssumeRole,
    BadArguments,
    ConfigError,
    EcsError,
    EcsUnavailable,
    ImageCopy,
    ImageShare,
    ImageShareError,
    NoSharedImage,
    SharedImage,
    SharedImageOutput,
    get_shared_image,
    get_shared_image_output,
)

PAYMENTS, DATA = "1000000000000002", "1000000000000003"
GOLDEN = "m-bp1golden00000000001"

stack = pulumi.StackReference("organization/images/prod")
account: pulumi.Output[str] = pulumi.Output.from_input(PAYMENTS)
ids: list[str] = [PAYMENTS, DATA]
names: dict[str, str] = {"payments": PAYMENTS}
outputs: dict[str, pulumi.Output[str]] = {"payments": account}
role: AssumeRole = {"role_arn": pulumi.Output.concat("acs:ram::", account, ":role/x"), "session_seconds": 900}


async def later() -> str:
    return PAYMENTS


ImageShare("list", image_id=GOLDEN, accounts=[PAYMENTS, DATA])
ImageShare("tuple", image_id=GOLDEN, accounts=(PAYMENTS, DATA))
ImageShare("list-of-text", image_id=GOLDEN, accounts=ids)
ImageShare("list-of-outputs", image_id=GOLDEN, accounts=[account, DATA])
ImageShare("awaited", image_id=GOLDEN, accounts=[later()])
ImageShare("names", image_id=GOLDEN, accounts=names)
ImageShare("names-to-outputs", image_id=GOLDEN, accounts={"payments": account, "data": DATA})
ImageShare("names-to-outputs-only", image_id=GOLDEN, accounts=outputs)
ImageShare("ids-to-names", image_id=GOLDEN, accounts={PAYMENTS: "payments"})
ImageShare("output-of-list", image_id=GOLDEN, accounts=pulumi.Output.all(account, DATA))
ImageShare("output-of-names", image_id=GOLDEN, accounts=pulumi.Output.from_input(names))
ImageShare("secret", image_id=GOLDEN, accounts=pulumi.Output.secret(ids))
ImageShare("of-another-stack", image_id=stack.get_output("imageId"), accounts=stack.get_output("accounts"))

share = ImageShare(
    "all",
    pulumi.ResourceOptions(protect=True, ignore_changes=[f'accounts["{PAYMENTS}"]']),
    image_id=pulumi.Output.from_input(GOLDEN),
    accounts=[PAYMENTS],
    region="cn-hangzhou",
    exclusive=False,
    max_accounts=60,
    max_unshare_percent=12.5,
    allow_marketplace_based=True,
    profile="images",
    assume_role=role,
)
assert_type(share.image_id, pulumi.Output[str])
assert_type(share.region, pulumi.Output[str])
assert_type(share.accounts, pulumi.Output[dict[str, str]])
assert_type(share.account_ids, pulumi.Output[list[str]])
assert_type(share.shared_at, pulumi.Output[dict[str, str]])
assert_type(share.owner_id, pulumi.Output[str])
assert_type(share.exclusive, pulumi.Output[bool])
assert_type(share.max_accounts, pulumi.Output[int])
assert_type(share.max_unshare_percent, pulumi.Output[float])
assert_type(ImageShare.get("read", f"cn-hangzhou:{GOLDEN}", assume_role=role), ImageShare)

copy = ImageCopy(
    "copy",
    source_image_id=share.image_id,
    region="cn-beijing",
    source_region="cn-hangzhou",
    name="golden",
    description="Golden",
    family="golden",
    encrypted=True,
    kms_key_id=pulumi.Output.from_input("key"),
    tags={"team": pulumi.Output.from_input("platform"), "stage": "live"},
    force_delete=False,
    assume_role={"role_arn": "acs:ram::1000000000000001:role/copier", "external_id": "shop"},
)
assert_type(copy.image_id, pulumi.Output[str])
assert_type(copy.size, pulumi.Output[int])
assert_type(copy.tags, pulumi.Output[dict[str, str]])
assert_type(copy.owner_id, pulumi.Output[str])
assert_type(copy.force_delete, pulumi.Output[bool])
assert_type(ImageCopy.get("read-copy", "cn-beijing:m-2zecopy0000000000001"), ImageCopy)


class Golden(ImageShare):
    """A share of a program's own class."""


Golden("own", image_id=GOLDEN, accounts=[PAYMENTS])


def newest(owner_id: str | list[str]) -> SharedImage | None:
    try:
        return get_shared_image(owner_id=owner_id, name="golden-*", tags={"stage": "live"}, most_recent=True)
    except NoSharedImage as error:
        pulumi.log.warn(f"{error} {error.image_ids}")
    except (BadArguments, ConfigError, EcsUnavailable, EcsError, ImageShareError) as error:
        pulumi.log.warn(str(error))
    return None


found = newest("1000000000000001") or newest(["1000000000000001"])
if found:
    assert_type(found.image_id, str)
    assert_type(found.id, str)
    assert_type(found.encrypted, bool)
    assert_type(found.tags, Mapping[str, str])

image: SharedImageOutput = get_shared_image_output(
    owner_id=[account, "1000000000000001"], name=stack.get_output("name"), assume_role=role
)
assert_type(image.image_id, pulumi.Output[str])
assert_type(image.id, pulumi.Output[str])
assert_type(image.size, pulumi.Output[int])
assert_type(image.encrypted, pulumi.Output[bool])
assert_type(image.tags, pulumi.Output[Mapping[str, str]])
whole: pulumi.Output[SharedImage] = image
anything: pulumi.Output[Any] = image.apply(lambda each: each.created_at)
