"""Seeds: the built-in one, one's own, and what is wrong with a bad one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from emulator_clients import Sdk

from ecs_emulator import Emulator, Seed, SeedError, load_seed

ACCOUNT = {"name": "solo", "id": "1234567890", "access_key_id": "LTAI5tEXAMPLEsolo", "access_key_secret": "s"}
IMAGE = {"key": "golden", "region": "cn-hangzhou", "owner": "solo", "name": "mine"}
SMALL: dict[str, Any] = {"regions": ["cn-hangzhou"], "accounts": [ACCOUNT], "images": [IMAGE]}


def test_the_built_in_seed_has_the_accounts_and_images_that_tests_name() -> None:
    seed = load_seed()
    assert [seed.account(name).id[-1] for name in ("owner", "payments", "data", "web", "partner")] == list("12345")
    assert seed.account("consumer-100").id == "2000000000000100"
    assert len({account.access_key_id for account in seed.all_accounts}) == 105
    assert {image.id.startswith(("m-", "aliyun_")) for image in seed.images} == {True}
    assert {image.region for image in seed.images} == {"cn-hangzhou", "cn-shanghai"}
    with pytest.raises(KeyError, match="no image 'none'"):
        seed.image("none")
    with pytest.raises(KeyError, match="no account 'none'"):
        seed.account("none")


def test_an_emulator_starts_from_a_dict_a_file_or_a_seed(tmp_path: Path) -> None:
    path = tmp_path / "seed.yaml"
    path.write_text(
        "regions: [cn-hangzhou]\n"
        "accounts: [{name: solo, id: '1234567890', access_key_id: LTAI5tEXAMPLEsolo, access_key_secret: s}]\n"
        "images: [{key: golden, region: cn-hangzhou, owner: solo, name: mine}]\n"
    )
    for seed in (SMALL, path, str(path), Seed.model_validate(SMALL)):
        with Emulator(seed=seed) as ecs:
            assert Sdk(ecs, "solo").image_ids() == [ecs.golden_image_id]


def test_a_seeded_share_and_quota_are_there_from_the_start() -> None:
    seed = {
        "regions": ["cn-hangzhou"],
        "accounts": [ACCOUNT | {"share_quota": 2}],
        "consumers": {"first": "2000000000000001", "count": 2},
        "images": [IMAGE | {"id": "m-1", "shared_with": ["consumer-001", "2000000000000002"]}],
    }
    with Emulator(seed=seed) as ecs:
        assert Sdk(ecs, "solo").shared_with("m-1") == ["2000000000000001", "2000000000000002"]
        assert Sdk(ecs, "consumer-002").image_ids() == ["m-1"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"accounts": [ACCOUNT | {"id": "12"}]}, "accounts.0.id"),
        ({"accounts": [ACCOUNT | {"id": 1234567890}]}, "accounts.0.id: Input should be a valid string"),
        ({"accounts": [ACCOUNT | {"colour": "red"}]}, "accounts.0.colour"),
        ({"accounts": [ACCOUNT, ACCOUNT]}, "account name 'solo' is there twice"),
        ({"accounts": []}, "accounts"),
        ({"regions": []}, "regions"),
        ({"images": [IMAGE | {"region": "mars-1"}]}, "image 'golden' is in region 'mars-1', which the seed has not"),
        ({"images": [IMAGE | {"owner": "nobody"}]}, "image 'golden' is owned by 'nobody', which is no account's name"),
        ({"images": [IMAGE | {"shared_with": ["x"]}]}, "image 'golden' is shared with 'x', which is no account"),
        ({"images": [IMAGE | {"status": "Fine"}]}, "images.0.status"),
        ({"images": [IMAGE, IMAGE]}, "image key 'golden' is there twice"),
        ({"images": ["golden"]}, "images.0"),
    ],
)
def test_a_bad_seed_is_told_in_one_line(change: dict[str, Any], told: str) -> None:
    with pytest.raises(SeedError) as caught:
        load_seed(SMALL | change)
    text = str(caught.value)
    assert told in text
    assert "\n" not in text


@pytest.mark.parametrize(
    ("text", "told"),
    [("a: [", "line 1: not YAML"), ("- a\n", "a seed is a mapping"), ("", "a seed is a mapping"), ("\x00", "not YAML")],
)
def test_a_file_that_is_no_seed_is_told_in_one_line(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(text)
    with pytest.raises(SeedError) as caught:
        load_seed(path)
    assert told in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SeedError, match=r"none\.yaml: No such file"):
        load_seed(tmp_path / "none.yaml")
