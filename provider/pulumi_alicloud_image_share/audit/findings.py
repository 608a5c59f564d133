"""What is wrong with who can launch an account's images, and what is worth knowing. Pure.

What sharing by account ID, share groups and community images mean is in
https://www.alibabacloud.com/help/en/ecs/user-guide/share-a-custom-image
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from . import advice
from .advice import capital, some, them
from .model import AuditedImage, Finding, Kind, Manager
from .seen import Seen
from .states import StackImages


def with_managers(images: Iterable[AuditedImage], stacks: Iterable[StackImages]) -> list[AuditedImage]:
    """The images, each with the resources of the stacks that manage who may use it."""
    by_image: defaultdict[str, list[Manager]] = defaultdict(list)
    for stack in stacks:
        for manager in stack.managers:
            by_image[manager.image_id].append(manager)
    found = []
    for image in images:
        managers = [m for m in by_image[image.image.image_id] if m.region in ("", image.image.region)]
        staying, leaving = ([m for m in managers if m.is_leaving is leaves] for leaves in (False, True))
        found.append(replace(image, managers=tuple(staying), leaving=tuple(leaving)))
    return found


def judge(seen: Seen) -> tuple[Finding, ...]:
    """All findings, in the order of `Kind`, and of the images within each."""
    return tuple(finding for rule in _RULES for finding in rule(seen))


def _not_allowed(seen: Seen) -> Iterator[Finding]:
    if seen.allowed is None:
        return
    for image in seen.images:
        by_advice: defaultdict[str, list[str]] = defaultdict(list)
        for account in sorted(set(image.accounts) - seen.allowed):
            by_advice[advice.how_to_unshare(image, account)].append(account)
        for how, accounts in by_advice.items():
            who = capital(some(accounts, seen.names))
            is_off = "is not" if len(accounts) == 1 else "are not"
            yield _about(
                image, Kind.NOT_ALLOWED, f"{who} can launch it and {is_off} on the allowlist: {how}.", accounts
            )


def _community(seen: Seen) -> Iterator[Finding]:
    for image in seen.images:
        if image.image.is_public:
            yield _about(image, Kind.COMMUNITY, advice.COMMUNITY)


def _share_groups(seen: Seen) -> Iterator[Finding]:
    for image in seen.images:
        if image.groups:
            yield _about(image, Kind.SHARE_GROUP, advice.share_groups(image.groups))


def _unmanaged(seen: Seen) -> Iterator[Finding]:
    if not seen.stacks:
        return
    for image in seen.images:
        everybody = (*image.managers, *image.leaving)
        is_told = all(manager.accounts is not None for manager in everybody)
        if not is_told or any(manager.exclusive for manager in image.managers):
            continue
        accounts = sorted(set(image.accounts) - _listed(everybody))
        if accounts:
            whom = some(accounts, seen.names)
            how = advice.how_to_manage(image)
            yield _about(
                image, Kind.UNMANAGED, f"No stack that was given manages its sharing with {whom}: {how}.", accounts
            )


def _drift(seen: Seen) -> Iterator[Finding]:
    for image in seen.images:
        if not image.is_seen:
            continue
        for manager in image.managers:
            missing = sorted((manager.accounts or frozenset()) - set(image.accounts))
            if missing:
                who = capital(some(missing, seen.names))
                how = advice.how_to_share_again(image, manager)
                yield _about(
                    image, Kind.DRIFT, f"{who} can't launch it, though {manager.label} has it shared: {how}.", missing
                )
        owners = [manager for manager in image.managers if manager.exclusive]
        everybody = (*image.managers, *image.leaving)
        extra = sorted(set(image.accounts) - _listed(everybody))
        if extra and owners and all(manager.accounts is not None for manager in everybody):
            who, whom = capital(some(extra, seen.names)), them(extra)
            how = advice.how_to_end_drift(image, owners[0], whom)
            yield _about(
                image,
                Kind.DRIFT,
                f"{who} can launch it, though {owners[0].label}, which is exclusive, does not list {whom}: {how}.",
                extra,
            )


def _several_managers(seen: Seen) -> Iterator[Finding]:
    for image in seen.images:
        for first, second in _pairs(image.managers):
            both = sorted((first.accounts or frozenset()) & (second.accounts or frozenset()))
            if both:
                sentence = advice.both_share(first, second, some(both, seen.names))
                yield _about(image, Kind.SEVERAL_MANAGERS, sentence, both)
            elif first.exclusive or second.exclusive:
                whole, other = (first, second) if first.exclusive else (second, first)
                yield _about(image, Kind.SEVERAL_MANAGERS, advice.not_alone(whole, other))


def _will_take_away(seen: Seen) -> Iterator[Finding]:
    for image in seen.images:
        for leaving in image.leaving:
            # In one program the last one out unshares.
            for other in (manager for manager in image.managers if manager.stack != leaving.stack):
                both = sorted((leaving.accounts or frozenset()) & (other.accounts or frozenset()) & set(image.accounts))
                if both:
                    sentence = capital(advice.will_take_away(leaving, other, some(both, seen.names)))
                    yield _about(image, Kind.SEVERAL_MANAGERS, sentence, both)


def _gone(seen: Seen) -> Iterator[Finding]:
    for manager in seen.gone:
        yield Finding(
            Kind.GONE,
            manager.region,
            manager.image_id,
            f"{manager.label} shares it, and account {seen.account_id} has no such image there: `pulumi refresh` "
            "with the owner's credentials takes it out of the state.",
            tuple(sorted(manager.accounts or ())),
        )


def _not_unshared(seen: Seen) -> Iterator[Finding]:
    for image in seen.images:
        for manager in image.leaving:
            left = (manager.accounts or frozenset()) & set(image.accounts)
            accounts = sorted(left - _listed(image.managers))
            if accounts:
                yield _about(
                    image,
                    Kind.NOT_UNSHARED,
                    f"{capital(some(accounts, seen.names))} can launch it still: an update of {manager.label} that was "
                    f"to unshare it did not come so far: {advice.how_to_go_on(image, manager)}.",
                    accounts,
                )


def _unused(seen: Seen) -> Iterator[Finding]:
    in_states = {image_id for stack in seen.stacks for image_id in stack.image_ids}
    for image in seen.images:
        is_idle = image.image.is_used is False and image.image.status == "Available"
        if is_idle and image.is_seen and not image.is_shared and image.image.image_id not in in_states:
            yield _about(image, Kind.UNUSED, advice.UNUSED)


def _kept(seen: Seen) -> Iterator[Finding]:
    copies = {copy.image_id: copy for stack in seen.stacks for copy in stack.copies}
    in_states = {image_id for stack in seen.stacks for image_id in stack.image_ids}
    for image in seen.images:
        copy = copies.get(image.image.image_id)
        if copy and copy.kept_by:
            yield _about(image, Kind.KEPT, f"{copy.stack}: {copy.kept_by} keeps this copy of an earlier image.")
        elif seen.stacks and image.image.image_id not in in_states and (sentence := advice.whose_copy(image)):
            yield _about(image, Kind.KEPT, sentence)


def _elsewhere(seen: Seen) -> Iterator[Finding]:
    for manager, why in seen.elsewhere:
        sentence = f"{manager.label} shares it, and {why}."
        yield Finding(Kind.ELSEWHERE, manager.region, manager.image_id, sentence, tuple(sorted(manager.accounts or ())))


_RULES: Final[tuple[Callable[[Seen], Iterator[Finding]], ...]] = (
    _not_allowed,
    _community,
    _share_groups,
    _unmanaged,
    _drift,
    _several_managers,
    _will_take_away,
    _gone,
    _not_unshared,
    _unused,
    _kept,
    _elsewhere,
)


def _about(image: AuditedImage, kind: Kind, sentence: str, accounts: Sequence[str] = ()) -> Finding:
    return Finding(kind, image.image.region, image.image.image_id, sentence, tuple(accounts))


def _listed(managers: Collection[Manager]) -> frozenset[str]:
    return frozenset().union(*(manager.accounts or frozenset() for manager in managers))


def _pairs(managers: Sequence[Manager]) -> Iterator[tuple[Manager, Manager]]:
    """Every two of them."""
    for number, first in enumerate(managers):
        for second in managers[number + 1 :]:
            yield first, second
