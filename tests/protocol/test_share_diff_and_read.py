"""Diff and Read of shares over the real protocol: what an update is, and what refresh and get see."""

from __future__ import annotations

import grpc
import pytest

from ecs_emulator import Emulator
from support.golden_image import live
from support.protocol import UNKNOWN, Provider, running_provider

pytestmark = pytest.mark.both_frontends

OWNER, PAYMENTS, DATA, WEB = "1000000000000001", "1000000000000002", "1000000000000003", "1000000000000004"
REGION = "cn-hangzhou"
MANY = [str(2000000000000001 + n) for n in range(60)]
SOME, NONE = 2, 1


def test_diff_tells_an_update_from_a_replacement_and_from_nothing(ecs: Emulator, provider: Provider) -> None:
    id, outputs = provider.share({"image_id": ecs.golden_image_id, "accounts": [PAYMENTS]})
    inputs = provider.check({"image_id": ecs.golden_image_id, "accounts": [PAYMENTS]}, outputs).inputs
    assert provider.diff(id, outputs, inputs).changes == NONE
    assert provider.diff(id, outputs, {**inputs, "max_accounts": 60}).changes == SOME
    assert provider.diff(id, outputs, {**inputs, "accounts": {DATA: ""}}).changes == SOME
    assert provider.diff(id, outputs, {**inputs, "accounts": {PAYMENTS: "payments"}}).changes == SOME
    assert provider.diff(id, outputs, {**inputs, "exclusive": False}).changes == SOME
    assert provider.diff(id, outputs, {**inputs, "accounts": UNKNOWN}).changes == SOME
    assert list(provider.diff(id, outputs, {**inputs, "image_id": "m-bp1another0000000001"}).replaces) == ["image_id"]
    assert list(provider.diff(id, outputs, {**inputs, "region": "cn-beijing"}).replaces) == ["region"]
    assert list(provider.diff(id, outputs, {**inputs, "image_id": UNKNOWN}).replaces) == ["image_id"]
    assert not provider.diff(id, outputs, {**inputs, "image_id": UNKNOWN}).deleteBeforeReplace


def test_refresh_is_one_call_and_shows_what_the_console_did(ecs: Emulator, provider: Provider) -> None:
    id, outputs = provider.share({"image_id": ecs.golden_image_id, "accounts": {"payments": PAYMENTS, "data": DATA}})
    ecs.console.share(REGION, ecs.golden_image_id, WEB)
    ecs.console.unshare(REGION, ecs.golden_image_id, DATA)
    ecs.calls.reset()
    read_id, read, inputs = provider.read(id, outputs)
    assert ecs.calls.count() == 1
    assert read_id == id
    assert read["accounts"] == inputs["accounts"] == {PAYMENTS: "payments", WEB: ""}
    assert read["account_ids"] == [PAYMENTS, WEB]


def test_refresh_of_a_share_that_is_not_exclusive_sees_only_its_own_accounts(ecs: Emulator, provider: Provider) -> None:
    share = {"image_id": ecs.golden_image_id, "accounts": [PAYMENTS, DATA], "exclusive": False}
    id, outputs = provider.share(share)
    ecs.console.share(REGION, ecs.golden_image_id, WEB)
    ecs.console.unshare(REGION, ecs.golden_image_id, DATA)
    _, read, _ = provider.read(id, outputs)
    assert read["account_ids"] == [PAYMENTS]


def test_refresh_keeps_the_limits_of_the_program(ecs: Emulator, provider: Provider) -> None:
    share = {"image_id": ecs.golden_image_id, "accounts": [PAYMENTS], "max_accounts": 60, "max_unshare_percent": 5}
    inputs = provider.check(share).inputs
    id, outputs = provider.create(inputs)
    _, _, read_inputs = provider.read(id, outputs)
    assert read_inputs == inputs


def test_refresh_of_an_image_that_is_gone_says_that_the_share_is_gone(ecs: Emulator, provider: Provider) -> None:
    id, outputs = provider.share({"image_id": ecs.golden_image_id, "accounts": [PAYMENTS]})
    ecs.console.delete_image(REGION, ecs.golden_image_id)
    assert provider.read(id, outputs)[0] == ""


def test_refresh_as_another_account_fails_instead_of_forgetting_the_share(
    ecs: Emulator, provider: Provider, ecs_config: dict[str, str]
) -> None:
    id, outputs = provider.share({"image_id": ecs.golden_image_id, "accounts": [PAYMENTS]})
    payments = ecs.account("payments")
    keys = {"alicloud:accessKey": payments.access_key_id, "alicloud:secretKey": payments.access_key_secret}
    as_consumer = running_provider({**ecs_config, **keys}, {})
    with as_consumer as consumer, pytest.raises(grpc.RpcError, match=f"belongs to account {OWNER}"):
        consumer.read(id, outputs)


def test_get_reads_all_accounts_of_an_image_by_its_id(ecs: Emulator, provider: Provider) -> None:
    ecs.console.share(REGION, ecs.golden_image_id, *MANY[:25])
    id = f"{REGION}:{ecs.golden_image_id}"
    read_id, read, _ = provider.read(id, None, {})
    assert (read_id, read["account_ids"], read["region"]) == (id, MANY[:25], REGION)


@pytest.mark.parametrize("id", ["m-bp1golden00000000001", "cn-hangzhou:", ":m-bp1golden00000000001", "cn-hangzhou:x"])
def test_get_by_what_is_no_id_says_how_an_id_looks(provider: Provider, id: str) -> None:
    with pytest.raises(grpc.RpcError, match="such as 'cn-hangzhou:m-bp1golden00000000001'"):
        provider.read(id, None, {})


def test_more_accounts_than_a_page_are_shared_read_and_unshared(ecs: Emulator, provider: Provider) -> None:
    hundred = [str(2000000000000001 + n) for n in range(100)]
    accounts = [PAYMENTS, DATA, WEB, *hundred]
    ecs.console.set_share_quota("owner", 200)
    id, outputs = provider.share({"image_id": ecs.golden_image_id, "accounts": accounts, "max_accounts": 200})
    assert outputs["account_ids"] == live(ecs) == accounts
    ecs.calls.reset()
    provider.next_run()
    _, read, _ = provider.read(id, outputs)
    assert read == outputs
    assert ecs.calls.count() == 2
    provider.destroy(id, outputs)
    assert live(ecs) == []


def test_get_of_an_image_that_is_not_there_fails(provider: Provider) -> None:
    with pytest.raises(grpc.RpcError, match="does not exist in region"):
        provider.read(f"{REGION}:m-bp1nosuchimage000001", None, {})
