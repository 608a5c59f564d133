"""What fails or shows late in Create, Update and Delete of shares is rolled back or retried, and always reported."""

from __future__ import annotations

from functools import partial

import grpc
import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share.dynamic import ImageShareProvider
from support.golden_image import live
from support.moving_world import just_before
from support.protocol import URN, Provider, running_provider

pytestmark = pytest.mark.both_frontends

OWNER, PAYMENTS, DATA, WEB = "1000000000000001", "1000000000000002", "1000000000000003", "1000000000000004"
REGION = "cn-hangzhou"
MANY = [str(2000000000000001 + n) for n in range(60)]


def test_a_create_that_fails_half_way_leaves_the_image_as_it_was(ecs: Emulator, provider: Provider) -> None:
    ecs.console.share(REGION, ecs.golden_image_id, MANY[0])
    ecs.faults.add(
        action="ModifyImageSharePermission",
        kind="error",
        code="Forbidden.RAM",
        message="User not authorized to operate on the specified resource.",
        status=403,
        after=4,
        times=1,
    )
    with pytest.raises(grpc.RpcError, match="The change was rolled back") as failure:
        provider.share({"image_id": ecs.golden_image_id, "accounts": MANY[:50]})
    assert live(ecs) == [MANY[0]]
    text = failure.value.details()
    assert "Sharing with 49 accounts failed for image" in text
    assert "after 4 of 5 calls" in text
    assert "ecs:ModifyImageSharePermission" in text


def test_where_taking_back_fails_too_the_accounts_left_are_named_a_line_each(ecs: Emulator, provider: Provider) -> None:
    ecs.faults.add(action="ModifyImageSharePermission", kind="error", code="Forbidden.RAM", message="no", status=403,
                   after=1)  # fmt: skip
    with pytest.raises(grpc.RpcError, match="may have it now") as failure:
        provider.share({"image_id": ecs.golden_image_id, "accounts": MANY[:20]})
    assert live(ecs) == MANY[:10]
    assert all(f"  - {account}\n" in failure.value.details() + "\n" for account in MANY[:10])
    assert MANY[10] not in failure.value.details()


def test_one_unknown_account_changes_nothing_and_is_named(ecs: Emulator, provider: Provider) -> None:
    nobody = "9999999999999999"
    with pytest.raises(grpc.RpcError, match=nobody) as failure:
        provider.share({"image_id": ecs.golden_image_id, "accounts": [*MANY[:19], nobody]})
    assert live(ecs) == []
    assert "InvalidAccount.NotFound" in failure.value.details()
    assert "RequestId" in failure.value.details()


@pytest.mark.dynamic_frontend
def test_an_error_has_few_lines_of_traceback_above_it(ecs: Emulator, provider: Provider) -> None:
    with pytest.raises(grpc.RpcError) as failure:
        provider.share({"image_id": ecs.golden_image_id, "accounts": ["9999999999999999"]})
    lines = failure.value.details().splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith("pulumi_alicloud_image_share.SharingFailed: "))
    assert first <= 9


@pytest.mark.parametrize("kind", ["throttle", "unavailable", "internal_error", "drop_before", "drop_after", "garbage", "truncate"])  # fmt: skip # noqa: E501
def test_a_passing_fault_is_survived(ecs: Emulator, provider: Provider, kind: str) -> None:
    ecs.faults.add(action="*", kind=kind, times=2)
    ecs.faults.add(action="ModifyImageSharePermission", kind=kind, times=1)
    provider.share({"image_id": ecs.golden_image_id, "accounts": MANY[:12]})
    assert live(ecs) == MANY[:12]


def test_a_result_that_shows_late_is_waited_for(ecs: Emulator, provider: Provider) -> None:
    ecs.faults.visibility_lag_s = 1
    _, outputs = provider.share({"image_id": ecs.golden_image_id, "accounts": [PAYMENTS]})
    assert outputs["account_ids"] == [PAYMENTS]
    assert ecs.calls.count("DescribeImageSharePermission") > 2


