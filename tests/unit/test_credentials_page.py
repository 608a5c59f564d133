"""What docs/credentials.md says is what the code does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share.cloud.credentials import Role
from pulumi_alicloud_image_share.cloud.settings import (
    KEY_VARIABLES,
    PROFILE_VARIABLES,
    UNSUPPORTED,
    read_settings,
)
from pulumi_alicloud_image_share.plugin.configuration import SETTINGS, Setting
from pulumi_alicloud_image_share.resource.base import Request
from pulumi_alicloud_image_share.resource.operation import SILENT
from pulumi_alicloud_image_share.resource.run import Run
from pulumi_alicloud_image_share.share.resource import ShareResource
from support.pages import blocks, page, rows, run_against_mocks

PAGE = page("docs/credentials.md")
PAYMENTS, DATA = "1000000000000002", "1000000000000003"


def test_a_share_needs_the_actions_of_the_policy_and_no_other(ecs: Emulator, ecs_config: dict[str, str]) -> None:
    kind = ShareResource(Run(lambda: True), read_settings(ecs_config.get, {}))
    asked = {"image_id": ecs.golden_image_id, "accounts": [PAYMENTS]}
    inputs = kind.check(Request(SILENT, new=asked)).inputs
    made = kind.create(Request(SILENT, new=inputs))
    kind.read(Request(SILENT, made.id, made.outputs, inputs))
    changed = {**inputs, "accounts": {DATA: ""}}
    made = kind.update(Request(SILENT, made.id, made.outputs, changed))
    kind.delete(Request(SILENT, made.id, made.outputs))
    [policy] = blocks(PAGE, "json")
    [statement] = json.loads(policy)["Statement"]
    assert {f"ecs:{action}" for action in ecs.calls.by_action()} == set(statement["Action"])


def test_its_program_runs(tmp_path: Path) -> None:
    [program] = blocks(PAGE, "python")
    [share] = run_against_mocks(program, tmp_path)
    assert share["inputs"]["assume_role"]["role_arn"] == "acs:ram::1000000000000005:role/image-sharer"


@pytest.mark.parametrize("variable", [*(name for names in KEY_VARIABLES for name in names), *PROFILE_VARIABLES])
def test_each_variable_of_the_environment_stands_in_it(variable: str) -> None:
    assert f"`{variable}`" in PAGE


def test_the_role_of_the_configuration_has_the_entries_that_it_names() -> None:
    entries = {"sessionName": "ci", "externalId": "golden", "sessionExpiration": 900}
    assert all(f"`{name}`" in PAGE for name in entries)
    arn = "acs:ram::1000000000000001:role/image-sharer"
    settings = read_settings({"alicloud-image-share:assumeRole": json.dumps({"roleArn": arn, **entries})}.get, {})
    assert settings.role == Role(arn, "ci", "golden", 900)
    assert f"alicloud-image-share:assumeRole.roleArn {arn}" in PAGE


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_each_setting_stands_in_its_table(setting: Setting) -> None:
    assert any(f"`{setting.name}`" in cells[0] for cells in rows(PAGE))


def test_the_setting_that_it_says_is_refused_is_refused() -> None:
    assert "ecsRoleName" in UNSUPPORTED
    assert read_settings({"alicloud:ecsRoleName": "sharer"}.get, {}).faults
