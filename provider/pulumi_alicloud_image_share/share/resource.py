"""ImageShare: what its checks, previews and operations do, for both frontends.

Each operation reads who has access now, does what is missing and reads back, so it can be repeated after any
interruption.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from .. import slots
from ..accounts import listed
from ..cloud.credentials import Identity
from ..cloud.model import Image, Sharing, not_found_sentence
from ..cloud.settings import Settings
from ..errors import ImageNotFound, ImageShareError, RuleBroken, SharingFailed
from ..record import Change, Difference
from ..resource.base import Checked, Resource, StackState, property_at_fault
from ..resource.images import ImageCache, check_gone
from ..resource.names import resource_id
from ..resource.operation import Operation
from ..resource.run import Run
from ..values import UNKNOWN, Problem
from .journal import Target
from .ledger import Ledger, conflicts, failed_successors, held, image_of, ledger_of, left_to, unshared, wanted
from .messages import change_sentences
from .plan import SharePlan, becomes_exclusive, changes_access, has_unseen, needs_image, plan_share
from .record import KnownShare, Share, ShareRecord, parse, state_of
from .rules import (
    UNKNOWN_URN,
    account_problems,
    conflict_problem,
    groups_sentence,
    guard_problems,
    guarded,
    image_problems,
    left_alone_sentence,
    name_of,
    owner_problems,
    unlisted_accounts,
)
from .transaction import carry_out, nothing_changed_yet

if TYPE_CHECKING:
    # It imports the SDK, which takes a second that a run without a change need not spend.
    from ..cloud.ecs import Ecs

SECRET: Final = "accounts"
"""The input that may be secret as a whole."""


@dataclass(frozen=True)
class Asked:
    """What a program asks for, as a check has read it.

    Attributes:
        spec: What it asks for.
        had: What the state has of the share, of whatever image, None for nothing.
        is_contested: Whether another share of the program stands in its way.
        in_state: Account ID to name in the outputs of the state, None if the frontend does not tell the outputs.
    """

    spec: Share
    had: Share | None
    is_contested: bool
    in_state: Mapping[str, str] | None = None

    @property
    def before(self) -> Share | None:
        """What the state has of the share, if it has the same image."""
        return self.had if self.had is not None and image_of(self.had) == image_of(self.spec) else None


class ShareResource(Resource[Share, KnownShare]):
    """ImageShare, for one run. Safe to use from several threads."""

    name: ClassVar[str] = "ImageShare"
    dynamic_type: ClassVar[str] = "pulumi-python:dynamic/alicloud-image-share:ImageShare"
    doc: ClassVar[str] = (
        "One custom ECS image, shared with any number of accounts. The preview names who gains and who loses access, "
        "and checks every rule that ECS documents, with the live image, before anything is changed. Its ID is "
        "`<region>:<image ID>`."
    )
    record = ShareRecord
    properties = ShareRecord.table()

    def __init__(self, run: Run, settings: Settings, connect: Callable[[Identity], Ecs] | None = None) -> None:
        """Call nothing yet.

        Args:
            run: What the operations of this run share.
            settings: The stack's configuration and the environment.
            connect: Returns the calls of ECS for an identity, None for those of the run.
        """
        self._run = run
        self._settings = settings
        self._connect = connect or functools.partial(run.ecs, settings)
        self._ledger = ledger_of(run)
        self._images = run.part(ImageCache)

    def judge_program(
        self,
        operation: Operation,
        state: StackState,
        olds: Mapping[str, Any] | None,
        news: Mapping[str, Any],
        secrets: frozenset[str] = frozenset(),
    ) -> Checked:
        """See `Resource.judge_program`."""
        old = Share.restore(olds) if olds and "accounts" in olds else None
        # The engine hands back what a refresh found, even no account, if the program ignores changes of accounts.
        none_before = old is not None and not old.accounts
        spec, problems = parse(news, self._settings.region, may_be_empty=none_before)
        own, predecessor = _restored(state.own), _restored(state.predecessor)
        urn, mine = operation.urn, old or own
        had = mine or predecessor
        seen = own or predecessor
        if seen is not None:
            self._ledger.see(urn, seen)
        if state.holds is not None:
            self._ledger.learn(state.holds, state.wants, state.renamed)
        image_before = image_of(mine) if mine is not None else None
        if mine is not None and image_before is not None:
            # What a predecessor has is the predecessor's to give up.
            self._ledger.hold(urn, image_before, mine.accounts, own_urn=state.own_urn)
        self._ledger.want(urn, spec, had.accounts if had is not None else None)
        before = self._ledger.before(urn)
        is_new = had is None and not before
        if all(problem.property != "accounts" for problem in problems):
            # Else what is said of the accounts that could be read would mislead.
            self._say_change(operation, spec, before, is_new=is_new, is_secret=SECRET in secrets)
        image = image_of(spec)
        contested = conflicts(self._ledger.claims(image, among=spec.accounts), urn) if image else []
        conflicting = [conflict_problem(spec, urn, other, twice) for other, twice in contested]
        nameless = [Problem("", UNKNOWN_URN)] if state.holds is not None and old and not state.own_urn else []
        return Checked(spec.as_inputs(), (*problems, *nameless, *conflicting), Asked(spec, old, bool(conflicting)))

    def examine(
        self, operation: Operation, state: StackState, checked: Checked, outputs: Mapping[str, Any] | None = None
    ) -> Checked:
        """See `Resource.examine`: calls ECS only if who has access changes, once or twice."""
        asked = cast(Asked, checked.asked)
        if outputs is not None:
            asked = self._knowing(operation, asked, KnownShare.restore(outputs))
        return replace(checked, problems=(*checked.problems, *self._examine(operation, state, asked)))

    def compare(
        self,
        operation: Operation,
        resource_id: str,
        olds: Mapping[str, Any],
        news: Mapping[str, Any],
        secret_outputs: frozenset[str] = frozenset(),
    ) -> Change:
        """See `Resource.compare`; an account that another share takes from this one must be shared with again."""
        urn, old, share = operation.urn, self._known(resource_id, olds), self._wanted(news)
        if urn:
            self._see(urn, old)
        if SECRET in secret_outputs:
            self._say_change(operation, share, old.accounts, is_secret=True)
        again = [Difference(f'accounts["{each}"]') for each in sorted(self._taken(urn, old, share))]
        return Change((*share.differences_from(old), *again))

    def _knowing(self, operation: Operation, asked: Asked, had: KnownShare) -> Asked:
        """Return the same with what the state has of the share, which may differ from its inputs of before.

        An account whose access was never seen, since its time of sharing is empty, may still gain access.

        Args:
            operation: The operation that this is for.
            asked: What `check` found.
            had: What the state has.
        """
        self._see(operation.urn, had)
        unseen = {account for account, since in had.shared_at.items() if not since}
        seen = {account: name for account, name in had.accounts.items() if account not in unseen}
        return replace(asked, had=replace(had, accounts=seen), in_state=had.accounts)

    def _say_change(
        self, operation: Operation, spec: Share, had: Mapping[str, str], *, is_new: bool = False, is_secret: bool
    ) -> None:
        """See `change_sentences`: a sentence that the user has read is not said again."""
        for sentence in change_sentences(spec, had, is_new=is_new, is_secret=is_secret):
            if self._run.should_warn(operation.urn, sentence):
                operation.warn(sentence)

    def _see(self, urn: str, old: KnownShare) -> None:
        """Record what the outputs of a share say it has, whether or not anything changes of it."""
        self._ledger.see(urn, old)
        self._ledger.hold(urn, old.id, old.accounts)

    def _examine(self, operation: Operation, state: StackState, asked: Asked) -> list[Problem]:
        problems = judge_losses(self._ledger, operation.urn, asked.spec, asked.in_state)
        if asked.is_contested:
            # What another share of the program lists would be called an unlisted account.
            return problems
        try:
            return [*problems, *self._live_problems(operation, state, asked.before, asked.spec)]
        except ImageShareError as error:
            return [*problems, Problem(property_at_fault(error, asked.spec.identity), error.text)]

    def _live_problems(
        self, operation: Operation, state: StackState, before: Share | None, spec: Share
    ) -> list[Problem]:
        if before is not None and not changes_access(before, spec):
            return []
        if spec.identity is UNKNOWN:
            return []
        # Even where the image is not known yet, missing credentials are.
        ecs = self._connect(spec.identity).for_operation(seconds=operation.seconds_left, notify=operation.warn)
        if spec.image_id is UNKNOWN or spec.region is UNKNOWN:
            return []
        region, image_id = spec.region, spec.image_id
        if before is not None and not needs_image(before, spec):
            # Unsharing works on any image that is there, whatever the rules say of sharing it.
            try:
                if not state.is_update:
                    ecs.sharing(region, image_id)
            except ImageNotFound:
                return [Problem("image_id", _not_found(image_id, region, had_it=True))]
            return []
        image = self._images.new_copy(spec.identity, region, image_id) or ecs.image(region, image_id)
        if image is None:
            return [Problem("image_id", _not_found(image_id, region, had_it=before is not None))]
        problems = image_problems(spec, image) + owner_problems(spec, image, self._ledger.seen(operation.urn))
        if problems:
            return problems
        # An image that is not shared needs no second call; create looks again before it changes anything.
        is_unshared = image.is_shared is False and before is None
        live = Sharing() if is_unshared else ecs.sharing(region, image_id)
        problems = judge_accounts(self._ledger, spec, image, live, before)
        if not problems:
            self._images.add_judged(spec.identity, image)
        return problems

    def make(self, operation: Operation, spec: Share) -> KnownShare:
        """Share the image. If anything fails, leave the image as it was.

        Raises:
            RuleBroken: The live image does not allow it; nothing was changed.
            SharingFailed: A call failed. What was done is rolled back, or the error names what is left.
        """
        return self._change_or_say(operation, None, spec)

    def change(self, operation: Operation, old: KnownShare, spec: Share) -> KnownShare:
        """Share with the accounts that the program added, and unshare from those that it dropped.

        If only names and limits change, no call is made.

        Raises:
            RuleBroken: The live image does not allow it; nothing was changed.
            SharingFailed: A call failed. What was done is rolled back, or the error names what is left.
        """
        if changes_access(old, spec) or self._taken(operation.urn, old, spec) or has_unseen(old, spec):
            return self._change_or_say(operation, old, spec)
        return state_of(spec, old.region, old.image_id, old.shared_at, old.owner_id)

    def _taken(self, urn: str, old: KnownShare, spec: Share) -> frozenset[str]:
        """Return the accounts of a share that stays as it is which another share of the program takes from it."""
        return self._ledger.taken(urn, old.id) & old.accounts.keys() & spec.accounts.keys()

    def look(self, operation: Operation, old: KnownShare, *, is_managed: bool) -> KnownShare | None:
        """Read who has access: one call for each 100 accounts, and one more if the image's owner is not known yet.

        Args:
            operation: The engine's call.
            old: What the state has. Of a share that no state has, its ID and the identity to call ECS with.
            is_managed: Whether the state has it.

        Returns:
            The share, None if the image is gone. Of an exclusive share all accounts, else only those of `old`.

        Raises:
            RuleBroken: The image belongs to another account, its owner is unknown, or there is neither image nor state.
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

    def remove(self, operation: Operation, old: KnownShare) -> None:
        """Unshare from the accounts of `old`, except those that another share lists.

        An image that was deleted needs nothing.

        Raises:
            RuleBroken: The image belongs to another account, or its owner is unknown.
            SharingFailed: A call failed. What was done is rolled back, or the error names what is left.
        """
        region, image_id = old.region, old.image_id
        urn = self._ledger.urn_of_entry(operation.urn, old.id, old.accounts)
        giving_up = self._ledger.giving_up(urn, old.id, old.accounts)
        with self._run.alone_with(region, image_id), giving_up as lose:
            failed = failed_successors(self._ledger.claims(old.id), old.accounts)
            if self._ledger.has_failed(urn):
                failed = [urn]
            if failed:
                raise RuleBroken(f"{old} can't be unshared yet", [_successors_sentence(failed)])
            if old.accounts and not lose:
                return
            # A share without accounts reads the list too: only its owner's account may end it.
            ecs = self._ecs(operation, old.identity)
            target = Target(region, image_id, old.accounts)
            try:
                with nothing_changed_yet(target, lose=lose):
                    live = ecs.sharing(region, image_id).accounts
                self._check_delete(urn, old, live, lose)
                self._warn_of_left(operation, old, live)
                plan = plan_share(live, wanted=(), lose=lose, max_accounts=len(live))
                self._carry_out(operation, plan, target, ecs, live, old.accounts)
            except ImageNotFound:
                check_gone(ecs, region, image_id, old.owner_id, f"{old} can't be unshared")
                self._warn_of_gone(operation, old)

    def _change_or_say(self, operation: Operation, old: KnownShare | None, spec: Share) -> KnownShare:
        """Change the sharing; if that fails, tell the user and the ledger."""
        urn, image = operation.urn, old.id if old else image_of(spec) or ""
        try:
            if old is not None:
                self._ledger.hold(urn, old.id, old.accounts)
            self._check_losses(urn, spec, old)
            changed = self._change(operation, old, spec)
        except ImageShareError as error:
            self._ledger.fail(urn)
            lost = unshared(self._ledger.claims(image)) if old else frozenset[str]()
            if old and lost & old.accounts.keys() and error.state is None:
                # Another share took them, and this one could not share with them again: the next run must.
                error.state = _left(old, old.accounts, {a: t for a, t in old.shared_at.items() if a not in lost})
            orphans = left_to(self._ledger.claims(image), urn) - (old.accounts.keys() if old else set())
            if orphans:
                operation.warn(_orphans_sentence(spec, orphans))
            raise
        self._ledger.succeed(urn)
        return changed

    def _check_losses(self, urn: str, spec: Share, old: KnownShare | None) -> None:
        broken = judge_losses(self._ledger, urn, spec, old.accounts if old else None)
        if broken:
            sentences = [problem.text for problem in broken]
            raise RuleBroken(f"{old or f'image {spec.image_id} in {spec.region}'} can't be shared as asked", sentences)

    def _change(self, operation: Operation, old: KnownShare | None, spec: Share) -> KnownShare:
        identity, region, image_id, max_accounts = _known(spec)
        had = old.accounts if old else {}
        leaving = had.keys() - spec.accounts.keys()
        image_key = resource_id(region, image_id)
        giving_up = self._ledger.giving_up(operation.urn, image_key, leaving)
        with self._run.alone_with(region, image_id), giving_up as lose:
            ecs = self._ecs(operation, identity)
            failed_ones = failed_successors(self._ledger.claims(image_key), leaving)
            if failed_ones:
                raise RuleBroken(
                    f"image {image_id} in {region} can't be unshared yet", [_successors_sentence(failed_ones)]
                )
            target = Target(region, image_id, {**had, **spec.accounts})
            with nothing_changed_yet(target, gain=spec.accounts.keys() - had.keys(), lose=lose):
                image = self._image_to_share(ecs, spec, identity, region, image_id) if needs_image(old, spec) else None
                is_new = self._images.take_new_copy(identity, region, image_id)
                live = Sharing() if is_new else ecs.sharing(region, image_id)
            if image is not None:
                self._check_rules(operation.urn, spec, image, live, old)
            self._warn_of_unlisted(operation, old, spec, image_key, live.accounts)
            plan = plan_share(live.accounts, wanted=spec.accounts, lose=lose, max_accounts=max_accounts, had=had)
            owner_id = image.owner_id if image else old.owner_id if old else ""
            shared_at = live.accounts
            if plan:
                try:
                    shared_at = self._carry_out(operation, plan, target, ecs, live.accounts, had)
                except ImageNotFound as gone:
                    summary = f"Sharing {target} failed, before any change."
                    raise SharingFailed(summary, gone, ["Nothing was changed."]) from gone
                except SharingFailed as failed:
                    if failed.live is not None:
                        asked = state_of(spec, region, image_id, old.shared_at if old else {}, owner_id)
                        failed.state = _left(asked, target.names, _gained_or_had(failed, had))
                    raise
            return state_of(spec, region, image_id, shared_at, owner_id)

    def _image_to_share(self, ecs: Ecs, spec: Share, identity: Identity, region: str, image_id: str) -> Image:
        """Return the image as the check of this run saw it, else read it now."""
        image = self._images.take_judged(identity, region, image_id) or ecs.image(region, image_id)
        if image is None:
            raise RuleBroken(f"image {image_id} can't be shared", [not_found_sentence(image_id, region)])
        broken = image_problems(spec, image)
        if broken:
            # ECS does not say who has access to another account's image: its list would be empty.
            sentences = [problem.text for problem in broken]
            raise RuleBroken(f"image {image_id} in {region} can't be shared as asked", sentences)
        return image

    def _check_rules(self, urn: str, spec: Share, image: Image, live: Sharing, old: KnownShare | None) -> None:
        seen = self._ledger.seen(urn)
        broken = [
            *owner_problems(spec, image, seen),
            *judge_accounts(self._ledger, spec, image, live, old, may_be_its_own=self._may_have_held(urn, spec)),
        ]
        if broken:
            sentences = [problem.text for problem in broken]
            raise RuleBroken(f"image {image.image_id} in {image.region} can't be shared as asked", sentences)

    def _may_have_held(self, urn: str, spec: Share) -> bool:
        """Whether the share may have had the image before this run: it is not known to come from another image."""
        seen = self._ledger.seen(urn)
        return seen is None or image_of(seen) == image_of(spec)

    def _check_delete(self, urn: str, old: KnownShare, live: Collection[str], lose: Collection[str]) -> None:
        """Hold `max_unshare_percent` if a share is replaced by request: no check may have known what it had."""
        asked = self._ledger.asked(urn, old.id)
        if asked is None:
            return
        had = {account: name for account, name in old.accounts.items() if account in asked.accounts or account in live}
        broken = [problem.text for problem in guard_problems(asked, had, old.accounts.keys() - set(lose))]
        if broken:
            raise RuleBroken(f"what {old} had before it was replaced can't be unshared", broken)

    def _ecs(self, operation: Operation, identity: Identity) -> Ecs:
        return self._connect(identity).for_operation(seconds=operation.seconds_left, notify=operation.warn)

    def _carry_out(
        self,
        operation: Operation,
        plan: SharePlan,
        target: Target,
        ecs: Ecs,
        live: Iterable[str],
        had: Collection[str],
    ) -> Mapping[str, str]:
        seconds = operation.within(self._settings.visible_seconds)
        return carry_out(
            plan,
            target,
            ecs,
            before=frozenset(live),
            in_state=self._in_state(resource_id(target.region, target.image_id)).union(had),
            visible_seconds=seconds,
            warn=operation.warn,
            sleep=self._run.cancellable.sleep,
        )

    def _in_state(self, image: str) -> frozenset[str]:
        claims = self._ledger.claims(image)
        return held(claims) - unshared(claims)

    def _warn_of_gone(self, operation: Operation, old: KnownShare) -> None:
        operation.warn(
            f"{old} does not exist any more, as its owner's account sees it: its share is taken out of the state, and "
            "nothing was unshared."
        )

    def _warn_of_left(self, operation: Operation, old: KnownShare, live: Collection[str]) -> None:
        claims = self._ledger.claims(old.id, among=live)
        left = set(live) - old.accounts.keys() - held(claims) - wanted(claims)
        if old.exclusive and left:
            operation.warn(
                f"image {old.image_id} stays shared with {listed(left, {})}, which the state never had: left alone. No "
                "share of this stack shows them from now on: unshare them in the console if they should lose access."
            )

    def _warn_of_unlisted(
        self, operation: Operation, old: KnownShare | None, spec: Share, image: str, live: Mapping[str, str]
    ) -> None:
        if not spec.exclusive:
            return
        had = old.accounts if old else {}

        def unlisted() -> set[str]:
            return unlisted_accounts(spec, live, held(self._ledger.claims(image, among=live)) | had.keys())

        if old is None:
            self._ledger.wait_until(lambda: not unlisted())
        left = unlisted()
        if left:
            operation.warn(left_alone_sentence(spec, left, is_new=old is None))


