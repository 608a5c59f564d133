"""The configuration of a Pulumi stack for an emulator."""

from __future__ import annotations

import json
from typing import Final

from .registry import product_names

ACCOUNT_TYPE: Final = "International"
"""Without an `alicloud:accountType`, pulumi-alicloud asks BssOpenApi at business.aliyuncs.com for it."""


def stack_settings(endpoint: str, protocol: str) -> dict[str, str]:
    """The configuration that points a stack at an emulator, without credentials."""
    return {
        "alicloud:endpoints": json.dumps([dict.fromkeys(product_names(), endpoint)]),
        "alicloud:protocol": protocol,
        "alicloud:accountType": ACCOUNT_TYPE,
    }


def stack_commands(endpoint: str, protocol: str) -> list[str]:
    """The commands that set this configuration, one in each line."""
    return [
        *(f"  pulumi config set --path 'alicloud:endpoints[0].{name}' {endpoint}" for name in product_names()),
        f"  pulumi config set alicloud:protocol {protocol}",
        f"  pulumi config set alicloud:accountType {ACCOUNT_TYPE}",
    ]
