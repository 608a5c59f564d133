"""What the policies say of a stack's shares and images, a function each. Pure: `policy` asks, with what Pulumi knows.

A value that the preview can't know yet is `UNKNOWN` and breaks no rule: the update judges it. Each answer is one
sentence that says what is wrong and what to do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TypeVar

from ..accounts import listed
from ..arguments import PUBLIC_IMAGE_ID, UNKNOWN, Unknown
from ..cloud.model import Image
from .settings import AllowedAccounts, TrustedImages


@dataclass(frozen=True)
class Share:
    """An ImageShare of the stack, as far as it is known.

    Attributes:
        urn: Its URN.
        image_id: The image's ID.
        accounts: Account ID to the program's name for it, "" for none.
        exclusive: Whether it is to be the only one that shares the image.
        protect: Whether it has Pulumi's option `protect`.
    """

    urn: str
    image_id: str | Unknown
    accounts: Mapping[str, str] | Unknown
    exclusive: bool | Unknown = True
    protect: bool = False


@dataclass(frozen=True)
class Permission:
    """An `alicloud.ecs.ImageSharePermission` of the stack, as far as it is known: one account on one image."""

    urn: str
    image_id: str | Unknown
    account_id: str | Unknown


R = TypeVar("R", Share, Permission)


@dataclass(frozen=True)
class ImageUse:
    """A resource of the stack that makes instances from an image, as far as it is known.

    Attributes:
        urn: Its URN.
        image_id: The image's ID, None where the resource names none.
        image_name: The image's name, where the resource has that instead.
        launches_later: Whether it makes instances when nobody runs Pulumi, as templates and scaling groups do.
    """

    urn: str
    image_id: str | Unknown | None
    image_name: str | Unknown | None = None
    launches_later: bool = False


@dataclass(frozen=True)
class Untold:
    """Why nobody can tell whose an image is.

    Attributes:
        why: A sentence.
        seen_nowhere: Whether that is because ECS has no such image for this account.
    """

    why: str
    seen_nowhere: bool = False


@dataclass(frozen=True)
class Violation:
    """What is wrong with a resource.

    Attributes:
        urn: The resource's URN.
        sentence: What is wrong and what to do.
        warns_only: Whether that is for the user to know, and no reason to stop.
    """

    urn: str
    sentence: str
    warns_only: bool = False


def name_of(urn: str) -> str:
    """The name that the program gives a resource."""
    return urn.rsplit("::", 1)[-1]


def stack_of(urn: str) -> str:
    """The name of the stack that a resource is in."""
    return urn.split(":", 3)[2]


def account_faults(share: Share, allowed: AllowedAccounts) -> list[str]:
    """Why accounts of a share may not have its image: those that are not on the allowlist, or not under this name."""
    if share.accounts is UNKNOWN:
        return []
    accounts = share.accounts
    misnamed = {
        account_id
        for account_id, name in accounts.items()
        if name in allowed.by_name and account_id != allowed.by_name[name]
    }
    sentences = [
        f"{name_of(share.urn)} shares {_image(share.image_id)} with {account_id} and calls it {accounts[account_id]}, "
        f"but on the allowlist {accounts[account_id]} is {allowed.by_name[accounts[account_id]]}: correct the ID or "
        "the name in accounts of the ImageShare."
        for account_id in sorted(misnamed)
    ]
    strangers = {
        account_id
        for account_id, name in accounts.items()
        if account_id not in allowed.ids and name not in allowed.names and account_id not in misnamed
    }
    if strangers:
        one = len(strangers) == 1
        sentences.append(
            f"{name_of(share.urn)} shares {_image(share.image_id)} with {listed(strangers, accounts)}, which "
            f"{'is' if one else 'are'} not on the allowlist: remove {'it' if one else 'them'} from accounts of the "
            f"ImageShare, or add {'it' if one else 'them'} to accounts of this policy."
        )
    return sentences


def manager_faults(
    shares: Iterable[Share], permissions: Iterable[Permission], ignored: Collection[str]
) -> list[Violation]:
    """Which images have two managers that undo each other's work.

    Args:
        shares: The ImageShares of the stack.
        permissions: Its ImageSharePermissions.
        ignored: The IDs of the images that may have several managers.
    """
    shares_of = _by_image(shares)
    permissions_of = _by_image(permissions)
    violations = []
    for image_id, together in sorted(shares_of.items()):
        if image_id in ignored:
            continue
        exclusive = [share for share in together if share.exclusive is True]
        if exclusive and len(together) > 1:
            others = [share for share in together if share is not exclusive[0]]
            violations.append(
                Violation(
                    exclusive[0].urn,
                    f"image {image_id} is shared by {name_of(exclusive[0].urn)}, which is exclusive, and by "
                    f"{_names(others)}: list all accounts in one ImageShare, or set exclusive=False on each.",
                )
            )
        if rivals := permissions_of[image_id]:
            one = len(rivals) == 1
            violations.append(
                Violation(
                    together[0].urn,
                    f"image {image_id} is shared by the ImageShare {name_of(together[0].urn)} and by the "
                    f"ImageSharePermission{'' if one else 's'} {_names(rivals)}: list "
                    f"{'its account' if one else 'their accounts'} in the ImageShare and take the "
                    f"ImageSharePermission{'' if one else 's'} out of the program and, with `pulumi state delete`, "
                    "out of the state, so that nobody loses access.",
                )
            )
    return violations


def count_faults(shares: Iterable[Share], permissions: Iterable[Permission], most: int) -> list[Violation]:
    """Which images are shared with more than `most` accounts, over all that shares them in the stack.

    Accounts that are not known yet are not counted.
    """
    shares_of = _by_image(shares)
    permissions_of = _by_image(permissions)
    violations = []
    for image_id in sorted(shares_of.keys() | permissions_of.keys()):
        accounts: set[str] = set()
        for share in shares_of[image_id]:
            accounts |= set() if share.accounts is UNKNOWN else share.accounts.keys()
        accounts |= {p.account_id for p in permissions_of[image_id] if p.account_id is not UNKNOWN}
        if len(accounts) > most:
            sharing: list[Share | Permission] = [*shares_of[image_id], *permissions_of[image_id]]
            violations.append(
                Violation(
                    sharing[0].urn,
                    f"image {image_id} is shared with {len(accounts)} accounts by {_names(sharing)}, and the policy "
                    f"allows {most}: remove {len(accounts) - most}, or raise maxAccounts of this policy.",
                )
            )
    return violations


def protect_fault(share: Share, stacks: Iterable[str]) -> str | None:
    """Why a share needs Pulumi's option `protect`, None if it has it or its stack is none of `stacks` (patterns)."""
    stack = stack_of(share.urn)
    if share.protect or not any(fnmatchcase(stack, pattern) for pattern in stacks):
        return None
    return (
        f"{name_of(share.urn)} is in stack {stack} without protect, so that a destroy would take "
        f"{_image(share.image_id)} from the accounts that run on it: set opts=pulumi.ResourceOptions(protect=True)."
    )


