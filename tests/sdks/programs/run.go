package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	imageshare "image-share.invalid/sdk/go/alicloudimageshare"
)

func program(ctx *pulumi.Context) error {
	payments := pulumi.StringMap{"payments": pulumi.String("1000000000000002")}
	golden, err := imageshare.NewImageDistribution(ctx, "golden", &imageshare.ImageDistributionArgs{
		Images:  []string{os.Getenv("IMAGE_ID")},
		Regions: []string{"cn-hangzhou", "cn-shanghai"},
		AccountsByRegion: map[string]pulumi.StringMapInput{
			"cn-hangzhou": payments,
			"cn-shanghai": payments,
		},
		Exclusive: pulumi.Bool(false),
	})
	if err != nil {
		return err
	}
	share, err := imageshare.NewImageShare(ctx, "data", &imageshare.ImageShareArgs{
		ImageId:   golden.ImageIds.MapIndex(pulumi.String("cn-shanghai")),
		Region:    pulumi.String("cn-shanghai"),
		Accounts:  pulumi.StringMap{"data": pulumi.String("1000000000000003")},
		Exclusive: pulumi.Bool(false),
	})
	if err != nil {
		return err
	}
	ctx.Export("images", golden.ImageIds)
	ctx.Export("sources", golden.Images)
	ctx.Export("accountIds", share.AccountIds)
	return nil
}

func run(ctx context.Context) error {
	stack, err := auto.UpsertStackInlineSource(ctx, "dev", "shop", program, auto.WorkDir("."))
	if err != nil {
		return err
	}
	up, err := stack.Up(ctx)
	if err != nil {
		return err
	}
	outputs := map[string]any{}
	for name, output := range up.Outputs {
		outputs[name] = output.Value
	}
	again, err := stack.Up(ctx)
	if err != nil {
		return err
	}
	text, err := json.Marshal(map[string]any{"outputs": outputs, "again": again.Summary.ResourceChanges})
	if err != nil {
		return err
	}
	fmt.Println(string(text))
	return nil
}

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
