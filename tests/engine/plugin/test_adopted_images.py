"""What `image-share audit --adopt` prints takes images over: carried out as it is, it ends with an empty preview."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from ecs_emulator import Emulator
from ecs_emulator.seed import ImageSeed, load_seed
from pulumi_alicloud_image_share.audit.programs import TYPE, import_all_command
from support.adoption import HOSTILE, Project, printed_block
from support.image_share import Answer, image_share
from support.plugin_resources import plugin_settings

HANGZHOU, SHANGHAI = "cn-hangzhou", "cn-shanghai"
PAYMENTS, DATA = "1000000000000002", "1000000000000003"
MANY = [str(2000000000000001 + n) for n in range(60)]
NO_CHANGES = "pulumi preview --expect-no-changes"
STRANGE = {
    "of-the-marketplace": {"product_code": "cmjj000001"},
    "deprecated": {"status": "Deprecated"},
    "unavailable": {"status": "UnAvailable"},
    "encrypted-with-the-service-key": {"encrypted": True},
}
"""Images that can't be shared, by their names: these were before that was so."""

Settings = dict[str, str]


@pytest.fixture
def ecs_emulator_options() -> dict[str, Any]:
    """A cloud that has images of all these sorts, shared with two accounts."""
    common = {"region": SHANGHAI, "owner": "owner", "shared_with": ("payments", "data")}
    strange = [
        ImageSeed.model_validate({"key": name, "name": name, "id": f"m-uf6strange0000{n:06}", **common, **what})
        for n, (name, what) in enumerate(STRANGE.items())
    ]
    seed = load_seed()
    return {"seed": seed.model_copy(update={"images": (*seed.images, *strange)})}


@pytest.fixture
def settings(ecs_config: Settings) -> Settings:
    return plugin_settings(ecs_config)


def changes(preview: str) -> list[str]:
    """The lines of a preview that say what comes, goes or changes, without the count of them."""
    lines = [line.strip() for line in preview.partition("Resources:")[0].splitlines()]
    return [line for line in lines if line[:2] in ("+ ", "- ", "~ ")]


def adopt(ecs: Emulator, folder: Path, *options: str, typed: str = "") -> Answer:
    """What the command prints of both regions, where an account has a hostile name."""
    names = folder / "accounts.json"
    names.write_text(json.dumps({HOSTILE: PAYMENTS}))
    regions = ("--region", HANGZHOU, "--region", SHANGHAI)
    return image_share(ecs, "audit", *regions, "--adopt", "--allow", str(names), *options, typed=typed)


def test_one_import_of_all_images_and_the_yaml_program_end_with_an_empty_preview(
    ecs: Emulator, settings: Settings, tmp_path: Path
) -> None:
    ecs.console.set_share_quota("owner", 100)
    ecs.console.share(HANGZHOU, ecs.golden_image_id, *MANY)
    twin = ecs.console.create_image(SHANGHAI, name=ecs.image("golden").name)
    for image in (twin, ecs.console.create_image(SHANGHAI, name=HOSTILE)):
        ecs.console.share(SHANGHAI, image, PAYMENTS, DATA)
    ecs.console.share_with_groups(SHANGHAI, twin, "all")
    text = adopt(ecs, tmp_path).out
    project = Project(tmp_path, "yaml", settings)
    [how] = re.findall(r"^cat > .*?^pulumi import .*?$", text, re.MULTILINE | re.DOTALL)
    project.shell(how)
    program = printed_block(text, "Pulumi.yaml")
    assert len(yaml.safe_load(program)["resources"]) == 3 + len(STRANGE)
    project.write_yaml(program)
    project.shell(NO_CHANGES)
    project.write_yaml(program.replace(f'        - "{MANY[7]}"\n', ""))
    preview = project.shell("pulumi preview --diff --color never")
    assert changes(preview) == [f"~ {TYPE}: (update) 🔒", "~ accounts: {", f'- {MANY[7]}: ""']
    assert f"[id={HANGZHOU}:{ecs.golden_image_id}]" in preview
    assert not list(tmp_path.rglob("pwned"))


def test_images_taken_over_one_after_the_other_by_a_python_program_end_with_an_empty_preview(
    ecs: Emulator, settings: Settings, tmp_path: Path
) -> None:
    ecs.console.share(HANGZHOU, ecs.golden_image_id, PAYMENTS, DATA)
    ecs.console.share(SHANGHAI, ecs.console.create_image(SHANGHAI, name=ecs.image("golden").name), PAYMENTS)
    project = Project(tmp_path, "python", settings)
    text = adopt(ecs, tmp_path).out
    [first, *_] = re.findall(r"^pulumi import .* (\S+) (\S+:m-\S+)$", text, re.MULTILINE)
    [command] = re.findall(rf"^pulumi import .* {re.escape(' '.join(first))}$", text, re.MULTILINE)
    project.shell(command)

    # What the stack manages now is left out, and its program is there already.
    program = printed_block(text, "__main__.py", of=first[0])
    rest = adopt(ecs, tmp_path, "--format", "json", "--state", "-", typed=project.shell("pulumi stack export")).data
    assert first[1] not in {resource["id"] for resource in rest["resources"]}
    assert len(rest["resources"]) == 1 + len(STRANGE)
    project.shell(f"cat > adopt.json <<'END'\n{json.dumps(rest)}\nEND\n{import_all_command()}")
    program += rest["programs"]["python"]
    project.write_python(program)
    project.shell(f"{NO_CHANGES} --refresh")
    project.write_python(program.replace(f"        '{DATA}',\n", "", 1))
    preview = project.shell("pulumi preview --diff --color never")
    assert changes(preview) == [f"~ {TYPE}: (update) 🔒", "~ accounts: {", f'- {DATA}: ""']
