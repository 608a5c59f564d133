"""DescribeSnapshots and DeleteSnapshot, through the unmodified SDK."""

from __future__ import annotations

from typing import Any

import pytest
from alibabacloud_ecs20140526 import models as m
from emulator_clients import REGION, RpcClient, Sdk, refusal, refused

from ecs_emulator import Emulator


def ids(snapshots: list[Any]) -> list[str]:
    return [snapshot.snapshot_id for snapshot in snapshots]


def test_every_custom_image_has_a_snapshot_that_is_its_owners(ecs: Emulator, owner: Sdk, payments: Sdk) -> None:
    golden = ecs.golden_image_id
    ecs.console.share(REGION, golden, ecs.account("payments").id)
    snapshot = owner.snapshot_of(golden)
    [found] = owner.snapshots(snapshot_ids=f'["{snapshot}"]')
    assert (found.snapshot_id, found.status, found.progress) == (snapshot, "accomplished", "100%")
    assert (found.usage, found.source_disk_size, found.source_disk_type) == ("image", "20", "system")
    assert (found.creation_time, found.region_id, found.encrypted) == ("2024-05-01T02:03:04Z", REGION, False)
    assert payments.snapshots() == []
    mine = {owner.snapshot_of(i, status="ALL") for i in owner.image_ids(image_owner_alias="self", status="ALL")}
    assert set(ids(owner.snapshots())) == mine
    [system] = owner.image(ecs.image("system").id).disk_device_mappings.disk_device_mapping
    assert system.snapshot_id == ""


def test_a_snapshot_of_an_instance_names_its_disk_and_is_under_way_with_its_image(
    ecs: Emulator, owner: Sdk, golden: str
) -> None:
    ecs.console.set_image_seconds(100)
    instance = owner.run(golden)
    disk = owner.system_disk(instance)
    made = owner.make(instance_id=instance)
    ecs.console.advance_clock(50)
    [snapshot] = owner.snapshots(instance_id=instance)
    assert (snapshot.source_disk_id, snapshot.source_disk_size) == (disk.disk_id, str(disk.size))
    assert (snapshot.status, snapshot.progress, snapshot.available) == ("progressing", "50%", False)
    assert owner.snapshots(disk_id=disk.disk_id, status="accomplished") == []
    ecs.console.advance_clock(50)
    assert ids(owner.snapshots(disk_id=disk.disk_id, status="accomplished")) == [owner.snapshot_of(made)]


def test_a_copy_has_a_snapshot_of_its_own_which_goes_when_it_is_cancelled(
    ecs: Emulator, owner: Sdk, golden: str
) -> None:
    ecs.console.set_copy_seconds(100)
    before = ids(owner.snapshots("cn-beijing"))
    copy = owner.copy(golden, "cn-beijing")
    [snapshot] = owner.snapshots("cn-beijing", status="progressing")
    owner.cancel_copy(copy, region="cn-beijing")
    assert ids(owner.snapshots("cn-beijing")) == before
    kept = owner.copy(golden, "cn-beijing")
    ecs.console.advance_clock(100)
    assert owner.snapshot_of(kept, region_id="cn-beijing") in ids(owner.snapshots("cn-beijing", status="accomplished"))
    assert snapshot.snapshot_id not in ids(owner.snapshots("cn-beijing"))


