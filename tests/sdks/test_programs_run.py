"""Programs in TypeScript and Go on the real engine: a distribution and a share of the plugin's."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from ecs_emulator import Emulator
from support.command_line import NO_DOWNLOADS
from support.plugin_resources import BESIDE_PYTHON
from support.sdks import run_go, run_typescript

HOME, SHANGHAI = "cn-hangzhou", "cn-shanghai"
PAYMENTS, DATA = "1000000000000002", "1000000000000003"
PROGRAMS = Path(__file__).parent / "programs"


@pytest.mark.parametrize(("run", "file"), [(run_typescript, "run.ts"), (run_go, "run.go")])
def test_a_program_shares_and_distributes_and_its_next_update_makes_no_call(
    ecs: Emulator, ecs_config: dict[str, str], tmp_path: Path, run: Callable[..., str], file: str
) -> None:
    settings = {f"alicloud-image-share:{key.partition(':')[2]}": value for key, value in ecs_config.items()}
    (tmp_path / "Pulumi.yaml").write_text(
        f"name: shop\nruntime: {'go' if file.endswith('go') else 'nodejs'}\n{BESIDE_PYTHON}"
    )
    (tmp_path / "Pulumi.dev.yaml").write_text(yaml.safe_dump({"config": settings}))
    (tmp_path / "state").mkdir()
    environment = {
        "IMAGE_ID": ecs.golden_image_id,
        "PULUMI_BACKEND_URL": (tmp_path / "state").as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "only a test",
        "PULUMI_HOME": str(tmp_path / "home"),
        **NO_DOWNLOADS,
    }
    program = (PROGRAMS / file).read_text()
    found = json.loads(run(program, tmp_path, **environment))
    images = found["outputs"]["images"]
    assert found["outputs"]["sources"] == [ecs.golden_image_id]
    assert found["outputs"]["accountIds"] == [DATA]
    assert found["again"].keys() == {"same"}
    assert ecs.console.shared_accounts(HOME, images[HOME]) == [PAYMENTS]
    assert ecs.console.shared_accounts(SHANGHAI, images[SHANGHAI]) == [PAYMENTS, DATA]
