"""What DescribeImages can be asked for, and whom RAM keeps from it, through the unmodified SDK."""

from __future__ import annotations

from typing import Any

import pytest
from alibabacloud_ecs20140526 import models as m
from emulator_clients import REGION, RpcClient, Sdk, ram_user, refusal, refused

from ecs_emulator import Emulator


def filters(**pairs: str) -> list[m.DescribeImagesRequestFilter]:
    return [m.DescribeImagesRequestFilter(key=key, value=value) for key, value in pairs.items()]


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ({"filter": filters(CreationStartTime="2024-06-01T00:00Z")}, {"golden-next"}),
        (
            {"filter": filters(CreationStartTime="2024-05-01T00:00Z", CreationEndTime="2024-05-02T00:00Z")},
            {"golden"},
        ),
        ({"filter": filters(CreationEndTime="2024-05-01T02:03Z")}, set()),
        ({"filter": filters(CreationEndTime="2024-05-01T02:04Z")}, {"golden"}),
        ({"filter": filters(NetworkType="vpc"), "image_family": "golden"}, {"golden", "golden-next"}),
        ({"filter": filters(NetworkType="classic")}, set()),
        ({"filter": filters(CpuOnlineUpgrade="unsupported"), "image_family": "golden"}, {"golden", "golden-next"}),
        ({"filter": filters(MemoryOnlineDowngrade="supported")}, set()),
        ({"snapshot_id": "s-bp1golden20240501aa0a1"}, {"golden"}),
        ({"snapshot_id": "s-bp1none"}, set()),
        ({"instance_type": "ecs.g7.large", "image_family": "golden"}, {"golden", "golden-next"}),
        ({"instance_type": "ecs.g8y.large"}, set()),
        ({"is_support_cloudinit": False}, set()),
        ({"is_support_cloudinit": True, "image_family": "golden"}, {"golden", "golden-next"}),
        ({"is_support_io_optimized": False}, set()),
        ({"is_support_io_optimized": True, "image_family": "golden"}, {"golden", "golden-next"}),
        ({"resource_group_id": "rg-bp1images0000001"}, set()),
        ({"show_expired": False, "image_family": "golden"}, {"golden", "golden-next"}),
        ({"action_type": "CreateEcs", "image_family": "golden"}, {"golden", "golden-next"}),
        ({"ostype": "linux", "architecture": "x86_64", "image_family": "golden"}, {"golden", "golden-next"}),
    ],
)
def test_every_filter_picks_its_images(ecs: Emulator, owner: Sdk, query: dict[str, Any], keys: set[str]) -> None:
    found = owner.image_ids(image_owner_alias="self", **query)
    assert set(found) == {ecs.image(key).id for key in keys}


def test_filters_find_what_only_some_images_have(ecs: Emulator, owner: Sdk) -> None:
    create, group = ecs.console.create_image, "rg-bp1images0000001"
    arm = create(REGION, architecture="arm64")
    bare = create(REGION, supports_cloudinit=False, os_type="windows")
    small = create(REGION, architecture="i386")
    grouped = create(REGION, resource_group_id=group)
    assert owner.image_ids(instance_type="ecs.c6r.xlarge", image_owner_alias="self") == [arm]
    assert not {arm, small} & set(owner.image_ids(instance_type="ecs.c7.xlarge"))
    assert owner.image_ids(architecture="i386") == [small]
    assert owner.image_ids(is_support_cloudinit=False) == owner.image_ids(ostype="windows") == [bare]
    assert owner.image_ids(resource_group_id=group) == [grouped]
    assert owner.image(grouped).resource_group_id == group
    assert owner.image(arm).boot_mode == "UEFI"


def test_a_resource_group_is_its_owners_affair(ecs: Emulator, payments: Sdk) -> None:
    group = ecs.account("owner").resource_groups[0]
    image_id = ecs.console.create_image(REGION, resource_group_id=group)
    ecs.console.share(REGION, image_id, ecs.account("payments").id)
    assert payments.image(image_id).resource_group_id == ""
    assert payments.image_ids(resource_group_id=group) == []


