"""DescribeImages, CopyImage, DeleteImage and DescribeRegions, through the unmodified SDK."""

from __future__ import annotations

from typing import Any

import pytest
from alibabacloud_ecs20140526 import models as m
from emulator_clients import REGION, Sdk, refusal

from ecs_emulator import Emulator


def test_the_regions_of_the_seed_are_listed(owner: Sdk) -> None:
    regions = owner.client.describe_regions(m.DescribeRegionsRequest()).body.regions.region
    assert {"cn-hangzhou", "eu-central-1"} <= {region.region_id for region in regions}
    assert all(region.region_endpoint for region in regions)


def test_only_available_images_are_listed_unless_a_status_is_asked_for(ecs: Emulator, owner: Sdk) -> None:
    deprecated, waiting = ecs.image("deprecated").id, ecs.image("creating").id
    assert not {deprecated, waiting} & set(owner.image_ids())
    assert owner.image_ids(status="Deprecated") == [deprecated]
    assert set(owner.image_ids(status="Deprecated,Waiting")) == {deprecated, waiting}
    assert {deprecated, waiting, ecs.golden_image_id} <= set(owner.image_ids(status="ALL"))


def test_an_id_does_not_bring_out_an_image_that_is_not_available(ecs: Emulator, owner: Sdk) -> None:
    assert owner.image_ids(image_id=ecs.image("deprecated").id) == []


@pytest.mark.parametrize("status", ["Fine", "ALL,Available", "available"])
def test_a_status_that_is_none_is_refused(owner: Sdk, status: str) -> None:
    assert refusal(owner.images, status=status) == ("InvalidParameter", 400)


def test_an_own_image_says_whether_it_is_shared(ecs: Emulator, owner: Sdk, golden: str) -> None:
    assert owner.image(golden).is_self_shared == "false"
    ecs.console.share(REGION, golden, ecs.account("web").id)
    assert owner.image(golden).is_self_shared == "true"
    assert Sdk(ecs, "web").image(golden).is_self_shared == ""


def test_an_image_has_what_the_documents_say(ecs: Emulator, owner: Sdk, golden: str) -> None:
    image = owner.image(golden)
    assert (image.image_owner_alias, image.image_owner_id) == ("self", 1000000000000001)
    assert (image.status, image.progress, image.usage, image.is_public) == ("Available", "100%", "none", False)
    assert {tag.tag_key: tag.tag_value for tag in image.tags.tag} == {"team": "platform", "stage": "live"}
    assert image.image_family == "golden"
    [mapping] = owner.image(ecs.image("cmk-encrypted").id).disk_device_mappings.disk_device_mapping
    assert mapping.encrypted is True
    assert owner.image(ecs.image("marketplace-based").id).product_code == "cmjj000001"


def test_the_family_of_somebody_elses_image_names_its_owner(ecs: Emulator, payments: Sdk, golden: str) -> None:
    ecs.console.share(REGION, golden, ecs.account("payments").id)
    family = f"acs:{ecs.account('owner').id}:golden"
    assert payments.image(golden).image_family == family
    assert payments.image_ids(image_family=family) == [golden]
    assert payments.image_ids(image_family="golden") == []
    ecs.console.create_image(REGION, "partner", image_id="m-bp1everyones", family="free", is_public=True)
    [image] = payments.images(image_owner_alias="others", is_public=True, image_id="m-bp1everyones").images.image
    assert image.image_family == f"acs:{ecs.account('partner').id}:free"


def test_an_image_in_use_says_so(owner: Sdk, golden: str) -> None:
    owner.run(golden)
    assert owner.image(golden).usage == "instance"
    assert owner.image_ids(usage="instance") == [golden]
    assert golden not in owner.image_ids(usage="none")


@pytest.mark.parametrize(
    ("alias", "keys"),
    [
        ("system", {"system"}),
        ("marketplace", {"marketplace"}),
        ("others", set()),
        (
            "self",
            {"golden", "golden-next", "marketplace-based", "community", "service-key-encrypted", "cmk-encrypted"},
        ),
    ],
)
def test_an_owner_alias_picks_its_images(ecs: Emulator, owner: Sdk, alias: str, keys: set[str]) -> None:
    assert set(owner.image_ids(image_owner_alias=alias)) == {ecs.image(key).id for key in keys}


