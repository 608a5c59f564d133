"""The rules of assuming a RAM role: AssumeRole. No HTTP; `Cloud` locks."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..accounts import Accounts, Identity
from ..clock import Clock
from ..policy import Policy, parse_policy
from .errors import Errors

SECONDS_MIN, SECONDS_DEFAULT = 900, 3600
_ROLE_ARN = re.compile(r"acs:ram::\d+:role/[A-Za-z0-9.-]{1,64}")
_SESSION_NAME = re.compile(r"[A-Za-z0-9.@_-]{2,64}")
_EXTERNAL_ID = re.compile(r"[\w+=,.@:/-]{2,1224}", re.ASCII)
_POLICY_MAX = 2048


@dataclass(frozen=True)
class AssumeRequest:
    """The request of AssumeRole."""

    role_arn: str
    session_name: str
    seconds: int = SECONDS_DEFAULT
    external_id: str = ""
    policy: str = ""


class Sts:
    """The sessions of RAM roles."""

    def __init__(self, accounts: Accounts, clock: Clock) -> None:
        self._accounts = accounts
        self._clock = clock

    def assume(self, caller: Identity, request: AssumeRequest) -> tuple[Identity, datetime]:
        """A new session of a role with its temporary AccessKey, and when it expires by the emulator's clock."""
        policy = _check_forms(request)
        # "You cannot use an Alibaba Cloud account to call this operation. The requester of this operation can only be
        # a RAM user or RAM role." An older page has for that "Roles may not be assumed by root accounts.", with the
        # same code.
        if caller.type == "Account":
            raise Errors.NOT_AUTHORIZED_BY_RAM()
        role = self._accounts.role(request.role_arn)
        if role is None:
            raise Errors.ROLE_NOT_FOUND()
        if caller.account.id not in role.trusted or (role.external_id and request.external_id != role.external_id):
            raise Errors.NOT_AUTHORIZED_BY_RAM()
        if request.seconds > role.max_session_duration:
            raise Errors.SESSION_DURATION_INVALID()
        expires = self._clock.now() + timedelta(seconds=request.seconds)
        session = Identity(
            role.account,
            f"STS.N{secrets.token_hex(12)}",
            secrets.token_hex(22),
            role.denied_actions,
            role_session=f"{role.name}/{request.session_name}",
            security_token=f"CAIS{secrets.token_hex(96)}",
            expires=expires,
            policy=policy,
        )
        self._accounts.admit(session)
        return session, expires


def _check_forms(request: AssumeRequest) -> Policy | None:
    if not _ROLE_ARN.fullmatch(request.role_arn):
        raise Errors.ASSUME_PARAMETER_MALFORMED(name="RoleArn")
    if not _SESSION_NAME.fullmatch(request.session_name):
        raise Errors.ASSUME_PARAMETER_MALFORMED(name="RoleSessionName")
    if request.external_id and not _EXTERNAL_ID.fullmatch(request.external_id):
        raise Errors.ASSUME_PARAMETER_MALFORMED(name="ExternalId")
    if request.seconds < SECONDS_MIN:
        raise Errors.SESSION_DURATION_INVALID()
    if not request.policy:
        return None
    if len(request.policy.encode()) > _POLICY_MAX:
        raise Errors.POLICY_TOO_LONG()
    try:
        return parse_policy(request.policy)
    except (ValueError, RecursionError):
        raise Errors.POLICY_MALFORMED() from None
