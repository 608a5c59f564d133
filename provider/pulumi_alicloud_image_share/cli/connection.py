"""From options and the environment to ECS, through the settings, credentials and transport of the provider."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ..cloud.cancellation import Cancellation
from ..cloud.credentials import find_credential
from ..cloud.settings import Settings, read_settings
from ..errors import ConfigError
from ..slots import Words, render
from ..values import is_region, shown

if TYPE_CHECKING:
    from types import FrameType

    from ..cloud.ecs import Ecs

_PRODUCTS: Final = ("ecs", "sts")
_ANY_REGION: Final = "cn-hangzhou"
"""Where regions are asked for, if none is known: every region lists all."""

WORDS: Final = Words(
    settings={
        "credentials": "give --profile, or set",
        "assumeRole": "--assume-role",
        "endpoints": "--endpoint",
        "profile": "--profile",
        "protocol": "--protocol",
        "region": "--region",
        "retrySeconds": "--retry-seconds",
        "securityToken": "ALIBABA_CLOUD_SECURITY_TOKEN",
    }
)
"""What settings are called on the command line."""


@dataclass(frozen=True)
class Options:
    """How ECS is to be called, as the command line says it; None for what it does not say.

    Attributes:
        profile: The profile of the Alibaba Cloud CLI.
        role_arn: The ARN of the role to assume.
        endpoints: "ecs=host:port" and such.
        protocol: "HTTPS" or "HTTP".
        retry_seconds: How long a call is repeated, in seconds.
    """

    profile: str | None = None
    role_arn: str | None = None
    endpoints: Sequence[str] = ()
    protocol: str | None = None
    retry_seconds: float | None = None


def in_options(text: str) -> str:
    """Return a text of the package as the command line writes it."""
    return render(text, WORDS)


def settings_of(options: Options, regions: Sequence[str]) -> Settings:
    """The settings that options and environment give. Faults are in them.

    Args:
        options: The options.
        regions: The IDs of the regions that the command line names.

    Raises:
        ConfigError: An option can't be used.
    """
    # A variable of a pipeline that is not set would let the environment's account be audited.
    for name, value in (("--profile", options.profile), ("--assume-role", options.role_arn)):
        if value is not None and not value.strip():
            raise ConfigError(f"{name} is empty: give a value, or leave it out to use the environment's credentials.")
    faulty = [region for region in regions if not is_region(region)]
    if faulty:
        raise ConfigError(f"{shown(faulty[0])} can't be a region: give a region ID such as cn-hangzhou.")
    given: dict[str, Any] = {
        "alicloud-image-share:region": regions[0] if regions else None,
        "alicloud-image-share:profile": options.profile,
        "alicloud-image-share:assumeRole": json.dumps({"roleArn": options.role_arn}) if options.role_arn else None,
        "alicloud-image-share:endpoints": json.dumps([_endpoints(options.endpoints)]) if options.endpoints else None,
        "alicloud-image-share:protocol": options.protocol,
        "alicloud-image-share:retrySeconds": options.retry_seconds,
    }
    return read_settings(given.get, os.environ)


@contextmanager
def connected(settings: Settings, notify: Callable[[str], None] = lambda _: None) -> Iterator[Ecs]:
    """ECS as these settings have it, until the command is interrupted: ^C ends calls and waits within a second.

    Args:
        settings: The settings.
        notify: Told where calls have been waiting for long.

    Raises:
        ConfigError: A setting can't be used, or there are no credentials.
    """
    credential = find_credential(settings)
    # The SDK takes a second or two to import, which help and bad input need not spend.
    from ..cloud.ecs import Ecs

    cancellation = Cancellation()

    def cancel(_number: int, _frame: FrameType | None) -> None:
        cancellation.cancel()

    before = {number: signal.signal(number, cancel) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield Ecs(settings, credential, notify=notify, cancellable=cancellation)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def regions_of(named: Sequence[str], every: bool, settings: Settings, ecs: Ecs) -> tuple[str, ...]:
    """The regions to look at: those that are named, or the one of the environment.

    Args:
        named: The IDs of the regions that the command line names.
        every: Whether it names all that ECS has.
        settings: The settings.
        ecs: ECS, which lists them.

    Raises:
        ConfigError: No region is given.
        EcsError: The regions can't be listed.
    """
    if every:
        return tuple(dict.fromkeys((*named, *ecs.regions(settings.region or _ANY_REGION))))
    return tuple(dict.fromkeys(named)) or (one_region(settings),)


def one_region(settings: Settings) -> str:
    """The region that is given.

    Raises:
        ConfigError: None is.
    """
    if settings.region is None:
        raise ConfigError("no region is given: give --region, or set the environment variable ALIBABA_CLOUD_REGION.")
    if not is_region(settings.region):
        raise ConfigError(f"{shown(settings.region)} can't be a region: give a region ID such as cn-hangzhou.")
    return settings.region


def _endpoints(texts: Sequence[str]) -> dict[str, str]:
    found = {}
    for text in texts:
        product, separator, address = text.partition("=")
        if product not in _PRODUCTS or not separator:
            raise ConfigError(f"--endpoint {shown(text)}: give ecs=HOST:PORT or sts=HOST:PORT.")
        found[product] = address
    return found
