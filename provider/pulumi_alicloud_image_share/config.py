"""Region, credentials, endpoint and time limits: where each comes from.

The order is: the stack's configuration (`alicloud:...`, as in pulumi-alicloud), then the environment
(`ALIBABA_CLOUD_...`, then `ALICLOUD_...`), then the default chain of alibabacloud-credentials. Nothing here is an
input or an output of `ImageShare`, so no credential can reach the state.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from .errors import ConfigError
from .spec import shown

if TYPE_CHECKING:
    from alibabacloud_credentials.client import Client as CredentialClient

REGION_VARIABLES: Final = ("ALIBABA_CLOUD_REGION", "ALIBABA_CLOUD_REGION_ID", "ALICLOUD_REGION")
PROFILE_VARIABLES: Final = ("ALIBABA_CLOUD_PROFILE", "ALICLOUD_PROFILE")
KEY_VARIABLES: Final = (
    ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_SECURITY_TOKEN"),
    ("ALICLOUD_ACCESS_KEY", "ALICLOUD_SECRET_KEY", "ALICLOUD_SECURITY_TOKEN"),
)
UNSUPPORTED: Final = (
    "assumeRole",
    "assumeRoleWithOidc",
    "credentialsUri",
    "ecsRoleName",
    "sharedCredentialsFile",
)
"""Settings of pulumi-alicloud that would make another identity of the caller, and that ImageShare does not know."""
DEFAULT_RETRY_SECONDS: Final = 300.0
DEFAULT_VISIBLE_SECONDS: Final = 120.0

# Who names a source expects it to work, and wants to hear why it does not.
_SOURCES_BY_NAME: Final = (
    "ALIBABA_CLOUD_CREDENTIALS_FILE",
    "ALIBABA_CLOUD_CREDENTIALS_URI",
    "ALIBABA_CLOUD_OIDC_TOKEN_FILE",
)
_ENDPOINT = re.compile(
    r"(?P<host>[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*|\[[0-9A-Fa-f:]{2,45}\])(:(?P<port>[0-9]{1,5}))?"
)
# What AccessKeys and tokens are made of: base64 and a few signs. Anything else comes from a file or a copy gone wrong.
_KEY = re.compile(r"[!-~]+")


@dataclass(frozen=True)
class AccessKey:
    """An AccessKey pair, with the token where it is a temporary one. Its repr shows no secret."""

    key_id: str = field(repr=False)
    secret: str = field(repr=False)
    token: str = field(default="", repr=False)


@dataclass(frozen=True)
class Settings:
    """What the configuration and the environment say.

    Attributes:
        region: The default region's ID, None if none is given.
        access_key: The AccessKey given in clear, None where a profile or the default chain is to be asked.
        profile: The profile of the Alibaba Cloud CLI to use, None for none.
        endpoint: "host" or "host:port" of ECS, None for the region's own.
        protocol: "HTTPS" or "HTTP".
        retry_seconds: How long a call is repeated while ECS is throttling, unreachable or broken, in seconds.
        visible_seconds: How long a change may take to show in what ECS lists, in seconds.
        faults: One sentence for each setting that can't be used.
    """

    region: str | None = None
    access_key: AccessKey | None = None
    profile: str | None = None
    endpoint: str | None = None
    protocol: str = "HTTPS"
    retry_seconds: float = DEFAULT_RETRY_SECONDS
    visible_seconds: float = DEFAULT_VISIBLE_SECONDS
    faults: tuple[str, ...] = ()


def read_settings(config: Callable[[str], Any], environment: Mapping[str, str]) -> Settings:
    """Read the settings.

    Args:
        config: Returns the stack's configuration for a key such as "alicloud:region", None where it is not set.
        environment: The environment variables.
    """
    faults: list[str] = []

    def setting(name: str) -> str | None:
        value = config(f"alicloud:{name}")
        return value.strip() or None if isinstance(value, str) else None

    faults += [_unsupported(name) for name in UNSUPPORTED if config(f"alicloud:{name}")]
    profile = setting("profile")
    access_key = _configured_key(setting, faults)
    if access_key is None and profile is None and not any("alicloud:" in fault for fault in faults):
        access_key = _environment_key(environment, faults)
        profile = None if access_key else _first(environment, PROFILE_VARIABLES)
    return Settings(
        region=setting("region") or _first(environment, REGION_VARIABLES),
        access_key=access_key,
        profile=None if access_key else profile,
        endpoint=_ecs_endpoint(config("alicloud:endpoints"), faults),
        protocol=_protocol(setting("protocol"), faults),
        retry_seconds=_seconds("retrySeconds", config, DEFAULT_RETRY_SECONDS, faults),
        visible_seconds=_seconds("visibleSeconds", config, DEFAULT_VISIBLE_SECONDS, faults),
        faults=tuple(faults),
    )


def find_credential(settings: Settings) -> CredentialClient:
    """Find the credentials that `settings` name, and load them once.

    Returns:
        A client of alibabacloud-credentials, which renews temporary credentials before they expire.

    Raises:
        ConfigError: A setting can't be used, or there are no credentials anywhere.
    """
    if settings.faults:
        raise ConfigError(" ".join(settings.faults))
    # Importing it takes time that a run without any change need not spend.
    from alibabacloud_credentials import provider as providers
    from alibabacloud_credentials.client import Client

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
        raise ConfigError(_no_credentials(settings, error)) from None
    if key is None and not _usable(found.get_access_key_id(), found.get_access_key_secret()):
        raise ConfigError(_no_credentials(settings, None))
    return Client(provider=source)


def _usable(*keys: object) -> bool:
    return all(isinstance(key, str) and _KEY.fullmatch(key) for key in keys)


def tell_credential_fault(error: Exception | None) -> str:
    """Why credentials can't be loaded, on one line and without what a command of theirs printed."""
    from alibabacloud_credentials.exceptions import CredentialException

    if not isinstance(error, CredentialException):
        return "the file is not of the form that `aliyun configure` writes"
    text = " ".join(str(error).partition("stderr:")[0].split())
    text = text.rstrip(" ,;:.")
    return text if len(text) <= 200 and text.isprintable() else f"{ascii(text)[1:150]}..."


