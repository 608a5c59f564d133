"""Region, credentials, endpoints and time limits, and where each comes from.

Every setting has a key under `alicloud-image-share:` in the stack's configuration. Those in `SHARED_WITH_ALICLOUD` may
also be set under `alicloud:`, as users of pulumi-alicloud have them. Precedence:

1. `alicloud-image-share:<name>`.
2. `alicloud:<name>`. Credentials are one group: if any of `CREDENTIALS` is set under `alicloud-image-share:`, then
   neither these nor a role to assume are read from `alicloud:`, since they belong to another caller.
3. For the region and credentials: the environment (`ALIBABA_CLOUD_...`, then `ALICLOUD_...`).
4. For credentials: the default chain of alibabacloud-credentials.

Nothing here is an input or an output of a resource, so no credential can reach the state.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeGuard

from .. import slots
from ..accounts import account_id_fault
from ..values import UNKNOWN, Problem, shown
from .credentials import Role, is_access_key, parse_role

REGION_VARIABLES: Final = ("ALIBABA_CLOUD_REGION", "ALIBABA_CLOUD_REGION_ID", "ALICLOUD_REGION")
PROFILE_VARIABLES: Final = ("ALIBABA_CLOUD_PROFILE", "ALICLOUD_PROFILE")
KEY_VARIABLES: Final = (
    ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_SECURITY_TOKEN"),
    ("ALICLOUD_ACCESS_KEY", "ALICLOUD_SECRET_KEY", "ALICLOUD_SECURITY_TOKEN"),
)
NAMESPACE: Final = slots.NAMESPACE
"""The namespace of this package's settings in the stack's configuration."""
ALICLOUD: Final = "alicloud"
"""The namespace of pulumi-alicloud's settings."""
CREDENTIALS: Final = ("accessKey", "secretKey", "securityToken", "profile")
"""The settings that name credentials, which are read from one namespace only."""
SHARED_WITH_ALICLOUD: Final = ("region", *CREDENTIALS, "assumeRole", "endpoints", "protocol")
"""The settings that may also be set under `alicloud:`."""
UNSUPPORTED: Final = ("assumeRoleWithOidc", "credentialsUri", "ecsRoleName", "sharedCredentialsFile")
"""Settings of pulumi-alicloud that would make another identity of the caller, and that this package does not know."""
OWN_ONLY: Final = ("retrySeconds", "visibleSeconds", "copySeconds", "trustedOwners")
"""The settings that pulumi-alicloud does not have."""
TRUSTED_OWNERS: Final = f"{NAMESPACE}:trustedOwners"
"""The key of the accounts whose shared images may be used."""
DEFAULT_RETRY_SECONDS: Final = 300.0
DEFAULT_VISIBLE_SECONDS: Final = 120.0
DEFAULT_COPY_SECONDS: Final = 14_400.0

_ENDPOINT = re.compile(
    r"(?P<host>[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*|\[[0-9A-Fa-f:]{2,45}\])(:(?P<port>[0-9]{1,5}))?"
)


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
        keys: The name of a setting to the configuration key or environment variable that sets it, or would.
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
    keys: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    def key(self, name: str) -> str:
        """The slot of a setting, with the key that set it or, if it is not set, the key to set it by."""
        return slots.setting(name, self.keys.get(name, setting_key(name)))

    def ways_to_credentials(self) -> str:
        """The slot of the ways to set credentials, before those of the environment, as the beginning of a sentence."""
        access_key, secret_key, profile = (
            self.keys.get(n, setting_key(n)) for n in ("accessKey", "secretKey", "profile")
        )
        return slots.setting("credentials", f"set {access_key} and {secret_key}, or {profile}, or")


def setting_key(name: str) -> str:
    """The configuration key of a setting, such as "alicloud-image-share:region" for "region"."""
    return f"{NAMESPACE}:{name}"


class _Stack:
    """The stack's configuration, by the names of settings."""

    def __init__(self, config: Callable[[str], Any], namespaces: tuple[str, ...]) -> None:
        """Read settings by `config`, which takes a key, from `namespaces`, the first one first."""
        self._config = config
        self._namespaces = namespaces
        with_credentials = [each for each in namespaces if any(self._value(each, name) for name in CREDENTIALS)]
        self._has_own_credentials = NAMESPACE in with_credentials
        self._credentials_namespace = next(iter(with_credentials), namespaces[0])

    def find(self, name: str) -> tuple[str, Any]:
        """The key that sets a setting, and its value; the key to set it by and None if it is not set."""
        namespaces = self._namespaces_of(name)
        set_by = next((each for each in namespaces if self._value(each, name) is not None), namespaces[0])
        return f"{set_by}:{name}", self._value(set_by, name)

    def _namespaces_of(self, name: str) -> tuple[str, ...]:
        if name in CREDENTIALS:
            return (self._credentials_namespace,)
        is_of_other_credentials = self._has_own_credentials and name in ("assumeRole", *UNSUPPORTED)
        return (NAMESPACE,) if name in OWN_ONLY or is_of_other_credentials else self._namespaces

    def _value(self, namespace: str, name: str) -> Any:
        value = self._config(f"{namespace}:{name}")
        return None if isinstance(value, str) and not value.strip() else value

    def text(self, name: str) -> tuple[str, str | None]:
        """The same for a setting that is text."""
        key, value = self.find(name)
        return key, value.strip() if isinstance(value, str) else None

    def misplaced(self) -> list[str]:
        """A sentence for each setting in a namespace that is not read."""
        misplaced = [name for name in OWN_ONLY if self._value("image-share", name) is not None]
        return [f"image-share:{name} is not read: set {setting_key(name)} instead." for name in misplaced]


