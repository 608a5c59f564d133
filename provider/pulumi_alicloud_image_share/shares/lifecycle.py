"""The life of a share: check, diff, create, read, update, delete, over plain dataclasses. Knows no Pulumi.

`check` is where the program's mistakes are found, with the live image, and only when something changed. The other
operations read what is live, do what is missing and read back, so that each can be repeated after any interruption.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from ..accounts import listed
from ..arguments import UNKNOWN, Problem, Unknown, shown
from ..cloud.identity import STACKS_OWN, Identity
from ..cloud.model import Image, not_found_sentence
from ..errors import ConfigError, EcsError, ImageNotFound, ImageShareError, RuleBroken, SharingFailed
from ..kinds.new_copies import FreshCopies
from .plan import SharePlan, plan_share
from .rules import account_problems, image_problems, owner_problems, unlisted_accounts, unshare_problems
from .siblings import Program
from .spec import ShareSpec, parse
from .transaction import ShareCalls, Target, carry_out, nothing_changed_yet


class EcsCalls(ShareCalls, Protocol):
    """The calls of ECS that the lifecycle needs; `ecs.Ecs` makes them."""

    def image(self, region: str, image_id: str) -> Image | None:
        """Read an image, None if it is not there."""


@dataclass(frozen=True)
class ShareState:
    """A share as the state keeps it.

    Attributes:
        region: The region's ID.
        image_id: The image's ID.
        accounts: Account ID to the program's name for it, "" for none.
        shared_at: Account ID to the time since when it has access, ISO 8601 in UTC.
        exclusive: Whether accounts that the program does not list are drift.
        max_accounts: Accounts that the image may be shared with, None where no program said so.
        max_unshare_percent: How many per cent of at least 10 accounts one update may unshare, None likewise.
        identity: As whom to call ECS.
    """

    region: str
    image_id: str
    accounts: Mapping[str, str] = field(default_factory=dict)
    shared_at: Mapping[str, str] = field(default_factory=dict)
    exclusive: bool = True
    max_accounts: int | None = None
    max_unshare_percent: float | None = None
    identity: Identity = STACKS_OWN

    @property
    def id(self) -> str:
        """The resource's ID: ``<region>:<image_id>``."""
        return f"{self.region}:{self.image_id}"


@dataclass(frozen=True)
class Change:
    """What an update would do: nothing, an update, or a replacement because of these properties."""

    changed: bool
    replaced_by: tuple[str, ...] = ()


def split_id(share_id: str, resource: str = "an ImageShare") -> tuple[str, str]:
    """Split a resource ID into region and image ID.

    Args:
        share_id: The ID.
        resource: What it is the ID of, such as "an ImageShare".

    Raises:
        RuleBroken: It is not of the form ``<region>:<image_id>``.
    """
    region, _, image_id = share_id.partition(":")
    _, problems = parse({"image_id": image_id, "region": region, "accounts": UNKNOWN}, None)
    if problems or not region:
        raise RuleBroken(
            f"{shown(share_id)} is not the ID of {resource}",
            ["an ID is made of region and image ID, such as 'cn-hangzhou:m-bp1golden00000000001'."],
        )
    return region, image_id


