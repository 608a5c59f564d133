"""The life of a share: check, diff, create, read, update, delete, over plain dataclasses. Knows no Pulumi.

`check` is where the program's mistakes are found, with the live image, and only when something changed. The other
operations read what is live, do what is missing and read back, so that each can be repeated after any interruption.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from . import spec as rules
from .errors import ImageNotFound, ImageShareError, RuleBroken, SharingFailed
from .image import Image, account_problems, image_problems, not_found_sentence, unlisted_problems
from .plan import SharePlan, plan_share
from .sharing import ShareCalls, Target, carry_out
from .spec import UNKNOWN, Problem, ShareSpec, listed

Say = Callable[[str], None]


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
    """

    region: str
    image_id: str
    accounts: Mapping[str, str] = field(default_factory=dict)
    shared_at: Mapping[str, str] = field(default_factory=dict)
    exclusive: bool = True
    max_accounts: int | None = None
    max_unshare_percent: float | None = None

    @property
    def id(self) -> str:
        """The resource's ID: ``<region>:<image_id>``."""
        return f"{self.region}:{self.image_id}"


@dataclass(frozen=True)
class Change:
    """What an update would do: nothing, an update, or a replacement because of these properties."""

    changed: bool
    replaced_by: tuple[str, ...] = ()


def split_id(share_id: str) -> tuple[str, str]:
    """Split a resource ID into region and image ID.

    Raises:
        RuleBroken: It is not of the form ``<region>:<image_id>``.
    """
    region, _, image_id = share_id.partition(":")
    _, problems = rules.parse({"image_id": image_id, "region": region, "accounts": UNKNOWN}, None)
    if problems or not region:
        raise RuleBroken(
            f"{share_id!r} is not the ID of an ImageShare",
            ["it is made of region and image ID, such as 'cn-hangzhou:m-bp1golden00000000001'."],
        )
    return region, image_id


