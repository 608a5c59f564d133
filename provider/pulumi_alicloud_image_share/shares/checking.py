"""Checks of a share: what the program says, judged with the live image, and only where something changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..arguments import UNKNOWN, Problem
from ..cloud.ecs import Ecs
from ..cloud.identity import Identity
from ..cloud.model import Image, Sharing, not_found_sentence
from ..errors import ImageShareError
from ..kinds.contract import NO_STATE, StackState
from ..kinds.faults import property_at_fault
from ..kinds.images_seen import ImagesSeen
from ..kinds.new_copies import NewCopies
from ..kinds.operation import Operation
from ..kinds.resource_id import resource_id
from ..kinds.run import Run
from .access import becomes_exclusive, changes_access, needs_image
from .ledger import Ledger, conflicts, held, image_of, ledger_of, wanted
from .previews import change_sentences
from .record import KnownShare, Share, parse
from .rules import (
    account_problems,
    conflict_problem,
    guard_problems,
    guarded,
    image_problems,
    owner_problems,
    unlisted_accounts,
)


@dataclass(frozen=True)
class Asked:
    """What a program asks for, as a check has read it.

    Attributes:
        spec: What it asks for.
        had: What the state has of the share, of whatever image, None for nothing.
        is_contested: Whether another share of the program stands in its way.
    """

    spec: Share
    had: Share | None
    is_contested: bool

    @property
    def before(self) -> Share | None:
        """What the state has of the share, if it has the same image."""
        return self.had if self.had is not None and image_of(self.had) == image_of(self.spec) else None


class ShareChecks:
    """The checks of one run. Safe to use from several threads."""

    def __init__(self, run: Run, connect: Callable[[Identity], Ecs], *, default_region: str | None = None) -> None:
        """Check nothing yet.

        Args:
            run: What the operations of this run share.
            connect: Returns the calls of ECS in an identity's name; raises ConfigError where they can't be made. Asked
                only when needed.
            default_region: The region of the configuration or the environment, None if there is none.
        """
        self._connect = connect
        self._default_region = default_region
        self._ledger = ledger_of(run)
        self._run = run
        self._new_copies = run.part(NewCopies)
        self._images = run.part(ImagesSeen)

    def check(
        self,
        operation: Operation,
        old: Share | None,
        inputs: Mapping[str, Any],
        state: StackState = NO_STATE,
        *,
        is_secret: bool = False,
    ) -> tuple[Asked, list[Problem]]:
        """Read what the program says and find every rule that it breaks, as far as no call is needed for it.

        Args:
            operation: Whom it is for.
            old: What the state has of the program's wish, None for a new share.
            inputs: The arguments as the program gives them; `UNKNOWN` may stand anywhere.
            state: What the stack's state has around it.
            is_secret: Whether no account may be shown.

        Returns:
            What is asked for, and all problems.
        """
        # The engine hands back what a refresh found, even no account, if the program ignores changes of accounts.
        none_before = old is not None and not old.accounts
        spec, problems = parse(inputs, self._default_region, may_be_empty=none_before)
        urn, had = operation.resource, old or _own(state)
        if state.holds is not None:
            self._ledger.learn(state.holds, state.wants)
        image_before = image_of(had) if had is not None else None
        if had is not None and image_before is not None:
            self._ledger.hold(urn, image_before, had.accounts, former_urn=state.former_urn)
        self._ledger.want(urn, spec, had.accounts if had is not None else None)
        before = self._ledger.before(urn)
        is_new = had is None and not before
        for sentence in change_sentences(spec, before, is_new=is_new, is_secret=is_secret):
            if self._run.should_warn(urn, sentence):
                operation.warn(sentence)
        image = image_of(spec)
        contested = conflicts(self._ledger.claims(image, among=spec.accounts), urn) if image else []
        conflicting = [conflict_problem(spec, urn, other, twice) for other, twice in contested]
        return Asked(spec, old, bool(conflicting)), [*problems, *conflicting]

    def knowing(self, operation: Operation, asked: Asked, had: KnownShare) -> Asked:
        """Return the same with what the state has of the share, which may differ from its inputs of before.

        An account whose access was never seen, since its time of sharing is empty, may still gain access.

        Args:
            operation: The operation that this is for.
            asked: What `check` found.
            had: What the state has.
        """
        self.see(operation.resource, had)
        unseen = {account for account, since in had.shared_at.items() if not since}
        seen = {account: name for account, name in had.accounts.items() if account not in unseen}
        return replace(asked, had=replace(had, accounts=seen))

    def see(self, urn: str, old: KnownShare) -> None:
        """Record what the outputs of a share say it has, whether or not anything changes of it."""
        self._ledger.hold(urn, old.id, old.accounts)

    def examine(self, operation: Operation, asked: Asked) -> list[Problem]:
        """Find the rules of the live image that a program breaks.

        Args:
            operation: Whom it is for.
            asked: What it asks for.

        Returns:
            All problems. Calls ECS only if an account may gain access: once or twice.
        """
        problems = judge_losses(self._ledger, operation.resource, asked.spec, asked.had.accounts if asked.had else None)
        if asked.is_contested:
            # What another share of the program lists would be called an unlisted account.
            return problems
        try:
            return [*problems, *self._live_problems(operation, asked.before, asked.spec)]
        except ImageShareError as error:
            return [*problems, Problem(property_at_fault(error, asked.spec.identity), str(error))]

    def _live_problems(self, operation: Operation, before: Share | None, spec: Share) -> list[Problem]:
        if before is not None and not changes_access(before, spec):
            return []
        if spec.identity is UNKNOWN:
            return []
        # Even where the image is not known yet, missing credentials are.
        ecs = self._connect(spec.identity).for_operation(seconds=operation.seconds_left, notify=operation.warn)
        if not needs_image(before, spec) or spec.image_id is UNKNOWN or spec.region is UNKNOWN:
            return []
        region, image_id = spec.region, spec.image_id
        image = self._new_copies.image(spec.identity, region, image_id) or ecs.image(region, image_id)
        if image is None:
            return [Problem("image_id", _not_found(image_id, region, had_it=before is not None))]
        problems = image_problems(spec, image) + owner_problems(spec, image)
        if problems:
            return problems
        # An image that is shared with nobody needs no second call to say so; create looks again before it changes it.
        is_unshared = image.is_shared is False and before is None
        live = Sharing() if is_unshared else ecs.sharing(region, image_id)
        problems = judge_accounts(self._ledger, spec, image, live, before)
        if not problems:
            self._images.add(spec.identity, image)
        return problems


def judge_accounts(ledger: Ledger, spec: Share, image: Image, live: Sharing, before: Share | None) -> list[Problem]:
    """Return why an image can't be shared with the accounts that a program lists, given who has access now."""
    had: Mapping[str, str] = before.accounts if before else {}
    image_key = resource_id(image.region, image.image_id)
    is_claimed = becomes_exclusive(before, spec)

    def known() -> frozenset[str]:
        return held(ledger.claims(image_key, among=live.accounts)) | had.keys()

    if is_claimed:
        ledger.wait_until(lambda: not unlisted_accounts(spec, live.accounts, known()))
    leaving = had.keys() - spec.accounts.keys()
    return account_problems(spec, image, live, leaving=leaving, known=known(), claims=is_claimed)


def judge_losses(ledger: Ledger, urn: str, spec: Share, in_state: Mapping[str, str] | None) -> list[Problem]:
    """Return whether a change takes access from more accounts than `max_unshare_percent` allows.

    Args:
        ledger: What is known of the shares of the run.
        urn: The share's URN.
        spec: What the program asks for.
        in_state: Account ID to name of what the state has, None if that is not known.
    """
    had = guarded(ledger.before(urn), in_state)

    def problems() -> list[Problem]:
        kept = [wanted(ledger.claims(image, among=had)) for image in ledger.images(urn)]
        return guard_problems(spec, had, frozenset().union(*kept))

    ledger.wait_until(lambda: not problems())
    return problems()


def _own(state: StackState) -> Share | None:
    """What the state has of the resource, whether or not the engine hands it to this check."""
    if not state.own:
        return None
    return Share(state.own["image_id"], state.own["region"], dict(state.own.get("accounts") or {}))


def _not_found(image_id: str, region: str, *, had_it: bool) -> str:
    sentence = not_found_sentence(image_id, region)
    if not had_it:
        return sentence
    return f"{sentence} If it was deleted, run `pulumi refresh` with its owner's credentials: that ends its share."
