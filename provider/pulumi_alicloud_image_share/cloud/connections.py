"""Clients of the SDKs: where each product is called, and with which credentials."""

from __future__ import annotations

import threading
from typing import Any, Final

from alibabacloud_credentials.client import Client as CredentialClient
from alibabacloud_tea_openapi.utils_models import Config

from .settings import Settings

USER_AGENT: Final = "pulumi-alicloud-image-share"
_STS_OF_NO_REGION: Final = "sts.aliyuncs.com"


class Connections:
    """One client for each product and region, made when it is first needed. Safe to use from several threads."""

    def __init__(self, settings: Settings, credential: CredentialClient) -> None:
        """Make no client yet.

        Args:
            settings: Endpoints and protocol.
            credential: A client of alibabacloud-credentials.
        """
        self._settings = settings
        self._credential = credential
        self._clients: dict[tuple[str, str], Any] = {}
        self._lock = threading.Lock()

    def client(self, product: str, region: str) -> Any:
        """The client of a product, "ecs" or "sts", for a region; "" if none is known."""
        with self._lock:
            if (product, region) not in self._clients:
                self._clients[product, region] = self._make(product, region)
            return self._clients[product, region]

    def endpoint(self, product: str, region: str) -> str:
        """The "host" or "host:port" that is called for a region."""
        return str(self.client(product, region)._endpoint)

    def _make(self, product: str, region: str) -> Any:
        # Importing either takes time that a run without calls need not spend.
        if product == "ecs":
            from alibabacloud_ecs20140526.client import Client

            endpoint = self._settings.endpoint
        else:
            from alibabacloud_sts20150401.client import Client

            endpoint = self._settings.sts_endpoint or (_STS_OF_NO_REGION if self._settings.region is None else None)
        return Client(
            Config(
                credential=self._credential,
                region_id=region or None,
                endpoint=endpoint,
                protocol=self._settings.protocol,
                user_agent=USER_AGENT,
            )
        )
