"""The errors of instances and disks."""

from __future__ import annotations

from ..errors import EcsError


def image_family_unneeded() -> EcsError:
    """ImageFamily and ImageId together."""
    text = "The input parameter ImageFamily must be null when image id is set."
    return EcsError("UnexpectedImageFamily.ImageIdSupplied", text, 400)


def encryption_key_needed() -> EcsError:
    """A consumer of an encrypted shared image must encrypt its disk with its own key."""
    text = "Creating encrypted disks with shared encrypted image requires replacing encryption keys."
    return EcsError("InvalidParam.EncryptedMismatch", text, 400)


def instance_not_found() -> EcsError:
    """No such instance in this account."""
    return EcsError("InvalidInstanceId.NotFound", "The specified InstanceId does not exist.", 404)


def instance_status() -> EcsError:
    """The instance must be in another status for this, mostly Stopped."""
    text = "The current status of the resource does not support this operation."
    return EcsError("IncorrectInstanceStatus", text, 403)


def disk_not_found() -> EcsError:
    """No such disk in this account."""
    return EcsError("InvalidDiskId.NotFound", "The specified disk does not exist.", 404)


def disk_image_gone() -> EcsError:
    """The own image that a system disk was made from is deleted."""
    text = "The operation is not supported due to image not exist."
    return EcsError("InvalidDiskId.OperationNotSupported", text, 404)


def shared_image_deleted() -> EcsError:
    """The shared image that a system disk was made from is deleted."""
    return EcsError("SharedImageDeleted", "The specified image by others shared is deleted.", 403)
