"""The errors of Auto Scaling.

Each group stands under the address of the document whose error table it is from; an error that several actions share
stands with the first of them.
"""

from __future__ import annotations

from ..errors import EcsError

# -- https://www.alibabacloud.com/help/en/auto-scaling/developer-reference/api-ess-2014-08-28-createscalinggroup ------


def region_not_found() -> EcsError:
    """No such region."""
    return EcsError("InvalidRegionId.NotFound", "The specified region does not exist.", 404)


def parameter_invalid(name: str) -> EcsError:
    """A parameter's value is not one that the action takes."""
    return EcsError("InvalidParameter", f'The specified value of parameter "{name}" is not valid.', 400)


def parameters_conflict(one: str, other: str) -> EcsError:
    """Two parameters can't have these values together."""
    text = f"The value of parameter {one} and parameter {other} are conflict."
    return EcsError("InvalidParameter.Conflict", text, 400)


def vswitch_not_found() -> EcsError:
    """No such vSwitch in this account and region."""
    return EcsError("InvalidVSwitchId.NotFound", "The specified virtual switch does not exist.", 404)


def group_name_taken() -> EcsError:
    """Another scaling group of the account in the region has the name."""
    text = "The specified value of parameter ScalingGroupName is duplicated."
    return EcsError("InvalidScalingGroupName.Duplicate", text, 400)


# -- https://www.alibabacloud.com/help/en/auto-scaling/developer-reference/api-ess-2014-08-28-createscalingconfiguration


def security_group_not_found() -> EcsError:
    """No such security group in this account and region."""
    return EcsError("InvalidSecurityGroupId.NotFound", "The specified security group does not exist.", 404)


def security_group_elsewhere() -> EcsError:
    """The security group is in another VPC than the scaling group's vSwitches."""
    text = "The specified security group and the specified virtual switch are not in the same VPC."
    return EcsError("InvalidSecurityGroupId.VPCMismatch", text, 400)


def image_not_found() -> EcsError:
    """The image is not there, or not for this account to run."""
    return EcsError("InvalidImageId.NotFound", "The specified image does not exist.", 404)


def image_and_type_mismatch() -> EcsError:
    """The image is for computers of another architecture than the instance type's."""
    text = "The specified image does not support the specified instance type."
    return EcsError("InvalidImageId.InstanceTypeMismatch", text, 400)


def group_not_found() -> EcsError:
    """No such scaling group in this account."""
    return EcsError("InvalidScalingGroupId.NotFound", "The specified scaling group does not exist.", 404)


def configuration_name_taken() -> EcsError:
    """Another configuration of the scaling group has the name."""
    text = "The specified value of parameter ScalingConfigurationName is duplicated."
    return EcsError("InvalidScalingConfigurationName.Duplicate", text, 400)


def configurations_quota() -> EcsError:
    """The scaling group has as many configurations as it can have."""
    text = "Scaling configuration quota exceeded in the specified scaling group."
    return EcsError("QuotaExceeded.ScalingConfiguration", text, 400)


def user_data_malformed() -> EcsError:
    """UserData is not Base64."""
    text = "The specified parameter UserData must be base64 encoded."
    return EcsError("InvalidUserData.Base64FormatInvalid", text, 400)


def user_data_too_long() -> EcsError:
    """UserData is longer than 16 KB."""
    return EcsError("InvalidUserData.SizeExceeded", "The specified parameter UserData exceeds the size.", 400)


# -- https://www.alibabacloud.com/help/en/auto-scaling/developer-reference/api-ess-2014-08-28-enablescalinggroup ------


def group_status() -> EcsError:
    """The scaling group must be in another state for this."""
    text = "The current status of the specified scaling group does not support this action."
    return EcsError("IncorrectScalingGroupStatus", text, 400)


def active_configuration_missing() -> EcsError:
    """A scaling group without an active configuration can't be enabled."""
    text = "An active scaling configuration for the specified scaling group is not supplied."
    return EcsError("MissingActiveScalingConfiguration", text, 400)


# -- https://www.alibabacloud.com/help/en/auto-scaling/developer-reference/api-ess-2014-08-28-deletescalingconfiguration


def configuration_not_found() -> EcsError:
    """No such scaling configuration in this account, or in this scaling group."""
    # deletescalingconfiguration, enablescalinggroup
    text = "The specified scaling configuration does not exist."
    return EcsError("InvalidScalingConfigurationId.NotFound", text, 404)


def configuration_active() -> EcsError:
    """The configuration is the scaling group's active one."""
    text = "The current lifecycle state of specified scaling configuration does not support this action."
    return EcsError("IncorrectScalingConfigurationLifecycleState", text, 400)


# -- https://www.alibabacloud.com/help/en/auto-scaling/developer-reference/api-ess-2014-08-28-modifyscalingconfiguration


def instance_tag_empty() -> EcsError:
    """A tag for the instances has no key."""
    return EcsError("InvalidTags.KeyValue", "The specified tags key/value cannot be empty.", 400)


def too_many_instance_tags() -> EcsError:
    """More than 20 tags for the instances."""
    # modifyscalingconfiguration, whose text is of the time when it was 5
    return EcsError("InvalidTags.ListSize", 'The specified tags list size cannot be more than "20".', 400)


# -- tags of groups: the pages of TagResources and its like have no tables --------------------------------------------


def tag_key_missing() -> EcsError:
    """A tag has no key."""
    # listtagresources names the code in its text
    return EcsError("MissingParameter.TagKey", "The parameter Tag.N.Key is required.", 400)
