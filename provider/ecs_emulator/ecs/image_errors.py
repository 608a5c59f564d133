"""The errors of finding, using and deleting an image.

https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeimages
https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeimagefromfamily
https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-deleteimage
"""

from __future__ import annotations

from ..errors import EcsError


def image_not_found(image_id: str) -> EcsError:
    """The image is not there, or not for this account, which the API does not tell apart."""
    # The newest table names the image; older ones say "The specified ImageId does not exist.", with 403 in the oldest.
    return EcsError("InvalidImageId.NotFound", f"The specified image {image_id} does not exist.", 404)


def image_id_not_found(image_id: str) -> EcsError:
    """The same in the words of the actions that do not name the image: Modify..., CancelCopyImage, DeleteImage."""
    return EcsError("InvalidImageId.NotFound", "The specified ImageId does not exist.", 404)


def family_region_not_found() -> EcsError:
    """No such region, as DescribeImageFromFamily says it."""
    return EcsError("InvalidRegionId.NotFound", "The RegionId provided does not exist.", 404)


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


def invalid_os_type() -> EcsError:
    """OSType is neither windows nor linux."""
    return EcsError("InvalidOSType", "The specified OSType is not valid.", 404)


def invalid_architecture() -> EcsError:
    """Architecture is none that an image can have."""
    return EcsError("InvalidArchitecture", "The specified Architecture is not valid.", 404)


def instance_type_unsupported(name: str) -> EcsError:
    """No instance type is called so."""
    text = (
        f"The specified instance type {name} does not exist. "
        "You can use the DescribeInstanceTypes API to query the available instance types."
    )
    return EcsError("InvalidInstanceType.ValueNotSupported", text, 400)


def filter_key_unknown() -> EcsError:
    """Images can't be filtered by that."""
    return EcsError("InvalidFilterKey.NotFound", "The specified Filter Key is not found.", 404)


def filter_value_invalid() -> EcsError:
    """A filter's value is not one that its key takes."""
    return EcsError("InvalidFilterValue", "The specified Filter Value is not valid.", 404)


def network_type_invalid() -> EcsError:
    """The filter NetworkType asks for neither vpc nor classic."""
    text = "The specified networkType value in the Filter is invalid."
    return EcsError("InvalidFilterValue.NetworkType", text, 400)


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


def image_creating() -> EcsError:
    """The image is being made."""
    # In the older tables of DeleteImage only; the newest has no code for this.
    return EcsError("ImageIsCreating", "The specified image is being created.", 403)


def key_not_found() -> EcsError:
    """No such key of KMS in the account's region."""
    return EcsError("InvalidParameter.KMSKeyId.NotFound", "The specified KMSKeyId does not exist.", 404)


def resource_group_not_found() -> EcsError:
    """No such resource group in the account."""
    text = "The ResourceGroup provided does not exist in our records."
    return EcsError("InvalidResourceGroup.NotFound", text, 404)


def key_without_encryption() -> EcsError:
    """KMSKeyId without Encrypted=true."""
    text = "The specified parameter Encrypted must be true when kmsKeyId is not empty."
    return EcsError("InvalidParameter.EncryptedIllegal", text, 400)


def image_not_valid() -> EcsError:
    """The image is there but not to be run."""
    return EcsError("OperationDenied.ImageNotValid", "The specified Image is disabled or is deleted.", 403)
