"""What a program asks for of a copy: parsing, and the rules that need no call."""

from __future__ import annotations

import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecs_emulator.ecs.naming import is_name
from pulumi_alicloud_image_share.cloud.credentials import Identity
from pulumi_alicloud_image_share.copy.record import (
    Copy,
    KnownCopy,
    keeping,
    parse,
    wanted,
)
from pulumi_alicloud_image_share.copy.rules import MOST_TAGS, OWN_TAG, program_tags
from pulumi_alicloud_image_share.values import UNKNOWN

IMAGE_ID = "m-bp1golden00000000001"
GOOD: dict[str, Any] = {"source_image_id": IMAGE_ID, "region": "cn-beijing"}


def spec(**inputs: Any) -> Copy:
    parsed, problems = parse({**GOOD, **inputs}, "cn-hangzhou")
    assert problems == []
    return parsed


def known(**inputs: Any) -> KnownCopy:
    found = wanted(spec(**{"name": "golden", **inputs}))
    assert found is not None
    return found


def test_the_least_that_a_program_can_say() -> None:
    assert spec() == Copy(IMAGE_ID, "cn-hangzhou", "cn-beijing")


def test_a_source_region_of_its_own_goes_before_the_default() -> None:
    assert spec(source_region="cn-shanghai").source_region == "cn-shanghai"


def test_no_region_anywhere_is_said_of_the_source_region() -> None:
    [problem] = parse(GOOD, None)[1]
    assert problem.property == "source_region"
    assert (
        "set the argument source_region, `pulumi config set alicloud-image-share:region cn-hangzhou`"
        in problem.sentence
    )


def test_a_key_means_encryption() -> None:
    assert spec(kms_key_id="my-key").encrypted is True
    assert spec(kms_key_id=UNKNOWN).encrypted is True
    assert spec(kms_key_id="my-key", encrypted=UNKNOWN).encrypted is UNKNOWN
    assert spec().encrypted is None


def test_all_that_is_wrong_is_said_at_once() -> None:
    _, problems = parse({"name": "1", "description": "x", "tags": 5, "encrypted": "yes", "colour": "red"}, None)
    assert [problem.property for problem in problems] == [
        "source_image_id", "source_region", "region", "name", "description", "encrypted", "tags", "colour",
    ]  # fmt: skip


def test_unknown_values_break_no_rule() -> None:
    parsed = spec(**dict.fromkeys(("source_image_id", "region", "name", "description", "family"), UNKNOWN))
    assert (parsed.source_image_id, parsed.region, parsed.name) == (UNKNOWN, UNKNOWN, UNKNOWN)
    assert spec(tags=UNKNOWN).tags is UNKNOWN
    assert spec(tags={"team": UNKNOWN}).tags == {"team": UNKNOWN}


@pytest.mark.parametrize("name", ["go", "golden-2024.05:a_b", "黄金镜像", "x" * 128, "http", "Aliyunish"])
def test_a_name_that_ecs_takes(name: str) -> None:
    assert spec(name=name, family=name).name == name


@given(st.text(alphabet=string.ascii_letters + string.digits + ".:_-/ é金", max_size=130))
def test_a_name_is_taken_exactly_where_ecs_takes_it(name: str) -> None:
    problems = parse({**GOOD, "name": name}, "cn-hangzhou")[1]
    assert (problems == []) == is_name(name)


@pytest.mark.parametrize("text", ["ab", "x" * 256, "see http://example.com"])
def test_a_description_that_ecs_takes(text: str) -> None:
    assert spec(description=text).description == text


@pytest.mark.parametrize("value", ["", "x" * 128, "1", "aliyun is fine here"])
def test_a_tag_value_that_ecs_takes(value: str) -> None:
    assert spec(tags={"team": value}).tags == {"team": value}


def test_nineteen_tags_are_taken() -> None:
    assert len(spec(tags={f"t{n}": "" for n in range(MOST_TAGS)}).tags) == MOST_TAGS  # type: ignore[arg-type]


def test_what_is_written_is_read_back() -> None:
    full = spec(
        name="golden",
        description="Hardened",
        family="golden",
        kms_key_id="my-key",
        tags={"b": "2", "a": "1"},
        profile="owner",
    )
    assert Copy.restore(full.as_inputs()) == full
    assert Copy.restore(spec().as_inputs()) == spec()
    assert list(full.as_inputs()["tags"]) == ["a", "b"]
    assert Copy.restore(spec(tags=UNKNOWN).as_inputs()).tags is UNKNOWN


def test_what_is_left_out_is_not_written() -> None:
    assert spec().as_inputs() == {
        "source_image_id": IMAGE_ID,
        "source_region": "cn-hangzhou",
        "region": "cn-beijing",
    }


def test_what_a_program_leaves_out_stays_as_it_is() -> None:
    old = spec(name="golden-1", description="Hardened", family="golden", encrypted=False)
    kept = keeping(spec(tags={"a": "1"}), old)
    assert (kept.name, kept.description, kept.family) == ("golden-1", "Hardened", "golden")
    assert (kept.encrypted, kept.tags) == (False, {"a": "1"})


@pytest.mark.parametrize("name", ["image_id", "created_at", "size", "owner_id"])
def test_what_only_a_copy_has_is_no_argument(name: str) -> None:
    [problem] = parse({**GOOD, name: "x"}, "cn-hangzhou")[1]
    assert problem.property == name
    assert problem.sentence.startswith(f"ImageCopy has no argument '{name}'")


def test_what_a_program_says_goes_before_what_was() -> None:
    old = spec(name="golden-1", description="Hardened", family="golden", encrypted=False)
    new = spec(name="golden-2", description="Harder", family="golden-2", encrypted=True)
    assert keeping(new, old) == new


def test_a_program_manages_neither_ecs_tags_nor_the_own_one() -> None:
    tags = {"team": "platform", OWN_TAG: "x", "acs:rm:rgId": "rg-1", "aliyun_x": "y"}
    assert program_tags(tags) == {"team": "platform"}


def test_a_spec_with_anything_unknown_is_not_yet_wanted() -> None:
    assert wanted(spec()) is None
    assert wanted(spec(name="golden", tags={"a": UNKNOWN})) is None
    assert wanted(spec(name="golden", tags=UNKNOWN)) is None
    assert known().description == ""
    assert known(profile="owner").identity == Identity("owner")
