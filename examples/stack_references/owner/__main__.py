"""The owner's stack: what it exports is what the consumers' stacks refer to."""

import pulumi

from pulumi_alicloud_image_share import ImageDistribution

config = pulumi.Config()

golden = ImageDistribution(
    "golden",
    image_id=config.require("imageId"),
    regions=config.require_object("regions"),
    accounts=config.require_object("accounts"),
)

pulumi.export("imageIds", golden.image_ids)
