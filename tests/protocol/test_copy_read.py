"""Read of copies over the real protocol: what refresh and get see, and what they never forget."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import grpc
import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share.dynamic import ImageCopyProvider
from support.golden_copies import asking, images
from support.protocol import COPY_URN, Provider, running_provider

pytestmark = pytest.mark.both_frontends

OWNER, PAYMENTS = "1000000000000001", "1000000000000002"
SOURCE_REGION, REGION = "cn-hangzhou", "cn-beijing"


def test_refresh_is_one_call_and_finds_what_it_left(ecs: Emulator, copier: Provider) -> None:
    [key] = ecs.account("owner").kms_keys[REGION]
    inputs = copier.check(asking(ecs, description="Hardened", tags={"team": "platform"}, kms_key_id=key)).inputs
    id, outputs = copier.create(inputs)
    ecs.calls.reset()
    assert copier.read(id, outputs) == (id, outputs, inputs)
    assert ecs.calls.count() == 1


def test_drift_becomes_the_new_baseline(ecs: Emulator, copier: Provider) -> None:
    id, outputs = copier.share(asking(ecs, description="Hardened", tags={"team": "platform", "stage": "live"}))
    copy = images(ecs)[outputs["image_id"]]
    copy.name, copy.description, copy.family = "renamed", "Described", "grouped"
    copy.tags.update({"team": "somebody", "acs:rm:rgId": "rg-1"})
    del copy.tags["stage"]
    _, read, inputs = copier.read(id, outputs)
    for found in (read, inputs):
        assert (found["name"], found["description"], found["family"]) == ("renamed", "Described", "grouped")
        assert found["tags"] == {"team": "somebody"}
    assert (read["source_image_id"], read["image_id"]) == (outputs["source_image_id"], outputs["image_id"])


def test_refresh_of_a_copy_that_is_gone_says_so(ecs: Emulator, copier: Provider) -> None:
    id, outputs = copier.share(asking(ecs))
    ecs.console.delete_image(REGION, outputs["image_id"])
    assert copier.read(id, outputs)[0] == ""


@contextmanager
def run_as(account: str, ecs: Emulator, ecs_config: dict[str, str]) -> Iterator[Provider]:
    """A run with the credentials of an account."""
    whose = ecs.account(account)
    keys = {"alicloud:accessKey": whose.access_key_id, "alicloud:secretKey": whose.access_key_secret}
    with running_provider({**ecs_config, **keys}, {}) as process:
        yield process.of(COPY_URN, ImageCopyProvider())


def test_another_account_that_the_copy_is_shared_with_can_neither_forget_nor_delete_it(
    ecs: Emulator, copier: Provider, ecs_config: dict[str, str]
) -> None:
    id, outputs = copier.share(asking(ecs))
    ecs.console.share(REGION, outputs["image_id"], PAYMENTS)
    with run_as("payments", ecs, ecs_config) as consumer:
        for forget in (consumer.read, consumer.delete):
            with pytest.raises(grpc.RpcError, match=f"belongs to account {OWNER}: run with the credentials of its"):
                forget(id, outputs)
    assert outputs["image_id"] in images(ecs)


def test_another_account_that_does_not_see_the_copy_can_neither_forget_nor_delete_it(
    ecs: Emulator, copier: Provider, ecs_config: dict[str, str]
) -> None:
    id, outputs = copier.share(asking(ecs))
    with run_as("payments", ecs, ecs_config) as stranger:
        for forget in (stranger.read, stranger.delete):
            with pytest.raises(grpc.RpcError, match=f"belongs to account {OWNER}, and these are credentials of"):
                forget(id, outputs)
    assert outputs["image_id"] in images(ecs)


def test_a_copy_without_an_owner_in_the_state_is_kept_until_a_refresh_has_seen_its_owner(
    ecs: Emulator, copier: Provider
) -> None:
    id, outputs = copier.share(asking(ecs))
    old = {name: value for name, value in outputs.items() if name != "owner_id"}
    assert copier.read(id, old)[1]["owner_id"] == OWNER
    ecs.console.delete_image(REGION, outputs["image_id"])
    for forget in (copier.read, copier.delete):
        with pytest.raises(grpc.RpcError, match="no state says which account owns it"):
            forget(id, old)
    assert copier.read(id, outputs)[0] == ""


def test_get_reads_an_image_by_its_id(ecs: Emulator, copier: Provider) -> None:
    id = f"{SOURCE_REGION}:{ecs.golden_image_id}"
    read_id, read, _ = copier.read(id, None, {})
    assert (read_id, read["name"], read["family"], read["region"]) == (id, "golden-2024-05", "golden", SOURCE_REGION)
    assert read["tags"] == {"team": "platform", "stage": "live"}
    assert read["source_image_id"] == ""


def test_get_of_what_is_not_there_fails(copier: Provider) -> None:
    with pytest.raises(grpc.RpcError, match="does not exist in region"):
        copier.read(f"{REGION}:m-2zenosuchimage000001", None, {})
    with pytest.raises(grpc.RpcError, match="'cn-beijing' is not the ID of an ImageCopy"):
        copier.read("cn-beijing", None, {})
