"""Create, Update and Delete of shares over the real protocol: who has access then, and with how many calls."""

from __future__ import annotations

import grpc
import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share.dynamic import ImageShareProvider
from support import protocol
from support.golden_image import delete_image, live
from support.protocol import UNKNOWN, URN, Provider

pytestmark = pytest.mark.both_frontends

PAYMENTS, DATA, WEB = "1000000000000002", "1000000000000003", "1000000000000004"
REGION = "cn-hangzhou"
MANY = [str(2000000000000001 + n) for n in range(60)]


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


def test_one_account_added_and_one_removed_take_few_calls(ecs: Emulator, provider: Provider) -> None:
    id, outputs = provider.share({"image_id": ecs.golden_image_id, "accounts": MANY[:20]})
    ecs.calls.reset()
    changed = provider.change(id, outputs, {"image_id": ecs.golden_image_id, "accounts": MANY[1:21]})
    assert live(ecs) == changed["account_ids"] == MANY[1:21]
    # The dynamic frontend looks at who has access in its check too; the plugin does that in its preview.
    assert ecs.calls.count() == {"dynamic": 5, "plugin": 4}[protocol.frontend]
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


def test_a_new_name_or_limit_is_no_call(ecs: Emulator, provider: Provider) -> None:
    id, outputs = provider.share({"image_id": ecs.golden_image_id, "accounts": {"payments": PAYMENTS}})
    ecs.calls.reset()
    renamed = {"image_id": ecs.golden_image_id, "accounts": {"billing": PAYMENTS}, "max_accounts": 60}
    changed = provider.change(id, outputs, renamed)
    assert changed["accounts"] == {PAYMENTS: "billing"}
    assert changed["max_accounts"] == 60
    assert changed["shared_at"] == outputs["shared_at"]
    assert ecs.calls.count() == 0


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


def test_no_output_or_input_holds_a_credential(ecs: Emulator, provider: Provider) -> None:
    inputs = provider.check({"image_id": ecs.golden_image_id, "accounts": [PAYMENTS]}).inputs
    text = f"{inputs} {provider.create(inputs)}"
    assert ecs.account("owner").access_key_id not in text
    assert ecs.account("owner").access_key_secret not in text


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


def test_an_account_that_the_console_added_is_left_alone_by_an_update(ecs: Emulator, provider: Provider) -> None:
    id, outputs = provider.share({"image_id": ecs.golden_image_id, "accounts": [PAYMENTS]})
    ecs.console.share(REGION, ecs.golden_image_id, WEB)
    changed = provider.change(id, outputs, {"image_id": ecs.golden_image_id, "accounts": [PAYMENTS, DATA]})
    assert changed["account_ids"] == [PAYMENTS, DATA]
    assert live(ecs) == [PAYMENTS, DATA, WEB]


@pytest.mark.parametrize(
    "accounts", [[PAYMENTS], [PAYMENTS, DATA, WEB]], ids=["an account loses access", "an account gains access"]
)
def test_the_preview_of_any_change_of_accounts_says_that_the_image_is_gone(
    ecs: Emulator, provider: Provider, accounts: list[str]
) -> None:
    arguments = {"image_id": ecs.golden_image_id, "accounts": [PAYMENTS, DATA]}
    _, outputs = provider.share(arguments)
    delete_image(ecs)
    provider.next_run()
    checked = provider.check({**arguments, "accounts": accounts}, outputs)
    assert f"image {ecs.golden_image_id} does not exist in region {REGION}" in checked.reasons
    assert "If it was deleted, run `pulumi refresh` with its owner's credentials" in checked.reasons
