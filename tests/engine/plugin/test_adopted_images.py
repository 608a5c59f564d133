"""What `image-share audit --adopt` prints takes images over: carried out as it is, it ends with an empty preview."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ecs_emulator import Emulator
from ecs_emulator.seed import ImageSeed, load_seed
from pulumi_alicloud_image_share.audit.adoption import Adoption, adoption_data, adoptions
from pulumi_alicloud_image_share.audit.adoption_text import adoption_text
from pulumi_alicloud_image_share.audit.model import AuditedImage, Manager
from pulumi_alicloud_image_share.audit.programs import TYPE, import_all_command
from support.adoption import HOSTILE, Project, audit_of, printed_block
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


def managed(image: AuditedImage, adoption: Adoption) -> AuditedImage:
    """The image after its adoption."""
    urn = f"urn:pulumi:dev::shop::{TYPE}::{adoption.name}"
    seen = image.image
    manager = Manager("dev", urn, seen.region, seen.image_id, frozenset(image.accounts), exclusive=True)
    return replace(image, managers=(manager,))


def test_one_import_of_all_images_and_the_yaml_program_end_with_an_empty_preview(
    ecs: Emulator, settings: Settings, tmp_path: Path
) -> None:
    ecs.console.set_share_quota("owner", 100)
    ecs.console.share(HANGZHOU, ecs.golden_image_id, *MANY)
    twin = ecs.console.create_image(SHANGHAI, name=ecs.image("golden").name)
    for image in (twin, ecs.console.create_image(SHANGHAI, name=HOSTILE)):
        ecs.console.share(SHANGHAI, image, PAYMENTS, DATA)
    ecs.console.share_with_groups(SHANGHAI, twin, "all")
    audit = audit_of(ecs, settings, HANGZHOU, SHANGHAI, names={PAYMENTS: HOSTILE})
    text = adoption_text(audit)
    found = {adoption.image.image.name for adoption in adoptions(audit)}
    assert found == {ecs.image("golden").name, HOSTILE, *STRANGE}

    project = Project(tmp_path, "yaml", settings)
    [how] = re.findall(r"^cat > .*?^pulumi import .*?$", text, re.MULTILINE | re.DOTALL)
    project.shell(how)
    program = printed_block(text, "Pulumi.yaml")
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
    audit = audit_of(ecs, settings, HANGZHOU, SHANGHAI, names={PAYMENTS: HOSTILE})
    first, *others = adoptions(audit)
    project = Project(tmp_path, "python", settings)
    assert f"\n{first.import_command}\n" in adoption_text(audit)
    project.shell(first.import_command)

    images = [managed(image, first) if image is first.image else image for image in audit.images]
    rest = adoption_data(replace(audit, images=tuple(images)))
    assert len(rest["resources"]) == len(others)
    project.shell(f"cat > adopt.json <<'END'\n{json.dumps(rest)}\nEND\n{import_all_command()}")
    program = first.python + rest["programs"]["python"]
    project.write_python(program)
    project.shell(f"{NO_CHANGES} --refresh")
    project.write_python(program.replace(f"        '{DATA}',\n", "", 1))
    preview = project.shell("pulumi preview --diff --color never")
    assert changes(preview) == [f"~ {TYPE}: (update) 🔒", "~ accounts: {", f'- {DATA}: ""']