@pytest.mark.parametrize(
    ("query", "code", "status", "text"),
    [
        ({"ostype": "macos"}, "InvalidOSType", 404, "The specified OSType is not valid."),
        ({"architecture": "sparc"}, "InvalidArchitecture", 404, "The specified Architecture is not valid."),
        (
            {"instance_type": "large"},
            "InvalidInstanceType.ValueNotSupported",
            400,
            "The specified instance type large does not exist.",
        ),
        ({"filter": filters(Colour="red")}, "InvalidFilterKey.NotFound", 404, "The specified Filter Key is not found."),
        (
            {"filter": filters(CreationStartTime="2024-05-01")},
            "InvalidFilterValue",
            404,
            "The specified Filter Value is not valid.",
        ),
        (
            {"filter": filters(CpuOnlineUpgrade="perhaps")},
            "InvalidFilterValue",
            404,
            "The specified Filter Value is not valid.",
        ),
        (
            {"filter": filters(NetworkType="token-ring")},
            "InvalidFilterValue.NetworkType",
            400,
            "The specified networkType value in the Filter is invalid.",
        ),
        ({"is_support_cloudinit": "perhaps"}, "InvalidParameter", 400, "IsSupportCloudinit"),
        (
            {"show_expired": True},
            "InvalidParameter",
            400,
            '"ShowExpired" is not valid: the emulator does not',
        ),
        ({"action_type": "ChangeOS"}, "InvalidParameter", 400, '"ActionType" is not valid: the emulator does not'),
    ],
)
def test_what_makes_no_sense_is_refused_in_the_words_of_the_document(
    owner: Sdk, query: dict[str, Any], code: str, status: int, text: str
) -> None:
    error = refused(owner.images, **query)
    assert (error.code, error.status_code) == (code, status)
    assert text in error.message


# -- RAM ---------------------------------------------------------------------------------------------------------------


def test_ram_policies_do_not_bind_who_asks_for_images_of_alibaba_cloud_or_of_others(ecs: Emulator) -> None:
    seed = ecs.seed.model_dump(mode="json")
    [owner] = [account for account in seed["accounts"] if account["name"] == "owner"]
    [auditor] = [user for user in owner["ram_users"] if user["name"] == "auditor"]
    auditor["denied_actions"] = ["ecs:Describe*"]
    with Emulator(seed) as strict:
        theirs = strict.console.create_image(REGION, "partner")
        strict.console.share(REGION, theirs, strict.account("owner").id)
        sdk = Sdk(strict, "owner", **ram_user(strict, "owner", "auditor"))
        assert sdk.image_ids(image_owner_alias="others") == [theirs]
        assert sdk.image_ids(image_owner_alias="system") == [strict.image("system").id]
        for alias in (None, "self", "marketplace"):
            assert refusal(sdk.images, image_owner_alias=alias) == ("Forbidden.RAM", 403)
        assert refusal(sdk.shares, strict.golden_image_id) == ("Forbidden.RAM", 403)


# -- families ----------------------------------------------------------------------------------------------------------


def newest(sdk: Sdk, family: str, region: str = REGION) -> Any:
    request = m.DescribeImageFromFamilyRequest(region_id=region, image_family=family)
    return sdk.client.describe_image_from_family(request).body.image


def test_the_newest_available_image_of_a_family_is_described(ecs: Emulator, owner: Sdk, payments: Sdk) -> None:
    image = newest(owner, "golden")
    assert (image.image_id, image.image_owner_alias) == (ecs.image("golden-next").id, "self")
    assert (image.status, image.progress, image.size, image.image_family) == ("Available", "100%", 20, "golden")
    assert {tag.tag_key: tag.tag_value for tag in image.tags.tag} == {"team": "platform", "stage": "candidate"}
    assert newest(owner, "golden", "cn-shanghai").image_id == ecs.image("golden-shanghai").id
    owner.modify(image.image_id, status="Deprecated")
    assert newest(owner, "golden").image_id == ecs.golden_image_id
    family = f"acs:{ecs.account('owner').id}:golden"
    assert newest(payments, family) is None
    ecs.console.share(REGION, ecs.golden_image_id, ecs.account("payments").id)
    theirs = newest(payments, family)
    assert (theirs.image_id, theirs.image_owner_alias) == (ecs.golden_image_id, "others")


def test_a_family_without_an_available_image_gives_an_empty_answer(owner: Sdk) -> None:
    assert newest(owner, "silver") is None


def test_an_image_of_a_family_says_no_more_than_the_document(rpc: RpcClient) -> None:
    image = rpc.get("DescribeImageFromFamily", RegionId=REGION, ImageFamily="golden").json()["Image"]
    assert not {"BootMode", "ImageOwnerId", "Features", "IsPublic", "OSNameEn"} & image.keys()


def test_a_family_must_be_named_in_a_region_that_is_there(owner: Sdk, rpc: RpcClient) -> None:
    error = refused(newest, owner, "golden", "mars-1")
    assert (error.code, error.status_code) == ("InvalidRegionId.NotFound", 404)
    assert "The RegionId provided does not exist." in error.message
    assert rpc.get("DescribeImageFromFamily", RegionId=REGION).json()["Code"] == "MissingParameter"


def test_ram_and_faults_hold_for_families_too(ecs: Emulator, owner: Sdk) -> None:
    ecs.faults.add(kind="throttle", action="DescribeImageFromFamily", times=1)
    assert refusal(newest, owner, "golden") == ("Throttling.User", 400)
    assert newest(owner, "golden") is not None
