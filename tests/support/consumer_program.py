"""A consumer's program without an engine, but with a stack's configuration and an event loop of its own."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import pulumi
from pulumi.runtime import Settings, configure, set_all_config

from ecs_emulator import Emulator

T = TypeVar("T")


@dataclass(frozen=True)
class Seen:
    """What an Output turned out to be."""

    value: Any
    is_known: bool
    is_secret: bool


def consumer_config(ecs: Emulator, account: str = "payments") -> dict[str, str]:
    """The stack's configuration of a consumer."""
    key = ecs.account(account)
    return {
        "alicloud:region": "cn-hangzhou",
        "alicloud:accessKey": key.access_key_id,
        "alicloud:secretKey": key.access_key_secret,
        "alicloud:endpoints": f'[{{"ecs": "{ecs.endpoint}"}}]',
        "alicloud:protocol": "HTTP",
        "alicloud-image-share:retrySeconds": "5",
    }


def run_program(config: Mapping[str, str], program: Callable[[], T], *, preview: bool = False) -> T:
    """Run a program; whatever it sets is gone after."""

    async def main() -> T:
        configure(Settings("shop", "dev", dry_run=preview))
        set_all_config(dict(config))
        return program()

    return contextvars.copy_context().run(asyncio.run, main())


def see(config: Mapping[str, str], program: Callable[[], pulumi.Output[Any]], *, preview: bool = False) -> Seen:
    """Run a program that returns an Output, and wait for it."""

    async def main() -> Seen:
        configure(Settings("shop", "dev", dry_run=preview))
        set_all_config(dict(config))
        output = program()
        return Seen(await output.future(), await output.is_known(), await output.is_secret())

    return contextvars.copy_context().run(asyncio.run, main())


def unknown() -> pulumi.Output[Any]:
    """What a preview can't know yet."""

    async def later(value: Any) -> Any:
        return value

    return pulumi.Output(set(), later(None), later(False))
