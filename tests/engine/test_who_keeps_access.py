"""Who keeps access, whatever is done to the resource: renamed, moved, replaced, split in two, run by other credentials.

Each sequence begins with a share of the golden image with three accounts. Nobody but those whom a preview shows losing
access may lose it, not even for a moment.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pulumi
import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share import ImageShare
from support.engine import Program, Stack

PAYMENTS, DATA, WEB, PARTNER = "1000000000000002", "1000000000000003", "1000000000000004", "1000000000000005"
REGION = "cn-hangzhou"
TYPE = "pulumi-python:dynamic/alicloud-image-share:ImageShare"
GOLDEN, SILVER = f"urn:pulumi:dev::shop::{TYPE}::golden", f"urn:pulumi:dev::shop::{TYPE}::silver"
REFUSED = {"action": "ModifyImageSharePermission", "kind": "error", "code": "Forbidden.RAM", "status": 403}
MANY = [str(2000000000000001 + n) for n in range(40)]


class Fleet(pulumi.ComponentResource):
    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("my:index:Fleet", name, {}, opts)


@pytest.fixture
def share(ecs: Emulator) -> Callable[..., ImageShare]:
    """Share the golden image, in a program."""

    def share(name: str, *accounts: str, opts: pulumi.ResourceOptions | None = None, **arguments: Any) -> ImageShare:
        given = {"image_id": ecs.golden_image_id, "accounts": list(accounts), **arguments}
        return ImageShare(name, opts, **given)

    return share


Share = Callable[..., ImageShare]


def live(ecs: Emulator, image_id: str = "") -> list[str]:
    return ecs.console.shared_accounts(REGION, image_id or ecs.golden_image_id)


@contextmanager
def watching_losses(ecs: Emulator) -> Iterator[set[str]]:
    """Collect who loses access to the golden image, even for a moment."""
    answer = ecs.gateway.answer
    lost: set[str] = set()

    def watched(admitted: Any) -> Any:
        before = set(live(ecs))
        reply = answer(admitted)
        lost.update(before - set(live(ecs)))
        return reply

    ecs.gateway.answer = watched  # type: ignore[method-assign]
    yield lost
    ecs.gateway.answer = answer  # type: ignore[method-assign]


def renamed(share: Share) -> Program:
    return lambda: share("silver", PAYMENTS, DATA) and None


def renamed_with_an_alias(share: Share) -> Program:
    return lambda: (
        share("silver", PAYMENTS, DATA, opts=pulumi.ResourceOptions(aliases=[pulumi.Alias("golden")])) and None
    )


def moved(share: Share) -> Program:
    return lambda: share("golden", PAYMENTS, DATA, opts=pulumi.ResourceOptions(parent=Fleet("fleet"))) and None


def as_it_was(share: Share) -> Program:
    return lambda: share("golden", PAYMENTS, DATA) and None


def deleted_first(share: Share) -> Program:
    return lambda: share("golden", PAYMENTS, DATA, opts=pulumi.ResourceOptions(delete_before_replace=True)) and None


def replaced_on_changes(share: Share) -> Program:
    opts = pulumi.ResourceOptions(replace_on_changes=["accounts"])
    return lambda: share("golden", PAYMENTS, DATA, opts=opts) and None


@pytest.mark.parametrize(
    ("program", "options", "taint"),
    [
        pytest.param(renamed, {}, False, id="renamed"),
        pytest.param(renamed, {"continue_on_error": True}, False, id="renamed-and-continuing-on-error"),
        pytest.param(renamed_with_an_alias, {}, False, id="renamed-with-an-alias"),
        pytest.param(renamed_with_an_alias, {}, True, id="tainted-and-renamed-with-an-alias"),
        pytest.param(moved, {}, False, id="moved-into-a-component"),
        pytest.param(as_it_was, {"replace": [GOLDEN]}, False, id="replaced-by-request"),
        pytest.param(as_it_was, {}, True, id="tainted"),
        pytest.param(as_it_was, {"refresh": True}, True, id="tainted-and-refreshed"),
        pytest.param(deleted_first, {"replace": [GOLDEN]}, False, id="replaced-by-request-and-deleted-first"),
        pytest.param(replaced_on_changes, {}, False, id="replaced-on-changes"),
    ],
)
def test_only_the_account_that_the_program_drops_loses_access(
    ecs: Emulator, stack: Stack, share: Share, program: Callable[[Share], Program], options: dict[str, Any], taint: bool
) -> None:
    stack.up(lambda: share("golden", PAYMENTS, DATA, WEB) and None)
    if taint:
        stack.command("state", "taint", GOLDEN, "--yes")
    with watching_losses(ecs) as lost:
        stack.up(program(share), **options)
    assert lost == {WEB}
    assert live(ecs) == [PAYMENTS, DATA]
    [state] = [resource for resource in stack.resources.values() if resource["type"] == TYPE]
    assert state["outputs"]["account_ids"] == [PAYMENTS, DATA]
    assert stack.preview(program(share)).change_summary.keys() == {"same"}


def test_a_share_renamed_in_the_state_unshares_its_old_image_if_it_is_replaced_by_request(
    ecs: Emulator, stack: Stack, share: Share
) -> None:
    stack.up(as_it_was(share))
    stack.command("state", "rename", GOLDEN, "silver", "--yes")
    stack.up(lambda: share("silver", PAYMENTS, DATA) and None)
    new = ecs.console.create_image(REGION, name="golden-2")

    def replaced() -> None:
        opts = pulumi.ResourceOptions(delete_before_replace=True)
        ImageShare("silver", opts, image_id=new, accounts=[PAYMENTS, DATA], exclusive=False, max_unshare_percent=100)

    stack.up(replaced, replace=[SILVER])
    assert live(ecs) == []
    assert ecs.console.shared_accounts(REGION, new) == [PAYMENTS, DATA]


def test_a_share_is_not_forgotten_while_the_one_that_takes_its_accounts_over_has_failed(
    ecs: Emulator, stack: Stack, share: Share
) -> None:
    stack.up(lambda: share("golden", PAYMENTS, DATA, WEB) and None)
    ecs.faults.add(**REFUSED)
    text = stack.fails(stack.up, renamed(share), continue_on_error=True)
    assert "silver of this program takes over these accounts but failed" in text
    assert stack.resources["golden"]["outputs"]["account_ids"] == live(ecs) == [PAYMENTS, DATA, WEB]
    ecs.faults.clear()
    stack.up(renamed(share))
    assert live(ecs) == [PAYMENTS, DATA]


def test_what_a_failed_replacement_leaves_is_told(ecs: Emulator, stack: Stack, share: Share) -> None:
    stack.up(as_it_was(share))
    ecs.faults.add(**REFUSED)
    text = stack.fails(stack.up, deleted_first(share), replace=[GOLDEN])
    assert "still have access" in text
    assert live(ecs) == [PAYMENTS, DATA]


def test_a_stranger_is_no_part_of_a_share_that_is_replaced(ecs: Emulator, stack: Stack, share: Share) -> None:
    stack.up(as_it_was(share))
    ecs.console.share(REGION, ecs.golden_image_id, WEB)
    assert f"that the program does not list: {WEB}" in stack.fails(stack.up, as_it_was(share), replace=[GOLDEN])
    assert live(ecs) == [PAYMENTS, DATA, WEB]


def two(share: Share, golden: list[str], silver: list[str], **arguments: Any) -> Program:
    def program() -> None:
        share("golden", *golden, **{"exclusive": False, **arguments})
        share("silver", *silver, **{"exclusive": False, **arguments})

    return program


def test_an_account_moves_from_one_share_to_the_other_and_no_account_is_in_two(
    ecs: Emulator, stack: Stack, share: Share
) -> None:
    both = two(share, [PAYMENTS, DATA], [DATA, WEB])
    text = stack.fails(stack.preview, both)
    assert f"{DATA} of image {ecs.golden_image_id} is listed by two ImageShares of this program" in text
    assert "golden" in text
    assert "silver" in text
    stack.up(two(share, [PAYMENTS, DATA], [WEB]))
    stack.up(two(share, [PAYMENTS], [DATA, WEB]))
    assert live(ecs) == [PAYMENTS, DATA, WEB]
    stack.up(two(share, [PAYMENTS, DATA], [WEB]))
    assert live(ecs) == [PAYMENTS, DATA, WEB]
    # Half of the move, and then the other half: the one that gives the account up is changed before the other is
    # even looked at.
    stack.up(two(share, [PAYMENTS], [DATA, WEB]), target=[SILVER])
    with watching_losses(ecs) as lost:
        stack.up(two(share, [PAYMENTS], [DATA, WEB]))
    assert lost == set()
    assert live(ecs) == [PAYMENTS, DATA, WEB]
    assert stack.resources["golden"]["outputs"]["account_ids"] == [PAYMENTS]
    stack.up(two(share, [PAYMENTS], [WEB]))
    assert live(ecs) == [PAYMENTS, WEB]
    stack.destroy()
    assert live(ecs) == []


def test_an_account_that_is_left_to_a_share_that_then_fails_is_told(ecs: Emulator, stack: Stack, share: Share) -> None:
    stack.up(two(share, [PAYMENTS, DATA], [WEB]))
    ecs.faults.add(**REFUSED)
    text = stack.fails(stack.up, two(share, [PAYMENTS], [DATA, WEB]), continue_on_error=True)
    shares = {name: state["outputs"] for name, state in stack.resources.items() if state["type"] == TYPE}
    listing = [name for name, outputs in shares.items() if DATA in outputs["account_ids"]]
    # Either the share that has it keeps it in the state, or the user is told.
    assert listing == ["golden"] or f"{DATA} still has access to image {ecs.golden_image_id}" in text
    assert live(ecs) == [PAYMENTS, DATA, WEB]


def test_a_share_that_is_only_read_keeps_nobodys_access(ecs: Emulator, stack: Stack, share: Share) -> None:
    def beside_a_reader(*accounts: str) -> Program:
        def program() -> None:
            golden = share("golden", *accounts)
            ImageShare.get("seen", golden.id)

        return program

    stack.up(beside_a_reader(PAYMENTS, DATA))
    stack.up(beside_a_reader(PAYMENTS, DATA))
    assert stack.resources["seen"]["outputs"]["account_ids"] == [PAYMENTS, DATA]
    stack.up(beside_a_reader(PAYMENTS))
    assert live(ecs) == [PAYMENTS]


def keys_of(ecs: Emulator, account: str) -> dict[str, str]:
    found = ecs.account(account)
    return {"alicloud:accessKey": found.access_key_id, "alicloud:secretKey": found.access_key_secret}


@pytest.mark.parametrize("account", ["payments", "partner"])
def test_keys_of_another_account_forget_nothing_and_end_no_command_green(
    ecs: Emulator, stack: Stack, tmp_path: Path, ecs_config: dict[str, str], share: Share, account: str
) -> None:
    program = as_it_was(share)
    stack.up(program)
    assert stack.resources["golden"]["outputs"]["owner_id"] == "1000000000000001"
    wrong = Stack(tmp_path, {**ecs_config, **keys_of(ecs, account)})
    for command in (wrong.refresh, wrong.destroy):
        text = wrong.fails(command, program, run_program=True)
        assert "belongs to account 1000000000000001" in text
        assert "Nothing was changed" in text
        assert wrong.resources["golden"]["outputs"]["account_ids"] == [PAYMENTS, DATA]
    assert live(ecs) == [PAYMENTS, DATA]
    ecs.console.delete_image(REGION, ecs.golden_image_id)
    assert "which can't see it: run with the credentials of its owner" in wrong.fails(
        wrong.destroy, program, run_program=True
    )
    stack.refresh(program, run_program=True)
    assert "does not exist any more, as its owner's account sees it" in stack.text
    assert "golden" not in stack.resources


def test_dropping_most_of_many_accounts_is_refused_also_with_another_image_or_by_a_replacement(
    ecs: Emulator, stack: Stack, share: Share
) -> None:
    def few(**arguments: Any) -> Program:
        return lambda: share("golden", *MANY[:3], **arguments) and None

    stack.up(lambda: share("golden", *MANY) and None)
    refused = "this would unshare 37 of 40 accounts (92.5 %)"
    assert refused in stack.fails(stack.preview, few())
    assert refused in stack.fails(stack.preview, few(image_id=ecs.image("golden-next").id))
    assert refused in stack.fails(stack.up, few(), replace=[GOLDEN])
    stack.command("state", "taint", GOLDEN, "--yes")
    opts = pulumi.ResourceOptions(aliases=[pulumi.Alias("golden")])
    assert refused in stack.fails(stack.preview, lambda: share("silver", *MANY[:3], opts=opts) and None)
    assert live(ecs) == MANY


def test_a_saved_plan_is_carried_out(
    ecs: Emulator, stack: Stack, share: Share, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_EXPERIMENTAL", "true")
    stack.up(lambda: share("golden", PAYMENTS, DATA, WEB) and None)
    plan = str(tmp_path / "plan.json")
    stack.preview(as_it_was(share), plan=plan)
    stack.up(as_it_was(share), plan=plan)
    assert live(ecs) == [PAYMENTS, DATA]


def test_a_secret_account_is_only_counted(ecs: Emulator, stack: Stack, share: Share) -> None:
    def secretly(*accounts: str) -> Program:
        return lambda: share("golden", accounts=[pulumi.Output.secret(account) for account in accounts]) and None

    stack.up(secretly(PAYMENTS, DATA))
    stack.preview(secretly(PAYMENTS, WEB, PARTNER[:-1] + "6"))
    assert "2 accounts of image" in stack.text
    assert "gain access, and 1 account loses it. Which ones is secret." in stack.text
    assert not re.search(r"\b1000000000000[0-9]{3}\b", stack.text)
    stack.up(secretly(PAYMENTS, WEB))
    assert live(ecs) == [PAYMENTS, WEB]
    assert not re.search(f"{PAYMENTS}|{WEB}|{DATA}", stack.state_text)


def test_accounts_whose_changes_are_ignored_stay_ignored_also_when_all_are_gone(
    ecs: Emulator, stack: Stack, share: Share
) -> None:
    opts = pulumi.ResourceOptions(ignore_changes=["accounts"])

    def program() -> None:
        share("golden", PAYMENTS, DATA, opts=opts)

    stack.up(program)
    ecs.console.unshare(REGION, ecs.golden_image_id, PAYMENTS, DATA)
    stack.refresh()
    assert stack.preview(program).change_summary.keys() == {"same"}
    stack.up(program)
    assert live(ecs) == []
