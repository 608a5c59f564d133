"""What an ImageShare tells the user, and hands from one call of the engine to the next, without a cloud."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_alicloud_image_share.cloud.settings import read_settings
from pulumi_alicloud_image_share.resource.base import NO_STATE
from pulumi_alicloud_image_share.resource.operation import Operation
from pulumi_alicloud_image_share.resource.run import Run
from pulumi_alicloud_image_share.share.resource import ShareResource

REGION, IMAGE = "cn-hangzhou", "m-bp1golden00000000001"
ID, URN = f"{REGION}:{IMAGE}", "urn:golden"
A, B, C = "1000000000000002", "1000000000000003", "1000000000000004"


def inputs(*accounts: str) -> dict[str, Any]:
    return {"image_id": IMAGE, "region": REGION, "accounts": dict.fromkeys(accounts, "")}


@pytest.fixture
def share() -> ShareResource:
    return ShareResource(Run(), read_settings({}.get, {}))


SAID = [f"1 account of image {IMAGE} gains access, and 1 account loses it. Which ones is secret."]


@pytest.mark.parametrize("secret_outputs", [frozenset({"accounts"}), frozenset({"shared_at"}), frozenset[str]()])
def test_a_diff_counts_accounts_that_are_secret_as_outputs_alone(
    share: ShareResource, secret_outputs: frozenset[str]
) -> None:
    said: list[str] = []
    operation = Operation(URN, warn=said.append)
    share.judge_program(operation, NO_STATE, inputs(A, B), inputs(A, C))
    assert said == []
    change = share.compare(operation, ID, inputs(A, B), inputs(A, C), secret_outputs)
    assert sorted(each.path for each in change.differences) == [f'accounts["{B}"]', f'accounts["{C}"]']
    assert said == (SAID if "accounts" in secret_outputs else [])


def test_a_count_that_the_check_has_said_is_not_said_again(share: ShareResource) -> None:
    said: list[str] = []
    operation, hidden = Operation(URN, warn=said.append), frozenset({"accounts"})
    share.judge_program(operation, NO_STATE, inputs(A, B), inputs(A, C), hidden)
    share.compare(operation, ID, inputs(A, B), inputs(A, C), hidden)
    assert said == SAID
