"""Diff, Create, Read, Update and Delete over the real protocol, against the emulator."""

from __future__ import annotations

from functools import partial

import grpc
import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share.dynamic import ImageShareProvider
from support.moving_world import just_before
from support.protocol import UNKNOWN, URN, Provider, running_provider

OWNER, PAYMENTS, DATA, WEB = "1000000000000001", "1000000000000002", "1000000000000003", "1000000000000004"
REGION = "cn-hangzhou"
MANY = [str(2000000000000001 + n) for n in range(60)]
SOME, NONE = 2, 1


def live(ecs: Emulator) -> list[str]:
    return ecs.console.shared_accounts(REGION, ecs.golden_image_id)


def test_create_shares_and_tells_who_has_access_since_when(ecs: Emulator, provider: Provider) -> None:
    id, outputs = provider.share({"image_id": ecs.golden_image_id, "accounts": {"payments": PAYMENTS, "data": DATA}})
    assert live(ecs) == [PAYMENTS, DATA]
    assert id == f"{REGION}:{ecs.golden_image_id}"
    assert outputs["accounts"] == {PAYMENTS: "payments", DATA: "data"}
    assert outputs["account_ids"] == [PAYMENTS, DATA]
    assert set(outputs["shared_at"]) == {PAYMENTS, DATA}
    assert all(time.endswith("Z") for time in outputs["shared_at"].values())
    assert (outputs["image_id"], outputs["region"], outputs["exclusive"]) == (ecs.golden_image_id, REGION, True)


def test_the_first_share_of_fifty_accounts_takes_eight_calls(ecs: Emulator, provider: Provider) -> None:
    provider.share({"image_id": ecs.golden_image_id, "accounts": MANY[:50]})
    assert live(ecs) == MANY[:50]
    assert ecs.calls.by_action() == {
        "DescribeImages": 1,
        "ModifyImageSharePermission": 5,
        "DescribeImageSharePermission": 2,
    }


def test_creating_again_after_a_kill_is_as_creating_first(ecs: Emulator, provider: Provider) -> None:
    inputs = provider.check({"image_id": ecs.golden_image_id, "accounts": MANY[:20]}).inputs
    ecs.console.share(REGION, ecs.golden_image_id, *MANY[:15])
    _, outputs = provider.create(inputs)
    assert live(ecs) == outputs["account_ids"] == MANY[:20]


def test_create_looks_again_at_what_check_could_not_see(ecs: Emulator, provider: Provider) -> None:
    inputs = provider.check({"image_id": ecs.golden_image_id, "accounts": [PAYMENTS]}).inputs
    ecs.console.share(REGION, ecs.golden_image_id, WEB)
    with pytest.raises(grpc.RpcError, match="that the program does not list: " + WEB):
        provider.create(inputs)
    assert live(ecs) == [WEB]


def test_create_enforces_the_rules_though_check_saw_no_image(ecs: Emulator, provider: Provider) -> None:
    inputs = provider.check({"image_id": UNKNOWN, "accounts": [PAYMENTS]}).inputs
    with pytest.raises(grpc.RpcError, match="is deprecated"):
        provider.create({**inputs, "image_id": ecs.image("deprecated").id})
    with pytest.raises(grpc.RpcError, match="does not exist in region"):
        provider.create({**inputs, "image_id": "m-bp1nosuchimage000001"})
    assert ecs.calls.count("ModifyImageSharePermission") == 0


def test_a_create_that_fails_half_way_leaves_the_image_as_it_was(ecs: Emulator, provider: Provider) -> None:
    ecs.console.share(REGION, ecs.golden_image_id, MANY[0])
    ecs.faults.add(
        action="ModifyImageSharePermission",
        kind="error",
        code="Forbidden.RAM",
        message="User not authorized to operate on the specified resource.",
        status=403,
        after=3,
        times=1,
    )
    with pytest.raises(grpc.RpcError, match="What had been done was taken back") as failure:
        provider.share({"image_id": ecs.golden_image_id, "accounts": MANY[:50]})
    assert live(ecs) == [MANY[0]]
    text = failure.value.details()
    assert "Sharing with 49 accounts failed for image" in text
    assert "after 3 of 5 calls" in text
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
    impatient = running_provider({**ecs_config, "image-share:visibleSeconds": "0.5"}, {})
    with impatient as provider, pytest.raises(grpc.RpcError, match=f"still not listed: {PAYMENTS}"):
        provider.share({"image_id": ecs.golden_image_id, "accounts": [PAYMENTS]})
    assert live(ecs) == []


def test_one_account_added_and_one_removed_take_five_calls(ecs: Emulator, provider: Provider) -> None:
    id, outputs = provider.share({"image_id": ecs.golden_image_id, "accounts": MANY[:20]})
    ecs.calls.reset()
    changed = provider.change(id, outputs, {"image_id": ecs.golden_image_id, "accounts": MANY[1:21]})
    assert live(ecs) == changed["account_ids"] == MANY[1:21]
    assert ecs.calls.count() == 5
    assert ecs.calls.count("ModifyImageSharePermission") == 1


