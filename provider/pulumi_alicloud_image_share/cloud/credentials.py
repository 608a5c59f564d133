"""Which credentials call ECS: the stack's own, a profile, or a RAM role that is assumed.

`Identity` is what the arguments `profile` and `assume_role` of a resource say. `find_credential` turns settings and an
identity into credentials: static keys, a profile, the default chain, an assumed role.

The rules for `assume_role` are those of the reference of STS's AssumeRole:
https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole
"""

from __future__ import annotations

import logging
import os
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeGuard

from .. import slots
from ..errors import ConfigError, EcsUnavailable
from ..values import UNKNOWN, Problem, Unknown, is_number, shown

if TYPE_CHECKING:
    from alibabacloud_credentials.client import Client as CredentialClient
    from alibabacloud_credentials.provider.refreshable import Credentials

    from .settings import Settings

IDENTITY_ARGUMENTS: Final = ("profile", "assume_role")
DEFAULT_SESSION_NAME: Final = "pulumi-image-share"
DEFAULT_SESSION_SECONDS: Final = 3600
_SHORTEST_SESSION, _LONGEST_SESSION = 900, 43_200
_ROLE_ARN = re.compile(r"acs:ram::\d{1,19}:role/[A-Za-z0-9._/-]{1,128}")
_SESSION_NAME = re.compile(r"[A-Za-z0-9.@_-]{2,64}")
_EXTERNAL_ID = re.compile(r"[A-Za-z0-9.,+=@:/\\_-]{2,1224}")
_PROFILE = re.compile(r"[^\x00-\x1f\x7f]{1,128}")
# What AccessKeys and tokens are made of: base64 and a few signs. Anything else comes from a file or a copy gone wrong.
_KEY = re.compile(r"[!-~]+")


ROLE_ENTRIES: Final[Mapping[str, str]] = {
    "role_arn": 'The role\'s ARN, such as "acs:ram::1000000000000001:role/image-sharer".',
    "session_name": 'What the session is called in the trails of ActionTrail. Default: "pulumi-image-share".',
    "external_id": "The external ID that the role's trust policy demands, if it demands one.",
    "session_seconds": (
        "How long a session lasts, in seconds, from 900; a new one begins before it ends. Default: 3600."
    ),
}
"""The entries of a role to assume, with their documentation."""


@dataclass(frozen=True)
class Role:
    """A RAM role to assume."""

    arn: str
    session_name: str = DEFAULT_SESSION_NAME
    external_id: str = field(default="", repr=False)
    session_seconds: int = DEFAULT_SESSION_SECONDS


@dataclass(frozen=True)
class Identity:
    """The account and the credentials that calls of ECS are made with.

    Attributes:
        profile: A profile of the Alibaba Cloud CLI, "" for the stack's own credentials.
        role: The role that these credentials assume, None for the one that the stack's configuration names, if any.
    """

    profile: str = ""
    role: Role | None = None

    def __str__(self) -> str:
        who = f"profile {shown(self.profile)}" if self.profile else "the stack's credentials"
        return f"role {self.role.arn}, assumed by {who}" if self.role else who


STACKS_OWN: Final = Identity()
"""The credentials of the stack's configuration or the environment."""


def parse_identity(inputs: Mapping[str, Any], problems: list[Problem]) -> Identity | Unknown:
    """Read the arguments `profile` and `assume_role`; UNKNOWN if either is not known yet or can't be used."""
    profile: str | Unknown = parse_profile(inputs.get("profile"), problems)
    given = inputs.get("assume_role")
    role = None if given is None else parse_role(given, problems)
    return UNKNOWN if profile is UNKNOWN or role is UNKNOWN else Identity(profile, role)


def parse_profile(value: object, problems: list[Problem]) -> str | Unknown:
    """Read a profile of the Alibaba Cloud CLI, "" if none is given; UNKNOWN if it is not known yet or can't be used."""
    if value is UNKNOWN:
        return UNKNOWN
    if value is None:
        return ""
    if isinstance(value, str) and _PROFILE.fullmatch(value) and value.strip():
        return value
    problems.append(
        Problem("profile", f"profile must be the name of a profile of `aliyun configure`, not {shown(value)}.")
    )
    return UNKNOWN


