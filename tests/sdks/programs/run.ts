import { LocalWorkspace } from "@pulumi/pulumi/automation";
import * as imageShare from "./sdk";

async function program() {
    const golden = new imageShare.ImageDistribution("golden", {
        images: [process.env.IMAGE_ID!],
        regions: ["cn-hangzhou", "cn-shanghai"],
        accountsByRegion: {
            "cn-hangzhou": { payments: "1000000000000002" },
            "cn-shanghai": { payments: "1000000000000002" },
        },
        exclusive: false,
    });
    const share = new imageShare.ImageShare("data", {
        imageId: golden.imageIds.apply(ids => ids["cn-shanghai"]),
        region: "cn-shanghai",
        accounts: { data: "1000000000000003" },
        exclusive: false,
    });
    return { images: golden.imageIds, sources: golden.images, accountIds: share.accountIds };
}

async function main() {
    const where = { workDir: process.cwd() };
    const stack = await LocalWorkspace.createOrSelectStack({ stackName: "dev", projectName: "shop", program }, where);
    const up = await stack.up();
    const outputs = Object.fromEntries(Object.entries(up.outputs).map(([name, output]) => [name, output.value]));
    const again = await stack.up();
    console.log(JSON.stringify({ outputs, again: again.summary.resourceChanges }));
}

main().catch(failure => {
    console.error(String(failure));
    process.exit(1);
});
