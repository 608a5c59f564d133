"""ModifyImageAttribute, through the unmodified SDK."""

from __future__ import annotations

from typing import Any

import pytest
from alibabacloud_ecs20140526 import models as m
from emulator_clients import REGION, RpcClient, Sdk, refusal, refused

from ecs_emulator import Emulator


def test_name_description_and_family_change_in_place(owner: Sdk, golden: str) -> None:
    before = owner.image(golden)
    owner.modify(golden, image_name="golden-renamed", description="With the patches of May", image_family="hardened")
    after = owner.image(golden)
    assert (after.image_name, after.description, after.image_family) == (
        "golden-renamed",
        "With the patches of May",
        "hardened",
    )
    assert (after.image_id, after.creation_time, after.status) == (golden, before.creation_time, "Available")
    assert owner.image_ids(image_family="hardened") == [golden]


def test_what_is_not_given_stays_and_so_does_what_is_given_empty(owner: Sdk, golden: str) -> None:
    """The description is kept by default, and empty is the default: it can be changed, never taken away."""
    before = owner.image(golden)
    owner.modify(golden)
    owner.modify(golden, image_name="", description="", image_family="", status="")
    after = owner.image(golden)
    assert after.to_map() == before.to_map()
    assert (after.description, after.image_family) == ("The company's hardened Linux", "golden")


@pytest.mark.parametrize(
    "name",
    ["g", "1golden", "-golden", "golden image", "golden/2024", "aliyun-golden", "acs:golden", "g" * 129, "_g"],
)
def test_what_is_no_name_is_refused_for_an_image_and_for_a_family(owner: Sdk, golden: str, name: str) -> None:
    assert refusal(owner.modify, golden, image_name=name) == ("InvalidImageName.Malformed", 400)
    assert refusal(owner.modify, golden, image_family=name) == ("InvalidImageFamily.Malformed", 400)
    assert refusal(owner.copy, golden, "cn-beijing", destination_image_name=name) == ("InvalidImageName.Malformed", 400)


@pytest.mark.parametrize("name", ["go", "g" * 128, "Golden_2024.05:a-b", "镜像-1", "httpd-2024", "acs-golden"])
def test_what_is_a_name_is_taken_for_an_image_and_for_a_family(owner: Sdk, golden: str, name: str) -> None:
    owner.modify(golden, image_name=name, image_family=name)
    assert (owner.image(golden).image_name, owner.image(golden).image_family) == (name, name)
    owner.copy(golden, "cn-beijing", destination_image_name=name)


@pytest.mark.parametrize("description", ["x", "d" * 257, "http://example.com", "https://example.com"])
def test_what_is_no_description_is_refused(owner: Sdk, golden: str, description: str) -> None:
    assert refusal(owner.modify, golden, description=description) == ("InvalidDescription.Malformed", 400)


@pytest.mark.parametrize("description", ["OK", "d" * 256, "see http://example.com"])
def test_what_is_a_description_is_taken(owner: Sdk, golden: str, description: str) -> None:
    owner.modify(golden, description=description)
    assert owner.image(golden).description == description


def test_a_name_is_there_once_in_a_region_of_an_account(ecs: Emulator, owner: Sdk, golden: str) -> None:
    assert refusal(owner.modify, golden, image_name="golden-2024-06") == ("InvalidImageName.Duplicated", 400)
    owner.modify(golden, image_name="golden-2024-05")
    owner.modify(golden, image_name="partner-appliance")
    assert owner.image(ecs.image("golden-shanghai").id, region_id="cn-shanghai").image_name == "golden-2024-05"


def test_a_change_that_is_refused_in_part_changes_nothing(owner: Sdk, golden: str) -> None:
    before = owner.image(golden).to_map()
    refused(owner.modify, golden, image_name="renamed", description="Renamed", status="Available")
    refused(owner.modify, golden, image_name="renamed", description="x")
    assert owner.image(golden).to_map() == before


def test_an_image_of_someone_else_or_of_nobody_is_not_found(ecs: Emulator, owner: Sdk, golden: str) -> None:
    ecs.console.share(REGION, golden, ecs.account("payments").id)
    for image_id in (golden, ecs.image("system").id, "m-none"):
        assert refusal(Sdk(ecs, "payments").modify, image_id, image_name="mine") == ("InvalidImageId.NotFound", 404)
    assert refusal(owner.modify, golden, region="cn-shanghai", image_name="x1") == ("InvalidImageId.NotFound", 404)
    assert refusal(owner.modify, golden, region="mars-1", image_name="x1") == ("InvalidRegionId.NotFound", 404)


@pytest.mark.parametrize("missing", ["RegionId", "ImageId"])
def test_region_and_image_must_be_given(rpc: RpcClient, golden: str, missing: str) -> None:
    given = {"RegionId": REGION, "ImageId": golden, "ImageName": "renamed"}
    del given[missing]
    answer = rpc.get("ModifyImageAttribute", **given)
    assert (answer.status_code, answer.json()["Code"]) == (400, "MissingParameter")


@pytest.mark.parametrize("change", [{"image_name": "renamed"}, {"status": "Deprecated"}, {"description": "Renamed"}])
def test_an_image_that_is_still_being_made_can_not_be_changed(
    ecs: Emulator, owner: Sdk, golden: str, change: dict[str, Any]
) -> None:
    assert refusal(owner.modify, ecs.image("creating").id, **change) == ("InvalidStatus.ImageIsCreating", 403)
    ecs.console.set_copy_seconds(60)
    copy = owner.copy(golden, REGION)
    assert refusal(owner.modify, copy, **change) == ("InvalidStatus.ImageIsCreating", 403)
    ecs.cloud.clock.advance(60)
    owner.modify(copy, **change)


