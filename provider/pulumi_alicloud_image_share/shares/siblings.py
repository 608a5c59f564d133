"""What all shares of a program want of an image, so that none takes access from what another lists.

The engine hands one resource at a time to the provider, checks them in no fixed order, and may change one before it has
checked another. So a share that gives an account up asks here: whether another share of this run wants it, and whether
others in the stack's state list it which have not given it up in this run.
"""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from ..accounts import listed
from ..arguments import UNKNOWN, Problem
from ..kinds.neighbours import ALONE, Claim, Neighbours, digest
from ..kinds.resource_id import resource_id
from .record import Share


@dataclass
class _Image:
    """What is known of one image."""

    wanted: dict[str, Share] = field(default_factory=dict)
    """Resource to what it asks for, as far as it has been checked."""
    in_state: Counter[str] = field(default_factory=Counter)
    """Account ID to how many shares of the stack's state list it, as it was when the run began."""
    given_up: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """Account ID to the resources that have given it up in this run, "" for each that can't be told."""
    leaving: dict[str, frozenset[str]] = field(default_factory=dict)
    """Resource to the account IDs that the state has of it, and that it does not ask for any more."""
    dropped: dict[str, frozenset[str]] = field(default_factory=dict)
    """Resource to the account IDs that it had in the state and that the program has dropped."""
    unshared: set[str] = field(default_factory=set)
    """The account IDs that lost their access with the share that gave them up."""
    left: Counter[str] = field(default_factory=Counter)
    """Account ID to how many shares gave it up while it keeps its access, since another lists it."""
    had: set[str] = field(default_factory=set)
    """The account IDs in the outputs that the state has of shares, as far as they have been compared."""
    failed: set[str] = field(default_factory=set)
    """The resources whose change has failed in this run."""


