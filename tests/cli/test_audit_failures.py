"""What `image-share audit` does when ECS fails, RAM refuses, or somebody ends it: nothing is vouched for unseen."""

from __future__ import annotations

import json
import signal
import threading
from pathlib import Path
from subprocess import PIPE
from typing import Any

import pytest
from alibabacloud_sts20150401 import models
from alibabacloud_sts20150401.client import Client as StsClient
from alibabacloud_tea_openapi.utils_models import Config

from ecs_emulator import Emulator
from pulumi_alicloud_image_share.cli.ram_policy import READ_ACTIONS, ram_policy
from support.golden_image import REGION, delete_image
from support.golden_image import share as share_golden
from support.image_share import image_share, start_image_share
from support.waiting import wait_until

PAYMENTS = "1000000000000002"
ACTIONS = ("GetCallerIdentity", "DescribeRegions", "DescribeImages", "DescribeImageSharePermission")


@pytest.fixture
def shared(ecs: Emulator) -> Emulator:
    share_golden(ecs, PAYMENTS)
    return ecs


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("kind", ["throttle", "unavailable", "internal_error", "drop_before", "drop_after", "garbage"])
def test_a_fault_that_passes_changes_nothing_of_what_is_seen(shared: Emulator, action: str, kind: Any) -> None:
    before = image_share(shared, "audit", "--all-regions", "-f", "json")
    shared.faults.add(action=action, kind=kind, times=2)
    after = image_share(shared, "audit", "--all-regions", "-f", "json", "--retry-seconds", "60")
    assert (after.code, after.data["images"]) == (before.code, before.data["images"])
    assert after.data["unseen"] == []


def test_a_region_that_does_not_answer_is_said_to_be_unseen_and_hides_no_other(shared: Emulator) -> None:
    shared.faults.add(action="DescribeImages", kind="unavailable", region="eu-central-1")
    answer = image_share(shared, "audit", "--all-regions", "--retry-seconds", "0.5")
    assert answer.code == 2
    assert "not looked at: region eu-central-1: DescribeImages failed with ServiceUnavailable" in answer.out
    assert f"{PAYMENTS} since" in answer.out
    assert "NOT LOOKED AT: 1. This report vouches for nothing there." in answer.out


def test_a_region_that_has_stopped_to_answer_is_given_up_once_for_all_its_images(shared: Emulator) -> None:
    images = [shared.console.create_image(REGION) for _ in range(60)]
    for image_id in images:
        shared.console.share(REGION, image_id, PAYMENTS)
    shared.faults.add(action="DescribeImageSharePermission", kind="unavailable", region=REGION)
    answer = image_share(shared, "audit", "--retry-seconds", "0.2")
    assert answer.code == 2
    assert "not looked at: 68 images (" in answer.out
    assert "unmanaged" not in answer.out
    # Those that were under way when the first was given up.
    assert len({entry.image for entry in shared.calls.entries if entry.image}) < len(images)


def test_who_has_access_to_an_unseen_image_is_not_told(shared: Emulator) -> None:
    shared.faults.add(action="DescribeImageSharePermission", kind="unavailable", image=shared.golden_image_id)
    answer = image_share(shared, "audit", "-f", "json", "--retry-seconds", "0.2")
    [golden] = [image for image in answer.data["images"] if image["imageId"] == shared.golden_image_id]
    assert (answer.code, golden["isSeen"], golden["accounts"]) == (2, False, [])
    assert shared.golden_image_id not in {finding["imageId"] for finding in answer.data["findings"]}


def test_an_image_that_is_deleted_meanwhile_is_left_out(shared: Emulator) -> None:
    def delete_once_listed() -> None:
        # Who the caller is, and both lists.
        wait_until(lambda: shared.calls.count() >= 3)
        delete_image(shared)

    shared.faults.add(
        action="DescribeImageSharePermission", kind="delay", seconds=0.5, image=shared.golden_image_id, times=1
    )
    shared.console.unshare(REGION, shared.golden_image_id, PAYMENTS)
    ending = threading.Thread(target=delete_once_listed)
    ending.start()
    answer = image_share(shared, "audit", "-f", "json")
    ending.join()
    assert answer.data["unseen"] == []
    assert shared.golden_image_id not in {image["imageId"] for image in answer.data["images"]}


