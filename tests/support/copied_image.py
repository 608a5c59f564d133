"""An image that a program makes itself, by CopyImage, so that its ID is unknown in the first preview."""

from __future__ import annotations

from typing import Any

from alibabacloud_ecs20140526 import models
from alibabacloud_ecs20140526.client import Client
from alibabacloud_tea_openapi.utils_models import Config
from pulumi.dynamic import CreateResult, Resource, ResourceProvider

REGION = "cn-hangzhou"


class CopiedImageProvider(ResourceProvider):
    """Copies an image, and deletes the copy: ECS refuses that while it is shared."""

    serialize_as_secret_always = False

    def create(self, props: dict[str, Any]) -> CreateResult:
        request = models.CopyImageRequest(
            region_id=REGION,
            image_id=props["source"],
            destination_region_id=REGION,
            destination_image_name="copy",
        )
        return CreateResult(_client(props).copy_image(request).body.image_id, props)

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        _client(_props).delete_image(models.DeleteImageRequest(region_id=REGION, image_id=_id))


class CopiedImage(Resource, module="test", name="CopiedImage"):
    """A copy of an image in the same region."""

    def __init__(self, name: str, source: str, config: dict[str, str]) -> None:
        endpoint = config["alicloud:endpoints"].split('"')[3]
        keys = {"key": config["alicloud:accessKey"], "secret": config["alicloud:secretKey"]}
        super().__init__(CopiedImageProvider(), name, {"source": source, "endpoint": endpoint, **keys})


def _client(props: dict[str, Any]) -> Client:
    return Client(
        Config(
            access_key_id=props["key"],
            access_key_secret=props["secret"],
            endpoint=props["endpoint"],
            protocol="HTTP",
            region_id=REGION,
        )
    )