def parse_role(
    value: object, problems: list[Problem], name: str = "assume_role", *, called: str = ""
) -> Role | Unknown:
    """Read a role to assume; UNKNOWN if it is not known yet or can't be used.

    Args:
        value: A mapping with the entries of `ROLE_ENTRIES`.
        problems: Where problems are added.
        name: The argument.
        called: What the user calls it, if it is not the argument.
    """
    if value is UNKNOWN:
        return UNKNOWN
    called = called or slots.prop(name)
    arn_name, session, external = map(slots.prop, ("role_arn", "session_name", "external_id"))
    if not isinstance(value, Mapping):
        why = f"{called} must be a mapping with {arn_name}, and {session} and {external} if needed, not {shown(value)}."
        problems.append(Problem(name, why))
        return UNKNOWN
    before = len(problems)
    known = tuple(ROLE_ENTRIES)
    for key in value:
        if key not in known:
            entries = ", ".join(map(slots.prop, known))
            problems.append(Problem(name, f"{called} has no entry {shown(key)}: the entries are {entries}."))
    arn: Any = value.get("role_arn")
    session_name: Any = value.get("session_name") or DEFAULT_SESSION_NAME
    external_id: Any = value.get("external_id") or ""
    seconds: Any = value.get("session_seconds") or DEFAULT_SESSION_SECONDS
    sentences = (
        _fault(arn, _ROLE_ARN, "role_arn", "the ARN of a RAM role, such as 'acs:ram::1000000000000001:role/sharer'"),
        _fault(session_name, _SESSION_NAME, "session_name", "2 to 64 letters, digits and any of . @ - _"),
        # An external ID may be confidential: it is not shown.
        _fault(
            external_id, _EXTERNAL_ID, "external_id", "2 to 1224 letters, digits and any of . , + = @ : / \\ - _", ""
        )
        if external_id
        else None,
        _session_fault(seconds),
    )
    problems += [Problem(name, f"{called}'s {sentence}") for sentence in sentences if sentence]
    if len(problems) > before or UNKNOWN in (arn, session_name, external_id, seconds):
        return UNKNOWN
    return Role(arn, session_name, external_id, int(seconds))


def write_role(role: Role) -> dict[str, Any]:
    """Write a role as the state keeps it."""
    external_id = {"external_id": role.external_id} if role.external_id else {}
    return {
        "role_arn": role.arn,
        "session_name": role.session_name,
        **external_id,
        "session_seconds": role.session_seconds,
    }


def restore_role(kept: Mapping[str, Any]) -> Role:
    """Read back what `write_role` wrote."""
    return Role(
        kept["role_arn"],
        kept.get("session_name") or DEFAULT_SESSION_NAME,
        kept.get("external_id") or "",
        int(kept.get("session_seconds") or DEFAULT_SESSION_SECONDS),
    )


def _fault(value: object, form: re.Pattern[str], what: str, must: str, seen: str | None = None) -> str | None:
    if value is UNKNOWN or (isinstance(value, str) and form.fullmatch(value)):
        return None
    return f"{slots.prop(what)} must be {must}{f', not {shown(value)}' if seen is None else ''}."


def _session_fault(value: object) -> str | None:
    if value is UNKNOWN or (
        is_number(value) and value == int(value) and _SHORTEST_SESSION <= value <= _LONGEST_SESSION
    ):
        return None
    return f"{slots.prop('session_seconds')} must be a whole number of seconds from 900 to 43200, not {shown(value)}."


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


def is_access_key(text: object) -> TypeGuard[str]:
    """Whether this can be an AccessKey's ID or secret."""
    return isinstance(text, str) and _KEY.fullmatch(text) is not None


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


RENEW_SECONDS: Final = 300.0
"""How long before they expire credentials are renewed, in seconds: longer than any call takes."""


class AssumedRole:
    """The temporary credentials of a role, as alibabacloud-credentials takes them (`ICredentialsProvider`).

    The role is assumed when it is first needed, and again before its credentials expire. Safe to use from several
    threads.
    """

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
        # The SDK takes a second or two to import, which a run without any change need not spend.
        from alibabacloud_sts20150401 import models
        from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
        from darabonba.exceptions import UnretryableException
        from darabonba.runtime import RuntimeOptions

        from .failures import FailedCall, explain_failure
        from .transport import Connections

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
    from alibabacloud_credentials.provider.refreshable import Credentials

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
