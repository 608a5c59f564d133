"""The errors that all products have in common: real codes, texts and HTTP statuses.

Each product has its own beside its actions. Every constructor is named for what went wrong. The texts are those of the
published error tables (2024-2026); where two tables give two statuses or texts for one code, a comment says which was
taken.
"""

from __future__ import annotations


class EcsError(Exception):
    """An answer of the API that is no success."""

    def __init__(self, code: str, message: str, http_status: int) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.http_status = http_status


# -- the gateway: parameters common to every call, signatures, flow control ------------------------------------------


def missing_common_parameter(name: str) -> EcsError:
    """A parameter that every call needs (Action, Version, Timestamp, ...) is absent."""
    return EcsError(f"Missing{name}", f"{name} is mandatory for this action.", 400)


def unsupported_http_method() -> EcsError:
    """Neither GET nor POST."""
    return EcsError("UnsupportedHTTPMethod", "This http method is not supported.", 403)


def unknown_api() -> EcsError:
    """No such action, or not at this path."""
    return EcsError("InvalidApi.NotFound", "Specified api is not found, please check your url and method.", 404)


def invalid_version() -> EcsError:
    """The Version is none of an API served here."""
    return EcsError("InvalidVersion", "Specified parameter Version is not valid.", 400)


def invalid_format() -> EcsError:
    """Format is neither JSON nor XML."""
    return EcsError("InvalidParameter.Format", "Specified parameter format is not valid.", 400)


def access_key_not_found() -> EcsError:
    """The AccessKey ID belongs to nobody."""
    # Some products' tables give 400; ECS's own gives 404.
    return EcsError("InvalidAccessKeyId.NotFound", "Specified access key is not found.", 404)


def incomplete_signature(detail: str = "") -> EcsError:
    """The signature cannot be checked at all: a malformed header, or headers left unsigned."""
    text = "The request signature does not conform to Aliyun standards."
    return EcsError("IncompleteSignature", f"{text} {detail}".strip(), 400)


def invalid_signature_method() -> EcsError:
    """A signature method other than those served here."""
    return EcsError("InvalidSignatureMethod", "Specified signature method is not valid.", 400)


def signature_mismatch(string_to_sign: str) -> EcsError:
    """The signature is wrong; the text tells what the server signed, as the real one does."""
    text = f"Specified signature is not matched with our calculation. server string to sign is:{string_to_sign}"
    return EcsError("SignatureDoesNotMatch", text, 400)


def nonce_used() -> EcsError:
    """The SignatureNonce was seen before."""
    return EcsError("SignatureNonceUsed", "Specified signature nonce was used already.", 400)


def timestamp_malformed() -> EcsError:
    """The time of the request is not of the form 2006-01-02T15:04:05Z."""
    return EcsError("InvalidTimeStamp.Format", "Specified time stamp or date value is not well formatted.", 400)


def timestamp_expired() -> EcsError:
    """The time of the request is more than 15 minutes off."""
    return EcsError("InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.", 400)


def missing_security_token() -> EcsError:
    """A temporary AccessKey came without its token."""
    return EcsError("MissingSecurityToken", "SecurityToken is mandatory for this action.", 400)


def security_token_malformed() -> EcsError:
    """The token is none that STS gave."""
    return EcsError("InvalidSecurityToken.Malformed", "Specified SecurityToken is malformed.", 400)


def security_token_mismatch() -> EcsError:
    """The token was given for another AccessKey."""
    return EcsError(
        "InvalidSecurityToken.MismatchWithAccessKey", "Specified SecurityToken mismatch with the AccessKey.", 400
    )


def security_token_expired() -> EcsError:
    """The token has run out."""
    # 403 in the tables of some ECS actions, 400 from the gateway, which is what answers first.
    return EcsError("InvalidSecurityToken.Expired", "Specified SecurityToken is expired.", 400)


def throttled_user() -> EcsError:
    """The account calls too often."""
    return EcsError("Throttling.User", "Request was denied due to user flow control.", 400)


def service_unavailable() -> EcsError:
    """ECS is down for a moment."""
    return EcsError("ServiceUnavailable", "The request has failed due to a temporary failure of the server.", 503)


def internal_error() -> EcsError:
    """ECS broke."""
    return EcsError("InternalError", "The request processing has failed due to some unknown error.", 500)


def forbidden_ram() -> EcsError:
    """RAM does not let this AccessKey do this."""
    text = "User not authorized to operate on the specified resource, or this API doesn't support RAM."
    return EcsError("Forbidden.RAM", text, 403)


def dry_run_passed() -> EcsError:
    """What a DryRun that would have worked answers."""
    return EcsError("DryRunOperation", "Request validation has been passed with DryRun flag set.", 400)


# -- parameters ------------------------------------------------------------------------------------------------------


def missing_parameter(name: str) -> EcsError:
    """A parameter that this action needs is absent."""
    text = f'The input parameter "{name}" that is mandatory for processing this request is not supplied.'
    return EcsError("MissingParameter", text, 400)


def invalid_parameter(name: str) -> EcsError:
    """A parameter's value is not one that the action takes."""
    return EcsError("InvalidParameter", f'The specified parameter "{name}" is not valid.', 400)


def parameter_not_honoured(name: str) -> EcsError:
    """The emulator does nothing with this parameter."""
    # Of the emulator's own: ECS honours the parameter or ignores it. To take it and do nothing would be a lie.
    text = f'The specified parameter "{name}" is not valid: the emulator does not honour it.'
    return EcsError("InvalidParameter", text, 400)


def region_not_found() -> EcsError:
    """No such region."""
    return EcsError("InvalidRegionId.NotFound", "The specified RegionId does not exist.", 404)


def client_token_reused() -> EcsError:
    """One ClientToken with two different requests."""
    text = "The provided token has been used by another request with different parameters."
    return EcsError("IdempotentParameterMismatch", text, 400)
