"""Share the image and the accounts of the stack's configuration. The repository's own Pulumi.yaml runs it."""

import pulumi

from pulumi_alicloud_image_share import ImageShare

config = pulumi.Config()

share = ImageShare(
    "golden",
    image_id=config.require("imageId"),
    accounts=config.require_object("accounts"),
    exclusive=config.get_bool("exclusive"),
)

pulumi.export("image", share.image_id)
pulumi.export("accounts", share.account_ids)
pulumi.export("sharedAt", share.shared_at)
