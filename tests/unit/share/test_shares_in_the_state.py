"""What a share's check records in the ledger: which accounts it holds, and which are another's to give up."""

from __future__ import annotations

from typing import Any, NoReturn

import pytest

from pulumi_alicloud_image_share.cloud.settings import read_settings
from pulumi_alicloud_image_share.resource.base import StackState
from pulumi_alicloud_image_share.resource.operation import Operation
from pulumi_alicloud_image_share.resource.run import Run
from pulumi_alicloud_image_share.share.ledger import Claims, free_to_unshare, ledger_of
from pulumi_alicloud_image_share.share.resource import ShareResource

REGION, OLD, NEW = "cn-hangzhou", "m-bp1golden20240501aa0a1", "m-bp1golden20240601bb0b2"
PAYMENTS, DATA = "1000000000000002", "1000000000000003"
URN, FORMER = "urn:pulumi:dev::shop::type::silver", "urn:pulumi:dev::shop::type::golden"


def outputs(image: str) -> dict[str, Any]:
    return {"image_id": image, "region": REGION, "accounts": {PAYMENTS: "", DATA: ""}, "exclusive": False}


def check_of_the_new_image(state: StackState) -> Claims:
    """Check a share of the new image; returns the claims of the old one."""

    def connect(_identity: object) -> NoReturn:
        raise AssertionError("a check calls nothing")

    run = Run()
    share = ShareResource(run, read_settings({}.get, {}), connect)
    news = {**outputs(NEW), "accounts": [PAYMENTS, DATA]}
    checked = share.judge_program(Operation(URN), state, None, news)
    assert checked.problems == ()
    return ledger_of(run).claims(f"{REGION}:{OLD}")


def in_state(urn: str) -> dict[str, dict[str, list[str]]]:
    return {urn: {f"{REGION}:{OLD}": [PAYMENTS, DATA]}}


def test_a_replaced_share_may_unshare_what_it_held_under_a_former_urn() -> None:
    claims = check_of_the_new_image(StackState(own=outputs(OLD), own_urn=FORMER, holds=in_state(FORMER)))
    assert free_to_unshare(claims, {URN, FORMER}, {PAYMENTS, DATA}) == {PAYMENTS, DATA}
    assert claims[FORMER].holds == {}


def test_a_share_that_takes_the_place_of_another_holds_nothing_of_it() -> None:
    claims = check_of_the_new_image(StackState(predecessor=outputs(OLD), holds=in_state(FORMER)))
    assert free_to_unshare(claims, {FORMER}, {PAYMENTS, DATA}) == {PAYMENTS, DATA}
    assert URN not in claims or claims[URN].holds == {}


@pytest.mark.parametrize(("own_urn", "refused"), [("", True), (FORMER, False)])
def test_a_share_of_the_state_whose_urn_is_not_known_is_refused(own_urn: str, refused: bool) -> None:
    share = ShareResource(Run(), read_settings({}.get, {}))
    state = StackState(own_urn=own_urn, holds=in_state(FORMER))
    checked = share.judge_program(Operation(URN), state, outputs(OLD), {**outputs(OLD), "accounts": [PAYMENTS]})
    assert ["which URN it has this share under" in problem.text for problem in checked.problems] == [True] * refused
