"""The message about the extra that the emulator needs."""

from __future__ import annotations


def without_extra(error: ModuleNotFoundError) -> str:
    """The message for an installation without the extra."""
    return f"ecs_emulator needs {error.name}: run `pip install 'pulumi-alicloud-image-share[emulator]'`."