def test_a_result_that_never_shows_is_a_failure(ecs: Emulator, ecs_config: dict[str, str]) -> None:
    ecs.faults.visibility_lag_s = 3600
    impatient = running_provider({**ecs_config, "alicloud-image-share:visibleSeconds": "0.5"}, {})
    with impatient as provider, pytest.raises(grpc.RpcError, match=f"still not listed: {PAYMENTS}"):
        provider.share({"image_id": ecs.golden_image_id, "accounts": [PAYMENTS]})
    assert live(ecs) == []


def test_an_update_that_fails_half_way_is_taken_back_both_ways(ecs: Emulator, provider: Provider) -> None:
    id, outputs = provider.share({"image_id": ecs.golden_image_id, "accounts": MANY[:30]})
    ecs.faults.add(action="ModifyImageSharePermission", kind="error", code="Forbidden.RAM", message="no", status=403,
                   after=1, times=1)  # fmt: skip
    with pytest.raises(grpc.RpcError, match="The change was rolled back"):
        provider.change(id, outputs, {"image_id": ecs.golden_image_id, "accounts": MANY[8:45]})
    assert live(ecs) == MANY[:30]


def test_a_delete_that_fails_half_way_is_taken_back_and_can_be_repeated(ecs: Emulator, provider: Provider) -> None:
    id, outputs = provider.share({"image_id": ecs.golden_image_id, "accounts": MANY[:30]})
    ecs.faults.add(
        action="ModifyImageSharePermission",
        kind="error",
        code="Forbidden.RAM",
        message="no",
        status=403,
        after=2,
        times=1,
    )
    with pytest.raises(grpc.RpcError, match=r"Unsharing from 30 accounts failed .* after 2 of 3 calls"):
        provider.destroy(id, outputs)
    assert live(ecs) == MANY[:30]
    provider.destroy(id, outputs)
    assert live(ecs) == []


def test_destroy_as_another_account_fails_instead_of_forgetting_the_share(
    ecs: Emulator, provider: Provider, ecs_config: dict[str, str]
) -> None:
    id, outputs = provider.share({"image_id": ecs.golden_image_id, "accounts": [PAYMENTS]})
    payments = ecs.account("payments")
    keys = {"alicloud:accessKey": payments.access_key_id, "alicloud:secretKey": payments.access_key_secret}
    as_consumer = running_provider({**ecs_config, **keys}, {})
    with as_consumer as consumer, pytest.raises(grpc.RpcError, match=f"belongs to account {OWNER}"):
        consumer.destroy(id, outputs)
    assert live(ecs) == [PAYMENTS]


def test_an_account_that_a_lagging_list_still_had_is_shared_with(ecs: Emulator, provider: Provider) -> None:
    ecs.console.share(REGION, ecs.golden_image_id, PAYMENTS)
    ecs.cloud.clock.advance(60)
    ecs.faults.visibility_lag_s = 1
    ecs.console.unshare(REGION, ecs.golden_image_id, PAYMENTS)
    _, outputs = provider.share({"image_id": ecs.golden_image_id, "accounts": [PAYMENTS, DATA]})
    assert live(ecs) == outputs["account_ids"] == [PAYMENTS, DATA]


def test_an_account_that_a_lagging_list_does_not_have_yet_is_unshared(ecs: Emulator, provider: Provider) -> None:
    id, outputs = provider.share({"image_id": ecs.golden_image_id, "accounts": [PAYMENTS]})
    ecs.console.unshare(REGION, ecs.golden_image_id, PAYMENTS)
    ecs.cloud.clock.advance(60)
    ecs.faults.visibility_lag_s = 1
    ecs.console.share(REGION, ecs.golden_image_id, PAYMENTS)
    provider.destroy(id, outputs)
    assert live(ecs) == []


