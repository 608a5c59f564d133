"""The errors of the ECS and STS APIs: real codes, texts and HTTP statuses.

Every constructor is named for what went wrong. The texts are those of the published error tables (2024-2026); where two
tables give two statuses or texts for one code, a comment says which was taken.
"""

from __future__ import annotations


class EcsError(Exception):
    """An answer of the API that is no success."""

    def __init__(self, code: str, message: str, http_status: int) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.http_status = http_status


# -- the gateway: parameters common to every call, signatures, flow control ------------------------------------------


def missing_common_parameter(name: str) -> EcsError:
    """A parameter that every call needs (Action, Version, Timestamp, ...) is absent."""
    return EcsError(f"Missing{name}", f"{name} is mandatory for this action.", 400)


def unsupported_http_method() -> EcsError:
    """Neither GET nor POST."""
    return EcsError("UnsupportedHTTPMethod", "This http method is not supported.", 403)


def unknown_api() -> EcsError:
    """No such action, or not at this path."""
    return EcsError("InvalidApi.NotFound", "Specified api is not found, please check your url and method.", 404)


def invalid_version() -> EcsError:
    """The Version is none of an API served here."""
    return EcsError("InvalidVersion", "Specified parameter Version is not valid.", 400)


def invalid_format() -> EcsError:
    """Format is neither JSON nor XML."""
    return EcsError("InvalidParameter.Format", "Specified parameter format is not valid.", 400)


def access_key_not_found() -> EcsError:
    """The AccessKey ID belongs to nobody."""
    # Some products' tables give 400; ECS's own gives 404.
    return EcsError("InvalidAccessKeyId.NotFound", "Specified access key is not found.", 404)


def incomplete_signature(detail: str = "") -> EcsError:
    """The signature cannot be checked at all: a malformed header, or headers left unsigned."""
    text = "The request signature does not conform to Aliyun standards."
    return EcsError("IncompleteSignature", f"{text} {detail}".strip(), 400)


def invalid_signature_method() -> EcsError:
    """A signature method other than those served here."""
    return EcsError("InvalidSignatureMethod", "Specified signature method is not valid.", 400)


def signature_mismatch(string_to_sign: str) -> EcsError:
    """The signature is wrong; the text tells what the server signed, as the real one does."""
    text = f"Specified signature is not matched with our calculation. server string to sign is:{string_to_sign}"
    return EcsError("SignatureDoesNotMatch", text, 400)


def nonce_used() -> EcsError:
    """The SignatureNonce was seen before."""
    return EcsError("SignatureNonceUsed", "Specified signature nonce was used already.", 400)


def timestamp_malformed() -> EcsError:
    """The time of the request is not of the form 2006-01-02T15:04:05Z."""
    return EcsError("InvalidTimeStamp.Format", "Specified time stamp or date value is not well formatted.", 400)


def timestamp_expired() -> EcsError:
    """The time of the request is more than 15 minutes off."""
    return EcsError("InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.", 400)


def missing_security_token() -> EcsError:
    """A temporary AccessKey came without its token."""
    return EcsError("MissingSecurityToken", "SecurityToken is mandatory for this action.", 400)


def security_token_malformed() -> EcsError:
    """The token is none that STS gave."""
    return EcsError("InvalidSecurityToken.Malformed", "Specified SecurityToken is malformed.", 400)


def security_token_mismatch() -> EcsError:
    """The token was given for another AccessKey."""
    return EcsError(
        "InvalidSecurityToken.MismatchWithAccessKey", "Specified SecurityToken mismatch with the AccessKey.", 400
    )


def security_token_expired() -> EcsError:
    """The token has run out."""
    # 403 in the tables of some ECS actions, 400 from the gateway, which is what answers first.
    return EcsError("InvalidSecurityToken.Expired", "Specified SecurityToken is expired.", 400)


def throttled_user() -> EcsError:
    """The account calls too often."""
    return EcsError("Throttling.User", "Request was denied due to user flow control.", 400)


def service_unavailable() -> EcsError:
    """ECS is down for a moment."""
    return EcsError("ServiceUnavailable", "The request has failed due to a temporary failure of the server.", 503)


