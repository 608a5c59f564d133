"""TagResources, UntagResources, ListTagResources and the tags of CopyImage, through the unmodified SDK."""

from __future__ import annotations

from typing import Any

import pytest
from alibabacloud_ecs20140526 import models as m
from emulator_clients import REGION, RpcClient, Sdk, refusal, refused

from ecs_emulator import Emulator


def listed(owner: Sdk, **query: Any) -> list[tuple[str, str, str]]:
    answer = owner.tag_resources(**query)
    assert {tag.resource_type for tag in answer.tag_resources.tag_resource} <= {"image"}
    return [(tag.resource_id, tag.tag_key, tag.tag_value) for tag in answer.tag_resources.tag_resource]


def wanted(**tags: str | None) -> list[m.ListTagResourcesRequestTag]:
    return [m.ListTagResourcesRequestTag(key=key, value=value) for key, value in tags.items()]


# -- tagging and untagging -------------------------------------------------------------------------------------------


def test_tags_are_added_and_get_new_values(owner: Sdk, golden: str) -> None:
    owner.tag(golden, stage="retired", tested="", Team="x")
    assert owner.tags(golden) == {"team": "platform", "stage": "retired", "tested": "", "Team": "x"}
    assert owner.image_ids(tag=[m.DescribeImagesRequestTag(key="stage", value="retired")]) == [golden]


def test_several_images_are_tagged_at_once(ecs: Emulator, owner: Sdk, golden: str) -> None:
    other = ecs.image("golden-next").id
    owner.tag(golden, other, release="7")
    assert owner.tags(golden)["release"] == owner.tags(other)["release"] == "7"


def test_tags_are_removed_by_key_and_one_that_is_not_there_is_no_error(owner: Sdk, golden: str) -> None:
    owner.untag(golden, keys=["stage", "never-there"])
    assert owner.tags(golden) == {"team": "platform"}
    owner.untag(golden, keys=["stage"])


def test_all_tags_are_removed_only_when_no_key_is_given(owner: Sdk, golden: str) -> None:
    owner.untag(golden, keys=["stage"], all=True)
    assert owner.tags(golden) == {"team": "platform"}
    assert refusal(owner.untag, golden) == ("MissingParameter.Tags", 404)
    assert refusal(owner.untag, golden, all=False) == ("MissingParameter.Tags", 404)
    owner.untag(golden, all=True)
    assert owner.tags(golden) == {}


def test_an_image_that_is_still_being_made_can_be_tagged(ecs: Emulator, owner: Sdk, golden: str) -> None:
    ecs.console.set_copy_seconds(60)
    copy = owner.copy(golden, REGION)
    owner.tag(copy, run="1")
    assert owner.tags(copy, status="Creating") == {"run": "1"}


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ({"key": "", "value": "x"}, "InvalidTagKey.Malformed"),
        ({"key": "k" * 129, "value": "x"}, "InvalidTagKey.Malformed"),
        ({"key": "aliyun", "value": "x"}, "InvalidTagKey.Malformed"),
        ({"key": "acs:k", "value": "x"}, "InvalidTagKey.Malformed"),
        ({"key": "see-http://x", "value": "x"}, "InvalidTagKey.Malformed"),
        ({"key": "k", "value": "v" * 129}, "InvalidTagValue.Malformed"),
        ({"key": "k", "value": "see https://x"}, "InvalidTagValue.Malformed"),
        ({"value": "x"}, "InvalidTag.Mismatch"),
    ],
)
def test_what_is_no_tag_is_refused_for_an_image_and_for_a_copy(
    owner: Sdk, golden: str, tag: dict[str, str], code: str
) -> None:
    request = m.TagResourcesRequest(
        region_id=REGION, resource_type="image", resource_id=[golden], tag=[m.TagResourcesRequestTag(**tag)]
    )
    assert refusal(owner.client.tag_resources, request) == (code, 400)
    assert refusal(owner.copy, golden, "cn-beijing", tag=[m.CopyImageRequestTag(**tag)]) == (code, 400)
    assert owner.tags(golden) == {"team": "platform", "stage": "live"}


