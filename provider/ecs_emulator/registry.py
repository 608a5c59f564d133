"""Every action that is served."""

from __future__ import annotations

from typing import Final

from . import actions, errors, image_actions, instance_actions, sts_actions, tag_actions
from .actions import Action

_ECS: Final[dict[str, Action]] = {
    "CancelCopyImage": image_actions.cancel_copy_image,
    "CopyImage": image_actions.copy_image,
    "DeleteImage": image_actions.delete_image,
    "DescribeDisks": instance_actions.describe_disks,
    "DescribeImageSharePermission": image_actions.describe_image_share_permission,
    "DescribeImages": image_actions.describe_images,
    "DescribeInstances": instance_actions.describe_instances,
    "DescribeRegions": actions.describe_regions,
    "ListTagResources": tag_actions.list_tag_resources,
    "ModifyImageAttribute": image_actions.modify_image_attribute,
    "ModifyImageSharePermission": image_actions.modify_image_share_permission,
    "ReInitDisk": instance_actions.reinit_disk,
    "ReplaceSystemDisk": instance_actions.replace_system_disk,
    "RunInstances": instance_actions.run_instances,
    "StartInstance": instance_actions.start_instance,
    "StopInstance": instance_actions.stop_instance,
    "TagResources": tag_actions.tag_resources,
    "UntagResources": tag_actions.untag_resources,
}
_STS: Final[dict[str, Action]] = {
    "AssumeRole": sts_actions.assume_role,
    "GetCallerIdentity": sts_actions.get_caller_identity,
}
_BY_VERSION: Final = {"2014-05-26": ("ecs", _ECS), "2015-04-01": ("sts", _STS)}


def find_action(version: str, name: str) -> tuple[str, Action]:
    """The product and the action of that version; InvalidVersion or InvalidApi.NotFound if there is none."""
    if version not in _BY_VERSION:
        raise errors.invalid_version()
    product, served = _BY_VERSION[version]
    if name not in served:
        raise errors.unknown_api()
    return product, served[name]
