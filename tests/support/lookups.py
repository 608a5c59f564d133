"""Images shared with payments, and the reasons that a lookup of payments gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share import NoSharedImage, SharedImage

Ask = Callable[..., SharedImage]

PAYMENTS = "1000000000000002"


def share(ecs: Emulator, region: str, owner: str = "owner", **image: Any) -> str:
    """An image of an owner, shared with payments."""
    image_id = ecs.console.create_image(region, owner, **image)
    ecs.console.share(region, image_id, PAYMENTS)
    return image_id


def fails(ask: Ask, **arguments: Any) -> list[str]:
    """Why nothing is found."""
    with pytest.raises(NoSharedImage) as failure:
        ask(**arguments)
    assert failure.value.image_ids == ()
    assert str(failure.value).startswith("get_shared_image found no image with ")
    return list(failure.value.sentences)
