"""A distribution keeps its previous images under every sequence, on the real engine: moved, half done, guarded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
import pytest

from ecs_emulator import Emulator
from support.engine import Program, Stack
from support.two_doors import ImageDistribution, is_plugin, type_of

pytestmark = pytest.mark.both_doors

HOME, SHANGHAI, BEIJING = "cn-hangzhou", "cn-shanghai", "cn-beijing"
PAYMENTS, DATA = "1000000000000002", "1000000000000003"
FORTY = [str(2000000000000001 + n) for n in range(40)]
TOP = pulumi.ROOT_STACK_RESOURCE


class Team(pulumi.ComponentResource):
    """What somebody's program has its distributions in."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None, type_: str = "shop:index:Team") -> None:
        super().__init__(type_, name, {}, opts)
        self.register_outputs({})


def team(name: str, *aliases: pulumi.Alias, type_: str = "shop:index:Team") -> Team:
    return Team(name, pulumi.ResourceOptions(aliases=list(aliases)), type_)


def under(parent: pulumi.Resource, *aliases: pulumi.Alias) -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions(parent=parent, aliases=list(aliases))


def renamed(*aliases: pulumi.Alias) -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions(aliases=list(aliases))


@dataclass(frozen=True)
class Move:
    """Where a distribution was, and where it is afterwards: each gives its name and its options."""

    before: Callable[[], tuple[str, pulumi.ResourceOptions | None]]
    after: Callable[[], tuple[str, pulumi.ResourceOptions | None]]


MOVES: Mapping[str, Move] = {
    "a golden of no parent": Move(lambda: ("golden", None), lambda: ("golden", None)),
    "another golden of another parent": Move(
        lambda: ("golden", under(team("linux", type_="shop:index:Linux"))),
        lambda: ("golden", under(team("linux", type_="shop:index:Linux"))),
    ),
    "renamed": Move(lambda: ("gold", None), lambda: ("golden-image", renamed(pulumi.Alias(name="gold")))),
    "moved into a component": Move(
        lambda: ("moved", None), lambda: ("moved", under(team("first"), pulumi.Alias(parent=TOP)))
    ),
    "moved under the stack by its name": Move(
        lambda: ("topmost", None), lambda: ("topmost", under(pulumi.runtime.get_root_resource()))
    ),
    "parent renamed that it is named for": Move(
        lambda: ("second-golden", under(team("second"))),
        lambda: ("third-golden", under(team("third", pulumi.Alias(name="second")))),
    ),
    "parent of another type": Move(
        lambda: ("typed", under(team("typed", type_="shop:index:Squad"))),
        lambda: ("typed", under(team("typed", pulumi.Alias(type_="shop:index:Squad"), type_="shop:index:Group"))),
    ),
}
NAMES = [name.replace(" ", "-") for name in MOVES]


class World:
    """The owner's images, told by their names: a copy is called for its source."""

    def __init__(self, ecs: Emulator) -> None:
        self._ecs = ecs

    def image(self, name: str) -> str:
        return self._ecs.console.create_image(HOME, name=name)

    def shared(self, name: str) -> dict[str, list[str]]:
        """Region to the accounts that an image and its copies are shared with; regions where nobody has it left out."""
        found = {}
        with self._ecs.cloud.lock:
            for region in (HOME, SHANGHAI, BEIJING):
                for image in self._ecs.cloud.images.all_of(self._ecs.account("owner").id, region):
                    if image.name.startswith(name) and image.shares.current:
                        found[region] = sorted(image.shares.current)
        return found

    def copies(self, name: str) -> int:
        """How many copies of an image there are."""
        with self._ecs.cloud.lock:
            everywhere = [
                image
                for region in (HOME, SHANGHAI, BEIJING)
                for image in self._ecs.cloud.images.all_of(self._ecs.account("owner").id, region)
            ]
        return sum(image.name.startswith(name) and image.is_copied for image in everywhere)


@pytest.fixture
def world(ecs: Emulator) -> World:
    return World(ecs)


def golden(image_id: str | None = None, name: str = "golden", **arguments: Any) -> Program:
    """A program that distributes an image, with one previous one unless it says otherwise, and has another resource."""
    rotating = {} if "images" in arguments else {"keep_previous": 1}
    given = {"regions": [HOME, SHANGHAI], "accounts": [PAYMENTS], **rotating, **arguments}

    def program() -> None:
        Team("other")
        made = ImageDistribution(name, image_id=image_id, **given)
        pulumi.export("history", made.image_history)

    return program


