"""The errors of Auto Scaling.

Each group of rows stands under the address of the page whose error table it comes from. A row that several actions
share stands with the first of them.
"""

from __future__ import annotations

from enum import unique

from ..errors import ErrorTable


@unique
class Errors(ErrorTable):
    """Codes, HTTP statuses and texts of Auto Scaling."""

    # https://www.alibabacloud.com/help/en/auto-scaling/developer-reference/api-ess-2014-08-28-createscalinggroup

    REGION_NOT_FOUND = "InvalidRegionId.NotFound", 404, "The specified region does not exist."
    PARAMETER_INVALID = "InvalidParameter", 400, 'The specified value of parameter "{name}" is not valid.'
    PARAMETERS_CONFLICT = (
        "InvalidParameter.Conflict",
        400,
        "The value of parameter {one} and parameter {other} are conflict.",
    )
    VSWITCH_NOT_FOUND = "InvalidVSwitchId.NotFound", 404, "The specified virtual switch does not exist."
    GROUP_NAME_TAKEN = (
        "InvalidScalingGroupName.Duplicate",
        400,
        "The specified value of parameter ScalingGroupName is duplicated.",
    )

    # https://www.alibabacloud.com/help/en/auto-scaling/developer-reference/api-ess-2014-08-28-createscalingconfiguration

    SECURITY_GROUP_NOT_FOUND = "InvalidSecurityGroupId.NotFound", 404, "The specified security group does not exist."
    SECURITY_GROUP_ELSEWHERE = (
        "InvalidSecurityGroupId.VPCMismatch",
        400,
        "The specified security group and the specified virtual switch are not in the same VPC.",
    )
    # The image does not exist, or the account may not run it.
    IMAGE_NOT_FOUND = "InvalidImageId.NotFound", 404, "The specified image does not exist."
    IMAGE_AND_TYPE_MISMATCH = (
        "InvalidImageId.InstanceTypeMismatch",
        400,
        "The specified image does not support the specified instance type.",
    )
    GROUP_NOT_FOUND = "InvalidScalingGroupId.NotFound", 404, "The specified scaling group does not exist."
    CONFIGURATION_NAME_TAKEN = (
        "InvalidScalingConfigurationName.Duplicate",
        400,
        "The specified value of parameter ScalingConfigurationName is duplicated.",
    )
    CONFIGURATIONS_QUOTA = (
        "QuotaExceeded.ScalingConfiguration",
        400,
        "Scaling configuration quota exceeded in the specified scaling group.",
    )
    USER_DATA_MALFORMED = (
        "InvalidUserData.Base64FormatInvalid",
        400,
        "The specified parameter UserData must be base64 encoded.",
    )
    # Longer than 16 KB.
    USER_DATA_TOO_LONG = "InvalidUserData.SizeExceeded", 400, "The specified parameter UserData exceeds the size."

    # https://www.alibabacloud.com/help/en/auto-scaling/developer-reference/api-ess-2014-08-28-enablescalinggroup

    GROUP_STATUS = (
        "IncorrectScalingGroupStatus",
        400,
        "The current status of the specified scaling group does not support this action.",
    )
    ACTIVE_CONFIGURATION_MISSING = (
        "MissingActiveScalingConfiguration",
        400,
        "An active scaling configuration for the specified scaling group is not supplied.",
    )

    # https://www.alibabacloud.com/help/en/auto-scaling/developer-reference/api-ess-2014-08-28-deletescalingconfiguration

    # EnableScalingGroup too, for a configuration of another group.
    CONFIGURATION_NOT_FOUND = (
        "InvalidScalingConfigurationId.NotFound",
        404,
        "The specified scaling configuration does not exist.",
    )
    # The configuration is the active one of its group.
    CONFIGURATION_ACTIVE = (
        "IncorrectScalingConfigurationLifecycleState",
        400,
        "The current lifecycle state of specified scaling configuration does not support this action.",
    )

    # https://www.alibabacloud.com/help/en/auto-scaling/developer-reference/api-ess-2014-08-28-modifyscalingconfiguration

    INSTANCE_TAG_EMPTY = "InvalidTags.KeyValue", 400, "The specified tags key/value cannot be empty."
    # The limit is 20. The text in the table is from the time when it was 5.
    TOO_MANY_INSTANCE_TAGS = "InvalidTags.ListSize", 400, 'The specified tags list size cannot be more than "20".'

    # Tags of groups: the pages of TagResources, UntagResources and ListTagResources have no tables.

    # The page of ListTagResources names the code in its text.
    TAG_KEY_MISSING = "MissingParameter.TagKey", 400, "The parameter Tag.N.Key is required."
