"""Random sequences of a distribution and a share of the same images, on the real engine: nobody loses or gains access
but whom the program drops or lists, not even for a moment."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pulumi
import pytest

from ecs_emulator import Emulator
from support.both_frontends import ImageDistribution, ImageShare, is_plugin
from support.engine import Program, PulumiFailed, Stack
from support.pickled_providers import repickled
from support.witness import Witness

pytestmark = pytest.mark.both_frontends

Figures = Callable[[str, int], None]
Access = dict[str, set[str]]

HOME = "cn-hangzhou"
OF_DISTRIBUTIONS = [str(2000000000000001 + n) for n in range(4)]
OF_SHARES = [str(2000000000000011 + n) for n in range(4)]
STRANGER = "2000000000000099"
STEPS = 8
REFUSED = {"kind": "error", "code": "Forbidden.RAM", "message": "User not authorized.", "status": 403}


class Team(pulumi.ComponentResource):
    """What somebody's program has its distribution in."""

    def __init__(self) -> None:
        super().__init__("shop:index:Team", "team")
        self.register_outputs({})


@dataclass(frozen=True)
class Distributed:
    """The distribution of a program, as it is called, and where it is."""

    images: tuple[str, ...]
    accounts: frozenset[str]
    name: str = "images"
    is_in_a_team: bool = False
    aliases: tuple[pulumi.Alias, ...] = ()


@dataclass(frozen=True)
class Shared:
    """The share of a program."""

    image: str
    accounts: frozenset[str]


@dataclass
class World:
    """A stack, and what its last update left."""

    ecs: Emulator
    stack: Stack
    chance: random.Random
    images: list[str]
    distributed: Distributed
    shared: Shared
    applied: Distributed | None = None
    """The distribution of the last update of everything."""
    done: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.witness = Witness(self.ecs)
        self.access: Access = {image: {STRANGER} for image in self.images}

    def planned(self, *, distributes: bool) -> Access:
        """Who is to have access after an update of everything, or of the share alone."""
        distributed = self.distributed if distributes else self.applied
        access = {image: {STRANGER} for image in self.images}
        for image in distributed.images if distributed else ():
            access[image] |= distributed.accounts if distributed else frozenset()
        access[self.shared.image] |= self.shared.accounts
        return access

    def program(self) -> Program:
        wanted, shared = self.distributed, self.shared

        def run() -> None:
            parent = Team() if wanted.is_in_a_team else None
            ImageDistribution(
                wanted.name,
                pulumi.ResourceOptions(parent=parent, aliases=list(wanted.aliases)),
                images=list(wanted.images),
                regions=[HOME],
                accounts=sorted(wanted.accounts),
                exclusive=False,
                max_unshare_percent=100,
            )
            ImageShare(
                "golden",
                image_id=shared.image,
                accounts=sorted(shared.accounts),
                exclusive=False,
                max_unshare_percent=100,
            )

        return run

    # What people do.

    def change(self) -> None:
        """Change the program in one way."""
        distributed, shared = self.distributed, self.shared
        edit = self.chance.choice(
            ["other images", "other accounts", "the share moves", "renamed", "renamed without an alias", "into a team"]
        )
        self.done.append(edit)
        if edit == "other images":
            images = self.chance.sample(self.images, self.chance.randint(1, len(self.images)))
            self.distributed = replace(distributed, images=tuple(images))
        elif edit == "other accounts":
            self.distributed = replace(distributed, accounts=self.some(OF_DISTRIBUTIONS))
            self.shared = replace(shared, accounts=self.some(OF_SHARES))
        elif edit == "the share moves":
            self.shared = replace(shared, image=self.chance.choice(self.images))
        elif edit == "renamed" and not distributed.aliases:
            name = f"images-{len(self.done)}"
            self.distributed = replace(distributed, name=name, aliases=(pulumi.Alias(name=distributed.name),))
        elif edit == "renamed without an alias":
            self.distributed = replace(distributed, name=f"images-{len(self.done)}", aliases=())
        elif edit == "into a team" and not distributed.is_in_a_team and not distributed.aliases:
            top = pulumi.Alias(parent=pulumi.ROOT_STACK_RESOURCE)
            self.distributed = replace(distributed, is_in_a_team=True, aliases=(top,))

    def some(self, accounts: list[str]) -> frozenset[str]:
        return frozenset(self.chance.sample(accounts, self.chance.randint(1, len(accounts))))

    def disturb(self) -> None:
        """Do something beside the program, or nothing."""
        deed = self.chance.choice(["", "", "refresh", "export and import", "taint"])
        self.done.append(deed)
        if deed == "refresh":
            self.stack.refresh()
        elif deed == "export and import":
            self.stack.rewrite(lambda state: state if is_plugin() else repickled(state, self.chance.choice([2, 4, 5])))
        elif deed == "taint":
            shares = [item["urn"] for item in self.stack.resources.values() if item["type"].endswith(":ImageShare")]
            self.stack.command("state", "taint", self.chance.choice(shares), "--yes")

    # What must hold.

    def up(self, way: str) -> None:
        """Update, and judge each call and what is left."""
        before = self.access
        after = self.planned(distributes=way != "share alone")
        options: dict[str, Any] = {"target": ["**ImageShare::golden"]} if way == "share alone" else {}
        self.done.append(way)
        self.witness.begin(lambda _image, _accounts: 0)
        if way == "breaks":
            self.ecs.faults.add(
                action="ModifyImageSharePermission", after=self.chance.randint(0, 3), times=1, **REFUSED
            )
            try:
                self.stack.up(self.program(), continue_on_error=self.chance.random() < 0.5)
            except PulumiFailed:
                self.judge_calls(before, after)
            self.ecs.faults.clear()
        self.stack.up(self.program(), **options)
        self.judge_calls(before, after)
        assert self.live() == after, self.done
        self.access = after
        if way != "share alone":
            self.distributed = self.applied = replace(self.distributed, aliases=())

    def judge_calls(self, before: Access, after: Access) -> None:
        gained: Access = {image: set() for image in self.images}
        for call in self.witness.modified:
            assert call.gained <= before[call.image] | after[call.image], (self.done, call)
            # What an update that fails had shared, it takes back.
            assert call.lost <= (before[call.image] - after[call.image]) | gained[call.image], (self.done, call)
            gained[call.image] |= call.gained - before[call.image]

    def live(self) -> Access:
        return {image: set(self.ecs.console.shared_accounts(HOME, image)) for image in self.images}


@pytest.mark.parametrize("seed", range(2))
def test_nobody_loses_or_gains_access_but_whom_the_program_says(
    ecs: Emulator, stack: Stack, seed: int, figures: Figures
) -> None:
    chance = random.Random(seed + 2 * is_plugin())
    images = [ecs.console.create_image(HOME, name=f"golden-{number}") for number in range(3)]
    for image in images:
        ecs.console.share(HOME, image, STRANGER)
    world = World(
        ecs,
        stack,
        chance,
        images,
        Distributed((images[0],), frozenset(OF_DISTRIBUTIONS[:2])),
        Shared(images[0], frozenset(OF_SHARES[:2])),
    )
    world.up("everything")
    for _ in range(STEPS):
        world.disturb()
        world.change()
        world.up(chance.choice(["everything", "everything", "share alone", "breaks"]))
    world.up("everything")
    stack.destroy()
    assert world.live() == {image: {STRANGER} for image in images}
    figures("random programs of distributions", 1)
