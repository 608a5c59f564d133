"""A stack of the small engine and the images that its programs share: see `support.mini_engine`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest

from ecs_emulator import Emulator
from support.mini_engine import REGION, MiniStack
from support.mini_program import AS_USUAL, Failed, How, Share
from support.protocol import running_provider


@dataclass
class Land:
    """A stack that was never deployed, and the images G, H and I."""

    ecs: Emulator
    stack: MiniStack
    config: dict[str, str]

    def fresh(self) -> Land:
        """The same with an empty stack, and the images as they were at first."""
        self.ecs.reset()
        self.ecs.console.create_image(REGION, image_id=self.i)
        return replace(self, stack=self.stack.emptied())

    @property
    def g(self) -> str:
        return self.ecs.golden_image_id

    @property
    def h(self) -> str:
        return self.ecs.image("golden-next").id

    @property
    def i(self) -> str:
        return "m-bp1golden20240801ff0f6"

    def share(self, *accounts: str, name: str = "golden", of: str = "", **more: object) -> Share:
        """An ImageShare of G, or of another image."""
        share = Share(of or self.g, dict.fromkeys(accounts, ""), resource=name)
        return replace(share, **more)  # type: ignore[arg-type]

    def apart(self, *accounts: str, name: str = "golden", of: str = "", **more: object) -> Share:
        """An ImageShare beside which another may share the same image."""
        return self.share(*accounts, name=name, of=of, exclusive=False, **more)

    def live(self, image: str = "") -> list[str]:
        return self.ecs.console.shared_accounts(REGION, image or self.g)

    def update(self, *program: Share, how: How = AS_USUAL) -> list[str]:
        """Preview and update; returns who loses access to G, as the preview says, which the update must do."""
        shown = self.stack.preview(program, how)
        self.stack.up(program, how)
        assert self.stack.shown == shown
        return sorted(shown.leaving[self.g])

    def unchanged(self, *program: Share) -> bool:
        """Whether a preview is empty and makes no call."""
        self.ecs.calls.reset()
        return self.stack.preview(program).steps == [] and self.ecs.calls.count() == 0

    def refused(self, *program: Share, how: How = AS_USUAL) -> str:
        """What a preview says that must fail."""
        with pytest.raises(Failed) as failed:
            self.stack.preview(program, how)
        return str(failed.value)


@contextmanager
def running_land() -> Iterator[Land]:
    """One emulator and one provider for many sequences: each command is a run of its own."""
    with Emulator() as ecs:
        owner = ecs.account("owner")
        config = {
            "alicloud:region": REGION,
            "alicloud:accessKey": owner.access_key_id,
            "alicloud:secretKey": owner.access_key_secret,
            "alicloud:endpoints": f'[{{"ecs": "{ecs.endpoint}", "sts": "{ecs.endpoint}"}}]',
            "alicloud:protocol": "HTTP",
            "alicloud-image-share:retrySeconds": "5",
            "alicloud-image-share:visibleSeconds": "5",
        }
        with running_provider(config, {}) as provider:
            yield Land(ecs, MiniStack(provider), config)
