"""From settings and an identity to credentials: static keys, a profile, the default chain, an assumed RAM role."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..errors import ConfigError
from ..values import shown
from .identity import STACKS_OWN, Identity
from .settings import Settings, is_access_key

if TYPE_CHECKING:
    from alibabacloud_credentials.client import Client as CredentialClient

    from .assumed_role import AssumedRole

# Who names a source expects it to work, and wants to hear why it does not.
_SOURCES_BY_NAME: Final = (
    "ALIBABA_CLOUD_CREDENTIALS_FILE",
    "ALIBABA_CLOUD_CREDENTIALS_URI",
    "ALIBABA_CLOUD_OIDC_TOKEN_FILE",
)
_OIDC_TOKEN, *_BESIDE_THE_TOKEN = (
    "ALIBABA_CLOUD_OIDC_TOKEN_FILE",
    "ALIBABA_CLOUD_OIDC_PROVIDER_ARN",
    "ALIBABA_CLOUD_ROLE_ARN",
)


@dataclass(frozen=True)
class Credential:
    """Credentials as the SDK takes them.

    Attributes:
        client: A client of alibabacloud-credentials, which renews temporary credentials before they expire.
        role: The role that was assumed for them, None for none.
    """

    client: CredentialClient
    role: AssumedRole | None = None


def find_credential(settings: Settings, identity: Identity = STACKS_OWN) -> Credential:
    """Find the credentials that `settings` and `identity` name, and load them once. A role is assumed when needed.

    Raises:
        ConfigError: A setting can't be used, or there are no credentials anywhere.
    """
    if settings.faults:
        raise ConfigError(" ".join(settings.faults))
    if identity.profile:
        settings = replace(settings, access_key=None, profile=identity.profile, role=None)
    base = _find(settings, named_by="the argument profile" if identity.profile else settings.key("profile"))
    role = identity.role or settings.role
    if role is None:
        return Credential(base)
    from alibabacloud_credentials.client import Client

    from .assumed_role import AssumedRole

    assumed = AssumedRole(role, base, settings)
    return Credential(Client(provider=assumed), assumed)


def _find(settings: Settings, named_by: str) -> CredentialClient:
    # Importing it takes time that a run without any change need not spend.
    from alibabacloud_credentials import provider as providers
    from alibabacloud_credentials.client import Client

    logging.getLogger("credentials").addFilter(_is_of_others)
    key = settings.access_key
    if key is not None and key.token:
        source = providers.StaticSTSCredentialsProvider(
            access_key_id=key.key_id, access_key_secret=key.secret, security_token=key.token
        )
    elif key is not None:
        source = providers.StaticAKCredentialsProvider(access_key_id=key.key_id, access_key_secret=key.secret)
    elif settings.profile is not None:
        source = providers.CLIProfileCredentialsProvider(profile_name=settings.profile)
    else:
        source = providers.DefaultCredentialsProvider()
    try:
        found = source.get_credentials()
    except Exception as error:  # alibabacloud-credentials raises what its sources raise, network errors included
        raise ConfigError(_no_credentials(settings, error, named_by)) from None
    if key is None and not (is_access_key(found.get_access_key_id()) and is_access_key(found.get_access_key_secret())):
        raise ConfigError(_no_credentials(settings, None, named_by))
    return Client(provider=source)


def _is_of_others(record: logging.LogRecord) -> bool:
    """Let alibabacloud-credentials print nothing: what it prints of a call that fails has the OIDC token in clear."""
    import alibabacloud_credentials

    return not any(Path(record.pathname).is_relative_to(folder) for folder in alibabacloud_credentials.__path__)


def _no_credentials(settings: Settings, error: Exception | None, named_by: str) -> str:
    from .failures import tell_credential_fault

    if settings.profile is not None:
        profile = shown(settings.profile)
        return (
            f"the credentials of profile {profile} can't be loaded from ~/.aliyun/config.json "
            f"({tell_credential_fault(error)}): run `aliyun configure --profile {profile[1:-1]}`, or name another "
            f"profile in {named_by}."
        )
    tried = f" ({tell_credential_fault(error)})" if any(os.environ.get(name) for name in _SOURCES_BY_NAME) else ""
    missing = [name for name in _BESIDE_THE_TOKEN if not os.environ.get(name)]
    if os.environ.get(_OIDC_TOKEN) and missing:
        tried = f" ({_OIDC_TOKEN} counts only where {' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} set)"
    return (
        f"no credentials are found{tried}: {settings.ways_to_credentials()} ALIBABA_CLOUD_ACCESS_KEY_ID and "
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET, or run where the default chain of alibabacloud-credentials "
        "finds some (OIDC, ~/.aliyun/config.json, the "
        "instance's RAM role)."
    )