BOTH = {HOME: [PAYMENTS], SHANGHAI: [PAYMENTS]}


def test_a_distribution_that_is_moved_keeps_its_own_previous_image(ecs: Emulator, stack: Stack, world: World) -> None:
    ids = {name: {month: world.image(f"{name}-{month}") for month in ("may", "june", "july")} for name in NAMES}

    def distributing(month: str, where: str) -> Program:
        def program() -> None:
            for move, name in zip(MOVES.values(), NAMES, strict=True):
                called, opts = getattr(move, where)()
                made = ImageDistribution(
                    called,
                    opts,
                    image_id=ids[name][month],
                    regions=[HOME, SHANGHAI],
                    accounts=[PAYMENTS],
                    keep_previous=1,
                )
                pulumi.export(name, made.image_history)

        return program

    stack.up(distributing("may", "before"))
    stack.up(distributing("june", "before"))
    ecs.calls.reset()
    moved = stack.up(distributing("june", "after"))
    assert ecs.calls.count() == 0
    assert {name: moved.outputs[name].value for name in NAMES} == {
        name: [ids[name]["june"], ids[name]["may"]] for name in NAMES
    }
    stack.up(distributing("july", "after"))
    for name in NAMES:
        assert [world.shared(f"{name}-{month}") for month in ("may", "june", "july")] == [{}, BOTH, BOTH], name
        assert world.copies(f"{name}-may") == 0, name
    stack.destroy()
    assert [world.shared(f"{name}-july") for name in NAMES] == [{}] * len(NAMES)


def test_no_run_that_ends_half_way_loses_the_history_or_retires_an_image(
    ecs: Emulator, stack: Stack, world: World
) -> None:
    may, june, july = (world.image(month) for month in ("may", "june", "july"))
    stack.up(golden(may))
    stack.up(golden(june))
    registered = stack.outputs_of(type_of("ImageDistribution"))

    def is_as_before() -> bool:
        is_registered = stack.outputs_of(type_of("ImageDistribution")) == registered
        return is_registered and world.shared("may") == world.shared("june") == BOTH

    assert registered["imageHistory" if is_plugin() else "image_history"] == [june, may]
    stack.up(golden(july), target=[stack.resources["other"]["urn"]])
    assert is_as_before()
    stack.preview(golden(july))
    assert stack.text.count("(delete)") == 3
    gold: dict[str, Any] = {"name": "gold", "opts": renamed(pulumi.Alias(name="golden"))}
    for program, options in (
        (golden(july), {}),
        (golden(july), {"continue_on_error": True}),
        (golden(july, **gold), {}),
        (golden(july, **gold), {"continue_on_error": True}),
    ):
        ecs.faults.add(action="ModifyImageSharePermission", kind="error", code="QuotaExceed.ShareImage", times=1)
        stack.fails(stack.up, program, **options)
        ecs.faults.clear()
        assert is_as_before(), options
        stack.preview(program)
        assert stack.text.count("(delete)") == 3
        assert "(replace)" not in stack.text
    assert stack.up(golden(july, **gold)).outputs["history"].value == [july, june]
    assert [world.shared(month) for month in ("may", "june", "july")] == [{}, BOTH, BOTH]


def test_images_says_what_keep_previous_remembers_and_going_over_moves_nothing(
    ecs: Emulator, stack: Stack, world: World
) -> None:
    may, june, july = (world.image(month) for month in ("may", "june", "july"))
    stack.up(golden(may, keep_previous=0))
    for program in (
        golden(images=[may]),
        golden(may, keep_previous=0),
        golden(may, keep_previous=2.0),
        golden(images=[may]),
    ):
        ecs.calls.reset()
        changes = stack.up(program).summary.resource_changes
        assert ecs.calls.count() == 0
        assert changes["same"] == 6
    stack.up(golden(images=[june, may]))
    ecs.calls.reset()
    for program in (golden(june), golden(images=[june, may]), golden(images=[may, june])):
        assert set(stack.preview(program).change_summary) <= {"same", "create", "delete"}
        stack.up(program)
    assert ecs.calls.count() == 0
    assert "Stash" not in str(stack.resources)
    assert stack.up(golden(images=[july, june])).outputs["history"].value == [july, june]
    assert [world.shared(month) for month in ("may", "june", "july")] == [{}, BOTH, BOTH]
    assert world.copies("may") == 0


