"""Processes of one engine run know what the others want; of a process that has ended, nothing is believed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pulumi_alicloud_image_share.kinds.neighbours import ALONE, Claim, FileNeighbours, digest, neighbours_at

ENGINE, OTHER_ENGINE = "127.0.0.1:40001", "127.0.0.1:40002"
IMAGE, OTHER_IMAGE = "cn-hangzhou:m-bp1golden00000000001", "cn-hangzhou:m-bp1golden00000000002"
PAYMENTS, DATA = "1000000000000002", "1000000000000003"
GOLDEN = "urn:pulumi:dev::shop::alicloud-image-share:index:ImageShare::golden"


def claim(*accounts: str, is_exclusive: bool = False) -> Claim:
    return Claim(GOLDEN, is_exclusive, frozenset(digest(IMAGE, account) for account in accounts))


@pytest.fixture
def two(tmp_path: Path) -> tuple[FileNeighbours, FileNeighbours]:
    return FileNeighbours(ENGINE, tmp_path), FileNeighbours(ENGINE, tmp_path)


def test_what_one_wants_the_other_knows(two: tuple[FileNeighbours, FileNeighbours]) -> None:
    first, second = two
    assert second.claims(IMAGE) == []
    first.tell(GOLDEN, IMAGE, is_exclusive=True, accounts=[PAYMENTS])
    assert second.claims(IMAGE) == [claim(PAYMENTS, is_exclusive=True)]
    assert first.claims(IMAGE) == []
    assert second.claims(OTHER_IMAGE) == []


def test_the_last_word_counts(two: tuple[FileNeighbours, FileNeighbours]) -> None:
    first, second = two
    first.tell(GOLDEN, IMAGE, is_exclusive=False, accounts=[PAYMENTS])
    first.tell(GOLDEN, IMAGE, is_exclusive=False, accounts=[DATA])
    assert second.claims(IMAGE) == [claim(DATA)]
    first.tell(GOLDEN, OTHER_IMAGE, is_exclusive=False, accounts=[DATA])
    assert second.claims(IMAGE) == []


def test_runs_of_other_engines_are_none_of_ours(tmp_path: Path) -> None:
    FileNeighbours(OTHER_ENGINE, tmp_path).tell(GOLDEN, IMAGE, is_exclusive=False, accounts=[PAYMENTS])
    assert FileNeighbours(ENGINE, tmp_path).claims(IMAGE) == []


def test_what_a_process_that_has_ended_wanted_is_forgotten(tmp_path: Path) -> None:
    told = (
        "import sys, pathlib\n"
        "from pulumi_alicloud_image_share.kinds.neighbours import FileNeighbours\n"
        f"FileNeighbours({ENGINE!r}, pathlib.Path({str(tmp_path)!r})).tell('x', {IMAGE!r}, is_exclusive=False, "
        f"accounts=[])\n"
    )
    subprocess.run([sys.executable, "-c", told], check=True)
    assert len(list(tmp_path.iterdir())) == 1
    assert FileNeighbours(ENGINE, tmp_path).claims(IMAGE) == []
    assert list(tmp_path.iterdir()) == []


def test_what_earlier_runs_have_left_is_swept_away(tmp_path: Path) -> None:
    (tmp_path / "0123456789abcdef-left.jsonl").write_text("")
    other = FileNeighbours(OTHER_ENGINE, tmp_path)
    other.tell(GOLDEN, IMAGE, is_exclusive=False, accounts=[])
    FileNeighbours(ENGINE, tmp_path).tell(GOLDEN, IMAGE, is_exclusive=False, accounts=[])
    assert len(list(tmp_path.glob("*.jsonl"))) == 2
    assert not (tmp_path / "0123456789abcdef-left.jsonl").exists()


def test_what_is_closed_wants_nothing(two: tuple[FileNeighbours, FileNeighbours]) -> None:
    first, second = two
    first.tell(GOLDEN, IMAGE, is_exclusive=False, accounts=[PAYMENTS])
    first.close()
    assert second.claims(IMAGE) == []


def test_no_account_stands_in_a_file(two: tuple[FileNeighbours, FileNeighbours], tmp_path: Path) -> None:
    two[0].tell(GOLDEN, IMAGE, is_exclusive=False, accounts=[PAYMENTS])
    assert PAYMENTS not in "".join(file.read_text() for file in tmp_path.iterdir())
    assert all(file.stat().st_mode & 0o077 == 0 for file in tmp_path.iterdir())


def test_without_an_engine_there_is_nobody() -> None:
    assert neighbours_at(None) is ALONE
    assert ALONE.claims(IMAGE) == []
