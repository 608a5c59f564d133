"""What an error is, and the table of the errors that all products share.

Each product has a table of its own: `ecs/errors.py`, `vpc/errors.py`, `ess/errors.py`, `sts/errors.py`. Codes, texts
and HTTP statuses are those of the published error tables (2024-2026). If two tables differ for one code, a comment
says which was taken.
"""

from __future__ import annotations

from enum import Enum, unique
from string import Formatter


class EcsError(Exception):
    """The answer of an API that refuses a call.

    Attributes:
        code: The error code, such as "InvalidImageId.NotFound".
        message: The text beside it.
        http_status: The status of the HTTP answer.
    """

    def __init__(self, code: str, message: str, http_status: int) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.http_status = http_status


class ErrorTable(Enum):
    """Base of the error tables. Calling a row builds its error: `raise Errors.IMAGE_NOT_FOUND(image_id="m-1")`.

    A row holds a code, an HTTP status and a text. Code and text may name parameters in braces.
    """

    def __init__(self, code: str, status: int, text: str) -> None:
        self.code = code
        self.status = status
        self.text = text
        self.parameters = frozenset(name for part in (code, text) for _, name, _, _ in Formatter().parse(part) if name)

    def __call__(self, **parameters: str) -> EcsError:
        """The error of this row.

        Args:
            parameters: A value for each parameter of the row.

        Raises:
            TypeError: A parameter is missing, or the row does not have it.
        """
        if parameters.keys() != self.parameters:
            raise TypeError(f"{self} takes {sorted(self.parameters)}, not {sorted(parameters)}")
        return EcsError(self.code.format(**parameters), self.text.format(**parameters), self.status)


@unique
class CommonErrors(ErrorTable):
    """Codes, HTTP statuses and texts of the gateway, and of parameters in all products."""

    # -- Gateway: common parameters, signatures, flow control ----------------------------------------------------------

    # A parameter that every call needs, such as Action, Version or Timestamp.
    MISSING_COMMON_PARAMETER = "Missing{name}", 400, "{name} is mandatory for this action."
    # Neither GET nor POST.
    UNSUPPORTED_HTTP_METHOD = "UnsupportedHTTPMethod", 403, "This http method is not supported."
    # No such action, or a path other than /.
    UNKNOWN_API = "InvalidApi.NotFound", 404, "Specified api is not found, please check your url and method."
    # No product served here has this version.
    INVALID_VERSION = "InvalidVersion", 400, "Specified parameter Version is not valid."
    # Neither JSON nor XML.
    INVALID_FORMAT = "InvalidParameter.Format", 400, "Specified parameter format is not valid."
    # ECS's table gives 404, those of some other products 400.
    ACCESS_KEY_NOT_FOUND = "InvalidAccessKeyId.NotFound", 404, "Specified access key is not found."
    # The signature cannot be checked: a header is malformed or not signed.
    INCOMPLETE_SIGNATURE = (
        "IncompleteSignature",
        400,
        "The request signature does not conform to Aliyun standards. {detail}",
    )
    INVALID_SIGNATURE_METHOD = "InvalidSignatureMethod", 400, "Specified signature method is not valid."
    # The text shows what the server signed, as ECS does.
    SIGNATURE_MISMATCH = (
        "SignatureDoesNotMatch",
        400,
        "Specified signature is not matched with our calculation. server string to sign is:{string_to_sign}",
    )
    NONCE_USED = "SignatureNonceUsed", 400, "Specified signature nonce was used already."
    TIMESTAMP_MALFORMED = "InvalidTimeStamp.Format", 400, "Specified time stamp or date value is not well formatted."
    # More than 15 minutes off.
    TIMESTAMP_EXPIRED = "InvalidTimeStamp.Expired", 400, "Specified time stamp or date value is expired."
    MISSING_SECURITY_TOKEN = "MissingSecurityToken", 400, "SecurityToken is mandatory for this action."
    # STS never issued this token.
    SECURITY_TOKEN_MALFORMED = "InvalidSecurityToken.Malformed", 400, "Specified SecurityToken is malformed."
    # The token belongs to another AccessKey.
    SECURITY_TOKEN_MISMATCH = (
        "InvalidSecurityToken.MismatchWithAccessKey",
        400,
        "Specified SecurityToken mismatch with the AccessKey.",
    )
    # The tables of some ECS actions give 403. The gateway answers first, with 400.
    SECURITY_TOKEN_EXPIRED = "InvalidSecurityToken.Expired", 400, "Specified SecurityToken is expired."
    THROTTLED_USER = "Throttling.User", 400, "Request was denied due to user flow control."
    SERVICE_UNAVAILABLE = "ServiceUnavailable", 503, "The request has failed due to a temporary failure of the server."
    INTERNAL_ERROR = "InternalError", 500, "The request processing has failed due to some unknown error."
    FORBIDDEN_RAM = (
        "Forbidden.RAM",
        403,
        "User not authorized to operate on the specified resource, or this API doesn't support RAM.",
    )
    # The answer to a DryRun that would have succeeded.
    DRY_RUN_PASSED = "DryRunOperation", 400, "Request validation has been passed with DryRun flag set."

    # -- Parameters ----------------------------------------------------------------------------------------------------

    MISSING_PARAMETER = (
        "MissingParameter",
        400,
        'The input parameter "{name}" that is mandatory for processing this request is not supplied.',
    )
    INVALID_PARAMETER = "InvalidParameter", 400, 'The specified parameter "{name}" is not valid.'
    # The emulator's own: ECS honours the parameter or ignores it. Accepting it without effect would be a lie.
    PARAMETER_NOT_HONOURED = (
        "InvalidParameter",
        400,
        'The specified parameter "{name}" is not valid: the emulator does not honour it.',
    )
    REGION_NOT_FOUND = "InvalidRegionId.NotFound", 404, "The specified RegionId does not exist."
    # Two different requests with one ClientToken.
    CLIENT_TOKEN_REUSED = (
        "IdempotentParameterMismatch",
        400,
        "The provided token has been used by another request with different parameters.",
    )
