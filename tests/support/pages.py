"""The pages of the documentation, whose programs and commands are tried."""

from __future__ import annotations

import re
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent


def page(name: str) -> str:
    """The text of a page."""
    return (REPOSITORY / name).read_text()


def blocks(text: str, language: str) -> list[str]:
    """The blocks of a language, in their order."""
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)
