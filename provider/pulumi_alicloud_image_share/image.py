"""A live image, and every documented rule that needs it. Pure: `ecs` reads the image, this module judges it.

The rules come from "Share or unshare custom images" and the reference of ModifyImageSharePermission and
DescribeImages in Alibaba Cloud's ECS documentation.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from .inputs import UNKNOWN, Problem, Unknown
from .plan import quota_sentence
from .spec import ShareSpec, listed


@dataclass(frozen=True)
class Image:
    """What DescribeImages says of an image.

    Attributes:
        image_id: The image's ID.
        region: The region's ID.
        owner_id: The account ID of its owner.
        owner_alias: "self" for a custom image of this account, "others" for one that is shared with it or a
            community image, "system" for Alibaba Cloud's own, "marketplace".
        status: "Available", "Creating", "Waiting", "UnAvailable", "CreateFailed" or "Deprecated".
        is_public: Whether it is a community image.
        product_code: Not "" for images based on Marketplace images.
        is_shared: Whether the owner shares it with any account; None where ECS does not say.
        progress: How far its creation is, such as "45%".
        name: The image's name.
        description: Its description, "" for none.
        family: Its image family, "" for none.
        tags: All its tags, ECS's own too.
        encrypted: Whether any of its disks is.
        created_at: When it was created, ISO 8601 in UTC.
        size: Its size in GiB.
    """

    image_id: str
    region: str
    owner_id: str
    owner_alias: str
    status: str
    is_public: bool = False
    product_code: str = ""
    is_shared: bool | None = None
    progress: str = ""
    name: str = ""
    description: str = ""
    family: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    encrypted: bool = False
    created_at: str = ""
    size: int = 0

    @property
    def is_in_the_making(self) -> bool:
        """Whether it is still being made, or waits for its turn."""
        return self.status in ("Creating", "Waiting")


def not_found_sentence(image_id: str, region: str) -> str:
    """The sentence for an image that is not in the region that was asked."""
    return (
        f"image {image_id} does not exist in region {region}, or this account can't see it: check the ID and the "
        "credentials; an image of another region must be copied (CopyImage) before its copy can be shared there."
    )


def image_problems(image: Image) -> list[Problem]:
    """Why no account can be given access to this image. Empty if some can."""
    sentence = _ownership_fault(image) or _status_fault(image, "share", "shared")
    return [Problem("image_id", sentence)] if sentence else []


def owner_problems(spec: ShareSpec, image: Image) -> list[Problem]:
    """Why the image can't be shared with its own owner. Empty if the program does not ask for it."""
    if image.owner_id not in spec.accounts:
        return []
    return [
        Problem(
            "accounts",
            f"{spec.named(image.owner_id)} owns image {image.image_id}: an image can't be shared with its own owner, "
            "who has access anyway. Remove it from accounts.",
        )
    ]


def account_problems(
    spec: ShareSpec, image: Image, live: Collection[str], had: Mapping[str, str], *, claims: bool
) -> list[Problem]:
    """Why the image can't be shared with these accounts. Empty if it can.

    Args:
        spec: What the program asks for. Accounts that are not known yet break no rule: each may be one of `had`.
        image: The image.
        live: Account IDs that it is shared with now.
        had: Account ID to name of those that the resource shared before, empty for a new one.
        claims: Whether the share becomes exclusive with this change: only then are unlisted accounts refused.
    """
    problems: list[Problem] = []
    stay = set(live) - (set(had) - set(spec.accounts))
    adding = set(spec.accounts) - stay
    if spec.max_accounts is not UNKNOWN and adding and len(stay) + len(adding) > spec.max_accounts:
        sentence = quota_sentence(before=len(stay), adding=len(adding), max_accounts=spec.max_accounts)
        problems.append(Problem("accounts", sentence))
    unlisted = unlisted_accounts(spec, live, had)
    if claims and spec.exclusive is True and spec.all_accounts_known and unlisted:
        problems.append(
            Problem(
                "accounts",
                f"image {image.image_id} is already shared with {len(unlisted)} account"
                f"{'' if len(unlisted) == 1 else 's'} that the program does not list: {listed(unlisted, {})}. Add what "
                "should keep access to accounts, unshare the rest, or set exclusive=False to leave them alone.",
            )
        )
    return problems


def unlisted_accounts(spec: ShareSpec, live: Collection[str], had: Mapping[str, str]) -> set[str]:
    """The account IDs that have access though neither the program nor the state lists them."""
    return set(live) - set(spec.accounts) - set(had)


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
    if image.product_code:
        return (
            f"{image.image_id} is based on Marketplace image {image.product_code}: such images can't be shared. "
            "Build the image from a public or custom image instead."
        )
    return None


def _status_fault(image: Image, do: str, done: str) -> str | None:
    """Why the image's status does not allow it to be shared or copied, in these words."""
    if image.status == "Available":
        return None
    if image.status == "Deprecated":
        return f"{image.image_id} is deprecated: deprecated images can't be {done}. Un-deprecate it or {do} another."
    if image.is_in_the_making:
        progress = f", {image.progress} done" if image.progress else ""
        return f"{image.image_id} is still being made ({image.status}{progress}): {do} it once it is Available."
    return f"{image.image_id} can't be used (status {image.status}): only an Available image can be {done}."


def copy_problems(image: Image, *, region: str | Unknown, encrypted: bool | Unknown | None) -> list[Problem]:
    """Why this image can't be copied as asked. Empty if it can.

    Args:
        image: The image to copy.
        region: The ID of the region to copy it to.
        encrypted: Whether the copy is to be encrypted, None: as the image is.
    """
    sentence = _copy_ownership_fault(image, region) or _status_fault(image, "copy", "copied")
    problems = [Problem("source_image_id", sentence)] if sentence else []
    if image.encrypted and encrypted is False:
        why = f"{image.image_id} is encrypted, and so is every copy of it: leave encrypted out, or set it to True."
        problems.append(Problem("encrypted", why))
    return problems


def _copy_ownership_fault(image: Image, region: str | Unknown) -> str | None:
    if image.owner_alias in ("system", "marketplace"):
        kind = "public image of Alibaba Cloud" if image.owner_alias == "system" else "Marketplace image"
        return f"{image.image_id} is a {kind}: only custom images can be copied."
    if image.is_public:
        return f"{image.image_id} is a community image: ECS does not copy those. Unpublish it first, or copy another."
    if image.owner_alias != "self" and region not in (UNKNOWN, image.region):
        return (
            f"{image.image_id} belongs to account {image.owner_id}: an image that was shared with you can be copied "
            f"only within its region, {image.region}. Copy it there first and then that copy, or let its owner copy it."
        )
    return None
