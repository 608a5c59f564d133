"""States of stacks as `pulumi stack export` writes them, made by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pulumi_alicloud_image_share.copy.resource import CopyResource
from pulumi_alicloud_image_share.share.resource import ShareResource

REGION = "cn-hangzhou"
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
DISTRIBUTION = "alicloud-image-share:index:ImageDistribution"


def exported(*resources: Mapping[str, Any], pending: Mapping[str, Mapping[str, Any]] | None = None) -> str:
    """A state with these resources, and with operations under way: what is done, to the resource that it is done to."""
    operations = [{"type": what, "resource": resource} for what, resource in (pending or {}).items()]
    deployment = {"manifest": {}, "resources": list(resources), "pending_operations": operations}
    return json.dumps({"version": 3, "deployment": deployment})


def resource(type_: str, name: str, id_: str, outputs: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A resource of the stack dev of the project shop."""
    stack = more.pop("stack", "dev")
    urn = f"urn:pulumi:{stack}::shop::{type_}::{name}"
    return {"urn": urn, "custom": True, "id": id_, "type": type_, "outputs": dict(outputs), **more}


def share(image_id: str, *accounts: str, name: str = "golden", **more: Any) -> dict[str, Any]:
    """An ImageShare of the dynamic frontend; accounts are IDs, or name=ID."""
    named = {text.rpartition("=")[2]: text.rpartition("=")[0] for text in accounts}
    outputs = {
        "image_id": image_id,
        "region": REGION,
        "accounts": more.pop("secret_accounts", named),
        "exclusive": more.pop("exclusive", True),
        "owner_id": more.pop("owner_id", "1000000000000001"),
    }
    return resource(ShareResource.dynamic_type, name, f"{REGION}:{image_id}", outputs, **more)


def plugin_share(image_id: str, *accounts: str, name: str = "golden", **more: Any) -> dict[str, Any]:
    """An ImageShare of the plugin."""
    outputs = {"imageId": image_id, "region": REGION, "accounts": dict.fromkeys(accounts, ""), "exclusive": True}
    return resource(ShareResource.plugin_type(), name, f"{REGION}:{image_id}", outputs, **more)


def copy(image_id: str, region: str = REGION, name: str = "copy", of: str = "", **more: Any) -> dict[str, Any]:
    """An ImageCopy of the dynamic frontend, of that image."""
    outputs = {"image_id": image_id, "region": region, "source_image_id": of}
    return resource(CopyResource.dynamic_type, name, f"{region}:{image_id}", outputs, **more)
