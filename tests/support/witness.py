"""Sees what ECS is asked to do, as it truly was, and moves the world in the middle of a command."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ecs_emulator import Emulator

_MODIFY = "ModifyImageSharePermission"
_REGION = "cn-hangzhou"

Accounts = frozenset[str]


@dataclass
class Modified:
    """What one ModifyImageSharePermission call did, as it truly was."""

    change: int
    """Which of the command's changes it was made for, by number."""
    image: str
    add: Accounts
    gained: Accounts
    lost: Accounts
    count: int


class Witness:
    """Sees each call as ECS carries it out."""

    def __init__(self, ecs: Emulator) -> None:
        self._ecs = ecs
        self._answer = ecs.gateway.answer
        self._at, self._dies_at = 0, 0
        self._act: Callable[[], None] = lambda: None
        self._change: Callable[[str, Accounts], int] = lambda _image, _accounts: 0
        self.modified: list[Modified] = []
        self.calls = 0
        self.is_dead = False
        """Whether the provider has been killed: none of its calls arrives any more."""
        ecs.gateway.answer = self._see  # type: ignore[method-assign]

    def begin(
        self,
        change: Callable[[str, Accounts], int],
        at: int = 0,
        act: Callable[[], None] = lambda: None,
        dies_at: int = 0,
    ) -> None:
        """Forget what was seen.

        Args:
            change: Returns the number of the change that a call for an image and these accounts is made for.
            at: Before which call `act` happens, 0 for none.
            act: What somebody does in the console.
            dies_at: After which call the provider is dead, 0 for none.
        """
        self.modified, self.calls, self.is_dead = [], 0, False
        self._change, self._at, self._act, self._dies_at = change, at, act, dies_at

    def live(self, image: str) -> Accounts:
        """Who has access, as it truly is; nobody where the image is gone."""
        found = self._ecs.cloud.images.find(_REGION, image)
        return frozenset(found.shares.current) if found else frozenset()

    def _see(self, admitted: Any) -> Any:
        self.calls += 1
        if self.calls == self._at:
            self._act()
        if self.calls == self._dies_at:
            self.is_dead = True
            self._ecs.faults.add(kind="drop_before")
        if admitted.name != _MODIFY:
            return self._answer(admitted)
        params = admitted.params.raw
        image = params["ImageId"]
        add, remove = (
            [params[key] for key in params if key.startswith(kind)] for kind in ("AddAccount.", "RemoveAccount.")
        )
        assert len(add) <= 10, add
        assert len(remove) <= 10, remove
        before = self.live(image)
        reply = self._answer(admitted)
        after = self.live(image)
        seen = Modified(
            self._change(image, frozenset([*add, *remove])),
            image,
            frozenset(add),
            after - before,
            before - after,
            len(after),
        )
        self.modified.append(seen)
        return reply
