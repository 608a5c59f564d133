"""What an audit is given and gives: files that are wrong, outputs that take less, and reports that hide nothing."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from ecs_emulator import Emulator
from pulumi_alicloud_image_share.audit.model import Audit, AuditedImage
from pulumi_alicloud_image_share.cli.table_report import print_audit
from support.audit_runs import OWNER, D, J, P, allow, state
from support.audits import an_image
from support.exported_states import exported, share
from support.golden_image import REGION
from support.golden_image import share as share_golden
from support.image_share import command_line, image_share, variables_of


def ended(
    ecs: Emulator,
    arguments: Sequence[str],
    before: Sequence[str] = (),
    stdout: Any = subprocess.DEVNULL,
    **variables: str,
) -> tuple[int, str]:
    """Run the command as a process: how it ended, and what it said of that."""
    done = subprocess.run(
        [*before, sys.executable, "-m", "pulumi_alicloud_image_share.cli", *command_line(ecs, arguments)],
        env={**os.environ, **variables_of(ecs), **variables},
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize("text", [f"payments: {P}\npayments: {D}\n", f'{{"a":"{P}","a":"{D}"}}'])
def test_a_key_that_stands_twice_drops_nobody(ecs: Emulator, tmp_path: Path, text: str) -> None:
    share_golden(ecs, P, D)
    assert image_share(ecs, *J, "--allow", allow(tmp_path, text)).code == 2


@pytest.mark.parametrize("arguments", [("-q",), ("-q", "-f", "json"), ("-q", "-f", "csv")])
def test_a_report_that_the_output_can_not_take_is_not_a_finding(ecs: Emulator, arguments: tuple[str, ...]) -> None:
    share_golden(ecs, P)
    ecs.console.create_image(REGION, name="金镜像")
    code, err = ended(ecs, ["audit", "--ignore", "community", *arguments], PYTHONIOENCODING="ascii")
    assert (code, "Traceback" in err) == (0, False)


def test_a_full_disk_is_not_a_finding(ecs: Emulator) -> None:
    code, err = ended(ecs, ["audit", "-q", "-f", "json", "-o", "/dev/full"])
    assert (code, "Traceback" in err) == (2, False)


def test_a_full_standard_output_is_not_a_finding(ecs: Emulator) -> None:
    with open("/dev/full", "w") as full:
        code, err = ended(ecs, ["audit", "-q", "-f", "json"], stdout=full)
    assert (code, "Traceback" in err) == (2, False)


def test_a_report_that_does_not_fit_leaves_nothing_behind(ecs: Emulator, tmp_path: Path) -> None:
    for n in range(40):
        ecs.console.create_image(REGION, name=f"n{n}")
    limited = ["bash", "-c", 'ulimit -f 4; exec "$@"', "x"]
    ended(ecs, ["audit", "-q", "-f", "json", "-o", str(tmp_path / "r.json")], before=limited)
    assert list(tmp_path.iterdir()) == []


def test_a_list_that_is_too_deep_is_an_error_and_no_finding(ecs: Emulator, tmp_path: Path) -> None:
    code, err = ended(ecs, ["audit", "-q", "--allow", allow(tmp_path, "[" * 5000)])
    assert (code, "Traceback" in err) == (2, False)


def test_outputs_that_are_no_mapping_are_an_error_and_no_finding(ecs: Emulator, tmp_path: Path) -> None:
    odd = {**share(ecs.golden_image_id), "outputs": "x"}
    code, err = ended(ecs, ["audit", "-q", "--state", state(tmp_path, odd)])
    assert (code, "Traceback" in err) == (2, False)


def test_a_long_name_does_not_hide_who_can_launch_it() -> None:
    image = an_image(1, name="company-golden-ubuntu-22.04-x86_64-20240501")
    audit = Audit(OWNER, (image.region,), "t", images=(AuditedImage(image, {P: "2024-01-01T00:00:00Z"}),))
    text = io.StringIO()
    print_audit(Console(file=text, width=80, color_system=None), audit)
    assert P in text.getvalue()


def test_csv_says_what_was_not_looked_at_and_what_is_gone(ecs: Emulator, tmp_path: Path) -> None:
    ecs.faults.add(action="DescribeImages", kind="unavailable", region="cn-beijing")
    missing = state(tmp_path, share("m-bp1gone0000000000001", P))
    regions = ("-r", REGION, "-r", "cn-beijing")
    answer = image_share(ecs, "audit", "-f", "csv", "-q", *regions, "--state", missing, "--retry-seconds", "0.2")
    assert "cn-beijing" in answer.out
    assert "m-bp1gone0000000000001" in answer.out


def test_nothing_judged_is_not_nothing_wrong(ecs: Emulator) -> None:
    share_golden(ecs, P, D)
    assert "Nothing is wrong." not in image_share(ecs, "audit", "--ignore", "community").out


def test_a_report_says_which_findings_it_leaves_out(ecs: Emulator, tmp_path: Path) -> None:
    share_golden(ecs, P)
    answer = image_share(
        ecs, "audit", "--allow", allow(tmp_path, "[]"), "--ignore", "not-allowed", "--ignore", "community"
    )
    assert "not-allowed" in answer.out or "Nothing is wrong." not in answer.out


@pytest.mark.parametrize("content", [b"gzip", b"bom"])
def test_the_standard_input_may_be_what_a_file_may_be(ecs: Emulator, content: bytes) -> None:

    text = exported().encode()
    done = subprocess.run(
        [sys.executable, "-m", "pulumi_alicloud_image_share.cli", *command_line(ecs, ["audit", "-q", "--state", "-"])],
        input=gzip.compress(text) if content == b"gzip" else b"\xef\xbb\xbf" + text,
        env={**os.environ, **variables_of(ecs)},
        capture_output=True,
        check=False,
    )
    assert b"is not JSON" not in done.stderr
