"""What `get_shared_image` finds: the newest that fits, of owners that are trusted, with how many calls."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share import AssumeRole, ConfigError, NoSharedImage, SharedImage
from pulumi_alicloud_image_share.dynamic.shared_image import get_shared_image
from support.consumer_program import consumer_config, run_program
from support.lookups import Ask, fails, share
from support.moving_world import just_before

OWNER, PAYMENTS, DATA, PARTNER = "1000000000000001", "1000000000000002", "1000000000000003", "1000000000000005"
HANGZHOU, SHANGHAI = "cn-hangzhou", "cn-shanghai"
IMAGES = "DescribeImages"


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
    trusting = {**config, "alicloud-image-share:trustedOwners": f'["{PARTNER}", "{OWNER}"]'}
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
