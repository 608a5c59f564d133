"""What a consumer can't ask: one clear sentence each, without any call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from pulumi_alicloud_image_share.cloud.credentials import Identity, Role
from pulumi_alicloud_image_share.cloud.settings import parse_trusted_owners
from pulumi_alicloud_image_share.lookup.query import ARGUMENTS, ImageQuery, parse_query
from pulumi_alicloud_image_share.values import UNKNOWN
from support.clear_sentences import assert_clear

OWNER, PARTNER = "1000000000000001", "1000000000000005"
REGION = "cn-hangzhou"
ROLE = "acs:ram::1000000000000002:role/image-finder"
GOOD: dict[str, Any] = {"owner_id": OWNER, "name": "golden-*"}
SECRET = "ExampleSecretOwner000000000001"


def parse(inputs: Mapping[str, Any], trusted_owners: Any = None, region: str | None = REGION) -> ImageQuery:
    query, problems = parse_query(inputs, default_region=region, trusted_owners=trusted_owners)
    assert problems == []
    assert query is not None
    return query


def said(inputs: Mapping[str, Any], trusted_owners: Any = None, region: str | None = REGION) -> str:
    query, [problem] = parse_query(inputs, default_region=region, trusted_owners=trusted_owners)
    assert query is None
    assert problem.property in inputs or problem.property in ARGUMENTS
    return problem.sentence


def test_what_is_not_given_does_not_matter() -> None:
    query = parse(GOOD)
    assert query == ImageQuery((OWNER,), REGION, "golden-*")
    assert (query.most_recent, query.allow_community) == (True, False)
    assert parse({**dict.fromkeys(ARGUMENTS), **GOOD}) == query


def test_everything_can_be_given() -> None:
    inputs = {
        "owner_id": [OWNER, PARTNER, OWNER],
        "name": "golden",
        "family": "golden",
        "tags": {"stage": "live"},
        "architecture": "arm64",
        "os_type": "linux",
        "most_recent": False,
        "allow_community": True,
        "region": "cn-shanghai",
        "profile": "ci",
        "assume_role": {"role_arn": ROLE},
    }
    assert set(inputs) == set(ARGUMENTS)
    assert parse(inputs, region=None) == ImageQuery(
        owner_ids=(OWNER, PARTNER),
        region="cn-shanghai",
        name="golden",
        family="golden",
        tags={"stage": "live"},
        architecture="arm64",
        os_type="linux",
        most_recent=False,
        allow_community=True,
        identity=Identity("ci", Role(ROLE)),
    )


@pytest.mark.parametrize("criterion", [{"name": "*"}, {"family": "golden"}, {"tags": {"stage": "live"}}])
def test_one_thing_that_tells_images_apart_is_enough(criterion: dict[str, Any]) -> None:
    assert parse({"owner_id": OWNER, **criterion}).owner_ids == (OWNER,)


@pytest.mark.parametrize(
    "owners", [(OWNER, PARTNER), {OWNER: 1, PARTNER: 2}.keys(), (owner for owner in (OWNER, PARTNER))]
)
def test_any_collection_of_owners_is_a_list_of_them(owners: Any) -> None:
    assert parse({**GOOD, "owner_id": owners}).owner_ids == (OWNER, PARTNER)


@pytest.mark.parametrize(
    "configured",
    [
        [OWNER, PARTNER],
        f'["{OWNER}", "{PARTNER}"]',
        f' ["{OWNER}","{PARTNER}","{OWNER}"]',
        f"{OWNER},{PARTNER}",
        f" {OWNER} , {PARTNER} ",
    ],
)
def test_the_configuration_names_trusted_owners(configured: Any) -> None:
    assert parse_trusted_owners(configured) == ((OWNER, PARTNER), [])
    assert parse({"name": "golden"}, configured).owner_ids == (OWNER, PARTNER)


def test_one_trusted_owner_needs_no_list() -> None:
    assert parse_trusted_owners(OWNER) == ((OWNER,), [])


@pytest.mark.parametrize("nothing", [None, "", "[]", []])
def test_no_trusted_owners_are_no_fault_where_none_are_needed(nothing: Any) -> None:
    assert parse_trusted_owners(nothing) == ((), [])
    assert parse(GOOD, nothing).owner_ids == (OWNER,)


def test_the_owner_of_the_call_goes_before_the_configuration_faults_and_all() -> None:
    assert parse(GOOD, f'["{PARTNER}"]').owner_ids == (OWNER,)
    assert parse(GOOD, "[1]").owner_ids == (OWNER,)


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "owner is a number": ({"owner_id": int(OWNER)}, f"owner_id: account ID {OWNER} is a number: write it as a string"),
    "owner is a float": ({"owner_id": 1e15}, "is a number: write it as a string, '1000000000000000'"),
    "owner is a name": ({"owner_id": "platform"}, "owner_id: 'platform' is not an account ID: that is a string of"),
    "owner is an ARN": ({"owner_id": f"acs:ram::{OWNER}:root"}, f"so give the account ID in it, '{OWNER}'."),
    "owner is empty": ({"owner_id": ""}, "owner_id: an account ID is empty: give the ID or leave the entry out."),
    "owner with spaces": ({"owner_id": f" {OWNER}"}, "has spaces around the account ID: write"),
    "owner is an alias": ({"owner_id": "self"}, "owner_id: 'self' is not an account ID"),
    "owner is True": ({"owner_id": True}, "True is not an account ID"),
    "owner is bytes": ({"owner_id": OWNER.encode()}, "is not an account ID: an account ID is a string of digits"),
    "owners are a mapping": (
        {"owner_id": {"platform": OWNER}},
        "owner_id must be an account ID or a list of them, not",
    ),
    "owners are none": ({"owner_id": []}, "owner_id is an empty list: name an account, or leave it out to use "),
    "one of the owners is None": ({"owner_id": [OWNER, None]}, "owner_id: an account ID is None"),
    "owners in one string": ({"owner_id": f"{OWNER},{PARTNER}"}, "is not an account ID"),
    "name is a number": ({"name": 202405}, "name must be a string, not 202405."),
    "name is empty": ({"name": ""}, "name is empty: give it or leave it out."),
    "name is white": ({"name": " \n"}, "name is empty"),
    "name with spaces": ({"name": "golden "}, "'golden ' has spaces around the name: write 'golden'."),
    "name is a regular expression": ({"name": "^golden-.*$"}, "'^golden-.*$' can't be an image's name: that has only"),
    "name with a question mark": ({"name": "golden-?"}, "regular expressions are not read."),
    "name is long": ({"name": "g" * 129}, "(131 characters) can't be the name of an image: that has at most 128 char"),
    "name is a list": ({"name": ["golden"]}, "name must be a string, not ['golden']."),
    "family is a wildcard": (
        {"family": "gold*"},
        "family is compared as a whole, and 'gold*' is none: only name takes",
    ),
    "family is False": ({"family": False}, "family must be a string, not False."),
    "tags are a list": ({"tags": ["stage"]}, "tags must be a mapping of keys to values, not ['stage']."),
    "tags are a string": ({"tags": "stage=live"}, "tags must be a mapping of keys to values, not 'stage=live'."),
    "tag is a number": ({"tags": {"version": 2}}, "tags has 2 for 'version': a tag's value is a string."),
    "tag is None": ({"tags": {"stage": None}}, "tags has None for 'stage': a tag's value is a string."),
    "tag's key is a number": ({"tags": {1: "one"}}, "tags has the key 1: a tag's key is a string."),
    "tag's key is empty": ({"tags": {"": "one"}}, "tags has the key '': a tag's key is a string."),
    "architecture of others": ({"architecture": "amd64"}, "must be 'x86_64' or 'arm64' or 'i386', not 'amd64'."),
    "operating system": ({"os_type": "Linux"}, "os_type must be 'linux' or 'windows', not 'Linux'."),
    "most_recent is a string": ({"most_recent": "true"}, "most_recent must be True or False, not 'true'."),
    "allow_community is 1": ({"allow_community": 1}, "allow_community must be True or False, not 1."),
    "region is a place": ({"region": "Hangzhou"}, "'Hangzhou' can't be a region: give a region ID such as 'cn-hangzh"),
    "profile is empty": ({"profile": " "}, "profile must be the name of a profile of `aliyun configure`, not ' '."),
    "role is an ARN": ({"assume_role": ROLE}, "assume_role must be a mapping with role_arn, and session_name and"),
    "role of nobody": ({"assume_role": {"role_arn": "finder"}}, "assume_role's role_arn must be the ARN of a RAM role"),
    "no such argument": ({"names": "golden"}, "get_shared_image has no argument 'names': did you mean name?"),
    "image_id": ({"id": "m-bp1"}, "get_shared_image has no argument 'id': "),
}


@pytest.mark.parametrize(("inputs", "says"), BAD.values(), ids=BAD.keys())
def test_what_cannot_be_asked_is_one_clear_sentence(inputs: dict[str, Any], says: str) -> None:
    sentence = said({**GOOD, **inputs})
    assert says in sentence
    assert_clear(sentence, secrets=[SECRET])


@pytest.mark.parametrize(
    ("configured", "says"),
    [
        (f"[{OWNER}]", f"alicloud-image-share:trustedOwners: account ID {OWNER} is a number: write it as a string"),
        (f"[{OWNER}]", "Set it with `pulumi config set --path --type string`."),
        (f'["{OWNER}", "platform"]', "alicloud-image-share:trustedOwners: 'platform' is not an account ID"),
        (f"{OWNER},,{PARTNER}", "alicloud-image-share:trustedOwners: an account ID is empty"),
        ('{"platform": "1"}', 'alicloud-image-share:trustedOwners must be a list of account IDs of the form ["1000'),
        ("[", "alicloud-image-share:trustedOwners must be a list of account IDs"),
        ("[" * 100_000, "alicloud-image-share:trustedOwners must be a list of account IDs"),
        (True, "alicloud-image-share:trustedOwners must be a list of account IDs of the form"),
        ('[["1"]]', "alicloud-image-share:trustedOwners: ['1'] is not an account ID"),
    ],
)
def test_trusted_owners_that_cannot_be_used_are_one_clear_sentence(configured: Any, says: str) -> None:
    sentence = said({"name": "golden"}, configured)
    assert says in sentence
    assert_clear(sentence)


@pytest.mark.parametrize("nothing", [None, "", "[]"])
def test_nobody_is_trusted_without_a_name(nothing: Any) -> None:
    sentence = said({"name": "golden"}, nothing)
    assert "nothing says whose images to trust: name the owner's account in owner_id, or set" in sentence
    assert_clear(sentence)


@pytest.mark.parametrize("nothing", [{}, {"name": None}, {"tags": {}}, {"os_type": "linux", "architecture": "arm64"}])
def test_no_name_from_the_configuration_is_not_any_image(nothing: dict[str, Any]) -> None:
    sentence = said({"owner_id": OWNER, **nothing})
    assert "nothing says which image: give name, family or tags; name='*' takes the newest of any name." in sentence


def test_without_any_region_it_says_where_one_can_come_from() -> None:
    assert "no region is given: set the argument region" in said(GOOD, region=None)


def test_all_that_is_wrong_is_said_at_once() -> None:
    _, problems = parse_query({"owner_id": 1, "name": 1, "os_type": "mac"}, default_region=None)
    assert [problem.property for problem in problems] == ["owner_id", "name", "os_type", "region"]


@pytest.mark.parametrize("argument", ARGUMENTS)
def test_an_argument_that_is_not_known_yet_is_no_fault(argument: str) -> None:
    assert parse_query({**GOOD, argument: UNKNOWN}, default_region=REGION) == (None, [])


@pytest.mark.parametrize("part", [{"owner_id": [OWNER, UNKNOWN]}, {"tags": {"stage": UNKNOWN}}])
def test_a_part_that_is_not_known_yet_is_no_fault(part: dict[str, Any]) -> None:
    assert parse_query({**GOOD, **part}, default_region=REGION) == (None, [])


def test_what_is_known_is_judged_where_other_parts_are_not() -> None:
    assert "is not an account ID" in said({"owner_id": [UNKNOWN, "platform"], "name": UNKNOWN})
    assert "for 'stage': a tag's value" in said({"owner_id": OWNER, "tags": {"stage": 1, "team": UNKNOWN}})
