"""A golden image that is replaced every month, while the last one stays shared.

`images` lists the images that are distributed, the newest first. The previous one stays listed, so that instances made
from it can still re-initialise their disks; the one before that is retired in the same update.

    pulumi config set --path 'images[0]' m-bp1golden20240601bb0b2
    pulumi config set --path 'images[1]' m-bp1golden20240501aa0a1
    pulumi preview --diff    # names what is copied, shared, unshared and deleted
    pulumi up
"""

import pulumi

from pulumi_alicloud_image_share import ImageDistribution

config = pulumi.Config()

golden = ImageDistribution(
    "golden",
    images=config.require_object("images"),
    regions=["cn-hangzhou", "cn-shanghai"],
    accounts={"payments": "1000000000000002", "data": "1000000000000003"},
)

pulumi.export("imageIds", golden.image_ids)
pulumi.export("images", golden.images)
