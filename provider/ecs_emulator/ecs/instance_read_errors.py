"""The errors of reading instances, each group under the address of the document whose error table it is from."""

from __future__ import annotations

from ..errors import EcsError

# -- https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinstances ---------------


def status_not_found() -> EcsError:
    """No such status."""
    return EcsError("InvalidStatus.NotFound", "The specified Status is not found", 404)


def network_type_not_found() -> EcsError:
    """Neither vpc nor classic."""
    return EcsError("InvalidNetworkType.NotFound", "The specified InstanceNetworkType is not found", 404)


def charge_type_not_found() -> EcsError:
    """Neither PostPaid nor PrePaid."""
    text = "The InstanceChargeType does not exist in our records"
    return EcsError("InvalidInstanceChargeType.NotFound", text, 404)


def internet_charge_type_not_found() -> EcsError:
    """Neither PayByTraffic nor PayByBandwidth."""
    # 400 in RunInstances' table, 404 here.
    text = "The specified InternetChargeType is not valid"
    return EcsError("InvalidInternetChargeType.ValueNotSupported", text, 404)


def lock_reason_not_found() -> EcsError:
    """No such reason to lock anything; DescribeDisks has it as well."""
    return EcsError("InvalidLockReason.NotFound", "The specified LockReason is not found", 404)


def filter_key_not_found() -> EcsError:
    """No such filter. The table has no text."""
    return EcsError("InvalidFilterKey.NotFound", "The specified Filter.n.Key is not found", 404)


def filter_value_not_valid() -> EcsError:
    """A time of a filter is none. The table has no text."""
    return EcsError("InvalidFilterValue", "The specified Filter.n.Value is not valid", 404)


# -- https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinstanceramrole ---------


def instance_ids_malformed() -> EcsError:
    """InstanceIds is no JSON array of at most so many IDs."""
    return EcsError("InvalidInstanceIds.Malformed", "The specified instanceIds are not valid.", 400)


def neither_ids_nor_role() -> EcsError:
    """Neither InstanceIds nor RamRoleName."""
    text = "The parameters InstanceIds and RamRoleName cannot both be empty."
    return EcsError("InvalidParameter.AllEmpty", text, 403)


# -- https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinstanceattachmentattributes


def missing_region() -> EcsError:
    """RegionId is absent."""
    return EcsError("MissingParameter.RegionId", "The specified RegionId should not be null.", 400)


def instance_ids_not_found() -> EcsError:
    """One of the instances is not there."""
    return EcsError("InvalidInstanceIds.NotFound", "The specified InstanceIds does not exist.", 404)


# -- https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinstancemaintenanceattributes


def too_many_instance_ids() -> EcsError:
    """More than 100 instances."""
    return EcsError("InstanceIdLimitExceeded", "The maximum number of InstanceId is 100.", 403)