def test_without_an_alias_there_is_no_marketplace_and_no_foreign_community_image(
    ecs: Emulator, payments: Sdk, golden: str
) -> None:
    ecs.console.share(REGION, golden, ecs.account("payments").id)
    own = ecs.console.create_image(REGION, "payments")
    assert set(payments.image_ids()) == {golden, own, ecs.image("system").id}


def test_community_images_come_only_when_asked_for(ecs: Emulator, payments: Sdk) -> None:
    community = ecs.image("community").id
    assert payments.image_ids(is_public=True, image_owner_alias="others") == [community]
    assert community not in payments.image_ids(image_owner_alias="others")
    assert refusal(payments.images, is_public=True) == ("InvalidImageOwnerAlias.PublicImageUnsupported", 400)


@pytest.mark.parametrize("alias", [None, "self", "system"])
def test_an_owner_id_is_for_shared_and_community_images_only(owner: Sdk, alias: str | None) -> None:
    asked: dict[str, Any] = {"image_owner_alias": alias, "image_owner_id": 1000000000000001}
    assert refusal(owner.images, **asked) == ("InvalidOperation.ImageOwnerIdUnsupported", 400)


def test_an_alias_that_is_none_is_refused(owner: Sdk) -> None:
    assert refusal(owner.images, image_owner_alias="me") == ("InvalidImageOwnerAlias.ValueNotSupported", 400)


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ({"image_name": "golden-2024*"}, {"golden", "golden-next"}),
        ({"image_name": "*-06"}, {"golden-next"}),
        ({"image_name": "wordpress"}, {"marketplace-based"}),
        ({"image_name": "golden-2024-0?"}, set()),
        ({"image_name": "golden-2024-[0]5"}, set()),
        ({"ostype": "windows"}, set()),
        ({"architecture": "arm64"}, set()),
        ({"image_family": "golden"}, {"golden", "golden-next"}),
        ({"tag": [m.DescribeImagesRequestTag(key="team")]}, {"golden", "golden-next"}),
        ({"tag": [m.DescribeImagesRequestTag(key="stage", value="live")]}, {"golden"}),
        (
            {"tag": [m.DescribeImagesRequestTag(key="team"), m.DescribeImagesRequestTag(key="stage", value="gone")]},
            set(),
        ),
    ],
)
def test_a_filter_picks_its_images(ecs: Emulator, owner: Sdk, query: dict[str, Any], keys: set[str]) -> None:
    found = owner.image_ids(image_owner_alias="self", **query)
    assert set(found) == {ecs.image(key).id for key in keys}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"usage": "maybe"}, ("InvalidUsage", 404)),
        ({"tag": [m.DescribeImagesRequestTag(key=f"k{n}") for n in range(21)]}, ("InvalidTagCount", 400)),
        ({"usable": True}, ("MissingParameter", 400)),
        ({"usable": "perhaps"}, ("InvalidParameter", 400)),
        ({"page_number": "two"}, ("InvalidParameter", 400)),
        ({"region_id": None}, ("MissingParameter", 400)),
    ],
)
def test_a_filter_that_makes_no_sense_is_refused(owner: Sdk, query: dict[str, Any], expected: tuple[str, int]) -> None:
    assert refusal(owner.images, **query) == expected


def test_usable_goes_with_a_status(ecs: Emulator, owner: Sdk, golden: str) -> None:
    assert ecs.image("creating").id in owner.image_ids(usable=False, status="ALL")
    assert golden in owner.image_ids(usable=True, status="Available,Deprecated")
    assert owner.image_ids(usable=True, status="Deprecated") == []


def test_a_tag_value_without_a_key_is_refused(owner: Sdk) -> None:
    assert refusal(owner.images, tag=[m.DescribeImagesRequestTag(value="x")]) == ("InvalidTag.Mismatch", 400)


def test_up_to_a_hundred_ids_go_in_one_query(ecs: Emulator, owner: Sdk, golden: str) -> None:
    both = f"{golden},{ecs.image('golden-next').id}"
    assert set(owner.image_ids(image_id=both)) == set(both.split(","))
    many = ",".join(f"m-bp1none{n:014}" for n in range(100))
    assert owner.image_ids(image_id=many) == []
    assert refusal(owner.images, image_id=f"{many},m-1") == ("InvalidParameter", 400)


