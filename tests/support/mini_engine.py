"""As much of Pulumi's engine as random programs need: states, previews, updates, refreshes, over the real protocol.

What it does at each step is what the engine was seen to do:

- A resource is checked with its old inputs, found under its URN or an alias, and compared. Where it is replaced by
  request (taint, `--replace`), it is checked with nothing; where it is replaced by a difference, with both.
- Resources are registered in any order, and one may be changed before another is checked.
- A replacement is created first, unless it says `delete_before_replace`. What goes is deleted at the very end.
- A failed create leaves nothing in the state, a failed update the old inputs and outputs. Where a provider tells what
  is left, the state has that as outputs, with the old inputs of an update, and the next run updates it in any case.
- What has not begun when something fails is not done, but with `--continue-on-error`; a failed check ends the run even
  then.
- What is not targeted is not checked, and the state keeps it as it is.
- What a refresh reads becomes the inputs that the next preview compares with.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pulumi_alicloud_image_share.dynamic.facts import STACK, arguments, write_stack
from pulumi_alicloud_image_share.dynamic.registration import find_shares, outputs_of
from pulumi_alicloud_image_share.plugin.properties import for_program
from pulumi_alicloud_image_share.resource.base import StackState
from pulumi_alicloud_image_share.resource.names import RESOURCE
from pulumi_alicloud_image_share.share.resource import ShareResource
from support.mini_program import AS_USUAL, Change, Failed, How, Program, Resource, Share, Shown
from support.mini_update import StepFailed, Update, named
from support.protocol import Provider

REGION = "cn-hangzhou"


class MiniStack:
    """A stack, with its state."""

    def __init__(self, provider: Provider, is_dead: Callable[[], bool] = lambda: False) -> None:
        """Make a stack that has nothing.

        Args:
            provider: The provider process.
            is_dead: Whether the process has been killed in this run: then no answer of it arrives any more.
        """
        self._provider = provider
        self._is_dead = is_dead
        self.resources: list[Resource] = []
        self.shown = Shown()
        """What the last preview or update showed, also of one that failed."""
        self.changes: list[Change] = []
        """What the last command began, in that order."""
        self.checked: dict[str, Share] = {}
        """What the last command checked, by URN."""

    def emptied(self) -> MiniStack:
        """A stack of the same provider that has nothing."""
        return MiniStack(self._provider, self._is_dead)

    @property
    def managed(self) -> list[Resource]:
        """The resources that are not only to be deleted."""
        return [item for item in self.resources if not item.is_replaced and not item.is_deleted]

    def preview(self, program: Program, how: How = AS_USUAL) -> Shown:
        """Show what `up` would do."""
        self._begin(how)
        Update(self, program, how, for_show=True).run()
        return self.shown

    def up(self, program: Program, how: How = AS_USUAL) -> None:
        """Make it so."""
        self._begin(how)
        if how.refresh:
            self._refresh(how)
        Update(self, program, how, for_show=False).run()

    def refresh(self, how: How = AS_USUAL) -> None:
        """Read all that the state has."""
        self._begin(how)
        self._refresh(how)

    def destroy(self, how: How = AS_USUAL) -> None:
        """Delete all that the state has."""
        self._begin(how)
        Update(self, [], how, for_show=False).delete([item for item in self.resources if not how.leaves_out(item.urn)])

    def taint(self, urn: str) -> None:
        """`pulumi state taint`: the next update replaces it."""
        self.resources = [
            replace(item, is_tainted=True) if item.urn == urn and not item.is_replaced else item
            for item in self.resources
        ]

    def rename_in_state(self, urn: str, to: str) -> None:
        """`pulumi state rename`."""
        self.resources = [replace(item, urn=to) if item.urn == urn else item for item in self.resources]

    def import_state(self, pickled: str) -> None:
        """Export the state and import it as another Python would have written it."""
        self.resources = [replace(item, pickled=pickled) for item in self.resources]

    def make_the_plugins(self) -> None:
        """Let the state be as the plugin writes it."""
        self.resources = [
            replace(
                item,
                urn=(urn := item.urn.replace(ShareResource.dynamic_type, ShareResource.plugin_type())),
                inputs={RESOURCE: {"urn": urn}, **for_program(arguments(item.inputs))},
                outputs={RESOURCE: {}, **for_program(arguments(item.outputs))},
                pickled="",
            )
            for item in self.resources
        ]

    def find(self, share: Share) -> Resource | None:
        """What the state has of a share of the program, under its URN or an alias."""
        for urn in (share.urn, *share.aliases):
            for item in self.resources:
                if item.urn == urn and not item.is_replaced:
                    return item
        return None

    def around(self, share: Share, program: Program) -> dict[str, Any]:
        """Return the hidden input that says what the state and the program have around a share."""
        # The program reads no entry that is only to be deleted.
        there = {item.urn: item.as_entry() for item in self.resources if not item.is_replaced}
        mine = self.find(share)
        own = outputs_of(there, mine.urn, ShareResource) if mine else None
        images = {f"{REGION}:{share.image_id}", *([f"{REGION}:{own['image_id']}"] if own else [])}
        others = [other for other in program if other.image_id == share.image_id and other.urn != share.urn]
        wants = {other.urn: {f"{REGION}:{other.image_id}": sorted(other.accounts)} for other in others}
        in_state = find_shares(there, ShareResource)
        state = StackState(
            own=own,
            own_urn=mine.urn if mine else "",
            holds=in_state.around(images),
            renamed=in_state.renamed,
            wants=wants,
        )
        return {STACK: write_stack(state)}

    def change_of(self, image: str, accounts: frozenset[str]) -> int:
        """Return the number of the change that a call is made for: the last of this image and these accounts, since
        several changes may be under way."""
        for number in reversed(range(len(self.changes))):
            change = self.changes[number]
            if change.image_id == image and accounts <= change.wanted | change.had:
                return number
        return len(self.changes) - 1

    def provider_for(self, urn: str, pickled: str | None) -> Provider:
        """The provider process, for one resource."""
        return self._provider.for_resource(urn, pickled)

    @property
    def is_dead(self) -> bool:
        """Whether the provider process has been killed in this run."""
        return self._is_dead()

    def keep(self, old: Resource, *new: Resource) -> None:
        """Put these in the place of a resource."""
        place = self.resources.index(old)
        self.resources[place : place + 1] = new

    def _begin(self, how: How) -> None:
        self._provider.next_run(how.configuration)
        self.shown, self.changes, self.checked = Shown(), [], {}

    def _refresh(self, how: How) -> None:
        for resource in list(self.resources):
            if resource.is_deleted or how.leaves_out(resource.urn):
                continue
            provider = self.provider_for(resource.urn, resource.pickled)
            try:
                with named("read", resource.urn, self):
                    id, outputs, inputs = provider.read(resource.id, resource.outputs, resource.inputs)
            except StepFailed as failed:
                raise Failed([failed.failure]) from None
            read = replace(resource, inputs=inputs, outputs=outputs, is_half_made=False)
            self.keep(resource, *([read] if id else []))
