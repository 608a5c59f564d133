"""Programs with a mistake in each line that ends in `# error`, and in no other: for type checkers, never run."""

from __future__ import annotations

import pulumi

import pulumi_alicloud_image_share
from pulumi_alicloud_image_share import (
    ImageCopy,
    ImageShare,
    get_shared_image,
    get_shared_image_output,
)

PAYMENTS = "1000000000000002"
GOLDEN = "m-bp1golden00000000001"
not_public = pulumi_alicloud_image_share.SharingFailed  # error

ImageShare("misspelt", image=GOLDEN, accounts=[PAYMENTS])  # error
ImageShare("misspelt-option", image_id=GOLDEN, accounts=[PAYMENTS], exclusiv=True)  # error
ImageShare("missing", image_id=GOLDEN)  # error
ImageShare(image_id=GOLDEN, accounts=[PAYMENTS])  # error
ImageShare("positional", None, GOLDEN, [PAYMENTS])  # error
ImageShare("string", image_id=GOLDEN, accounts=PAYMENTS)  # error
ImageShare("output-of-string", image_id=GOLDEN, accounts=pulumi.Output.from_input(PAYMENTS))  # error
ImageShare("number", image_id=GOLDEN, accounts=[1000000000000002])  # error
ImageShare("named-number", image_id=GOLDEN, accounts={"payments": 1000000000000002})  # error
ImageShare("nested", image_id=GOLDEN, accounts=[[PAYMENTS]])  # error
ImageShare("no-image", image_id=None, accounts=[PAYMENTS])  # error
ImageShare("flag", image_id=GOLDEN, accounts=[PAYMENTS], exclusive="yes")  # error
ImageShare("an-output", image_id=GOLDEN, accounts=[PAYMENTS], shared_at={})  # error
ImageShare("role", image_id=GOLDEN, accounts=[PAYMENTS], assume_role={"role_arn": 5})  # error
ImageShare("role-misspelt", image_id=GOLDEN, accounts=[PAYMENTS], assume_role={"arn": "x"})  # error
ImageShare("role-empty", image_id=GOLDEN, accounts=[PAYMENTS], assume_role={})  # error
ImageShare("role-text", image_id=GOLDEN, accounts=[PAYMENTS], assume_role="acs:ram::1:role/x")  # error

share = ImageShare("right", image_id=GOLDEN, accounts=[PAYMENTS])
pulumi.export("misspelt", share.acounts)  # error
number: pulumi.Output[int] = share.owner_id  # error

ImageCopy("missing", source_image_id=GOLDEN)  # error
ImageCopy("misspelt", source_image_id=GOLDEN, regoin="cn-beijing", region="cn-beijing")  # error
ImageCopy("tags", source_image_id=GOLDEN, region="cn-beijing", tags={"team": 1})  # error
ImageCopy.get("missing")  # error

get_shared_image(nmae="golden")  # error
get_shared_image(owner_id=1000000000000001, name="golden")  # error
get_shared_image(owner_id=[1000000000000001], name="golden")  # error
get_shared_image(name=share.owner_id)  # error
pulumi.export("misspelt", get_shared_image(name="golden").imageId)  # error

image = get_shared_image_output(name=share.owner_id)
size: pulumi.Output[str] = image.size  # error
get_shared_image_output(owner_id=5, name="golden")  # error
get_shared_image_output(names="golden")  # error
