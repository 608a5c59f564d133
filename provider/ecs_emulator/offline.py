"""The emulator without a server: cloud, gateway, console, faults and call log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .calls import CallLog
from .clock import Clock
from .cloud import Cloud
from .console import Console
from .faults import Faults
from .gateway import Gateway
from .seed import AccountSeed, ImageSeed, Seed, load_seed


class Ecs:
    """The cloud with its gateway, call log, faults and console, which any thread may use.

    It refuses parameters that an action does not honour. With `strict=False` it ignores them, and
    `calls.not_honoured()` lists them.
    """

    def __init__(
        self,
        seed: Seed | dict[str, Any] | str | Path | None = None,
        *,
        latency_ms: float = 0.0,
        copy_seconds: float = 0.0,
        strict: bool = True,
        clock: Clock | None = None,
    ) -> None:
        self.seed = load_seed(seed)
        self.cloud = Cloud.from_seed(self.seed, copy_seconds, clock)
        self.calls = CallLog()
        self.faults = Faults()
        self.faults.latency_ms = latency_ms
        self.console = Console(self.cloud)
        self.gateway = Gateway(self.cloud, self.faults, self.calls, strict)
        self._latency_ms = latency_ms

    def account(self, name_or_id: str) -> AccountSeed:
        """A seeded account: its id, access_key_id, access_key_secret."""
        return self.seed.account(name_or_id)

    def image(self, key: str) -> ImageSeed:
        """A seeded image: its id, region, ..."""
        return self.seed.image(key)

    @property
    def golden_image_id(self) -> str:
        """The ID of the seeded image with the key `golden`."""
        return self.seed.image("golden").id

    def reset(self) -> None:
        """Back to the seed, with no calls counted and no faults in force."""
        self.cloud.reset()
        self.faults.clear()
        self.faults.latency_ms = self._latency_ms
        self.calls.reset()
        self.gateway.reset()
