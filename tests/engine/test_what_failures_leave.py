"""What a failed change could not take back, or was better left, is found by every later command on the real engine."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pytest

from ecs_emulator import Emulator
from support.both_frontends import ImageShare, is_plugin
from support.engine import Stack
from support.golden_image import live
from support.plugin_resources import Provider, plugin_settings

MANY = [str(2000000000000001 + n) for n in range(70)]
MODIFY = "ModifyImageSharePermission"
REFUSED = {"kind": "error", "code": "Forbidden.RAM", "status": 403}

Program = Callable[[], None]
both_frontends = pytest.mark.both_frontends


@pytest.fixture
def stack(ecs_config: dict[str, str], tmp_path: Path) -> Stack:
    config = {**ecs_config, "alicloud-image-share:retrySeconds": "0", "alicloud-image-share:visibleSeconds": "1"}
    if is_plugin():
        return Stack(tmp_path, plugin_settings(config), uses_plugin=True)
    return Stack(tmp_path, config)


def one(accounts: list[str], image_id: str, *, is_secret: bool = False, **options: Any) -> Program:
    def program() -> None:
        ImageShare(
            "golden",
            pulumi.ResourceOptions(**options),
            image_id=image_id,
            accounts=pulumi.Output.secret(accounts) if is_secret else accounts,
            exclusive=False,
            max_unshare_percent=100,
        )

    return program


def one_after_the_other(image_id: str, *lists: list[str], providers: list[dict[str, str]] | None = None) -> Program:
    """Shares of one image, each of which is checked when the one before it is there."""

    def program() -> None:
        made: list[Any] = []
        for number, accounts in enumerate(lists):
            provider = Provider(f"own{number}", **providers[number]) if providers else None
            options = pulumi.ResourceOptions(depends_on=list(made), provider=provider)
            made.append(
                ImageShare(
                    f"share{number}",
                    options,
                    image_id=image_id,
                    accounts=accounts,
                    exclusive=False,
                    max_unshare_percent=100,
                )
            )

    return program


@both_frontends
def test_accounts_that_one_share_gave_up_are_taken_back_from_the_one_that_fails_to_take_them(
    ecs: Emulator, stack: Stack
) -> None:
    """A dynamic share knows what the other one lists, and so keeps these accounts shared all the time."""
    image = ecs.golden_image_id
    stack.up(one_after_the_other(image, MANY[:20]))
    ecs.faults.add(action=MODIFY, after=2 if is_plugin() else 0, times=1, **REFUSED)
    text = stack.fails(stack.up, one_after_the_other(image, MANY[10:20], [*MANY[:10], *MANY[40:50]]))
    if is_plugin():
        assert "the image is shared with the same accounts as before" in text
        assert live(ecs) == MANY[10:20]
        return
    assert "still have access" in text
    assert live(ecs) == MANY[:20]


@both_frontends
def test_what_a_replacement_left_shared_is_named_and_ended_by_the_next_runs(ecs: Emulator, stack: Stack) -> None:
    """The share was deleted to be replaced, and the state has it still: nobody can tell a late list from that."""
    here, there = ecs.golden_image_id, ecs.image("golden-next").id
    stack.up(one(MANY[:20], here, delete_before_replace=True))
    ecs.faults.add(action=MODIFY, after=2, times=1, **REFUSED)
    stack.fails(stack.up, one(MANY[:20], there, delete_before_replace=True))
    ecs.faults.clear()
    ecs.faults.add(action=MODIFY, after=1, times=1, **REFUSED)
    text = stack.fails(stack.up, one(MANY[:20], here, delete_before_replace=True))
    ecs.faults.clear()
    assert len(live(ecs)) == 10
    assert all(f"- {account}" in text for account in live(ecs))
    assert "Run the same command again before you remove these accounts" in text
    if not is_plugin():
        stack.up(one(MANY[:20], here, delete_before_replace=True))
    stack.destroy()
    assert live(ecs) == []


@pytest.fixture
def plugin_stack(ecs_config: dict[str, str], tmp_path: Path) -> Stack:
    config = {**ecs_config, "alicloud-image-share:retrySeconds": "0", "alicloud-image-share:visibleSeconds": "1"}
    return Stack(tmp_path, plugin_settings(config), uses_plugin=True, starts_provider=True)


def of_plugin(program: Program, monkeypatch: pytest.MonkeyPatch) -> Program:
    monkeypatch.setattr("support.protocol.frontend", "plugin")
    return program


def test_secret_accounts_stay_secret_in_what_a_plain_update_left(
    ecs: Emulator, plugin_stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = ecs.golden_image_id
    plugin_stack.up(of_plugin(one(MANY[:20], image, is_secret=True), monkeypatch))
    ecs.faults.add(action=MODIFY, kind="internal_error", after=1)
    plugin_stack.fails(plugin_stack.up, one(MANY[40:50], image))
    ecs.faults.clear()
    shown = json.dumps(plugin_stack.preview(one(MANY[40:50], image)).events, default=str)
    assert not any(account in plugin_stack.state_text + shown for account in MANY[:20])


def test_an_account_that_only_a_half_made_share_has_is_not_taken_from_another_providers_share(
    ecs: Emulator, ecs_config: dict[str, str], plugin_stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {key.partition(":")[2]: value for key, value in ecs_config.items()}
    image, account = ecs.golden_image_id, MANY[50]

    def program(first: list[str], second: list[str]) -> Program:
        providers = [{**settings, "retrySeconds": "0"}] * 2
        return of_plugin(one_after_the_other(image, first, second, providers=providers), monkeypatch)

    plugin_stack.up(program(MANY[:5], [MANY[60]]))
    ecs.faults.add(action=MODIFY, kind="drop_after")
    plugin_stack.fails(plugin_stack.up, program([*MANY[:5], account], [MANY[60]]))
    ecs.faults.clear()
    then = program(MANY[:5], [account, MANY[60]])
    plugin_stack.up(then, target=[plugin_stack.resources["share1"]["urn"]])
    plugin_stack.up(then)
    assert live(ecs) == sorted([account, *MANY[:5], MANY[60]])


def test_the_preview_after_a_half_made_update_looks_as_the_update_does(
    ecs: Emulator, plugin_stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = ecs.golden_image_id
    plugin_stack.up(of_plugin(one(MANY[:10], image), monkeypatch))
    ecs.faults.add(action=MODIFY, kind="drop_after")
    plugin_stack.fails(plugin_stack.up, one(MANY[:25], image))
    ecs.faults.clear()
    ecs.console.unshare("cn-hangzhou", image, *MANY[:20])
    ecs.console.share("cn-hangzhou", image, *MANY[25:70])
    assert "10 more" in plugin_stack.fails(plugin_stack.preview, one(MANY[:10], image))


def half_made(ecs: Emulator, stack: Stack, program: Program) -> None:
    """Begin a share of which all but the first call are refused, the taking back included."""
    ecs.faults.add(action=MODIFY, after=1, **REFUSED)
    stack.fails(stack.up, program)
    ecs.faults.clear()
    assert len(live(ecs)) == 10


def test_what_the_next_run_on_a_half_made_share_did_is_taken_back_or_kept_too(
    ecs: Emulator, plugin_stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine keeps the inputs of a create that failed halfway: they list whom nobody has shared with."""
    image = ecs.golden_image_id
    half_made(ecs, plugin_stack, of_plugin(one(MANY[:35], image), monkeypatch))
    ecs.faults.add(action=MODIFY, after=1, times=1, **REFUSED)
    text = plugin_stack.fails(plugin_stack.up, one(MANY[:35], image))
    ecs.faults.clear()
    assert "stay shared" not in text
    assert live(ecs) == MANY[:10]
    plugin_stack.destroy()
    assert live(ecs) == []


