"""Check and Diff of copies over the real protocol: what is refused, what is filled in, and what replaces a copy."""

from __future__ import annotations

import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share.dynamic.facts import STACK, write_stack
from pulumi_alicloud_image_share.resource.base import StackState
from pulumi_alicloud_image_share.resource.names import RESOURCE
from support.clear_sentences import assert_at_fault, is_at_fault
from support.golden_copies import asking
from support.protocol import COPY_URN, UNKNOWN, Provider

pytestmark = pytest.mark.both_frontends

SOURCE_REGION, REGION = "cn-hangzhou", "cn-beijing"
SOME, NONE = 2, 1
NO = {"kind": "error", "code": "Forbidden.RAM", "message": "No.", "status": 403}


# -- check -----------------------------------------------------------------------------------------------------------


def test_check_fills_in_the_source_region_and_a_name_that_is_the_same_each_time(
    ecs: Emulator, copier: Provider
) -> None:
    first, second = (copier.check(asking(ecs)).inputs for _ in range(2))
    assert first["source_region"] == SOURCE_REGION
    assert first["name"].startswith("golden-2024-05-")
    assert len(first["name"]) == len("golden-2024-05-") + 7
    assert first == second


def test_a_copy_that_takes_the_place_of_another_has_another_name(ecs: Emulator, copier: Provider) -> None:
    _, outputs = copier.share(asking(ecs))
    copier.next_run()
    names = [
        copier.check({**asking(ecs), STACK: write_stack(StackState(own=outputs))}).inputs["name"] for _ in range(2)
    ]
    assert names[0] == names[1]
    assert names[0] != outputs["name"]


def test_the_source_is_read_once_for_all_its_copies(ecs: Emulator, copier: Provider) -> None:
    for region in (REGION, "cn-shanghai", "eu-central-1"):
        assert copier.check(asking(ecs, region=region)).failures == []
    assert [call.params["RegionId"] for call in ecs.calls.entries].count(SOURCE_REGION) == 1
    assert ecs.calls.by_action() == {"DescribeImages": 1 + 3}


def test_check_of_what_is_unchanged_makes_no_call_and_keeps_the_name(ecs: Emulator, copier: Provider) -> None:
    olds = copier.check(asking(ecs, tags={"team": "platform"})).inputs
    ecs.calls.reset()
    assert copier.check(asking(ecs, tags={"team": "platform"}), olds).inputs == olds
    assert ecs.calls.count() == 0


def test_a_source_that_is_not_known_yet_has_no_name_yet(ecs: Emulator, copier: Provider) -> None:
    inputs = copier.check(asking(ecs, source_image_id=UNKNOWN, tags={"team": UNKNOWN, "stage": "live"})).inputs
    assert inputs["name"] == inputs["source_image_id"] == UNKNOWN
    assert inputs["tags"] == {"team": UNKNOWN, "stage": "live"}
    assert ecs.calls.count() == 0


def test_a_source_that_is_not_known_yet_skips_only_the_rules_that_need_it(ecs: Emulator, copier: Provider) -> None:
    ecs.console.create_image(REGION, name="taken")
    found = copier.check(asking(ecs, source_image_id=UNKNOWN, name="taken", tags={"acs:x": ""}))
    assert_at_fault(found.failures, "tags")
    assert_at_fault(copier.check(asking(ecs, source_image_id=UNKNOWN, name="taken")).failures, "name")
    for argument in ("region", "source_region"):
        assert copier.check(asking(ecs, name="free", **{argument: UNKNOWN})).failures == []


def test_an_identity_that_is_not_known_yet_calls_nobody(ecs: Emulator, copier: Provider) -> None:
    inputs = copier.check(asking(ecs, name="free", assume_role=UNKNOWN)).inputs
    assert inputs["name"] == "free"
    assert ecs.calls.count() == 0


def test_another_source_is_judged_before_the_copy_is_replaced(ecs: Emulator, copier: Provider) -> None:
    olds = copier.check(asking(ecs)).inputs
    checked = copier.check(asking(ecs, source_image_id=ecs.image("deprecated").id), olds)
    assert "deprecated images can't be copied" in checked.reasons


