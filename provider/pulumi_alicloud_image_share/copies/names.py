"""The name of a copy that the program gives none: the same in every preview of the same program. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Final

from ..cloud.model import Image
from .mark import Mark
from .record import LONGEST_NAME, is_name

_SUFFIX_LENGTH: Final = 7


def default_name(source: Image, mark: Mark, own_image_id: str, copies: Sequence[Image]) -> str:
    """The source's name with a suffix of its own, since ECS refuses a name twice.

    Args:
        source: The image to copy.
        mark: The mark of the copy.
        own_image_id: The copy that the state has under this resource, "" for none: it still stands when a replacement
            is named.
        copies: The copies that are in the region. Their names are taken: an interrupted run, or another checkout of
            the same program, may have made one that would be named alike.
    """
    base = source.name if is_name(source.name) else f"copy-of-{source.image_id}"
    holders = {image.name: image.image_id for image in copies}
    tells = [mark.digest, own_image_id]
    name = _with_suffix(base, tells)
    while name in holders:
        tells.append(holders.pop(name))
        name = _with_suffix(base, tells)
    return name


def _with_suffix(base: str, tells: Sequence[str]) -> str:
    suffix = hashlib.sha256(json.dumps(tells).encode()).hexdigest()[:_SUFFIX_LENGTH]
    return f"{base[: LONGEST_NAME - len(suffix) - 1]}-{suffix}"
