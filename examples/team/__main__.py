"""A team's program: who may use the image is in the stack's configuration, so that a change of it is reviewed."""

import pulumi

from pulumi_alicloud_image_share import ImageShare

config = pulumi.Config()

share = ImageShare(
    "golden",
    image_id=config.require("imageId"),
    accounts=config.require_object("accounts"),
    opts=pulumi.ResourceOptions(protect=True),
)

pulumi.export("accounts", share.accounts)
