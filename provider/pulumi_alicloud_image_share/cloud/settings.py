"""Region, keys, endpoints and time limits: where each comes from.

The order is: the stack's configuration (`alicloud:...`, as in pulumi-alicloud), then the environment
(`ALIBABA_CLOUD_...`, then `ALICLOUD_...`), then the default chain of alibabacloud-credentials. Nothing here is an
input or an output of a resource, so no credential can reach the state.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeGuard

from ..accounts import account_id_fault
from ..arguments import UNKNOWN, Problem, shown
from .identity import Role, parse_role

REGION_VARIABLES: Final = ("ALIBABA_CLOUD_REGION", "ALIBABA_CLOUD_REGION_ID", "ALICLOUD_REGION")
PROFILE_VARIABLES: Final = ("ALIBABA_CLOUD_PROFILE", "ALICLOUD_PROFILE")
KEY_VARIABLES: Final = (
    ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_SECURITY_TOKEN"),
    ("ALICLOUD_ACCESS_KEY", "ALICLOUD_SECRET_KEY", "ALICLOUD_SECURITY_TOKEN"),
)
UNSUPPORTED: Final = (
    "assumeRoleWithOidc",
    "credentialsUri",
    "ecsRoleName",
    "sharedCredentialsFile",
)
"""Settings of pulumi-alicloud that would make another identity of the caller, and that this package does not know."""
TRUSTED_OWNERS: Final = "image-share:trustedOwners"
"""The key of the accounts whose shared images may be used."""
DEFAULT_RETRY_SECONDS: Final = 300.0
DEFAULT_VISIBLE_SECONDS: Final = 120.0
DEFAULT_COPY_SECONDS: Final = 14_400.0

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
        role: The RAM role that the credentials assume where a resource names no other, None for none.
        endpoint: "host" or "host:port" of ECS, None for the region's own.
        sts_endpoint: The same for STS, which is asked only where a role is assumed.
        protocol: "HTTPS" or "HTTP".
        retry_seconds: How long a call is repeated while ECS is throttling, unreachable or broken, in seconds.
        visible_seconds: How long a change may take to show in what ECS lists, in seconds.
        copy_seconds: How long the copy of an image may take, in seconds.
        faults: One sentence for each setting that can't be used.
    """

    region: str | None = None
    access_key: AccessKey | None = None
    profile: str | None = None
    role: Role | None = None
    endpoint: str | None = None
    sts_endpoint: str | None = None
    protocol: str = "HTTPS"
    retry_seconds: float = DEFAULT_RETRY_SECONDS
    visible_seconds: float = DEFAULT_VISIBLE_SECONDS
    copy_seconds: float = DEFAULT_COPY_SECONDS
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
    endpoints = _endpoints(config("alicloud:endpoints"), faults)
    return Settings(
        region=setting("region") or _first(environment, REGION_VARIABLES),
        access_key=access_key,
        profile=None if access_key else profile,
        role=_role(config("alicloud:assumeRole"), faults),
        endpoint=endpoints.get("ecs"),
        sts_endpoint=endpoints.get("sts"),
        protocol=_protocol(setting("protocol"), faults),
        retry_seconds=_seconds("retrySeconds", config, DEFAULT_RETRY_SECONDS, faults),
        visible_seconds=_seconds("visibleSeconds", config, DEFAULT_VISIBLE_SECONDS, faults),
        copy_seconds=_seconds("copySeconds", config, DEFAULT_COPY_SECONDS, faults),
        faults=tuple(faults),
    )


def is_access_key(text: object) -> TypeGuard[str]:
    """Whether this can be an AccessKey's ID or secret."""
    return isinstance(text, str) and _KEY.fullmatch(text) is not None


def _unsupported(name: str) -> str:
    return (
        f"alicloud:{name} is set, which is not supported here: use alicloud:profile, whose modes can do the "
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
        if value and not is_access_key(value)
    ]


def _first(environment: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    return next((environment[name].strip() for name in names if environment.get(name, "").strip()), None)


def _role(value: Any, faults: list[str]) -> Role | None:
    """Read `alicloud:assumeRole`, which is JSON text in the shape of pulumi-alicloud: {"roleArn": "acs:ram::..."}."""
    if value is None or value == "":
        return None
    given = _from_json(value)
    problems: list[Problem] = []
    role: Any = UNKNOWN
    if isinstance(given, Mapping):
        entries = {_ROLE_ENTRIES.get(key, key): entry for key, entry in given.items()}
        seconds = entries.get("session_seconds")
        # `pulumi config set --type string` makes text of a number.
        if isinstance(seconds, str) and seconds.isascii() and seconds.isdigit():
            entries["session_seconds"] = int(seconds)
        role = parse_role(entries, problems, _ASSUME_ROLE)
    if role is UNKNOWN:
        faults += [problem.sentence for problem in problems] or [_NO_ROLE]
        return None
    return role  # type: ignore[no-any-return]


_ASSUME_ROLE: Final = "alicloud:assumeRole"
_NO_ROLE: Final = 'alicloud:assumeRole must be of the form {"roleArn": "acs:ram::...", "sessionName": "..."}.'
_ROLE_ENTRIES: Final = {
    "roleArn": "role_arn",
    "sessionName": "session_name",
    "externalId": "external_id",
    "sessionExpiration": "session_seconds",
    "sessionSeconds": "session_seconds",
}


def _from_json(value: Any) -> Any:
    try:
        return json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return None


def _endpoints(value: Any, faults: list[str]) -> dict[str, str]:
    """Read `alicloud:endpoints`, which is JSON text in the shape of pulumi-alicloud: [{"ecs": "host:port"}]."""
    if value is None or value == "":
        return {}
    parsed = _from_json(value)
    entries = [parsed] if isinstance(parsed, Mapping) else parsed
    if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
        faults.append('alicloud:endpoints must be a list of the form [{"ecs": "host:port"}].')
        return {}
    endpoints: dict[str, str] = {}
    for product in ("ecs", "sts"):
        endpoint = next((entry[product] for entry in entries if entry.get(product)), None)
        if _is_endpoint(endpoint):
            endpoints[product] = endpoint
        elif endpoint is not None:
            faults.append(
                f"alicloud:endpoints has {product} {shown(endpoint)}: give 'host' or 'host:port', without scheme or "
                "path (alicloud:protocol chooses HTTP or HTTPS)."
            )
    return endpoints


def _is_endpoint(value: object) -> TypeGuard[str]:
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


def parse_trusted_owners(value: Any) -> tuple[tuple[str, ...], list[str]]:
    """Read what the configuration says under `TRUSTED_OWNERS`.

    Args:
        value: None, a list of account IDs, its JSON text, or text with commas between account IDs.

    Returns:
        The account IDs in their order, each once, and one sentence for each entry that can't be used.
    """
    if value is None or value == "":
        return (), []
    # One account alone is JSON too, but a number.
    is_text = isinstance(value, str) and value.lstrip()[:1] not in ("[", "{")
    entries = [entry.strip() for entry in value.split(",")] if is_text else _from_json(value)
    if not isinstance(entries, list | tuple):
        form = '["1000000000000001"]'
        return (), [f"{TRUSTED_OWNERS} must be a list of account IDs of the form {form}, not {shown(value)}."]
    faults = []
    for entry in entries:
        fault = account_id_fault(entry)
        if fault:
            how = "" if isinstance(entry, str) else " Set it with `pulumi config set --path --type string`."
            faults.append(f"{TRUSTED_OWNERS}: {fault}{how}")
    return () if faults else tuple(dict.fromkeys(entries)), faults
