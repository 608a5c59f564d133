"""The errors of security groups, of the networks that instances are put in, and of what is on offer.

Each group stands under the address of the document whose error table it is from; an error that several actions share
stands with the first of them.
"""

from __future__ import annotations

from ..errors import EcsError

# -- https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-authorizesecuritygroup -----------


def security_group_not_found() -> EcsError:
    """No such security group in this account and region."""
    # authorizesecuritygroup, modifysecuritygrouppolicy. RunInstances' table has 404 without a text, and 400 with an
    # older one.
    return EcsError("InvalidSecurityGroupId.NotFound", "The specified SecurityGroupId does not exist.", 404)


def protocol_unsupported() -> EcsError:
    """IpProtocol is none."""
    text = "The parameter IpProtocol must be specified with case insensitive TCP, UDP, ICMP, GRE or All."
    return EcsError("InvalidIpProtocol.ValueNotSupported", text, 400)


def port_range_malformed(revoking: bool) -> EcsError:
    """PortRange is not of the form 22/22."""
    # authorizesecuritygroup and revokesecuritygroup, which have two codes
    code = "InvalidIpPortRange.Malformed" if revoking else "InvalidIpProtocol.Malformed"
    return EcsError(code, 'The specified parameter "PortRange" is not valid.', 400)


def protocol_and_ports_mismatch() -> EcsError:
    """Only TCP and UDP have ports, and they have no -1/-1."""
    text = "The specified IpProtocol does not exist or IpProtocol and PortRange do not match."
    return EcsError("OperationDenied", text, 400)


def rule_policy_malformed() -> EcsError:
    """Policy is neither accept nor drop."""
    return EcsError("InvalidPolicy.Malformed", 'The specified parameter "Policy" is not valid.', 400)


def priority_unsupported() -> EcsError:
    """Priority is not 1 to 100."""
    return EcsError("InvalidPriority.ValueNotSupported", "The parameter Priority is invalid.", 400)


def nic_type_unsupported() -> EcsError:
    """A group in a VPC has rules for the intranet alone."""
    return EcsError("InvalidNicType.ValueNotSupported", "The specified NicType is not valid.", 400)


def rule_description_malformed() -> EcsError:
    """A text that can't be the description of a rule."""
    text = "The specified security group rule description is not valid."
    return EcsError("InvalidSecurityGroupDiscription.Malformed", text, 400)


def cidr_malformed(parameter: str) -> EcsError:
    """SourceCidrIp, Ipv6DestCidrIp or so is no address and no block of them."""
    # authorizesecuritygroup, authorizesecuritygroupegress; for IPv6 they have the code without a text
    if parameter.startswith("Ipv6"):
        return EcsError(f"InvalidParam.{parameter}", f'The specified parameter "{parameter}" is not valid.', 400)
    return EcsError(f"Invalid{parameter}.Malformed", f'The specified parameter "{parameter}" is not valid.', 400)


def peer_missing(side: str) -> EcsError:
    """A rule says neither from which (Source) nor to which (Dest) addresses or group."""
    # authorizesecuritygroup, authorizesecuritygroupegress
    return EcsError(f"MissingParameter.{side}", f"Either {side}CidrIp or {side}GroupId must be specified.", 400)


def peer_group_not_found(side: str) -> EcsError:
    """The other security group of a rule is not there."""
    # authorizesecuritygroup, authorizesecuritygroupegress
    text = f"The {side}GroupId provided does not exist in our records."
    return EcsError(f"Invalid{side}GroupId.NotFound", text, 404)


def peer_group_is_itself() -> EcsError:
    """A rule of a security group names that group."""
    # authorizesecuritygroup, code as it is there
    text = "The specified SecurityGroupId should be different from the SourceGroupId."
    return EcsError("InvalidParamter.Conflict", text, 403)


