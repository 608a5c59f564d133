"""Every documented rule for a copy that needs the live source image. Pure: `cloud` reads the image, this judges it.

The rules come from the reference of CopyImage in Alibaba Cloud's ECS documentation:
https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-copyimage
"""

from __future__ import annotations

from ..arguments import UNKNOWN, Problem, Unknown
from ..cloud.model import Image
from ..kinds.image_status import status_fault


def copy_problems(image: Image, *, region: str | Unknown, encrypted: bool | Unknown | None) -> list[Problem]:
    """Why this image can't be copied as asked. Empty if it can.

    Args:
        image: The image to copy.
        region: The ID of the region to copy it to.
        encrypted: Whether the copy is to be encrypted, None: as the image is.
    """
    sentence = _copy_ownership_fault(image, region) or status_fault(image, "copy", "copied")
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
