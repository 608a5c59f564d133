"""Fixtures: a browser, and pages in it that must have no trouble."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from support.chromium import chromium

OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with chromium(tmp_path_factory.mktemp("chromium")) as browser:
        yield browser


@pytest.fixture
def troubles() -> list[str]:
    """What a page said on the console, what went wrong in it, and whom it asked for anything."""
    return []


@pytest.fixture
def open_page(browser: Browser, tmp_path: Path, troubles: list[str]) -> Iterator[OpenPage]:
    """Open a page of HTML from a file: `open_page(html, width=1440, ...)`. It has no trouble, or the test fails."""
    contexts = []

    def open_it(html: str, width: int = 1440, height: int = 900, **options: Any) -> Page:
        file = tmp_path / "report.html"
        file.write_text(html, encoding="utf-8")
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(4_000)
        page.on("console", lambda message: troubles.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: troubles.append(f"error: {error}"))
        page.on("dialog", lambda dialog: troubles.append(f"dialog: {dialog.message}"))
        page.on(
            "requestfinished", lambda request: troubles.append(request.url) if request.url != file.as_uri() else None
        )
        page.on("requestfailed", lambda request: troubles.append(f"{request.url}: {request.failure}"))
        page.goto(file.as_uri())
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert troubles == []


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Where screenshots go: a folder that IMAGE_SHARE_PICTURES names, for who wants to look at them."""
    folder = Path(os.environ.get("IMAGE_SHARE_PICTURES") or tmp_path / "pictures")
    folder.mkdir(parents=True, exist_ok=True)
    return folder
