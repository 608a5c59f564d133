"""What is wrong with who can launch an account's images, and what is worth knowing. Pure.

What sharing by account ID, share groups and community images mean is in
https://www.alibabacloud.com/help/en/ecs/user-guide/share-a-custom-image
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from ..accounts import named
from ..copies.tags import OWN_TAG
from .model import AuditedImage, Finding, KeptCopy, Kind, Manager
from .states import StackImages

_FEW: Final = 5


@dataclass(frozen=True)
class Seen:
    """What is judged.

    Attributes:
        account_id: The account whose images they are.
        regions: The regions whose images were all seen.
        images: The images, with their managers.
        stacks: The states that were given.
        allowed: The account IDs of the allowlist, None where none was given.
        names: Account ID to name.
    """

    account_id: str
    regions: frozenset[str]
    images: Sequence[AuditedImage]
    stacks: Sequence[StackImages] = ()
    allowed: frozenset[str] | None = None
    names: Mapping[str, str] = field(default_factory=dict)


def with_managers(images: Iterable[AuditedImage], stacks: Iterable[StackImages]) -> list[AuditedImage]:
    """The images, each with the resources of the stacks that manage who may use it."""
    by_image: defaultdict[str, list[Manager]] = defaultdict(list)
    for stack in stacks:
        for manager in stack.managers:
            by_image[manager.image_id].append(manager)
    return [
        replace(
            image, managers=tuple(m for m in by_image[image.image.image_id] if m.region in ("", image.image.region))
        )
        for image in images
    ]


def judge(seen: Seen) -> tuple[Finding, ...]:
    """All findings, in the order of `Kind`, and of the images within each."""
    return tuple(finding for rule in _RULES for finding in rule(seen))


def _not_allowed(seen: Seen) -> Iterator[Finding]:
    if seen.allowed is None:
        return
    for image in seen.images:
        accounts = sorted(set(image.accounts) - seen.allowed)
        if accounts:
            yield _about(
                image,
                Kind.NOT_ALLOWED,
                f"{_capital(_some(accounts, seen.names))} can launch it and {_are(accounts)} not on the allowlist: "
                f"{_how_to_unshare(image)}, or add {_them(accounts)} to the list.",
                accounts,
            )


def _community(seen: Seen) -> Iterator[Finding]:
    for image in seen.images:
        if image.image.is_public:
            yield _about(
                image,
                Kind.COMMUNITY,
                "It is a community image, which every account of Alibaba Cloud can launch: unpublish it in the console "
                "(ModifyImageSharePermission with IsPublic=false) unless that is meant.",
            )


def _share_groups(seen: Seen) -> Iterator[Finding]:
    for image in seen.images:
        if image.groups:
            yield _about(
                image,
                Kind.SHARE_GROUP,
                f"It is shared with {_the('share group', image.groups)}: more accounts can launch it than are listed. "
                "ECS advises against sharing by account ID besides; ModifyImageShareGroupPermission takes it back.",
            )


def _unmanaged(seen: Seen) -> Iterator[Finding]:
    if not seen.stacks:
        return
    for image in seen.images:
        if any(manager.exclusive or manager.accounts is None for manager in image.managers):
            continue
        accounts = sorted(set(image.accounts) - _managed(image))
        if accounts:
            what_to_do = (
                "list them in a program too, or unshare them in the console"
                if image.managers
                else "--adopt prints the program that takes it over"
            )
            yield _about(
                image,
                Kind.UNMANAGED,
                f"No stack that was given manages its sharing with {_some(accounts, seen.names)}: {what_to_do}.",
                accounts,
            )


def _drift(seen: Seen) -> Iterator[Finding]:
    for image in seen.images:
        if not image.is_seen:
            continue
        for manager in image.managers:
            missing = sorted((manager.accounts or frozenset()) - set(image.accounts))
            if missing:
                yield _about(
                    image,
                    Kind.DRIFT,
                    f"{_capital(_some(missing, seen.names))} can't launch it, though {manager.label} has it shared: "
                    "`pulumi up --refresh` there shares it again.",
                    missing,
                )
        owners = [manager for manager in image.managers if manager.exclusive and manager.accounts is not None]
        extra = sorted(set(image.accounts) - _managed(image)) if owners else []
        if extra and not any(manager.accounts is None for manager in image.managers):
            yield _about(
                image,
                Kind.DRIFT,
                f"{_capital(_some(extra, seen.names))} can launch it, though {owners[0].label}, which is exclusive, "
                f"does not list {_them(extra)}: add {_them(extra)} to the program, or let `pulumi up --refresh` there "
                f"unshare {_them(extra)}.",
                extra,
            )


def _several_managers(seen: Seen) -> Iterator[Finding]:
    for image in seen.images:
        for first, second in _pairs(image.managers):
            both = sorted((first.accounts or frozenset()) & (second.accounts or frozenset()))
            hint = (
                " If these are two exports of one stack, give the newer one alone." if first.urn == second.urn else ""
            )
            if both:
                yield _about(
                    image,
                    Kind.SEVERAL_MANAGERS,
                    f"{first.label} and {second.label} both share it with {_some(both, seen.names)}: when one of them "
                    f"stops, the other's account loses access. Let one list {_them(both)}.{hint}",
                    both,
                )
            elif first.exclusive or second.exclusive:
                whole, other = (first, second) if first.exclusive else (second, first)
                yield _about(
                    image,
                    Kind.SEVERAL_MANAGERS,
                    f"{whole.label} is exclusive, and {other.label} shares it too: to a refresh of the first the "
                    f"accounts of the second are drift. Set exclusive to false on both.{hint}",
                )


def _gone(seen: Seen) -> Iterator[Finding]:
    there = {image.image.image_id for image in seen.images}
    for manager in (manager for stack in seen.stacks for manager in stack.managers):
        # Of another owner's image, and of one in a region that was not looked at, nothing is known.
        is_own = manager.owner_id in ("", seen.account_id)
        if is_own and manager.region in seen.regions and manager.image_id not in there:
            yield Finding(
                Kind.GONE,
                manager.region,
                manager.image_id,
                f"{manager.label} shares it, and account {seen.account_id} has no such image there: `pulumi refresh` "
                "with the owner's credentials takes it out of the state.",
                tuple(sorted(manager.accounts or ())),
            )


def _unused(seen: Seen) -> Iterator[Finding]:
    for image in seen.images:
        if image.is_seen and not image.is_shared and image.image.is_used is False and image.image.status == "Available":
            yield _about(
                image,
                Kind.UNUSED,
                "No instance of this account was made from it, and no other account can launch it: delete it if launch "
                "templates and scaling configurations don't name it either.",
            )


def _kept(seen: Seen) -> Iterator[Finding]:
    copies = {copy.image_id: copy for stack in seen.stacks for copy in stack.copies}
    for image in seen.images:
        copy = copies.get(image.image.image_id)
        sentence = _why_kept(copy, image.image.tags.get(OWN_TAG, ""), bool(seen.stacks))
        if sentence:
            yield _about(image, Kind.KEPT, sentence)


def _why_kept(copy: KeptCopy | None, tag: str, knows_states: bool) -> str:
    if copy and copy.kept_by:
        return f"{copy.stack}: {copy.kept_by} keeps this copy of an earlier image (keep_previous)."
    if copy is None and tag and knows_states:
        maker = tag.split(" ")[0]
        return (
            f"It is a copy that {maker} made, and none of the stacks that were given has it: look if that stack's "
            "state was not given, and delete it if not."
        )
    return ""


_RULES: Final[tuple[Callable[[Seen], Iterator[Finding]], ...]] = (
    _not_allowed,
    _community,
    _share_groups,
    _unmanaged,
    _drift,
    _several_managers,
    _gone,
    _unused,
    _kept,
)


def _about(image: AuditedImage, kind: Kind, sentence: str, accounts: Sequence[str] = ()) -> Finding:
    return Finding(kind, image.image.region, image.image.image_id, sentence, tuple(accounts))


def _managed(image: AuditedImage) -> frozenset[str]:
    return frozenset().union(*(manager.accounts or frozenset() for manager in image.managers))


def _pairs(managers: Sequence[Manager]) -> Iterator[tuple[Manager, Manager]]:
    """Every two of them that are different resources."""
    for number, first in enumerate(managers):
        for second in managers[number + 1 :]:
            # A resource that is being replaced stands in its state twice.
            if (first.stack, first.urn) != (second.stack, second.urn):
                yield first, second


def _how_to_unshare(image: AuditedImage) -> str:
    if not image.managers:
        return "unshare it in the console"
    return f"drop it from {' or '.join(sorted({manager.label for manager in image.managers}))} and run `pulumi up`"


def _some(accounts: Sequence[str], names: Mapping[str, str]) -> str:
    """A few accounts, and how many more."""
    texts = [named(account, names) for account in accounts[:_FEW]]
    rest = len(accounts) - len(texts)
    what = "account" if len(accounts) == 1 else "accounts"
    return f"{what} {', '.join(texts)}{f' and {rest} more' if rest else ''}"


def _the(what: str, names: Sequence[str]) -> str:
    return f"the {what}{'s' if len(names) > 1 else ''} {', '.join(names)}"


def _are(accounts: Sequence[str]) -> str:
    return "is" if len(accounts) == 1 else "are"


def _them(accounts: Sequence[str]) -> str:
    return "it" if len(accounts) == 1 else "them"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
