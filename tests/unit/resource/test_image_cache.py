"""What is known of a copy that was just made, and for how long."""

from __future__ import annotations

from pulumi_alicloud_image_share.cloud.credentials import STACKS_OWN, Identity
from pulumi_alicloud_image_share.cloud.model import Image
from pulumi_alicloud_image_share.resource.images import NEW_FOR_SECONDS, ImageCache

REGION, IMAGE_ID = "cn-beijing", "m-2zecopy0000000000001"
COPY = Image(IMAGE_ID, REGION, "1000000000000001", "self", "Available", is_shared=False)


def test_a_copy_is_told_of_again_and_again_but_taken_once() -> None:
    copies = ImageCache()
    copies.add_new_copy(STACKS_OWN, COPY)
    assert [copies.new_copy(STACKS_OWN, REGION, IMAGE_ID) for _ in range(2)] == [COPY, COPY]
    assert [copies.take_new_copy(STACKS_OWN, REGION, IMAGE_ID) for _ in range(2)] == [True, False]
    assert copies.new_copy(STACKS_OWN, REGION, IMAGE_ID) is None


def test_after_a_while_nothing_is_known_any_more() -> None:
    now = 0.0
    copies = ImageCache(lambda: now)
    copies.add_new_copy(STACKS_OWN, COPY)
    now = NEW_FOR_SECONDS - 1
    assert copies.new_copy(STACKS_OWN, REGION, IMAGE_ID) == COPY
    now = NEW_FOR_SECONDS
    assert copies.new_copy(STACKS_OWN, REGION, IMAGE_ID) is None
    assert not copies.take_new_copy(STACKS_OWN, REGION, IMAGE_ID)


def test_another_identity_region_or_image_is_none() -> None:
    copies = ImageCache()
    copies.add_new_copy(STACKS_OWN, COPY)
    assert copies.new_copy(Identity("other"), REGION, IMAGE_ID) is None
    assert not copies.take_new_copy(STACKS_OWN, "cn-shanghai", IMAGE_ID)
    assert not copies.take_new_copy(STACKS_OWN, REGION, "m-2zecopy0000000000002")


def test_an_image_that_a_check_judged_is_taken_once_by_the_same_identity() -> None:
    images = ImageCache()
    images.add_judged(STACKS_OWN, COPY)
    assert images.take_judged(Identity("other"), REGION, IMAGE_ID) is None
    assert images.take_judged(STACKS_OWN, "cn-shanghai", IMAGE_ID) is None
    assert [images.take_judged(STACKS_OWN, REGION, IMAGE_ID) for _ in range(2)] == [COPY, None]
