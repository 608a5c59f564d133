"""Who may import whom: the table of docs/architecture.md, held against what every module imports."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.pages import REPOSITORY, page

PACKAGE = "pulumi_alicloud_image_share"
SOURCES = REPOSITORY / "provider" / PACKAGE
LONGEST_MODULE = 700
LONGEST_FUNCTION = 60
IMPORT_WITHOUT_PULUMI = """
import importlib, sys, types

# Its own __init__ imports the doors, and they Pulumi.
package = types.ModuleType({package!r})
package.__path__ = [{folder!r}]
sys.modules[{package!r}] = package
for absent in ("pulumi", "pulumi_policy", "pulumi_alicloud"):
    sys.modules[absent] = None
for name in {modules!r}:
    try:
        importlib.import_module(f"{package}.{{name}}")
    except ImportError as error:
        print(f"{{name}}: {{error}}")
"""


@dataclass(frozen=True)
class Rule:
    """A row of the table."""

    may_import: frozenset[str]
    is_pure: bool


def read_rules(text: str) -> dict[str, Rule]:
    """The table of the page: a room, or one module of it, to what it may import."""
    rows = re.findall(r"^\| `([\w.]+)` \|.*\| (.*) \| (yes|no) \|$", text.partition("## The rooms")[2], re.MULTILINE)
    return {room: Rule(frozenset(re.findall(r"`([\w.]+)`", may)), pulumi == "no") for room, may, pulumi in rows}


RULES = read_rules(page("docs/architecture.md"))


def modules_of(folder: Path) -> dict[str, Path]:
    """Each module of the package by its name within: "errors", "cloud.ecs"; "cloud" for a room's own."""
    names = {}
    for path in folder.rglob("*.py"):
        parts = path.relative_to(folder).with_suffix("").parts
        names[".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)] = path
    return names


def imports_of(name: str, modules: Mapping[str, Path], folder: Path) -> set[str]:
    """The modules of the package that a module imports, anywhere in it."""
    path = modules[name]
    here = [PACKAGE, *path.relative_to(folder).parts[:-1]]
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {_within(alias.name, modules) for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            start = here[: len(here) - node.level + 1] if node.level else []
            source = [*start, *(node.module.split(".") if node.module else [])]
            found |= {_within(".".join([*source, alias.name]), modules) for alias in node.names}
    return found - {""}


def _within(imported: str, modules: Mapping[str, Path]) -> str:
    """The module of the package that an imported name is or is in, "" for none."""
    package, _, name = imported.partition(".")
    if package != PACKAGE:
        return ""
    while name and name not in modules:
        name = name.rpartition(".")[0]
    return name or "__init__"


def room_of(name: str) -> str:
    return name.partition(".")[0]


def rule_of(name: str, rules: Mapping[str, Rule]) -> Rule:
    """A module's own row, or that of its room."""
    return rules.get(name) or rules[room_of(name)]


def violations(folder: Path, rules: Mapping[str, Rule]) -> list[str]:
    """What modules import that their room may not."""
    modules = modules_of(folder)
    found = []
    for name in sorted(modules):
        own_row = name in rules and room_of(name) != name
        rule = rule_of(name, rules)
        for imported in sorted(imports_of(name, modules, folder)):
            is_inside = room_of(imported) == room_of(name) and not own_row
            if not is_inside and not {imported, room_of(imported)} & rule.may_import:
                found.append(f"{name} imports {imported}")
    return found


def impure(folder: Path, rules: Mapping[str, Rule]) -> str:
    """What can't be imported of the rooms without Pulumi, in a process that has none."""
    pure = sorted(name for name in modules_of(folder) if rule_of(name, rules).is_pure)
    code = IMPORT_WITHOUT_PULUMI.format(package=PACKAGE, folder=str(folder), modules=pure)
    # Modules of a changed copy are none of which coverage should be measured.
    environment = {name: text for name, text in os.environ.items() if not name.startswith("COVERAGE_")}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


def long_modules(folder: Path) -> list[str]:
    lengths = {name: len(path.read_text().splitlines()) for name, path in modules_of(folder).items()}
    return [f"{name}: {length} lines" for name, length in sorted(lengths.items()) if length > LONGEST_MODULE]


def long_functions(folder: Path) -> list[str]:
    """Functions that need scrolling, their signatures and documentation not counted."""
    return [
        f"{name}.{function.name}: {length} lines"
        for name, path in sorted(modules_of(folder).items())
        for function, length in _functions(ast.parse(path.read_text()))
        if length > LONGEST_FUNCTION
    ]


def _functions(tree: ast.AST) -> Iterator[tuple[ast.FunctionDef | ast.AsyncFunctionDef, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            yield node, (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


@pytest.fixture
def copy_of_the_package(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SOURCES, tmp_path / PACKAGE))


def add(folder: Path, module: str, line: str) -> None:
    path = folder / module
    path.write_text(f"{path.read_text()}\n{line}\n")


def test_the_table_has_a_row_for_every_room_and_for_nothing_else() -> None:
    rooms = {room_of(name) for name in modules_of(SOURCES)}
    assert {room for room in RULES if "." not in room} == rooms
    assert RULES.keys() - rooms <= modules_of(SOURCES).keys()
    known = modules_of(SOURCES).keys()
    assert {name for rule in RULES.values() for name in rule.may_import} <= known


def test_no_two_rooms_may_import_each_other() -> None:
    rooms = {room: {room_of(name) for name in rule.may_import} for room, rule in RULES.items() if "." not in room}
    assert [(one, other) for one in rooms for other in rooms[one] if one in rooms[other]] == []


def test_no_pure_room_may_import_one_that_is_not() -> None:
    for room, rule in RULES.items():
        if rule.is_pure:
            assert [name for name in rule.may_import if not rule_of(name, RULES).is_pure] == [], room


def test_every_module_imports_only_what_its_room_may() -> None:
    assert violations(SOURCES, RULES) == []


@pytest.mark.parametrize(
    ("module", "line", "found"),
    [
        ("shares/plan.py", "from ..copies.kind import CopyKind", "shares.plan imports copies.kind"),
        ("copies/kind.py", "from ..shares import spec", "copies.kind imports shares.spec"),
        ("cloud/pace.py", "def later():\n    from ..kinds.run import Run", "cloud.pace imports kinds.run"),
        ("errors.py", "if TYPE_CHECKING:\n    from .accounts import named", "errors imports accounts"),
        ("lookup/query.py", f"import {PACKAGE}.dynamic.resources", "lookup.query imports dynamic.resources"),
        ("kinds/run.py", f"from {PACKAGE} import ImageShare", "kinds.run imports __init__"),
        ("distributions/plan.py", "from ..cloud.ecs import Ecs", "distributions.plan imports cloud.ecs"),
        ("dynamic/provider.py", "from ..shares.kind import ShareKind", "dynamic.provider imports shares.kind"),
        ("policy/settings.py", "from ..dynamic import ImageShareProvider", "policy.settings imports dynamic"),
    ],
)
def test_a_room_that_reaches_where_it_must_not_is_found(
    copy_of_the_package: Path, module: str, line: str, found: str
) -> None:
    before = violations(copy_of_the_package, RULES)
    add(copy_of_the_package, module, line)
    assert set(violations(copy_of_the_package, RULES)) - set(before) == {found}


def test_pure_rooms_import_no_pulumi_when_they_run() -> None:
    assert {"errors", "cloud", "shares", "lookup"} < {room for room, rule in RULES.items() if rule.is_pure}
    assert impure(SOURCES, RULES) == ""


def test_a_pure_room_that_imports_pulumi_is_found(copy_of_the_package: Path) -> None:
    add(copy_of_the_package, "kinds/waiting.py", "import pulumi")
    assert "kinds.waiting: import of pulumi halted" in impure(copy_of_the_package, RULES)


def test_the_sdk_is_known_to_the_cloud_room_alone() -> None:
    known = {
        room_of(name)
        for name, path in modules_of(SOURCES).items()
        if re.search(r"^\s*(from|import) (alibabacloud|darabonba|Tea|requests)", path.read_text(), re.MULTILINE)
    }
    assert known == {"cloud"}


def test_no_module_is_long() -> None:
    assert long_modules(SOURCES) == []


def test_no_function_needs_scrolling() -> None:
    assert long_functions(SOURCES) == []


def test_what_is_long_is_found(copy_of_the_package: Path) -> None:
    before = long_functions(copy_of_the_package)
    add(copy_of_the_package, "errors.py", "def endless():\n" + "    print()\n" * LONGEST_MODULE)
    assert any(found.startswith("errors: ") for found in long_modules(copy_of_the_package))
    assert long_functions(copy_of_the_package) == [*before, f"errors.endless: {LONGEST_MODULE} lines"]


def test_the_emulator_imports_nothing_of_the_package() -> None:
    for path in (REPOSITORY / "provider" / "ecs_emulator").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        named = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
        named += [str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and not node.level]
        assert [name for name in named if name.partition(".")[0] in (PACKAGE, "pulumi")] == [], path