def _no_credentials(settings: Settings, error: Exception | None) -> str:
    if settings.profile is not None:
        profile = shown(settings.profile)
        return (
            f"the credentials of profile {profile} can't be loaded from ~/.aliyun/config.json "
            f"({tell_credential_fault(error)}): run `aliyun configure --profile {profile[1:-1]}`, or name another "
            "profile in alicloud:profile."
        )
    tried = f" ({tell_credential_fault(error)})" if any(os.environ.get(name) for name in _SOURCES_BY_NAME) else ""
    return (
        f"no credentials are found{tried}: set alicloud:accessKey and alicloud:secretKey, or alicloud:profile, or "
        "ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or run where the default chain of "
        "alibabacloud-credentials finds some (OIDC, ~/.aliyun/config.json, the instance's RAM role)."
    )


def _unsupported(name: str) -> str:
    return (
        f"alicloud:{name} is set, which ImageShare does not support: use alicloud:profile, whose modes can do the "
        "same, or remove the setting."
    )


def _configured_key(setting: Callable[[str], str | None], faults: list[str]) -> AccessKey | None:
    names = ("accessKey", "secretKey", "securityToken")
    key_id, secret, token = (setting(name) for name in names)
    if key_id and secret:
        faults += _faulty_keys(dict(zip([f"alicloud:{name}" for name in names], (key_id, secret, token), strict=True)))
        return AccessKey(key_id, secret, token or "")
    if key_id or secret:
        given, missing = ("accessKey", "secretKey") if key_id else ("secretKey", "accessKey")
        faults.append(f"alicloud:{given} is set but alicloud:{missing} is not: set both or neither.")
    elif token:
        faults.append("alicloud:securityToken is set without alicloud:accessKey and alicloud:secretKey: set all three.")
    return None


def _environment_key(environment: Mapping[str, str], faults: list[str]) -> AccessKey | None:
    for variables in KEY_VARIABLES:
        key_variable, secret_variable, _ = variables
        key_id, secret, token = (environment.get(name, "").strip() for name in variables)
        if key_id and secret:
            faults += _faulty_keys(dict(zip(variables, (key_id, secret, token), strict=True)))
            return AccessKey(key_id, secret, token)
        if key_id or secret:
            given, missing = (key_variable, secret_variable) if key_id else (secret_variable, key_variable)
            faults.append(f"{given} is set but {missing} is not: set both or neither.")
            return None
    return None


def _faulty_keys(keys: Mapping[str, str | None]) -> list[str]:
    return [
        f"{name} has characters that no AccessKey has (spaces, line ends, letters outside ASCII): set it again."
        for name, value in keys.items()
        if value and not _KEY.fullmatch(value)
    ]


def _first(environment: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    return next((environment[name].strip() for name in names if environment.get(name, "").strip()), None)


def _ecs_endpoint(value: Any, faults: list[str]) -> str | None:
    """Read `alicloud:endpoints`, which is JSON text in the shape of pulumi-alicloud: [{"ecs": "host:port"}]."""
    if value is None or value == "":
        return None
    try:
        parsed = json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        parsed = None
    entries = [parsed] if isinstance(parsed, Mapping) else parsed
    if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
        faults.append('alicloud:endpoints must be a list of the form [{"ecs": "host:port"}].')
        return None
    endpoint = next((entry["ecs"] for entry in entries if entry.get("ecs")), None)
    if endpoint is not None and not _is_endpoint(endpoint):
        faults.append(
            f"alicloud:endpoints has ecs {shown(endpoint)}: give 'host' or 'host:port', without scheme or path "
            "(alicloud:protocol chooses HTTP or HTTPS)."
        )
        return None
    return endpoint


def _is_endpoint(value: object) -> bool:
    found = _ENDPOINT.fullmatch(value) if isinstance(value, str) and len(value) <= 260 else None
    return found is not None and (found["port"] is None or 1 <= int(found["port"]) <= 65535)


def _protocol(value: str | None, faults: list[str]) -> str:
    protocol = (value or "HTTPS").upper()
    if protocol not in ("HTTP", "HTTPS"):
        faults.append(f"alicloud:protocol is {shown(value)}: it must be HTTP or HTTPS.")
    return protocol


def _seconds(name: str, config: Callable[[str], Any], default: float, faults: list[str]) -> float:
    value = config(f"image-share:{name}")
    if value is None or value == "":
        return default
    try:
        seconds = float(value)
    except (TypeError, ValueError):
        seconds = -1.0
    if 0 <= seconds <= 86_400:
        return seconds
    faults.append(f"image-share:{name} is {shown(value)}: it must be a number of seconds, at most a day.")
    return default
