"""Each provider is a process of its own: they know what the others' resources want, so that none takes it from them."""

from __future__ import annotations

from pathlib import Path

import pulumi
import pytest

import pulumi_alicloud_image_share as dynamic
from ecs_emulator import Emulator
from support.engine import Program, Stack
from support.plugin_resources import ImageShare, Provider, plugin_settings

PAYMENTS, DATA, WEB = "1000000000000002", "1000000000000003", "1000000000000004"
REGION = "cn-hangzhou"


@pytest.fixture
def stack(tmp_path: Path, ecs_config: dict[str, str]) -> Stack:
    """A stack whose engine starts the processes itself."""
    return Stack(tmp_path, plugin_settings(ecs_config), uses_plugin=True, starts_provider=True)


def live(ecs: Emulator) -> list[str]:
    return sorted(ecs.console.shared_accounts(REGION, ecs.golden_image_id))


@pytest.mark.parametrize("exclusive", [True, False])
def test_a_share_that_gets_another_name_and_provider_at_once_keeps_everybody_access(
    ecs: Emulator, ecs_config: dict[str, str], stack: Stack, exclusive: bool
) -> None:
    inputs = {"image_id": ecs.golden_image_id, "account_ids": [PAYMENTS, DATA], "exclusive": exclusive}
    stack.up(lambda: ImageShare("golden", **inputs))

    def renamed() -> None:
        settings = {key.partition(":")[2]: value for key, value in ecs_config.items()}
        ImageShare("images", pulumi.ResourceOptions(provider=Provider("owner", **settings)), **inputs)

    stack.up(renamed)
    assert live(ecs) == [PAYMENTS, DATA]
    assert not any("RemoveAccount" in name for call in ecs.calls.entries for name in call.params)
    assert "golden" not in stack.resources
    stack.destroy()
    assert live(ecs) == []


@pytest.mark.parametrize("exclusive", [True, False])
def test_two_providers_whose_shares_list_one_account_are_refused(
    ecs: Emulator, ecs_config: dict[str, str], stack: Stack, exclusive: bool
) -> None:
    settings = {key.partition(":")[2]: value for key, value in ecs_config.items()}

    def program() -> None:
        for name, accounts in (("first", [PAYMENTS, DATA]), ("second", [DATA, WEB])):
            explicit = pulumi.ResourceOptions(provider=Provider(name, **settings))
            ImageShare(name, explicit, image_id=ecs.golden_image_id, account_ids=accounts, exclusive=exclusive)

    text = stack.fails(stack.preview, program)
    assert f"{DATA} of image {ecs.golden_image_id} is listed by two ImageShares of this program" in text
    assert live(ecs) == []


def test_two_providers_whose_shares_list_others_each_share(
    ecs: Emulator, ecs_config: dict[str, str], stack: Stack
) -> None:
    settings = {key.partition(":")[2]: value for key, value in ecs_config.items()}

    def program() -> None:
        for name, account in (("first", PAYMENTS), ("second", WEB)):
            explicit = pulumi.ResourceOptions(provider=Provider(name, **settings))
            ImageShare(name, explicit, image_id=ecs.golden_image_id, account_ids=[account], exclusive=False)

    stack.up(program)
    assert live(ecs) == [PAYMENTS, WEB]


@pytest.mark.parametrize("back", [False, True], ids=["to-the-plugin", "to-dynamic-resources"])
def test_a_share_that_goes_to_the_other_frontend_without_an_alias_keeps_everybody_access(
    ecs: Emulator, stack: Stack, back: bool
) -> None:
    def by_dynamic() -> None:
        dynamic.ImageShare("golden", image_id=ecs.golden_image_id, accounts=[PAYMENTS, DATA])

    def by_plugin() -> None:
        without = pulumi.ResourceOptions(provider=None)
        ImageShare("images", without, image_id=ecs.golden_image_id, account_ids=[PAYMENTS, DATA])

    first, then = (by_plugin, by_dynamic) if back else (by_dynamic, by_plugin)
    stack.up(first)
    assert stack.up(then).change_summary == {"create": 1, "delete": 1, "same": 1}
    assert live(ecs) == [PAYMENTS, DATA]
    assert not any("RemoveAccount" in name for call in ecs.calls.entries for name in call.params)


def test_both_frontends_may_not_list_one_account(ecs: Emulator, stack: Stack) -> None:
    def program() -> None:
        ImageShare("first", image_id=ecs.golden_image_id, account_ids=[PAYMENTS], exclusive=False)
        dynamic.ImageShare("second", image_id=ecs.golden_image_id, accounts=[PAYMENTS, WEB], exclusive=False)

    text = stack.fails(stack.preview, program)
    assert f"{PAYMENTS} of image {ecs.golden_image_id} is listed by two ImageShares of this program" in text
    assert live(ecs) == []


def test_a_setting_that_cannot_be_used_is_said_before_anything_is_called(
    ecs: Emulator, ecs_config: dict[str, str], stack: Stack
) -> None:
    def program(**changes: str) -> Program:
        settings = {key.partition(":")[2]: value for key, value in ecs_config.items()}

        def run() -> None:
            explicit = pulumi.ResourceOptions(provider=Provider("owner", **{**settings, **changes}))
            ImageShare("golden", explicit, image_id=ecs.golden_image_id, account_ids=[PAYMENTS])

        return run

    assert "alicloud-image-share:protocol is 'ftp': it must be HTTP" in stack.fails(stack.up, program(protocol="ftp"))
    misspelt = stack.fails(stack.up, program(retrySecond="5"))
    assert "alicloud-image-share has no setting 'retrySecond': did you mean retrySeconds?" in misspelt
    assert ecs.calls.count() == 0
