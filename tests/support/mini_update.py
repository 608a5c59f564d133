"""How the small engine previews, updates and deletes: see `support.mini_engine`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import grpc

from support.mini_program import Change, Failed, Failure, How, Program, Resource, Share, Step
from support.plugin_protocol import PluginRefused
from support.protocol import Provider

if TYPE_CHECKING:
    from support.mini_engine import MiniStack

_SOME = 2
_WAITS_SECONDS = 0.15
"""A step that takes longer waits for another resource of the run: the engine goes on with the others meanwhile."""
_END = object()


class StepFailed(Exception):
    """A step failed."""

    def __init__(self, failure: Failure) -> None:
        self.failure = failure
        super().__init__(failure.text)


class named:  # noqa: N801
    """Turns an error of the protocol, and a dead provider, into a failure of this step."""

    def __init__(self, step: Step, urn: str, stack: MiniStack) -> None:
        self._step: Step = step
        self._urn = urn
        self._stack = stack

    def __enter__(self) -> None:
        pass

    def __exit__(self, _type: object, error: BaseException | None, _traceback: object) -> None:
        if self._stack.is_dead:
            raise StepFailed(Failure("run", self._urn, "error reading from server: EOF")) from None
        if isinstance(error, grpc.RpcError):
            raise StepFailed(Failure(self._step, self._urn, str(error.details()))) from None


class _Order:
    """Picks by the digits of a number, so that all numbers up to some are all orders that there are."""

    def __init__(self, number: int) -> None:
        self._number = number

    def pick(self, of: int) -> int:
        self._number, picked = divmod(self._number, of)
        return picked


class Update:
    """A preview or an update of a program."""

    def __init__(self, stack: MiniStack, program: Program, how: How, *, for_show: bool) -> None:
        self._stack = stack
        self._program = program
        self._how = how
        self._for_show = for_show
        self._order = _Order(how.order)
        self._around = {share.urn: stack.around(share, program) for share in program}
        self._pending = [item for item in stack.resources if item.is_replaced]
        self._claimed: set[str] = set()
        self._failures: list[Failure] = []
        self._steps = ThreadPoolExecutor(32)
        self._unfinished: dict[Future[bool], Iterator[None]] = {}
        """The steps that wait, each with its chain."""

    def run(self) -> None:
        stack = self._stack
        waiting, chains = list(self._program), list[Iterator[None]]()
        # What is registered is checked at once; what changes then waits for its turn.
        while waiting or chains:
            place = self._order.pick(len(waiting) + len(chains))
            if place < len(waiting):
                share = waiting.pop(place)
                try:
                    chain = self._register(share)
                except StepFailed as failed:
                    wait(self._unfinished)
                    raise Failed([*self._failures, failed.failure]) from None
                chains += [chain] if chain else []
            else:
                self._go_on(chains, place - len(waiting))
            chains += self._ended(all_of_them=not (waiting or chains))
        self.delete([item for item in stack.resources if self._goes(item)])

    def delete(self, going: Sequence[Resource]) -> None:
        """Delete these, the last first unless the order says otherwise."""
        left = list(reversed(going))
        while left:
            chains: list[Iterator[None]] = [self._delete(left.pop(self._order.pick(len(left))))]
            while chains:
                self._go_on(chains, 0)
                chains += self._ended(all_of_them=True)
        if self._failures:
            raise Failed(self._failures)

    def _goes(self, item: Resource) -> bool:
        if self._how.leaves_out(item.urn):
            return False
        return item.is_replaced or item.urn not in self._claimed

    def _go_on(self, chains: list[Iterator[None]], place: int) -> None:
        """Take the next step of a chain, for as long as it does not wait for another resource."""
        chain = chains.pop(place)
        step = self._steps.submit(lambda: next(chain, _END) is not _END)
        self._unfinished[step] = chain
        wait([step], _WAITS_SECONDS)
        chains[place:place] = self._ended(all_of_them=False)

    def _ended(self, *, all_of_them: bool) -> list[Iterator[None]]:
        """Return the chains that go on, of the steps that have ended.

        A failure ends a chain, and without --continue-on-error the whole run.

        Args:
            all_of_them: Whether to wait until every step has ended.
        """
        if all_of_them:
            wait(self._unfinished)
        going_on = []
        for step in [step for step in self._unfinished if step.done()]:
            chain = self._unfinished.pop(step)
            try:
                going_on += [chain] if step.result() else []
            except StepFailed as failed:
                self._failures.append(failed.failure)
                if not self._how.continue_on_error or failed.failure.step == "run":
                    wait(self._unfinished)
                    raise Failed(self._failures) from None
        return going_on

    def _register(self, share: Share) -> Iterator[None] | None:
        """Check a resource; returns the changes that this asks for."""
        old = self._stack.find(share)
        if self._how.leaves_out(share.urn):
            if old:
                self._claimed.add(old.urn)
            return None
        self._claimed.add(share.urn)
        if old is None:
            return self._create(share, self._check(share, None))
        self._claimed.add(old.urn)
        if old.is_tainted or share.urn in self._how.replaces:
            return self._replace(old, share, self._check(share, None))
        inputs = self._check(share, old)
        with named("diff", share.urn, self._stack):
            diff = self._provider(share).diff(old.id, old.outputs, inputs)
        if diff.replaces or old.is_deleted:
            return self._replace(old, share, self._check(share, None))
        if diff.changes == _SOME or old.is_half_made:
            return self._update(old, share, inputs)
        if not self._for_show:
            self._stack.keep(old, replace(old, urn=share.urn, inputs=inputs, pickled=self._pickled(share)))
        return None

    def _check(self, share: Share, old: Resource | None) -> dict[str, Any]:
        self._stack.checked[share.urn] = share
        with named("check", share.urn, self._stack):
            given = {**share.inputs, **self._around[share.urn]}
            # The plugin says the rest in the previews of the steps, which the engine runs side by side.
            checked = self._provider(share).check(given, old.inputs if old else {}, is_preview=False)
        if checked.failures:
            raise StepFailed(Failure("check", share.urn, checked.reasons))
        return checked.inputs

    def _replace(self, old: Resource, share: Share, inputs: dict[str, Any]) -> Iterator[None]:
        stays = inputs["accounts"].keys() if share.image_id == old.image_id else frozenset[str]()
        self._stack.shown.add("delete", old.urn, old.image_id, old.inputs["accounts"].keys() - stays)
        if not share.delete_before_replace:
            # What was deleted before a replacement that failed is deleted once more.
            replaced = replace(old, is_replaced=True, is_deleted=False)
            return self._create(share, inputs, lambda: self._stack.keep(old, replaced))
        if old.is_deleted:
            return self._create(share, inputs, lambda: self._stack.resources.remove(old))
        return self._delete_and_create(old, share, inputs)

    def _delete_and_create(self, old: Resource, share: Share, inputs: dict[str, Any]) -> Iterator[None]:
        deleted = replace(old, is_deleted=True)
        deletes = self._delete(old, keeps=deleted)
        creates = self._create(share, inputs, lambda: self._stack.resources.remove(deleted))
        return (step for chain in (deletes, creates) for step in chain)

    def _create(
        self, share: Share, inputs: dict[str, Any], instead: Callable[[], None] = lambda: None
    ) -> Iterator[None]:
        self._stack.shown.add("create", share.urn)

        def chain() -> Iterator[None]:
            self._begin_change(Change("create", share.urn, share.image_id, frozenset(inputs["accounts"])))
            with named("create", share.urn, self._stack), self._keeping_what_is_left(share, instead):
                id, outputs = self._provider(share).create(inputs)
            instead()
            self._stack.resources.append(Resource(share.urn, id, inputs, outputs, self._pickled(share)))
            yield

        return self._shown("create", share, inputs) if self._for_show else chain()

    def _shown(self, step: Step, share: Share, inputs: dict[str, Any], old: Resource | None = None) -> Iterator[None]:
        with named(step, share.urn, self._stack):
            self._provider(share).show(inputs, (old.id, old.outputs) if old else None)
        yield

    @contextmanager
    def _keeping_what_is_left(
        self, share: Share, instead: Callable[[], None], old: Resource | None = None
    ) -> Iterator[None]:
        """Let the state have what a create or an update has left halfway, as the engine does where a plugin tells "
        "it."""
        try:
            yield
        except PluginRefused as refused:
            if refused.left is not None and not self._stack.is_dead:
                id, outputs, inputs = refused.left
                inputs = old.inputs if old else inputs
                new = Resource(share.urn, id, inputs, outputs, self._pickled(share), is_half_made=True)
                if old is None:
                    instead()
                    self._stack.resources.append(new)
                else:
                    self._stack.keep(old, new)
            raise

    def _update(self, old: Resource, share: Share, inputs: dict[str, Any]) -> Iterator[None]:
        leaving = old.inputs["accounts"].keys() - inputs["accounts"].keys()
        self._stack.shown.add("update", share.urn, old.image_id, leaving)

        def chain() -> Iterator[None]:
            wanted = frozenset(inputs["accounts"])
            self._begin_change(Change("update", share.urn, old.image_id, wanted, old.accounts))
            with named("update", share.urn, self._stack), self._keeping_what_is_left(share, lambda: None, old):
                outputs = self._provider(share).update(old.id, old.outputs, inputs)
            made = replace(old, urn=share.urn, inputs=inputs, outputs=outputs, is_half_made=False)
            self._stack.keep(old, replace(made, pickled=self._pickled(share)))
            yield

        return self._shown("update", share, inputs, old) if self._for_show else chain()

    def _delete(self, old: Resource, *, keeps: Resource | None = None) -> Iterator[None]:
        # A replacement of this run has shown already what its deletion does.
        if keeps is None and (old in self._pending or not old.is_replaced):
            self._stack.shown.add("delete", old.urn, old.image_id, old.inputs["accounts"].keys())

        def chain() -> Iterator[None]:
            if not old.is_deleted:
                self._begin_change(Change("delete", old.urn, old.image_id, frozenset(), old.accounts))
                with named("delete", old.urn, self._stack):
                    self._stack.provider_for(old.urn, old.pickled).delete(old.id, old.outputs)
            self._stack.keep(old, *([keeps] if keeps else []))
            yield

        return iter(()) if self._for_show else chain()

    def _begin_change(self, change: Change) -> None:
        if self._how.stops_after is not None and len(self._stack.changes) >= self._how.stops_after:
            raise StepFailed(Failure("run", change.urn, "cancelled"))
        self._stack.changes.append(change)

    def _pickled(self, share: Share) -> str:
        return self._provider(share).pickled

    def _provider(self, share: Share) -> Provider:
        return self._stack.provider_for(share.urn, self._how.pickled)