def test_the_snapshot_of_a_copy_that_waits_is_to_come(ecs: Emulator, owner: Sdk) -> None:
    ecs.console.set_copy_seconds(100)
    made = [owner.copy(ecs.console.create_image(REGION), "us-west-1") for _ in range(6)]
    ecs.console.advance_clock(50)
    found = {s.snapshot_id: (s.status, s.progress) for s in owner.snapshots("us-west-1")}
    waiting = owner.snapshot_of(made[-1], region_id="us-west-1", status="Waiting")
    assert found.pop(waiting) == ("progressing", "0%")
    assert set(found.values()) == {("progressing", "50%")}


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ({"snapshot_ids": '["s-bp1golden20240501aa0a1", "s-none"]'}, {"golden"}),
        ({"encrypted": True}, {"service-key-encrypted", "cmk-encrypted"}),
        ({"kmskey_id": "e522b26d-abf6-4e0d-b5da-04b7exampl3c"}, {"cmk-encrypted"}),
        ({"snapshot_type": "auto"}, set()),
        ({"source_disk_type": "Data"}, set()),
        ({"category": "archive"}, set()),
        ({"usage": "none"}, set()),
        ({"status": "failed"}, set()),
        ({"snapshot_name": "nightly"}, set()),
        ({"resource_group_id": "rg-bp1images0000001"}, set()),
        ({"tag": [m.DescribeSnapshotsRequestTag(key="team")]}, set()),
        (
            {
                "filter": [
                    m.DescribeSnapshotsRequestFilter(key="CreationStartTime", value="2024-05-05T00:00Z"),
                    m.DescribeSnapshotsRequestFilter(key="CreationEndTime", value="2024-06-02T00:00Z"),
                ],
            },
            {"cmk-encrypted", "golden-next"},
        ),
    ],
)
def test_every_filter_picks_its_snapshots(ecs: Emulator, owner: Sdk, query: dict[str, Any], keys: set[str]) -> None:
    everything = {
        "source_disk_type": "System",
        "category": "Standard",
        "snapshot_type": "user",
        "status": "all",
    }
    assert set(ids(owner.snapshots(**query))) == {f"s-{ecs.image(key).id.partition('-')[2]}" for key in keys}
    assert ids(owner.snapshots(**everything)) == ids(owner.snapshots())


@pytest.mark.parametrize(
    ("query", "code", "status", "text"),
    [
        ({"status": "fine"}, "InvalidStatus.NotFound", 404, "The specified Status is not found."),
        ({"snapshot_type": "mine"}, "InvalidSnapshotType.NotFound", 404, "The specfied SnapshotType is not found."),
        ({"source_disk_type": "tape"}, "InvalidSourceDiskType", 404, "The specifed SourceDiskType is not valid."),
        ({"usage": "no"}, "InvalidUsage", 404, "The specifed Usage is not valid."),
        ({"category": "gold"}, "InvalidSnapshotCategory.Malformed", 403, "The specified Category is not valid."),
        (
            {"snapshot_ids": str([f"s-{n}" for n in range(101)]).replace("'", '"')},
            "InvalidSnapshotIds.Malformed",
            403,
            "Ids exceeds the limit.",
        ),
        ({"snapshot_ids": "s-1"}, "InvalidParameter", 400, "SnapshotIds"),
        (
            {"filter": [m.DescribeSnapshotsRequestFilter(key="NetworkType", value="vpc")]},
            "InvalidFilterKey.NotFound",
            404,
            "The specified FilterKey is not found.",
        ),
        (
            {"filter": [m.DescribeSnapshotsRequestFilter(key="CreationEndTime", value="today")]},
            "InvalidFilterValue",
            404,
            "The specified FilterValue exceeds the limit.",
        ),
        ({"tag": [m.DescribeSnapshotsRequestTag(value="x")]}, "InvalidTag.Mismatch", 400, "are not match."),
        ({"max_results": 0}, "InvalidParameter", 400, "MaxResults"),
        ({"dry_run": True}, "DryRunOperation", 400, "Request validation has been passed"),
    ],
)
def test_what_makes_no_sense_is_refused_in_the_words_of_the_document(
    owner: Sdk, query: dict[str, Any], code: str, status: int, text: str
) -> None:
    error = refused(owner.snapshots, **query)
    assert (error.code, error.status_code) == (code, status)
    assert text in error.message


def test_a_region_must_be_there(owner: Sdk, rpc: RpcClient) -> None:
    assert refusal(owner.snapshots, "mars-1") == ("InvalidRegionId.NotFound", 404)
    assert rpc.get("DescribeSnapshots").json()["Code"] == "MissingParameter"


