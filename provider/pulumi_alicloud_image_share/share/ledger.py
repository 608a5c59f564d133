"""Who wants and who holds access to an image: one claim for each share of the run, known by its URN.

The engine hands one resource at a time to the provider, checks them in no fixed order, and may change one before it has
checked another. So each share records here what the program wants (`wants`), what the state says it has (`holds`) and
how its operation ended (`status`). Everything else is a pure function of the claims of one image: what may be
unshared, which shares conflict, whose failure keeps what.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias

from ..resource.names import resource_id
from ..resource.run import Run, RunFiles
from ..values import UNKNOWN
from .record import KnownShare, Share

Status: TypeAlias = Literal["waiting", "done", "failed"]

WAIT_SECONDS: Final = 3.0
"""How long a refusal waits for other shares of the run to report, in seconds."""
_POLL_SECONDS: Final = 0.1


@dataclass(frozen=True)
class Claim:
    """What one share has to do with one image.

    Attributes:
        wants: Account ID to name, as the program lists them for this image; None while the share was not checked. A
            share that was checked for another image wants no account of this one.
        exclusive: Whether the share must be the only one of the image.
        holds: Account ID to name, as the state has them under this URN for this image.
        given_up: The account IDs that the share has given up in this run.
        unshared: Those of `given_up` that have lost access by that.
        status: How the share's create or update of this run ended, of whatever image; "waiting" before that.
        former: The URNs that the state has had the share under. Another process may serve the old entry.
    """

    wants: Mapping[str, str] | None = None
    exclusive: bool = False
    holds: Mapping[str, str] = field(default_factory=dict)
    given_up: frozenset[str] = frozenset()
    unshared: frozenset[str] = frozenset()
    status: Status = "waiting"
    former: frozenset[str] = frozenset()

    @property
    def still_holds(self) -> frozenset[str]:
        """The accounts that only this share may unshare.

        An operation that is done leaves the share with what the program lists. What it held before is then let go, even
        if its old entry was deleted in an earlier run and no delete follows.
        """
        left = self.holds.keys() - self.given_up
        return frozenset(left & (self.wants or {}).keys() if self.status == "done" else left)

    @property
    def dropped(self) -> frozenset[str]:
        """The accounts that the state has and the program no longer lists."""
        return frozenset() if self.wants is None else frozenset(self.holds.keys() - self.wants.keys())


Claims: TypeAlias = Mapping[str, Claim]
"""URN to claim, of one image."""


def image_of(share: Share) -> str | None:
    """Return the resource ID of the image that a share asks for, ``<region>:<image_id>``, None while it is unknown."""
    if share.image_id is UNKNOWN or share.region is UNKNOWN:
        return None
    return resource_id(share.region, share.image_id)


def wanted(claims: Claims) -> frozenset[str]:
    """The accounts that any share of the program lists for the image."""
    return frozenset().union(*(claim.wants or {} for claim in claims.values()))


def held(claims: Claims) -> frozenset[str]:
    """The accounts that any share has in the state for the image."""
    return frozenset().union(*(claim.holds for claim in claims.values()))


def unshared(claims: Claims) -> frozenset[str]:
    """The accounts that lost access in this run with the share that gave them up."""
    return frozenset().union(*(claim.unshared for claim in claims.values()))


def free_to_unshare(claims: Claims, urns: Collection[str], accounts: Collection[str]) -> frozenset[str]:
    """Return which accounts lose access when a share gives them up: no share lists them, and no other share holds them.

    Args:
        claims: The claims of the image.
        urns: The URN of the share, and the one that the state knows it by.
        accounts: The account IDs that it gives up.
    """
    others = [claim.still_holds for urn, claim in claims.items() if urn not in urns]
    return frozenset(accounts) - wanted(claims) - frozenset().union(*others)


def taken(claims: Claims, urn: str) -> frozenset[str]:
    """Return the accounts of an unchanged share that another share drops: they must be shared with once more.

    The state may list an account twice, as after an update with --target. If the other share was changed before this
    one reported what it holds, the account has lost access.
    """
    mine = claims.get(urn, Claim())
    stays = mine.holds.keys() & (mine.wants or {}).keys()
    others = [claim for name, claim in claims.items() if name != urn]
    return frozenset(stays & frozenset().union(*(claim.dropped | claim.unshared for claim in others)))


def conflicts(claims: Claims, urn: str) -> list[tuple[str, frozenset[str]]]:
    """Return the shares that can't stand beside a share, each with the accounts that both list.

    Two shares may not list one account, and an exclusive share is the only one of its image.
    """
    mine = claims[urn]
    found = []
    for name, other in sorted(claims.items()):
        if name == urn or not other.wants:
            continue
        twice = frozenset((mine.wants or {}).keys() & other.wants.keys())
        if twice or mine.exclusive or other.exclusive:
            found.append((name, twice))
    return found


def failed_successors(claims: Claims, accounts: Collection[str]) -> list[str]:
    """Return the shares that list any of these accounts and whose operation failed, by URN."""
    return sorted(
        urn
        for urn, claim in claims.items()
        if claim.status == "failed" and not (claim.wants or {}).keys().isdisjoint(accounts)
    )


def left_to(claims: Claims, urn: str) -> frozenset[str]:
    """Return the accounts that a share lists and that were given up but kept access, since it lists them."""
    kept: frozenset[str] = frozenset().union(*(claim.given_up - claim.unshared for claim in claims.values()))
    return kept & (claims[urn].wants or {}).keys() if urn in claims else frozenset()


def together(own: Claims, others: Claims) -> Claims:
    """Return the claims of all processes: of a share that this one only read in the state, its own process knows more.

    Args:
        own: The claims that this process knows.
        others: Those that the other processes publish, of shares that they serve.
    """
    served = {urn for urn, claim in own.items() if claim.wants is not None or claim.given_up}
    return {**own, **others, **{urn: own[urn] for urn in served}}


class Ledger:
    """The claims of a run. Safe to use from several threads."""

    def __init__(
        self,
        files: RunFiles | None = None,
        *,
        wait_seconds: float = WAIT_SECONDS,
        is_cancelled: Callable[[], bool] = lambda: False,
    ) -> None:
        """Make an empty ledger.

        Args:
            files: What the other processes of the run publish, None if there is no other process.
            wait_seconds: How long `wait_until` waits for other shares to report, in seconds.
            is_cancelled: Whether the run was cancelled: `wait_until` waits no longer.
        """
        self._files = files
        self._is_cancelled = is_cancelled
        self._wait_seconds = wait_seconds
        self._knows_state = False
        self._claims: dict[str, dict[str, Claim]] = {}
        self._status: dict[str, Status] = {}
        self._asked: dict[str, Share] = {}
        self._before: dict[str, Mapping[str, str]] = {}
        self._seen: dict[str, Share | KnownShare] = {}
        self._former: dict[str, str] = {}
        self._renamed: Mapping[str, Collection[str]] = {}
        self._changed = threading.Condition()

    def learn(
        self,
        holds: Mapping[str, Mapping[str, Collection[str]]],
        wants: Mapping[str, Mapping[str, Collection[str]]],
        renamed: Mapping[str, Collection[str]] = MappingProxyType({}),
    ) -> None:
        """Record what the program has read of the stack's state, and what it lists elsewhere.

        Args:
            holds: URN to resource ID (``<region>:<image_id>``) to the account IDs that the state has.
            wants: URN to resource ID to the account IDs that the program lists, of shares whose check is still to come.
            renamed: The URN that the outputs of an entry still have, to the URNs that the state has such entries under.
        """
        with self._changed:
            self._knows_state = True
            self._renamed = renamed
            for urn, images in holds.items():
                for image, accounts in images.items():
                    if urn not in self._former and not self._claim(urn, image).holds:
                        # Not published: another process may serve the share, and know more of it.
                        self._put(urn, image, holds=dict.fromkeys(accounts, ""))
            for urn, images in wants.items():
                for image, accounts in images.items():
                    if self._claim(urn, image).wants is None:
                        self._set(urn, image, wants=dict.fromkeys(accounts, ""))

    def want(self, urn: str, share: Share, before: Mapping[str, str] | None = None) -> None:
        """Record what a share wants, in place of what it wanted before, even if it is refused.

        Args:
            urn: The share's URN.
            share: What the program asks for. While its image is not known, it claims no account.
            before: Account ID to name of what the share had before, of whatever image, as its check is told; None if
                this check is told nothing. A share that is replaced is checked twice, the second time without that.
        """
        image = image_of(share)
        with self._changed:
            if before is not None:
                self._before[urn] = dict(before)
            if image is None:
                return
            self._asked[urn] = share
            for other, claims in self._claims.items():
                if other != image and urn in claims:
                    self._set(urn, other, wants={}, exclusive=False)
            self._set(urn, image, wants=dict(share.accounts), exclusive=share.exclusive is True)

    def hold(self, urn: str, image: str, accounts: Mapping[str, str], *, own_urn: str = "") -> None:
        """Record what the state has of a share.

        Args:
            urn: The share's URN.
            image: The resource ID of the image in the state, ``<region>:<image_id>``.
            accounts: Account ID to name.
            own_urn: The URN that the state has the share under, "" for the same one.
        """
        with self._changed:
            if own_urn and own_urn != urn:
                self._former[own_urn] = urn
                for claims in self._claims.values():
                    # It was read from the same entry of the state.
                    if own_urn in claims:
                        claims[own_urn] = replace(claims[own_urn], holds={})
            self._set(urn, image, holds=dict(accounts), former=frozenset(self._same(urn) - {urn}))

    def see(self, urn: str, share: Share | KnownShare) -> None:
        """Record the outputs that the state has of a share, or of the one whose place it takes."""
        with self._changed:
            self._seen[urn] = share

    def seen(self, urn: str) -> Share | KnownShare | None:
        """Return the outputs that the state has of a share, None if no check or diff of this run was told."""
        with self._changed:
            return self._seen.get(urn)

    def before(self, urn: str) -> Mapping[str, str]:
        """Return account ID to name of what a share had before this run, as its checks were told; {} for no share."""
        with self._changed:
            return self._before.get(urn, {})

    def asked(self, urn: str, image: str) -> Share | None:
        """Return what a share wants of an image in this run, None if it wants nothing of it or was not checked."""
        with self._changed:
            share = self._asked.get(urn)
            return share if share is not None and image_of(share) == image else None

    def images(self, urn: str) -> list[str]:
        """Return the resource IDs of the images that a share has to do with, in the state or in the program."""
        with self._changed:
            return [image for image, claims in self._claims.items() if urn in claims]

    def succeed(self, urn: str) -> None:
        """Record that the state has a share as the program asks for it."""
        self._settle(urn, "done")

    def fail(self, urn: str) -> None:
        """Record that the create or update of a share failed."""
        self._settle(urn, "failed")

    def has_failed(self, urn: str) -> bool:
        """Return whether the create or update of a share failed in this run, of whatever image."""
        with self._changed:
            return self._status.get(urn) == "failed"

    def urn_of_entry(self, urn: str, image: str, accounts: Collection[str]) -> str:
        """Return the URN of the program, else of the state, of a share of which an operation is told the outputs alone.

        A name may be used again, so that several entries have one URN in their outputs. What they hold tells them
        apart; if they hold the same, either may go first.

        Args:
            urn: The URN that the outputs have, or the one that the engine says.
            image: The resource ID of the image in the outputs.
            accounts: The account IDs in the outputs.
        """
        with self._changed:
            found = [each for each in self._renamed.get(urn, ()) if each in self._claims.get(image, {})]
            held_alike = [each for each in found if self._claim(each, image).holds.keys() == set(accounts)]
            entry = (held_alike or found or [urn])[0]
            return self._former.get(entry, entry)

    def claims(self, image: str, among: Collection[str] = ()) -> Claims:
        """Return the claims of an image, those of other processes of the run among them.

        Args:
            image: The resource ID of the image.
            among: More account IDs that the caller asks about: other processes publish digests, which are only known
                again by the accounts that they were made of.
        """
        with self._changed:
            own = self._own(image)
        return together(own, self._published(image, {*among, *held(own), *wanted(own)}))

    def taken(self, urn: str, image: str) -> frozenset[str]:
        """See `taken`. If the program has read the whole state, no share unshares what another one holds."""
        return frozenset() if self._knows_state else taken(self.claims(image), urn)

    def wait_until(self, is_known: Callable[[], bool]) -> None:
        """Wait until a condition on the claims holds, the time is up or the run is cancelled.

        The plugin is told what the state has one resource at a time, in no fixed order. What looks like a stranger's
        account may be another share's of the same program, whose turn is still to come.

        Args:
            is_known: Reads the claims. Asked again whenever another share of the run reports.
        """
        end = time.monotonic() + (0.0 if self._knows_state else self._wait_seconds)
        while not is_known() and time.monotonic() < end and not self._is_cancelled():
            with self._changed:
                self._changed.wait(_POLL_SECONDS)

    @contextmanager
    def giving_up(self, urn: str, image: str, accounts: Collection[str]) -> Iterator[frozenset[str]]:
        """Give accounts up for as long as nothing fails: a share that fails still holds them.

        Args:
            urn: The URN that the operation is for.
            image: The resource ID of the image.
            accounts: The account IDs that the share gives up.

        Yields:
            Those that lose access by that.
        """
        published = self._published(image, accounts)
        with self._changed:
            same = self._same(urn) | {name for name, claim in published.items() if urn in claim.former}
            free = free_to_unshare(together(self._own(image), published), same, accounts)
            before = self._claim(urn, image)
            self._set(urn, image, given_up=before.given_up | frozenset(accounts), unshared=before.unshared | free)
        try:
            yield free
        except BaseException:
            with self._changed:
                now = self._claim(urn, image)
                # Rolled back, or kept in the state by the error itself: the state must not forget who has access.
                self._set(
                    urn,
                    image,
                    given_up=now.given_up - (frozenset(accounts) - before.given_up),
                    unshared=now.unshared - (free - before.unshared),
                )
            raise

    def _same(self, urn: str) -> set[str]:
        """Return the URNs of one share: of the program, and those that the state has had it under."""
        return {urn, *(former for former, now in self._former.items() if now == urn)}

    def _settle(self, urn: str, status: Status) -> None:
        with self._changed:
            self._status[urn] = status
            for image, claims in self._claims.items():
                if urn in claims:
                    self._publish(urn, image)
            self._changed.notify_all()

    def _published(self, image: str, known: Collection[str]) -> Claims:
        """Return what other processes publish: accounts that are not among the known ones are digests."""
        if self._files is None:
            return {}
        names = {_digest(image, account): account for account in known}
        return {urn: _read_claim(record, names) for urn, record in self._files.published(image).items()}

    def _own(self, image: str) -> dict[str, Claim]:
        return {
            urn: replace(claim, status=self._status.get(urn, "waiting"))
            for urn, claim in self._claims.get(image, {}).items()
        }

    def _claim(self, urn: str, image: str) -> Claim:
        return self._claims.get(image, {}).get(urn, Claim())

    def _set(self, urn: str, image: str, **changes: Any) -> None:
        self._put(urn, image, **changes)
        self._publish(urn, image)
        self._changed.notify_all()

    def _put(self, urn: str, image: str, **changes: Any) -> None:
        self._claims.setdefault(image, {})[urn] = replace(self._claim(urn, image), **changes)

    def _publish(self, urn: str, image: str) -> None:
        if self._files is not None:
            claim = replace(self._claims[image][urn], status=self._status.get(urn, "waiting"))
            self._files.publish(urn, image, _write_claim(claim, image))


def ledger_of(run: Run) -> Ledger:
    """Return the ledger of a run."""
    return run.part(Ledger, lambda: Ledger(run.files, is_cancelled=lambda: run.cancellable.is_cancelled))


def _digest(image: str, account: str) -> str:
    """Return how an account is written into a file: a secret ID must stand in none."""
    return hashlib.sha256(f"{image} {account}".encode()).hexdigest()[:32]


def _write_claim(claim: Claim, image: str) -> dict[str, Any]:
    def digests(accounts: Collection[str]) -> list[str]:
        return sorted(_digest(image, account) for account in accounts)

    return {
        "wants": None if claim.wants is None else digests(claim.wants),
        "exclusive": claim.exclusive,
        "holds": digests(claim.holds),
        "given_up": digests(claim.given_up),
        "unshared": digests(claim.unshared),
        "status": claim.status,
        "former": sorted(claim.former),
    }


def _read_claim(record: Mapping[str, Any], names: Mapping[str, str]) -> Claim:
    """Read another process's claim; a digest of an account that this process does not know stands for itself."""

    def accounts(name: str) -> dict[str, str]:
        return {names.get(digest, digest): "" for digest in record[name]}

    return Claim(
        wants=None if record["wants"] is None else accounts("wants"),
        exclusive=record["exclusive"],
        holds=accounts("holds"),
        given_up=frozenset(accounts("given_up")),
        unshared=frozenset(accounts("unshared")),
        status=record["status"],
        former=frozenset(record["former"]),
    )
