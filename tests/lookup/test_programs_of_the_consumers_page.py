"""The programs of docs/consumers.md that need no engine do what the page says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ecs_emulator import Emulator
from support.pages import REPOSITORY, blocks, page

PROGRAMS = blocks(page("docs/consumers.md"), "python")
OWNER, PAYMENTS = "1000000000000001", "1000000000000002"


@pytest.fixture
def run(tmp_path: Path, config: dict[str, str]) -> Any:
    """Run a program of the page against Pulumi's mocks and the emulator; returns what it registers and prints."""

    def running(program: str) -> tuple[list[dict[str, Any]], str]:
        file = tmp_path / "__main__.py"
        file.write_text(program)
        settings = json.dumps({**config, "alicloud-image-share:trustedOwners": f'["{OWNER}"]'})
        command = [sys.executable, "-m", "support.mocked_program", str(file), settings]
        done = subprocess.run(command, cwd=REPOSITORY / "tests", capture_output=True, text=True, check=True)
        return json.loads(done.stdout), done.stderr

    return running


def test_the_other_two_programs_are_tried_on_the_real_engine() -> None:
    instance, reference, both_sides, without = PROGRAMS
    assert "StackReference" in reference
    assert "ImageShare(" in both_sides
    assert "alicloud.ecs.Instance(" in instance
    assert "NoSharedImage" in without


@pytest.mark.parametrize(("key", "encrypted"), [("golden-next", False), ("cmk-encrypted", True)])
def test_the_instance_runs_from_the_newest_trusted_image(ecs: Emulator, run: Any, key: str, encrypted: bool) -> None:
    ecs.console.share("cn-hangzhou", ecs.image("cmk-encrypted").id, PAYMENTS)
    program = PROGRAMS[0] if not encrypted else PROGRAMS[0].replace("golden-*", "golden-encrypted-*")
    [instance], _ = run(program)
    assert instance["type"] == "alicloud:ecs/instance:Instance"
    assert (instance["inputs"]["imageId"], instance["inputs"]["systemDiskEncrypted"]) == (ecs.image(key).id, encrypted)


def test_a_program_goes_on_without_an_image(ecs: Emulator, run: Any) -> None:
    _, printed = run(PROGRAMS[3] + '\nprint("took", image_id, file=__import__("sys").stderr)\n')
    assert "get_shared_image found no image with name 'golden-arm-*' and architecture arm64" in printed
    assert f"took {ecs.image('golden-next').id}" in printed
