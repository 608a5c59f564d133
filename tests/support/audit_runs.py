"""What tests of `image-share audit` have in common: files that it is given, and what it finds."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from .exported_states import exported
from .image_share import Answer

OWNER, P, D = "1000000000000001", "1000000000000002", "1000000000000003"
J: Final = ("audit", "-f", "json", "-q", "--ignore", "community")
"""An audit as data; the community image of the emulator is left out."""


def state(folder: Path, *resources: dict[str, Any], name: str = "s.json") -> str:
    """A file with a state of these resources."""
    (folder / name).write_text(exported(*resources))
    return str(folder / name)


def allow(folder: Path, text: str) -> str:
    """A file with an allowlist."""
    (folder / "allow").write_text(text)
    return str(folder / "allow")


def kinds(answer: Answer, *of: str) -> list[str]:
    """The sentences of the findings of these kinds."""
    return [finding["sentence"] for finding in answer.data["findings"] if finding["kind"] in of]
