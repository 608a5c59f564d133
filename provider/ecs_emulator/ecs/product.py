"""Every action of ECS that is served."""

from __future__ import annotations

from typing import Final

from ..actions import Product
from . import (
    catalogue_actions,
    image_actions,
    instance_actions,
    region_actions,
    security_group_actions,
    security_rule_actions,
    share_actions,
    tag_actions,
)

ECS: Final = Product(
    name="ecs",
    version="2014-05-26",
    actions={
        "AuthorizeSecurityGroup": security_rule_actions.authorize_security_group,
        "AuthorizeSecurityGroupEgress": security_rule_actions.authorize_security_group_egress,
        "CancelCopyImage": image_actions.cancel_copy_image,
        "CopyImage": image_actions.copy_image,
        "CreateSecurityGroup": security_group_actions.create_security_group,
        "DeleteImage": image_actions.delete_image,
        "DeleteSecurityGroup": security_group_actions.delete_security_group,
        "DescribeAvailableResource": catalogue_actions.describe_available_resource,
        "DescribeDisks": instance_actions.describe_disks,
        "DescribeImageSharePermission": share_actions.describe_image_share_permission,
        "DescribeImages": image_actions.describe_images,
        "DescribeInstanceTypes": catalogue_actions.describe_instance_types,
        "DescribeInstances": instance_actions.describe_instances,
        "DescribeRegions": region_actions.describe_regions,
        "DescribeSecurityGroupAttribute": security_group_actions.describe_security_group_attribute,
        "DescribeSecurityGroups": security_group_actions.describe_security_groups,
        "DescribeZones": catalogue_actions.describe_zones,
        "ListTagResources": tag_actions.list_tag_resources,
        "ModifyImageAttribute": image_actions.modify_image_attribute,
        "ModifyImageSharePermission": share_actions.modify_image_share_permission,
        "ModifySecurityGroupAttribute": security_group_actions.modify_security_group_attribute,
        "ModifySecurityGroupPolicy": security_group_actions.modify_security_group_policy,
        "ReInitDisk": instance_actions.reinit_disk,
        "ReplaceSystemDisk": instance_actions.replace_system_disk,
        "RevokeSecurityGroup": security_rule_actions.revoke_security_group,
        "RevokeSecurityGroupEgress": security_rule_actions.revoke_security_group_egress,
        "RunInstances": instance_actions.run_instances,
        "StartInstance": instance_actions.start_instance,
        "StopInstance": instance_actions.stop_instance,
        "TagResources": tag_actions.tag_resources,
        "UntagResources": tag_actions.untag_resources,
    },
)
