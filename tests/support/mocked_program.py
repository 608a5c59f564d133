"""Run a Pulumi program against Pulumi's mocks and print what it registers, as JSON: `python -m support.mocked_program`.

For programs that need a provider whose plugin can't be had everywhere. A process of its own, since mocks are global.
"""

from __future__ import annotations

import json
import runpy
import sys
from typing import Any

import pulumi

BUILDS = [
    {"id": "m-bp1golden20240501aa0a1", "creationTime": "2024-05-01T08:00:00Z"},
    {"id": "m-bp1golden20240701cc0c3", "creationTime": "2024-07-01T08:00:00Z"},
    {"id": "m-bp1golden20240601bb0b2", "creationTime": "2024-06-01T08:00:00Z"},
]
"""The images that `alicloud.ecs.get_images` finds."""
SHARED_IMAGE = "m-bp1shared00000000001"
STACK_OUTPUTS = {"imageId": SHARED_IMAGE, "accounts": ["1000000000000002"], "name": "golden-*"}


class Recorder(pulumi.runtime.Mocks):
    """Answers every registration with its inputs, and keeps it."""

    def __init__(self) -> None:
        self.registered: list[dict[str, Any]] = []

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        self.registered.append(
            {
                "type": args.typ,
                "name": args.name,
                "inputs": {key: value for key, value in args.inputs.items() if not key.startswith("__")},
                "provider": args.provider,
            }
        )
        if args.typ.endswith(":ImageCopy"):
            # The package reads the image's ID out of the copy's.
            made = f"{args.inputs.get('region')}:m-mocked{len(self.registered):012}"
            return args.resource_id or made, args.inputs
        if args.typ == "pulumi:pulumi:StackReference":
            return args.name, {**args.inputs, "outputs": STACK_OUTPUTS}
        return f"{args.name}-id", args.inputs

    def call(self, args: pulumi.runtime.MockCallArgs) -> dict[str, Any]:
        if args.token == "alicloud:ecs/getImages:getImages":
            return {"images": BUILDS}
        if args.token != "alicloud-image-share:index:getSharedImage":
            return {}
        image_id = "" if args.args.get("architecture") == "arm64" else SHARED_IMAGE
        return {"image_id": image_id, "encrypted": args.args.get("family") == "encrypted"}


def main() -> None:
    program, config = sys.argv[1], json.loads(sys.argv[2])
    recorder = Recorder()
    pulumi.runtime.set_mocks(recorder, project="shop", stack="dev")
    pulumi.runtime.set_all_config(config)

    pulumi.runtime.test(lambda: runpy.run_path(program, run_name="__main__") and None)()
    print(json.dumps(recorder.registered))


if __name__ == "__main__":
    main()