def test_a_previous_image_that_was_deleted_in_the_console_keeps_its_copies(
    ecs: Emulator, stack: Stack, world: World
) -> None:
    may, june, july = (world.image(month) for month in ("may", "june", "july"))
    stack.up(golden(may))
    stack.up(golden(june))
    ecs.console.delete_image(HOME, may)
    accounts = [PAYMENTS, DATA]
    assert "run `pulumi refresh`" in stack.fails(stack.preview, golden(june, accounts=accounts))
    stack.refresh(golden(june))
    wider = {"accounts": accounts, "regions": [HOME, SHANGHAI, BEIJING]}
    stack.up(golden(june, **wider))
    assert f"image {may} is left out in cn-hangzhou, its own region" in stack.text
    assert "Its copies stay shared in cn-shanghai." in stack.text
    assert world.shared("may") == {SHANGHAI: accounts}
    assert world.shared("june") == {HOME: accounts, SHANGHAI: accounts, BEIJING: accounts}
    ecs.calls.reset()
    stack.up(golden(images=[june, may], **wider))
    assert ecs.calls.count() == 0
    assert stack.up(golden(july, **wider)).outputs["history"].value == [july, june]
    assert world.copies("may") == 0


def test_a_new_image_is_guarded_by_what_the_last_one_had(ecs: Emulator, stack: Stack, world: World) -> None:
    may, june = world.image("may"), world.image("june")
    gold = {"name": "gold", "opts": renamed(pulumi.Alias(name="golden"))}
    guarded: Mapping[str, Mapping[str, Any]] = {
        "replaced": {"image_id": june, "keep_previous": 0},
        "with rotation": {"image_id": june, "keep_previous": 1},
        "named": {"images": [june]},
        "named, and the last one too": {"images": [june, may]},
        "named, and renamed": {"images": [june], **gold},
    }
    for before in ({"image_id": may, "keep_previous": 0}, {"image_id": may, "keep_previous": 1}):
        stack.up(golden(accounts=FORTY, **before))
        for what, now in guarded.items():
            text = stack.fails(stack.preview, golden(accounts=FORTY[:3], **now))
            assert "this would unshare 37 of 40 accounts" in text, what
        stack.preview(golden(accounts=FORTY[:30], images=[june]))
    stack.up(golden(accounts=FORTY[:3], images=[june], max_unshare_percent=93))
    assert world.shared("june") == {HOME: FORTY[:3], SHANGHAI: FORTY[:3]}


@pytest.mark.dynamic_door
def test_a_state_of_an_earlier_version_is_taken_as_it_is(ecs: Emulator, stack: Stack, world: World) -> None:
    may, june = world.image("may"), world.image("june")
    stack.up(golden(may))
    stack.up(golden(june))
    stack.rewrite(of_an_earlier_version([june, may]))
    ecs.calls.reset()
    assert stack.preview(golden(june)).change_summary.keys() == {"same"}
    assert stack.up(golden(june)).summary.resource_changes.keys() == {"same"}
    gold = {"name": "gold", "opts": renamed(pulumi.Alias(name="golden"))}
    assert stack.up(golden(june, **gold)).outputs["history"].value == [june, may]
    assert ecs.calls.count() == 0

    stack.rewrite(of_an_earlier_version(UNKNOWN))
    text = stack.fails(stack.preview, golden(june, **gold))
    assert "the stack's state does not say which images were distributed before" in text
    assert f"the state has shares of {', '.join(map(repr, sorted([june, may])))}." in text
    assert "Traceback" not in text
    assert stack.up(golden(images=[june, may], **gold)).outputs["history"].value == [june, may]
    assert stack.up(golden(june, **gold)).outputs["history"].value == [june, may]
    assert ecs.calls.count() == 0


UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What the engine writes to the state for an output that is not known."""


def of_an_earlier_version(history: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Make a state one that an earlier version wrote, with this history."""

    def rewrite(deployment: dict[str, Any]) -> dict[str, Any]:
        kept = [item for item in deployment["resources"] if item["type"] != "pulumi:index:Stash"]
        for item in kept:
            if item["type"] == "alicloud-image-share:index:ImageDistribution":
                outputs = item["outputs"]
                item["outputs"] = {"image_ids": outputs["image_ids"], "shares": outputs["shares"]}
                item["outputs"]["image_history"] = history
        return {**deployment, "resources": kept}

    return rewrite
