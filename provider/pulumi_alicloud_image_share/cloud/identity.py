"""As whom a resource calls ECS: the stack's own credentials, a profile, or a RAM role that is assumed. Pure.

The rules for `assume_role` are those of the reference of STS's AssumeRole:
https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from .. import slots
from ..values import UNKNOWN, Problem, Unknown, is_number, shown

IDENTITY_ARGUMENTS: Final = ("profile", "assume_role")
DEFAULT_SESSION_NAME: Final = "pulumi-image-share"
DEFAULT_SESSION_SECONDS: Final = 3600
_SHORTEST_SESSION, _LONGEST_SESSION = 900, 43_200
_ROLE_ARN = re.compile(r"acs:ram::\d{1,19}:role/[A-Za-z0-9._/-]{1,128}")
_SESSION_NAME = re.compile(r"[A-Za-z0-9.@_-]{2,64}")
_EXTERNAL_ID = re.compile(r"[A-Za-z0-9.,+=@:/\\_-]{2,1224}")
_PROFILE = re.compile(r"[^\x00-\x1f\x7f]{1,128}")


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
    """As whom to call ECS.

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