def image_fault(use: ImageUse, found: Image | Untold, trusted: TrustedImages) -> Violation | None:
    """Why a resource may not use its image, None if it may.

    Args:
        use: The resource.
        found: The image, as the account sees it that runs the instances.
        trusted: Whose images may be used.
    """
    image = use.image_id or use.image_name
    uses = f"{name_of(use.urn)} uses {image}"
    if isinstance(found, Untold):
        # ECS makes no instance from an image that the account can't see, and instances outlive their images; but a
        # template may launch one tomorrow that is shared with this account by then.
        harmless = found.seen_nowhere and not use.launches_later
        sentence = f"{uses}, and nobody can tell whose image that is: {found.why}"
        return Violation(use.urn, sentence, warns_only=harmless or trusted.unknown_owners)
    why = _distrust(found, trusted)
    return Violation(use.urn, f"{uses}, {why}") if why else None


def _distrust(image: Image, trusted: TrustedImages) -> str | None:
    instead = "use an image of your own or of a trusted owner"
    if image.owner_alias == "self":
        return None
    if image.owner_alias == "system":
        return (
            None
            if trusted.system_images
            else f"a public image of Alibaba Cloud: {instead}, or set allowSystemImages of this policy."
        )
    if image.owner_alias == "marketplace":
        return (
            None
            if trusted.marketplace_images
            else f"an image of the Marketplace: {instead}, or set allowMarketplaceImages of this policy."
        )
    if image.is_public and not trusted.community_images:
        return (
            f"a community image of account {image.owner_id}, such as anybody can publish: {instead}, or set "
            "allowCommunityImages of this policy, for those of trusted owners."
        )
    if image.owner_id in trusted.owners:
        return None
    return (
        f"{'a community image' if image.is_public else 'an image'} of account {image.owner_id}, which is no trusted "
        f"owner: {instead}, or add the account to trustedOwners of this policy."
    )


def image_told_by_id(image_id: str) -> Image | None:
    """A public image of Alibaba Cloud, if this is the ID of one: they alone have IDs of such a form."""
    if not PUBLIC_IMAGE_ID.fullmatch(image_id):
        return None
    return Image(image_id, region="", owner_id="", owner_alias="system", status="Available")


def _by_image(resources: Iterable[R]) -> defaultdict[str, list[R]]:
    found: defaultdict[str, list[R]] = defaultdict(list)
    for resource in sorted(resources, key=lambda resource: resource.urn):
        if resource.image_id is not UNKNOWN:
            found[resource.image_id].append(resource)
    return found


def _image(image_id: str | Unknown) -> str:
    return "its image" if image_id is UNKNOWN else f"image {image_id}"


def _names(resources: Sequence[Share | Permission]) -> str:
    names = [name_of(resource.urn) for resource in resources]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
