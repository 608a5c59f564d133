"""Fixtures: an ECS of this machine, and an environment that knows nothing of the person who runs the tests."""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from ecs_emulator import Emulator
from support import protocol
from support.protocol import FRONTENDS
from support.provider_pool import end_all_left

# How long an example takes says how busy the machine is.
hypothesis.settings.register_profile("no deadline", deadline=None)
hypothesis.settings.load_profile("no deadline")

pytest_plugins = ["ecs_emulator.pytest_plugin"]

LONGEST_FIRST = (
    "engine/test_kills",
    "test_random_programs",
    "engine/test_scale",
    "test_second_stack",
    "engine/test_examples",
    "engine/",
)
OWN_VARIABLES = ("ALIBABA_CLOUD_", "ALICLOUD_", "PULUMI_CONFIG", "PULUMI_BACKEND")


@pytest.fixture(autouse=True)
def _nobody(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Hide the credentials and settings of whoever runs the tests, and never ask a metadata server."""
    for name in list(os.environ):
        if name.startswith(OWN_VARIABLES):
            monkeypatch.delenv(name)
    monkeypatch.setenv("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.setenv("PULUMI_SKIP_UPDATE_CHECK", "true")
    # Its record of a failed program keeps the program's coroutine (see `support.engine.Stack`).
    monkeypatch.setattr(logging.getLogger("grpc._server"), "disabled", True)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Let what holds for both frontends be tested through both: all that is marked so, but what is about one alone."""
    marks = {mark.name for mark in metafunc.definition.iter_markers()}
    if "both_frontends" in marks and "dynamic_frontend" not in marks:
        metafunc.parametrize("_frontend", FRONTENDS, indirect=True, scope="module")


@pytest.fixture(scope="module", autouse=True)
def _frontend(request: pytest.FixtureRequest) -> Iterator[None]:
    """Go through a frontend."""
    protocol.frontend = getattr(request, "param", FRONTENDS[0])
    yield
    protocol.frontend = FRONTENDS[0]


@pytest.fixture
def ecs(ecs_emulator: Emulator) -> Emulator:
    """A fresh ECS on this machine."""
    return ecs_emulator


@pytest.fixture
def ecs_config(ecs: Emulator) -> dict[str, str]:
    """The stack configuration of the owner of the golden image."""
    owner = ecs.account("owner")
    return {
        "alicloud:region": "cn-hangzhou",
        "alicloud:accessKey": owner.access_key_id,
        "alicloud:secretKey": owner.access_key_secret,
        "alicloud:endpoints": f'[{{"ecs": "{ecs.endpoint}", "sts": "{ecs.endpoint}"}}]',
        "alicloud:protocol": ecs.protocol,
        "alicloud-image-share:retrySeconds": "5",
        "alicloud-image-share:visibleSeconds": "5",
    }


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """An empty folder for a Pulumi project."""
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Callable[[str, int], None]:
    """Count what a test survived: `figures("kills survived", 3)`. Sums are printed at the end of the run."""

    def add(name: str, count: int) -> None:
        request.node.user_properties.append(("figure", (name, count)))

    return add


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests that take longest, so that at the end no worker waits for another."""

    def place(item: pytest.Item) -> int:
        return next((n for n, part in enumerate(LONGEST_FIRST) if part in item.nodeid), len(LONGEST_FIRST))

    items.sort(key=place)


def pytest_sessionfinish() -> None:
    """End the provider processes that tests have left to each other, before coverage is put together."""
    end_all_left()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the sums of `figures`."""
    sums: Counter[str] = Counter()
    for report in terminalreporter.stats.get("passed", ()):
        for key, figure in report.user_properties:
            if key == "figure":
                sums[figure[0]] += figure[1]
    if sums:
        terminalreporter.section("reliability figures")
        for name, count in sorted(sums.items()):
            terminalreporter.write_line(f"{name}: {count}")