class Lifecycle:
    """Check, diff, create, read, update, delete, for one run. Safe to use from several threads."""

    def __init__(
        self,
        ecs: Callable[[Identity], EcsCalls],
        *,
        default_region: str | None = None,
        visible_seconds: float = 120.0,
        warn: Callable[[str], None] = lambda _: None,
        fresh: FreshCopies | None = None,
    ) -> None:
        """Make a lifecycle; nothing is called yet.

        Args:
            ecs: Returns the calls of ECS in an identity's name; raises ConfigError where they can't be made. Asked only
                when needed.
            default_region: The region of the configuration or the environment, None if there is none.
            visible_seconds: How long a change may take to show in what ECS lists, in seconds.
            warn: Shows the user a sentence that is no error.
            fresh: Copies that this process has just made.
        """
        self._ecs = ecs
        self._default_region = default_region
        self._visible_seconds = visible_seconds
        self._warn = warn
        self._fresh = fresh or FreshCopies()
        self._program = Program()
        self._images: dict[tuple[Identity, str, str], Image] = {}
        self._lock = threading.Lock()

    def check(self, old: ShareState | None, inputs: Mapping[str, Any]) -> tuple[ShareSpec, list[Problem]]:
        """Read what the program says and find every rule that it breaks.

        Args:
            old: What the state has, None for a new share.
            inputs: The arguments as the program gives them; `UNKNOWN` may stand anywhere.

        Returns:
            What is asked for, and all problems. Calls ECS only if an account may gain access: once or twice.
        """
        spec, problems = parse(inputs, self._default_region)
        same_image = old is not None and (spec.region, spec.image_id) == (old.region, old.image_id)
        before = old if same_image else None
        if before is not None:
            problems += unshare_problems(spec, before.accounts)
            self._warn_of_unknown(before, spec)
        try:
            problems += self._live_problems(before, spec)
        except ImageShareError as error:
            problems.append(Problem(property_at_fault(error, spec.identity), str(error)))
        if not problems:
            problems += self._program.add(spec, before.accounts if before else None)
        return spec, problems

    def diff(self, old: ShareState, spec: ShareSpec) -> Change:
        """Say what an update from `old` to `spec` is. No call is made."""
        replaced_by = tuple(
            name
            for name, had, wanted in (
                ("image_id", old.image_id, spec.image_id),
                ("region", old.region, spec.region),
            )
            if had != wanted
        )
        same = spec.all_accounts_known and _settled(spec) == _settled(old)
        return Change(bool(replaced_by) or not same, replaced_by)

    def create(self, spec: ShareSpec) -> ShareState:
        """Share. Leaves the image as it found it if anything fails.

        Raises:
            RuleBroken: The live image does not allow it; nothing was changed.
            SharingFailed: A call failed; what had been done was taken back, or is named.
        """
        return self._change(None, spec)

    def update(self, old: ShareState, spec: ShareSpec) -> ShareState:
        """Share with the accounts that came and unshare from those that went, and no others.

        Where only names and limits change, no call is made.

        Raises:
            RuleBroken: The live image does not allow it; nothing was changed.
            SharingFailed: A call failed; what had been done was taken back, or is named.
        """
        if _changes_access(old, spec):
            return self._change(old, spec)
        return _state(spec, old.region, old.image_id, old.shared_at)

    def read(self, share_id: str, old: ShareState | None, identity: Identity = STACKS_OWN) -> ShareState | None:
        """Read what is live: one call for each 100 accounts.

        Args:
            share_id: The resource's ID.
            old: What the state has, None to read a share that no state has.
            identity: As whom to read such a share.

        Returns:
            The share, None if the image is gone. Of an exclusive share all accounts, else only those of `old`.

        Raises:
            RuleBroken: The image is not this account's, or there is neither an image nor a state.
        """
        region, image_id = split_id(share_id)
        old_or_new = old or ShareState(region, image_id, identity=identity)
        ecs = self._ecs(old_or_new.identity)
        try:
            live = ecs.sharing(region, image_id).accounts
        except ImageNotFound:
            _check_not_anothers(ecs, region, image_id)
            if old is None:
                raise RuleBroken(f"{share_id} can't be read", [not_found_sentence(image_id, region)]) from None
            self._warn_of_gone(region, image_id)
            return None
        had = old_or_new.accounts
        mine = sorted(live.keys() if old_or_new.exclusive else live.keys() & had.keys())
        return replace(
            old_or_new,
            accounts={account: had.get(account, "") for account in mine},
            shared_at={account: live[account] for account in mine},
        )

    def delete(self, old: ShareState) -> None:
        """Unshare from the accounts of `old`, but for those that another share of the program wants.

        An image that is gone needs nothing.

        Raises:
            RuleBroken: The image is not this account's.
            SharingFailed: A call failed; what had been done was taken back, or is named.
        """
        lose = old.accounts.keys() - self._program.wants(old.region, old.image_id)
        if not lose:
            return
        ecs = self._ecs(old.identity)
        target = Target(old.region, old.image_id, old.accounts)
        try:
            with nothing_changed_yet(target, lose=lose):
                live = ecs.sharing(old.region, old.image_id).accounts
            plan = plan_share(live, wanted=(), lose=lose, max_accounts=len(live))
            self._carry_out(plan, target, ecs, live)
        except ImageNotFound:
            _check_not_anothers(ecs, old.region, old.image_id)
            self._warn_of_gone(old.region, old.image_id)
        except SharingFailed as error:
            if not isinstance(error.__cause__, ImageNotFound):
                raise

    def _live_problems(self, before: ShareState | None, spec: ShareSpec) -> list[Problem]:
        if before is not None and not _changes_access(before, spec):
            return []
        if spec.identity is UNKNOWN:
            return []
        ecs = self._ecs(spec.identity)
        if not _needs_image(before, spec) or spec.image_id is UNKNOWN or spec.region is UNKNOWN:
            return []
        fresh = self._fresh.image(spec.identity, spec.region, spec.image_id)
        image = fresh or ecs.image(spec.region, spec.image_id)
        if image is None:
            return [Problem("image_id", not_found_sentence(spec.image_id, spec.region))]
        problems = image_problems(image) + owner_problems(spec, image)
        if problems:
            return problems
        # An image that is shared with nobody needs no second call to say so; create looks again before it changes it.
        live = {} if image.is_shared is False and before is None else ecs.sharing(spec.region, spec.image_id).accounts
        had = before.accounts if before else {}
        problems = account_problems(spec, image, live, had, claims=_claims(before, spec))
        if not problems:
            with self._lock:
                self._images[spec.identity, spec.region, spec.image_id] = image
        return problems

    def _change(self, old: ShareState | None, spec: ShareSpec) -> ShareState:
        identity, region, image_id, max_accounts = _known(spec)
        ecs = self._ecs(identity)
        had = old.accounts if old else {}
        lose = had.keys() - spec.accounts.keys() - self._program.wants(region, image_id)
        target = Target(region, image_id, {**had, **spec.accounts})
        with nothing_changed_yet(target, gain=spec.accounts.keys() - had.keys(), lose=lose):
            image = self._image_to_share(ecs, identity, region, image_id) if _needs_image(old, spec) else None
            fresh = self._fresh.take(identity, region, image_id)
            live = {} if fresh else ecs.sharing(region, image_id).accounts
        if image is not None:
            _check_rules(spec, image, live, had, claims=_claims(old, spec))
        self._warn_of_unlisted(old, spec, live)
        plan = plan_share(live, wanted=spec.accounts, lose=lose, max_accounts=max_accounts, had=had)
        if plan:
            live = self._carry_out(plan, target, ecs, live)
        return _state(spec, region, image_id, live)

    def _image_to_share(self, ecs: EcsCalls, identity: Identity, region: str, image_id: str) -> Image:
        """The image as `check` of the same run has just seen it, else read now."""
        with self._lock:
            image = self._images.pop((identity, region, image_id), None)
        image = image or ecs.image(region, image_id)
        if image is None:
            raise RuleBroken(f"image {image_id} can't be shared", [not_found_sentence(image_id, region)])
        return image

    def _carry_out(self, plan: SharePlan, target: Target, ecs: EcsCalls, live: Mapping[str, str]) -> Mapping[str, str]:
        seconds = self._visible_seconds
        return carry_out(plan, target, ecs, before=live.keys(), visible_seconds=seconds, warn=self._warn)

    def _warn_of_gone(self, region: str, image_id: str) -> None:
        self._warn(
            f"image {image_id} does not exist in region {region} any more, or this account can't see it: its share is "
            "taken out of the state, and nothing was unshared. If the image is there, these are the wrong credentials."
        )

    def _warn_of_unlisted(self, old: ShareState | None, spec: ShareSpec, live: Mapping[str, str]) -> None:
        unlisted = unlisted_accounts(spec, live, old.accounts) if old and spec.exclusive else set()
        if unlisted:
            self._warn(
                f"image {spec.image_id} is also shared with {listed(unlisted, {})}, which neither the program nor the "
                "state lists: left alone. `pulumi refresh` shows them as drift."
            )

    def _warn_of_unknown(self, before: ShareState, spec: ShareSpec) -> None:
        """Say what is known of an update whose accounts the preview can show only as unknown."""
        if spec.all_accounts_known or spec.unknown_accounts is UNKNOWN:
            return
        gain = listed(spec.accounts.keys() - before.accounts.keys(), spec.accounts) or "none of the known"
        unnamed = before.accounts.keys() - spec.accounts.keys()
        lose = listed(unnamed, before.accounts) if len(unnamed) > 0 else "nobody"
        self._warn(
            f"{spec.unknown_accounts} of the accounts of image {before.image_id} will be known only in the update. "
            f"Gaining access: {gain}. Losing it, unless among the unknown: {lose}."
        )


