"""The engine looks for no plugin of this package's name: there is none, and whoever gives one that name is not us.

What an engine downloads is what the language host names after a look at the installed packages, here at an editable
install of this one. `make package-check` looks at an installed wheel.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from ecs_emulator import Emulator
from support.command_line import NO_DOWNLOADS
from support.engine import PLUGINS
from support.killing import Killable

PROGRAM = """
from pulumi_alicloud_image_share import ImageShare

ImageShare("golden", image_id="{image}", accounts=["1000000000000002"])
"""

# As the engine logs them: the plugins that the language host asks for, with their versions, and those it looks for.
ASKED_FOR = re.compile(r"package (\S+?)-\d\S* \(.*?\) is required by language host")
LOOKED_FOR = re.compile(r"installPlugin\((\S+?), .*?\): initiating download")


class MayDownload(Killable):
    """`pulumi` that downloads what plugins it wants, through a proxy that isn't there."""

    def __init__(self, folder: Path, config: Mapping[str, str], program: str) -> None:
        super().__init__(folder, config, program)
        for name in (*NO_DOWNLOADS, "NO_PROXY", "no_proxy"):
            self._environment.pop(name, None)
        self._environment["HTTPS_PROXY"] = "http://127.0.0.1:9"

    def _serving(self, arguments: Sequence[str]) -> contextlib.AbstractContextManager[list[str]]:
        """The language host runs the program: it is what asks for plugins."""
        return contextlib.nullcontext([])


@pytest.fixture
def pulumi(
    tmp_path: Path, ecs: Emulator, ecs_config: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[MayDownload]:
    # A stand-in for pulumi-alicloud's plugin, which the language host asks for too: nobody need wait for that one.
    monkeypatch.setenv("PATH", f"{PLUGINS}{os.pathsep}{os.environ['PATH']}")
    pulumi = MayDownload(tmp_path, ecs_config, PROGRAM.format(image=ecs.golden_image_id))
    yield pulumi
    pulumi.end_what_is_left()


def test_a_development_install_makes_the_engine_look_for_no_plugin(pulumi: MayDownload) -> None:
    pulumi.init("dev")
    run = pulumi.start("dev", "preview", "-v=9", "--logtostderr")
    assert run.wait() == 0, run.text
    assert "alicloud:ImageShare" in run.text
    assert set(ASKED_FOR.findall(run.text)) == {"alicloud"}
    assert set(LOOKED_FOR.findall(run.text)) == set()
