"""What findings say, and what they advise: nothing that takes access or an image away without saying so. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from ..accounts import plainly_listed, plainly_named
from ..copy.rules import OWN_TAG
from ..values import shown
from .model import AuditedImage, Manager

_FEW: Final = 5

COMMUNITY: Final = (
    "It is a community image, which every account of Alibaba Cloud can launch: unpublish it in the console "
    "(ModifyImageSharePermission with IsPublic=false) unless that is meant."
)
UNUSED: Final = (
    "No instance of this account was made from it, and ECS does not list it as shared. Launch templates and scaling "
    "configurations may name it all the same."
)


def share_groups(groups: Sequence[str]) -> str:
    """What is said of an image that share groups have."""
    what = f"the share group{'s' if len(groups) > 1 else ''} {', '.join(groups)}"
    return (
        f"It is shared with {what}: more accounts can launch it than are listed. ECS advises against sharing by "
        "account ID besides; ModifyImageShareGroupPermission takes it back."
    )


def how_to_unshare(image: AuditedImage, account: str) -> str:
    """How an account loses access that it is not to have."""
    listing = sorted({manager.label for manager in image.managers if account in (manager.accounts or ())})
    if listing:
        return f"drop it from {' and '.join(listing)} and run `pulumi up`, or add it to the list"
    leaving = next((manager for manager in image.leaving if account in (manager.accounts or ())), None)
    if leaving:
        return f"an update of {leaving.label} was to unshare it: {how_to_go_on(image, leaving)}"
    if any(manager.accounts is None for manager in image.managers):
        return "drop it from the program that shares it, or add it to the list"
    owner = next((manager for manager in image.managers if manager.exclusive), None)
    if owner and len(image.managers) == 1:
        return f"{owner.label} does not list it, so that `pulumi up --refresh` there unshares it; or add it to the list"
    return "no program lists it: unshare it in the console, or add it to the list"


def how_to_end_drift(image: AuditedImage, owner: Manager, whom: str) -> str:
    """What becomes of accounts that an exclusive share does not list."""
    if len(image.managers) > 1:
        # A refresh of that share would show the others' accounts as drift too, and its update take them away.
        return f"add {whom} to a program, or unshare {whom} in the console, since {owner.label} is not alone"
    return f"add {whom} to the program, or let `pulumi up --refresh` there unshare {whom}"


def how_to_manage(image: AuditedImage) -> str:
    """How accounts that nobody manages come under a stack."""
    if image.image.is_public:
        return "unpublish it first, then share it from a stack"
    if image.leaving:
        how = how_to_go_on(image, image.leaving[0])
        return f"end the update of {image.leaving[0].label} first, then look again: {how}"
    if image.managers:
        return "list them in a program too, or unshare them in the console"
    return "--adopt prints the program that takes it over"


def how_to_go_on(image: AuditedImage, leaving: Manager) -> str:
    """How an update that was to unshare an image goes on, and whose access that takes beside."""
    others = [
        f"{plainly_listed(both, {})}, until `pulumi up --refresh` of {other.label}"
        for other in image.managers
        if other.stack != leaving.stack and (both := _shared_by(leaving, other))
    ]
    return f"`pulumi up` there goes on{''.join(f'; it takes access from {who}' for who in others)}"


def how_to_share_again(image: AuditedImage, manager: Manager) -> str:
    """How an account that lost access gets it back."""
    if image.image.status != "Available":
        return f"it can be shared again once its status, {shown(image.image.status)}, is Available"
    if manager.exclusive and len(image.managers) > 1:
        # A refresh of that share would show the others' accounts as drift, and its update take them away.
        return "share it again in the console, since that is exclusive and not alone"
    return "`pulumi up --refresh` there shares it again"


def both_share(first: Manager, second: Manager, whom: str) -> str:
    """What is said of two resources that share one image with one account."""
    if first.stack == second.stack:
        # A program that says so is refused.
        return (
            f"{first.label} and {second.label} both share it with {whom}, as an update with --target leaves it: a "
            "whole `pulumi up` ends that."
        )
    return (
        f"{first.label} and {second.label} both share it with {whom}. Dropped from one, that loses access until "
        "`pulumi up --refresh` of the other. Without a gap: let one list all accounts of both and run `pulumi up`, "
        "then take the other out of its state (`pulumi state delete`, with --force where it is protected) and out of "
        "its program."
    )


def will_take_away(leaving: Manager, other: Manager, whom: str) -> str:
    """What is said of an update that is still to unshare what another stack shares."""
    return (
        f"an update of {leaving.label} was to unshare it from {whom} and did not come so far, and {other.label} shares "
        "it with the same. `pulumi up` of the first takes access away until `pulumi up --refresh` of the second. To "
        'keep it, take the entry with "delete": true out of the state of the first (`pulumi stack export`, `import`).'
    )


def _shared_by(first: Manager, second: Manager) -> frozenset[str]:
    return (first.accounts or frozenset()) & (second.accounts or frozenset())


def not_alone(whole: Manager, other: Manager) -> str:
    """What is said of an exclusive share that is not alone."""
    return (
        f"{whole.label} is exclusive, and {other.label} shares it too: to a refresh of the first the accounts of the "
        "second are drift. Set exclusive to false on both."
    )


def whose_copy(image: AuditedImage) -> str:
    """What is said of a copy that no state has, "" of an image that is none, is being made, or has users."""
    tag = image.image.tags.get(OWN_TAG, "")
    if not tag or image.is_shared or image.image.is_in_the_making or image.image.name.startswith("copying-"):
        return ""
    return (
        f"It is a copy that {tag.split(' ')[0]} made, and no stack that was given has it: one of another state, one "
        "that was to be retained, or one that was left behind."
    )


def some(accounts: Sequence[str], names: Mapping[str, str]) -> str:
    """A few accounts, and how many more."""
    texts = [plainly_named(account, names) for account in accounts[:_FEW]]
    rest = len(accounts) - len(texts)
    what = "account" if len(accounts) == 1 else "accounts"
    return f"{what} {', '.join(texts)}{f' and {rest} more' if rest else ''}"


def them(accounts: Sequence[str]) -> str:
    """The pronoun for so many accounts."""
    return "it" if len(accounts) == 1 else "them"


def capital(text: str) -> str:
    """The text as a sentence begins."""
    return text[:1].upper() + text[1:]