def peer_group_elsewhere(side: str) -> EcsError:
    """The other security group of a rule is in another VPC."""
    text = "Specified security group and source group are not in the same VPC."
    return EcsError(f"Invalid{side}GroupId.Mismatch", text, 400)


def rules_quota() -> EcsError:
    """The security group has as many rules as it can have."""
    text = "The limit of authorization records in the security group reaches."
    return EcsError("AuthorizationLimitExceed", text, 403)


# -- https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-runinstances ---------------------


def vswitch_not_found() -> EcsError:
    """No such vSwitch in this account and region."""
    return EcsError("InvalidVSwitchId.NotFound", "Specified virtual switch does not exist.", 404)


def networks_mismatch() -> EcsError:
    """A security group and the vSwitch are of two VPCs."""
    # runinstances, which has OperationDenied.InconsistentNetwork with 403 for the same
    text = "Specified security group and virtual switch are not in the same VPC."
    return EcsError("InvalidParameter.Mismatch", text, 400)


# -- https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-createsecuritygroup --------------


def vpc_not_found() -> EcsError:
    """A security group is to be in a VPC that is not there."""
    return EcsError("InvalidVpcId.NotFound", "Specified VPC does not exist.", 404)


def vpc_needed() -> EcsError:
    """A security group is to be in no VPC: there is no classic network any more."""
    return EcsError("InvalidVpcId.NotFound", "vpc id must not empty when only support vpc vm.", 403)


def group_name_malformed() -> EcsError:
    """A text that can't be the name of a security group."""
    return EcsError("InvalidSecurityGroupName.Malformed", "Specified security group name is not valid.", 400)


def group_description_malformed() -> EcsError:
    """A text that can't be the description of a security group."""
    text = "Specified security group description is not valid."
    return EcsError("InvalidSecurityGroupDiscription.Malformed", text, 400)


# -- https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-deletesecuritygroup --------------


def group_has_instances() -> EcsError:
    """Instances are still in the security group."""
    return EcsError("DependencyViolation", "There is still instance(s) in the specified security group.", 403)


def group_authorized() -> EcsError:
    """A rule of another security group names this one."""
    return EcsError("DependencyViolation", "The specified security group has been authorized in another one.", 403)


# -- https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-modifysecuritygrouppolicy --------


def inner_policy_malformed() -> EcsError:
    """InnerAccessPolicy is neither Accept nor Drop."""
    text = "The Policy is invalid. Only 'Accept' and 'Drop' are supported. Ignore case."
    return EcsError("InvalidPolicy.Malformed", text, 400)


# -- https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-revokesecuritygroup --------------


def rule_not_found() -> EcsError:
    """The security group has no such rule."""
    # revokesecuritygroup; the pages of what changes a rule say no code
    return EcsError("InvalidSecurityGroupRule.RuleNotExist", "The specified rule does not exist.", 400)


# -- https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describezones --------------------


def charge_type_not_found() -> EcsError:
    """InstanceChargeType is neither PrePaid nor PostPaid."""
    text = "The InstanceChargeType does not exist in our records"
    return EcsError("InvalidInstanceChargeType.NotFound", text, 404)


def spot_strategy_invalid() -> EcsError:
    """SpotStrategy is none."""
    return EcsError("InvalidSpotStrategy", "The specified SpotStrategy is not valid.", 400)


# -- https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeavailableresource --------


def offer_parameter_invalid(name: str) -> EcsError:
    """A parameter of DescribeAvailableResource is none of its values."""
    # describeavailableresource, which gives InstanceChargeType 400 and the others 404
    return EcsError(
        f"Invalid.{name}", f"The specified {name} is not valid.", 400 if name == "InstanceChargeType" else 404
    )


def type_and_size_conflict() -> EcsError:
    """DescribeAvailableResource with an instance type and a size."""
    text = "The specified 'InstanceType' and 'Cores','Memory' are not blank at the same time."
    return EcsError("InvalidParam.TypeAndCpuMem.Conflict", text, 403)