def test_an_unshare_that_is_slow_to_show_is_not_taken_back(ecs: Emulator, ecs_config: dict[str, str]) -> None:
    with running_provider({**ecs_config, "alicloud-image-share:visibleSeconds": "0.5"}, {}) as provider:
        id, outputs = provider.share({"image_id": ecs.golden_image_id, "accounts": [PAYMENTS, DATA]})
        ecs.cloud.clock.advance(60)
        ecs.faults.visibility_lag_s = 30
        with pytest.raises(grpc.RpcError, match=f"still listed: {PAYMENTS}") as failure:
            provider.change(id, outputs, {"image_id": ecs.golden_image_id, "accounts": [DATA]})
    assert f"These accounts stay unshared:\n  - {PAYMENTS}" in str(failure.value.details())
    assert live(ecs) == [DATA]


@pytest.mark.parametrize("operation", ["create", "update", "delete"])
def test_what_fails_before_the_first_change_says_so(ecs: Emulator, provider: Provider, operation: str) -> None:
    share = {"image_id": ecs.golden_image_id, "accounts": [PAYMENTS]}
    inputs = provider.check(share).inputs
    id, outputs = ("", {}) if operation == "create" else provider.create(inputs)
    ecs.faults.add(action="DescribeImageSharePermission", kind="error", code="Forbidden.RAM", message="no", status=403)
    run = {
        "create": lambda: provider.create(inputs),
        "update": lambda: provider.update(id, outputs, {**inputs, "accounts": {}}),
        "delete": lambda: provider.destroy(id, outputs),
    }[operation]
    with pytest.raises(grpc.RpcError, match="before any change") as failure:
        run()
    assert str(failure.value.details()).rstrip().endswith("Nothing was changed.")


@pytest.mark.parametrize("operation", ["create", "delete"])
def test_an_image_that_goes_in_the_middle_is_told_of_and_the_next_run_sees_that_it_is_gone(
    ecs: Emulator, provider: Provider, operation: str
) -> None:
    share = {"image_id": ecs.golden_image_id, "accounts": MANY[:20]}
    delete_image = partial(ecs.console.delete_image, REGION, ecs.golden_image_id)
    id, outputs = provider.share(share) if operation == "delete" else ("", {})
    run = partial(provider.destroy, id, outputs) if operation == "delete" else partial(provider.share, share)
    with (
        just_before(ecs, "ModifyImageSharePermission", delete_image, number=2),
        pytest.raises(grpc.RpcError, match="after 1 of 2 calls") as failure,
    ):
        run()
    assert "Run the same command again: it checks whether the image was deleted" in str(failure.value.details())
    if operation == "delete":
        provider.destroy(id, outputs)


def test_an_account_stays_with_its_share_where_the_share_that_is_to_have_it_has_failed(
    ecs: Emulator, provider: Provider
) -> None:
    other = provider.of(URN.replace("golden", "silver"), ImageShareProvider())

    def said(*accounts: str) -> dict[str, object]:
        return {"image_id": ecs.golden_image_id, "accounts": list(accounts), "exclusive": False}

    id, golden = provider.share(said(PAYMENTS, DATA))
    _, silver = other.share(said(WEB))
    provider.next_run()
    takes, gives = other.check(said(WEB, DATA), silver), provider.check(said(PAYMENTS), golden)
    ecs.faults.add(action="DescribeImages", kind="error", code="Forbidden.RAM", status=403)
    ecs.faults.add(action="ModifyImageSharePermission", kind="error", code="Forbidden.RAM", status=403)
    with pytest.raises(grpc.RpcError, match=r"Forbidden\.RAM"):
        other.update(id, silver, takes.inputs)
    with pytest.raises(grpc.RpcError, match="takes over these accounts but failed, so they stay here"):
        provider.update(id, golden, gives.inputs)
    assert live(ecs) == [PAYMENTS, DATA, WEB]
    ecs.faults.clear()
    provider.next_run()
    takes, gives = other.check(said(WEB, DATA), silver), provider.check(said(PAYMENTS), golden)
    assert provider.update(id, golden, gives.inputs)["account_ids"] == [PAYMENTS]
    assert other.update(id, silver, takes.inputs)["account_ids"] == [DATA, WEB]
    assert live(ecs) == [PAYMENTS, DATA, WEB]
