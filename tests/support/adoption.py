"""Taking over what is shared: an audit of the emulator, and a project in which printed commands are run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import yaml

from ecs_emulator import Emulator
from pulumi_alicloud_image_share.audit.model import Audit, AuditedImage
from pulumi_alicloud_image_share.cloud.credentials import find_credential
from pulumi_alicloud_image_share.cloud.ecs import Ecs
from pulumi_alicloud_image_share.cloud.settings import read_settings

from .command_line import NO_DOWNLOADS
from .plugin_resources import BESIDE_PYTHON
from .provider_pool import attaching
from .sdks import SDKS

SDK = "pulumi_alicloud_image_share_sdk"
HOSTILE = "on: ${pulumi.cwd} \"'\n`touch pwned`\u2028# $(touch pwned) \\ é"
"""A name that would end a string, a comment or a line, or run a command, where it could."""


def audit_of(ecs: Emulator, config: Mapping[str, str], *regions: str, names: Mapping[str, str] | None = None) -> Audit:
    """All own images of these regions, as ECS tells of them, in a stack's configuration; nothing manages any."""
    settings = read_settings(dict(config).get, {})
    door = Ecs(settings, find_credential(settings))
    images = []
    for image in (image for region in sorted(regions) for image in door.own_images(region)):
        sharing = door.sharing(image.region, image.image_id)
        images.append(AuditedImage(image, sharing.accounts, sharing.groups))
    return Audit(
        ecs.account("owner").id, tuple(sorted(regions)), "2024-06-01T00:00:00Z", tuple(images), names=names or {}
    )


def printed_block(text: str, heading: str) -> str:
    """What is printed under the last comment that is this heading, up to the next empty line before a comment."""
    return re.split(r"\n(?=\n# )", text.rpartition(f"# {heading}\n")[2])[0]


class Project:
    """A project, its stack "dev", and a shell in its folder."""

    def __init__(self, folder: Path, runtime: str, config: Mapping[str, str]) -> None:
        """Make the project, without a program.

        Args:
            folder: Where it, its state and the SDK for Python are to be.
            runtime: "yaml" or "python".
            config: The stack's configuration.
        """
        self._folder = folder / "project"
        self._head = f"name: shop\nruntime: {runtime}\n{BESIDE_PYTHON}"
        for name in (self._folder, folder / "state"):
            name.mkdir(exist_ok=True)
        self._environment = {
            **os.environ,
            "PULUMI_BACKEND_URL": (folder / "state").as_uri(),
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_CONFIG_PASSPHRASE": "only a test",
            "GOGC": "off",
            "PYTHONPATH": str(_installed(folder)),
            **NO_DOWNLOADS,
        }
        self.write_yaml("resources: {}\n" if runtime == "yaml" else "")
        self.shell("pulumi stack init dev")
        file = self._folder / "Pulumi.dev.yaml"
        file.write_text(yaml.safe_dump({**yaml.safe_load(file.read_text()), "config": dict(config)}))

    def write_yaml(self, program: str) -> None:
        """Put a program into Pulumi.yaml."""
        (self._folder / "Pulumi.yaml").write_text(self._head + program)

    def write_python(self, program: str) -> None:
        """Let this be the program."""
        (self._folder / "__main__.py").write_text(program)

    def shell(self, commands: str) -> str:
        """Run commands as they are, in a shell that ends at the first that fails; returns what they print."""
        with attaching(with_plugin=True) as providers:
            done = subprocess.run(
                ["bash", "-euc", commands],
                cwd=self._folder,
                env={**self._environment, **providers},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
        assert done.returncode == 0, f"{commands}\n{done.stdout}"
        return done.stdout


def _installed(folder: Path) -> Path:
    """A folder in which the SDK for Python is as it is installed, so that the engine knows whose plugin it needs."""
    home = folder / "installed"
    shutil.copytree(SDKS / "python" / SDK, home / SDK)
    metadata = home / f"{SDK}-0.1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {SDK}\nVersion: 0.1.0\n")
    return home
