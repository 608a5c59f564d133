"""A headless Chromium, the one that `make test` gets from npm: the same on every machine, whatever browser it has."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from .pages import REPOSITORY

FOLDER = REPOSITORY / "tests/page/nodejs/node_modules/.chromium"
ARGUMENTS = (
    # A test may run as root, and loads nothing but its own page.
    "--no-sandbox",
    "--disable-gpu",
    # Instead of the features that Playwright turns on: a screenshot by CDPScreenshotNewSurface fails now and then
    # where nothing but the CPU draws ("Unable to capture screenshot").
    "--enable-features=SkipListAccountsWithoutGaiaCookies",
    "--font-render-hinting=none",
)
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""


@contextmanager
def chromium(home: Path) -> Iterator[Browser]:
    """A Chromium whose home is that folder; with the font of its package, and libraries that a bare machine lacks."""
    if not (FOLDER / ".unpacked").exists():
        pytest.fail("Chromium is not there: `make test-all` gets it (for Linux on x86-64)", pytrace=False)
    fonts = home / "fonts.conf"
    fonts.write_text(FONTS.format(fonts=FOLDER / "fonts", cache=home / "cache"))
    environment: dict[str, str | float | bool] = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LD_LIBRARY_PATH": str(FOLDER / "lib"),
        "FONTCONFIG_FILE": str(fonts),
    }
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=FOLDER / "chromium", args=ARGUMENTS, env=environment, timeout=60_000
        )
        yield browser
        browser.close()