def judge_accounts(
    ledger: Ledger, spec: Share, image: Image, live: Sharing, before: Share | None, *, may_be_its_own: bool = True
) -> list[Problem]:
    """Return why an image can't be shared with the accounts that a program lists, given who has access now.

    Args:
        ledger: What is known of the shares of the run.
        spec: What the program asks for.
        image: The image.
        live: Who has access now.
        before: What the state has of the share, if it has the same image.
        may_be_its_own: Whether accounts that no known share has may be the share's own of before, which would lose
            access with its old entry. If not, an update leaves them alone: the share that has them may be late, since
            it is checked when its next image is known.
    """
    had: Mapping[str, str] = before.accounts if before else {}
    image_key = resource_id(image.region, image.image_id)
    is_claimed = becomes_exclusive(before, spec)

    def known() -> frozenset[str]:
        if not may_be_its_own:
            return frozenset(live.accounts)
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


def _restored(outputs: Mapping[str, Any] | None) -> Share | None:
    return Share.restore(outputs) if outputs else None


def _not_found(image_id: str, region: str, *, had_it: bool) -> str:
    sentence = not_found_sentence(image_id, region)
    if not had_it:
        return sentence
    return f"{sentence} If it was deleted, run `pulumi refresh` with its owner's credentials: that ends its share."


