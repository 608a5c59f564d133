"""A consumer's stack: it takes the image's ID in its own region from the owner's stack.

It runs with the consumer's credentials. A new golden image in the owner's stack shows in the next preview of this one.

    pulumi config set owner organization/golden-images/prod
    pulumi config set alicloud:region cn-shanghai
"""

import pulumi
import pulumi_alicloud as alicloud

config = pulumi.Config()
region = pulumi.Config("alicloud").require("region")

image_ids = pulumi.StackReference(config.require("owner")).require_output("imageIds")

instance = alicloud.ecs.Instance(
    "worker",
    image_id=image_ids[region],
    instance_type="ecs.g7.large",
    vswitch_id=config.require("vswitchId"),
    security_groups=[config.require("securityGroupId")],
)

pulumi.export("imageId", instance.image_id)
