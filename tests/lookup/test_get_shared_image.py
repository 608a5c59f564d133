"""`get_shared_image` against ECS: what it finds, with how many calls, and what it survives."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from functools import partialmethod
from pathlib import Path
from typing import Any

import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share import AssumeRole, BadArguments, ConfigError, EcsError, NoSharedImage, SharedImage
from pulumi_alicloud_image_share.cloud.ecs import Ecs
from pulumi_alicloud_image_share.dynamic.shared_image import get_shared_image
from support.consumer_program import consumer_config, run_program
from support.moving_world import just_before

Ask = Callable[..., SharedImage]

OWNER, PAYMENTS, DATA, PARTNER = "1000000000000001", "1000000000000002", "1000000000000003", "1000000000000005"
HANGZHOU, SHANGHAI = "cn-hangzhou", "cn-shanghai"
IMAGES, REGIONS = "DescribeImages", "DescribeRegions"
PASSING: dict[str, dict[str, Any]] = {
    "throttled": {"kind": "throttle"},
    "Throttling": {"kind": "error", "code": "Throttling"},
    "unavailable": {"kind": "unavailable"},
    "broken": {"kind": "internal_error"},
    "dropped": {"kind": "drop_before"},
    "truncated": {"kind": "truncate"},
    "garbage": {"kind": "garbage"},
}


def share(ecs: Emulator, region: str, owner: str = "owner", **image: Any) -> str:
    """An image of an owner, shared with payments."""
    image_id = ecs.console.create_image(region, owner, **image)
    ecs.console.share(region, image_id, PAYMENTS)
    return image_id


def fails(ask: Ask, **arguments: Any) -> list[str]:
    """Why nothing is found."""
    with pytest.raises(NoSharedImage) as failure:
        ask(**arguments)
    assert failure.value.image_ids == ()
    assert str(failure.value).startswith("get_shared_image found no image with ")
    return list(failure.value.sentences)


def test_the_newest_is_found_with_one_call_and_all_that_ecs_says_of_it(ecs: Emulator, ask: Ask) -> None:
    assert ask(owner_id=OWNER, name="golden-*") == SharedImage(
        image_id=ecs.image("golden-next").id,
        region=HANGZHOU,
        owner_id=OWNER,
        name="golden-2024-06",
        family="golden",
        description="The company's hardened Linux, a month newer",
        created_at="2024-06-01T02:03:04Z",
        size=20,
        encrypted=False,
        architecture="x86_64",
        os_type="linux",
        tags={"team": "platform", "stage": "candidate"},
        status="Available",
        is_community=False,
    )
    assert ecs.calls.by_action() == {IMAGES: 1}


@pytest.mark.parametrize(
    "question",
    [{"name": "golden-2024-05"}, {"family": "golden", "tags": {"stage": "live"}}, {"tags": {"stage": "live"}}],
)
def test_what_is_asked_for_is_found_though_there_is_a_newer_one(ecs: Emulator, ask: Ask, question: Any) -> None:
    assert ask(owner_id=OWNER, **question).image_id == ecs.golden_image_id


def test_a_family_is_the_owners_word_though_ecs_shows_another(ecs: Emulator, ask: Ask) -> None:
    found = ask(owner_id=OWNER, family="golden")
    assert (found.image_id, found.family) == (ecs.image("golden-next").id, "golden")
    assert ask(owner_id=OWNER, family=f"acs:{OWNER}:golden") == found


def test_an_encrypted_image_says_so(ecs: Emulator, ask: Ask) -> None:
    ecs.console.share(HANGZHOU, ecs.image("cmk-encrypted").id, PAYMENTS)
    found = ask(owner_id=OWNER, name="golden-encrypted-cmk")
    assert (found.encrypted, found.family, found.tags) == (True, "", {})


def test_trusted_owners_come_from_the_configuration(ecs: Emulator, config: dict[str, str]) -> None:
    trusting = {**config, "image-share:trustedOwners": f'["{PARTNER}", "{OWNER}"]'}
    found = run_program(trusting, lambda: get_shared_image(name="golden-*"))
    assert found.image_id == ecs.image("golden-next").id
    assert ecs.calls.by_action() == {IMAGES: 2}


def test_region_and_credentials_come_from_the_environment(
    ecs: Emulator, config: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALIBABA_CLOUD_REGION", config.pop("alicloud:region"))
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", config.pop("alicloud:accessKey"))
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", config.pop("alicloud:secretKey"))
    found = run_program(config, lambda: get_shared_image(owner_id=OWNER, name="*"))
    assert found.image_id == ecs.image("golden-next").id


def test_a_profile_looks_as_its_own_account(
    ecs: Emulator, ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ecs.console.share(HANGZHOU, ecs.golden_image_id, DATA)
    key = ecs.account("data")
    keys = {"access_key_id": key.access_key_id, "access_key_secret": key.access_key_secret}
    (tmp_path / ".aliyun").mkdir()
    (tmp_path / ".aliyun" / "config.json").write_text(
        json.dumps({"current": "data", "profiles": [{"name": "data", "mode": "AK", **keys}]})
    )
    monkeypatch.setattr("alibabacloud_credentials.utils.auth_constant.HOME", str(tmp_path))
    assert ask(owner_id=OWNER, name="golden-*", profile="data").image_id == ecs.golden_image_id
    with pytest.raises(ConfigError, match="the credentials of profile 'web' can't be loaded"):
        ask(owner_id=OWNER, name="golden-*", profile="web")


def test_a_role_of_the_consumer_looks_for_who_may_assume_it(ecs: Emulator) -> None:
    pipeline = ecs.account("owner").ram_users[-1]
    config = {
        **consumer_config(ecs, "owner"),
        "alicloud:accessKey": pipeline.access_key_id,
        "alicloud:secretKey": pipeline.access_key_secret,
        "alicloud:endpoints": f'[{{"ecs": "{ecs.endpoint}", "sts": "{ecs.endpoint}"}}]',
    }
    as_consumer: AssumeRole = {"role_arn": f"acs:ram::{PAYMENTS}:role/image-consumer"}

    def program() -> list[str]:
        names = ("golden-2024-05", "golden-*")
        return [get_shared_image(owner_id=OWNER, name=name, assume_role=as_consumer).name for name in names]

    assert run_program(config, program) == ["golden-2024-05", "golden-2024-06"]
    assert ecs.calls.by_action() == {"AssumeRole": 1, IMAGES: 1}


def test_another_region_has_other_images(ecs: Emulator, ask: Ask) -> None:
    image_id = ecs.image("golden-shanghai").id
    ecs.console.share(SHANGHAI, image_id, PAYMENTS)
    found = ask(owner_id=OWNER, name="golden-*", region=SHANGHAI)
    assert (found.image_id, found.region) == (image_id, SHANGHAI)


def test_a_stranger_with_a_newer_image_of_that_name_is_not_asked(ecs: Emulator, ask: Ask) -> None:
    share(ecs, HANGZHOU, "partner", name="golden-2024-99", family="golden", tags={"stage": "live"})
    assert ask(owner_id=OWNER, name="golden-*").owner_id == OWNER


def test_own_public_and_marketplace_images_are_never_taken(ecs: Emulator, ask: Ask) -> None:
    for owner in ("payments", "system", "marketplace"):
        ecs.console.create_image(HANGZHOU, owner, name="golden-2024-99")
    assert ask(owner_id=[OWNER, PAYMENTS], name="golden-*").image_id == ecs.image("golden-next").id


def test_a_community_image_is_taken_only_where_that_is_asked_for(ecs: Emulator, ask: Ask) -> None:
    community = ecs.image("community").id
    [sentence] = fails(ask, owner_id=OWNER, name="our-community-image")
    assert f"{community} 'our-community-image' of account {OWNER} fits, but is a community image" in sentence
    found = ask(owner_id=OWNER, name="our-community-image", allow_community=True)
    assert (found.image_id, found.is_community) == (community, True)


def test_looking_at_community_images_too_is_another_call(ecs: Emulator, ask: Ask) -> None:
    assert ask(owner_id=OWNER, name="*", allow_community=True).image_id == ecs.image("golden-next").id
    assert ecs.calls.by_action() == {IMAGES: 2}


def test_a_community_image_of_a_stranger_is_not_taken_even_then(ecs: Emulator, ask: Ask) -> None:
    ecs.console.create_image(HANGZHOU, "partner", name="free", is_public=True)
    [sentence] = fails(ask, owner_id=DATA, name="free", allow_community=True)
    assert f"account {DATA} shares no image with this account there" in sentence


def test_several_are_an_error_that_lists_them_where_one_must_be_the_only_one(ecs: Emulator, ask: Ask) -> None:
    with pytest.raises(NoSharedImage) as failure:
        ask(owner_id=OWNER, name="golden-*", most_recent=False)
    assert failure.value.image_ids == (ecs.image("golden-next").id, ecs.golden_image_id)
    assert f"- {ecs.golden_image_id} 'golden-2024-05' of account {OWNER}, created 2024-05-01" in str(failure.value)
    assert ask(owner_id=OWNER, name="golden-2024-05", most_recent=False).image_id == ecs.golden_image_id


@pytest.mark.parametrize("cap", [None, 1, 3, 50, 99])
def test_all_pages_are_read_however_small_ecs_makes_them(ecs: Emulator, ask: Ask, cap: int | None) -> None:
    for number in range(4 if cap == 1 else 120):
        share(ecs, HANGZHOU, name=f"daily-{number}")
    ecs.faults.page_size_cap = cap
    # The oldest of all is on the last page.
    assert ask(owner_id=OWNER, name="golden-2024-05").image_id == ecs.golden_image_id
    with pytest.raises(NoSharedImage) as failure:
        ask(owner_id=OWNER, name="daily-*", most_recent=False)
    assert len(failure.value.image_ids) == (4 if cap == 1 else 120)


def test_an_image_that_moves_to_the_next_page_while_they_are_read_is_one_image(ecs: Emulator, ask: Ask) -> None:
    ecs.faults.page_size_cap = 1
    with just_before(ecs, IMAGES, lambda: share(ecs, HANGZHOU, name="iron"), number=2):
        assert ask(owner_id=OWNER, name="golden-2024-06", most_recent=False).image_id == ecs.image("golden-next").id


def test_what_the_owner_unshared_is_not_found_any_more(ecs: Emulator, ask: Ask) -> None:
    ecs.console.unshare(HANGZHOU, ecs.image("golden-next").id, PAYMENTS)
    assert ask(owner_id=OWNER, name="golden-*").image_id == ecs.golden_image_id


# -- why nothing is found ---------------------------------------------------------------------------------------------


def test_nothing_shared_is_said_after_looking_everywhere_once(ecs: Emulator, ask: Ask) -> None:
    assert fails(ask, owner_id=PARTNER, name="golden-*") == [
        f"account {PARTNER} shares no image with this account there: check the region and the credentials, or let the "
        "owner share one.",
        f"accounts that are not trusted share what fits: {ecs.image('golden-next').id} 'golden-2024-06' of account "
        f"{OWNER} and {ecs.golden_image_id} 'golden-2024-05' of account {OWNER}. Anybody can share an image under any "
        "name: add an account to owner_id or image-share:trustedOwners only if you know whose it is.",
    ]
    # Shared by it, its community images, by anyone, own ones, and in each of five other regions.
    assert ecs.calls.by_action() == {IMAGES: 9, REGIONS: 1}


def test_this_account_is_named_where_an_own_image_tells(ecs: Emulator, ask: Ask) -> None:
    ecs.console.create_image(HANGZHOU, "payments", name="mine")
    sentence, *_ = fails(ask, owner_id=PARTNER, name="golden-*")
    assert f"account {PARTNER} shares no image with this account, {PAYMENTS}, there" in sentence


def test_who_names_itself_hears_that_own_images_are_not_shared(ecs: Emulator, ask: Ask) -> None:
    ecs.console.create_image(HANGZHOU, "payments", name="mine")
    [sentence] = fails(ask, owner_id=PAYMENTS, name="mine")
    assert f"account {PAYMENTS} is this account itself" in sentence


def test_an_image_in_the_making_is_told_without_further_calls(ecs: Emulator, ask: Ask) -> None:
    image_id = ecs.console.create_image(HANGZHOU, "owner", name="golden-2024-08", status="Available")
    ecs.console.share(HANGZHOU, image_id, PAYMENTS)
    ecs.cloud.images.find(HANGZHOU, image_id).status = "Creating"  # type: ignore[union-attr]
    [sentence] = fails(ask, owner_id=OWNER, name="golden-2024-08")
    assert "fits, but is still being made (Creating, 0% done): run again once it is Available." in sentence
    assert ecs.calls.by_action() == {IMAGES: 1}


def test_an_image_in_another_region_is_named_with_it(ecs: Emulator, ask: Ask) -> None:
    image_id = share(ecs, SHANGHAI, name="silver-1")
    share(ecs, "eu-central-1", "partner", name="silver-2")
    for owner_id in (OWNER, [OWNER, DATA]):
        sentence, *_ = fails(ask, owner_id=owner_id, name="silver-*")
        assert sentence == (
            f"what fits is shared in another region: {image_id} 'silver-1' of account {OWNER} in cn-shanghai. Set "
            "region to it, or let the owner share a copy (CopyImage) in cn-hangzhou."
        )


def test_an_image_that_fits_in_part_says_what_does_not_fit(ecs: Emulator, ask: Ask) -> None:
    one, other = fails(ask, owner_id=OWNER, name="golden-2024-06", tags={"stage": "live"})
    assert one.endswith("fits but for this: its tag 'stage' is 'candidate', not 'live'.")
    assert other.endswith("fits but for this: its name is not 'golden-2024-06'.")


def test_an_owners_tags_that_ecs_does_not_show_are_told(ecs: Emulator, ask: Ask) -> None:
    ecs.console.show_tags_to_consumers(False)
    sentence, *_ = fails(ask, owner_id=OWNER, name="golden-*", tags={"stage": "live"})
    assert sentence.endswith("fits but for this: ECS shows this account none of its tags.")
    assert ask(owner_id=OWNER, name="golden-2024-05").tags == {}


def test_what_ram_forbids_to_look_at_hides_nothing_else(ecs: Emulator, ask: Ask) -> None:
    ecs.faults.add(action=REGIONS, kind="error", code="Forbidden.RAM", status=403)
    sentence, stranger, unasked = fails(ask, owner_id=PARTNER, name="golden-*")
    assert sentence.startswith(f"account {PARTNER} shares no image with this account there")
    assert stranger.startswith("accounts that are not trusted share what fits")
    assert unasked == (
        "the list of regions could not be looked at (DescribeRegions failed with Forbidden.RAM): there may be more to "
        "know."
    )


def test_what_is_forbidden_after_the_first_look_is_said_in_one_sentence(ecs: Emulator, ask: Ask) -> None:
    ecs.faults.add(action=IMAGES, kind="error", code="Forbidden.RAM", status=403, after=1)
    sentence, unasked = fails(ask, owner_id=PARTNER, name="golden-*")
    assert sentence.startswith(f"account {PARTNER} shares no image with this account there")
    assert unasked == (
        "community images, region ap-southeast-1, region cn-beijing, region cn-shanghai, region eu-central-1 and 3 "
        "more could not be looked at (DescribeImages failed with Forbidden.RAM): there may be more to know."
    )


def test_a_region_that_does_not_answer_hides_nothing_else_and_is_not_waited_for(
    ecs: Emulator, config: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pulumi_alicloud_image_share.lookup.search.SECONDS_FOR_REASONS", 0.2)
    image_id = share(ecs, SHANGHAI, name="silver-1")
    ecs.faults.add(action=IMAGES, kind="drop_before", region="eu-central-1")
    began = time.monotonic()
    patient = {**config, "image-share:retrySeconds": "300"}
    sentences = fails(
        lambda **arguments: run_program(patient, lambda: get_shared_image(**arguments)), owner_id=OWNER, name="silver-*"
    )
    assert time.monotonic() - began < 60
    assert f"{image_id} 'silver-1' of account {OWNER} in cn-shanghai" in sentences[0]
    assert sentences[1] == (
        "region eu-central-1 could not be looked at (DescribeImages failed with NoAnswer): there may be more to know."
    )


# -- what passes and what does not ------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING.keys())
def test_what_passes_is_survived(ecs: Emulator, ask: Ask, fault: dict[str, Any]) -> None:
    ecs.faults.add(action=IMAGES, times=2, **fault)
    assert ask(owner_id=OWNER, name="golden-*").image_id == ecs.image("golden-next").id
    assert ecs.calls.count() == 3


def test_what_does_not_pass_ends_after_the_budget(ecs: Emulator, config: dict[str, str]) -> None:
    ecs.faults.add(action=IMAGES, kind="unavailable")
    hasty = {**config, "image-share:retrySeconds": "0.3"}
    with pytest.raises(EcsError, match="DescribeImages failed with ServiceUnavailable"):
        run_program(hasty, lambda: get_shared_image(owner_id=OWNER, name="golden-*"))


def test_who_waits_for_long_is_told(
    ecs: Emulator, ask: Ask, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Ecs, "__init__", partialmethod(Ecs.__init__, notice_seconds=0.0))
    ecs.faults.add(action=IMAGES, kind="unavailable", times=1)
    ask(owner_id=OWNER, name="golden-*")
    assert re.search(r"^warning: waiting for ECS for \d s, at most 5 s in all", capsys.readouterr().err, re.MULTILINE)


def test_anything_else_fails_at_once_and_without_any_secret(ecs: Emulator, config: dict[str, str]) -> None:
    wrong = {**config, "alicloud:secretKey": "ExampleSecretThatIsWrong00000001"}
    with pytest.raises(EcsError, match="DescribeImages failed with SignatureDoesNotMatch") as failure:
        run_program(wrong, lambda: get_shared_image(owner_id=OWNER, name="golden-*"))
    assert ecs.calls.count() == 1
    for secret in (config["alicloud:accessKey"], config["alicloud:secretKey"], wrong["alicloud:secretKey"]):
        assert secret not in str(failure.value)


def test_a_region_that_does_not_exist_is_named(ask: Ask) -> None:
    with pytest.raises(EcsError, match="Check the region ID: cn-nowhere is none of ECS's"):
        ask(owner_id=OWNER, name="golden-*", region="cn-nowhere")


def test_settings_that_cannot_be_used_are_said(config: dict[str, str]) -> None:
    del config["alicloud:secretKey"]
    with pytest.raises(ConfigError, match="alicloud:accessKey is set but alicloud:secretKey is not"):
        run_program(config, lambda: get_shared_image(owner_id=OWNER, name="golden-*"))


def test_bad_arguments_are_said_all_at_once_without_a_call(ecs: Emulator, ask: Ask) -> None:
    with pytest.raises(BadArguments) as failure:
        ask(owner_id="platform", name="^golden", nmae="golden")
    assert str(failure.value).splitlines() == [f"get_shared_image: {text}" for text in failure.value.sentences]
    assert len(failure.value.sentences) == 3
    assert "no argument 'nmae': did you mean name?" in failure.value.sentences[2]
    assert ecs.calls.count() == 0


# -- one program asks once --------------------------------------------------------------------------------------------


def test_one_program_asks_an_owner_once_whatever_it_looks_for(ecs: Emulator, config: dict[str, str]) -> None:
    def program() -> list[str]:
        questions: list[dict[str, Any]] = [{"name": "golden-2024-05"}, {"family": "golden"}, {"family": "golden"}]
        return [get_shared_image(owner_id=OWNER, **question).name for question in questions]

    assert run_program(config, program) == ["golden-2024-05", "golden-2024-06", "golden-2024-06"]
    assert ecs.calls.count() == 1


def test_another_program_of_the_same_process_asks_for_itself(ecs: Emulator, config: dict[str, str]) -> None:
    ecs.console.share(HANGZHOU, ecs.golden_image_id, DATA)
    found = [
        run_program(account, lambda: get_shared_image(owner_id=OWNER, name="golden-*")).name
        for account in (config, consumer_config(ecs, "data"), config)
    ]
    assert found == ["golden-2024-06", "golden-2024-05", "golden-2024-06"]
    assert ecs.calls.count() == 3


def test_what_was_not_there_is_looked_for_again(ecs: Emulator, config: dict[str, str]) -> None:
    def program() -> str:
        get_shared_image(owner_id=OWNER, name="golden-*")
        image_id = share(ecs, HANGZHOU, name="silver")
        assert get_shared_image(owner_id=OWNER, name="silver").image_id == image_id
        return get_shared_image(owner_id=OWNER, name="silver").image_id

    run_program(config, program)
    assert ecs.calls.count() == 2


def test_a_question_that_failed_is_asked_again(ecs: Emulator, config: dict[str, str]) -> None:
    def program() -> str:
        ecs.faults.add(action=IMAGES, kind="error", code="InvalidParameter", times=1)
        with pytest.raises(EcsError, match="InvalidParameter"):
            get_shared_image(owner_id=OWNER, name="golden-*")
        return get_shared_image(owner_id=OWNER, name="golden-*").name

    assert run_program(config, program) == "golden-2024-06"


def test_without_a_program_each_question_is_asked(
    ecs: Emulator, config: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for key, value in config.items():
        monkeypatch.setenv(f"PULUMI_CONFIG_{key.upper().replace(':', '_').replace('-', '_')}", value)
    for _ in range(2):
        assert get_shared_image(owner_id=OWNER, name="golden-*").name == "golden-2024-06"
    assert ecs.calls.count() == 2