def _left(asked: KnownShare, names: Mapping[str, str], live: Mapping[str, str]) -> KnownShare:
    """What a change that ended halfway leaves: of the accounts of before and of now, those that have access."""
    mine = sorted(names.keys() & live.keys())
    return replace(
        asked,
        accounts={account: names[account] for account in mine},
        shared_at={account: live[account] for account in mine},
    )


def _gained_or_had(failed: SharingFailed, had: Collection[str]) -> Mapping[str, str]:
    """Who may have access by this very share: not who had it before by another."""
    return {account: since for account, since in (failed.live or {}).items() if account in {*had, *failed.gained}}


def _orphans_sentence(spec: Share, orphans: Collection[str]) -> str:
    still_have = "still has" if len(orphans) == 1 else "still have"
    return (
        f"{listed(orphans, spec.accounts)} {still_have} access to image {spec.image_id}, from the share that gave it "
        "up first, and no state says so now. Run `pulumi up` again with the same accounts: dropping them, or "
        "destroying the stack, before that would leave them shared."
    )


def _successors_sentence(urns: Sequence[str]) -> str:
    return (
        f"{', '.join(map(name_of, urns))} of this program takes over these accounts but failed, so they stay here. Fix "
        "that first, then run again."
    )


def _owner(ecs: Ecs, region: str, image_id: str) -> str:
    image = ecs.image(region, image_id)
    return image.owner_id if image else ""


def _known(spec: Share) -> tuple[Identity, str, str, int]:
    identity, region, image_id, max_accounts = spec.identity, spec.region, spec.image_id, spec.max_accounts
    if identity is UNKNOWN or region is UNKNOWN or image_id is UNKNOWN or max_accounts is UNKNOWN or not spec.is_known:
        raise RuleBroken(
            "the image can't be shared yet",
            [f"image ID, region, accounts and {slots.prop('max_accounts')} must be known."],
        )
    return identity, region, image_id, max_accounts
