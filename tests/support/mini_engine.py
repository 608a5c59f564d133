"""As much of Pulumi's engine as random programs need: states, previews, updates, refreshes, over the real protocol.

What it does at each step is what the engine was seen to do: a failed create leaves nothing in the state, a failed
update leaves the old inputs and outputs, a replacement is checked again and created first, what goes is deleted last,
and what a refresh reads becomes the inputs that the next preview compares with.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import grpc

from support.protocol import Provider

_SOME = 2


@dataclass(frozen=True)
class Share:
    """A program: one ImageShare."""

    image_id: str
    accounts: Mapping[str, str]
    """Account ID to its name; "" for none, of all accounts or of no account."""
    exclusive: bool = True
    max_accounts: int = 50
    max_unshare_percent: int = 100
    resource: str = "golden"

    @property
    def inputs(self) -> dict[str, Any]:
        """The arguments, as the program gives them."""
        unnamed = "" in self.accounts.values()
        return {
            "image_id": self.image_id,
            "accounts": sorted(self.accounts) if unnamed else {name: id for id, name in self.accounts.items()},
            "exclusive": self.exclusive,
            "max_accounts": self.max_accounts,
            "max_unshare_percent": self.max_unshare_percent,
        }


@dataclass(frozen=True)
class Resource:
    """A resource in the state."""

    name: str
    id: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]
    replaced: bool = False
    """Whether its replacement is there already, so that it is only to be deleted."""

    @property
    def image_id(self) -> str:
        return str(self.outputs["image_id"])

    @property
    def accounts(self) -> frozenset[str]:
        return frozenset(self.outputs["account_ids"])


@dataclass
class Shown:
    """What a preview shows, or an update shows of itself."""

    leaving: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Image ID to the accounts that lose their access."""
    steps: list[str] = field(default_factory=list)


class Failed(Exception):
    """A command failed; its text is what the user reads. `step` is what failed: "check", "create", "delete", ..."""

    def __init__(self, step: str, text: str) -> None:
        self.step = step
        super().__init__(text)


class MiniStack:
    """A stack, with its state."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self.resources: list[Resource] = []
        self.shown = Shown()
        """What the last preview or update showed, also of one that failed."""

    def preview(self, program: Share) -> Shown:
        """Show what `up` would do."""
        self._begin()
        self._go(program, for_show=True)
        return self.shown

    def up(self, program: Share, *, refresh: bool = False) -> None:
        """Make it so."""
        self._begin()
        if refresh:
            self._refresh()
        self._go(program, for_show=False)

    def refresh(self) -> None:
        """Read all that the state has."""
        self._begin()
        self._refresh()

    def destroy(self) -> None:
        """Delete all that the state has."""
        self._begin()
        for resource in reversed(list(self.resources)):
            self._delete(resource, for_show=False)

    def _begin(self) -> None:
        self._provider.next_run()
        self.shown = Shown()

    def _refresh(self) -> None:
        for resource in list(self.resources):
            with _named("read"):
                id, outputs, inputs = self._provider.read(resource.id, resource.outputs, resource.inputs)
            place = self.resources.index(resource)
            self.resources[place : place + 1] = [replace(resource, inputs=inputs, outputs=outputs)] if id else []

    def _go(self, program: Share, *, for_show: bool) -> None:
        old = next((item for item in self.resources if item.name == program.resource and not item.replaced), None)
        inputs = self._check(program, old)
        going = [item for item in self.resources if item is not old]
        if old is None:
            self._create(program, inputs, for_show)
        else:
            with _named("diff"):
                diff = self._provider.diff(old.id, old.outputs, inputs)
            if diff.changes == _SOME and diff.replaces:
                inputs = self._check(program, None)
                replaced = replace(old, replaced=True)
                self._create(program, inputs, for_show, instead_of=(old, replaced))
                going.append(old if for_show else replaced)
            elif diff.changes == _SOME:
                self._update(old, inputs, for_show)
            elif not for_show:
                self._keep(old, replace(old, inputs=inputs))
        for resource in reversed(going):
            self._delete(resource, for_show)

    def _check(self, program: Share, old: Resource | None) -> dict[str, Any]:
        with _named("check"):
            checked = self._provider.check(program.inputs, old.inputs if old else {})
        if checked.failures:
            raise Failed("check", checked.reasons)
        return checked.inputs

    def _create(
        self,
        program: Share,
        inputs: dict[str, Any],
        for_show: bool,
        instead_of: tuple[Resource, Resource] | None = None,
    ) -> None:
        self.shown.steps.append("create")
        if for_show:
            return
        with _named("create"):
            id, outputs = self._provider.create(inputs)
        if instead_of:
            self._keep(*instead_of)
        self.resources.append(Resource(program.resource, id, inputs, outputs))

    def _update(self, old: Resource, inputs: dict[str, Any], for_show: bool) -> None:
        self.shown.steps.append("update")
        self.shown.leaving[old.image_id] |= old.inputs["accounts"].keys() - inputs["accounts"].keys()
        if for_show:
            return
        with _named("update"):
            outputs = self._provider.update(old.id, old.outputs, inputs)
        self._keep(old, replace(old, inputs=inputs, outputs=outputs))

    def _delete(self, old: Resource, for_show: bool) -> None:
        self.shown.steps.append("delete")
        self.shown.leaving[old.image_id] |= old.inputs["accounts"].keys()
        if for_show:
            return
        with _named("delete"):
            self._provider.delete(old.id, old.outputs)
        self.resources.remove(old)

    def _keep(self, old: Resource, new: Resource) -> None:
        self.resources[self.resources.index(old)] = new


class _named:  # noqa: N801
    """Turns an error of the protocol into a failure of this step."""

    def __init__(self, step: str) -> None:
        self._step = step

    def __enter__(self) -> None:
        pass

    def __exit__(self, _type: object, error: BaseException | None, _traceback: object) -> None:
        if isinstance(error, grpc.RpcError):
            raise Failed(self._step, str(error.details())) from None
