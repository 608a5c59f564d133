"""What a program tells its own provider in hidden inputs, and what the provider reads of it."""

from __future__ import annotations

from pulumi_alicloud_image_share.dynamic.facts import STACK, read_stack, write_stack
from pulumi_alicloud_image_share.resource.base import NO_STATE, StackState
from pulumi_alicloud_image_share.resource.names import RESOURCE

GOLDEN, SILVER = "urn:pulumi:dev::shop::type::golden", "urn:pulumi:dev::shop::type::silver"
IMAGE, PAYMENTS = "cn-hangzhou:m-bp1golden20240501aa0a1", "1000000000000002"


def test_the_provider_reads_what_the_program_wrote() -> None:
    share = {"accounts": {PAYMENTS: "payments"}}
    holds, wants = {GOLDEN: {IMAGE: [PAYMENTS]}}, {SILVER: {IMAGE: [PAYMENTS]}}
    states = [
        StackState(own=share, own_urn=GOLDEN, holds=holds, renamed={SILVER: [GOLDEN]}, wants=wants),
        StackState(predecessor=share, secrets=("accounts",), holds={}),
        NO_STATE,
    ]
    assert [read_stack({STACK: write_stack(state)}, {}) for state in states] == states
    assert read_stack({}, {}) == NO_STATE


def test_the_urn_that_the_program_reads_in_the_state_comes_before_the_one_in_the_inputs() -> None:
    """`pulumi state rename` leaves the inputs as they are."""
    told = {STACK: write_stack(StackState(own={}, own_urn=GOLDEN))}
    assert read_stack(told, {RESOURCE: {"urn": SILVER}}).own_urn == GOLDEN
    assert read_stack({}, {RESOURCE: {"urn": SILVER}}).own_urn == SILVER
