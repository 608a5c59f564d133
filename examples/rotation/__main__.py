"""A golden image that is replaced every month, while the last one stays shared.

A new image is a new imageId, nothing else. `keep_previous=1` keeps the copies and shares of the image before, so that
instances made from it can still re-initialise their disks; the image before that is retired in the same update.

    pulumi config set imageId m-bp1golden20240601bb0b2
    pulumi preview --diff    # names what is copied, shared, unshared and deleted
    pulumi up

Where a pipeline keeps the list itself, `images=config.require_object("images")` instead of image_id and keep_previous
says which images stay, the newest first.
"""

import pulumi

from pulumi_alicloud_image_share import ImageDistribution

config = pulumi.Config()

golden = ImageDistribution(
    "golden",
    image_id=config.require("imageId"),
    regions=["cn-hangzhou", "cn-shanghai"],
    accounts={"payments": "1000000000000002", "data": "1000000000000003"},
    keep_previous=1,
)

pulumi.export("imageIds", golden.image_ids)
pulumi.export("imageHistory", golden.image_history)
