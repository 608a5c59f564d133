"""The life of a share: create, read, update, delete, over plain dataclasses. Knows no door.

Each reads what is live, does what is missing and reads back, so that it can be repeated after any interruption.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from ..accounts import listed
from ..arguments import UNKNOWN
from ..cloud.ecs import Ecs
from ..cloud.identity import Identity
from ..cloud.model import Image, Sharing, not_found_sentence
from ..errors import ImageNotFound, ImageShareError, RuleBroken, SharingFailed
from ..kinds.images_seen import ImagesSeen
from ..kinds.new_copies import NewCopies
from ..kinds.operation import Operation
from ..kinds.ownership import check_gone
from ..kinds.resource_id import resource_id
from ..kinds.run import Run
from .access import changes_access, has_unseen, needs_image
from .checking import judge_accounts, judge_losses
from .journal import Target
from .ledger import failed_successors, held, image_of, ledger_of, left_to, unshared
from .plan import SharePlan, plan_share
from .record import KnownShare, Share, state_of
from .rules import (
    groups_sentence,
    guard_problems,
    image_problems,
    name_of,
    owner_problems,
    unlisted_accounts,
)
from .transaction import carry_out, nothing_changed_yet


class ShareLifecycle:
    """Create, read, update, delete, for one run. Safe to use from several threads."""

    def __init__(
        self,
        run: Run,
        connect: Callable[[Identity], Ecs],
        *,
        visible_seconds: float = 120.0,
    ) -> None:
        """Make a lifecycle; nothing is called yet.

        Args:
            run: What the operations of this run share.
            connect: Returns the calls of ECS in an identity's name; raises ConfigError where they can't be made. Asked
                only when needed.
            visible_seconds: How long a change may take to show in what ECS lists, in seconds.
        """
        self._run = run
        self._connect = connect
        self._visible_seconds = visible_seconds
        self._ledger = ledger_of(run)
        self._new_copies = run.part(NewCopies)
        self._images = run.part(ImagesSeen)

    def create(self, operation: Operation, spec: Share) -> KnownShare:
        """Share. Leaves the image as it found it if anything fails.

        Raises:
            RuleBroken: The live image does not allow it; nothing was changed.
            SharingFailed: A call failed; what had been done was taken back, or is named.
        """
        return self._change_or_say(operation, None, spec)

    def update(self, operation: Operation, old: KnownShare, spec: Share) -> KnownShare:
        """Share with the accounts that came and unshare from those that went, and no others.

        Where only names and limits change, no call is made.

        Raises:
            RuleBroken: The live image does not allow it; nothing was changed.
            SharingFailed: A call failed; what had been done was taken back, or is named.
        """
        if changes_access(old, spec) or self.taken(operation.resource, old, spec) or has_unseen(old, spec):
            return self._change_or_say(operation, old, spec)
        return state_of(spec, old.region, old.image_id, old.shared_at, old.owner_id)

    def taken(self, urn: str, old: KnownShare, spec: Share) -> frozenset[str]:
        """Return the accounts of a share that stays as it is which another share of the program takes from it."""
        return self._ledger.taken(urn, old.id) & old.accounts.keys() & spec.accounts.keys()

    def read(self, operation: Operation, old: KnownShare, *, is_managed: bool) -> KnownShare | None:
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

    def delete(self, operation: Operation, old: KnownShare) -> None:
        """Unshare from the accounts of `old`, but for those that another share lists.

        An image that is gone needs nothing.

        Raises:
            RuleBroken: The image is not this account's, or nobody can tell.
            SharingFailed: A call failed; what had been done was taken back, or is named.
        """
        region, image_id = old.region, old.image_id
        giving_up = self._ledger.giving_up(operation.resource, old.id, old.accounts)
        with self._run.alone_with(region, image_id), giving_up as lose:
            failed = failed_successors(self._ledger.claims(old.id), old.accounts)
            if self._ledger.has_failed(operation.resource):
                failed = [operation.resource]
            if failed:
                raise RuleBroken(f"{old} can't be unshared yet", [_successors_sentence(failed)])
            if old.accounts and not lose:
                return
            # A share of nobody is looked at too: whoever is not its owner's account must not end it.
            ecs = self._ecs(operation, old.identity)
            target = Target(region, image_id, old.accounts)
            try:
                with nothing_changed_yet(target, lose=lose):
                    live = ecs.sharing(region, image_id).accounts
                self._check_delete(operation, old, live, lose)
                plan = plan_share(live, wanted=(), lose=lose, max_accounts=len(live))
                self._carry_out(operation, plan, target, ecs, live, old.accounts)
            except ImageNotFound:
                check_gone(ecs, region, image_id, old.owner_id, f"{old} can't be unshared")
                self._warn_of_gone(operation, old)

    def _change_or_say(self, operation: Operation, old: KnownShare | None, spec: Share) -> KnownShare:
        """Change, and tell the user and the ledger if that fails."""
        urn, image = operation.resource, old.id if old else image_of(spec) or ""
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
            sentences = [problem.sentence for problem in broken]
            raise RuleBroken(f"{old or f'image {spec.image_id} in {spec.region}'} can't be shared as asked", sentences)

    def _change(self, operation: Operation, old: KnownShare | None, spec: Share) -> KnownShare:
        identity, region, image_id, max_accounts = _known(spec)
        had = old.accounts if old else {}
        leaving = had.keys() - spec.accounts.keys()
        image_key = resource_id(region, image_id)
        giving_up = self._ledger.giving_up(operation.resource, image_key, leaving)
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
                is_new = self._new_copies.take(identity, region, image_id)
                live = Sharing() if is_new else ecs.sharing(region, image_id)
            if image is not None:
                self._check_rules(spec, image, live, old)
            self._warn_of_unlisted(operation, old, spec, live.accounts)
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
                        failed.state = _left(asked, target.names, _own(failed, had))
                    raise
            return state_of(spec, region, image_id, shared_at, owner_id)

    def _image_to_share(self, ecs: Ecs, spec: Share, identity: Identity, region: str, image_id: str) -> Image:
        """The image as `check` of the same run has just seen it, else read now."""
        image = self._images.take(identity, region, image_id) or ecs.image(region, image_id)
        if image is None:
            raise RuleBroken(f"image {image_id} can't be shared", [not_found_sentence(image_id, region)])
        broken = image_problems(spec, image)
        if broken:
            # Who has access to another account's image, ECS tells nobody: it would say that there is none.
            sentences = [problem.sentence for problem in broken]
            raise RuleBroken(f"image {image_id} in {region} can't be shared as asked", sentences)
        return image

    def _check_rules(self, spec: Share, image: Image, live: Sharing, old: KnownShare | None) -> None:
        broken = [
            *owner_problems(spec, image),
            *judge_accounts(self._ledger, spec, image, live, old),
        ]
        if broken:
            sentences = [problem.sentence for problem in broken]
            raise RuleBroken(f"image {image.image_id} in {image.region} can't be shared as asked", sentences)

    def _check_delete(
        self, operation: Operation, old: KnownShare, live: Collection[str], lose: Collection[str]
    ) -> None:
        """Hold `max_unshare_percent` if a share is replaced by request: no check may have known what it had."""
        asked = self._ledger.asked(operation.resource, old.id)
        if asked is None:
            return
        had = {account: name for account, name in old.accounts.items() if account in asked.accounts or account in live}
        broken = [problem.sentence for problem in guard_problems(asked, had, old.accounts.keys() - set(lose))]
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
        seconds = operation.within(self._visible_seconds)
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

    def _warn_of_unlisted(
        self, operation: Operation, old: KnownShare | None, spec: Share, live: Mapping[str, str]
    ) -> None:
        if old is None or not spec.exclusive:
            return
        known = old.accounts.keys() | held(self._ledger.claims(old.id, among=live))
        unlisted = unlisted_accounts(spec, live, known)
        if unlisted:
            operation.warn(
                f"image {spec.image_id} is also shared with {listed(unlisted, {})}, which neither the program nor the "
                "state lists: left alone. `pulumi refresh` shows them as drift."
            )


def _left(asked: KnownShare, names: Mapping[str, str], live: Mapping[str, str]) -> KnownShare:
    """What a change that ended halfway leaves: of the accounts of before and of now, those that have access."""
    mine = sorted(names.keys() & live.keys())
    return replace(
        asked,
        accounts={account: names[account] for account in mine},
        shared_at={account: live[account] for account in mine},
    )


def _own(failed: SharingFailed, had: Collection[str]) -> Mapping[str, str]:
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
            "the image can't be shared yet", ["image ID, region, accounts and max_accounts must be known."]
        )
    return identity, region, image_id, max_accounts
