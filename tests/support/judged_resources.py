"""Resources for the policies to judge, and what the one policy that refuses them says."""

from __future__ import annotations

from typing import Any

from pulumi_alicloud_image_share.plugin.properties import for_program
from pulumi_alicloud_image_share.share.resource import ShareResource
from support import protocol
from support.analyzer import IMAGE_SHARE, Item, Said
from support.clear_sentences import assert_clear

PAYMENTS = "1000000000000002"
REGION = "cn-hangzhou"

ALLOWED, ONE_MANAGER, MAX_ACCOUNTS, PROTECTED, TRUSTED = POLICY_NAMES = [
    "image-share-allowed-accounts",
    "image-share-one-manager",
    "image-share-max-accounts",
    "image-share-protected",
    "image-share-trusted-images",
]
INSTANCE = "alicloud:ecs/instance:Instance"
PERMISSION = "alicloud:ecs/imageSharePermission:ImageSharePermission"


def share(name: str = "golden", *, protect: bool = False, stack: str = "dev", **props: Any) -> Item:
    """A share of the golden image with payments."""
    known = {"image_id": "m-bp1golden20240501aa0a1", "region": REGION, "accounts": {PAYMENTS: "payments"}, **props}
    if protocol.frontend == "plugin":
        return Item(ShareResource.plugin_type(), name, for_program({"exclusive": True, **known}), protect, stack=stack)
    return Item(IMAGE_SHARE, name, {"exclusive": True, **known}, protect, stack=stack)


def instance(image_id: object, name: str = "worker", **provider: Any) -> Item:
    """An instance that is started from an image."""
    return Item(INSTANCE, name, {"imageId": image_id}, provider=provider or None)


def only(said: list[Said], policy: str) -> str:
    """The one thing said, by this policy, which stops the update."""
    [one] = said
    assert one.policy == policy
    assert one.mandatory
    assert_clear(one.text)
    return one.text
