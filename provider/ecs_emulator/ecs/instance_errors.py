"""The errors of instances.

Each group stands under the address of the document whose error table it is from; an error that several actions share
stands with the first of them. Where a table has "%s" for a text, the text here is the emulator's.
"""

from __future__ import annotations

from ..errors import EcsError

_RESOURCE_STATUS = "The current status of the resource does not support this operation."


# -- https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-runinstances --------------------


def image_family_unneeded() -> EcsError:
    """ImageFamily and ImageId together."""
    text = "The input parameter ImageFamily must be null when image id is set."
    return EcsError("UnexpectedImageFamily.ImageIdSupplied", text, 400)


def encryption_key_needed() -> EcsError:
    """A consumer of an encrypted shared image must encrypt its disk with its own key."""
    text = "Creating encrypted disks with shared encrypted image requires replacing encryption keys."
    return EcsError("InvalidParam.EncryptedMismatch", text, 400)


def instance_type_not_supported() -> EcsError:
    """No such instance type."""
    # The tables of RunInstances have the code with four texts; this one is ModifyInstanceSpec's as well.
    text = "The specified InstanceType does not exist or beyond the permitted range."
    return EcsError("InvalidInstanceType.ValueNotSupported", text, 400)


def image_not_for_instance_type() -> EcsError:
    """The image is of another architecture than the instance type."""
    # The tables of ReplaceSystemDisk and ModifyInstanceSpec have no code of their own for it.
    text = "The specified image does not support the specified InstanceType."
    return EcsError("ImageNotSupportInstanceType", text, 403)


def security_groups_conflict() -> EcsError:
    """SecurityGroupId and SecurityGroupIds.N together."""
    text = "The parameters SecurityGroupId and SecurityGroupIds.N cannot be specified at the same time."
    return EcsError("InvalidSecurityGroupId.SingleIdAndMultiIdConflict", text, 400)


def security_group_repeated() -> EcsError:
    """One security group twice in SecurityGroupIds.N."""
    text = "The specified SecurityGroupIds contain duplicate IDs."
    return EcsError("InvalidParameter.SecurityGroupIdRepeated", text, 400)


def too_many_security_groups() -> EcsError:
    """More security groups than an instance can be in."""
    text = "Exceeding the allowed amount of security groups that an instance can be in."
    return EcsError("JoinedGroupLimitExceed", text, 400)


def zone_not_found() -> EcsError:
    """No such zone in the region."""
    return EcsError("InvalidZoneId.NotFound", "The specified zoneId does not exist.", 404)


def vswitch_not_in_zone() -> EcsError:
    """ZoneId is not the zone of the vSwitch."""
    return EcsError("InvalidParameter.Mismatch", "Specified virtual switch is not in the specified zone.", 400)


def private_ip_not_in_vswitch() -> EcsError:
    """The vSwitch does not have that address, or keeps it for itself."""
    text = "Specified private IP address is not in the CIDR block of virtual switch."
    return EcsError("InvalidPrivateIpAddress", text, 400)


def private_ip_malformed() -> EcsError:
    """That is no IP address."""
    return EcsError("InvalidPrivateIpAddress.Malformed", "Specified private IP address is malformed.", 400)


def private_ip_taken() -> EcsError:
    """Another instance has the address."""
    return EcsError("InvalidPrivateIpAddress.Duplicated", "Specified private IP address is duplicated.", 400)


def no_private_ip_left() -> EcsError:
    """All addresses of the vSwitch are taken."""
    return EcsError("QuotaExceeded.PrivateIpAddress", "Don't have enough private IPs in this switch.", 400)


def instance_name_malformed() -> EcsError:
    """The name of the instance is not one."""
    return EcsError("InvalidInstanceName.Malformed", 'The specified parameter "InstanceName" is not valid.', 400)


def description_malformed() -> EcsError:
    """The description of the instance is not one."""
    return EcsError("InvalidDescription.Malformed", 'The specified parameter "Description" is not valid.', 400)


def host_name_malformed() -> EcsError:
    """The host name is not one."""
    return EcsError("InvalidHostName.Malformed", 'The specified parameter "HostName" is not valid.', 400)


def password_malformed() -> EcsError:
    """The password is not one."""
    return EcsError("InvalidPassword.Malformed", 'The specified parameter "Password" is not valid.', 400)


def password_of_image_wanted() -> EcsError:
    """Password and PasswordInherit=true together."""
    text = "The input password should be null when passwdInherit is true."
    return EcsError("InvalidPasswordParam.Mismatch", text, 400)


def user_data_not_base64() -> EcsError:
    """The user data is not in Base64."""
    return EcsError("InvalidUserData.Base64FormatInvalid", "The specified UserData is not valid.", 400)


def user_data_too_long() -> EcsError:
    """More than 32 KB of user data."""
    return EcsError("InvalidUserData.SizeExceeded", 'The specified parameter "UserData" exceeds the size.', 400)


