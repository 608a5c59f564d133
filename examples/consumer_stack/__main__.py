"""A consumer's stack that needs nothing from the owner's: it asks ECS for the newest golden image that is shared.

It runs with the consumer's credentials, on an emulator where `alicloud:endpoints` and `alicloud:protocol` name one:
pulumi-alicloud and get_shared_image read both. Whom it trusts is configuration: anybody can share an image under any
name.

    pulumi config set --path 'alicloud-image-share:trustedOwners[0]' --type string 1000000000000001
"""

import pulumi
import pulumi_alicloud as alicloud

from pulumi_alicloud_image_share import get_shared_image

config = pulumi.Config()

golden = get_shared_image(family="golden")

instance = alicloud.ecs.Instance(
    "worker",
    image_id=golden.image_id,
    instance_type="ecs.g7.large",
    vswitch_id=config.require("vswitchId"),
    security_groups=[config.require("securityGroupId")],
)

scaling = alicloud.ess.ScalingConfiguration(
    "workers",
    scaling_group_id=config.require("scalingGroupId"),
    image_id=golden.image_id,
    instance_type="ecs.g7.large",
    security_group_id=config.require("securityGroupId"),
    active=True,
    enable=True,
    # The group is not this stack's, and its last configuration, the one that it uses, can't be deleted alone.
    opts=pulumi.ResourceOptions(retain_on_delete=True),
)

pulumi.export("image", {"id": golden.image_id, "name": golden.name, "createdAt": golden.created_at})
