"""Assumes a RAM role when it is first needed, and again before its credentials expire."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from alibabacloud_credentials.provider.refreshable import Credentials
from alibabacloud_credentials_api import ICredentialsProvider
from alibabacloud_sts20150401 import models
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from darabonba.exceptions import UnretryableException
from darabonba.runtime import RuntimeOptions

from ..errors import EcsUnavailable
from .connections import Connections
from .failures import FailedCall, explain_failure
from .identity import Role
from .settings import Settings

if TYPE_CHECKING:
    from alibabacloud_credentials.client import Client as CredentialClient

RENEW_SECONDS: Final = 300.0
"""How long before they expire credentials are renewed, in seconds: longer than any call takes."""


class AssumedRole(ICredentialsProvider):  # type: ignore[misc]
    """The temporary credentials of a role, as alibabacloud-credentials takes them. Safe to use from several threads."""

    def __init__(
        self,
        role: Role,
        base: CredentialClient,
        settings: Settings,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Name the role; nothing is called yet.

        Args:
            role: The role.
            base: Who assumes it.
            settings: Endpoint and protocol of STS.
            clock: Returns the time in seconds since 1970.
        """
        self._role = role
        self._base = base
        self._settings = settings
        self._clock = clock
        self._lock = threading.Lock()
        self._credentials: Credentials | None = None

    def ensure(self) -> Credentials:
        """Assume the role unless its credentials last for a while: one AssumeRole call, once for all threads.

        Returns:
            The credentials.

        Raises:
            EcsUnavailable: STS is throttling, unreachable or broken.
            EcsError: STS refused.
        """
        with self._lock:
            if self._credentials is None or self._credentials.get_expiration() - self._clock() < RENEW_SECONDS:
                self._credentials = self._assume()
            return self._credentials

    def forget(self, refused: object) -> bool:
        """Let the next `ensure` assume the role once more, unless that was done since.

        Args:
            refused: The credentials that were refused, as `ensure` returned them; None where there were none.

        Returns:
            Whether there may be better ones.
        """
        with self._lock:
            if self._credentials is refused:
                self._credentials = None
            return refused is not None

    def get_credentials(self) -> Credentials:
        """The credentials, which `ensure` has got just before, or others where a thread has forgotten them since."""
        return self._credentials or self.ensure()

    def get_provider_name(self) -> str:
        """What alibabacloud-credentials calls such a source."""
        return "ram_role_arn"

    def _assume(self) -> Credentials:
        region = self._settings.region or ""
        connections = Connections(self._settings, self._base)
        request = models.AssumeRoleRequest(
            role_arn=self._role.arn,
            role_session_name=self._role.session_name,
            external_id=self._role.external_id or None,
            duration_seconds=self._role.session_seconds,
        )
        failed = FailedCall(
            "AssumeRole", region, self._role.arn, connections.endpoint("sts", region), self._settings.key
        )
        try:
            body = connections.client("sts", region).assume_role_with_options(request, RuntimeOptions()).body
        except (AlibabaCloudException, UnretryableException) as error:
            raise explain_failure(error, failed) from error
        return _credentials(body)


def _credentials(body: Any) -> Credentials:
    given: Any = body.credentials if body else None
    try:
        expiration = datetime.fromisoformat(given.expiration).timestamp()
    except (AttributeError, TypeError, ValueError):
        raise EcsUnavailable("AssumeRole", "InvalidResponse", "the answer is not one of STS") from None
    return Credentials(
        access_key_id=given.access_key_id,
        access_key_secret=given.access_key_secret,
        security_token=given.security_token,
        expiration=int(expiration),
        provider_name="ram_role_arn",
    )