def internet_charge_type_not_supported() -> EcsError:
    """Neither PayByTraffic nor PayByBandwidth."""
    text = "The specified InternetChargeType is not valid."
    return EcsError("InvalidInternetChargeType.ValueNotSupported", text, 400)


def instance_charge_type_not_found() -> EcsError:
    """Neither PostPaid nor PrePaid."""
    text = "The InstanceChargeType does not exist in our records"
    return EcsError("InvalidInstanceChargeType.NotFound", text, 404)


def spot_strategy_not_valid() -> EcsError:
    """None of NoSpot, SpotAsPriceGo and SpotWithPriceLimit."""
    return EcsError("InvalidSpotStrategy", "The specified SpotStrategy is not valid.", 400)


def spot_price_limit_not_valid() -> EcsError:
    """No price, or none where the strategy needs one."""
    return EcsError("InvalidSpotPriceLimit", "The specified SpotPriceLimitis not valid.", 400)


def spot_duration_not_valid() -> EcsError:
    """Neither 0 nor 1."""
    return EcsError("InvalidSpotDuration", "The specified SpotDuration is not valid.", 400)


def http_endpoint_not_supported() -> EcsError:
    """Neither enabled nor disabled."""
    text = "The specified HttpEndpoint not supported, you can use enabled(default) or disabled."
    return EcsError("InvalidHttpEndpoint.NotSupported", text, 400)


def http_tokens_not_supported() -> EcsError:
    """Neither optional nor required."""
    text = "The specified HttpTokens not supported, you can use optional(default) or required."
    return EcsError("InvalidHttpTokens.NotSupported", text, 400)


def ram_role_not_found() -> EcsError:
    """The account has no RAM role of that name."""
    return EcsError("InvalidRamRole.NotFound", 'The specified parameter "RAMRoleName" does not exist.', 404)


def key_pair_to_run_with_not_found() -> EcsError:
    """The account has no key pair of that name in the region."""
    text = 'The specified parameter "KeyPairName" does not exist in our records.'
    return EcsError("InvalidKeyPairName.NotFound", text, 404)


# -- https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-startinstance -------------------


def instance_not_found() -> EcsError:
    """No such instance in this account."""
    return EcsError("InvalidInstanceId.NotFound", "The specified InstanceId does not exist.", 404)


def instance_status() -> EcsError:
    """The instance must be in another status for this, mostly Stopped."""
    return EcsError("IncorrectInstanceStatus", _RESOURCE_STATUS, 403)


# -- https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-deleteinstance ------------------


def instance_initializing() -> EcsError:
    """An instance that is being created can't be deleted yet."""
    text = "The specified instance status does not support this operation."
    return EcsError("IncorrectInstanceStatus.Initializing", text, 403)


def deletion_protected() -> EcsError:
    """The instance is protected from being deleted."""
    text = "The operation is not permitted due to deletion protection."
    return EcsError("InvalidOperation.DeletionProtection", text, 403)


# -- https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-modifyinstancespec --------------


def instance_not_stopped() -> EcsError:
    """The type of a running instance can't be changed."""
    return EcsError("InvalidInstanceStatus.NotStopped", "The specified Instance status is not stopped.", 400)


# -- https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-joinsecuritygroup ---------------


def already_in_security_group() -> EcsError:
    """The instance is in the group already."""
    text = "The specified instance already exists in the specified security group."
    return EcsError("InvalidInstanceId.AlreadyExists", text, 403)


def in_too_many_security_groups() -> EcsError:
    """The instance is in as many groups as it can be."""
    text = "Exceeding the allowed amount of security groups that an instance can be in."
    return EcsError("InstanceSecurityGroupLimitExceeded", text, 400)


# -- https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-leavesecuritygroup --------------


def not_in_security_group() -> EcsError:
    """The instance is not in the group."""
    return EcsError("InstanceNotInSecurityGroup", "The instance not in the group.", 403)


def last_security_group() -> EcsError:
    """An instance is in at least one group."""
    text = "The specified security group is the last security group for the instance."
    return EcsError("InstanceLastSecurityGroup", text, 403)


# -- https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-modifyinstancevpcattribute ------


def instance_must_be_stopped() -> EcsError:
    """The network of a running instance can't be changed."""
    # 400 with a text of its own in this table; 403 in the others.
    text = "The current status of instance does not support this operation."
    return EcsError("IncorrectInstanceStatus", text, 400)


def vswitch_in_other_zone() -> EcsError:
    """An instance stays in its zone."""
    text = "Specified instance and virtual switch are not in the same zone."
    return EcsError("InvalidVSwitchId.Mismatch", text, 400)


def vswitch_in_other_vpc() -> EcsError:
    """The vSwitch is not of the VPC that the instance is in, or is to go to."""
    return EcsError("InvalidVSwitchId.NotFound", "Specified virtual switch is not found in current VPC.", 404)


def new_private_ip_not_in_vswitch() -> EcsError:
    """The vSwitch does not have that address."""
    # RunInstances has another code for it.
    text = "Specified private IP address is not in the CIDR block of virtual switch."
    return EcsError("InvalidPrivateIpAddress.Mismatch", text, 400)
