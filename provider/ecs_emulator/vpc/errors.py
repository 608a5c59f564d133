"""The errors of VPCs and vSwitches.

Each group stands under the address of the document whose error table it is from; an error that several actions share
stands with the first of them.
"""

from __future__ import annotations

from ..errors import EcsError

# -- https://www.alibabacloud.com/help/en/vpc/developer-reference/api-vpc-2016-04-28-createvpc ------------------------


def region_not_found() -> EcsError:
    """No such region."""
    return EcsError("InvalidRegionId.NotFound", 'Specified value of "regionId" is not supported.', 404)


def vpc_cidr_invalid() -> EcsError:
    """A VPC can't have these addresses."""
    return EcsError("InvalidParameter", "Specified CIDR block is not valid", 400)


def vpc_name_malformed() -> EcsError:
    """A text that can't be the name of a VPC."""
    return EcsError("InvalidVpcName.Malformed", "Specified VPC name is not valid.", 400)


def vpc_description_malformed() -> EcsError:
    """A text that can't be the description of a VPC."""
    # createvpc, code as it is there
    return EcsError("InvalidVpcDiscription.Malformed", "Specified VPC description is not valid.", 400)


def vpc_quota() -> EcsError:
    """The account has as many VPCs in the region as it can have."""
    return EcsError("QuotaExceeded.Vpc", "VPC quota exceeded.", 400)


# -- https://www.alibabacloud.com/help/en/vpc/developer-reference/api-vpc-2016-04-28-createvswitch --------------------


def zone_not_found() -> EcsError:
    """No such zone in the region."""
    return EcsError("InvalidZoneId.NotFound", "Specified zone does not exist.", 404)


def vpc_not_found() -> EcsError:
    """No such VPC in this account."""
    # createvswitch, deletevpc, modifyvpcattribute
    return EcsError("InvalidVpcId.NotFound", "Specified VPC does not exist.", 404)


def vswitch_cidr_malformed() -> EcsError:
    """These are no addresses, or none that a vSwitch can have."""
    return EcsError("InvalidCidrBlock.Malformed", "Specified CIDR block is not valid.", 400)


def vswitch_mask_invalid() -> EcsError:
    """A vSwitch has 16 to 29 bits of mask."""
    # createvswitch, code and text as they are there
    return EcsError("InvalidCirdrBlock.MaskLength", "Specified CIDR block is not valid .", 400)


def vswitch_outside_vpc() -> EcsError:
    """The vSwitch's addresses are not among its VPC's."""
    return EcsError("InvalidParameter", "Specified CIDR block is not valid in VPC.", 400)


def vswitch_overlaps() -> EcsError:
    """Another vSwitch of the VPC has some of the addresses."""
    return EcsError("InvalidCidrBlock.Overlapped", "Specified CIDR block overlapped with other subnets.", 400)


def vswitch_name_malformed() -> EcsError:
    """A text that can't be the name of a vSwitch."""
    return EcsError("InvalidVSwitchName.Malformed", "Specified virtual switch name is not valid.", 400)


def vswitch_description_malformed() -> EcsError:
    """A text that can't be the description of a vSwitch."""
    # createvswitch, code as it is there
    return EcsError("InvalidVSwitchDiscription.Malformed", "Specified virtual switch description is not valid.", 400)


def vswitch_quota() -> EcsError:
    """The VPC has as many vSwitches as it can have."""
    return EcsError("QuotaExceeded.VSwitch", "Virtual switch quota exceeded.", 400)


# -- https://www.alibabacloud.com/help/en/vpc/developer-reference/api-vpc-2016-04-28-modifyvswitchattribute -----------


def vswitch_not_found() -> EcsError:
    """No such vSwitch in this account."""
    # modifyvswitchattribute, where the text is in worse English. DeleteVSwitch's clients know InvalidVswitchID.NotFound
    # too; its newest page has neither.
    return EcsError("InvalidVSwitchId.NotFound", "Specified virtual switch does not exist.", 404)


# -- https://www.alibabacloud.com/help/en/vpc/developer-reference/api-vpc-2016-04-28-modifyroutetableattributes -------


def route_table_not_found() -> EcsError:
    """No such route table in this account."""
    return EcsError("InvalidRouteTableId.NotFound", "Specified route table does not exist.", 404)


# -- https://www.alibabacloud.com/help/en/vpc/developer-reference/api-vpc-2016-04-28-deletevpc ------------------------


def vpc_has_vswitches() -> EcsError:
    """The VPC still has vSwitches."""
    return EcsError("DependencyViolation.VSwitch", "Specified object has dependent resources", 400)


def vpc_has_security_groups() -> EcsError:
    """The VPC still has security groups."""
    text = "Specified object has dependent resources SecurityGroup."
    return EcsError("DependencyViolation.SecurityGroup", text, 400)


# -- https://www.alibabacloud.com/help/en/vpc/developer-reference/api-vpc-2016-04-28-deletevswitch --------------------


def vswitch_has_instances() -> EcsError:
    """Instances are still in the vSwitch."""
    return EcsError("DependencyViolation", "Specified object has dependent resources.", 400)


# -- tags: the codes of https://api.alibabacloud.com/document/Vpc/2016-04-28/TagResourcesForExpressConnect and its
# neighbours, as the pages of TagResources, UnTagResources and ListTagResources have no table of their own


def tag_key_invalid() -> EcsError:
    """A tag's key is not one."""
    return EcsError("InvalidTagKey", "The tag keys are not valid.", 400)


def tag_value_invalid() -> EcsError:
    """A tag's value is not one."""
    return EcsError("InvalidTagValue", "The tag values are not valid.", 400)


def tag_key_twice() -> EcsError:
    """One key in two tags."""
    return EcsError("Forbidden.TagKey.Duplicated", "The specified tag key already exists.", 400)


def too_many_tags() -> EcsError:
    """More than 20 tags in one call."""
    return EcsError("SizeLimitExceeded.TagNum", "The maximum number of tags is exceeded.", 400)


def too_many_resources() -> EcsError:
    """More than 50 resources in one call."""
    return EcsError("SizeLimitExceeded.ResourceId", "The maximum number of resource IDs is exceeded.", 400)


def tags_of_resource_quota() -> EcsError:
    """A resource would have more than 20 tags."""
    return EcsError("QuotaExceeded.TagNum", "Custom Tags quota exceeded", 400)


def resource_type_not_found() -> EcsError:
    """No resources of that type can be tagged here."""
    return EcsError("InvalidInstanceType.NotFound", "The instance type is not found", 400)


def resource_not_found() -> EcsError:
    """A resource to tag is not there, or not the caller's own."""
    return EcsError("InvalidInstanceIds.NotFound", "The instanceIds are not found", 400)


def no_tags_and_no_resources() -> EcsError:
    """ListTagResources with neither tags nor resources."""
    text = "The specified Tags and ResourcesIds are not allow to both empty."
    return EcsError("BothEmpty.TagsAndResources", text, 403)