def test_a_name_that_another_image_has_is_refused(ecs: Emulator, copier: Provider) -> None:
    taken = ecs.console.create_image(REGION, name="golden-beijing")
    ecs.console.create_image(REGION, name="golden-beijing-2")
    [(argument, reason)] = copier.check(asking(ecs, name="golden-beijing")).failures
    assert is_at_fault(argument, "name")
    assert f"image {taken} of this account in {REGION} has the name 'golden-beijing' already" in reason
    # Part of a name, and a name elsewhere, is none.
    assert copier.check(asking(ecs, name="golden-beij")).failures == []
    assert copier.check(asking(ecs, name="golden-beijing", region="cn-shanghai")).failures == []


def test_a_name_is_looked_for_only_where_the_program_gives_a_new_one(ecs: Emulator, copier: Provider) -> None:
    id, outputs = copier.share(asking(ecs, name="golden-beijing"))
    olds = copier.read(id, outputs)[2]
    ecs.calls.reset()
    assert copier.check(asking(ecs, name="golden-beijing"), olds).failures == []
    assert ecs.calls.count() == 0
    assert copier.check(asking(ecs, name="golden-beijing-2"), olds).failures == []
    assert ecs.calls.count() == 1


def test_an_account_that_may_read_nothing_is_told_so_in_the_check(ecs: Emulator, copier: Provider) -> None:
    ecs.faults.add(action="DescribeImages", region=REGION, **NO)
    assert '"Action": "ecs:DescribeImages"' in copier.check(asking(ecs, name="free")).reasons
    ecs.faults.add(action="DescribeImages", **NO)
    copier.next_run()
    assert '"Action": "ecs:DescribeImages"' in copier.check(asking(ecs)).reasons


# -- diff ------------------------------------------------------------------------------------------------------------


def test_diff_tells_a_change_in_place_from_a_replacement_and_from_nothing(ecs: Emulator, copier: Provider) -> None:
    id, outputs = copier.share(asking(ecs, description="Hardened", tags={"team": "platform"}))
    inputs = copier.check(asking(ecs, description="Hardened", tags={"team": "platform"}), outputs).inputs
    assert copier.diff(id, outputs, inputs).changes == NONE
    in_place = [
        {"name": "other"}, {"description": "Other"}, {"family": "golden"}, {"tags": {"team": "images"}},
        {"tags": UNKNOWN}, {"tags": {"team": UNKNOWN}}, {"profile": "other"}, {"name": UNKNOWN},
    ]  # fmt: skip
    for change in in_place:
        diff = copier.diff(id, outputs, {**inputs, **change})
        assert (diff.changes, list(diff.replaces)) == (SOME, [])
    for argument, value in (
        ("source_image_id", "m-bp1another0000000001"),
        ("source_image_id", UNKNOWN),
        ("source_region", "cn-shanghai"),
        ("region", "eu-central-1"),
        ("encrypted", True),
        ("kms_key_id", "my-key"),
    ):
        diff = copier.diff(id, outputs, {**inputs, argument: value})
        assert list(diff.replaces) == [argument]
        assert not diff.deleteBeforeReplace
    for left_out in ("name", "description", "encrypted"):
        rest = {name: value for name, value in inputs.items() if name != left_out}
        assert copier.diff(id, outputs, rest).changes == NONE
    assert copier.diff(id, outputs, {**inputs, "encrypted": False}).changes == NONE


@pytest.mark.dynamic_frontend
def test_a_change_that_the_program_wants_replaced_replaces(ecs: Emulator, copier: Provider) -> None:
    id, outputs = copier.share(asking(ecs))
    inputs = copier.check(asking(ecs, tags={"team": "images"}), outputs).inputs
    asked_for = {RESOURCE: {"urn": COPY_URN, "replace_on_changes": ["tags"]}}
    assert list(copier.diff(id, outputs, {**inputs, **asked_for}).replaces) == ["tags"]
    assert list(copier.diff(id, outputs, {**outputs, "family": "golden", **asked_for}).replaces) == []
    with_one = {**asked_for, RESOURCE: {"urn": COPY_URN, "replace_on_changes": ['tags["stage"]']}}
    assert list(copier.diff(id, outputs, {**inputs, **with_one}).replaces) == []