@pytest.mark.parametrize("denied", READ_ACTIONS)
def test_an_action_that_ram_denies_is_named_with_the_statement_that_allows_it(shared: Emulator, denied: str) -> None:
    rest = [action for action in READ_ACTIONS if action != denied]
    answer = image_share(shared, "audit", "--all-regions", **narrowed_keys(shared, policy_for(rest)))
    assert answer.code == 2
    told = answer.out + answer.err
    assert "Forbidden.RAM" in told
    assert f'"Action": "{denied}"' in told


def test_the_policy_that_is_printed_is_all_that_it_needs(shared: Emulator) -> None:
    policy = image_share(shared, "audit", "--policy").out
    assert json.loads(policy) == json.loads(ram_policy())
    whole = image_share(shared, "audit", "--all-regions", "-f", "json")
    answer = image_share(shared, "audit", "--all-regions", "-f", "json", **narrowed_keys(shared, policy))
    assert (answer.code, answer.data["images"]) == (whole.code, whole.data["images"])


def test_wrong_keys_fail_at_the_first_call(ecs: Emulator) -> None:
    answer = image_share(ecs, "audit", ALIBABA_CLOUD_ACCESS_KEY_SECRET="not-the-secret")
    assert (answer.code, answer.out, ecs.calls.count()) == (2, "", 1)
    assert "error: GetCallerIdentity failed with SignatureDoesNotMatch" in answer.err
    assert "not-the-secret" not in answer.err


def test_an_address_where_nobody_is_is_named(ecs: Emulator) -> None:
    answer = image_share(ecs, "audit", "--retry-seconds", "0", "--endpoint", "sts=127.0.0.1:1")
    assert answer.code == 2
    assert "127.0.0.1:1" in answer.err
    assert "Check the network, the region ID and --endpoint." in answer.err


def test_a_report_says_what_to_check_in_the_words_of_the_command_line(shared: Emulator) -> None:
    where = ("--endpoint", f"sts={shared.endpoint}", "--endpoint", "ecs=127.0.0.1:1")
    answer = image_share(shared, "audit", "-f", "json", "--retry-seconds", "0", *where)
    [unseen] = answer.data["unseen"]
    assert (answer.code, unseen["what"]) == (2, f"region {REGION}")
    assert "Check the network, the region ID and --endpoint." in unseen["why"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("held", [{"kind": "throttle"}, {"kind": "delay", "seconds": 60.0}])
def test_an_interrupted_audit_ends_at_once_and_writes_nothing(
    shared: Emulator, tmp_path: Path, number: signal.Signals, held: dict[str, Any]
) -> None:
    report = tmp_path / "report.json"
    report.write_text("an older report")
    shared.faults.add(action="DescribeImageSharePermission", **held)
    process = start_image_share(
        shared, "audit", "-f", "json", "-o", str(report), "--retry-seconds", "300", stdout=PIPE, stderr=PIPE
    )
    wait_until(lambda: shared.calls.count("DescribeImages"), seconds=60)
    process.send_signal(number)
    out, err = process.communicate(timeout=10)
    assert (process.returncode, out) == (130, "")
    assert err == "error: interrupted before all was looked at. Nothing was written.\n"
    assert report.read_text() == "an older report"


def policy_for(actions: list[str]) -> str:
    statement = {"Effect": "Allow", "Action": [*actions, "sts:GetCallerIdentity"], "Resource": "*"}
    return json.dumps({"Version": "1", "Statement": [statement]})


def narrowed_keys(ecs: Emulator, policy: str) -> dict[str, str]:
    """The variables of a session that may do what a policy says, and nothing else."""
    user = ecs.account("owner").ram_user("pipeline")
    client = StsClient(
        Config(
            access_key_id=user.access_key_id,
            access_key_secret=user.access_key_secret,
            endpoint=ecs.endpoint,
            protocol=ecs.protocol,
            region_id=REGION,
        )
    )
    role = "acs:ram::1000000000000001:role/image-sharer"
    request = models.AssumeRoleRequest(role_arn=role, role_session_name="audit", policy=policy)
    keys = client.assume_role(request).body.credentials
    return {
        "ALIBABA_CLOUD_ACCESS_KEY_ID": keys.access_key_id,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": keys.access_key_secret,
        "ALIBABA_CLOUD_SECURITY_TOKEN": keys.security_token,
    }
