"""The actions of making images, a function each."""

from __future__ import annotations

from ..actions import Context, takes
from ..errors import CommonErrors
from ..wire import Answer, Params
from .errors import Errors
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
        raise Errors.NOTHING_TO_IMAGE()
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

    token, reused = params.get("ClientToken"), Errors.TOKEN_OF_OTHER_IMAGE
    return {"ImageId": context.cloud.once(context.account, "CreateImage", token, params.raw, make, reused)}


def _system_disk(params: Params) -> tuple[str, int]:
    """The snapshot and the size that DiskDeviceMapping has for the system disk, which must be the only disk."""
    system = []
    for n in params.numbers(_MAPPING):
        kind = params.get(f"{_MAPPING}.{n}.DiskType")
        if kind not in ("", "system", "data"):
            raise Errors.DISK_TYPE_NOT_SUPPORTED()
        if params.get(f"{_MAPPING}.{n}.SnapshotId") and kind != "data":
            system.append(n)
    if len(system) != 1:
        raise (Errors.MAPPING_OF_SYSTEM_DISKS() if system else Errors.MAPPING_WITHOUT_SYSTEM_DISK())
    [n] = system
    data = [other for other in params.numbers(_MAPPING) if other != n]
    if data:
        raise CommonErrors.PARAMETER_NOT_HONOURED(name=f"{_MAPPING}.{data[0]}")
    if params.get(f"{_MAPPING}.{n}.Device", "/dev/xvda") != "/dev/xvda":
        raise Errors.MAPPING_DEVICE_MALFORMED()
    return params.get(f"{_MAPPING}.{n}.SnapshotId"), params.integer(f"{_MAPPING}.{n}.Size", 0, 0)
