"""How the modules of the emulator lean on each other."""

from __future__ import annotations

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import ecs_emulator

FOLDER = Path(ecs_emulator.__file__).parent
PRODUCTS = {"ecs", "ess", "sts", "vpc"}


def dotted(path: Path) -> str:
    """The name of a module within the emulator: server, ecs.images; __init__ for the emulator's own."""
    parts = path.relative_to(FOLDER).with_suffix("").parts
    return ".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)


MODULES = {dotted(path): path for path in FOLDER.rglob("*.py")}


def imported(name: str) -> set[str]:
    """The modules of the emulator that a module imports, anywhere in it, for types alone as well."""
    path = MODULES[name]
    packages = path.relative_to(FOLDER).parts[:-1]
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            start = [
                *packages[: len(packages) - node.level + 1],
                *((node.module or "").split(".") if node.module else []),
            ]
            for alias in node.names:
                whole = ".".join([*start, alias.name])
                found.add(whole if whole in MODULES else ".".join(start))
    return found


def test_no_module_imports_one_that_imports_it() -> None:
    modules = {name: imported(name) for name in MODULES}
    assert "control_app" in modules["server"]
    assert {"ecs.images", "ecs.errors", "errors"} <= modules["ecs.sharing"] | modules["ecs.images"]
    assert {"__init__", "server"} & modules["control_app"] == set()
    assert {module for found in modules.values() for module in found} <= MODULES.keys()
    TopologicalSorter(modules).prepare()


def test_what_holds_no_server_imports_no_server() -> None:
    servers = {"server", "control_app"}
    leaning = {name for name in MODULES if imported(name) & servers}
    assert leaning == {"__init__", "__main__", "pytest_plugin", "server"}


def test_what_all_products_share_knows_their_models_through_the_cloud_alone() -> None:
    shared = {name for name in MODULES if name.partition(".")[0] not in PRODUCTS}
    leaning = {name for name in shared if any(found.partition(".")[0] in PRODUCTS for found in imported(name))}
    assert leaning == {"cloud", "console", "registry"}


@pytest.mark.parametrize("product", sorted(PRODUCTS))
def test_a_product_knows_no_other(product: str) -> None:
    others = PRODUCTS - {product}
    mine = [name for name in MODULES if name.partition(".")[0] == product]
    assert len(mine) > 3
    assert {found for name in mine for found in imported(name) if found.partition(".")[0] in others} == set()


def test_no_function_is_long() -> None:
    long = {
        f"{name}.{node.name}": lines
        for name, path in MODULES.items()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.body[-1].end_lineno or 0) - node.body[0].lineno + 1) > 60
    }
    assert long == {}


def test_all_that_the_emulator_offers_is_there_and_nothing_else() -> None:
    assert [name for name in ecs_emulator.__all__ if getattr(ecs_emulator, name).__name__ != name] == []
    with pytest.raises(AttributeError, match="'ecs_emulator' has no attribute 'Elsewhere'"):
        _ = ecs_emulator.Elsewhere  # type: ignore[attr-defined]


def test_the_emulator_runs_without_the_package_that_it_tests() -> None:
    code = "import sys, ecs_emulator.__main__; print([m for m in sys.modules if m.startswith('pulumi')])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
