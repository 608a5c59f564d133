"""The shortest program: one image, two accounts. `protect` keeps `pulumi destroy` from unsharing it."""

import pulumi

from pulumi_alicloud_image_share import ImageShare

share = ImageShare(
    "golden",
    image_id=pulumi.Config().require("imageId"),
    accounts=["1000000000000002", "1000000000000003"],
    opts=pulumi.ResourceOptions(protect=True),
)

pulumi.export("accounts", share.account_ids)
