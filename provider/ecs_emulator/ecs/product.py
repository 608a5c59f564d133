"""Every action of ECS that is served."""

from __future__ import annotations

from typing import Final

from ..actions import Product
from . import image_actions, instance_actions, region_actions, share_actions, tag_actions

ECS: Final = Product(
    name="ecs",
    version="2014-05-26",
    actions={
        "CancelCopyImage": image_actions.cancel_copy_image,
        "CopyImage": image_actions.copy_image,
        "DeleteImage": image_actions.delete_image,
        "DescribeDisks": instance_actions.describe_disks,
        "DescribeImageSharePermission": share_actions.describe_image_share_permission,
        "DescribeImages": image_actions.describe_images,
        "DescribeInstances": instance_actions.describe_instances,
        "DescribeRegions": region_actions.describe_regions,
        "ListTagResources": tag_actions.list_tag_resources,
        "ModifyImageAttribute": image_actions.modify_image_attribute,
        "ModifyImageSharePermission": share_actions.modify_image_share_permission,
        "ReInitDisk": instance_actions.reinit_disk,
        "ReplaceSystemDisk": instance_actions.replace_system_disk,
        "RunInstances": instance_actions.run_instances,
        "StartInstance": instance_actions.start_instance,
        "StopInstance": instance_actions.stop_instance,
        "TagResources": tag_actions.tag_resources,
        "UntagResources": tag_actions.untag_resources,
    },
)
