"""The errors of STS.

https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole
https://www.alibabacloud.com/help/doc-detail/42775.htm
"""

from __future__ import annotations

from enum import unique

from ..errors import ErrorTable


@unique
class Errors(ErrorTable):
    """Codes, HTTP statuses and texts of STS."""

    # The caller uses the AccessKey of an account, or RAM or the role's trust policy forbids the action.
    NOT_AUTHORIZED_BY_RAM = (
        "NoPermission",
        403,
        "You are not authorized to do this action. You should be authorized by RAM.",
    )
    ROLE_NOT_FOUND = "EntityNotExist.Role", 404, "The specified Role not exists ."
    ASSUME_PARAMETER_MISSING = "MissingParameter.{name}", 400, "Parameter {name} is required."
    ASSUME_PARAMETER_MALFORMED = "InvalidParameter.{name}", 400, "The parameter {name} is wrongly formed."
    # Less than 900, or more than the role's MaxSessionDuration. The text (doc-detail/42775) is from the time when the
    # maximum was one hour for every role.
    SESSION_DURATION_INVALID = (
        "InvalidParameter.DurationSeconds",
        400,
        "The Min/Max value of DurationSeconds is 15min/1hr.",
    )
    # doc-detail/42775
    POLICY_MALFORMED = "InvalidParameter.PolicyGrammar", 400, "The parameter Policy has not passed grammar check."
    POLICY_TOO_LONG = "InvalidParameter.PolicySize", 400, "The size of Policy must be smaller than 2048 bytes."