class Siblings:
    """The shares of a run. Safe to use from several threads."""

    def __init__(self) -> None:
        """Know of nothing yet."""
        self.neighbours: Neighbours = ALONE
        """The other processes of the run."""
        self._images: dict[tuple[object, object], _Image] = {}
        self._had: dict[str, Mapping[str, str]] = {}
        self._said: set[tuple[str, str]] = set()
        self._succeeded: set[str] = set()
        self._lock = threading.Lock()

    def learn(self, in_state: Mapping[str, Mapping[str, int]]) -> None:
        """Record who lists which account in the stack's state.

        Args:
            in_state: Resource ID to account ID to how many shares of the state list it for that image. A share may
                leave an image while nobody has been checked yet who stays.
        """
        with self._lock:
            for share_id, accounts in in_state.items():
                region, _, image_id = share_id.partition(":")
                self._images.setdefault((region, image_id), _Image()).in_state |= _count(accounts)

    def claim(self, resource: str, spec: Share, before: Share | None = None, own: Share | None = None) -> list[Problem]:
        """Record what a resource wants, in place of what it wanted before, also where it can't have it.

        Args:
            resource: What tells the resource from every other: its URN.
            spec: What it wants.
            before: What it has in the state, None for nothing.
            own: The same, also where the engine hands it to no check: of what is replaced by request, or was deleted
                to be replaced.

        Returns:
            Why this can't go together with another share of the program.
        """
        if spec.image_id is UNKNOWN or spec.region is UNKNOWN:
            return []
        image_id = resource_id(spec.region, spec.image_id)
        self._tell(resource, image_id, spec, before)
        elsewhere = [claim for claim in self.neighbours.claims(image_id) if claim.resource != resource]
        apart = [problem for claim in elsewhere for problem in _conflict_with(claim, image_id, resource, spec)]
        with self._lock:
            image = self._image(spec)
            image.wanted[resource] = spec
            self._remember(resource, spec, before, own)
            together = [
                problem
                for name, other in sorted(image.wanted.items())
                if name != resource
                for problem in _conflict(resource, spec, name, other)
            ]
        return [*together, *apart]

    def know(self, resource: str, spec: Share, had: Share) -> None:
        """Record what the state has of a resource that has been checked, which may be more than its inputs of before.

        Args:
            resource: The resource.
            spec: What it wants.
            had: What the state has.
        """
        if spec.image_id is UNKNOWN or spec.region is UNKNOWN:
            return
        self._tell(resource, resource_id(spec.region, spec.image_id), spec, had)
        with self._lock:
            self._remember(resource, spec, had, had)

    def see(self, region: str, image_id: str, accounts: Collection[str]) -> None:
        """Record the account IDs that the outputs of a share have, as the engine hands them out."""
        with self._lock:
            self._images.setdefault((region, image_id), _Image()).had.update(accounts)

    def _tell(self, resource: str, image_id: str, spec: Share, before: Share | None) -> None:
        is_same = before is not None and _is_of_one_image(before, spec)
        self.neighbours.tell(
            resource,
            image_id,
            is_exclusive=spec.exclusive is True,
            accounts=spec.accounts,
            dropped=before.accounts.keys() - spec.accounts.keys() if before and is_same else (),
        )

    def _remember(self, resource: str, spec: Share, before: Share | None, own: Share | None) -> None:
        if before is not None:
            self._had[resource] = before.accounts
            self._image(before).dropped[resource] = _dropped(before, spec)
        if own is not None:
            self._image(own).leaving[resource] = _dropped(own, spec)

    def in_state(self, region: str, image_id: str) -> frozenset[str]:
        """The account IDs that any share of the stack's state lists for an image, as a door that can read it tells."""
        with self._lock:
            return frozenset(self._images.get((region, image_id), _Image()).in_state)

    def known(self, region: str, image_id: str) -> frozenset[str]:
        """The same, and the outputs of each share that was compared until now, but for what was unshared in this run.

        No rule may hang on this, which differs with the order of the engine. Inputs don't count: of a create that ended
        halfway they list accounts that were never shared with.
        """
        with self._lock:
            image = self._images.get((region, image_id), _Image())
            return frozenset((image.in_state.keys() | image.had) - image.unshared)

    def had(self, resource: str) -> Mapping[str, str]:
        """Account ID to name of what the state has of a resource, as an earlier check of this run was told."""
        with self._lock:
            return self._had.get(resource, {})

    def is_said_first(self, resource: str, sentence: str) -> bool:
        """Whether a sentence on a resource is not said yet: one that is replaced is checked twice."""
        with self._lock:
            first = (resource, sentence) not in self._said
            self._said.add((resource, sentence))
            return first

    def asked_for(self, resource: str, region: str, image_id: str) -> Share | None:
        """What a resource wants of an image in this run, None for nothing."""
        with self._lock:
            return self._images.get((region, image_id), _Image()).wanted.get(resource)

    def taken(self, region: str, image_id: str, accounts: Collection[str]) -> frozenset[str]:
        """Those accounts of a share that another share drops without knowing of this one: they need it once more.

        The state may list an account twice, as after an update with --target. Whoever drops it leaves it to the others
        where the door can read the state; where it can't, and was asked before the others, it takes it from them.
        """
        share_id = resource_id(region, image_id)
        elsewhere = frozenset[str]().union(*(claim.dropped for claim in self.neighbours.claims(share_id)))
        with self._lock:
            image = self._images.get((region, image_id), _Image())
            dropped = image.unshared.union(*image.dropped.values())
            dropped |= {account for account in accounts if digest(share_id, account) in elsewhere}
            return frozenset(account for account in dropped & set(accounts) if image.in_state[account] < 2)

    def give_up(self, resource: str, region: str, image_id: str, accounts: Collection[str]) -> frozenset[str]:
        """Say that one share of the state gives accounts up; returns those that nobody else lists.

        An account that several shares list in the state loses its access with the last of them that gives it up. Of a
        share that was deleted to be replaced, and is only made anew in this run, nothing more is deleted: it has given
        up what it left as soon as it is made.
        """
        share_id = resource_id(region, image_id)
        elsewhere = frozenset[str]().union(*(claim.accounts for claim in self.neighbours.claims(share_id)))
        with self._lock:
            image = self._images.setdefault((region, image_id), _Image())
            wanted = {account for spec in image.wanted.values() for account in spec.accounts}
            wanted |= {account for account in accounts if digest(share_id, account) in elsewhere}
            free = set()
            for account in accounts:
                givers = image.given_up[account]
                givers[resource] += 1
                gone = {name for name in +givers if name}
                gone |= {name for name in image.leaving.keys() & self._succeeded if account in image.leaving[name]}
                if account not in wanted and len(gone) + givers[""] >= image.in_state[account]:
                    free.add(account)
                    image.unshared.add(account)
                else:
                    image.left[account] += 1
            return frozenset(free)

    def succeed(self, resource: str) -> None:
        """Say that a resource is in the state as the program asks for it."""
        with self._lock:
            self._succeeded.add(resource)

    def fail(self, resource: str, spec: Share) -> frozenset[str]:
        """Say that a change has failed; returns the accounts it wants that a share gave up for it before."""
        with self._lock:
            image = self._image(spec)
            image.failed.add(resource)
            return frozenset(account for account in spec.accounts if image.left[account] > 0)

    def unshared(self, region: str, image_id: str, accounts: Collection[str]) -> frozenset[str]:
        """Those accounts that lost their access in this run, with a share that gave them up."""
        with self._lock:
            return frozenset(self._images.get((region, image_id), _Image()).unshared & set(accounts))

    def has_failed(self, resource: str) -> bool:
        """Whether a change of a resource has failed in this run, of whatever image.

        What it had before then stays as it was, and an entry that an earlier replacement left to be deleted would take
        it away.
        """
        with self._lock:
            return bool(resource) and any(resource in image.failed for image in self._images.values())

    def failed_heirs(self, region: str, image_id: str, accounts: Iterable[str]) -> list[str]:
        """The resources that were to take any of these accounts over, and have failed."""
        with self._lock:
            image = self._images.get((region, image_id), _Image())
            asked_for = {name: image.wanted[name].accounts.keys() for name in image.failed & image.wanted.keys()}
            return sorted(name for name, wanted in asked_for.items() if not wanted.isdisjoint(accounts))

    @contextmanager
    def giving_up(
        self, resource: str, region: str, image_id: str, accounts: Collection[str]
    ) -> Iterator[frozenset[str]]:
        """Give accounts up, as `give_up` does, for as long as nothing fails: a share that fails still lists them."""
        free = frozenset[str]()
        try:
            free = self.give_up(resource, region, image_id, accounts)
            yield free
        except BaseException:
            with self._lock:
                image = self._images[region, image_id]
                for account in accounts:
                    image.given_up[account][resource] -= 1
                # Taken back, or in the state by the error itself: the state must not forget who still has access.
                image.unshared -= free
                image.left.subtract(set(accounts) - free)
            raise

    def _image(self, spec: Share) -> _Image:
        return self._images.setdefault((spec.region, spec.image_id), _Image())


