"""`image-share` on a terminal and in a pipe: progress and help for people, nothing but data for programs."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import threading
from pathlib import Path
from subprocess import PIPE

import pytest

from ecs_emulator import Emulator
from support.golden_image import REGION
from support.golden_image import share as share_golden
from support.image_share import image_share, start_image_share

PAYMENTS = "1000000000000002"


class Terminal:
    """A terminal of 24 lines and 80 columns that keeps what is written on it."""

    def __init__(self) -> None:
        self._here, self.there = pty.openpty()
        os.environ.setdefault("TERM", "xterm")
        self._written = bytearray()
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()

    def text(self) -> str:
        """All that was written, once nobody has the terminal open any more."""
        os.close(self.there)
        self._reading.join(timeout=10)
        return self._written.decode()

    def _read(self) -> None:
        while True:
            try:
                self._written += os.read(self._here, 65536)
            except OSError:
                return


def test_a_bar_shows_how_far_it_is_on_a_terminal_and_leaves_nothing_in_the_data(ecs: Emulator) -> None:
    share_golden(ecs, PAYMENTS)
    terminal = Terminal()
    process = start_image_share(ecs, "audit", "-f", "json", stdout=PIPE, stderr=terminal.there)
    out, _ = process.communicate(timeout=60)
    shown = terminal.text()
    assert json.loads(out)["accountId"] == ecs.account("owner").id
    assert "Looking at images" in shown
    assert f"Account {ecs.account('owner').id}" in shown


def test_in_a_pipe_there_is_nothing_but_data(ecs: Emulator) -> None:
    share_golden(ecs, PAYMENTS)
    process = start_image_share(ecs, "audit", "-f", "csv", "--quiet", stdout=PIPE, stderr=PIPE)
    out, err = process.communicate(timeout=60)
    assert err == ""
    assert out.startswith("region,image_id,")
    assert "\x1b" not in out
    process = start_image_share(ecs, "audit", stdout=PIPE, stderr=PIPE)
    out, err = process.communicate(timeout=60)
    assert err == ""
    assert "\x1b" not in out


def test_a_reader_that_has_had_enough_is_no_error(ecs: Emulator) -> None:
    for _ in range(300):
        ecs.console.create_image(REGION)
    process = start_image_share(ecs, "audit", "-f", "json", "--quiet", stdout=PIPE, stderr=PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(1)
    process.stdout.close()
    assert "Traceback" not in process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=60) != 0


def test_the_summary_fits_a_screen_whatever_is_found(ecs: Emulator, tmp_path: Path) -> None:
    for number in range(40):
        image_id = ecs.console.create_image(REGION, name=f"golden-{number}")
        ecs.console.share(REGION, image_id, PAYMENTS)
    ecs.console.share_with_groups(REGION, ecs.golden_image_id, "all")
    for region in ("eu-central-1", "us-west-1", "cn-beijing", "cn-shanghai", "ap-southeast-1"):
        ecs.faults.add(action="DescribeImages", kind="error", code="Forbidden", region=region)
    (tmp_path / "allow").write_text("[]")
    out = image_share(
        ecs, "audit", "--all-regions", "--allow", str(tmp_path / "allow"), "--state", "-", typed='{"deployment": {}}'
    ).out
    summary = out[out.rindex("Account ") :].splitlines()
    assert len(summary) <= 22
    assert max(map(len, summary)) <= 79


# -- help ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["audit", "who", "diff"])
def test_help_tells_a_newcomer_what_a_command_does_and_gives_an_example(command: str) -> None:
    answer = image_share(None, command, "--help", COLUMNS="100")
    assert answer.code == 0
    assert "For example:" in answer.out
    assert "--region" in answer.out
    assert "ALIBABA_CLOUD_REGION" in answer.out
    assert image_share(None, command, "-h", COLUMNS="100").out == answer.out


def test_without_a_command_it_lists_them() -> None:
    out = image_share(None).out + image_share(None).err
    assert all(command in out for command in ("audit", "who", "diff"))
    assert "It exits with 0" in image_share(None, "--help", COLUMNS="100").out.replace("\n", " ")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_has_a_script_that_completes_it(shell: str) -> None:
    # As `--show-completion` prints it, which asks what shell it runs in.
    script = completed(_IMAGE_SHARE_COMPLETE=f"source_{shell}")
    assert f"complete_{shell}" in script
    assert "image-share" in script


def test_options_are_completed() -> None:
    typed = {"COMP_WORDS": "image-share audit --fo", "COMP_CWORD": "2"}
    assert completed(_IMAGE_SHARE_COMPLETE="complete_bash", **typed).split() == ["--format"]


def completed(**variables: str) -> str:
    """What the command prints to a shell that asks it."""
    command = [str(Path(sys.executable).parent / "image-share")]
    return subprocess.run(command, env={**os.environ, **variables}, capture_output=True, text=True, check=True).stdout


def test_without_its_extra_it_says_what_to_install(tmp_path: Path) -> None:
    hidden = "import sys; sys.modules['typer'] = None; sys.argv = ['image-share']"
    script = f"{hidden}\nfrom pulumi_alicloud_image_share.cli.__main__ import main\nmain()"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 2
    assert "pip install 'pulumi-alicloud-image-share[cli]'" in done.stderr
    assert "Traceback" not in done.stderr
