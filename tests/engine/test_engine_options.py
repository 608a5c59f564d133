"""What Pulumi's own options and renamings do to a share: nobody loses access unseen."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share import ImageShare
from support.copied_image import CopiedImage
from support.engine import Program, Stack

PAYMENTS, DATA, WEB = "1000000000000002", "1000000000000003", "1000000000000004"
REGION = "cn-hangzhou"


class Team(pulumi.ComponentResource):
    """A component that shares an image."""

    def __init__(self, name: str, image_id: str, accounts: Any) -> None:
        super().__init__("shop:index:Team", name)
        self.share = ImageShare(
            "golden", image_id=image_id, accounts=accounts, opts=pulumi.ResourceOptions(parent=self)
        )


def live(ecs: Emulator) -> list[str]:
    return ecs.console.shared_accounts(REGION, ecs.golden_image_id)


def sharing(ecs: Emulator, name: str = "golden", accounts: Any = (PAYMENTS, DATA), **arguments: Any) -> Program:
    def program() -> None:
        ImageShare(name, image_id=ecs.golden_image_id, accounts=accounts, **arguments)

    return program


def test_a_renamed_resource_keeps_its_accounts(ecs: Emulator, stack: Stack) -> None:
    stack.up(sharing(ecs))
    stack.up(sharing(ecs, "renamed"))
    assert live(ecs) == [PAYMENTS, DATA]
    assert set(stack.resources) & {"golden", "renamed"} == {"renamed"}


def test_a_resource_that_moves_into_a_component_keeps_its_accounts(ecs: Emulator, stack: Stack) -> None:
    stack.up(sharing(ecs))
    stack.up(lambda: Team("team", ecs.golden_image_id, [PAYMENTS, DATA]) and None)
    assert live(ecs) == [PAYMENTS, DATA]


def test_a_forced_replacement_keeps_its_accounts(ecs: Emulator, stack: Stack) -> None:
    stack.up(sharing(ecs))
    stack.up(sharing(ecs), replace=[stack.resources["golden"]["urn"]])
    assert live(ecs) == [PAYMENTS, DATA]


def test_ignored_changes_of_accounts_leave_the_accounts_as_they_are(ecs: Emulator, stack: Stack) -> None:
    ignoring = pulumi.ResourceOptions(ignore_changes=["accounts"])
    stack.up(sharing(ecs, accounts={"payments": PAYMENTS, "data": DATA}))
    result = stack.up(sharing(ecs, accounts={"web": WEB}, opts=ignoring))
    assert result.summary.resource_changes == {"same": 2}
    assert live(ecs) == [PAYMENTS, DATA]


def test_a_new_share_that_is_not_a_target_is_left_out(ecs: Emulator, stack: Stack, ecs_config: dict[str, str]) -> None:
    def program() -> None:
        CopiedImage("copy", ecs.golden_image_id, ecs_config)
        ImageShare("golden", image_id=ecs.golden_image_id, accounts=[PAYMENTS])

    stack.up(program, target=["**CopiedImage::copy"])
    assert live(ecs) == []
    assert "copy" in stack.resources


@pytest.mark.parametrize("none", [None, "output"])
def test_an_account_whose_id_is_none_is_refused_and_nobody_is_unshared(
    ecs: Emulator, stack: Stack, none: str | None
) -> None:
    def program() -> None:
        nothing = None if none is None else pulumi.Output.from_input(None)
        accounts: dict[str, Any] = {"payments": nothing, "data": DATA}
        ImageShare("golden", image_id=ecs.golden_image_id, accounts=accounts)

    stack.up(sharing(ecs))
    assert "an account ID is empty (for 'payments')" in stack.fails(stack.up, program)
    assert live(ecs) == [PAYMENTS, DATA]


@pytest.mark.parametrize("kind", [tuple, set, iter, lambda ids: dict.fromkeys(ids).keys()])
def test_any_collection_of_account_ids_will_do(ecs: Emulator, stack: Stack, kind: Any) -> None:
    def program() -> None:
        ImageShare("golden", image_id=ecs.golden_image_id, accounts=kind([PAYMENTS, DATA]))

    stack.up(program)
    assert live(ecs) == [PAYMENTS, DATA]


def test_an_output_cannot_be_given_as_an_argument(ecs: Emulator, stack: Stack) -> None:
    program = sharing(ecs, account_ids=[PAYMENTS])
    assert "ImageShare has no argument 'account_ids'" in stack.fails(stack.preview, program)


def test_a_preview_with_an_unknown_account_still_says_who_gains_and_who_may_lose(
    ecs: Emulator, stack: Stack, ecs_config: dict[str, str]
) -> None:
    def program() -> None:
        other = CopiedImage("copy", ecs.golden_image_id, ecs_config)
        ImageShare("golden", image_id=ecs.golden_image_id, accounts={"web": WEB, "payments": PAYMENTS, "new": other.id})

    stack.up(sharing(ecs, accounts={"payments": PAYMENTS, "data": DATA}))
    stack.preview(program)
    assert f"Gaining access: web ({WEB}). Losing it, unless among the unknown: data ({DATA})." in stack.text
    text = stack.fails(stack.up, program)
    assert "is not an account ID" in text
    assert live(ecs) == [PAYMENTS, DATA]
