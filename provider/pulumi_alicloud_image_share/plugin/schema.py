"""The package's schema: what the plugin serves, made from the descriptions of the kinds. Pure.

`python -m pulumi_alicloud_image_share.plugin.schema` prints it; schema.json beside this file is what it printed.
Its form: https://www.pulumi.com/docs/iac/packages-and-automation/pulumi-packages/schema/
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from ..cloud.credentials import ROLE_ENTRIES
from ..distribution import request as distribution
from ..distribution.request import TYPE
from ..record import Property, PropertyType
from ..resource.base import AnyResource
from ..resource.names import PACKAGE, camel_case, token
from .catalogue import FUNCTIONS, RESOURCES, Function
from .configuration import SETTINGS

PLUGIN_DOWNLOAD_URL: Final = "https://pulumi-resource-alicloud-image-share.invalid"
"""Nowhere: the engine takes a plugin without an address for one of Pulumi's own, and would ask for a name not ours."""
PYTHON_SDK: Final = "pulumi_alicloud_image_share_sdk"
GO_SDK: Final = "image-share.invalid/sdk/go/alicloudimageshare"

_TEXT: Final[Mapping[str, Any]] = {"type": "string"}
_ACCOUNTS: Final = (
    "The accounts to share with: the program's name for each, which previews and errors show, to the account's ID, a "
    "string of digits such as `1000000000000002`. Exactly one of `accounts` and `accountIds` is given."
)
_ACCOUNT_IDS: Final = (
    "The accounts to share with, as a list of account IDs, strings of digits. Exactly one of `accounts` and "
    "`accountIds` is given."
)
_ROLE: Final = {"$ref": f"#/types/{token('AssumeRole')}"}
_ENDPOINTS: Final = {"$ref": f"#/types/{token('Endpoints')}"}
_TYPES: Final[Mapping[PropertyType, Mapping[str, Any]]] = {
    "text": _TEXT,
    "number": {"type": "integer"},
    "percent": {"type": "number"},
    "flag": {"type": "boolean"},
    "map of text": {"type": "object", "additionalProperties": _TEXT},
    "list of text": {"type": "array", "items": _TEXT},
    "accounts": {"type": "object", "additionalProperties": _TEXT},
    "role": _ROLE,
    "endpoints": {"type": "array", "items": _ENDPOINTS},
}


_ONE_OF_FOUR: Final = "Exactly one of `accounts`, `accountIds`, `accountsByRegion` and `accountIdsByRegion` is given."
_DISTRIBUTED_TO: Final[Mapping[str, Any]] = {
    "accounts": {
        **_TYPES["accounts"],
        "description": "The accounts to share with: the program's name for each to the account's ID, a string of "
        f"digits such as `1000000000000002`. {_ONE_OF_FOUR}",
    },
    "accountIds": {
        **_TYPES["list of text"],
        "description": f"The accounts to share with, as a list of account IDs. {_ONE_OF_FOUR}",
    },
    "accountsByRegion": {
        "type": "object",
        "plain": True,
        "additionalProperties": _TYPES["accounts"],
        "description": f"Region ID to the accounts to share with there, as for `accounts`. {_ONE_OF_FOUR}",
    },
    "accountIdsByRegion": {
        "type": "object",
        "plain": True,
        "additionalProperties": _TYPES["list of text"],
        "description": f"Region ID to the accounts to share with there, as a list of account IDs. {_ONE_OF_FOUR}",
    },
}


def schema(version: str) -> dict[str, Any]:
    """The schema of this version of the plugin."""
    return {
        "name": PACKAGE,
        "displayName": "Alibaba Cloud ECS image sharing",
        "version": version,
        "description": "Share Alibaba Cloud ECS custom images across accounts, safely: one resource an image, and a "
        "preview that names who gains and who loses access.",
        "keywords": ["pulumi", "alicloud", "ecs", "image", "share", "kind/native", "category/cloud"],
        "license": "Apache-2.0",
        "publisher": "pulumi-alicloud-image-share",
        "pluginDownloadURL": PLUGIN_DOWNLOAD_URL,
        "language": {
            "csharp": {"respectSchemaVersion": True, "namespaces": {PACKAGE: "AlicloudImageShare"}},
            "go": {"respectSchemaVersion": True, "importBasePath": GO_SDK, "generateResourceContainerTypes": True},
            "nodejs": {"respectSchemaVersion": True, "packageName": f"@pulumi-alicloud-image-share/{PACKAGE}"},
            "python": {
                "respectSchemaVersion": True,
                "packageName": PYTHON_SDK,
                "pyproject": {"enabled": True},
                "inputTypes": "classes-and-dicts",
            },
        },
        "config": {"variables": _settings(), "defaults": []},
        "provider": {
            "description": "As whom, and where, images are shared. Each provider is a process of its own: resources "
            "that share one image need the same one.",
            "inputProperties": _settings(),
        },
        "types": {token("AssumeRole"): _role(), token("Endpoints"): _endpoints()},
        "resources": {
            **{resource_type.plugin_type(): _resource(resource_type) for resource_type in RESOURCES},
            TYPE: _distribution(),
        },
        "functions": {token(function.name): _function(function) for function in FUNCTIONS},
    }


