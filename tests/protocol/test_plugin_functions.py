"""The functions and the settings of the plugin, over its protocol."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2, struct_pb2
from google.protobuf.json_format import MessageToDict
from pulumi.runtime.proto import provider_pb2

from ecs_emulator import Emulator
from support.plugin_protocol import PluginProvider, running_plugin
from support.protocol import UNKNOWN

PAYMENTS, PARTNER = "1000000000000002", "1000000000000005"
REGION = "cn-hangzhou"


@pytest.fixture
def plugin(ecs_config: dict[str, str]) -> Iterator[PluginProvider]:
    with running_plugin(ecs_config, {}) as running:
        yield running


@pytest.fixture
def consumer(consumer_config: dict[str, str]) -> Iterator[PluginProvider]:
    with running_plugin(consumer_config, {}) as running:
        yield running


def call(plugin: PluginProvider, function: str, *, preview: bool = False, **inputs: Any) -> dict[str, Any]:
    given = struct_pb2.Struct()
    given.update(inputs)
    request = provider_pb2.InvokeRequest(tok=f"alicloud-image-share:index:{function}", args=given, preview=preview)
    return MessageToDict(getattr(plugin._stub.Invoke(request), "return"))


def refused(plugin: PluginProvider, function: str, **inputs: Any) -> str:
    with pytest.raises(grpc.RpcError) as failed:
        call(plugin, function, **inputs)
    return str(failed.value.details())


def test_who_has_an_image_is_told_in_two_calls(ecs: Emulator, plugin: PluginProvider) -> None:
    ecs.console.share(REGION, ecs.golden_image_id, PAYMENTS)
    found = call(plugin, "getImageShares", imageId=ecs.golden_image_id)
    assert (found["accountIds"], found["region"], found["shareGroups"]) == ([PAYMENTS], REGION, [])
    assert found["ownerId"] == ecs.account("owner").id
    assert found["sharedAt"][PAYMENTS].endswith("Z")
    assert ecs.calls.count() == 2


@pytest.mark.parametrize(
    ("inputs", "says"),
    [
        ({}, "imageId is missing"),
        ({"imageId": "golden"}, "can't be the ID of a custom image"),
        ({"imageId": "m-bp1nosuchimage000001"}, "does not exist in region cn-hangzhou"),
        ({"imageId": "m-bp1nosuchimage000001", "colour": "red"}, "has no argument 'colour'"),
        ({"imageId": "m-bp1nosuchimage000001", "assumeRole": {"roleArn": "x"}}, "assumeRole's roleArn must be"),
    ],
)
def test_what_cannot_be_told_is_said_in_a_sentence(plugin: PluginProvider, inputs: dict[str, Any], says: str) -> None:
    assert says in refused(plugin, "getImageShares", **inputs)


def test_only_its_owner_is_told_who_has_an_image(ecs: Emulator, consumer: PluginProvider) -> None:
    ecs.console.share(REGION, ecs.golden_image_id, PAYMENTS)
    assert "only its owner can be told" in refused(consumer, "getImageShares", imageId=ecs.golden_image_id)


def test_the_newest_shared_image_is_found(ecs: Emulator, consumer: PluginProvider) -> None:
    ecs.console.share(REGION, ecs.golden_image_id, PAYMENTS)
    found = call(consumer, "getSharedImage", ownerIds=[ecs.account("owner").id], name="golden-*", preview=True)
    assert (found["imageId"], found["isCommunity"]) == (ecs.golden_image_id, False)


@pytest.mark.parametrize(
    ("inputs", "says"),
    [
        ({"name": "golden-*"}, "owner"),
        ({"ownerIds": [PARTNER]}, "nothing says which image"),
        ({"ownerIds": ["x"], "name": "*"}, "ownerIds: 'x' is not an account ID"),
        ({"ownerId": PARTNER, "name": "*"}, "there is no ownerId: give ownerIds"),
        ({"ownerIds": [PARTNER], "name": "no such name"}, "no such name"),
    ],
)
def test_what_cannot_be_found_is_said_in_a_sentence(
    consumer: PluginProvider, inputs: dict[str, Any], says: str
) -> None:
    assert says in refused(consumer, "getSharedImage", **inputs)


@pytest.mark.parametrize("function", ["getImageShares", "getSharedImage"])
def test_what_is_not_known_yet_is_asked_of_nobody(ecs: Emulator, plugin: PluginProvider, function: str) -> None:
    inputs = {"imageId": UNKNOWN} if function == "getImageShares" else {"ownerIds": [PARTNER], "name": UNKNOWN}
    assert call(plugin, function, preview=True, **inputs) == {}
    assert ecs.calls.count() == 0


def test_what_it_does_not_have_is_refused_in_a_sentence(plugin: PluginProvider) -> None:
    assert "alicloud-image-share:index:getNothing is no function of" in refused(plugin, "getNothing")
    strange = plugin.for_resource("urn:pulumi:dev::shop::alicloud-image-share:index:Nothing::golden")
    with pytest.raises(grpc.RpcError, match="alicloud-image-share:index:Nothing is no resource of"):
        strange._stub.Check(provider_pb2.CheckRequest(urn=strange._urn))


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"retrySecond": 5}, "has no setting 'retrySecond': did you mean retrySeconds?"),
        ({"region": 5}, "alicloud-image-share:region must be a string, not 5."),
        ({"accessKey": 5}, "alicloud-image-share:accessKey must be a string."),
        ({"retrySeconds": True}, "alicloud-image-share:retrySeconds must be a number"),
        ({"protocol": "ftp"}, "alicloud-image-share:protocol is 'ftp': it must be HTTP or HTTPS."),
        ({"trustedOwners": 5}, "trustedOwners must be a list of account IDs"),
        ({"assumeRole": {"roleArn": "x"}}, "roleArn must be the ARN of a RAM role"),
        ({"ecsRoleName": "x"}, "alicloud-image-share:ecsRoleName is set, which is not supported here"),
    ],
)
def test_a_setting_that_cannot_be_used_gets_a_sentence(
    plugin: PluginProvider, settings: dict[str, Any], says: str
) -> None:
    news = struct_pb2.Struct()
    news.update(settings)
    failures = plugin._stub.CheckConfig(provider_pb2.CheckRequest(news=news)).failures
    assert any(says in failure.reason for failure in failures), failures
    assert all(failure.property == "" for failure in failures)


def test_it_tells_its_version_and_what_it_serves(plugin: PluginProvider) -> None:
    assert plugin._stub.GetPluginInfo(empty_pb2.Empty()).version == "0.1.0"
    assert '"alicloud-image-share:index:ImageShare"' in plugin._stub.GetSchema(provider_pb2.GetSchemaRequest()).schema


def test_a_bug_is_one_sentence(plugin: PluginProvider) -> None:
    request = provider_pb2.CheckRequest(urn="no URN at all")
    with pytest.raises(grpc.RpcError, match="this is a bug of alicloud-image-share: IndexError in Check"):
        plugin._stub.Check(request)
