"""How the modules of the emulator lean on each other."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import ecs_emulator

FOLDER = Path(ecs_emulator.__file__).parent


def imported(path: Path) -> set[str]:
    """The modules beside it that a module imports, anywhere in it, for types alone as well."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level == 1:
            found.update([node.module] if node.module else [alias.name for alias in node.names])
    return found


def test_no_module_imports_one_that_imports_it() -> None:
    modules = {path.stem: imported(path) for path in FOLDER.glob("*.py")}
    assert "control_app" in modules["server"]
    assert {"__init__", "server"} & modules["control_app"] == set()
    TopologicalSorter(modules).prepare()


def test_what_holds_no_server_imports_no_server() -> None:
    servers = {"server", "control_app"}
    leaning = {path.stem for path in FOLDER.glob("*.py") if imported(path) & servers}
    assert leaning == {"__init__", "__main__", "server"}
