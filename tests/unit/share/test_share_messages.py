"""What the user reads when a change of sharing fails: whole texts, since their sentences must fit each other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pulumi_alicloud_image_share.cloud.model import ShareCall
from pulumi_alicloud_image_share.errors import EcsError, EcsUnavailable, ImageShareError
from pulumi_alicloud_image_share.share.journal import Entry, Result, Target
from pulumi_alicloud_image_share.share.messages import gone_warning, progress, summary, what_was_done
from pulumi_alicloud_image_share.share.outcome import Cause, Outcome
from pulumi_alicloud_image_share.share.plan import SharePlan
from pulumi_alicloud_image_share.slots import render
from support.clear_sentences import assert_clear

A, B, C, D = "1000000000000001", "1000000000000002", "1000000000000003", "1000000000000004"
NAMES = {A: "payments"}
TARGET = Target("cn-hangzhou", "m-bp1golden00000000001", NAMES)
ERROR = EcsError("ModifyImageSharePermission", "Forbidden.RAM", "no", "REQUEST-1")
AGAIN = EcsError("ModifyImageSharePermission", "Forbidden.RAM", "no", "REQUEST-2", "Allow it in RAM.")
OTHER = EcsUnavailable("DescribeImageSharePermission", "NoAnswer", "no usable answer")

FINISH = (
    "Run the same command again to finish the change. If the program no longer asks for it, run `pulumi up --refresh`."
)
UNSEEN = "ECS accepted the rollback, but its list could not be read to confirm it."
GAINED = "These accounts had no access before and may have it now:"
LOST = "These accounts had access before and may have lost it:"
KEPT = "These accounts stay shared, because the stack's state lists them. ECS did not list them before:"
BEFORE_DROPPING = "Run the same command again before you remove these accounts from the program or destroy the stack."
REFRESH = "Run `pulumi up --refresh` when ECS answers again: it finds and corrects what is left."
NOT_ROLLED_BACK = "The run was cancelled, so the calls before that were not rolled back."

ALL = Outcome(
    Cause.CALL_FAILED, gained=frozenset({A, B}), lost=frozenset({C}), kept=frozenset({D}), live={A: ""}, confirmed=True
)
LEFT = [GAINED, f"  - payments ({A})", f"  - {B}", LOST, f"  - {C}"]

TEXTS: dict[str, tuple[Outcome, ImageShareError | None, list[str]]] = {
    "nothing": (Outcome(Cause.CALL_FAILED, changed_nothing=True), None, ["Nothing was changed."]),
    "nothing, cancelled": (Outcome(Cause.CANCELLED, changed_nothing=True), None, ["Nothing was changed."]),
    "rolled back": (
        Outcome(Cause.CALL_FAILED, confirmed=True),
        None,
        ["The change was rolled back: the image is shared with the same accounts as before."],
    ),
    "rolled back, unseen": (
        Outcome(Cause.CALL_FAILED),
        None,
        ["The change was rolled back: the image is shared with the same accounts as before.", UNSEEN],
    ),
    "some stay unshared": (
        Outcome(Cause.NOT_VISIBLE, lost=frozenset({A}), confirmed=True),
        None,
        [
            "The change was rolled back, except for the accounts below.",
            "These accounts stay unshared:",
            f"  - payments ({A})",
            FINISH,
        ],
    ),
    "some stay shared, unseen": (
        Outcome(Cause.CALL_FAILED, kept=frozenset({A})),
        None,
        [
            "The change was rolled back, except for the accounts below.",
            UNSEEN,
            KEPT,
            f"  - payments ({A})",
            BEFORE_DROPPING,
        ],
    ),
    "some stay as they are, both ways": (
        Outcome(Cause.CALL_FAILED, lost=frozenset({B}), kept=frozenset({A}), confirmed=True),
        None,
        [
            "The change was rolled back, except for the accounts below.",
            "These accounts stay unshared:",
            f"  - {B}",
            KEPT,
            f"  - payments ({A})",
            BEFORE_DROPPING,
        ],
    ),
    "the rollback failed in the same way": (
        ALL,
        AGAIN,
        [
            "The rollback failed too: ModifyImageSharePermission failed with Forbidden.RAM again. RequestId REQUEST-2.",
            *LEFT,
            KEPT,
            f"  - {D}",
            BEFORE_DROPPING,
            REFRESH,
        ],
    ),
    "the rollback failed in another way": (
        replace(ALL, kept=frozenset()),
        OTHER,
        [
            "The rollback failed too: DescribeImageSharePermission failed with NoAnswer: no usable answer.",
            *LEFT,
            REFRESH,
        ],
    ),
    "the image is missing": (
        replace(ALL, cause=Cause.IMAGE_MISSING),
        None,
        [
            "The image was not found any more, so the calls before that were not rolled back.",
            GAINED,
            f"  - payments ({A})",
            f"  - {B}",
            f"  - {D}",
            LOST,
            f"  - {C}",
            "Run the same command again: it checks whether the image was deleted.",
        ],
    ),
    "cancelled": (replace(ALL, cause=Cause.CANCELLED), None, [NOT_ROLLED_BACK, FINISH]),
    "cancelled, in doubt": (
        replace(ALL, cause=Cause.CANCELLED, unsure=frozenset({A, B}), confirmed=False),
        None,
        [
            NOT_ROLLED_BACK,
            "One call got no answer: it may have changed the access of 2 accounts.",
            "ECS did not answer who has access now.",
            FINISH,
        ],
    ),
}


@pytest.mark.parametrize("case", TEXTS)
def test_what_was_done(case: str) -> None:
    left, rollback_error, expected = TEXTS[case]
    lines = list(map(render, what_was_done(left, ERROR, rollback_error, NAMES)))
    assert lines == expected
    for line in lines:
        if not line.startswith("  - "):
            assert_clear(line.removesuffix(":") + "." if line.endswith(":") else line)


def test_a_rollback_that_fails_in_the_same_way_without_a_request_id() -> None:
    no_answer = EcsUnavailable("ModifyImageSharePermission", "Forbidden.RAM", "no usable answer")
    first = what_was_done(ALL, ERROR, no_answer, NAMES)[0]
    assert first == "The rollback failed too: ModifyImageSharePermission failed with Forbidden.RAM again."


@pytest.mark.parametrize(
    ("gain", "lose", "what"),
    [
        ([], [], "Sharing"),
        ([A], [], "Sharing with 1 account"),
        ([A, B], [], "Sharing with 2 accounts"),
        ([], [A], "Unsharing from 1 account"),
        ([A, B], [C], "Sharing with 2 accounts and unsharing from 1 account"),
    ],
)
def test_the_first_line(gain: list[str], lose: list[str], what: str) -> None:
    expected = f"{what} failed for image m-bp1golden00000000001 in cn-hangzhou, before any change."
    assert summary(gain, lose, TARGET, "before any change") == expected


def test_how_far_a_plan_came() -> None:
    plan = SharePlan(calls=(ShareCall((A,)), ShareCall((B,))))
    applied, refused = Entry(ShareCall((A,)), Result.APPLIED), Entry(ShareCall((A,)), Result.REFUSED)
    unknown = Entry(ShareCall((A,)), Result.UNKNOWN)
    undone = Entry(ShareCall((A,)), Result.APPLIED, takes_back=True)
    assert progress([], plan) == "after 0 of 2 calls"
    assert progress([applied, refused, unknown, undone], plan) == "after 1 of 2 calls"
    # A repair: one call more than the plan has.
    assert progress([applied, applied, applied], plan) == "after 2 of 2 calls"


def test_the_warning_for_accounts_that_do_not_exist() -> None:
    image = "not unshared from image m-bp1golden00000000001 in cn-hangzhou."
    assert render(gone_warning({A}, TARGET)) == f"payments ({A}) does not exist any more and was {image}"
    assert render(gone_warning({B, A}, TARGET)) == f"payments ({A}), {B} do not exist any more and were {image}"