def test_snapshots_come_in_pages_by_number_and_by_token(ecs: Emulator, owner: Sdk) -> None:
    for _ in range(23):
        ecs.console.create_image("us-west-1")

    def page(**asked: Any) -> Any:
        return owner.client.describe_snapshots(m.DescribeSnapshotsRequest(region_id="us-west-1", **asked)).body

    numbered = [page(page_number=n) for n in (1, 2, 3)]
    assert [len(body.snapshots.snapshot) for body in numbered] == [10, 10, 3]
    assert {body.total_count for body in numbered} == {23}
    found: list[str] = []
    token = None
    while token != "":
        body = page(max_results=10, next_token=token)
        found += ids(body.snapshots.snapshot)
        token = body.next_token
    assert len(found) == len(set(found)) == 23
    assert found == [i for body in numbered for i in ids(body.snapshots.snapshot)]


# -- deleting ----------------------------------------------------------------------------------------------------------


def test_a_snapshot_is_deleted_after_the_images_that_are_made_of_it(owner: Sdk, golden: str) -> None:
    snapshot = owner.snapshot_of(golden)
    other = owner.make(snapshot_id=snapshot)
    for image_id in (golden, other):
        for force in (False, True):
            error = refused(owner.delete_snapshot, snapshot, force=force)
            assert (error.code, error.status_code) == ("SnapshotCreatedImage", 403)
            assert "The snapshot has been used to create user defined image(s)." in error.message
        owner.delete(image_id)
        [left] = owner.snapshots(snapshot_ids=f'["{snapshot}"]')
    assert left.usage == "none"
    owner.delete_snapshot(snapshot)
    assert owner.snapshots(snapshot_ids=f'["{snapshot}"]') == []
    owner.delete_snapshot(snapshot)


def test_a_snapshot_that_disks_are_made_of_is_deleted_by_force(owner: Sdk, golden: str) -> None:
    snapshot = owner.snapshot_of(golden)
    owner.run(golden)
    [found] = owner.snapshots(snapshot_ids=f'["{snapshot}"]')
    assert found.usage == "image_disk"
    owner.delete(golden, force=True)
    assert ids(owner.snapshots(usage="disk")) == [snapshot]
    error = refused(owner.delete_snapshot, snapshot)
    assert (error.code, error.status_code) == ("SnapshotCreatedDisk", 403)
    owner.delete_snapshot(snapshot, force=True)
    assert owner.snapshots(usage="disk") == []


def test_somebody_elses_snapshot_is_not_deleted(ecs: Emulator, owner: Sdk, payments: Sdk, golden: str) -> None:
    snapshot = owner.snapshot_of(golden)
    owner.delete(golden)
    error = refused(payments.delete_snapshot, snapshot)
    assert (error.code, error.status_code) == ("InvalidSnapshotId.NotFound", 404)
    assert "The specified snapshot is not found." in error.message
    ecs.faults.add(kind="throttle", action="DeleteSnapshot", times=1)
    assert refusal(owner.delete_snapshot, snapshot) == ("Throttling.User", 400)
    owner.delete_snapshot(snapshot)


def test_a_snapshot_is_deleted_in_the_region_that_a_client_in_go_names_beside_it(
    owner: Sdk, rpc: RpcClient, golden: str
) -> None:
    snapshot = owner.snapshot_of(golden)
    owner.delete(golden)
    assert rpc.get("DeleteSnapshot", RegionId="cn-shanghai", SnapshotId=snapshot).status_code == 200
    assert len(owner.snapshots(snapshot_ids=f'["{snapshot}"]')) == 1
    assert rpc.get("DeleteSnapshot", RegionId=REGION, SnapshotId=snapshot).status_code == 200
    assert owner.snapshots(snapshot_ids=f'["{snapshot}"]') == []
    assert rpc.get("DeleteSnapshot", RegionId=REGION).json()["Code"] == "MissingParameter"
