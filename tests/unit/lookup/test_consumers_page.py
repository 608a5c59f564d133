"""What docs/consumers.md says is what the code says."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from typing import Any

import pytest

from pulumi_alicloud_image_share import BadArguments, SharedImage, get_shared_image
from pulumi_alicloud_image_share.lookup.matching import Findings, ListedImage, none_sentence, several_sentence, why_none
from pulumi_alicloud_image_share.lookup.query import ARGUMENTS, ImageQuery, parse_query
from pulumi_alicloud_image_share.slots import render
from support.consumer_program import run_program, unknown
from support.pages import page

PAGE = page("docs/consumers.md")
OWNER, PARTNER, REGION = "1000000000000001", "1000000000000005", "cn-hangzhou"
QUERY = ImageQuery((OWNER,), REGION, "golden-2024-06", "golden")
IMAGE = SharedImage("m-bp1golden20240601bb0b2", REGION, OWNER, "golden-2024-06", "golden")
OTHER = SharedImage("m-bp1golden20240501aa0a1", REGION, OWNER, "golden-2024-05", "silver")


def why(query: ImageQuery = QUERY, **findings: Any) -> str:
    return render(why_none(query, Findings(**findings))[-1])


def listed(image: SharedImage = IMAGE, alias: str = "others", progress: str = "", **changes: Any) -> list[ListedImage]:
    return [ListedImage(replace(image, **changes), alias, progress)]


def asking(trusted_owners: Any = None, region: str | None = REGION, **inputs: Any) -> str:
    given = {"owner_id": OWNER, "name": "golden", **inputs}
    [problem] = parse_query(given, default_region=region, trusted_owners=trusted_owners)[1]
    return problem.sentence


def output_in_the_plain_form() -> str:
    def program() -> str:
        with pytest.raises(BadArguments) as failure:
            get_shared_image(owner_id=OWNER, name=unknown())
        return failure.value.sentences[0]

    return run_program({}, program)


SENTENCES = {
    "none": render(none_sentence(QUERY)),
    "several": render(several_sentence(ImageQuery((OWNER,), REGION, "golden-*"), [IMAGE, OTHER])),
    "shares nothing": why(),
    "shares others": why(here=listed(OTHER)),
    "in part": why(here=listed(family="silver")),
    "no tags": why(replace(QUERY, tags={"stage": "live"}), here=listed()),
    "in the making": why(here=listed(status="Creating", progress="45%")),
    "deprecated": why(here=listed(status="Deprecated")),
    "elsewhere": why(elsewhere=listed(image_id="m-uf6golden20240601cc0c3", region="cn-shanghai")),
    "community": why(community=listed(is_community=True)),
    "not trusted": why(others=listed(owner_id=PARTNER)),
    "this account": why(own=listed(alias="self")),
    "not looked at": why(not_seen=[("region cn-shanghai", "DescribeImages failed with NoAnswer")]),
    "nobody trusted": asking(owner_id=None),
    "a number": asking(owner_id=int(OWNER)),
    "a number in the configuration": asking(f"[{OWNER}]", owner_id=None),
    "nothing asked": asking(name=None),
    "a regular expression": asking(name="^golden-.*$"),
    "a wildcard": asking(family="gold*"),
    "empty": asking(name=""),
    "a tag": asking(tags={"version": 2}),
    "architecture": asking(architecture="amd64"),
    "no region": asking(region=None),
    "an Output": output_in_the_plain_form(),
}


@pytest.mark.parametrize("case", SENTENCES)
def test_each_message_stands_on_the_page(case: str) -> None:
    ends = {"none": "> {}\n", "several": "> {}\n"}
    assert ends.get(case, "| {} |\n").format(SENTENCES[case]) in PAGE


def test_no_other_message_stands_on_the_page() -> None:
    tables = PAGE.partition("## When nothing is found")[2].partition("## What is not known")[0]
    rows = re.findall(r"^\| (?!why|what is wrong|---).* \| (.*) \|$", tables, re.MULTILINE)
    assert set(rows) <= set(SENTENCES.values())


def test_each_argument_stands_on_the_page() -> None:
    assert re.findall(r"^\| `(\w+)` \|", PAGE.partition("## What it returns")[0], re.MULTILINE) == list(ARGUMENTS)


def test_each_attribute_stands_on_the_page() -> None:
    table = PAGE.partition("## What it returns")[2].partition("##")[0]
    names = re.findall(r"`(\w+)`", "".join(re.findall(r"^\|([^|]*)\|", table, re.MULTILINE)))
    assert sorted(names) == sorted([*(field.name for field in fields(SharedImage)), "id"])
