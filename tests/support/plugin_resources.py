"""The plugin's resources in programs of tests: as an SDK registers them, with Python's names."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pulumi

from pulumi_alicloud_image_share.copy.resource import CopyResource
from pulumi_alicloud_image_share.distribution.request import OUTPUTS, TYPE
from pulumi_alicloud_image_share.plugin.properties import for_program
from pulumi_alicloud_image_share.resource.base import AnyResource
from pulumi_alicloud_image_share.resource.names import PACKAGE, camel_case
from pulumi_alicloud_image_share.share.resource import ShareResource

BESIDE_PYTHON = f"plugins: {{providers: [{{name: {PACKAGE}, path: '{Path(sys.executable).parent}'}}]}}\n"
"""Where the engine finds the plugin, in a project's file."""


class _Resource(pulumi.CustomResource):
    """A resource whose outputs are attributes, with Python's names."""

    kind: type[AnyResource]

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None, /, **inputs: Any) -> None:
        outputs = {camel_case(item.name): None for item in self.kind.properties if item.is_output}
        alias = pulumi.ResourceOptions(aliases=[pulumi.Alias(type_=self.kind.dynamic_type)])
        opts = pulumi.ResourceOptions.merge(alias, opts)
        super().__init__(self.kind.plugin_type(), name, {**outputs, **for_program(inputs)}, opts)

    def __getattr__(self, name: str) -> Any:
        return pulumi.get(self, camel_case(name)) if not name.startswith("_") else super().__getattribute__(name)


class ImageShare(_Resource):
    kind = ShareResource


class ImageCopy(_Resource):
    kind = CopyResource


class ImageDistribution(pulumi.ComponentResource):
    """A distribution that the plugin makes; accounts are said as a Python program says them."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None, **inputs: Any) -> None:
        if "accounts" in inputs:
            accounts = inputs.pop("accounts")
            inputs[list_of(accounts)] = accounts
        outputs = {camel_case(item.name): None for item in OUTPUTS}
        super().__init__(TYPE, name, {**outputs, **for_program(inputs)}, opts, remote=True)

    def __getattr__(self, name: str) -> Any:
        return pulumi.get(self, camel_case(name)) if not name.startswith("_") else super().__getattribute__(name)


def list_of(accounts: Any) -> str:
    """The property of the plugin's that takes accounts of this form."""
    by_region = list(accounts.values()) if isinstance(accounts, Mapping) else []
    if any(isinstance(each, Mapping) for each in by_region):
        return "accounts_by_region"
    if any(isinstance(each, list) for each in by_region):
        return "account_ids_by_region"
    return "account_ids" if isinstance(accounts, list) else "accounts"


class Provider(pulumi.ProviderResource):
    """An explicit provider."""

    def __init__(self, name: str, **settings: Any) -> None:
        super().__init__(PACKAGE, name, settings)


def plugin_settings(config: Mapping[str, str]) -> dict[str, str]:
    """A stack's configuration for the plugin, from that for the dynamic frontend, which is there too."""
    return {**config, **{f"{PACKAGE}:{key.partition(':')[2]}": value for key, value in config.items()}}
