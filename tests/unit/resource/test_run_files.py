"""Processes of one engine run know each other's records; the file of a process that has ended counts for nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pulumi_alicloud_image_share.resource.run import RunFiles, run_files

ENGINE, OTHER_ENGINE = "127.0.0.1:40001", "127.0.0.1:40002"
IMAGE, OTHER_IMAGE = "cn-hangzhou:m-bp1golden00000000001", "cn-hangzhou:m-bp1golden00000000002"


@pytest.fixture
def two(tmp_path: Path) -> tuple[RunFiles, RunFiles]:
    return RunFiles(ENGINE, tmp_path), RunFiles(ENGINE, tmp_path)


def test_each_process_reads_what_the_other_publishes(two: tuple[RunFiles, RunFiles]) -> None:
    first, second = two
    assert second.published(IMAGE) == {}
    first.publish("golden", IMAGE, {"wants": ["a"]})
    assert second.published(IMAGE) == {"golden": {"wants": ["a"]}}
    assert first.published(IMAGE) == {}
    assert second.published(OTHER_IMAGE) == {}


def test_the_last_record_of_a_resource_and_an_image_counts(two: tuple[RunFiles, RunFiles]) -> None:
    first, second = two
    first.publish("golden", IMAGE, {"wants": ["a"]})
    first.publish("golden", OTHER_IMAGE, {"wants": ["b"]})
    first.publish("golden", IMAGE, {"wants": []})
    assert second.published(IMAGE) == {"golden": {"wants": []}}


def test_runs_of_other_engines_are_not_read(tmp_path: Path) -> None:
    RunFiles(OTHER_ENGINE, tmp_path).publish("golden", IMAGE, {})
    assert RunFiles(ENGINE, tmp_path).published(IMAGE) == {}


def test_what_a_process_that_has_ended_published_is_removed(tmp_path: Path) -> None:
    program = (
        "import pathlib\n"
        "from pulumi_alicloud_image_share.resource.run import RunFiles\n"
        f"RunFiles({ENGINE!r}, pathlib.Path({str(tmp_path)!r})).publish('golden', {IMAGE!r}, {{}})\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
    assert len(list(tmp_path.iterdir())) == 1
    assert RunFiles(ENGINE, tmp_path).published(IMAGE) == {}
    assert list(tmp_path.iterdir()) == []


def test_what_earlier_runs_left_is_removed(tmp_path: Path) -> None:
    (tmp_path / "0123456789abcdef-left.jsonl").write_text("")
    running = [RunFiles(OTHER_ENGINE, tmp_path), RunFiles(ENGINE, tmp_path)]
    for files in running:
        files.publish("golden", IMAGE, {})
    assert len(list(tmp_path.glob("*.jsonl"))) == 2
    assert not (tmp_path / "0123456789abcdef-left.jsonl").exists()


def test_a_closed_process_publishes_nothing(two: tuple[RunFiles, RunFiles]) -> None:
    first, second = two
    first.publish("golden", IMAGE, {})
    first.close()
    assert second.published(IMAGE) == {}


def test_only_the_user_can_read_the_files(two: tuple[RunFiles, RunFiles], tmp_path: Path) -> None:
    two[0].publish("golden", IMAGE, {})
    assert [file.stat().st_mode & 0o077 for file in tmp_path.iterdir()] == [0]


def test_without_an_engine_there_is_no_other_process() -> None:
    assert run_files(None) is None
