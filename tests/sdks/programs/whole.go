package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	imageshare "image-share.invalid/sdk/go/alicloudimageshare"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		owner, err := imageshare.NewProvider(ctx, "owner", &imageshare.ProviderArgs{
			Region:  pulumi.String("cn-hangzhou"),
			Profile: pulumi.String("owner"),
			AssumeRole: &imageshare.AssumeRoleArgs{
				RoleArn: pulumi.String("acs:ram::1000000000000001:role/image-sharer"),
			},
			TrustedOwners: pulumi.StringArray{pulumi.String("1000000000000001")},
		})
		if err != nil {
			return err
		}
		image, err := imageshare.NewImageCopy(ctx, "golden-beijing", &imageshare.ImageCopyArgs{
			SourceImageId: pulumi.String("m-bp1golden00000000001"),
			Region:        pulumi.String("cn-beijing"),
			Tags:          pulumi.StringMap{"team": pulumi.String("platform")},
		}, pulumi.Provider(owner))
		if err != nil {
			return err
		}
		share, err := imageshare.NewImageShare(ctx, "golden-beijing", &imageshare.ImageShareArgs{
			ImageId:           image.ImageId,
			Region:            image.Region,
			Accounts:          pulumi.StringMap{"payments": pulumi.String("1000000000000002")},
			MaxUnsharePercent: pulumi.Float64(20),
		}, pulumi.Provider(owner))
		if err != nil {
			return err
		}
		_, err = imageshare.NewImageShare(ctx, "golden", &imageshare.ImageShareArgs{
			ImageId:    pulumi.String("m-bp1golden00000000001"),
			AccountIds: pulumi.StringArray{pulumi.String("1000000000000002")},
		}, pulumi.Provider(owner))
		if err != nil {
			return err
		}
		june, err := imageshare.NewImageDistribution(ctx, "june", &imageshare.ImageDistributionArgs{
			ImageId: pulumi.String("m-bp1golden20240601bb0b2"),
			Regions: []string{"cn-hangzhou", "cn-beijing"},
			AccountsByRegion: map[string]pulumi.StringMapInput{
				"cn-hangzhou": pulumi.StringMap{"payments": pulumi.String("1000000000000002")},
				"cn-beijing":  pulumi.StringMap{"payments": pulumi.String("1000000000000002")},
			},
		}, pulumi.Provider(owner))
		if err != nil {
			return err
		}
		ctx.Export("imageThere", june.ImageIds.MapIndex(pulumi.String("cn-beijing")))
		found := imageshare.GetSharedImageOutput(ctx, imageshare.GetSharedImageOutputArgs{
			Name: pulumi.String("golden-*"),
		}, pulumi.Provider(owner))
		shares, err := imageshare.GetImageShares(ctx, &imageshare.GetImageSharesArgs{ImageId: "m-bp1golden00000000001"})
		if err != nil {
			return err
		}
		ctx.Export("imageId", found.ImageId())
		ctx.Export("sharedAt", share.SharedAt)
		ctx.Export("accountIds", pulumi.ToStringArray(shares.AccountIds))
		return nil
	})
}
