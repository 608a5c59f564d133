"""What broke once: interrupted calls that land later, moves between providers, values that an update can't take."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pytest

from ecs_emulator import Emulator
from support.engine import Program, Stack
from support.plugin_resources import ImageShare, Provider, plugin_settings

Programs = Callable[..., Program]
PAYMENTS, DATA, WEB, PARTNER = "1000000000000002", "1000000000000003", "1000000000000004", "1000000000000005"
REGION = "cn-hangzhou"
TYPE = "alicloud-image-share:index:ImageShare"
URN = f"urn:pulumi:dev::shop::{TYPE}::"
MODIFY = "ModifyImageSharePermission"


def live(ecs: Emulator) -> list[str]:
    return sorted(ecs.console.shared_accounts(REGION, ecs.golden_image_id))


def listed(stack: Stack, name: str) -> list[str]:
    return sorted(stack.resources[name]["outputs"]["accounts"])


@pytest.fixture
def processes(tmp_path: Path, ecs_config: dict[str, str]) -> Stack:
    """A stack whose engine starts a process for each provider."""
    return Stack(tmp_path / "apart", plugin_settings(ecs_config), uses_plugin=True, starts_provider=True)


@pytest.mark.parametrize("order", [("one", "two"), ("two", "one")])
def test_an_account_that_moves_between_providers_keeps_access(
    ecs: Emulator, ecs_config: dict[str, str], processes: Stack, order: tuple[str, str]
) -> None:
    settings = {key.partition(":")[2]: value for key, value in ecs_config.items()}

    def program(**shares: list[str]) -> Program:
        def run() -> None:
            for name in order:
                explicit = pulumi.ResourceOptions(provider=Provider(name, **settings))
                given = {"image_id": ecs.golden_image_id, "account_ids": shares[name], "exclusive": False}
                ImageShare(name, explicit, **given)

        return run

    processes.up(program(one=[DATA], two=[PAYMENTS, WEB]))
    processes.up(program(one=[DATA, PAYMENTS], two=[WEB]))
    assert live(ecs) == [PAYMENTS, DATA, WEB]
    assert processes.preview(program(one=[DATA, PAYMENTS], two=[WEB])).change_summary == {"same": 5}


def test_an_account_that_cannot_be_shared_again_is_not_in_the_state_as_shared(ecs: Emulator, stack: Stack) -> None:
    """Two shares came to list it by --target; one drops it before the other is checked, whose update then fails."""
    apart = {"image_id": ecs.golden_image_id, "exclusive": False}
    stack.up(lambda: ImageShare("a", **apart, account_ids=[PAYMENTS, WEB]))

    def split() -> None:
        first = ImageShare("a", **apart, account_ids=[WEB])
        ImageShare("b", pulumi.ResourceOptions(depends_on=[first]), **apart, account_ids=[PAYMENTS])

    stack.up(split, target=[f"{URN}b"])
    ecs.faults.add(kind="error", code="QuotaExceeded.ImageShare", status=403, action=MODIFY, after=1)
    stack.fails(stack.up, split)
    ecs.faults.clear()
    stack.up(split)
    assert live(ecs) == [PAYMENTS, WEB]


def interrupt_while_one_call_is_slow(ecs: Emulator, stack: Stack, program: Program) -> None:
    """Cancel an update whose change ECS carries out later."""
    ecs.faults.add(kind="delay", action=MODIFY, seconds=3, times=1)
    before = len(ecs.calls.entries)
    ended = threading.Event()

    def cancel() -> None:
        while not any(rule["hit"] for rule in ecs.faults.snapshot()["rules"]):
            if ended.wait(0.02):
                return
        stack.interrupt()

    canceller = threading.Thread(target=cancel)
    canceller.start()
    try:
        stack.fails(stack.up, program)
    finally:
        ended.set()
        canceller.join()
    while not any(call.action == MODIFY for call in ecs.calls.entries[before:]):
        ended.wait(0.05)
    ecs.faults.clear()


def test_what_an_interrupted_create_may_have_shared_is_unshared_by_a_destroy(
    ecs: Emulator, stack: Stack, sharing: Programs
) -> None:
    interrupt_while_one_call_is_slow(ecs, stack, sharing(account_ids=[PAYMENTS, DATA]))
    assert listed(stack, "golden") == [PAYMENTS, DATA]
    stack.destroy()
    assert live(ecs) == []


def test_an_interrupted_update_is_brought_back_by_the_program_of_before(
    ecs: Emulator, stack: Stack, sharing: Programs
) -> None:
    stack.up(sharing(account_ids=[PAYMENTS, DATA], exclusive=False))
    interrupt_while_one_call_is_slow(ecs, stack, sharing(account_ids=[PAYMENTS, WEB], exclusive=False))
    stack.up(sharing(account_ids=[PAYMENTS, DATA], exclusive=False))
    assert live(ecs) == listed(stack, "golden") == [PAYMENTS, DATA]


def test_an_update_that_was_taken_back_forgets_nobody(ecs: Emulator, stack: Stack, sharing: Programs) -> None:
    many = [str(2000000000000001 + n) for n in range(40)]
    stack.up(sharing(account_ids=many[:30], max_unshare_percent=100))
    ecs.faults.add(
        action="ModifyImageSharePermission", kind="error", code="Forbidden.RAM", status=403, after=2, times=1
    )
    text = stack.fails(stack.up, sharing(account_ids=many[30:], max_unshare_percent=100))
    assert "the image is shared with the same accounts as before" in text
    ecs.faults.clear()
    stack.up(sharing(account_ids=many[30:], max_unshare_percent=100))
    assert ecs.console.shared_accounts(REGION, ecs.golden_image_id) == many[30:]


def test_a_share_of_nobody_is_looked_at_before_it_is_ended(ecs: Emulator, stack: Stack, sharing: Programs) -> None:
    stack.up(sharing(account_ids=[PAYMENTS]))
    ecs.console.unshare(REGION, ecs.golden_image_id, PAYMENTS)
    stack.refresh()
    ecs.calls.reset()
    stack.destroy()
    assert set(ecs.calls.by_action()) == {"DescribeImageSharePermission"}


@pytest.mark.parametrize(
    ("inputs", "says"),
    [
        ({"account_ids": ["x"]}, "'x' is not an account ID"),
        ({"image_id": 5, "account_ids": [PAYMENTS]}, "5 can't be the ID of a custom image"),
        ({"account_ids": [PAYMENTS], "max_accounts": "many"}, "maxAccounts must be a whole number"),
        ({"account_ids": [PAYMENTS], "assume_role": {"role_arn": "x"}}, "assumeRole's roleArn must be the ARN"),
    ],
)
def test_an_update_without_a_preview_says_the_same_sentence(
    stack: Stack, sharing: Programs, inputs: dict[str, Any], says: str
) -> None:
    text = stack.fails(stack.up, sharing(**inputs))
    assert says in text
    assert "unexpected unknown property value" not in text


@pytest.mark.parametrize("given", [{"profile": [1]}, {"assumeRole": "x"}, {"assumeRole": {"roleArn": 5}}])
def test_a_resource_that_is_only_read_with_strange_arguments_is_refused_in_a_sentence(
    ecs: Emulator, stack: Stack, given: dict[str, Any]
) -> None:
    class Read(pulumi.CustomResource):
        def __init__(self) -> None:
            id = f"{REGION}:{ecs.golden_image_id}"
            super().__init__(TYPE, "golden", given, pulumi.ResourceOptions(id=id))

    text = stack.fails(stack.up, Read)
    assert "can't be read. Nothing was changed." in text
    assert "this is a bug" not in text


def secretly(ecs: Emulator, *accounts: Any, **more: Any) -> Program:
    def program() -> None:
        hidden = [pulumi.Output.secret(account) for account in accounts]
        ImageShare("golden", image_id=ecs.golden_image_id, account_ids=hidden, **more)

    return program


def test_who_loses_a_secret_share_that_is_replaced_is_not_denied(ecs: Emulator, stack: Stack) -> None:
    stack.up(secretly(ecs, PAYMENTS, DATA, exclusive=False))
    stack.preview(secretly(ecs, PAYMENTS, exclusive=False), replace=[f"{URN}golden"])
    assert "0 accounts lose it" not in stack.text
    assert "which then unshares from all others. Which ones is secret." in stack.text


def test_the_secrets_of_the_state_are_kept_where_the_program_has_none(ecs: Emulator, stack: Stack) -> None:
    stack.up(secretly(ecs, WEB, PARTNER))

    def program() -> None:
        stash = pulumi.Stash("later", input=PAYMENTS)
        ImageShare("golden", image_id=ecs.golden_image_id, account_ids=[stash.output])

    stack.preview(program)
    assert WEB not in stack.text
    assert PARTNER not in stack.text


def test_an_error_names_no_secret_account_and_neither_does_the_state(
    ecs: Emulator, stack: Stack, tmp_path: Path
) -> None:
    ecs.faults.add(kind="drop_after", action=MODIFY)
    text = stack.fails(stack.up, secretly(ecs, WEB, PARTNER))
    assert "[secret]" in text
    written = "\n".join(file.read_text(errors="replace") for file in tmp_path.rglob("*") if file.is_file())
    for account in (WEB, PARTNER):
        assert account not in text
        assert account not in written


def test_ignored_changes_that_the_engine_cannot_leave_out_are_refused(
    ecs: Emulator, stack: Stack, sharing: Programs
) -> None:
    for account in (PAYMENTS, DATA):
        ecs.console.share(REGION, ecs.golden_image_id, account)
    stack.command("import", TYPE, "golden", f"{REGION}:{ecs.golden_image_id}", "--yes", "--protect=false",
                  "--generate-code=false")  # fmt: skip
    ignoring = pulumi.ResourceOptions(ignore_changes=["accounts"])
    assert "an import keeps them in another form" in stack.fails(stack.up, sharing(ignoring, account_ids=[PAYMENTS]))
    stack.up(sharing(account_ids=[PAYMENTS, DATA]))
    assert stack.up(sharing(ignoring, account_ids=[PAYMENTS])).change_summary == {"same": 2}
    by_list = pulumi.ResourceOptions(ignore_changes=["accountIds"])
    assert "its option ignoreChanges removes them: name 'accounts' there" in stack.fails(
        stack.up, sharing(by_list, account_ids=[PAYMENTS])
    )
    assert live(ecs) == [PAYMENTS, DATA]


def test_an_image_of_another_account_is_said_to_be_that_in_the_update_too(
    ecs: Emulator, tmp_path: Path, ecs_config: dict[str, str], sharing: Programs
) -> None:
    ecs.console.share(REGION, ecs.golden_image_id, PAYMENTS)
    payments = ecs.account("payments")
    keys = {"alicloud:accessKey": payments.access_key_id, "alicloud:secretKey": payments.access_key_secret}
    stack = Stack(tmp_path / "theirs", plugin_settings({**ecs_config, **keys}), uses_plugin=True)
    assert "an image that was shared with you can't be shared on" in stack.fails(stack.up, sharing(account_ids=[DATA]))