def _settings() -> dict[str, Any]:
    return {
        setting.name: {
            **_TYPES[setting.type],
            "description": setting.doc,
            **({"secret": True} if setting.is_secret else {}),
        }
        for setting in SETTINGS
    }


def _role() -> dict[str, Any]:
    properties = {
        camel_case(name): {"type": "integer" if name == "session_seconds" else "string", "description": doc}
        for name, doc in ROLE_ENTRIES.items()
    }
    return {
        "type": "object",
        "description": "A RAM role to assume.",
        "properties": properties,
        "required": ["roleArn"],
    }


def _endpoints() -> dict[str, Any]:
    return {
        "type": "object",
        "description": "Where services are called.",
        "properties": {
            product: {**_TEXT, "description": f"Where {product.upper()} is called: `host` or `host:port`."}
            for product in ("ecs", "sts")
        },
    }


def _resource(resource_type: type[AnyResource]) -> dict[str, Any]:
    outputs = [item for item in resource_type.properties if item.is_output]
    inputs = [item for item in resource_type.properties if item.is_input]
    return {
        "description": resource_type.doc,
        "properties": {camel_case(item.name): _property(item) for item in outputs},
        "required": sorted(camel_case(item.name) for item in outputs if not item.is_optional),
        "inputProperties": _inputs(inputs),
        "requiredInputs": sorted(
            camel_case(item.name) for item in inputs if item.is_required and item.type != "accounts"
        ),
        "aliases": [{"type": resource_type.dynamic_type}],
    }


def _distribution() -> dict[str, Any]:
    properties = {camel_case(item.name): _property(item) for item in distribution.OUTPUTS}
    inputs: dict[str, Any] = {}
    for item in distribution.INPUTS:
        if item.type == "accounts":
            inputs.update(_DISTRIBUTED_TO)
        else:
            inputs[camel_case(item.name)] = _property(item)
    return {
        "isComponent": True,
        "description": distribution.DOC,
        "properties": properties,
        "required": sorted(properties),
        "inputProperties": inputs,
        "requiredInputs": ["regions"],
    }


def _inputs(items: Iterable[Property]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for item in items:
        if item.type == "accounts":
            found["accounts"] = {**_TYPES["accounts"], "description": _ACCOUNTS}
            found["accountIds"] = {**_TYPES["list of text"], "description": _ACCOUNT_IDS}
        else:
            replaces = {"willReplaceOnChanges": True} if item.replaces else {}
            found[camel_case(item.name)] = {**_property(item), **replaces}
    return found


def _function(function: Function) -> dict[str, Any]:
    def properties(items: Sequence[Property]) -> dict[str, Any]:
        return {camel_case(item.name): _property(item) for item in items}

    required = sorted(camel_case(item.name) for item in function.inputs if item.is_required)
    return {
        "description": function.doc,
        "inputs": {
            "type": "object",
            "properties": properties(function.inputs),
            **({"required": required} if required else {}),
        },
        "outputs": {
            "type": "object",
            "properties": properties(function.outputs),
            "required": sorted(camel_case(item.name) for item in function.outputs),
        },
    }


def _property(item: Property) -> dict[str, Any]:
    form = dict(_TYPES[item.type])
    if item.is_plain:
        form["plain"] = True
        if "items" in form:
            form["items"] = {**form["items"], "plain": True}
    return {**form, "description": item.doc}


def main(arguments: Sequence[str]) -> None:
    """Print the schema of a version."""
    print(json.dumps(schema(arguments[0]), indent=2))


if __name__ == "__main__":
    main(sys.argv[1:])