@pytest.mark.parametrize(
    "tag",
    [
        {"key": "k" * 128, "value": "v" * 128},
        {"key": "my-aliyun", "value": "aliyun"},
        {"key": "标签", "value": "值 with spaces / and:signs"},
        {"key": "k", "value": ""},
    ],
)
def test_what_is_a_tag_is_taken_for_an_image_and_for_a_copy(owner: Sdk, golden: str, tag: dict[str, str]) -> None:
    owner.tag(golden, **{tag["key"]: tag["value"]})
    assert owner.tags(golden)[tag["key"]] == tag["value"]
    copy = owner.copy(golden, REGION, tag=[m.CopyImageRequestTag(**tag)])
    assert owner.tags(copy) == {tag["key"]: tag["value"]}


def test_a_value_is_needed_for_a_resource_and_not_for_a_copy(owner: Sdk, golden: str) -> None:
    assert refusal(owner.tag, golden, alone=None) == ("InvalidTag.Mismatch", 400)
    assert owner.tags(owner.copy(golden, REGION, tag=[m.CopyImageRequestTag(key="alone")])) == {"alone": ""}


def test_a_value_that_starts_with_acs_is_none_for_a_copy(owner: Sdk, golden: str) -> None:
    owner.tag(golden, role="acs:ram")
    tag = [m.CopyImageRequestTag(key="role", value="acs:ram")]
    assert refusal(owner.copy, golden, REGION, tag=tag) == ("InvalidTagValue.Malformed", 400)


@pytest.mark.parametrize(
    ("keys", "expected"), [(("k", "k"), ("Duplicate.TagKey", 400)), (("Key", "kEY"), ("TagKey.Duplication", 403))]
)
def test_a_key_is_given_once_whatever_its_case(
    owner: Sdk, golden: str, keys: tuple[str, str], expected: tuple[str, int]
) -> None:
    request = m.TagResourcesRequest(
        region_id=REGION,
        resource_type="image",
        resource_id=[golden],
        tag=[m.TagResourcesRequestTag(key=key, value="x") for key in keys],
    )
    assert refusal(owner.client.tag_resources, request) == expected
    tags = [m.CopyImageRequestTag(key=key, value="x") for key in keys]
    assert refusal(owner.copy, golden, REGION, tag=tags) == expected


def test_a_key_to_remove_is_given_once(owner: Sdk, golden: str) -> None:
    assert refusal(owner.untag, golden, keys=["k", "k"]) == ("Duplicate.TagKey", 400)


def test_a_call_has_at_most_twenty_tags(owner: Sdk, golden: str) -> None:
    tags = {f"k{n}": "x" for n in range(21)}
    assert refusal(owner.tag, golden, **tags) == ("NumberExceed.Tags", 400)
    assert refusal(owner.untag, golden, keys=list(tags)) == ("NumberExceed.Tags", 400)
    assert refusal(owner.tag_resources, tag=wanted(**tags)) == ("NumberExceed.Tags", 400)
    copied = [m.CopyImageRequestTag(key=key, value="x") for key in tags]
    assert refusal(owner.copy, golden, REGION, tag=copied) == ("InvalidTagCount", 400)
    assert len(owner.tags(owner.copy(golden, REGION, tag=copied[:20]))) == 20


def test_an_image_has_at_most_twenty_tags(ecs: Emulator, owner: Sdk, golden: str) -> None:
    bare = ecs.image("marketplace-based").id
    assert refusal(owner.tag, bare, golden, **{f"k{n}": "x" for n in range(19)}) == ("OperationDenied.QuotaExceed", 400)
    assert owner.tags(bare) == {}
    owner.tag(golden, **{f"k{n}": "x" for n in range(18)})
    owner.tag(golden, k0="y", team="y")
    assert refusal(owner.tag, golden, one_more="x") == ("OperationDenied.QuotaExceed", 400)
    assert len(owner.tags(golden)) == 20


