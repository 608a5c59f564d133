"""Requests that no SDK makes and a test may: each is honoured or refused, and its answer can be read."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest
from emulator_clients import REGION, RpcClient, Sdk

from ecs_emulator import Emulator
from ecs_emulator.wire import render_json, render_xml


def run(ecs: Emulator, **more: str) -> Any:
    """The answer to RunInstances with all that it needs and something more."""
    network = ecs.console.default_network("owner", REGION)
    given = {
        **{"RegionId": REGION, "ImageId": ecs.golden_image_id, "InstanceType": "ecs.g7.large"},
        **{"VSwitchId": network["vswitch_id"], "SecurityGroupId": network["security_group_id"]},
    }
    return RpcClient(ecs).post("RunInstances", **(given | more))


def refusal(answer: Any) -> tuple[str, int]:
    assert answer.status_code != 200, answer.text
    return answer.json()["Code"], answer.status_code


# -- lists -----------------------------------------------------------------------------------------------------------


def test_json_that_is_too_deep_is_no_list(rpc: RpcClient) -> None:
    deep = "[" * 60_000
    answers = [
        rpc.post("DescribeInstances", RegionId=REGION, InstanceIds=deep),
        rpc.post("DescribeDisks", RegionId=REGION, DiskIds=deep),
    ]
    assert [refusal(a) for a in answers] == [("InvalidParameter", 400), ("InvalidParameter.DiskIds", 400)]


@pytest.mark.parametrize("place", ["0", "01", "-1", "x", "٣", "9" * 5000])
def test_what_is_at_no_place_of_a_list_is_refused(rpc: RpcClient, place: str) -> None:
    answer = rpc.post("DescribeInstanceStatus", **{"RegionId": REGION, f"InstanceId.{place}": "i-x"})
    assert refusal(answer) == ("InvalidParameter", 400)
    answer = rpc.post("TagResources", **{"RegionId": REGION, f"Tag.{place}.Key": "a", f"Tag.{place}.Value": "b"})
    assert refusal(answer) == ("InvalidParameter", 400)


def test_an_account_at_no_place_is_not_left_out_in_silence(ecs: Emulator, rpc: RpcClient, golden: str) -> None:
    given = {"RegionId": REGION, "ImageId": golden, "AddAccount.0": ecs.account("web").id}
    answer = rpc.post("ModifyImageSharePermission", **given)
    assert refusal(answer) == ("InvalidParameter", 400)
    assert '"AddAccount.0"' in answer.json()["Message"]


def test_an_emulator_that_is_not_strict_leaves_aside_what_is_at_no_place() -> None:
    with Emulator(strict=False) as ecs:
        rpc = RpcClient(ecs)
        given = {"RegionId": REGION, f"InstanceId.{'9' * 5000}": "i-x", "InstanceId.0": "i-x", "InstanceId.1": "i-y"}
        assert rpc.post("DescribeInstanceStatus", **given).json()["TotalCount"] == 0
        given = {"RegionId": REGION, "Tag.0.Key": "none", f"Tag.{'9' * 5000}.Key": "none"}
        assert rpc.post("DescribeImages", **given).json()["TotalCount"] > 0


@pytest.mark.parametrize("action", ["DescribeImages", "DescribeInstances", "DescribeDisks", "DescribeKeyPairs"])
def test_a_tag_is_looked_for_once(rpc: RpcClient, action: str) -> None:
    twice = {"RegionId": REGION, "Tag.1.Key": "a", "Tag.1.Value": "b", "Tag.2.Key": "a", "Tag.2.Value": "c"}
    assert refusal(rpc.post(action, **twice)) == ("InvalidParameter", 400)


@pytest.mark.parametrize("action", ["DescribeImages", "DescribeInstances", "DescribeDisks", "DescribeSnapshots"])
def test_a_filter_has_one_value(rpc: RpcClient, action: str) -> None:
    first = {"Filter.1.Key": "CreationStartTime", "Filter.1.Value": "2024-01-01T00:00Z"}
    second = {"Filter.2.Key": "CreationStartTime", "Filter.2.Value": "2025-01-01T00:00Z"}
    assert rpc.post(action, RegionId=REGION, **first).status_code == 200
    assert refusal(rpc.post(action, RegionId=REGION, **first, **second)) == ("InvalidParameter", 400)


# -- running ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("price", ["nan", "inf", "-inf", "1e400", "1e2", "1_0", " 1 ", "-1", "1.2345", "9" * 400, "١"])
@pytest.mark.parametrize("strategy", ["SpotWithPriceLimit", "SpotAsPriceGo", "NoSpot"])
def test_a_price_is_a_number_of_three_places(ecs: Emulator, price: str, strategy: str) -> None:
    answer = run(ecs, SpotPriceLimit=price, SpotStrategy=strategy)
    assert refusal(answer) == ("InvalidSpotPriceLimit", 400)


@pytest.mark.parametrize(("price", "shown"), [("1", 1.0), ("0.125", 0.125)])
def test_a_price_is_shown_as_it_was_given(ecs: Emulator, owner: Sdk, price: str, shown: float) -> None:
    [instance_id] = run(ecs, SpotPriceLimit=price, SpotStrategy="SpotWithPriceLimit").json()["InstanceIdSets"][
        "InstanceIdSet"
    ]
    assert owner.instance(instance_id).spot_price_limit == shown


def test_instances_are_io_optimized(ecs: Emulator) -> None:
    assert run(ecs, IoOptimized="optimized").status_code == 200
    assert refusal(run(ecs, IoOptimized="none")) == ("InvalidParameter", 400)


def test_as_many_instances_start_as_are_wanted_and_never_as_few_as_would_do(ecs: Emulator) -> None:
    assert len(run(ecs, Amount="3", MinAmount="2").json()["InstanceIdSets"]["InstanceIdSet"]) == 3
    assert run(ecs, MinAmount="1").status_code == 200
    for few in ({"MinAmount": "2"}, {"Amount": "3", "MinAmount": "4"}, {"Amount": "3", "MinAmount": "0"}):
        assert refusal(run(ecs, **few)) == ("InvalidParameter", 400)


def test_a_type_is_changed_at_once_and_not_some_time(rpc: RpcClient, owner: Sdk, golden: str) -> None:
    instance_id = owner.run(golden)
    owner.stop(instance_id)
    given = {"InstanceId": instance_id, "InstanceType": "ecs.c7.large"}
    assert refusal(rpc.post("ModifyInstanceSpec", **given, Async="true")) == ("InvalidParameter", 400)
    assert rpc.post("ModifyInstanceSpec", **given, Async="false").status_code == 200


def test_a_number_without_an_end_breaks_nothing(ecs: Emulator, owner: Sdk, rpc: RpcClient) -> None:
    endless = "9" * 5000
    types = [f"ecs.g{endless}.large", f"ecs.g7.{endless}xlarge"]
    assert [run(ecs, InstanceType=endless_type).status_code for endless_type in types] == [200, 200]
    assert {instance.instance_type for instance in owner.instances()} == set(types)
    given = {"RegionId": REGION, "ResourceType": "image", "ResourceId.1": ecs.golden_image_id}
    assert refusal(rpc.post("ListTagResources", **given, NextToken=endless)) == ("Invalid.NextToken", 403)


@pytest.mark.parametrize(
    ("version", "asked"),
    [
        ("2016-04-28", {"ResourceType": "VPC", "Tag.1.Key": "team"}),
        ("2014-08-28", {"ResourceType": "scalinggroup", "Tag.1.Key": "team"}),
    ],
)
def test_a_place_without_an_end_is_no_place_in_a_list_of_tags(
    ecs: Emulator, version: str, asked: dict[str, str]
) -> None:
    answer = RpcClient(ecs, Version=version).post("ListTagResources", RegionId=REGION, NextToken="9" * 5000, **asked)
    assert answer.status_code == 400
    assert "NextToken" in answer.json()["Message"]


# -- reading ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["DescribeInstances", "DescribeDisks"])
def test_a_dry_run_tells_that_there_is_no_such_region(rpc: RpcClient, action: str) -> None:
    assert refusal(rpc.post(action, RegionId="mars-1", DryRun="true")) == ("InvalidRegionId.NotFound", 404)
    assert refusal(rpc.post(action, RegionId=REGION, DryRun="true")) == ("DryRunOperation", 400)


def test_what_xml_can_not_hold_is_left_out_of_it(ecs: Emulator, owner: Sdk) -> None:
    described = "a\x00b\x08c\x0bd\x1fe\tf\ufffeg\U0001f600"
    ecs.console.create_image(REGION, description=described, name="odd")
    rpc = RpcClient(ecs, Format="XML")
    root = ElementTree.fromstring(rpc.get("DescribeImages", RegionId=REGION, ImageName="odd").content)
    assert [found.text for found in root.iter("Description")] == ["abcde\tfg\U0001f600"]
    [image] = RpcClient(ecs).get("DescribeImages", RegionId=REGION, ImageName="odd").json()["Images"]["Image"]
    assert image["Description"] == described


def test_half_a_character_is_answered_as_a_question_mark() -> None:
    # JSON in a parameter can have it, and what answers with it breaks no answer.
    assert render_json({"Value": "\ud800"})[0] == b'{"Value":"?"}'
    assert b"<Value></Value>" in render_xml("Answer", {"Value": "\ud800"})[0]
