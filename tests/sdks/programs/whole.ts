import * as pulumi from "@pulumi/pulumi";
import * as imageShare from "@pulumi-alicloud-image-share/alicloud-image-share";

const provider = new imageShare.Provider("owner", {
    region: "cn-hangzhou",
    profile: "owner",
    assumeRole: { roleArn: "acs:ram::1000000000000001:role/image-sharer" },
    trustedOwners: ["1000000000000001"],
});
const copy = new imageShare.ImageCopy("golden-beijing", {
    sourceImageId: "m-bp1golden00000000001",
    region: "cn-beijing",
    tags: { team: "platform" },
}, { provider });
const share = new imageShare.ImageShare("golden-beijing", {
    imageId: copy.imageId,
    region: copy.region,
    accounts: { payments: "1000000000000002" },
    maxUnsharePercent: 20,
}, { provider });
new imageShare.ImageShare("golden", {
    imageId: "m-bp1golden00000000001",
    accountIds: ["1000000000000002"],
}, { provider });
const june = new imageShare.ImageDistribution("june", {
    imageId: "m-bp1golden20240601bb0b2",
    regions: ["cn-hangzhou", "cn-beijing"],
    accountsByRegion: {
        "cn-hangzhou": { payments: "1000000000000002" },
        "cn-beijing": { payments: pulumi.secret("1000000000000002") },
    },
}, { provider });
export const imageThere = june.imageIds.apply(ids => ids["cn-beijing"]);
const found = imageShare.getSharedImageOutput({ name: "golden-*" }, { provider });
export const imageId = found.imageId;
export const sharedAt = share.sharedAt;
export const accountIds = imageShare
    .getImageShares({ imageId: "m-bp1golden00000000001" })
    .then(shares => shares.accountIds);
