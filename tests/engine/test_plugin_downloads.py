"""The engine looks for no plugin of this package's name: a program with dynamic resources needs none.

What an engine downloads is what the language host names after a look at the installed packages, here at an editable
install of this one, and at a wheel. `make package-check` looks at what else is in an installed wheel.
"""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from ecs_emulator import Emulator
from support.command_line import REPOSITORY
from support.downloads import MayDownload

PROGRAM = """
import pulumi
import pulumi_alicloud_image_share

pulumi_alicloud_image_share.ImageShare("golden", image_id="{image}", accounts=["1000000000000002"])
pulumi.export("home", pulumi_alicloud_image_share.__file__)
"""


@pytest.fixture
def pulumi(tmp_path: Path, ecs: Emulator, ecs_config: dict[str, str]) -> MayDownload:
    program = PROGRAM.format(image=ecs.golden_image_id)
    return MayDownload(tmp_path, ecs_config, {"Pulumi.yaml": "name: shop\nruntime: python\n", "__main__.py": program})


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the package is as a wheel installs it."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=REPOSITORY, capture_output=True, check=True)
    [built] = folder.glob("*.whl")
    zipfile.ZipFile(built).extractall(folder / "installed")
    return folder / "installed"


def test_a_development_install_makes_the_engine_look_for_no_plugin(pulumi: MayDownload) -> None:
    log = pulumi.preview()
    assert f'"{REPOSITORY}/provider/' in log.text
    assert log.asked_for == {"alicloud"}
    assert log.looked_for == set()


def test_a_wheel_makes_the_engine_look_for_no_plugin(pulumi: MayDownload, wheel: Path) -> None:
    log = pulumi.preview(PYTHONPATH=str(wheel))
    assert f'"{wheel}/' in log.text
    assert log.asked_for == {"alicloud"}
    assert log.looked_for == set()
