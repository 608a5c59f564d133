"""Checks of a share: what the program says, judged with the live image, and only where something changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..arguments import UNKNOWN, Problem
from ..cloud.identity import Identity
from ..cloud.model import Image, Sharing, not_found_sentence
from ..errors import ImageShareError
from ..kinds.contract import NO_STATE, StackState
from ..kinds.faults import property_at_fault
from ..kinds.images_seen import ImagesSeen
from ..kinds.new_copies import NewCopies
from ..kinds.operation import Operation
from ..kinds.run import Run
from .access import changes_access, claims, needs_image
from .calls import EcsCalls
from .previews import change_sentences
from .record import Share, parse
from .rules import account_problems, halfway_problems, image_problems, owner_problems, unshare_problems
from .siblings import Siblings


@dataclass(frozen=True)
class Asked:
    """What a program asks for, as a check has read it.

    Attributes:
        spec: What it asks for.
        before: What it asked for before of the same image, None for nothing.
        is_contested: Whether another share of the program stands in its way.
    """

    spec: Share
    before: Share | None
    is_contested: bool


class ShareChecks:
    """The checks of one run. Safe to use from several threads."""

    def __init__(self, run: Run, connect: Callable[[Identity], EcsCalls], *, default_region: str | None = None) -> None:
        """Check nothing yet.

        Args:
            run: What the operations of this run share.
            connect: Returns the calls of ECS in an identity's name; raises ConfigError where they can't be made. Asked
                only when needed.
            default_region: The region of the configuration or the environment, None if there is none.
        """
        self._connect = connect
        self._default_region = default_region
        self._siblings = run.part(Siblings)
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
        # The engine hands back what a refresh found, even nobody, where the program ignores changes of accounts.
        none_before = old is not None and not old.accounts
        spec, problems = parse(inputs, self._default_region, may_be_empty=none_before)
        had = _had(old, state) or self._siblings.had(operation.resource)
        problems += unshare_problems(spec, had)
        is_new = old is None and state.own is None and not had
        for sentence in change_sentences(spec, had, is_new=is_new, is_secret=is_secret):
            if self._siblings.is_said_first(operation.resource, sentence):
                operation.warn(sentence)
        self._siblings.learn(state.listed)
        conflicts = self._siblings.claim(operation.resource, spec, old, old or _own(state))
        before = old if old is not None and _is_same_image(old, spec) else None
        return Asked(spec, before, bool(conflicts)), [*problems, *conflicts]

    def knowing(
        self, operation: Operation, asked: Asked, had: Share, since: Mapping[str, str]
    ) -> tuple[Asked, list[Problem]]:
        """Know what the state has of a share, which may be more than its inputs of before.

        Args:
            operation: Whom it is for.
            asked: What `check` found.
            had: What the state has.
            since: Account ID to the time since when it has access: "" where that was never seen.

        Returns:
            The same, compared with that: who was never seen to have access may gain it. And the rules that it breaks.
        """
        problems = halfway_problems(asked.spec, self._siblings.had(operation.resource), had.accounts)
        self._siblings.know(operation.resource, asked.spec, had)
        unseen = {account for account, time in since.items() if not time}
        seen = replace(had, accounts={each: name for each, name in had.accounts.items() if each not in unseen})
        return replace(asked, before=seen if _is_same_image(had, asked.spec) else None), problems

    def examine(self, operation: Operation, asked: Asked) -> list[Problem]:
        """Find the rules of the live image that a program breaks.

        Args:
            operation: Whom it is for.
            asked: What it asks for.

        Returns:
            All problems. Calls ECS only if an account may gain access: once or twice.
        """
        if asked.is_contested:
            # What another share of the program lists would be told as strangers' access.
            return []
        try:
            return self._live_problems(operation, asked.before, asked.spec)
        except ImageShareError as error:
            return [Problem(property_at_fault(error, asked.spec.identity), str(error))]

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
        problems = judge_accounts(self._siblings, spec, image, live, before)
        if not problems:
            self._images.add(spec.identity, image)
        return problems


def judge_accounts(siblings: Siblings, spec: Share, image: Image, live: Sharing, before: Share | None) -> list[Problem]:
    """Why an image can't be shared with the accounts that a program lists, as far as this stack's shares go."""
    had: Mapping[str, str] = before.accounts if before else {}
    return account_problems(
        spec,
        image,
        live,
        leaving=had.keys() - spec.accounts.keys(),
        known=had.keys() | siblings.in_state(image.region, image.image_id),
        claims=claims(before, spec),
    )


def _had(old: Share | None, state: StackState) -> Mapping[str, str]:
    """Account ID to name of what the resource had until now, for whatever image."""
    if old is not None:
        return old.accounts
    had: Mapping[str, str] = (state.own or {}).get("accounts") or {}
    return had


def _own(state: StackState) -> Share | None:
    """What the state has of the resource, whether or not the engine hands it to this check."""
    if not state.own:
        return None
    return Share(state.own["image_id"], state.own["region"], dict(state.own.get("accounts") or {}))


def _is_same_image(old: Share, spec: Share) -> bool:
    return (spec.region, spec.image_id) == (old.region, old.image_id)


def _not_found(image_id: str, region: str, *, had_it: bool) -> str:
    sentence = not_found_sentence(image_id, region)
    if not had_it:
        return sentence
    return f"{sentence} If it was deleted, run `pulumi refresh` with its owner's credentials: that ends its share."
