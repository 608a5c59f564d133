"""The gateway before the actions: it finds caller, parameters and faults, and forms the answer.

Independent of any server: a `WireRequest` in, a `Reply` out.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import parse_qsl

from .accounts import Identity
from .actions import Action, Context, Product
from .calls import Call, CallLog
from .clock import parse_time
from .cloud import Cloud
from .errors import CommonErrors, EcsError
from .faults import Faults, Strike
from .registry import find_action, product_called
from .signature import Claim, acs3_claim, rpc_claim
from .wire import Answer, Params, render_json, render_xml

_CLOCK_SKEW = timedelta(minutes=15)
_NONCES_KEPT = 100_000
_COMMON = frozenset({"AccessKeyId", "Action", "Format", "SecurityToken", "Timestamp", "Version"})
_PROXY_PAGE = b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"


@dataclass(frozen=True)
class WireRequest:
    """An HTTP request; header names are lower-case."""

    method: str
    path: str
    query: str
    headers: dict[str, list[str]]
    body: bytes

    def header(self, name: str) -> str:
        """A header's value, or nothing."""
        return (self.headers.get(name) or [""])[0]


@dataclass(frozen=True)
class Reply:
    """An HTTP answer. With `drop`, the connection closes without it; with `truncate`, in the middle of it."""

    status: int
    body: bytes
    content_type: str
    request_id: str
    drop: bool = False
    truncate: bool = False


@dataclass(frozen=True)
class Admitted:
    """A request that passed the gateway, with its faults. Wait `delay_s` before `answer`."""

    params: Params
    name: str
    product: Product
    action: Action
    caller: Identity
    form: _Form
    strike: Strike

    @property
    def delay_s(self) -> float:
        """The delay by faults in seconds."""
        return self.strike.delay_s


@dataclass(frozen=True)
class _Form:
    """The form of the answer."""

    xml: bool
    product: str
    host: str
    request_id: str

    def success(self, action: str, answer: Answer) -> tuple[bytes, str]:
        full = {**answer, "RequestId": self.request_id}
        return render_xml(f"{action}Response", full) if self.xml else render_json(full)

    def failure(self, error: EcsError) -> tuple[bytes, str]:
        full = {
            "RequestId": self.request_id,
            "HostId": self.host,
            "Code": error.code,
            "Message": error.message,
            "Recommend": "https://api.aliyun.com/troubleshoot"
            f"?q={error.code}&product={self.product}&requestId={self.request_id}",
        }
        return render_xml("Error", full) if self.xml else render_json(full)


