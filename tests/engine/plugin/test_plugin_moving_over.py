"""A stack moves from dynamic resources to the plugin, and back: one edit, no call, and nobody loses access."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest

import pulumi_alicloud_image_share as dynamic
from ecs_emulator import Emulator
from pulumi_alicloud_image_share.share.resource import ShareResource
from support.engine import Program, Stack
from support.plugin_resources import ImageCopy, ImageDistribution, ImageShare, Provider

PAYMENTS, DATA, WEB = "1000000000000002", "1000000000000003", "1000000000000004"
REGION = "cn-hangzhou"
NAMED = {"payments": PAYMENTS, "data": DATA}


def live(ecs: Emulator) -> list[str]:
    return sorted(ecs.console.shared_accounts(REGION, ecs.golden_image_id))


@pytest.fixture
def by_dynamic(ecs: Emulator) -> Program:
    """The program before, with a share and a copy."""
    ecs.console.set_copy_seconds(0)

    def program() -> None:
        dynamic.ImageShare("golden", image_id=ecs.golden_image_id, accounts=NAMED)
        dynamic.ImageCopy(
            "beijing", source_image_id=ecs.golden_image_id, region="cn-beijing", tags={"team": "platform"}
        )

    return program


@pytest.fixture
def by_plugin(ecs: Emulator, ecs_config: dict[str, str]) -> Callable[..., Program]:
    """Make the program after it."""

    def with_inputs(*, explicit: bool = False, accounts: Any = None) -> Program:
        def program() -> None:
            settings = {key.partition(":")[2]: value for key, value in ecs_config.items()}
            opts = pulumi.ResourceOptions(provider=Provider("owner", **settings)) if explicit else None
            ImageShare("golden", opts, image_id=ecs.golden_image_id, accounts=accounts or NAMED)
            given = {"source_image_id": ecs.golden_image_id, "region": "cn-beijing", "tags": {"team": "platform"}}
            ImageCopy("beijing", opts, **given)

        return program

    return with_inputs


@pytest.mark.parametrize("explicit", [False, True], ids=["default-provider", "explicit-provider"])
def test_moving_over_is_an_update_without_a_call(
    ecs: Emulator, stack: Stack, by_dynamic: Program, by_plugin: Callable[..., Program], explicit: bool
) -> None:
    stack.up(by_dynamic)
    before = {name: stack.resources[name]["id"] for name in ("golden", "beijing")}
    ecs.calls.reset()
    made = {"create": 1} if explicit else {}
    assert stack.preview(by_plugin(explicit=explicit)).change_summary == {**made, "same": 1, "update": 2}
    assert stack.up(by_plugin(explicit=explicit)).change_summary == {**made, "same": 1, "update": 2}
    assert ecs.calls.count() == 0
    assert {name: stack.resources[name]["id"] for name in before} == before
    assert stack.resources["golden"]["outputs"]["accounts"] == {PAYMENTS: "payments", DATA: "data"}
    assert stack.preview(by_plugin(explicit=explicit)).change_summary == {"same": 4 if explicit else 3}
    assert live(ecs) == [PAYMENTS, DATA]


def test_a_change_on_the_way_is_that_change_alone(
    ecs: Emulator, stack: Stack, by_dynamic: Program, by_plugin: Callable[..., Program]
) -> None:
    stack.up(by_dynamic)
    after = by_plugin(accounts={"payments": PAYMENTS, "web": WEB})
    stack.preview(after)
    assert f'- {DATA}: "data"' in stack.text
    assert f'+ {WEB}: "web"' in stack.text
    assert f"{PAYMENTS}" not in stack.text.partition("accounts: {")[2].partition("}")[0]
    stack.up(after)
    assert live(ecs) == [PAYMENTS, WEB]


def test_refresh_and_destroy_after_moving_over_do_what_they_say(
    ecs: Emulator, stack: Stack, by_dynamic: Program, by_plugin: Callable[..., Program]
) -> None:
    stack.up(by_dynamic)
    stack.up(by_plugin())
    stack.refresh()
    assert stack.preview(by_plugin()).change_summary == {"same": 3}
    stack.destroy()
    assert live(ecs) == []
    assert stack.resources == {}


def test_the_way_back_is_an_update_without_a_call(ecs: Emulator, stack: Stack, sharing: Callable[..., Program]) -> None:
    stack.up(sharing(accounts=NAMED))

    def back() -> None:
        formerly = pulumi.ResourceOptions(aliases=[pulumi.Alias(type_=ShareResource.plugin_type())])
        dynamic.ImageShare("golden", formerly, image_id=ecs.golden_image_id, accounts=NAMED)

    ecs.calls.reset()
    assert stack.up(back).change_summary == {"same": 1, "update": 1}
    assert ecs.calls.count() == 0
    assert live(ecs) == [PAYMENTS, DATA]
    assert stack.up(back).change_summary == {"same": 2}


@pytest.mark.parametrize("makers", [(dynamic.ImageDistribution, ImageDistribution),
                                    (ImageDistribution, dynamic.ImageDistribution)], ids=["over", "back"])  # fmt: skip
def test_a_distribution_moves_with_another_image_and_other_accounts(
    ecs: Emulator, stack: Stack, makers: tuple[Callable[..., Any], ...]
) -> None:
    ecs.console.set_copy_seconds(0)
    newest = ecs.image("golden-next").id

    def program(place: int, image: str, *accounts: str) -> Program:
        arguments = {"images": [image], "regions": [REGION, "cn-beijing"], "accounts": list(accounts)}
        return lambda: makers[place]("golden", **arguments)

    stack.up(program(0, ecs.golden_image_id, PAYMENTS, DATA))
    after = program(1, newest, PAYMENTS, WEB)
    shown = stack.preview(after).change_summary
    assert DATA in stack.text
    assert stack.up(after).change_summary == shown
    assert live(ecs) == []
    assert ecs.console.shared_accounts(REGION, newest) == [PAYMENTS, WEB]
    stack.refresh()
    assert stack.preview(after).change_summary.keys() == {"same"}
