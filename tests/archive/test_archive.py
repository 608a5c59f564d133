"""The plugin's archive, in an environment that has the engine and its host for YAML, and nothing else: no Python.

It needs the archive, which takes a minute to make: `make archive-check` makes it and runs this, `make test` does not.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from ecs_emulator import Emulator
from support.command_line import REPOSITORY

PAYMENTS, DATA = "1000000000000002", "1000000000000003"
NAME = "alicloud-image-share"


class OnlyPulumi:
    """`pulumi` with the programs that it needs on PATH, and a project of one YAML program."""

    def __init__(self, folder: Path, ecs: Emulator) -> None:
        self.project = folder / "project"
        for name in ("bin", "home", "state", "project"):
            (folder / name).mkdir()
        for program in ("pulumi", "pulumi-language-yaml"):
            found = shutil.which(program)
            assert found, program
            (folder / "bin" / program).symlink_to(Path(found).resolve())
        self._environment = {
            "PATH": str(folder / "bin"),
            "HOME": str(folder / "home"),
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_BACKEND_URL": (folder / "state").as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "only a test",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        }
        self._describe(ecs)
        self("stack", "init", "dev")
        self._configure(ecs)

    def __call__(self, *arguments: str) -> str:
        """Run a command; returns what it prints."""
        done = subprocess.run(
            [f"{self._environment['PATH']}/pulumi", "--non-interactive", "--color", "never", *arguments],
            cwd=self.project,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def _describe(self, ecs: Emulator) -> None:
        share = {"imageId": ecs.golden_image_id, "accounts": {"payments": PAYMENTS, "data": DATA}}
        resources = {"golden": {"type": f"{NAME}:ImageShare", "properties": share}}
        program = {"name": "shop", "runtime": "yaml", "resources": resources}
        (self.project / "Pulumi.yaml").write_text(yaml.safe_dump(program))

    def _configure(self, ecs: Emulator) -> None:
        owner = ecs.account("owner")
        settings = {
            "region": "cn-hangzhou",
            "accessKey": owner.access_key_id,
            "secretKey": owner.access_key_secret,
            "endpoints": json.dumps([{"ecs": ecs.endpoint, "sts": ecs.endpoint}]),
            "protocol": "HTTP",
        }
        file = self.project / "Pulumi.dev.yaml"
        config = {f"{NAME}:{key}": value for key, value in settings.items()}
        file.write_text(yaml.safe_dump({**yaml.safe_load(file.read_text()), "config": config}))


@pytest.fixture
def archive() -> Path:
    [found] = (REPOSITORY / "dist").glob(f"pulumi-resource-{NAME}-v*.tar.gz")
    return found


def test_a_yaml_program_shares_an_image_where_there_is_no_python(archive: Path, tmp_path: Path, ecs: Emulator) -> None:
    pulumi = OnlyPulumi(tmp_path, ecs)
    version = archive.name.removeprefix(f"pulumi-resource-{NAME}-v").partition("-")[0]
    pulumi("plugin", "install", "resource", NAME, version, "--file", str(archive))

    text = pulumi("up", "--yes", "--skip-preview")
    assert "warning" not in text
    assert ecs.console.shared_accounts("cn-hangzhou", ecs.golden_image_id) == [PAYMENTS, DATA]

    pulumi("destroy", "--yes", "--skip-preview")
    assert ecs.console.shared_accounts("cn-hangzhou", ecs.golden_image_id) == []