class Gateway:
    """The entry for all requests to the APIs."""

    def __init__(self, cloud: Cloud, faults: Faults, calls: CallLog, strict: bool = True) -> None:
        self._cloud = cloud
        self._strict = strict
        self._faults = faults
        self._calls = calls
        self._nonces: dict[tuple[str, str], None] = {}
        self._lock = threading.Lock()

    def reset(self) -> None:
        """Forget the nonces seen."""
        with self._lock:
            self._nonces.clear()

    def admit(self, request: WireRequest) -> Admitted | Reply:
        """Authenticate a request and find its action. A Reply is the refusal."""
        form = _Form(False, product_called(""), request.header("host"), str(uuid.uuid4()).upper())
        if request.path not in ("", "/"):
            return self._refusal(form, CommonErrors.UNKNOWN_API())
        query = parse_qsl(request.query, keep_blank_values=True)
        given = dict([*query, *_form_fields(request)])
        # The SDKs send x-acs-action with the older signature as well, so that header alone decides nothing.
        v3 = "authorization" in request.headers or ("x-acs-action" in request.headers and "Signature" not in given)
        name = request.header("x-acs-action") if v3 else given.get("Action", "")
        params = Params(
            {key: value for key, value in given.items() if v3 or not (key in _COMMON or key.startswith("Signature"))}
        )
        version = request.header("x-acs-version") if v3 else given.get("Version", "")
        form = replace(form, product=product_called(version))
        account = ""
        try:
            form = replace(form, xml=_wants_xml(request, given, v3))
            if request.method not in ("GET", "POST"):
                raise CommonErrors.UNSUPPORTED_HTTP_METHOD()
            for common, value in (("Action", name), ("Version", version)):
                if not value:
                    raise CommonErrors.MISSING_COMMON_PARAMETER(name=common)
            claim = (
                acs3_claim(request.method, request.path or "/", query, request.headers, request.body)
                if v3
                else rpc_claim(request.method, given)
            )
            caller = self._authenticate(claim)
            account = caller.account.id
            product, action = find_action(version, name)
        except EcsError as error:
            self._record(name, account, params, error.code)
            return self._refusal(form, error)
        region, image = params.get("RegionId"), params.get("ImageId")
        strike = self._faults.strike(name, region, account, caller.account.name, image)
        return Admitted(params, name, product, action, caller, form, strike)

    def answer(self, admitted: Admitted) -> Reply:
        """Carry out an admitted request, or its fault."""
        rule, form = admitted.strike.rule, admitted.form
        account = admitted.caller.account.id
        if rule is not None and rule.kind == "drop_before":
            self._record(admitted.name, account, admitted.params, "", rule.kind)
            return Reply(0, b"", "", form.request_id, drop=True)
        unheeded = () if self._strict else tuple(admitted.action.not_honoured(admitted.params))
        try:
            if rule is not None and (error := rule.error()):
                raise error
            admitted.product.check_allowed(admitted.caller, admitted.name, admitted.params)
            with self._cloud.lock:
                context = Context(self._cloud, admitted.caller, self._faults.reading(), self._strict)
                result = admitted.action(context, admitted.params)
                # In the lock: whoever sees a change also sees the call that made it.
                self._record(admitted.name, account, admitted.params, "OK", admitted.strike.name, unheeded)
        except EcsError as error:
            self._record(admitted.name, account, admitted.params, error.code, admitted.strike.name, unheeded)
            reply = self._refusal(form, error)
        else:
            reply = Reply(200, *form.success(admitted.name, result), form.request_id)
        if rule is None:
            return reply
        if rule.kind == "garbage":
            return Reply(200, _PROXY_PAGE, "text/html", form.request_id)
        return Reply(
            reply.status,
            reply.body,
            reply.content_type,
            form.request_id,
            drop=rule.kind == "drop_after",
            truncate=rule.kind == "truncate",
        )

    def _authenticate(self, claim: Claim) -> Identity:
        now = self._cloud.clock.now()
        try:
            sent = parse_time(claim.timestamp)
        except ValueError:
            raise CommonErrors.TIMESTAMP_MALFORMED() from None
        if abs(self._cloud.clock.dated() - sent) > _CLOCK_SKEW:
            raise CommonErrors.TIMESTAMP_EXPIRED()
        caller = self._cloud.accounts.identify(claim.access_key_id, claim.security_token, now)
        claim.verify(caller.secret)
        with self._lock:
            seen = (claim.access_key_id, claim.nonce)
            if seen in self._nonces:
                raise CommonErrors.NONCE_USED()
            self._nonces[seen] = None
            if len(self._nonces) > _NONCES_KEPT:
                del self._nonces[next(iter(self._nonces))]
        return caller

    def _record(
        self, name: str, account: str, params: Params, code: str, fault: str = "", unheeded: tuple[str, ...] = ()
    ) -> None:
        self._calls.record(Call(name, account, params.get("RegionId"), code, dict(params.raw), fault, unheeded))

    @staticmethod
    def _refusal(form: _Form, error: EcsError) -> Reply:
        return Reply(error.http_status, *form.failure(error), form.request_id)


def _form_fields(request: WireRequest) -> Iterable[tuple[str, str]]:
    if request.header("content-type").partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        return ()
    return parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)


def _wants_xml(request: WireRequest, given: dict[str, str], v3: bool) -> bool:
    """XML is the documented default of the RPC scheme. The V3 scheme uses Accept and defaults to JSON."""
    if v3:
        return "xml" in request.header("accept").lower()
    wanted = given.get("Format", "XML").upper()
    if wanted not in ("JSON", "XML"):
        raise CommonErrors.INVALID_FORMAT()
    return wanted == "XML"
