"""The actions of STS."""

from __future__ import annotations

from ..actions import Context, takes
from ..clock import format_time
from ..wire import Answer, Params
from .errors import Errors
from .sessions import SECONDS_DEFAULT, AssumeRequest


@takes()
def get_caller_identity(context: Context, params: Params) -> Answer:
    """Who the AccessKey belongs to."""
    caller = context.caller
    answer = {
        "IdentityType": caller.type,
        "AccountId": context.account,
        "PrincipalId": caller.user_id,
        "Arn": caller.arn,
    }
    if caller.role_session:
        answer["RoleId"] = caller.user_id
        answer["PrincipalId"] = caller.assumed_role_id
    else:
        answer["UserId"] = caller.user_id
    return answer


@takes("RoleArn", "RoleSessionName", "DurationSeconds", "ExternalId", "Policy")
def assume_role(context: Context, params: Params) -> Answer:
    """A temporary AccessKey of a role."""
    request = AssumeRequest(
        role_arn=_require(params, "RoleArn"),
        session_name=_require(params, "RoleSessionName"),
        seconds=_seconds(params.get("DurationSeconds")),
        external_id=params.get("ExternalId"),
        policy=params.get("Policy"),
    )
    session, expires = context.cloud.sts.assume(context.caller, request)
    return {
        "AssumedRoleUser": {
            "Arn": f"{session.role_arn}/{request.session_name}",
            "AssumedRoleId": session.assumed_role_id,
        },
        "Credentials": {
            "AccessKeyId": session.access_key_id,
            "AccessKeySecret": session.secret,
            "SecurityToken": session.security_token,
            "Expiration": format_time(expires),
        },
    }


def _require(params: Params, name: str) -> str:
    # AssumeRole's table has no code for a missing parameter; this is the one of STS's other actions.
    if not params.get(name):
        raise Errors.ASSUME_PARAMETER_MISSING(name=name)
    return params.get(name)


def _seconds(text: str) -> int:
    if not text:
        return SECONDS_DEFAULT
    if not text.isdecimal() or len(text) > 9:
        raise Errors.SESSION_DURATION_INVALID()
    return int(text)
