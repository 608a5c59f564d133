"""Names beside the account IDs, so that a preview reads as a person would say it, and tighter guards."""

import pulumi

from pulumi_alicloud_image_share import ImageShare

CONSUMERS = {
    "payments": "1000000000000002",
    "data": "1000000000000003",
    "web": "1000000000000004",
}

share = ImageShare(
    "golden",
    image_id=pulumi.Config().require("imageId"),
    accounts=CONSUMERS,
    max_accounts=20,
    max_unshare_percent=10,
)

pulumi.export("accounts", share.accounts)
