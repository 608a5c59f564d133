"""`image-share who` and `image-share diff`: one image."""

from __future__ import annotations

import pytest

from ecs_emulator import Emulator
from support.exported_states import SECRET, exported, share
from support.golden_image import REGION
from support.golden_image import share as share_golden
from support.image_share import image_share, variables_of

PAYMENTS, DATA, WEB = "1000000000000002", "1000000000000003", "1000000000000004"


@pytest.fixture
def golden(ecs: Emulator) -> str:
    """The golden image, shared with two accounts."""
    share_golden(ecs, PAYMENTS, DATA)
    return ecs.golden_image_id


# -- who -------------------------------------------------------------------------------------------------------------


def test_who_lists_each_account_and_since_when_in_two_calls(ecs: Emulator, golden: str) -> None:
    answer = image_share(ecs, "who", golden)
    assert answer.code == 0
    lines = answer.out.splitlines()
    assert [line.split()[0] for line in lines] == [PAYMENTS, DATA]
    assert all(line.split()[1].endswith("Z") for line in lines)
    assert ecs.calls.by_action() == {"DescribeImageSharePermission": 1, "DescribeImages": 1}


def test_who_can_be_asked_for_as_json(ecs: Emulator, golden: str) -> None:
    data = image_share(ecs, "who", golden, "--format", "json").data
    assert [account["accountId"] for account in data["accounts"]] == [PAYMENTS, DATA]
    assert (data["imageId"], data["region"], data["isCommunity"]) == (golden, REGION, False)


def test_who_says_that_nobody_else_can_or_that_everybody_can(ecs: Emulator) -> None:
    assert image_share(ecs, "who", ecs.golden_image_id).out == "its owner alone\n"
    ecs.console.share_with_groups(REGION, ecs.golden_image_id, "all")
    assert "share groups: all" in image_share(ecs, "who", ecs.golden_image_id).out
    community = ecs.console.create_image(REGION, is_public=True)
    assert image_share(ecs, "who", community).out == "every account: it is a community image\n"


@pytest.mark.parametrize("form", ["region-and-id", "option"])
def test_the_region_may_stand_before_the_id(ecs: Emulator, golden: str, form: str) -> None:
    arguments = [f"{REGION}:{golden}"] if form == "region-and-id" else [golden, "--region", REGION]
    answer = image_share(ecs, "who", *arguments, ALIBABA_CLOUD_REGION="eu-central-1")
    assert answer.code == 0
    assert PAYMENTS in answer.out


def test_two_regions_that_differ_are_refused(ecs: Emulator, golden: str) -> None:
    answer = image_share(ecs, "who", f"{REGION}:{golden}", "--region", "eu-central-1")
    assert (answer.code, ecs.calls.count()) == (2, 0)
    assert "is in cn-hangzhou, and --region is eu-central-1: give one of them." in answer.err


def test_an_image_that_is_not_there_or_of_another_account_is_an_error(ecs: Emulator, golden: str) -> None:
    for arguments, variables in (
        ((golden, "--region", "eu-central-1"), {}),
        ((golden,), dict(variables_of(ecs, "payments"))),
        (("m-nobody0000001",), {}),
    ):
        answer = image_share(ecs, "who", *arguments, **variables)
        assert (answer.code, answer.out) == (2, "")
        assert answer.err.startswith("error: DescribeImageSharePermission failed with ")
        assert "RequestId" in answer.err


@pytest.mark.parametrize("image", ["i-bp1", "", "ubuntu_22_04.vhd", "cn-hangzhou:", "m-"])
@pytest.mark.parametrize("command", ["who", "diff"])
def test_what_is_no_image_is_refused_before_any_call(ecs: Emulator, command: str, image: str) -> None:
    arguments = ("-", image) if command == "diff" else (image,)
    answer = image_share(ecs, command, *arguments, typed=exported())
    assert (answer.code, answer.out, ecs.calls.count()) == (2, "", 0)
    assert "image" in answer.err


# -- diff ------------------------------------------------------------------------------------------------------------


def test_no_difference_is_said_and_exits_with_0(ecs: Emulator, golden: str) -> None:
    answer = image_share(ecs, "diff", "-", golden, typed=exported(share(golden, PAYMENTS, DATA)))
    assert answer.code == 0
    assert answer.out == "No difference: who has access is what shop/dev: golden lists.\n"


def test_differences_are_named_by_account_and_exit_with_1(ecs: Emulator, golden: str) -> None:
    state = exported(share(golden, f"payments={PAYMENTS}", f"web={WEB}"))
    answer = image_share(ecs, "diff", "-", golden, typed=state)
    assert answer.code == 1
    missing, unlisted = answer.out.splitlines()
    assert missing == f"- web ({WEB}): in the state, and has no access"
    assert unlisted.startswith(f"+ {DATA}: has access since 20")
    assert unlisted.endswith(", and is not in the state")
    data = image_share(ecs, "diff", "-", golden, "-f", "json", typed=state).data
    assert (data["differs"], data["withoutAccess"]) == (True, [WEB])
    assert [account["accountId"] for account in data["notInState"]] == [DATA]


def test_other_accounts_are_no_difference_for_a_share_that_is_not_exclusive(ecs: Emulator, golden: str) -> None:
    answer = image_share(ecs, "diff", "-", golden, typed=exported(share(golden, PAYMENTS, exclusive=False)))
    assert answer.code == 0
    assert f"+ {DATA}: has access" in answer.out
    assert "exclusive=False leaves to others" in answer.out


def test_the_region_is_the_states_where_no_other_is_given(ecs: Emulator, golden: str) -> None:
    state = exported(share(golden, PAYMENTS, DATA))
    assert image_share(ecs, "diff", "-", golden, typed=state, ALIBABA_CLOUD_REGION="eu-central-1").code == 0


def test_a_state_that_does_not_share_the_image_or_hides_whom_with_is_an_error(ecs: Emulator, golden: str) -> None:
    answer = image_share(ecs, "diff", "-", golden, typed=exported(share("m-other0000001", PAYMENTS)))
    assert (answer.code, ecs.calls.count()) == (2, 0)
    assert f"the state of shop/dev has no resource that shares image {golden}." in answer.err
    hidden = share(golden, secret_accounts={**SECRET, "ciphertext": "v1:abc"})
    answer = image_share(ecs, "diff", "-", golden, typed=exported(hidden))
    assert answer.code == 2
    assert "the accounts of shop/dev: golden can't be compared. They are secret in the state" in answer.err


def test_who_is_in_the_state_only_to_be_unshared_is_said_so(ecs: Emulator, golden: str) -> None:
    state = exported(share(golden, PAYMENTS, exclusive=False), share(golden, PAYMENTS, DATA, name="old", delete=True))
    answer = image_share(ecs, "diff", "-", golden, typed=state)
    assert (answer.code, answer.out) == (1, f"+ {DATA}: has access, and an update was to unshare it\n")
    alone = exported(share(golden, PAYMENTS, DATA, delete=True))
    assert image_share(ecs, "diff", "-", golden, "-f", "json", typed=alone).data["notYetUnshared"] == [PAYMENTS, DATA]