class Lifecycle:
    """Check, diff, create, read, update, delete. Safe to use from several threads."""

    def __init__(
        self,
        ecs: Callable[[], EcsCalls],
        *,
        default_region: str | None = None,
        visible_seconds: float = 120.0,
        warn: Say = lambda _: None,
    ) -> None:
        """Make a lifecycle; nothing is called yet.

        Args:
            ecs: Returns the calls of ECS; raises ConfigError where they can't be made. Asked only when needed.
            default_region: The region of the configuration or the environment, None if there is none.
            visible_seconds: How long a change may take to show in what ECS lists, in seconds.
            warn: Shows the user a sentence that is no error.
        """
        self._ecs = ecs
        self._default_region = default_region
        self._visible_seconds = visible_seconds
        self._warn = warn
        self._checked: dict[str, Image] = {}
        self._lock = threading.Lock()

    def check(self, old: ShareState | None, inputs: Mapping[str, Any]) -> tuple[ShareSpec, list[Problem]]:
        """Read what the program says and find every rule that it breaks.

        Args:
            old: What the state has, None for a new share.
            inputs: The arguments as the program gives them; `UNKNOWN` may stand anywhere.

        Returns:
            What is asked for, and all problems. Calls ECS only if something changed: once or twice.
        """
        spec, problems = rules.parse(inputs, self._default_region)
        if old is not None and (spec.region, spec.image_id) == (old.region, old.image_id):
            problems += rules.unshare_problems(spec, old.accounts)
            if not _changes_access(old, spec):
                return spec, problems
        try:
            problems += self._live_problems(old, spec)
        except ImageShareError as error:
            problems.append(Problem("", str(error)))
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

    def read(self, share_id: str, old: ShareState | None) -> ShareState | None:
        """Read what is live: one call for each 100 accounts.

        Args:
            share_id: The resource's ID.
            old: What the state has, None to read a share that no state has.

        Returns:
            The share, None if the image is gone. Of an exclusive share all accounts, else only those of `old`.

        Raises:
            RuleBroken: The image is there but is not this account's.
        """
        region, image_id = split_id(share_id)
        ecs = self._ecs()
        try:
            live = ecs.shared_accounts(region, image_id)
        except ImageNotFound:
            image = ecs.image(region, image_id)
            if image is not None:
                problems = image_problems(image) or [Problem("", f"{image_id} can't be read")]
                raise RuleBroken(f"{share_id} can't be read", [p.sentence for p in problems]) from None
            return None
        old = old or ShareState(region, image_id)
        mine = sorted(live.keys() if old.exclusive else live.keys() & old.accounts.keys())
        return replace(
            old,
            accounts={account: old.accounts.get(account, "") for account in mine},
            shared_at={account: live[account] for account in mine},
        )

    def delete(self, old: ShareState) -> None:
        """Unshare from the accounts of `old`, and no others. An image that is gone needs nothing.

        Raises:
            SharingFailed: A call failed; what had been done was taken back, or is named.
        """
        ecs = self._ecs()
        try:
            live = ecs.shared_accounts(old.region, old.image_id)
            plan = plan_share(live, gain=(), lose=old.accounts, max_accounts=len(live))
            if plan:
                self._carry_out(plan, Target(old.region, old.image_id, old.accounts), ecs)
        except ImageNotFound:
            return
        except SharingFailed as error:
            if not isinstance(error.__cause__, ImageNotFound):
                raise

    def _live_problems(self, old: ShareState | None, spec: ShareSpec) -> list[Problem]:
        ecs = self._ecs()
        if spec.image_id is UNKNOWN or spec.region is UNKNOWN:
            return []
        image = ecs.image(spec.region, spec.image_id)
        if image is None:
            return [Problem("image_id", not_found_sentence(spec.image_id, spec.region))]
        same_image = old is not None and (old.region, old.image_id) == (spec.region, spec.image_id)
        before = old if same_image else None
        problems = image_problems(image, sharing=_gains(before, spec))
        if problems:
            return problems
        # An image that is shared with nobody needs no second call to say so; create looks again before it changes it.
        live = {} if image.is_shared is False and before is None else ecs.shared_accounts(spec.region, spec.image_id)
        had = before.accounts if before else {}
        problems = account_problems(spec, image, live, had, claims=_claims(before, spec))
        if not problems:
            with self._lock:
                self._checked[f"{spec.region}:{spec.image_id}"] = image
        return problems

    def _change(self, old: ShareState | None, spec: ShareSpec) -> ShareState:
        ecs = self._ecs()
        region, image_id = _known(spec)
        image = self._image_to_share(ecs, region, image_id)
        live = ecs.shared_accounts(region, image_id)
        had = old.accounts if old else {}
        broken = [
            *image_problems(image, sharing=_gains(old, spec)),
            *account_problems(spec, image, live, had, claims=_claims(old, spec)),
        ]
        if broken:
            raise RuleBroken(f"image {image_id} in {region} can't be shared so", [p.sentence for p in broken])
        self._warn_of_unlisted(old, spec, live)
        plan = plan_share(
            live,
            gain=spec.accounts,
            lose=had.keys() - spec.accounts.keys(),
            max_accounts=spec.max_accounts if isinstance(spec.max_accounts, int) else rules.DEFAULT_MAX_ACCOUNTS,
        )
        if plan:
            names = {**had, **spec.accounts}
            live = self._carry_out(plan, Target(region, image_id, names), ecs)
        return _state(spec, region, image_id, live)

    def _image_to_share(self, ecs: EcsCalls, region: str, image_id: str) -> Image:
        """The image as `check` of the same run has just seen it, else read now."""
        with self._lock:
            image = self._checked.pop(f"{region}:{image_id}", None)
        image = image or ecs.image(region, image_id)
        if image is None:
            raise RuleBroken(f"image {image_id} can't be shared", [not_found_sentence(image_id, region)])
        return image

    def _carry_out(self, plan: SharePlan, target: Target, ecs: EcsCalls) -> dict[str, str]:
        return carry_out(plan, target, ecs, visible_seconds=self._visible_seconds)

    def _warn_of_unlisted(self, old: ShareState | None, spec: ShareSpec, live: Mapping[str, str]) -> None:
        if old is None or not unlisted_problems(spec, live, old.accounts) or not spec.exclusive:
            return
        unlisted = listed(live.keys() - spec.accounts.keys() - old.accounts.keys(), {})
        self._warn(
            f"image {spec.image_id} is also shared with {unlisted}, which neither the program nor the state lists: "
            "left alone. `pulumi refresh` shows them as drift."
        )


def _changes_access(old: ShareState, spec: ShareSpec) -> bool:
    """Whether more than names changes: who has access, or whether others may have it."""
    return not spec.all_accounts_known or spec.accounts.keys() != old.accounts.keys() or _claims(old, spec)


def _gains(old: ShareState | None, spec: ShareSpec) -> bool:
    """Whether any account may gain access."""
    return old is None or not spec.all_accounts_known or not spec.accounts.keys() <= old.accounts.keys()


def _claims(old: ShareState | None, spec: ShareSpec) -> bool:
    """Whether the share becomes exclusive with this change."""
    return spec.exclusive is True and (old is None or not old.exclusive)


def _settled(share: ShareSpec | ShareState) -> tuple[Any, ...]:
    """All that an update can change."""
    return dict(share.accounts), share.exclusive, share.max_accounts, share.max_unshare_percent


def _state(spec: ShareSpec, region: str, image_id: str, shared_at: Mapping[str, str]) -> ShareState:
    return ShareState(
        region=region,
        image_id=image_id,
        accounts={account: spec.accounts[account] for account in spec.account_ids},
        shared_at={account: shared_at[account] for account in spec.account_ids},
        exclusive=spec.exclusive is not False,
        max_accounts=None if spec.max_accounts is UNKNOWN else spec.max_accounts,
        max_unshare_percent=None if spec.max_unshare_percent is UNKNOWN else spec.max_unshare_percent,
    )


def _known(spec: ShareSpec) -> tuple[str, str]:
    if spec.image_id is UNKNOWN or spec.region is UNKNOWN or not spec.all_accounts_known:
        raise RuleBroken("the image can't be shared yet", ["image ID, region and accounts must be known."])
    return spec.region, spec.image_id