def test_update_unshares_nobody_whom_the_state_does_not_have(ecs: Emulator, provider: Provider) -> None:
    id, outputs = provider.share({"image_id": ecs.golden_image_id, "accounts": [PAYMENTS, DATA]})
    ecs.console.share(REGION, ecs.golden_image_id, WEB)
    changed = provider.change(id, outputs, {"image_id": ecs.golden_image_id, "accounts": [PAYMENTS]})
    assert live(ecs) == [PAYMENTS, WEB]
    assert changed["account_ids"] == [PAYMENTS]


def test_a_deprecated_image_can_still_be_unshared(ecs: Emulator, provider: Provider) -> None:
    id, outputs = provider.share({"image_id": ecs.golden_image_id, "accounts": [PAYMENTS, DATA]})
    ecs.cloud.images.find(REGION, ecs.golden_image_id).status = "Deprecated"
    provider.change(id, outputs, {"image_id": ecs.golden_image_id, "accounts": [PAYMENTS]})
    assert live(ecs) == [PAYMENTS]
    more = provider.check({"image_id": ecs.golden_image_id, "accounts": [PAYMENTS, WEB]}, outputs)
    assert "is deprecated" in more.reasons


def test_update_at_the_quota_removes_first(ecs: Emulator, provider: Provider) -> None:
    id, outputs = provider.share({"image_id": ecs.golden_image_id, "accounts": MANY[:50]})
    ecs.calls.reset()
    provider.change(id, outputs, {"image_id": ecs.golden_image_id, "accounts": MANY[5:55]})
    assert live(ecs) == MANY[5:55]
    assert ecs.calls.count("ModifyImageSharePermission") == 2


def test_an_update_that_fails_half_way_is_taken_back_both_ways(ecs: Emulator, provider: Provider) -> None:
    id, outputs = provider.share({"image_id": ecs.golden_image_id, "accounts": MANY[:30]})
    ecs.faults.add(action="ModifyImageSharePermission", kind="error", code="Forbidden.RAM", message="no", status=403,
                   after=1, times=1)  # fmt: skip
    with pytest.raises(grpc.RpcError, match="What had been done was taken back"):
        provider.change(id, outputs, {"image_id": ecs.golden_image_id, "accounts": MANY[8:45]})
    assert live(ecs) == MANY[:30]


def test_a_new_name_or_limit_is_no_call(ecs: Emulator, provider: Provider) -> None:
    id, outputs = provider.share({"image_id": ecs.golden_image_id, "accounts": {"payments": PAYMENTS}})
    ecs.calls.reset()
    renamed = {"image_id": ecs.golden_image_id, "accounts": {"billing": PAYMENTS}, "max_accounts": 60}
    changed = provider.change(id, outputs, renamed)
    assert changed["accounts"] == {PAYMENTS: "billing"}
    assert changed["max_accounts"] == 60
    assert changed["shared_at"] == outputs["shared_at"]
    assert ecs.calls.count() == 0


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


def test_delete_of_fifty_takes_seven_calls_and_leaves_others_alone(ecs: Emulator, provider: Provider) -> None:
    share = {"image_id": ecs.golden_image_id, "accounts": MANY[:49], "exclusive": False}
    id, outputs = provider.share(share)
    ecs.console.share(REGION, ecs.golden_image_id, WEB)
    ecs.calls.reset()
    provider.destroy(id, outputs)
    assert live(ecs) == [WEB]
    assert ecs.calls.count() == 7


def test_delete_of_a_share_whose_image_is_gone_succeeds(ecs: Emulator, provider: Provider) -> None:
    id, outputs = provider.share({"image_id": ecs.golden_image_id, "accounts": [PAYMENTS]})
    ecs.console.delete_image(REGION, ecs.golden_image_id)
    provider.destroy(id, outputs)


def test_a_delete_that_fails_half_way_is_taken_back_and_can_be_repeated(ecs: Emulator, provider: Provider) -> None:
    id, outputs = provider.share({"image_id": ecs.golden_image_id, "accounts": MANY[:30]})
    ecs.faults.add(
        action="ModifyImageSharePermission",
        kind="error",
        code="Forbidden.RAM",
        message="no",
        status=403,
        after=1,
        times=1,
    )
    with pytest.raises(grpc.RpcError, match=r"Unsharing from 30 accounts failed .* after 1 of 3 calls"):
        provider.destroy(id, outputs)
    assert live(ecs) == MANY[:30]
    provider.destroy(id, outputs)
    assert live(ecs) == []


