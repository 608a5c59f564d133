"""The limits that pages quote are the defaults of the code."""

from __future__ import annotations

from pulumi_alicloud_image_share.cloud.settings import DEFAULT_RETRY_SECONDS, DEFAULT_VISIBLE_SECONDS
from pulumi_alicloud_image_share.share.record import DEFAULT_MAX_UNSHARE_PERCENT, FEWEST_ACCOUNTS_GUARDED
from support.pages import page


def on_one_line(name: str) -> str:
    return " ".join(page(name).split())


def test_the_times_that_an_operation_may_take() -> None:
    text = on_one_line("docs/reliability.md")
    set_visible = "`pulumi config set alicloud-image-share:visibleSeconds"
    assert f"for up to {DEFAULT_VISIBLE_SECONDS:g} seconds ({set_visible}" in text
    assert f"for up to {DEFAULT_RETRY_SECONDS:g} seconds an operation (`alicloud-image-share:retrySeconds`)" in text


def test_the_guard_against_unsharing_many() -> None:
    guard = f"more than {DEFAULT_MAX_UNSHARE_PERCENT} per cent of at least {FEWEST_ACCOUNTS_GUARDED} accounts"
    assert guard in on_one_line("docs/sequences.md")
