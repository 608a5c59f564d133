"""Several stacks share one image, each with its own accounts: `exclusive=False` leaves those of the others alone.

Run it as two stacks, one for each team, with the same imageId and other accounts:

    pulumi stack init payments && pulumi config set --path 'accounts[0]' --type string 1000000000000002
    pulumi stack init data     && pulumi config set --path 'accounts[0]' --type string 1000000000000003
"""

import pulumi

from pulumi_alicloud_image_share import ImageShare

config = pulumi.Config()

share = ImageShare(
    "golden",
    image_id=config.require("imageId"),
    accounts=config.require_object("accounts"),
    exclusive=False,
)

pulumi.export("accounts", share.account_ids)
