"""What the README says of validation is what the code says."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pulumi_alicloud_image_share import ConfigError
from pulumi_alicloud_image_share.cloud.credentials import find_credential
from pulumi_alicloud_image_share.cloud.model import Image, not_found_sentence
from pulumi_alicloud_image_share.cloud.settings import read_settings
from pulumi_alicloud_image_share.shares.rules import account_problems, image_problems, owner_problems, unshare_problems
from pulumi_alicloud_image_share.shares.spec import ARGUMENTS, ShareSpec, parse

REPOSITORY = Path(__file__).resolve().parent.parent.parent
README = (REPOSITORY / "README.md").read_text()
OWNER, PAYMENTS, DATA, PARTNER = "1000000000000001", "1000000000000002", "1000000000000003", "1000000000000005"
IMAGE_ID = "m-bp1golden00000000001"
IMAGE = Image(IMAGE_ID, "cn-hangzhou", OWNER, "self", "Available")
SPEC = ShareSpec(IMAGE_ID, "cn-hangzhou", {PAYMENTS: "payments"})
TEN = {str(2000000000000001 + n): "" for n in range(10)}


def block(beginning: str) -> str:
    """The Python block of the README that begins so."""
    [found] = [code for code in re.findall(r"```python\n(.*?)```", README, re.DOTALL) if code.startswith(beginning)]
    return str(found)


def parsing(**inputs: Any) -> str:
    region = inputs.pop("default_region", "cn-hangzhou")
    [problem] = parse({"image_id": IMAGE_ID, "accounts": [PAYMENTS], **inputs}, region)[1]
    return problem.sentence


def judging(**changes: Any) -> str:
    [problem] = image_problems(replace(IMAGE, **changes))
    return problem.sentence


def comparing(spec: ShareSpec, live: set[str]) -> str:
    [problem] = account_problems(spec, IMAGE, live, {}, claims=True)
    return problem.sentence


def without_credentials() -> str:
    with pytest.raises(ConfigError) as error:
        find_credential(read_settings({}.get, {}))
    return str(error.value)


SENTENCES = {
    "a number": parsing(accounts=[1000000000000002]),
    "a RAM user": parsing(accounts=["alice@example"]),
    "an ARN": parsing(accounts=[f"acs:ram::{PAYMENTS}:user/alice"]),
    "spaces": parsing(accounts=[f" {PAYMENTS}"]),
    "empty": parsing(accounts=[""]),
    "the other way round": parsing(accounts={PAYMENTS: "payments"}),
    "twice": parsing(accounts={"payments": PAYMENTS, "billing": PAYMENTS}),
    "none": parsing(accounts=[]),
    "too many": parsing(accounts=list(TEN), max_accounts=8),
    "image ID": parsing(image_id="ami-0123456789"),
    "unknown argument": parsing(acounts=[]),
    "no region": parsing(default_region=None),
    "no credentials": without_credentials(),
    "too many unshared": unshare_problems(replace(SPEC, accounts=dict(list(TEN.items())[:6])), TEN)[0].sentence,
    "not there": not_found_sentence(IMAGE_ID, "eu-central-1"),
    "another's": judging(owner_alias="others", owner_id=PARTNER),
    "public": judging(owner_alias="system"),
    "community": judging(is_public=True),
    "Marketplace": judging(product_code="cmjj012345"),
    "in the making": judging(status="Creating", progress="45%"),
    "deprecated": judging(status="Deprecated"),
    "the owner": owner_problems(replace(SPEC, accounts={OWNER: ""}), IMAGE)[0].sentence,
    "over the quota": comparing(replace(SPEC, accounts=TEN, exclusive=False), {str(n) for n in range(1, 46)}),
    "not listed": comparing(SPEC, {DATA}),
}


@pytest.mark.parametrize("case", SENTENCES)
def test_each_validation_stands_in_the_readme_with_its_message(case: str) -> None:
    assert SENTENCES[case] in README


def test_the_program_of_the_readme_runs(tmp_path: Path) -> None:
    program = tmp_path / "__main__.py"
    program.write_text(block("import pulumi\n"))
    command = [sys.executable, "-m", "support.mocked_program", str(program), "{}"]
    done = subprocess.run(command, cwd=REPOSITORY / "tests", capture_output=True, text=True, check=True)
    [share] = json.loads(done.stdout)
    assert share["inputs"]["image_id"] == IMAGE_ID


def test_the_emulator_of_the_readme_runs(capsys: pytest.CaptureFixture[str]) -> None:
    exec(block("from ecs_emulator import Emulator\n"), {})
    assert capsys.readouterr().out.startswith("127.0.0.1:")


@pytest.mark.parametrize("argument", ARGUMENTS)
def test_each_argument_stands_in_the_readme(argument: str) -> None:
    assert f"| `{argument}` |" in README
