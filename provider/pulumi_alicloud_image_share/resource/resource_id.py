"""The ID of a share or a copy: ``<region>:<image_id>``. Pure."""

from __future__ import annotations

from ..errors import RuleBroken
from ..values import Problem, parse_image_id, parse_region, shown


def resource_id(region: str, image_id: str) -> str:
    """The ID of the resource that is about this image."""
    return f"{region}:{image_id}"


def split_id(text: str, resource: str) -> tuple[str, str]:
    """Split a resource ID into region and image ID.

    Args:
        text: The ID.
        resource: What it is the ID of, such as "an ImageShare".

    Raises:
        RuleBroken: It is not of the form ``<region>:<image_id>``.
    """
    region, _, image_id = text.partition(":")
    problems: list[Problem] = []
    parse_image_id(image_id, problems)
    parse_region(region, None, problems)
    if problems or not region:
        raise RuleBroken(
            f"{shown(text)} is not the ID of {resource}",
            ["an ID is made of region and image ID, such as 'cn-hangzhou:m-bp1golden00000000001'."],
        )
    return region, image_id
