"""What the policies say of a stack's shares, a function each. Pure: `policies` asks, with what Pulumi knows.

A value that the preview can't know yet is `UNKNOWN` and breaks no rule: the update judges it. Each answer is one
sentence that says what is wrong and what to do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TypeVar

from ..accounts import plainly_listed
from ..values import UNKNOWN, Unknown
from .settings import AllowedAccounts
from .violation import Violation, name_of, names_of, stack_of


@dataclass(frozen=True)
class Share:
    """An ImageShare of the stack, as far as it is known.

    Attributes:
        urn: Its URN.
        image_id: The image's ID.
        accounts: Account ID to the program's name for it, "" for none.
        exclusive: Whether it is to be the only one that shares the image.
        protect: Whether it has Pulumi's option `protect`.
        is_distributed: Whether it is part of an ImageDistribution.
    """

    urn: str
    image_id: str | Unknown
    accounts: Mapping[str, str] | Unknown
    exclusive: bool | Unknown = True
    protect: bool = False
    is_distributed: bool = False


@dataclass(frozen=True)
class Permission:
    """An `alicloud.ecs.ImageSharePermission` of the stack, as far as it is known: one account on one image."""

    urn: str
    image_id: str | Unknown
    account_id: str | Unknown


R = TypeVar("R", Share, Permission)


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
            f"{name_of(share.urn)} shares {_image(share.image_id)} with {plainly_listed(strangers, accounts)}, which "
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
    found: list[Violation | None] = []
    for image_id, together in sorted(shares_of.items()):
        if image_id not in ignored:
            found.append(_exclusive_fault(image_id, together))
            found.append(_twice_listed_fault(image_id, together))
            found.append(_permission_fault(image_id, together, permissions_of[image_id]))
    return [violation for violation in found if violation is not None]


def _exclusive_fault(image_id: str, together: Sequence[Share]) -> Violation | None:
    exclusive = next((share for share in together if share.exclusive is True), None)
    others = [share.urn for share in together if share is not exclusive]
    if exclusive is None or not others:
        return None
    return Violation(
        exclusive.urn,
        f"image {image_id} is shared by {name_of(exclusive.urn)}, which is exclusive, and by {names_of(others)}: list "
        "all accounts in one ImageShare, or set exclusive=False on each.",
    )


def _twice_listed_fault(image_id: str, together: Sequence[Share]) -> Violation | None:
    known = [(share.urn, share.accounts) for share in together if share.accounts is not UNKNOWN]
    shares_of: defaultdict[str, list[str]] = defaultdict(list)
    names: dict[str, str] = {}
    for urn, accounts in known:
        for account_id, name in accounts.items():
            shares_of[account_id].append(urn)
            names[account_id] = names.get(account_id) or name
    twice = [account_id for account_id, urns in shares_of.items() if len(urns) > 1]
    if not twice:
        return None
    one = len(twice) == 1
    concerned = [urn for urn, accounts in known if not accounts.keys().isdisjoint(twice)]
    return Violation(
        concerned[0],
        f"image {image_id} is shared with {plainly_listed(twice, names)} by {names_of(concerned)}, and "
        "what one of them drops "
        f"the other{'s' if len(concerned) > 2 else ''} would lose: list {'the account' if one else 'each account'} in "
        "one ImageShare alone.",
    )


def _permission_fault(image_id: str, together: Sequence[Share], rivals: Sequence[Permission]) -> Violation | None:
    if not rivals:
        return None
    one = len(rivals) == 1
    permissions = f"ImageSharePermission{'' if one else 's'}"
    return Violation(
        together[0].urn,
        f"image {image_id} is shared by the ImageShare {name_of(together[0].urn)} and by the {permissions} "
        f"{names_of(rival.urn for rival in rivals)}: list {'its account' if one else 'their accounts'} in the "
        f"ImageShare and take the {permissions} out of the program and, with `pulumi state delete`, out of the state, "
        "so that nobody loses access.",
    )


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
            sharing = [share.urn for share in shares_of[image_id]] + [p.urn for p in permissions_of[image_id]]
            violations.append(
                Violation(
                    sharing[0],
                    f"image {image_id} is shared with {len(accounts)} accounts by {names_of(sharing)}, and the policy "
                    f"allows {most}: remove {len(accounts) - most}, or raise maxAccounts of this policy.",
                )
            )
    return violations


def protect_fault(share: Share, stacks: Iterable[str]) -> str | None:
    """Why a share needs Pulumi's option `protect`, None if it does not.

    A share of an ImageDistribution does not: the distribution is protected as a whole, so its images can be rotated.

    Args:
        share: The share.
        stacks: Patterns of the names of protected stacks.
    """
    if share.is_distributed or not _needs_protect(share.urn, share.protect, stacks):
        return None
    return (
        f"{name_of(share.urn)} is in stack {stack_of(share.urn)} without protect, so that a destroy would take "
        f"{_image(share.image_id)} from the accounts that run on it: set opts=pulumi.ResourceOptions(protect=True)."
    )


def distribution_fault(urn: str, protect: bool, stacks: Iterable[str]) -> str | None:
    """Why an ImageDistribution needs Pulumi's option `protect`, None if it does not.

    Args:
        urn: Its URN.
        protect: Whether it has the option.
        stacks: Patterns of the names of protected stacks.
    """
    if not _needs_protect(urn, protect, stacks):
        return None
    return (
        f"{name_of(urn)} is in stack {stack_of(urn)} without protect, so that a destroy would take its images from the "
        "accounts that run on them: set opts=pulumi.ResourceOptions(protect=True) on the ImageDistribution."
    )


def _needs_protect(urn: str, protect: bool, stacks: Iterable[str]) -> bool:
    return not protect and any(fnmatchcase(stack_of(urn), pattern) for pattern in stacks)


def _by_image(resources: Iterable[R]) -> defaultdict[str, list[R]]:
    found: defaultdict[str, list[R]] = defaultdict(list)
    for resource in sorted(resources, key=lambda resource: resource.urn):
        if resource.image_id is not UNKNOWN:
            found[resource.image_id].append(resource)
    return found


def _image(image_id: str | Unknown) -> str:
    return "its image" if image_id is UNKNOWN else f"image {image_id}"
