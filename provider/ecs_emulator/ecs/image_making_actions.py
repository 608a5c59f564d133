"""The actions of making images, a function each."""

from __future__ import annotations

from .. import errors
from ..actions import Context, takes
from ..wire import Answer, Params
from . import image_making_errors
from .image_making import MakeRequest
from .tagging import tags_of_copy

_MAPPING = "DiskDeviceMapping"


@takes(
    *("RegionId", "InstanceId", "SnapshotId", "ImageName", "ImageFamily", "ImageVersion", "Description", "Platform"),
    *("Architecture", "BootMode", "ResourceGroupId", "DetectionStrategy", "Tag.N.Key", "Tag.N.Value", "ClientToken"),
    *(f"{_MAPPING}.N.SnapshotId", f"{_MAPPING}.N.Size", f"{_MAPPING}.N.Device", f"{_MAPPING}.N.DiskType"),
    # "Only the standard check mode is supported."
    only={"DetectionStrategy": frozenset({"standard"})},
)
def create_image(context: Context, params: Params) -> Answer:
    """Make an image of an instance or of a snapshot. Data disks are not made."""
    region = params.require("RegionId")
    # "The following request parameters are sorted by priority: InstanceId > DiskDeviceMapping > SnapshotId."
    instance_id, snapshot_id, size = params.get("InstanceId"), params.get("SnapshotId"), 0
    if params.has(_MAPPING) and not instance_id:
        snapshot_id, size = _system_disk(params)
    if not instance_id and not snapshot_id:
        raise image_making_errors.nothing_to_image()
    request = MakeRequest(
        instance_id=instance_id,
        snapshot_id=snapshot_id,
        size=size,
        name=params.get("ImageName"),
        description=params.get("Description"),
        family=params.get("ImageFamily"),
        version=params.get("ImageVersion"),
        platform=params.get("Platform"),
        architecture=params.get("Architecture"),
        boot_mode=params.get("BootMode"),
        resource_group_id=params.get("ResourceGroupId"),
        is_checked=params.get("DetectionStrategy").lower() == "standard",
        tags=tags_of_copy(params.pairs("Tag", "Key", "Value")),
    )

    def make() -> str:
        return context.cloud.image_making.start(context.account, region, request).id

    token, reused = params.get("ClientToken"), image_making_errors.token_of_other_image
    return {"ImageId": context.cloud.once(context.account, "CreateImage", token, params.raw, make, reused)}


def _system_disk(params: Params) -> tuple[str, int]:
    """The snapshot and the size that DiskDeviceMapping has for the system disk, which must be the only disk."""
    system = []
    for n in params.numbers(_MAPPING):
        kind = params.get(f"{_MAPPING}.{n}.DiskType")
        if kind not in ("", "system", "data"):
            raise image_making_errors.mapping_disk_type_unsupported()
        if params.get(f"{_MAPPING}.{n}.SnapshotId") and kind != "data":
            system.append(n)
    if len(system) != 1:
        raise (
            image_making_errors.mapping_of_system_disks()
            if system
            else image_making_errors.mapping_without_system_disk()
        )
    [n] = system
    data = [other for other in params.numbers(_MAPPING) if other != n]
    if data:
        raise errors.parameter_not_honoured(f"{_MAPPING}.{data[0]}")
    if params.get(f"{_MAPPING}.{n}.Device", "/dev/xvda") != "/dev/xvda":
        raise image_making_errors.mapping_device_malformed()
    return params.get(f"{_MAPPING}.{n}.SnapshotId"), params.integer(f"{_MAPPING}.{n}.Size", 0, 0)
