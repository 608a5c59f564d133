"""The advice of `image-share audit`, followed to the letter on the engine: it takes nothing away unsaid."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pulumi
import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share import ImageCopy, ImageDistribution, ImageShare
from support.audited_stacks import logged_in_to
from support.engine import PulumiFailed, Stack
from support.golden_image import REGION, live
from support.golden_image import share as share_golden
from support.image_share import Answer, image_share
from support.waiting import wait_until

P, D, W = "1000000000000002", "1000000000000003", "1000000000000004"


@pytest.fixture
def stack(tmp_path: Path, ecs_config: dict[str, str]) -> Stack:
    return Stack(tmp_path, ecs_config)


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return logged_in_to(tmp_path)


def audit(ecs: Emulator, env: Mapping[str, str], *arguments: str, stacks: Sequence[str] = ("dev",)) -> Answer:
    names = [text for name in stacks for text in ("--stack", f"organization/shop/{name}")]
    return image_share(ecs, "audit", *names, "-f", "json", "-q", "--ignore", "community", *arguments, **env)


def golden(ecs: Emulator, name: str, *accounts: str, exclusive: bool = True) -> Callable[[], None]:
    return lambda: ImageShare(name, image_id=ecs.golden_image_id, accounts=list(accounts), exclusive=exclusive) and None


def test_two_managers_become_one_without_a_gap_as_is_advised(
    ecs: Emulator, stack: Stack, env: dict[str, str], tmp_path: Path, ecs_config: dict[str, str]
) -> None:
    other = Stack(tmp_path, ecs_config, name="two")
    stack.up(golden(ecs, "a", P, D, exclusive=False))
    other.up(golden(ecs, "b", P, W, exclusive=False))
    [finding] = [f for f in audit(ecs, env, stacks=("dev", "two")).data["findings"] if not f["isNote"]]
    assert (finding["kind"], finding["accounts"]) == ("several-managers", [P])
    assert "let one list all accounts of both and run `pulumi up`, then take the other out" in finding["sentence"]
    stack.up(golden(ecs, "a", P, D, W, exclusive=False))
    other.command("state", "delete", other.resources["b"]["urn"], "--yes")
    other.up(lambda: None)
    assert live(ecs) == [P, D, W]
    assert audit(ecs, env, stacks=("dev", "two")).code == 0


def test_an_account_that_the_program_does_not_list_loses_access_as_is_advised(
    ecs: Emulator, stack: Stack, env: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "allow").write_text(P)
    stack.up(golden(ecs, "a", P))
    share_golden(ecs, D)
    assert "`pulumi up --refresh` there unshares it" in audit(ecs, env, "--allow", str(tmp_path / "allow")).out
    stack.up(golden(ecs, "a", P), refresh=True)
    assert live(ecs) == [P]
    assert audit(ecs, env, "--allow", str(tmp_path / "allow")).code == 0


def test_access_that_an_update_failed_to_take_away_is_a_finding(
    ecs: Emulator, stack: Stack, env: dict[str, str]
) -> None:
    newer = ecs.console.create_image(REGION, name="newer")
    stack.up(golden(ecs, "a", P))
    ecs.faults.add(action="ModifyImageSharePermission", kind="unavailable", image=ecs.golden_image_id)
    with pytest.raises(PulumiFailed):
        stack.up(lambda: ImageShare("a", image_id=newer, accounts=[P]) and None)
    ecs.faults.clear()
    assert live(ecs) == [P]
    [finding] = [f for f in audit(ecs, env).data["findings"] if not f["isNote"]]
    assert (finding["kind"], finding["accounts"]) == ("not-unshared", [P])
    stack.up(lambda: ImageShare("a", image_id=newer, accounts=[P]) and None)
    assert live(ecs) == []
    assert audit(ecs, env).code == 0


def test_the_newest_copy_of_a_failed_rotation_is_not_called_an_earlier_one_that_nobody_uses(
    ecs: Emulator, stack: Stack, env: dict[str, str]
) -> None:
    ecs.console.set_copy_seconds(0)
    newer = ecs.console.create_image(REGION, name="newer")

    def distribute(image: str) -> Callable[[], None]:
        return lambda: ImageDistribution("i", image_id=image, regions=[REGION, "cn-beijing"], accounts=[P]) and None

    stack.up(distribute(ecs.golden_image_id))
    ecs.faults.add(action="ModifyImageSharePermission", kind="unavailable", region="cn-beijing")
    with pytest.raises(PulumiFailed):
        stack.up(distribute(newer))
    ecs.faults.clear()
    found = audit(ecs, env, "-r", "cn-beijing").data["findings"]
    assert [f["sentence"] for f in found if f["kind"] in ("kept", "unused")] == []


def test_a_copy_that_the_given_stack_is_making_is_not_to_be_deleted(
    ecs: Emulator, stack: Stack, env: dict[str, str]
) -> None:
    ecs.console.set_copy_seconds(3600)

    def program() -> None:
        ImageCopy("c", source_image_id=ecs.golden_image_id, source_region=REGION, region="cn-beijing")

    updating = threading.Thread(target=lambda: stack.up(program))
    updating.start()
    wait_until(lambda: ecs.calls.count("CopyImage"), seconds=30)
    found = audit(ecs, env, "-r", "cn-beijing").data["findings"]
    ecs.console.advance_clock(3600)
    updating.join()
    assert not any("delete it" in finding["sentence"] for finding in found)


def test_a_copy_that_was_retained_on_purpose_is_not_called_left_behind(
    ecs: Emulator, stack: Stack, env: dict[str, str]
) -> None:
    ecs.console.set_copy_seconds(0)
    keep = pulumi.ResourceOptions(retain_on_delete=True)
    source = {"source_image_id": ecs.golden_image_id, "source_region": REGION, "region": "cn-beijing"}
    stack.up(lambda: ImageCopy("c", **source, opts=keep) and None)
    stack.up(lambda: None)
    assert not any(
        "delete it" in f["sentence"]
        for f in audit(ecs, env, "-r", "cn-beijing").data["findings"]
        if f["kind"] == "kept"
    )


def test_what_an_update_was_to_unshare_leaves_other_stacks_their_access_as_is_advised(
    ecs: Emulator, stack: Stack, env: dict[str, str], tmp_path: Path, ecs_config: dict[str, str]
) -> None:
    newer = ecs.console.create_image(REGION, name="newer")
    other = Stack(tmp_path, ecs_config, name="two")
    stack.up(golden(ecs, "a", P, exclusive=False))
    other.up(golden(ecs, "b", P, exclusive=False))
    ecs.faults.add(action="ModifyImageSharePermission", kind="unavailable", image=ecs.golden_image_id)
    with pytest.raises(PulumiFailed):
        stack.up(lambda: ImageShare("a", image_id=newer, accounts=[P], exclusive=False) and None)
    ecs.faults.clear()
    [finding] = [f for f in audit(ecs, env, stacks=("dev", "two")).data["findings"] if not f["isNote"]]
    assert (finding["kind"], finding["accounts"]) == ("several-managers", [P])
    assert 'take the entry with "delete": true out of the state of the first' in finding["sentence"]
    stack.rewrite(lambda state: {**state, "resources": [r for r in state["resources"] if not r.get("delete")]})
    stack.up(lambda: ImageShare("a", image_id=newer, accounts=[P], exclusive=False) and None)
    assert live(ecs) == [P]
