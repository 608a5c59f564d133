"""What is known of a copy that was just made, and for how long."""

from __future__ import annotations

from pulumi_alicloud_image_share.cloud.identity import STACKS_OWN, Identity
from pulumi_alicloud_image_share.cloud.model import Image
from pulumi_alicloud_image_share.kinds.new_copies import NEW_FOR_SECONDS, NewCopies

REGION, IMAGE_ID = "cn-beijing", "m-2zecopy0000000000001"
COPY = Image(IMAGE_ID, REGION, "1000000000000001", "self", "Available", is_shared=False)


def test_a_copy_is_told_of_again_and_again_but_taken_once() -> None:
    copies = NewCopies()
    copies.add(STACKS_OWN, COPY)
    assert [copies.image(STACKS_OWN, REGION, IMAGE_ID) for _ in range(2)] == [COPY, COPY]
    assert [copies.take(STACKS_OWN, REGION, IMAGE_ID) for _ in range(2)] == [True, False]
    assert copies.image(STACKS_OWN, REGION, IMAGE_ID) is None


def test_after_a_while_nothing_is_known_any_more() -> None:
    now = 0.0
    copies = NewCopies(lambda: now)
    copies.add(STACKS_OWN, COPY)
    now = NEW_FOR_SECONDS - 1
    assert copies.image(STACKS_OWN, REGION, IMAGE_ID) == COPY
    now = NEW_FOR_SECONDS
    assert copies.image(STACKS_OWN, REGION, IMAGE_ID) is None
    assert not copies.take(STACKS_OWN, REGION, IMAGE_ID)


def test_another_identity_region_or_image_is_none() -> None:
    copies = NewCopies()
    copies.add(STACKS_OWN, COPY)
    assert copies.image(Identity("other"), REGION, IMAGE_ID) is None
    assert not copies.take(STACKS_OWN, "cn-shanghai", IMAGE_ID)
    assert not copies.take(STACKS_OWN, REGION, "m-2zecopy0000000000002")
