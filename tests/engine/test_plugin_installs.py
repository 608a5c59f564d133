"""However the plugin is installed, the engine finds it, looks for none far away, and warns of none but one on PATH.

Where none is installed, and the program names no version and no address, the engine guesses one that is not ours. What
`pulumi package add` writes and the SDKs name both.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from ecs_emulator import Emulator
from support.downloads import MayDownload
from support.sdks import SDKS

PLUGIN = "pulumi-resource-alicloud-image-share"
BESIDE_PYTHON = Path(sys.executable).parent
NOT_FROM_PATH = {"PULUMI_IGNORE_AMBIENT_PLUGINS": "true"}
BY_PROJECT = f"plugins: {{providers: [{{name: alicloud-image-share, path: '{BESIDE_PYTHON}'}}]}}\n"
NOWHERE = "pulumi-resource-alicloud-image-share.invalid"

YAML = """
name: shop
runtime: yaml
resources:
  golden:
    type: alicloud-image-share:ImageShare
    properties:
      imageId: {image}
      accounts: {payments: "1000000000000002"}
"""
PYTHON = """
import pulumi_alicloud_image_share_sdk

pulumi_alicloud_image_share_sdk.ImageShare("golden", image_id="{image}", accounts={"payments": "1000000000000002"})
"""
MakeProject = Callable[[Mapping[str, str]], MayDownload]
TO_CREATE = "alicloud-image-share:index:ImageShare golden create"


@pytest.fixture
def project(tmp_path: Path, ecs: Emulator) -> MakeProject:
    """Make a project of files, by their names; {image} in them stands for the golden image."""
    owner = ecs.account("owner")
    settings = {
        "region": "cn-hangzhou",
        "accessKey": owner.access_key_id,
        "secretKey": owner.access_key_secret,
        "endpoints": json.dumps([{"ecs": ecs.endpoint, "sts": ecs.endpoint}]),
        "protocol": "HTTP",
    }

    def make(files: Mapping[str, str]) -> MayDownload:
        config = {f"alicloud-image-share:{name}": value for name, value in settings.items()}
        texts = {name: text.replace("{image}", ecs.golden_image_id) for name, text in files.items()}
        return MayDownload(tmp_path, config, texts)

    return make


@pytest.fixture
def python_sdk(tmp_path: Path) -> Path:
    """A folder in which the SDK for Python is as it is installed."""
    name = "pulumi_alicloud_image_share_sdk"
    shutil.copytree(SDKS / "python" / name, tmp_path / "installed" / name)
    metadata = tmp_path / "installed" / f"{name}-0.1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 0.1.0\n")
    return tmp_path / "installed"


def test_on_path_it_is_found_and_the_engine_says_so(project: MakeProject) -> None:
    log = project({"Pulumi.yaml": YAML}).preview()
    assert TO_CREATE in log.text
    assert log.looked_for == set()
    assert log.warnings == {f"using {PLUGIN} from $PATH at {BESIDE_PYTHON / PLUGIN}"}


def test_in_the_cache_it_is_found_quietly(project: MakeProject) -> None:
    pulumi = project({"Pulumi.yaml": YAML})
    pulumi.command(
        "plugin", "install", "resource", "alicloud-image-share", "0.1.0", "--file", str(BESIDE_PYTHON / PLUGIN)
    )
    log = pulumi.preview(**NOT_FROM_PATH)
    assert TO_CREATE in log.text
    assert log.looked_for == set()
    assert log.warnings == set()


def test_where_the_project_names_it_it_is_found_quietly_although_it_is_on_path(
    project: MakeProject,
) -> None:
    log = project({"Pulumi.yaml": YAML + BY_PROJECT}).preview()
    assert TO_CREATE in log.text
    assert log.looked_for == set()
    assert log.warnings == set()


def test_with_the_sdk_for_python_it_is_asked_for_by_its_own_address_and_found(
    project: MakeProject, python_sdk: Path
) -> None:
    described = "name: shop\nruntime: python\n" + BY_PROJECT
    log = project({"Pulumi.yaml": described, "__main__.py": PYTHON}).preview(PYTHONPATH=str(python_sdk))
    assert TO_CREATE in log.text
    assert f"package alicloud-image-share-0.1.0 (https://{NOWHERE}) is required by language host" in log.text
    assert log.looked_for == set()


def test_where_it_is_not_installed_nobody_else_is_asked_for_it(project: MakeProject) -> None:
    pulumi = project({"Pulumi.yaml": YAML})
    pulumi.command("package", "add", str(BESIDE_PYTHON / PLUGIN))
    log = pulumi.preview(fails=True, **NOT_FROM_PATH)
    assert log.looked_for == {"alicloud-image-share"}
    assert log.addresses == {NOWHERE}
