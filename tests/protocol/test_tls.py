"""The provider over HTTPS: with `alicloud:protocol` HTTPS, and a CA of this machine."""

from __future__ import annotations

from typing import Any

import grpc
import pytest

from ecs_emulator import Emulator
from support.golden_image import live
from support.protocol import UNKNOWN, running_provider

pytestmark = pytest.mark.both_frontends

PAYMENTS = "1000000000000002"


@pytest.fixture
def ecs_emulator_options() -> dict[str, Any]:
    return {"tls": True}


def test_a_share_is_made_where_ssl_cert_file_names_the_ca(ecs: Emulator, ecs_config: dict[str, str]) -> None:
    assert ecs_config["alicloud:protocol"] == "HTTPS"
    with running_provider(ecs_config, {"SSL_CERT_FILE": str(ecs.ca_file)}) as provider:
        provider.share({"image_id": ecs.golden_image_id, "accounts": [PAYMENTS]})
    assert live(ecs) == [PAYMENTS]


def test_without_the_ca_nothing_is_sent_and_the_error_says_why(ecs: Emulator, ecs_config: dict[str, str]) -> None:
    with running_provider({**ecs_config, "alicloud-image-share:retrySeconds": "0"}, {}) as provider:
        inputs = provider.check({"image_id": UNKNOWN, "accounts": [PAYMENTS]}).inputs
        with pytest.raises(grpc.RpcError, match="its TLS certificate can't be verified"):
            provider.create({**inputs, "image_id": ecs.golden_image_id})
    assert ecs.calls.count() == 0
