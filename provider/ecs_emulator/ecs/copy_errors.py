"""The errors of copying an image.

https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-copyimage
https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-cancelcopyimage
"""

from __future__ import annotations

from ..errors import EcsError


def image_copy_conflict() -> EcsError:
    """The same copy is under way."""
    text = (
        "The same image cannot be copied concurrently. "
        "Please wait until the last copy is completed before performing the next operation."
    )
    return EcsError("OperationDenied.ImageCopyConflict", text, 400)


def image_not_from_copy() -> EcsError:
    """CancelCopyImage of an image that no copy made."""
    text = "The specified image is not the target image of a copy action."
    return EcsError("ImageCreatedNotFromCopy", text, 400)


def image_not_being_copied() -> EcsError:
    """The image is not what a copy under way will be."""
    return EcsError("IncorrectImageStatus", "The specified image is not coping.", 400)


def image_copy_completed() -> EcsError:
    """CancelCopyImage of a copy that is done."""
    return EcsError("IncorrectImageStatus", "The image copy has completed.", 400)


def image_copy_failed() -> EcsError:
    """CancelCopyImage of a copy that has failed."""
    return EcsError("IncorrectImageStatus", "The Image copy has been failed.", 400)


def source_region_not_found() -> EcsError:
    """CopyImage from a region that does not exist."""
    return EcsError("SourceRegion.NotFound", "The source region not found.", 400)


def destination_region_not_found() -> EcsError:
    """CopyImage to a region that does not exist."""
    return EcsError("DestinationRegion.NotFound", "The destination region not found.", 400)


def copy_same_region_only() -> EcsError:
    """An image shared by someone else can be copied within its region only."""
    text = "The image shared from others can not be copied to another region directly."
    return EcsError("OperationDenied.SameRegionOnly", text, 403)


def community_image_uncopyable() -> EcsError:
    """A community image can't be copied."""
    return EcsError("OperationDenied.CommunityImage", "Community image does not support copy.", 400)


def image_name_malformed() -> EcsError:
    """The name of the copy is not one."""
    return EcsError("InvalidImageName.Malformed", "The specified destination image name is wrongly formed.", 400)


def image_name_duplicated() -> EcsError:
    """The name of the copy is taken."""
    text = "The specified image name is already in use in the target region. Please try a different one."
    return EcsError("InvalidImageName.Duplicated", text, 400)


def description_malformed() -> EcsError:
    """The description of the copy is not one."""
    return EcsError("InvalidDescription.Malformed", "The specified destination description is wrongly formed.", 400)


def encrypted_to_plain_copy() -> EcsError:
    """An encrypted image copied with Encrypted=false. The code's spelling is ECS's own."""
    text = "The image contains encrypted snapshots, which do not support copying to non-encrypted ones."
    return EcsError("OperationDeined.EncryptedSnapshot", text, 403)


def source_unavailable() -> EcsError:
    """The image to copy is not Available."""
    return EcsError("IncorrectImageStatus", "The image not available.", 400)


def algorithm_without_encryption() -> EcsError:
    """EncryptAlgorithm without Encrypted=true."""
    text = "The specified parameter Encrypted must be true when EncryptAlgorithm is not empty."
    return EcsError("InvalidEncrypted.NotMatchEncryptAlgorithm", text, 400)


def algorithm_invalid() -> EcsError:
    """EncryptAlgorithm at all, since "this parameter is not available"."""
    return EcsError("InvalidEncryptAlgorithm", "The specified parameter EncryptAlgorithm is not valid.", 400)
