"""The errors of finding, using and deleting an image."""

from __future__ import annotations

from ..errors import EcsError


def image_not_found(image_id: str) -> EcsError:
    """The image is not there, or not for this account, which the API does not tell apart."""
    # The newest table names the image; older ones say "The specified ImageId does not exist.", with 403 in the oldest.
    return EcsError("InvalidImageId.NotFound", f"The specified image {image_id} does not exist.", 404)


def image_owner_alias_unsupported() -> EcsError:
    """ImageOwnerAlias is none of self, others, system, marketplace."""
    return EcsError(
        "InvalidImageOwnerAlias.ValueNotSupported", "The specified ImageOwnerAlias value is not supported.", 400
    )


def image_owner_id_unsupported() -> EcsError:
    """ImageOwnerId came with a query that is not for shared or community images."""
    text = (
        'The parameter "ImageOwnerId" is not supported in this context, '
        "it is only valid when querying shared images or community images."
    )
    return EcsError("InvalidOperation.ImageOwnerIdUnsupported", text, 400)


def public_image_alias_unsupported() -> EcsError:
    """IsPublic=true without ImageOwnerAlias=others."""
    text = (
        "When querying images, the parameter ImageOwnerAlias should be others while specified parameter IsPublic "
        "is true."
    )
    return EcsError("InvalidImageOwnerAlias.PublicImageUnsupported", text, 400)


def invalid_usage() -> EcsError:
    """Usage is neither instance nor none."""
    return EcsError("InvalidUsage", "The specified Usage is not valid.", 404)


def image_unavailable() -> EcsError:
    """The image's status is not one that allows this."""
    return EcsError("IncorrectImageStatus", "The image is not available.", 400)


def image_use_shared() -> EcsError:
    """The image is shared: unshare it from everyone first."""
    text = (
        "The specified image has been shared to others. "
        "You can use the DescribeImageSharePermission API to query the users who have been shared."
    )
    return EcsError("ImageUseShared", text, 403)


def image_used_by_instance() -> EcsError:
    """Instances use the image; Force=true deletes it all the same."""
    text = (
        "The specified image has been used to create instances. You can use the DescribeInstances API to query these "
        "instances, or you can use the force parameter to proceed."
    )
    return EcsError("ImageUsingByInstance", text, 403)


def public_image_undeletable() -> EcsError:
    """A community image must be unpublished before it is deleted."""
    return EcsError("ImageIsPublic", "You can not delete public image, please modify it to private.", 403)


def image_copying() -> EcsError:
    """The image is being copied."""
    return EcsError(
        "OperationDenied.ImageCopying", "The image is being copied. Please use the CancelCopyImage API.", 403
    )


def key_without_encryption() -> EcsError:
    """KMSKeyId without Encrypted=true."""
    text = "The specified parameter Encrypted must be true when kmsKeyId is not empty."
    return EcsError("InvalidParameter.EncryptedIllegal", text, 400)


def image_not_valid() -> EcsError:
    """The image is there but not to be run."""
    return EcsError("OperationDenied.ImageNotValid", "The specified Image is disabled or is deleted.", 403)
