"""CreateImage, of an instance and of a snapshot, through the unmodified SDK."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from alibabacloud_ecs20140526 import models as m
from emulator_clients import REGION, RpcClient, Sdk, ram_user, refusal, refused

from ecs_emulator import Control, ControlError, EcsError, Emulator

ALL = {"status": "ALL"}


@pytest.fixture
def slow(ecs: Emulator) -> Emulator:
    """An ECS in which an image takes an hour."""
    ecs.console.set_image_seconds(3600)
    return ecs


@pytest.fixture
def control(ecs: Emulator) -> Iterator[Control]:
    with Control(ecs.control_endpoint) as client:
        yield client


def mapping(**disk: Any) -> m.CreateImageRequestDiskDeviceMapping:
    return m.CreateImageRequestDiskDeviceMapping(**disk)


# -- of an instance ----------------------------------------------------------------------------------------------------


def test_an_image_of_an_instance_has_what_was_asked_for_and_what_the_instance_is(
    ecs: Emulator, owner: Sdk, golden: str
) -> None:
    instance = owner.run(golden)
    group = ecs.account("owner").resource_groups[0]
    made = owner.make(
        instance_id=instance,
        image_name="baked-1",
        description="Baked today",
        image_family="baked",
        image_version="7",
        resource_group_id=group,
        detection_strategy="Standard",
        tag=[m.CreateImageRequestTag(key="team", value="platform"), m.CreateImageRequestTag(key="bare", value="")],
    )
    image = owner.image(made)
    assert (image.image_name, image.description, image.image_family) == ("baked-1", "Baked today", "baked")
    assert (image.image_version, image.resource_group_id, image.image_owner_alias) == ("7", group, "self")
    assert (image.status, image.progress, image.is_copied) == ("Available", "100%", False)
    assert (image.size, image.ostype, image.architecture) == (owner.system_disk(instance).size, "linux", "x86_64")
    assert {tag.tag_key: tag.tag_value for tag in image.tags.tag} == {"team": "platform", "bare": ""}
    assert image.detection_options.status == "Finished"
    assert owner.image(golden).detection_options is None
    ecs.console.share(REGION, made, ecs.account("web").id)
    assert Sdk(ecs, "web").run(made)


def test_an_image_without_a_name_is_called_by_its_id(owner: Sdk, golden: str) -> None:
    made = owner.make(instance_id=owner.run(golden))
    assert owner.image(made).image_name == made


def test_an_image_is_creating_with_progress_until_it_is_available(slow: Emulator, owner: Sdk, golden: str) -> None:
    made = owner.make(instance_id=owner.run(golden), image_name="baked", detection_strategy="Standard")
    assert owner.image_ids(image_id=made) == []
    shown = []
    while (image := owner.image(made, **ALL)).status == "Creating":
        assert (image.usable, image.detection_options.status) == (False, "Processing")
        shown.append(image.progress)
        slow.console.advance_clock(900)
    assert shown == ["0%", "25%", "50%", "75%"]
    assert (owner.image(made).progress, owner.image(made).usable) == ("100%", True)


def test_nothing_can_be_done_with_an_image_that_is_being_made(slow: Emulator, owner: Sdk, golden: str) -> None:
    made = owner.make(instance_id=owner.run(golden))
    assert refusal(owner.run, made) == ("OperationDenied.ImageNotValid", 403)
    assert refusal(owner.share, made, slow.account("web").id) == ("IncorrectImageStatus", 400)
    assert refusal(owner.copy, made, "cn-beijing") == ("IncorrectImageStatus", 400)
    assert refusal(owner.modify, made, image_name="other") == ("InvalidStatus.ImageIsCreating", 403)
    assert refusal(owner.cancel_copy, made) == ("ImageCreatedNotFromCopy", 400)
    error = refused(owner.delete, made)
    assert (error.code, error.status_code) == ("ImageIsCreating", 403)
    assert "The specified image is being created." in error.message
    slow.console.advance_clock(3600)
    owner.delete(made)


def test_a_stopped_instance_will_do_and_no_other_accounts(ecs: Emulator, owner: Sdk, golden: str) -> None:
    instance = owner.run(golden)
    owner.stop(instance)
    assert owner.image(owner.make(instance_id=instance)).status == "Available"
    error = refused(Sdk(ecs, "payments").make, instance_id=instance)
    assert (error.code, error.status_code) == ("InvalidInstanceId.NotFound", 404)
    assert f"The specified instance {instance} does not exist." in error.message
    assert refusal(owner.make, "cn-shanghai", instance_id=instance) == ("InvalidInstanceId.NotFound", 404)


def test_an_instance_that_is_on_its_way_somewhere_is_none_to_make_an_image_of(
    ecs: Emulator, owner: Sdk, golden: str
) -> None:
    instance = owner.run(golden)
    ecs.console.set_status_seconds(60)
    owner.stop(instance)
    assert refusal(owner.make, instance_id=instance) == ("IncorrectInstanceStatus", 400)


def test_an_image_of_an_instance_of_a_shared_image_is_the_consumers_own(
    ecs: Emulator, owner: Sdk, payments: Sdk, golden: str
) -> None:
    ecs.console.share(REGION, golden, ecs.account("payments").id)
    made = payments.make(instance_id=payments.run(golden))
    owner.unshare(golden, ecs.account("payments").id)
    assert payments.image(made).image_owner_alias == "self"
    payments.share(made, ecs.account("web").id)


def test_what_the_instances_image_was_is_what_the_new_one_is(ecs: Emulator, owner: Sdk) -> None:
    [key] = ecs.account("owner").kms_keys[REGION]
    instance = owner.run(ecs.image("cmk-encrypted").id)
    encrypted = owner.make(instance_id=instance)
    [disk] = owner.image(encrypted).disk_device_mappings.disk_device_mapping
    assert disk.encrypted is True
    [snapshot] = owner.snapshots(instance_id=instance)
    assert (snapshot.encrypted, snapshot.kmskey_id) == (True, key)
    wordpress = owner.make(instance_id=owner.run(ecs.image("marketplace-based").id))
    assert owner.image(wordpress).product_code == "cmjj000001"


def test_an_image_that_is_given_no_version_has_none(owner: Sdk, golden: str) -> None:
    made = owner.image(owner.make(instance_id=owner.run(golden)))
    assert made.image_version == ""
    snapshot = made.disk_device_mappings.disk_device_mapping[0].snapshot_id
    assert owner.image(owner.make(snapshot_id=snapshot)).image_version == ""


def test_the_version_of_a_marketplace_image_stays(ecs: Emulator, owner: Sdk) -> None:
    instance = owner.run(ecs.image("marketplace-based").id)
    assert refusal(owner.make, instance_id=instance, image_version="2") == ("InvalidImageVersion.Malformed", 400)
    assert owner.image(owner.make(instance_id=instance, image_version="1")).image_version == "1"
    assert owner.image(owner.make(instance_id=instance)).image_version == "1"


def test_an_image_of_an_instance_whose_image_is_gone_is_made(owner: Sdk, golden: str) -> None:
    instance = owner.run(golden)
    owner.delete(golden, force=True)
    image = owner.image(owner.make(instance_id=instance))
    assert (image.ostype, image.platform, image.boot_mode) == ("linux", "Aliyun", "BIOS")


# -- of a snapshot -----------------------------------------------------------------------------------------------------


def test_an_image_of_a_snapshot_is_of_that_snapshot(owner: Sdk, golden: str) -> None:
    snapshot = owner.snapshot_of(golden)
    made = owner.make(snapshot_id=snapshot, platform="Windows Server 2019", boot_mode="UEFI")
    image = owner.image(made)
    assert owner.snapshot_of(made) == snapshot
    assert (image.ostype, image.platform, image.boot_mode) == ("windows", "Windows Server 2019", "UEFI")
    assert owner.image_ids(snapshot_id=snapshot) == [made, golden]


def test_the_disk_may_be_larger_than_its_snapshot_and_not_smaller(owner: Sdk, golden: str) -> None:
    snapshot = owner.snapshot_of(golden)
    disk = mapping(snapshot_id=snapshot, device="/dev/xvda", disk_type="system", size=60)
    assert owner.image(owner.make(disk_device_mapping=[disk])).size == 60
    assert owner.image(owner.make(disk_device_mapping=[mapping(snapshot_id=snapshot)])).size == 20


@pytest.mark.parametrize(
    ("disks", "code", "text"),
    [
        ([{"size": 10}], "InvalidSize.ValueNotSupported", "DiskDeviceMapping.n.Size beyond the permitted range"),
        ([{"size": 4096}], "InvalidSize.ValueNotSupported", "DiskDeviceMapping.n.Size beyond the permitted range"),
        ([{"device": "/dev/xvdb"}], "InvalidDevice.Malformed", "DiskDeviceMapping.n.Device is not valid"),
        ([{"disk_type": "tape"}], "InvalidDiskType.ValueNotSupported", "disk type is not supported"),
        ([{"disk_type": "data"}], "OperationDenied", "does not contain system disk snapshot"),
        ([{"snapshot_id": None, "size": 40}], "OperationDenied", "does not contain system disk snapshot"),
        ([{}, {}], "OperationDenied", "contains two or more system disk snapshots"),
        (
            [{}, {"disk_type": "data", "size": 40}],
            "InvalidParameter",
            '"DiskDeviceMapping.2" is not valid',
        ),
    ],
)
def test_disks_that_can_not_be_are_refused(
    owner: Sdk, golden: str, disks: list[dict[str, Any]], code: str, text: str
) -> None:
    snapshot = owner.snapshot_of(golden)
    error = refused(owner.make, disk_device_mapping=[mapping(**({"snapshot_id": snapshot} | disk)) for disk in disks])
    assert (error.code, error.status_code) == (code, 400)
    assert text in error.message


def test_an_instance_goes_before_disks_and_disks_before_a_snapshot(ecs: Emulator, owner: Sdk, golden: str) -> None:
    snapshot, other = owner.snapshot_of(golden), owner.snapshot_of(ecs.image("golden-next").id)
    disks = [mapping(snapshot_id=snapshot)]
    assert owner.snapshot_of(owner.make(disk_device_mapping=disks, snapshot_id=other)) == snapshot
    of_instance = owner.make(instance_id=owner.run(golden), disk_device_mapping=disks, snapshot_id=other)
    assert owner.snapshot_of(of_instance) not in (snapshot, other)


def test_a_snapshot_must_be_there_done_and_ones_own(slow: Emulator, owner: Sdk, payments: Sdk, golden: str) -> None:
    snapshot = owner.snapshot_of(golden)
    for sdk, region in ((payments, REGION), (owner, "cn-shanghai")):
        error = refused(sdk.make, region, snapshot_id=snapshot)
        assert (error.code, error.status_code) == ("InvalidSnapshotId.NotFound", 404)
        assert "The specified SnapshotId does not exist." in error.message
    made = owner.make(instance_id=owner.run(golden))
    fresh = owner.snapshot_of(made, **ALL)
    assert refusal(owner.make, snapshot_id=fresh) == ("InvalidSnapshotId.NotReady", 403)
    slow.console.advance_clock(3600)
    assert owner.make(snapshot_id=fresh)


# -- whatever it is made of --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "code", "status", "text"),
    [
        ({"image_name": "1st"}, "InvalidImageName.Malformed", 400, "The specified Image name is wrongly formed."),
        ({"image_name": "golden-2024-06"}, "InvalidImageName.Duplicated", 400, "image name is already in use."),
        ({"description": "http://x"}, "InvalidDescription.Malformed", 400, "The specified description is wrongly"),
        ({"image_family": "acs:golden"}, "InvalidImageFamily.Malformed", 400, "format of the specified image family"),
        ({"architecture": "sparc"}, "InvalidArchitecture.Malformed", 400, "The specified Architecture is wrongly"),
        ({"platform": "TempleOS"}, "InvalidPlatform.Malformed", 400, "The specified Platform is wrongly formed."),
        ({"boot_mode": "Floppy"}, "InvalidBootMode.NotSupport", 400, "BootMode is not supported for current image"),
        (
            {"architecture": "arm64", "boot_mode": "BIOS"},
            "InvalidBootMode.NotSupport",
            400,
            "BootMode is not supported for current image architecture.",
        ),
        ({"resource_group_id": "rg-none"}, "InvalidResourceGroup.NotFound", 404, "The ResourceGroup provided does not"),
        ({"tag": [m.CreateImageRequestTag(key="acs:x", value="y")]}, "InvalidTagKey.Malformed", 400, "Tag.n.Key"),
    ],
)
def test_what_is_not_well_formed_is_refused_in_the_words_of_the_document(
    owner: Sdk, golden: str, more: dict[str, Any], code: str, status: int, text: str
) -> None:
    before = owner.image_ids()
    error = refused(owner.make, snapshot_id=owner.snapshot_of(golden), **more)
    assert (error.code, error.status_code) == (code, status)
    assert text in error.message
    assert owner.image_ids() == before


def test_an_arm_image_starts_in_uefi(owner: Sdk, golden: str) -> None:
    image = owner.image(owner.make(snapshot_id=owner.snapshot_of(golden), architecture="arm64"))
    assert (image.architecture, image.boot_mode) == ("arm64", "UEFI")


def test_something_to_make_an_image_of_must_be_named(owner: Sdk, rpc: RpcClient) -> None:
    error = refused(owner.make, image_name="nothing")
    assert (error.code, error.status_code) == ("MissingParameter", 400)
    assert "The input parameter SnapshotId or InstanceId or DiskDeviceMapping that is mandatory" in error.message
    assert rpc.get("CreateImage", InstanceId="i-1").json()["Code"] == "MissingParameter"
    assert refusal(owner.make, "mars-1", instance_id="i-1") == ("InvalidRegionId.NotFound", 404)


def test_a_client_token_makes_a_repeated_image_the_same_image(owner: Sdk, golden: str) -> None:
    instance = owner.run(golden)
    first = owner.make(instance_id=instance, client_token="t-1", image_name="once")
    assert owner.make(instance_id=instance, client_token="t-1", image_name="once") == first
    error = refused(owner.make, instance_id=instance, client_token="t-1", image_name="twice")
    assert (error.code, error.status_code) == ("IdempotenceParamNotMatch", 400)


def test_an_answer_that_is_lost_leaves_the_image_that_the_token_finds_again(
    ecs: Emulator, owner: Sdk, golden: str
) -> None:
    instance = owner.run(golden)
    ecs.faults.add(kind="internal_error", action="CreateImage", times=1)
    assert refusal(owner.make, instance_id=instance, image_name="once") == ("InternalError", 500)
    ecs.faults.add(kind="drop_after", action="CreateImage", times=1)
    rpc = RpcClient(ecs)
    with pytest.raises(requests.ConnectionError):
        rpc.get("CreateImage", RegionId=REGION, InstanceId=instance, ImageName="once", ClientToken="t-1")
    answer = rpc.get("CreateImage", RegionId=REGION, InstanceId=instance, ImageName="once", ClientToken="t-1")
    assert owner.image(answer.json()["ImageId"]).image_name == "once"


def test_ram_keeps_who_may_not_make_images_from_it() -> None:
    with Emulator() as ecs:
        seed = ecs.seed.model_dump(mode="json")
    seed["accounts"][0]["ram_users"][0]["denied_actions"] = ["ecs:Create*", "ecs:*Snapshot*"]
    with Emulator(seed) as ecs:
        auditor = Sdk(ecs, "owner", **ram_user(ecs, "owner", "auditor"))
        assert refusal(auditor.make, snapshot_id="s-bp1golden20240501aa0a1") == ("Forbidden.RAM", 403)
        assert refusal(auditor.snapshots) == ("Forbidden.RAM", 403)
        assert refusal(auditor.delete_snapshot, "s-bp1golden20240501aa0a1") == ("Forbidden.RAM", 403)


# -- failing -----------------------------------------------------------------------------------------------------------


def test_an_image_that_fails_keeps_its_progress_and_its_snapshot_fails_too(
    slow: Emulator, owner: Sdk, golden: str
) -> None:
    instance = owner.run(golden)
    sudden = owner.make(instance_id=instance)
    slow.console.advance_clock(1800)
    slow.console.fail_image(REGION, sudden)
    slow.console.advance_clock(3600)
    image = owner.image(sudden, **ALL)
    assert (image.status, image.progress) == ("CreateFailed", "50%")
    [snapshot] = owner.snapshots(instance_id=instance)
    assert (snapshot.status, snapshot.progress, snapshot.available) == ("failed", "50%", False)
    slow.console.fail_next_images(1, after_seconds=900)
    planned, fine = owner.make(instance_id=instance), owner.make(instance_id=instance)
    slow.console.advance_clock(3600)
    assert [owner.image(made, **ALL).status for made in (planned, fine)] == ["CreateFailed", "Available"]
    owner.delete(sudden)


def test_only_an_image_that_is_being_made_can_fail(slow: Emulator, owner: Sdk, golden: str) -> None:
    copy = owner.copy(golden, REGION)
    made = owner.make(snapshot_id=owner.snapshot_of(golden))
    slow.console.set_copy_seconds(3600)
    copying = owner.copy(golden, REGION)
    for image_id in (golden, copy, copying):
        with pytest.raises(EcsError, match="not being created"):
            slow.console.fail_image(REGION, image_id)
    with pytest.raises(EcsError, match="not coping"):
        slow.console.fail_copy(REGION, made)


def test_images_fail_and_take_their_time_from_another_process(control: Control, owner: Sdk, golden: str) -> None:
    control.console.set_image_seconds(100)
    control.console.fail_next_images(1, after_seconds=50)
    snapshot = owner.snapshot_of(golden)
    planned, sudden = owner.make(snapshot_id=snapshot), owner.make(snapshot_id=snapshot)
    control.console.fail_image(REGION, sudden)
    control.console.advance_clock(50)
    assert [owner.image(made, **ALL).status for made in (planned, sudden)] == ["CreateFailed", "CreateFailed"]
    with pytest.raises(ControlError, match="negative"):
        control.console.fail_next_images(-1)
    control.reset()
    assert owner.image(owner.make(snapshot_id=snapshot)).status == "Available"