def internal_error() -> EcsError:
    """ECS broke."""
    return EcsError("InternalError", "The request processing has failed due to some unknown error.", 500)


def forbidden_ram() -> EcsError:
    """RAM does not let this AccessKey do this."""
    text = "User not authorized to operate on the specified resource, or this API doesn't support RAM."
    return EcsError("Forbidden.RAM", text, 403)


def not_authorized_by_ram() -> EcsError:
    """STS does not let this AccessKey do this: it is an account's own, or RAM or the role's trust policy forbids it."""
    text = "You are not authorized to do this action. You should be authorized by RAM."
    return EcsError("NoPermission", text, 403)


def role_not_found() -> EcsError:
    """No such RAM role."""
    return EcsError("EntityNotExist.Role", "The specified Role not exists .", 404)


def assume_parameter_missing(name: str) -> EcsError:
    """A parameter that AssumeRole needs is absent."""
    return EcsError(f"MissingParameter.{name}", f"Parameter {name} is required.", 400)


def assume_parameter_malformed(name: str) -> EcsError:
    """A parameter of AssumeRole is not of its form."""
    return EcsError(f"InvalidParameter.{name}", f"The parameter {name} is wrongly formed.", 400)


def session_duration_invalid() -> EcsError:
    """DurationSeconds is less than 900, or more than the role's MaxSessionDuration."""
    # The text is of the time when that was an hour for every role.
    return EcsError("InvalidParameter.DurationSeconds", "The Min/Max value of DurationSeconds is 15min/1hr.", 400)


def policy_malformed() -> EcsError:
    """The Policy that is to narrow a session is none."""
    return EcsError("InvalidParameter.PolicyGrammar", "The parameter Policy has not passed grammar check.", 400)


def policy_too_long() -> EcsError:
    """The Policy that is to narrow a session is too long."""
    return EcsError("InvalidParameter.PolicySize", "The size of Policy must be smaller than 2048 bytes.", 400)


def dry_run_passed() -> EcsError:
    """What a DryRun that would have worked answers."""
    return EcsError("DryRunOperation", "Request validation has been passed with DryRun flag set.", 400)


# -- parameters ------------------------------------------------------------------------------------------------------


def missing_parameter(name: str) -> EcsError:
    """A parameter that this action needs is absent."""
    text = f'The input parameter "{name}" that is mandatory for processing this request is not supplied.'
    return EcsError("MissingParameter", text, 400)


def invalid_parameter(name: str) -> EcsError:
    """A parameter's value is not one that the action takes."""
    return EcsError("InvalidParameter", f'The specified parameter "{name}" is not valid.', 400)


def region_not_found() -> EcsError:
    """No such region."""
    return EcsError("InvalidRegionId.NotFound", "The specified RegionId does not exist.", 404)


def tag_mismatch() -> EcsError:
    """A tag's value has no key."""
    return EcsError("InvalidTag.Mismatch", "The specified Tag.n.Key and Tag.n.Value are not match.", 400)


def too_many_tags() -> EcsError:
    """More than 20 tags."""
    return EcsError("InvalidTagCount", "The specified tags are beyond the permitted range.", 400)


def missing_tag_parameter(name: str) -> EcsError:
    """A parameter that the actions of tags need is absent."""
    parameter = "ResourceIds.N" if name == "ResourceIds" else name
    return EcsError(f"MissingParameter.{name}", f"The parameter - {parameter} should not be null.", 404)


def resources_of_call_exceed() -> EcsError:
    """More than 50 resources in one call."""
    return EcsError("NumberExceed.ResourceIds", "The ResourceIds parameter's number is exceed , Valid : 50.", 400)


def tags_of_call_exceed() -> EcsError:
    """More than 20 tags in one call."""
    return EcsError("NumberExceed.Tags", "The Tags parameter's number is exceed , Valid : 20.", 400)


def tags_of_resource_quota() -> EcsError:
    """A resource would have more than 20 tags."""
    text = "The quota of tags on resource is beyond permitted range."
    return EcsError("OperationDenied.QuotaExceed", text, 400)


