"""What Pulumi's own options do to a share: they are honoured, or refused by a sentence."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_alicloud as alicloud
import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share import ImageShare
from support.copied_image import CopiedImage
from support.engine import PLUGINS, Program, Stack

PAYMENTS, DATA, WEB = "1000000000000002", "1000000000000003", "1000000000000004"
REGION = "cn-hangzhou"
SHARER = "acs:ram::1000000000000001:role/image-sharer"


def live(ecs: Emulator) -> list[str]:
    return ecs.console.shared_accounts(REGION, ecs.golden_image_id)


def sharing(ecs: Emulator, name: str = "golden", accounts: Any = (PAYMENTS, DATA), **arguments: Any) -> Program:
    def program() -> None:
        ImageShare(name, image_id=ecs.golden_image_id, accounts=accounts, **arguments)

    return program


@pytest.mark.parametrize("path", ["accounts", "*"])
def test_ignored_changes_of_accounts_leave_the_accounts_as_they_are(ecs: Emulator, stack: Stack, path: str) -> None:
    ignoring = pulumi.ResourceOptions(ignore_changes=[path])
    stack.up(sharing(ecs, accounts={"payments": PAYMENTS, "data": DATA}))
    result = stack.up(sharing(ecs, accounts={"web": WEB}, opts=ignoring))
    assert result.summary.resource_changes == {"same": 2}
    assert live(ecs) == [PAYMENTS, DATA]


@pytest.mark.parametrize("listed", [{"payments": PAYMENTS, "data": DATA}, [PAYMENTS, DATA], {PAYMENTS: "", DATA: "d"}])
def test_an_account_is_ignored_by_its_id_however_the_program_lists_it(ecs: Emulator, stack: Stack, listed: Any) -> None:
    ignoring = pulumi.ResourceOptions(ignore_changes=[f'accounts["{DATA}"]'])
    stack.up(sharing(ecs, accounts=listed, opts=ignoring))
    assert stack.up(sharing(ecs, accounts=listed, opts=ignoring)).summary.resource_changes == {"same": 2}
    more = {**listed, WEB: "web"} if isinstance(listed, dict) and PAYMENTS in listed else [PAYMENTS, WEB]
    stack.up(sharing(ecs, accounts=more, opts=ignoring))
    assert live(ecs) == [PAYMENTS, DATA, WEB]


def test_options_that_would_take_access_or_keep_it_silently_are_refused_in_the_first_preview(
    ecs: Emulator, stack: Stack
) -> None:
    by_name = pulumi.ResourceOptions(ignore_changes=['accounts["data"]'])
    text = stack.fails(stack.preview, sharing(ecs, accounts={"payments": PAYMENTS, "data": DATA}, opts=by_name))
    assert f"Write 'accounts[\"{DATA}\"]' for one account, or 'accounts' for all." in text

    def deleted_with_another() -> None:
        other = ImageShare("other", image_id=ecs.image("golden-next").id, accounts=[PAYMENTS])
        sharing(ecs, opts=pulumi.ResourceOptions(deleted_with=other))()

    assert "the option deleted_with is given" in stack.fails(stack.preview, deleted_with_another)
    assert live(ecs) == []


def test_an_ignored_change_of_the_image_makes_no_strangers_known_by_the_shares_of_the_other_image(
    ecs: Emulator, stack: Stack
) -> None:
    next_image = ecs.image("golden-next").id

    def program(golden_image: str, **arguments: Any) -> Program:
        def run() -> None:
            ignoring = pulumi.ResourceOptions(ignore_changes=["image_id"])
            ImageShare("golden", image_id=golden_image, accounts=[PAYMENTS], opts=ignoring, **arguments)
            ImageShare("silver", image_id=next_image, accounts=[WEB])

        return run

    stack.up(program(ecs.golden_image_id, exclusive=False))
    ecs.console.share(REGION, ecs.golden_image_id, WEB)
    text = stack.fails(stack.preview, program(next_image, exclusive=True))
    assert f"already shared with 1 account that the program does not list: {WEB}" in text
    stack.up(program(next_image, exclusive=False))
    assert live(ecs) == [PAYMENTS, WEB]


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


async def later(value: str) -> str:
    return value


def test_any_collection_of_account_ids_will_do(ecs: Emulator, stack: Stack) -> None:
    collections: list[Any] = [tuple, set, iter, lambda ids: dict.fromkeys(ids).keys(), lambda ids: map(later, ids)]

    images = [ecs.console.create_image(REGION) for _ in collections]

    def program() -> None:
        for number, kind in enumerate(collections):
            ImageShare(f"golden-{number}", image_id=images[number], accounts=kind([PAYMENTS, DATA]))

    stack.up(program)
    shares = [resource["outputs"] for name, resource in stack.resources.items() if name.startswith("golden-")]
    assert [share["account_ids"] for share in shares] == [[PAYMENTS, DATA]] * len(collections)


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


def test_options_that_would_be_ignored_are_refused_in_the_preview(
    ecs: Emulator, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{PLUGINS}{os.pathsep}{os.environ['PATH']}")

    def refused(options: Callable[[], pulumi.ResourceOptions], **arguments: Any) -> str:
        return stack.fails(stack.preview, lambda: sharing(ecs, opts=options(), **arguments)() and None)

    def below_a_provider() -> pulumi.ResourceOptions:
        shanghai = alicloud.Provider("shanghai", region="cn-shanghai")
        return pulumi.ResourceOptions(parent=Team("team", pulumi.ResourceOptions(providers=[shanghai])))

    def with_a_provider() -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(provider=alicloud.Provider("shanghai", region="cn-shanghai"))

    text = refused(with_a_provider)
    assert "ImageShare 'golden': the option provider (alicloud) is not used: region, credentials and endpoints" in text
    assert "Traceback" not in text
    assert "its parent has an explicit provider of alicloud" in refused(below_a_provider)
    assert ecs.calls.count() == 0
    # Who says as whom to call is asked for no more, but may not assume this role.
    assert "AssumeRole failed with NoPermission" in refused(below_a_provider, assume_role={"role_arn": SHARER})


class Team(pulumi.ComponentResource):
    """A component with a provider of its own."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions) -> None:
        super().__init__("shop:index:Team", name, {}, opts)


def test_a_custom_timeout_ends_an_operation(ecs: Emulator, stack: Stack) -> None:
    ecs.faults.add(action="DescribeImageSharePermission", kind="throttle")
    short = pulumi.ResourceOptions(custom_timeouts=pulumi.CustomTimeouts(create="0.5s"))
    text = stack.fails(stack.up, sharing(ecs, opts=short))
    assert "Throttling" in text
    assert live(ecs) == []
