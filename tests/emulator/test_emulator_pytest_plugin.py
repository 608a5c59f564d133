"""The fixtures that the package brings to everybody's pytest."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from ecs_emulator import Emulator
from support.pages import REPOSITORY

ONE_LINE = 'pytest_plugins = ["ecs_emulator.pytest_plugin"]\n'
WITHOUT_EXTRA = 'import sys\nsys.modules["uvicorn"] = None\n'
SENTENCE = "ecs_emulator needs uvicorn: run `pip install 'pulumi-alicloud-image-share[emulator]'`."
PROGRAM = """
import pytest

def test_one(ecs_emulator):
    ecs_emulator.console.share("cn-hangzhou", ecs_emulator.golden_image_id, "1000000000000002")
    assert ecs_emulator.protocol == "HTTP"

def test_another(ecs_emulator, ecs_emulator_config):
    assert ecs_emulator.console.shared_accounts("cn-hangzhou", ecs_emulator.golden_image_id) == []
    assert ecs_emulator.endpoint in ecs_emulator_config["alicloud:endpoints"]

class TestTls:
    @pytest.fixture
    def ecs_emulator_options(self):
        return {"tls": True}

    def test_it(self, ecs_emulator, ecs_emulator_config):
        assert ecs_emulator.ca_file.exists()
        assert ecs_emulator_config["alicloud:protocol"] == "HTTPS"
"""


def run_pytest(folder: Path, conftest: str, program: str, *options: str) -> subprocess.CompletedProcess[str]:
    """pytest in a folder of somebody else's; what is installed there is in `folder/installed`."""
    (folder / "conftest.py").write_text(conftest)
    (folder / "test_stack.py").write_text(program)
    path = os.pathsep.join([str(REPOSITORY / "provider"), str(folder / "installed")])
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def install(folder: Path) -> None:
    """What pip leaves of this project's entry points where it installs it."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    entries = project["entry-points"]["pytest11"]
    information = folder / "installed/somebodys-1.0.dist-info"
    information.mkdir(parents=True)
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: somebodys\nVersion: 1.0\n")
    lines = [f"{name} = {module}\n" for name, module in entries.items()]
    (information / "entry_points.txt").write_text("".join(["[pytest11]\n", *lines]))


@pytest.mark.parametrize("conftest", ["", ONE_LINE], ids=["no line", "one line"])
def test_where_the_package_is_installed_each_test_has_an_emulator_of_its_own(tmp_path: Path, conftest: str) -> None:
    install(tmp_path)
    done = run_pytest(tmp_path, conftest, PROGRAM)
    assert "3 passed" in done.stdout, done.stdout + done.stderr


def test_one_line_in_conftest_is_enough_where_pytest_loads_no_plugins_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    install(tmp_path)
    assert "fixture 'ecs_emulator' not found" in run_pytest(tmp_path, "", PROGRAM).stdout
    done = run_pytest(tmp_path, ONE_LINE, PROGRAM)
    assert "3 passed" in done.stdout, done.stdout + done.stderr


def test_without_the_extra_pytest_runs_and_only_who_asks_for_an_emulator_is_told(tmp_path: Path) -> None:
    install(tmp_path)
    program = "def test_else():\n    pass\n\ndef test_stack(ecs_emulator):\n    pass\n"
    done = run_pytest(tmp_path, WITHOUT_EXTRA, program)
    assert "1 passed, 1 error" in done.stdout, done.stdout + done.stderr
    assert SENTENCE in done.stdout
    assert "Traceback" not in done.stdout


@pytest.mark.parametrize("start", ["from ecs_emulator import Emulator", "import ecs_emulator.__main__"])
def test_without_the_extra_an_import_and_the_command_say_what_to_install(start: str) -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT_EXTRA + start], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.strip().endswith(SENTENCE)


def test_the_plugin_imports_nothing_but_pytest() -> None:
    code = "import sys, pytest; before = set(sys.modules); import ecs_emulator.pytest_plugin; "
    code += "print(*sorted({name for name in sys.modules.keys() - before}))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["ecs_emulator", "ecs_emulator.extra", "ecs_emulator.pytest_plugin"]


def test_a_stack_is_told_of_every_product_and_of_whom_to_be(ecs: Emulator) -> None:
    config = ecs.stack_config("payments")
    assert config["alicloud:accessKey"] == ecs.account("payments").access_key_id
    assert config["alicloud:secretKey"] == ecs.account("payments").access_key_secret
    assert config["alicloud:region"] == "cn-hangzhou"
    assert config["alicloud:accountType"] == "International"
    assert f'"sts": "{ecs.endpoint}"' in config["alicloud:endpoints"]
    assert ecs.stack_config()["alicloud:accessKey"] == ecs.account("owner").access_key_id
