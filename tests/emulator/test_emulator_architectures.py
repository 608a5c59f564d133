"""Which instance types run which images, and what is left on a disk whose image is deleted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from alibabacloud_ecs20140526 import models as m
from emulator_clients import REGION, Sdk, refused

from ecs_emulator import Emulator
from ecs_emulator.catalogue import INSTANCE_TYPES
from ecs_emulator.ecs.instance_types import architecture_of


@pytest.fixture
def arm(ecs: Emulator) -> str:
    return ecs.console.create_image(REGION, architecture="arm64")


def retype(owner: Sdk, instance_id: str, instance_type: str) -> None:
    request = m.ModifyInstanceSpecRequest(instance_id=instance_id, instance_type=instance_type)
    owner.client.modify_instance_spec(request)


def is_refused(call: Callable[..., object], *args: str, **kwargs: str) -> bool:
    error = refused(call, *args, **kwargs)
    told = "The specified image does not support the specified InstanceType." in error.message
    return told and (error.code, error.status_code) == ("ImageNotSupportInstanceType", 403)


def test_an_image_runs_on_instances_of_its_architecture(owner: Sdk, golden: str, arm: str) -> None:
    assert is_refused(owner.run, golden, instance_type="ecs.g8y.large")
    assert is_refused(owner.run, golden, instance_type="ecs.c6r.large")
    assert is_refused(owner.run, arm, instance_type="ecs.g7.large")
    assert owner.instance_ids() == []
    assert owner.run(arm, instance_type="ecs.g8y.large")
    assert owner.run(golden, instance_type="ecs.i4r.large")


def test_a_system_disk_is_replaced_by_one_of_the_same_architecture(owner: Sdk, golden: str, arm: str) -> None:
    instance_id = owner.run(golden)
    owner.stop(instance_id)
    before = owner.system_disk(instance_id).disk_id
    assert is_refused(owner.replace, instance_id, arm)
    assert owner.system_disk(instance_id).disk_id == before


def test_a_type_is_changed_to_one_of_the_same_architecture(owner: Sdk, golden: str) -> None:
    instance_id = owner.run(golden)
    owner.stop(instance_id)
    owner.delete(golden, force=True)
    assert is_refused(retype, owner, instance_id, "ecs.g8y.large")
    retype(owner, instance_id, "ecs.c7.large")
    assert owner.instance(instance_id).instance_type == "ecs.c7.large"


def test_the_names_of_the_types_on_offer_say_their_architecture() -> None:
    said = {"x86_64": "X86", "arm64": "ARM"}
    assert all(said[architecture_of(offered.id)] == offered.architecture for offered in INSTANCE_TYPES)


def test_an_image_of_an_instance_is_as_the_deleted_one_was(ecs: Emulator, owner: Sdk, arm: str) -> None:
    windows = ecs.console.create_image(REGION, os_type="windows")
    made = {}
    for image_id, instance_type in ((arm, "ecs.g8y.large"), (windows, "ecs.g7.large")):
        instance_id = owner.run(image_id, instance_type=instance_type)
        owner.delete(image_id, force=True)
        made[image_id] = owner.image(owner.make(instance_id=instance_id))
    assert (made[arm].architecture, made[arm].boot_mode) == ("arm64", "UEFI")
    assert (made[windows].platform, made[windows].architecture) == ("Windows Server 2022", "x86_64")


def test_an_image_of_an_instance_is_of_the_product_that_the_deleted_one_was(ecs: Emulator, owner: Sdk) -> None:
    product = ecs.image("marketplace-based").id
    instance_id = owner.run(product)
    owner.delete(product, force=True)
    made = owner.image(owner.make(instance_id=instance_id))
    assert (made.product_code, made.image_version) == ("cmjj000001", "1")
