"""Clients of the SDKs, one a region: where each product is called, and as whom."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Final

from alibabacloud_credentials.client import Client as CredentialClient
from alibabacloud_tea_openapi.utils_models import Config

from .settings import Settings

USER_AGENT: Final = "pulumi-alicloud-image-share"
_STS_OF_NO_REGION: Final = "sts.aliyuncs.com"


class Connections:
    """One client of a product a region, made when it is first needed. Safe to use from several threads."""

    def __init__(self, make: Callable[[Config], Any], endpoint: str | None, protocol: str, as_whom: Any) -> None:
        """Make no client yet.

        Args:
            make: Makes a client of the SDK.
            endpoint: "host" or "host:port", None for the region's own.
            protocol: "HTTPS" or "HTTP".
            as_whom: A client of alibabacloud-credentials.
        """
        self._make = make
        self._endpoint = endpoint
        self._protocol = protocol
        self._as_whom = as_whom
        self._clients: dict[str, Any] = {}
        self._lock = threading.Lock()

    def client(self, region: str) -> Any:
        """The client for a region; "" where none is known."""
        with self._lock:
            if region not in self._clients:
                self._clients[region] = self._make(
                    Config(
                        credential=self._as_whom,
                        region_id=region or None,
                        endpoint=self._endpoint,
                        protocol=self._protocol,
                        user_agent=USER_AGENT,
                    )
                )
            return self._clients[region]

    def endpoint(self, region: str) -> str:
        """The "host" or "host:port" that is called for a region."""
        return str(self.client(region)._endpoint)


def ecs_connections(settings: Settings, as_whom: CredentialClient) -> Connections:
    """The clients of ECS."""
    from alibabacloud_ecs20140526.client import Client

    return Connections(Client, settings.endpoint, settings.protocol, as_whom)


def sts_connections(settings: Settings, as_whom: CredentialClient) -> Connections:
    """The clients of STS."""
    from alibabacloud_sts20150401.client import Client

    endpoint = settings.sts_endpoint or (_STS_OF_NO_REGION if settings.region is None else None)
    return Connections(Client, endpoint, settings.protocol, as_whom)
