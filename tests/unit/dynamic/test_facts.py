"""What a program tells its own provider in hidden inputs, and what the provider reads of it."""

from __future__ import annotations

from pulumi_alicloud_image_share.dynamic.facts import RESOURCE, STACK, read_stack, write_stack
from pulumi_alicloud_image_share.resource.base import NO_STATE, StackState

GOLDEN, SILVER = "urn:pulumi:dev::shop::type::golden", "urn:pulumi:dev::shop::type::silver"
IMAGE, PAYMENTS = "cn-hangzhou:m-bp1golden20240501aa0a1", "1000000000000002"


def test_the_provider_reads_what_the_program_wrote() -> None:
    share = {"accounts": {PAYMENTS: "payments"}}
    holds, wants = {GOLDEN: {IMAGE: [PAYMENTS]}}, {SILVER: {IMAGE: [PAYMENTS]}}
    states = [
        StackState(own=share, former_urn=GOLDEN, holds=holds, wants=wants),
        StackState(predecessor=share, holds={}),
        NO_STATE,
    ]
    assert [read_stack({STACK: write_stack(state)}, {}) for state in states] == states
    assert read_stack({}, {}) == NO_STATE


def test_a_share_renamed_in_the_state_is_known_by_the_urn_in_its_outputs() -> None:
    """An update without changes writes the new URN into the inputs, and leaves the outputs, which a delete is given."""
    told = {STACK: write_stack(StackState(own={}, former_urn=GOLDEN))}
    assert read_stack(told, {RESOURCE: {"urn": SILVER}}).former_urn == GOLDEN
    assert read_stack({}, {RESOURCE: {"urn": SILVER}}).former_urn == SILVER