def test_a_call_is_about_at_most_fifty_resources(owner: Sdk, golden: str) -> None:
    ids = [golden, *(f"m-{n}" for n in range(50))]
    for call in (
        lambda: owner.tag(*ids, k="x"),
        lambda: owner.untag(*ids, keys=["k"]),
        lambda: owner.tag_resources(resource_id=ids),
    ):
        assert refusal(call) == ("NumberExceed.ResourceIds", 400)


def test_a_call_about_an_image_that_is_not_the_callers_changes_nothing(ecs: Emulator, owner: Sdk, golden: str) -> None:
    payments = Sdk(ecs, "payments")
    owner.share(golden, ecs.account("payments").id)
    for image_id in (golden, ecs.image("community").id, ecs.image("system").id):
        assert refusal(payments.tag, image_id, k="x") == ("InvalidResourceId.NotFound", 404)
        assert refusal(payments.untag, image_id, keys=["team"]) == ("InvalidResourceId.NotFound", 404)
    assert refusal(owner.tag, golden, "m-none", k="x") == ("InvalidResourceId.NotFound", 404)
    assert refusal(owner.untag, golden, "m-none", keys=["team"]) == ("InvalidResourceId.NotFound", 404)
    assert refusal(owner.tag, golden, region="cn-shanghai", k="x") == ("InvalidResourceId.NotFound", 404)
    assert refusal(owner.tag, golden, region="mars-1", k="x") == ("InvalidRegionId.NotFound", 404)
    assert owner.tags(golden) == {"team": "platform", "stage": "live"}


def test_a_resource_type_is_one_of_those_that_are_documented(owner: Sdk, golden: str) -> None:
    assert refusal(owner.tag, golden, resource_type="picture", k="x") == ("InvalidResourceType.NotFound", 404)
    assert refusal(owner.tag, "eni-1", resource_type="eni", k="x") == ("InvalidResourceId.NotSupported", 403)


@pytest.mark.parametrize("action", ["TagResources", "UntagResources", "ListTagResources"])
@pytest.mark.parametrize("missing", ["RegionId", "ResourceType", "ResourceIds", "Tags"])
def test_what_is_missing_has_a_code_of_its_own(rpc: RpcClient, golden: str, action: str, missing: str) -> None:
    given = {
        "RegionId": {"RegionId": REGION},
        "ResourceType": {"ResourceType": "image"},
        "ResourceIds": {"ResourceId.1": golden},
        "Tags": {
            "TagResources": {"Tag.1.Key": "k", "Tag.1.Value": "x"},
            "UntagResources": {"TagKey.1": "k"},
            "ListTagResources": {},
        }[action],
    }
    del given[missing]
    answer = rpc.get(action, **{name: value for part in given.values() for name, value in part.items()})
    if action == "ListTagResources" and missing in ("ResourceIds", "Tags"):
        code = {"ResourceIds": (403, "BothEmpty.TagsAndResources"), "Tags": (200, None)}[missing]
    else:
        code = (404, f"MissingParameter.{missing}")
    assert (answer.status_code, answer.json().get("Code")) == code


def test_who_may_not_tag_is_told_so(ecs: Emulator, golden: str) -> None:
    auditor = ecs.account("owner").ram_users[0]
    key = {"access_key_id": auditor.access_key_id, "access_key_secret": auditor.access_key_secret}
    reader = Sdk(ecs, "owner", **key)
    assert refusal(reader.tag, golden, k="x") == ("Forbidden.RAM", 403)
    assert refusal(reader.untag, golden, all=True) == ("Forbidden.RAM", 403)
    assert ("team", "platform") in [tag[1:] for tag in listed(reader, resource_id=[golden])]


# -- listing ---------------------------------------------------------------------------------------------------------


