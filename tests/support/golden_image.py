"""The golden image in the hands of its owner's console: who has access, and what is changed there."""

from __future__ import annotations

from ecs_emulator import Emulator

REGION = "cn-hangzhou"


def live(ecs: Emulator, image_id: str = "") -> list[str]:
    """Who has access, as it truly is; of another image where that is given."""
    return ecs.console.shared_accounts(REGION, image_id or ecs.golden_image_id)


def share(ecs: Emulator, *accounts: str) -> None:
    ecs.console.share(REGION, ecs.golden_image_id, *accounts)


def unshare(ecs: Emulator, *accounts: str) -> None:
    ecs.console.unshare(REGION, ecs.golden_image_id, *accounts)


def delete_image(ecs: Emulator) -> None:
    ecs.console.delete_image(REGION, ecs.golden_image_id)
