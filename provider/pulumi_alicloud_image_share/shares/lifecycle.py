"""The life of a share: check, diff, create, read, update, delete, over plain dataclasses. Knows no door.

`check` is where the program's mistakes are found, with the live image, and only when something changed. The other
operations read what is live, do what is missing and read back, so that each can be repeated after any interruption.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Protocol, Self

from ..accounts import listed
from ..arguments import UNKNOWN, Problem
from ..cloud.identity import Identity
from ..cloud.model import Image, Sharing, not_found_sentence
from ..errors import ImageNotFound, ImageShareError, RuleBroken, SharingFailed
from ..kinds.contract import NO_STATE, StackState
from ..kinds.faults import property_at_fault
from ..kinds.images_seen import ImagesSeen
from ..kinds.new_copies import NewCopies
from ..kinds.operation import Operation
from ..kinds.ownership import OwnerCalls, check_gone
from ..kinds.run import Run
from .plan import SharePlan, plan_share
from .previews import change_sentences
from .rules import (
    account_problems,
    groups_sentence,
    image_problems,
    owner_problems,
    unlisted_accounts,
    unshare_problems,
)
from .siblings import Siblings
from .spec import ShareSpec, parse
from .state import ShareState, state_of
from .transaction import ShareCalls, Target, carry_out, nothing_changed_yet


class EcsCalls(ShareCalls, OwnerCalls, Protocol):
    """The calls of ECS that the life of a share needs; `cloud.ecs.Ecs` makes them."""

    def for_operation(self, *, seconds: float | None = None, notify: Callable[[str], None] | None = None) -> Self:
        """The same calls, with a new budget of time."""


class ShareLifecycle:
    """Check, create, read, update, delete, for one run. Safe to use from several threads."""

    def __init__(
        self,
        run: Run,
        connect: Callable[[Identity], EcsCalls],
        *,
        default_region: str | None = None,
        visible_seconds: float = 120.0,
    ) -> None:
        """Make a lifecycle; nothing is called yet.

        Args:
            run: What the operations of this run share.
            connect: Returns the calls of ECS in an identity's name; raises ConfigError where they can't be made. Asked
                only when needed.
            default_region: The region of the configuration or the environment, None if there is none.
            visible_seconds: How long a change may take to show in what ECS lists, in seconds.
        """
        self._run = run
        self._connect = connect
        self._default_region = default_region
        self._visible_seconds = visible_seconds
        self._siblings = run.part(Siblings)
        self._new_copies = run.part(NewCopies)
        self._images = run.part(ImagesSeen)

    def check(
        self,
        operation: Operation,
        old: ShareSpec | None,
        inputs: Mapping[str, Any],
        state: StackState = NO_STATE,
        *,
        is_secret: bool = False,
    ) -> tuple[ShareSpec, list[Problem]]:
        """Read what the program says and find every rule that it breaks.

        Args:
            operation: Whom it is for.
            old: What the state has of the program's wish, None for a new share.
            inputs: The arguments as the program gives them; `UNKNOWN` may stand anywhere.
            state: What the stack's state has around it.
            is_secret: Whether no account may be shown.

        Returns:
            What is asked for, and all problems. Calls ECS only if an account may gain access: once or twice.
        """
        # The engine hands back what a refresh found, even nobody, where the program ignores changes of accounts.
        none_before = old is not None and not old.accounts
        spec, problems = parse(inputs, self._default_region, may_be_empty=none_before)
        had = _had(old, state)
        problems += unshare_problems(spec, had)
        for sentence in change_sentences(spec, had, is_new=old is None and state.own is None, is_secret=is_secret):
            operation.warn(sentence)
        self._siblings.learn(spec, state.listed)
        conflicts = self._siblings.claim(operation.resource, spec)
        before = old if old is not None and _is_same_image(old, spec) else None
        try:
            problems += self._live_problems(operation, before, spec)
        except ImageShareError as error:
            problems.append(Problem(property_at_fault(error, spec.identity), str(error)))
        return spec, problems or conflicts

    def create(self, operation: Operation, spec: ShareSpec) -> ShareState:
        """Share. Leaves the image as it found it if anything fails.

        Raises:
            RuleBroken: The live image does not allow it; nothing was changed.
            SharingFailed: A call failed; what had been done was taken back, or is named.
        """
        return self._change(operation, None, spec)

    def update(self, operation: Operation, old: ShareState, spec: ShareSpec) -> ShareState:
        """Share with the accounts that came and unshare from those that went, and no others.

        Where only names and limits change, no call is made.

        Raises:
            RuleBroken: The live image does not allow it; nothing was changed.
            SharingFailed: A call failed; what had been done was taken back, or is named.
        """
        if changes_access(old, spec):
            return self._change(operation, old, spec)
        return state_of(spec, old.region, old.image_id, old.shared_at, old.owner_id)

    def read(self, operation: Operation, old: ShareState, *, is_managed: bool) -> ShareState | None:
        """Read what is live: one call for each 100 accounts, and one more where the image's owner is not known yet.

        Args:
            operation: Whom it is for.
            old: What the state has; of a share that no state has, its ID and whom to ask as.
            is_managed: Whether the state has it.

        Returns:
            The share, None if the image is gone. Of an exclusive share all accounts, else only those of `old`.

        Raises:
            RuleBroken: The image is not this account's, or nobody can tell, or there is neither an image nor a state.
        """
        region, image_id = old.region, old.image_id
        ecs = self._ecs(operation, old.identity)
        try:
            live = ecs.sharing(region, image_id)
            owner_id = old.owner_id or _owner(ecs, region, image_id)
        except ImageNotFound:
            if not is_managed:
                raise RuleBroken(f"{old.id} can't be read", [not_found_sentence(image_id, region)]) from None
            check_gone(ecs, region, image_id, old.owner_id, f"how {old} is shared can't be told")
            self._warn_of_gone(operation, old)
            return None
        if old.exclusive and live.groups:
            operation.warn(groups_sentence(image_id, live.groups))
        mine = sorted(live.accounts if old.exclusive else live.accounts.keys() & old.accounts.keys())
        return replace(
            old,
            accounts={account: old.accounts.get(account, "") for account in mine},
            shared_at={account: live.accounts[account] for account in mine},
            owner_id=owner_id,
        )

    def delete(self, operation: Operation, old: ShareState) -> None:
        """Unshare from the accounts of `old`, but for those that another share lists.

        An image that is gone needs nothing.

        Raises:
            RuleBroken: The image is not this account's, or nobody can tell.
            SharingFailed: A call failed; what had been done was taken back, or is named.
        """
        region, image_id = old.region, old.image_id
        with self._run.alone_with(region, image_id):
            lose = self._siblings.give_up(region, image_id, old.accounts)
            if not lose:
                return
            ecs = self._ecs(operation, old.identity)
            target = Target(region, image_id, old.accounts)
            try:
                with nothing_changed_yet(target, lose=lose):
                    live = ecs.sharing(region, image_id).accounts
                plan = plan_share(live, wanted=(), lose=lose, max_accounts=len(live))
                self._carry_out(operation, plan, target, ecs, live)
            except ImageNotFound:
                check_gone(ecs, region, image_id, old.owner_id, f"{old} can't be unshared")
                self._warn_of_gone(operation, old)

    def _live_problems(self, operation: Operation, before: ShareSpec | None, spec: ShareSpec) -> list[Problem]:
        if before is not None and not changes_access(before, spec):
            return []
        if spec.identity is UNKNOWN:
            return []
        # Even where the image is not known yet, missing credentials are.
        ecs = self._ecs(operation, spec.identity)
        if not _needs_image(before, spec) or spec.image_id is UNKNOWN or spec.region is UNKNOWN:
            return []
        region, image_id = spec.region, spec.image_id
        image = self._new_copies.image(spec.identity, region, image_id) or ecs.image(region, image_id)
        if image is None:
            return [Problem("image_id", _not_found(image_id, region, had_it=before is not None))]
        problems = image_problems(image) + owner_problems(spec, image)
        if problems:
            return problems
        # An image that is shared with nobody needs no second call to say so; create looks again before it changes it.
        is_unshared = image.is_shared is False and before is None
        live = Sharing() if is_unshared else ecs.sharing(region, image_id)
        problems = self._account_problems(spec, image, live, before)
        if not problems:
            self._images.add(spec.identity, image)
        return problems

    def _account_problems(
        self, spec: ShareSpec, image: Image, live: Sharing, before: ShareSpec | ShareState | None
    ) -> list[Problem]:
        had: Mapping[str, str] = before.accounts if before else {}
        return account_problems(
            spec,
            image,
            live,
            leaving=had.keys() - spec.accounts.keys(),
            known=had.keys() | self._siblings.in_state(image.region, image.image_id),
            claims=_claims(before, spec),
        )

    def _change(self, operation: Operation, old: ShareState | None, spec: ShareSpec) -> ShareState:
        identity, region, image_id, max_accounts = _known(spec)
        with self._run.alone_with(region, image_id):
            ecs = self._ecs(operation, identity)
            had = old.accounts if old else {}
            lose = self._siblings.give_up(region, image_id, had.keys() - spec.accounts.keys())
            target = Target(region, image_id, {**had, **spec.accounts})
            with nothing_changed_yet(target, gain=spec.accounts.keys() - had.keys(), lose=lose):
                image = self._image_to_share(ecs, identity, region, image_id) if _needs_image(old, spec) else None
                is_new = self._new_copies.take(identity, region, image_id)
                live = Sharing() if is_new else ecs.sharing(region, image_id)
            if image is not None:
                self._check_rules(spec, image, live, old)
            self._warn_of_unlisted(operation, old, spec, live.accounts)
            plan = plan_share(live.accounts, wanted=spec.accounts, lose=lose, max_accounts=max_accounts, had=had)
            shared_at = live.accounts
            if plan:
                try:
                    shared_at = self._carry_out(operation, plan, target, ecs, live.accounts)
                except ImageNotFound as gone:
                    summary = f"Sharing {target} failed."
                    raise SharingFailed(summary, gone, ["The image is gone, and with it all sharing."]) from gone
            owner_id = image.owner_id if image else old.owner_id if old else ""
            return state_of(spec, region, image_id, shared_at, owner_id)

    def _image_to_share(self, ecs: EcsCalls, identity: Identity, region: str, image_id: str) -> Image:
        """The image as `check` of the same run has just seen it, else read now."""
        image = self._images.take(identity, region, image_id) or ecs.image(region, image_id)
        if image is None:
            raise RuleBroken(f"image {image_id} can't be shared", [not_found_sentence(image_id, region)])
        return image

    def _check_rules(self, spec: ShareSpec, image: Image, live: Sharing, old: ShareState | None) -> None:
        broken = [
            *image_problems(image),
            *owner_problems(spec, image),
            *self._account_problems(spec, image, live, old),
        ]
        if broken:
            sentences = [problem.sentence for problem in broken]
            raise RuleBroken(f"image {image.image_id} in {image.region} can't be shared as asked", sentences)

    def _ecs(self, operation: Operation, identity: Identity) -> EcsCalls:
        return self._connect(identity).for_operation(seconds=operation.seconds_left, notify=operation.warn)

    def _carry_out(
        self, operation: Operation, plan: SharePlan, target: Target, ecs: EcsCalls, live: Iterable[str]
    ) -> Mapping[str, str]:
        seconds = operation.within(self._visible_seconds)
        return carry_out(plan, target, ecs, before=frozenset(live), visible_seconds=seconds, warn=operation.warn)

    def _warn_of_gone(self, operation: Operation, old: ShareState) -> None:
        operation.warn(
            f"{old} does not exist any more, as its owner's account sees it: its share is taken out of the state, and "
            "nothing was unshared."
        )

    def _warn_of_unlisted(
        self, operation: Operation, old: ShareState | None, spec: ShareSpec, live: Mapping[str, str]
    ) -> None:
        if old is None or not spec.exclusive:
            return
        known = old.accounts.keys() | self._siblings.in_state(old.region, old.image_id)
        unlisted = unlisted_accounts(spec, live, known)
        if unlisted:
            operation.warn(
                f"image {spec.image_id} is also shared with {listed(unlisted, {})}, which neither the program nor the "
                "state lists: left alone. `pulumi refresh` shows them as drift."
            )


def changes_access(old: ShareState | ShareSpec, spec: ShareSpec) -> bool:
    """Whether more than names and limits change: who has access, or whether others may have it."""
    return not spec.all_accounts_known or spec.accounts.keys() != old.accounts.keys() or _claims(old, spec)


def _had(old: ShareSpec | None, state: StackState) -> Mapping[str, str]:
    """Account ID to name of what the resource had until now, for whatever image."""
    if old is not None:
        return old.accounts
    had: Mapping[str, str] = (state.own or {}).get("accounts") or {}
    return had


def _not_found(image_id: str, region: str, *, had_it: bool) -> str:
    sentence = not_found_sentence(image_id, region)
    if not had_it:
        return sentence
    return f"{sentence} If it was deleted, run `pulumi refresh` with its owner's credentials: that ends its share."


def _is_same_image(old: ShareSpec, spec: ShareSpec) -> bool:
    return (spec.region, spec.image_id) == (old.region, old.image_id)


def _owner(ecs: EcsCalls, region: str, image_id: str) -> str:
    image = ecs.image(region, image_id)
    return image.owner_id if image else ""


def _needs_image(old: ShareState | ShareSpec | None, spec: ShareSpec) -> bool:
    """Whether the rules of the live image matter: not where access is only taken away."""
    gains = old is None or not spec.all_accounts_known or not spec.accounts.keys() <= old.accounts.keys()
    return gains or _claims(old, spec)


def _claims(old: ShareState | ShareSpec | None, spec: ShareSpec) -> bool:
    """Whether the share becomes exclusive with this change."""
    return spec.exclusive is True and (old is None or not old.exclusive)


def _known(spec: ShareSpec) -> tuple[Identity, str, str, int]:
    identity, region, image_id, max_accounts = spec.identity, spec.region, spec.image_id, spec.max_accounts
    if identity is UNKNOWN or region is UNKNOWN or image_id is UNKNOWN or max_accounts is UNKNOWN or not spec.is_known:
        raise RuleBroken(
            "the image can't be shared yet", ["image ID, region, accounts and max_accounts must be known."]
        )
    return identity, region, image_id, max_accounts
