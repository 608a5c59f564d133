"""The dynamic frontend hides secret accounts in errors; the plugin's tests on the engine look at all that it writes."""

from __future__ import annotations

from typing import Any

import grpc
import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share.resource.names import RESOURCE
from support.protocol import URN, Provider

PAYMENTS, DATA, UNKNOWN = "1000000000000002", "1000000000000003", "9999999999999999"
MANY = [str(2000000000000001 + n) for n in range(12)]


def secretly(ecs: Emulator, accounts: Any) -> dict[str, Any]:
    """The inputs of a share whose accounts are secret."""
    hidden = {"urn": URN, "secrets": ["accounts"]}
    return {"image_id": ecs.golden_image_id, "accounts": accounts, RESOURCE: hidden}


@pytest.mark.parametrize(
    ("accounts", "hidden"),
    [
        (["12345678901234567890"], "12345678901234567890"),
        ([PAYMENTS, PAYMENTS], PAYMENTS),
        ([1000000000000002], PAYMENTS),
        (f" {PAYMENTS}", PAYMENTS),
        ([f" {PAYMENTS}"], PAYMENTS),
        ({PAYMENTS: DATA}, PAYMENTS),
        ([f"acs:ram::{PAYMENTS}:role/x"], PAYMENTS),
        (["1000000000000001"], "1000000000000001"),
    ],
)
def test_a_check_shows_no_secret_account_and_no_property(
    ecs: Emulator, provider: Provider, accounts: Any, hidden: str
) -> None:
    ((name, sentence),) = provider.failures_of(secretly(ecs, accounts))
    # The engine prints the value of the property that a failure names.
    assert name == ""
    assert "[secret]" in sentence
    assert hidden not in sentence


def test_an_account_that_ecs_refuses_is_hidden_in_its_words_too(ecs: Emulator, provider: Provider) -> None:
    with pytest.raises(grpc.RpcError, match=r"InvalidAccount\.NotFound") as failure:
        provider.for_resource(URN).share(secretly(ecs, [PAYMENTS, UNKNOWN]))
    text = failure.value.details()
    assert "[secret]" in text
    assert PAYMENTS not in text
    assert UNKNOWN not in text


def test_accounts_that_a_failed_rollback_leaves_are_hidden(ecs: Emulator, provider: Provider) -> None:
    ecs.faults.add(action="ModifyImageSharePermission", kind="error", code="Forbidden.RAM", message="no", status=403,
                   after=1)  # fmt: skip
    with pytest.raises(grpc.RpcError, match=r"may have it now:\n  - \[secret\]\n") as failure:
        provider.for_resource(URN).share(secretly(ecs, MANY))
    assert not [account for account in MANY if account in failure.value.details()]


def test_accounts_that_are_not_secret_are_named(ecs: Emulator, provider: Provider) -> None:
    ((name, sentence),) = provider.failures_of({"image_id": ecs.golden_image_id, "accounts": [PAYMENTS, PAYMENTS]})
    assert (name, sentence) == ("accounts", f"account {PAYMENTS} is listed twice: list it once.")
