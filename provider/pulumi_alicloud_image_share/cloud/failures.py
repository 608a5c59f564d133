"""From what the SDK raises to errors in the user's words: what failed, with which code, and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

import requests
from alibabacloud_credentials.exceptions import CredentialException
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException

from .. import slots
from ..errors import EcsError, EcsUnavailable, ImageNotFound
from .model import not_found_sentence

_TRANSIENT_CODES: Final = ("Throttling", "ServiceUnavailable", "InternalError", "SystemBusy", "SignatureNonceUsed")

# The engine keeps the stack's configuration of the provider in the state, for commands that run no program.
_KEPT_KEYS: Final = " Refresh and destroy use the keys in the configuration of the last up; --run-program uses today's."

EXPIRED: Final = "InvalidSecurityToken.Expired"

_TOKEN: Final = slots.setting("securityToken")

_ADVICE: Final = {
    "InvalidAccount.NotFound": "No account of this call was changed: correct the account ID and run again.",
    "InvalidAccount.Forbbiden": "Remove the owner's own account ID from accounts.",
    "QuotaExceed.ShareImageUser": "Unshare some accounts, or raise the quota in Quota Center. It is lower than "
    f"{slots.prop('max_accounts')}: set that to it, so that previews see it.",
    "QuotaExceed.ShareImage": "Raise the quota of shared images of this account in Quota Center.",
    "InvalidImageId.BidMismatch": "Images can't be shared between these sites of Alibaba Cloud: leave them out.",
    "Image.Public": "Unpublish the community image first, or share another image.",
    "OperationDenied.InvalidImageStatus": "Share an image that is Available.",
    "InvalidOperation.ServiceKeyEncryptedImageUnsupported": "Copy it (CopyImage) with a key of your own (CMK) and "
    "share the copy.",
    "AssumeRoleError": "Create the RAM role AliyunECSShareEncryptImageDefaultRole, which shares encrypted images.",
    "OperationDeined.EncryptedSnapshot": "Create the RAM role AliyunECSShareEncryptImageDefaultRole and check its key.",
    "OperationDeined.FullImage": "A full image with encrypted disks can't be shared: share a system disk's image.",
    "InvalidAccessKeyId.NotFound": "Check the AccessKey ID: it does not exist or was deleted." + _KEPT_KEYS,
    "InvalidAccessKeyId.Inactive": "Enable the AccessKey in RAM, or use another.",
    "SignatureDoesNotMatch": "Check the AccessKey secret." + _KEPT_KEYS,
    "IncompleteSignature": "Check the AccessKey secret.",
    "InvalidImageName.Duplicated": "Another image of this account in that region has the name: give the copy another.",
    "QuotaExceed.Image": "Delete images in that region that nobody needs, or raise their quota in Quota Center.",
    "QuotaExceed.Snapshot": "Delete snapshots in that region that nobody needs, or raise their quota in Quota Center.",
    "CopyImage OperationDeined.EncryptedSnapshot": "The image is encrypted, so its copy must be too: leave encrypted "
    f"out, or set it to {slots.literal(True)}.",
    "InvalidEncrypted.NotMatchDiskDefaultEncryption": "This account encrypts by default: leave encrypted out, or set "
    f"it to {slots.literal(True)}.",
    "InvalidParameter.KmsNotEnabled": "Enable KMS for this account first.",
    "InvalidParameter.KMSKeyId.NotFound": f"Check {slots.prop('kms_key_id')}: the key must be in the region of "
    "the copy.",
    "InvalidParameter.KMSKeyId.CMKNotEnabled": "Enable the key in KMS.",
    "InvalidParameter.KMSKeyId.CMKUnauthorized": "Allow ECS to use the key and to tag it, in KMS.",
    "InvalidParameter.KMSKeyId.KMSUnauthorized": "Allow ECS to use KMS: create the RAM role "
    "AliyunECSDiskEncryptDefaultRole.",
    "RegionNotSupportCopy": "Images can't be copied between these two regions: choose another.",
    "SourceRegion.NotFound": f"Check {slots.prop('source_region')}: it is none of ECS's.",
    "DestinationRegion.NotFound": "Check region: it is none of ECS's.",
    "ImageUsingByInstance": "Instances use the image: release them or replace their system disks first, or update the "
    f"copy with {slots.assigned('force_delete', True)} before it is deleted.",
    "ImageUseShared": "Unshare the image from all accounts first.",
    "OperationDenied.ImageCopying": "The image is being copied on: wait until that copy is complete.",
    EXPIRED: "The temporary credentials have expired: get new ones and run again." + _KEPT_KEYS,
    "EntityNotExist.Role": "Check the ARN of the role to assume: there is no such role.",
    "MissingSecurityToken": "An STS AccessKey needs its token: set " + _TOKEN + ".",
    "InvalidSecurityToken.Malformed": "Check the security token: it does not belong to the AccessKey.",
    "InvalidTimeStamp.Expired": "Set the clock of this machine: it is more than 15 minutes off.",
}
# The reference of CopyImage has the spelling of the last.
_FORBIDDEN = ("Forbidden.RAM", "Forbidden.Unauthorized", "NoPermission", "Forbidden", "Forbbiden")
# TagResources knows the image as a resource.
_NO_IMAGE = ("InvalidImageId.NotFound", "InvalidResourceId.NotFound")


@dataclass(frozen=True)
class FailedCall:
    """A call that failed: what was asked of whom.

    Attributes:
        action: The action, such as "DescribeImages".
        region: The region's ID.
        subject: What the call is about: an image's ID, or a role's ARN.
        endpoint: "host" or "host:port" that was called.
        key: The slot of a setting, by its name.
        accounts: The account IDs that the call names.
    """

    action: str
    region: str
    subject: str
    endpoint: str
    key: Callable[[str], str] = slots.setting
    accounts: Collection[str] = ()


def explain_failure(error: Exception, failed: FailedCall) -> EcsError:
    """The error of this package for one that the SDK raised (AlibabaCloudException or UnretryableException)."""
    action, region = failed.action, failed.region
    if not isinstance(error, AlibabaCloudException):
        return _unreachable(error, failed)
    # The SDK writes "None" for what the answer does not have.
    code, request_id = (text if text and text != "None" else "" for text in (error.code, error.request_id))
    status = error.status_code or 0
    message = _without_echo(str((error.data or {}).get("Message") or f"HTTP status {status}"))
    message = slots.with_accounts(message, failed.accounts)
    code = code or "UnknownError"
    if code.startswith(_TRANSIENT_CODES) or status >= 500:
        advice = "ECS is overloaded or broken: run again later."
        return EcsUnavailable(action, code, message, request_id, advice)
    if code in _NO_IMAGE:
        return ImageNotFound(
            action, code, message, request_id, _capitalised(not_found_sentence(failed.subject, region))
        )
    if code == "InvalidRegionId.NotFound":
        return EcsError(action, code, message, request_id, f"Check the region ID: {region} is none of ECS's.")
    if code in _FORBIDDEN:
        return EcsError(action, code, message, request_id, _policy_advice(failed))
    advice = _ADVICE.get(f"{action} {code}", _ADVICE.get(code, ""))
    return EcsError(action, code, message, request_id, advice.replace(_TOKEN, failed.key("securityToken")))


def tell_credential_fault(error: Exception | None) -> str:
    """Why credentials can't be loaded, on one line and without what a command of theirs printed."""
    if not isinstance(error, CredentialException):
        return "the file is not of the form that `aliyun configure` writes"
    if _OF_OIDC.search(str(error)):
        return _oidc_fault(str(error))
    text = " ".join(_without_answer(str(error)).split()).rstrip(" ,;:.")
    return text if len(text) <= 200 and text.isprintable() else f"{ascii(text)[1:150]}..."


