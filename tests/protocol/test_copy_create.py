"""Create of copies over the real protocol: what is copied and taken over, and with how many calls."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share.dynamic import ImageCopyProvider
from pulumi_alicloud_image_share.resource.names import RESOURCE
from support.golden_copies import asking, images
from support.protocol import COPY_URN, Provider, running_provider
from support.waiting import wait_until

pytestmark = pytest.mark.both_frontends

OWNER = "1000000000000001"
SOURCE_REGION, REGION = "cn-hangzhou", "cn-beijing"
MANY = [str(2000000000000001 + n) for n in range(50)]


def beside_waiting(ecs: Emulator) -> list[str]:
    """All calls but for the looks at a copy in the making, and the one read of the source, for all its copies."""
    looks = ("DescribeImages", REGION, True)
    return [
        call.action
        for call in ecs.calls.entries
        if (call.action, call.params["RegionId"], "ImageId" in call.params) != looks
        and (call.action, call.params["RegionId"]) != ("DescribeImages", SOURCE_REGION)
    ]


def share_in_this_run(provider: Provider, news: dict[str, Any]) -> dict[str, Any]:
    """Check and create a share in the run that made the copy; returns its outputs."""
    checked = provider.check(news)
    assert checked.failures == []
    return provider.create(checked.inputs)[1]


def test_create_copies_and_tells_what_the_copy_is(ecs: Emulator, copier: Provider) -> None:
    arguments = {"description": "Hardened", "family": "golden", "tags": {"team": "platform"}, "name": "golden-beijing"}
    id, outputs = copier.share(asking(ecs, **arguments))
    copy = images(ecs)[outputs["image_id"]]
    assert id == f"{REGION}:{copy.id}"
    assert {name: outputs[name] for name in arguments} == arguments
    assert (copy.name, copy.description, copy.family, copy.status) == (
        "golden-beijing", "Hardened", "golden", "Available",
    )  # fmt: skip
    assert (outputs["source_image_id"], outputs["source_region"]) == (ecs.golden_image_id, SOURCE_REGION)
    assert (outputs["encrypted"], outputs["kms_key_id"], outputs["size"]) == (False, "", 20)
    assert outputs["created_at"].endswith("Z")


def test_create_takes_three_calls_beside_the_waiting(ecs: Emulator, copier: Provider) -> None:
    copier.share(asking(ecs, family="golden", description="Hardened", tags={"team": "platform"}))
    assert beside_waiting(ecs) == ["DescribeImages", "CopyImage", "ModifyImageAttribute"]


def test_taking_a_copy_over_takes_one_call_more_and_copies_nothing(ecs: Emulator, copier: Provider) -> None:
    ecs.console.set_copy_seconds(3600)
    copier.next_run()
    inputs = copier.check(asking(ecs)).inputs
    with pytest.raises(grpc.RpcError, match=r"is not complete after 1 s \(custom_timeouts, create\)"):
        copier.create({**inputs, RESOURCE: {"urn": COPY_URN, "timeouts": {"create": 1}}})
    ecs.console.advance_clock(3600)
    ecs.calls.reset()
    _, outputs = copier.share(asking(ecs))
    assert list(images(ecs)) == [outputs["image_id"]]
    assert beside_waiting(ecs) == ["DescribeImages", "TagResources", "ModifyImageAttribute"]


def test_a_copy_that_another_process_takes_over_is_let_go(
    ecs: Emulator, copier: Provider, ecs_config: dict[str, str]
) -> None:
    ecs.console.set_copy_seconds(3600)
    copier.next_run()
    inputs = copier.check(asking(ecs)).inputs
    with ThreadPoolExecutor() as pool, running_provider(ecs_config, {}) as process:
        first = pool.submit(copier.create, inputs)
        wait_until(lambda: len(images(ecs)) == 1)
        other = process.of(COPY_URN, ImageCopyProvider())
        second = pool.submit(other.share, asking(ecs))
        assert "was taken over by another run" in str(first.exception(60))
        ecs.console.advance_clock(3600)
        _, outputs = second.result(60)
    assert list(images(ecs)) == [outputs["image_id"]]
    assert ecs.calls.count("CopyImage") == 1


def test_a_key_is_passed_on_and_encrypts(ecs: Emulator, copier: Provider) -> None:
    [key] = ecs.account("owner").kms_keys[REGION]
    _, outputs = copier.share(asking(ecs, kms_key_id=key))
    copy = images(ecs)[outputs["image_id"]]
    assert (copy.encrypted, copy.kms_key_id) == (True, key)
    assert (outputs["encrypted"], outputs["kms_key_id"]) == (True, key)


def test_a_copy_of_an_encrypted_image_tells_that_it_is_encrypted(ecs: Emulator, copier: Provider) -> None:
    _, outputs = copier.share(asking(ecs, source_image_id=ecs.image("cmk-encrypted").id))
    assert outputs["encrypted"] is True
    sent = next(call for call in ecs.calls.entries if call.action == "CopyImage")
    assert "Encrypted" not in sent.params


def test_an_image_that_another_account_shares_is_copied_within_its_region(ecs: Emulator, copier: Provider) -> None:
    theirs = ecs.image("partner-image").id
    ecs.console.share(SOURCE_REGION, theirs, OWNER)
    _, outputs = copier.share(asking(ecs, source_image_id=theirs, region=SOURCE_REGION))
    assert outputs["image_id"] in images(ecs, SOURCE_REGION)


def test_a_copy_and_its_share_with_fifty_accounts_take_nine_calls_beside_the_waiting(
    ecs: Emulator, copier: Provider, provider: Provider
) -> None:
    _, outputs = copier.share(asking(ecs, family="golden"))
    share_in_this_run(provider, {"image_id": outputs["image_id"], "region": REGION, "accounts": MANY})
    assert len(beside_waiting(ecs)) == 9
    assert Counter(beside_waiting(ecs)) == {
        "DescribeImages": 1,
        "CopyImage": 1,
        "ModifyImageAttribute": 1,
        "ModifyImageSharePermission": 5,
        "DescribeImageSharePermission": 1,
    }
    assert ecs.console.shared_accounts(REGION, outputs["image_id"]) == MANY


def test_only_the_first_share_of_a_new_copy_takes_it_for_unshared(
    ecs: Emulator, copier: Provider, provider: Provider
) -> None:
    _, outputs = copier.share(asking(ecs))
    share = {"image_id": outputs["image_id"], "region": REGION, "exclusive": False}
    share_in_this_run(provider, {**share, "accounts": MANY[:10]})
    second = share_in_this_run(provider, {**share, "accounts": MANY[15:25]})
    assert second["account_ids"] == MANY[15:25]
    assert ecs.console.shared_accounts(REGION, outputs["image_id"]) == [*MANY[:10], *MANY[15:25]]
