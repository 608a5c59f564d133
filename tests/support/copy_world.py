"""Copies on the emulator, in the test's own process, where hours pass only when somebody waits for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ecs_emulator import Emulator
from ecs_emulator.ecs.copies import CopyRequest
from ecs_emulator.ecs.images import Image
from pulumi_alicloud_image_share.cloud.credentials import find_credential
from pulumi_alicloud_image_share.cloud.ecs import Ecs
from pulumi_alicloud_image_share.cloud.settings import read_settings
from pulumi_alicloud_image_share.copy.record import Copy, KnownCopy
from pulumi_alicloud_image_share.copy.resource import CopyResource
from pulumi_alicloud_image_share.resource.base import NO_STATE, StackState
from pulumi_alicloud_image_share.resource.images import ImageCache
from pulumi_alicloud_image_share.resource.operation import Operation, Waiting
from pulumi_alicloud_image_share.resource.run import Run
from pulumi_alicloud_image_share.values import Problem
from support.golden_copies import copies

SOURCE_REGION, REGION = "cn-hangzhou", "cn-beijing"
URN = "urn:pulumi:dev::shop::pulumi-python:dynamic/alicloud-image-share:ImageCopy::golden"
OTHER_URN = "urn:pulumi:dev::shop::pulumi-python:dynamic/alicloud-image-share:ImageCopy::another"
HOUR = 3600.0


class Interrupted(Exception):
    """What ends a run in the middle, as a kill does: nothing is done after it."""


class CopyRun:
    """One run of a program that copies the golden image, in which a copy may be checked and made.

    Attributes:
        told: What the run told the user.
        shown: What it showed in passing.
        warned: What it warned of.
        resource: What it checks and makes copies with.
    """

    def __init__(self, world: CopyWorld, config: Mapping[str, str]) -> None:
        read = read_settings(config.get, {})
        ecs = world.ecs_class(read, find_credential(read))
        self._world = world
        self._run = Run()
        self.told: list[str] = []
        self.shown: list[str] = []
        self.warned: list[str] = []
        self.resource = CopyResource(
            self._run,
            read,
            lambda _: ecs.for_operation(),
            Waiting(read.copy_seconds, read.visible_seconds, clock=world.clock, sleep=world.sleep),
        )

    @property
    def images(self) -> ImageCache:
        """The images that the run has seen, among them copies that it just made."""
        return self._run.part(ImageCache)

    def arguments(self, **arguments: Any) -> dict[str, Any]:
        """These arguments beside the usual ones."""
        return {"source_image_id": self._world.ecs.golden_image_id, "region": REGION, **arguments}

    def check(self, *, urn: str = URN, state: StackState = NO_STATE, **arguments: Any) -> tuple[Copy, list[Problem]]:
        """What the program asks for, with these arguments beside the usual ones, and what is wrong with it."""
        asked, problems = self.resource.asked_for(None, self.arguments(**arguments))
        spec, found = self.resource.judge(self._operation(urn), asked, problems, state)
        return spec, [*problems, *found]

    def check_change(self, old: Copy, own: Mapping[str, Any], **arguments: Any) -> list[Problem]:
        """What is wrong with a change of what was asked for before; `own` is what the state has of the copy."""
        asked, problems = self.resource.asked_for(old, self.arguments(**arguments))
        return [*problems, *self.resource.judge(self._operation(URN), asked, problems, StackState(own=own))[1]]

    def checked(self, **arguments: Any) -> Copy:
        """What the program asks for, where nothing is wrong with it."""
        spec, problems = self.check(**arguments)
        assert problems == []
        return spec

    def make(self, spec: Copy, *, urn: str = URN, seconds: float | None = None) -> KnownCopy:
        """Create what was checked, in so many seconds where the program says how many."""
        return self.resource.make(self._operation(urn, seconds), spec)

    def create(self, *, urn: str = URN, seconds: float | None = None, **arguments: Any) -> KnownCopy:
        """Check and create."""
        return self.make(self.checked(urn=urn, **arguments), urn=urn, seconds=seconds)

    def update(self, old: KnownCopy, *, seconds: float | None = None, **arguments: Any) -> KnownCopy:
        """Check and change in place."""
        spec = self.checked(name=old.name, **arguments) if "name" not in arguments else self.checked(**arguments)
        return self.resource.change(self._operation(URN, seconds), old, spec)

    def delete(self, old: KnownCopy, *, seconds: float | None = None) -> None:
        """Delete the copy."""
        self.resource.remove(self._operation(URN, seconds), old)

    def _operation(self, urn: str, seconds: float | None = None) -> Operation:
        return Operation(
            urn=urn,
            tell=self.told.append,
            show=self.shown.append,
            warn=self.warned.append,
            seconds=seconds,
            clock=self._world.clock,
        )


class CopyWorld:
    """Runs of a program that copies the golden image, and the time that passes in them.

    Attributes:
        now: The seconds that have passed in all waits.
        pauses: How long each wait was.
        ecs_class: What calls ECS in the runs that begin from now on.
    """

    def __init__(self, ecs: Emulator, config: Mapping[str, str]) -> None:
        self.ecs = ecs
        self._config = dict(config)
        self.now = 0.0
        self.pauses: list[float] = []
        self._acts: list[tuple[float, Callable[[], object]]] = []
        self.ecs_class: type[Ecs] = Ecs

    def after(self, seconds: float, act: Callable[[], object]) -> None:
        """Let something happen in the first wait that ends so many seconds from now or later."""
        self._acts.append((self.now + seconds, act))

    def interrupt_after(self, seconds: float) -> None:
        """Let the run be killed then."""

        def kill() -> None:
            raise Interrupted

        self.after(seconds, kill)

    def run(self, **settings: str) -> CopyRun:
        """Begin a run, with these settings of alicloud-image-share."""
        given = {f"alicloud-image-share:{name}": value for name, value in settings.items()}
        return CopyRun(self, {**self._config, **given})

    def create(self, settings: Mapping[str, str] | None = None, **arguments: Any) -> KnownCopy:
        """Check and create, in a run of its own."""
        return self.run(**(settings or {})).create(**arguments)

    def copies(self, region: str = REGION) -> list[Image]:
        """The owner's images in a region, as they truly are."""
        return copies(self.ecs, region)

    def copy_beside(self, name: str = "somebody-elses-copy") -> str:
        """Let somebody copy the golden image by hand; returns the copy's ID."""
        owner = self.ecs.account("owner").id
        with self.ecs.cloud.lock:
            request = CopyRequest(REGION, name)
            return self.ecs.cloud.copies.start(owner, SOURCE_REGION, self.ecs.golden_image_id, request).id

    def clock(self) -> float:
        """The time in seconds."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass, and what is to happen in it."""
        self.pauses.append(seconds)
        self.now += seconds
        self.ecs.console.advance_clock(seconds)
        due = [act for at, act in self._acts if at <= self.now]
        self._acts = [(at, act) for at, act in self._acts if at > self.now]
        for act in due:
            act()
