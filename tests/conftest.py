"""Fixtures: an ECS of this machine, and an environment that knows nothing of the person who runs the tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ecs_emulator import Emulator

OWN_VARIABLES = ("ALIBABA_CLOUD_", "ALICLOUD_", "PULUMI_CONFIG", "PULUMI_BACKEND")


@pytest.fixture(autouse=True)
def _nobody(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Hide the credentials and settings of whoever runs the tests, and never ask a metadata server."""
    import os

    for name in list(os.environ):
        if name.startswith(OWN_VARIABLES):
            monkeypatch.delenv(name)
    monkeypatch.setenv("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.setenv("PULUMI_SKIP_UPDATE_CHECK", "true")


@pytest.fixture
def ecs() -> Iterator[Emulator]:
    """A fresh ECS on this machine."""
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def ecs_config(ecs: Emulator) -> dict[str, str]:
    """The stack configuration of the owner of the golden image."""
    owner = ecs.account("owner")
    return {
        "alicloud:region": "cn-hangzhou",
        "alicloud:accessKey": owner.access_key_id,
        "alicloud:secretKey": owner.access_key_secret,
        "alicloud:endpoints": f'[{{"ecs": "{ecs.endpoint}"}}]',
        "alicloud:protocol": "HTTP",
        "image-share:retrySeconds": "5",
        "image-share:visibleSeconds": "5",
    }


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """An empty folder for a Pulumi project."""
    folder = tmp_path / "project"
    folder.mkdir()
    return folder
