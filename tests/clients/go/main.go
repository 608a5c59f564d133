// A story of an image's owner and of a consumer, told by Alibaba Cloud's SDK for Go.
//
// It prints what it was answered, as JSON; tests/clients/test_clients.py says what that has to be.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/credentials"
	sdkerrors "github.com/aliyun/alibaba-cloud-sdk-go/sdk/errors"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/ecs"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/sts"
)

const home, abroad = "cn-hangzhou", "cn-shanghai"

// Story is all that the program was told.
type Story struct {
	Caller    string              `json:"caller"`
	Name      string              `json:"name"`
	Pages     [][]string          `json:"pages"`
	Copy      string              `json:"copy"`
	CopyState string              `json:"copyState"`
	Instance  map[string]string   `json:"instance"`
	Refusals  []map[string]string `json:"refusals"`
	Unshared  int                 `json:"unshared"`
}

func main() {
	told, err := tell(os.Getenv("IMAGE_ID"), strings.Split(os.Getenv("ACCOUNT_IDS"), ","))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if err := json.NewEncoder(os.Stdout).Encode(told); err != nil {
		panic(err)
	}
}

func tell(imageID string, accounts []string) (told Story, err error) {
	owner, consumer := connect("OWNER"), connect("CONSUMER")
	if told.Caller, err = whoami(); err != nil {
		return
	}
	if told.Name, _, err = find(owner, home, imageID); err != nil {
		return
	}
	told.Refusals = append(told.Refusals, refusal(run(consumer, imageID, &told)))
	if err = share(owner, imageID, accounts, nil); err != nil {
		return
	}
	if told.Pages, err = pages(owner, imageID); err != nil {
		return
	}
	if err = run(consumer, imageID, &told); err != nil {
		return
	}
	if err = copyImage(owner, imageID, &told); err != nil {
		return
	}
	told.Refusals = append(told.Refusals, refusal(share(consumer, imageID, accounts[:1], nil)))
	if err = share(owner, imageID, nil, accounts); err != nil {
		return
	}
	left, err := pages(owner, imageID)
	told.Unshared = len(accounts) - len(slices.Concat(left...))
	return
}

func connect(who string) *ecs.Client {
	client, err := ecs.NewClientWithOptions(home, config(), keys(who))
	if err != nil {
		panic(err)
	}
	client.Domain = os.Getenv("ENDPOINT")
	return client
}

func config() *sdk.Config {
	return sdk.NewConfig().WithScheme(os.Getenv("PROTOCOL")).WithAutoRetry(false)
}

func keys(who string) *credentials.AccessKeyCredential {
	return credentials.NewAccessKeyCredential(os.Getenv(who+"_KEY"), os.Getenv(who+"_SECRET"))
}

func whoami() (string, error) {
	client, err := sts.NewClientWithOptions(home, config(), keys("OWNER"))
	if err != nil {
		return "", err
	}
	client.Domain = os.Getenv("ENDPOINT")
	request := sts.CreateGetCallerIdentityRequest()
	request.Scheme = os.Getenv("PROTOCOL")
	answer, err := client.GetCallerIdentity(request)
	if err != nil {
		return "", err
	}
	return answer.AccountId, nil
}

func find(client *ecs.Client, region, imageID string) (name, status string, err error) {
	request := ecs.CreateDescribeImagesRequest()
	request.RegionId, request.ImageId, request.Status = region, imageID, "Creating,Waiting,Available"
	answer, err := client.DescribeImages(request)
	if err != nil {
		return
	}
	if len(answer.Images.Image) != 1 {
		return "", "", fmt.Errorf("%d images %s in %s", len(answer.Images.Image), imageID, region)
	}
	image := answer.Images.Image[0]
	return image.ImageName, image.Status, nil
}

func share(client *ecs.Client, imageID string, add, remove []string) error {
	for ten := range slices.Chunk(slices.Concat(add, remove), 10) {
		request := ecs.CreateModifyImageSharePermissionRequest()
		request.RegionId, request.ImageId = home, imageID
		if add != nil {
			request.AddAccount = &ten
		} else {
			request.RemoveAccount = &ten
		}
		if _, err := client.ModifyImageSharePermission(request); err != nil {
			return err
		}
	}
	return nil
}

func pages(client *ecs.Client, imageID string) (found [][]string, err error) {
	for number := 1; ; number++ {
		request := ecs.CreateDescribeImageSharePermissionRequest()
		request.RegionId, request.ImageId = home, imageID
		request.PageNumber, request.PageSize = requests.NewInteger(number), requests.NewInteger(10)
		answer, err := client.DescribeImageSharePermission(request)
		if err != nil {
			return nil, err
		}
		page := []string{}
		for _, account := range answer.Accounts.Account {
			page = append(page, account.AliyunId)
		}
		if len(page) > 0 {
			found = append(found, page)
		}
		if number*10 >= answer.TotalCount {
			return found, nil
		}
	}
}

func run(client *ecs.Client, imageID string, told *Story) error {
	request := ecs.CreateRunInstancesRequest()
	request.RegionId, request.ImageId, request.InstanceType = home, imageID, "ecs.g7.large"
	request.VSwitchId, request.SecurityGroupId = os.Getenv("VSWITCH_ID"), os.Getenv("SECURITY_GROUP_ID")
	answer, err := client.RunInstances(request)
	if err != nil {
		return err
	}
	ids, _ := json.Marshal(answer.InstanceIdSets.InstanceIdSet)
	query := ecs.CreateDescribeInstancesRequest()
	query.RegionId, query.InstanceIds = home, string(ids)
	found, err := client.DescribeInstances(query)
	if err != nil {
		return err
	}
	instance := found.Instances.Instance[0]
	told.Instance = map[string]string{"id": instance.InstanceId, "image": instance.ImageId}
	return nil
}

func copyImage(client *ecs.Client, imageID string, told *Story) error {
	request := ecs.CreateCopyImageRequest()
	request.RegionId, request.ImageId, request.DestinationRegionId = home, imageID, abroad
	answer, err := client.CopyImage(request)
	if err != nil {
		return err
	}
	told.Copy = answer.ImageId
	_, told.CopyState, err = find(client, abroad, answer.ImageId)
	return err
}

func refusal(err error) map[string]string {
	var refused *sdkerrors.ServerError
	if !errors.As(err, &refused) {
		panic(fmt.Sprintf("no refusal: %v", err))
	}
	return map[string]string{
		"code":      refused.ErrorCode(),
		"message":   refused.Message(),
		"requestId": refused.RequestId(),
		"status":    fmt.Sprint(refused.HttpStatus()),
	}
}
