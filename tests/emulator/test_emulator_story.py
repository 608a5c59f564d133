"""What sharing means to the consumer, from before it to after it."""

from __future__ import annotations

from emulator_clients import REGION, Sdk, refusal

from ecs_emulator import Emulator


def test_the_whole_life_of_a_shared_image(ecs: Emulator, owner: Sdk, payments: Sdk, golden: str) -> None:
    consumer_id = ecs.account("payments").id
    own_image = ecs.console.create_image(REGION, "payments")

    # Before sharing: it isn't there.
    assert golden not in payments.image_ids()
    assert refusal(payments.run, golden) == ("InvalidImageId.NotFound", 404)

    owner.share(golden, consumer_id)

    # Shared: seen, run, put on another instance; not deleted.
    seen = payments.image(golden)
    assert (seen.image_owner_alias, seen.image_owner_id) == ("others", 1000000000000001)
    fleet = payments.run(golden)
    other = payments.run(own_image)
    payments.stop(other)
    new_disk = payments.replace(other, golden)
    assert payments.system_disk(other).disk_id == new_disk
    assert payments.instance(other).image_id == golden
    payments.stop(fleet)
    payments.reinit(payments.system_disk(fleet).disk_id)
    assert refusal(payments.delete, golden) == ("InvalidImageId.NotFound", 404)
    assert refusal(owner.delete, golden, force=True) == ("ImageUseShared", 403)

    owner.unshare(golden, consumer_id)

    # Unshared: gone, and the fleet made from it can't be re-initialised.
    assert golden not in payments.image_ids()
    assert refusal(payments.run, golden) == ("InvalidImageId.NotFound", 404)
    third = payments.run(own_image)
    payments.stop(third)
    assert refusal(payments.replace, third, golden) == ("InvalidImageId.NotFound", 404)
    assert refusal(payments.reinit, payments.system_disk(fleet).disk_id) == ("InvalidImageId.NotFound", 404)
    payments.start(fleet)
    assert payments.instance(fleet).status == "Running"

    # The owner may delete it now, by force as instances use it.
    assert refusal(owner.delete, golden) == ("ImageUsingByInstance", 403)
    owner.delete(golden, force=True)
    payments.stop(fleet)
    assert refusal(payments.reinit, payments.system_disk(fleet).disk_id) == ("SharedImageDeleted", 403)


def test_sharing_again_makes_the_disk_reinitialisable_again(
    ecs: Emulator, owner: Sdk, payments: Sdk, golden: str
) -> None:
    consumer_id = ecs.account("payments").id
    owner.share(golden, consumer_id)
    instance = payments.run(golden)
    payments.stop(instance)
    owner.unshare(golden, consumer_id)
    owner.share(golden, consumer_id)
    payments.reinit(payments.system_disk(instance).disk_id, auto_start_instance=True)
    assert payments.instance(instance).status == "Running"


def test_an_account_it_is_not_shared_with_sees_nothing(ecs: Emulator, owner: Sdk, golden: str) -> None:
    owner.share(golden, ecs.account("payments").id)
    assert golden not in Sdk(ecs, "web").image_ids(image_owner_alias="others")


def test_a_consumer_lists_what_one_account_shares_with_it(
    ecs: Emulator, owner: Sdk, payments: Sdk, golden: str
) -> None:
    consumer_id = ecs.account("payments").id
    owner.share(golden, consumer_id)
    Sdk(ecs, "partner").share(ecs.image("partner-image").id, consumer_id)
    from_owner = payments.image_ids(image_owner_alias="others", image_owner_id=1000000000000001)
    assert from_owner == [golden]
    assert len(payments.image_ids(image_owner_alias="others")) == 2


def test_an_encrypted_shared_image_needs_the_consumers_own_encryption(ecs: Emulator, owner: Sdk, payments: Sdk) -> None:
    from alibabacloud_ecs20140526 import models as m

    image_id = ecs.image("cmk-encrypted").id
    owner.share(image_id, ecs.account("payments").id)
    assert refusal(payments.run, image_id) == ("InvalidParam.EncryptedMismatch", 400)
    instance = payments.run(image_id, system_disk=m.RunInstancesRequestSystemDisk(encrypted="true"))
    assert payments.system_disk(instance).encrypted
    payments.stop(instance)
    assert refusal(payments.replace, instance, image_id) == ("InvalidParam.EncryptedMismatch", 400)
    [key] = ecs.account("payments").kms_keys[REGION]
    payments.replace(instance, image_id, encrypted=True, kmskey_id=key)