def _is_of_one_image(first: Share, second: Share) -> bool:
    return (first.region, first.image_id) == (second.region, second.image_id)


def _dropped(before: Share, spec: Share) -> frozenset[str]:
    """Who had access to an image by a share, and has it no more by it."""
    stays = spec.accounts.keys() if _is_of_one_image(before, spec) else frozenset[str]()
    return frozenset(before.accounts.keys() - stays)


def _count(accounts: Mapping[str, int]) -> Counter[str]:
    return Counter({account: int(count) for account, count in accounts.items()})


def _conflict(resource: str, spec: Share, other_resource: str, other: Share) -> list[Problem]:
    mine, its = _names(resource, other_resource)
    twice = spec.accounts.keys() & other.accounts.keys()
    if twice:
        return [
            Problem(
                "accounts",
                f"{listed(twice, spec.accounts)} of image {spec.image_id} {'is' if len(twice) == 1 else 'are'} listed "
                f"by two ImageShares of this program, {mine} and {its}: list each account in one of them, or one would "
                "take from the other what it gives up.",
            )
        ]
    if spec.exclusive or other.exclusive:
        return [
            Problem(
                "image_id",
                f"image {spec.image_id} is shared by two ImageShares of this program, {mine} and {its}: list all "
                "accounts in one of them, or set exclusive=False on each.",
            )
        ]
    return []


def _conflict_with(claim: Claim, image: str, resource: str, spec: Share) -> list[Problem]:
    """Why a share can't go together with one of another process."""
    twice = [account for account in spec.accounts if digest(image, account) in claim.accounts]
    if not (twice or spec.exclusive or claim.is_exclusive):
        return []
    mine, its = _names(resource, claim.resource)
    who = f"{listed(twice, spec.accounts)} of image" if twice else "image"
    return [
        Problem(
            "accounts" if twice else "image_id",
            f"{who} {spec.image_id} {'are' if len(twice) > 1 else 'is'} shared by two ImageShares of this program with "
            f"providers of their own, {mine} and {its}: list all accounts in one of them, or, with exclusive=False on "
            "each, each account in one alone.",
        )
    ]


def name_of(resource: str) -> str:
    """What the program calls a resource."""
    return resource.rpartition("::")[2]


def _names(first: str, second: str) -> tuple[str, str]:
    """What the program calls two resources, in full where that is the same."""
    short = name_of(first), name_of(second)
    return (first, second) if short[0] == short[1] else short