def test_an_image_is_deprecated_and_restored(ecs: Emulator, owner: Sdk, golden: str) -> None:
    owner.modify(golden, status="Deprecated")
    assert golden not in owner.image_ids()
    assert owner.image(golden, status="Deprecated").status == "Deprecated"
    assert refusal(owner.modify, golden, status="Deprecated") == ("ImageStatus.NotAvailable", 403)
    assert refusal(owner.copy, golden, "cn-beijing") == ("IncorrectImageStatus", 400)
    assert refusal(owner.share, golden, ecs.account("web").id) == ("OperationDenied.InvalidImageStatus", 403)
    owner.run(golden)
    owner.modify(golden, status="Available")
    assert golden in owner.image_ids()
    assert refusal(owner.modify, golden, status="Available") == ("ImageStatus.NotDeprecated", 403)


def test_a_family_falls_back_to_the_image_before_one_that_is_deprecated(ecs: Emulator, owner: Sdk, golden: str) -> None:
    newest = ecs.image("golden-next").id
    assert owner.instance(owner.run("", image_family="golden")).image_id == newest
    owner.modify(newest, status="Deprecated")
    assert owner.instance(owner.run("", image_family="golden")).image_id == golden


def test_a_shared_image_is_not_deprecated(ecs: Emulator, owner: Sdk, golden: str) -> None:
    owner.share(golden, ecs.account("web").id)
    error = refused(owner.modify, golden, status="Deprecated")
    assert (error.code, error.status_code) == ("ImageUseShared", 403)
    assert "please remove shared accounts first" in error.message
    owner.unshare(golden, ecs.account("web").id)
    owner.modify(golden, status="Deprecated")


@pytest.mark.parametrize("status", ["Creating", "UnAvailable", "deprecated", "ALL"])
def test_no_other_status_can_be_asked_for(owner: Sdk, golden: str, status: str) -> None:
    assert refusal(owner.modify, golden, status=status) == ("InvalidParameter", 400)


def test_a_consumer_sees_the_changes(ecs: Emulator, owner: Sdk, payments: Sdk, golden: str) -> None:
    owner.share(golden, ecs.account("payments").id)
    owner.modify(golden, image_name="renamed", image_family="hardened")
    seen = payments.image(golden)
    assert (seen.image_name, seen.image_family) == ("renamed", f"acs:{ecs.account('owner').id}:hardened")


def test_the_family_of_an_image_is_not_the_family_of_its_copy(owner: Sdk, golden: str) -> None:
    copy = owner.copy(golden, REGION)
    assert (owner.image(golden).image_family, owner.image(copy).image_family) == ("golden", "")
    owner.modify(copy, image_family="golden")
    assert copy in owner.image_ids(image_family="golden")


# -- features --------------------------------------------------------------------------------------------------------


def test_what_clients_have_read_of_an_images_features_they_may_send_back(owner: Sdk, golden: str) -> None:
    features = owner.image(golden).features
    assert (features.nvme_support, features.imds_support) == ("supported", "v2")
    same = m.ModifyImageAttributeRequestFeatures(nvme_support="supported", imds_support="v2")
    owner.modify(golden, features=same, description="Something else")
    assert owner.image(golden).description == "Something else"
    for other in ({"nvme_support": "unsupported"}, {"imds_support": "v1"}):
        error = refused(owner.modify, golden, features=m.ModifyImageAttributeRequestFeatures(**other))
        assert "does not honour it" in error.message


# -- boot mode -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["BIOS", "UEFI", "UEFI-Preferred"])
def test_the_boot_mode_changes_in_place(owner: Sdk, golden: str, mode: str) -> None:
    assert owner.image(golden).boot_mode == "BIOS"
    owner.modify(golden, boot_mode=mode)
    assert owner.image(golden).boot_mode == mode
    owner.modify(golden, description="Something else")
    assert owner.image(golden).boot_mode == mode


def test_a_boot_mode_that_is_none_is_refused(ecs: Emulator, owner: Sdk, golden: str) -> None:
    error = refused(owner.modify, golden, boot_mode="Floppy", description="Something else")
    assert (error.code, error.status_code) == ("InvalidBootMode.NotSupport", 400)
    assert "The specified parameter BootMode is not supported." in error.message
    assert owner.image(golden).description == "The company's hardened Linux"
    arm = ecs.console.create_image(REGION, architecture="arm64")
    error = refused(owner.modify, arm, boot_mode="BIOS")
    assert (error.code, error.status_code) == ("InvalidBootMode.NotSupport", 400)
    assert "BootMode is not supported for current image architecture." in error.message


def test_the_boot_mode_of_an_image_in_use_stays(owner: Sdk, golden: str) -> None:
    owner.run(golden)
    error = refused(owner.modify, golden, boot_mode="UEFI")
    assert (error.code, error.status_code) == ("OperationDeined.ImageUsingByInstance", 403)
    owner.modify(golden, boot_mode="BIOS", description="Something else")
    assert (owner.image(golden).boot_mode, owner.image(golden).description) == ("BIOS", "Something else")
