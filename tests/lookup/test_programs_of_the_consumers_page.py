"""The programs of docs/consumers.md that need no engine do what the page says, and so does its unit test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from support.mocked_program import SHARED_IMAGE
from support.pages import REPOSITORY, blocks, page

PROGRAMS = blocks(page("docs/consumers.md"), "python")


@pytest.fixture
def run(tmp_path: Path) -> Any:
    """Run a program of the page against Pulumi's mocks; returns what it registers and prints."""

    def running(program: str) -> tuple[list[dict[str, Any]], str]:
        file = tmp_path / "__main__.py"
        file.write_text(program)
        command = [sys.executable, "-m", "support.mocked_program", str(file), "{}"]
        done = subprocess.run(command, cwd=REPOSITORY / "tests", capture_output=True, text=True, check=True)
        return json.loads(done.stdout), done.stderr

    return running


def test_two_of_the_programs_are_tried_on_the_real_engine() -> None:
    instance, reference, both_sides, without, test = PROGRAMS
    assert "StackReference" in reference
    assert "ImageShare(" in both_sides
    assert "alicloud.ecs.Instance(" in instance
    assert "NoSharedImage" in without
    assert "set_mocks" in test


@pytest.mark.parametrize("encrypted", [False, True])
def test_the_instance_runs_from_the_image_that_is_found(run: Any, encrypted: bool) -> None:
    program = PROGRAMS[0].replace('name="golden-*"', 'name="golden-*", family="encrypted"' if encrypted else 'name="*"')
    [instance], _ = run(program)
    assert instance["type"] == "alicloud:ecs/instance:Instance"
    inputs = instance["inputs"]
    assert (inputs["imageId"], inputs["systemDiskEncrypted"]) == (SHARED_IMAGE, encrypted)


def test_a_program_goes_on_without_an_image(run: Any) -> None:
    _, printed = run(PROGRAMS[3] + '\nprint("took", image_id, file=__import__("sys").stderr)\n')
    assert "get_shared_image found no image with name 'golden-arm-*' and architecture arm64" in printed
    assert f"took {SHARED_IMAGE}" in printed


def test_the_pages_unit_test_passes_without_credentials_and_finds_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "test_infrastructure.py").write_text(PROGRAMS[4])
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("ALIBABA_CLOUD_", "ALICLOUD_"))
    }
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", str(tmp_path)]

    def passed(program: str) -> bool:
        (tmp_path / "infrastructure.py").write_text(program)
        ran = subprocess.run(command, cwd=tmp_path, env={**environment, "HOME": str(tmp_path)}, capture_output=True)
        return ran.returncode == 0

    assert passed(PROGRAMS[0])
    assert not passed(PROGRAMS[0].replace("system_disk_encrypted=image.encrypted", "system_disk_encrypted=False"))
