"""The actions of snapshots."""

from __future__ import annotations

from collections.abc import Callable, Collection

from ..actions import Context, takes
from ..clock import format_time
from ..errors import CommonErrors, EcsError
from ..filters import filters_of
from ..paging import IDS_MAX, paged
from ..wire import Answer, Params
from .errors import Errors
from .snapshots import SnapshotQuery, SnapshotView
from .tagging import tag_filter


@takes(
    *("RegionId", "SnapshotIds", "SnapshotName", "InstanceId", "DiskId", "Status", "SnapshotType", "SourceDiskType"),
    *("Usage", "Category", "Encrypted", "KMSKeyId", "ResourceGroupId", "Tag.N.Key", "Tag.N.Value"),
    *("Filter.N.Key", "Filter.N.Value", "PageNumber", "PageSize", "MaxResults", "NextToken", "DryRun"),
)
def describe_snapshots(context: Context, params: Params) -> Answer:
    """The caller's snapshots in a region."""
    region = params.require("RegionId")
    query = _query(params)
    images = context.cloud.images
    images.check_region(region)
    if params.boolean("DryRun"):
        raise CommonErrors.DRY_RUN_PASSED()
    images.settle()
    views = images.snapshots.describe(context.account, region, query, context.cloud.clock.monotonic())
    return paged(params, context.reading, views, 100, "Snapshots", "Snapshot", _snapshot)


def _query(params: Params) -> SnapshotQuery:
    ids = params.json_list("SnapshotIds", 10 * IDS_MAX)
    if ids is not None and len(ids) > IDS_MAX:
        raise Errors.TOO_MANY_SNAPSHOT_IDS()
    created, _ = filters_of(params, Errors.SNAPSHOT_FILTER_KEY_UNKNOWN, Errors.SNAPSHOT_FILTER_VALUE_INVALID)

    def one_of(value: str, values: Collection[str], error: Callable[[], EcsError]) -> str:
        if value and value not in values:
            raise error()
        return value

    return SnapshotQuery(
        ids=None if ids is None else tuple(ids),
        instance_id=params.get("InstanceId"),
        disk_id=params.get("DiskId"),
        status=one_of(
            params.get("Status", "all"),
            ("progressing", "accomplished", "failed", "all"),
            Errors.SNAPSHOT_STATUS_UNKNOWN,
        ),
        snapshot_type=one_of(params.get("SnapshotType", "all"), ("auto", "user", "all"), Errors.SNAPSHOT_TYPE_UNKNOWN),
        source_disk_type=one_of(
            params.get("SourceDiskType").lower(), ("system", "data"), Errors.SOURCE_DISK_TYPE_INVALID
        ),
        usage=one_of(params.get("Usage"), ("image", "disk", "image_disk", "none"), Errors.SNAPSHOT_USAGE_INVALID),
        # The parameter's values are "Standard" and "archive", the answer's "standard" and "archive".
        category=one_of(
            params.get("Category").lower(),
            ("standard", "flash", "archive"),
            Errors.SNAPSHOT_CATEGORY_MALFORMED,
        ),
        encrypted=bool(params.boolean("Encrypted")),
        kms_key_id=params.get("KMSKeyId"),
        resource_group_id=params.get("ResourceGroupId"),
        name=params.get("SnapshotName"),
        tags=tag_filter(params.pairs("Tag", "Key", "Value")),
        created=created,
    )


def _snapshot(view: SnapshotView) -> Answer:
    snapshot = view.snapshot
    return {
        "SnapshotId": snapshot.id,
        "SnapshotName": "",
        "Description": "",
        "Status": view.status,
        "Progress": f"{view.progress}%",
        "Available": view.status == "accomplished",
        "Usage": view.usage,
        "SourceDiskId": snapshot.disk_id,
        "SourceDiskSize": str(snapshot.size),
        "SourceDiskType": "system",
        "SnapshotType": "user",
        "Category": "standard",
        "Encrypted": snapshot.encrypted,
        "KMSKeyId": snapshot.kms_key_id,
        "ProductCode": snapshot.product_code,
        "ResourceGroupId": snapshot.resource_group_id,
        "RegionId": snapshot.region,
        "CreationTime": format_time(snapshot.created),
        "LastModifiedTime": format_time(snapshot.created),
        "Tags": {"Tag": [{"TagKey": key, "TagValue": value} for key, value in snapshot.tags.items()]},
    }


# RegionId is not a documented parameter of the action, but clients in Go send it with every call.
@takes("RegionId", "SnapshotId", "Force")
def delete_snapshot(context: Context, params: Params) -> Answer:
    """Delete an own snapshot that no image is made from."""
    snapshot_id, region = params.require("SnapshotId"), params.get("RegionId")
    context.cloud.images.snapshots.delete(context.account, region, snapshot_id, bool(params.boolean("Force")))
    return {}
