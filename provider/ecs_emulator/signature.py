"""Verification of signatures, for both schemes in use. Pure.

ACS3-HMAC-SHA256 is the V3 scheme of today's SDKs: headers and an Authorization. HMAC-SHA1 is the RPC scheme of the
older ones: everything among the parameters. Both are written from their published descriptions, not from a client.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from .errors import CommonErrors

ACS3 = "ACS3-HMAC-SHA256"
_AUTHORIZATION = re.compile(
    r"(?P<method>\S+)\s+Credential=(?P<key>[^,\s]+)\s*,\s*SignedHeaders=(?P<headers>[^,\s]+)\s*,"
    r"\s*Signature=(?P<signature>[0-9a-fA-F]+)\s*"
)


@dataclass(frozen=True)
class Claim:
    """The claimed sender of a request, and all data to verify it."""

    access_key_id: str
    security_token: str
    timestamp: str
    nonce: str
    signature: str
    scheme: str
    string_to_sign: str
    canonical_request: str = ""

    def verify(self, secret: str) -> None:
        """Raise SignatureDoesNotMatch unless this was signed with `secret`."""
        if self.scheme == ACS3:
            expected = hmac.new(secret.encode(), self.string_to_sign.encode(), hashlib.sha256).hexdigest()
            told = f"[{self.string_to_sign}] server CanonicalRequest:[{self.canonical_request}]"
        else:
            digest = hmac.new(f"{secret}&".encode(), self.string_to_sign.encode(), hashlib.sha1).digest()
            expected = base64.b64encode(digest).decode()
            told = self.string_to_sign
        if not hmac.compare_digest(expected.encode(), self.signature.encode()):
            raise CommonErrors.SIGNATURE_MISMATCH(string_to_sign=told)


def rpc_claim(method: str, parameters: Mapping[str, str]) -> Claim:
    """The claim of a request signed by the RPC scheme; `parameters` are those of the query and of the form together."""
    for name in ("AccessKeyId", "Signature", "SignatureMethod", "SignatureVersion", "SignatureNonce", "Timestamp"):
        if not parameters.get(name):
            raise CommonErrors.MISSING_COMMON_PARAMETER(name=name)
    if parameters["SignatureMethod"].upper() != "HMAC-SHA1" or parameters["SignatureVersion"] != "1.0":
        raise CommonErrors.INVALID_SIGNATURE_METHOD()
    canonical = "&".join(
        f"{_encode(name)}={_encode(value)}" for name, value in sorted(parameters.items()) if name != "Signature"
    )
    return Claim(
        access_key_id=parameters["AccessKeyId"],
        security_token=parameters.get("SecurityToken", ""),
        timestamp=parameters["Timestamp"],
        nonce=parameters["SignatureNonce"],
        signature=parameters["Signature"],
        scheme="HMAC-SHA1",
        string_to_sign=f"{method}&{_encode('/')}&{_encode(canonical)}",
    )


def acs3_claim(
    method: str, path: str, query: Iterable[tuple[str, str]], headers: Mapping[str, list[str]], body: bytes
) -> Claim:
    """The claim of a request signed by the V3 scheme; `headers` have lower-case names."""
    match = _AUTHORIZATION.fullmatch(_only(headers, "authorization"))
    if not match:
        raise CommonErrors.INCOMPLETE_SIGNATURE(
            detail="Authorization is not of the form ACS3-HMAC-SHA256 Credential=..."
        )
    if match["method"] != ACS3:
        raise CommonErrors.INVALID_SIGNATURE_METHOD()
    for header, name in (("x-acs-date", "Timestamp"), ("x-acs-signature-nonce", "SignatureNonce")):
        if not _only(headers, header):
            raise CommonErrors.MISSING_COMMON_PARAMETER(name=name)
    signed = match["headers"].lower().split(";")
    # "Every header that starts with x-acs-, host and content-type must be signed": a header left out could be changed
    # on the way, so the action itself could.
    needed = {name for name in headers if name.startswith("x-acs-") or name in ("host", "content-type")}
    left_out = sorted(needed - set(signed))
    if left_out or signed != sorted(set(signed)) or not set(signed) <= set(headers):
        missing = f" and have {';'.join(left_out)}" if left_out else ""
        raise CommonErrors.INCOMPLETE_SIGNATURE(detail=f"SignedHeaders must be sorted, present{missing}.")
    payload = hashlib.sha256(body).hexdigest()
    canonical_query = "&".join(f"{name}={value}" for name, value in sorted((_encode(n), _encode(v)) for n, v in query))
    canonical_headers = "".join(f"{name}:{','.join(sorted(v.strip() for v in headers[name]))}\n" for name in signed)
    canonical_request = "\n".join(
        (method, quote(path, safe="/~"), canonical_query, canonical_headers, ";".join(signed), payload)
    )
    string_to_sign = f"{ACS3}\n{hashlib.sha256(canonical_request.encode()).hexdigest()}"
    claim = Claim(
        access_key_id=match["key"],
        security_token=_only(headers, "x-acs-security-token"),
        timestamp=_only(headers, "x-acs-date"),
        nonce=_only(headers, "x-acs-signature-nonce"),
        signature=match["signature"].lower(),
        scheme=ACS3,
        string_to_sign=string_to_sign,
        canonical_request=canonical_request,
    )
    if _only(headers, "x-acs-content-sha256").lower() != payload:
        raise CommonErrors.SIGNATURE_MISMATCH(
            string_to_sign=f"[{string_to_sign}] server CanonicalRequest:[{canonical_request}]"
        )
    return claim


def _encode(text: str) -> str:
    return quote(text, safe="~")


def _only(headers: Mapping[str, list[str]], name: str) -> str:
    values = headers.get(name, [])
    return values[0].strip() if len(values) == 1 else ""
