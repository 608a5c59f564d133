"""The errors of disks, each group under the address of the document whose error table it is from."""

from __future__ import annotations

from ..errors import EcsError

# -- https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-runinstances --------------------


def disk_category_not_supported() -> EcsError:
    """No such category, or not with this instance type."""
    text = 'The specified parameter "SystemDisk.Category" is not valid.'
    return EcsError("InvalidSystemDiskCategory.ValueNotSupported", text, 400)


def performance_level_malformed() -> EcsError:
    """No such performance level, or not with this category."""
    # The table has the text for DataDisk.n.PerformanceLevel alone.
    text = "The specified parameter SystemDisk.PerformanceLevel is not valid."
    return EcsError("InvalidPerformanceLevel.Malformed", text, 400)


def disk_name_malformed() -> EcsError:
    """The name of the disk is not one. The text's spelling is ECS's own."""
    text = 'The specified parameter "SyatemDisk.DiskName or DataDisk.n.DiskName" is not valid.'
    return EcsError("InvalidDiskName.Malformed", text, 400)


def disk_description_malformed() -> EcsError:
    """The description of the disk is not one. The text's spelling is ECS's own."""
    text = 'The specified parameter "SyatemDisk.DiskDescription" or "DataDisk.n.Description" is not valid.'
    return EcsError("InvalidDiskDescription.Malformed", text, 400)


# -- https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-replacesystemdisk ---------------


def disk_size_not_supported() -> EcsError:
    """The system disk would be smaller than its image, or of a size that its category does not have."""
    # RunInstances has the code with 400 and "%s"; older tables have InvalidSystemDiskSize.LessThanImageSize with 404.
    text = "The specified parameter SystemDisk.Size is invalid."
    return EcsError("InvalidSystemDiskSize.ValueNotSupported", text, 400)


def key_pair_to_replace_with_not_found() -> EcsError:
    """The account has no key pair of that name in the region."""
    # 404 with another text in RunInstances' table.
    return EcsError("InvalidKeyPairName.NotFound", "The specified KeyPairName does not exist.", 400)


# -- https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-reinitdisk ----------------------


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


# -- https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describedisks -------------------


def disk_type_not_supported() -> EcsError:
    """None of all, system and data."""
    return EcsError("InvalidDiskType.ValueNotSupported", "The specified disk type is not supported.", 400)


def category_not_supported() -> EcsError:
    """No such category of disks."""
    return EcsError("InvalidCategory.ValueNotSupported", "The specified disk category is not supported.", 400)


def disk_status_not_supported() -> EcsError:
    """No such status of a disk."""
    return EcsError("InvalidStatus.ValueNotSupported", "The specified disk status is not supported.", 400)


def disk_charge_type_not_found() -> EcsError:
    """Neither PostPaid nor PrePaid."""
    return EcsError("InvalidDiskChargeType.NotFound", "The DiskChargeType does not exist in our records", 404)


def disk_ids_not_valid() -> EcsError:
    """DiskIds is no JSON array of IDs."""
    return EcsError("InvalidParameter.DiskIds", "The specified parameter diskIds is not valid.", 400)


def too_many_disk_ids() -> EcsError:
    """More than 100 disks."""
    return EcsError("InvalidDiskIds.Malformed", "The amount of specified disk Ids exceeds the limit.", 403)