def test_what_was_to_be_a_half_made_shares_is_taken_back_from_another_that_fails(
    ecs: Emulator, plugin_stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = ecs.golden_image_id
    half_made(ecs, plugin_stack, of_plugin(one_after_the_other(image, MANY[:40]), monkeypatch))
    ecs.faults.add(action=MODIFY, after=2, times=1, **REFUSED)
    plugin_stack.fails(plugin_stack.up, one_after_the_other(image, MANY[:10], MANY[10:40]))
    ecs.faults.clear()
    assert live(ecs) == MANY[:10]
    plugin_stack.destroy()
    assert live(ecs) == []


def test_the_guard_counts_who_has_access_by_a_half_made_share(
    ecs: Emulator, plugin_stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    def guarded(accounts: list[str]) -> Program:
        return lambda: ImageShare("golden", None, image_id=ecs.golden_image_id, accounts=accounts)

    half_made(ecs, plugin_stack, of_plugin(guarded(MANY[:45]), monkeypatch))
    others = guarded(MANY[10:45])
    for command in (plugin_stack.preview, plugin_stack.up):
        assert "this would unshare 10 of 10 accounts (100 %)" in plugin_stack.fails(command, others)
    assert live(ecs) == MANY[:10]
    plugin_stack.up(guarded(MANY[:45]))
    assert live(ecs) == MANY[:45]
