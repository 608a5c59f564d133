"""The error tables: each row can be raised, and each place that raises one gives exactly the row's parameters."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import ecs_emulator
from ecs_emulator.ecs.errors import Errors as Ecs
from ecs_emulator.errors import CommonErrors, EcsError, ErrorTable
from ecs_emulator.ess.errors import Errors as Ess
from ecs_emulator.sts.errors import Errors as Sts
from ecs_emulator.vpc.errors import Errors as Vpc

FOLDER = Path(ecs_emulator.__file__).parent
TABLES: dict[str, type[ErrorTable]] = {"ecs": Ecs, "ess": Ess, "sts": Sts, "vpc": Vpc}
ROWS: list[ErrorTable] = [*CommonErrors, *Ecs, *Ess, *Sts, *Vpc]


def uses(path: Path) -> Iterator[tuple[ErrorTable, set[str]]]:
    """Each row that a module names, with the parameters that it gives there: none where it hands the row on."""
    product = path.relative_to(FOLDER).parts[0]
    tables: dict[str, type[ErrorTable]] = {"CommonErrors": CommonErrors, "Errors": TABLES.get(product, Ecs)}
    tree = ast.parse(path.read_text(encoding="utf-8"))
    given = {
        id(node.func): {str(keyword.arg) for keyword in node.keywords}
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in tables:
            yield tables[node.value.id][node.attr], given.get(id(node), set())


USES = [(path, *use) for path in sorted(FOLDER.rglob("*.py")) for use in uses(path)]


def test_each_row_fills_its_parameters_in() -> None:
    for row in ROWS:
        error = row(**{name: f"<{name}>" for name in row.parameters})
        assert isinstance(error, EcsError)
        assert 400 <= error.http_status <= 599, row
        assert re.fullmatch(r"[A-Za-z0-9.]+", re.sub(r"<\w+>", "", error.code)), row
        assert all(f"<{name}>" in error.code + error.message for name in row.parameters), row
        assert not set("{}") & set(error.code + error.message), row


def test_a_missing_or_a_surplus_parameter_is_a_mistake() -> None:
    with pytest.raises(TypeError, match=r"MISSING_PARAMETER takes \['name'\], not \[\]"):
        CommonErrors.MISSING_PARAMETER()
    with pytest.raises(TypeError, match=r"not \['image_id', 'name'\]"):
        CommonErrors.MISSING_PARAMETER(name="ImageId", image_id="m-1")
    with pytest.raises(TypeError, match=r"REGION_NOT_FOUND takes \[\], not \['name'\]"):
        CommonErrors.REGION_NOT_FOUND(name="cn-hangzhou")


def test_each_use_of_a_row_gives_its_parameters() -> None:
    assert [(path.name, str(row), given) for path, row, given in USES if given != row.parameters] == []


def test_no_row_is_unused() -> None:
    used = {row for _, row, _ in USES}
    assert [str(row) for row in ROWS if row not in used] == []
