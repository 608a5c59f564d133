"""What the emulator itself takes for a call: requests that were signed before, over one connection, without latency."""

from __future__ import annotations

import http.client
import secrets
import statistics
import time
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlencode

from alibabacloud_tea_openapi.utils import Utils

from ecs_emulator import Emulator

_CALLS: Final = 300


def milliseconds_a_call() -> float:
    """The median of reads of an image that is shared with 50 accounts."""
    with Emulator() as ecs:
        for number in range(50):
            ecs.console.share("cn-hangzhou", ecs.golden_image_id, str(2000000000000001 + number))
        bodies = [_signed(ecs) for _ in range(_CALLS)]
        connection = http.client.HTTPConnection(ecs.endpoint)
        took = []
        for body in bodies:
            begin = time.perf_counter()
            connection.request("POST", "/", body, {"Content-Type": "application/x-www-form-urlencoded"})
            answer = connection.getresponse()
            text = answer.read()
            took.append(time.perf_counter() - begin)
            if answer.status != 200:
                raise RuntimeError(text.decode())
        connection.close()
    return statistics.median(took) * 1000


def _signed(ecs: Emulator) -> bytes:
    owner = ecs.account("owner")
    parameters = {
        "Action": "DescribeImageSharePermission",
        "Version": "2014-05-26",
        "Format": "JSON",
        "RegionId": "cn-hangzhou",
        "ImageId": ecs.golden_image_id,
        "PageSize": "100",
        "AccessKeyId": owner.access_key_id,
        "SignatureMethod": "HMAC-SHA1",
        "SignatureVersion": "1.0",
        "SignatureNonce": secrets.token_hex(16),
        "Timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    parameters["Signature"] = Utils.get_rpcsignature(parameters, "POST", owner.access_key_secret)
    return urlencode(parameters).encode()
