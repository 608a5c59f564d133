"""The one door to ECS: pages, retries, and errors in the user's words.

Every call of this module is safe to repeat: adding an account that has access, or removing one that has none, is no
error (reference of ModifyImageSharePermission), and the rest only reads.
"""

from __future__ import annotations

import copy
import re
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeVar

import requests
from alibabacloud_credentials.exceptions import CredentialException
from alibabacloud_ecs20140526 import models
from alibabacloud_ecs20140526.client import Client
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from alibabacloud_tea_openapi.utils_models import Config
from darabonba.exceptions import UnretryableException
from darabonba.runtime import RuntimeOptions
from tenacity import RetryCallState, Retrying, retry_if_exception_type, wait_random_exponential

from .config import Settings, tell_credential_fault
from .errors import EcsError, EcsUnavailable, ImageNotFound
from .image import Image, not_found_sentence
from .pace import Pace
from .plan import Call

if TYPE_CHECKING:
    from alibabacloud_credentials.client import Client as CredentialClient

T = TypeVar("T")

PAGE_SIZE: Final = 100
"""The most that DescribeImageSharePermission returns at once. An older text says 50: `TotalCount` is followed."""

# "Status" defaults to Available: an image in any other state is invisible unless asked for. The values are named
# one by one since "ALL" is only in the newest documents.
_ANY_STATUS: Final = "Creating,Waiting,Available,UnAvailable,CreateFailed,Deprecated"

_TRANSIENT_CODES: Final = ("Throttling", "ServiceUnavailable", "InternalError", "SystemBusy", "SignatureNonceUsed")

# The engine keeps the stack's configuration of the provider in the state, for commands that run no program.
_KEPT_KEYS: Final = " Refresh and destroy use the keys in the configuration of the last up; --run-program uses today's."

_ADVICE: Final = {
    "InvalidAccount.NotFound": "No account of this call was changed: correct the account ID and run again.",
    "InvalidAccount.Forbbiden": "Remove the owner's own account ID from accounts.",
    "QuotaExceed.ShareImageUser": "Unshare some accounts, or raise the quota in Quota Center. It is lower than "
    "max_accounts: set that to it, so that previews see it.",
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
    "InvalidSecurityToken.Expired": "The temporary credentials have expired: get new ones and run again." + _KEPT_KEYS,
    "MissingSecurityToken": "An STS AccessKey needs its token: set alicloud:securityToken.",
    "InvalidSecurityToken.Malformed": "Check the security token: it does not belong to the AccessKey.",
    "InvalidTimeStamp.Expired": "Set the clock of this machine: it is more than 15 minutes off.",
}
_FORBIDDEN = ("Forbidden.RAM", "Forbidden.Unauthorized", "NoPermission")


