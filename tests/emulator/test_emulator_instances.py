"""Instances and their system disks, through the unmodified SDK."""

from __future__ import annotations

from typing import Any

import pytest
from alibabacloud_ecs20140526 import models as m
from emulator_clients import REGION, Sdk, refusal

from ecs_emulator import Emulator


def test_an_instance_runs_from_an_own_image_with_one_system_disk(owner: Sdk, golden: str) -> None:
    instance_id = owner.run(golden, instance_name="web-1")
    instance = owner.instance(instance_id)
    assert (instance.status, instance.image_id, instance.instance_name) == ("Running", golden, "web-1")
    disk = owner.system_disk(instance_id)
    assert (disk.type, disk.status, disk.image_id, disk.size) == ("system", "In_use", golden, 40)


@pytest.mark.parametrize("key", ["system", "community", "deprecated", "marketplace"])
def test_an_instance_runs_from_what_is_everyones_and_from_a_deprecated_own_image(
    ecs: Emulator, owner: Sdk, key: str
) -> None:
    assert owner.run(ecs.image(key).id)


@pytest.mark.parametrize(
    ("key", "expected"),
    [("creating", ("OperationDenied.ImageNotValid", 403)), ("partner-image", ("InvalidImageId.NotFound", 404))],
)
def test_an_instance_does_not_run_from_just_any_image(
    ecs: Emulator, owner: Sdk, key: str, expected: tuple[str, int]
) -> None:
    assert refusal(owner.run, ecs.image(key).id) == expected


def test_an_image_family_runs_its_newest_image(ecs: Emulator, owner: Sdk, golden: str) -> None:
    instance = owner.run("", image_id=None, image_family="golden")
    assert owner.instance(instance).image_id == ecs.image("golden-next").id
    assert refusal(owner.run, golden, image_family="golden") == ("UnexpectedImageFamily.ImageIdSupplied", 400)
    assert refusal(owner.run, "", image_id=None, image_family="none")[0] == "InvalidImageId.NotFound"


def test_a_family_of_shared_images_runs_its_newest_by_the_name_that_the_consumer_sees(
    ecs: Emulator, owner: Sdk, payments: Sdk, golden: str
) -> None:
    family = f"acs:{ecs.account('owner').id}:golden"
    ecs.console.share(REGION, golden, ecs.account("payments").id)
    assert payments.instance(payments.run("", image_id=None, image_family=family)).image_id == golden
    ecs.console.share(REGION, ecs.image("golden-next").id, ecs.account("payments").id)
    newest = payments.run("", image_id=None, image_family=family)
    assert payments.instance(newest).image_id == ecs.image("golden-next").id
    for account, name in ((payments, "golden"), (owner, family)):
        assert refusal(account.run, "", image_id=None, image_family=name)[0] == "InvalidImageId.NotFound"


@pytest.mark.parametrize("missing", ["region_id", "image_id", "instance_type", "v_switch_id", "security_group_id"])
def test_what_an_instance_needs_is_asked_for(owner: Sdk, golden: str, missing: str) -> None:
    assert refusal(owner.run, golden, **{missing: None}) == ("MissingParameter", 400)


def test_a_client_token_starts_an_instance_once(owner: Sdk, golden: str) -> None:
    assert owner.run(golden, client_token="t") == owner.run(golden, client_token="t")


def test_a_dry_run_starts_nothing(ecs: Emulator, owner: Sdk, golden: str) -> None:
    assert refusal(owner.run, golden, dry_run=True) == ("DryRunOperation", 400)
    assert owner.client.describe_instances(m.DescribeInstancesRequest(region_id=REGION)).body.total_count == 0


def test_instances_come_in_pages_by_number_and_by_token(owner: Sdk, golden: str) -> None:
    owner.run(golden, amount=25)

    def page(**more: Any) -> Any:
        return owner.client.describe_instances(m.DescribeInstancesRequest(region_id=REGION, **more)).body

    assert [len(page(page_number=n).instances.instance) for n in (1, 2, 3)] == [10, 10, 5]
    first = page(max_results=20)
    second = page(max_results=20, next_token=first.next_token)
    seen = {i.instance_id for body in (first, second) for i in body.instances.instance}
    assert (len(seen), second.next_token) == (25, "")


def test_a_running_instance_keeps_its_disk_as_it_is(ecs: Emulator, owner: Sdk, golden: str) -> None:
    instance = owner.run(golden)
    assert refusal(owner.replace, instance, golden) == ("IncorrectInstanceStatus", 403)
    assert refusal(owner.reinit, owner.system_disk(instance).disk_id) == ("IncorrectInstanceStatus", 403)
    assert refusal(owner.start, instance) == ("IncorrectInstanceStatus", 403)


def test_replacing_a_system_disk_releases_the_old_one(ecs: Emulator, owner: Sdk, golden: str) -> None:
    instance = owner.run(golden)
    owner.stop(instance)
    old = owner.system_disk(instance).disk_id
    new = owner.replace(instance, ecs.image("golden-next").id)
    assert owner.system_disk(instance).disk_id == new
    assert refusal(owner.reinit, old) == ("InvalidDiskId.NotFound", 404)


def test_a_disk_of_a_deleted_own_image_is_not_reinitialised(owner: Sdk, golden: str) -> None:
    instance = owner.run(golden)
    owner.stop(instance)
    owner.delete(golden, force=True)
    assert refusal(owner.reinit, owner.system_disk(instance).disk_id) == ("InvalidDiskId.OperationNotSupported", 404)


def test_a_query_that_makes_no_sense_is_refused(owner: Sdk) -> None:
    client = owner.client
    disks = m.DescribeDisksRequest(region_id=REGION, disk_type="round")
    assert refusal(client.describe_disks, disks) == ("InvalidDiskType.ValueNotSupported", 400)
    for ids in ("i-1", '{"a": 1}', "[1]"):
        instances = m.DescribeInstancesRequest(region_id=REGION, instance_ids=ids)
        assert refusal(client.describe_instances, instances) == ("InvalidParameter", 400)
    elsewhere = m.DescribeInstancesRequest(region_id="mars-1")
    assert refusal(client.describe_instances, elsewhere) == ("InvalidRegionId.NotFound", 404)


def test_a_disk_key_without_encryption_is_refused(owner: Sdk, golden: str) -> None:
    disk = m.RunInstancesRequestSystemDisk(kmskey_id="k")
    assert refusal(owner.run, golden, system_disk=disk) == ("InvalidParameter.EncryptedIllegal", 400)


def test_a_dry_run_stops_nothing(owner: Sdk, golden: str) -> None:
    instance = owner.run(golden)
    request = m.StopInstanceRequest(instance_id=instance, dry_run=True)
    assert refusal(owner.client.stop_instance, request) == ("DryRunOperation", 400)
    assert owner.instance(instance).status == "Running"


def test_a_client_token_that_is_too_long_is_refused(owner: Sdk, golden: str) -> None:
    assert refusal(owner.run, golden, client_token="t" * 65) == ("InvalidParameter", 400)


def test_someone_elses_instance_and_disk_are_not_there(ecs: Emulator, owner: Sdk, payments: Sdk, golden: str) -> None:
    instance = owner.run(golden)
    disk = owner.system_disk(instance).disk_id
    assert refusal(payments.stop, instance) == ("InvalidInstanceId.NotFound", 404)
    assert refusal(payments.reinit, disk) == ("InvalidDiskId.NotFound", 404)
    assert payments.client.describe_disks(m.DescribeDisksRequest(region_id=REGION)).body.total_count == 0