def test_no_output_or_input_holds_a_credential(ecs: Emulator, provider: Provider) -> None:
    inputs = provider.check({"image_id": ecs.golden_image_id, "accounts": [PAYMENTS]}).inputs
    text = f"{inputs} {provider.create(inputs)}"
    assert ecs.account("owner").access_key_id not in text
    assert ecs.account("owner").access_key_secret not in text


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


def test_a_share_that_goes_unshares_nobody_whom_another_share_of_the_program_wants(
    ecs: Emulator, provider: Provider
) -> None:
    id, outputs = provider.share({"image_id": ecs.golden_image_id, "accounts": [PAYMENTS, DATA]})
    provider.share({"image_id": ecs.golden_image_id, "accounts": [PAYMENTS, DATA]})
    provider.delete(id, outputs)
    assert live(ecs) == [PAYMENTS, DATA]


def test_a_share_unshares_nobody_whom_another_share_of_the_program_wants(ecs: Emulator, provider: Provider) -> None:
    both = {"image_id": ecs.golden_image_id, "accounts": [PAYMENTS, DATA], "exclusive": False}
    id, outputs = provider.share(both)
    provider.next_run()
    other = provider.of(URN.replace("::golden", "::silver"), ImageShareProvider())
    other.check({**both, "accounts": [DATA]})
    checked = provider.check({**both, "accounts": [PAYMENTS]}, outputs)
    assert provider.update(id, outputs, checked.inputs)["account_ids"] == [PAYMENTS]
    assert live(ecs) == [PAYMENTS, DATA]


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


def test_get_of_an_image_that_is_not_there_fails(provider: Provider) -> None:
    with pytest.raises(grpc.RpcError, match="does not exist in region"):
        provider.read(f"{REGION}:m-bp1nosuchimage000001", None, {})


def test_an_account_that_was_closed_does_not_keep_the_others_from_being_unshared(
    ecs: Emulator, provider: Provider
) -> None:
    id, outputs = provider.share({"image_id": ecs.golden_image_id, "accounts": MANY[:20]})
    ecs.console.close_account(MANY[3])
    changed = provider.change(id, outputs, {"image_id": ecs.golden_image_id, "accounts": MANY[4:20]})
    assert changed["account_ids"] == MANY[4:20]
    assert live(ecs) == MANY[3:20]
    provider.destroy(id, outputs)
    assert live(ecs) == [MANY[3]]


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
    with running_provider({**ecs_config, "image-share:visibleSeconds": "0.5"}, {}) as provider:
        id, outputs = provider.share({"image_id": ecs.golden_image_id, "accounts": [PAYMENTS, DATA]})
        ecs.cloud.clock.advance(60)
        ecs.faults.visibility_lag_s = 30
        with pytest.raises(grpc.RpcError, match=f"still listed: {PAYMENTS}") as failure:
            provider.change(id, outputs, {"image_id": ecs.golden_image_id, "accounts": [DATA]})
    assert "what had been unshared stays unshared" in str(failure.value.details())
    assert live(ecs) == [DATA]


def test_an_account_that_the_console_added_is_left_alone_by_an_update(ecs: Emulator, provider: Provider) -> None:
    id, outputs = provider.share({"image_id": ecs.golden_image_id, "accounts": [PAYMENTS]})
    ecs.console.share(REGION, ecs.golden_image_id, WEB)
    changed = provider.change(id, outputs, {"image_id": ecs.golden_image_id, "accounts": [PAYMENTS, DATA]})
    assert changed["account_ids"] == [PAYMENTS, DATA]
    assert live(ecs) == [PAYMENTS, DATA, WEB]


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
    assert "Run the same command again: it looks whether the image is gone" in str(failure.value.details())
    if operation == "delete":
        provider.destroy(id, outputs)


def test_a_partly_unknown_update_is_checked_for_what_is_known(ecs: Emulator, provider: Provider) -> None:
    inputs = provider.check({"image_id": ecs.golden_image_id, "accounts": MANY[:20]}).inputs
    checked = provider.check({"image_id": ecs.golden_image_id, "accounts": [WEB, UNKNOWN]}, inputs)
    assert "would unshare at least 19 of the 20 accounts" in checked.reasons


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
    with pytest.raises(grpc.RpcError, match="which is to have its accounts from now on, has failed: they stay here"):
        provider.update(id, golden, gives.inputs)
    assert live(ecs) == [PAYMENTS, DATA, WEB]
    ecs.faults.clear()
    provider.next_run()
    takes, gives = other.check(said(WEB, DATA), silver), provider.check(said(PAYMENTS), golden)
    assert provider.update(id, golden, gives.inputs)["account_ids"] == [PAYMENTS]
    assert other.update(id, silver, takes.inputs)["account_ids"] == [DATA, WEB]
    assert live(ecs) == [PAYMENTS, DATA, WEB]