class Ecs:
    """ECS as one operation needs it: all its calls share a budget of time. Safe to use from several threads.

    Every method raises `EcsUnavailable` where ECS stays throttling, unreachable or broken for
    `settings.retry_seconds`, `ImageNotFound` where the image is not there, and `EcsError` for any other refusal.
    """

    def __init__(
        self,
        settings: Settings,
        credential: CredentialClient,
        *,
        notify: Callable[[str], None] = lambda _: None,
        notice_seconds: float = 10.0,
        may_go_on: Callable[[], bool] = lambda: True,
    ) -> None:
        """Make a door to ECS; no call is made yet.

        Args:
            settings: Endpoint, protocol and time limits.
            credential: Whose images these are.
            notify: Tells the user that an operation has been waiting for ECS.
            notice_seconds: After how long it does so, in seconds.
            may_go_on: Asked before each call whether anybody still waits for its result.
        """
        self._settings = settings
        self._notify = notify
        self._notice_seconds = notice_seconds
        self._may_go_on = may_go_on
        self._clients = _Clients(settings, credential)
        self._pace = Pace()
        self._begin()

    def afresh(self) -> Ecs:
        """The same door for another operation: with a budget of its own, at the pace that all share."""
        other = copy.copy(self)
        other._begin()
        return other

    def _begin(self) -> None:
        self._began = time.monotonic()
        self._notified = False

    def image(self, region: str, image_id: str) -> Image | None:
        """Read an image, in whatever status: one DescribeImages call if it is there, three if not.

        Returns:
            The image, or None if it is not in this region or this account can't see it.
        """
        # By default neither Marketplace nor community images are searched: asked for only to say what is wrong.
        for scope in ({}, {"image_owner_alias": "marketplace"}, {"image_owner_alias": "others", "is_public": True}):
            request = models.DescribeImagesRequest(region_id=region, image_id=image_id, status=_ANY_STATUS, **scope)
            body = self._call(region, image_id, "describe_images", request)
            found = body.images.image if body.images and body.images.image else []
            for image in found:
                if image.image_id == image_id:
                    return _image(image, region)
        return None

    def shared_accounts(self, region: str, image_id: str) -> dict[str, str]:
        """Read who has access: one DescribeImageSharePermission call for each 100 accounts.

        Returns:
            Account ID to the time since when, in the words of ECS (ISO 8601, UTC).
        """
        return self._repeat(lambda: self._read_shared_accounts(region, image_id))

    def _read_shared_accounts(self, region: str, image_id: str) -> dict[str, str]:
        shared: dict[str, str] = {}
        rows = page = 0
        while True:
            page += 1
            request = models.DescribeImageSharePermissionRequest(
                region_id=region, image_id=image_id, page_number=page, page_size=PAGE_SIZE
            )
            body = self._call(region, image_id, "describe_image_share_permission", request)
            accounts = body.accounts.account if body.accounts and body.accounts.account else []
            shared |= {str(account.aliyun_id): account.shared_time or "" for account in accounts}
            rows += len(accounts)
            total, size = body.total_count or 0, body.page_size or PAGE_SIZE
            if accounts and (rows < total or len(accounts) >= size):
                continue
            if rows < total:
                raise EcsUnavailable(
                    "DescribeImageSharePermission",
                    "InconsistentAnswer",
                    f"TotalCount is {total}, but only {rows} accounts of {image_id} in {region} are listed",
                    body.request_id,
                    "Nothing can be said of the accounts that are left out: run again later.",
                )
            return shared

    def modify(self, region: str, image_id: str, call: Call) -> None:
        """Share and unshare as `call` says: one ModifyImageSharePermission call."""
        request = models.ModifyImageSharePermissionRequest(
            region_id=region,
            image_id=image_id,
            add_account=list(call.add) or None,
            remove_account=list(call.remove) or None,
        )
        self._call(region, image_id, "modify_image_share_permission", request)

    def _call(self, region: str, image_id: str, method: str, request: Any) -> Any:
        send = getattr(self._clients.of(region), f"{method}_with_options")
        action = "".join(word.capitalize() for word in method.split("_"))
        unanswered = False

        def attempt() -> Any:
            nonlocal unanswered
            turn = self._pace.take_turn()
            if not self._may_go_on():
                raise EcsError(action, "EngineGone", "not sent, since the engine that asked for it has ended")
            try:
                body = send(request, RuntimeOptions()).body
            except (AlibabaCloudException, UnretryableException) as error:
                failure = _in_users_words(error, action, region, image_id, self._clients.endpoint_of(region))
                throttled = failure.code.startswith("Throttling")
                if throttled:
                    self._pace.throttled(turn)
                unanswered = unanswered or (isinstance(failure, EcsUnavailable) and not throttled)
                failure.surely_refused = not unanswered
                raise failure from error
            self._pace.answered()
            if body is None or body.request_id is None:
                unanswered = True
                raise EcsUnavailable(action, "InvalidResponse", "the answer is not one of ECS")
            return body

        return self._repeat(attempt)

    def _repeat(self, attempt: Callable[[], T]) -> T:
        deadline = self._began + self._settings.retry_seconds
        pause = wait_random_exponential(multiplier=0.5, max=20)
        policy = Retrying(
            retry=retry_if_exception_type(EcsUnavailable),
            # tenacity before 8.2 calls these by the name of the argument.
            wait=lambda retry_state: max(0.0, min(pause(retry_state), deadline - time.monotonic())),
            stop=lambda retry_state: time.monotonic() >= deadline,
            before_sleep=self._say_that_it_waits,
            reraise=True,
        )
        return policy(attempt)

    def _say_that_it_waits(self, state: RetryCallState) -> None:
        pause = state.next_action.sleep if state.next_action else 0.0
        waited = time.monotonic() - self._began
        if self._notified or waited + pause < self._notice_seconds:
            return
        self._notified = True
        why = state.outcome.exception() if state.outcome else None
        self._notify(
            f"waiting for ECS for {waited + pause:.0f} s, at most {self._settings.retry_seconds:.0f} s in all "
            f"(image-share:retrySeconds): {why}"
        )


