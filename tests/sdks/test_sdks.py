"""The generated SDKs: what is checked in is what the schema gives, and programs compile against it.

They need Go, and packages of npm: `make sdk-check` gets these and runs them, `make test` does not.
"""

from __future__ import annotations

import filecmp
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from support.sdks import (
    SDKS,
    faults_of_go,
    faults_of_python,
    faults_of_typescript,
    generate,
    program_text,
)

URN = "urn:pulumi:dev::shop::{type}::{name}"
PROVIDER = URN.format(type="pulumi:providers:alicloud-image-share", name="default_0_1_0")


@dataclass(frozen=True)
class Language:
    """A language, and what compiles its programs."""

    name: str
    ending: str
    faults: Callable[[Sequence[str], Path], str]
    image_id: str

    @property
    def whole_program(self) -> str:
        """A program that uses all that the SDK has."""
        return (Path(__file__).parent / f"programs/whole.{self.ending}").read_text()


LANGUAGES = [
    Language("python", "py", faults_of_python, "image_id="),
    Language("nodejs", "ts", faults_of_typescript, "imageId:"),
    Language("go", "go", faults_of_go, "ImageId: "),
]


def state(*resources: Mapping[str, Any]) -> dict[str, Any]:
    """What `pulumi stack export` prints of a stack with these resources."""
    provider = {"urn": PROVIDER, "custom": True, "id": "1", "type": "pulumi:providers:alicloud-image-share"}
    version = {"inputs": {"version": "0.1.0"}, "outputs": {"version": "0.1.0"}}
    return {"version": 3, "deployment": {"resources": [{**provider, **version}, *resources]}}


def imported(name: str, type_: str, /, **inputs: object) -> dict[str, Any]:
    """A resource as an import leaves it in the state."""
    token = f"alicloud-image-share:index:{type_}"
    identity = {"urn": URN.format(type=token, name=name), "custom": True, "type": token, "id": "cn-hangzhou:m-1"}
    return {**identity, "inputs": inputs, "outputs": inputs, "provider": f"{PROVIDER}::1", "protect": True}


def differences(left: Path, right: Path) -> list[str]:
    """The files that are not the same in two folders."""
    found = {file.relative_to(folder) for folder in (left, right) for file in folder.rglob("*") if file.is_file()}
    _, different, missing = filecmp.cmpfiles(left, right, sorted(map(str, found)), shallow=False)
    return different + missing


def test_what_is_checked_in_is_what_the_schema_gives(tmp_path: Path) -> None:
    generate(tmp_path)
    not_generated = {"go/go.mod", "go/go.sum"}
    assert set(differences(SDKS, tmp_path)) - not_generated == set(), "run `make sdks`"


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.name)
def test_programs_of_users_and_of_imports_compile(language: Language, tmp_path: Path) -> None:
    share = {"imageId": "m-1", "region": "cn-hangzhou"}
    as_list = imported("golden", "ImageShare", **share, accountIds=["1000000000000002"], maxAccounts=60)
    as_map = imported("golden-named", "ImageShare", **share, accounts={"payments": "1000000000000002"})
    copy = imported("copy", "ImageCopy", region="cn-beijing", name="golden", tags={"team": "platform"}, encrypted=True)
    text = program_text(language.name, state(as_list, as_map, copy))
    assert "1000000000000002" in text
    assert language.faults([language.whole_program, text], tmp_path) == ""


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.name)
def test_a_property_that_is_not_there_does_not_compile(language: Language, tmp_path: Path) -> None:
    misspelt = language.image_id.replace("mage", "mgae")
    wrong = language.whole_program.replace(language.image_id, misspelt, 1)
    assert misspelt.rstrip("=: ") in language.faults([wrong], tmp_path)
