"""The errors of sharing an image, and of publishing it.

https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-modifyimagesharepermission
"""

from __future__ import annotations

from ..errors import EcsError


def account_not_found(account_id: str) -> EcsError:
    """An account to share with, or to unshare from, does not exist."""
    text = f'The specified account {account_id} in parameter "AddAccount.n" or "RemoveAccount.n" does not exist.'
    return EcsError("InvalidAccount.NotFound", text, 404)


def account_is_yourself() -> EcsError:
    """The owner tried to share with itself. The code's spelling is ECS's own."""
    return EcsError("InvalidAccount.Forbbiden", "The specified Account does not yourself.", 404)


def share_user_quota() -> EcsError:
    """One image shared with too many accounts."""
    return EcsError("QuotaExceed.ShareImageUser", "The shared Image user Quota exceeds.", 403)


def share_image_quota() -> EcsError:
    """Too many images of one account shared."""
    return EcsError("QuotaExceed.ShareImage", "The shared Image Quota exceeds.", 403)


def image_is_public() -> EcsError:
    """A community image can't be shared."""
    return EcsError("Image.Public", "The specified image is public image.", 403)


def image_is_not_public() -> EcsError:
    """Only a community image can be unpublished."""
    return EcsError("Image.NotPublic", "The specified image is not public image.", 403)


def public_conflicts() -> EcsError:
    """IsPublic together with accounts."""
    text = "The specified parameter IsPublic is conflicted with other parameters."
    return EcsError("InvalidParameter.IsPublic", text, 403)


def image_deprecated() -> EcsError:
    """A deprecated image can't be shared."""
    text = "The specified image cannot be shared when it is deprecated."
    return EcsError("OperationDenied.InvalidImageStatus", text, 403)


def service_key_encrypted() -> EcsError:
    """An image encrypted with the service key can't be shared."""
    text = (
        "The specified service key encrypted image is not supported for this operation. "
        "Please switch to a CMK (Customer Master Key) encrypted image and retry."
    )
    return EcsError("InvalidOperation.ServiceKeyEncryptedImageUnsupported", text, 403)


def encrypted_share_role_missing() -> EcsError:
    """The account has not the RAM role that sharing an encrypted image needs."""
    text = "Requires a RAM role of AliyunECSShareEncryptImageDefaultRole before sharing encrypted image."
    return EcsError("AssumeRoleError", text, 403)


def encrypted_unpublishable() -> EcsError:
    """An encrypted image can't become a community image. The code's spelling is ECS's own."""
    text = "The image contains encrypted snapshots, which do not support share."
    return EcsError("OperationDeined.EncryptedSnapshot", text, 403)


def other_site(account_id: str) -> EcsError:
    """An image based on one of the Marketplace can't be shared with an account of another site."""
    text = f"Cannot share the image with users {account_id} of other sites."
    return EcsError("InvalidImageId.BidMismatch", text, 403)


def group_malformed() -> EcsError:
    """A share group's name is none."""
    return EcsError("InvalidGroup.Malformed", "The specified Group is wrongly formed.", 400)


def launch_permission_unneeded() -> EcsError:
    """LaunchPermission together with accounts."""
    text = (
        'The specified parameter "LaunchPermission" is unnecessary if paramter "AddAccounts" or "RemoveAccounts" exist.'
    )
    return EcsError("UnnecessaryParameter.LaunchPermission", text, 400)


def launch_permission_forbidden() -> EcsError:
    """LaunchPermission of an account that is not in its preview."""
    text = 'The specified parameter "LaunchPermission" is forbidden for current account.'
    return EcsError("ForbiddenParameter.LaunchPermission", text, 400)
