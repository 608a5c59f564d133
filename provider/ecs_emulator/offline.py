"""An ECS without a network: the cloud, the way into it, and what a test has beside it."""

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
    """The cloud with its gateway, its call log, its faults and its console, all of any thread's use.

    It refuses parameters that an action does not honour, or, with `strict=False`, leaves them aside and lists them:
    `calls.not_honoured()`.
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
