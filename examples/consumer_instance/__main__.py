"""The owner shares an image, and an instance in the consumer's account runs from it.

The owner's credentials are the stack's (`alicloud:...`), the consumer's are `consumer:accessKey` and
`consumer:secretKey`. Where the clouds of both are is the stack's to say: with `alicloud:endpoints` and
`alicloud:protocol` the whole runs on an emulator. The instance depends on the share: it is made after the image is
shared, and on the way down it goes before the image is unshared.
"""

import pulumi
import pulumi_alicloud as alicloud

from pulumi_alicloud_image_share import ImageShare

config = pulumi.Config()
stack = pulumi.Config("alicloud")
consumer = pulumi.Config("consumer")

share = ImageShare(
    "golden",
    image_id=config.require("imageId"),
    accounts={"payments": consumer.require("accountId")},
)

payments = alicloud.Provider(
    "payments",
    region=share.region,
    access_key=consumer.require_secret("accessKey"),
    secret_key=consumer.require_secret("secretKey"),
    endpoints=stack.get_object("endpoints"),
    protocol=stack.get("protocol"),
    account_type=stack.get("accountType"),
)

instance = alicloud.ecs.Instance(
    "worker",
    image_id=share.image_id,
    instance_type="ecs.g7.large",
    vswitch_id=consumer.require("vswitchId"),
    security_groups=[consumer.require("securityGroupId")],
    opts=pulumi.ResourceOptions(provider=payments, depends_on=[share]),
)

pulumi.export("instance", instance.id)
