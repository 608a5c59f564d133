"""What is said of a copy that is under way, and when."""

from __future__ import annotations

import pytest

from pulumi_alicloud_image_share.cloud.model import Image
from pulumi_alicloud_image_share.copy.making import Progress

IMAGE_ID = "m-2zecopy0000000000001"


def at(percent: int, status: str = "Creating") -> Image:
    return Image(IMAGE_ID, "cn-beijing", "1000000000000001", "self", status, progress=f"{percent}%")


class Watched:
    """The progress of a copy in a time of its own."""

    def __init__(self) -> None:
        self.now = 5000.0
        self.shown: list[str] = []
        self._progress = Progress(self.shown.append, lambda: self.now)

    def see(self, seconds: float, image: Image) -> list[str]:
        """What is shown for a look so long after the first."""
        before = len(self.shown)
        self.now = 5000.0 + seconds
        self._progress.see(image)
        return self.shown[before:]

    def finish(self, seconds: float, *, is_taken_over: bool = False) -> list[str]:
        """What is shown for a copy that is complete so long after the first look."""
        before = len(self.shown)
        self.now = 5000.0 + seconds
        self._progress.finish(is_taken_over=is_taken_over)
        return self.shown[before:]


@pytest.fixture
def watched() -> Watched:
    watched = Watched()
    watched.see(0, at(0))
    return watched


def test_the_first_word_names_the_copy_and_says_nothing_of_the_time(watched: Watched) -> None:
    assert watched.shown == [f"0 %, as {IMAGE_ID}"]


def test_a_copy_of_which_ecs_says_no_per_cent_shows_its_status() -> None:
    watched = Watched()
    assert watched.see(0, Image(IMAGE_ID, "cn-beijing", "1", "self", "Waiting")) == [f"Waiting, as {IMAGE_ID}"]


@pytest.mark.parametrize(
    ("seconds", "percent", "says"),
    [
        (600, 45, "45 %, about 12 min left"),
        (20, 50, "50 %, about 20 s left"),
        (20, 99, "99 %, about 5 s left"),
        (60, 50, "50 %, about 60 s left"),
        (100, 50, "50 %, about 2 min left"),
        (3600, 30, "30 %, about 2.3 h left"),
        (300, 0, "0 %"),
        (600, 100, "100 %"),
    ],
)
def test_the_time_left_is_told_at_the_pace_so_far(watched: Watched, seconds: float, percent: int, says: str) -> None:
    assert watched.see(seconds, at(percent)) == [says]


def test_the_pace_of_a_copy_that_was_taken_over_counts_from_the_first_look() -> None:
    watched = Watched()
    watched.see(0, at(60))
    assert watched.see(200, at(80)) == ["80 %, about 3 min left"]


def test_little_progress_is_not_told_before_two_minutes_and_none_not_before_five(watched: Watched) -> None:
    assert watched.see(119, at(9)) == []
    assert watched.see(120, at(9)) != []
    assert watched.see(419, at(9)) == []
    assert watched.see(420, at(9)) != []


@pytest.mark.parametrize(
    ("seconds", "says"),
    [(0.2, "copied in 1 s"), (42.4, "copied in 42 s"), (185, "copied in 3 min"), (8280, "copied in 2.3 h")],
)
def test_the_last_status_is_how_long_the_copy_took(watched: Watched, seconds: float, says: str) -> None:
    watched.see(seconds / 2, at(68))
    assert watched.finish(seconds) == [says]


def test_a_copy_that_an_earlier_run_began_ends_without_a_time(watched: Watched) -> None:
    assert watched.finish(185, is_taken_over=True) == ["copied"]


def test_a_copy_that_was_complete_at_the_first_look_shows_nothing() -> None:
    assert Watched().finish(0) == []
