"""The pages of the documentation, whose programs and commands are tried."""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent.parent


def page(name: str) -> str:
    """The text of a page."""
    return (REPOSITORY / name).read_text()


def blocks(text: str, language: str) -> list[str]:
    """The blocks of a language, in their order."""
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def rows(text: str) -> list[list[str]]:
    """The rows of all tables, without those that head them."""
    lines = text.splitlines()
    return [
        line.strip("| ").split(" | ")
        for line, below in itertools.pairwise([*lines, ""])
        if line.startswith("| ") and not below.startswith("|---")
    ]


def run_against_mocks(program: str, folder: Path) -> list[dict[str, Any]]:
    """Run a program of a page against Pulumi's mocks; returns what it registers."""
    file = folder / "__main__.py"
    file.write_text(program)
    command = [sys.executable, "-m", "support.mocked_program", str(file), "{}"]
    done = subprocess.run(command, cwd=REPOSITORY / "tests", capture_output=True, text=True, check=True)
    registered: list[dict[str, Any]] = json.loads(done.stdout)
    return registered
