"""The errors of snapshots.

https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describesnapshots
https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-deletesnapshot
"""

from __future__ import annotations

from ..errors import EcsError


def snapshot_not_found() -> EcsError:
    """DeleteSnapshot of somebody else's snapshot."""
    return EcsError("InvalidSnapshotId.NotFound", "The specified snapshot is not found.", 404)


def snapshot_created_image() -> EcsError:
    """DeleteSnapshot while images are made of it."""
    return EcsError("SnapshotCreatedImage", "The snapshot has been used to create user defined image(s).", 403)


def snapshot_created_disk() -> EcsError:
    """DeleteSnapshot without Force while disks are made of it."""
    return EcsError("SnapshotCreatedDisk", "The snapshot has been used to create disk(s).", 403)


def too_many_snapshot_ids() -> EcsError:
    """More than 100 SnapshotIds."""
    text = "The amount of specified specified snapshot Ids exceeds the limit."
    return EcsError("InvalidSnapshotIds.Malformed", text, 403)


def snapshot_category_malformed() -> EcsError:
    """Category is none."""
    return EcsError("InvalidSnapshotCategory.Malformed", "The specified Category is not valid.", 403)


def snapshot_filter_key_unknown() -> EcsError:
    """DescribeSnapshots filters by CreationStartTime and CreationEndTime alone."""
    return EcsError("InvalidFilterKey.NotFound", "The specified FilterKey is not found.", 404)


def snapshot_filter_value_invalid() -> EcsError:
    """A filter's value is no time."""
    return EcsError("InvalidFilterValue", "The specified FilterValue exceeds the limit.", 404)


def snapshot_usage_invalid() -> EcsError:
    """Usage is none. The spelling is ECS's own."""
    return EcsError("InvalidUsage", "The specifed Usage is not valid.", 404)


def source_disk_type_invalid() -> EcsError:
    """SourceDiskType is neither system nor data. The spelling is ECS's own."""
    return EcsError("InvalidSourceDiskType", "The specifed SourceDiskType is not valid.", 404)


def snapshot_status_unknown() -> EcsError:
    """Status is none."""
    return EcsError("InvalidStatus.NotFound", "The specified Status is not found.", 404)


def snapshot_type_unknown() -> EcsError:
    """SnapshotType is none. The spelling is ECS's own."""
    return EcsError("InvalidSnapshotType.NotFound", "The specfied SnapshotType is not found.", 404)