_ANSWER: Final = re.compile(r"(?i)stderr:|\b(?:result|response|body|content)\b['\"]?\s*[:=]")
_URL: Final = re.compile(r"(?P<scheme>https?://)(?:[^\s/@]*@)?(?P<place>[^\s?#'\"]*)(?:[?#][^\s'\",]*)?")


def _without_answer(text: str) -> str:
    """What a source of credentials says, without what it was answered and what stands in a URL beside the address."""
    return _URL.sub(r"\g<scheme>\g<place>", _ANSWER.split(text, maxsplit=1)[0])


_OF_OIDC: Final = re.compile(r"OIDCRoleArnCredentialsProvider: |oidc_role_arn")


def _oidc_fault(text: str) -> str:
    """Why STS gives nothing for an OIDC token, and never the token: it is in the URL of the call that failed."""
    # One error tells of each source that was tried: of OIDC up to the next.
    of_oidc = re.split(r"""['"], ['"]\w+Provider: """, _OF_OIDC.split(text, maxsplit=1)[1])[0]
    if code := re.search(r'"Code"\s*:\s*"([\w.]{1,80})"', of_oidc):
        message = re.search(r'"Message"\s*:\s*"([^"\\]{1,200})"', of_oidc)
        told = f"{code[1]}: {message[1]}" if message and message[1].isprintable() else code[1]
        return f"STS refuses the OIDC token, {told.rstrip(' .')}"
    if re.match(r"""\[Errno \d+\] [^:]+: [\\'"]""", of_oidc):
        return "the file of the OIDC token can't be read"
    return f"STS does not answer the call with the OIDC token: {_reason(of_oidc).replace('ECS', 'STS')}"


