// A story of an image's owner and of a consumer, told by Alibaba Cloud's SDK for Node.js.
//
// It prints what it was answered, as JSON; tests/clients/test_clients.py says what that has to be.
"use strict";

const { Config } = require("@alicloud/openapi-core").$OpenApiUtil;
const { default: Ecs, ...ecs } = require("@alicloud/ecs20140526");
const { default: Sts } = require("@alicloud/sts20150401");

const [home, abroad] = ["cn-hangzhou", "cn-shanghai"];
const { ENDPOINT, PROTOCOL, IMAGE_ID, VSWITCH_ID, SECURITY_GROUP_ID } = process.env;

function connect(who, Client = Ecs) {
    return new Client(
        new Config({
            accessKeyId: process.env[`${who}_KEY`],
            accessKeySecret: process.env[`${who}_SECRET`],
            endpoint: ENDPOINT,
            protocol: PROTOCOL,
            regionId: home,
        }),
    );
}

async function find(client, regionId, imageId) {
    const status = "Creating,Waiting,Available";
    const answer = await client.describeImages(new ecs.DescribeImagesRequest({ regionId, imageId, status }));
    const [image] = answer.body.images.image;
    return image;
}

async function share(client, imageId, change, accounts) {
    for (let first = 0; first < accounts.length; first += 10) {
        const ten = accounts.slice(first, first + 10);
        const request = new ecs.ModifyImageSharePermissionRequest({ regionId: home, imageId, [change]: ten });
        await client.modifyImageSharePermission(request);
    }
}

async function pages(client, imageId) {
    const found = [];
    for (let pageNumber = 1; ; pageNumber++) {
        const page = { regionId: home, imageId, pageNumber, pageSize: 10 };
        const request = new ecs.DescribeImageSharePermissionRequest(page);
        const { accounts, totalCount } = (await client.describeImageSharePermission(request)).body;
        if (accounts.account.length) found.push(accounts.account.map((account) => account.aliyunId));
        if (pageNumber * 10 >= totalCount) return found;
    }
}

async function run(client, imageId) {
    const network = { vSwitchId: VSWITCH_ID, securityGroupId: SECURITY_GROUP_ID };
    const request = { regionId: home, imageId, instanceType: "ecs.g7.large", ...network };
    const answer = await client.runInstances(new ecs.RunInstancesRequest(request));
    const instanceIds = JSON.stringify(answer.body.instanceIdSets.instanceIdSet);
    const query = new ecs.DescribeInstancesRequest({ regionId: home, instanceIds });
    const [instance] = (await client.describeInstances(query)).body.instances.instance;
    return { id: instance.instanceId, image: instance.imageId };
}

async function refusal(call) {
    try {
        await call;
    } catch (error) {
        if (!error.data) throw error;
        const { Code: code, Message: message, RequestId: requestId } = error.data;
        return { code, message, requestId, status: String(error.statusCode) };
    }
    throw new Error("no refusal");
}

async function tell(imageId, accounts) {
    const [owner, consumer] = [connect("OWNER"), connect("CONSUMER")];
    const told = { refusals: [] };
    told.caller = (await connect("OWNER", Sts).getCallerIdentity()).body.accountId;
    told.name = (await find(owner, home, imageId)).imageName;
    told.refusals.push(await refusal(run(consumer, imageId)));
    await share(owner, imageId, "addAccount", accounts);
    told.pages = await pages(owner, imageId);
    told.instance = await run(consumer, imageId);
    const copy = { regionId: home, imageId, destinationRegionId: abroad };
    told.copy = (await owner.copyImage(new ecs.CopyImageRequest(copy))).body.imageId;
    told.copyState = (await find(owner, abroad, told.copy)).status;
    told.refusals.push(await refusal(share(consumer, imageId, "addAccount", accounts.slice(0, 1))));
    await share(owner, imageId, "removeAccount", accounts);
    told.unshared = accounts.length - (await pages(owner, imageId)).flat().length;
    return told;
}

tell(IMAGE_ID, process.env.ACCOUNT_IDS.split(",")).then(
    (told) => console.log(JSON.stringify(told)),
    (error) => {
        console.error(error);
        process.exitCode = 1;
    },
);
