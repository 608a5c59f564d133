import pulumi
import pulumi_alicloud_image_share_sdk as image_share

owner = image_share.Provider(
    "owner",
    region="cn-hangzhou",
    profile="owner",
    assume_role={"role_arn": "acs:ram::1000000000000001:role/image-sharer"},
    trusted_owners=["1000000000000001"],
)
options = pulumi.ResourceOptions(provider=owner)
copy = image_share.ImageCopy(
    "golden-beijing",
    source_image_id="m-bp1golden00000000001",
    region="cn-beijing",
    tags={"team": "platform"},
    opts=options,
)
share = image_share.ImageShare(
    "golden-beijing",
    image_id=copy.image_id,
    region=copy.region,
    accounts={"payments": "1000000000000002"},
    max_unshare_percent=20,
    opts=options,
)
image_share.ImageShare("golden", image_id="m-bp1golden00000000001", account_ids=["1000000000000002"], opts=options)
june = image_share.ImageDistribution(
    "june",
    image_id="m-bp1golden20240601bb0b2",
    regions=["cn-hangzhou", "cn-beijing"],
    accounts_by_region={
        "cn-hangzhou": {"payments": "1000000000000002"},
        "cn-beijing": {"payments": pulumi.Output.secret("1000000000000002")},
    },
    opts=options,
)
pulumi.export("imageThere", june.image_ids.apply(lambda ids: ids["cn-beijing"]))
found = image_share.get_shared_image_output(name="golden-*", opts=pulumi.InvokeOptions(provider=owner))
shares = image_share.get_image_shares(image_id="m-bp1golden00000000001")
pulumi.export("imageId", found.image_id)
pulumi.export("sharedAt", share.shared_at)
pulumi.export("accountIds", shares.account_ids)
