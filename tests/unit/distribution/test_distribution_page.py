"""What docs/distribution.md says is what the code says."""

from __future__ import annotations

import inspect
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pulumi_alicloud_image_share import ImageDistribution
from pulumi_alicloud_image_share.cloud.model import Image
from pulumi_alicloud_image_share.copy.record import CopyRecord, parse
from pulumi_alicloud_image_share.copy.rules import copy_problems
from pulumi_alicloud_image_share.distribution.request import Request, request_problems
from support.pages import REPOSITORY, blocks, page

PAGE = page("docs/distribution.md")
HOME, SHANGHAI, BEIJING = "cn-hangzhou", "cn-shanghai", "cn-beijing"
PAYMENTS = "1000000000000002"
IMAGE_ID = "m-bp1golden00000000001"
REQUEST = Request(IMAGE_ID, HOME, [HOME, SHANGHAI], [PAYMENTS], {})
IMAGE = Image(IMAGE_ID, HOME, "1000000000000001", "self", "Available")


def distributing(**changes: Any) -> str:
    [problem] = request_problems(replace(REQUEST, **changes))
    return problem.sentence


def copying(**inputs: Any) -> str:
    [problem] = parse({"source_image_id": IMAGE_ID, "region": BEIJING, **inputs}, HOME)[1]
    return problem.sentence


def judging(wants_encryption: bool | None = None, **changes: Any) -> str:
    [problem] = copy_problems(replace(IMAGE, **changes), region=BEIJING, encrypted=wants_encryption)
    return problem.sentence


SENTENCES = {
    "no list": distributing(regions=HOME),
    "no region": distributing(regions=[HOME, "Hangzhou"]),
    "region twice": distributing(regions=[HOME, HOME]),
    "no accounts for a region": distributing(accounts={HOME: [PAYMENTS]}),
    "no such region": distributing(accounts={HOME: [PAYMENTS], SHANGHAI: [PAYMENTS], BEIJING: [PAYMENTS]}),
    "key at home": distributing(kms_key_ids={HOME: "key-1"}),
    "a string of accounts": distributing(accounts=PAYMENTS),
    "a string for a region": distributing(accounts={HOME: [PAYMENTS], SHANGHAI: PAYMENTS}),
    "region as a name": distributing(accounts={SHANGHAI: PAYMENTS}),
    "no image": distributing(image_id=None),
    "two ways": distributing(images=[IMAGE_ID]),
    "images no list": distributing(image_id=None, images=IMAGE_ID),
    "image twice": distributing(image_id=None, images=[IMAGE_ID, IMAGE_ID]),
    "too many images": distributing(image_id=None, images=[f"{IMAGE_ID}{n}" for n in range(22)]),
    "images not known yet": distributing(image_id=None, images=[object()]),
    "copy to nowhere": copying(region=None),
    "name": copying(name="1st"),
    "description": copying(description="x"),
    "key without encryption": copying(encrypted=False, kms_key_id="key-1"),
    "tag": copying(tags={"acs:team": "x"}),
    "argument": copying(regoin="x"),
    "public": judging(owner_alias="system"),
    "community": judging(is_public=True),
    "marketplace": judging(owner_alias="marketplace"),
    "another's": judging(owner_alias="others", owner_id="1000000000000005"),
    "in the making": judging(status="Creating", progress="45%"),
    "deprecated": judging(status="Deprecated"),
    "encrypted": judging(wants_encryption=False, encrypted=True),
}


@pytest.mark.parametrize("sentence", SENTENCES.values(), ids=SENTENCES.keys())
def test_each_message_stands_in_the_page(sentence: str) -> None:
    assert f"| {sentence} |" in PAGE


@pytest.mark.parametrize(
    "argument",
    [*(item.name for item in CopyRecord.inputs()), *list(inspect.signature(ImageDistribution.__init__).parameters)[3:]],
)
def test_each_argument_stands_in_the_page(argument: str) -> None:
    rows = [line.split(" | ")[0] for line in PAGE.splitlines() if line.startswith("| `")]
    assert any(f"`{argument}`" in row for row in rows)


@pytest.mark.parametrize("number", range(len(blocks(PAGE, "python"))))
def test_each_program_of_the_page_registers_what_it_says(tmp_path: Path, number: int) -> None:
    ran = run_mocked(tmp_path, blocks(PAGE, "python")[number])
    registered = {(made["type"].rpartition(":")[2], made["name"]) for made in json.loads(ran.stdout)}
    assert REGISTERED[number] <= registered


def test_a_provider_of_alicloud_is_refused_as_the_page_says(tmp_path: Path) -> None:
    program = blocks(PAGE, "python")[0]
    provider = 'opts=pulumi.ResourceOptions(provider=pulumi.ProviderResource("alicloud", "shanghai")),'
    ran = run_mocked(tmp_path, f"import pulumi\n{program}".replace('"golden",', f'"golden", {provider}', 1))
    assert "BadArguments: ImageDistribution 'golden'" in ran.stderr
    assert "the option provider (alicloud) is not used" in ran.stderr


def run_mocked(tmp_path: Path, text: str) -> subprocess.CompletedProcess[str]:
    program = tmp_path / "__main__.py"
    program.write_text(text)
    config = json.dumps({"alicloud:region": HOME})
    command = [sys.executable, "-m", "support.mocked_program", str(program), config]
    paths = os.pathsep.join(map(str, (REPOSITORY / "tests", REPOSITORY / "provider")))
    environment = {**os.environ, "PYTHONPATH": paths}
    return subprocess.run(command, env=environment, text=True, timeout=60, capture_output=True, check=False)


def made_in_two_regions(*image_ids: str) -> set[tuple[str, str]]:
    return {
        (made, f"golden-{region}-{image_id}")
        for made, region in (("ImageShare", HOME), ("ImageCopy", SHANGHAI), ("ImageShare", SHANGHAI))
        for image_id in image_ids
    }


REGISTERED = [
    {
        ("ImageShare", f"golden-cn-hangzhou-{IMAGE_ID}"),
        ("ImageCopy", f"golden-cn-shanghai-{IMAGE_ID}"),
        ("ImageShare", f"golden-cn-shanghai-{IMAGE_ID}"),
        ("ImageCopy", f"golden-eu-central-1-{IMAGE_ID}"),
        ("ImageShare", f"golden-eu-central-1-{IMAGE_ID}"),
    },
    {("ImageCopy", "encrypted")},
    made_in_two_regions("m-bp1golden20240601bb0b2", "m-bp1golden20240501aa0a1"),
    made_in_two_regions("m-bp1golden20240701cc0c3", "m-bp1golden20240601bb0b2"),
]
"""What each program of the page registers, by its number."""