class _Clients:
    """One client of the SDK a region."""

    def __init__(self, settings: Settings, credential: CredentialClient) -> None:
        self._settings = settings
        self._credential = credential
        self._clients: dict[str, Client] = {}
        self._lock = threading.Lock()

    def endpoint_of(self, region: str) -> str:
        return str(self.of(region)._endpoint)

    def of(self, region: str) -> Client:
        with self._lock:
            if region not in self._clients:
                self._clients[region] = Client(
                    Config(
                        credential=self._credential,
                        region_id=region,
                        endpoint=self._settings.endpoint,
                        protocol=self._settings.protocol,
                        user_agent="pulumi-alicloud-image-share",
                    )
                )
            return self._clients[region]


def _in_users_words(error: Exception, action: str, region: str, image_id: str, endpoint: str) -> EcsError:
    if not isinstance(error, AlibabaCloudException):
        return _unreachable(error, action, region, endpoint)
    # The SDK writes "None" for what the answer does not have.
    code, request_id = (text if text and text != "None" else "" for text in (error.code, error.request_id))
    status = error.status_code or 0
    message = _without_echo(str((error.data or {}).get("Message") or f"HTTP status {status}"))
    code = code or "UnknownError"
    if code.startswith(_TRANSIENT_CODES) or status >= 500:
        advice = "ECS is overloaded or broken: run again later."
        return EcsUnavailable(action, code, message, request_id, advice)
    if code == "InvalidImageId.NotFound":
        return ImageNotFound(action, code, message, request_id, _capitalised(not_found_sentence(image_id, region)))
    if code == "InvalidRegionId.NotFound":
        return EcsError(action, code, message, request_id, f"Check the region ID: {region} is none of ECS's.")
    if code in _FORBIDDEN:
        return EcsError(action, code, message, request_id, _policy_advice(action))
    return EcsError(action, code, message, request_id, _ADVICE.get(code, ""))


def _without_echo(message: str) -> str:
    """What ECS says, without the request that it quotes where a signature is wrong: the token is in there."""
    text = re.split(r"(?i)server (?:string ?to ?sign|canonical ?request)", message)[0]
    return text.rstrip(" ,:;") if len(text) < len(message) else text[:300]


def _unreachable(error: Exception, action: str, region: str, endpoint: str) -> EcsError:
    cause = getattr(error, "inner_exception", None) or error
    if isinstance(cause, CredentialException):
        advice = "Check where they come from; see the README's section on credentials."
        why = f"the credentials could not be renewed ({tell_credential_fault(cause)})"
        return EcsError(action, "NoCredentials", why, advice=advice)
    # What requests refuses to send (a header with a newline, say) is refused again; the rest is the network.
    if isinstance(cause, requests.exceptions.RequestException | UnicodeError):
        return EcsError(action, "InvalidRequest", f"the request can't be sent ({type(cause).__name__})")
    message = f"no usable answer from {endpoint} for region {region} ({_reason(str(cause))})"
    advice = "Check the network, the region ID and alicloud:endpoints."
    return EcsUnavailable(action, "NoAnswer", message, advice=advice)


# Messages of requests nest those of urllib3 and of the system: the first that is found is what a person wants to know.
_REASONS: Final = (
    (
        r"WRONG_VERSION_NUMBER|wrong version number|record layer failure",
        "it does not speak TLS: alicloud:protocol is HTTPS",
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


def _reason(text: str) -> str:
    return next(reason for pattern, reason in _REASONS if re.search(pattern, text))


def _policy_advice(action: str) -> str:
    return (
        f'Allow it in RAM: {{"Effect": "Allow", "Action": "ecs:{action}", "Resource": "acs:ecs:*:*:image/*"}} '
        "is the statement to add to the policy of the user or role."
    )


def _capitalised(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _image(image: Any, region: str) -> Image:
    shared = {"true": True, "false": False}.get(str(image.is_self_shared).lower())
    return Image(
        image_id=image.image_id,
        region=region,
        owner_id=str(image.image_owner_id or ""),
        owner_alias=image.image_owner_alias or "",
        status=image.status or "",
        is_public=bool(image.is_public),
        product_code=image.product_code or "",
        is_shared=shared,
        progress=image.progress or "",
    )
