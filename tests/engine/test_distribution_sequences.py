"""Distributions on the real engine: moved, half done, guarded, with a previous image that is gone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
import pytest

from ecs_emulator import Emulator
from support.both_frontends import ImageDistribution
from support.engine import Program, Stack

pytestmark = pytest.mark.both_frontends

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


def golden(*images: str, name: str = "golden", **arguments: Any) -> Program:
    """A program that distributes images, and has another resource."""
    given = {"regions": [HOME, SHANGHAI], "accounts": [PAYMENTS], **arguments}

    def program() -> None:
        Team("other")
        made = ImageDistribution(name, images=list(images), **given)
        pulumi.export("images", made.images)

    return program


BOTH = {HOME: [PAYMENTS], SHANGHAI: [PAYMENTS]}


def test_a_distribution_that_is_moved_keeps_all_its_images_without_a_call(
    ecs: Emulator, stack: Stack, world: World
) -> None:
    ids = {name: {month: world.image(f"{name}-{month}") for month in ("may", "june", "july")} for name in NAMES}

    def distributing(months: list[str], where: str) -> Program:
        def program() -> None:
            for move, name in zip(MOVES.values(), NAMES, strict=True):
                called, opts = getattr(move, where)()
                images = [ids[name][month] for month in months]
                ImageDistribution(called, opts, images=images, regions=[HOME, SHANGHAI], accounts=[PAYMENTS])

        return program

    stack.up(distributing(["june", "may"], "before"))
    ecs.calls.reset()
    moved = stack.up(distributing(["june", "may"], "after")).summary.resource_changes
    assert ecs.calls.count() == 0
    # One of the components that distributions move into is new.
    assert (moved.keys(), moved["create"]) == ({"same", "create"}, 1)
    stack.up(distributing(["july", "june"], "after"))
    for name in NAMES:
        assert [world.shared(f"{name}-{month}") for month in ("may", "june", "july")] == [{}, BOTH, BOTH], name
        assert world.copies(f"{name}-may") == 0, name
    stack.destroy()
    assert [world.shared(f"{name}-july") for name in NAMES] == [{}] * len(NAMES)


def test_a_rotation_that_fails_retires_no_image_and_the_next_update_does_it(
    ecs: Emulator, stack: Stack, world: World
) -> None:
    may, june, july = (world.image(month) for month in ("may", "june", "july"))
    stack.up(golden(june, may))
    stack.up(golden(july, june), target=[stack.resources["other"]["urn"]])
    assert [world.shared(month) for month in ("may", "june", "july")] == [BOTH, BOTH, {}]
    gold: dict[str, Any] = {"name": "gold", "opts": renamed(pulumi.Alias(name="golden"))}
    for program in (golden(july, june), golden(july, june, **gold)):
        ecs.faults.add(action="ModifyImageSharePermission", kind="error", code="QuotaExceed.ShareImage", times=1)
        stack.fails(stack.up, program)
        ecs.faults.clear()
        assert [world.shared(month) for month in ("may", "june")] == [BOTH, BOTH]
        stack.preview(program)
        assert stack.text.count("(delete)") == 3
        assert "(replace)" not in stack.text
    assert stack.up(golden(july, june, **gold)).outputs["images"].value == [july, june]
    assert [world.shared(month) for month in ("may", "june", "july")] == [{}, BOTH, BOTH]


def test_a_share_that_fails_keeps_no_access_that_its_predecessor_gives_up(
    ecs: Emulator, stack: Stack, world: World
) -> None:
    may, june = (world.image(month) for month in ("may", "june"))
    stack.up(golden(may))
    ecs.faults.add(action="ModifyImageSharePermission", kind="error", code="QuotaExceed.ShareImage", times=1)
    stack.fails(stack.up, golden(june), continue_on_error=True)
    ecs.faults.clear()
    stack.up(golden(june))
    assert [world.shared(month) for month in ("may", "june")] == [{}, BOTH]


def test_a_previous_image_that_was_deleted_in_the_console_leaves_with_its_copies(
    ecs: Emulator, stack: Stack, world: World
) -> None:
    may, june = (world.image(month) for month in ("may", "june"))
    stack.up(golden(june, may))
    ecs.console.delete_image(HOME, may)
    accounts = [PAYMENTS, DATA]
    assert "run `pulumi refresh`" in stack.fails(stack.preview, golden(june, may, accounts=accounts))
    stack.refresh(golden(june, may))
    stack.up(golden(june, accounts=accounts))
    assert world.shared("may") == {}
    assert world.copies("may") == 0
    assert world.shared("june") == {HOME: accounts, SHANGHAI: accounts}


def test_a_new_image_is_guarded_by_what_the_last_one_had(ecs: Emulator, stack: Stack, world: World) -> None:
    may, june = world.image("may"), world.image("june")
    gold = {"name": "gold", "opts": renamed(pulumi.Alias(name="golden"))}
    guarded: Mapping[str, tuple[list[str], Mapping[str, Any]]] = {
        "replaced": ([june], {}),
        "beside the last one": ([june, may], {}),
        "renamed": ([june], gold),
    }
    stack.up(golden(may, accounts=FORTY))
    for what, (images, now) in guarded.items():
        text = stack.fails(stack.preview, golden(*images, accounts=FORTY[:3], **now))
        assert "this would unshare 37 of 40 accounts" in text, what
    text = stack.fails(stack.up, golden(june, accounts=FORTY[:3]))
    assert "this would unshare 37 of 40 accounts" in text
    assert (world.shared("june"), world.shared("may")) == ({}, {HOME: FORTY, SHANGHAI: FORTY})
    stack.preview(golden(june, accounts=FORTY[:30]))
    stack.up(golden(june, accounts=FORTY[:3], max_unshare_percent=93))
    assert world.shared("june") == {HOME: FORTY[:3], SHANGHAI: FORTY[:3]}
