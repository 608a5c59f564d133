"""What the emulator does not honour, it refuses."""

from __future__ import annotations

import inspect
import re
from dataclasses import replace
from typing import Any

import pytest
from alibabacloud_ecs20140526 import models as m
from alibabacloud_sts20150401 import models as sm
from emulator_clients import REGION, RpcClient, Sdk, refusal, refused, sts

from ecs_emulator import Emulator
from ecs_emulator.actions import Product
from ecs_emulator.ecs.product import ECS
from ecs_emulator.sts.product import STS
from ecs_emulator.vpc.of_ecs import OF_ECS

# What the Terraform provider sends beside what is published.
SENT_ALL_THE_SAME = {"ModifyInstanceAttribute": {"ClientToken"}}


@pytest.mark.parametrize(
    ("action", "given", "name"),
    [
        ("describe_images", {"action_type": "ChangeOS"}, "ActionType"),
        ("describe_images", {"show_expired": True}, "ShowExpired"),
        ("describe_images", {"owner_account": "someone"}, "OwnerAccount"),
        ("create_image", {"detection_strategy": "Deep"}, "DetectionStrategy"),
        ("create_image", {"dry_run": True}, "DryRun"),
        ("describe_snapshots", {"snapshot_link_id": "sl-1"}, "SnapshotLinkId"),
        ("delete_snapshot", {"owner_account": "someone"}, "OwnerAccount"),
        ("describe_image_from_family", {"owner_account": "someone"}, "OwnerAccount"),
        ("describe_image_share_permission", {"resource_owner_account": "someone"}, "ResourceOwnerAccount"),
        ("modify_image_share_permission", {"owner_account": "someone"}, "OwnerAccount"),
        ("delete_image", {"owner_id": 1000000000000001}, "OwnerId"),
        ("cancel_copy_image", {"owner_account": "someone"}, "OwnerAccount"),
        ("modify_image_attribute", {"license_type": "BYOL"}, "LicenseType"),
        ("tag_resources", {"owner_account": "someone"}, "OwnerAccount"),
        ("run_instances", {"launch_template_id": "lt-1"}, "LaunchTemplateId"),
        ("run_instances", {"auto_release_time": "2099-01-01T00:00:00Z"}, "AutoReleaseTime"),
        ("run_instances", {"data_disk": [m.RunInstancesRequestDataDisk(size=40)]}, "DataDisk.1.Size"),
        ("describe_instances", {"resource_group_id": "rg-1"}, "ResourceGroupId"),
        ("describe_disks", {"auto_snapshot_policy_id": "sp-1"}, "AutoSnapshotPolicyId"),
        ("replace_system_disk", {"encrypt_algorithm": "aes-256"}, "EncryptAlgorithm"),
        ("stop_instance", {"hibernate": True}, "Hibernate"),
        ("start_instance", {"init_local_disk": True}, "InitLocalDisk"),
        ("delete_instance", {"terminate_subscription": True}, "TerminateSubscription"),
        ("modify_instance_attribute", {"credit_specification": "Unlimited"}, "CreditSpecification"),
        ("modify_instance_spec", {"internet_max_bandwidth_out": 5}, "InternetMaxBandwidthOut"),
        ("join_security_group", {"network_interface_id": "eni-1"}, "NetworkInterfaceId"),
        ("create_key_pair", {"resource_group_id": "rg-1"}, "ResourceGroupId"),
        ("describe_regions", {"instance_charge_type": "PrePaid"}, "InstanceChargeType"),
    ],
)
def test_what_is_published_and_not_honoured_is_refused(
    owner: Sdk, action: str, given: dict[str, Any], name: str
) -> None:
    request = getattr(m, "".join(word.title() for word in action.split("_")) + "Request")
    error = refused(getattr(owner.client, action), request(**given))
    assert (error.code, error.status_code) == ("InvalidParameter", 400)
    assert f'The specified parameter "{name}" is not valid: the emulator does not honour it.' in error.message


def test_a_region_may_come_with_every_action_as_the_sdk_for_go_sends_it(ecs: Emulator, owner: Sdk, golden: str) -> None:
    caller = RpcClient(ecs, Version="2015-04-01").post("GetCallerIdentity", RegionId=REGION)
    assert caller.json()["AccountId"] == ecs.account("owner").id
    instance = owner.run(golden)
    assert RpcClient(ecs).post("StopInstance", InstanceId=instance, RegionId=REGION).status_code == 200


def test_a_refused_parameter_leaves_everything_as_it_was(ecs: Emulator, owner: Sdk, golden: str) -> None:
    request = m.ModifyImageSharePermissionRequest(
        region_id=REGION, image_id=golden, add_account=[ecs.account("web").id], owner_account="someone"
    )
    refused(owner.client.modify_image_share_permission, request)
    assert ecs.console.shared_accounts(REGION, golden) == []
    [call] = ecs.calls.entries
    assert (call.action, call.code) == ("ModifyImageSharePermission", "InvalidParameter")


def test_what_is_empty_is_not_given(rpc: RpcClient) -> None:
    assert rpc.get("DescribeImages", RegionId=REGION, OwnerAccount="").status_code == 200


def test_sts_refuses_what_it_does_not_honour(ecs: Emulator) -> None:
    request = sm.AssumeRoleRequest(source_identity="alice")
    user = ecs.account("owner").ram_user("pipeline")
    client = sts(ecs, access_key_id=user.access_key_id, access_key_secret=user.access_key_secret)
    assert '"SourceIdentity"' in refused(client.assume_role, request).message
    answer = RpcClient(ecs, Version="2015-04-01").get("GetCallerIdentity", DurationSeconds="900")
    assert (answer.status_code, answer.json()["Code"]) == (400, "InvalidParameter")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({}, "ForbiddenParameter.LaunchPermission"),
        ({"add_account": ["1000000000000002"]}, "UnnecessaryParameter.LaunchPermission"),
        ({"remove_account": ["1000000000000002"]}, "UnnecessaryParameter.LaunchPermission"),
    ],
)
def test_launch_permission_is_in_a_preview_that_no_account_is_in(
    owner: Sdk, golden: str, more: dict[str, list[str]], code: str
) -> None:
    request = m.ModifyImageSharePermissionRequest(region_id=REGION, image_id=golden, launch_permission="hide", **more)
    assert refusal(owner.client.modify_image_share_permission, request) == (code, 400)
    assert owner.shared_with(golden) == []


@pytest.mark.parametrize(
    ("product", "models", "action"),
    [(p, models, a) for p, models in ((ECS, m), (replace(ECS, actions=OF_ECS), m), (STS, sm)) for a in p.actions],
)
def test_what_is_honoured_is_published(product: Product, models: Any, action: str) -> None:
    request = getattr(models, f"{action}Request", None)
    published = re.findall(r"result\['([\w.]+)'\]", inspect.getsource(request.to_map)) if request else []
    heads = {name.partition(".")[0] for name in product.actions[action].parameters}
    if product is ECS:
        # Clients in Go send it with every call, published or not.
        heads -= {"RegionId", *SENT_ALL_THE_SAME.get(action, ())}
    assert heads <= {name.partition(".")[0] for name in published}
