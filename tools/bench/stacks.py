"""The stacks that are measured: the same shares through each frontend, an empty program, and the peer's."""

from __future__ import annotations

import json
import os
import shutil
import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from ecs_emulator import Emulator

from .watched import Figures, watch

REGION: Final = "cn-hangzhou"
BIN: Final = Path(sys.executable).parent
_PYTHON: Final = f"""\
name: bench
runtime:
  name: python
  options: {{virtualenv: {BIN.parent}}}
"""
_YAML: Final = f"""\
name: bench
runtime: yaml
plugins: {{providers: [{{name: alicloud-image-share, path: {BIN}}}]}}
"""
_PROGRAM: Final = """\
import json
from pathlib import Path

for image, accounts in json.loads(Path(__file__).with_name("shares.json").read_text()).items():
    from pulumi_alicloud_image_share import ImageShare

    ImageShare(image, image_id=image, accounts=accounts)
"""
Shares = Mapping[str, Sequence[str]]
"""Image ID to account IDs."""


class Stack(ABC):
    """Shares, as a tool manages them."""

    def __init__(self, folder: Path, ecs: Emulator) -> None:
        """Write its program into a new folder."""
        self.ecs = ecs
        self.folder = folder
        folder.mkdir(parents=True)
        owner = ecs.account("owner")
        self.key, self.secret = owner.access_key_id, owner.access_key_secret
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("ALIBABA", "ALICLOUD"))},
            "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true",
        }

    @abstractmethod
    def write(self, shares: Shares) -> None:
        """Let the program have these shares."""

    @abstractmethod
    def command(self, operation: str) -> list[str]:
        """The command for "up", "preview", "refresh" or "destroy"."""

    def run(self, operation: str) -> Figures:
        """Run a command, and say what it took."""
        return watch(self.command(operation), self.folder, self.environment, self.ecs)


class PulumiStack(Stack):
    """A stack of Pulumi's."""

    flags: Sequence[str] = ()
    project = _PYTHON
    settings = ("alicloud", "image-share")

    def __init__(self, folder: Path, ecs: Emulator) -> None:
        """See `Stack`."""
        super().__init__(folder, ecs)
        self.environment |= {
            "PULUMI_BACKEND_URL": folder.as_uri(),
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_CONFIG_PASSPHRASE": "bench",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        }
        (folder / "Pulumi.yaml").write_text(self.project)
        self.write({})
        watch(["pulumi", "stack", "init", "bench", "--non-interactive"], folder, self.environment, ecs)
        settings = folder / "Pulumi.bench.yaml"
        config = {
            f"{self.settings[0]}:region": REGION,
            f"{self.settings[0]}:accessKey": self.key,
            f"{self.settings[0]}:secretKey": self.secret,
            f"{self.settings[0]}:endpoints": json.dumps([{"ecs": ecs.endpoint, "sts": ecs.endpoint}]),
            f"{self.settings[0]}:protocol": "HTTP",
        }
        settings.write_text(settings.read_text() + "config: " + json.dumps(config) + "\n")

    def command(self, operation: str) -> list[str]:
        """See `Stack.command`."""
        words = [operation] if operation == "preview" else [operation, "--yes", "--skip-preview"]
        return ["pulumi", *words, "--non-interactive", "--suppress-outputs", "--stack", "bench", *self.flags]


class DynamicStack(PulumiStack):
    """A Python program with dynamic resources."""

    def write(self, shares: Shares) -> None:
        """See `Stack.write`."""
        (self.folder / "shares.json").write_text(json.dumps(shares))
        (self.folder / "__main__.py").write_text(_PROGRAM)


class PluginStack(PulumiStack):
    """A YAML program with resources of the plugin's."""

    project = _YAML
    settings = ("alicloud-image-share", "alicloud-image-share")

    def write(self, shares: Shares) -> None:
        """See `Stack.write`."""
        resources = {
            image: {
                "type": "alicloud-image-share:ImageShare",
                "properties": {"imageId": image, "accountIds": list(accounts)},
            }
            for image, accounts in shares.items()
        }
        # JSON is YAML.
        (self.folder / "Pulumi.yaml").write_text(f"{self.project}resources: {json.dumps(resources)}\n")


class WidePluginStack(PluginStack):
    """The same with 64 operations at once."""

    flags = ("--parallel", "64")


class EngineStack(PluginStack):
    """As many resources of the engine's own, which call nobody: what is the engine's in every figure."""

    def write(self, shares: Shares) -> None:
        """See `Stack.write`."""
        resources = {
            image: {"type": "pulumi:index:Stash", "properties": {"input": list(accounts)}}
            for image, accounts in shares.items()
        }
        (self.folder / "Pulumi.yaml").write_text(f"{self.project}resources: {json.dumps(resources)}\n")


class PeerStack(Stack):
    """`alicloud_image_share_permission` of the Terraform provider: one resource for each account on each image."""

    def __init__(self, folder: Path, ecs: Emulator) -> None:
        """See `Stack`; the provider is that of PEER_TERRAFORM_PROVIDER, a built binary."""
        super().__init__(folder, ecs)
        provider = Path(os.environ["PEER_TERRAFORM_PROVIDER"]).resolve()
        plugins = folder / "plugins"
        plugins.mkdir()
        shutil.copy(provider, plugins / "terraform-provider-alicloud")
        settings = folder / "terraform.rc"
        settings.write_text(
            f'provider_installation {{\n  dev_overrides {{ "aliyun/alicloud" = "{plugins}" }}\n  direct {{}}\n}}\n'
        )
        self.environment |= {"TF_CLI_CONFIG_FILE": str(settings), "CHECKPOINT_DISABLE": "1"}
        self.write({})

    def write(self, shares: Shares) -> None:
        """See `Stack.write`: a block for each account on each image, as people write them."""
        blocks = {
            f"{image}-{account}": {"image_id": image, "account_id": account}
            for image, accounts in shares.items()
            for account in accounts
        }
        provider = {
            "region": REGION,
            "access_key": self.key,
            "secret_key": self.secret,
            "protocol": "HTTP",
            "skip_region_validation": True,
            "endpoints": {"ecs": self.ecs.endpoint},
        }
        program = {
            "terraform": {"required_providers": {"alicloud": {"source": "aliyun/alicloud"}}},
            "provider": {"alicloud": provider},
            **({"resource": {"alicloud_image_share_permission": blocks}} if blocks else {}),
        }
        (self.folder / "main.tf.json").write_text(json.dumps(program))

    def command(self, operation: str) -> list[str]:
        """See `Stack.command`."""
        words = {
            "up": ["apply", "-auto-approve"],
            "preview": ["plan"],
            "refresh": ["apply", "-refresh-only", "-auto-approve"],
            "destroy": ["destroy", "-auto-approve"],
        }
        return ["terraform", *words[operation], "-no-color", "-input=false"]
