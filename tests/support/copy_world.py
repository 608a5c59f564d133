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
from pulumi_alicloud_image_share.copies.lifecycle import CopyLifecycle, CopyState
from pulumi_alicloud_image_share.copies.spec import CopySpec
from pulumi_alicloud_image_share.kinds.new_copies import NewCopies
from pulumi_alicloud_image_share.kinds.waiting import Patience

SOURCE_REGION, REGION = "cn-hangzhou", "cn-beijing"
ORIGIN = "organization/shop/dev/golden"
HOUR = 3600.0


class Interrupted(Exception):
    """What ends a run in the middle, as a kill does: nothing is done after it."""


class CopyWorld:
    """Runs of a program that copies the golden image, and the time that passes in them.

    Attributes:
        told: What the last run told the user.
        warned: What it warned of.
        now: The seconds that have passed in all waits.
        pauses: How long each wait of the last run was.
        fresh: The copies that are on record as just made.
    """

    def __init__(self, ecs: Emulator, config: Mapping[str, str]) -> None:
        self.ecs = ecs
        self._config = dict(config)
        self.told: list[str] = []
        self.warned: list[str] = []
        self.now = 0.0
        self.pauses: list[float] = []
        self.fresh = NewCopies()
        self._acts: list[tuple[float, Callable[[], object]]] = []
        self._run: CopyLifecycle | None = None
        self._names = 0
        self.door: type[Ecs] = Ecs

    def after(self, seconds: float, act: Callable[[], object]) -> None:
        """Let something happen in the first wait that ends so many seconds from now or later."""
        self._acts.append((self.now + seconds, act))

    def interrupt_after(self, seconds: float) -> None:
        """Let the run be killed then."""

        def kill() -> None:
            raise Interrupted

        self.after(seconds, kill)

    def run(self, **settings: str) -> CopyLifecycle:
        """Begin a run, with these settings of image-share."""
        config = {**self._config, **{f"image-share:{name}": value for name, value in settings.items()}}
        read = read_settings(config.get, {})
        door = self.door(read, find_credential(read))
        self.told, self.warned, self.pauses = [], [], []
        return CopyLifecycle(
            lambda _: door.for_operation(),
            default_region=read.region,
            patience=Patience(read.copy_seconds, read.visible_seconds, clock=lambda: self.now, sleep=self._sleep),
            fresh=self.fresh,
            tell=self.told.append,
            warn=self.warned.append,
            new_suffix=self._suffix,
        )

    def checked(self, run: CopyLifecycle, **arguments: Any) -> CopySpec:
        """What the program asks for, with these arguments beside the usual ones."""
        usual = {"source_image_id": self.ecs.golden_image_id, "region": REGION, "origin": ORIGIN}
        spec, problems = run.check(None, {**usual, **arguments})
        assert problems == []
        return spec

    def create(self, settings: Mapping[str, str] | None = None, **arguments: Any) -> CopyState:
        """Check and create, in a run of its own."""
        run = self.run(**(settings or {}))
        return run.create(self.checked(run, **arguments))

    def copies(self, region: str = REGION) -> list[Image]:
        """The owner's images in a region, as they truly are."""
        with self.ecs.cloud.lock:
            images = self.ecs.cloud.images.all_of(self.ecs.account("owner").id, region)
            for image in images:
                image.settle(self.ecs.cloud.clock.monotonic())
            return list(images)

    def copy_beside(self, name: str = "somebody-elses-copy") -> str:
        """Let somebody copy the golden image by hand; returns the copy's ID."""
        owner = self.ecs.account("owner").id
        with self.ecs.cloud.lock:
            request = CopyRequest(REGION, name)
            return self.ecs.cloud.copies.start(owner, SOURCE_REGION, self.ecs.golden_image_id, request).id

    def _sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds
        self.ecs.console.advance_clock(seconds)
        due = [act for at, act in self._acts if at <= self.now]
        self._acts = [(at, act) for at, act in self._acts if at > self.now]
        for act in due:
            act()

    def _suffix(self) -> str:
        self._names += 1
        return f"{self._names:07x}"
