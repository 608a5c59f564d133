"""What the policies say of the images that a stack makes instances from. Pure: `trusted_images` asks, this judges.

A copy is one's own image to ECS whoever made its source: so it counts as what it was copied from.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ..cloud.model import Image
from ..values import PUBLIC_IMAGE_ID, UNKNOWN, Unknown
from .settings import TrustedImages
from .violation import Violation, name_of


@dataclass(frozen=True)
class ImageUse:
    """A resource of the stack that makes instances from an image, as far as it is known.

    Attributes:
        urn: Its URN.
        image_id: The image's ID, None where the resource names none.
        image_name: The image's name, where the resource has that instead.
        made_by: The URN of the one resource that the ID comes from, "" for none or several.
        launches_later: Whether it makes instances when nobody runs Pulumi, as templates and scaling groups do.
    """

    urn: str
    image_id: str | Unknown | None
    image_name: str | Unknown | None = None
    made_by: str = ""
    launches_later: bool = False


@dataclass(frozen=True)
class Copy:
    """A copy of an image that the stack makes, as far as it is known.

    Attributes:
        urn: The URN of the resource that makes it.
        image_id: The copy's ID.
        source_image_id: The ID of the image that is copied.
        source_made_by: The URN of the one resource that this ID comes from, "" for none or several.
        crosses_regions: Whether the copy is surely in another region than its source.
    """

    urn: str
    image_id: str | Unknown
    source_image_id: str | Unknown
    source_made_by: str = ""
    crosses_regions: bool = False


@dataclass(frozen=True)
class Origin:
    """Where an image comes from, as far as the stack tells.

    Attributes:
        image_id: The ID of the image that is no copy of the stack's: the image itself, or what was copied at first.
        copies: The copies of the stack that lie between, the image itself first.
        is_own: Whether the stack itself makes or shares that image.
    """

    image_id: str | Unknown
    copies: tuple[Copy, ...] = ()
    is_own: bool = False


@dataclass(frozen=True)
class UnknownOwner:
    """Why nobody can tell whose an image is.

    Attributes:
        why: A sentence.
        seen_nowhere: Whether that is because ECS has no such image for this account.
    """

    why: str
    seen_nowhere: bool = False


NAMED_ONLY = UnknownOwner(
    "it is named, and a name does not tell whose an image is. Give the image's ID (imageId) instead."
)


def origin_of(use: ImageUse, copies: Sequence[Copy], own: Collection[str]) -> Origin | None:
    """Where the image of a resource comes from, None where the resource gives it by name alone.

    Args:
        use: The resource.
        copies: The copies that the stack makes.
        own: The IDs of the images that the stack makes otherwise or shares.
    """
    if use.image_id is None:
        return None
    image_id, made_by = use.image_id, use.made_by
    passed: list[Copy] = []
    while True:
        copy = _copy_that_makes(image_id, made_by, copies)
        # No image is a copy of itself, whatever a program says.
        if copy is None or copy in passed:
            return Origin(image_id, tuple(passed), image_id in own)
        passed.append(copy)
        image_id, made_by = copy.source_image_id, copy.source_made_by


def _copy_that_makes(image_id: str | Unknown, made_by: str, copies: Sequence[Copy]) -> Copy | None:
    by_id: dict[str | Unknown, Copy] = {copy.image_id: copy for copy in copies if copy.image_id is not UNKNOWN}
    # Where a copy changes in place, the preview knows its ID where it is used, and not among the copy's own outputs.
    by_urn = {copy.urn: copy for copy in copies if copy.image_id is UNKNOWN}
    return by_id.get(image_id) or by_urn.get(made_by)


def image_fault(
    use: ImageUse, origin: Origin | None, found: Image | UnknownOwner, trusted: TrustedImages
) -> Violation | None:
    """Why a resource may not use its image, None if it may.

    Args:
        use: The resource.
        origin: Where its image comes from, None where it is named only.
        found: The image that it comes from, as the account sees it that runs the instances, or makes the copy.
        trusted: Whose images may be used.
    """
    uses = f"{name_of(use.urn)} uses {use.image_name if origin is None else _descent(use, origin)}"
    copies = origin.copies if origin else ()
    if isinstance(found, UnknownOwner):
        # ECS copies into another region only what is the account's own; the source may be deleted since.
        if found.seen_nowhere and copies and copies[-1].crosses_regions:
            return None
        # ECS makes no instance from an image that the account can't see, and instances outlive their images; but a
        # template may launch one tomorrow that is shared with this account by then, and a copy stays.
        harmless = found.seen_nowhere and not use.launches_later and not copies
        sentence = f"{uses}, and nobody can tell whose image that is: {found.why}"
        return Violation(use.urn, sentence, warns_only=harmless or trusted.unknown_owners)
    why = _distrust(found, trusted)
    return Violation(use.urn, f"{uses}, {why}") if why else None


def _descent(use: ImageUse, origin: Origin) -> str:
    """The image, with the copies of the stack that it comes by and what they were made from."""
    words: list[str] = []
    image_id = use.image_id
    for copy in origin.copies:
        if image_id is not UNKNOWN:
            words.append(f"{image_id},")
        words.append(f"a copy ({name_of(copy.urn)}) of")
        image_id = copy.source_image_id
    return " ".join([*words, str(image_id)])


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
