"""Malformed programs and settings of copies: each gets one clear sentence in the check, and nothing is copied."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import grpc
import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share.dynamic import ImageCopyProvider
from support.clear_sentences import assert_clear, check_failures, first_line, is_at_fault
from support.protocol import COPY_URN, Provider, running_provider

pytestmark = pytest.mark.both_frontends

SOURCE_REGION, REGION = "cn-hangzhou", "cn-beijing"
LONG = "x" * 12_000
NO_IMAGE_ID = "can't be the ID of a custom image"
NO_REGION = "can't be a region: give a region ID such as 'cn-hangzhou'"
NO_NAME = "must be 2 to 128 letters, digits and any of . : _ - and begin with a letter, but not with 'aliyun' or 'acs:'"
NO_DESCRIPTION = "description must be 2 to 256 characters and not begin with 'http://' or 'https://'"
NO_KEY = "kms_key_id must be the ID of a key of KMS in the region of the copy"
NO_TAG_KEY = "can't be the key of a tag"
NO_TAG_VALUE = "can't be the value of the tag 'team'"


@dataclass(frozen=True)
class Bad:
    """A malformed argument: the property at fault, what the program gives, and a pattern of the sentence."""

    name: str
    property: str
    value: Any
    says: str


def tag(name: str, value: Any, says: str) -> Bad:
    return Bad(f"tag-{name}", "tags", {"team": value}, says)


def key(name: str, value: str, says: str = NO_TAG_KEY) -> Bad:
    return Bad(f"tag-key-{name}", "tags", {value: "platform"}, says)


PROGRAMS = [
    Bad("no-image", "source_image_id", None, "source_image_id is missing: give the ID of a custom image"),
    Bad("image-empty", "source_image_id", "", "source_image_id is missing"),
    Bad("image-of-another-cloud", "source_image_id", "ami-0123456789", NO_IMAGE_ID),
    Bad("image-number", "source_image_id", 5, NO_IMAGE_ID),
    Bad("image-list", "source_image_id", ["m-bp1golden00000000001"], NO_IMAGE_ID),
    Bad("image-public", "source_image_id", "aliyun_3_x64_20G.vhd", "only custom images, .* can be copied"),
    Bad("image-with-its-region", "source_image_id", "cn-hangzhou:m-bp1golden00000000001", NO_IMAGE_ID),
    Bad("no-region", "region", None, "region is missing: give the ID of the region to copy the image to"),
    Bad("region-empty", "region", "", "region is missing"),
    Bad("region-zone", "region", "cn-beijing-H", NO_REGION),
    Bad("region-name", "region", "Beijing", NO_REGION),
    Bad("region-number", "region", 5, NO_REGION),
    Bad("source-region-name", "source_region", "Hangzhou", NO_REGION),
    Bad("source-region-list", "source_region", [SOURCE_REGION], NO_REGION),
    Bad("name-empty", "name", "", f"name {NO_NAME}; it is ''"),
    Bad("name-of-one-letter", "name", "g", NO_NAME),
    Bad("name-of-12-kb", "name", LONG, NO_NAME),
    Bad("name-with-spaces", "name", "golden image", NO_NAME),
    Bad("name-that-begins-with-a-digit", "name", "2024-golden", NO_NAME),
    Bad("name-of-aliyun", "name", "aliyun-golden", NO_NAME),
    Bad("name-number", "name", 2024, NO_NAME),
    Bad("name-with-newline", "name", "golden\nimage", NO_NAME),
    Bad("family-of-acs", "family", "acs:golden", f"family {NO_NAME}; it is 'acs:golden'"),
    Bad("family-list", "family", ["golden"], NO_NAME),
    Bad("description-of-one-letter", "description", "x", NO_DESCRIPTION),
    Bad("description-of-257-letters", "description", "x" * 257, NO_DESCRIPTION),
    Bad("description-link", "description", "https://example.com/golden", NO_DESCRIPTION),
    Bad("description-number", "description", 5, NO_DESCRIPTION),
    Bad("encrypted-text", "encrypted", "yes", "encrypted must be True or False, not 'yes'"),
    Bad("encrypted-number", "encrypted", 1, "encrypted must be True or False, not 1"),
    Bad("force-text", "force_delete", "yes", "force_delete must be True or False, not 'yes'"),
    Bad("key-empty", "kms_key_id", "", NO_KEY),
    Bad("key-with-spaces", "kms_key_id", "my key", NO_KEY),
    Bad("key-number", "kms_key_id", 5, NO_KEY),
    Bad("tags-list", "tags", ["team"], r"tags must be a mapping of keys to values, not \['team'\]"),
    Bad("tags-text", "tags", "team=platform", "tags must be a mapping of keys to values"),
    Bad("tags-number", "tags", math.nan, "tags must be a mapping of keys to values, not nan"),
    Bad("tags-too-many", "tags", {f"t{n}": "" for n in range(21)}, r"21 tags are more than the 19 .* Remove 2\."),
    Bad("tags-that-differ-in-case", "tags", {"Team": "a", "team": "b"}, "differ only in case, which ECS refuses"),
    key("empty", ""),
    key("of-acs", "acs:team"),
    key("of-aliyun", "aliyun-team"),
    key("link", "see-http://example.com"),
    key("too-long", "k" * 129),
    key("our-own", "pulumi-image-copy", "is ImageCopy's own, by which it finds an interrupted copy again"),
    key("our-own-in-capitals", "Pulumi-Image-Copy", "is ImageCopy's own"),
    tag("number", 7, "the value of the tag 'team' must be a string, not 7: write it as a string, '7'"),
    tag("large-number", 12345678, "write it as a string, '12345678'"),
    tag("bool", True, "the value of the tag 'team' must be a string, not True"),
    tag("map", {"a": "b"}, "the value of the tag 'team' must be a string"),
    tag("of-acs", "acs:platform", NO_TAG_VALUE),
    tag("link", "https://example.com", NO_TAG_VALUE),
    tag("too-long", "v" * 129, NO_TAG_VALUE),
    Bad("misspelt", "descripton", "x", "ImageCopy has no argument 'descripton': did you mean description?"),
    Bad("unheard-of", "colour", "red", "ImageCopy has no argument 'colour': the arguments are source_image_id, "),
    Bad("of-every-version-before", "origin", "organization/shop/dev/x", "ImageCopy has no argument 'origin'"),
    *(
        Bad(f"only-an-output-{name}", name, "x", f"ImageCopy has no argument '{name}': ")
        for name in ("image_id", "created_at", "size", "owner_id")
    ),
    Bad("of-image-share", "accounts", ["1000000000000002"], "ImageCopy has no argument 'accounts'"),
]


@pytest.fixture(scope="module")
def shop() -> Iterator[Emulator]:
    """One ECS for all of these tests, as nothing is changed in it."""
    with Emulator() as emulator:
        yield emulator


@pytest.fixture(scope="module")
def shared_copier(shop: Emulator, _frontend: None) -> Iterator[Provider]:
    """One process for all of them."""
    with running_provider(config_of(shop), {}) as process:
        yield process.of(COPY_URN, ImageCopyProvider())


def config_of(shop: Emulator, **others: str) -> dict[str, str]:
    owner = shop.account("owner")
    return {
        "alicloud:region": SOURCE_REGION,
        "alicloud:accessKey": owner.access_key_id,
        "alicloud:secretKey": owner.access_key_secret,
        "alicloud:endpoints": f'[{{"ecs": "{shop.endpoint}", "sts": "{shop.endpoint}"}}]',
        "alicloud:protocol": "HTTP",
        "alicloud-image-share:retrySeconds": "1",
        **others,
    }


def good(shop: Emulator, **others: Any) -> dict[str, Any]:
    return {"source_image_id": shop.golden_image_id, "region": REGION, **others}


def sentence_of(failures: list[tuple[str, str]], property: str) -> str:
    [(at_fault, sentence)] = failures
    assert is_at_fault(at_fault, property)
    assert_clear(sentence)
    return sentence


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in PROGRAMS])
def test_a_malformed_argument_gets_one_sentence(shop: Emulator, shared_copier: Provider, case: Bad) -> None:
    shop.reset()
    failures = check_failures(shared_copier, good(shop, **{case.property: case.value}))
    assert re.search(case.says, sentence_of(failures, case.property))
    assert {call.action for call in shop.calls.entries} <= {"DescribeImages"}


def test_a_key_beside_no_encryption_gets_one_sentence(shop: Emulator, shared_copier: Provider) -> None:
    failures = check_failures(shared_copier, good(shop, encrypted=False, kms_key_id="my-key"))
    assert "encrypted is False, but kms_key_id names a key" in sentence_of(failures, "encrypted")


@pytest.mark.parametrize(
    ("image", "arguments", "property", "says"),
    [
        ("none", {}, "source_image_id", "does not exist in region cn-hangzhou, or this account can't see it: check"),
        ("golden", {"source_region": "cn-shanghai"}, "source_image_id", "does not exist in region cn-shanghai"),
        ("creating", {}, "source_image_id", r"is still being made \(Waiting, 0% done\): copy it once it is Available"),
        ("deprecated", {}, "source_image_id", "is deprecated: deprecated images can't be copied"),
        ("community", {}, "source_image_id", "is a community image: ECS does not copy those"),
        ("partner-image", {}, "source_image_id", "belongs to account 1000000000000005: .* only within its region"),
        ("cmk-encrypted", {"encrypted": False}, "encrypted", "is encrypted, and so is every copy of it"),
    ],
)
def test_a_source_that_cannot_be_copied_gets_one_sentence(
    shop: Emulator, shared_copier: Provider, image: str, arguments: dict[str, Any], property: str, says: str
) -> None:
    shop.reset()
    shared_copier.next_run()
    source = "m-bp1nosuchimage000001" if image == "none" else shop.image(image).id
    if image == "partner-image":
        shop.console.share(SOURCE_REGION, source, shop.account("owner").id)
    failures = check_failures(shared_copier, good(shop, source_image_id=source, **arguments))
    assert re.search(says, sentence_of(failures, property))
    assert {call.action for call in shop.calls.entries} == {"DescribeImages"}


def test_a_name_that_is_taken_gets_one_sentence(shop: Emulator, shared_copier: Provider) -> None:
    shop.reset()
    shared_copier.next_run()
    shop.console.create_image(REGION, name="golden")
    failures = check_failures(shared_copier, good(shop, name="golden"))
    assert "has the name 'golden' already" in sentence_of(failures, "name")


@pytest.mark.parametrize("argument", ["region", "source_region"])
def test_a_region_that_does_not_exist_gets_one_sentence_of_its_argument(shop: Emulator, argument: str) -> None:
    shop.reset()
    with running_provider(config_of(shop), {}) as process:
        copier = process.of(COPY_URN, ImageCopyProvider())
        failures = check_failures(copier, good(shop, **{argument: "cn-atlantis"}))
    assert "Check the region ID: cn-atlantis is none of ECS's." in sentence_of(failures, argument)


@pytest.mark.parametrize("value", ["soon", "-1", "86401", "nan"])
def test_a_malformed_limit_gets_one_sentence(shop: Emulator, value: str) -> None:
    shop.reset()
    with running_provider(config_of(shop, **{"alicloud-image-share:copySeconds": value}), {}) as process:
        failures = check_failures(process.of(COPY_URN, ImageCopyProvider()), good(shop))
    sentence = sentence_of(failures, "")
    assert sentence == f"alicloud-image-share:copySeconds is '{value}': it must be a number of seconds, at most a day."
    assert shop.calls.count() == 0


def test_missing_credentials_get_one_sentence_though_the_source_is_not_known_yet(shop: Emulator) -> None:
    config = config_of(shop)
    del config["alicloud:accessKey"], config["alicloud:secretKey"]
    with running_provider(config, {}) as process:
        copier = process.of(COPY_URN, ImageCopyProvider())
        for program in (good(shop), good(shop, source_image_id="04da6b54-80e4-46f7-96ec-b56ff0331ba9")):
            assert "no credentials are found" in sentence_of(check_failures(copier, program), "")


def test_a_profile_that_is_not_there_gets_one_sentence_of_its_argument(shop: Emulator, shared_copier: Provider) -> None:
    failures = check_failures(shared_copier, good(shop, profile="nobody"))
    assert "profile 'nobody'" in sentence_of(failures, "profile")


@pytest.mark.parametrize("id", ["cn-beijing:m-bp1\nx", f"cn-beijing:m-{LONG}", "cn-beijing:m-😀", "\0", ":", ""])
def test_a_malformed_id_gets_a_sentence(shop: Emulator, shared_copier: Provider, id: str) -> None:
    shop.reset()
    with pytest.raises(grpc.RpcError) as failure:
        shared_copier.read(id, None, {})
    first = first_line(failure.value)
    assert "is not the ID of an ImageCopy" in first
    assert_clear(first)
    assert shop.calls.count() == 0
