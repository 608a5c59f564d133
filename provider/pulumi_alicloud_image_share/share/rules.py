"""Every documented rule for a share that needs the live image or what the state has of it. Pure: nothing is called.

The rules come from "Share or unshare custom images" in Alibaba Cloud's ECS documentation:
https://www.alibabacloud.com/help/en/ecs/user-guide/share-a-custom-image
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import Final

from .. import slots
from ..accounts import listed
from ..cloud.model import Image, Sharing
from ..resource.images import status_fault
from ..values import UNKNOWN, Problem
from .plan import quota_sentence
from .record import FEWEST_ACCOUNTS_GUARDED, KnownShare, Share

UNKNOWN_URN: Final = (
    "the state does not say which URN it has this share under, since the plugin imported it and no update followed: it "
    "can't be told which accounts of the state are its own. Run `pulumi up` once as it was before, or add its former "
    "URN to its own aliases."
)


def image_problems(spec: Share, image: Image) -> list[Problem]:
    """Why no account can be given access to this image. Empty if some can."""
    sentence = _ownership_fault(image) or _origin_fault(spec, image) or status_fault(image, "share", "shared")
    return [Problem("image_id", sentence)] if sentence else []


def owner_problems(spec: Share, image: Image, before: Share | KnownShare | None = None) -> list[Problem]:
    """Return why this owner's image can't be shared as asked. Empty if it can.

    Args:
        spec: What the program asks for.
        image: The image.
        before: What the state has of the share, of whatever image, None if that is not known.
    """
    problems = []
    if image.owner_id in spec.accounts:
        sentence = (
            f"{spec.named(image.owner_id)} owns image {image.image_id}: an image can't be shared with its own owner, "
            "who has access anyway. Remove it from accounts."
        )
        problems.append(Problem("accounts", sentence))
    if before is not None and before.owner_id not in ("", UNKNOWN, image.owner_id) and before.identity == spec.identity:
        # The same profile and role led to the other account before, and can't unshare its image any more.
        sentence = (
            f"image {image.image_id} belongs to account {image.owner_id}, but the state has this share for image "
            f"{before.image_id} of account {before.owner_id}, which the credentials of account {image.owner_id} can't "
            f"unshare. Keep this ImageShare on the credentials of account {before.owner_id} and share "
            f"{image.image_id} by a second one, each with its own profile or assume_role; or first remove this one "
            f"from the program and run `pulumi up` with the credentials of account {before.owner_id}."
        )
        problems.append(Problem("image_id", sentence))
    return problems


def account_problems(
    spec: Share,
    image: Image,
    live: Sharing,
    *,
    leaving: Collection[str] = (),
    known: Collection[str] = (),
    claims: bool,
) -> list[Problem]:
    """Why the image can't be shared with these accounts. Empty if it can.

    Args:
        spec: What the program asks for. Accounts that are not known yet break no rule: each may be one of those.
        image: The image.
        live: The accounts that have access now.
        leaving: The account IDs that this very change unshares.
        known: The account IDs that shares of this stack have in the state: no strangers to an exclusive share.
        claims: Whether the share becomes exclusive with this change: only then are unlisted accounts refused.
    """
    problems: list[Problem] = []
    stay = set(live.accounts) - set(leaving)
    adding = set(spec.accounts) - stay
    if spec.max_accounts is not UNKNOWN and adding and len(stay) + len(adding) > spec.max_accounts:
        sentence = quota_sentence(before=len(stay), adding=len(adding), max_accounts=spec.max_accounts)
        problems.append(Problem("accounts", sentence))
    if claims and spec.exclusive is True:
        problems += _claim_problems(spec, image, live, known)
    return problems


def _claim_problems(spec: Share, image: Image, live: Sharing, known: Collection[str]) -> list[Problem]:
    problems: list[Problem] = []
    unlisted = unlisted_accounts(spec, live.accounts, known)
    if spec.all_accounts_known and unlisted:
        problems.append(
            Problem(
                "accounts",
                f"image {image.image_id} is already shared with {len(unlisted)} account"
                f"{'' if len(unlisted) == 1 else 's'} that the program does not list: "
                f"{listed(unlisted, {})}. Add "
                "what should keep access to accounts, unshare the rest, or set "
                f"{slots.assigned('exclusive', False)} to leave them alone.",
            )
        )
    if live.groups:
        problems.append(Problem("exclusive", groups_sentence(image.image_id, live.groups)))
    return problems


def groups_sentence(image_id: str, groups: Collection[str]) -> str:
    """The sentence for an image that is shared with share groups too, which no exclusive share can take back."""
    return (
        f"image {image_id} is also shared with the share group{'' if len(groups) == 1 else 's'} "
        f"{', '.join(sorted(groups))} of a resource directory, whose accounts ImageShare does not manage: unshare it "
        f"from them (ModifyImageShareGroupPermission), or set {slots.assigned('exclusive', False)}. ECS "
        "advises against sharing with the "
        "same account both ways."
    )


def unlisted_accounts(spec: Share, live: Collection[str], known: Collection[str]) -> set[str]:
    """The account IDs that have access though neither the program nor the state lists them."""
    return set(live) - set(spec.accounts) - set(known)


def left_alone_sentence(spec: Share, unlisted: Collection[str], *, is_new: bool) -> str:
    """The sentence for accounts that keep an image which is shared exclusively, after an update.

    Args:
        spec: What the program asks for.
        unlisted: The account IDs.
        is_new: Whether the share comes to the image in this update. Then another share of the program may have them and
            leave the image later in the same update: one that waits for a copy is not known before that is complete.
    """
    also = f"image {spec.image_id} is also shared with {listed(unlisted, {})}, which "
    if is_new:
        return (
            f"{also}this share does not list: left alone. What another share of this program has goes when that "
            "share leaves the image; `pulumi refresh` shows the rest as drift."
        )
    return f"{also}neither the program nor the state lists: left alone. `pulumi refresh` shows them as drift."


def _ownership_fault(image: Image) -> str | None:
    if image.owner_alias == "system":
        return f"{image.image_id} is a public image of Alibaba Cloud: only custom images of your own can be shared."
    if image.owner_alias == "marketplace":
        return f"{image.image_id} is a Marketplace image: only custom images of your own can be shared."
    if image.is_public:
        return (
            f"{image.image_id} is a community image, which every account can use: it can't be shared with single "
            "accounts. Unpublish it first, or share another image."
        )
    if image.owner_alias != "self":
        return (
            f"{image.image_id} belongs to account {image.owner_id}: an image that was shared with you can't be shared "
            "on. Let its owner share it, or run as its owner."
        )
    return None


def _origin_fault(spec: Share, image: Image) -> str | None:
    if not image.product_code or spec.allow_marketplace_based is not False:
        return None
    return (
        f"{image.image_id} is based on Marketplace image {image.product_code}: such images can't be shared, by the "
        "guide of ECS. Build the image from a public or custom image instead, or set "
        f"{slots.assigned('allow_marketplace_based', True)} to let ECS decide."
    )


def conflict_problem(share: Share, urn: str, other_urn: str, twice: Collection[str]) -> Problem:
    """Say why two ImageShares of one image can't stand beside each other.

    Args:
        share: What the program asks for.
        urn: Its URN.
        other_urn: The URN of the other share.
        twice: The account IDs that both list. If there is none, one of the two is exclusive.
    """
    mine, its = name_of(urn), name_of(other_urn)
    if mine == its:
        mine, its = urn, other_urn
    if twice:
        return Problem(
            "accounts",
            f"{listed(twice, share.accounts)} of image {share.image_id} {'is' if len(twice) == 1 else 'are'} listed "
            f"by two ImageShares of this program, {mine} and {its}: list each account in one of them, or one would "
            "take from the other what it gives up.",
        )
    return Problem(
        "image_id",
        f"image {share.image_id} is shared by two ImageShares of this program, {mine} and {its}: list all "
        f"accounts in one of them, or set {slots.assigned('exclusive', False)} on each.",
    )


def name_of(urn: str) -> str:
    """Return what the program calls a resource."""
    return urn.rpartition("::")[2]


def guard_problems(share: Share, had: Mapping[str, str], kept: Collection[str] = ()) -> list[Problem]:
    """Check `max_unshare_percent`: the one guard of updates, replacements and deletes.

    It counts accounts that lose access, not accounts that move: an account that another share of the program lists
    keeps its access. An account that is not known yet may be any of those that `share` does not name.

    Args:
        share: What the program asks for.
        had: Account ID to name of what the share had until now.
        kept: The account IDs that other shares of the program list.
    """
    limit, unknown = share.max_unshare_percent, share.unknown_accounts
    if limit is UNKNOWN or unknown is UNKNOWN or len(had) < FEWEST_ACCOUNTS_GUARDED:
        return []
    unnamed = set(had) - set(share.accounts) - set(kept)
    losing = len(unnamed) - unknown
    percent = 100 * losing / len(had)
    if percent <= limit:
        return []
    count = f"{losing} of" if not unknown else f"at least {losing} of the"
    return [
        Problem(
            "accounts",
            f"this would unshare {count} {len(had)} accounts ({_one_decimal(percent)} %), more than "
            f"{slots.prop('max_unshare_percent')} ({limit:g}) allows: {listed(unnamed, had)}. Check that "
            "they should lose access, "
            f"then raise {slots.prop('max_unshare_percent')} to at least {math.ceil(percent)} for this update.",
        )
    ]


def guarded(before: Mapping[str, str], in_state: Mapping[str, str] | None) -> Mapping[str, str]:
    """Return the accounts that the guard counts from: those that the share had, and that had access by it.

    Args:
        before: Account ID to name in the inputs of before, {} if no check was told.
        in_state: Account ID to name in the outputs, None if they are not known. After a create that ended halfway they
            are fewer than the inputs; after such an update they are more, and going back to the inputs is no loss.
    """
    if in_state is None or not before:
        return before if in_state is None else in_state
    return {account: name for account, name in in_state.items() if account in before}


def _one_decimal(number: float) -> str:
    return f"{math.ceil(number * 10) / 10:g}"
