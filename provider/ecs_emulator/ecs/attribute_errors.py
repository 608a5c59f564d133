"""The errors of changing an image in place.

https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-modifyimageattribute
"""

from __future__ import annotations

from ..errors import EcsError


def image_is_creating() -> EcsError:
    """An image that is still being made can't be changed."""
    text = (
        "The operation cannot be performed because the image is creating. "
        "Please wait until the creation is complete and try again."
    )
    return EcsError("InvalidStatus.ImageIsCreating", text, 403)


def image_not_available() -> EcsError:
    """Only an Available image can be deprecated."""
    return EcsError("ImageStatus.NotAvailable", "The specified image status is not available.", 403)


def image_not_deprecated() -> EcsError:
    """Only a Deprecated image can be made Available again."""
    return EcsError("ImageStatus.NotDeprecated", "The specified image status is not deprecated.", 403)


def image_use_shared_still() -> EcsError:
    """A shared image can't be deprecated."""
    # DeleteImage's table has the same code with another text.
    text = "The specified image has been shared to others, please remove shared accounts first."
    return EcsError("ImageUseShared", text, 403)


def new_image_name_malformed() -> EcsError:
    """The new name of an image is not one."""
    text = (
        "Image names must be between 2 and 128 characters long, using either English or Chinese characters. The name "
        "must start with a letter or a Chinese character, and can include numbers, colons, underscores and hyphens."
    )
    return EcsError("InvalidImageName.Malformed", text, 400)


def image_name_used() -> EcsError:
    """Another image of the account has the new name."""
    return EcsError("InvalidImageName.Duplicated", "The specified Image name has already bean used.", 400)


def new_description_malformed() -> EcsError:
    """The new description of an image is not one."""
    return EcsError("InvalidDescription.Malformed", "The specified description is wrongly formed.", 400)


def image_family_malformed() -> EcsError:
    """The new family of an image is not one."""
    return EcsError("InvalidImageFamily.Malformed", 'The specified parameter "ImageFamily" is malformed.', 400)


def boot_mode_unsupported() -> EcsError:
    """BootMode is none."""
    return EcsError("InvalidBootMode.NotSupport", "The specified parameter BootMode is not supported.", 400)


def boot_mode_unsupported_by_architecture() -> EcsError:
    """BootMode is none for such machines."""
    text = "The specified parameter BootMode is not supported for current image architecture."
    return EcsError("InvalidBootMode.NotSupport", text, 400)


def boot_mode_in_use() -> EcsError:
    """The boot mode of an image that instances use can't be changed. The code's spelling is ECS's own."""
    text = "The boot mode of the image cannot be modified because it has associated instances."
    return EcsError("OperationDeined.ImageUsingByInstance", text, 403)
