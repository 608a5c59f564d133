"""The errors of ECS.

Each group of rows stands under the address of the pages whose error tables it comes from. A row that several actions
share stands with the first of them. If a table has "%s" for a text, the text here is the emulator's.
"""

from __future__ import annotations

from enum import unique

from ..errors import ErrorTable


@unique
class Errors(ErrorTable):
    """Codes, HTTP statuses and texts of ECS."""

    # -- Finding, using and deleting images ---------------------------------------------------------------------------
    # https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeimages
    # https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeimagefromfamily
    # https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-deleteimage

    # The image does not exist, or the account may not use it. The newest table names the image; older ones say "The
    # specified ImageId does not exist.", the oldest with 403.
    IMAGE_NOT_FOUND = "InvalidImageId.NotFound", 404, "The specified image {image_id} does not exist."
    # The same for ModifyImageAttribute, CancelCopyImage and DeleteImage, which do not name the image.
    IMAGE_ID_NOT_FOUND = "InvalidImageId.NotFound", 404, "The specified ImageId does not exist."
    # DescribeImageFromFamily only.
    FAMILY_REGION_NOT_FOUND = "InvalidRegionId.NotFound", 404, "The RegionId provided does not exist."
    IMAGE_OWNER_ALIAS_UNSUPPORTED = (
        "InvalidImageOwnerAlias.ValueNotSupported",
        400,
        "The specified ImageOwnerAlias value is not supported.",
    )
    # The query is not for shared or community images.
    IMAGE_OWNER_ID_UNSUPPORTED = (
        "InvalidOperation.ImageOwnerIdUnsupported",
        400,
        'The parameter "ImageOwnerId" is not supported in this context, it is only valid when querying shared '
        "images or community images.",
    )
    # IsPublic=true without ImageOwnerAlias=others.
    PUBLIC_IMAGE_ALIAS_UNSUPPORTED = (
        "InvalidImageOwnerAlias.PublicImageUnsupported",
        400,
        "When querying images, the parameter ImageOwnerAlias should be others while specified parameter IsPublic "
        "is true.",
    )
    IMAGE_USAGE_INVALID = "InvalidUsage", 404, "The specified Usage is not valid."
    IMAGE_OS_TYPE_INVALID = "InvalidOSType", 404, "The specified OSType is not valid."
    IMAGE_ARCHITECTURE_INVALID = "InvalidArchitecture", 404, "The specified Architecture is not valid."
    IMAGE_INSTANCE_TYPE_UNSUPPORTED = (
        "InvalidInstanceType.ValueNotSupported",
        400,
        "The specified instance type {name} does not exist. You can use the DescribeInstanceTypes API to query the"
        " available instance types.",
    )
    IMAGE_FILTER_KEY_UNKNOWN = "InvalidFilterKey.NotFound", 404, "The specified Filter Key is not found."
    IMAGE_FILTER_VALUE_INVALID = "InvalidFilterValue", 404, "The specified Filter Value is not valid."
    IMAGE_NETWORK_TYPE_INVALID = (
        "InvalidFilterValue.NetworkType",
        400,
        "The specified networkType value in the Filter is invalid.",
    )
    IMAGE_UNAVAILABLE = "IncorrectImageStatus", 400, "The image is not available."
    SHARED_IMAGE_NOT_DELETED = (
        "ImageUseShared",
        403,
        "The specified image has been shared to others. You can use the DescribeImageSharePermission API to query "
        "the users who have been shared.",
    )
    # Unless Force=true.
    USED_IMAGE_NOT_DELETED = (
        "ImageUsingByInstance",
        403,
        "The specified image has been used to create instances. You can use the DescribeInstances API to query "
        "these instances, or you can use the force parameter to proceed.",
    )
    PUBLIC_IMAGE_NOT_DELETED = "ImageIsPublic", 403, "You can not delete public image, please modify it to private."
    COPYING_IMAGE_NOT_DELETED = (
        "OperationDenied.ImageCopying",
        403,
        "The image is being copied. Please use the CancelCopyImage API.",
    )
    # Only in older tables of DeleteImage. The newest has no code for it.
    CREATING_IMAGE_NOT_DELETED = "ImageIsCreating", 403, "The specified image is being created."
    KMS_KEY_NOT_FOUND = "InvalidParameter.KMSKeyId.NotFound", 404, "The specified KMSKeyId does not exist."
    RESOURCE_GROUP_NOT_FOUND = (
        "InvalidResourceGroup.NotFound",
        404,
        "The ResourceGroup provided does not exist in our records.",
    )
    KMS_KEY_WITHOUT_ENCRYPTION = (
        "InvalidParameter.EncryptedIllegal",
        400,
        "The specified parameter Encrypted must be true when kmsKeyId is not empty.",
    )
    # The image exists but its status does not allow running it.
    IMAGE_NOT_VALID = "OperationDenied.ImageNotValid", 403, "The specified Image is disabled or is deleted."

    # -- Changing an image in place -----------------------------------------------------------------------------------
    # https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-modifyimageattribute

    CREATING_IMAGE_NOT_CHANGED = (
        "InvalidStatus.ImageIsCreating",
        403,
        "The operation cannot be performed because the image is creating. Please wait until the creation is "
        "complete and try again.",
    )
    # Only an Available image can be deprecated.
    IMAGE_NOT_AVAILABLE = "ImageStatus.NotAvailable", 403, "The specified image status is not available."
    # Only a Deprecated image can become Available again.
    IMAGE_NOT_DEPRECATED = "ImageStatus.NotDeprecated", 403, "The specified image status is not deprecated."
    # DeleteImage's table has the same code with another text.
    SHARED_IMAGE_NOT_DEPRECATED = (
        "ImageUseShared",
        403,
        "The specified image has been shared to others, please remove shared accounts first.",
    )
    NEW_IMAGE_NAME_MALFORMED = (
        "InvalidImageName.Malformed",
        400,
        "Image names must be between 2 and 128 characters long, using either English or Chinese characters. The "
        "name must start with a letter or a Chinese character, and can include numbers, colons, underscores and "
        "hyphens.",
    )
    NEW_IMAGE_NAME_DUPLICATED = "InvalidImageName.Duplicated", 400, "The specified Image name has already bean used."
    # CreateImage's table has the same row.
    IMAGE_DESCRIPTION_MALFORMED = "InvalidDescription.Malformed", 400, "The specified description is wrongly formed."
    NEW_IMAGE_FAMILY_MALFORMED = (
        "InvalidImageFamily.Malformed",
        400,
        'The specified parameter "ImageFamily" is malformed.',
    )
    BOOT_MODE_UNSUPPORTED = "InvalidBootMode.NotSupport", 400, "The specified parameter BootMode is not supported."
    # CreateImage's table has the same row.
    BOOT_MODE_UNSUPPORTED_BY_ARCHITECTURE = (
        "InvalidBootMode.NotSupport",
        400,
        "The specified parameter BootMode is not supported for current image architecture.",
    )
    # The spelling of the code is ECS's own.
    BOOT_MODE_IN_USE = (
        "OperationDeined.ImageUsingByInstance",
        403,
        "The boot mode of the image cannot be modified because it has associated instances.",
    )

    # -- Making images ------------------------------------------------------------------------------------------------
    # https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-createimage

    # Neither an instance nor a snapshot.
    NOTHING_TO_IMAGE = (
        "MissingParameter",
        400,
        "The input parameter SnapshotId or InstanceId or DiskDeviceMapping that is mandatory for processing this "
        "request is not supplied.",
    )
    MADE_IMAGE_NAME_MALFORMED = "InvalidImageName.Malformed", 400, "The specified Image name is wrongly formed."
    MADE_IMAGE_NAME_DUPLICATED = "InvalidImageName.Duplicated", 400, "The specified image name is already in use."
    MADE_IMAGE_FAMILY_MALFORMED = (
        "InvalidImageFamily.Malformed",
        400,
        "The format of the specified image family is invalid.",
    )
    # Not the version of the Marketplace image that the instance runs.
    MADE_IMAGE_VERSION_MALFORMED = "InvalidImageVersion.Malformed", 400, "The specified ImageVersion is wrongly formed."
    MADE_IMAGE_ARCHITECTURE_MALFORMED = (
        "InvalidArchitecture.Malformed",
        400,
        "The specified Architecture is wrongly formed.",
    )
    MADE_IMAGE_PLATFORM_MALFORMED = "InvalidPlatform.Malformed", 400, "The specified Platform is wrongly formed."
    INSTANCE_TO_IMAGE_NOT_FOUND = (
        "InvalidInstanceId.NotFound",
        404,
        "The specified instance {instance_id} does not exist.",
    )
    # Neither Running nor Stopped.
    INSTANCE_TO_IMAGE_STATUS = (
        "IncorrectInstanceStatus",
        400,
        "The current status of the instance does not support this operation.",
    )
    SNAPSHOT_TO_IMAGE_NOT_FOUND = "InvalidSnapshotId.NotFound", 404, "The specified SnapshotId does not exist."
    # The snapshot is in progress, or has failed.
    SNAPSHOT_NOT_READY = (
        "InvalidSnapshotId.NotReady",
        403,
        "The current status of the DiskDeviceMapping.n.SnapshotId or SnapshotId does not support this operation.",
    )
    # Smaller than the snapshot, or too large.
    MAPPING_SIZE_UNSUPPORTED = (
        "InvalidSize.ValueNotSupported",
        400,
        "The specified parameter DiskDeviceMapping.n.Size beyond the permitted range.",
    )
    # A system disk's device other than /dev/xvda.
    MAPPING_DEVICE_MALFORMED = (
        "InvalidDevice.Malformed",
        400,
        "The specified parameter DiskDeviceMapping.n.Device is not valid.",
    )
    DISK_TYPE_NOT_SUPPORTED = "InvalidDiskType.ValueNotSupported", 400, "The specified disk type is not supported."
    MAPPING_WITHOUT_SYSTEM_DISK = (
        "OperationDenied",
        400,
        "The specified parameter DiskDeviceMapping.n.SnapshotId does not contain system disk snapshot.",
    )
    MAPPING_OF_SYSTEM_DISKS = (
        "OperationDenied",
        400,
        "The specified parameter DiskDeviceMapping.n.SnapshotId contains two or more system disk snapshots.",
    )
    # Two different requests with one ClientToken.
    TOKEN_OF_OTHER_IMAGE = (
        "IdempotenceParamNotMatch",
        400,
        "Request uses a client token in a previous request but is not identical to that request.",
    )
    # The emulator's own, for its console: ECS has no action that makes an image fail.
    IMAGE_NOT_BEING_MADE = "IncorrectImageStatus", 400, "The specified image is not being created."

    # -- Copying images -----------------------------------------------------------------------------------------------
    # https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-copyimage
    # https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-cancelcopyimage

    # The same copy is already in progress.
    IMAGE_COPY_CONFLICT = (
        "OperationDenied.ImageCopyConflict",
        400,
        "The same image cannot be copied concurrently. Please wait until the last copy is completed before "
        "performing the next operation.",
    )
    # CancelCopyImage of an image that is not a copy.
    IMAGE_NOT_FROM_COPY = (
        "ImageCreatedNotFromCopy",
        400,
        "The specified image is not the target image of a copy action.",
    )
    # CancelCopyImage of an image that is not being copied. The spelling of the text is ECS's own.
    IMAGE_NOT_BEING_COPIED = "IncorrectImageStatus", 400, "The specified image is not coping."
    IMAGE_COPY_COMPLETED = "IncorrectImageStatus", 400, "The image copy has completed."
    IMAGE_COPY_FAILED = "IncorrectImageStatus", 400, "The Image copy has been failed."
    SOURCE_REGION_NOT_FOUND = "SourceRegion.NotFound", 400, "The source region not found."
    DESTINATION_REGION_NOT_FOUND = "DestinationRegion.NotFound", 400, "The destination region not found."
    SHARED_IMAGE_COPY_IN_OTHER_REGION = (
        "OperationDenied.SameRegionOnly",
        403,
        "The image shared from others can not be copied to another region directly.",
    )
    COMMUNITY_IMAGE_UNCOPYABLE = "OperationDenied.CommunityImage", 400, "Community image does not support copy."
    COPY_NAME_MALFORMED = "InvalidImageName.Malformed", 400, "The specified destination image name is wrongly formed."
    COPY_NAME_DUPLICATED = (
        "InvalidImageName.Duplicated",
        400,
        "The specified image name is already in use in the target region. Please try a different one.",
    )
    COPY_DESCRIPTION_MALFORMED = (
        "InvalidDescription.Malformed",
        400,
        "The specified destination description is wrongly formed.",
    )
    # Encrypted=false for an encrypted image. The spelling of the code is ECS's own.
    ENCRYPTED_TO_PLAIN_COPY = (
        "OperationDeined.EncryptedSnapshot",
        403,
        "The image contains encrypted snapshots, which do not support copying to non-encrypted ones.",
    )
    COPY_SOURCE_UNAVAILABLE = "IncorrectImageStatus", 400, "The image not available."
    ENCRYPT_ALGORITHM_WITHOUT_ENCRYPTION = (
        "InvalidEncrypted.NotMatchEncryptAlgorithm",
        400,
        "The specified parameter Encrypted must be true when EncryptAlgorithm is not empty.",
    )
    # Any EncryptAlgorithm, because "this parameter is not available".
    ENCRYPT_ALGORITHM_INVALID = "InvalidEncryptAlgorithm", 400, "The specified parameter EncryptAlgorithm is not valid."

    # -- Sharing and publishing images --------------------------------------------------------------------------------
    # https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-modifyimagesharepermission

    ACCOUNT_NOT_FOUND = (
        "InvalidAccount.NotFound",
        404,
        'The specified account {account_id} in parameter "AddAccount.n" or "RemoveAccount.n" does not exist.',
    )
    # The spelling of the code is ECS's own.
    ACCOUNT_IS_YOURSELF = "InvalidAccount.Forbbiden", 404, "The specified Account does not yourself."
    # Too many accounts for one image.
    SHARE_USER_QUOTA = "QuotaExceed.ShareImageUser", 403, "The shared Image user Quota exceeds."
    # Too many shared images for one account.
    SHARE_IMAGE_QUOTA = "QuotaExceed.ShareImage", 403, "The shared Image Quota exceeds."
    PUBLIC_IMAGE_NOT_SHARED = "Image.Public", 403, "The specified image is public image."
    IMAGE_IS_NOT_PUBLIC = "Image.NotPublic", 403, "The specified image is not public image."
    # IsPublic together with accounts.
    IS_PUBLIC_CONFLICT = (
        "InvalidParameter.IsPublic",
        403,
        "The specified parameter IsPublic is conflicted with other parameters.",
    )
    DEPRECATED_IMAGE_NOT_SHARED = (
        "OperationDenied.InvalidImageStatus",
        403,
        "The specified image cannot be shared when it is deprecated.",
    )
    SERVICE_KEY_IMAGE_NOT_SHARED = (
        "InvalidOperation.ServiceKeyEncryptedImageUnsupported",
        403,
        "The specified service key encrypted image is not supported for this operation. Please switch to a CMK "
        "(Customer Master Key) encrypted image and retry.",
    )
    ENCRYPTED_SHARE_ROLE_MISSING = (
        "AssumeRoleError",
        403,
        "Requires a RAM role of AliyunECSShareEncryptImageDefaultRole before sharing encrypted image.",
    )
    # The spelling of the code is ECS's own.
    ENCRYPTED_IMAGE_NOT_PUBLISHED = (
        "OperationDeined.EncryptedSnapshot",
        403,
        "The image contains encrypted snapshots, which do not support share.",
    )
    # For an image that is based on a Marketplace image.
    ACCOUNT_OF_OTHER_SITE = (
        "InvalidImageId.BidMismatch",
        403,
        "Cannot share the image with users {account_id} of other sites.",
    )
    SHARE_GROUP_MALFORMED = "InvalidGroup.Malformed", 400, "The specified Group is wrongly formed."
    # The spelling of the text is ECS's own.
    LAUNCH_PERMISSION_UNNEEDED = (
        "UnnecessaryParameter.LaunchPermission",
        400,
        'The specified parameter "LaunchPermission" is unnecessary if paramter "AddAccounts" or "RemoveAccounts" '
        "exist.",
    )
    # The account is not in the preview of this parameter.
    LAUNCH_PERMISSION_FORBIDDEN = (
        "ForbiddenParameter.LaunchPermission",
        400,
        'The specified parameter "LaunchPermission" is forbidden for current account.',
    )

    # -- Snapshots ----------------------------------------------------------------------------------------------------
    # https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describesnapshots
    # https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-deletesnapshot

    # DeleteSnapshot of another account's snapshot.
    SNAPSHOT_NOT_FOUND = "InvalidSnapshotId.NotFound", 404, "The specified snapshot is not found."
    SNAPSHOT_CREATED_IMAGE = "SnapshotCreatedImage", 403, "The snapshot has been used to create user defined image(s)."
    # Unless Force=true.
    SNAPSHOT_CREATED_DISK = "SnapshotCreatedDisk", 403, "The snapshot has been used to create disk(s)."
    # More than 100. The spelling of the text is ECS's own.
    TOO_MANY_SNAPSHOT_IDS = (
        "InvalidSnapshotIds.Malformed",
        403,
        "The amount of specified specified snapshot Ids exceeds the limit.",
    )
    SNAPSHOT_CATEGORY_MALFORMED = "InvalidSnapshotCategory.Malformed", 403, "The specified Category is not valid."
    # DescribeSnapshots knows CreationStartTime and CreationEndTime only.
    SNAPSHOT_FILTER_KEY_UNKNOWN = "InvalidFilterKey.NotFound", 404, "The specified FilterKey is not found."
    # Not a time.
    SNAPSHOT_FILTER_VALUE_INVALID = "InvalidFilterValue", 404, "The specified FilterValue exceeds the limit."
    # The spelling of the text is ECS's own.
    SNAPSHOT_USAGE_INVALID = "InvalidUsage", 404, "The specifed Usage is not valid."
    # The spelling of the text is ECS's own.
    SOURCE_DISK_TYPE_INVALID = "InvalidSourceDiskType", 404, "The specifed SourceDiskType is not valid."
    SNAPSHOT_STATUS_UNKNOWN = "InvalidStatus.NotFound", 404, "The specified Status is not found."
    # The spelling of the text is ECS's own.
    SNAPSHOT_TYPE_UNKNOWN = "InvalidSnapshotType.NotFound", 404, "The specfied SnapshotType is not found."

    # -- Instances: making and changing them --------------------------------------------------------------------------
    # https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-runinstances

    # ImageFamily together with ImageId.
    IMAGE_FAMILY_UNNEEDED = (
        "UnexpectedImageFamily.ImageIdSupplied",
        400,
        "The input parameter ImageFamily must be null when image id is set.",
    )
    # A consumer of an encrypted shared image must encrypt the disk with its own key.
    ENCRYPTION_KEY_NEEDED = (
        "InvalidParam.EncryptedMismatch",
        400,
        "Creating encrypted disks with shared encrypted image requires replacing encryption keys.",
    )
    # RunInstances' tables have four texts for the code. ModifyInstanceSpec has this one too.
    INSTANCE_TYPE_NOT_SUPPORTED = (
        "InvalidInstanceType.ValueNotSupported",
        400,
        "The specified InstanceType does not exist or beyond the permitted range.",
    )
    # ReplaceSystemDisk and ModifyInstanceSpec have no code of their own for it.
    IMAGE_NOT_FOR_INSTANCE_TYPE = (
        "ImageNotSupportInstanceType",
        403,
        "The specified image does not support the specified InstanceType.",
    )
    SECURITY_GROUPS_CONFLICT = (
        "InvalidSecurityGroupId.SingleIdAndMultiIdConflict",
        400,
        "The parameters SecurityGroupId and SecurityGroupIds.N cannot be specified at the same time.",
    )
    SECURITY_GROUP_REPEATED = (
        "InvalidParameter.SecurityGroupIdRepeated",
        400,
        "The specified SecurityGroupIds contain duplicate IDs.",
    )
    TOO_MANY_SECURITY_GROUPS = (
        "JoinedGroupLimitExceed",
        400,
        "Exceeding the allowed amount of security groups that an instance can be in.",
    )
    ZONE_NOT_FOUND = "InvalidZoneId.NotFound", 404, "The specified zoneId does not exist."
    VSWITCH_NOT_IN_ZONE = "InvalidParameter.Mismatch", 400, "Specified virtual switch is not in the specified zone."
    # Outside the vSwitch, or one of the addresses that it reserves.
    PRIVATE_IP_NOT_IN_VSWITCH = (
        "InvalidPrivateIpAddress",
        400,
        "Specified private IP address is not in the CIDR block of virtual switch.",
    )
    PRIVATE_IP_MALFORMED = "InvalidPrivateIpAddress.Malformed", 400, "Specified private IP address is malformed."
    PRIVATE_IP_TAKEN = "InvalidPrivateIpAddress.Duplicated", 400, "Specified private IP address is duplicated."
    NO_PRIVATE_IP_LEFT = "QuotaExceeded.PrivateIpAddress", 400, "Don't have enough private IPs in this switch."
    INSTANCE_NAME_MALFORMED = (
        "InvalidInstanceName.Malformed",
        400,
        'The specified parameter "InstanceName" is not valid.',
    )
    INSTANCE_DESCRIPTION_MALFORMED = (
        "InvalidDescription.Malformed",
        400,
        'The specified parameter "Description" is not valid.',
    )
    HOST_NAME_MALFORMED = "InvalidHostName.Malformed", 400, 'The specified parameter "HostName" is not valid.'
    PASSWORD_MALFORMED = "InvalidPassword.Malformed", 400, 'The specified parameter "Password" is not valid.'
    PASSWORD_OF_IMAGE_WANTED = (
        "InvalidPasswordParam.Mismatch",
        400,
        "The input password should be null when passwdInherit is true.",
    )
    USER_DATA_NOT_BASE64 = "InvalidUserData.Base64FormatInvalid", 400, "The specified UserData is not valid."
    USER_DATA_TOO_LONG = "InvalidUserData.SizeExceeded", 400, 'The specified parameter "UserData" exceeds the size.'
    INTERNET_CHARGE_TYPE_NOT_SUPPORTED = (
        "InvalidInternetChargeType.ValueNotSupported",
        400,
        "The specified InternetChargeType is not valid.",
    )
    # DescribeInstances and DescribeZones have the same row.
    INSTANCE_CHARGE_TYPE_NOT_FOUND = (
        "InvalidInstanceChargeType.NotFound",
        404,
        "The InstanceChargeType does not exist in our records",
    )
    # DescribeZones has the same row.
    SPOT_STRATEGY_NOT_VALID = "InvalidSpotStrategy", 400, "The specified SpotStrategy is not valid."
    # Not a price, or no price although the strategy needs one.
    SPOT_PRICE_LIMIT_NOT_VALID = "InvalidSpotPriceLimit", 400, "The specified SpotPriceLimitis not valid."
    SPOT_DURATION_NOT_VALID = "InvalidSpotDuration", 400, "The specified SpotDuration is not valid."
    HTTP_ENDPOINT_NOT_SUPPORTED = (
        "InvalidHttpEndpoint.NotSupported",
        400,
        "The specified HttpEndpoint not supported, you can use enabled(default) or disabled.",
    )
    HTTP_TOKENS_NOT_SUPPORTED = (
        "InvalidHttpTokens.NotSupported",
        400,
        "The specified HttpTokens not supported, you can use optional(default) or required.",
    )
    RAM_ROLE_NOT_FOUND = "InvalidRamRole.NotFound", 404, 'The specified parameter "RAMRoleName" does not exist.'
    KEY_PAIR_TO_RUN_WITH_NOT_FOUND = (
        "InvalidKeyPairName.NotFound",
        404,
        'The specified parameter "KeyPairName" does not exist in our records.',
    )

    # https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-startinstance

    INSTANCE_NOT_FOUND = "InvalidInstanceId.NotFound", 404, "The specified InstanceId does not exist."
    INSTANCE_STATUS_INCORRECT = (
        "IncorrectInstanceStatus",
        403,
        "The current status of the resource does not support this operation.",
    )

    # https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-deleteinstance

    # DeleteInstance while the instance is Pending.
    INSTANCE_INITIALIZING = (
        "IncorrectInstanceStatus.Initializing",
        403,
        "The specified instance status does not support this operation.",
    )
    DELETION_PROTECTED = (
        "InvalidOperation.DeletionProtection",
        403,
        "The operation is not permitted due to deletion protection.",
    )

    # https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-modifyinstancespec

    INSTANCE_NOT_STOPPED = "InvalidInstanceStatus.NotStopped", 400, "The specified Instance status is not stopped."

    # https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-joinsecuritygroup

    ALREADY_IN_SECURITY_GROUP = (
        "InvalidInstanceId.AlreadyExists",
        403,
        "The specified instance already exists in the specified security group.",
    )
    IN_TOO_MANY_SECURITY_GROUPS = (
        "InstanceSecurityGroupLimitExceeded",
        400,
        "Exceeding the allowed amount of security groups that an instance can be in.",
    )

    # https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-leavesecuritygroup

    NOT_IN_SECURITY_GROUP = "InstanceNotInSecurityGroup", 403, "The instance not in the group."
    LAST_SECURITY_GROUP = (
        "InstanceLastSecurityGroup",
        403,
        "The specified security group is the last security group for the instance.",
    )

    # https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-modifyinstancevpcattribute

    # 400 with a text of its own here, 403 in the other tables.
    INSTANCE_MUST_BE_STOPPED = (
        "IncorrectInstanceStatus",
        400,
        "The current status of instance does not support this operation.",
    )
    VSWITCH_IN_OTHER_ZONE = (
        "InvalidVSwitchId.Mismatch",
        400,
        "Specified instance and virtual switch are not in the same zone.",
    )
    VSWITCH_IN_OTHER_VPC = "InvalidVSwitchId.NotFound", 404, "Specified virtual switch is not found in current VPC."
    # RunInstances has another code for it.
    NEW_PRIVATE_IP_NOT_IN_VSWITCH = (
        "InvalidPrivateIpAddress.Mismatch",
        400,
        "Specified private IP address is not in the CIDR block of virtual switch.",
    )

    # -- Instances: reading them --------------------------------------------------------------------------------------
    # https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinstances

    INSTANCE_STATUS_NOT_FOUND = "InvalidStatus.NotFound", 404, "The specified Status is not found"
    NETWORK_TYPE_NOT_FOUND = "InvalidNetworkType.NotFound", 404, "The specified InstanceNetworkType is not found"
    # 404 here, 400 in RunInstances' table.
    INTERNET_CHARGE_TYPE_NOT_FOUND = (
        "InvalidInternetChargeType.ValueNotSupported",
        404,
        "The specified InternetChargeType is not valid",
    )
    # DescribeDisks has the same row.
    LOCK_REASON_NOT_FOUND = "InvalidLockReason.NotFound", 404, "The specified LockReason is not found"
    # The table has no text.
    INSTANCE_FILTER_KEY_NOT_FOUND = "InvalidFilterKey.NotFound", 404, "The specified Filter.n.Key is not found"
    # The table has no text.
    INSTANCE_FILTER_VALUE_NOT_VALID = "InvalidFilterValue", 404, "The specified Filter.n.Value is not valid"

    # https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinstanceramrole

    # Not a JSON array of at most 50 IDs.
    RAM_ROLE_INSTANCE_IDS_MALFORMED = "InvalidInstanceIds.Malformed", 400, "The specified instanceIds are not valid."
    NEITHER_IDS_NOR_ROLE = (
        "InvalidParameter.AllEmpty",
        403,
        "The parameters InstanceIds and RamRoleName cannot both be empty.",
    )

    # https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinstanceattachmentattributes

    ATTACHMENT_REGION_MISSING = "MissingParameter.RegionId", 400, "The specified RegionId should not be null."
    ATTACHMENT_INSTANCE_IDS_NOT_FOUND = "InvalidInstanceIds.NotFound", 404, "The specified InstanceIds does not exist."

    # https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinstancemaintenanceattributes

    TOO_MANY_INSTANCE_IDS = "InstanceIdLimitExceeded", 403, "The maximum number of InstanceId is 100."

    # -- Disks --------------------------------------------------------------------------------------------------------
    # https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-runinstances

    # An unknown category, or one that the instance type cannot use.
    SYSTEM_DISK_CATEGORY_NOT_SUPPORTED = (
        "InvalidSystemDiskCategory.ValueNotSupported",
        400,
        'The specified parameter "SystemDisk.Category" is not valid.',
    )
    # An unknown level, or one that the category cannot have. The table has this text for
    # DataDisk.n.PerformanceLevel only.
    PERFORMANCE_LEVEL_MALFORMED = (
        "InvalidPerformanceLevel.Malformed",
        400,
        "The specified parameter SystemDisk.PerformanceLevel is not valid.",
    )
    # The spelling of the text is ECS's own.
    DISK_NAME_MALFORMED = (
        "InvalidDiskName.Malformed",
        400,
        'The specified parameter "SyatemDisk.DiskName or DataDisk.n.DiskName" is not valid.',
    )
    # The spelling of the text is ECS's own.
    DISK_DESCRIPTION_MALFORMED = (
        "InvalidDiskDescription.Malformed",
        400,
        'The specified parameter "SyatemDisk.DiskDescription" or "DataDisk.n.Description" is not valid.',
    )

    # https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-replacesystemdisk

    # Smaller than the image, or outside the range of the category. RunInstances has the code with 400 and "%s"; older
    # tables have InvalidSystemDiskSize.LessThanImageSize with 404.
    SYSTEM_DISK_SIZE_NOT_SUPPORTED = (
        "InvalidSystemDiskSize.ValueNotSupported",
        400,
        "The specified parameter SystemDisk.Size is invalid.",
    )
    # RunInstances' table has 404 and another text.
    KEY_PAIR_TO_REPLACE_WITH_NOT_FOUND = "InvalidKeyPairName.NotFound", 400, "The specified KeyPairName does not exist."

    # https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-reinitdisk

    DISK_NOT_FOUND = "InvalidDiskId.NotFound", 404, "The specified disk does not exist."
    # The account's own image that the disk was made from is deleted.
    DISK_IMAGE_GONE = (
        "InvalidDiskId.OperationNotSupported",
        404,
        "The operation is not supported due to image not exist.",
    )
    SHARED_IMAGE_DELETED = "SharedImageDeleted", 403, "The specified image by others shared is deleted."

    # https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describedisks

    DISK_CATEGORY_NOT_SUPPORTED = (
        "InvalidCategory.ValueNotSupported",
        400,
        "The specified disk category is not supported.",
    )
    DISK_STATUS_NOT_SUPPORTED = "InvalidStatus.ValueNotSupported", 400, "The specified disk status is not supported."
    DISK_CHARGE_TYPE_NOT_FOUND = (
        "InvalidDiskChargeType.NotFound",
        404,
        "The DiskChargeType does not exist in our records",
    )
    # Not a JSON array of IDs.
    DISK_IDS_NOT_VALID = "InvalidParameter.DiskIds", 400, "The specified parameter diskIds is not valid."
    TOO_MANY_DISK_IDS = "InvalidDiskIds.Malformed", 403, "The amount of specified disk Ids exceeds the limit."

    # -- Key pairs ----------------------------------------------------------------------------------------------------
    # https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-createkeypair

    KEY_PAIR_NAME_MALFORMED = "InvalidKeyPairName.Malformed", 400, "Specified Key Pair name is not valid."
    KEY_PAIR_EXISTS = "KeyPair.AlreadyExist", 400, "The key pair already exist."
    KEY_PAIRS_QUOTA = "QuotaExceed.KeyPair", 403, "The key pair quota exceeds."

    # https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-attachkeypair

    KEY_PAIR_NOT_FOUND = "InvalidKeyPairName.NotFound", 400, "The specified KeyPairName does not exist in our records."
    WINDOWS_HAS_NO_KEY_PAIRS = (
        "DependencyViolation.WindowsInstance",
        403,
        "The instance creating is windows, cannot use ssh key pair to login",
    )
    # Not a JSON array of at most 50 IDs.
    KEY_PAIR_INSTANCE_IDS_NOT_SUPPORTED = (
        "InvalidInstanceIds.ValueNotSupported",
        400,
        "The specified parameter InstanceIds is not valid.",
    )

    # https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-deletekeypairs

    # Not a JSON array of at most 100 names.
    KEY_PAIR_NAMES_NOT_SUPPORTED = (
        "InvalidKeyPairNames.ValueNotSupported",
        400,
        'The specified parameter "KeyPairNames" is not valid.',
    )

    # -- Security groups, networks, and the catalogue -----------------------------------------------------------------
    # https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-authorizesecuritygroup

    # ModifySecurityGroupPolicy too. RunInstances' table has 404 without a text, and 400 with an older text.
    SECURITY_GROUP_NOT_FOUND = "InvalidSecurityGroupId.NotFound", 404, "The specified SecurityGroupId does not exist."
    PROTOCOL_UNSUPPORTED = (
        "InvalidIpProtocol.ValueNotSupported",
        400,
        "The parameter IpProtocol must be specified with case insensitive TCP, UDP, ICMP, GRE or All.",
    )
    # Not of the form 22/22. AuthorizeSecurityGroup and RevokeSecurityGroup have two codes for it.
    PORT_RANGE_MALFORMED = "InvalidIpProtocol.Malformed", 400, 'The specified parameter "PortRange" is not valid.'
    PORT_RANGE_TO_REVOKE_MALFORMED = (
        "InvalidIpPortRange.Malformed",
        400,
        'The specified parameter "PortRange" is not valid.',
    )
    # TCP and UDP need ports; the other protocols take only -1/-1.
    PROTOCOL_AND_PORTS_MISMATCH = (
        "OperationDenied",
        400,
        "The specified IpProtocol does not exist or IpProtocol and PortRange do not match.",
    )
    SECURITY_RULE_POLICY_MALFORMED = "InvalidPolicy.Malformed", 400, 'The specified parameter "Policy" is not valid.'
    PRIORITY_UNSUPPORTED = "InvalidPriority.ValueNotSupported", 400, "The parameter Priority is invalid."
    # A group in a VPC has rules for the intranet only.
    NIC_TYPE_UNSUPPORTED = "InvalidNicType.ValueNotSupported", 400, "The specified NicType is not valid."
    SECURITY_RULE_DESCRIPTION_MALFORMED = (
        "InvalidSecurityGroupDiscription.Malformed",
        400,
        "The specified security group rule description is not valid.",
    )
    # AuthorizeSecurityGroupEgress too. For IPv6 the tables have the code without a text.
    CIDR_MALFORMED = "Invalid{parameter}.Malformed", 400, 'The specified parameter "{parameter}" is not valid.'
    IPV6_CIDR_MALFORMED = "InvalidParam.{parameter}", 400, 'The specified parameter "{parameter}" is not valid.'
    # The rule names neither addresses nor a group. `side` is Source or Dest. AuthorizeSecurityGroupEgress too.
    PEER_MISSING = "MissingParameter.{side}", 400, "Either {side}CidrIp or {side}GroupId must be specified."
    # AuthorizeSecurityGroupEgress too.
    PEER_GROUP_NOT_FOUND = (
        "Invalid{side}GroupId.NotFound",
        404,
        "The {side}GroupId provided does not exist in our records.",
    )
    # The spelling of the code is ECS's own.
    PEER_GROUP_IS_ITSELF = (
        "InvalidParamter.Conflict",
        403,
        "The specified SecurityGroupId should be different from the SourceGroupId.",
    )
    # The group is in another VPC.
    PEER_GROUP_ELSEWHERE = (
        "Invalid{side}GroupId.Mismatch",
        400,
        "Specified security group and source group are not in the same VPC.",
    )
    SECURITY_RULES_QUOTA = (
        "AuthorizationLimitExceed",
        403,
        "The limit of authorization records in the security group reaches.",
    )

    # https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-runinstances

    VSWITCH_NOT_FOUND = "InvalidVSwitchId.NotFound", 404, "Specified virtual switch does not exist."
    # RunInstances also has OperationDenied.InconsistentNetwork with 403 for it.
    SECURITY_GROUP_AND_VSWITCH_MISMATCH = (
        "InvalidParameter.Mismatch",
        400,
        "Specified security group and virtual switch are not in the same VPC.",
    )

    # https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-createsecuritygroup

    VPC_NOT_FOUND = "InvalidVpcId.NotFound", 404, "Specified VPC does not exist."
    # The classic network no longer exists.
    VPC_NEEDED = "InvalidVpcId.NotFound", 403, "vpc id must not empty when only support vpc vm."
    SECURITY_GROUP_NAME_MALFORMED = (
        "InvalidSecurityGroupName.Malformed",
        400,
        "Specified security group name is not valid.",
    )
    # The spelling of the code is ECS's own.
    SECURITY_GROUP_DESCRIPTION_MALFORMED = (
        "InvalidSecurityGroupDiscription.Malformed",
        400,
        "Specified security group description is not valid.",
    )

    # https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-deletesecuritygroup

    SECURITY_GROUP_HAS_INSTANCES = (
        "DependencyViolation",
        403,
        "There is still instance(s) in the specified security group.",
    )
    # A rule of another security group names this one.
    SECURITY_GROUP_AUTHORIZED = (
        "DependencyViolation",
        403,
        "The specified security group has been authorized in another one.",
    )

    # https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-modifysecuritygrouppolicy

    INNER_POLICY_MALFORMED = (
        "InvalidPolicy.Malformed",
        400,
        "The Policy is invalid. Only 'Accept' and 'Drop' are supported. Ignore case.",
    )

    # https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-revokesecuritygroup

    # The pages of the actions that change a rule have no code for it.
    SECURITY_RULE_NOT_FOUND = "InvalidSecurityGroupRule.RuleNotExist", 400, "The specified rule does not exist."

    # https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describezones

    # https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeavailableresource

    # The table gives InstanceChargeType 400 and the others 404.
    OFFER_PARAMETER_INVALID = "Invalid.{name}", 404, "The specified {name} is not valid."
    OFFER_CHARGE_TYPE_INVALID = "Invalid.InstanceChargeType", 400, "The specified InstanceChargeType is not valid."
    INSTANCE_TYPE_AND_SIZE_CONFLICT = (
        "InvalidParam.TypeAndCpuMem.Conflict",
        403,
        "The specified 'InstanceType' and 'Cores','Memory' are not blank at the same time.",
    )

    # -- Tags ---------------------------------------------------------------------------------------------------------
    # https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-tagresources
    # https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-untagresources
    # https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-listtagresources
    # https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describetags

    # A value without a key, or a key without a value.
    TAG_MISMATCH = "InvalidTag.Mismatch", 400, "The specified Tag.n.Key and Tag.n.Value are not match."
    # More than 20, in the actions that create or list resources.
    TOO_MANY_TAGS = "InvalidTagCount", 400, "The specified tags are beyond the permitted range."
    TAG_PARAMETER_MISSING = "MissingParameter.{name}", 404, "The parameter - {name} should not be null."
    TAG_RESOURCE_IDS_MISSING = "MissingParameter.ResourceIds", 404, "The parameter - ResourceIds.N should not be null."
    RESOURCES_OF_CALL_EXCEED = (
        "NumberExceed.ResourceIds",
        400,
        "The ResourceIds parameter's number is exceed , Valid : 50.",
    )
    TAGS_OF_CALL_EXCEED = "NumberExceed.Tags", 400, "The Tags parameter's number is exceed , Valid : 20."
    # More than 20 tags on one resource.
    TAGS_OF_RESOURCE_QUOTA = (
        "OperationDenied.QuotaExceed",
        400,
        "The quota of tags on resource is beyond permitted range.",
    )
    TAG_KEY_TWICE = "Duplicate.TagKey", 400, "The Tag.N.Key contain duplicate key."
    TAG_KEY_TWICE_BUT_FOR_CASE = "TagKey.Duplication", 403, "The TagKey has duplication with others, case-insensitive."
    TAG_KEY_MALFORMED = "InvalidTagKey.Malformed", 400, "The specified Tag.n.Key is not valid."
    TAG_VALUE_MALFORMED = "InvalidTagValue.Malformed", 400, "The specified Tag.n.Value is not valid."
    # ListTagResources with a value but no key. The page mentions the code without a text or a status.
    TAG_VALUE_ALONE = "InvalidParameter.TagValue", 400, "The specified Tag.n.Value is not valid."
    NO_TAGS_AND_NO_RESOURCES = (
        "BothEmpty.TagsAndResources",
        403,
        "The specified Tags and ResourcesIds are not allow to both empty.",
    )
    TAGS_WITH_FILTER = "InvalidTags.MalFormed", 400, "The tags must be empty, when the tagFilters is not empty."
    # TagFilter: the account is not in the preview of this parameter.
    FUZZY_TAGS_FORBIDDEN = (
        "PermissionDenied.TagsFuzzyQuery",
        403,
        "The specified operator has not permission to query fuzzy tags.",
    )
    NEXT_TOKEN_INVALID = "Invalid.NextToken", 403, "The specified NextToken is not valid."
    # ECS has no such type of resource.
    RESOURCE_TYPE_NOT_FOUND = (
        "InvalidResourceType.NotFound",
        404,
        "The ResourceType provided does not exist in our records.",
    )
    # The emulator cannot tag this type.
    RESOURCE_NOT_TAGGABLE = "InvalidResourceId.NotSupported", 403, "The specified ResourceId does not support tagging."
    # The resource does not exist, or belongs to another account.
    TAGGED_RESOURCE_NOT_FOUND = (
        "InvalidResourceId.NotFound",
        404,
        "The specified ResourceIds are not found in our records.",
    )