def tag_key_twice() -> EcsError:
    """One key in two tags."""
    return EcsError("Duplicate.TagKey", "The Tag.N.Key contain duplicate key.", 400)


def tag_key_twice_but_for_case() -> EcsError:
    """Two keys that are the same in lower case."""
    return EcsError("TagKey.Duplication", "The TagKey has duplication with others, case-insensitive.", 403)


def tag_key_malformed() -> EcsError:
    """A tag's key is not one."""
    return EcsError("InvalidTagKey.Malformed", "The specified Tag.n.Key is not valid.", 400)


def tag_value_malformed() -> EcsError:
    """A tag's value is not one."""
    return EcsError("InvalidTagValue.Malformed", "The specified Tag.n.Value is not valid.", 400)


def tag_value_alone() -> EcsError:
    """ListTagResources looks for a value of no key."""
    # The page names the code in its text, without a message or a status.
    return EcsError("InvalidParameter.TagValue", "The specified Tag.n.Value is not valid.", 400)


def no_tags_and_no_resources() -> EcsError:
    """ListTagResources with neither tags nor resources."""
    text = "The specified Tags and ResourcesIds are not allow to both empty."
    return EcsError("BothEmpty.TagsAndResources", text, 403)


def tags_with_filter() -> EcsError:
    """Tag and TagFilter together."""
    return EcsError("InvalidTags.MalFormed", "The tags must be empty, when the tagFilters is not empty.", 400)


def fuzzy_tags_forbidden() -> EcsError:
    """TagFilter by an account that is not in its preview."""
    text = "The specified operator has not permission to query fuzzy tags."
    return EcsError("PermissionDenied.TagsFuzzyQuery", text, 403)


def next_token_invalid() -> EcsError:
    """A NextToken that no answer gave."""
    return EcsError("Invalid.NextToken", "The specified NextToken is not valid.", 403)


def resource_type_not_found() -> EcsError:
    """No resources of that type can be tagged anywhere."""
    text = "The ResourceType provided does not exist in our records."
    return EcsError("InvalidResourceType.NotFound", text, 404)


def resource_not_taggable() -> EcsError:
    """Resources of that type can't be tagged here."""
    text = "The specified ResourceId does not support tagging."
    return EcsError("InvalidResourceId.NotSupported", text, 403)


def resource_not_found() -> EcsError:
    """A resource to tag is not there, or not the caller's own."""
    text = "The specified ResourceIds are not found in our records."
    return EcsError("InvalidResourceId.NotFound", text, 404)


# -- images ----------------------------------------------------------------------------------------------------------


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


def image_unavailable() -> EcsError:
    """The image's status is not one that allows this."""
    return EcsError("IncorrectImageStatus", "The image is not available.", 400)


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


def marketplace_image_unshareable(account_id: str) -> EcsError:
    """An image based on a Marketplace image can't be shared."""
    # No table has a code for this rule of the guide; its newer wording forbids it across sites only: their code.
    return EcsError(
        "InvalidImageId.BidMismatch", f"Cannot share the image with users {account_id} of other sites.", 403
    )


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


def key_without_encryption() -> EcsError:
    """KMSKeyId without Encrypted=true."""
    text = "The specified parameter Encrypted must be true when kmsKeyId is not empty."
    return EcsError("InvalidParameter.EncryptedIllegal", text, 400)


def encrypted_to_plain_copy() -> EcsError:
    """An encrypted image copied with Encrypted=false. The code's spelling is ECS's own."""
    text = "The image contains encrypted snapshots, which do not support copying to non-encrypted ones."
    return EcsError("OperationDeined.EncryptedSnapshot", text, 403)


def client_token_reused() -> EcsError:
    """One ClientToken with two different requests."""
    text = "The provided token has been used by another request with different parameters."
    return EcsError("IdempotentParameterMismatch", text, 400)


# -- instances and disks ---------------------------------------------------------------------------------------------


def image_not_valid() -> EcsError:
    """The image is there but not to be run."""
    return EcsError("OperationDenied.ImageNotValid", "The specified Image is disabled or is deleted.", 403)


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
