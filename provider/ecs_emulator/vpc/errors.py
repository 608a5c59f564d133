"""The errors of VPCs and vSwitches.

Each group of rows stands under the address of the page whose error table it comes from. A row that several actions
share stands with the first of them.
"""

from __future__ import annotations

from enum import unique

from ..errors import ErrorTable


@unique
class Errors(ErrorTable):
    """Codes, HTTP statuses and texts of VPC."""

    # https://www.alibabacloud.com/help/en/vpc/developer-reference/api-vpc-2016-04-28-createvpc

    REGION_NOT_FOUND = "InvalidRegionId.NotFound", 404, 'Specified value of "regionId" is not supported.'
    VPC_CIDR_INVALID = "InvalidParameter", 400, "Specified CIDR block is not valid"
    VPC_NAME_MALFORMED = "InvalidVpcName.Malformed", 400, "Specified VPC name is not valid."
    # The spelling of the code is VPC's own.
    VPC_DESCRIPTION_MALFORMED = "InvalidVpcDiscription.Malformed", 400, "Specified VPC description is not valid."
    VPC_QUOTA = "QuotaExceeded.Vpc", 400, "VPC quota exceeded."

    # https://www.alibabacloud.com/help/en/vpc/developer-reference/api-vpc-2016-04-28-createvswitch

    ZONE_NOT_FOUND = "InvalidZoneId.NotFound", 404, "Specified zone does not exist."
    # DeleteVpc and ModifyVpcAttribute too.
    VPC_NOT_FOUND = "InvalidVpcId.NotFound", 404, "Specified VPC does not exist."
    VSWITCH_CIDR_MALFORMED = "InvalidCidrBlock.Malformed", 400, "Specified CIDR block is not valid."
    # The mask must have 16 to 29 bits. The spelling of code and text is VPC's own.
    VSWITCH_MASK_INVALID = "InvalidCirdrBlock.MaskLength", 400, "Specified CIDR block is not valid ."
    VSWITCH_OUTSIDE_VPC = "InvalidParameter", 400, "Specified CIDR block is not valid in VPC."
    VSWITCH_OVERLAPS = "InvalidCidrBlock.Overlapped", 400, "Specified CIDR block overlapped with other subnets."
    VSWITCH_NAME_MALFORMED = "InvalidVSwitchName.Malformed", 400, "Specified virtual switch name is not valid."
    # The spelling of the code is VPC's own.
    VSWITCH_DESCRIPTION_MALFORMED = (
        "InvalidVSwitchDiscription.Malformed",
        400,
        "Specified virtual switch description is not valid.",
    )
    VSWITCH_QUOTA = "QuotaExceeded.VSwitch", 400, "Virtual switch quota exceeded."

    # https://www.alibabacloud.com/help/en/vpc/developer-reference/api-vpc-2016-04-28-modifyvswitchattribute

    # The table has the text in worse English. Clients of DeleteVSwitch also know InvalidVswitchID.NotFound; its newest
    # page has neither.
    VSWITCH_NOT_FOUND = "InvalidVSwitchId.NotFound", 404, "Specified virtual switch does not exist."

    # https://www.alibabacloud.com/help/en/vpc/developer-reference/api-vpc-2016-04-28-modifyroutetableattributes

    ROUTE_TABLE_NOT_FOUND = "InvalidRouteTableId.NotFound", 404, "Specified route table does not exist."

    # https://www.alibabacloud.com/help/en/vpc/developer-reference/api-vpc-2016-04-28-deletevpc

    VPC_HAS_VSWITCHES = "DependencyViolation.VSwitch", 400, "Specified object has dependent resources"
    VPC_HAS_SECURITY_GROUPS = (
        "DependencyViolation.SecurityGroup",
        400,
        "Specified object has dependent resources SecurityGroup.",
    )

    # https://www.alibabacloud.com/help/en/vpc/developer-reference/api-vpc-2016-04-28-deletevswitch

    VSWITCH_HAS_INSTANCES = "DependencyViolation", 400, "Specified object has dependent resources."

    # https://api.alibabacloud.com/document/Vpc/2016-04-28/TagResourcesForExpressConnect
    # and its neighbours: the pages of TagResources, UnTagResources and ListTagResources have no tables.

    TAG_KEY_INVALID = "InvalidTagKey", 400, "The tag keys are not valid."
    TAG_VALUE_INVALID = "InvalidTagValue", 400, "The tag values are not valid."
    TAG_KEY_TWICE = "Forbidden.TagKey.Duplicated", 400, "The specified tag key already exists."
    # More than 20 in one call.
    TOO_MANY_TAGS = "SizeLimitExceeded.TagNum", 400, "The maximum number of tags is exceeded."
    # More than 50 in one call.
    TOO_MANY_RESOURCES = "SizeLimitExceeded.ResourceId", 400, "The maximum number of resource IDs is exceeded."
    # More than 20 on one resource.
    TAGS_OF_RESOURCE_QUOTA = "QuotaExceeded.TagNum", 400, "Custom Tags quota exceeded"
    RESOURCE_TYPE_NOT_FOUND = "InvalidInstanceType.NotFound", 400, "The instance type is not found"
    # The resource does not exist, or belongs to another account.
    RESOURCE_NOT_FOUND = "InvalidInstanceIds.NotFound", 400, "The instanceIds are not found"
    NO_TAGS_AND_NO_RESOURCES = (
        "BothEmpty.TagsAndResources",
        403,
        "The specified Tags and ResourcesIds are not allow to both empty.",
    )
