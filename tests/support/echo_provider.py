"""A stand-in for the provider plugin of pulumi-alicloud: what a program asks for is what there is, in no cloud.

It is enough where only types and properties matter, as they do to policies. Its function getImages asks ECS.
"""

from __future__ import annotations

import json
import re
import signal
import sys
from concurrent import futures
from typing import Any

import grpc
from alibabacloud_ecs20140526 import models as ecs_models
from alibabacloud_ecs20140526.client import Client as EcsClient
from alibabacloud_tea_openapi.models import Config
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc
from pulumi.runtime.rpc import UNKNOWN

NEW_IMAGE_ID = "m-bp1madebystack00000001"


class EchoProvider(provider_pb2_grpc.ResourceProviderServicer):
    """Answers with what it is asked; an image that it makes has the ID `NEW_IMAGE_ID`, known once it is made."""

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: N802, as the protocol names it
        return plugin_pb2.PluginInfo()

    def CheckConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)

    def Configure(self, request: Any, context: Any) -> Any:  # noqa: N802
        self.settings = {key.rpartition(":")[2]: value for key, value in request.variables.items()}
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    def Check(self, request: Any, context: Any) -> Any:  # noqa: N802
        return provider_pb2.CheckResponse(inputs=request.news)

    def Diff(self, request: Any, context: Any) -> Any:  # noqa: N802
        same = request.old_inputs == request.news
        changes = provider_pb2.DiffResponse.DIFF_NONE if same else provider_pb2.DiffResponse.DIFF_SOME
        return provider_pb2.DiffResponse(changes=changes)

    def Create(self, request: Any, context: Any) -> Any:  # noqa: N802
        made = "" if request.preview else _id_of(request.urn)
        return provider_pb2.CreateResponse(id=made, properties=_outputs(request.properties, made or UNKNOWN))

    def Update(self, request: Any, context: Any) -> Any:  # noqa: N802
        return provider_pb2.UpdateResponse(properties=_outputs(request.news, request.id))

    def Read(self, request: Any, context: Any) -> Any:  # noqa: N802
        return provider_pb2.ReadResponse(id=request.id, properties=request.properties, inputs=request.inputs)

    def Delete(self, request: Any, context: Any) -> Any:  # noqa: N802
        return empty_pb2.Empty()

    def Invoke(self, request: Any, context: Any) -> Any:  # noqa: N802
        assert request.tok == "alicloud:ecs/getImages:getImages", request.tok
        found = struct_pb2.Struct()
        found.update({"images": _images(self.settings, dict(request.args))})
        return provider_pb2.InvokeResponse(**{"return": found})

    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: N802
        return empty_pb2.Empty()


def _id_of(urn: str) -> str:
    return NEW_IMAGE_ID if "::alicloud:ecs/image:Image::" in urn else urn.rsplit("::", 1)[1]


def _outputs(inputs: struct_pb2.Struct, id_: str) -> struct_pb2.Struct:
    outputs = struct_pb2.Struct()
    outputs.CopyFrom(inputs)
    outputs.update({"id": id_})
    return outputs


def _images(settings: dict[str, str], arguments: dict[str, str]) -> list[dict[str, str]]:
    """What DescribeImages answers, as the data source alicloud_images has it."""
    client = EcsClient(
        Config(
            access_key_id=settings["accessKey"],
            access_key_secret=settings["secretKey"],
            endpoint=json.loads(settings["endpoints"])[0]["ecs"],
            protocol=settings["protocol"],
            region_id=settings["region"],
        )
    )
    request = ecs_models.DescribeImagesRequest(
        region_id=settings["region"],
        image_owner_alias=arguments["owners"],
        status=arguments["status"],
        page_size=100,
        page_number=1,
    )
    found = client.describe_images(request).body.images.image
    return [
        {"id": image.image_id, "name": image.image_name, "creationTime": image.creation_time}
        for image in found
        if re.search(arguments["nameRegex"], image.image_name)
    ]


def main() -> None:
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=4))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(EchoProvider(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    main()
