"""The tags of instances, disks and key pairs, and DescribeTags, through the unmodified SDK."""

from __future__ import annotations

from typing import Any

import pytest
from alibabacloud_ecs20140526 import models as m
from emulator_clients import REGION, Sdk, refusal

from ecs_emulator import Emulator


def tags_of(owner: Sdk, instance_id: str) -> dict[str, str]:
    return {tag.tag_key: tag.tag_value for tag in owner.instance(instance_id).tags.tag}


def disk_tags_of(owner: Sdk, instance_id: str) -> dict[str, str]:
    return {tag.tag_key: tag.tag_value for tag in owner.system_disk(instance_id).tags.tag}


def described(owner: Sdk, **query: Any) -> dict[tuple[str, str], dict[str, int]]:
    request = m.DescribeTagsRequest(**({"region_id": REGION} | query))
    tags = owner.client.describe_tags(request).body.tags.tag
    return {(tag.tag_key, tag.tag_value): tag.resource_type_count.to_map() for tag in tags}


def test_an_instance_and_its_disk_are_tagged_and_untagged_each_by_itself(owner: Sdk, golden: str) -> None:
    web = owner.run(golden, tag=[m.RunInstancesRequestTag(key="team", value="web")])
    disk = owner.system_disk(web).disk_id
    owner.tag(web, resource_type="instance", stage="live", team="data")
    assert tags_of(owner, web) == {"team": "data", "stage": "live"}
    assert disk_tags_of(owner, web) == {"team": "web"}
    owner.tag(disk, resource_type="disk", kind="root")
    owner.untag(disk, resource_type="disk", keys=["team"])
    assert disk_tags_of(owner, web) == {"kind": "root"}
    owner.untag(web, resource_type="instance", all=True)
    assert tags_of(owner, web) == {}


def test_tags_are_listed_by_the_type_of_what_has_them(owner: Sdk, golden: str) -> None:
    web = owner.run(golden, tag=[m.RunInstancesRequestTag(key="team", value="web")])
    disk = owner.system_disk(web).disk_id

    def listed(kind: str, **query: Any) -> list[tuple[str, str, str]]:
        rows = owner.tag_resources(resource_type=kind, **query).tag_resources.tag_resource
        return [(row.resource_type, row.resource_id, row.tag_value) for row in rows]

    assert listed("instance", resource_id=[web]) == [("instance", web, "web")]
    assert listed("disk", tag=[m.ListTagResourcesRequestTag(key="team")]) == [("disk", disk, "web")]
    assert refusal(listed, "disk", resource_id=[web]) == ("InvalidResourceId.NotFound", 404)
    assert refusal(listed, "instance", resource_id=[disk]) == ("InvalidResourceId.NotFound", 404)


def test_a_key_pair_is_tagged_by_its_name(owner: Sdk) -> None:
    owner.client.create_key_pair(m.CreateKeyPairRequest(region_id=REGION, key_pair_name="packer"))
    owner.tag("packer", resource_type="keypair", team="images")
    [pair] = owner.client.describe_key_pairs(m.DescribeKeyPairsRequest(region_id=REGION)).body.key_pairs.key_pair
    assert pair.tags.tag[0].tag_value == "images"


def test_only_its_account_tags_an_instance_and_all_or_none(ecs: Emulator, owner: Sdk, golden: str) -> None:
    web, payments = owner.run(golden), Sdk(ecs, "payments")
    missing = ("InvalidResourceId.NotFound", 404)
    assert refusal(payments.tag, web, resource_type="instance", k="x") == missing
    assert refusal(owner.tag, web, "i-none", resource_type="instance", k="x") == missing
    assert refusal(owner.tag, web, resource_type="instance", region="cn-shanghai", k="x") == missing
    assert tags_of(owner, web) == {}
    owner.tag(web, resource_type="instance", **{f"k{n}": "x" for n in range(20)})
    assert refusal(owner.tag, web, resource_type="instance", more="x") == ("OperationDenied.QuotaExceed", 400)


def test_the_tags_of_a_deleted_instance_are_gone_with_it(owner: Sdk, golden: str) -> None:
    web = owner.run(golden, tag=[m.RunInstancesRequestTag(key="only", value="here")])
    assert ("only", "here") in described(owner)
    owner.delete_instance(web, force=True)
    assert ("only", "here") not in described(owner)


# -- DescribeTags ----------------------------------------------------------------------------------------------------


def test_each_tag_is_described_once_with_how_many_have_it(owner: Sdk, golden: str) -> None:
    owner.run(golden, amount=2, tag=[m.RunInstancesRequestTag(key="team", value="platform")])
    tags = described(owner)
    assert tags["team", "platform"] == {"Image": 2, "Instance": 2, "Disk": 2}
    assert tags["stage", "live"] == {"Image": 1}


def test_tags_are_described_by_resource_type_and_tag(owner: Sdk, golden: str) -> None:
    web = owner.run(golden, tag=[m.RunInstancesRequestTag(key="team", value="web")])
    assert set(described(owner, resource_type="image", resource_id=golden)) == {("team", "platform"), ("stage", "live")}
    assert described(owner, resource_type="instance", resource_id=web) == {("team", "web"): {"Instance": 1}}
    assert described(owner, resource_type="instance", resource_id=golden) == {}
    assert described(owner, resource_type="eni") == {}
    assert set(described(owner, tag=[m.DescribeTagsRequestTag(key="team")])) == {("team", "platform"), ("team", "web")}
    assert set(described(owner, tag=[m.DescribeTagsRequestTag(key="team", value="web")])) == {("team", "web")}


def test_tags_of_a_shared_image_are_its_owners_to_describe(ecs: Emulator, owner: Sdk, golden: str) -> None:
    owner.share(golden, ecs.account("payments").id)
    assert described(Sdk(ecs, "payments"), resource_type="image", resource_id=golden) == {}


def test_tags_are_described_in_pages(owner: Sdk, golden: str) -> None:
    assert len(described(owner, page_size=1)) == 1
    assert described(owner, page_size=1) != described(owner, page_size=1, page_number=2)
    assert refusal(described, owner, page_size=101) == ("InvalidParameter", 400)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"region_id": None}, ("MissingParameter", 400)),
        ({"region_id": "mars-1"}, ("InvalidRegionId.NotFound", 404)),
        ({"resource_type": "picture"}, ("InvalidResourceType.NotFound", 404)),
        ({"tag": [m.DescribeTagsRequestTag(key=f"k{n}") for n in range(21)]}, ("InvalidTagCount", 400)),
        ({"category": "all"}, ("InvalidParameter", 400)),
    ],
)
def test_a_query_of_tags_that_makes_no_sense_is_refused(
    owner: Sdk, query: dict[str, Any], expected: tuple[str, int]
) -> None:
    assert refusal(described, owner, **query) == expected
