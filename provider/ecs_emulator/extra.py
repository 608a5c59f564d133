"""What the emulator needs that the package alone does not bring."""

from __future__ import annotations


def without_extra(error: ModuleNotFoundError) -> str:
    """The sentence for whoever has the package and not its extra."""
    return f"ecs_emulator needs {error.name}: run `pip install 'pulumi-alicloud-image-share[emulator]'`."
