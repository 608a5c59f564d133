"""The errors of making an image.

https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-createimage
"""

from __future__ import annotations

from ..errors import EcsError


def nothing_to_image() -> EcsError:
    """CreateImage of neither an instance nor a snapshot."""
    text = (
        "The input parameter SnapshotId or InstanceId or DiskDeviceMapping that is mandatory for processing this "
        "request is not supplied."
    )
    return EcsError("MissingParameter", text, 400)


def made_image_name_malformed() -> EcsError:
    """The name of the image is not one."""
    return EcsError("InvalidImageName.Malformed", "The specified Image name is wrongly formed.", 400)


def made_image_name_duplicated() -> EcsError:
    """The name of the image is taken."""
    return EcsError("InvalidImageName.Duplicated", "The specified image name is already in use.", 400)


def made_description_malformed() -> EcsError:
    """The description of the image is not one."""
    return EcsError("InvalidDescription.Malformed", "The specified description is wrongly formed.", 400)


def made_family_malformed() -> EcsError:
    """The family of the image is not one."""
    text = "The format of the specified image family is invalid."
    return EcsError("InvalidImageFamily.Malformed", text, 400)


def image_version_malformed() -> EcsError:
    """The version is not that of the image based on one of the Marketplace that the instance runs."""
    return EcsError("InvalidImageVersion.Malformed", "The specified ImageVersion is wrongly formed.", 400)


def architecture_malformed() -> EcsError:
    """Architecture is none."""
    return EcsError("InvalidArchitecture.Malformed", "The specified Architecture is wrongly formed.", 400)


def platform_malformed() -> EcsError:
    """Platform is none."""
    return EcsError("InvalidPlatform.Malformed", "The specified Platform is wrongly formed.", 400)


def boot_mode_of_made_image() -> EcsError:
    """BootMode is none, or none for such machines."""
    text = "The specified parameter BootMode is not supported for current image architecture."
    return EcsError("InvalidBootMode.NotSupport", text, 400)


def instance_to_image_not_found(instance_id: str) -> EcsError:
    """No such instance in this account and region."""
    return EcsError("InvalidInstanceId.NotFound", f"The specified instance {instance_id} does not exist.", 404)


def instance_to_image_status() -> EcsError:
    """The instance is neither Running nor Stopped."""
    text = "The current status of the instance does not support this operation."
    return EcsError("IncorrectInstanceStatus", text, 400)


def snapshot_to_image_not_found() -> EcsError:
    """No such snapshot in this account and region."""
    return EcsError("InvalidSnapshotId.NotFound", "The specified SnapshotId does not exist.", 404)


def snapshot_not_ready() -> EcsError:
    """The snapshot is still being made, or could not be."""
    text = "The current status of the DiskDeviceMapping.n.SnapshotId or SnapshotId does not support this operation."
    return EcsError("InvalidSnapshotId.NotReady", text, 403)


def mapping_size_unsupported() -> EcsError:
    """The disk would be smaller than its snapshot, or too large."""
    text = "The specified parameter DiskDeviceMapping.n.Size beyond the permitted range."
    return EcsError("InvalidSize.ValueNotSupported", text, 400)


def mapping_device_malformed() -> EcsError:
    """The system disk's device is not /dev/xvda."""
    text = "The specified parameter DiskDeviceMapping.n.Device is not valid."
    return EcsError("InvalidDevice.Malformed", text, 400)


def mapping_disk_type_unsupported() -> EcsError:
    """DiskType is neither system nor data."""
    return EcsError("InvalidDiskType.ValueNotSupported", "The specified disk type is not supported.", 400)


def mapping_without_system_disk() -> EcsError:
    """No snapshot is of a system disk."""
    text = "The specified parameter DiskDeviceMapping.n.SnapshotId does not contain system disk snapshot."
    return EcsError("OperationDenied", text, 400)


def mapping_of_system_disks() -> EcsError:
    """More than one snapshot is of a system disk."""
    text = "The specified parameter DiskDeviceMapping.n.SnapshotId contains two or more system disk snapshots."
    return EcsError("OperationDenied", text, 400)


def token_of_other_image() -> EcsError:
    """One ClientToken with two different requests."""
    text = "Request uses a client token in a previous request but is not identical to that request."
    return EcsError("IdempotenceParamNotMatch", text, 400)


def image_not_being_made() -> EcsError:
    """The image is none that is being made of an instance or a snapshot."""
    # Of the emulator's console: ECS lets nobody ask for this.
    return EcsError("IncorrectImageStatus", "The specified image is not being created.", 400)
