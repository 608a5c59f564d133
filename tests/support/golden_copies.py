"""Copies of the golden image in another region: what a test asks for, and what is truly there."""

from __future__ import annotations

from typing import Any

from ecs_emulator import Emulator
from ecs_emulator.ecs.images import Image

REGION = "cn-beijing"


def asking(ecs: Emulator, **arguments: Any) -> dict[str, Any]:
    """The arguments of a program that copies the golden image."""
    usual = {"source_image_id": ecs.golden_image_id, "region": REGION}
    return {**usual, **arguments}


def copies(ecs: Emulator, region: str = REGION) -> list[Image]:
    """The owner's images in a region, as they truly are."""
    with ecs.cloud.lock:
        return ecs.cloud.images.all_of(ecs.account("owner").id, region)


def images(ecs: Emulator, region: str = REGION) -> dict[str, Image]:
    """The same by ID."""
    return {image.id: image for image in copies(ecs, region)}
