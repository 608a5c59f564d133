"""Whose keys the disks of instances are encrypted with, through the unmodified SDK."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alibabacloud_ecs20140526 import models as m
from emulator_clients import REGION, Sdk, refused

from ecs_emulator import Emulator

ENCRYPTED = m.RunInstancesRequestSystemDisk(encrypted="true")


def with_key(key: str) -> m.RunInstancesRequestSystemDisk:
    return m.RunInstancesRequestSystemDisk(encrypted="true", kmskey_id=key)


@pytest.fixture
def shared(ecs: Emulator) -> str:
    """The owner's image that is encrypted with a key of its own, shared with payments."""
    image_id = ecs.image("cmk-encrypted").id
    ecs.console.share(REGION, image_id, ecs.account("payments").id)
    return image_id


def key_of_image_made_from(sdk: Sdk, instance_id: str) -> str:
    sdk.make(instance_id=instance_id)
    [snapshot] = sdk.snapshots(instance_id=instance_id)
    return str(snapshot.kmskey_id)


def test_a_consumers_disk_and_what_is_made_of_it_have_not_the_owners_key(
    ecs: Emulator, payments: Sdk, shared: str
) -> None:
    instance_id = payments.run(shared, system_disk=ENCRYPTED)
    disk = payments.system_disk(instance_id)
    assert (disk.encrypted, disk.kmskey_id) == (True, "")
    assert key_of_image_made_from(payments, instance_id) == ""
    payments.stop(instance_id)
    payments.replace(instance_id, shared, encrypted=True)
    assert payments.system_disk(instance_id).kmskey_id == ""


def test_a_consumers_disk_has_the_key_that_the_consumer_names(ecs: Emulator, payments: Sdk, shared: str) -> None:
    [key] = ecs.account("payments").kms_keys[REGION]
    instance_id = payments.run(shared, system_disk=with_key(key))
    assert payments.system_disk(instance_id).kmskey_id == key
    assert key_of_image_made_from(payments, instance_id) == key


def test_the_owners_disk_keeps_the_key_of_the_image(ecs: Emulator, owner: Sdk, shared: str) -> None:
    [key] = ecs.account("owner").kms_keys[REGION]
    assert owner.system_disk(owner.run(shared)).kmskey_id == key


def test_a_key_must_be_there_and_ones_own(ecs: Emulator, owner: Sdk, payments: Sdk, golden: str, shared: str) -> None:
    [theirs] = ecs.account("owner").kms_keys[REGION]
    [elsewhere] = ecs.account("owner").kms_keys["cn-shanghai"]
    instance_id = payments.run(shared, system_disk=ENCRYPTED)
    payments.stop(instance_id)
    for error in (
        refused(owner.run, golden, system_disk=with_key("none")),
        refused(owner.run, golden, system_disk=with_key(elsewhere)),
        refused(payments.run, shared, system_disk=with_key(theirs)),
        refused(payments.replace, instance_id, shared, encrypted=True, kmskey_id=theirs),
    ):
        assert (error.code, error.status_code) == ("InvalidParameter.KMSKeyId.NotFound", 404)
        assert "The specified KMSKeyId does not exist." in error.message
    assert owner.instance_ids() == []


# -- seeds that say of keys and groups in their images alone -----------------------------------------------------------


@pytest.fixture
def old() -> Iterator[Emulator]:
    """An emulator whose seed names a key and a group as those of an image, as seeds did before accounts had any."""
    seed = {
        "regions": [REGION],
        "accounts": [
            {"name": "owner", "id": "1234567890", "access_key_id": "LTAI5tEXAMPLEsolo", "access_key_secret": "s"},
            {"name": "other", "id": "1234567891", "access_key_id": "LTAI5tEXAMPLEother", "access_key_secret": "s"},
        ],
        "images": [
            {
                **{"key": "golden", "region": REGION, "owner": "owner", "name": "golden", "encrypted": True},
                **{"kms_key_id": "my-key", "resource_group_id": "rg-mine", "shared_with": ["other"]},
            }
        ],
    }
    with Emulator(seed) as ecs:
        yield ecs


def test_what_an_accounts_own_images_name_is_there(old: Emulator) -> None:
    owner = Sdk(old, "owner")
    copy = owner.copy(old.golden_image_id, REGION, encrypted=True, kmskey_id="my-key", resource_group_id="rg-mine")
    assert owner.image(copy).resource_group_id == "rg-mine"
    assert owner.system_disk(owner.run(copy, system_disk=with_key("my-key"))).kmskey_id == "my-key"


def test_what_another_accounts_images_name_is_not_there(old: Emulator) -> None:
    other, image = Sdk(old, "other"), old.golden_image_id
    key = refused(other.copy, image, REGION, encrypted=True, kmskey_id="my-key")
    group = refused(other.copy, image, REGION, encrypted=True, resource_group_id="rg-mine")
    assert (key.code, group.code) == ("InvalidParameter.KMSKeyId.NotFound", "InvalidResourceGroup.NotFound")


def test_what_an_image_names_that_the_console_makes_is_there_too(old: Emulator) -> None:
    old.console.create_image(REGION, "owner", encrypted=True, kms_key_id="newer-key")
    owner = Sdk(old, "owner")
    assert owner.run(old.golden_image_id, system_disk=with_key("newer-key"))
