"""Stacks of the engine in a folder, as `pulumi` and `image-share` find them."""

from __future__ import annotations

from pathlib import Path

from .engine import PASSPHRASE


def logged_in_to(folder: Path) -> dict[str, str]:
    """What tells `pulumi` of the backend where the stacks of a folder are."""
    return {
        "PULUMI_BACKEND_URL": (folder / "state").as_uri(),
        "PULUMI_HOME": str(folder / "home"),
        "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
    }