def test_images_come_in_pages_of_ten_by_default(ecs: Emulator, owner: Sdk) -> None:
    for n in range(23):
        ecs.console.create_image("eu-central-1", name=f"image-{n}")
    pages = [
        owner.client.describe_images(m.DescribeImagesRequest(region_id="eu-central-1", page_number=n)).body
        for n in (1, 2, 3)
    ]
    assert [len(page.images.image) for page in pages] == [10, 10, 3]
    assert {page.total_count for page in pages} == {23}
    assert len({image.image_id for page in pages for image in page.images.image}) == 23


@pytest.mark.parametrize(
    ("alias", "owned_by"),
    [("self", "owner"), ("others", "partner"), ("system", "system"), ("marketplace", "marketplace"), (None, "owner")],
)
def test_the_images_of_every_alias_come_in_pages_that_together_are_all_of_them_once(
    ecs: Emulator, owner: Sdk, alias: str | None, owned_by: str
) -> None:
    made = [ecs.console.create_image("us-west-1", owned_by, name=f"image-{n}") for n in range(205)]
    if alias == "others":
        for image_id in made:
            ecs.console.share("us-west-1", image_id, ecs.account("owner").id)
    for asked, size in (({}, 10), ({"page_size": 50}, 50), ({"page_size": 100}, 100)):
        query = m.DescribeImagesRequest(region_id="us-west-1", image_owner_alias=alias, **asked)
        rows: list[str] = []
        for number in range(1, -(-205 // size) + 2):
            query.page_number = number
            body = owner.client.describe_images(query).body
            found = [image.image_id for image in body.images.image]
            assert (body.page_number, body.page_size, body.total_count) == (number, size, 205)
            assert len(found) == min(size, max(0, 205 - (number - 1) * size))
            rows += found
        assert len(rows) == len(set(rows)) == 205
        assert set(rows) == set(made)


@pytest.mark.parametrize("page", [{"page_size": 101}, {"page_size": 0}, {"page_size": -1}, {"page_number": 0}])
@pytest.mark.parametrize("alias", [None, "self", "others", "system", "marketplace"])
def test_a_page_that_is_none_is_refused(owner: Sdk, alias: str | None, page: dict[str, int]) -> None:
    assert refusal(owner.images, image_owner_alias=alias, **page) == ("InvalidParameter", 400)


def test_images_of_another_region_are_not_seen(ecs: Emulator, owner: Sdk, golden: str) -> None:
    assert owner.image_ids(region_id="cn-shanghai") == [ecs.image("golden-shanghai").id]
    assert refusal(owner.images, region_id="mars-1") == ("InvalidRegionId.NotFound", 404)


def test_a_dry_run_of_a_query_says_that_it_passed(owner: Sdk) -> None:
    assert refusal(owner.images, dry_run=True) == ("DryRunOperation", 400)


# -- copying ---------------------------------------------------------------------------------------------------------


def test_a_copy_is_creating_with_progress_until_it_is_available() -> None:
    with Emulator(copy_seconds=100) as ecs:
        owner = Sdk(ecs)
        tag = m.CopyImageRequestTag(key="from", value="hangzhou")
        copy = owner.copy(ecs.golden_image_id, "cn-shanghai", destination_image_name="golden-copy", tag=[tag])
        where = {"region_id": "cn-shanghai", "status": "ALL"}
        assert copy not in owner.image_ids(region_id="cn-shanghai")
        assert (owner.image(copy, **where).status, owner.image(copy, **where).progress) == ("Creating", "0%")
        ecs.cloud.clock.advance(50)
        assert owner.image(copy, **where).progress in ("50%", "51%")
        assert refusal(owner.share, copy, ecs.account("web").id, region="cn-shanghai") == ("IncorrectImageStatus", 400)
        ecs.cloud.clock.advance(50)
        done = owner.image(copy, **where)
        assert (done.status, done.progress, done.is_copied) == ("Available", "100%", True)
        assert [(t.tag_key, t.tag_value) for t in done.tags.tag] == [("from", "hangzhou")]
        owner.share(copy, ecs.account("web").id, region="cn-shanghai")


def test_a_client_token_makes_a_repeated_copy_the_same_copy(owner: Sdk, golden: str) -> None:
    first = owner.copy(golden, "cn-shanghai", client_token="t-1", destination_image_name="once")
    assert owner.copy(golden, "cn-shanghai", client_token="t-1", destination_image_name="once") == first
    assert refusal(owner.copy, golden, "us-west-1", client_token="t-1") == ("IdempotentParameterMismatch", 400)


def test_an_image_under_copy_is_neither_copied_there_again_nor_deleted() -> None:
    with Emulator(copy_seconds=100) as ecs:
        owner, golden = Sdk(ecs), ecs.golden_image_id
        owner.copy(golden, "cn-shanghai")
        assert refusal(owner.copy, golden, "cn-shanghai") == ("OperationDenied.ImageCopyConflict", 400)
        assert refusal(owner.delete, golden) == ("OperationDenied.ImageCopying", 403)
        owner.copy(golden, "cn-beijing")


@pytest.mark.parametrize(
    ("key", "more", "expected"),
    [
        ("deprecated", {}, ("IncorrectImageStatus", 400)),
        ("creating", {}, ("IncorrectImageStatus", 400)),
        ("community", {}, ("OperationDenied.CommunityImage", 400)),
        ("system", {}, ("InvalidImageId.NotFound", 404)),
        ("partner-image", {}, ("InvalidImageId.NotFound", 404)),
        ("cmk-encrypted", {"encrypted": False}, ("OperationDeined.EncryptedSnapshot", 403)),
        ("golden", {"kmskey_id": "k"}, ("InvalidParameter.EncryptedIllegal", 400)),
        ("golden", {"destination_image_name": "1st"}, ("InvalidImageName.Malformed", 400)),
        ("golden", {"destination_image_name": "golden-2024-05"}, ("InvalidImageName.Duplicated", 400)),
        ("golden", {"destination_description": "http://x"}, ("InvalidDescription.Malformed", 400)),
        ("golden", {"dry_run": True}, ("DryRunOperation", 400)),
    ],
)
def test_a_copy_that_can_not_be_is_refused(
    ecs: Emulator, owner: Sdk, key: str, more: dict[str, Any], expected: tuple[str, int]
) -> None:
    assert refusal(owner.copy, ecs.image(key).id, "cn-shanghai", **more) == expected


def test_a_copy_to_or_from_a_region_that_is_none_is_refused(owner: Sdk, golden: str) -> None:
    assert refusal(owner.copy, golden, "mars-1") == ("DestinationRegion.NotFound", 400)
    nowhere = m.CopyImageRequest(region_id="mars-1", image_id=golden, destination_region_id=REGION)
    assert refusal(owner.client.copy_image, nowhere) == ("SourceRegion.NotFound", 400)


def test_a_shared_image_is_copied_within_its_region_only_and_the_copy_is_the_consumers(
    ecs: Emulator, payments: Sdk, golden: str
) -> None:
    ecs.console.share(REGION, golden, ecs.account("payments").id)
    assert refusal(payments.copy, golden, "cn-shanghai") == ("OperationDenied.SameRegionOnly", 403)
    copy = payments.copy(golden, REGION)
    ecs.console.unshare(REGION, golden, ecs.account("payments").id)
    assert payments.image(copy).image_owner_alias == "self"


def test_a_service_key_encrypted_image_becomes_shareable_as_a_copy_with_a_cmk(ecs: Emulator, owner: Sdk) -> None:
    source = ecs.image("service-key-encrypted").id
    plain = owner.copy(source, REGION)
    assert refusal(owner.share, plain, ecs.account("web").id)[0].endswith("ServiceKeyEncryptedImageUnsupported")
    [key] = ecs.account("owner").kms_keys[REGION]
    owner.share(owner.copy(source, REGION, encrypted=True, kmskey_id=key), ecs.account("web").id)


# -- deleting --------------------------------------------------------------------------------------------------------


def test_an_unknown_image_to_delete_is_ignored(ecs: Emulator, owner: Sdk, golden: str) -> None:
    owner.delete("m-bp1nothere0000000000")
    owner.delete(golden)
    owner.delete(golden)
    assert golden not in owner.image_ids()


def test_someone_elses_image_is_not_deleted(ecs: Emulator, owner: Sdk) -> None:
    image_id = ecs.image("partner-image").id
    owner.delete(image_id)
    assert image_id in Sdk(ecs, "partner").image_ids()


def test_a_shared_image_is_not_deleted_until_unshared(ecs: Emulator, owner: Sdk, golden: str) -> None:
    ecs.console.share(REGION, golden, ecs.account("web").id)
    assert refusal(owner.delete, golden) == ("ImageUseShared", 403)
    owner.unshare(golden, ecs.account("web").id)
    owner.delete(golden)


def test_a_community_image_is_not_deleted(ecs: Emulator, owner: Sdk) -> None:
    assert refusal(owner.delete, ecs.image("community").id) == ("ImageIsPublic", 403)