def _check_not_anothers(ecs: EcsCalls, region: str, image_id: str) -> None:
    """Tell an image that is gone from one whose sharing this account may not see."""
    image = ecs.image(region, image_id)
    if image is not None:
        sentence = f"it belongs to account {image.owner_id}: run with the credentials of its owner."
        raise RuleBroken(f"how image {image_id} in {region} is shared can't be told", [sentence])


def _check_rules(
    spec: ShareSpec, image: Image, live: Mapping[str, str], had: Mapping[str, str], *, claims: bool
) -> None:
    broken = [
        *image_problems(image),
        *owner_problems(spec, image),
        *account_problems(spec, image, live, had, claims=claims),
    ]
    if broken:
        sentences = [problem.sentence for problem in broken]
        raise RuleBroken(f"image {image.image_id} in {image.region} can't be shared as asked", sentences)


def _changes_access(old: ShareState, spec: ShareSpec) -> bool:
    """Whether more than names and limits change: who has access, or whether others may have it."""
    return not spec.all_accounts_known or spec.accounts.keys() != old.accounts.keys() or _claims(old, spec)


def _needs_image(old: ShareState | None, spec: ShareSpec) -> bool:
    """Whether the rules of the live image matter: not where access is only taken away."""
    gains = old is None or not spec.all_accounts_known or not spec.accounts.keys() <= old.accounts.keys()
    return gains or _claims(old, spec)