def test_tags_are_listed_by_image(ecs: Emulator, owner: Sdk, golden: str) -> None:
    other = ecs.image("golden-next").id
    assert listed(owner, resource_id=[golden]) == [(golden, "stage", "live"), (golden, "team", "platform")]
    assert {tag[0] for tag in listed(owner, resource_id=[golden, other])} == {golden, other}
    assert listed(owner, resource_id=[ecs.image("marketplace-based").id]) == []


def test_images_are_found_by_all_their_tags(ecs: Emulator, owner: Sdk, golden: str) -> None:
    other = ecs.image("golden-next").id
    assert {tag[0] for tag in listed(owner, tag=wanted(team=None))} == {golden, other}
    assert {tag[0] for tag in listed(owner, tag=wanted(team="platform", stage="live"))} == {golden}
    assert listed(owner, tag=wanted(team="platform", stage="gone")) == []
    assert {tag[0] for tag in listed(owner, resource_id=[other], tag=wanted(team=None))} == {other}


def test_tags_of_other_accounts_and_regions_are_not_listed(ecs: Emulator, golden: str) -> None:
    ecs.console.share(REGION, golden, ecs.account("payments").id)
    payments = Sdk(ecs, "payments")
    assert listed(payments, tag=wanted(team=None)) == []
    assert refusal(payments.tag_resources, resource_id=[golden]) == ("InvalidResourceId.NotFound", 404)
    shanghai = listed(Sdk(ecs), region_id="cn-shanghai", tag=wanted(team=None))
    assert {tag[0] for tag in shanghai} == {ecs.image("golden-shanghai").id}


def test_a_long_list_goes_on_after_a_next_token(ecs: Emulator, owner: Sdk) -> None:
    ids = [ecs.console.create_image("eu-central-1", tags={"n": str(n), "all": "yes"}) for n in range(30)]
    query: dict[str, Any] = {"region_id": "eu-central-1", "tag": wanted(all="yes")}
    first = owner.tag_resources(**query)
    second = owner.tag_resources(**query, next_token=first.next_token)
    assert second.next_token == ""
    pages = [*first.tag_resources.tag_resource, *second.tag_resources.tag_resource]
    assert (len(pages), {tag.resource_id for tag in pages}) == (60, set(ids))
    assert refusal(owner.tag_resources, **query, next_token="nonsense") == ("Invalid.NextToken", 403)


def test_a_query_that_makes_no_sense_is_refused(owner: Sdk) -> None:
    fuzzy = [m.ListTagResourcesRequestTagFilter(tag_key="te*")]
    assert refusal(owner.tag_resources) == ("BothEmpty.TagsAndResources", 403)
    assert refusal(owner.tag_resources, tag_filter=fuzzy) == ("PermissionDenied.TagsFuzzyQuery", 403)
    assert refusal(owner.tag_resources, tag_filter=fuzzy, tag=wanted(team=None)) == ("InvalidTags.MalFormed", 400)
    value = [m.ListTagResourcesRequestTag(value="platform")]
    assert refused(owner.tag_resources, tag=value).code == "InvalidParameter.TagValue"


# -- shared images and copies ----------------------------------------------------------------------------------------


def test_a_consumer_sees_the_owners_tags_unless_the_console_hides_them(ecs: Emulator, golden: str) -> None:
    ecs.console.share(REGION, golden, ecs.account("payments").id)
    owner, payments = Sdk(ecs), Sdk(ecs, "payments")
    live = [m.DescribeImagesRequestTag(key="stage", value="live")]
    assert payments.tags(golden) == {"team": "platform", "stage": "live"}
    assert payments.image_ids(tag=live) == [golden]
    ecs.console.show_tags_to_consumers(False)
    assert payments.tags(golden) == {}
    assert payments.image_ids(tag=live) == []
    assert owner.tags(golden) == {"team": "platform", "stage": "live"}
    ecs.reset()
    ecs.console.share(REGION, golden, ecs.account("payments").id)
    assert payments.image_ids(tag=live) == [golden]


def test_the_tags_of_an_image_are_not_the_tags_of_its_copy(owner: Sdk, golden: str) -> None:
    assert owner.tags(owner.copy(golden, REGION)) == {}
