"""The errors of STS.

https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole
https://www.alibabacloud.com/help/doc-detail/42775.htm
"""

from __future__ import annotations

from ..errors import EcsError


def not_authorized_by_ram() -> EcsError:
    """STS does not let this AccessKey do this: it is an account's own, or RAM or the role's trust policy forbids it."""
    text = "You are not authorized to do this action. You should be authorized by RAM."
    return EcsError("NoPermission", text, 403)


def role_not_found() -> EcsError:
    """No such RAM role."""
    return EcsError("EntityNotExist.Role", "The specified Role not exists .", 404)


def assume_parameter_missing(name: str) -> EcsError:
    """A parameter that AssumeRole needs is absent."""
    return EcsError(f"MissingParameter.{name}", f"Parameter {name} is required.", 400)


def assume_parameter_malformed(name: str) -> EcsError:
    """A parameter of AssumeRole is not of its form."""
    return EcsError(f"InvalidParameter.{name}", f"The parameter {name} is wrongly formed.", 400)


def session_duration_invalid() -> EcsError:
    """DurationSeconds is less than 900, or more than the role's MaxSessionDuration."""
    # doc-detail/42775: the text is of the time when that was an hour for every role.
    return EcsError("InvalidParameter.DurationSeconds", "The Min/Max value of DurationSeconds is 15min/1hr.", 400)


def policy_malformed() -> EcsError:
    """The Policy that is to narrow a session is none."""
    # doc-detail/42775
    return EcsError("InvalidParameter.PolicyGrammar", "The parameter Policy has not passed grammar check.", 400)


def policy_too_long() -> EcsError:
    """The Policy that is to narrow a session is too long."""
    return EcsError("InvalidParameter.PolicySize", "The size of Policy must be smaller than 2048 bytes.", 400)