def read_settings(
    config: Callable[[str], Any],
    environment: Mapping[str, str],
    namespaces: tuple[str, ...] = (NAMESPACE, ALICLOUD),
) -> Settings:
    """Read the settings.

    Args:
        config: Returns the stack's configuration for a key such as "alicloud-image-share:region", None if it is not
            set.
        environment: The environment variables.
        namespaces: The namespaces of the settings in `SHARED_WITH_ALICLOUD`, in the order of precedence.
    """
    stack = _Stack(config, namespaces)
    faults = stack.misplaced()
    keys = {name: stack.find(name)[0] for name in (*SHARED_WITH_ALICLOUD, *OWN_ONLY)}
    credential_faults = [
        f"{key} is set, which is not supported here: set {namespaces[0]}:profile, whose modes can do the same, or "
        "remove the setting."
        for key, value in map(stack.find, UNSUPPORTED)
        if value
    ]
    _, profile = stack.text("profile")
    access_key = _configured_key(stack, credential_faults)
    if access_key is None and profile is None and not credential_faults:
        access_key = _environment_key(environment, credential_faults)
        variable, profile = _first(environment, PROFILE_VARIABLES)
        keys["profile"] = variable or keys["profile"]
    faults += credential_faults
    endpoints = _endpoints(stack, faults)
    return Settings(
        region=stack.text("region")[1] or _first(environment, REGION_VARIABLES)[1],
        access_key=access_key,
        profile=None if access_key else profile,
        role=_role(*stack.find("assumeRole"), faults),
        endpoint=endpoints.get("ecs"),
        sts_endpoint=endpoints.get("sts"),
        protocol=_protocol(*stack.text("protocol"), faults),
        retry_seconds=_seconds(*stack.find("retrySeconds"), DEFAULT_RETRY_SECONDS, faults),
        visible_seconds=_seconds(*stack.find("visibleSeconds"), DEFAULT_VISIBLE_SECONDS, faults),
        copy_seconds=_seconds(*stack.find("copySeconds"), DEFAULT_COPY_SECONDS, faults),
        faults=tuple(faults),
        keys=keys,
    )


def _configured_key(stack: _Stack, faults: list[str]) -> AccessKey | None:
    (id_key, key_id), (secret_key, secret), (token_key, token) = map(stack.text, CREDENTIALS[:3])
    if key_id and secret:
        faults += _faulty_keys({id_key: key_id, secret_key: secret, token_key: token})
        return AccessKey(key_id, secret, token or "")
    if key_id or secret:
        given, missing = (id_key, secret_key) if key_id else (secret_key, id_key)
        faults.append(f"{given} is set but {missing} is not: set both or neither.")
    elif token:
        faults.append(f"{token_key} is set without {id_key} and {secret_key}: set all three.")
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


def _first(environment: Mapping[str, str], names: tuple[str, ...]) -> tuple[str, str | None]:
    """The first variable that is set, and its value; "" and None if none is."""
    found = ((name, environment[name].strip()) for name in names if environment.get(name, "").strip())
    return next(found, ("", None))


def _role(key: str, value: Any, faults: list[str]) -> Role | None:
    """Read `assumeRole`, which is JSON text in the shape of pulumi-alicloud: {"roleArn": "acs:ram::..."}."""
    if value is None:
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
        role = parse_role(entries, problems, called=slots.setting("assumeRole", key))
    if role is UNKNOWN:
        faults += [problem.text for problem in problems] or [
            f"{slots.setting('assumeRole', key)} must be of the form "
            '{"roleArn": "acs:ram::...", "sessionName": "..."}.'
        ]
        return None
    return role  # type: ignore[no-any-return]


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


def _endpoints(stack: _Stack, faults: list[str]) -> dict[str, str]:
    """Read `endpoints`, which is JSON text in the shape of pulumi-alicloud: [{"ecs": "host:port"}]."""
    key, value = stack.find("endpoints")
    if value is None:
        return {}
    parsed = _from_json(value)
    entries = [parsed] if isinstance(parsed, Mapping) else parsed
    if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
        faults.append(f'{slots.setting("endpoints", key)} must be a list of the form [{{"ecs": "host:port"}}].')
        return {}
    endpoints: dict[str, str] = {}
    for product in ("ecs", "sts"):
        endpoint = next((entry[product] for entry in entries if entry.get(product)), None)
        if _is_endpoint(endpoint):
            endpoints[product] = endpoint
        elif endpoint is not None:
            faults.append(
                f"{slots.setting('endpoints', key)} has {product} {shown(endpoint)}: give 'host' or "
                "'host:port', without "
                f"scheme or path ({slots.setting('protocol', stack.find('protocol')[0])} chooses HTTP or HTTPS)."
            )
    return endpoints


def _is_endpoint(value: object) -> TypeGuard[str]:
    found = _ENDPOINT.fullmatch(value) if isinstance(value, str) and len(value) <= 260 else None
    return found is not None and (found["port"] is None or 1 <= int(found["port"]) <= 65535)


def _protocol(key: str, value: str | None, faults: list[str]) -> str:
    protocol = (value or "HTTPS").upper()
    if protocol not in ("HTTP", "HTTPS"):
        faults.append(f"{slots.setting('protocol', key)} is {shown(value)}: it must be HTTP or HTTPS.")
    return protocol


def _seconds(key: str, value: Any, default: float, faults: list[str]) -> float:
    if value is None:
        return default
    try:
        seconds = float(value)
    except (TypeError, ValueError):
        seconds = -1.0
    if 0 <= seconds <= 86_400:
        return seconds
    setting = slots.setting(key.partition(":")[2], key)
    faults.append(f"{setting} is {shown(value)}: it must be a number of seconds, at most a day.")
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