def _without_echo(message: str) -> str:
    """What ECS says, without the request that it quotes where a signature is wrong: the token is in there."""
    text = re.split(r"(?i)server (?:string ?to ?sign|canonical ?request)", message)[0]
    return text.rstrip(" ,:;") if len(text) < len(message) else text[:300]


def _unreachable(error: Exception, failed: FailedCall) -> EcsError:
    action = failed.action
    cause = getattr(error, "inner_exception", None) or error
    if isinstance(cause, CredentialException):
        advice = "Check where they come from; docs/credentials.md lists the places."
        why = f"the credentials could not be renewed ({tell_credential_fault(cause)})"
        return EcsError(action, "NoCredentials", why, advice=advice)
    # What requests refuses to send (a header with a newline, say) is refused again; the rest is the network.
    if isinstance(cause, requests.exceptions.RequestException | UnicodeError):
        return EcsError(action, "InvalidRequest", f"the request can't be sent ({type(cause).__name__})")
    region = f" for region {failed.region}" if failed.region else ""
    message = f"no usable answer from {failed.endpoint}{region} ({_reason(str(cause), failed.key)})"
    advice = f"Check the network, the region ID and {failed.key('endpoints')}."
    return EcsUnavailable(action, "NoAnswer", message, advice=advice)


# Messages of requests nest those of urllib3 and of the system: the first that is found is what a person wants to know.
_REASONS: Final = (
    (
        r"WRONG_VERSION_NUMBER|wrong version number|record layer failure",
        "it does not speak TLS: {protocol} is HTTPS",
    ),
    (r"CERTIFICATE_VERIFY_FAILED", "its TLS certificate can't be verified"),
    (r"Name or service not known|name resolution|getaddrinfo|Failed to resolve", "its name can't be resolved"),
    (r"Connection refused", "Connection refused"),
    (r"[Cc]onnection reset", "Connection reset"),
    (r"Remote end closed|RemoteDisconnected|Connection aborted|IncompleteRead", "Connection closed without an answer"),
    (r"connect timeout|ConnectTimeout", "connecting took too long"),
    (r"timed out|[Tt]imeout", "the answer took too long"),
    (r"unreachable", "no route to it"),
    (r"", "the answer is not one of ECS"),
)


def _reason(text: str, key: Callable[[str], str] = slots.setting) -> str:
    reason = next(reason for pattern, reason in _REASONS if re.search(pattern, text))
    return reason.format(protocol=key("protocol"))


def _policy_advice(failed: FailedCall) -> str:
    if failed.action == "AssumeRole":
        return (
            f'Allow it in RAM: {{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "{failed.subject}"}} is '
            "the statement to add to the policy of the caller, and the role's trust policy must name the caller's "
            f"account. Check {slots.prop('external_id')} too, if that policy demands one."
        )
    return (
        f'Allow it in RAM: {{"Effect": "Allow", "Action": "ecs:{failed.action}", "Resource": "acs:ecs:*:*:image/*"}} '
        "is the statement to add to the policy of the user or role."
    )


def _capitalised(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
