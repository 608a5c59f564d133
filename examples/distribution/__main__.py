"""A golden image in three regions, shared with five accounts in each.

The image is in the region of `alicloud-image-share:region`, cn-hangzhou here. Each other region gets a copy:

    pulumi config set alicloud-image-share:region cn-hangzhou
    pulumi config set imageId m-bp1golden00000000001
    pulumi up
"""

import pulumi

from pulumi_alicloud_image_share import ImageDistribution

config = pulumi.Config()

golden = ImageDistribution(
    "golden",
    image_id=config.require("imageId"),
    regions=["cn-hangzhou", "cn-shanghai", "eu-central-1"],
    accounts={
        "payments": "1000000000000002",
        "data": "1000000000000003",
        "web": "1000000000000004",
        "partner": "1000000000000005",
        "lab": "2000000000000001",
    },
    family="golden",
    tags={"team": "platform"},
)

pulumi.export("imageIds", golden.image_ids)
