"""What an ImageShare tells the user, and hands from one call of the engine to the next, without a cloud."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_alicloud_image_share.cloud.model import Image, ShareCall, Sharing
from pulumi_alicloud_image_share.cloud.settings import read_settings
from pulumi_alicloud_image_share.errors import RuleBroken
from pulumi_alicloud_image_share.resource.base import NO_STATE, Request, StackState
from pulumi_alicloud_image_share.resource.operation import Operation
from pulumi_alicloud_image_share.resource.run import Run
from pulumi_alicloud_image_share.share.ledger import Ledger, ledger_of
from pulumi_alicloud_image_share.share.resource import ShareResource
from pulumi_alicloud_image_share.slots import render

REGION, IMAGE = "cn-hangzhou", "m-bp1golden00000000001"
ID, URN = f"{REGION}:{IMAGE}", "urn:golden"
A, B, C = "1000000000000002", "1000000000000003", "1000000000000004"


def inputs(*accounts: str) -> dict[str, Any]:
    return {"image_id": IMAGE, "region": REGION, "accounts": dict.fromkeys(accounts, "")}


class OneImage:
    """The calls of ECS on images that all are shared with the same accounts."""

    def __init__(self, *shared: str) -> None:
        self.shared = set(shared)
        self.reads = 0

    def for_operation(self, **_: Any) -> OneImage:
        return self

    def image(self, region: str, image_id: str) -> Image:
        return Image(image_id, region, "1000000000000001", "self", "Available", is_shared=True)

    def sharing(self, _region: str, _image_id: str) -> Sharing:
        self.reads += 1
        return Sharing(dict.fromkeys(self.shared, "2026-01-01T00:00:00Z"))

    def modify(self, _region: str, _image_id: str, call: ShareCall) -> None:
        self.shared = (self.shared | {*call.add}) - {*call.remove}


@pytest.fixture
def ecs() -> OneImage:
    return OneImage()


@pytest.fixture
def share(ecs: OneImage) -> ShareResource:
    run = Run()
    # The plugin's ledger, which is told of the state by the checks of the shares: nothing is worth waiting for here.
    run.part(Ledger, lambda: Ledger(wait_seconds=0))
    resource = ShareResource(run, read_settings({}.get, {}), lambda _: ecs)  # type: ignore[arg-type,return-value]
    assert ledger_of(run) is run.part(Ledger)
    return resource


SAID = [f"1 account of image {IMAGE} gains access, and 1 account loses it. Which ones is secret."]


@pytest.mark.parametrize("secret_outputs", [frozenset({"accounts"}), frozenset({"shared_at"}), frozenset[str]()])
def test_a_diff_counts_accounts_that_are_secret_as_outputs_alone(
    share: ShareResource, secret_outputs: frozenset[str]
) -> None:
    said: list[str] = []
    operation = Operation(URN, warn=said.append)
    share.judge_program(operation, NO_STATE, inputs(A, B), inputs(A, C))
    assert said == []
    change = share.compare(operation, ID, inputs(A, B), inputs(A, C), secret_outputs)
    assert sorted(each.path for each in change.differences) == [f'accounts["{B}"]', f'accounts["{C}"]']
    assert said == (SAID if "accounts" in secret_outputs else [])


def test_a_count_that_the_check_has_said_is_not_said_again(share: ShareResource) -> None:
    said: list[str] = []
    operation, hidden = Operation(URN, warn=said.append), frozenset({"accounts"})
    share.judge_program(operation, NO_STATE, inputs(A, B), inputs(A, C), hidden)
    share.compare(operation, ID, inputs(A, B), inputs(A, C), hidden)
    assert said == SAID


OTHER = {**inputs(A), "image_id": "m-bp1golden00000000002"}


def come_from_another_image(share: ShareResource) -> None:
    share.judge_program(Operation(URN), NO_STATE, OTHER, inputs(A))
    share.compare(Operation(URN), f"{REGION}:{OTHER['image_id']}", OTHER, inputs(A))


def test_a_preview_refuses_what_no_known_share_has(share: ShareResource, ecs: OneImage) -> None:
    ecs.shared = {B}
    come_from_another_image(share)
    operation = Operation(URN)
    examined = share.examine(operation, NO_STATE, share.judge_program(operation, NO_STATE, None, inputs(A)))
    [problem] = examined.problems
    assert f"that the program does not list: {B}" in render(problem.text)


def test_an_update_leaves_to_a_share_that_is_late_what_it_may_have_of_the_next_image(
    share: ShareResource, ecs: OneImage
) -> None:
    ecs.shared = {B}
    come_from_another_image(share)
    said: list[str] = []
    operation = Operation(URN, warn=said.append)
    share.judge_program(operation, NO_STATE, None, inputs(A))
    made = share.create(Request(operation, new=inputs(A)))
    assert (made.outputs["accounts"], ecs.shared) == ({A: ""}, {A, B})
    assert [B in sentence and "left alone" in sentence for sentence in said] == [True]
    # The share that waited for its own image is late.
    late = Operation("urn:late")
    share.judge_program(late, NO_STATE, inputs(B), {**inputs(B), "image_id": "m-bp1golden00000000003"})
    share.delete(Request(late, ID, {**inputs(B), "exclusive": True, "owner_id": "1000000000000001"}))
    assert ecs.shared == {A}


def test_an_update_refuses_what_may_have_been_the_shares_own_of_before(share: ShareResource, ecs: OneImage) -> None:
    ecs.shared = {B}
    operation = Operation(URN)
    share.judge_program(operation, NO_STATE, None, inputs(A))
    with pytest.raises(RuleBroken, match=f"that the program does not list: {B}"):
        share.create(Request(operation, new=inputs(A)))
    assert ecs.shared == {B}


@pytest.mark.parametrize(("is_update", "reads"), [(False, 1), (True, 0)])
def test_the_check_of_an_update_that_only_unshares_leaves_the_reading_to_the_update(
    share: ShareResource, ecs: OneImage, is_update: bool, reads: int
) -> None:
    ecs.shared = {A, B}
    operation, state = Operation(URN), StackState(is_update=is_update)
    checked = share.judge_program(operation, state, inputs(A, B), inputs(A))
    assert share.examine(operation, state, checked).problems == ()
    assert ecs.reads == reads


@pytest.mark.parametrize("hidden", [frozenset({"accounts"}), frozenset[str]()])
def test_a_change_of_accounts_that_break_a_rule_is_not_said(share: ShareResource, hidden: frozenset[str]) -> None:
    said: list[str] = []
    operation = Operation(URN, warn=said.append)
    news = {**inputs(A), "accounts": [A, "alice"]}
    assert share.judge_program(operation, NO_STATE, inputs(A, B), news, hidden).problems
    assert said == []