def _claims(old: ShareState | None, spec: ShareSpec) -> bool:
    """Whether the share becomes exclusive with this change."""
    return spec.exclusive is True and (old is None or not old.exclusive)


def property_at_fault(error: ImageShareError, identity: Identity | Unknown, region: str = "region") -> str:
    """The argument that an error in the check is about, "" for none; `region` is that of the region that was asked."""
    if isinstance(error, EcsError) and error.code.startswith("InvalidRegionId"):
        return region
    identity = STACKS_OWN if identity is UNKNOWN else identity
    if isinstance(error, EcsError) and error.action == "AssumeRole":
        return "assume_role" if identity.role else ""
    return "profile" if isinstance(error, ConfigError) and identity.profile else ""


def _settled(share: ShareSpec | ShareState) -> tuple[Any, ...]:
    """All that an update can change."""
    return dict(share.accounts), share.exclusive, share.max_accounts, share.max_unshare_percent, share.identity


def _state(spec: ShareSpec, region: str, image_id: str, shared_at: Mapping[str, str]) -> ShareState:
    return ShareState(
        region=region,
        image_id=image_id,
        accounts={account: spec.accounts[account] for account in spec.account_ids},
        shared_at={account: shared_at.get(account, "") for account in spec.account_ids},
        exclusive=spec.exclusive is not False,
        max_accounts=None if spec.max_accounts is UNKNOWN else spec.max_accounts,
        max_unshare_percent=None if spec.max_unshare_percent is UNKNOWN else spec.max_unshare_percent,
        identity=STACKS_OWN if spec.identity is UNKNOWN else spec.identity,
    )


def _known(spec: ShareSpec) -> tuple[Identity, str, str, int]:
    known = (spec.identity, spec.region, spec.image_id, spec.max_accounts)
    identity, region, image_id, max_accounts = known
    if identity is UNKNOWN or region is UNKNOWN or image_id is UNKNOWN or max_accounts is UNKNOWN or not spec.is_known:
        raise RuleBroken(
            "the image can't be shared yet", ["image ID, region, accounts and max_accounts must be known."]
        )
    return identity, region, image_id, max_accounts
